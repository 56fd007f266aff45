import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { v2 } from "./opened-company.ts";
import { openSmallCompany, shownResults, type SmallCompany } from "./small-company.ts";

/** One change in, one answer out: through the real driver and the host's own callbacks. */
let company: SmallCompany;
const TARGETS: Readonly<Record<string, string>> = {
  REVENUE: "1000",
  GROWTH: "0.15",
  NEW_CUSTOMERS: "1",
  ON_TIME: "0.9",
  DISCOUNT: "0.1",
  ORDERS: "2",
};

beforeAll(async () => {
  company = await openSmallCompany();
  const { stage } = company;
  await stage.automation().idle();
  await stage.automation().openCycles();
  stage.connect();
  // Nobody has earlier periods here to take a median of: everybody gets the same plain targets.
  for (const one of stage.db
    .prepare<[], { id: string; code: string }>("SELECT id, code FROM items")
    .all())
    company.update("items", one.id, { target: TARGETS[one.code.split("|")[2] ?? ""] ?? null });
  await stage.settle();
});
afterAll(() => company.stage.close());

const views = () => company.stage.automation().views;
const totals = () =>
  new Map(
    views()
      .sheets({})
      .map((row) => [row.code, `${row.total} ${row.grade} ${row.coverage}`]),
  );
const item = (sheet: string, kpi: string) =>
  views()
    .exportCycle(sheet.split("|")[1] ?? "")
    .flatMap((row) =>
      row.employee === { E1: "Ada", E2: "Ben", E3: "Cleo" }[sheet.split("|")[0] ?? ""]
        ? row.items
        : [],
    )
    .find((one) => one.kpi === kpi);
const tables = () => company.bindings;

function changedCodes(before: ReadonlyMap<string, string>) {
  return [...totals()]
    .filter(([code, total]) => before.get(code) !== total)
    .map(([code]) => code)
    .sort();
}

/** An order of Ada's in February with one line of a known amount. */
function adasOrder(price = "100") {
  const order = company.order({
    owner: [company.members[0] ?? ""],
    order_date: "2026-02-10",
    required_date: "2026-02-20",
    shipped_date: "2026-02-15",
  });
  return { order, line: company.line(order, { unit_price: price, quantity: "10", discount: "0" }) };
}

describe("a changed record", () => {
  it("moves the sheets it counts for and no others", async () => {
    const { line } = adasOrder();
    await company.stage.settle();
    const before = totals();

    company.update("order_lines", line, { discount: "0.5" });
    await company.stage.settle();

    // February, March (growth compares with February) and the quarter; Ada and her department.
    expect(changedCodes(before)).toEqual(expect.arrayContaining(["E1|2026-02", "E1|2026-Q1"]));
    expect(changedCodes(before).filter((code) => /^E[23]/.test(code))).toEqual([]);
    expect(changedCodes(before).filter((code) => code.endsWith("2026-01"))).toEqual([]);
  });

  it("changes the actual by exactly what it changed by", async () => {
    const { line } = adasOrder("100.10");
    await company.stage.settle();
    const before = item("E1|2026-02", "REVENUE")?.actual ?? "";

    company.update("order_lines", line, { quantity: "11" });
    await company.stage.settle();

    const after = item("E1|2026-02", "REVENUE")?.actual ?? "";
    expect((Number(after) - Number(before)).toFixed(6)).toBe("100.100000");
  });

  it("leaves a ledger line that names the record and both readings", async () => {
    const { line } = adasOrder();
    await company.stage.settle();

    company.update("order_lines", line, { unit_price: "90" });
    await company.stage.settle();

    const [latest] = views().ledger({ sheet: "E1|2026-02", record: line, limit: 1 }, "zh-CN");
    expect(latest).toMatchObject({
      subject: "Ada",
      cycle: "2026-02",
      cause: { kind: "record", record: line, change: "update", tableName: "订单明细" },
    });
    expect(latest?.actualBefore).not.toBe(latest?.actualAfter);
  });

  it("moves from one person and period to another with its owner and date", async () => {
    const { order } = adasOrder();
    await company.stage.settle();
    const [ada, ben] = [item("E1|2026-02", "ORDERS"), item("E2|2026-03", "ORDERS")];

    company.update("orders", order, {
      owner: [company.members[1] ?? ""],
      order_date: "2026-03-03",
    });
    await company.stage.settle();

    expect(Number(item("E1|2026-02", "ORDERS")?.actual)).toBe(Number(ada?.actual) - 1);
    expect(Number(item("E2|2026-03", "ORDERS")?.actual)).toBe(Number(ben?.actual) + 1);
  });

  it("is gone from every figure when it is deleted", async () => {
    const before = totals();
    const { order, line } = adasOrder("5000");
    await company.stage.settle();
    expect(totals()).not.toEqual(before);

    company.remove(line);
    company.remove(order);
    await company.stage.settle();

    expect(totals()).toEqual(before);
  });
});

describe("a missing amount", () => {
  it("makes the item say so and is never 0", async () => {
    const { line } = adasOrder();
    await company.stage.settle();

    company.update("order_lines", line, { unit_price: null });
    await company.stage.settle();

    const broken = item("E1|2026-02", "REVENUE");
    expect(broken).toMatchObject({
      status: "ERROR",
      actual: null,
      score: null,
      contribution: null,
    });
    const sheet = views().sheets({ cycle: "2026-02", subject: "E1" })[0];
    const why = views().why(sheet?.id ?? "", "REVENUE", "zh-CN");
    expect(why?.records.find((record) => record.id === line)?.problem).toContain("单价");
    company.remove(line);
    await company.stage.settle();
  });
});

describe("an invalid configuration row", () => {
  it("is commented on while the last valid version stays in force", async () => {
    const kpi = await company.find("kpis", "code", "REVENUE");
    const before = totals();

    company.update("kpis", kpi, { formula: "REVENEU*2" });
    await company.stage.settle();

    expect(totals()).toEqual(before);
    const table = tables().table("kpis");
    const row = (await company.stage.workspace.records.read(table, [kpi])).get(kpi);
    expect(row?.fields[tables().field("kpis", "check")]).toContain("REVENEU");
    const comments = await company.stage.workspace.comments.read({ table, id: kpi });
    expect(comments.map((comment) => comment.text).join()).toContain("REVENEU");

    company.update("kpis", kpi, { formula: "REVENUE" });
    await company.stage.settle();
    const mended = (await company.stage.workspace.records.read(table, [kpi])).get(kpi);
    expect(mended?.fields[tables().field("kpis", "check")]).toBeNull();
  });
});

describe("a renamed field", () => {
  it("stays bound in the formulas that use its old name", async () => {
    const before = totals();
    const table = tables().table("order_lines");
    const field = tables().field("order_lines", "unit_price");
    const { stage } = company;
    await v2(company, table, { fields: [{ field_id: field, name: "成交单价" }] });

    await stage.automation().reconcile("since");
    const { line } = adasOrder();
    await stage.settle();
    company.remove(line);
    await stage.settle();

    expect(stage.automation().health().configProblems).toBe(0);
    expect(new Set(totals().keys())).toEqual(new Set(before.keys()));
    expect((await stage.automation().recompute()).differences).toBe(0);
  });
});

describe("what the workspace shows", () => {
  it("is what was computed, on every sheet and item", async () => {
    await company.stage.settle();
    const [sheets, items] = [
      await shownResults(company.stage, "sheets"),
      await shownResults(company.stage, "items"),
    ];

    for (const row of views().sheets({}))
      expect([
        row.code,
        sheets.get(row.code)?.["grade"],
        Number(sheets.get(row.code)?.["total"]),
      ]).toEqual([row.code, row.grade, Number(row.total)]);
    expect(items.size).toBeGreaterThan(60);
    expect([...items.values()].filter((shown) => shown["status"] === null)).toEqual([]);
  });

  it("is written once per row in a burst, and our own echoes change nothing", async () => {
    const { order } = adasOrder();
    await company.stage.settle();
    const lines = Array.from({ length: 8 }, () => company.line(order, { unit_price: "7" }));
    const sheet = views().sheets({ cycle: "2026-02", subject: "E1" })[0]?.id ?? "";
    const writes = () => company.stage.embedded.grid.history(sheet).length;
    const before = writes();

    for (const line of lines) company.update("order_lines", line, { quantity: "3" });
    await company.stage.settle();

    expect(writes() - before).toBe(1);
    company.stage.requests.length = 0;
    await company.stage.settle();
    expect(company.stage.requests).toEqual([]);
  });

  it("is put right when somebody overwrites a result", async () => {
    const sheet = views().sheets({ cycle: "2026-01", subject: "E2" })[0];

    company.update("sheets", sheet?.id ?? "", { total: "1", grade: "S" });
    await company.stage.settle();

    const shown = (await shownResults(company.stage, "sheets")).get(sheet?.code ?? "");
    expect([Number(shown?.["total"]), shown?.["grade"]]).toEqual([
      Number(sheet?.total),
      sheet?.grade,
    ]);
  });
});

describe("feedback", () => {
  it("appears with a mention when a grade is crossed, once, and not on other sheets", async () => {
    const { line } = adasOrder();
    await company.stage.settle();
    const items = company.stage.db
      .prepare<[], { id: string; code: string }>(
        "SELECT id, code FROM items WHERE code LIKE 'E1|2026-02|%'",
      )
      .all();
    for (const one of items)
      company.update("items", one.id, { target: one.code.endsWith("REVENUE") ? "1000" : null });
    await company.stage.settle();
    const sheet = views().sheets({ cycle: "2026-02", subject: "E1" })[0]?.id ?? "";
    const comments = async (id: string) => (await views().sheet(id, "zh-CN"))?.comments ?? [];
    const other = views().sheets({ cycle: "2026-02", subject: "E2" })[0]?.id ?? "";
    const before = (await comments(other)).length;

    company.update("order_lines", line, { unit_price: "0.01" });
    await company.stage.settle();
    const first = await comments(sheet);

    expect(first.filter((comment) => comment.topic !== null).length).toBeGreaterThan(0);
    expect(first.at(-1)).toMatchObject({ mentions: [company.members[0]] });
    expect(first.at(-1)?.text).toContain("@Ada");
    expect((await comments(other)).length).toBe(before);
    expect(new Set(first.map((comment) => comment.topic)).size).toBe(first.length);
  });
});

describe("a locked cycle", () => {
  it("keeps its sheets as they are until it is opened again", async () => {
    const [cycle] = company.cycles;
    company.update("cycles", cycle ?? "", { status: company.option("cycles", "status", "locked") });
    await company.stage.settle();
    const before = totals();

    const order = company.order({
      owner: [company.members[0] ?? ""],
      order_date: "2026-01-10",
      required_date: "2026-01-20",
      shipped_date: "2026-01-15",
    });
    company.line(order, { unit_price: "9999" });
    await company.stage.settle();
    expect(changedCodes(before).filter((code) => code.endsWith("2026-01"))).toEqual([]);

    company.update("cycles", cycle ?? "", {
      status: company.option("cycles", "status", "running"),
    });
    await company.stage.settle();
    expect(changedCodes(before)).toContain("E1|2026-01");
    expect((await company.stage.automation().recompute()).differences).toBe(0);
  });
});
