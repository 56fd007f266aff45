import { Decimal, decimalText } from "../decimal.ts";
import { meanOf } from "./means.ts";
import type { Reason } from "./model.ts";
import { accepted, isAmount, type Outcome, refused } from "./outcome.ts";
import { reason } from "./reason.ts";

/** How a rating is corrected for its rater (spec 3.10). */
export type CorrectionMethod = "mean-shift" | "ratio" | "z-score" | "shrunken-shift";

/** What is known of one rater and of all of them; unit of the ratings. */
export interface RaterStatistics {
  readonly raterMean: Decimal;
  /** Sample standard deviation of the rater; read by the z-score only. */
  readonly raterDeviation: Decimal;
  /** How many ratings the rater gave; read by the shrunken shift only. */
  readonly raterCount: number;
  readonly globalMean: Decimal;
  /** Sample standard deviation of all ratings; read by the z-score only. */
  readonly globalDeviation: Decimal;
}

/** n₀ of the shrunken shift: how many ratings the doubt about a rater counts for. */
export const DEFAULT_DOUBT = new Decimal(6);
/** A rater with fewer ratings is corrected by the shrunken shift whatever the method. */
export const LEAST_PER_RATER = 5;

/**
 * One rating corrected for its rater, not yet clamped to the scale.
 *
 * | method | formula |
 * | --- | --- |
 * | mean-shift | x − (m − M) |
 * | ratio | x ÷ (m ÷ M) |
 * | z-score | M + s·(x − m) ÷ sᵣ |
 * | shrunken-shift | x − n ÷ (n + n₀)·(m − M) |
 *
 * with m and sᵣ the rater's mean and deviation, M and s those of all ratings.
 *
 * @param doubt  n₀, above 0
 * @returns the unit of the ratings, 10 decimals; problem `correction_undefined` where the formula
 *   divides by 0
 * @source the specification 3.10
 * @example x 3.5, m 4.2, M 3.8: mean shift 3.1, ratio 3.1666666667; with n 4 and n₀ 6 shrunken 3.34
 */
export function correctedRating(
  rating: Decimal,
  { raterMean, raterDeviation, raterCount, globalMean, globalDeviation }: RaterStatistics,
  method: CorrectionMethod,
  doubt: Decimal = DEFAULT_DOUBT,
): Outcome<Decimal> {
  const shift = raterMean.minus(globalMean);
  switch (method) {
    case "mean-shift":
      return defined(rating.minus(shift));
    case "ratio":
      return defined(rating.times(globalMean).div(raterMean));
    case "z-score": {
      const apart = rating.minus(raterMean).times(globalDeviation);
      return defined(globalMean.plus(apart.div(raterDeviation)));
    }
    case "shrunken-shift":
      return defined(rating.minus(shift.times(raterCount).div(doubt.plus(raterCount))));
  }
}

export interface RaterRating {
  /** Names the rating in the answer; different for every one. */
  readonly key: string;
  readonly rater: string;
  readonly value: Decimal;
}

export interface CorrectionRules {
  /** A measured KPI is never corrected. */
  readonly kind: "subjective" | "measured";
  readonly method: CorrectionMethod;
  readonly scale: { readonly lowest: Decimal; readonly highest: Decimal };
  /** n₀, above 0, see {@link DEFAULT_DOUBT}. */
  readonly doubt: Decimal;
  /** See {@link LEAST_PER_RATER}. */
  readonly leastPerRater: number;
}

export interface CorrectedRating {
  readonly key: string;
  readonly rater: string;
  readonly before: Decimal;
  /** Within the scale, 10 decimals. */
  readonly after: Decimal;
  readonly method: CorrectionMethod;
  /** Whether an end of the scale held the value back. */
  readonly clamped: boolean;
}

export interface CorrectedRater {
  readonly rater: string;
  readonly count: number;
  readonly mean: Decimal;
  readonly deviation: Decimal;
  readonly method: CorrectionMethod;
  /** Why another method than asked for; null = as asked for. */
  readonly fallback: Reason | null;
}

/** Before and after, for people to look at: nothing is changed by it, and raw ratings stay. */
export interface SimulatedCorrection {
  /** In the order of the ratings. */
  readonly ratings: readonly CorrectedRating[];
  /** By name. */
  readonly raters: readonly CorrectedRater[];
  readonly globalMean: Decimal;
  readonly globalDeviation: Decimal;
  readonly notices: readonly Reason[];
}

/**
 * What correcting for lenient and strict raters would do to a set of ratings. A simulation: people
 * compare before and after, then decide.
 *
 * A rater with fewer than `leastPerRater` ratings, or with all of them the same, says too little: the
 * shrunken shift is used instead. Every value is clamped to the scale. It is always told that a strong
 * team looks just like a lenient rater.
 *
 * @returns problems: `correction_measured` for a measured KPI, `correction_…` for unusable rules or
 *   ratings
 * @source the specification 3.10
 * @example a rater of 4, 4.2, 4.4, 4, 4.4 among others with a mean of 3.8 overall: each down by 0.4
 */
export function simulateCorrection(
  ratings: readonly RaterRating[],
  rules: CorrectionRules,
): Outcome<SimulatedCorrection> {
  const problems = validate(ratings, rules);
  if (problems.length > 0) return refused(...problems);
  const all = summary(ratings.map(({ value }) => value));
  const raters = [...new Set(ratings.map(({ rater }) => rater))].sort().map((rater) => {
    const own = summary(ratings.filter((one) => one.rater === rater).map(({ value }) => value));
    const fallback = fallbackOf(rater, own, rules);
    const method = fallback === null ? rules.method : "shrunken-shift";
    return { rater, ...own, method, fallback };
  });
  const corrected: CorrectedRating[] = [];
  for (const { key, rater, value } of ratings) {
    const own = raters.find((one) => one.rater === rater);
    if (own === undefined) continue;
    const statistics: RaterStatistics = {
      raterMean: own.mean,
      raterDeviation: own.deviation,
      raterCount: own.count,
      globalMean: all.mean,
      globalDeviation: all.deviation,
    };
    const raw = correctedRating(value, statistics, own.method, rules.doubt);
    if (!raw.ok) return raw;
    const after = Decimal.max(rules.scale.lowest, Decimal.min(rules.scale.highest, raw.value));
    const clamped = !after.equals(raw.value);
    corrected.push({ key, rater, before: value, after, method: own.method, clamped });
  }
  const shown = ({ mean, deviation }: Summary) => ({
    mean: meanOf(mean, 1),
    deviation: meanOf(deviation, 1),
  });
  const { mean: globalMean, deviation: globalDeviation } = shown(all);
  return accepted({
    ratings: corrected,
    raters: raters.map((one) => ({ ...one, ...shown(one) })),
    globalMean,
    globalDeviation,
    notices: [reason("correction_strong_team")],
  });
}

interface Summary {
  readonly count: number;
  readonly mean: Decimal;
  readonly deviation: Decimal;
}

/** Mean and sample standard deviation (0 of a single value), unrounded. */
function summary(values: readonly Decimal[]): Summary {
  const count = values.length;
  const sum = Decimal.sum(0, ...values);
  const mean = sum.div(count);
  // Σ(x − m)² = Σx² − (Σx)² ÷ n: exact up to the one division, so equal ratings give exactly 0.
  const squares = Decimal.sum(0, ...values.map((value) => value.times(value)));
  const apart = squares.times(count).minus(sum.times(sum));
  const deviation = count < 2 ? new Decimal(0) : apart.div(count * (count - 1)).sqrt();
  return { count, mean, deviation };
}

function fallbackOf(rater: string, own: Summary, rules: CorrectionRules): Reason | null {
  if (rules.method === "shrunken-shift") return null;
  if (own.count < rules.leastPerRater) {
    const few = { rater, count: String(own.count), min: String(rules.leastPerRater) };
    return reason("correction_few_ratings", few);
  }
  if (own.deviation.isZero()) return reason("correction_no_spread", { rater });
  return null;
}

function validate(ratings: readonly RaterRating[], rules: CorrectionRules): readonly Reason[] {
  const { kind, method, scale, doubt, leastPerRater } = rules;
  if (kind === "measured") return [reason("correction_measured")];
  if (ratings.length === 0) return [reason("raters_none")];
  const problems: Reason[] = [];
  const { lowest, highest } = scale;
  if (!lowest.isFinite() || !highest.isFinite() || !lowest.lessThan(highest)) {
    const ends = { lowest: decimalText(lowest), highest: decimalText(highest) };
    problems.push(reason("correction_scale_unusable", ends));
  } else if (method === "ratio" && !lowest.greaterThan(0)) {
    problems.push(reason("correction_ratio_scale", { lowest: decimalText(lowest) }));
  }
  if (!isAmount(doubt) || doubt.isZero() || !(leastPerRater >= 1)) {
    problems.push(reason("correction_rules_unusable"));
  }
  const keys = new Set<string>();
  for (const { key, value } of ratings) {
    if (keys.has(key)) problems.push(reason("correction_rating_twice", { rating: key }));
    keys.add(key);
    if (value.isFinite() && !value.lessThan(lowest) && !value.greaterThan(highest)) continue;
    problems.push(reason("correction_outside_scale", { rating: key, value: decimalText(value) }));
  }
  return problems;
}

function defined(value: Decimal): Outcome<Decimal> {
  return value.isFinite() ? accepted(meanOf(value, 1)) : refused(reason("correction_undefined"));
}
