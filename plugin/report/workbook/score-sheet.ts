import { formatPeriod } from "../format.ts";
import { Desk, type Surroundings } from "./desk.ts";
import type { WorkbookSheet } from "./facts.ts";
import { Grid, type Worksheet } from "./grid.ts";
import { layOut, writeItems } from "./item-table.ts";
import { DIFFERENCE, POINTS, SHARE } from "./number-formats.ts";
import { wholeWeightCell, writeTotals, type ResultCells } from "./totals.ts";
import { Decimal } from "../../decimal.ts";

const HEADER_ROW = 4;
const COLUMNS = [
  ...["kpi", "unit", "weight", "target", "actual", "data", "score", "counted", "counted-weight"],
  ...["share", "contribution", "engine-score", "engine-contribution", "difference", "words"],
  ...["applies", "measured"],
] as const;
const WIDTHS = [22, 6, 8, 13, 13, 10, 10, 10, 9, 9, 10, 10, 10, 10, 50, 10, 10];

export interface WrittenSheet {
  readonly worksheet: Worksheet;
  readonly cells: ResultCells & { readonly difference: string };
}

/** The worksheet of one score sheet: head, items, and the way to the grade. */
export function writeScoreSheet(
  name: string,
  sheet: WorkbookSheet,
  around: Surroundings,
): WrittenSheet {
  const grid = new Grid(name);
  const desk = new Desk(grid, sheet, around);
  const layout = layOut(sheet.items, HEADER_ROW + 1);
  COLUMNS.forEach((column, place) =>
    grid.text(
      `${"ABCDEFGHIJKLMNOPQ".charAt(place)}${HEADER_ROW}`,
      desk.word(`column.${column}`),
      "header",
    ),
  );
  writeItems(desk, layout, wholeWeightCell(layout));
  const cells = writeTotals(desk, layout);
  const difference = writeHead(desk, cells);
  return {
    cells: { ...cells, difference },
    worksheet: grid.done({
      columns: WIDTHS,
      frozen: { rows: HEADER_ROW, columns: 1 },
      header: HEADER_ROW,
      lastPrinted: "O",
      folded: ["P", "Q"],
    }),
  };
}

function writeHead(desk: Desk, cells: ResultCells): string {
  const { grid, sheet } = desk;
  const { result } = sheet;
  const period = formatPeriod(sheet.period, desk.around.locale);
  grid.text(
    "A1",
    [sheet.subject, sheet.about, period].filter((part) => part !== "").join(" · "),
    "title",
  );
  grid.text("A2", desk.word("total"), "label");
  grid.formula("C2", cells.displayed, result.displayed, "total", POINTS);
  grid.text("D2", desk.word("grade"), "status");
  if (cells.grade !== null) grid.formula("E2", cells.grade, result.grade, "total");
  grid.text("F2", desk.word("state"), "status");
  grid.formula("G2", cells.state, desk.word(`state.${result.state}`));
  grid.text("I2", desk.word("coverage"), "status");
  grid.formula("J2", cells.coverage, result.coverage, "formula", SHARE);
  grid.text("L2", desk.word("difference"), "status");
  const differences = `N${HEADER_ROW + 1}:N${cells.last}`;
  grid.formula("N2", `MAX(${differences})`, new Decimal(0), "check", DIFFERENCE);
  grid.text("A3", desk.word(desk.isComposed ? "note" : "note.frozen"), "note");
  return "N2";
}
