import { Decimal } from "../decimal.ts";
import { dateOfDay, dayNumber } from "./calendar.ts";
import { writtenDate, writtenNumber } from "./written.ts";

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
       * Name of a figure that must not count as 0 when it is missing: calculating with it gives
       * `#N/A`, where Excel would go on with 0. `ISBLANK` still sees a blank.
       */
      readonly missing?: string;
    }
  | ErrorValue;

export const BLANK: Value = { kind: "blank" };
export const TRUE: Value = { kind: "boolean", value: true };
export const FALSE: Value = { kind: "boolean", value: false };
export const ZERO: Value = { kind: "number", value: new Decimal(0) };

/** Digits that results are trusted to, of the 60 computed: hides the dust that 1/3*3 leaves behind. */
const TRUSTED_DIGITS = 50;
/** Decimal keeps seven digits to a word: a number of so few words is within the trusted digits. */
const TRUSTED_WORDS = 7;
/** Powers of ten a number may reach: what Excel can hold. */
const LARGEST_POWER = 307;
/** Excel's longest text. */
const LONGEST_TEXT = 32_767;
/** Day 0 of Excel's calendar: serial 45292 is 2024-01-01. */
const SERIAL_ZERO = dayNumber("1899-12-30") ?? 0;

export function failure(code: ErrorValue["code"]): ErrorValue {
  return { kind: "error", code };
}

export function truth(value: boolean): Value {
  return value ? TRUE : FALSE;
}

/** A number within bounds; too large is `#NUM!`, too small to matter is 0. */
export function number(value: Decimal): Value {
  // The exponent of NaN and infinity is NaN.
  if (!(value.e <= LARGEST_POWER)) return failure("#NUM!");
  if (value.isZero() || value.e < -LARGEST_POWER) return ZERO;
  return { kind: "number", value };
}

export function count(value: number): Value {
  return { kind: "number", value: new Decimal(value) };
}

/** A text within Excel's length; a longer one is `#VALUE!`. */
export function text(value: string): Value {
  return value.length > LONGEST_TEXT ? failure("#VALUE!") : { kind: "text", value };
}

/** The number without the last digits, which division and powers may have left inexact. */
export function settle(value: Decimal): Decimal {
  return !value.isFinite() || value.d.length <= TRUSTED_WORDS
    ? value
    : value.toSignificantDigits(TRUSTED_DIGITS);
}

/** a + b, where a difference of only dust is 0 (as in Excel): `1/3*3-1`. */
export function sum(a: Decimal, b: Decimal): Decimal {
  return withoutDust(a.plus(b), a, b);
}

/** a - b, likewise. */
export function difference(a: Decimal, b: Decimal): Decimal {
  return withoutDust(a.minus(b), a, b);
}

function withoutDust(result: Decimal, a: Decimal, b: Decimal): Decimal {
  const isDust = result.e < Math.max(a.e, b.e) - TRUSTED_DIGITS;
  return isDust && !a.isZero() && !b.isZero() ? new Decimal(0) : result;
}

/** As a number in arithmetic: blank is 0, TRUE is 1, a date its serial, written numbers and dates count. */
export function toNumber(value: Value): Decimal | ErrorValue {
  switch (value.kind) {
    case "number":
      return value.value;
    case "blank":
      return absent(value) ?? new Decimal(0);
    case "boolean":
      return new Decimal(value.value ? 1 : 0);
    case "text": {
      const written = writtenNumber(value.value);
      if (written) return written;
      const date = writtenDate(value.value);
      return date === null ? failure("#VALUE!") : serialOf(date);
    }
    case "date":
      return serialOf(value.value);
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
    case "date": {
      const serial = serialOf(value.value);
      return isFailure(serial) ? serial : !serial.isZero();
    }
    case "error":
      return value;
  }
}

/** As text: blank is "", numbers show at most 20 digits, dates as YYYY-MM-DD. */
export function toText(value: Value): string | ErrorValue {
  switch (value.kind) {
    case "number":
      return value.value.toSignificantDigits(20).toFixed();
    case "blank":
      return absent(value) ?? "";
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

/** Excel's number of a date; a date that does not exist is `#VALUE!`. */
export function serialOf(date: string): Decimal | ErrorValue {
  const day = dayNumber(date);
  return day === null ? failure("#VALUE!") : new Decimal(day - SERIAL_ZERO);
}

/** The date of a day number of the calendar; outside the years 1–9999 `#NUM!`. */
export function dateValue(day: number): Value {
  const date = dateOfDay(day);
  return date === null ? failure("#NUM!") : { kind: "date", value: date };
}

/**
 * The day that a date function means, as a day number of the calendar.
 *
 * Serials drop their time of day. A missing date is `#N/A`: Excel's 1900-01-00 would be an answer
 * about nothing.
 */
export function toDay(value: Value): number | ErrorValue {
  switch (value.kind) {
    case "date":
      return dayNumber(value.value) ?? failure("#VALUE!");
    case "blank":
      return absent(value) ?? failure("#N/A");
    case "number":
    case "text": {
      const serial = toNumber(value);
      if (isFailure(serial)) return serial;
      const day = serial.floor();
      if (day.isNegative() || day.greaterThan(2_958_465)) return failure("#NUM!");
      return day.toNumber() + SERIAL_ZERO;
    }
    case "boolean":
      return failure("#VALUE!");
    case "error":
      return value;
  }
}
