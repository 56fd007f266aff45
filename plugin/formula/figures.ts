import { Decimal } from "../decimal.ts";
import { add, divide, onNumbers, power, withNumber } from "./arithmetic.ts";
import { compare } from "./comparison.ts";
import { Fraction, fractionOf, rounded } from "./fraction.ts";
import { asFigures, onFigures, onValues, type Argument, type FormulaFunction } from "./function.ts";
import { alike, of, raised, root, sameAs, type Shape } from "./shape.ts";
import { DIMENSIONLESS } from "./units.ts";
import {
  absent,
  BLANK,
  count,
  failure,
  isFailure,
  number,
  settle,
  sum,
  toNumber,
  ZERO,
  type ErrorValue,
  type Value,
} from "./value.ts";

const MANY = 255;
const first = ([shape]: readonly Shape[]) => sameAs(shape);
const pure = () => of("number", DIMENSIONLESS);
const ONE_NUMBER = { least: 1, most: 1, takes: ["number"] } as const;
const TWO_NUMBERS = { least: 2, most: 2, takes: ["number", "number"] } as const;

/** Rounding, powers and remainders. */
export const FIGURES: readonly (readonly [name: string, FormulaFunction])[] = [
  ["ROUND", { ...TWO_NUMBERS, gives: first, compile: rounding(Decimal.ROUND_HALF_UP) }],
  ["ROUNDUP", { ...TWO_NUMBERS, gives: first, compile: rounding(Decimal.ROUND_UP) }],
  ["ROUNDDOWN", { ...TWO_NUMBERS, gives: first, compile: rounding(Decimal.ROUND_DOWN) }],
  ["TRUNC", { ...TWO_NUMBERS, least: 1, gives: first, compile: rounding(Decimal.ROUND_DOWN) }],
  ["INT", { ...ONE_NUMBER, gives: first, compile: onFigures((x) => number(settle(x).floor())) }],
  ["ABS", { ...ONE_NUMBER, gives: first, compile: onFigures((x) => number(x.abs())) }],
  ["SIGN", { ...ONE_NUMBER, gives: pure, compile: onFigures((x) => count(x.comparedTo(0))) }],
  ["CEILING", { ...TWO_NUMBERS, gives: first, compile: onFigures(ceiling) }],
  ["FLOOR", { ...TWO_NUMBERS, gives: first, compile: onFigures(floor) }],
  ["MOD", { ...TWO_NUMBERS, gives: first, compile: onFigures(modulo) }],
  [
    "POWER",
    {
      ...TWO_NUMBERS,
      gives: ([base, exponent]) => (base ? raised(base, exponent) : of("number")),
      compile: onValues((x, y = BLANK) => power(x, y)),
    },
  ],
  [
    "SQRT",
    {
      ...ONE_NUMBER,
      gives: ([base]) => root(base),
      compile: onFigures((x) =>
        x.isNegative() && !x.isZero() ? failure("#NUM!") : number(x.sqrt()),
      ),
    },
  ],
  [
    "CLAMP",
    {
      ...{ least: 3, most: 3, takes: ["number"], oneUnit: true },
      gives: (args) => alike(args, kindOfAll(args)),
      compile: onValues((x, low = BLANK, high = BLANK) => clamp(x, low, high)),
    },
  ],
];

/** MIN, MAX and what is counted or summed over many values. */
export const AGGREGATES: readonly (readonly [name: string, FormulaFunction])[] = [
  ["MIN", { ...many("numbers", alikeDates), oneUnit: true, compile: (args) => extreme("<", args) }],
  ["MAX", { ...many("numbers", alikeDates), oneUnit: true, compile: (args) => extreme(">", args) }],
  [
    "SUM",
    { ...many("numbers", (args) => alike(args)), oneUnit: true, compile: summing((sum) => sum) },
  ],
  [
    "AVERAGE",
    {
      ...many("numbers", (args) => alike(args)),
      oneUnit: true,
      compile: summing((sum, found) =>
        found === 0 ? failure("#DIV/0!") : divide(sum, count(found)),
      ),
    },
  ],
  [
    "MEDIAN",
    { ...many("numbers", (args) => alike(args)), oneUnit: true, compile: overNumbers(median) },
  ],
  ["COUNT", { ...many("values", pure), compile: counting(isCountable, isFigure) }],
  [
    "COUNTA",
    {
      ...many("values", pure),
      compile: counting(
        (value) => value.kind !== "blank",
        () => true,
      ),
    },
  ],
];

function many(
  takes: "numbers" | "values",
  gives: FormulaFunction["gives"],
): Pick<FormulaFunction, "least" | "most" | "takes" | "gives"> {
  return { least: 1, most: MANY, takes: [takes], gives };
}

function kindOfAll(args: readonly Shape[]): "date" | "number" | "any" {
  if (args.every(({ kind }) => kind === "number" || kind === "boolean")) return "number";
  return args.every(({ kind }) => kind === "date") ? "date" : "any";
}

function alikeDates(args: readonly Shape[]): Shape {
  return alike(args, kindOfAll(args));
}

/** Half away from zero (ROUND), away from zero, or towards it; negative places round before the point. */
function rounding(mode: 0 | 1 | 4): FormulaFunction["compile"] {
  const inDecimals = asFigures((x, written) => {
    const places = written === null ? 0 : Decimal.clamp(written.trunc(), -400, 400).toNumber();
    if (places >= 0) return number(settle(x).toDecimalPlaces(places, mode));
    const unit = new Decimal(10).pow(-places);
    return number(settle(x).div(unit).toDecimalPlaces(0, mode).times(unit));
  });
  return onValues((x, places) => {
    const few = places === undefined ? 0 : fewPlaces(places);
    const small = x.kind === "number" && few !== null ? fractionOf(x) : null;
    const result = small && few !== null ? rounded(small, few, mode) : null;
    return result ?? inDecimals(x, places);
  });
}

/** Decimal places as people write them: a small whole number, else null. */
function fewPlaces(places: Value): number | null {
  const written = places.kind === "number" ? fractionOf(places) : null;
  const few = written?.under === 1 && written.places === 0 ? written.over : -1;
  return few >= 0 && few <= 10 ? few : null;
}

/** Up to a multiple; a negative number may go away from zero with a negative step. */
function ceiling(x: Decimal, step: Decimal | null): Value {
  if (step === null || step.isZero() || x.isZero()) return ZERO;
  if (x.isPositive() && step.isNegative()) return failure("#NUM!");
  return number(settle(x.div(step)).ceil().times(step));
}

function floor(x: Decimal, step: Decimal | null): Value {
  if (x.isZero()) return ZERO;
  if (step === null || step.isZero()) return failure("#DIV/0!");
  if (x.isPositive() && step.isNegative()) return failure("#NUM!");
  return number(settle(x.div(step)).floor().times(step));
}

/** The remainder, with the sign of the divisor. */
function modulo(x: Decimal, divisor: Decimal | null): Value {
  if (divisor === null || divisor.isZero()) return failure("#DIV/0!");
  const [dividend, by] = [settle(x), settle(divisor)];
  // Beside a division that did not end, three thirds are 1: no remainder of nearly a third.
  const isExact = dividend === x && by === divisor;
  if (!isExact && settle(x.div(divisor)).isInteger()) return ZERO;
  const rest = dividend.mod(by);
  const other = !rest.isZero() && rest.isNegative() !== divisor.isNegative();
  return number(other ? rest.plus(divisor) : rest);
}

/** x, but at least `low` and at most `high`; limits the wrong way round are `#NUM!`. Ours, not Excel's. */
function clamp(x: Value, low: Value, high: Value): Value {
  const limits = onNumbers(low, high, (a, b) => (a.greaterThan(b) ? failure("#NUM!") : number(a)));
  if (limits.kind === "error") return limits;
  return onNumbers(x, low, (value, least) =>
    withNumber(high, (most) => {
      const inside = Decimal.clamp(value, least, most);
      const chosen = inside.equals(value) ? x : inside.equals(least) ? low : high;
      return x.kind === "date" && chosen.kind === "date" ? chosen : number(inside);
    }),
  );
}

/** Values of lists count only where they are numbers, as in Excel's ranges. */
function isFigure(value: Value): boolean {
  return value.kind === "number";
}

/** What COUNT counts among arguments that stand for themselves. */
function isCountable(value: Value): boolean {
  return value.kind !== "blank" && value.kind !== "error" && !isFailure(toNumber(value));
}

/** Blank arguments do not take part; only blanks give 0. Dates among themselves stay dates. */
function extreme(operator: "<" | ">", args: readonly Argument[]): Argument["run"] {
  const better = (candidate: Value, best: Value | null): Value => {
    if (best === null) return candidate;
    const verdict = compare(operator, candidate, best);
    if (verdict.kind !== "boolean") return verdict;
    return verdict.value ? candidate : best;
  };
  return (scope) => {
    let best: Value | null = null;
    let dates = true;
    for (const { run, rows } of args) {
      for (const value of rows === null ? [run(scope)] : rows.flat().filter(isFigure)) {
        const missing = absent(value);
        if (missing) return missing;
        if (value.kind === "blank") continue;
        const candidate =
          value.kind === "date" || value instanceof Fraction ? value : withNumber(value, number);
        dates &&= candidate.kind === "date";
        best = candidate.kind === "error" ? candidate : better(candidate, best);
        if (best.kind === "error") return best;
      }
    }
    if (best === null) return ZERO;
    return dates || best instanceof Fraction ? best : withNumber(best, number);
  };
}

/** The sum of the numbers among the arguments, and how many there are. */
function summing(
  apply: (sum: Value, count: number) => Value,
): (args: readonly Argument[]) => Argument["run"] {
  return (args) => (scope) => {
    let sum: Value = ZERO;
    let found = 0;
    for (const { run, rows } of args)
      for (const value of rows === null ? [run(scope)] : rows.flat().filter(isFigure)) {
        if (value.kind === "blank" && value.missing === undefined) continue;
        const one = value.kind === "number" ? value : withNumber(value, number);
        if (one.kind === "error") return one;
        sum = add(sum, one);
        if (sum.kind === "error") return sum;
        found += 1;
      }
    return apply(sum, found);
  };
}

/** A function of the numbers among the arguments; blanks take no part, a text that is no number fails. */
function overNumbers(apply: (values: readonly Decimal[]) => Value): FormulaFunction["compile"] {
  return (args) => (scope) => {
    const values: Decimal[] = [];
    for (const { run, rows } of args) {
      if (rows === null) {
        const value = run(scope);
        if (value.kind === "blank" && value.missing === undefined) continue;
        const one: Decimal | ErrorValue = toNumber(value);
        if (isFailure(one)) return one;
        values.push(one);
      } else {
        for (const value of rows.flat()) if (value.kind === "number") values.push(value.value);
      }
    }
    return apply(values);
  };
}

function median(values: readonly Decimal[]): Value {
  const sorted = [...values].sort((a, b) => a.comparedTo(b));
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return low && high ? number(sum(low, high).div(2)) : failure("#NUM!");
}

function counting(
  counts: (value: Value) => boolean,
  countsInList: (value: Value) => boolean,
): FormulaFunction["compile"] {
  return (args) => (scope) => {
    let found = 0;
    for (const { run, rows } of args) {
      if (rows === null) found += counts(run(scope)) ? 1 : 0;
      else found += rows.flat().filter(countsInList).length;
    }
    return count(found);
  };
}
