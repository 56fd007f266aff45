import { parse } from "csv-parse/sync";
import type ExcelJS from "exceljs";
import { Decimal, decimalText } from "../decimal.ts";
import { PluginError } from "../errors.ts";
import { LOCALES, say, type Locale } from "../words/words.ts";
import type { Field, FieldValue, FieldValues, Table } from "../workspace/workspace.ts";
import { comparable, readCell, type ImportContext } from "./import-cell.ts";

/** The rows of a file as text; dates of a workbook come as `YYYY-MM-DD` or `YYYY-MM-DDTHH:mm:ss`. */
export interface ImportFile {
  readonly columns: readonly string[];
  readonly rows: readonly ImportRow[];
}

export interface ImportRow {
  /** As a spreadsheet numbers it: the header is row 1. */
  readonly row: number;
  readonly cells: readonly string[];
}

/** Rows beyond this belong into several files. */
const MOST_ROWS = 200_000;

/**
 * Read a CSV file (UTF-8, UTF-16 or GB 18030; separated by comma, semicolon or tab) or a workbook.
 *
 * @param file.name   decides by its ending: `.xlsx` is a workbook, everything else is CSV
 * @param file.sheet  name of the worksheet; by default the first
 * @returns header and rows; blank rows are left out but keep their numbers
 * @throws request/unreadable-file
 */
export async function readImportFile(file: {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly sheet?: string;
}): Promise<ImportFile> {
  const rows = /\.xlsx$/i.test(file.name)
    ? await readWorkbook(file)
    : readCsv(file.name, file.bytes);
  const [header, ...rest] = rows;
  if (header === undefined || header.cells.every((cell) => cell.trim() === "")) {
    throw unreadable(file.name, "import.file.no-header");
  }
  if (rest.length > MOST_ROWS) throw unreadable(file.name, "import.file.too-many-rows");
  return {
    columns: header.cells.map((cell) => cell.trim()),
    rows: rest.filter(({ cells }) => cells.some((cell) => cell.trim() !== "")),
  };
}

/** The reason goes into one sentence of either language, so it is said in both. */
function unreadable(file: string, key: string, details: Record<string, string> = {}): PluginError {
  const reason = LOCALES.map((locale) => say(locale, key, { ...details, limit: MOST_ROWS }));
  return new PluginError("request/unreadable-file", { file, reason: reason.join(" / ") });
}

// ------------------------------------------------------------------------ CSV

function readCsv(name: string, bytes: Uint8Array): ImportRow[] {
  const text = decode(name, bytes);
  try {
    const records = parse(text, {
      delimiter: delimiterOf(text),
      relax_column_count: true,
      record_delimiter: ["\r\n", "\n", "\r"],
    });
    return records.map((cells, index) => ({ row: index + 1, cells }));
  } catch (error) {
    // csv-parse throws its own errors, whose code says what is wrong and whose text says where.
    const detail = error instanceof Error ? error.message : String(error);
    throw unreadable(name, "import.file.not-csv", { detail });
  }
}

/** Chinese Excel saves CSV in GB 18030 unless asked otherwise, so that is the second guess. */
function decode(name: string, bytes: Uint8Array): string {
  const utf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  for (const encoding of utf16 ? ["utf-16le"] : ["utf-8", "gb18030"]) {
    try {
      const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
      if (!text.includes("\0")) return text;
    } catch (error) {
      // Not in this encoding; anything else is ours.
      if (!(error instanceof TypeError)) throw error;
    }
  }
  throw unreadable(name, "import.file.not-text");
}

/** Whichever of the three stands most often in the header, outside quotes. */
function delimiterOf(text: string): string {
  const start = text.slice(0, 20_000);
  const header = (/^(?:[^"\r\n]|"(?:[^"]|"")*")*/.exec(start)?.[0] ?? "").replace(
    /"(?:[^"]|"")*"/g,
    "",
  );
  const counts = [",", ";", "\t"].map((sign) => ({ sign, count: header.split(sign).length }));
  return counts.reduce((best, next) => (next.count > best.count ? next : best)).sign;
}

// ------------------------------------------------------------------- workbook

async function readWorkbook(file: {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly sheet?: string;
}): Promise<ImportRow[]> {
  // Half a second of loading that every other command can do without.
  const { default: Excel } = await import("exceljs");
  const workbook = new Excel.Workbook();
  const { buffer, byteOffset, byteLength } = file.bytes;
  try {
    // Uploaded bytes never sit in shared memory, which is all that the cast rules out.
    await workbook.xlsx.load(buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw unreadable(file.name, "import.file.not-xlsx", { detail });
  }
  const sheet =
    file.sheet === undefined ? workbook.worksheets[0] : workbook.getWorksheet(file.sheet);
  if (sheet === undefined) {
    throw unreadable(file.name, "import.file.no-sheet", { sheet: file.sheet ?? "1" });
  }
  if (sheet.rowCount > MOST_ROWS + 1) throw unreadable(file.name, "import.file.too-many-rows");
  const header = cellsOf(sheet.getRow(1), sheet.columnCount);
  const width = header.findLastIndex((cell) => cell.trim() !== "") + 1;
  const rows: ImportRow[] = [{ row: 1, cells: header.slice(0, width) }];
  sheet.eachRow((row, number) => {
    // Cells right of the header have no name and are no part of the table unless they hold something.
    const cells = cellsOf(row, Math.max(width, row.cellCount));
    const last = cells.findLastIndex((cell) => cell.trim() !== "") + 1;
    if (number > 1) rows.push({ row: number, cells: cells.slice(0, Math.max(width, last)) });
  });
  return rows;
}

function cellsOf(row: ExcelJS.Row, width: number): string[] {
  return Array.from({ length: width }, (_, index) => {
    const cell = row.getCell(index + 1);
    // numFmt is missing at run time for a cell without format, whatever its type says.
    const format: string | undefined = cell.numFmt;
    return cellText(cell.value, format?.replace(/"[^"]*"|\\./g, "").includes("%") ?? false);
  });
}

function cellText(value: ExcelJS.CellValue, percent: boolean): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value;
  if (typeof value === "number") return numberText(value, percent);
  if (typeof value === "boolean") return value ? "TRUE" : "FALSE";
  if (value instanceof Date) return dateText(value);
  if ("error" in value) return value.error;
  if ("richText" in value) return value.richText.map(({ text }) => text).join("");
  // A formula counts by its result, as the file keeps it.
  if ("formula" in value || "sharedFormula" in value) return cellText(value.result, percent);
  // A link's text may itself be rich.
  if ("text" in value) return cellText(value.text, percent);
  return "";
}

/**
 * The decimal a person typed. A workbook stores binary floats with 17 digits, of which Excel shows
 * 15: the sixteenth and seventeenth are noise such as 0.30000000000000004. A cell shown as a
 * percentage is written as one, so that its meaning survives.
 */
function numberText(value: number, percent: boolean): string {
  if (!Number.isFinite(value)) return "";
  const typed = new Decimal(value).toSignificantDigits(15);
  return percent ? `${decimalText(typed.times(100))}%` : decimalText(typed);
}

/** exceljs gives a workbook's local time as if it were UTC; days carry rounding noise in the milliseconds. */
function dateText(date: Date): string {
  const rounded = new Date(Math.round(date.getTime() / 1000) * 1000).toISOString();
  return rounded.endsWith("T00:00:00.000Z") ? rounded.slice(0, 10) : rounded.slice(0, 19);
}

// ----------------------------------------------------------------------- plan

export interface ImportProblem {
  /** As in the file; 1 = the header, which concerns the whole file. */
  readonly row: number;
  readonly column: string;
  /** Stable; its sentence is `import.<code>`. */
  readonly code: string;
  readonly reason: string;
}

export interface ImportPlan {
  /** Which field each column goes to, by name; null: the column is ignored. */
  readonly mapping: readonly { readonly column: string; readonly field: string | null }[];
  /** Rows without any problem, keyed by field id, in the order of the file. */
  readonly good: readonly FieldValues[];
  readonly rejected: readonly ImportProblem[];
}

export interface ImportInput extends Omit<ImportContext, "timeZone">, ImportFile {
  readonly table: Table;
  /** Column → field by name, alias or id; columns not named here are mapped by themselves. */
  readonly mapping?: Readonly<Record<string, string>>;
  /** Field that identifies a row, by name, alias or id: required in every row, once in the file. */
  readonly keyField?: string;
  readonly locale: Locale;
  readonly timeZone?: string;
}

/**
 * Check every cell of a file against a table; writes nothing.
 *
 * A problem of the header (row 1) leaves no good rows: a file whose columns are misunderstood must
 * not be half imported.
 */
export function planImport(input: ImportInput): ImportPlan {
  const rejected: ImportProblem[] = [];
  const report: Report = (row, column, code, details = {}) => {
    rejected.push({ row, column, code, reason: say(input.locale, `import.${code}`, details) });
  };
  const fields = mapColumns(input, report);
  const mapping = input.columns.map((column, index) => ({
    column,
    field: fields[index]?.name ?? null,
  }));
  const keyField = checkHeader(input, fields, report);
  if (rejected.length > 0) return { mapping, good: [], rejected };

  const context = { timeZone: "Asia/Shanghai", ...input };
  const seen = new Map<string, Map<string, number>>();
  const good = input.rows.flatMap((row) => {
    const before = rejected.length;
    const values = readRow(row, { input, fields, keyField, context, seen }, report);
    return rejected.length === before ? [values] : [];
  });
  return { mapping, good, rejected };
}

type Report = (
  row: number,
  column: string,
  code: string,
  details?: Readonly<Record<string, string | number>>,
) => void;
type Fields = readonly (Field | null)[];

function findField(table: Table, name: string): Field | undefined {
  const wanted = comparable(name);
  return (
    table.fields.find((field) => field.name === name || field.alias === name) ??
    table.fields.find((field) => field.id === name) ??
    table.fields.find(
      (field) => comparable(field.name) === wanted || comparable(field.alias) === wanted,
    )
  );
}

function isWritable(field: Field): boolean {
  const readOnly = ["attachment", "calculation", "auto_number", "unknown"];
  return !field.computed && !readOnly.includes(field.type);
}

function mapColumns({ columns, table, mapping = {} }: ImportInput, report: Report): Fields {
  for (const column of Object.keys(mapping)) {
    if (!columns.includes(column)) report(1, column, "unknown-column", { column });
  }
  return columns.map((column) => {
    const named = Object.hasOwn(mapping, column) ? mapping[column] : undefined;
    if (named === "") return null;
    const field = column === "" ? undefined : findField(table, named ?? column);
    if (field !== undefined && isWritable(field)) return field;
    // A column nobody assigned may be an extra of the file; one that was assigned must fit.
    if (named !== undefined) {
      const code = field === undefined ? "unknown-field" : "read-only-field";
      report(1, column, code, { field: named, table: table.name });
    }
    return null;
  });
}

/** @returns the key field, if one is asked for */
function checkHeader(input: ImportInput, fields: Fields, report: Report): Field | null {
  const { columns, table } = input;
  const mapped = fields.filter((field) => field !== null);
  if (mapped.length === 0) report(1, "", "nothing-mapped", { table: table.name });
  fields.forEach((field, index) => {
    if (field === null || fields.indexOf(field) === index) return;
    const column = columns[index] ?? "";
    report(1, column, "duplicate-column", {
      field: field.name,
      first: columns[fields.indexOf(field)] ?? "",
    });
  });
  const key = input.keyField === undefined ? null : findField(table, input.keyField);
  if (key === undefined) {
    report(1, "", "unknown-field", { field: input.keyField ?? "", table: table.name });
  }
  for (const field of table.fields) {
    const needed = field === key || (field.required && isWritable(field));
    if (needed && !mapped.includes(field)) report(1, "", "missing-column", { field: field.name });
  }
  return key ?? null;
}

interface RowContext {
  readonly input: ImportInput;
  readonly fields: Fields;
  readonly keyField: Field | null;
  readonly context: ImportContext;
  /** Field id → value → row that had it first. */
  readonly seen: Map<string, Map<string, number>>;
}

function readRow({ row, cells }: ImportRow, around: RowContext, report: Report): FieldValues {
  const { columns } = around.input;
  const extra = cells.slice(columns.length).some((cell) => cell.trim() !== "");
  if (cells.length < columns.length || extra) {
    report(row, "", "wrong-columns", { found: cells.length, expected: columns.length });
    return {};
  }
  const values: Record<string, FieldValue> = {};
  around.fields.forEach((field, index) => {
    if (field === null) return;
    const column = columns[index] ?? "";
    const read = readCell(cells[index] ?? "", field, around.context);
    if (!read.ok) return report(row, column, read.code, read.details);
    if (read.value === null && (field.required || field === around.keyField)) {
      return report(row, column, "missing-value", { field: field.name });
    }
    if (field.unique || field === around.keyField) {
      const first = firstRow(around.seen, field, read.value, row);
      if (first !== row) {
        return report(row, column, "duplicate-value", { value: String(read.value), first });
      }
    }
    values[field.id] = read.value;
  });
  return values;
}

function firstRow(seen: RowContext["seen"], field: Field, value: FieldValue, row: number): number {
  if (value === null) return row;
  const rows = seen.get(field.id) ?? new Map<string, number>();
  seen.set(field.id, rows);
  const text = JSON.stringify(value);
  const first = rows.get(text) ?? row;
  rows.set(text, first);
  return first;
}
