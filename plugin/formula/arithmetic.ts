import { Decimal } from "../decimal.ts";
import {
  failure,
  isFailure,
  number,
  shiftDate,
  sum,
  toDay,
  toNumber,
  type Value,
} from "./value.ts";

/** Larger powers are refused: they take long and mean nothing on a score. */
const LARGEST_EXPONENT = 1000;

/** a + b; a date plus a number is a date. */
export function add(a: Value, b: Value): Value {
  if (a.kind === "error") return a;
  if (b.kind === "error") return b;
  if (a.kind === "date" && b.kind === "date") return failure("#VALUE!");
  if (a.kind === "date") return withNumber(b, (days) => shiftDate(a.value, days));
  if (b.kind === "date") return withNumber(a, (days) => shiftDate(b.value, days));
  return onNumbers(a, b, (x, y) => number(sum(x, y)));
}

/** a - b; between two dates the days from b to a. */
export function subtract(a: Value, b: Value): Value {
  if (a.kind === "error") return a;
  if (b.kind === "error") return b;
  if (a.kind === "date" && b.kind === "date") {
    const [end, start] = [toDay(a.value), toDay(b.value)];
    if (isFailure(end)) return end;
    return isFailure(start) ? start : number(new Decimal(end - start));
  }
  if (a.kind === "date") return withNumber(b, (days) => shiftDate(a.value, days.negated()));
  return onNumbers(a, b, (x, y) => number(sum(x, y.negated())));
}

export function multiply(a: Value, b: Value): Value {
  return onNumbers(a, b, (x, y) => number(x.times(y)));
}

export function divide(a: Value, b: Value): Value {
  return onNumbers(a, b, (x, y) => (y.isZero() ? failure("#DIV/0!") : number(x.div(y))));
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

export function withNumber(a: Value, then: (x: Decimal) => Value): Value {
  const x = toNumber(a);
  return isFailure(x) ? x : then(x);
}

function onNumbers(a: Value, b: Value, then: (x: Decimal, y: Decimal) => Value): Value {
  return withNumber(a, (x) => withNumber(b, (y) => then(x, y)));
}
