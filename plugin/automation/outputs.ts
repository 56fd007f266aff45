import { Decimal, decimalText } from "../decimal.ts";
import type { Bindings } from "../install/bindings.ts";
import { sheetSummary } from "../report/explain.ts";
import { reasonText } from "../report/reasons.ts";
import type { FieldValue, FieldValues, WorkspaceRecord } from "../workspace/workspace.ts";
import type { Company } from "./company.ts";
import { putOutbox } from "./outbox.ts";
import type { ItemRow, ScoredSheet, Shown } from "./results.ts";
import { sheetFacts } from "./stored-facts.ts";
import type { State } from "./state.ts";

/**
 * The result fields of sheets and items: what the workspace should show, what it shows, and the
 * difference that has to be written. A value is written only when it differs.
 */

const SHEET_FIELDS = [
  "total",
  "grade",
  "coverage",
  "state",
  "feedback",
  "summary",
  "start",
  "end",
] as const;
const ITEM_FIELDS = ["target_used", "actual", "score", "contribution", "status", "reason"] as const;
const OPTION_FIELDS: ReadonlySet<string> = new Set(["state", "status"]);

export type ResultTable = "sheets" | "items";

export function resultFields(table: ResultTable): readonly string[] {
  return table === "sheets" ? SHEET_FIELDS : ITEM_FIELDS;
}

/**
 * Decimals people see; exact figures stay here and in the exports. At most 15 digits, which is what
 * a host keeps of a number: more would come back different and be written again for ever.
 */
function shown(value: string | null, decimals: number): string | null {
  return value === null
    ? null
    : decimalText(new Decimal(value).toDecimalPlaces(decimals).toSignificantDigits(15));
}

export function sheetOutputs(company: Company, scored: ScoredSheet, feedback: string): Shown {
  const { result } = scored.sheet;
  const facts = sheetFacts(company, scored);
  return {
    total: shown(result?.displayed ?? null, 4),
    grade: result?.grade ?? null,
    coverage: shown(result?.coverage ?? null, 4),
    state: result?.state ?? null,
    feedback: feedback || null,
    summary: facts ? sheetSummary(facts, company.settings.locale) || null : null,
    start: result?.part?.start ?? null,
    end: result?.part?.end ?? null,
  };
}

export function itemOutputs(company: Company, item: ItemRow): Shown {
  const { result } = item;
  const reasons = (result?.reasons ?? []).map((one) => reasonText(one, company.settings.locale));
  return {
    target_used: shown(result?.targetUsed === item.target ? null : (result?.targetUsed ?? null), 6),
    actual: shown(result?.actual ?? null, 6),
    score: shown(result?.score ?? null, 4),
    contribution: shown(result?.contribution ?? null, 4),
    status: result?.status ?? null,
    reason: reasons.join("\n") || null,
  };
}

/** The result fields of a record as the workspace has them, in the same form as the outputs. */
export function shownBy(bindings: Bindings, table: ResultTable, record: WorkspaceRecord): Shown {
  return Object.fromEntries(
    resultFields(table).map((key) => {
      const value = record.fields[bindings.field(table, key)] ?? null;
      return [key, plainText(bindings, table, key, value)];
    }),
  );
}

function plainText(
  bindings: Bindings,
  table: ResultTable,
  key: string,
  value: FieldValue,
): string | null {
  if (Array.isArray(value)) {
    const [id] = value as readonly string[];
    return id === undefined ? null : (bindings.optionKey(table, key, id) ?? id);
  }
  if (value === null || value === "") return null;
  return String(value);
}

/**
 * Outputs as values of the workspace port, by field id.
 *
 * @param lost  keys of fields that people deleted: the others are written all the same
 */
export function toFields(
  bindings: Bindings,
  table: ResultTable,
  outputs: Shown,
  lost: ReadonlyMap<string, string>,
): FieldValues {
  return Object.fromEntries(
    Object.entries(outputs)
      .filter(([key]) => !lost.has(key))
      .map(([key, value]) => [
        bindings.field(table, key),
        value !== null && OPTION_FIELDS.has(key) ? [bindings.option(table, key, value)] : value,
      ]),
  );
}

/** Only what is different. */
export function difference(wanted: Shown, present: Shown): Shown {
  return Object.fromEntries(
    Object.entries(wanted).filter(([key, value]) => folded(present[key] ?? null) !== folded(value)),
  );
}

/** Hosts may trim texts and unify line ends; that is no difference. */
function folded(value: string | null): string | null {
  return value?.replace(/\s+/g, " ").trim() ?? null;
}

/** Put every row of a sheet that shows something else than it should into the outbox. */
export function queueDifferences(state: State, company: Company, scored: ScoredSheet): void {
  const row = state.one<{ shown: string; feedback: string }>(
    "SELECT shown, feedback FROM sheets WHERE id = ?",
    scored.sheet.id,
  );
  if (!row) return;
  const present = JSON.parse(row.shown) as Shown;
  if (differs(sheetOutputs(company, scored, row.feedback), present))
    putOutbox(state, { kind: "write", table: "sheets", record: scored.sheet.id });
  const shownItems = new Map(
    state
      .all<{ id: string; shown: string }>(
        "SELECT id, shown FROM items WHERE sheet_id = ?",
        scored.sheet.id,
      )
      .map((item) => [item.id, JSON.parse(item.shown) as Shown]),
  );
  for (const item of scored.items)
    if (differs(itemOutputs(company, item), shownItems.get(item.id) ?? {}))
      putOutbox(state, { kind: "write", table: "items", record: item.id });
}

function differs(wanted: Shown, present: Shown): boolean {
  return Object.keys(difference(wanted, present)).length > 0;
}
