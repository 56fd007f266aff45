import type { Database } from "../database.ts";
import type { Locale } from "../words/words.ts";
import { saveBinding, type Binding } from "./bindings.ts";

/**
 * What has been installed, object by object, so that an installation goes on where it stopped.
 *
 * Objects are named by keys: `table/kpis`, `field/kpis.code`, `view/kpis/published`,
 * `row/kpis/REVENUE`, `link/kpis/REVENUE` (relations to rows of the same table), `events/kpis`.
 */
export interface Installed {
  /** An object is done, whoever made it. */
  isSettled(pack: string, object: string): boolean;
  /** We said we would make it, and nobody knows whether we did. */
  isBegun(pack: string, object: string): boolean;
  /** What we wrote; null when it was there before us, or nothing is known. */
  content(pack: string, object: string): unknown;
  begin(pack: string, objects: readonly string[]): void;
  /** All or none. `content` null: it was there before us. */
  settle(pack: string, objects: ReadonlyMap<string, unknown>): void;
  binding(key: string): Binding | null;
  /** Key of a table (`parent` "") or of a field of the table `parent`, by its id. */
  keyOf(parent: string, id: string): string | null;
  bind(bindings: readonly Binding[]): void;
  /** Version and language a pack was last installed in. */
  pack(id: string): { version: string; locale: Locale; digest: string } | null;
  savePack(pack: { id: string; version: string; locale: Locale; digest: string }): void;
}

export function openInstalled(db: Database): Installed {
  const sql = {
    read: db.prepare<[string, string], { content: string; settled: number }>(
      "SELECT content, settled FROM installed WHERE pack = ? AND object = ?",
    ),
    begin: db.prepare(
      `INSERT INTO installed (pack, object, content, settled) VALUES (?, ?, 'null', 0)
       ON CONFLICT DO NOTHING`,
    ),
    settle: db.prepare(
      `INSERT INTO installed (pack, object, content, settled) VALUES (?, ?, ?, 1)
       ON CONFLICT (pack, object) DO UPDATE SET content = excluded.content, settled = 1`,
    ),
    binding: db.prepare<[string], Omit<Binding, "adopted"> & { adopted: number }>(
      "SELECT * FROM bindings WHERE key = ?",
    ),
    keyOf: db.prepare<[string, string], { key: string }>(
      "SELECT key FROM bindings WHERE parent = ? AND id = ?",
    ),
    pack: db.prepare<[string], { version: string; locale: Locale; digest: string }>(
      "SELECT version, locale, digest FROM packs WHERE id = ?",
    ),
    savePack: db.prepare(
      `INSERT INTO packs (id, version, locale, digest, installed_at)
       VALUES (@id, @version, @locale, @digest, datetime('now'))
       ON CONFLICT (id) DO UPDATE SET
         version = @version, digest = @digest, installed_at = excluded.installed_at`,
    ),
  };
  return {
    isSettled: (pack, object) => sql.read.get(pack, object)?.settled === 1,
    isBegun: (pack, object) => sql.read.get(pack, object)?.settled === 0,
    content(pack, object) {
      const row = sql.read.get(pack, object);
      return row?.settled === 1 ? (JSON.parse(row.content) as unknown) : null;
    },
    begin: db.transaction((pack: string, objects: readonly string[]) => {
      for (const object of objects) sql.begin.run(pack, object);
    }),
    settle: db.transaction((pack: string, objects: ReadonlyMap<string, unknown>) => {
      for (const [object, content] of objects) {
        sql.settle.run(pack, object, JSON.stringify(content));
      }
    }),
    binding(key) {
      const row = sql.binding.get(key);
      return row ? { ...row, adopted: row.adopted === 1 } : null;
    },
    keyOf: (parent, id) => sql.keyOf.get(parent, id)?.key ?? null,
    bind: db.transaction((bindings: readonly Binding[]) => {
      for (const binding of bindings) saveBinding(db, binding);
    }),
    pack: (id) => sql.pack.get(id) ?? null,
    savePack: (pack) => void sql.savePack.run(pack),
  };
}
