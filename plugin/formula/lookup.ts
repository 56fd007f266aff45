import type { Decimal } from "../decimal.ts";
import { compare } from "./comparison.ts";
import { whole, type Argument, type FormulaFunction, type Rows } from "./function.ts";
import { either, literal, of, type Shape } from "./shape.ts";
import {
  absent,
  BLANK,
  count,
  failure,
  isFailure,
  number,
  sum,
  toNumber,
  type Value,
  ZERO,
} from "./value.ts";

/** Looking up in lists of fixed values. */
export const LOOKUPS: readonly (readonly [name: string, FormulaFunction])[] = [
  [
    "LOOKUP",
    {
      ...{ least: 2, most: 3, takes: ["any", "ascending", "list"] },
      gives: (args) => either(args.slice(-1)),
      compile: lookup,
    },
  ],
  [
    "INTERPOLATE",
    {
      ...{ least: 3, most: 3, takes: ["number", "ascending", "list"] },
      gives: figure,
      compile: interpolate,
    },
  ],
  [
    "MATCH",
    {
      ...{ least: 2, most: 3, takes: ["any", "list", "number"] },
      gives: () => of("number"),
      compile: match,
    },
  ],
  [
    "INDEX",
    {
      ...{ least: 2, most: 3, takes: ["list", "number", "number"] },
      gives: (args) => either(args.slice(0, 1)),
      compile: pick,
    },
  ],
];

/** The value of a written list adapts to the unit of what it is compared with, like any literal. */
function figure(): Shape {
  return literal(ZERO);
}

/** The position of the last value that is not larger; values of other kinds are passed over. */
function lastNotAbove(wanted: Value, values: readonly Value[]): number | null {
  let found: number | null = null;
  for (const [index, value] of values.entries()) {
    if (value.kind !== wanted.kind) continue;
    const above = compare(">", value, wanted);
    if (above.kind === "boolean" && above.value) break;
    found = index;
  }
  return found;
}

/** As Excel finds it: a missing date or figure fails, a blank is 0, a date its serial. */
function asWanted(value: Value): Value {
  const missing = absent(value);
  if (missing) return missing;
  if (value.kind !== "blank" && value.kind !== "date") return value;
  const figure = toNumber(value);
  return isFailure(figure) ? figure : number(figure);
}

/**
 * LOOKUP(x, {xs}, {ys}): the y beside the last x that is not larger. With one list: its first and
 * last column, or row where it is wider than high. Below the first is `#N/A`.
 */
function lookup([first, keys, results]: readonly Argument[]): Argument["run"] {
  const rows = keys?.rows ?? [];
  const wide = (rows[0]?.length ?? 0) > rows.length;
  const xs = results ? rows.flat() : wide ? (rows[0] ?? []) : rows.map((row) => row[0] ?? BLANK);
  const ys = results
    ? (results.rows ?? []).flat()
    : wide
      ? (rows.at(-1) ?? [])
      : rows.map((row) => row.at(-1) ?? BLANK);
  return (scope) => {
    const wanted = asWanted(first?.run(scope) ?? BLANK);
    if (wanted.kind === "error") return wanted;
    const at = lastNotAbove(wanted, xs);
    return at === null ? failure("#N/A") : (ys[at] ?? failure("#N/A"));
  };
}

/**
 * INTERPOLATE(x, {xs}, {ys}): on the straight line between the two points around x; before the
 * first and after the last point the value stays what it is there. Ours, not Excel's.
 */
function interpolate([first, keys, results]: readonly Argument[]): Argument["run"] {
  const [xs, ys] = [figures(keys?.rows), figures(results?.rows)];
  return (scope) => {
    const x = toNumber(first?.run(scope) ?? BLANK);
    if (isFailure(x)) return x;
    if (xs === null || ys === null) return failure("#VALUE!");
    const above = xs.findIndex((one) => one.greaterThanOrEqualTo(x));
    const [x2, y2] = above < 0 ? [xs.at(-1), ys.at(-1)] : [xs[above], ys[above]];
    if (x2 === undefined || y2 === undefined) return failure("#N/A");
    const [x1, y1] = [xs[above - 1], ys[above - 1]];
    if (above <= 0 || x1 === undefined || y1 === undefined) return number(y2);
    // Multiplied before divided: exact wherever the result is.
    return number(sum(y1, y2.minus(y1).times(x.minus(x1)).div(x2.minus(x1))));
  };
}

function figures(rows: Rows | null | undefined): readonly Decimal[] | null {
  const values = (rows ?? []).flat();
  const found = values.flatMap((value) => (value.kind === "number" ? [value.value] : []));
  return found.length === values.length ? found : null;
}

/** MATCH: 1 the last not larger (ascending list), 0 the first equal, -1 the last not smaller (descending). */
function match([first, list, kind]: readonly Argument[]): Argument["run"] {
  const rows = list?.rows ?? [];
  const values = rows.flat();
  return (scope) => {
    const wanted = asWanted(first?.run(scope) ?? BLANK);
    if (wanted.kind === "error") return wanted;
    const chosen = whole(kind?.run(scope), 1);
    if (isFailure(chosen)) return chosen;
    // Only a single row or column has positions.
    if (rows.length > 1 && (rows[0]?.length ?? 0) > 1) return failure("#N/A");
    const at = chosen > 0 ? lastNotAbove(wanted, values) : position(wanted, values, chosen === 0);
    return at === null ? failure("#N/A") : count(at + 1);
  };
}

function position(wanted: Value, values: readonly Value[], exact: boolean): number | null {
  let found: number | null = null;
  for (const [index, value] of values.entries()) {
    if (value.kind !== wanted.kind) continue;
    const equal = compare("=", value, wanted);
    if (equal.kind === "boolean" && equal.value) return index;
    const below = compare("<", value, wanted);
    if (!exact && below.kind === "boolean") {
      if (below.value) break;
      found = index;
    }
  }
  return found;
}

/** INDEX: by row and column from 1; in a single row or column one position is enough. */
function pick([list, first, second]: readonly Argument[]): Argument["run"] {
  const rows = list?.rows ?? [];
  return (scope) => {
    const [row, column] = [whole(first?.run(scope), 1), whole(second?.run(scope), 1)];
    if (isFailure(row)) return row;
    if (isFailure(column)) return column;
    if (row < 1 || column < 1) return failure("#VALUE!");
    const single = second === undefined && rows.length === 1;
    const found = single ? rows[0]?.[row - 1] : rows[row - 1]?.[column - 1];
    return found ?? failure("#VALUE!");
  };
}

/** Whether no value is smaller than the one before; values of different kinds have no order here. */
export function isAscending(rows: Rows): boolean {
  const values =
    rows.length > 1 && (rows[0]?.length ?? 0) <= rows.length
      ? rows.map((row) => row[0] ?? BLANK)
      : (rows[0] ?? []);
  return values.every((value, index) => {
    const before = values[index - 1];
    if (before === undefined) return true;
    const below = compare("<", value, before);
    return value.kind === before.kind && below.kind === "boolean" && !below.value;
  });
}
