import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { FieldValue } from "../../plugin/workspace/workspace.ts";
import { openVisits, type Visits } from "./visits.ts";

/**
 * Configuration that comes, goes and contradicts itself while records change: whatever people do to
 * these rows, the state stays what a full recomputation gives, and nothing gets stuck.
 */
let company: Visits;
const visits: string[] = [];
const kpis: string[] = [];

beforeAll(async () => {
  company = await openVisits();
  const { stage } = company;
  await stage.automation().idle();
  await stage.automation().openCycles();
  stage.connect();
  await stage.settle();
});
afterAll(() => company.stage.close());

type Cells = Readonly<Record<string, FieldValue>>;

const KINDS = [
  "visit",
  "switch-source",
  "empty-source",
  "aggregate",
  "person-field",
  "new-kpi",
  "drop-kpi",
  "drop-scheme",
  "leave",
  "return",
  "drop-employee",
  "hire",
  "loop",
  "time-zone",
  "drop-cycle",
  "new-cycle",
  "formula",
  "min-sample",
] as const;
const step = fc.record({
  kind: fc.constantFrom(...KINDS),
  at: fc.nat({ max: 1000 }),
  to: fc.nat({ max: 1000 }),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const pick = <T>(all: readonly T[], at: number): T | undefined =>
  all.length === 0 ? undefined : all[at % all.length];
let hired = 0;

async function rowOf(table: string, key: string, value: string): Promise<string | null> {
  try {
    return await company.find(table, key, value);
  } catch {
    return null; // An earlier step deleted it.
  }
}

async function perform({ kind, at, to }: Step): Promise<void> {
  const { create, update, remove, option, employees, departments, cycles, members } = company;
  const change = (table: string, row: string | null | undefined, cells: Cells) => {
    if (row) update(table, row, cells);
  };
  const source = pick([...company.sources.values()], at);
  switch (kind) {
    case "visit": {
      const who = [members[at % 3] ?? "", ...(to % 2 ? [members[to % 3] ?? ""] : [])];
      const cells = {
        owners: [...new Set(who)],
        at: `2026-0${1 + (to % 4)}-0${1 + (at % 2)}T0${at % 9}:30:00+08:00`,
        amount: to % 7 === 0 ? null : String(to),
        client: ["Ada", "E2", "甲", "Cleo"][at % 4] ?? null,
      };
      const known = to % 3 === 0 ? pick(visits, at) : undefined;
      if (known) company.change(known, cells);
      else visits.push(company.visit(cells));
      break;
    }
    case "switch-source":
      change("sources", source, { enabled: to % 2 === 0 });
      break;
    case "empty-source":
      change("sources", source, { table: to % 2 === 0 ? "拜访" : "没有这张表" });
      break;
    case "aggregate":
      change("sources", company.sources.get("sum"), {
        aggregate: option("sources", "aggregate", ["sum", "average", "max", "last"][to % 4] ?? ""),
      });
      break;
    case "person-field":
      change("sources", company.sources.get("average"), {
        person: to % 2 === 0 ? "参与人" : "客户名",
      });
      break;
    case "new-kpi":
      kpis.push(
        create("kpis", {
          name: `K${at}`,
          code: `K${kpis.length}-${at}-${to}`,
          formula:
            pick(["V_SUM/V_COUNT", "V_SUM-V_SUM.上期", "IF(V_COUNT>1,V_MAX,V_MIN)"], to) ?? "",
          method: option("kpis", "method", "RATIO"),
          status: option("kpis", "status", "published"),
        }),
      );
      create("schemes", {
        code: `S${kpis.length}-${at}-${to}`,
        applies: option("schemes", "applies", "individual"),
        position: [await company.find("positions", "code", "SALES_REP")],
        kpi: [kpis.at(-1) ?? ""],
        weight: "5",
        target_rule: option("schemes", "target_rule", to % 2 ? "fixed" : "own_median"),
        target: "3",
        kinds: option("schemes", "kinds", "month"),
      });
      break;
    case "drop-kpi":
      if (kpis.length > 0) remove(kpis.splice(at % kpis.length, 1)[0] ?? "");
      break;
    case "drop-scheme": {
      const scheme = await rowOf("schemes", "code", "V_MIN|REP");
      if (scheme && to % 5 === 0) remove(scheme);
      break;
    }
    case "leave":
    case "return":
      change("employees", pick(employees, at), {
        status: option("employees", "status", kind === "leave" ? "left" : "active"),
      });
      break;
    case "drop-employee":
      if (employees.length > 3) remove(employees.pop() ?? "");
      break;
    case "hire":
      hired += 1;
      if (employees.length < 6)
        employees.push(
          create("employees", {
            number: `N${hired}`,
            name: `New ${hired}`,
            aliases: "甲",
            member: [pick(members, to) ?? ""],
            department: [pick(departments, at) ?? ""],
            status: option("employees", "status", "active"),
          }),
        );
      break;
    case "loop":
      change("departments", departments[0], {
        parent: to % 2 ? [departments[1] ?? ""] : null,
      });
      break;
    case "time-zone": {
      const row = await rowOf("settings", "key", "time_zone");
      change("settings", row, {
        value: pick(["Asia/Shanghai", "America/New_York", "UTC", "Nowhere/Land"], to) ?? "",
      });
      break;
    }
    case "drop-cycle":
      if (cycles.length > 3) remove(cycles.pop() ?? "");
      break;
    case "new-cycle":
      if (cycles.length < 5 && !(await rowOf("cycles", "name", `H1-${to}`)))
        cycles.push(
          create("cycles", {
            name: `H1-${to}`,
            kind: option("cycles", "kind", to % 2 ? "half" : "year"),
            start: "2026-01-01",
            end: to % 2 ? "2026-06-30" : "2026-12-31",
            status: option("cycles", "status", "running"),
          }),
        );
      break;
    case "formula":
      change("kpis", await rowOf("kpis", "code", "V_MAX"), {
        formula: pick(["V_MAX", "V_MAX-V_MIN", "V_MAX/V_COUNT.上期", "V_MAX+"], to) ?? "",
      });
      break;
    case "min-sample":
      change("kpis", await rowOf("kpis", "code", "V_AVERAGE"), {
        min_sample: to % 2 ? String(to % 4) : null,
      });
      break;
  }
}

it("stays equal to a recomputation while configuration rows come, go and break", async () => {
  const { stage } = company;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (steps) => {
      for (const [position, one] of steps.entries()) {
        await perform(one);
        if (position % 3 === 0) await stage.settle();
      }
      await stage.settle();

      expect((await stage.automation().recompute()).differences).toBe(0);
      expect(stage.automation().health().outbox).toBe(0);
    }),
    { numRuns: Number(process.env["LAW_RUNS"] ?? 15), endOnFailure: true },
  );
}, 600_000);
