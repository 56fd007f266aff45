import type { State } from "./state.ts";

export type OutboxKind = "write" | "comment" | "check";

export interface OutboxRow {
  readonly id: number;
  readonly kind: OutboxKind;
  readonly table_key: string;
  readonly record_id: string;
  readonly topic: string;
  readonly payload: string;
  readonly version: number;
  readonly attempts: number;
  readonly error: string | null;
  readonly failed: number;
}

/**
 * What has to reach the workspace. One row per (kind, table, record, topic): a burst of changes to a
 * sheet is one row, so one write. Putting a row that waits already makes it newer, and a delivery
 * that was under way meanwhile does not take it away.
 */
export function putOutbox(
  state: State,
  row: { kind: OutboxKind; table: string; record: string; topic?: string; payload?: string },
): void {
  state.run(
    `INSERT INTO outbox (kind, table_key, record_id, topic, payload) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (kind, table_key, record_id, topic) DO UPDATE SET
       payload = excluded.payload, version = version + 1, attempts = 0, due_at = '', error = NULL, failed = 0`,
    row.kind,
    row.table,
    row.record,
    row.topic ?? "",
    row.payload ?? "",
  );
}

/** Rows due at `now` (ISO), oldest first. */
export function dueOutbox(state: State, now: string, limit: number): readonly OutboxRow[] {
  return state.all<OutboxRow>(
    "SELECT * FROM outbox WHERE failed = 0 AND due_at <= ? ORDER BY id LIMIT ?",
    now,
    limit,
  );
}

export function doneOutbox(state: State, row: OutboxRow): void {
  state.run("DELETE FROM outbox WHERE id = ? AND version = ?", row.id, row.version);
}

/** @param retryAt  ISO, or null to give up until a person asks again */
export function failOutbox(
  state: State,
  row: OutboxRow,
  error: string,
  retryAt: string | null,
): void {
  state.run(
    "UPDATE outbox SET attempts = attempts + 1, error = ?, due_at = ?, failed = ? WHERE id = ? AND version = ?",
    error,
    retryAt ?? "",
    retryAt === null ? 1 : 0,
    row.id,
    row.version,
  );
}
