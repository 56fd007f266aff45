import {
  NO_RULES,
  NO_SEGMENT,
  type ItemRow,
  type ItemRules,
  type ScoredSheet,
  type SheetRecord,
  type SheetSegment,
} from "./results.ts";
import type { State } from "./state.ts";

/** Sheets and items as they are stored. */

export interface SheetColumns {
  id: string;
  code: string;
  subject_kind: "individual" | "department";
  subject_id: string;
  cycle_id: string;
  segment: string;
  result: string | null;
}

interface ItemColumns {
  id: string;
  code: string;
  sheet_id: string;
  kpi_id: string;
  weight: string | null;
  target: string | null;
  target_basis: string;
  rules: string;
  result: string | null;
}

export function loadSheet(state: State, id: string): ScoredSheet | null {
  const row = state.one<SheetColumns>("SELECT * FROM sheets WHERE id = ?", id);
  if (!row) return null;
  return {
    sheet: toSheet(row),
    items: state
      .all<ItemColumns>("SELECT * FROM items WHERE sheet_id = ? ORDER BY code, id", id)
      .map(toItem),
  };
}

export function toSheet(row: SheetColumns): SheetRecord {
  return {
    id: row.id,
    code: row.code,
    kind: row.subject_kind,
    subject: row.subject_id,
    cycle: row.cycle_id,
    segment: { ...NO_SEGMENT, ...(JSON.parse(row.segment) as Partial<SheetSegment>) },
    result: parse<SheetRecord["result"]>(row.result),
  };
}

function toItem(row: ItemColumns): ItemRow {
  return {
    id: row.id,
    code: row.code,
    sheet: row.sheet_id,
    kpi: row.kpi_id,
    weight: row.weight,
    target: row.target,
    targetBasis: row.target_basis,
    rules: { ...NO_RULES, ...(JSON.parse(row.rules) as Partial<ItemRules>) },
    result: parse<ItemRow["result"]>(row.result),
  };
}

function parse<T>(text: string | null): T | null {
  // Written by this room alone, from values of this very type.
  return text === null ? null : (JSON.parse(text) as T);
}
