import type { Reason, SheetResult, Status } from "../kpi/model.ts";

/**
 * What we computed, in the form in which it is stored: decimals as text. Two results are the same
 * exactly when their JSON texts are.
 */
export interface ItemResult {
  readonly status: Status;
  readonly reasons: readonly Reason[];
  readonly actual: string | null;
  readonly score: string | null;
  readonly raw: string | null;
  readonly limitedBy: "cap" | "floor" | "threshold" | null;
  readonly reached: boolean | null;
  readonly share: string;
  readonly contribution: string | null;
  readonly counted: string | null;
}

export interface SheetScore {
  readonly total: string | null;
  readonly displayed: string | null;
  readonly coverage: string;
  readonly state: SheetResult["state"];
  readonly grade: string | null;
  readonly reasons: readonly Reason[];
}

/** What the workspace shows in our result fields, keyed by field key, as last read or written. */
export type Shown = Readonly<Record<string, string | null>>;

export interface ItemRow {
  readonly id: string;
  readonly code: string;
  readonly sheet: string;
  readonly kpi: string;
  /** Percent points; null = the row has none. */
  readonly weight: string | null;
  readonly target: string | null;
  readonly targetBasis: string;
  readonly result: ItemResult | null;
}

export interface SheetRecord {
  readonly id: string;
  readonly code: string;
  readonly kind: "individual" | "department";
  readonly subject: string;
  readonly cycle: string;
  readonly result: SheetScore | null;
}

/** A sheet with its items, in code order. */
export interface ScoredSheet {
  readonly sheet: SheetRecord;
  readonly items: readonly ItemRow[];
}
