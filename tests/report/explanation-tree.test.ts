import { afterAll, beforeAll, expect, it } from "vitest";
import { Decimal, decimalText } from "../../plugin/decimal.ts";
import { explanationTree } from "../../plugin/report/explanation-tree.ts";
import { openSmallCompany, type SmallCompany } from "../automation/small-company.ts";

let company: SmallCompany;
beforeAll(async () => {
  company = await openSmallCompany();
  const { stage, create, option, find, update } = company;
  const results = create("sections", { name: "Results", code: "R", weight: "70", cap: "80" });
  const service = create("sections", { name: "Service", code: "S", weight: "30" });
  const place = async (code: string, cells: Parameters<typeof update>[2]) =>
    update("schemes", await find("schemes", "code", `SALES_REP|${code}`), cells);
  await place("REVENUE", {
    section: [results],
    target: "10",
    target_rule: option("schemes", "target_rule", "fixed"),
  });
  await place("ORDERS", { section: [service] });
  await place("ON_TIME", {
    section: [service],
    target: "0.9",
    target_rule: option("schemes", "target_rule", "fixed"),
  });
  await place("DISCOUNT", { role: option("schemes", "role", "extra") });
  await place("NEW_CUSTOMERS", {
    target: "1",
    target_rule: option("schemes", "target_rule", "fixed"),
  });
  await stage.automation().idle();
  await stage.automation().openCycles();
  await stage.automation().idle();
});
afterAll(() => company.stage.close());

const sum = (points: readonly (string | null)[]) =>
  decimalText(Decimal.sum(0, ...points.map((one) => one ?? "0")));

it("sums up at every node, to the last digit, for every sheet", async () => {
  const { views } = company.stage.automation();
  let scored = 0;
  let stepped = 0;

  for (const row of views.sheets({})) {
    const sheet = await views.sheet(row.id, "en-US");
    if (!sheet || sheet.exactTotal === null) continue;
    const why = sheet.itemViews.flatMap(({ kpi }) => views.why(row.id, kpi.code, "en-US") ?? []);
    const tree = explanationTree(sheet, why, "en-US");

    for (const branch of tree.branches)
      expect(sum(branch.items.map(({ points }) => points))).toBe(branch.points ?? "0");
    const below = [...tree.branches, ...tree.steps].map(({ points }) => points);
    expect(sum(below)).toBe(sheet.exactTotal);
    expect(tree.branches.flatMap(({ items }) => items)).toHaveLength(sheet.itemViews.length);
    scored += 1;
    stepped += tree.steps.length;
  }

  // Sections, plus and minus items and a section held at its cap took part.
  expect(scored).toBeGreaterThan(3);
  expect(stepped).toBeGreaterThan(0);
});

it("goes from the total over sections and KPIs to the records, in words", async () => {
  const { views } = company.stage.automation();
  const row = views.sheets({ cycle: "2026-01" }).find(({ code }) => code.startsWith("E1|"));
  const sheet = await views.sheet(row?.id ?? "", "zh-CN");
  if (!sheet) throw new Error("E1 has no sheet");
  const why = sheet.itemViews.flatMap(({ kpi }) => views.why(sheet.id, kpi.code, "zh-CN") ?? []);

  const tree = explanationTree(sheet, why, "zh-CN");

  expect(tree.branches.map(({ kind, name }) => [kind, name])).toEqual([
    ["section", "Results"],
    ["section", "Service"],
    ["items", "指标"],
    ["extras", "加减分项"],
  ]);
  const revenue = tree.branches[0]?.items[0];
  expect(revenue?.kpi).toBe("REVENUE");
  expect(revenue?.way.map(({ code }) => code)).toContain("records");
  expect(tree.steps[0]?.text).toContain("板块“Results”得");
});
