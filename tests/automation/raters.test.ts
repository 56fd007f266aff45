import { afterAll, beforeAll, expect, it } from "vitest";
import { item } from "./opened-company.ts";
import { openSmallCompany, type SmallCompany } from "./small-company.ts";

/** Ratings from several sides, from the pack's own tables to the sheet, without giving anybody away. */
let company: SmallCompany;
const ITEM = "E1|2026-01|TEAM";
const given = new Map<string, string>();

beforeAll(async () => {
  company = await openSmallCompany();
  const { stage } = company;
  company.create("sources", {
    name: "Teamwork",
    key: "TEAM",
    table: "ratings",
    filter: '指标.指标编码="TEAM"',
    person: "employee",
    date: "date",
    value: "score",
    group_by: "group",
    aggregate: company.option("sources", "aggregate", "raters"),
    enabled: true,
  });
  const kpi = company.create("kpis", {
    name: "Teamwork",
    code: "TEAM",
    formula: "TEAM",
    measured_in: "分",
    method: company.option("kpis", "method", "RATIO"),
    status: company.option("kpis", "status", "published"),
  });
  company.create("schemes", {
    code: "TEAM|REP",
    applies: company.option("schemes", "applies", "individual"),
    position: [await company.find("positions", "code", "SALES_REP")],
    kpi: [kpi],
    weight: "10",
    target_rule: company.option("schemes", "target_rule", "fixed"),
    target: "100",
    kinds: company.option("schemes", "kinds", "month"),
  });
  const self = await company.find("rater_groups", "code", "self");
  company.update("rater_groups", self, { weight: "10" });
  await stage.automation().idle();
  await stage.automation().openCycles();
  stage.connect();
  await stage.settle();
  rate("boss", "superior", "85");
  for (const [name, score] of Object.entries({ p1: "90", p2: "80", p3: "88" }))
    rate(name, "peer", score);
  rate("r1", "report", "95");
  rate("me", "self", "98");
  await stage.settle();

  function rate(name: string, group: string, score: string | null) {
    given.set(
      name,
      company.create("ratings", {
        name,
        employee: [company.employees[0] ?? ""],
        kpi: [kpi],
        date: "2026-01-20",
        group: company.option("ratings", "group", group),
        score,
      }),
    );
  }
});
afterAll(() => company.stage.close());

const settle = () => company.stage.settle();
const actual = () => item(company, ITEM)?.actual;
const score = (name: string, value: string | null) =>
  company.update("ratings", given.get(name) ?? "", { score: value });
const sheetId = () =>
  company.stage.db
    .prepare<[], { id: string }>("SELECT id FROM sheets WHERE code = 'E1|2026-01'")
    .get()?.id ?? "";
const why = () => company.stage.automation().views.why(sheetId(), "TEAM", "en-US");

it("weighs the means of the groups and leaves out the one with too few raters (Q1)", () => {
  expect(item(company, ITEM)).toMatchObject({ status: "OK", actual: "87" });
});

it("tells of each group what may be told, and lists only ratings that are nobody's secret", () => {
  const explained = why();
  const text = explained?.steps.find(({ code }) => code === "aggregate")?.text;

  expect(text).toContain("同级: 86 on average of 3, share 37.5%.");
  expect(text).toContain("下级: too few raters");
  expect(text).not.toContain("95");
  expect(explained?.records.map(({ title, value }) => [title, value]).sort()).toEqual([
    ["boss", "85"],
    ["me", "98"],
  ]);
  expect(explained?.recordCount).toBe(2);
  // Five, not six: that there is one report must not be told either.
  expect(explained?.sources.map(({ count }) => count)).toEqual([5]);
});

it("a changed rating moves the score, and the history does not say whose it was", async () => {
  score("p2", "71");
  await settle();

  expect(actual()).toBe("85.875");
  const [line] = company.stage.automation().views.ledger({ sheet: sheetId(), limit: 1 }, "en-US");
  expect(line?.cause).toMatchObject({ kind: "record", change: "update", record: null });
  const stored = company.stage.db
    .prepare<[], { line: string }>("SELECT line FROM ledger ORDER BY id DESC LIMIT 1")
    .get();
  const { cause } = JSON.parse(stored?.line ?? "") as { cause: unknown };
  expect(cause).toMatchObject({ record: null, title: "评分记录", fields: [] });
});

it("who cannot say has not rated", async () => {
  score("p2", null);
  await settle();
  // Two peers are too few: (85 × 40 + 98 × 10) ÷ 50.
  expect(actual()).toBe("87.6");

  score("p2", "80");
  await settle();
  expect(actual()).toBe("87");
});

it("weights and numbers of raters are rows, and groups keep their name's meaning", async () => {
  const report = await company.find("rater_groups", "code", "report");
  company.update("rater_groups", report, { minimum: "1" });
  await settle();
  // Q2, without anonymity: (85 × 40 + 86 × 30 + 95 × 20 + 98 × 10) ÷ 100.
  expect(actual()).toBe("88.6");
  expect(why()?.recordCount).toBe(3);

  company.update("rater_groups", report, { weight: "-1" });
  await settle();
  expect(actual()).toBe("88.6");
  const groups = company.bindings.table("rater_groups");
  const problems = company.stage.automation().views.configProblems("en-US");
  expect(problems.filter(({ table }) => table === groups)).toEqual([
    expect.objectContaining({ text: expect.stringContaining("must be 0 or more") as string }),
  ]);

  company.update("rater_groups", report, { weight: "20", minimum: null });
  await settle();
  expect(actual()).toBe("87");
  expect((await company.stage.automation().recompute()).differences).toBe(0);
});
