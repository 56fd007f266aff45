import { compare } from "./comparison.ts";
import { onValues, failureOf, type Argument, type FormulaFunction } from "./function.ts";
import { either, of } from "./shape.ts";
import {
  BLANK,
  failure,
  FALSE,
  isFailure,
  toTruth,
  TRUE,
  truth,
  type ErrorValue,
  type Value,
} from "./value.ts";

const CONDITION = { gives: () => of("boolean") } as const;
const MANY = 255;

/** IF, IFS, SWITCH, AND, OR, NOT, XOR, IFERROR, IFNA and the questions IS…. */
export const LOGIC: readonly (readonly [name: string, FormulaFunction])[] = [
  [
    "IF",
    {
      ...{ least: 2, most: 3, takes: ["condition", "any", "any"] },
      gives: (args) => either(args.length > 2 ? args.slice(1) : [...args.slice(1), of("boolean")]),
      compile: choose,
    },
  ],
  [
    "IFS",
    {
      ...{ least: 2, most: MANY - 1, takes: ["condition", "any"], repeating: 2 },
      gives: (args) => either(args.filter((_, index) => index % 2 === 1)),
      compile: chooseFirst,
    },
  ],
  [
    "SWITCH",
    {
      ...{ least: 3, most: MANY - 1, takes: ["any"] },
      gives: (args) =>
        either(
          args.filter(
            (_, index) =>
              index > 0 && (index % 2 === 0 || (index === args.length - 1 && index % 2 === 1)),
          ),
        ),
      compile: chooseMatching,
    },
  ],
  [
    "AND",
    {
      least: 1,
      most: MANY,
      takes: ["condition"],
      ...CONDITION,
      compile: (args) => all(args, true),
    },
  ],
  [
    "OR",
    {
      least: 1,
      most: MANY,
      takes: ["condition"],
      ...CONDITION,
      compile: (args) => all(args, false),
    },
  ],
  ["XOR", { least: 1, most: MANY, takes: ["condition"], ...CONDITION, compile: odd }],
  [
    "NOT",
    {
      ...{ least: 1, most: 1, takes: ["condition"] },
      ...CONDITION,
      compile: onValues((value) => {
        const condition = toTruth(value);
        return isFailure(condition) ? condition : truth(!condition);
      }),
    },
  ],
  ["TRUE", { least: 0, most: 0, takes: [], ...CONDITION, compile: () => () => TRUE }],
  ["FALSE", { least: 0, most: 0, takes: [], ...CONDITION, compile: () => () => FALSE }],
  [
    "IFERROR",
    {
      ...{ least: 2, most: 2, takes: ["any"] },
      gives: either,
      compile: instead(({ missing }) => missing === undefined),
    },
  ],
  [
    "IFNA",
    {
      ...{ least: 2, most: 2, takes: ["any"] },
      gives: either,
      compile: instead(({ code }) => code === "#N/A"),
    },
  ],
  [
    "NA",
    {
      ...{ least: 0, most: 0, takes: [], gives: () => of("any") },
      compile: () => () => failure("#N/A"),
    },
  ],
  ["ISBLANK", question((value) => value.kind === "blank")],
  ["ISNUMBER", question((value) => value.kind === "number" || value.kind === "date")],
  ["ISTEXT", question((value) => value.kind === "text")],
  ["ISLOGICAL", question((value) => value.kind === "boolean")],
  ["ISERROR", unlessMissing(() => true)],
  ["ISERR", unlessMissing(({ code }) => code !== "#N/A")],
  ["ISNA", question((value) => failureOf(value)?.code === "#N/A")],
];

function question(ask: (value: Value) => boolean): FormulaFunction {
  const compile = onValues((value) => truth(ask(value)));
  return { least: 1, most: 1, takes: ["any"], ...CONDITION, compile };
}

/** A missing figure is no mistake of the formula: who wants to catch it asks ISNA, ISBLANK or IFNA. */
function unlessMissing(ask: (error: ErrorValue) => boolean): FormulaFunction {
  const compile = onValues((value) => {
    const error = failureOf(value);
    if (error === null) return FALSE;
    return error.missing === undefined ? truth(ask(error)) : error;
  });
  return { least: 1, most: 1, takes: ["any"], ...CONDITION, compile };
}

/**
 * The second value in place of errors of a kind, evaluated only then.
 *
 * IFERROR lets a missing figure pass, because missing is never 0 by accident; IFNA catches it,
 * because its author asks for exactly that.
 */
function instead(caught: (error: ErrorValue) => boolean): FormulaFunction["compile"] {
  return ([first, second]) =>
    (scope) => {
      const value = first?.run(scope) ?? BLANK;
      const error = failureOf(value);
      return error !== null && caught(error) ? (second?.run(scope) ?? BLANK) : value;
    };
}

/** Only the branch that is chosen is evaluated, so the other one cannot fail. */
function choose(args: readonly Argument[]): Argument["run"] {
  const [condition, then, otherwise] = args.map(({ run }) => run);
  return (scope) => {
    const chosen = toTruth(condition?.(scope) ?? BLANK);
    if (isFailure(chosen)) return chosen;
    if (chosen) return then?.(scope) ?? BLANK;
    return otherwise === undefined ? FALSE : otherwise(scope);
  };
}

/** IFS: the value behind the first condition that holds; none is `#N/A`. */
function chooseFirst(args: readonly Argument[]): Argument["run"] {
  return (scope) => {
    for (let index = 0; index < args.length; index += 2) {
      const chosen = toTruth(args[index]?.run(scope) ?? BLANK);
      if (isFailure(chosen)) return chosen;
      if (chosen) return args[index + 1]?.run(scope) ?? BLANK;
    }
    return failure("#N/A");
  };
}

/** SWITCH: the value behind the first one that equals, else the single last one, else `#N/A`. */
function chooseMatching(args: readonly Argument[]): Argument["run"] {
  return (scope) => {
    const wanted = args[0]?.run(scope) ?? BLANK;
    let index = 1;
    for (; index + 1 < args.length; index += 2) {
      const equal = compare("=", wanted, args[index]?.run(scope) ?? BLANK);
      if (equal.kind !== "boolean") return equal;
      if (equal.value) return args[index + 1]?.run(scope) ?? BLANK;
    }
    const error = failureOf(wanted);
    return error ?? args[index]?.run(scope) ?? failure("#N/A");
  };
}

/** AND (`identity` true) and OR (false): every argument is evaluated, as in Excel. */
function all(args: readonly Argument[], identity: boolean): Argument["run"] {
  return (scope) => {
    let result = identity;
    let error: Value | null = null;
    for (const { run } of args) {
      const value = toTruth(run(scope));
      if (isFailure(value)) error ??= value;
      else if (value !== identity) result = value;
    }
    return error ?? truth(result);
  };
}

/** XOR: whether an odd number of conditions holds. */
function odd(args: readonly Argument[]): Argument["run"] {
  return (scope) => {
    let result = false;
    for (const { run } of args) {
      const value = toTruth(run(scope));
      if (isFailure(value)) return value;
      result = result !== value;
    }
    return truth(result);
  };
}
