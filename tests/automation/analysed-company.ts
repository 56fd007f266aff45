import { Writable } from "node:stream";
import { openStage, type Stage } from "./stage.ts";

/** The sample company, with what simulations need besides: shares, bases and a pool. */
export const CYCLE = "1998-04";
export const POOL = "10000.01";
export const SHARES = { S: 10, A: 20, B: 40, C: 20, D: 10 } as const;
const BASES = [12000, 8000, 9600, 11000, 7000, 7000, 10100, 6400];

export async function openAnalysedCompany(): Promise<Stage> {
  const stage = openStage();
  await stage.install();
  const user = stage.embedded.grid.addMember({ name: "Admin" }).id;
  const bindings = stage.bindings();
  type Cells = Readonly<Record<string, string | readonly string[]>>;
  const change = async (
    table: string,
    key: string,
    cells: (value: string, id: string) => Cells | null,
  ) => {
    for await (const page of stage.workspace.records.pages(bindings.table(table)))
      for (const { id, fields } of page) {
        const made = cells(String(fields[bindings.field(table, key)]), id);
        if (made === null) continue;
        const named = Object.entries(made).map(([field, value]) => [
          bindings.field(table, field),
          value,
        ]);
        stage.embedded.grid.update(id, Object.fromEntries(named) as Cells, user);
      }
  };
  await change("grades", "grade", (grade) => ({
    share: String(SHARES[grade as keyof typeof SHARES]),
  }));
  const ids: string[] = [];
  await change("employees", "number", (number, id) => {
    ids.push(id);
    const base = BASES[Number(number.replace(/\D/g, "")) - 1];
    return base === undefined ? null : { bonus_base: String(base) };
  });
  await change("kpis", "code", (code) => (code === "REVENUE" ? { owner: ids.slice(0, 1) } : null));
  await change("cycles", "name", (name) => (name === CYCLE ? { bonus_pool: POOL } : null));
  await stage.automation().openCycles();
  await stage.settle();
  return stage;
}

/** Sheets of people. */
export const results = (stage: Stage, cycle = CYCLE) =>
  stage
    .automation()
    .views.sheets({ cycle })
    .filter(({ subject }) => subject.kind === "individual");
export const items = (stage: Stage, cycle: string) => stage.automation().views.exportCycle(cycle);
export const people = (stage: Stage) => new Set(results(stage).map(({ subject }) => subject.name));

/** Keeps what is written to it. */
export function sink() {
  const chunks: string[] = [];
  const stream = new Writable({
    decodeStrings: false,
    write: (chunk: string, _encoding, done) => {
      chunks.push(chunk);
      done();
    },
  });
  return Object.assign(stream, { text: () => chunks.join("") });
}
