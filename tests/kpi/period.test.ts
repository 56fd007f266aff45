import fc from "fast-check";
import { expect, it } from "vitest";
import {
  comparePeriods,
  grainOf,
  isPeriod,
  periodOf,
  comparingPeriod,
  comparisonPeriod,
  previousPeriod,
  type Comparison,
  rangeOf,
} from "../../plugin/kpi/period.ts";
import { dateOfDay, dayNumber } from "../../plugin/formula/calendar.ts";

it.each([
  ["1998-04", "month", "1998-04-01", "1998-04-30"],
  ["1998-02", "month", "1998-02-01", "1998-02-28"],
  ["2000-02", "month", "2000-02-01", "2000-02-29"],
  ["1900-02", "month", "1900-02-01", "1900-02-28"],
  ["1998-12", "month", "1998-12-01", "1998-12-31"],
  ["1998-Q1", "quarter", "1998-01-01", "1998-03-31"],
  ["1998-Q2", "quarter", "1998-04-01", "1998-06-30"],
  ["1998-Q4", "quarter", "1998-10-01", "1998-12-31"],
  ["1998-H1", "half", "1998-01-01", "1998-06-30"],
  ["1998-H2", "half", "1998-07-01", "1998-12-31"],
  ["1998", "year", "1998-01-01", "1998-12-31"],
  ["0001", "year", "0001-01-01", "0001-12-31"],
])("%s is a %s from %s to %s", (period, grain, start, end) => {
  expect(isPeriod(period)).toBe(true);
  expect(grainOf(period)).toBe(grain);
  expect(rangeOf(period)).toEqual({ start, end });
});

it.each([
  ["1998-04-30", "month", "1998-04"],
  ["1998-04-01", "quarter", "1998-Q2"],
  ["1998-03-31", "quarter", "1998-Q1"],
  ["1998-12-31", "quarter", "1998-Q4"],
  ["1998-06-30", "half", "1998-H1"],
  ["1998-07-01", "half", "1998-H2"],
  ["1998-07-01", "year", "1998"],
] as const)("%s belongs to the %s %s", (date, grain, period) => {
  expect(periodOf(date, grain)).toBe(period);
});

it.each([
  ["1998-01", 1, "1997-12"],
  ["1998-01", 13, "1996-12"],
  ["1998-12", -1, "1999-01"],
  ["1998-05", 0, "1998-05"],
  ["1998-Q1", 1, "1997-Q4"],
  ["1998-Q3", -2, "1999-Q1"],
  ["1998-H1", 1, "1997-H2"],
  ["1998", 3, "1995"],
])("%s less %i is %s", (period, steps, expected) => {
  expect(previousPeriod(period, steps)).toBe(expected);
});

it.each([
  "",
  "1998-4",
  "1998-00",
  "1998-13",
  "1998-Q0",
  "1998-Q5",
  "1998-H3",
  "0000",
  "98",
  "1998-04-01",
  "1998q1",
])("%j is no period", (text) => {
  expect(isPeriod(text)).toBe(false);
  expect(() => grainOf(text)).toThrow(RangeError);
  expect(() => rangeOf(text)).toThrow(RangeError);
});

it("refuses days and periods that do not exist", () => {
  expect(() => periodOf("1998-02-29", "month")).toThrow(RangeError);
  expect(() => previousPeriod("0001")).toThrow(RangeError);
  expect(() => previousPeriod("9999", -1)).toThrow(RangeError);
});

it("orders by start, the shorter period first", () => {
  const periods = ["1998-Q2", "1998", "1998-04", "1997-12", "1998-01", "1998-H1", "1998-Q1"];

  const sorted = [...periods].sort(comparePeriods);

  expect(sorted).toEqual([
    "1997-12",
    "1998-01",
    "1998-Q1",
    "1998-H1",
    "1998",
    "1998-04",
    "1998-Q2",
  ]);
  expect(comparePeriods("1998-04", "1998-04")).toBe(0);
});

it("puts every day into exactly one period, and the period before ends the day before", () => {
  const days = fc.integer({ min: 10_000, max: 3_000_000 });
  const grains = fc.constantFrom("month", "quarter", "half", "year");
  fc.assert(
    fc.property(days, grains, (days, grain) => {
      const date = dateOfDay(days) ?? "";
      const period = periodOf(date, grain);
      const { start, end } = rangeOf(period);
      const before = previousPeriod(period);

      expect(start <= date && date <= end).toBe(true);
      expect(grainOf(period)).toBe(grain);
      expect(dayNumber(rangeOf(before).end)).toBe((dayNumber(start) ?? 0) - 1);
      expect(previousPeriod(before, -1)).toBe(period);
      expect(before < period && comparePeriods(before, period) === -1).toBe(true);
    }),
  );
});

it.each<[string, Comparison, string]>([
  ["2026-03", "own", "2026-03"],
  ["2026-01", "previous", "2025-12"],
  ["2026-03", "last_year", "2025-03"],
  ["2024-Q1", "last_year", "2023-Q1"],
  ["2026-H2", "last_year", "2025-H2"],
  // Of a year, the year before is last year.
  ["2026", "previous", "2025"],
  ["2026", "last_year", "2025"],
])("%s is compared (%s) with %s, and the other way round", (period, comparison, expected) => {
  expect(comparisonPeriod(period, comparison)).toBe(expected);
  expect(comparingPeriod(expected, comparison)).toBe(period);
});

it("compares nothing with the last period there can be", () => {
  expect(comparingPeriod("9999-12", "previous")).toBeNull();
  expect(comparingPeriod("9999", "last_year")).toBeNull();
});
