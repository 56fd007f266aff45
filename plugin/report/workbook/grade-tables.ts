import { Decimal } from "../../decimal.ts";
import { DEFAULT_DECIMALS, validateGrades } from "../../kpi/grade.ts";
import type { GradeScheme, SheetRules } from "../../kpi/model.ts";
import { say, type Locale } from "../../words/words.ts";
import { fixed, Grid, onSheet, type Worksheet } from "./grid.ts";

/** References to what turns a total into a grade. */
export interface GradeTable {
  readonly decimals: string;
  readonly minCoverage: string;
  /** null: there are no usable bands, so there is no grade. */
  readonly bands: {
    readonly grades: string;
    readonly lowers: string;
    readonly scheme: GradeScheme;
  } | null;
}

const FIRST_ROW = 3;

/** The worksheet of the grade bands, best first; one table for every set of bands in use. */
export class GradeTables {
  private readonly grid: Grid;
  private readonly tables = new Map<string, GradeTable>();
  private readonly locale: Locale;
  private row = FIRST_ROW;

  constructor(name: string, locale: Locale) {
    this.locale = locale;
    this.grid = new Grid(name);
    this.grid.text("A1", this.word("title"), "title");
  }

  table({ grades, minCoverage }: SheetRules): GradeTable {
    const key = JSON.stringify([grades, minCoverage]);
    const known = this.tables.get(key);
    if (known) return known;
    const table = this.write(grades, minCoverage);
    this.tables.set(key, table);
    return table;
  }

  private write(scheme: GradeScheme | null, minCoverage: Decimal): GradeTable {
    const { grid } = this;
    const usable = scheme !== null && validateGrades(scheme).length === 0;
    const setting = (label: string, value: Decimal, format: string): string => {
      grid.text(`A${this.row}`, label);
      grid.number(`B${this.row}`, value, "input", format);
      return this.at(`B${this.row++}`);
    };
    const coverage = setting(this.word("min-coverage"), minCoverage, "0.##%");
    const places = new Decimal(scheme?.decimals ?? DEFAULT_DECIMALS);
    const decimals = setting(this.word("decimals"), places, "0");
    if (!usable) {
      this.row += 1;
      return { decimals, minCoverage: coverage, bands: null };
    }
    grid.text(`A${this.row}`, this.word(`boundary.${scheme.boundary}`), "note");
    grid.text(`A${this.row + 1}`, this.word(`on.${scheme.gradeOn}`), "note");
    grid.text(`A${this.row + 2}`, this.word("grade"), "header");
    grid.text(`B${this.row + 2}`, this.word("lower"), "header");
    const first = this.row + 3;
    scheme.bands.forEach(({ grade, lower }, place) => {
      grid.text(`A${first + place}`, grade, "input");
      grid.number(`B${first + place}`, lower, "input", "0.##########");
    });
    const last = first + scheme.bands.length - 1;
    this.row = last + 2;
    return {
      decimals,
      minCoverage: coverage,
      bands: {
        grades: this.range("A", first, last),
        lowers: this.range("B", first, last),
        scheme,
      },
    };
  }

  private at(address: string): string {
    return onSheet(this.grid.name, fixed(address));
  }

  private range(column: string, first: number, last: number): string {
    return `${this.at(`${column}${first}`)}:${fixed(`${column}${last}`)}`;
  }

  private word(key: string): string {
    return say(this.locale, `workbook.grades.${key}`);
  }

  done(): Worksheet {
    return this.grid.done({
      columns: [44, 16],
      frozen: { rows: 1, columns: 0 },
      header: 1,
      lastPrinted: "B",
      folded: [],
    });
  }
}

/** The place of a total's grade among the bands, best = 1; the last takes whatever lies below. */
export function placeFormula(
  bands: NonNullable<GradeTable["bands"]>,
  cells: { readonly total: string; readonly displayed: string },
): string {
  const { scheme, lowers } = bands;
  const graded = scheme.gradeOn === "displayed" ? cells.displayed : cells.total;
  const missed = scheme.boundary === "inclusive" ? ">" : ">=";
  return `MIN(ROWS(${lowers}),1+SUMPRODUCT(--(${lowers}${missed}${graded})))`;
}
