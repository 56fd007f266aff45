import Sqlite from "better-sqlite3";
import { MIGRATIONS } from "./migrations.ts";

export type Store = Sqlite.Database;

/** Open the workspace's own database file, durable and migrated forward. */
export function openStore(file: string): Store {
  const db = new Sqlite(file);
  db.pragma("journal_mode = WAL");
  db.pragma("synchronous = FULL");
  db.pragma("foreign_keys = ON");
  db.pragma("busy_timeout = 5000");
  db.pragma("cache_size = -65536");
  // A large import must not leave its log on the disk for good.
  db.pragma("journal_size_limit = 67108864");
  db.exec("CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY, at TEXT NOT NULL)");
  const applied = db.prepare<[string], { name: string }>(
    "SELECT name FROM migrations WHERE name = ?",
  );
  for (const { name, sql } of MIGRATIONS) {
    if (applied.get(name) !== undefined) continue;
    db.transaction(() => {
      db.exec(sql);
      db.prepare("INSERT INTO migrations (name, at) VALUES (?, datetime('now'))").run(name);
    })();
  }
  return db;
}

/** First numbers of each kind of id: two digits say the kind, fourteen count. */
const FIRST = {
  table: 2100000000000001,
  field: 2200000000000001,
  item: 2300000000000001,
  view: 3500000000000001,
  space: 4000000000000001,
  user: 1000001,
  file: 188000001,
  change: 1,
} as const;
export type Sequence = keyof typeof FIRST;

export interface Ids {
  /** Take `count` consecutive numbers; the first of them. Part of the caller's transaction. */
  take(sequence: Sequence | `auto:${string}`, count?: number): number;
}

export function createIds(db: Store): Ids {
  const bump = db.prepare<[string, number, number, number], { next: number }>(
    `INSERT INTO sequences (name, next) VALUES (?, ? + ?)
     ON CONFLICT (name) DO UPDATE SET next = next + ?
     RETURNING next`,
  );
  return {
    take(sequence, count = 1) {
      const first = sequence in FIRST ? FIRST[sequence as Sequence] : 1; // the `in` above proves it
      const row = bump.get(sequence, first, count, count);
      if (row === undefined) throw new Error(`No number for ${sequence}`);
      return row.next - count;
    },
  };
}

/** An id from outside as a row number, or null when it cannot be one. */
export function rowNumber(id: string): number | null {
  return /^\d{1,16}$/.test(id) && Number(id) <= Number.MAX_SAFE_INTEGER ? Number(id) : null;
}
