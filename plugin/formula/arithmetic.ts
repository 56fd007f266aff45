import { Decimal } from "../decimal.ts";
import { dividedBy, Fraction, fractionOf, plus, times } from "./fraction.ts";
import {
  absent,
  dateValue,
  difference,
  failure,
  isFailure,
  number,
  sum,
  text,
  toDay,
  toNumber,
  toText,
  type Value,
} from "./value.ts";
import { writtenDate } from "./written.ts";

/** Larger powers are refused: they take long and mean nothing on a score. */
const LARGEST_EXPONENT = 1000;
/** More days than the calendar has. */
const MOST_DAYS = 4_000_000;

/** a + b; a date plus a number is a date. */
export function add(a: Value, b: Value): Value {
  if (a.kind === "number" && b.kind === "number")
    return small(plus, a, b) ?? number(sum(a.value, b.value));
  if (a.kind === "error") return a;
  if (b.kind === "error") return b;
  const [left, right] = [beside(a, b), beside(b, a)];
  if (left.kind === "date" && right.kind !== "date") return shift(left, right, 1);
  if (right.kind === "date" && left.kind !== "date") return shift(right, left, 1);
  return onNumbers(left, right, (x, y) => number(sum(x, y)));
}

/**
 * a - b; between two dates the days from b to a, a date minus a number is a date.
 *
 * A date and a blank have no difference (`#N/A`): Excel would take the missing date for the year 1900.
 */
export function subtract(a: Value, b: Value): Value {
  if (a.kind === "number" && b.kind === "number")
    return small(minus, a, b) ?? number(difference(a.value, b.value));
  if (a.kind === "error") return a;
  if (b.kind === "error") return b;
  const [left, right] = [beside(a, b), beside(b, a)];
  if (left.kind === "date" && right.kind === "blank") return absent(right) ?? failure("#N/A");
  if (left.kind === "blank" && right.kind === "date") return absent(left) ?? failure("#N/A");
  if (left.kind === "date" && right.kind !== "date") return shift(left, right, -1);
  return onNumbers(left, right, (x, y) => number(difference(x, y)));
}

export function multiply(a: Value, b: Value): Value {
  if (a.kind === "number" && b.kind === "number")
    return small(times, a, b) ?? number(a.value.times(b.value));
  return onNumbers(a, b, (x, y) => number(x.times(y)));
}

export function divide(a: Value, b: Value): Value {
  if (a.kind === "number" && b.kind === "number" && !isZero(b))
    return small(dividedBy, a, b) ?? number(a.value.div(b.value));
  return onNumbers(a, b, (x, y) => (y.isZero() ? failure("#DIV/0!") : number(x.div(y))));
}

type Figure = Extract<Value, { readonly kind: "number" }>;

/** The result of two numbers of few digits; null where it takes decimals. */
function small(
  operation: (a: Fraction, b: Fraction) => Fraction | null,
  a: Figure,
  b: Figure,
): Fraction | null {
  const left = fractionOf(a);
  const right = left && fractionOf(b);
  return left && right && operation(left, right);
}

function minus(a: Fraction, b: Fraction): Fraction | null {
  return plus(a, b, -1);
}

function isZero(figure: Figure): boolean {
  return figure instanceof Fraction ? figure.over === 0 : figure.value.isZero();
}

/** a ^ b as Excel has it: 0^0 and roots of negative numbers are `#NUM!`. */
export function power(a: Value, b: Value): Value {
  return onNumbers(a, b, (x, y) => {
    if (x.isZero() && y.isZero()) return failure("#NUM!");
    if (x.isZero()) return y.isNegative() ? failure("#DIV/0!") : number(x);
    if (y.abs().greaterThan(LARGEST_EXPONENT)) return failure("#NUM!");
    if (x.isNegative() && !y.isInteger()) return failure("#NUM!");
    return number(x.pow(y));
  });
}

export function negate(a: Value): Value {
  return withNumber(a, (x) => number(x.negated()));
}

export function percent(a: Value): Value {
  return withNumber(a, (x) => number(x.div(100)));
}

/** a & b. */
export function concatenate(a: Value, b: Value): Value {
  const left = toText(a);
  if (isFailure(left)) return left;
  const right = toText(b);
  return isFailure(right) ? right : text(left + right);
}

export function withNumber(a: Value, then: (x: Decimal) => Value): Value {
  if (a.kind === "number") return then(a.value);
  const x = toNumber(a);
  return isFailure(x) ? x : then(x);
}

/** Two numbers; an error that was there before comes before one of reading a text as a number. */
export function onNumbers(a: Value, b: Value, then: (x: Decimal, y: Decimal) => Value): Value {
  if (b.kind === "error" && a.kind !== "error") return b;
  return withNumber(a, (x) => withNumber(b, (y) => then(x, y)));
}

/** Beside a date, a text that is written as one is meant as one. */
function beside(value: Value, other: Value): Value {
  if (value.kind !== "text" || other.kind !== "date") return value;
  const date = writtenDate(value.value);
  return date === null ? value : { kind: "date", value: date };
}

/** A date some days away. A date carries no time: parts of a day are dropped as Excel shows them. */
function shift(date: Value, by: Value, direction: 1 | -1): Value {
  return withNumber(by, (days) => {
    const start = toDay(date);
    if (isFailure(start)) return start;
    if (days.abs().greaterThan(MOST_DAYS)) return failure("#NUM!");
    return dateValue(start + days.times(direction).floor().toNumber());
  });
}
