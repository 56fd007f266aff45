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

const rewrite = async (value: string) => {
  company.update("sources", await company.find("sources", "key", "REVENUE"), { value });
  await company.stage.settle();
  return company.stage
    .automation()
    .views.configProblems("en-US")
    .map(({ text }) => text);
};

it("a formula that cannot work out whatever the records hold is refused when it is saved", async () => {
  expect(await rewrite("单价*所属订单.负责人")).toEqual([
    expect.stringMatching(/The formula in .* cannot be read at character 4/),
  ]);
  expect((await company.stage.automation().recompute()).differences).toBe(0);
});

it("what works for some records is nobody's mistake", async () => {
  expect(await rewrite("单价*数量*(所属订单.下单日期>0)")).toEqual([]);
  expect(await rewrite("单价*数量*(1-折扣)")).toEqual([]);
});
