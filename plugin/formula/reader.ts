import { Decimal } from "../decimal.ts";
import {
  add,
  concatenate,
  divide,
  multiply,
  negate,
  percent,
  power,
  subtract,
} from "./arithmetic.ts";
import {
  checkArguments,
  checkFigure,
  checkOrder,
  checkUnits,
  type Part,
  type Report,
} from "./checks.ts";
import { compare, type Comparison } from "./comparison.ts";
import { fractionOf } from "./fraction.ts";
import { FUNCTIONS } from "./functions.ts";
import type { Token } from "./scan.ts";
import {
  added,
  divided,
  either,
  literal,
  multiplied,
  of,
  raised,
  sameAs,
  UNKNOWN,
  type Shape,
} from "./shape.ts";
import { nearest } from "./suggest.ts";
import { number, truth, type Value } from "./value.ts";

const DEEPEST_FORMULA = 50;
const COMPARISONS: ReadonlyMap<string, Comparison> = new Map(
  (["=", "<>", "<", ">", "<=", ">="] as const).map((sign) => [sign, sign]),
);

/** What an operator does, and what it makes of what is known of its operands. */
interface Operator {
  readonly apply: (a: Value, b: Value) => Value;
  readonly shape: (a: Part, b: Part, position: number) => Shape;
}

/** Compiles tokens into closures, one method per level of precedence. */
export class Reader {
  readonly problems: {
    code: string;
    details: Readonly<Record<string, string>>;
    position: number;
  }[] = [];
  readonly names = new Set<string>();
  usesToday = false;
  private readonly tokens: readonly Token[];
  private readonly end: number;
  private readonly known: ReadonlyMap<string, Shape> | null;
  private at = 0;
  private depth = 0;
  private readonly report: Report = (code, details, position) => {
    this.problems.push({ code, details, position });
  };

  constructor(tokens: readonly Token[], end: number, known: ReadonlyMap<string, Shape> | null) {
    this.tokens = tokens;
    this.end = end;
    this.known = known;
  }

  /** The whole text as one expression; `null` with a problem when its structure is broken. */
  readAll(): Part | null {
    const expression = this.comparison();
    const rest = this.tokens[this.at];
    if (expression === null || rest === undefined) return expression;
    return this.broken("formula.unexpected", { found: rest.text }, rest.position);
  }

  private comparison(): Part | null {
    return this.chain(
      () => this.joined(),
      (sign) => {
        const operator = COMPARISONS.get(sign);
        if (operator === undefined) return null;
        return {
          apply: (a, b) => compare(operator, a, b),
          shape: (a, b, position) => {
            checkOrder(operator, a, b, this.report);
            checkUnits([a, b], position, this.report);
            return of("boolean");
          },
        };
      },
    );
  }

  private joined(): Part | null {
    return this.chain(
      () => this.sums(),
      (sign) => (sign === "&" ? { apply: concatenate, shape: () => of("text") } : null),
    );
  }

  private sums(): Part | null {
    return this.chain(
      () => this.products(),
      (sign) => {
        if (sign !== "+" && sign !== "-") return null;
        return {
          apply: sign === "+" ? add : subtract,
          shape: (a, b, position) => {
            this.figures(a, b);
            checkUnits([a, b], position, this.report);
            return added(sign, a.shape, b.shape);
          },
        };
      },
    );
  }

  private products(): Part | null {
    return this.chain(
      () => this.powers(),
      (sign) => {
        if (sign !== "*" && sign !== "/") return null;
        return {
          apply: sign === "*" ? multiply : divide,
          shape: (a, b) => {
            this.figures(a, b);
            return sign === "*" ? multiplied(a.shape, b.shape) : divided(a.shape, b.shape);
          },
        };
      },
    );
  }

  private powers(): Part | null {
    return this.chain(
      () => this.signed(),
      (sign) => {
        if (sign !== "^") return null;
        return {
          apply: power,
          shape: (a, b) => {
            this.figures(a, b);
            return raised(a.shape, b.shape);
          },
        };
      },
    );
  }

  /** Operands joined by operators of one level, from left to right. */
  private chain(
    operand: () => Part | null,
    operation: (sign: string) => Operator | null,
  ): Part | null {
    let left = operand();
    while (left !== null) {
      const token = this.tokens[this.at];
      const operator = token?.kind === "operator" ? operation(token.text) : null;
      if (token === undefined || operator === null) return left;
      this.at += 1;
      const right = operand();
      if (right === null) return null;
      const { apply } = operator;
      const [first, second] = [left.run, right.run];
      left = {
        run: (scope) => apply(first(scope), second(scope)),
        shape: operator.shape(left, right, token.position),
        position: left.position,
      };
    }
    return left;
  }

  /** A sign binds tighter than ^ (Excel), a percent sign tighter than both. */
  private signed(): Part | null {
    const token = this.tokens[this.at];
    if (token?.kind !== "operator" || (token.text !== "-" && token.text !== "+")) {
      return this.percents();
    }
    this.at += 1;
    return this.deeper(token.position, () => {
      const inner = this.signed();
      if (inner === null || token.text === "+") return inner;
      checkFigure(inner, this.report);
      const { run, shape } = inner;
      const { figure } = shape;
      return {
        run: (scope) => negate(run(scope)),
        shape: { ...sameAs(shape), ...(figure && { figure: figure.negated() }) },
        position: token.position,
      };
    });
  }

  private percents(): Part | null {
    let inner = this.primary();
    while (inner !== null && this.isNext("%")) {
      this.at += 1;
      checkFigure(inner, this.report);
      const { run, shape, position } = inner;
      inner = { run: (scope) => percent(run(scope)), shape: sameAs(shape), position };
    }
    return inner;
  }

  private primary(): Part | null {
    const token = this.tokens[this.at];
    if (token === undefined) return this.broken("formula.unfinished", {}, this.end);
    this.at += 1;
    const { position } = token;
    if (token.kind === "number" || token.kind === "text") {
      const value = this.literal(token);
      if (value === null) return null;
      const part = { run: () => value, shape: literal(value), position };
      return token.kind === "text" ? { ...part, leaf: { is: "text", content: token.text } } : part;
    }
    if (token.kind === "name") return this.isNext("(") ? this.call(token) : this.name(token);
    if (token.text !== "(") {
      return this.broken("formula.unexpected", { found: token.text }, position);
    }
    return this.deeper(position, () => {
      const inner = this.comparison();
      return inner !== null && this.close(position) ? inner : null;
    });
  }

  private literal(token: Token): Value | null {
    if (token.kind === "text") return { kind: "text", value: token.text };
    const value = number(new Decimal(token.text));
    if (value.kind === "number") return fractionOf(value) ?? value;
    if (value.kind !== "error") return value;
    return this.broken("formula.number_too_large", { found: token.text }, token.position);
  }

  private name({ text, position }: Token): Part {
    if (/^(true|false)$/i.test(text)) {
      const value = truth(text.toLowerCase() === "true");
      return { run: () => value, shape: literal(value), position };
    }
    const shape = this.known?.get(text);
    if (this.known && !shape) this.unknown("name", text, this.known.keys(), position);
    this.names.add(text);
    return {
      run: (scope) => scope.read(text),
      shape: shape ?? UNKNOWN,
      position,
      leaf: { is: "name", content: text },
    };
  }

  private call({ text, position }: Token): Part | null {
    const written = text.normalize("NFKC").toUpperCase();
    const called = FUNCTIONS.get(written);
    if (called === undefined) this.unknown("function", text, FUNCTIONS.keys(), position);
    if (written === "TODAY") this.usesToday = true;
    const opening = this.tokens[this.at]?.position ?? position;
    this.at += 1;
    const args = this.deeper(opening, () => this.arguments(opening));
    if (args === null) return null;
    if (called === undefined) {
      return {
        run: () => ({ kind: "error", code: "#NAME?", name: text }),
        shape: UNKNOWN,
        position,
      };
    }
    const { least, most } = called;
    if (args.length < least || args.length > most) {
      const expected = least === most ? String(least) : `${least}-${most}`;
      const details = { name: written, expected, given: String(args.length) };
      this.report("formula.arguments", details, position);
    } else if (written === "IFS" && args.length % 2 === 1) {
      const details = { name: written, expected: "2, 4, 6 …", given: String(args.length) };
      this.report("formula.arguments", details, position);
    } else {
      checkArguments(written, called, args, this.report);
    }
    const run = called.compile(args.map((arg) => ({ run: arg.run, rows: arg.rows ?? null })));
    return { run, shape: called.gives(args.map(({ shape }) => shape)), position };
  }

  /** What stands between the brackets of a call, the closing one included. */
  private arguments(opening: number): Part[] | null {
    const args: Part[] = [];
    if (this.isNext(")")) {
      this.at += 1;
      return args;
    }
    for (;;) {
      const arg = this.isNext("{") ? this.list() : this.comparison();
      if (arg === null) return null;
      args.push(arg);
      if (!this.isNext(",")) return this.close(opening) ? args : null;
      this.at += 1;
    }
  }

  /** `{1,2;"a",TRUE}`: fixed values, rows apart by ";" and all of one length. */
  private list(): Part | null {
    const opening = this.tokens[this.at]?.position ?? this.end;
    const rows: Value[][] = [[]];
    do {
      this.at += 1;
      const value = this.element();
      if (value === null) return null;
      rows.at(-1)?.push(value);
      const token = this.tokens[this.at];
      const isEnd = this.isNext("}") || this.isNext(";");
      if (isEnd && rows.at(-1)?.length !== rows[0]?.length) return this.misplaced(token);
      if (this.isNext(";")) rows.push([]);
    } while (this.isNext(",") || this.isNext(";"));
    if (!this.isNext("}")) {
      const token = this.tokens[this.at];
      return token ? this.misplaced(token) : this.broken("formula.missing_bracket", {}, opening);
    }
    this.at += 1;
    const values = rows.flat();
    const first = values[0] ?? truth(false);
    const shape = either(values.map(literal));
    return { run: () => first, shape: { ...shape, constant: true }, position: opening, rows };
  }

  /** A written value with an optional sign. */
  private element(): Value | null {
    const negative = this.isNext("-");
    if (negative || this.isNext("+")) this.at += 1;
    const token = this.tokens[this.at];
    this.at += 1;
    if (token?.kind === "number") {
      const value = this.literal(token);
      return value !== null && negative ? negate(value) : value;
    }
    const signed = this.tokens[this.at - 2]?.text;
    if (token?.kind === "text" && signed !== "-" && signed !== "+") return this.literal(token);
    if (token?.kind === "name" && /^(true|false)$/i.test(token.text))
      return truth(token.text.toLowerCase() === "true");
    return this.misplaced(token);
  }

  private misplaced(token: Token | undefined): null {
    if (token === undefined) return this.broken("formula.unfinished", {}, this.end);
    return this.broken("formula.unexpected", { found: token.text }, token.position);
  }

  private figures(...parts: readonly Part[]): void {
    for (const part of parts) checkFigure(part, this.report);
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
    const folded = name.normalize("NFKC").toUpperCase();
    const suggestion =
      what === "name" && FUNCTIONS.has(folded) ? `${folded}()` : nearest(name, known);
    const code = `formula.unknown_${what}${suggestion === null ? "" : "_similar"}`;
    const details = suggestion === null ? { name } : { name, suggestion };
    this.report(code, details, position);
  }

  private broken(code: string, details: Readonly<Record<string, string>>, position: number): null {
    this.report(code, details, position);
    return null;
  }
}
