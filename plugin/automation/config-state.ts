import type { Bindings } from "../install/bindings.ts";
import type { Change } from "./apply.ts";
import { rowKey, type Built, type KeptRow, type KeptRows } from "./build-company.ts";
import type { Problem, Standing } from "./company.ts";
import { CONFIG_TABLES, toConfigRow, type ConfigRow, type ConfigTable } from "./config-row.ts";
import { putOutbox } from "./outbox.ts";
import type { State } from "./state.ts";

/** Configuration rows in our state: as last read, and as last valid. */
export function loadRows(state: State): KeptRows {
  const rows = emptyRows();
  const stored = state.all<{ table_key: ConfigTable; current: string; valid: string | null }>(
    "SELECT table_key, current, valid FROM config ORDER BY table_key, record_id",
  );
  for (const row of stored)
    rows[row.table_key].push({
      current: JSON.parse(row.current) as ConfigRow,
      valid: row.valid === null ? null : (JSON.parse(row.valid) as ConfigRow),
    });
  return rows;
}

function emptyRows(): Record<ConfigTable, KeptRow[]> {
  // One list per table, by construction.
  return Object.fromEntries(CONFIG_TABLES.map((table) => [table, []])) as unknown as Record<
    ConfigTable,
    KeptRow[]
  >;
}

export function configTableOf(bindings: Bindings, tableId: string): ConfigTable | null {
  const key = bindings.tableKey(tableId);
  return CONFIG_TABLES.find((table) => table === key) ?? null;
}

/** The rows with changes worked in; `changed` tells whether any row says something else now. */
export function withChanges(
  rows: KeptRows,
  bindings: Bindings,
  changes: readonly Change[],
): {
  rows: KeptRows;
  changed: readonly { table: ConfigTable; row: ConfigRow | null; id: string }[];
} {
  const next = emptyRows();
  for (const table of CONFIG_TABLES) next[table] = [...rows[table]];
  const changed: { table: ConfigTable; row: ConfigRow | null; id: string }[] = [];
  for (const change of changes) {
    const table = configTableOf(bindings, change.table);
    if (!table) continue;
    const index = next[table].findIndex((row) => row.current.id === change.id);
    const before = next[table][index];
    const row = change.record ? toConfigRow(bindings, table, change.record) : null;
    if (JSON.stringify(before?.current ?? null) === JSON.stringify(row)) continue;
    changed.push({ table, row, id: change.id });
    if (!row) next[table].splice(index, 1);
    else if (before) next[table][index] = { current: row, valid: before.valid };
    else next[table].push({ current: row, valid: null });
  }
  return { rows: next, changed };
}

/** Store rows and what is wrong with them; a problem that is new or gone goes to its row's 校验结果. */
export function saveRows(state: State, rows: KeptRows, built: Built): KeptRows {
  const problems = new Map(
    built.company.problems.map((problem) => [rowKey(problem.table, problem.record), problem]),
  );
  const known = new Map(
    state
      .all<{ table_key: string; record_id: string; problem: string | null }>(
        "SELECT table_key, record_id, problem FROM config",
      )
      .map((row) => [rowKey(row.table_key, row.record_id), row.problem]),
  );
  const kept = emptyRows();
  for (const table of CONFIG_TABLES)
    for (const row of rows[table]) {
      const key = rowKey(table, row.current.id);
      const valid = built.valid.has(key)
        ? table === "grades"
          ? { ...row.current, beside: rows.grades.map((band) => band.current) }
          : row.current
        : row.valid;
      const problem = problems.get(key);
      const text = problem ? JSON.stringify(reduced(problem)) : null;
      state.run(
        "INSERT OR REPLACE INTO config (table_key, record_id, current, valid, problem) VALUES (?, ?, ?, ?, ?)",
        table,
        row.current.id,
        JSON.stringify(row.current),
        valid === null ? null : JSON.stringify(valid),
        text,
      );
      if ((known.get(key) ?? null) !== text)
        putOutbox(state, { kind: "check", table, record: row.current.id, payload: text ?? "" });
      known.delete(key);
      kept[table].push({ current: row.current, valid });
    }
  for (const key of known.keys()) {
    const [table = "", record = ""] = key.split(" ");
    state.run("DELETE FROM config WHERE table_key = ? AND record_id = ?", table, record);
    state.run("DELETE FROM outbox WHERE record_id = ?", record);
  }
  return kept;
}

export interface RowFinding {
  readonly code: string;
  readonly details: Readonly<Record<string, string>>;
  readonly standing: Standing;
}

function reduced(problem: Problem): RowFinding {
  return { code: problem.code, details: problem.details, standing: problem.standing };
}
