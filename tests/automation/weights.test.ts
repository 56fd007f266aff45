import { afterAll, beforeAll, expect, it } from "vitest";
import { openSmallCompany, type SmallCompany } from "./small-company.ts";

let company: SmallCompany;
beforeAll(async () => {
  company = await openSmallCompany();
  await company.stage.automation().idle();
  company.stage.connect();
  await company.stage.settle();
});
afterAll(() => company.stage.close());

const problems = (locale: "zh-CN" | "en-US") =>
  company.stage
    .automation()
    .views.configProblems(locale)
    .map(({ text }) => text);
const reweigh = async (code: string, weight: string) => {
  company.update("schemes", await company.find("schemes", "code", code), { weight });
  await company.stage.settle();
};

it("weights that do not add up to 100 are told on the row, which stays in force", async () => {
  expect(problems("en-US")).toEqual([]);

  await reweigh("SALES_REP|REVENUE", "25.5");

  expect(problems("en-US")).toEqual([
    "The weights of 销售代表 add up to 95.5, not to 100. Each counts as its share of the sum; correct them so that they read as what they are. The row is in force all the same.",
  ]);
  expect(problems("zh-CN")[0]).toContain("权重合计为 95.5，不是 100");
  expect(problems("zh-CN")[0]).toContain("该行仍然生效");

  await reweigh("SALES_REP|REVENUE", "30");
  expect(problems("en-US")).toEqual([]);
});

it("bounds that contradict each other are told where the lower one stands", async () => {
  const setting = async (key: string, value: string | null) => {
    company.update("settings", await company.find("settings", "key", key), { value });
    await company.stage.settle();
  };
  await setting("total_cap", "80");
  await setting("total_floor", "90");

  expect(problems("en-US")).toEqual([
    "The highest score 80 is below the lowest score 90; exchange or correct them. The row is in force all the same.",
  ]);

  await setting("total_floor", null);
  await setting("total_cap", null);
  expect(problems("en-US")).toEqual([]);
});

it("weights of a plus or minus item, and within weighted sections, are no such sum", async () => {
  const part = company.create("sections", { name: "Results", code: "R", weight: "80" });
  const row = await company.find("schemes", "code", "SALES_REP|REVENUE");
  company.update("schemes", row, { weight: "25.5", section: [part] });
  await company.stage.settle();
  expect(problems("en-US")).toEqual([]);

  company.update("schemes", row, { section: [], role: company.option("schemes", "role", "extra") });
  await company.stage.settle();
  expect(problems("en-US").map((text) => /add up to [\d.]+/.exec(text)?.[0])).toEqual([
    "add up to 70",
  ]);
});
