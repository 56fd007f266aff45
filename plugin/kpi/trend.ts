import { Decimal } from "../decimal.ts";
import { median } from "./median.ts";
import { accepted, type Outcome, refused } from "./outcome.ts";
import { reason } from "./reason.ts";
import { tooFew } from "./statistics.ts";

/** Where a series is heading (spec 3.16). Exact decimals, for targets are made of it. */

/** What figures lack to be used, else `null`: `statistics_not_a_number`, `statistics_too_few`. */
export function figureProblem(values: readonly Decimal[], fewest: number) {
  if (!values.every((value) => value.isFinite())) return reason("statistics_not_a_number");
  return values.length >= fewest ? null : tooFew(values.length, fewest);
}

export interface Trend {
  /** Per step of one period. */
  readonly slope: Decimal;
  /** The line's height at the first figure. */
  readonly intercept: Decimal;
  /** The line one period after the last figure. */
  readonly next: Decimal;
  readonly n: number;
}

export const FEWEST_TREND = 6;

/**
 * A line that one freak month cannot bend: the slope is the median of the slopes of all pairs, the
 * intercept the median of what is left.
 *
 * @param history  in order of time, one figure per period without gaps
 * @returns refused: `statistics_too_few` (fewer than 6), `statistics_not_a_number`
 * @source Theil, "A rank-invariant method of linear and polynomial regression analysis", 1950; Sen,
 *   "Estimates of the regression coefficient based on Kendall's tau", JASA 63, 1968
 * @example 100 104 103 110 112 115: slope 3, intercept 100, next 118
 */
export function theilSen(history: readonly Decimal[], fewest = FEWEST_TREND): Outcome<Trend> {
  const problem = figureProblem(history, Math.max(2, fewest));
  if (problem) return refused(problem);
  const slopes = history.flatMap((from, index) =>
    history.slice(index + 1).map((to, step) => to.minus(from).div(step + 1)),
  );
  const slope = median(slopes) ?? new Decimal(0);
  const intercept =
    median(history.map((figure, index) => figure.minus(slope.times(index)))) ?? new Decimal(0);
  const next = intercept.plus(slope.times(history.length));
  return accepted({ slope, intercept, next, n: history.length });
}

export interface SeasonalForecast {
  /** The same period a season ago × ratio. */
  readonly next: Decimal;
  /** The last season over the one before. */
  readonly ratio: Decimal;
  readonly n: number;
}

export const MONTHS = 12;

/**
 * What comes next where the year has a shape: the figure of the same period last year × how the last
 * year compares with the one before (a ratio of sums, not a mean of ratios: spec 3.1).
 *
 * @param history  in order of time without gaps; at least two seasons, the last two count
 * @param season  periods of a year, 12 for months
 * @returns refused: `statistics_too_few`, `statistics_not_a_number`, `statistics_counts`,
 *   `target_season_not_positive` (a season sums to 0 or less: no ratio)
 * @source the specification 3.16
 * @example year one 10 a month, year two 11 a month: ratio 1.1, next 12.1
 */
export function seasonalForecast(
  history: readonly Decimal[],
  season = MONTHS,
): Outcome<SeasonalForecast> {
  if (!Number.isSafeInteger(season) || season < 2) return refused(reason("statistics_counts"));
  const problem = figureProblem(history, 2 * season);
  if (problem) return refused(problem);
  const last = history.slice(-season);
  const before = Decimal.sum(...history.slice(-2 * season, -season));
  const sum = Decimal.sum(...last);
  const [same] = last;
  if (before.lessThanOrEqualTo(0) || sum.lessThanOrEqualTo(0) || same === undefined) {
    return refused(reason("target_season_not_positive"));
  }
  const ratio = sum.div(before);
  return accepted({ next: same.times(ratio), ratio, n: history.length });
}
