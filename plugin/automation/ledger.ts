import type { ItemResult, ScoredSheet, SheetScore } from "./results.ts";
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

/**
 * One line as stored: everything needed to say it again, whatever happens to the record later. Without
 * item: the total or the grade moved by weights or grade bands alone.
 */
export interface StoredLine {
  /** Whose reading it was; absent in lines written before this was kept. */
  readonly subject?: string;
  readonly cycle?: string;
  readonly cause: Cause;
  readonly item: { readonly before: ItemResult | null; readonly after: ItemResult | null };
  readonly sheet: { readonly before: SheetScore | null; readonly after: SheetScore | null };
}

/** Append a line for every item whose reading changed, or one for the sheet; returns how many. */
export function writeLedger(state: State, at: string, cause: Cause, change: Rescored): number {
  const before = new Map(change.before.items.map((item) => [item.id, item]));
  const { sheet } = change.after;
  let lines = 0;
  const append = (item: { id: string; kpi: string }, readings: StoredLine["item"]) => {
    const line: StoredLine = {
      subject: sheet.subject,
      cycle: sheet.cycle,
      cause,
      item: readings,
      sheet: { before: change.before.sheet.result, after: sheet.result },
    };
    state.run(
      "INSERT INTO ledger (at, sheet_id, item_id, kpi_id, cause, cause_table, cause_record, line) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      at,
      sheet.id,
      item.id,
      item.kpi,
      cause.kind,
      cause.table,
      cause.record,
      JSON.stringify(line),
    );
    lines += 1;
  };
  for (const item of change.after.items) {
    const earlier = before.get(item.id)?.result ?? null;
    if (moved(earlier, item.result)) append(item, { before: earlier, after: item.result });
  }
  if (lines === 0 && sheetMoved(change.before.sheet.result, sheet.result))
    append({ id: "", kpi: "" }, { before: null, after: null });
  return lines;
}

function sheetMoved(before: SheetScore | null, after: SheetScore | null): boolean {
  return (
    before?.total !== after?.total ||
    before?.displayed !== after?.displayed ||
    before?.grade !== after?.grade
  );
}

/** The item itself reads differently; a mere shift of its share by another item is not its line. */
function moved(before: ItemResult | null, after: ItemResult | null): boolean {
  return (
    before?.actual !== after?.actual ||
    before?.score !== after?.score ||
    before?.status !== after?.status
  );
}

/**
 * The sheet as it was when it last said something: readings that were missing in between give way to
 * the ones before, so that a row filled in cell by cell is told like a row written at once.
 */
export function lastConclusive(state: State, change: Rescored): ScoredSheet {
  const { before, after } = change;
  const now = new Map(after.items.map((item) => [item.id, item.result?.status]));
  const items = before.items.map((item) => {
    const missing = item.result !== null && item.result.status !== "OK";
    if (!missing || now.get(item.id) !== "OK") return item;
    const known = findLine(state, after, item.id, (line) => line.item.before?.status === "OK");
    return known ? { ...item, result: known.item.before } : item;
  });
  const { sheet } = before;
  const lacked = sheet.result !== null && sheet.result.grade === null;
  const graded =
    lacked && after.sheet.result?.grade
      ? findLine(state, after, null, (line) => Boolean(line.sheet.before?.grade))
      : null;
  return { sheet: graded ? { ...sheet, result: graded.sheet.before } : sheet, items };
}

/** The newest line about the sheet's present subject and cycle, of one item or of any. */
function findLine(
  state: State,
  { sheet }: ScoredSheet,
  item: string | null,
  fits: (line: StoredLine) => boolean,
): StoredLine | null {
  const rows = state
    .sql("SELECT item_id, line FROM ledger WHERE sheet_id = ? ORDER BY id DESC")
    .iterate(sheet.id) as IterableIterator<{ item_id: string; line: string }>;
  for (const row of rows) {
    if (item !== null && row.item_id !== item) continue;
    const line = JSON.parse(row.line) as StoredLine;
    // Before that the sheet was about somebody else.
    if ((line.subject ?? sheet.subject) !== sheet.subject) return null;
    if ((line.cycle ?? sheet.cycle) !== sheet.cycle) return null;
    if (fits(line)) return line;
  }
  return null;
}
