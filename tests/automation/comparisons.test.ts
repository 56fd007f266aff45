import { afterAll, beforeAll, expect, it } from "vitest";
import { item } from "./opened-company.ts";
import { openVisits, type Visits } from "./visits.ts";

/** The same period of last year: read by key, heard of when a record of that year changes. */
let visits: Visits;
beforeAll(async () => {
  visits = await openVisits();
  const { stage } = visits;
  const kpi = await visits.find("kpis", "code", "V_SUM");
  visits.update("kpis", kpi, { formula: "(V_SUM-V_SUM.去年同期)/ABS(V_SUM.last_year)" });
  await stage.automation().idle();
  await stage.automation().openCycles();
  stage.connect();
  await stage.settle();
});
afterAll(() => visits.stage.close());

const reading = (cycle: string) => visits.reading("E1", cycle, "V_SUM");
const visit = (at: string, amount: string) =>
  visits.visit({ owners: [visits.members[0] ?? ""], at, amount });

it("is compared month with month and quarter with quarter", async () => {
  visit("2026-02-03T09:00:00+08:00", "150");
  const before = visit("2025-02-03T09:00:00+08:00", "100");
  await visits.stage.settle();
  expect([reading("2026-02"), reading("2026-Q1")]).toEqual(["0.5", "0.5"]);

  visits.change(before, { amount: "120" });
  await visits.stage.settle();
  expect([reading("2026-02"), reading("2026-Q1")]).toEqual(["0.25", "0.25"]);

  // The month before is not the year before, and January has nothing to compare with.
  visit("2026-01-03T09:00:00+08:00", "75");
  await visits.stage.settle();
  expect([reading("2026-01"), reading("2026-02"), reading("2026-Q1")]).toEqual([
    "INVALID_BASELINE",
    "0.25",
    "0.875",
  ]);
  expect((await visits.stage.automation().recompute()).differences).toBe(0);
});

it("without records, or with 0, gives no rate of change and says so", async () => {
  const reasons = (cycle: string) => item(visits, `E1|${cycle}|V_SUM`)?.reasons;
  visit("2026-03-03T09:00:00+08:00", "75");
  await visits.stage.settle();
  expect(reasons("2026-03")).toEqual([
    { code: "baseline_missing", details: { period: "2025-03" } },
  ]);

  visit("2025-03-03T09:00:00+08:00", "0");
  await visits.stage.settle();
  expect(reasons("2026-03")).toEqual([{ code: "baseline_zero", details: {} }]);
});

it("may lie at the end of all years", async () => {
  visit("9999-12-31T09:00:00+08:00", "1");
  await visits.stage.settle();
  expect(visits.stage.automation().health().failed).toEqual([]);
});
