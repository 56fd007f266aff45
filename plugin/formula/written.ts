import { type Decimal, parseDecimal } from "../decimal.ts";
import { dayNumber } from "./calendar.ts";

/** A number as people type it: "1,200", "85%", " 3.5 ". */
export function writtenNumber(text: string): Decimal | null {
  const trimmed = text.trim();
  const bare = trimmed.endsWith("%") ? trimmed.slice(0, -1) : trimmed;
  const plain = /^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$/.test(bare) ? bare.replaceAll(",", "") : bare;
  const value = parseDecimal(plain);
  return value && bare !== trimmed ? value.div(100) : value;
}

// Year, month and day apart by "-", by "/", or by their Chinese words.
const WRITTEN_DATE =
  /^(\d{4})(?:-(\d{1,2})-(\d{1,2})|\/(\d{1,2})\/(\d{1,2})|\u5E74(\d{1,2})\u6708(\d{1,2})\u65E5)$/;

/**
 * A date as people type it: "2024-01-31", "2024/1/31", or in Chinese words.
 *
 * @returns "YYYY-MM-DD", or `null` for anything else and for days that do not exist
 */
export function writtenDate(text: string): string | null {
  const match = WRITTEN_DATE.exec(text.trim());
  if (!match) return null;
  const [, year = "", ...parts] = match;
  const [month = "", day = ""] = parts.filter((part) => part !== undefined);
  const date = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  return dayNumber(date) === null ? null : date;
}
