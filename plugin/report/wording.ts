import Handlebars from "handlebars";

/**
 * The part of Handlebars that an administrator may use in a wording, and nothing else of it.
 *
 * Handlebars reads the text; we walk its syntax tree ourselves. No code is generated, and a value is
 * found only where the vocabulary says there is one, so a wording can reach nothing but its facts.
 *
 * Understood: `{{name}}`, `{{group.name}}`, `{{#if x}}…{{else if y}}…{{else}}…{{/if}}`,
 * `{{#unless x}}…{{/unless}}`, `{{#each list}}…{{else}}…{{/each}}` with `../name`, `@first` and
 * `@last` inside, comments, and `~` for white space. Partials, helpers, decorators, literals and
 * parameters are refused.
 */
export type Vocabulary = Readonly<Record<string, Word>>;
export type Word =
  | { readonly kind: "text" }
  /** Something to test with `if`, that cannot be printed. */
  | { readonly kind: "flag" }
  | { readonly kind: "mention" }
  | { readonly kind: "group"; readonly of: Vocabulary }
  | { readonly kind: "list"; readonly of: Vocabulary };

/** Where a value stands: how many lists to climb out of (`../`), then the names. */
interface Place {
  readonly depth: number;
  readonly names: readonly string[];
}

export type Piece =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "value"; readonly place: Place }
  | { readonly kind: "mention" }
  | {
      readonly kind: "when";
      readonly place: Place;
      readonly then: readonly Piece[];
      readonly otherwise: readonly Piece[];
    }
  | {
      readonly kind: "each";
      readonly place: Place;
      readonly body: readonly Piece[];
      readonly otherwise: readonly Piece[];
    };

/** What is wrong with a wording: a key of `words/` and what its sentence needs. */
export interface WordingProblem {
  readonly key: string;
  readonly details: Readonly<Record<string, string>>;
}

const MAX_CHARACTERS = 4000;
/** Lists inside lists multiply; nobody needs more than this, and it bounds what one text can print. */
const MAX_DEPTH = 6;

class Refused extends Error {
  readonly problem: WordingProblem;
  constructor(key: string, details: Readonly<Record<string, string>>) {
    super(key);
    this.problem = { key, details };
  }
}

/**
 * Check a wording completely, also the branches that a sample would not reach.
 *
 * @returns the pieces to print, or the first problem with its line
 */
export function parseWording(
  text: string,
  vocabulary: Vocabulary,
): { ok: true; pieces: readonly Piece[] } | { ok: false; problem: WordingProblem } {
  try {
    if (text.trim() === "") throw new Refused("wording.empty", {});
    if (text.length > MAX_CHARACTERS) {
      throw new Refused("wording.too-long", { limit: String(MAX_CHARACTERS) });
    }
    return { ok: true, pieces: readBody(readTree(text).body, [vocabulary], 0) };
  } catch (error) {
    if (error instanceof Refused) return { ok: false, problem: error.problem };
    throw error;
  }
}

function readTree(text: string): hbs.AST.Program {
  try {
    return Handlebars.parse(text);
  } catch (error) {
    // Handlebars throws plain errors for what it cannot parse; their text names line and token.
    const lines = (error instanceof Error ? error.message : String(error)).split("\n");
    const line = /line (\d+)/.exec(lines[0] ?? "")?.[1] ?? /- (\d+):\d+$/.exec(lines[0] ?? "")?.[1];
    throw new Refused("wording.syntax", {
      line: line ?? "?",
      detail: (lines.at(-1) ?? "").slice(0, 200),
    });
  }
}

type Scopes = readonly Vocabulary[];

function readBody(body: readonly hbs.AST.Statement[], scopes: Scopes, depth: number): Piece[] {
  if (depth > MAX_DEPTH) throw new Refused("wording.too-deep", { limit: String(MAX_DEPTH) });
  return body.flatMap((statement): Piece[] => {
    // The `type` of a node decides its shape; Handlebars' own types do not discriminate on it.
    switch (statement.type) {
      case "CommentStatement":
        return [];
      case "ContentStatement":
        return [{ kind: "text", text: (statement as hbs.AST.ContentStatement).value }];
      case "MustacheStatement":
        return [readMustache(statement as hbs.AST.MustacheStatement, scopes)];
      case "BlockStatement":
        return [readBlock(statement as hbs.AST.BlockStatement, scopes, depth)];
      default:
        throw unsupported(statement, statement.type);
    }
  });
}

function readMustache(statement: hbs.AST.MustacheStatement, scopes: Scopes): Piece {
  const { path, params } = statement;
  if (!isPath(path)) throw unsupported(statement, "literal");
  if (params.length > 0 || statement.hash !== undefined)
    throw unsupported(statement, path.original);
  const { place, word } = find(path, scopes);
  if (word.kind === "mention") return { kind: "mention" };
  if (word.kind === "text") return { kind: "value", place };
  const inside = word.kind === "flag" ? "" : Object.keys(word.of).join(", ");
  throw new Refused(word.kind === "flag" ? "wording.flag" : "wording.not-text", {
    name: path.original,
    line: lineOf(statement),
    inside,
  });
}

function readBlock(block: hbs.AST.BlockStatement, scopes: Scopes, depth: number): Piece {
  const name = block.path.original;
  const [subject, ...more] = block.params;
  if (name !== "if" && name !== "unless" && name !== "each") throw unsupported(block, `#${name}`);
  if (subject === undefined || more.length > 0 || !isPath(subject) || block.hash !== undefined) {
    throw unsupported(block, `#${name}`);
  }
  // With `{{^if}}` or an empty body Handlebars leaves the program or the inverse out.
  const program: hbs.AST.Program | undefined = block.program;
  const inverse: hbs.AST.Program | undefined = block.inverse;
  if ((program?.blockParams ?? []).length > 0) throw unsupported(block, "as |…|");
  const { place, word } = find(subject, scopes);
  const otherwise = readBody(inverse?.body ?? [], scopes, depth + 1);
  if (name === "each") {
    if (word.kind !== "list") {
      throw new Refused("wording.not-a-list", { name: subject.original, line: lineOf(block) });
    }
    const inner = [{ ...word.of, "@first": FLAG, "@last": FLAG }, ...scopes];
    return {
      kind: "each",
      place,
      body: readBody(program?.body ?? [], inner, depth + 1),
      otherwise,
    };
  }
  if (word.kind === "mention") throw unsupported(block, `#${name} ${subject.original}`);
  const body = readBody(program?.body ?? [], scopes, depth + 1);
  return name === "if"
    ? { kind: "when", place, then: body, otherwise }
    : { kind: "when", place, then: otherwise, otherwise: body };
}

const FLAG = { kind: "flag" } as const;

function find(path: hbs.AST.PathExpression, scopes: Scopes): { place: Place; word: Word } {
  const names = path.parts.map((part, index) => (index === 0 && path.data ? `@${part}` : part));
  let vocabulary = scopes[path.depth];
  let word: Word | undefined;
  for (const name of names) {
    word = vocabulary && Object.hasOwn(vocabulary, name) ? vocabulary[name] : undefined;
    vocabulary = word?.kind === "group" ? word.of : undefined;
  }
  if (word === undefined) {
    throw new Refused("wording.unknown-variable", {
      name: path.original,
      line: lineOf(path),
      known: Object.keys(scopes[Math.min(path.depth, scopes.length - 1)] ?? {}).join(", "),
    });
  }
  return { place: { depth: path.depth, names }, word };
}

function isPath(expression: hbs.AST.Expression): expression is hbs.AST.PathExpression {
  return expression.type === "PathExpression";
}

function lineOf(node: hbs.AST.Node): string {
  return String(node.loc.start.line);
}

function unsupported(node: hbs.AST.Node, what: string): Refused {
  return new Refused("wording.unsupported", { what, line: lineOf(node) });
}

// ------------------------------------------------------------------- printing

/** The facts by the names of the vocabulary; what is unknown is null. */
export type Context = { readonly [name: string]: ContextValue };
type ContextValue = string | boolean | null | Context | readonly Context[];

/**
 * Print pieces.
 *
 * @param unknown  printed for a value that is null: a hole in a sentence would read as nonsense
 * @returns text and mentions in order; neighbouring texts are not yet joined
 */
export function printPieces(
  pieces: readonly Piece[],
  context: Context,
  unknown: string,
): readonly (string | { readonly kind: "mention" })[] {
  return print(pieces, [context], unknown);
}

type Printed = string | { readonly kind: "mention" };

function print(pieces: readonly Piece[], scopes: readonly Context[], unknown: string): Printed[] {
  return pieces.flatMap((piece): Printed[] => {
    switch (piece.kind) {
      case "text":
        return [piece.text];
      case "mention":
        return [{ kind: "mention" }];
      case "value": {
        const value = lookUp(piece.place, scopes);
        return [typeof value === "string" && value !== "" ? value : unknown];
      }
      case "when":
        return print(
          holds(lookUp(piece.place, scopes), unknown) ? piece.then : piece.otherwise,
          scopes,
          unknown,
        );
      case "each": {
        const list = lookUp(piece.place, scopes);
        const rows = isList(list) ? list : [];
        if (rows.length === 0) return print(piece.otherwise, scopes, unknown);
        return rows.flatMap((row, index) => {
          const inner = { ...row, "@first": index === 0, "@last": index === rows.length - 1 };
          return print(piece.body, [inner, ...scopes], unknown);
        });
      }
    }
  });
}

function lookUp(place: Place, scopes: readonly Context[]): ContextValue {
  let value: ContextValue = scopes[place.depth] ?? null;
  for (const name of place.names) {
    if (value === null || typeof value !== "object" || isList(value)) return null;
    value = Object.hasOwn(value, name) ? (value[name] ?? null) : null;
  }
  return value;
}

function isList(value: ContextValue): value is readonly Context[] {
  return Array.isArray(value);
}

function holds(value: ContextValue, unknown: string): boolean {
  if (value === null || typeof value === "boolean") return value === true;
  if (typeof value === "string") return value !== "" && value !== unknown;
  return !isList(value) || value.length > 0;
}
