import type { Bindings } from "../install/bindings.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { Core } from "./core.ts";
import type { RecordIds } from "./intake.ts";
import { planSheets } from "./open-cycles.ts";

/**
 * Bring the sheets and items that are missing into being, and take them up. Twice is once.
 *
 * @param takeUp  works the new rows in
 * @returns how many rows were made
 */
export async function openSheets(
  deps: {
    core: Core;
    workspace: Workspace;
    bindings: Bindings;
    takeUp(records: RecordIds): Promise<void>;
  },
  onProgress?: (done: number, total: number) => void,
): Promise<number> {
  const { core, workspace, bindings } = deps;
  const planned = planSheets(core.state, core.company, bindings);
  if (planned.length === 0) return 0;
  const code = (table: string) => bindings.field(table, "code");
  const fresh = planned.filter((sheet) => sheet.id === null);
  const total = planned.reduce((sum, sheet) => sum + sheet.items.length, fresh.length);
  const made = await workspace.records.upsert(
    bindings.table("sheets"),
    code("sheets"),
    fresh.map((sheet) => sheet.row),
    (done) => onProgress?.(done, total),
  );
  const items = await workspace.records.upsert(
    bindings.table("items"),
    code("items"),
    planned.flatMap((sheet) => {
      const id = sheet.id ?? made.get(sheet.code);
      return id === undefined ? [] : sheet.items.map((item) => item(id));
    }),
    (done) => onProgress?.(fresh.length + done, total),
  );
  await deps.takeUp(
    new Map([
      [bindings.table("sheets"), new Set(made.values())],
      [bindings.table("items"), new Set(items.values())],
    ]),
  );
  return made.size + items.size;
}
