import type { State } from "./state.ts";

export interface InboxRow {
  readonly id: number;
  readonly raw: Buffer;
  readonly attempts: number;
}

/** Store a delivery as it came, before anything is made of it. Returns its id. */
export function storeDelivery(state: State, raw: Uint8Array, at: string): string {
  const result = state
    .sql("INSERT INTO inbox (received_at, raw) VALUES (?, ?)")
    .run(at, Buffer.from(raw));
  return String(result.lastInsertRowid);
}

/** Oldest first. After a failure one at a time, until the one that fails is found. */
export function waitingDeliveries(state: State, limit: number): readonly InboxRow[] {
  const rows = state.all<InboxRow>(
    "SELECT id, raw, attempts FROM inbox WHERE failed = 0 ORDER BY id LIMIT ?",
    limit,
  );
  return rows[0] && rows[0].attempts > 0 ? rows.slice(0, 1) : rows;
}

export function noteAttempt(state: State, row: InboxRow): void {
  state.run("UPDATE inbox SET attempts = attempts + 1 WHERE id = ?", row.id);
}

export function doneDeliveries(state: State, rows: readonly InboxRow[]): void {
  for (const row of rows) state.run("DELETE FROM inbox WHERE id = ?", row.id);
}

/** A delivery that cannot be read stays for a person to look at; it never blocks the others. */
export function failDelivery(state: State, row: InboxRow, error: string): void {
  state.run(
    "UPDATE inbox SET failed = 1, attempts = attempts + 1, error = ? WHERE id = ?",
    error,
    row.id,
  );
}

export function countWaiting(state: State): { inbox: number; outbox: number } {
  const count = (table: string) =>
    state.one<{ n: number }>(`SELECT count(*) AS n FROM ${table} WHERE failed = 0`)?.n ?? 0;
  return { inbox: count("inbox"), outbox: count("outbox") };
}

export interface Failure {
  readonly id: string;
  readonly kind: string;
  readonly error: string;
  readonly attempts: number;
}

/** Everything that failed and waits for a person, or failed and will be tried again. */
export function listFailures(state: State): readonly Failure[] {
  return [
    ...state.all<Failure>(
      "SELECT 'inbox-' || id AS id, 'inbox' AS kind, coalesce(error, '') AS error, attempts FROM inbox WHERE error IS NOT NULL ORDER BY inbox.id",
    ),
    ...state.all<Failure>(
      "SELECT 'outbox-' || id AS id, kind, coalesce(error, '') AS error, attempts FROM outbox WHERE error IS NOT NULL ORDER BY outbox.id",
    ),
  ];
}

/** Try a failed row again now. Returns whether there was one. */
export function retryFailure(state: State, id: string): boolean {
  const [table, number] = id.split("-");
  if ((table !== "inbox" && table !== "outbox") || !number) return false;
  const due = table === "outbox" ? ", due_at = ''" : "";
  return (
    state.run(`UPDATE ${table} SET failed = 0, attempts = 0${due} WHERE id = ?`, Number(number)) > 0
  );
}
