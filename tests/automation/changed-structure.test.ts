import { expect, it } from "vitest";
import { item, opened, sheet, shownSheet, v2 } from "./opened-company.ts";
import { openVisits } from "./visits.ts";

/** People rename, convert and delete tables, fields and options: pay must not move by it. */

it("renamed tables stay bound", async () => {
  const company = await opened();
  const { stage } = company;
  await v2(company, company.bindings.table("orders"), { name: "销售订单" });
  await v2(company, company.bindings.table("order_lines"), { name: "销售明细" });
  await stage.automation().reconcile("since");
  await stage.settle();
  expect(stage.automation().views.configProblems("zh-CN")).toEqual([]);
  expect(item(company, "E1|2026-Q1|ORDERS")?.status).toBe("OK");
  expect((await stage.automation().recompute()).differences).toBe(0);
  await stage.close();
});

it("a relation that was only a value and is now followed: changes of its target arrive", async () => {
  const company = await opened();
  company.update("sources", await company.find("sources", "key", "ORDERS"), {
    filter: '所属客户.国家="CN"',
  });
  for (const customer of company.customers)
    company.update("customers", customer, { country: "CN" });
  await company.stage.settle();
  expect(item(company, "E1|2026-Q1|ORDERS")?.actual).toBe("4");
  for (const customer of company.customers)
    company.update("customers", customer, { country: "US" });
  await company.stage.settle();
  // Nobody has such orders any more: the source says nothing, rather than nothing done.
  expect(item(company, "E1|2026-Q1|ORDERS")?.status).toBe("NO_DATA");
  for (const customer of company.customers)
    company.update("customers", customer, { country: "CN" });
  await company.stage.settle();
  expect(item(company, "E1|2026-Q1|ORDERS")?.actual).toBe("4");
  await company.stage.close();
});

it("a renamed option keeps filters working, by either name", async () => {
  const visits = await openVisits({ filter: '进度="完成"' });
  const { stage } = visits;
  await stage.automation().idle();
  await stage.automation().openCycles();
  stage.connect();
  await stage.settle();
  const at = "2026-02-03T09:00:00+08:00";
  const owners = [visits.members[0] ?? ""];
  const state = visits.state("完成");
  const first = visits.visit({ owners, at, amount: "5", state });
  visits.visit({ owners, at, amount: "6", state });
  await stage.settle();
  expect(visits.reading("E1", "2026-02", "V_SUM")).toBe("11");
  const [id] = state as string[];
  await v2(visits, visits.table, {
    fields: [{ field_id: visits.field("state"), config: { options: [{ id, name: "已完成" }] } }],
  });
  await stage.automation().reconcile("since");
  visits.change(first, { amount: "7" });
  await stage.settle();
  expect(visits.reading("E1", "2026-02", "V_SUM")).toBe("13");
  visits.update("sources", visits.sources.get("sum") ?? "", { filter: '进度="已完成"' });
  await stage.settle();
  expect(visits.reading("E1", "2026-02", "V_SUM")).toBe("13");
  expect((await stage.automation().recompute()).differences).toBe(0);
  await stage.close();
});

it("a deleted configuration field is a problem, and what it said goes on counting", async () => {
  const company = await opened();
  const { stage } = company;
  company.update("order_lines", company.lines[0] ?? "", { unit_price: "50000" });
  await stage.settle();
  const totals = () =>
    stage
      .automation()
      .views.sheets({})
      .map((row) => [row.code, row.total]);
  const before = totals();
  const kpis = company.bindings.table("kpis");
  await v2(company, kpis, {
    delete_field_ids: ["cap", "example"].map((key) => company.bindings.field("kpis", key)),
  });
  await stage.automation().reconcile("full");
  await stage.settle();
  expect(totals()).toEqual(before);
  const said = stage
    .automation()
    .views.configProblems("zh-CN")
    .map((one) => one.text);
  expect(said).toContain("本表的字段“得分上限”已被删除。 上一个有效版本继续生效。");
  expect((await stage.automation().recompute()).differences).toBe(0);
  await stage.close();
});

it("a deleted weight is no weight of zero", async () => {
  const company = await opened();
  const { stage } = company;
  const before = sheet(company, "E1|2026-Q1")?.total;
  await v2(company, company.bindings.table("items"), {
    delete_field_ids: [company.bindings.field("items", "weight")],
  });
  await stage.automation().reconcile("full");
  await stage.settle();
  expect(sheet(company, "E1|2026-Q1")?.total).toBe(before);
  expect((await stage.automation().recompute()).differences).toBe(0);
  await stage.close();
});

it("a deleted result field does not keep the other results from being written", async () => {
  const company = await opened();
  const { stage } = company;
  await v2(company, company.bindings.table("sheets"), {
    delete_field_ids: [company.bindings.field("sheets", "summary")],
  });
  await stage.automation().reconcile("since");
  company.update("order_lines", company.lines[0] ?? "", { unit_price: "5000" });
  await stage.settle();
  const total = sheet(company, "E1|2026-Q1")?.total;
  expect(Number((await shownSheet(company, "E1|2026-Q1")).total)).toBe(
    Number(Number(total).toFixed(2)),
  );
  expect(
    stage
      .automation()
      .views.configProblems("zh-CN")
      .map((one) => one.text),
  ).toEqual([expect.stringContaining("已被删除，不再写入该项")]);
  expect(stage.automation().health().failed).toEqual([]);
  await stage.close();
});

it("deleting the lowest grade band keeps the last valid grades in force", async () => {
  const company = await opened();
  const { stage } = company;
  const grades = () =>
    stage
      .automation()
      .views.sheets({})
      .map((row) => [row.code, row.grade]);
  const before = grades();
  const bands: { id: string; lower: number }[] = [];
  for await (const page of stage.workspace.records.pages(company.bindings.table("grades")))
    for (const { id, fields } of page)
      bands.push({ id, lower: Number(fields[company.bindings.field("grades", "lower")]) });
  company.remove(bands.sort((a, b) => a.lower - b.lower)[0]?.id ?? "");
  await stage.settle();
  expect(grades()).toEqual(before);
  expect((await stage.automation().recompute()).differences).toBe(0);
  await stage.close();
});

it("a retired KPI stays on the sheets of running cycles, and comes to no new ones", async () => {
  const company = await opened();
  const { stage } = company;
  const retired = company.option("kpis", "status", "retired");
  const before = item(company, "E1|2026-02|ORDERS");
  company.update("kpis", await company.find("kpis", "code", "ORDERS"), { status: retired });
  company.create("cycles", {
    name: "2026-04",
    kind: company.option("cycles", "kind", "month"),
    start: "2026-04-01",
    end: "2026-04-30",
    status: company.option("cycles", "status", "running"),
  });
  await stage.settle();
  await stage.automation().openCycles();
  await stage.settle();
  expect(before?.status).toBe("OK");
  expect(item(company, "E1|2026-02|ORDERS")).toEqual(before);
  expect(sheet(company, "E1|2026-04")).not.toBeNull();
  expect(item(company, "E1|2026-04|ORDERS")).toBeNull();
  await stage.close();
});
