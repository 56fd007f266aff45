import { Decimal, parseDecimal } from "../decimal.ts";
import { dateOfDay, dayNumber } from "./calendar.ts";

export type ErrorValue = {
  readonly kind: "error";
  readonly code: "#DIV/0!" | "#VALUE!" | "#N/A" | "#NAME?" | "#NUM!";
  /** The name that caused it, where one did. */
  readonly name?: string;
  /** The field that holds nothing although a number is needed (`#N/A`). */
  readonly missing?: string;
};

/** What a formula reads and gives. A failed calculation is a value too: nothing throws. */
export type Value =
  | { readonly kind: "number"; readonly value: Decimal }
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "date"; readonly value: string /* YYYY-MM-DD */ }
  | {
      readonly kind: "blank";
      /**
       * Name of a figure that must not count as 0 when it is missing: arithmetic and comparison with
       * it give `#N/A`, where Excel would go on with 0. `ISBLANK` still sees a blank.
       */
      readonly missing?: string;
    }
  | ErrorValue;

export const BLANK: Value = { kind: "blank" };

/** Digits that results are trusted to, of the 60 computed: hides the dust that 1/3*3 leaves behind. */
const TRUSTED_DIGITS = 50;
/** Powers of ten a number may reach: what Excel can hold. */
const LARGEST_POWER = 307;

export function failure(code: ErrorValue["code"]): ErrorValue {
  return { kind: "error", code };
}

export function truth(value: boolean): Value {
  return { kind: "boolean", value };
}

/** A number within bounds; too large is `#NUM!`, too small to matter is 0. */
export function number(value: Decimal): Value {
  if (!value.isFinite() || value.e > LARGEST_POWER) return failure("#NUM!");
  if (value.isZero() || value.e < -LARGEST_POWER) return { kind: "number", value: new Decimal(0) };
  return { kind: "number", value };
}

/** The number without the last digits, which division and powers may have left inexact. */
export function settle(value: Decimal): Decimal {
  return value.toSignificantDigits(TRUSTED_DIGITS);
}

/** a + b, where a difference of only dust is 0 (as in Excel): `1/3*3-1`. */
export function sum(a: Decimal, b: Decimal): Decimal {
  const result = a.plus(b);
  if (a.isZero() || b.isZero() || result.isZero()) return result;
  return result.e < Math.max(a.e, b.e) - TRUSTED_DIGITS ? new Decimal(0) : result;
}

/** A number as people type it: "1,200", "85%", " 3.5 ". */
function writtenNumber(text: string): Decimal | null {
  const trimmed = text.trim();
  const bare = trimmed.endsWith("%") ? trimmed.slice(0, -1) : trimmed;
  const plain = /^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$/.test(bare) ? bare.replaceAll(",", "") : bare;
  const value = parseDecimal(plain);
  return value && bare !== trimmed ? value.div(100) : value;
}

/** As a number in arithmetic: blank is 0, TRUE is 1, text that is a number counts as one. */
export function toNumber(value: Value): Decimal | ErrorValue {
  switch (value.kind) {
    case "number":
      return value.value;
    case "blank":
      return absent(value) ?? new Decimal(0);
    case "boolean":
      return new Decimal(value.value ? 1 : 0);
    case "text":
      return writtenNumber(value.value) ?? failure("#VALUE!");
    case "date":
      return failure("#VALUE!");
    case "error":
      return value;
  }
}

/** As a condition: blank and 0 are FALSE. */
export function toTruth(value: Value): boolean | ErrorValue {
  switch (value.kind) {
    case "boolean":
      return value.value;
    case "number":
      return !value.value.isZero();
    case "blank":
      return absent(value) ?? false;
    case "text":
      if (/^true$/i.test(value.value)) return true;
      return /^false$/i.test(value.value) ? false : failure("#VALUE!");
    case "date":
      return failure("#VALUE!");
    case "error":
      return value;
  }
}

/** As text for `&`: blank is "", numbers show at most 20 digits, dates as YYYY-MM-DD. */
export function toText(value: Value): string | ErrorValue {
  switch (value.kind) {
    case "number":
      return value.value.toSignificantDigits(20).toFixed();
    case "blank":
      return "";
    case "boolean":
      return value.value ? "TRUE" : "FALSE";
    case "text":
    case "date":
      return value.value;
    case "error":
      return value;
  }
}

/** The failure of a missing figure; null for a plain blank and everything else. */
export function absent(value: Value): ErrorValue | null {
  return value.kind === "blank" && value.missing !== undefined
    ? { kind: "error", code: "#N/A", missing: value.missing }
    : null;
}

export function isFailure(value: unknown): value is ErrorValue {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "error";
}

/** The day number of a date value; a date that does not exist is `#VALUE!`. */
export function toDay(date: string): number | ErrorValue {
  return dayNumber(date) ?? failure("#VALUE!");
}

/** A date some whole days away; parts of a day are dropped, as the date carries no time. */
export function shiftDate(date: string, days: Decimal): Value {
  const start = toDay(date);
  if (isFailure(start)) return start;
  if (days.abs().greaterThan(4_000_000)) return failure("#NUM!");
  const shifted = dateOfDay(start + days.trunc().toNumber());
  return shifted === null ? failure("#NUM!") : { kind: "date", value: shifted };
}

export type Comparison = "=" | "<>" | "<" | ">" | "<=" | ">=";

/** -1, 0, 1; `mixed` for kinds without an order between them, `dateless` where a date is missing. */
type Order = -1 | 0 | 1 | "mixed" | "dateless" | ErrorValue;

function order(a: Value, b: Value): Order {
  if (a.kind === "error") return a;
  if (b.kind === "error") return b;
  const missing = absent(a) ?? absent(b);
  if (missing) return missing;
  if (a.kind === "blank") return b.kind === "blank" ? 0 : flip(order(b, a));
  if (a.kind === "date" || b.kind === "date") return orderDates(a, b);
  if (b.kind === "blank") {
    if (a.kind === "number") return sign(a.value.comparedTo(0));
    if (a.kind === "boolean") return a.value ? 1 : 0;
    return a.value === "" ? 0 : 1;
  }
  if (a.kind === "number" && b.kind === "number") {
    return sign(settle(a.value).comparedTo(settle(b.value)));
  }
  if (a.kind === "boolean" && b.kind === "boolean") return sign(Number(a.value) - Number(b.value));
  if (a.kind === "text" && b.kind === "text") {
    // Excel ignores case; plain code units keep the answer the same on every machine.
    const [left, right] = [a.value.toLowerCase(), b.value.toLowerCase()];
    return left === right ? 0 : left < right ? -1 : 1;
  }
  return "mixed";
}

/** Dates go with dates and with text written as a date. */
function orderDates(a: Value, b: Value): Order {
  if (b.kind === "blank") return "dateless";
  const day = (value: Value) =>
    value.kind === "date" || value.kind === "text" ? dayNumber(value.value.trim()) : null;
  const [left, right] = [day(a), day(b)];
  if (left !== null && right !== null) return sign(left - right);
  const broken = (value: Value, number: number | null) => value.kind === "date" && number === null;
  return broken(a, left) || broken(b, right) ? failure("#VALUE!") : "mixed";
}

function sign(value: number): -1 | 0 | 1 {
  return value < 0 ? -1 : value > 0 ? 1 : 0;
}

function flip(value: Order): Order {
  return typeof value === "number" ? sign(-value) : value;
}

/**
 * Compare two values.
 *
 * Text is compared without regard to case; blank counts as 0, "" or FALSE. Two mistakes that Excel
 * passes over in silence must not decide over a score: a missing date is neither before nor after
 * any date (Excel: before all of them), and different kinds are never equal while their order is
 * `#VALUE!` (Excel: every text is larger than every number).
 */
export function compare(operator: Comparison, a: Value, b: Value): Value {
  const result = order(a, b);
  if (isFailure(result)) return result;
  if (operator === "=") return truth(result === 0);
  if (operator === "<>") return truth(result !== 0);
  if (result === "mixed") return failure("#VALUE!");
  if (result === "dateless") return truth(false);
  switch (operator) {
    case "<":
      return truth(result < 0);
    case ">":
      return truth(result > 0);
    case "<=":
      return truth(result <= 0);
    case ">=":
      return truth(result >= 0);
  }
}
