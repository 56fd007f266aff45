import type ExcelJS from "exceljs";
import { decimalText } from "../decimal.ts";
import type { Cell, Look, Workbook, Worksheet } from "../report/workbook/grid.ts";

export const XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/** How each kind of cell looks. Colours follow the custom of models: inputs green, formulas black. */
const LOOKS: Readonly<Record<Look, Partial<ExcelJS.Style>>> = {
  title: { font: { bold: true, size: 14 } },
  header: {
    font: { bold: true, color: { argb: "FFFFFFFF" } },
    fill: solid("FF33506B"),
    alignment: { wrapText: true, vertical: "middle", horizontal: "center" },
    border: thin(),
  },
  group: { font: { bold: true }, fill: solid("FFDCE6F0") },
  text: { alignment: { vertical: "top", wrapText: true } },
  words: { alignment: { vertical: "top", wrapText: true }, font: { size: 9 } },
  note: { font: { italic: true, color: { argb: "FF595959" } } },
  input: { ...figure("FF00703C"), fill: solid("FFF1F8EC") },
  formula: figure("FF000000"),
  total: { ...figure("FF000000"), font: { bold: true } },
  engine: figure("FF7F7F7F"),
  check: { ...figure("FF7F7F7F"), alignment: { horizontal: "center", vertical: "top" } },
};

function solid(argb: string): ExcelJS.FillPattern {
  return { type: "pattern", pattern: "solid", fgColor: { argb } };
}

function thin(): Partial<ExcelJS.Borders> {
  const side: Partial<ExcelJS.Border> = { style: "thin", color: { argb: "FFBFBFBF" } };
  return { top: side, left: side, bottom: side, right: side };
}

function figure(argb: string): Partial<ExcelJS.Style> {
  return { font: { color: { argb } }, alignment: { horizontal: "right", vertical: "top" } };
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
  for (const [address, cell] of worksheet.cells) writeCell(sheet.getCell(address), cell);
  for (const column of worksheet.folded) {
    sheet.getColumn(column).outlineLevel = 1;
    sheet.getColumn(column).hidden = true;
  }
  sheet.pageSetup.printArea = `A1:${lastPrinted}${sheet.rowCount}`;
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
      target.font = { color: { argb: "FF0563C1" }, underline: true };
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
