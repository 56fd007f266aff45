import { Decimal, parseDecimal } from "../decimal.ts";
import { afterKeyword } from "../formula/keywords.ts";
import type { MethodCode, Reason } from "./model.ts";
import { OPERATOR_WORDS, PARAMETERS } from "./parameters.ts";
import type { NumberRange, Operator, Parameter, ParameterKey } from "./parameters.ts";

/** What is wrong with one parameter; `code` is a key `reason.<code>`, or the key of a formula's problem. */
export interface ParameterProblem extends Reason {
  readonly field: ParameterKey | "method" | "direction";
}

/** Problems found on the way, in the order in which the parameters are read. */
export class Problems {
  readonly list: ParameterProblem[] = [];

  add(
    field: ParameterProblem["field"],
    code: string,
    details: Readonly<Record<string, string>> = {},
  ): null {
    this.list.push({ field, code, details });
    return null;
  }
}

/** Text as people type it, with every sign in its one form. */
export function plainText(text: string): string {
  return text
    .normalize("NFKC")
    .replace(/[\u2264\u2A7D\u2266]|=</g, "<=")
    .replace(/[\u2265\u2A7E\u2267]|=>/g, ">=")
    .replace(/\u3001/g, ",")
    .replace(/\u00D7/g, "x")
    .replace(/\u2212/g, "-")
    .trim();
}

/** Parts between separators, without blanks; a separator at the very end is nothing. */
export function partsOf(text: string, separator: string | RegExp): readonly string[] {
  const parts = text.split(separator).map((part) => part.trim());
  if (parts.at(-1) === "") parts.pop();
  return parts;
}

/** "0.6" or "60%" as 0.6; `null` for anything else. */
export function readNumber(text: string): Decimal | null {
  const trimmed = text.trim();
  if (!trimmed.endsWith("%")) return parseDecimal(trimmed);
  return parseDecimal(trimmed.slice(0, -1))?.div(100) ?? null;
}

/** A score: a number that is not a rate, because "60%" of what? */
export function readScore(text: string): Decimal | null {
  return text.includes("%") ? null : readNumber(text);
}

/** "0.6x" as 0.6 times the target; `null` when no "times" follows the number. */
export function readMultiple(text: string): Decimal | null {
  const match = /^([-+]?[\d.]+%?)\s*(\D+)$/.exec(text.trim());
  if (!match || match[2] === undefined || afterKeyword(match[2].trim(), "times") !== "")
    return null;
  return readNumber(match[1] ?? "");
}

/** Text, number or decimal as plain text, the forms a figure travels in; `null` for anything else. */
export function figureText(value: unknown): string | null {
  if (typeof value === "string") return plainText(value);
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : null;
  return Decimal.isDecimal(value) ? value.toString() : null;
}

/** A value of unknown form as a reader recognises it. */
export function shown(value: unknown): string {
  if (typeof value === "string") return value.length > 60 ? `${value.slice(0, 60)}…` : value;
  if (Array.isArray(value)) return `[${value.length}]`;
  return typeof value === "object" ? "{…}" : String(value);
}

/** Nothing was written: absent, null, empty or only blanks. */
function isBlank(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (typeof value === "string") return value.trim() === "";
  return Array.isArray(value) && value.length === 0;
}

const IN_RANGE: Readonly<Record<NumberRange, (value: Decimal) => boolean>> = {
  any: () => true,
  positive: (value) => value.greaterThan(0),
  unsigned: (value) => value.greaterThanOrEqualTo(0),
  share: (value) => value.greaterThanOrEqualTo(0) && value.lessThanOrEqualTo(1),
  count: (value) => value.isInteger() && value.greaterThanOrEqualTo(2) && value.lessThan(1_000_000),
};

/** Typed access to the parameters of one method; every refusal names the parameter. */
export class ParameterReader {
  readonly problems: Problems;
  private readonly parameters: readonly Parameter[];
  private readonly written: Readonly<Record<string, unknown>>;

  constructor(code: MethodCode, written: Readonly<Record<string, unknown>>, problems: Problems) {
    this.parameters = PARAMETERS[code];
    this.written = written;
    this.problems = problems;
  }

  /** Whether anything is written there. */
  has(key: ParameterKey): boolean {
    return Object.hasOwn(this.written, key) && !isBlank(this.written[key]);
  }

  /** What is written, or what a blank means; null with a problem where there must be something. */
  value(key: ParameterKey): unknown {
    const parameter = this.parameters.find((one) => one.key === key);
    if (this.has(key)) return this.written[key];
    if (!parameter?.required) return parameter?.fallback ?? null;
    return this.problems.add(
      key,
      parameter.kind === "steps" ? "method_steps_empty" : "method_required",
    );
  }

  number(key: ParameterKey): Decimal | null {
    const written = this.value(key);
    if (written === null) return null;
    const text = figureText(written);
    const number = text === null ? null : readNumber(text);
    if (number === null) {
      return this.problems.add(key, "method_number_unreadable", { value: shown(written) });
    }
    const range = this.rangeOf(key);
    if (IN_RANGE[range](number)) return number;
    return this.problems.add(key, `method_range_${range}`, { value: shown(written) });
  }

  /** Highest or lowest score: a number, or the word that lifts the limit. */
  bound(key: "cap" | "floor"): Decimal | null {
    const written = this.value(key);
    if (typeof written === "string" && afterKeyword(plainText(written), "none") === "") return null;
    return this.number(key);
  }

  choice<T extends string>(key: ParameterKey, choices: readonly T[]): T | null {
    const written = this.value(key);
    if (written === null) return null;
    // An option field holds a list of one.
    const one: unknown = Array.isArray(written) && written.length === 1 ? written[0] : written;
    const found = choices.find((choice) => choice === one);
    if (found !== undefined) return found;
    return this.problems.add(key, "method_choice_unknown", {
      value: shown(one),
      choices: choices.join(", "),
    });
  }

  /** A comparison as a sign, or as the word that an option field has for it. */
  operator(): Operator | null {
    const written = this.value("operator");
    if (written === null) return null;
    const one: unknown = Array.isArray(written) && written.length === 1 ? written[0] : written;
    const text = typeof one === "string" ? plainText(one) : "";
    const found = Object.entries(OPERATOR_WORDS).find(
      ([word, sign]) => word === text || sign === text,
    );
    if (found) return found[1];
    const details = { value: shown(one), choices: Object.values(OPERATOR_WORDS).join(" ") };
    return this.problems.add("operator", "method_choice_unknown", details);
  }

  text(key: ParameterKey): string | null {
    const written = this.value(key);
    if (written === null) return null;
    if (typeof written === "string") return written.trim();
    return this.problems.add(key, "method_text_unreadable", { value: shown(written) });
  }

  private rangeOf(key: ParameterKey): NumberRange {
    const parameter = this.parameters.find((one) => one.key === key);
    return parameter?.kind === "number" ? parameter.range : "any";
  }
}
