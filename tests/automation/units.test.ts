import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { item } from "./opened-company.ts";
import { openVisits, type Visits } from "./visits.ts";

/** Units from the source's row to the KPI's: figures are converted, and never guessed at. */
let visits: Visits;
beforeAll(async () => {
  visits = await openVisits();
  const { stage } = visits;
  await stage.automation().idle();
  await stage.automation().openCycles();
  stage.connect();
  for (const amount of ["100", "150"])
    visits.visit({
      owners: [visits.members[0] ?? ""],
      at: "2026-01-05T09:00:00+08:00",
      amount,
      base: "50",
    });
  await stage.settle();
});
afterAll(() => visits.stage.close());

const source = (key: string, unit: string | null) =>
  visits.update("sources", visits.sources.get(key) ?? "", { unit });
const kpi = async (code: string, cells: Parameters<Visits["update"]>[2]) =>
  visits.update("kpis", await visits.find("kpis", "code", code), cells);
const settle = () => visits.stage.settle();
const reading = (code: string) => visits.reading("E1", "2026-01", code);
const problems = (locale: "zh-CN" | "en-US" = "en-US") =>
  visits.stage
    .automation()
    .views.configProblems(locale)
    // The KPIs of the visits stand beside those of the pack: their weights are no matter here.
    .filter(({ table }) => table !== visits.bindings.table("schemes"))
    .map(({ text }) => text);

beforeEach(async () => {
  for (const key of ["sum", "average", "ratio", "count"]) source(key, null);
  for (const code of ["V_SUM", "V_AVERAGE", "V_RATIO"])
    await kpi(code, { formula: code, measured_in: null });
  await settle();
  expect(problems()).toEqual([]);
});

it("a sum of 万元 is told in yuan or in 万元, as the KPI says", async () => {
  expect(reading("V_SUM")).toBe("250");

  source("sum", "万元");
  await kpi("V_SUM", { measured_in: "CNY" });
  await settle();
  expect(reading("V_SUM")).toBe("2500000");

  await kpi("V_SUM", { measured_in: "万元" });
  await settle();
  expect(reading("V_SUM")).toBe("250");

  await kpi("V_SUM", { measured_in: "亿元" });
  await settle();
  expect(reading("V_SUM")).toBe("0.025");
  expect((await visits.stage.automation().recompute()).differences).toBe(0);
});

it("seconds are told in minutes, and an order's mean in yuan", async () => {
  source("average", "秒");
  await kpi("V_AVERAGE", { measured_in: "minutes" });
  source("ratio", "万元/单");
  await kpi("V_RATIO", { measured_in: "元" });
  await settle();

  expect(reading("V_AVERAGE")).toBe("2.083333333333");
  expect(reading("V_RATIO")).toBe("25000");
});

it("one unit for both parts of a ratio cancels out", async () => {
  source("ratio", "万元");
  await kpi("V_RATIO", { measured_in: "%" });
  await settle();
  expect(reading("V_RATIO")).toBe("2.5");

  await kpi("V_RATIO", { measured_in: "百分点" });
  await settle();
  expect(reading("V_RATIO")).toBe("250");
});

it("money and time are not added: the row is refused by both names, what held before goes on", async () => {
  source("sum", "元");
  source("average", "秒");
  await kpi("V_SUM", { measured_in: "元" });
  await settle();
  await kpi("V_SUM", { formula: "V_SUM+V_AVERAGE" });
  await settle();

  expect(reading("V_SUM")).toBe("250");
  expect(problems()).toEqual([expect.stringMatching(/money \(CNY\) and time cannot be added/)]);
  expect(problems("zh-CN")).toEqual([expect.stringMatching(/金额（CNY） ?与 ?时间/)]);
});

it("a KPI's unit that its formula cannot have is refused, so is one nobody knows", async () => {
  source("sum", "元");
  await kpi("V_SUM", { measured_in: "分钟" });
  await settle();
  expect(reading("V_SUM")).toBe("250");
  expect(problems()).toEqual([expect.stringMatching(/分钟.*time.*formula gives money \(CNY\)/)]);

  await kpi("V_SUM", { measured_in: "元" });
  source("average", "柴禾");
  source("ratio", "百分点");
  await settle();
  expect(problems()).toEqual([
    expect.stringMatching(/柴禾.*no unit the plugin knows/),
    expect.stringMatching(/百分点.*parts or the result/),
  ]);
});

it("a percentage is not scored while it may be a fraction or points", async () => {
  const status = () => item(visits, "E1|2026-01|V_AVERAGE");
  const target = async (value: string) => {
    visits.update("items", await visits.find("items", "code", "E1|2026-01|V_AVERAGE"), {
      target: value,
    });
    await settle();
  };
  await kpi("V_AVERAGE", { measured_in: "%" });
  await target("0.9");
  // 125 on average, against 90 %: 125 % or 12500 %?
  expect(status()).toMatchObject({
    status: "INVALID_UNIT",
    actual: "125",
    score: null,
    reasons: [{ code: "unit_ambiguous_actual" }],
  });

  source("average", "百分点");
  await settle();
  expect(status()).toMatchObject({ status: "OK", actual: "1.25" });

  await target("90");
  expect(status()).toMatchObject({
    status: "INVALID_UNIT",
    actual: "1.25",
    reasons: [{ code: "unit_ambiguous" }],
  });

  await kpi("V_AVERAGE", { measured_in: "百分点" });
  await settle();
  expect(status()).toMatchObject({ status: "OK", actual: "125" });
  expect((await visits.stage.automation().recompute()).differences).toBe(0);
});

it("the explanation tells the figure in the records' unit and in the base unit", async () => {
  source("sum", "万元");
  await kpi("V_SUM", { measured_in: "元" });
  await settle();
  const row = visits.stage.db
    .prepare<[], { id: string }>("SELECT id FROM sheets WHERE code = 'E1|2026-01'")
    .get();

  const why = visits.stage.automation().views.why(row?.id ?? "", "V_SUM", "zh-CN");

  expect(why?.steps.find(({ code }) => code === "aggregate")?.text).toContain(
    "250 万元，换算为基本单位是 2,500,000",
  );
});
