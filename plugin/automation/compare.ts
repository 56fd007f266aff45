import { setImmediate as nextTurn } from "node:timers/promises";
import type { Company } from "./company.ts";
import type { State } from "./state.ts";

/** Everything that follows from the workspace: tables with their keys, and what has to be the same. */
const DERIVED = [
  {
    table: "cells",
    key: ["source_id", "subject", "period"],
    value: ["count", "invalid", "value", "denominator", "different"],
  },
  {
    table: "contributions",
    key: ["source_id", "record_id", "owner"],
    value: ["date", "moment", "value", "denominator", "distinct_key", "problem"],
  },
  {
    table: "firsts",
    key: ["source_id", "distinct_key"],
    value: ["record_id", "owner", "date"],
  },
  {
    table: "ordered",
    key: ["source_id", "subject", "period", "sort", "record_id"],
    value: ["value"],
  },
  {
    table: "distinct_keys",
    key: ["source_id", "subject", "period", "distinct_key"],
    value: ["count"],
  },
] as const;

/** What was read from the workspace, with the column that names the record. */
const INPUTS = [
  { table: "mirror", key: ["table_id", "record_id"], value: ["title", "fields"] },
  { table: "config", key: ["table_key", "record_id"], value: ["current"] },
  {
    table: "sheets",
    key: ["id"],
    value: ["code", "subject_kind", "subject_id", "cycle_id", "segment"],
  },
  {
    table: "items",
    key: ["id"],
    value: ["code", "sheet_id", "kpi_id", "weight", "target", "target_basis", "rules"],
  },
] as const;

/** Rows in memory at a time, of each state. */
const SLICE = 2000;

/**
 * Where two states differ, as `table key`; empty = the same to the last digit.
 *
 * Locked sheets stay as they were when they were locked, so their results are not compared.
 */
export async function compareStates(
  a: State,
  b: State,
  company: Company,
): Promise<readonly string[]> {
  const differences: string[] = [];
  for (const derived of DERIVED)
    for await (const key of mergeRows(a, b, derived)) differences.push(`${derived.table} ${key}`);
  // A sheet whose cycle is gone is frozen just like one whose cycle is locked.
  const moving = new Set(
    [...company.cycles.values()]
      .filter((cycle) => cycle.status !== "locked")
      .map((cycle) => cycle.id),
  );
  const results = (state: State) =>
    state
      .all<{ key: string; value: string | null; cycle: string }>(
        `SELECT 'sheet ' || id AS key, result AS value, cycle_id AS cycle FROM sheets
         UNION ALL
         SELECT 'item ' || i.id, i.result, coalesce(s.cycle_id, '') FROM items i LEFT JOIN sheets s ON s.id = i.sheet_id`,
      )
      .filter((row) => moving.has(row.cycle));
  for (const key of compareRows(results(a), results(b))) differences.push(key);
  return differences;
}

/**
 * Records that the two states have read differently, by table id: changes on their way to one of them.
 *
 * @param tableOf  table id of a pack key
 */
export async function differingInputs(
  a: State,
  b: State,
  tableOf: (key: string) => string,
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const records = new Map<string, Set<string>>();
  for (const input of INPUTS)
    for await (const key of mergeRows(a, b, input)) {
      const [first = "", second] = key.split(" ");
      const table =
        input.table === "mirror" ? first : tableOf(second === undefined ? input.table : first);
      records.set(table, (records.get(table) ?? new Set()).add(second ?? first));
    }
  return records;
}

type Derived = (typeof DERIVED)[number] | (typeof INPUTS)[number];
type Columns = readonly (string | number | null)[];

/** Keys of rows that are in one state only, or different: both are walked in the order of the key. */
async function* mergeRows(a: State, b: State, derived: Derived): AsyncGenerator<string> {
  const [left, right] = [walk(a, derived), walk(b, derived)];
  const keyed = derived.key.length;
  const keyOf = (row: Columns) => row.slice(0, keyed).join(" ");
  let [one, other] = [left.next().value, right.next().value];
  for (let rows = 1; one || other; rows += 1) {
    const order = one && other ? compareKeys(one, other, keyed) : one ? -1 : 1;
    const row = order <= 0 ? one : other;
    const same = order === 0 && one?.every((value, column) => value === other?.[column]);
    if (row && !same) yield keyOf(row);
    if (order <= 0) one = left.next().value;
    if (order >= 0) other = right.next().value;
    if (rows % SLICE === 0) await nextTurn();
  }
}

/** In slices, so that no statement stays open while others write. */
function* walk(state: State, { table, key, value }: Derived): Generator<Columns, undefined> {
  const columns = [...key, ...value].join(", ");
  const order = key.join(", ");
  const first = state.sql(`SELECT ${columns} FROM ${table} ORDER BY ${order} LIMIT ${SLICE}`).raw();
  const next = state
    .sql(
      `SELECT ${columns} FROM ${table} WHERE (${order}) > (${key.map(() => "?").join(", ")}) ORDER BY ${order} LIMIT ${SLICE}`,
    )
    .raw();
  let rows = first.all() as Columns[];
  for (;;) {
    yield* rows;
    const last = rows.at(-1);
    if (!last || rows.length < SLICE) return undefined;
    rows = next.all(...last.slice(0, key.length)) as Columns[];
  }
}

/** The database's own order: by bytes, which is not that of UTF-16. */
function compareKeys(a: Columns, b: Columns, keyed: number): number {
  for (let column = 0; column < keyed; column += 1) {
    const [left, right] = [String(a[column]), String(b[column])];
    if (left !== right) return Buffer.compare(Buffer.from(left), Buffer.from(right));
  }
  return 0;
}

interface Row {
  readonly key: string;
  readonly value: string | null;
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
