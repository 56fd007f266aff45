import { describe, expect, it } from "vitest";
import { Decimal } from "../../plugin/decimal.ts";
import {
  inUnits,
  isWorkday,
  lengthOf,
  weighCycle,
  type DayBasis,
  type DayRange,
} from "../../plugin/kpi/day-shares.ts";

/** The spring festival of 2025: off from 28 January to 4 February, made up on 26 January and 8 February. */
const CALENDAR = {
  holidays: new Set([
    "2025-01-28",
    "2025-01-29",
    "2025-01-30",
    "2025-01-31",
    "2025-02-03",
    "2025-02-04",
  ]),
  workdays: new Set(["2025-01-26", "2025-02-08"]),
};
const BARE = { holidays: new Set<string>(), workdays: new Set<string>() };

function total(range: DayRange, basis: DayBasis): number | string | undefined {
  const cycle = weighCycle(range, basis);
  return cycle.ok ? inUnits(cycle.value.whole, basis).toNumber() : cycle.problems[0]?.code;
}

it.each([
  ["2025-01-24", true, "a Friday"],
  ["2025-01-25", false, "a Saturday"],
  ["2025-01-26", true, "a Sunday made up"],
  ["2025-01-27", true, "a Monday"],
  ["2025-01-28", false, "a Tuesday off"],
  ["2025-02-08", true, "a Saturday made up"],
  ["2025-02-09", false, "a Sunday"],
  ["2025-02-30", false, "no day at all"],
])("knows whether people work on %s: %s, %s", (date, expected) => {
  expect(isWorkday(date, CALENDAR)).toBe(expected);
});

it("agrees with the platform's calendar on weekends over four centuries", () => {
  for (let time = Date.UTC(1800, 0, 1); time < Date.UTC(2200, 0, 1); time += 61 * 86_400_000) {
    const day = new Date(time);
    const weekend = [0, 6].includes(day.getUTCDay());

    expect(isWorkday(day.toISOString().slice(0, 10), BARE)).toBe(!weekend);
  }
});

it.each([
  ["2025-01-01", "2025-12-31", 365],
  ["2024-01-01", "2024-12-31", 366],
  ["2025-04-01", "2025-04-01", 1],
  ["2025-04-02", "2025-04-01", null],
  ["2025-04-31", "2025-05-01", null],
  ["1900-01-01", "2025-01-01", null],
])("counts the days from %s to %s: %s", (start, end, days) => {
  expect(lengthOf({ start, end })).toBe(days);
});

describe("the days of January 2025", () => {
  const january = { start: "2025-01-01", end: "2025-01-31" };
  const shares = new Map([["2025-01", new Decimal("0.05")]]);

  it.each([
    ["31 days", { code: "calendar" }, 31],
    ["20 working days of 23 weekdays", { code: "workday", calendar: CALENDAR }, 20],
    ["one month", { code: "month" }, 1],
    ["the season's share", { code: "seasonal", shares }, 0.05],
  ] satisfies [string, DayBasis, number][])("are %s", (_what, basis, expected) => {
    expect(total(january, basis)).toBe(expected);
  });

  it("are refused by name when they cannot be weighed", () => {
    const weekend = { start: "2025-01-04", end: "2025-01-05" };
    const negative = new Map([["2025-01", new Decimal(-1)]]);

    expect(total({ start: "x", end: "y" }, { code: "calendar" })).toBe("range_unusable");
    expect(total(weekend, { code: "workday", calendar: BARE })).toBe("basis_empty");
    expect(total(january, { code: "seasonal", shares: new Map() })).toBe("basis_month_missing");
    expect(total(january, { code: "seasonal", shares: negative })).toBe("basis_share_unusable");
  });
});

it("weighs months of every length the same, to the last digit", () => {
  expect(total({ start: "2024-02-01", end: "2024-04-30" }, { code: "month" })).toBe(3);
  expect(total({ start: "2025-02-01", end: "2025-02-14" }, { code: "month" })).toBe(0.5);
});
