import type { Company } from "./company.ts";
import type { State } from "./state.ts";

/** Everything that follows from the workspace, as lines that compare. */
const DERIVED: readonly { readonly name: string; readonly sql: string }[] = [
  {
    name: "cells",
    sql: "SELECT source_id || ' ' || subject || ' ' || period AS key, count || ' ' || invalid || ' ' || value || ' ' || denominator AS value FROM cells",
  },
  {
    name: "contributions",
    sql: "SELECT source_id || ' ' || record_id || ' ' || owner AS key, date || ' ' || value || ' ' || denominator || ' ' || distinct_key || ' ' || coalesce(problem, '') AS value FROM contributions",
  },
  {
    name: "firsts",
    sql: "SELECT source_id || ' ' || distinct_key AS key, record_id || ' ' || owner || ' ' || date AS value FROM firsts",
  },
  {
    name: "ordered",
    sql: "SELECT source_id || ' ' || subject || ' ' || period || ' ' || sort || ' ' || record_id AS key, value FROM ordered",
  },
  {
    name: "distinct_keys",
    sql: "SELECT source_id || ' ' || subject || ' ' || period || ' ' || distinct_key AS key, CAST(count AS TEXT) AS value FROM distinct_keys",
  },
];

/**
 * Where two states differ, as `table key`; empty = the same to the last digit.
 *
 * Locked sheets stay as they were when they were locked, so their results are not compared.
 */
export function compareStates(a: State, b: State, company: Company): readonly string[] {
  const differences: string[] = [];
  for (const { name, sql } of DERIVED)
    for (const key of compareRows(rows(a, sql), rows(b, sql))) differences.push(`${name} ${key}`);
  const locked = new Set(
    [...company.cycles.values()]
      .filter((cycle) => cycle.status === "locked")
      .map((cycle) => cycle.id),
  );
  const results = (state: State) =>
    state
      .all<{ key: string; value: string | null; cycle: string }>(
        `SELECT 'sheet ' || id AS key, result AS value, cycle_id AS cycle FROM sheets
         UNION ALL
         SELECT 'item ' || i.id, i.result, coalesce(s.cycle_id, '') FROM items i LEFT JOIN sheets s ON s.id = i.sheet_id`,
      )
      .filter((row) => !locked.has(row.cycle));
  for (const key of compareRows(results(a), results(b))) differences.push(key);
  return differences;
}

type Row = { readonly key: string; readonly value: string | null };

function* rows(state: State, sql: string): Iterable<Row> {
  yield* state.sql(sql).iterate() as IterableIterator<Row>;
}

function compareRows(a: Iterable<Row>, b: Iterable<Row>): readonly string[] {
  const left = new Map<string, string | null>();
  for (const row of a) left.set(row.key, row.value);
  const different: string[] = [];
  for (const row of b) {
    if (!left.has(row.key) || left.get(row.key) !== row.value) different.push(row.key);
    left.delete(row.key);
  }
  return [...different, ...left.keys()];
}
