import { dayNumber } from "./calendar.ts";
import { fractionOf, order as orderOfFractions } from "./fraction.ts";
import {
  absent,
  failure,
  isFailure,
  serialOf,
  settle,
  truth,
  type ErrorValue,
  type Value,
} from "./value.ts";
import { writtenDate } from "./written.ts";

export type Comparison = "=" | "<>" | "<" | ">" | "<=" | ">=";

/** -1, 0, 1; `dateless` where a date is missing. */
type Order = -1 | 0 | 1 | "dateless" | ErrorValue;
type Present = Exclude<Value, ErrorValue | { readonly kind: "blank" }>;

/**
 * Compare two values as Excel does: every number and date before every text, every text before
 * FALSE and TRUE; texts without regard to case; blank counts as 0, "" or FALSE.
 *
 * Two exceptions, because such mistakes must not decide over a score: a missing date is neither
 * before nor after any date (Excel: before all of them), and a text written as a date goes with
 * dates (Excel: after all of them).
 */
export function compare(operator: Comparison, a: Value, b: Value): Value {
  const result = order(a, b);
  if (isFailure(result)) return result;
  if (operator === "=") return truth(result === 0);
  if (operator === "<>") return truth(result !== 0);
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

function order(a: Value, b: Value): Order {
  if (a.kind === "number" && b.kind === "number") {
    const [x, y] = [fractionOf(a), fractionOf(b)];
    const difference = x && y && orderOfFractions(x, y);
    return sign(difference ?? settle(a.value).comparedTo(settle(b.value)));
  }
  if (a.kind === "error") return a;
  if (b.kind === "error") return b;
  const missing = absent(a) ?? absent(b);
  if (missing) return missing;
  if (a.kind === "blank") return b.kind === "blank" ? 0 : flip(orderToBlank(b));
  return b.kind === "blank" ? orderToBlank(a) : orderPresent(a, b);
}

function orderToBlank(value: Present): Order {
  switch (value.kind) {
    case "date":
      return "dateless";
    case "number":
      return sign(value.value.comparedTo(0));
    case "boolean":
      return value.value ? 1 : 0;
    case "text":
      return value.value === "" ? 0 : 1;
  }
}

function orderPresent(a: Present, b: Present): Order {
  if (a.kind === "date" || b.kind === "date") return orderDates(a, b);
  if (a.kind === "text" && b.kind === "text") {
    // Excel ignores case; plain code units keep the answer the same on every machine.
    const [left, right] = [a.value.toLowerCase(), b.value.toLowerCase()];
    return left === right ? 0 : left < right ? -1 : 1;
  }
  if (a.kind === "boolean" && b.kind === "boolean") return sign(Number(a.value) - Number(b.value));
  return sign(rank(a) - rank(b));
}

/** Dates go with dates, with text written as a date, and as serials with numbers. */
function orderDates(a: Present, b: Present): Order {
  const [left, right] = [dayOf(a), dayOf(b)];
  if (isFailure(left)) return left;
  if (isFailure(right)) return right;
  if (left !== null && right !== null) return sign(left - right);
  if (a.kind === "number") return flip(orderDates(b, a));
  if (b.kind === "number" && a.kind === "date") {
    const serial = serialOf(a.value);
    return isFailure(serial) ? serial : sign(serial.comparedTo(settle(b.value)));
  }
  return sign(rank(a) - rank(b));
}

/** `null` for what is no date; the day of a date that does not exist is `#VALUE!`. */
function dayOf(value: Present): number | null | ErrorValue {
  if (value.kind === "date") return dayNumber(value.value) ?? failure("#VALUE!");
  if (value.kind !== "text") return null;
  const date = writtenDate(value.value);
  return date === null ? null : dayNumber(date);
}

function rank({ kind }: Present): number {
  return kind === "boolean" ? 2 : kind === "text" ? 1 : 0;
}

function sign(value: number): -1 | 0 | 1 {
  return value < 0 ? -1 : value > 0 ? 1 : 0;
}

function flip(value: Order): Order {
  return typeof value === "number" ? sign(-value) : value;
}
