import type { ItemResult, SheetScore } from "./results.ts";
import type { Rescored } from "./desk.ts";
import type { State } from "./state.ts";

/** What moved a score. */
export interface Cause {
  readonly kind: "record" | "item" | "configuration" | "day" | "recompute";
  /** Table id. */
  readonly table: string | null;
  readonly record: string | null;
  readonly title: string | null;
  readonly change: "create" | "update" | "delete" | null;
  /** Fields that changed, as people read them. */
  readonly fields: readonly {
    readonly name: string;
    readonly before: string;
    readonly after: string;
  }[];
}

/** One line as stored: everything needed to say it again, whatever happens to the record later. */
export interface StoredLine {
  readonly cause: Cause;
  readonly item: { readonly before: ItemResult | null; readonly after: ItemResult | null };
  readonly sheet: { readonly before: SheetScore | null; readonly after: SheetScore | null };
}

/** Append a line for every item whose reading changed; returns how many. */
export function writeLedger(state: State, at: string, cause: Cause, change: Rescored): number {
  const before = new Map(change.before.items.map((item) => [item.id, item]));
  let lines = 0;
  for (const item of change.after.items) {
    const earlier = before.get(item.id);
    if (!moved(earlier?.result ?? null, item.result)) continue;
    const line: StoredLine = {
      cause,
      item: { before: earlier?.result ?? null, after: item.result },
      sheet: { before: change.before.sheet.result, after: change.after.sheet.result },
    };
    state.run(
      "INSERT INTO ledger (at, sheet_id, item_id, kpi_id, cause, cause_table, cause_record, line) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      at,
      change.after.sheet.id,
      item.id,
      item.kpi,
      cause.kind,
      cause.table,
      cause.record,
      JSON.stringify(line),
    );
    lines += 1;
  }
  return lines;
}

/** The item itself reads differently; a mere shift of its share by another item is not its line. */
function moved(before: ItemResult | null, after: ItemResult | null): boolean {
  return (
    before?.actual !== after?.actual ||
    before?.score !== after?.score ||
    before?.status !== after?.status
  );
}
