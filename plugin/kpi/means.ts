import { Decimal } from "../decimal.ts";
import type { Measured } from "./model.ts";
import { isAmount } from "./outcome.ts";
import { missing } from "./reason.ts";

/** Decimals of every mean, half-up: those of a score. */
export const MEAN_DECIMALS = 10;

/** What a mean of few values is drawn to. */
export interface Prior {
  /** What would be expected without any value, usually the mean of the team; unit of the values. */
  readonly mean: Decimal;
  /** How many values it counts for, above 0; usually 10. */
  readonly weight: Decimal;
}

export const DEFAULT_PRIOR_WEIGHT = new Decimal(10);

/** a ÷ b with the decimals of a mean. */
export function meanOf(sum: Decimal, count: Decimal | number): Decimal {
  return sum.div(count).toDecimalPlaces(MEAN_DECIMALS, Decimal.ROUND_HALF_UP);
}

/**
 * A mean that a few values cannot throw about: x̄* = (C·m + Σx) ÷ (C + n).
 *
 * Every value counts once and the prior C times, so the result lies between the prior and the plain
 * mean and comes nearer to the plain mean with every value.
 *
 * @param values  e.g. ratings from 1 to 5
 * @returns the unit of the values, 10 decimals; `NO_DATA` without values, as a prior alone says nothing
 *   about anybody; `ERROR` with `prior_unusable` when the prior is not a number or weighs nothing
 * @source the specification 3.11 (shrunken mean, also known as Bayesian average)
 * @example two ratings of 1 with a prior of 4.5 that weighs 10: (45 + 2) ÷ 12 = 3.9166666667
 */
export function shrunkenMean(values: readonly Decimal[], prior: Prior): Measured {
  const { mean, weight } = prior;
  if (!mean.isFinite() || !isAmount(weight) || weight.isZero()) {
    return missing("ERROR", "prior_unusable");
  }
  if (values.some((value) => !value.isFinite())) return missing("ERROR", "rating_unusable");
  if (values.length === 0) return missing("NO_DATA", "no_records");
  const sum = Decimal.sum(weight.times(mean), ...values);
  return { status: "OK", value: meanOf(sum, weight.plus(values.length)), reasons: [] };
}
