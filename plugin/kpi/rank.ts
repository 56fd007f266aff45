import { Decimal } from "../decimal.ts";
import { quotient } from "./cell.ts";

/**
 * 100·(n − rank)/(n − 1): the best of n has 100, the last 0; people with the same actual share the
 * middle of their ranks.
 *
 * @param peers  the actuals of everybody compared, this one included; at least two
 * @returns the score, or null when the actual is not among the peers
 * @source the specification 3.2, RANK
 * @example peers 9, 7, 7, 3, 1: 9 has 100, each 7 has rank 2.5 and so 62.5
 */
export function rankScore(
  actual: Decimal,
  peers: readonly Decimal[],
  direction: "higher" | "lower",
): Decimal | null {
  const better = peers.filter((peer) =>
    direction === "higher" ? peer.greaterThan(actual) : peer.lessThan(actual),
  ).length;
  const equal = peers.filter((peer) => peer.equals(actual)).length;
  if (equal === 0 || peers.length < 2) return null;
  // Twice the mid-rank stays whole: ranks better+1 … better+equal.
  const twiceRank = 2 * better + equal + 1;
  return quotient(
    new Decimal(2 * peers.length - twiceRank).times(50),
    new Decimal(peers.length - 1),
  );
}
