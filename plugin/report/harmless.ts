import { parseDecimal } from "../decimal.ts";

/**
 * Text that no spreadsheet runs as a formula: what starts like one, also in full width, gets an
 * apostrophe in front. Figures may be negative and stay as they are.
 */
export function harmless(text: string): string {
  return /^[\s]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n]/.test(text) && parseDecimal(text) === null
    ? `'${text}`
    : text;
}
