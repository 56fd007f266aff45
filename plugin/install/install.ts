import type { Database } from "../database.ts";
import type { Log } from "../log.ts";
import type { Locale } from "../words/words.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { openInstalled } from "./installed.ts";
import { inLocale, type Pack } from "./pack.ts";
import { ensureRows, type RowIndex } from "./rows.ts";
import { ensureFields, ensureTable, type Place, type Site } from "./structure.ts";
import { ensureTableViews } from "./views.ts";

export interface InstallProgress {
  readonly phase: "tables" | "fields" | "views" | "rows" | "events";
  /** Name of the table at hand, in the language of the installation. */
  readonly table: string;
  readonly done: number;
  readonly total: number;
}

export interface InstallResult {
  readonly tablesCreated: number;
  readonly fieldsCreated: number;
  readonly rowsCreated: number;
  /** Everything was there: nothing was written. */
  readonly nothingToDo: boolean;
}

/**
 * Install packs: tables, fields, options, views and configuration rows, and the subscription to
 * their changes.
 *
 * Every step is recorded before and after, so an installation that stopped goes on where it stood,
 * and one that is complete writes nothing. What is already there by alias, or by name with fitting
 * types, is used; rows are matched by their key and never overwritten; what a person deleted stays
 * deleted.
 *
 * @param packs  from `readPacks`: each after what it requires
 * @param locale  language of names and texts; a pack installed earlier keeps its own
 * @throws workspace/unsupported where tables are missing and cannot be created with these credentials
 */
export async function installPacks({
  workspace,
  db,
  packs,
  locale,
  log,
  onProgress = () => undefined,
}: {
  readonly workspace: Workspace;
  readonly db: Database;
  readonly packs: readonly Pack[];
  readonly locale: Locale;
  readonly log: Log;
  readonly onProgress?: (progress: InstallProgress) => void;
}): Promise<InstallResult> {
  const installed = openInstalled(db);
  const live = new Map((await workspace.structure.read()).map((table) => [table.id, table]));
  const siteOf = (pack: Pack): Site => ({
    workspace,
    installed,
    locale: installed.pack(pack.id)?.locale ?? locale,
    log,
    live,
  });
  const tables = new Map(packs.flatMap((pack) => [...pack.tableOf]));
  const places = packs.flatMap((pack) =>
    [...pack.tableOf].map(([key, table]): Place => ({ pack, key, table })),
  );
  const rowPlaces = packs.flatMap((pack) =>
    [...pack.rowsOf.keys()].flatMap((key): Place[] => {
      const table = tables.get(key);
      return table ? [{ pack, key, table }] : [];
    }),
  );

  const total = places.length * 3 + rowPlaces.length;
  let done = 0;
  const counts = { tables: 0, fields: 0, options: 0, views: 0, rows: 0, subscriptions: 0 };
  const step = (phase: InstallProgress["phase"], { pack, table }: Place) => {
    onProgress({ phase, table: inLocale(table.name, siteOf(pack).locale), done, total });
    done += 1;
  };

  for (const place of places) {
    step("tables", place);
    const created = await ensureTable(siteOf(place.pack), place);
    counts.tables += created.tables;
    counts.fields += created.fields;
  }
  for (const place of places) {
    step("fields", place);
    const added = await ensureFields(siteOf(place.pack), place);
    counts.fields += added.fields;
    counts.options += added.options;
  }
  for (const place of places) {
    step("views", place);
    counts.views += await ensureTableViews(siteOf(place.pack), place);
  }
  const index: RowIndex = new Map();
  for (const place of rowPlaces) {
    step("rows", place);
    counts.rows += await ensureRows(siteOf(place.pack), place, tables, index);
  }
  counts.subscriptions = await subscribe();
  for (const pack of packs) {
    const before = installed.pack(pack.id);
    if (before?.digest !== pack.digest) {
      const { id, version, digest } = pack;
      installed.savePack({ id, version, digest, locale: before?.locale ?? locale });
    }
  }
  onProgress({ phase: "events", table: "", done: total, total });
  const changed = Object.values(counts).some((count) => count > 0);
  return {
    tablesCreated: counts.tables,
    fieldsCreated: counts.fields,
    rowsCreated: counts.rows,
    nothingToDo: !changed,
  };

  async function subscribe(): Promise<number> {
    if (!workspace.supports.events) return 0;
    const wanted = places.flatMap(({ pack, key }) => {
      const bound = installed.binding(key);
      const isNew = !installed.isSettled(pack.id, `events/${key}`);
      return bound && live.has(bound.id) && isNew ? [{ pack, key, id: bound.id }] : [];
    });
    if (wanted.length === 0) return 0;
    await workspace.events.subscribe(wanted.map(({ id }) => id));
    for (const { pack, key, id } of wanted) {
      installed.settle(pack.id, new Map([[`events/${key}`, { table: id }]]));
    }
    return wanted.length;
  }
}
