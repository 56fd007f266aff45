import type {
  GradeLimit,
  ItemScore,
  Reason,
  SheetResult,
  SheetStep,
  Status,
} from "../kpi/model.ts";

/**
 * What we computed, in the form in which it is stored: decimals as text. Two results are the same
 * exactly when their JSON texts are.
 */
export interface ItemResult {
  /** The KPI's own version number, as its row had it; "" = the row has none. */
  readonly kpiVersion: string;
  /** The figures that were read, by their names in the formula; a gate by the code of its KPI. */
  readonly inputs: readonly {
    readonly name: string;
    readonly status: Status;
    readonly value: string | null;
  }[];
  readonly status: Status;
  readonly reasons: readonly Reason[];
  readonly actual: string | null;
  /** The target the score was measured against: the item's own, or prorated by days worked. */
  readonly targetUsed: string | null;
  readonly score: string | null;
  readonly raw: string | null;
  readonly limitedBy: ItemScore["limitedBy"];
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
  readonly sections: readonly {
    readonly key: string;
    readonly share: string;
    readonly raw: string | null;
    readonly score: string | null;
    readonly limitedBy: "cap" | "floor" | null;
  }[];
  readonly steps: readonly {
    readonly code: SheetStep["code"];
    readonly before: string;
    readonly after: string;
    readonly details: SheetStep["details"];
  }[];
  readonly gradeLimits: readonly GradeLimit[];
  readonly preVeto: { readonly total: string; readonly grade: string | null } | null;
  readonly reasons: readonly Reason[];
  /** Only after a transfer within the cycle. */
  readonly part?: SheetPart;
}

/** The part of a cycle that a sheet was scored for. */
export interface SheetPart {
  /** `last` carries the total of the whole cycle; `none`: it belongs to no part any more. */
  readonly role: "earlier" | "last" | "none";
  readonly start: string | null;
  readonly end: string | null;
  readonly position: string | null;
  readonly department: string | null;
}

/** What a sheet's row says about its part of the cycle. */
export interface SheetSegment {
  /** One of the keys of a segment; "" = the first, or the whole cycle. */
  readonly key: string;
  /** Position whose KPIs were put on it; null = not said. */
  readonly position: string | null;
}

export const NO_SEGMENT: SheetSegment = { key: "", position: null };

/** What an item's row says beside weight and target. */
export interface ItemRules {
  /** Record id of its section. */
  readonly section: string | null;
  readonly role: "weighted" | "extra";
  readonly keyLine: string | null;
  readonly treatment: "normal" | "not_applicable" | "exempt";
  /** Score a person gave; counts where the KPI's rule for missing data says so. */
  readonly manualScore: string | null;
}

export const NO_RULES: ItemRules = {
  section: null,
  role: "weighted",
  keyLine: null,
  treatment: "normal",
  manualScore: null,
};

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
  readonly rules: ItemRules;
  readonly result: ItemResult | null;
}

export interface SheetRecord {
  readonly id: string;
  readonly code: string;
  readonly kind: "individual" | "department";
  readonly subject: string;
  readonly cycle: string;
  readonly segment: SheetSegment;
  readonly result: SheetScore | null;
}

/** A sheet with its items, in code order. */
export interface ScoredSheet {
  readonly sheet: SheetRecord;
  readonly items: readonly ItemRow[];
}
