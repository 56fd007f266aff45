import { Core } from "../plugin/automation/core.ts";
import { planSheets } from "../plugin/automation/open-cycles.ts";
import { State } from "../plugin/automation/state.ts";
import { openDatabase } from "../plugin/database.ts";
import type { FieldValues } from "../plugin/workspace/workspace.ts";
import { openCompany } from "./company.ts";
import { peakMemoryMb, report } from "./figures.ts";
import { MONTHS, prepareCompany } from "./source-records.ts";

/**
 * `load-sheets.ts <folder> <sheets>`: a workspace with at least that many people's sheets of six
 * items, each with about one order of one line.
 *
 * The engine itself says which sheets and items there should be; they are put into the workspace by
 * its import, because bringing so many over REST is no part of what is measured.
 */
const [folder = "", sheets = ""] = process.argv.slice(2);
const company = openCompany(folder);
const started = performance.now();
const people = Math.ceil(Number(sheets) / MONTHS);
await prepareCompany(company, 2 * Number(sheets), { people, linesPerOrder: 1 });

const { embedded, workspace } = company;
const bindings = company.bindings();
const core = new Core({
  state: new State(openDatabase("")),
  workspace,
  bindings,
  now: () => new Date(),
});
await core.readStructure();
await core.fill();
const planned = planSheets(core.state, core.company, bindings);
const user = embedded.grid.members()[0]?.id ?? "";
const TOGETHER = 500;
const bring = (table: string, rows: readonly FieldValues[]): string[] => {
  const ids: string[] = [];
  for (let at = 0; at < rows.length; at += TOGETHER)
    ids.push(
      ...embedded.grid.importRows(bindings.table(table), rows.slice(at, at + TOGETHER), user),
    );
  return ids;
};
await workspace.events.unsubscribe(bindings.tables().map((key) => bindings.table(key)));
const ids = bring(
  "sheets",
  planned.map(({ row }) => row),
);
const items = bring(
  "items",
  planned.flatMap((sheet, place) => sheet.items.map((item) => item(ids[place] ?? ""))),
);
report({
  sheets: ids.length,
  items: items.length,
  seconds: (performance.now() - started) / 1000,
  peakMb: peakMemoryMb(),
});
core.state.db.close();
await company.close();
