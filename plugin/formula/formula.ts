import { say, type Locale } from "../words/words.ts";
import { Reader } from "./reader.ts";
import { scan } from "./scan.ts";
import { UNKNOWN, type Kind, type Shape } from "./shape.ts";
import type { Unit } from "./units.ts";
import { number, settle, type Value } from "./value.ts";

export { FUNCTION_NAMES } from "./functions.ts";
export type { Kind } from "./shape.ts";
export type { Unit } from "./units.ts";
export type { Value } from "./value.ts";

/** What is known of a name before anything is read; what is left out is not checked. */
export interface NameType {
  readonly kind?: Kind;
  readonly unit?: Unit | null;
}

/** A formula that was understood: nothing but `evaluate` is left to do, as often as wanted. */
export interface Formula {
  /** As written. */
  readonly text: string;
  /** The names it reads, each once, in the order of their first appearance. */
  readonly names: readonly string[];
  /** Whether its result depends on the day of the calculation. */
  readonly usesToday: boolean;
  /** What the result is, as far as it follows from the types of the names; unit `null` is unknown. */
  readonly result: { readonly kind: Kind; readonly unit: Unit | null };
  /**
   * The result for these inputs.
   *
   * Failures are values (`#DIV/0!`, `#VALUE!` …) and travel through; it throws only what `read` throws.
   *
   * @param read  the value of a name; called once per appearance that is evaluated
   * @param options.today  the day TODAY() stands for, "YYYY-MM-DD"; without it TODAY() is `#N/A`
   */
  evaluate(read: (name: string) => Value, options?: { readonly today?: string }): Value;
}

/** Why a formula was not understood. */
export interface FormulaProblem {
  /** Key of `words/`. */
  readonly code: string;
  readonly details: Readonly<Record<string, string>>;
  /** 0-based character in the formula as written. */
  readonly position: number;
  /** 1-based, where lines end at line breaks. */
  readonly line: number;
  /** 1-based character in that line. */
  readonly column: number;
}

export type Parsed =
  | { readonly ok: true; readonly formula: Formula }
  | { readonly ok: false; readonly problems: readonly FormulaProblem[] };

export const LONGEST_FORMULA = 2000;

/**
 * Read a formula.
 *
 * The language is Excel's, as far as single figures go: + - * / ^ %, &, comparisons, brackets,
 * texts, TRUE and FALSE, the functions of {@link FUNCTION_NAMES}, with Excel's precedence (`-2^2`
 * is 4, `2^3^2` is 64) and its error values. Lists in braces `{1,2;3,4}` stand only where a
 * function takes one. A leading "=" and full-width signs are fine. Names are whatever `read`
 * knows, case-sensitive, in any script; a name with spaces or signs goes in brackets: `[pass rate]`.
 *
 * @param text  at most 2000 characters, at most 50 levels deep
 * @param options.known  the names that exist, perhaps with what they are; without it every name is accepted
 * @returns the formula, or what is wrong with it, in the order of the text
 */
export function parseFormula(
  text: string,
  options: { readonly known?: readonly string[] | ReadonlyMap<string, NameType> } = {},
): Parsed {
  if (text.length > LONGEST_FORMULA) {
    const details = { length: String(text.length), limit: String(LONGEST_FORMULA) };
    return refused(text, { code: "formula.too_long", details, position: LONGEST_FORMULA });
  }
  const known = options.known === undefined ? null : shapes(options.known);
  const scanned = scan(text, known ?? new Map());
  if (!scanned.ok) {
    const { code, found, position } = scanned;
    return refused(text, { code, details: { found }, position });
  }
  if (scanned.tokens.length === 0) {
    return refused(text, { code: "formula.empty", details: {}, position: 0 });
  }
  const reader = new Reader(scanned.tokens, text.length, known);
  const whole = reader.readAll();
  if (whole === null || reader.problems.length > 0) return refused(text, ...reader.problems);
  const { run, shape } = whole;
  return {
    ok: true,
    formula: {
      text,
      names: [...reader.names],
      usesToday: reader.usesToday,
      result: { kind: shape.kind, unit: shape.unit },
      evaluate: (read, { today } = {}) => {
        const value = run({ read, today });
        return value.kind === "number" ? number(settle(value.value)) : value;
      },
    },
  };
}

/** A problem as a sentence that names the character, counted from 1, and in longer texts the line. */
export function problemText(problem: FormulaProblem, locale: Locale): string {
  const { code, details, position, line, column } = problem;
  return say(locale, code, {
    ...details,
    // From the second line on, nobody counts characters from the beginning.
    position: line === 1 ? position + 1 : say(locale, "formula.place_in_lines", { line, column }),
  });
}

function shapes(known: readonly string[] | ReadonlyMap<string, NameType>): Map<string, Shape> {
  const typed = (name: string, { kind, unit }: NameType): [string, Shape] => [
    name,
    { kind: kind ?? "any", unit: unit ?? null, constant: false },
  ];
  if (!(known instanceof Map)) {
    return new Map((known as readonly string[]).map((name) => [name, UNKNOWN]));
  }
  return new Map(
    [...(known as ReadonlyMap<string, NameType>)].map(([name, type]) => typed(name, type)),
  );
}

function refused(
  text: string,
  ...problems: readonly Pick<FormulaProblem, "code" | "details" | "position">[]
): Parsed {
  const found = [...problems].sort((a, b) => a.position - b.position);
  return { ok: false, problems: found.map((problem) => ({ ...problem, ...place(text, problem) })) };
}

function place(text: string, { position }: { readonly position: number }) {
  const lines = text.slice(0, position).split(/\r\n|\r|\n/);
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}
