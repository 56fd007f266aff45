import { Decimal } from "../../decimal.ts";
import { say, type Locale } from "../../words/words.ts";
import { formatPeriod } from "../format.ts";
import type { WorkbookSheet } from "./facts.ts";
import { GradeTables } from "./grade-tables.ts";
import { Grid, onSheet, WorksheetNames, type Workbook, type Worksheet } from "./grid.ts";
import { DIFFERENCE, POINTS, SHARE } from "./number-formats.ts";
import { Register } from "./register.ts";
import { writeScoreSheet, type WrittenSheet } from "./score-sheet.ts";

const FIRST_ROW = 7;

/**
 * Score sheets as a workbook that computes: a summary, one worksheet for each sheet, the rules with
 * their parameters, and the grades. Every score, share, total and grade is a formula over the figures
 * it follows from; beside it stands what the engine computed, and the difference.
 *
 * Where the scores of a locked sheet do not follow from today's rules any more, or a rule is more than
 * a spreadsheet can hold, the figure stands there without a formula and a note says so.
 *
 * @param sheets  in the order people should see them
 */
export function buildWorkbook(sheets: readonly WorkbookSheet[], locale: Locale): Workbook {
  const word = (key: string) => say(locale, `workbook.${key}`);
  const names = new WorksheetNames();
  const [summary, rulesName, inputsName, gradesName] = (
    ["summary", "rules", "inputs", "grades"] as const
  ).map((key) => names.take(word(`worksheet.${key}`)));
  const columns = (["about", "rule", "parameter", "value", "to", "score"] as const).map((key) =>
    word(`rule.column.${key}`),
  );
  const register = (name: string, key: "rules" | "inputs") =>
    new Register(name, {
      title: word(`worksheet.${key}`),
      note: word(`${key}.note`),
      columns,
    });
  const rules = register(rulesName ?? "", "rules");
  const inputs = register(inputsName ?? "", "inputs");
  const grades = new GradeTables(gradesName ?? "", locale);
  const written = sheets.map((sheet) =>
    writeScoreSheet(names.take(sheet.subject), sheet, {
      ...{ locale, rules, inputs },
      grades: grades.table(sheet.rules),
    }),
  );
  return {
    worksheets: [
      writeSummary(summary ?? "", sheets, written, locale),
      ...written.map(({ worksheet }) => worksheet),
      rules.done(),
      ...(inputs.isEmpty ? [] : [inputs.done()]),
      grades.done(),
    ],
  };
}

function writeSummary(
  name: string,
  sheets: readonly WorkbookSheet[],
  written: readonly WrittenSheet[],
  locale: Locale,
): Worksheet {
  const word = (key: string, details: Readonly<Record<string, string>> = {}) =>
    say(locale, `workbook.${key}`, details);
  const grid = new Grid(name);
  const periods = [...new Set(sheets.map(({ period }) => formatPeriod(period, locale)))];
  grid.text("A1", `${word("summary.title")} · ${periods.join(", ")}`, "title");
  grid.text("A2", word("note"), "note");
  grid.text("A3", word("summary.note"), "note");
  const last = FIRST_ROW + sheets.length - 1;
  grid.text("A4", word("summary.sheets", { count: String(sheets.length) }));
  grid.text("G4", word("difference"));
  if (sheets.length > 0) {
    grid.formula("H4", `MAX(H${FIRST_ROW}:H${last})`, new Decimal(0), "check", DIFFERENCE);
  }
  const columns = [
    "subject",
    "about",
    "period",
    "total",
    "grade",
    "coverage",
    "state",
    "difference",
  ];
  columns.forEach((key, place) =>
    grid.text(`${"ABCDEFGH".charAt(place)}${FIRST_ROW - 1}`, word(`column.${key}`), "header"),
  );
  sheets.forEach((sheet, place) => {
    const row = FIRST_ROW + place;
    const of = written[place];
    if (!of) return;
    const { worksheet, cells } = of;
    const ref = (cell: string) => onSheet(worksheet.name, cell);
    const { result } = sheet;
    grid.line(row);
    grid.link(`A${row}`, sheet.subject, worksheet.name);
    grid.text(`B${row}`, sheet.about);
    grid.text(`C${row}`, formatPeriod(sheet.period, locale));
    grid.formula(`D${row}`, shown(ref(cells.displayed)), result.displayed, "total", POINTS);
    if (cells.grade !== null) {
      grid.formula(`E${row}`, shown(ref(cells.grade)), result.grade, "total");
    }
    grid.formula(`F${row}`, ref(cells.coverage), result.coverage, "formula", SHARE);
    grid.formula(`G${row}`, ref(cells.state), word(`state.${result.state}`));
    grid.formula(`H${row}`, ref(cells.difference), new Decimal(0), "check", DIFFERENCE);
  });
  return grid.done({
    columns: [24, 30, 16, 12, 10, 12, 14, 14],
    frozen: { rows: FIRST_ROW - 1, columns: 1 },
    header: FIRST_ROW - 1,
    lastPrinted: "H",
    folded: [],
  });
}

/** A reference to an empty cell would show 0. */
function shown(ref: string): string {
  return `IF(${ref}="","",${ref})`;
}
