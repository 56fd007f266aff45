import { Decimal } from "../decimal.ts";
import { withNumber } from "./arithmetic.ts";
import {
  BLANK,
  type Value,
  absent,
  compare,
  failure,
  isFailure,
  number,
  settle,
  toTruth,
  truth,
} from "./value.ts";

/** What an expression sees while it is evaluated. */
export interface Scope {
  readonly read: (name: string) => Value;
  readonly today: string | undefined;
}
export type Expression = (scope: Scope) => Value;

interface FormulaFunction {
  readonly least: number;
  readonly most: number;
  readonly run: (args: readonly Expression[], scope: Scope) => Value;
}

/** Every function of the language, by its name in capitals. */
export const FUNCTIONS: ReadonlyMap<string, FormulaFunction> = new Map<string, FormulaFunction>([
  ["IF", { least: 2, most: 3, run: choose }],
  ["MIN", { least: 1, most: 255, run: (args, scope) => extreme("<", args, scope) }],
  ["MAX", { least: 1, most: 255, run: (args, scope) => extreme(">", args, scope) }],
  ["ROUND", { least: 2, most: 2, run: round }],
  ["ABS", { least: 1, most: 1, run: absolute }],
  ["AND", { least: 1, most: 255, run: (args, scope) => all(args, scope, true) }],
  ["OR", { least: 1, most: 255, run: (args, scope) => all(args, scope, false) }],
  ["NOT", { least: 1, most: 1, run: not }],
  ["ISBLANK", { least: 1, most: 1, run: isBlank }],
  ["TODAY", { least: 0, most: 0, run: today }],
]);

function valueOf(args: readonly Expression[], index: number, scope: Scope): Value {
  return args[index]?.(scope) ?? BLANK;
}

/** Only the branch that is chosen is evaluated, so the other one cannot fail. */
function choose(args: readonly Expression[], scope: Scope): Value {
  const condition = toTruth(valueOf(args, 0, scope));
  if (isFailure(condition)) return condition;
  if (condition) return valueOf(args, 1, scope);
  return args.length > 2 ? valueOf(args, 2, scope) : truth(false);
}

/** Blank arguments do not take part; only blanks give 0. Dates compare among themselves. */
function extreme(operator: "<" | ">", args: readonly Expression[], scope: Scope): Value {
  let best: Value | null = null;
  for (const arg of args) {
    const value = arg(scope);
    const missing = absent(value);
    if (missing) return missing;
    if (value.kind === "blank") continue;
    const candidate = value.kind === "date" ? value : withNumber(value, number);
    if (candidate.kind === "error") return candidate;
    const better: Value = best === null ? truth(true) : compare(operator, candidate, best);
    if (better.kind === "error") return better;
    if (better.kind === "boolean" && better.value) best = candidate;
  }
  return best ?? number(new Decimal(0));
}

/** Half away from zero; negative places round before the decimal point. */
function round(args: readonly Expression[], scope: Scope): Value {
  return withNumber(valueOf(args, 0, scope), (value) =>
    withNumber(valueOf(args, 1, scope), (written) => {
      const places = Decimal.clamp(written.trunc(), -400, 400).toNumber();
      if (places >= 0) return number(settle(value).toDecimalPlaces(places));
      const unit = new Decimal(10).pow(-places);
      return number(settle(value.div(unit)).toDecimalPlaces(0).times(unit));
    }),
  );
}

function absolute(args: readonly Expression[], scope: Scope): Value {
  return withNumber(valueOf(args, 0, scope), (value) => number(value.abs()));
}

/** AND (`identity` true) and OR (false): every argument is evaluated, as in Excel. */
function all(args: readonly Expression[], scope: Scope, identity: boolean): Value {
  let result = identity;
  let error: Value | null = null;
  for (const arg of args) {
    const value = toTruth(arg(scope));
    if (isFailure(value)) error ??= value;
    else if (value !== identity) result = value;
  }
  return error ?? truth(result);
}

function not(args: readonly Expression[], scope: Scope): Value {
  const value = toTruth(valueOf(args, 0, scope));
  return isFailure(value) ? value : truth(!value);
}

function isBlank(args: readonly Expression[], scope: Scope): Value {
  return truth(valueOf(args, 0, scope).kind === "blank");
}

/** The day the caller names: a formula has no clock of its own, so a score can be computed again. */
function today(_args: readonly Expression[], scope: Scope): Value {
  return scope.today === undefined ? failure("#N/A") : { kind: "date", value: scope.today };
}
