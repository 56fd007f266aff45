import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Outcome } from "../../plugin/kpi/outcome.ts";
import { xmrLimits, xmrSignals } from "../../plugin/kpi/signals.ts";

const RUNS = { numRuns: 1000 };
const value = <T>(outcome: Outcome<T>): T => {
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
  return outcome.value;
};
const codes = (outcome: Outcome<unknown>) =>
  outcome.ok ? [] : outcome.problems.map(({ code }) => code);

/** The specification's baseline: mean 4.5875, limits 4.2455 and 4.9295. */
const STARS = [4.6, 4.5, 4.7, 4.6, 4.5, 4.6, 4.7, 4.5];
const limits = value(xmrLimits(STARS));
const rules = (points: readonly number[]) =>
  value(xmrSignals(limits, points)).map(({ rule, side, at }) => `${rule} ${side} ${at}`);

describe("limits", () => {
  it("are cut at the ends of the scale", () => {
    expect(value(xmrLimits(STARS, { scale: { min: 1, max: 4.8 } }))).toMatchObject({
      upper: 4.8,
      n: 8,
    });
  });

  it("grow with the figures, and stay on both sides of the mean", () => {
    const figures = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 8, maxLength: 30 });
    fc.assert(
      fc.property(figures, (baseline) => {
        const found = xmrLimits(baseline, { scale: { min: 0, max: 1000 } });
        if (!found.ok) {
          expect(["signals_trending", "signals_autocorrelated"]).toEqual(
            expect.arrayContaining(codes(found)),
          );
          return;
        }
        const { lower, mean, upper } = found.value;
        expect(lower).toBeGreaterThanOrEqual(0);
        expect(lower).toBeLessThanOrEqual(mean);
        expect(upper).toBeGreaterThanOrEqual(mean);
        expect(upper).toBeLessThanOrEqual(1000);
      }),
      { numRuns: 300 },
    );
  });

  it.each<[string, number[], { min: number | null; max: number | null } | undefined, string]>([
    ["fewer than eight points", STARS.slice(1), undefined, "statistics_too_few"],
    ["a point that is no number", [...STARS, Number.NaN], undefined, "statistics_not_a_number"],
    ["points outside the scale", STARS, { min: 4.6, max: null }, "signals_scale"],
    ["a scale upside down", STARS, { min: 5, max: 1 }, "signals_scale"],
    ["a scale without an end", STARS, { min: Number.NaN, max: null }, "signals_scale"],
    ["a baseline that rises", [1, 2, 3, 4, 5, 6, 7, 8], undefined, "signals_trending"],
    [
      "a baseline in which each point follows the last",
      [1, 2, 3, 4, 5, 6, 6, 5, 4, 3, 2, 1, 1, 2, 3, 4, 5, 6, 6, 5, 4, 3, 2, 1],
      undefined,
      "signals_autocorrelated",
    ],
  ])("refuse %s", (_what, baseline, scale, code) => {
    expect(codes(xmrLimits(baseline, scale === undefined ? {} : { scale }))).toEqual([code]);
  });
});

describe("signals", () => {
  it("are not seen in a constant series", () => {
    const figure = fc.double({ min: -1e9, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(figure, fc.integer({ min: 8, max: 40 }), (one, n) => {
        const constant = Array.from({ length: n }, () => one);
        const of = value(xmrLimits(constant));

        expect(value(xmrSignals(of, [...constant, ...constant]))).toEqual([]);
        expect(value(xmrSignals(of, [one + 1 + Math.abs(one)])).length).toBeGreaterThan(0);
      }),
      RUNS,
    );
  });

  it("are not the baseline's own points, nor one below its target within the limits", () => {
    expect(rules([...STARS, 4.35])).toEqual([]);
  });

  it("are points outside a limit", () => {
    expect(rules([4.1])).toEqual(["outside below 0"]);
    expect(rules([4.6, 4.93])).toEqual(["outside above 1"]);
    expect(rules([limits.upper, limits.mean, limits.lower])).toEqual([]);
  });

  it("are steps above the upper range limit, even between points inside", () => {
    expect(rules([4.9, 4.4])).toEqual(["range below 1"]);
    expect(rules([4.4, 4.9])).toEqual(["range above 1"]);
  });

  it("are eight in a row on one side of the mean; a point on it ends the run", () => {
    const above = (n: number) => Array.from({ length: n }, () => 4.6);

    expect(rules(above(7))).toEqual([]);
    expect(rules(above(9))).toEqual(["run above 7", "run above 8"]);
    expect(rules([...above(4), limits.mean, ...above(4)])).toEqual([]);
  });

  it("are three of four nearer the same limit than the mean", () => {
    expect(rules([4.8, 4.6, 4.8, 4.8])).toEqual(["near_limit above 3"]);
    expect(rules([4.3, 4.3, 4.3])).toEqual(["near_limit below 2"]);
    expect(rules([4.8, 4.4, 4.8, 4.4])).toEqual([]);
    expect(rules([4.8, 4.8, 4.6, 4.6, 4.8])).toEqual([]);
  });

  it("refuse points that are no numbers", () => {
    expect(codes(xmrSignals(limits, [Number.NaN]))).toEqual(["statistics_not_a_number"]);
    expect(value(xmrSignals(limits, []))).toEqual([]);
  });
});
