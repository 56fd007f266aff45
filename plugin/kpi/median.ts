import type { Decimal } from "../decimal.ts";

/**
 * The middle value; between the two middle ones when their number is even.
 *
 * @returns `null` without values
 * @example median of 1, 3, 10 is 3; of 1, 3 is 2
 */
export function median(values: readonly Decimal[]): Decimal | null {
  const sorted = [...values].sort((a, b) => a.comparedTo(b));
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  return upper && lower ? upper.plus(lower).div(2) : null;
}
