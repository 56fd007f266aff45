import type { Decimal } from "../decimal.ts";
import type { Shape } from "./shape.ts";
import {
  absent,
  BLANK,
  isFailure,
  toNumber,
  toText,
  type ErrorValue,
  type Value,
} from "./value.ts";

/** What an expression sees while it is evaluated. */
export interface Scope {
  readonly read: (name: string) => Value;
  readonly today: string | undefined;
}
export type Expression = (scope: Scope) => Value;

/** Rows of fixed values, all of one length: `{1,2;3,4}`. */
export type Rows = readonly (readonly Value[])[];

export interface Argument {
  readonly run: Expression;
  /** Set for a list in braces; `run` then gives its first value. */
  readonly rows: Rows | null;
}

/** What a parameter takes: decides what is checked before a formula is saved. */
export type Parameter =
  | "number"
  | "date"
  | "condition"
  | "text"
  | "any"
  /** A number or a list in braces. */
  | "numbers"
  /** Anything, also a list in braces. */
  | "values"
  /** Only a list in braces. */
  | "list"
  /** Only a list in braces whose values go up. */
  | "ascending"
  /** A date or a list of dates in braces. */
  | "dates";

export interface FormulaFunction {
  readonly least: number;
  readonly most: number;
  /** By position; the last ones, as many as `repeating`, stand for all that follow. */
  readonly takes: readonly Parameter[];
  readonly repeating?: number;
  /** Whether all arguments must be of one unit. */
  readonly oneUnit?: boolean;
  readonly gives: (args: readonly Shape[]) => Shape;
  readonly compile: (args: readonly Argument[]) => Expression;
}

export function parameterAt({ takes, repeating = 1 }: FormulaFunction, index: number): Parameter {
  if (index < takes.length) return takes[index] ?? "any";
  const first = takes.length - repeating;
  return takes[first + ((index - first) % repeating)] ?? "any";
}

/** A function of the values of its arguments, all of them evaluated; those left out are `undefined`. */
export function onValues(
  apply: (first: Value, second?: Value, third?: Value, fourth?: Value) => Value,
): FormulaFunction["compile"] {
  return (args) => {
    const [first, second, third, fourth] = args.map(({ run }) => run);
    if (first === undefined) return () => apply(BLANK);
    if (second === undefined) return (scope) => apply(first(scope));
    if (third === undefined) return (scope) => apply(first(scope), second(scope));
    if (fourth === undefined) return (scope) => apply(first(scope), second(scope), third(scope));
    return (scope) => apply(first(scope), second(scope), third(scope), fourth(scope));
  };
}

/** A function of one number and perhaps a second one. */
export function onFigures(
  apply: (x: Decimal, y: Decimal | null) => Value,
): FormulaFunction["compile"] {
  return onValues(asFigures(apply));
}

/** The same on values: the first failure among them is the result. */
export function asFigures(
  apply: (x: Decimal, y: Decimal | null) => Value,
): (first: Value, second?: Value) => Value {
  return (first, second) => {
    const x = toNumber(first);
    if (isFailure(x)) return x;
    if (second === undefined) return apply(x, null);
    const y = toNumber(second);
    return isFailure(y) ? y : apply(x, y);
  };
}

/** The texts of some values, or the first failure among them. */
export function texts(values: readonly Value[]): readonly string[] | ErrorValue {
  const found: string[] = [];
  for (const value of values) {
    const one = toText(value);
    if (isFailure(one)) return one;
    found.push(one);
  }
  return found;
}

/** A whole number for a count of characters or months, its fraction dropped; `otherwise` when left out. */
export function whole(value: Value | undefined, otherwise: number): number | ErrorValue {
  if (value === undefined) return otherwise;
  const written = toNumber(value);
  if (isFailure(written)) return written;
  return Math.trunc(written.toNumber());
}

/** The failure a value stands for: its own, or that of a missing figure. */
export function failureOf(value: Value): ErrorValue | null {
  return value.kind === "error" ? value : absent(value);
}
