import { describe, expect, it } from "vitest";
import { ImportLine, ImportReport } from "../../plugin/server/api.ts";
import { openServer } from "./open-server.ts";

type Server = Awaited<ReturnType<typeof openServer>>;

async function send(server: Server, csv: string, fields: Record<string, string> = {}) {
  const form = new FormData();
  form.set("file", new Blob([csv]), "rows.csv");
  form.set("table", "绩效表");
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return await server.call("/api/import", { method: "POST", body: form });
}

async function reportOf(answer: Response) {
  const lines = (await answer.text()).trim().split("\n");
  const last = ImportLine.parse(JSON.parse(lines.at(-1) ?? ""));
  return "result" in last ? ImportReport.parse(last.result) : last;
}

const rowsIn = ({ embedded, table }: Server) =>
  embedded.grid
    .page({ table: table.id, offset: 0, limit: 10 })
    .records.map(({ cells }) => [cells[table.code]?.value, cells[table.amount]?.value]);

const GOOD = "编号,金额\nA,12.50\nB,7\n";
const MIXED = "编号,金额\nA,12.50\nB,many\n";

describe("POST /api/import", () => {
  it("takes a file whose columns are named like the fields", async () => {
    const server = await openServer();

    const report = await reportOf(await send(server, GOOD));

    expect(report).toEqual({
      table: "绩效表",
      rows: 2,
      imported: 2,
      dryRun: false,
      mapping: [
        { column: "编号", field: "编号" },
        { column: "金额", field: "金额" },
      ],
      rejected: [],
    });
    expect(rowsIn(server)).toEqual([
      ["A", "12.5"],
      ["B", "7"],
    ]);
  });

  it("imports nothing when a row is refused, and says which and why", async () => {
    const server = await openServer();

    const report = await reportOf(await send(server, MIXED));

    expect(report).toMatchObject({ imported: 0, rejected: [{ row: 3, column: "金额" }] });
    expect(rowsIn(server)).toEqual([]);
  });

  it("takes the good rows when asked to", async () => {
    const server = await openServer();

    const report = await reportOf(await send(server, MIXED, { skipRejected: "true" }));

    expect(report).toMatchObject({ imported: 1, rejected: [{ row: 3 }] });
    expect(rowsIn(server)).toEqual([["A", "12.5"]]);
  });

  it("only checks when asked to", async () => {
    const server = await openServer();

    const report = await reportOf(await send(server, GOOD, { dryRun: "true" }));

    expect(report).toMatchObject({ imported: 0, dryRun: true, rejected: [] });
    expect(rowsIn(server)).toEqual([]);
  });

  it("follows a mapping", async () => {
    const server = await openServer();
    const mapping = JSON.stringify({ No: "code", Sum: "金额" });

    await reportOf(await send(server, "No,Sum,Note\nA,1,x\n", { mapping }));

    expect(rowsIn(server)).toEqual([["A", "1"]]);
  });

  it("changes the rows a key finds and adds the others", async () => {
    const server = await openServer();
    await reportOf(await send(server, GOOD));

    await reportOf(await send(server, "编号,金额\nB,8\nC,9\n", { key: "编号" }));

    expect(rowsIn(server)).toEqual([
      ["A", "12.5"],
      ["B", "8"],
      ["C", "9"],
    ]);
  });

  it("undoes everything when the workspace refuses a row", async () => {
    const server = await openServer();
    await reportOf(await send(server, "编号,金额\nB,1\n"));

    const problem = await reportOf(await send(server, GOOD));

    expect(problem).toMatchObject({ problem: { code: "record/refused" } });
    expect(rowsIn(server)).toEqual([["B", "1"]]);
  });

  it.each([
    ["a table that is not there", { table: "库存" }, "request/not-found"],
    ["a mapping that is no JSON", { mapping: "{" }, "request/invalid"],
    ["a flag that is none", { dryRun: "perhaps" }, "request/invalid"],
  ])("refuses %s", async (_case, fields, code) => {
    const server = await openServer();

    const answer = await send(server, GOOD, fields);

    expect(await answer.text()).toContain(code);
  });
});
