import { sampleRankCorrelation, shuffleInPlace } from "simple-statistics";
import { accepted, type Outcome, refused } from "./outcome.ts";
import { reason } from "./reason.ts";
import { allEqual, sampleProblem } from "./statistics.ts";

/** Up to this many pairs every order is tried; 8! = 40,320. */
export const MOST_EXACT = 8;
export const SHUFFLES = 10_000;
const SEED = 20_251_123;

export interface RankCorrelation {
  /** Spearman's ρ, −1…1, ties at their middle rank. */
  readonly rho: number;
  /** Two-sided permutation p, in (0, 1]. */
  readonly p: number;
  readonly n: number;
  /** Whether every order was tried; else p comes from shuffles. */
  readonly exact: boolean;
}

/**
 * Whether two series rise and fall together, and how easily chance would do the same.
 *
 * ρ is the correlation of the ranks. p is the share of all orders of one series whose ρ is at least as
 * far from 0: all of them for up to 8 pairs, else (1 + hits) / (1 + shuffles) over seeded shuffles, so
 * that p is never 0 and the same on every run. Neither the order of the pairs nor which series comes
 * first changes anything. Ranks are compared as whole numbers: no rounding decides a tie.
 *
 * @param fewest  fewest pairs, at least 2
 * @returns refused: `statistics_not_a_number`, `statistics_too_few`, `statistics_unpaired` (different
 *   lengths), `statistics_constant` (a series without differences has no ranks)
 * @source Spearman, "The proof and measurement of association between two things", 1904; Phipson and
 *   Smyth, "Permutation p-values should never be zero", 2010
 * @example (1, 2, 3), (5, 6, 9): ρ = 1, p = 2/6
 */
export function rankCorrelation(
  x: readonly number[],
  y: readonly number[],
  fewest: number,
  shuffles = SHUFFLES,
  seed = SEED,
): Outcome<RankCorrelation> {
  const problem = sampleProblem(x, Math.max(2, fewest)) ?? sampleProblem(y, Math.max(2, fewest));
  if (problem) return refused(problem);
  if (x.length !== y.length) return refused(reason("statistics_unpaired"));
  if (allEqual(x) || allEqual(y)) return refused(reason("statistics_constant"));
  if (!Number.isSafeInteger(shuffles) || shuffles < 1 || !Number.isSafeInteger(seed)) {
    return refused(reason("statistics_counts"));
  }
  const [fixed, moved] = canonical(doubleRanks(x), doubleRanks(y));
  const rho = Math.min(1, Math.max(-1, sampleRankCorrelation(fixed, moved)));
  const exact = x.length <= MOST_EXACT;
  const extreme = atLeastAsFar(fixed, moved);
  const p = exact
    ? shareOfOrders(fixed, moved, extreme)
    : shareOfShuffles(fixed, moved, extreme, shuffles, xorshift(seed));
  return accepted({ rho, p, n: x.length, exact });
}

/** Twice the middle rank of each value, counted from 1: whole also between ties. */
function doubleRanks(values: readonly number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  const first = new Map<number, number>();
  const last = new Map<number, number>();
  sorted.forEach((value, place) => {
    if (!first.has(value)) first.set(value, place + 1);
    last.set(value, place + 1);
  });
  return values.map((value) => (first.get(value) ?? 0) + (last.get(value) ?? 0));
}

/** The pairs in an order of their own, and the same two series whichever was given first. */
function canonical(x: readonly number[], y: readonly number[]): [number[], number[]] {
  const along = (by: readonly number[], other: readonly number[]) =>
    by
      .map((rank, place): [number, number] => [rank, other[place] ?? 0])
      .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const byX = along(x, y);
  const byY = along(y, x);
  const differing = byX.findIndex(([, rank], place) => rank !== byY[place]?.[1]);
  const chosen = (byX[differing]?.[1] ?? 0) <= (byY[differing]?.[1] ?? 0) ? byX : byY;
  return [chosen.map(([rank]) => rank), chosen.map(([, rank]) => rank)];
}

/** Whether a sum of products of ranks is as far from that of no relation as the observed one. */
function atLeastAsFar(x: readonly number[], y: readonly number[]): (sum: number) => boolean {
  const total = (ranks: readonly number[]) => ranks.reduce((sum, rank) => sum + rank, 0);
  const none = total(x) * total(y);
  const distance = (sum: number) => Math.abs(x.length * sum - none);
  const observed = distance(x.reduce((sum, rank, place) => sum + rank * (y[place] ?? 0), 0));
  return (sum) => distance(sum) >= observed;
}

function shareOfOrders(
  fixed: readonly number[],
  moved: readonly number[],
  extreme: (sum: number) => boolean,
): number {
  let orders = 0;
  let hits = 0;
  const used = moved.map(() => false);
  const place = (depth: number, sum: number): void => {
    const rank = fixed[depth];
    if (rank === undefined) {
      orders++;
      if (extreme(sum)) hits++;
      return;
    }
    moved.forEach((other, index) => {
      if (used[index]) return;
      used[index] = true;
      place(depth + 1, sum + rank * other);
      used[index] = false;
    });
  };
  place(0, 0);
  return hits / orders;
}

function shareOfShuffles(
  fixed: readonly number[],
  moved: readonly number[],
  extreme: (sum: number) => boolean,
  shuffles: number,
  random: () => number,
): number {
  const order = [...moved];
  let hits = 0;
  for (let round = 0; round < shuffles; round++) {
    shuffleInPlace(order, random);
    let sum = 0;
    for (let index = 0; index < order.length; index++) {
      sum += (fixed[index] ?? 0) * (order[index] ?? 0);
    }
    if (extreme(sum)) hits++;
  }
  return (1 + hits) / (1 + shuffles);
}

/**
 * Reproducible numbers in [0, 1): good enough to shuffle with, useless for secrets.
 *
 * @source Marsaglia, "Xorshift RNGs", Journal of Statistical Software 8 (14), 2003
 */
function xorshift(seed: number): () => number {
  // 0 would stay 0 for ever.
  let state = seed >>> 0 || SEED;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
}
