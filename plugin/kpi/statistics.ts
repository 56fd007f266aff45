import {
  gammaln,
  median,
  medianAbsoluteDeviation,
  sampleStandardDeviation,
} from "simple-statistics";
import type { Reason } from "./model.ts";
import { accepted, type Outcome, refused } from "./outcome.ts";
import { reason } from "./reason.ts";

/**
 * Statistics about KPIs are plain numbers: they say how far a figure can be trusted and never enter a
 * score. Whatever becomes a target or a score is a `Decimal` and computed elsewhere.
 */

/** The two-sided 95 % point of the normal distribution. */
export const Z_95 = 1.959963984540054;

/** Fewest observations a share or a middle is told on (spec 3.11). */
export const FEWEST = 5;

/** Beyond any figure of a company; cubes of larger numbers would overflow. */
const LARGEST = 1e100;

/** What a sample lacks to be used, else `null`: `statistics_not_a_number`, `statistics_too_few`. */
export function sampleProblem(values: readonly number[], fewest: number): Reason | null {
  // NaN is not below anything either.
  if (!values.every((value) => Math.abs(value) < LARGEST)) return reason("statistics_not_a_number");
  return values.length >= fewest ? null : tooFew(values.length, fewest);
}

export function tooFew(n: number, fewest: number): Reason {
  return reason("statistics_too_few", { n: String(n), fewest: String(fewest) });
}

/** What is wrong with counts, else `null`: whole, not negative, the part not above the whole. */
export function countProblem(part: number, whole: number): Reason | null {
  return Number.isSafeInteger(part) && Number.isSafeInteger(whole) && part >= 0 && part <= whole
    ? null
    : reason("statistics_counts");
}

export interface Interval {
  /** The observed share, 0–1. */
  readonly share: number;
  /** Bounds of the true share, 0–1, around `share`. */
  readonly lower: number;
  readonly upper: number;
  readonly n: number;
}

/**
 * Between which bounds a true share lies, judging by `hits` of `n`: Wilson's score interval.
 *
 * (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n). Unlike p ± z·√(p(1−p)/n) it stays within 0–1 and
 * says something at 0 of n and n of n.
 *
 * @param hits  0…n; need not be whole where several observations of a person count as one
 * @param n  whole, from 1 on
 * @param z  two-sided point of the normal distribution, 95 % unless told
 * @returns refused with `statistics_counts`
 * @source Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22, 1927
 * @example 18 of 20: 0.9, between 0.6990 and 0.9721
 */
export function wilson(hits: number, n: number, z = Z_95): Outcome<Interval> {
  const counts = Number.isSafeInteger(n) && n >= 1 && hits >= 0 && hits <= n;
  if (!counts || !(z > 0 && Number.isFinite(z))) return refused(reason("statistics_counts"));
  const share = hits / n;
  const z2 = z * z;
  const centre = share + z2 / (2 * n);
  const half = z * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n * n));
  const scale = 1 + z2 / n;
  // At the ends the bound is exact; elsewhere a last digit must not push the share outside.
  const lower = hits === 0 ? 0 : Math.min(Math.max(0, (centre - half) / scale), share);
  const upper = hits === n ? 1 : Math.max(Math.min(1, (centre + half) / scale), share);
  return accepted({ share, lower, upper, n });
}

/**
 * How probable it is that, of `n` fair coins, at least `heads` show heads (one-sided binomial test at
 * one half).
 *
 * Sums the smaller tail through logarithms, so thousands of coins neither underflow nor take long.
 *
 * @returns p in (0, 1]; refused with `statistics_counts`
 * @source binomial distribution; the library's table stops at 0.9999 of it, too early for tails
 * @example 14 of 16: 137 of 65536 = 0.00209
 */
export function coinTail(heads: number, n: number): Outcome<number> {
  const problem = countProblem(heads, n);
  if (problem) return refused(problem);
  let tail = 0;
  // P(at least `heads` heads) = P(at most n − heads tails), for the coin is fair.
  for (let tails = 0; tails <= n - heads; tails++) {
    const ways = gammaln(n + 1) - gammaln(tails + 1) - gammaln(n - tails + 1);
    tail += Math.exp(ways - n * Math.LN2);
  }
  return accepted(heads === 0 ? 1 : Math.min(1, Math.max(tail, Number.MIN_VALUE)));
}

/**
 * The sample standard deviation (n − 1), the same to the last digit in whatever order the values come;
 * of equal values exactly 0, which rounding of their mean would otherwise spoil.
 *
 * @param values  at least two, finite
 */
export function spread(values: readonly number[]): number {
  return allEqual(values) ? 0 : sampleStandardDeviation([...values].sort((a, b) => a - b));
}

export function allEqual(values: readonly number[]): boolean {
  return values.every((value) => value === values[0]);
}

/** The middle and the middle distance from it (median absolute deviation, not scaled). */
export function middle(values: readonly number[]): { median: number; mad: number } {
  return { median: median([...values]), mad: medianAbsoluteDeviation([...values]) };
}
