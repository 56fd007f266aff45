import { Decimal } from "../decimal.ts";
import { say, type Locale } from "../words/words.ts";
import { add, divide, multiply, negate, percent, power, subtract } from "./arithmetic.ts";
import { FUNCTIONS, type Expression } from "./functions.ts";
import { scan, type Token } from "./scan.ts";
import { nearest } from "./suggest.ts";
import {
  compare,
  isFailure,
  number,
  settle,
  toText,
  truth,
  type Comparison,
  type Value,
} from "./value.ts";

export type { Value } from "./value.ts";

/** A formula that was understood: nothing but `evaluate` is left to do, as often as wanted. */
export interface Formula {
  /** As written. */
  readonly text: string;
  /** The names it reads, each once, in the order of their first appearance. */
  readonly names: readonly string[];
  /** Whether its result depends on the day of the calculation. */
  readonly usesToday: boolean;
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
}

export type Parsed =
  | { readonly ok: true; readonly formula: Formula }
  | { readonly ok: false; readonly problems: readonly FormulaProblem[] };

export const LONGEST_FORMULA = 2000;
const DEEPEST_FORMULA = 50;
const COMPARISONS: ReadonlyMap<string, Comparison> = new Map(
  (["=", "<>", "<", ">", "<=", ">="] as const).map((sign) => [sign, sign]),
);

/**
 * Read a formula.
 *
 * The language is the part of Excel's that a score needs: + - * / ^ %, &, comparisons, brackets,
 * texts, TRUE and FALSE, IF MIN MAX ROUND ABS AND OR NOT ISBLANK TODAY, with Excel's precedence
 * (`-2^2` is 4, `2^3^2` is 64). A leading "=" and full-width signs are fine. Names are whatever
 * `read` knows, case-sensitive, in any script; a name with spaces or signs goes in brackets: `[pass rate]`.
 *
 * @param text  at most 2000 characters, at most 50 levels deep
 * @param options.known  the names that exist; without it every name is accepted
 * @returns the formula, or what is wrong with it, in the order of the text
 */
export function parseFormula(
  text: string,
  options: { readonly known?: readonly string[] } = {},
): Parsed {
  if (text.length > LONGEST_FORMULA) {
    const details = { length: String(text.length), limit: String(LONGEST_FORMULA) };
    return refused({ code: "formula.too_long", details, position: LONGEST_FORMULA });
  }
  const known = options.known === undefined ? null : new Set(options.known);
  const scanned = scan(text, known ?? new Set());
  if (!scanned.ok) {
    const { code, found, position } = scanned;
    return refused({ code, details: { found }, position });
  }
  if (scanned.tokens.length === 0) {
    return refused({ code: "formula.empty", details: {}, position: 0 });
  }
  const reader = new Reader(scanned.tokens, text.length, known);
  const expression = reader.readAll();
  if (expression === null || reader.problems.length > 0) {
    return { ok: false, problems: reader.problems };
  }
  return {
    ok: true,
    formula: {
      text,
      names: [...reader.names],
      usesToday: reader.usesToday,
      evaluate: (read, { today } = {}) => {
        const value = expression({ read, today });
        return value.kind === "number" ? number(settle(value.value)) : value;
      },
    },
  };
}

/** A problem as a sentence that names the character, counted from 1. */
export function problemText(problem: FormulaProblem, locale: Locale): string {
  return say(locale, problem.code, { ...problem.details, position: problem.position + 1 });
}

function refused(problem: FormulaProblem): Parsed {
  return { ok: false, problems: [problem] };
}

/** Compiles tokens into closures, one method per level of precedence. */
class Reader {
  readonly problems: FormulaProblem[] = [];
  readonly names = new Set<string>();
  usesToday = false;
  private readonly tokens: readonly Token[];
  private readonly end: number;
  private readonly known: ReadonlySet<string> | null;
  private at = 0;
  private depth = 0;

  constructor(tokens: readonly Token[], end: number, known: ReadonlySet<string> | null) {
    this.tokens = tokens;
    this.end = end;
    this.known = known;
  }

  /** The whole text as one expression; `null` with a problem when its structure is broken. */
  readAll(): Expression | null {
    const expression = this.comparison();
    const rest = this.tokens[this.at];
    if (expression === null || rest === undefined) return expression;
    return this.broken("formula.unexpected", { found: rest.text }, rest.position);
  }

  private comparison(): Expression | null {
    return this.chain(
      () => this.joined(),
      (sign) => {
        const operator = COMPARISONS.get(sign);
        return operator ? (a, b) => compare(operator, a, b) : null;
      },
    );
  }

  private joined(): Expression | null {
    return this.chain(
      () => this.sums(),
      (sign) => (sign === "&" ? concatenate : null),
    );
  }

  private sums(): Expression | null {
    return this.chain(
      () => this.products(),
      (sign) => (sign === "+" ? add : sign === "-" ? subtract : null),
    );
  }

  private products(): Expression | null {
    return this.chain(
      () => this.powers(),
      (sign) => (sign === "*" ? multiply : sign === "/" ? divide : null),
    );
  }

  private powers(): Expression | null {
    return this.chain(
      () => this.signed(),
      (sign) => (sign === "^" ? power : null),
    );
  }

  /** Operands joined by operators of one level, from left to right. */
  private chain(
    operand: () => Expression | null,
    operation: (sign: string) => ((a: Value, b: Value) => Value) | null,
  ): Expression | null {
    let left = operand();
    while (left !== null) {
      const token = this.tokens[this.at];
      const apply = token?.kind === "operator" ? operation(token.text) : null;
      if (apply === null) return left;
      this.at += 1;
      const right = operand();
      if (right === null) return null;
      const first = left;
      left = (scope) => apply(first(scope), right(scope));
    }
    return left;
  }

  /** A sign binds tighter than ^ (Excel), a percent sign tighter than both. */
  private signed(): Expression | null {
    const token = this.tokens[this.at];
    if (token?.kind !== "operator" || (token.text !== "-" && token.text !== "+")) {
      return this.percents();
    }
    this.at += 1;
    return this.deeper(token.position, () => {
      const inner = this.signed();
      if (inner === null || token.text === "+") return inner;
      return (scope) => negate(inner(scope));
    });
  }

  private percents(): Expression | null {
    let inner = this.primary();
    while (inner !== null && this.isNext("%")) {
      this.at += 1;
      const whole = inner;
      inner = (scope) => percent(whole(scope));
    }
    return inner;
  }

  private primary(): Expression | null {
    const token = this.tokens[this.at];
    if (token === undefined) return this.broken("formula.unfinished", {}, this.end);
    this.at += 1;
    if (token.kind === "number") return this.literal(token);
    if (token.kind === "text") return () => ({ kind: "text", value: token.text });
    if (token.kind === "name") return this.isNext("(") ? this.call(token) : this.name(token);
    if (token.text !== "(") {
      return this.broken("formula.unexpected", { found: token.text }, token.position);
    }
    return this.deeper(token.position, () => {
      const inner = this.comparison();
      return inner !== null && this.close(token.position) ? inner : null;
    });
  }

  private literal(token: Token): Expression | null {
    const value = number(new Decimal(token.text));
    if (value.kind === "error") {
      return this.broken("formula.number_too_large", { found: token.text }, token.position);
    }
    return () => value;
  }

  private name({ text, position }: Token): Expression {
    if (/^(true|false)$/i.test(text)) {
      const value = truth(text.toLowerCase() === "true");
      return () => value;
    }
    if (this.known && !this.known.has(text)) this.unknown("name", text, this.known, position);
    this.names.add(text);
    return (scope) => scope.read(text);
  }

  private call({ text, position }: Token): Expression | null {
    const written = text.toUpperCase();
    const called = FUNCTIONS.get(written);
    if (called === undefined) this.unknown("function", text, FUNCTIONS.keys(), position);
    if (written === "TODAY") this.usesToday = true;
    const opening = this.tokens[this.at]?.position ?? position;
    this.at += 1;
    const args = this.deeper(opening, () => this.arguments(opening));
    if (args === null) return null;
    if (called === undefined) return () => ({ kind: "error", code: "#NAME?", name: text });
    if (args.length < called.least || args.length > called.most) {
      const expected =
        called.least === called.most ? String(called.least) : `${called.least}-${called.most}`;
      const details = { name: written, expected, given: String(args.length) };
      this.problems.push({ code: "formula.arguments", details, position });
    }
    return (scope) => called.run(args, scope);
  }

  /** What stands between the brackets of a call, the closing one included. */
  private arguments(opening: number): Expression[] | null {
    const args: Expression[] = [];
    if (this.isNext(")")) {
      this.at += 1;
      return args;
    }
    for (;;) {
      const arg = this.comparison();
      if (arg === null) return null;
      args.push(arg);
      if (!this.isNext(",")) return this.close(opening) ? args : null;
      this.at += 1;
    }
  }

  private close(opening: number): boolean {
    const token = this.tokens[this.at];
    if (token === undefined) {
      this.broken("formula.missing_bracket", {}, opening);
      return false;
    }
    if (token.text !== ")" || token.kind !== "operator") {
      this.broken("formula.unexpected", { found: token.text }, token.position);
      return false;
    }
    this.at += 1;
    return true;
  }

  private deeper<T>(position: number, read: () => T | null): T | null {
    if (this.depth >= DEEPEST_FORMULA) {
      return this.broken("formula.too_deep", { limit: String(DEEPEST_FORMULA) }, position);
    }
    this.depth += 1;
    const inner = read();
    this.depth -= 1;
    return inner;
  }

  private isNext(sign: string): boolean {
    const token = this.tokens[this.at];
    return token?.kind === "operator" && token.text === sign;
  }

  private unknown(what: string, name: string, known: Iterable<string>, position: number): void {
    const suggestion = nearest(name, known);
    const code = `formula.unknown_${what}${suggestion === null ? "" : "_similar"}`;
    const details = suggestion === null ? { name } : { name, suggestion };
    this.problems.push({ code, details, position });
  }

  private broken(code: string, details: Readonly<Record<string, string>>, position: number): null {
    this.problems.push({ code, details, position });
    return null;
  }
}

function concatenate(a: Value, b: Value): Value {
  const left = toText(a);
  if (isFailure(left)) return left;
  const right = toText(b);
  return isFailure(right) ? right : { kind: "text", value: left + right };
}
