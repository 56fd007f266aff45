import type { Decimal } from "../../decimal.ts";
import type { Gate } from "../../kpi/gate.ts";
import type {
  Direction,
  ItemScore,
  Measured,
  Method,
  Period,
  SheetResult,
  SheetRules,
  WeighedItem,
} from "../../kpi/model.ts";

/** What a workbook of score sheets needs to know; nothing of it is computed here. */

/** One KPI of one sheet, with everything that its score and its weight follow from. */
export interface WorkbookItem {
  readonly kpi: {
    readonly code: string;
    readonly name: string;
    readonly unit: string;
    readonly decimals: number;
  };
  /** null: the KPI's row is unusable. */
  readonly method: Method | null;
  readonly direction: Direction;
  readonly actual: Measured;
  readonly target: Decimal | null;
  readonly score: ItemScore;
  /** As the sheet was composed of it. */
  readonly weighed: WeighedItem;
  /** Actuals of everybody compared, for RANK. */
  readonly peers?: readonly Decimal[];
  /** What the formula of EXPR reads, by name, besides the actual and the target. */
  readonly inputs?: ReadonlyMap<string, Measured>;
  readonly gate?: Gate | null;
}

/** One subject in one cycle. */
export interface WorkbookSheet {
  readonly subject: string;
  /** Department, position: what stands beside the name; "" for nothing. */
  readonly about: string;
  readonly period: Period;
  readonly items: readonly WorkbookItem[];
  /** Names of the sections by key. */
  readonly sectionNames: ReadonlyMap<string, string>;
  readonly rules: SheetRules;
  readonly result: SheetResult;
}
