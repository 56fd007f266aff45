import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Decimal } from "../../plugin/decimal.ts";
import {
  correctedRating,
  DEFAULT_DOUBT,
  LEAST_PER_RATER,
  simulateCorrection,
  type CorrectionMethod,
  type CorrectionRules,
  type RaterRating,
} from "../../plugin/kpi/rater-corrections.ts";

const METHODS = ["mean-shift", "ratio", "z-score", "shrunken-shift"] as const;
const STATISTICS = {
  raterMean: new Decimal("4.2"),
  raterDeviation: new Decimal("0.7"),
  raterCount: 4,
  globalMean: new Decimal("3.8"),
  globalDeviation: new Decimal("0.6"),
};
const RULES: CorrectionRules = {
  kind: "subjective",
  method: "mean-shift",
  scale: { lowest: new Decimal(1), highest: new Decimal(5) },
  doubt: DEFAULT_DOUBT,
  leastPerRater: LEAST_PER_RATER,
};

function ratings(by: Readonly<Record<string, readonly number[]>>): RaterRating[] {
  return Object.entries(by).flatMap(([rater, values]) =>
    values.map((value, index) => ({
      key: `${rater}${index}`,
      rater,
      value: new Decimal(value),
    })),
  );
}
function simulated(list: readonly RaterRating[], change: Partial<CorrectionRules> = {}) {
  const result = simulateCorrection(list, { ...RULES, ...change });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
}

it.each([
  ["mean-shift", "3.1"],
  ["ratio", "3.1666666667"],
  ["z-score", "3.2"],
  ["shrunken-shift", "3.34"],
] satisfies [CorrectionMethod, string][])(
  "corrects 3.5 of a lenient rater by %s",
  (method, after) => {
    expect(correctedRating(new Decimal("3.5"), STATISTICS, method)).toEqual({
      ok: true,
      value: new Decimal(after),
    });
  },
);

it.each([
  ["ratio", { raterMean: new Decimal(0) }],
  ["z-score", { raterDeviation: new Decimal(0) }],
] satisfies [CorrectionMethod, object][])("says that %s would divide by 0", (method, change) => {
  const result = correctedRating(new Decimal("3.5"), { ...STATISTICS, ...change }, method);

  expect(result.ok ? [] : result.problems.map(({ code }) => code)).toEqual([
    "correction_undefined",
  ]);
});

describe("a simulation", () => {
  const TWO = ratings({ lenient: [4, 4.2, 4.4, 4, 4.4], strict: [3, 3.2, 3.4, 3, 3.4] });

  it("gives before and after, and what is known of each rater", () => {
    const result = simulated(TWO);

    expect(result.globalMean).toEqual(new Decimal("3.7"));
    expect(result.raters).toMatchObject([
      { rater: "lenient", count: 5, mean: new Decimal("4.2"), deviation: new Decimal("0.2") },
      { rater: "strict", count: 5, mean: new Decimal("3.2"), method: "mean-shift", fallback: null },
    ]);
    expect(result.ratings[0]).toEqual({
      key: "lenient0",
      rater: "lenient",
      before: new Decimal(4),
      after: new Decimal("3.5"),
      method: "mean-shift",
      clamped: false,
    });
    expect(result.ratings.map(({ after }) => after.toNumber())).toEqual([
      ...[3.5, 3.7, 3.9, 3.5, 3.9],
      ...[3.5, 3.7, 3.9, 3.5, 3.9],
    ]);
    expect(result.notices).toEqual([{ code: "correction_strong_team", details: {} }]);
  });

  it("is cautious with a rater of few or equal ratings", () => {
    const { raters } = simulated(
      ratings({ few: [5, 4], same: [3, 3, 3, 3, 3], ok: [1, 2, 3, 4, 5] }),
      {
        method: "z-score",
      },
    );

    expect(raters.map(({ rater, method, fallback }) => [rater, method, fallback?.code])).toEqual([
      ["few", "shrunken-shift", "correction_few_ratings"],
      ["ok", "z-score", undefined],
      ["same", "shrunken-shift", "correction_no_spread"],
    ]);
  });

  it("stays within the scale", () => {
    const { ratings: corrected } = simulated(
      ratings({ strict: [1, 1, 1, 1, 5], lenient: [5, 5, 5, 5, 1] }),
    );

    expect(corrected.filter(({ clamped }) => clamped).map(({ key }) => key)).toEqual([
      "strict4",
      "lenient4",
    ]);
    expect(corrected[4]?.after).toEqual(new Decimal(5));
  });

  it("leaves measured figures alone", () => {
    const result = simulateCorrection(TWO, { ...RULES, kind: "measured" });

    expect(result).toEqual({
      ok: false,
      problems: [{ code: "correction_measured", details: {} }],
    });
  });

  const off = (lowest: number, highest: number) => ({
    scale: { lowest: new Decimal(lowest), highest: new Decimal(highest) },
  });
  it.each([
    ["no ratings", [], {}, "raters_none"],
    ["a scale that ends below its beginning", TWO, off(5, 1), "correction_scale_unusable"],
    [
      "a ratio on a scale from 0",
      TWO,
      { method: "ratio", ...off(0, 5) } as const,
      "correction_ratio_scale",
    ],
    ["no doubt at all", TWO, { doubt: new Decimal(0) }, "correction_rules_unusable"],
    ["a rating twice", [TWO[0]!, TWO[0]!], {}, "correction_rating_twice"],
    ["a rating outside the scale", ratings({ a: [6] }), {}, "correction_outside_scale"],
    ["a rating that is no number", ratings({ a: [NaN] }), {}, "correction_outside_scale"],
  ])("refuses %s by name", (_what, list, change, code) => {
    const result = simulateCorrection(list, { ...RULES, ...change });

    expect(result.ok ? [] : result.problems.map((one) => one.code)).toContain(code);
  });

  it("keeps to the scale and to each rater's order, whatever the order of the ratings", () => {
    const list = fc
      .array(
        fc.record({
          rater: fc.constantFrom("a", "b", "c"),
          value: fc.integer({ min: 10, max: 50 }).map((tenths) => new Decimal(tenths).div(10)),
        }),
        { minLength: 1, maxLength: 30 },
      )
      .map((found) => found.map((one, index) => ({ key: `k${index}`, ...one })));
    fc.assert(
      fc.property(list, fc.constantFrom(...METHODS), (given, method) => {
        const result = simulated(given, { method });

        for (const one of result.ratings) {
          expect(one.after.greaterThanOrEqualTo(1) && one.after.lessThanOrEqualTo(5)).toBe(true);
          for (const other of result.ratings.filter(({ rater }) => rater === one.rater)) {
            if (other.before.greaterThanOrEqualTo(one.before)) {
              expect(other.after.greaterThanOrEqualTo(one.after)).toBe(true);
            }
          }
        }
        const again = simulated(given.toReversed(), { method });
        expect({ ...again, ratings: again.ratings.toReversed() }).toEqual(result);
      }),
      { numRuns: 1000 },
    );
  });
});
