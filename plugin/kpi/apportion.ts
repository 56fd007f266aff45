import { Decimal } from "../decimal.ts";
import { type Criterion, ranked } from "./ties.ts";

/** Claims of equal remainder of which not all get one of the last units. */
export interface Edge {
  /** Places of the claims in the list that was given, ascending. */
  readonly claims: readonly number[];
  /** How many units there are for them. */
  readonly units: number;
}

export interface Apportionment {
  /** Whole units per claim, in the order of the claims. */
  readonly units: readonly Decimal[];
  /** Whether equal remainders met at the last unit, and who. */
  readonly tie: Edge | null;
  /** What of the tie the criteria could not settle: these units are with nobody. */
  readonly open: Edge | null;
}

/**
 * Give out whole units in proportion to claims: everybody the whole part of the exact share, the rest
 * one by one to the largest remainders (Hamilton's or Hare's quota).
 *
 * exactᵢ = units × claimᵢ ÷ Σ claims. Works on whole quotients and remainders, so no digit is lost.
 * Given units sum to `units` unless some are open, and each is within 1 of its exact share.
 *
 * @param units  how many, whole and not negative
 * @param claims  not negative, their sum above 0
 * @param criteria  who goes first among equal remainders, by place in `claims`
 * @source the specification 3.8 (largest remainder), 3.13 (pool)
 * @example 3 units over 20, 70, 10: whole parts 0, 2, 0, the last one to .6: [1, 2, 0]
 */
export function apportion(
  units: Decimal,
  claims: readonly Decimal[],
  criteria: readonly Criterion<number>[],
): Apportionment {
  const sum = Decimal.sum(0, ...claims);
  const whole = claims.map((claim) => units.times(claim).dividedToIntegerBy(sum));
  const remainder = claims.map((claim, place) =>
    units.times(claim).minus(sum.times(whole[place] ?? 0)),
  );
  return favour(whole, remainder, units.minus(Decimal.sum(0, ...whole)).toNumber(), criteria);
}

/**
 * Give the last units, one each, to the largest remainders.
 *
 * @param whole  what everybody has already
 * @param remainder  in any common unit; 0 gets nothing
 * @param left  how many units are left, at most the number of claims
 */
export function favour(
  whole: readonly Decimal[],
  remainder: readonly Decimal[],
  left: number,
  criteria: readonly Criterion<number>[],
): Apportionment {
  const places = whole.map((_units, place) => place);
  const byRemainder: Criterion<number> = (place) => remainder[place] ?? null;
  const tie = edgeOf(ranked(places, [byRemainder]), left);
  const classes = ranked(places, [byRemainder, ...criteria]);
  const open = edgeOf(classes, left);
  const favoured = new Set<number>();
  for (const equals of classes) {
    if (favoured.size + equals.length > left) break;
    for (const place of equals) favoured.add(place);
  }
  return {
    units: whole.map((units, place) => (favoured.has(place) ? units.plus(1) : units)),
    tie,
    open,
  };
}

/** The class in which the units run out, if they run out within one. */
function edgeOf(classes: readonly (readonly number[])[], left: number): Edge | null {
  let given = 0;
  for (const claims of classes) {
    if (given + claims.length > left) {
      if (given === left) return null;
      return { claims: [...claims].sort((a, b) => a - b), units: left - given };
    }
    given += claims.length;
  }
  return null;
}
