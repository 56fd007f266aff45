import { Decimal } from "../decimal.ts";
import { between, measureCell, percentilePlace } from "../kpi/cell.ts";
import type { DayRange } from "../kpi/day-shares.ts";
import type { Measured, Period } from "../kpi/model.ts";
import type { ComposedRating } from "../kpi/raters.ts";
import { ANYBODY, sortOf, type Cells } from "./cells.ts";
import type { Source } from "./company.ts";
import { lacksOnlyPerson } from "./contribute.ts";
import { composeRows } from "./raters.ts";
import { toGiven, type GivenRow, type State } from "./state.ts";

const RECORDS = `SELECT c.*, f.record_id AS first FROM contributions c
  LEFT JOIN firsts f ON f.source_id = c.source_id AND f.distinct_key = c.distinct_key
  WHERE c.source_id = ? AND c.owner = ? AND c.date BETWEEN ? AND ?`;

/** Where somebody's figure is read: in a part of a period. */
export interface PartOf {
  readonly subject: string;
  readonly period: Period;
  readonly within: DayRange;
}

/** What one person's records of some days come to: the same as a cell, of fewer days. */
interface Reading {
  readonly count: number;
  readonly invalid: number;
  readonly sum: Decimal;
  readonly denominator: Decimal;
  readonly distinct: number;
  /** Values in the order that the aggregate needs. */
  readonly ordered: readonly Decimal[];
  readonly rating: ComposedRating;
}

/**
 * The aggregate over one person's records of some days of a period. Costs the records of these days.
 *
 * Whether the source is in use at all is asked of the whole period, as everywhere.
 */
export function measureRange(
  cells: Cells,
  source: Source,
  part: PartOf,
  minSample: number | null,
): Measured {
  const { aggregate } = source;
  const { ordered, ...read } = readRange(cells.state, source, part);
  const measured = measureCell({
    ...read,
    // A count is the sum of ones: so that a record shared by two people counts half for each.
    aggregate: aggregate === "count" ? "sum" : aggregate,
    whenEmpty: source.whenEmpty,
    alive: cells.counts(source.id, ANYBODY, part.period).count > 0,
    min: ordered[0] ?? null,
    max: ordered.at(-1) ?? null,
    last: ordered.at(-1) ?? null,
    quantile: quantileOf(ordered, source.percentile),
    rating: aggregate === "raters" ? read.rating.score : null,
    minSample,
  });
  if (measured.status !== "OK" || source.unit === null) return measured;
  return { ...measured, value: measured.value.times(source.unit.factor) };
}

/** Records behind the figure, and how ratings went together. */
export function behindRange(
  cells: Cells,
  source: Source,
  part: PartOf,
): Pick<Reading, "count" | "invalid" | "rating"> {
  return readRange(cells.state, source, part);
}

function readRange(state: State, source: Source, { subject, within }: PartOf): Reading {
  const rows = state
    .all<GivenRow & { first: string | null }>(RECORDS, source.id, subject, within.start, within.end)
    .filter((row) => counts(source, row))
    .map((row) => ({ record: row.record_id, given: toGiven(row) }));
  const usable = rows.filter(({ given }) => given.problem === null);
  const isWeighted = source.aggregate === "weighted_average";
  const values = usable.map(({ given }) =>
    isWeighted ? given.value.times(given.denominator) : given.value,
  );
  const sorted = usable
    .map(({ record, given }) => ({ sort: sortOf(source, record, given) ?? "", record, given }))
    .sort((a, b) => order(a.sort, b.sort) || order(a.record, b.record));
  const ratings = source.aggregate === "raters" ? sorted.map(({ given }) => given) : [];
  return {
    count: usable.length,
    invalid: rows.length - usable.length,
    sum: Decimal.sum(0, ...values),
    denominator: Decimal.sum(0, ...usable.map(({ given }) => given.denominator)),
    distinct: new Set(usable.map(({ given }) => given.distinctKey)).size,
    ordered: sorted.map(({ given }) => given.value),
    rating: composeRows(
      source,
      ratings.map(({ distinctKey, value }) => ({ group: distinctKey, value })),
    ),
  };
}

/** Of a first-ever source only the first record of a key counts; an unusable one spoils it all the same. */
function counts(source: Source, row: GivenRow & { first: string | null }): boolean {
  const takesPart = row.problem === null || lacksOnlyPerson(row);
  return source.aggregate !== "first_ever" || !takesPart || row.first === row.record_id;
}

function quantileOf(ordered: readonly Decimal[], percent: Decimal): Decimal | null {
  if (ordered.length === 0) return null;
  const { index, fraction } = percentilePlace(ordered.length, percent);
  const [lower, upper] = [ordered[index] ?? null, ordered[index + 1]];
  return lower && upper && !fraction.isZero() ? between(lower, upper, fraction) : lower;
}

function order(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
