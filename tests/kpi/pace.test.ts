import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Decimal } from "../../plugin/decimal.ts";
import { weighCycle, type DayBasis } from "../../plugin/kpi/day-shares.ts";
import { expectedShare, paceOf, speedOf, type Pace } from "../../plugin/kpi/pace.ts";
import type { Outcome } from "../../plugin/kpi/outcome.ts";

function weighed(start: string, end: string, basis: DayBasis) {
  const cycle = weighCycle({ start, end }, basis);
  if (!cycle.ok) throw new Error(JSON.stringify(cycle.problems));
  return cycle.value;
}
const QUARTER = weighed("2025-01-01", "2025-03-31", { code: "calendar" });
const d = (value: number | string) => new Decimal(value);
const codes = (outcome: Outcome<unknown>) =>
  outcome.ok ? [] : outcome.problems.map(({ code }) => code);

function pace(actual: number, target: number, expected: number | string): Pace {
  const result = paceOf(d(actual), d(target), d(expected));
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
}

it("sees 40 of 100 at half time as behind the pace and forecasts 80", () => {
  expect(pace(40, 100, "0.5")).toEqual({
    attained: d("0.4"),
    expected: d("0.5"),
    index: d("0.8"),
    forecast: d(80),
    band: "at-risk",
    reasons: [],
  });
});

it.each([
  [48, "on-track"],
  [47.5, "on-track"],
  [47.4, "at-risk"],
  [40, "at-risk"],
  [39.9, "behind"],
  [-5, "behind"],
])("puts %f of 100 at half time in its band: %s", (actual, band) => {
  expect(pace(actual, 100, "0.5").band).toBe(band);
});

it("makes no forecast before 15 % of the time, but sees who has arrived already", () => {
  expect(pace(20, 100, "0.1499")).toMatchObject({
    forecast: null,
    band: "too-early",
    reasons: [{ code: "pace_too_early", details: { share: "14.99%", min: "15%" } }],
  });
  expect(pace(15, 100, "0.15")).toMatchObject({ forecast: d(100), band: "on-track" });
  expect(pace(100, 100, "0.05").band).toBe("on-track");
  expect(pace(0, 100, 0)).toMatchObject({ index: null, band: "too-early" });
});

it("counts how early a target was reached", () => {
  const value = (day: number, days: number) => {
    const result = speedOf(day, days);
    return result.ok ? [result.value.daysEarly, result.value.index.toFixed()] : [];
  };

  expect(value(66, 90)).toEqual([24, "1.3636363636"]);
  expect(value(90, 90)).toEqual([0, "1"]);
  expect(value(100, 90)).toEqual([-10, "0.9"]);
});

describe("what is expected by a day", () => {
  const by = (day: string) => {
    const share = expectedShare(QUARTER, day);
    return share.ok ? share.value.toNumber() : share.problems[0]?.code;
  };

  it.each([
    ["2025-02-14", 0.5],
    ["2024-12-31", 0],
    ["2025-03-31", 1],
    ["2025-06-01", 1],
    ["2025-02-29", "day_unreadable"],
  ])("%s: %s", (day, expected) => {
    expect(by(day)).toBe(expected);
  });

  it("follows working days", () => {
    const calendar = { holidays: new Set<string>(), workdays: new Set<string>() };
    const cycle = weighed("2025-02-03", "2025-02-16", { code: "workday", calendar });
    const share = expectedShare(cycle, "2025-02-09");

    expect(share).toEqual({ ok: true, value: d("0.5") });
  });
});

it("refuses figures that mean nothing, by name", () => {
  expect(codes(paceOf(d(40), d(0), d("0.5")))).toEqual(["pace_target_unusable"]);
  expect(codes(paceOf(d(40), d(-1), d("1.5")))).toEqual([
    "pace_target_unusable",
    "pace_share_unusable",
  ]);
  expect(codes(paceOf(d(NaN), d(1), d(NaN)))).toEqual([
    "pace_actual_unusable",
    "pace_share_unusable",
  ]);
  expect(codes(speedOf(0, 90))).toEqual(["speed_day_unusable"]);
  expect(codes(speedOf(1.5, 90))).toEqual(["speed_day_unusable"]);
});

it("more done is never a worse pace, and at the end the forecast is the actual", () => {
  const amount = fc.integer({ min: 0, max: 1_000_000 }).map((n) => d(n).div(100));
  const target = fc.integer({ min: 1, max: 1_000_000 }).map((n) => d(n).div(100));
  const share = fc.integer({ min: 0, max: 1000 }).map((n) => d(n).div(1000));
  const order = ["behind", "at-risk", "on-track"];
  fc.assert(
    fc.property(amount, amount, target, share, (a, b, goal, expected) => {
      const of = (actual: Decimal) => pace(actual.toNumber(), goal.toNumber(), expected.toNumber());
      const [less, more] = [of(Decimal.min(a, b)), of(Decimal.max(a, b))];

      expect(more.attained.greaterThanOrEqualTo(less.attained)).toBe(true);
      expect((more.index ?? d(0)).greaterThanOrEqualTo(less.index ?? 0)).toBe(true);
      if (less.band !== "too-early") {
        expect(order.indexOf(more.band)).toBeGreaterThanOrEqual(order.indexOf(less.band));
      }
      expect(pace(a.toNumber(), goal.toNumber(), 1).forecast).toEqual(a);
    }),
    { numRuns: 1000 },
  );
});
