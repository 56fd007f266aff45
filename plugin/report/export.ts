import { stringify } from "csv-stringify/sync";
import { say, type Locale } from "../words/words.ts";
import { harmless } from "./harmless.ts";
import { statusText } from "./reasons.ts";
import type { ExportRow } from "./views.ts";

/** Results for programs: a JSON array, decimals as text. */
export function exportJson(rows: readonly ExportRow[]): string {
  return `${JSON.stringify(rows, null, 2)}\n`;
}

/** The columns in order; their titles are `export.<name>` of `words/`. */
const COLUMNS = [
  "employee",
  "period",
  "total",
  "grade",
  "coverage",
  "kpi",
  "target",
  "actual",
  "unit",
  "score",
  "weight",
  "contribution",
  "status",
] as const;
type Line = Readonly<Record<(typeof COLUMNS)[number], string | null>>;

/**
 * Results for a spreadsheet: one line per item, the sheet's own figures repeated on each; a sheet
 * without items gives one line. Decimals are written exactly; what is unknown is empty.
 *
 * @returns CSV with byte order mark and CRLF, as Excel expects it; cells that a spreadsheet would run
 *   as a formula start with an apostrophe
 */
export function exportCsv(rows: readonly ExportRow[], locale: Locale): string {
  const lines = rows.flatMap((row) => linesOf(row, locale));
  return stringify([COLUMNS.map((name) => say(locale, `export.${name}`)), ...lines.map(cells)], {
    bom: true,
    record_delimiter: "windows",
  });
}

function linesOf(row: ExportRow, locale: Locale): Line[] {
  const sheet = {
    employee: row.employee,
    period: row.period,
    total: row.total,
    grade: row.grade,
    coverage: row.coverage,
  };
  const noItem = {
    kpi: null,
    target: null,
    actual: null,
    unit: null,
    score: null,
    weight: null,
    contribution: null,
    status: null,
  };
  if (row.items.length === 0) return [{ ...sheet, ...noItem }];
  return row.items.map((item) => ({ ...sheet, ...item, status: statusText(item.status, locale) }));
}

function cells(line: Line): string[] {
  return COLUMNS.map((name) => harmless(line[name] ?? ""));
}
