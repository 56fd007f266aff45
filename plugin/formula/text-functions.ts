import { onValues, texts, whole, type Argument, type FormulaFunction } from "./function.ts";
import { of } from "./shape.ts";
import { formatted } from "./text-format.ts";
import {
  absent,
  BLANK,
  count,
  failure,
  isFailure,
  number,
  text,
  toNumber,
  toText,
  toTruth,
  truth,
  type ErrorValue,
  type Value,
} from "./value.ts";

const MANY = 255;
/** Excel's longest text for a search with wildcards. */
const LONGEST_PATTERN = 255;
const gives = () => of("text");
const givesNumber = () => of("number");

/** Characters count as Excel counts them: in UTF-16 units, from 1. */
export const TEXTS: readonly (readonly [name: string, FormulaFunction])[] = [
  ["LEN", { ...takesText(1), gives: givesNumber, compile: onTexts((one) => count(one.length)) }],
  ["UPPER", { ...takesText(1), gives, compile: onTexts((one) => text(one.toUpperCase())) }],
  ["LOWER", { ...takesText(1), gives, compile: onTexts((one) => text(one.toLowerCase())) }],
  [
    "TRIM",
    {
      ...takesText(1),
      gives,
      compile: onTexts((one) => text(one.replace(/ +/g, " ").replace(/^ | $/g, ""))),
    },
  ],
  [
    "EXACT",
    { ...takesText(2), gives: () => of("boolean"), compile: onTexts((a, b) => truth(a === b)) },
  ],
  ["CONCAT", { least: 1, most: MANY, takes: ["values"], gives, compile: joinAll }],
  ["CONCATENATE", { least: 1, most: MANY, takes: ["text"], gives, compile: joinAll }],
  [
    "TEXTJOIN",
    {
      ...{ least: 3, most: MANY, takes: ["text", "condition", "values"] },
      gives,
      compile: join,
    },
  ],
  [
    "LEFT",
    {
      ...{ least: 1, most: 2, takes: ["text", "number"] },
      gives,
      compile: onValues((value, length) => cut(value, length, (one, most) => one.slice(0, most))),
    },
  ],
  [
    "RIGHT",
    {
      ...{ least: 1, most: 2, takes: ["text", "number"] },
      gives,
      compile: onValues((value, length) =>
        cut(value, length, (one, most) => one.slice(Math.max(0, one.length - most))),
      ),
    },
  ],
  [
    "MID",
    { least: 3, most: 3, takes: ["text", "number", "number"], gives, compile: onValues(middle) },
  ],
  [
    "FIND",
    {
      ...{ least: 2, most: 3, takes: ["text", "text", "number"] },
      gives: givesNumber,
      compile: onValues((wanted, within, start) =>
        search(wanted, within, start, (needle, hay, from) => hay.indexOf(needle, from)),
      ),
    },
  ],
  [
    "SEARCH",
    {
      ...{ least: 2, most: 3, takes: ["text", "text", "number"] },
      gives: givesNumber,
      compile: onValues((wanted, within, start) => search(wanted, within, start, findPattern)),
    },
  ],
  [
    "SUBSTITUTE",
    {
      ...{ least: 3, most: 4, takes: ["text", "text", "text", "number"] },
      gives,
      compile: onValues(substitute),
    },
  ],
  [
    "REPLACE",
    {
      ...{ least: 4, most: 4, takes: ["text", "number", "number", "text"] },
      gives,
      compile: onValues(replace),
    },
  ],
  [
    "REPT",
    {
      ...{ least: 2, most: 2, takes: ["text", "number"] },
      gives,
      compile: onValues((value, times) =>
        cut(value, times, (one, most) => (one.length * most > 32_767 ? null : one.repeat(most))),
      ),
    },
  ],
  ["VALUE", { least: 1, most: 1, takes: ["any"], gives: givesNumber, compile: onValues(valueOf) }],
  [
    "TEXT",
    {
      ...{ least: 2, most: 2, takes: ["any", "text"] },
      gives,
      compile: onValues((value, pattern = BLANK) => {
        const written = toText(pattern);
        return isFailure(written) ? written : formatted(value, written);
      }),
    },
  ],
];

function takesText(many: number): Pick<FormulaFunction, "least" | "most" | "takes"> {
  return { least: many, most: many, takes: ["text"] };
}

function onTexts(apply: (first: string, second: string) => Value): FormulaFunction["compile"] {
  return onValues((first, second = BLANK) => {
    const found = texts([first, second]);
    return isFailure(found) ? found : apply(found[0] ?? "", found[1] ?? "");
  });
}

/** A text and a count of characters that may be left out (1) but not be negative. */
function cut(
  value: Value,
  length: Value | undefined,
  apply: (one: string, most: number) => string | null,
): Value {
  const one = toText(value);
  if (isFailure(one)) return one;
  const most = whole(length, 1);
  if (isFailure(most)) return most;
  const result = most < 0 ? null : apply(one, most);
  return result === null ? failure("#VALUE!") : text(result);
}

function middle(value: Value, start?: Value, length?: Value): Value {
  const one = toText(value);
  if (isFailure(one)) return one;
  const [from, most] = [whole(start, 1), whole(length, 1)];
  if (isFailure(from)) return from;
  if (isFailure(most)) return most;
  return from < 1 || most < 0 ? failure("#VALUE!") : text(one.slice(from - 1, from - 1 + most));
}

function joinAll(args: readonly Argument[]): Argument["run"] {
  return (scope) => {
    const found = texts(args.flatMap(({ run, rows }) => rows?.flat() ?? [run(scope)]));
    return isFailure(found) ? found : text(found.join(""));
  };
}

function join([between, skips, ...args]: readonly Argument[]): Argument["run"] {
  return (scope) => {
    const separator = toText(between?.run(scope) ?? BLANK);
    if (isFailure(separator)) return separator;
    const skipping = toTruth(skips?.run(scope) ?? BLANK);
    if (isFailure(skipping)) return skipping;
    const found = texts(args.flatMap(({ run, rows }) => rows?.flat() ?? [run(scope)]));
    if (isFailure(found)) return found;
    return text(found.filter((one) => !skipping || one !== "").join(separator));
  };
}

function search(
  wanted: Value,
  within: Value | undefined,
  start: Value | undefined,
  find: (needle: string, hay: string, from: number) => number | null,
): Value {
  const found = texts([wanted, within ?? BLANK]);
  if (isFailure(found)) return found;
  const [needle = "", hay = ""] = found;
  const from = whole(start, 1);
  if (isFailure(from)) return from;
  if (from < 1 || from > hay.length + 1) return failure("#VALUE!");
  const at = find(needle, hay, from - 1);
  return at === null || at < 0 ? failure("#VALUE!") : count(at + 1);
}

/**
 * Where a pattern with `?`, `*` and `~` (which takes away their meaning) first matches, any case.
 *
 * The pieces between the stars are looked for one behind the other, each as early as possible: that
 * finds a match where there is one, in a time that does not explode.
 */
function findPattern(pattern: string, hay: string, from: number): number | null {
  if (pattern.length > LONGEST_PATTERN) return null;
  const text = hay.toLowerCase();
  const [first = [], ...others] = pieces(pattern.toLowerCase());
  const start = findPiece(first, text, from);
  let end = start + first.length;
  if (start < 0) return null;
  for (const piece of others) {
    const at = findPiece(piece, text, end);
    if (at < 0) return null;
    end = at + piece.length;
  }
  return start;
}

/** The pattern cut at its stars; `null` stands for any one character. */
function pieces(pattern: string): (string | null)[][] {
  const found: (string | null)[][] = [[]];
  for (let at = 0; at < pattern.length; at++) {
    const sign = pattern.charAt(at);
    const next = pattern.charAt(at + 1);
    const piece = found[found.length - 1];
    if (sign === "*") found.push([]);
    else if (sign === "~" && "*?~".includes(next || " ")) {
      piece?.push(next);
      at += 1;
    } else piece?.push(sign === "?" ? null : sign);
  }
  return found;
}

function findPiece(piece: readonly (string | null)[], text: string, from: number): number {
  for (let at = from; at + piece.length <= text.length; at++) {
    if (piece.every((sign, index) => sign === null || sign === text[at + index])) return at;
  }
  return -1;
}

function substitute(value: Value, old?: Value, fresh?: Value, instance?: Value): Value {
  const found = texts([value, old ?? BLANK, fresh ?? BLANK]);
  if (isFailure(found)) return found;
  const [one = "", from = "", to = ""] = found;
  const only = whole(instance, 1);
  if (isFailure(only)) return only;
  if (only < 1) return failure("#VALUE!");
  if (from === "") return text(one);
  const parts = one.split(from);
  if (instance === undefined) {
    const length = one.length + (parts.length - 1) * (to.length - from.length);
    return length > 32_767 ? failure("#VALUE!") : text(parts.join(to));
  }
  if (only >= parts.length) return text(one);
  return text([parts.slice(0, only).join(from), parts.slice(only).join(from)].join(to));
}

function replace(value: Value, start?: Value, length?: Value, fresh?: Value): Value {
  const found = texts([value, fresh ?? BLANK]);
  if (isFailure(found)) return found;
  const [one = "", to = ""] = found;
  const [from, most] = [whole(start, 1), whole(length, 1)];
  if (isFailure(from)) return from;
  if (isFailure(most)) return most;
  if (from < 1 || most < 0) return failure("#VALUE!");
  return text(one.slice(0, from - 1) + to + one.slice(from - 1 + most));
}

/** The number that a text is; what is a number already stays one. */
function valueOf(value: Value): Value {
  if (value.kind === "boolean") return failure("#VALUE!");
  const missing: ErrorValue | null = absent(value);
  if (missing) return missing;
  const found = toNumber(value);
  return isFailure(found) ? found : number(found);
}
