import { Batch } from "../plugin/automation/apply.ts";
import { CAUSES, Core } from "../plugin/automation/core.ts";
import { State } from "../plugin/automation/state.ts";
import { openDatabase } from "../plugin/database.ts";
import { openCompany } from "./company.ts";
import { cpuMs, peakMemoryMb, report } from "./figures.ts";

/**
 * `sheets.ts <folder>`: the state of a company with many sheets, computed from nothing in a temporary
 * database as a full recomputation does it, without the comparison; then every sheet scored once more
 * from the aggregates, as after a new grade boundary.
 */
const [folder = ""] = process.argv.slice(2);
const company = openCompany(folder);
const { workspace, spent } = company;
const state = new State(openDatabase(""));
const core = new Core({ state, workspace, bindings: company.bindings(), now: () => new Date() });
await core.readStructure();
const started = performance.now();
await core.fill();
const filledAt = performance.now();
const count = (table: string) =>
  state.one<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)?.n ?? 0;
const [sheets, items] = [count("sheets"), count("items")];
const scored = state.one<{ n: number }>(
  'SELECT count(*) AS n FROM items WHERE result LIKE \'%"status":"OK"%\'',
);
const filledPeakMb = peakMemoryMb();

state.run("UPDATE sheets SET result = NULL");
state.run("UPDATE items SET result = NULL");
const cpuBefore = cpuMs();
const rescoringFrom = performance.now();
state.db.transaction(() => {
  const batch = new Batch(core.context("bulk"));
  const ids = state.all<{ id: string }>("SELECT id FROM sheets").map(({ id }) => id);
  batch.rescore(ids, () => CAUSES.recompute);
  batch.finish();
})();
const seconds = (performance.now() - rescoringFrom) / 1000;
report({
  sheets,
  items,
  scored: scored?.n ?? 0,
  fillSeconds: (filledAt - started) / 1000,
  readingSeconds: spent.readingMs / 1000,
  filledPeakMb,
  seconds,
  cpuSeconds: (cpuMs() - cpuBefore) / 1000,
  sheetsPerSecond: sheets / seconds,
  peakMb: peakMemoryMb(),
});
state.db.close();
await company.close();
