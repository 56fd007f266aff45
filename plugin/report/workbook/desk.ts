import { Decimal } from "../../decimal.ts";
import type { Contribution, Status } from "../../kpi/model.ts";
import { composeSheet } from "../../kpi/sheet.ts";
import { hasWords, say, type Locale } from "../../words/words.ts";
import { currencySign } from "../format.ts";
import { statusText } from "../reasons.ts";
import type { WorkbookItem, WorkbookSheet } from "./facts.ts";
import type { GradeTable } from "./grade-tables.ts";
import { Grid, quoted, type FormulaValue, type Look } from "./grid.ts";
import { DIFFERENCE, POINTS } from "./number-formats.ts";
import type { Register } from "./register.ts";

/** The worksheets that all score sheets of a workbook share. */
export interface Surroundings {
  readonly locale: Locale;
  readonly rules: Register;
  readonly inputs: Register;
  readonly grades: GradeTable;
}

/** A figure that stands in a cell elsewhere. */
export interface Reference {
  readonly ref: string;
  readonly value: Decimal;
}

/** One score sheet while it is being written: its cells, its facts and what it refers to. */
export class Desk {
  readonly grid: Grid;
  readonly sheet: WorkbookSheet;
  readonly around: Surroundings;
  /**
   * Whether the total still follows from the scores and rules at hand. It does not on a locked sheet
   * whose rules have changed since: then figures stand there without formulas.
   */
  readonly isComposed: boolean;
  private readonly given: ReadonlyMap<string, Contribution>;

  constructor(grid: Grid, sheet: WorkbookSheet, around: Surroundings) {
    this.grid = grid;
    this.sheet = sheet;
    this.around = around;
    this.given = new Map(sheet.result.contributions.map((one) => [one.key, one]));
    this.isComposed = followsFromItems(sheet);
  }

  word(key: string, details: Readonly<Record<string, string>> = {}): string {
    return say(this.around.locale, `workbook.${key}`, details);
  }

  status(status: Status): string {
    return statusText(status, this.around.locale);
  }

  unit(unit: string): string {
    const key = `unit.${unit.trim()}`;
    if (hasWords(key)) return say(this.around.locale, key);
    return currencySign(unit) ?? unit.trim();
  }

  contribution(key: string): Contribution | null {
    return this.given.get(key) ?? null;
  }

  /** A live figure, or only the figure on a sheet that does not follow from its rules any more. */
  put(
    address: string,
    formula: string,
    value: FormulaValue,
    format = "General",
    look: Look = "formula",
  ): void {
    if (this.isComposed) this.grid.formula(address, formula, value, look, format);
    else this.fact(address, value, format);
  }

  /** A figure that no formula gives. */
  fact(address: string, value: FormulaValue, format = POINTS): void {
    if (typeof value === "string") this.grid.text(address, value, "engine");
    else if (value !== null) this.grid.number(address, value, "engine", format);
  }

  check(row: number, difference: string): void {
    this.grid.formula(`N${row}`, difference, new Decimal(0), "check", DIFFERENCE);
  }

  /** The same for a row whose figure stands in column K. */
  checkTotal(row: number, value: FormulaValue, format = POINTS): void {
    this.fact(`M${row}`, value, format);
    this.check(
      row,
      value instanceof Decimal
        ? `IF(ISNUMBER(K${row}),ABS(ROUND(K${row}-M${row},8)),1)`
        : `IF(K${row}=${value === null ? quoted("") : `M${row}`},0,1)`,
    );
  }

  sectionName(key: string | null): string {
    if (key !== null) return this.sheet.sectionNames.get(key) ?? key;
    const hasSections = this.sheet.items.some(({ weighed }) => weighed.section != null);
    return this.word(hasSections ? "no-section" : "weighted");
  }

  /** The section's own weight; null when it weighs what its items weigh. */
  sectionWeight(key: string | null): Reference | null {
    const weight = key === null ? null : this.sheet.rules.sections?.get(key)?.weight;
    return key === null || weight == null
      ? null
      : { ref: this.section(key).value(0), value: weight };
  }

  sectionBounds(key: string): { readonly cap: string; readonly floor: string } {
    const entry = this.section(key);
    return { cap: entry.score(1), floor: entry.score(2) };
  }

  private section(key: string) {
    const rule = this.sheet.rules.sections?.get(key);
    const parts = [rule?.weight ?? null, rule?.cap ?? null, rule?.floor ?? null];
    return this.around.rules.entry(
      JSON.stringify(["section", key, ...parts]),
      [this.sectionName(key), this.word("rule.section")],
      [
        { label: this.word("rule.weight"), ...(parts[0] ? { value: parts[0] } : {}) },
        { label: this.word("rule.cap"), score: parts[1] ?? null },
        { label: this.word("rule.floor"), score: parts[2] ?? null },
      ],
    );
  }

  /** Bounds of the plus/minus items or of the total. */
  bounds(of: "extra" | "total"): { readonly cap: string; readonly floor: string } {
    const { cap = null, floor = null } = this.sheet.rules[of] ?? {};
    const entry = this.around.rules.entry(
      JSON.stringify([of, cap, floor]),
      [this.word(`rule.bounds.${of}`), ""],
      [
        { label: this.word("rule.cap"), score: cap },
        { label: this.word("rule.floor"), score: floor },
      ],
    );
    return { cap: entry.score(0), floor: entry.score(1) };
  }

  /** A figure of one item that has no column of its own. */
  input(item: WorkbookItem, label: string, value: Decimal | null): string {
    const entry = this.around.inputs.entry(
      JSON.stringify([this.grid.name, item.weighed.key, label]),
      [this.grid.name, item.kpi.name],
      [{ label, value }],
    );
    return entry.value(0);
  }
}

function followsFromItems({ items, rules, result }: WorkbookSheet): boolean {
  const again = composeSheet(
    items.map(({ weighed }) => weighed),
    rules,
  );
  if (result.reasons.some(({ code }) => code === "weight_unusable")) return false;
  const figures = ({ total, displayed, grade, state, coverage, contributions }: typeof again) =>
    JSON.stringify([total, displayed, grade, state, coverage, contributions]);
  return figures(again) === figures(result);
}
