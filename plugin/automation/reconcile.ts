import type { Workspace } from "../workspace/workspace.ts";
import type { Change } from "./apply.ts";
import { configTableOf } from "./config-state.ts";
import type { Applied, Core } from "./core.ts";

/** Clocks differ and hosts keep whole seconds: look a little further back than last time. */
const OVERLAP_MS = 120_000;

type Apply = (changes: readonly Change[]) => Promise<Pick<Applied, "records" | "configChanged">>;

/**
 * Find what no event told us.
 *
 * `since`: rows updated since the last time; where the number of rows does not fit afterwards, that
 * table is gone through completely. `full`: every row, and rows we know that are gone.
 *
 * @returns records that turned out to be different
 */
export async function reconcileAll(
  deps: { core: Core; workspace: Workspace; now: () => Date },
  mode: "since" | "full",
  apply: Apply,
): Promise<{ changed: number; configChanged: boolean }> {
  const { core, workspace } = deps;
  const started = new Date(deps.now().getTime() - OVERLAP_MS).toISOString();
  const since = mode === "since" ? core.state.meta("reconciled") : null;
  let changed = 0;
  let configChanged = false;
  const work = async (changes: readonly Change[]) => {
    const applied = await apply(changes);
    changed += applied.records;
    configChanged ||= applied.configChanged;
  };
  for (const table of core.watched()) {
    if (since !== null) {
      for await (const page of workspace.records.pages(table, { changedSince: since }))
        await work(page.map((record) => ({ table, id: record.id, record })));
      if ((await workspace.records.count(table)) === known(core, table).size) continue;
    }
    const seen = new Set<string>();
    for await (const page of workspace.records.pages(table)) {
      for (const record of page) seen.add(record.id);
      await work(page.map((record) => ({ table, id: record.id, record })));
    }
    const missing = [...known(core, table)].filter((id) => !seen.has(id));
    if (missing.length === 0) continue;
    // A row that did not come is not gone yet: pages shift while people work. Asking for it decides.
    const there = await workspace.records.read(table, missing);
    await work(missing.map((id) => ({ table, id, record: there.get(id) ?? null })));
  }
  core.state.setMeta("reconciled", started);
  return { changed, configChanged };
}

function known(core: Core, table: string): ReadonlySet<string> {
  const { state, bindings } = core;
  const ids = new Set<string>();
  const add = (rows: Iterable<{ id: string }>) => {
    for (const row of rows) ids.add(row.id);
  };
  const key = bindings.tableKey(table);
  const config = configTableOf(bindings, table);
  if (config)
    add(
      state.all<{ id: string }>("SELECT record_id AS id FROM config WHERE table_key = ?", config),
    );
  else if (key === "sheets" || key === "items")
    add(state.all<{ id: string }>(`SELECT id FROM ${key}`));
  if (core.isMirrored(table)) for (const row of state.mirroredIds(table)) ids.add(row.record_id);
  return ids;
}
