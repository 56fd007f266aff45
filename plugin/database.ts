import Sqlite from "better-sqlite3";
import { MIGRATIONS } from "./sql/migrations.ts";

export type Database = Sqlite.Database;

/**
 * Open the plugin's own state: durable (WAL, synchronous=FULL), migrated forward to this version.
 *
 * It holds the inbox, the outbox, what we last read and computed, the bindings and the ledger.
 * Nothing a person typed lives here only.
 *
 * @param file  path, or ":memory:"
 */
export function openDatabase(file: string): Database {
  const db = new Sqlite(file);
  db.pragma("journal_mode = WAL");
  db.pragma("synchronous = FULL");
  db.pragma("foreign_keys = ON");
  db.pragma("busy_timeout = 5000");
  // 64 MB: with the default of 2 MB the indexes of a large company are written again and again.
  db.pragma("cache_size = -65536");
  migrate(db);
  return db;
}

function migrate(db: Database): void {
  db.exec("CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY, at TEXT NOT NULL)");
  const done = new Set(
    db
      .prepare<[], { name: string }>("SELECT name FROM migrations")
      .all()
      .map((row) => row.name),
  );
  for (const { name, sql } of MIGRATIONS) {
    if (done.has(name)) continue;
    db.transaction(() => {
      db.exec(sql);
      db.prepare("INSERT INTO migrations (name, at) VALUES (?, datetime('now'))").run(name);
    })();
  }
}
