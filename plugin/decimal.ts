import { Decimal as Base } from "decimal.js";

/**
 * The one decimal type of the product: 60 significant digits, half-up (财务习惯, spec 3.0).
 *
 * Scores and money never touch a binary float. Sixty digits are far more than any product of
 * prices, quantities and rates needs, so sums stay exact and their order cannot matter.
 */
export const Decimal = Base.clone({
  precision: 60,
  rounding: Base.ROUND_HALF_UP,
  toExpNeg: -30,
  toExpPos: 60,
});
export type Decimal = Base;

/**
 * Read a decimal that a person or a host wrote.
 *
 * @param text  plain decimal notation, e.g. "1234.50" or "-0.85"
 * @returns the number, or `null` when the text is not one (empty, "abc", "NaN", "Infinity", hex)
 */
export function parseDecimal(text: string): Decimal | null {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i.test(text.trim())
    ? new Decimal(text.trim())
    : null;
}

/** Plain notation without exponent or trailing zeros: the form in which decimals are stored and sent. */
export function decimalText(value: Decimal): string {
  return value.toFixed();
}
