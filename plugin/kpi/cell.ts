import { Decimal } from "../decimal.ts";
import type { Measured } from "./model.ts";
import { missing } from "./reason.ts";

/** How the records of one person and period become one figure. */
export const AGGREGATES = [
  "sum",
  "count",
  "distinct",
  "average",
  "weighted_average",
  "median",
  "percentile",
  "min",
  "max",
  "last",
  "ratio",
  "first_ever",
  "raters",
] as const;
export type Aggregate = (typeof AGGREGATES)[number];

/** What was counted over the records of one person, KPI and period. */
export interface Tally {
  readonly aggregate: Aggregate;
  /** What no record means: nothing done, or nothing known. */
  readonly whenEmpty: "zero" | "no_data";
  /** The source has records of anybody in the period: it is in use, so an empty cell means something. */
  readonly alive: boolean;
  /** Usable records. */
  readonly count: number;
  /** Records that belong here but whose value cannot be used. */
  readonly invalid: number;
  /**
   * Sum of the values; of the numerators for `ratio`, of value × weight for `weighted_average`, of the
   * parts people have in `first_ever` records.
   */
  readonly sum: Decimal;
  /** Sum of the denominators or weights; read for `ratio` and `weighted_average` only. */
  readonly denominator: Decimal;
  /** Different values; read for `distinct` only. */
  readonly distinct: number;
  readonly min: Decimal | null;
  readonly max: Decimal | null;
  readonly last: Decimal | null;
  /** The value at the wanted place in the order; read for `median` and `percentile` only. */
  readonly quantile: Decimal | null;
  /** The ratings put together; read for `raters` only. */
  readonly rating: Measured | null;
  /** Fewest records (for `ratio`: smallest denominator) that say anything; null = any number. */
  readonly minSample: number | null;
}

/** Decimals kept where a division does not come out even. */
export const DIVISION_DECIMALS = 20;

/** a ÷ b to 20 decimals, half-up: the same on every machine. */
export function quotient(a: Decimal, b: Decimal): Decimal {
  return a.div(b).toDecimalPlaces(DIVISION_DECIMALS, Decimal.ROUND_HALF_UP);
}

/**
 * The actual of one cell, or why there is none.
 *
 * An unusable record spoils the whole cell: leaving it out would change somebody's score silently.
 * Missing records are never 0 by themselves: only a total, a count or a number of different values
 * is 0 without records, only when the KPI says so and only while the source is in use. Ratios pool
 * numerators and denominators (60/100 and 1/1 give 61/101, not 80 %). The sample of a ratio is its
 * denominator, of everything else the number of records.
 *
 * @returns `OK`; `NO_DATA` with `no_records`, `source_empty`, `no_denominator` or `sample_too_small`;
 *   `ERROR` with `value_unusable` or `denominator_negative`
 * @source the specification 3.1 (aggregation), 3.11 (small samples)
 */
export function measureCell(tally: Tally): Measured {
  const { aggregate, count, invalid, minSample } = tally;
  if (invalid > 0) return missing("ERROR", "value_unusable", { count: String(invalid) });
  const needsSample = minSample !== null && minSample > 0;
  if (count === 0) {
    const zero = canBeZero(aggregate) && tally.whenEmpty === "zero" && tally.alive && !needsSample;
    if (zero) return { status: "OK", value: new Decimal(0), reasons: [] };
    return missing("NO_DATA", tally.alive ? "no_records" : "source_empty");
  }
  if (aggregate === "ratio" || aggregate === "weighted_average") {
    if (tally.denominator.isZero()) return missing("NO_DATA", "no_denominator");
    if (tally.denominator.isNegative()) return missing("ERROR", "denominator_negative");
  }
  const sample = aggregate === "ratio" ? tally.denominator : new Decimal(count);
  if (needsSample && sample.lessThan(minSample)) {
    const details = { n: sample.toFixed(), min: String(minSample) };
    return missing("NO_DATA", "sample_too_small", details);
  }
  if (aggregate === "raters") return tally.rating ?? missing("NO_DATA", "no_records");
  const value = valueOf(tally);
  if (value === null) return missing("NO_DATA", "no_records");
  if (!value.isFinite()) return missing("ERROR", "value_unusable", { count: "1" });
  return { status: "OK", value, reasons: [] };
}

/**
 * Where a percentile lies among `count` values in ascending order, the first being 0: between the one
 * at `index` and the next, `fraction` (0 ≤ … < 1) of the way.
 *
 * @param percent  0 – 100; 50 is the median
 * @source PERCENTILE.INC of spreadsheets: h = (n − 1) · p, linear between its neighbours
 */
export function percentilePlace(
  count: number,
  percent: Decimal,
): { readonly index: number; readonly fraction: Decimal } {
  const place = percent.div(100).times(count - 1);
  const index = place.floor();
  return { index: index.toNumber(), fraction: place.minus(index) };
}

/** The value `fraction` of the way from one value to the next: exact. */
export function between(lower: Decimal, upper: Decimal, fraction: Decimal): Decimal {
  return upper.minus(lower).times(fraction).plus(lower);
}

function canBeZero(aggregate: Aggregate): boolean {
  return (
    aggregate === "sum" ||
    aggregate === "count" ||
    aggregate === "distinct" ||
    aggregate === "first_ever"
  );
}

function valueOf(tally: Tally): Decimal | null {
  switch (tally.aggregate) {
    case "sum":
    case "first_ever":
      return tally.sum;
    case "count":
      return new Decimal(tally.count);
    case "distinct":
      return new Decimal(tally.distinct);
    case "average":
      return quotient(tally.sum, new Decimal(tally.count));
    case "ratio":
    case "weighted_average":
      return quotient(tally.sum, tally.denominator);
    case "min":
      return tally.min;
    case "max":
      return tally.max;
    case "last":
      return tally.last;
    case "median":
    case "percentile":
      return tally.quantile;
    case "raters":
      return null;
  }
}
