import type { Decimal } from "../decimal.ts";
import type { Aggregate } from "../kpi/cell.ts";
import type {
  Contribution,
  ItemScore,
  Measured,
  Method,
  MissingPolicy,
  Period,
  SheetResult,
} from "../kpi/model.ts";
import type { RatedGroup } from "../kpi/raters.ts";

/** What an explanation needs to know, in the words of the KPI model. */

/** One group of raters; with too few of them neither figure nor number is known here. */
export interface RaterFacts {
  readonly name: string;
  readonly state: RatedGroup["state"];
  readonly mean: Decimal | null;
  readonly count: number | null;
  /** Of the counted weight, 0–1. */
  readonly share: Decimal;
}

/** One source that a KPI's formula reads, for one period. */
export interface SourceFacts {
  /** As it stands in the formula, e.g. `REVENUE` or `REVENUE.previous`. */
  readonly reference: string;
  readonly name: string;
  readonly aggregate: Aggregate;
  /** The unit its records are written in, and what makes of it the base unit; null = not said. */
  readonly unit: { readonly text: string; readonly factor: Decimal } | null;
  /** The period it was read for: the cycle's own or the comparison period. */
  readonly period: Period;
  readonly measured: Measured;
  /** How ratings of several groups went together; null for every other aggregate. */
  readonly raters: readonly RaterFacts[] | null;
  /** Records that count here, and how many of them have no usable value. */
  readonly count: number;
  readonly invalid: number;
}

/** Everything behind one item's score. */
export interface ItemFacts {
  readonly kpi: {
    readonly name: string;
    readonly unit: string;
    readonly decimals: number;
    /** As the administrator wrote it. */
    readonly formula: string;
  };
  readonly sources: readonly SourceFacts[];
  readonly actual: Measured;
  /** As set for the whole period; `targetUsed` is what the score was measured against. */
  readonly target: Decimal | null;
  readonly targetUsed: Decimal | null;
  /** Where the target came from, in words; "" when nothing is said. */
  readonly targetBasis: string;
  readonly method: Method;
  readonly score: ItemScore;
  readonly missing: MissingPolicy;
  /** Percent points. */
  readonly weight: Decimal;
  /** `extra`: its score is points beside the weights; weighted when left out. */
  readonly role?: "weighted" | "extra";
  /** Weighted items, percent points: all, and those that count; of its section where there are any. */
  readonly weights: { readonly all: Decimal; readonly counted: Decimal };
  /** On a sheet with sections: the item's own, `null` name = none, and its share of the total, 0–1. */
  readonly section?: { readonly name: string | null; readonly share: Decimal } | null;
  /** `null` before the sheet was composed. */
  readonly contribution: Contribution | null;
}

/** What the summary of a sheet says. */
export interface SheetFacts {
  readonly subject: string;
  readonly period: Period;
  readonly result: SheetResult;
  /** Fraction, e.g. 0.6. */
  readonly minCoverage: Decimal;
  /** Sections by their keys in the result. */
  readonly sections: readonly { readonly key: string; readonly name: string }[];
  /** Same keys as the result's contributions, in the order people see them. */
  readonly items: readonly {
    readonly key: string;
    readonly name: string;
    readonly score: Measured;
    readonly missing: MissingPolicy;
    /** Weighted when left out. */
    readonly role?: "weighted" | "extra";
  }[];
}
