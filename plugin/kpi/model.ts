import type { Decimal } from "../decimal.ts";
import type { Formula } from "../formula/formula.ts";

/**
 * The nouns of the workshop. Scores are on the 0–100(–120) scale, weights in percent points,
 * coverage is a fraction (0–1). Everything is a `Decimal`; nothing here knows a workspace.
 */

/** What became of a KPI (spec 3.0). Only `OK` carries a value; nothing else is ever 0. */
export type Status =
  | "OK"
  | "NO_DATA"
  | "NOT_APPLICABLE"
  | "EXEMPT"
  | "PENDING"
  | "INVALID_TARGET"
  | "INVALID_BASELINE"
  | "INVALID_UNIT"
  | "OUT_OF_RANGE"
  | "ERROR";

/** Why, as a key of `words/` (`reason.<code>`) with what the sentence needs. */
export interface Reason {
  readonly code: string;
  readonly details: Readonly<Record<string, string>>;
}

/** A number that may be missing, with its reasons: the only way an actual or a score travels. */
export type Measured =
  | { readonly status: "OK"; readonly value: Decimal; readonly reasons: readonly Reason[] }
  | { readonly status: Exclude<Status, "OK">; readonly reasons: readonly Reason[] };

export type Direction = "higher" | "lower" | "target";

interface Bounds {
  /** Highest score this KPI may give, e.g. 120; null = none. */
  readonly cap: Decimal | null;
  /** Lowest score, usually 0; null = none. */
  readonly floor: Decimal | null;
}

/** Scoring methods of spec 3.2, by its codes. */
export type Method =
  | (Bounds & {
      readonly code: "RATIO";
      /** a/t below this fraction scores 0, e.g. 0.6; null = none. */
      readonly threshold: Decimal | null;
    })
  | (Bounds & { readonly code: "RATIO_INV" })
  | (Bounds & { readonly code: "REDUCE" })
  | (Bounds & { readonly code: "BASE"; readonly base: Decimal })
  | (Bounds & {
      readonly code: "STEP";
      /** Disjoint, in order; null bound = open end. */
      readonly steps: readonly {
        readonly min: Decimal | null;
        readonly max: Decimal | null;
        readonly score: Decimal;
      }[];
      /** `lower`: [min, max) as for higher-is-better; `upper`: (min, max]. */
      readonly closed: "lower" | "upper";
      /** Score of an actual that no step covers; null = OUT_OF_RANGE. */
      readonly outside: Decimal | null;
    })
  | (Bounds & {
      readonly code: "PWL";
      /** At least two, x strictly increasing; actual → score. */
      readonly anchors: readonly { readonly x: Decimal; readonly y: Decimal }[];
      /** Outside the anchors: stay at the end's score, go on along the last line, or a fixed score. */
      readonly below: "clamp" | "extrapolate" | Decimal;
      readonly above: "clamp" | "extrapolate" | Decimal;
      /** When true the anchors' x are multiples of the target (1 = at target). */
      readonly relative: boolean;
    })
  /** Three anchors: base 60, the item's target 100, stretch 120; worse than the base 0, beyond the stretch 120. */
  | (Bounds & { readonly code: "PWL3"; readonly base: Decimal; readonly stretch: Decimal })
  /** Four levels D C B A score 25, 50, 75, 100; worse than D 0, beyond A 100. Levels from D to A. */
  | (Bounds & {
      readonly code: "PWL4";
      readonly levels: readonly [Decimal, Decimal, Decimal, Decimal];
    })
  /** 60 at the value not allowed to fall below, 100 at the satisfactory one, linear and unbounded. */
  | (Bounds & {
      readonly code: "EFF";
      readonly unallowed: Decimal;
      readonly satisfactory: Decimal;
    })
  /** `base` at the target, `plus`/`minus` points for each `unit` better/worse, within min and max. */
  | (Bounds & {
      readonly code: "ADDSUB";
      readonly base: Decimal;
      readonly unit: Decimal;
      readonly plus: Decimal;
      readonly minus: Decimal;
      readonly min: Decimal | null;
      readonly max: Decimal | null;
      /** `whole`: begun units count in full against, only completed ones count for. */
      readonly units: "exact" | "whole";
    })
  /** `full` − `points` for each `perPoint` of the actual; `whole`: only completed ones. */
  | (Bounds & {
      readonly code: "DEDUCT";
      readonly full: Decimal;
      readonly perPoint: Decimal;
      readonly points: Decimal;
      readonly units: "exact" | "whole";
    })
  | (Bounds & {
      readonly code: "BINARY";
      readonly operator: ">=" | ">" | "<=" | "<" | "=";
      /** null = the target is the threshold. */
      readonly threshold: Decimal | null;
    })
  /** Best at the target. `relative`: 100 − 100·|a−t|/t; `tolerance`: 100 within, 0 from the limit on. */
  | (Bounds & { readonly code: "BAND"; readonly form: "relative" })
  | (Bounds & {
      readonly code: "BAND";
      readonly form: "tolerance";
      /** Distances from the target, above it and below it; 0 ≤ tolerance ≤ limit. */
      readonly above: { readonly tolerance: Decimal; readonly limit: Decimal };
      readonly below: { readonly tolerance: Decimal; readonly limit: Decimal };
    })
  /** 100 at 0, 0 at `worst` and beyond. */
  | (Bounds & { readonly code: "ZERO"; readonly worst: Decimal })
  /** The actual is the number of days late (negative = early); 100 on the day. */
  | (Bounds & {
      readonly code: "MILE";
      readonly perDay: Decimal;
      readonly bonusPerDay: Decimal;
    })
  /** 100·(n − rank)/(n − 1) among the peers, mid-rank for ties; fewer than `minimum` are refused. */
  | (Bounds & { readonly code: "RANK"; readonly minimum: number })
  /** A rating on an anchored scale, linear between its points. */
  | (Bounds & {
      readonly code: "MANUAL";
      readonly scale: readonly { readonly x: Decimal; readonly y: Decimal }[];
    })
  /** A formula over `actual`, `target` and the inputs it names. */
  | (Bounds & { readonly code: "EXPR"; readonly expression: Formula })
  /** 100 without, 0 with a veto: the actual counts the events, `threshold` of them are needed. */
  | (Bounds & {
      readonly code: "VETO";
      readonly threshold: Decimal;
      readonly effect: VetoEffect;
    });
export type MethodCode = Method["code"];

/** What a veto does beyond its own KPI (spec 3.4). */
export type VetoEffect =
  | { readonly mode: "ZERO_KPI" | "ZERO_SECTION" | "ZERO_TOTAL" }
  | { readonly mode: "CAP_GRADE"; readonly grade: string }
  | { readonly mode: "MULTIPLY"; readonly factor: Decimal };

/**
 * What to do with an item that has no data (spec 3.6): leave it out, count 0, last period's score
 * once, 100, or the score a person gives instead.
 */
export type MissingPolicy = "EXCLUDE" | "ZERO" | "CARRY" | "NEUTRAL" | "MANUAL";

/** One KPI of one sheet before weighing. */
export interface WeighedItem {
  readonly key: string;
  readonly weight: Decimal;
  readonly score: Measured;
  readonly missing: MissingPolicy;
  /** What CARRY or MANUAL puts in the place of a missing score; without it the item is left out. */
  readonly substitute?: Decimal | null;
  /** Key of the section it belongs to; none by default. */
  readonly section?: string | null;
  /** `extra`: a plus/minus item; its score is points on top of the weighted ones (spec 3.0, step 9). */
  readonly role?: "weighted" | "extra";
  /** A key KPI: a score below this limits the sheet's grade (spec 3.3). */
  readonly keyLine?: Decimal | null;
  /** The veto that has fallen with this item. */
  readonly veto?: VetoEffect | null;
}

/** Bounds of a section, of the plus/minus items or of the total; null = none. */
export interface Limits {
  readonly cap: Decimal | null;
  readonly floor: Decimal | null;
}

export interface SectionRule extends Limits {
  /** null = the sum of its counted items' weights, as if there were no sections. */
  readonly weight: Decimal | null;
}

/** A person's total together with those of the department and the company (spec 3.7). */
export interface Composite {
  /**
   * `additive`: weighted mean of the totals. `multiplicative`: own total × department's ÷ 100 ×
   * company's ÷ 100, a factor only where its weight is not 0.
   */
  readonly mode: "additive" | "multiplicative";
  /** Not negative, in any common unit. */
  readonly weights: {
    readonly company: Decimal;
    readonly department: Decimal;
    readonly individual: Decimal;
  };
  /** Totals on the 0–100(–120) scale; null = there is none (yet). */
  readonly company: Decimal | null;
  readonly department: Decimal | null;
}

/** The parts of a cycle that somebody spent in other places, for the total of the whole (spec 3.12). */
export interface SegmentTotals {
  /** Days of the part that the sheet itself is about. */
  readonly days: number;
  readonly others: readonly {
    /** First and last day. */
    readonly key: string;
    readonly days: number;
    /** null = there is none; the part is left out. */
    readonly total: Decimal | null;
  }[];
}

export interface SheetRules {
  readonly grades: GradeScheme | null;
  /** Fraction, 0–1. */
  readonly minCoverage: Decimal;
  readonly sections?: ReadonlyMap<string, SectionRule>;
  readonly extra?: Limits;
  readonly total?: Limits;
  readonly composite?: Composite | null;
  /** Only on the sheet of the last part; null = there was no transfer. */
  readonly segments?: SegmentTotals | null;
  /** Best grade of a sheet with a key KPI below its line; null = no limit. */
  readonly keyGrade?: string | null;
}

/** The score of one KPI with what bit on the way (for the explanation). */
export interface ItemScore {
  readonly score: Measured;
  /** Before cap and floor; null unless OK. */
  readonly raw: Decimal | null;
  /** What changed the raw score: a bound, the threshold, or a counter-metric below its line. */
  readonly limitedBy: "cap" | "floor" | "threshold" | "gate" | null;
  /** Actual at least as good as the target (S-045); null when it cannot be said. */
  readonly reached: boolean | null;
}

export interface Contribution {
  readonly key: string;
  /** Share of the counted weight, 0–1, after N/A renormalisation. 0 for excluded and extra items. */
  readonly share: Decimal;
  /** Points this item gives before the sheet's steps; null when excluded. */
  readonly points: Decimal | null;
  /** The score that was counted: the item's own, or the policy's. */
  readonly counted: Decimal | null;
}

/** The score of a section, 0–100(–120), and its share of the counted weight, 0–1. */
export interface SectionScore {
  readonly key: string;
  readonly share: Decimal;
  /** Before its bounds; null when nothing in it could be counted. */
  readonly raw: Decimal | null;
  readonly score: Decimal | null;
  readonly limitedBy: "cap" | "floor" | null;
}

/**
 * What changed the total after weighing, in order: the bound of a section, of the plus/minus items
 * or of the total, the totals above, the parts of a cycle with a transfer, a veto. Only steps that apply are listed.
 */
export interface SheetStep {
  readonly code:
    "section_limit" | "extra_limit" | "total_limit" | "composite" | "segments" | "veto";
  readonly before: Decimal;
  readonly after: Decimal;
  /** Section key, veto mode, item key, totals above or of other parts: what the sentence names. */
  readonly details: Readonly<Record<string, string>>;
}

/** A grade that was held back, and why: `key_kpi` below its line, or a `veto`. */
export interface GradeLimit {
  readonly code: "key_kpi" | "veto";
  readonly grade: string;
  readonly item: string;
}

export interface SheetResult {
  /** Exact: Σ contributions + Σ (after − before) of the steps; null when nothing could be counted. */
  readonly total: Decimal | null;
  /** As displayed and graded: rounded half-up to the scheme's decimals. */
  readonly displayed: Decimal | null;
  readonly coverage: Decimal;
  /** `final` graded · `provisional` coverage below the minimum, no grade · `empty` nothing counted. */
  readonly state: "final" | "provisional" | "empty";
  readonly grade: string | null;
  readonly contributions: readonly Contribution[];
  readonly sections: readonly SectionScore[];
  readonly steps: readonly SheetStep[];
  readonly gradeLimits: readonly GradeLimit[];
  /** Total and grade as they were without the veto; null when none has fallen. */
  readonly preVeto: { readonly total: Decimal; readonly grade: string | null } | null;
  readonly reasons: readonly Reason[];
}

/** Grade bands, best first (spec 3.8). */
export interface GradeScheme {
  readonly bands: readonly { readonly grade: string; readonly lower: Decimal }[];
  /** `inclusive`: exactly 90 is A when A starts at 90; `exclusive`: it is not. */
  readonly boundary: "inclusive" | "exclusive";
  /** Decimals of the displayed total. */
  readonly decimals: number;
  /** `displayed`: grade what people see; `exact`: grade the unrounded total. */
  readonly gradeOn: "displayed" | "exact";
}

export type Grain = "month" | "quarter" | "half" | "year";

/**
 * A period in the company's own calendar: `1998-04`, `1998-Q2`, `1998-H1`, `1998`.
 * The text form sorts within its grain and is the key everywhere.
 */
export type Period = string;
