import fc from "fast-check";
import { expect, it } from "vitest";
import { Decimal } from "../../plugin/decimal.ts";
import { DEFAULT_PRIOR_WEIGHT, shrunkenMean } from "../../plugin/kpi/means.ts";

const decimals = (...values: number[]) => values.map((value) => new Decimal(value));
const prior = { mean: new Decimal("4.5"), weight: DEFAULT_PRIOR_WEIGHT };

it("draws two bad ratings to the team's mean", () => {
  const result = shrunkenMean(decimals(1, 1), prior);

  expect(result).toEqual({ status: "OK", value: new Decimal("3.9166666667"), reasons: [] });
});

it("has nothing to say without ratings", () => {
  expect(shrunkenMean([], prior).status).toBe("NO_DATA");
});

it.each([
  ["a prior without weight", decimals(1), { ...prior, weight: new Decimal(0) }, "prior_unusable"],
  ["a negative weight", decimals(1), { ...prior, weight: new Decimal(-1) }, "prior_unusable"],
  [
    "a prior that is no number",
    decimals(1),
    { ...prior, mean: new Decimal(NaN) },
    "prior_unusable",
  ],
  ["a rating that is no number", decimals(NaN), prior, "rating_unusable"],
])("refuses %s", (_what, values, given, code) => {
  const result = shrunkenMean(values, given);

  expect(result.status).toBe("ERROR");
  expect(result.reasons[0]?.code).toBe(code);
});

it("lies between the prior and the plain mean, whatever the order of the ratings", () => {
  const rating = fc.integer({ min: 10, max: 50 }).map((tenths) => new Decimal(tenths).div(10));
  fc.assert(
    fc.property(
      fc.array(rating, { minLength: 1, maxLength: 30 }),
      rating,
      fc.integer({ min: 1, max: 40 }),
      (values, mean, weight) => {
        const drawn = { mean, weight: new Decimal(weight) };
        const result = shrunkenMean(values, drawn);
        const plain = Decimal.sum(0, ...values).div(values.length);
        const value = result.status === "OK" ? result.value : new Decimal(NaN);

        // Half a unit of the last decimal is rounding.
        expect(value.greaterThan(Decimal.min(plain, mean).minus("0.0000000001"))).toBe(true);
        expect(value.lessThan(Decimal.max(plain, mean).plus("0.0000000001"))).toBe(true);
        expect(shrunkenMean(values.toReversed(), drawn)).toEqual(result);
      },
    ),
    { numRuns: 1000 },
  );
});
