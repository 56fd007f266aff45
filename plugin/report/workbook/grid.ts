import type { Decimal } from "../../decimal.ts";
import { harmless } from "../harmless.ts";

/** A workbook as data: what stands in which cell and how it looks. A writer makes a file of it. */
export interface Workbook {
  readonly worksheets: readonly Worksheet[];
}

export interface Worksheet {
  readonly name: string;
  /** Widths in characters, from column A. */
  readonly columns: readonly number[];
  /** By address, e.g. "B7". */
  readonly cells: ReadonlyMap<string, Cell>;
  /** Rows above and columns left of the part that scrolls. */
  readonly frozen: { readonly rows: number; readonly columns: number };
  /** Row that is repeated on every printed page. */
  readonly header: number;
  /** Last column that is printed. */
  readonly lastPrinted: string;
  /** Columns for the sums only, folded away at first. */
  readonly folded: readonly string[];
  /** Rows of a table, with a line below. */
  readonly lined: readonly number[];
}

export interface Cell {
  readonly content: CellContent;
  readonly look: Look;
  /** Number format in Excel's notation. */
  readonly format?: string;
}

export type CellContent =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "number"; readonly value: Decimal }
  /** An input that nothing was entered in. */
  | { readonly kind: "blank" }
  /** A reference to the beginning of another worksheet. */
  | { readonly kind: "link"; readonly text: string; readonly worksheet: string }
  | {
      readonly kind: "formula";
      /** Without "=". */
      readonly formula: string;
      /** What the engine has for it: the value that is remembered beside the formula. */
      readonly value: FormulaValue;
    };

/** `null` shows nothing. */
export type FormulaValue = Decimal | string | null;

/** `input`: people may change it · `formula`: follows · `engine`: what KPI Loop computed. */
export type Look =
  | "title"
  | "header"
  | "group"
  | "text"
  | "label"
  | "status"
  | "words"
  | "note"
  | "input"
  | "formula"
  | "total"
  | "engine"
  | "check";

/** The cells of one worksheet while it is being written. */
export class Grid {
  readonly name: string;
  private readonly cells = new Map<string, Cell>();
  private readonly lined: number[] = [];

  constructor(name: string) {
    this.name = name;
  }

  /** Text is never run as a formula. */
  text(address: string, text: string, look: Look = "text"): void {
    if (text !== "")
      this.cells.set(address, { content: { kind: "text", text: harmless(text) }, look });
  }

  link(address: string, text: string, worksheet: string): void {
    this.cells.set(address, {
      content: { kind: "link", text: harmless(text), worksheet },
      look: "text",
    });
  }

  number(address: string, value: Decimal | null, look: Look, format = "General"): void {
    const content: CellContent = value === null ? { kind: "blank" } : { kind: "number", value };
    this.cells.set(address, { content, look, format });
  }

  formula(
    address: string,
    formula: string,
    value: FormulaValue,
    look: Look = "formula",
    format = "General",
  ): void {
    this.cells.set(address, { content: { kind: "formula", formula, value }, look, format });
  }

  /** A line below this row. */
  line(row: number): void {
    this.lined.push(row);
  }

  done(page: Omit<Worksheet, "name" | "cells" | "lined">): Worksheet {
    return { name: this.name, cells: this.cells, lined: this.lined, ...page };
  }
}

/** A reference to a cell of another worksheet: `'Zhang San'!B7`. */
export function onSheet(worksheet: string, address: string): string {
  return `'${worksheet.replaceAll("'", "''")}'!${address}`;
}

/** The same reference from wherever the formula is copied to: `$B$7`. */
export function fixed(address: string): string {
  return address.replace(/^([A-Z]+)(\d+)$/, "$$$1$$$2");
}

/** A text inside a formula. */
export function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

const LONGEST_NAME = 31;

/**
 * Names of worksheets: at most 31 characters, none of `[]:*?/\`, no apostrophe at the ends, and no two
 * alike, whatever their case. Excel keeps "History" for itself.
 */
export class WorksheetNames {
  private readonly taken = new Set(["history"]);

  take(wish: string): string {
    const clean = wish
      // eslint-disable-next-line no-control-regex -- these are what a worksheet's name may not hold
      .replace(/[[\]:*?/\\\u0000-\u001F]|\p{Surrogate}/gu, " ")
      .replace(/\s+/g, " ")
      .trim()
      .replace(/^'+|'+$/g, "");
    const base = clean === "" ? "-" : clean;
    for (let number = 1; ; number++) {
      const end = number === 1 ? "" : ` (${number})`;
      const name = `${cut(base, LONGEST_NAME - end.length)}${end}`;
      if (this.taken.has(name.toLowerCase())) continue;
      this.taken.add(name.toLowerCase());
      return name;
    }
  }
}

/** Without half a character or an apostrophe at the end. */
function cut(text: string, length: number): string {
  return text
    .slice(0, length)
    .replace(/[\uD800-\uDBFF]$/, "")
    .replace(/'+$/, "");
}
