import { Decimal } from "../decimal.ts";
import type { Period } from "../kpi/model.ts";
import {
  composeRatings,
  LEAST_RATINGS,
  type ComposedRating,
  type RaterRole,
} from "../kpi/raters.ts";
import type { RaterGroupRow, Source } from "./company.ts";
import { RowProblem, RowReader, type ConfigRow } from "./config-row.ts";
import type { State } from "./state.ts";

const ROLES = Object.keys(LEAST_RATINGS) as readonly RaterRole[];

/** A group of raters; one that is none of the usual ones must say how many ratings it needs. */
export function readRaterGroup(row: ConfigRow): RaterGroupRow {
  const reader = new RowReader(row);
  const key = reader.requiredText("code");
  const role = ROLES.find((one) => one === key) ?? null;
  const weight = reader.decimal("weight");
  if (weight === null && role !== "self") throw new RowProblem("required", { field: "weight" });
  if (weight?.isNegative())
    throw new RowProblem("negative", { field: "weight", value: weight.toFixed() });
  const least = reader.integer("minimum", 0);
  if (least === 0 && role === null) throw new RowProblem("required", { field: "minimum" });
  return {
    id: row.id,
    key,
    name: reader.text("name") || key,
    role: role ?? "customer",
    weight,
    least: least === 0 ? null : least,
  };
}

/**
 * Ratings of these groups are shown one by one; of the others nobody must recognise who wrote what.
 *
 * @returns the texts by which records name the open groups
 */
export function openGroups(source: Source): readonly string[] {
  return source.raters
    .filter(({ role, least }) => (least ?? LEAST_RATINGS[role]) <= 1)
    .flatMap(({ key, name }) => [key, name]);
}

/** How a rating stands among the others of its cell: by value, then by group. */
export function ratingSort(value: string, group: string): string {
  return `${value} ${group}`;
}

/** The ratings of one cell, put together. Costs the cell: the ratings one person has in a period. */
export function ratedCell(
  state: State,
  source: Source,
  subject: string,
  period: Period,
): ComposedRating {
  const rows = state.all<{ sort: string; value: string }>(
    "SELECT sort, value FROM ordered WHERE source_id = ? AND subject = ? AND period = ? ORDER BY sort, record_id",
    source.id,
    subject,
    period,
  );
  const ratings = rows.map(({ sort, value }) => ({
    group: sort.slice(sort.indexOf(" ") + 1),
    value: new Decimal(value),
  }));
  return composeRows(source, ratings);
}

/** Ratings with their groups as records name them, put together. */
export function composeRows(
  source: Source,
  rows: readonly { readonly group: string; readonly value: Decimal }[],
): ComposedRating {
  const ratings = rows.map(({ group, value }) => ({
    group: groupNamed(source, group),
    value,
    text: null,
    conflict: false,
  }));
  return composeRatings(ratings, source.raters);
}

/** Records say the group by its code, or by the name people gave it. */
function groupNamed(source: Source, text: string): string {
  const group =
    source.raters.find(({ key }) => key === text) ??
    source.raters.find(({ name }) => name === text);
  return group?.key ?? text;
}
