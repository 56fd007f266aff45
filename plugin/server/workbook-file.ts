import type ExcelJS from "exceljs";
import { decimalText } from "../decimal.ts";
import type { Cell, Look, Workbook, Worksheet } from "../report/workbook/grid.ts";

export const XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

const FONT = { name: "Microsoft YaHei", size: 10 };

/** How each kind of cell looks. Colours follow the custom of models: inputs green, formulas black. */
const LOOKS: Readonly<Record<Look, Partial<ExcelJS.Style>>> = {
  title: { font: { ...FONT, bold: true, size: 14 } },
  header: {
    font: { ...FONT, bold: true, color: { argb: "FFFFFFFF" } },
    fill: solid("FF33506B"),
    alignment: { wrapText: true, vertical: "middle", horizontal: "center" },
  },
  group: { font: { ...FONT, bold: true }, fill: solid("FFDCE6F0") },
  text: { font: FONT, alignment: { vertical: "top", wrapText: true } },
  label: { font: { ...FONT, bold: true }, alignment: { vertical: "top", wrapText: true } },
  status: { font: FONT, alignment: { vertical: "top", horizontal: "center" } },
  words: { font: { ...FONT, size: 9 }, alignment: { vertical: "top", wrapText: true } },
  note: { font: { ...FONT, size: 9, italic: true, color: { argb: "FF595959" } } },
  input: { ...figure("FF00703C"), fill: solid("FFF1F8EC") },
  formula: figure("FF000000"),
  total: { ...figure("FF000000"), font: { ...FONT, bold: true } },
  engine: figure("FF7F7F7F"),
  check: { ...figure("FF7F7F7F"), alignment: { horizontal: "center", vertical: "top" } },
};
const WRAPPED: ReadonlySet<Look> = new Set(["header", "text", "label", "words"]);
/** Points of one line of text. */
const LINE = 14.5;
/** A higher row is one that Excel calls damaged. */
const HIGHEST_ROW = 409;

function solid(argb: string): ExcelJS.FillPattern {
  return { type: "pattern", pattern: "solid", fgColor: { argb } };
}

function figure(argb: string): Partial<ExcelJS.Style> {
  return {
    font: { ...FONT, color: { argb } },
    alignment: { horizontal: "right", vertical: "top" },
  };
}

/** Make an .xlsx file of a workbook. */
export async function workbookFile(workbook: Workbook): Promise<Uint8Array<ArrayBuffer>> {
  // Loaded when needed: it is large, and most calls never write a workbook.
  const { default: exceljs } = await import("exceljs");
  const file = new exceljs.Workbook();
  for (const worksheet of workbook.worksheets) writeWorksheet(file, worksheet);
  // Whoever opens it computes for himself; the remembered values are for previews.
  file.calcProperties.fullCalcOnLoad = true;
  return new Uint8Array(await file.xlsx.writeBuffer());
}

function writeWorksheet(file: ExcelJS.Workbook, worksheet: Worksheet): void {
  const { frozen, header, lastPrinted } = worksheet;
  const sheet = file.addWorksheet(worksheet.name, {
    views: [{ state: "frozen", xSplit: frozen.columns, ySplit: frozen.rows, showGridLines: false }],
    pageSetup: {
      paperSize: 9,
      orientation: "landscape",
      fitToPage: true,
      fitToWidth: 1,
      fitToHeight: 0,
      printTitlesRow: `${header}:${header}`,
      margins: { left: 0.4, right: 0.4, top: 0.5, bottom: 0.6, header: 0.3, footer: 0.3 },
    },
    headerFooter: { oddFooter: "&L&A&R&P / &N" },
  });
  sheet.columns = worksheet.columns.map((width) => ({ width }));
  const lines = new Map<number, number>();
  for (const [address, cell] of worksheet.cells) {
    const target = sheet.getCell(address);
    writeCell(target, cell);
    const row = Number(target.row);
    const width = worksheet.columns[Number(target.col) - 1] ?? 10;
    lines.set(row, Math.max(lines.get(row) ?? 1, linesOf(cell, width)));
  }
  for (const [row, count] of lines) {
    sheet.getRow(row).height = Math.min(LINE * count + 3, HIGHEST_ROW);
  }
  for (const row of worksheet.lined) underline(sheet.getRow(row), lastPrinted);
  for (const column of worksheet.folded) {
    sheet.getColumn(column).outlineLevel = 1;
    sheet.getColumn(column).hidden = true;
  }
  sheet.pageSetup.printArea = `A1:${lastPrinted}${sheet.rowCount}`;
}

/** Lines that a text takes in its cell: programs do not all make rows high enough by themselves. */
function linesOf({ content, look }: Cell, width: number): number {
  if (content.kind !== "text" || !WRAPPED.has(look)) return 1;
  // Chinese characters are about twice as wide; words break before the end of a line.
  const units = [...content.text].reduce((sum, sign) => sum + (sign > "\u2e7f" ? 2 : 1), 0);
  return Math.ceil((units * (look === "words" ? 0.85 : 1.05)) / width);
}

function underline(row: ExcelJS.Row, last: string): void {
  const bottom: Partial<ExcelJS.Border> = { style: "hair", color: { argb: "FF999999" } };
  for (let column = 1; column <= last.charCodeAt(0) - 64; column++) {
    row.getCell(column).border = { bottom };
  }
}

function writeCell(target: ExcelJS.Cell, { content, look, format }: Cell): void {
  target.style = { ...LOOKS[look], ...(format === undefined ? {} : { numFmt: format }) };
  switch (content.kind) {
    case "text":
      target.value = content.text;
      return;
    case "number":
      target.value = content.value.toNumber();
      return;
    case "blank":
      return;
    case "link":
      target.value = {
        text: content.text,
        hyperlink: `#'${content.worksheet.replaceAll("'", "''")}'!A1`,
      };
      target.font = { ...FONT, color: { argb: "FF0563C1" }, underline: true };
      return;
    case "formula": {
      const { value, formula } = content;
      target.value = {
        formula,
        result:
          value === null ? "" : typeof value === "string" ? value : Number(decimalText(value)),
      };
    }
  }
}
