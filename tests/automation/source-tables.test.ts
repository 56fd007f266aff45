import { expect, it } from "vitest";
import { opened } from "./opened-company.ts";
import { openVisits } from "./visits.ts";

it("a source over a table without subscription hears of changes", async () => {
  const visits = await openVisits();
  const { stage } = visits;
  await stage.workspace.events.unsubscribe([visits.table]);
  await stage.automation().idle();
  await stage.automation().openCycles();
  stage.connect();
  await stage.automation().start();
  // the administrator switches a source on while the engine runs
  visits.update("sources", visits.sources.get("sum") ?? "", { name: "now in use" });
  await stage.settle();
  visits.visit({ owners: [visits.members[0] ?? ""], at: "2026-02-03T09:00:00+08:00", amount: "5" });
  await stage.settle();
  await stage.automation().stop();
  expect(visits.reading("E1", "2026-02", "V_SUM")).toBe("5");
});

it("a source that reads the score sheets follows their changes", async () => {
  const company = await opened();
  company.create("sources", {
    name: "团队得分",
    key: "TEAM",
    table: "绩效表",
    person: "所属员工",
    date: "所属周期.开始日期",
    aggregate: company.option("sources", "aggregate", "average"),
    value: "总分",
    filter: "NOT(ISBLANK(总分))",
    enabled: true,
  });
  await company.stage.settle();
  company.update("order_lines", company.lines[0] ?? "", { unit_price: "3" });
  await company.stage.settle();
  expect((await company.stage.automation().recompute()).differences).toBe(0);
});
