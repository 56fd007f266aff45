import { describe, expect, it } from "vitest";
import { saveBinding } from "../../plugin/install/bindings.ts";
import * as shapes from "../../plugin/server/api.ts";
import { CYCLE, json, openServer, SHEET } from "./open-server.ts";

const linesOf = async (answer: Response) =>
  (await answer.text())
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);

describe("results", () => {
  it("lists cycles and sheets in the shapes of the API", async () => {
    const { call } = await openServer();

    const cycles = await (await call("/api/cycles")).json();
    const sheets = await (await call(`/api/sheets?cycle=${CYCLE.name}`)).json();

    expect(shapes.Cycle.array().parse(cycles)).toEqual([CYCLE]);
    expect(shapes.SheetRow.array().parse(sheets)).toEqual([SHEET]);
  });

  it.each([
    "/api/sheets/nobody",
    `/api/sheets/${SHEET.id}/items/NOTHING/why`,
    "/api/sheets?cycle=2031-01",
    "/api/export?cycle=2031-01",
    "/api/explain?subject=nobody&cycle=2031-01",
  ])("says that %s does not exist", async (path) => {
    const { call } = await openServer();

    const answer = await call(path);

    expect(answer.status).toBe(404);
    expect(shapes.Problem.parse(await answer.json()).code).toBe("request/not-found");
  });

  it("exports as JSON, and as CSV that Excel reads", async () => {
    const { call } = await openServer();

    const rows = await (await call("/api/export?cycle=1998-04")).json();
    const csv = await call("/api/export?cycle=1998-04&format=csv");

    expect(shapes.ExportRow.array().parse(rows)).toMatchObject([{ total: "92.50" }]);
    expect(csv.headers.get("content-type")).toContain("text/csv");
    expect(csv.headers.get("content-disposition")).toContain("kpi-loop-1998-04.csv");
    expect([...new Uint8Array(await csv.arrayBuffer()).slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  });

  it("exports a workbook", async () => {
    const { call } = await openServer();

    const answer = await call("/api/export?cycle=1998-04&format=xlsx");
    const bytes = new Uint8Array(await answer.arrayBuffer());

    expect(answer.headers.get("content-type")).toBe(
      "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    );
    expect(answer.headers.get("content-disposition")).toContain("kpi-loop-1998-04.xlsx");
    expect(String.fromCharCode(...bytes.slice(0, 2))).toBe("PK");
  });

  it("explains a sheet as text for a terminal and as data for a program", async () => {
    const { call } = await openServer();
    const path = "/api/explain?subject=E1&cycle=1998-04";

    const text = await (await call(`${path}&format=text`)).text();
    const data = shapes.Explained.parse(await (await call(path)).json());

    expect(text).toMatch(/张悦.*92\.50/s);
    expect(data.sheet.total).toBe("92.50");
  });
});

describe("looking after the plugin", () => {
  it("shows what waits, what failed and what a person should look at", async () => {
    const { call } = await openServer();

    const shown = shapes.Operations.parse(await (await call("/api/operations")).json());

    expect(shown.failed).toHaveLength(1);
    expect(shown.unassignedRecords).toEqual([
      { table: "t1", record: "r1", title: "10248", reason: "没有负责人" },
    ]);
    expect(shown.configProblems).toEqual([
      { table: "t2", record: "r2", title: "NET", problem: "公式有误" },
    ]);
  });

  it("tries a failed delivery again", async () => {
    const { call, engine } = await openServer();

    const answer = await call("/api/operations/f1/retry", { method: "POST" });

    expect(answer.status).toBe(200);
    expect(engine.retried).toEqual(["f1"]);
  });

  it("answers a recomputation line by line, the result last", async () => {
    const { call } = await openServer();

    const answer = await call("/api/recompute", { method: "POST" });
    const lines = shapes.RecomputeLine.array().parse(await linesOf(answer));

    expect(lines).toEqual([
      { progress: { done: 1, total: 2 } },
      { progress: { done: 2, total: 2 } },
      { result: { records: 2, sheets: 1, differences: 0, milliseconds: 5 } },
    ]);
  });

  it("ends with the problem when a recomputation fails on the way", async () => {
    const { call, engine } = await openServer();
    engine.fail = new Error("out of paper");

    const answer = await call("/api/recompute", { method: "POST" });
    const lines = shapes.RecomputeLine.array().parse(await linesOf(answer));

    expect(lines.at(-1)).toMatchObject({ problem: { code: "internal/unexpected" } });
  });

  it("reconciles what changed, or everything", async () => {
    const { call } = await openServer();
    const reconcile = async (query: string) =>
      shapes.Reconciled.parse(
        await (await call(`/api/reconcile${query}`, { method: "POST" })).json(),
      );

    expect(await reconcile("")).toEqual({ changed: 1 });
    expect(await reconcile("?mode=full")).toEqual({ changed: 7 });
  });

  it("finds in the doctor's report what a person has to act on", async () => {
    const { call } = await openServer();

    const report = shapes.Doctor.parse(await (await call("/api/doctor")).json());
    const wrong = report.checks.filter(({ ok }) => !ok).map(({ name }) => name);

    expect(report.ok).toBe(false);
    expect(wrong).toEqual(["bindings", "queue", "configuration", "console"]);
  });

  it("names in the doctor's report the fields that are gone from the workspace", async () => {
    const { call, db, table } = await openServer();
    const kept = { group: "", pack: "core", adopted: false };
    const field = { ...kept, kind: "field", parent: "sheets" } as const;
    saveBinding(db, { ...kept, key: "sheets", kind: "table", parent: "", id: table.id });
    saveBinding(db, { ...field, key: "sheets.code", id: table.code });
    saveBinding(db, { ...field, key: "sheets.grade", id: "9" });

    const report = shapes.Doctor.parse(await (await call("/api/doctor")).json());
    const found = report.checks.find(({ name }) => name === "bindings");

    expect(found?.ok).toBe(false);
    expect(found?.text).toContain("sheets.grade");
    expect(found?.text).not.toContain("sheets.code");
  });
});

describe("the embedded workspace", () => {
  async function addRow(server: Awaited<ReturnType<typeof openServer>>) {
    const { code, amount, id } = server.table;
    const answer = await server.call(
      `/api/workspace/tables/${id}/records`,
      json("POST", { fields: { [code]: "E1|1998-04", [amount]: "12.50" } }),
    );
    return shapes.GridRecord.parse(await answer.json());
  }

  it("shows its tables with their group", async () => {
    const { call } = await openServer();

    const tables = await (await call("/api/workspace/tables")).json();

    expect(shapes.GridTable.array().parse(tables)).toMatchObject([
      { name: "绩效表", group: "result", rows: 0 },
    ]);
  });

  it("adds, changes, remembers and deletes a row, in the operator's name", async () => {
    const server = await openServer();
    const { call, table } = server;
    const row = await addRow(server);
    const path = `/api/workspace/records/${row.id}`;

    await call(path, json("PATCH", { fields: { [table.amount]: "13" } }));
    const history = await (await call(`${path}/history`)).json();
    const deleted = await call(path, { method: "DELETE" });
    const page = await (await call(`/api/workspace/tables/${table.id}/records`)).json();

    expect(shapes.GridChange.array().parse(history)).toMatchObject([
      { kind: "create", author: { name: "张悦" } },
      { kind: "update", changes: [{ field: "金额", before: "12.5", after: "13" }] },
    ]);
    expect(deleted.status).toBe(200);
    expect(shapes.GridPage.parse(page).total).toBe(0);
  });

  it("finds rows, and refuses what its tables do not accept with a reason", async () => {
    const server = await openServer();
    const { call, table } = server;
    await addRow(server);
    const records = `/api/workspace/tables/${table.id}/records`;

    const found = await (await call(`${records}?search=1998&order=-${table.code}`)).json();
    const refused = await call(records, json("POST", { fields: { [table.amount]: "many" } }));

    expect(shapes.GridPage.parse(found)).toMatchObject({ total: 1, offset: 0 });
    expect(refused.status).toBe(422);
    expect(shapes.Problem.parse(await refused.json()).code).toBe("record/refused");
  });

  it("keeps a conversation on a sheet and tells open pages", async () => {
    const server = await openServer();
    const row = await addRow(server);
    const told: unknown[] = [];
    const { publish } = server.live;
    server.live.publish = (event) => {
      told.push(event);
      publish(event);
    };

    const path = `/api/sheets/${row.id}/comments`;
    await server.call(path, json("POST", { text: " 为什么是这个分数？ " }));
    const comments = await (await server.call(path)).json();

    expect(shapes.CommentView.array().parse(comments)).toMatchObject([
      { text: "为什么是这个分数？", author: { name: "张悦" }, topic: null },
    ]);
    expect(told).toEqual([{ type: "comment", sheet: row.id }]);
  });

  it("lists members, and rows for a relation", async () => {
    const server = await openServer();
    const row = await addRow(server);

    const members = await (await server.call("/api/workspace/members")).json();
    const choices = await (
      await server.call(`/api/workspace/tables/${server.table.id}/choices?search=e1`)
    ).json();

    expect(shapes.Member.array().parse(members)).toEqual([{ id: "1", name: "张悦" }]);
    expect(shapes.Choice.array().parse(choices)).toEqual([{ id: row.id, title: "E1|1998-04" }]);
  });

  it("is not here when the workspace is a hosted one", async () => {
    const { call } = await openServer({ grid: null, embedded: null });

    const answer = await call("/api/workspace/tables");

    expect(answer.status).toBe(409);
    expect(shapes.Problem.parse(await answer.json()).code).toBe("workspace/unsupported");
  });

  it("speaks the host's own REST under /huoban, with its own key", async () => {
    const { app, embedded } = await openServer();
    const ask = (key: string) =>
      app.request("/huoban/openapi/v1/table/list", {
        ...json("POST", { space_id: embedded.spaceId }),
        headers: { "open-authorization": `Bearer ${key}`, "content-type": "application/json" },
      });

    expect(await (await ask("workspace-key")).json()).toMatchObject({ code: 0 });
    expect(await (await ask("other-key")).json()).not.toMatchObject({ code: 0 });
  });

  it("takes no body larger than a row can be", async () => {
    const { call, table } = await openServer();

    const answer = await call(
      `/api/workspace/tables/${table.id}/records`,
      json("POST", { fields: { [table.code]: "x".repeat(1_048_577) } }),
    );

    expect(answer.status).toBe(413);
  });
});
