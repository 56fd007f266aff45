import { afterAll, beforeAll, expect, it } from "vitest";
import type { SmallCompany } from "./small-company.ts";
import { comments, item, opened, setTargets, sheet, TARGETS } from "./opened-company.ts";

/** What people are told of a change, in comments and in the ledger. */

let company: SmallCompany;
beforeAll(async () => {
  company = await opened();
});
afterAll(() => company.stage.close());

const ledgerLines = () =>
  company.stage.db.prepare<[], { n: number }>("SELECT count(*) AS n FROM ledger").get()?.n ?? 0;
const texts = async (code: string) => (await comments(company, code)).map((one) => one.text);

it("a target reached by a row that is filled in cell by cell is told, and the gap no more", async () => {
  const order = company.order({
    owner: [company.members[0] ?? ""],
    order_date: "2026-02-10",
    required_date: "2026-02-20",
    shipped_date: "2026-02-15",
  });
  await company.stage.settle();
  expect(item(company, "E1|2026-02|REVENUE")?.reached).toBe(false);
  const line = company.line(order, { unit_price: null, quantity: "10", discount: "0" });
  await company.stage.settle();
  company.update("order_lines", line, { unit_price: "150" });
  await company.stage.settle();
  expect(item(company, "E1|2026-02|REVENUE")?.reached).toBe(true);
  const said = (await texts("E1|2026-02")).join("\n---\n");
  expect(said).toMatch(/达到|达成|升/);
  expect(said).not.toContain("缺少");
});

it("data that were missing and are there again are told as solved", async () => {
  const line = company.lines[4] ?? "";
  const before = await Promise.all(["E3|2026-Q1", "E3|2026-03", "E3|2026-01"].map(texts));
  company.update("order_lines", line, { unit_price: null });
  await company.stage.settle();
  const broken = company.stage.db
    .prepare<[], { key: string }>(
      "SELECT key FROM meta WHERE key LIKE 'missing %' AND value <> '[]'",
    )
    .all();
  expect([broken.length > 0, before.length]).toEqual([true, 3]);
  company.update("order_lines", line, { unit_price: "14" });
  await company.stage.settle();
  const table = company.bindings.table("sheets");
  for (const { key } of broken) {
    const said = await company.stage.workspace.comments.read({ table, id: key.slice(8) });
    expect(said.map((one) => one.text).join("\n")).toContain("此前提示的数据问题已解决");
  }
});

it("a grade that falls while a figure is missing in between is told", async () => {
  const items = company.stage.db
    .prepare<[], { id: string; code: string }>(
      "SELECT id, code FROM items WHERE code LIKE 'E1|2026-02|%'",
    )
    .all();
  for (const one of items)
    company.update(
      "items",
      one.id,
      one.code.endsWith("REVENUE")
        ? { target: "1000", weight: "80" }
        : { target: null, weight: "4" },
    );
  await company.stage.settle();
  const high = sheet(company, "E1|2026-02")?.grade;
  const before = await texts("E1|2026-02");
  const line = company.stage.db
    .prepare<[], { record_id: string }>(
      "SELECT record_id FROM contributions WHERE value = '1500' LIMIT 1",
    )
    .get()?.record_id;
  company.update("order_lines", line ?? "", { unit_price: null });
  await company.stage.settle();
  expect(sheet(company, "E1|2026-02")?.grade).toBeNull();
  company.update("order_lines", line ?? "", { unit_price: "1" });
  await company.stage.settle();
  expect(sheet(company, "E1|2026-02")?.grade).not.toBe(high);
  const after = (await texts("E1|2026-02")).filter((text) => !before.includes(text));
  expect(after.join("\n")).toMatch(/等级|预警|变为|差距/);
});

it("giving a sheet to another person is no news about that person's grade", async () => {
  setTargets(company, { ...TARGETS, REVENUE: "100" });
  await company.stage.settle();
  const id = sheet(company, "E1|2026-03")?.id ?? "";
  const before = await texts("E1|2026-03");
  for (const other of company.employees.slice(1)) {
    company.update("sheets", id, { employee: [other] });
    await company.stage.settle();
  }
  expect(await texts("E1|2026-03")).toEqual(before);
});

it("a changed weight leaves a ledger line", async () => {
  const [before, total] = [ledgerLines(), sheet(company, "E1|2026-Q1")?.total];
  company.update("items", await company.find("items", "code", "E1|2026-Q1|REVENUE"), {
    weight: "2",
  });
  await company.stage.settle();
  expect(sheet(company, "E1|2026-Q1")?.total).not.toBe(total);
  expect(ledgerLines()).toBe(before + 1);
  const [line] = company.stage.automation().views.ledger({ limit: 1 }, "zh-CN");
  expect(line).toMatchObject({ sheetCode: "E1|2026-Q1", kpi: "", kpiName: "总分" });
  expect(line?.text).toContain("目标或权重的改动");
});

it("a grade moved by new bands leaves a ledger line", async () => {
  const before = ledgerLines();
  const grades = () => {
    const rows = company.stage.automation().views.sheets({});
    return new Map(rows.map((row) => [row.id, row.grade]));
  };
  const had = grades();
  company.update("grades", await company.find("grades", "grade", "C"), { lower: "20" });
  company.update("grades", await company.find("grades", "grade", "B"), { lower: "30" });
  await company.stage.settle();
  const moved = [...grades()].filter(([id, grade]) => had.has(id) && grade !== had.get(id)).length;
  expect(moved).toBeGreaterThan(0);
  expect(ledgerLines()).toBeGreaterThanOrEqual(before + moved);
  expect((await company.stage.automation().recompute()).differences).toBe(0);
});
