import type { Decimal } from "../decimal.ts";

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
  | (Bounds & { readonly code: "REDUCE" })
  | (Bounds & { readonly code: "BASE"; readonly base: Decimal })
  | (Bounds & {
      readonly code: "STEP";
      /** Disjoint, in order, covering; null bound = open end. */
      readonly steps: readonly {
        readonly min: Decimal | null;
        readonly max: Decimal | null;
        readonly score: Decimal;
      }[];
      /** `lower`: [min, max) as for higher-is-better; `upper`: (min, max]. */
      readonly closed: "lower" | "upper";
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
  | (Bounds & {
      readonly code: "BINARY";
      readonly operator: ">=" | ">" | "<=" | "<" | "=";
      /** null = the target is the threshold. */
      readonly threshold: Decimal | null;
    });
export type MethodCode = Method["code"];

/** What to do with an item that is not OK (spec 3.6). */
export type MissingPolicy = "EXCLUDE" | "ZERO" | "NEUTRAL";

/** One KPI of one sheet before weighing. */
export interface WeighedItem {
  readonly key: string;
  readonly weight: Decimal;
  readonly score: Measured;
  readonly missing: MissingPolicy;
}

/** The score of one KPI with what bit on the way (for the explanation). */
export interface ItemScore {
  readonly score: Measured;
  /** Before cap and floor; null unless OK. */
  readonly raw: Decimal | null;
  /** Which bound changed the raw score. */
  readonly limitedBy: "cap" | "floor" | "threshold" | null;
  /** Actual at least as good as the target (S-045); null when it cannot be said. */
  readonly reached: boolean | null;
}

export interface Contribution {
  readonly key: string;
  /** Share of the counted weight, 0–1, after N/A renormalisation. 0 for excluded items. */
  readonly share: Decimal;
  /** Points this item gives to the total; null when excluded. Contributions sum to the total exactly. */
  readonly points: Decimal | null;
  /** The score that was counted: the item's own, or the policy's (0 or 100). */
  readonly counted: Decimal | null;
}

export interface SheetResult {
  /** Exact; null when nothing could be counted. */
  readonly total: Decimal | null;
  /** As displayed and graded: rounded half-up to the scheme's decimals. */
  readonly displayed: Decimal | null;
  readonly coverage: Decimal;
  /** `final` graded · `provisional` coverage below the minimum, no grade · `empty` nothing counted. */
  readonly state: "final" | "provisional" | "empty";
  readonly grade: string | null;
  readonly contributions: readonly Contribution[];
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
