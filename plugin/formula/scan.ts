import { tokenize, tokenTypes } from "@borgar/fx";

export interface Token {
  readonly kind: "number" | "text" | "name" | "operator";
  /** A number's digits, a text's content, a name without brackets, an operator in ASCII. */
  readonly text: string;
  /** 0-based character in the formula as written. */
  readonly position: number;
}

export type Scanned =
  | { readonly ok: true; readonly tokens: readonly Token[] }
  | {
      readonly ok: false;
      readonly code: string;
      readonly found: string;
      readonly position: number;
    };

/** What people type in Chinese, and what the language calls it. */
const OPERATORS: ReadonlyMap<string, string> = new Map([
  ["\u3001", ","],
  [";", ","],
  ["\u3000", " "],
  ["\u00A0", " "],
  ["\t", " "],
  ["\u00D7", "*"],
  ["\u00F7", "/"],
  ["\u2212", "-"],
  ["\u2264", "<="],
  ["\u2265", ">="],
  ["\u2260", "<>"],
]);
const OPENING_TO_CLOSING: ReadonlyMap<string, string> = new Map([
  ["[", "]"],
  ["\u3010", "\u3011"],
]);
/** Curly quotes: input methods alternate the two, so either opens and either closes. */
const CURLY_QUOTES = "\u201C\u201D";
const WORD = /[\p{L}\p{M}\p{N}_.$\u00B7]+/uy;
const NUMBER = /(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?/iy;
const ALLOWED = /^[-+*/^%&=<>(){},; \r\n]+$/;
// A letter that the tokenizer can take neither for a cell nor for a function.
const NAME_LETTER = "\u4E00";

/**
 * Cut a formula into tokens.
 *
 * Names and texts are masked before the tokenizer sees them: it knows spreadsheets and would take
 * `Q1`, `R` or a bracketed name for cells, and would read full-width signs inside a text as operators.
 *
 * @param known  names that exist; lets a name with brackets in it, such as "amount (CNY)" without the space, stand alone
 */
export function scan(text: string, known: ReadonlyMap<string, unknown>): Scanned {
  const half = halfWidth(text);
  const pieces = new Map<number, Token>();
  const origins: number[] = [];
  let masked = "";

  const put = (shown: string, position: number) => {
    for (let index = 0; index < shown.length; index++) origins.push(position);
    masked += shown;
  };
  const putPiece = (kind: Token["kind"], content: string, shown: string, position: number) => {
    pieces.set(masked.length, { kind, text: content, position });
    put(shown, position);
  };

  let inList = false;
  let at = startOf(half);
  while (at < text.length) {
    const character = half.charAt(at);
    const closing = OPENING_TO_CLOSING.get(character);
    if (character === '"' || CURLY_QUOTES.includes(character)) {
      const end = endOfText(half, at);
      if (end === null) {
        return { ok: false, code: "formula.unterminated_text", found: character, position: at };
      }
      const inner = text.slice(at + 1, end - 1);
      const content = character === '"' ? inner.replaceAll('""', '"') : inner;
      putPiece("text", content, '""', at);
      at = end;
    } else if (closing !== undefined) {
      const end = half.indexOf(closing, at + 1);
      if (end < 0 || text.slice(at + 1, end).trim() === "") {
        return { ok: false, code: "formula.unterminated_name", found: character, position: at };
      }
      putPiece("name", text.slice(at + 1, end).trim(), NAME_LETTER, at);
      at = end + 1;
    } else {
      const word = matchAt(WORD, half, at);
      const digits = matchAt(NUMBER, half, at);
      if (digits !== "" && digits.length >= word.length) {
        putPiece("number", digits, "1", at);
        at += digits.length;
      } else if (/\p{L}|_/u.test(word)) {
        const name = knownAt(text, at, word.length, known) ?? text.slice(at, at + word.length);
        putPiece("name", name, NAME_LETTER, at);
        at += name.length;
      } else {
        // Between braces a semicolon parts rows; elsewhere some spreadsheets write it for a comma.
        inList = character === "{" || (inList && character !== "}");
        const shown = inList && character === ";" ? ";" : (OPERATORS.get(character) ?? character);
        if (word !== "" || !ALLOWED.test(shown)) {
          const found = word === "" ? String.fromCodePoint(text.codePointAt(at) ?? 0) : word;
          return { ok: false, code: "formula.unexpected", found, position: at };
        }
        put(shown, at);
        at += 1;
      }
    }
  }
  const tokens = tokensOf(masked, origins, pieces);
  // The tokenizer joins what touches, as in `[a].previous`: half of it must not vanish in silence.
  const kept = new Set(tokens);
  const lost = [...pieces.values()].find((piece) => !kept.has(piece));
  if (lost === undefined) return { ok: true, tokens };
  return { ok: false, code: "formula.unexpected", found: lost.text, position: lost.position };
}

function tokensOf(
  masked: string,
  origins: readonly number[],
  pieces: ReadonlyMap<number, Token>,
): Token[] {
  const tokens: Token[] = [];
  const options = { withLocation: true, mergeRefs: false, negativeNumbers: false };
  for (const { type, value, loc } of tokenize(masked, options)) {
    if (type === tokenTypes.WHITESPACE || type === tokenTypes.NEWLINE) continue;
    const start = loc?.[0] ?? 0;
    tokens.push(
      pieces.get(start) ?? { kind: "operator", text: value, position: origins[start] ?? 0 },
    );
  }
  return tokens;
}

/** Full-width signs and digits as ASCII; one character stays one character, so positions hold. */
function halfWidth(text: string): string {
  return text.replace(/[\uFF01-\uFF0F\uFF10-\uFF20\uFF3B-\uFF40\uFF5B-\uFF5E]/g, (sign) =>
    String.fromCharCode(sign.charCodeAt(0) - 0xfee0),
  );
}

/** Behind leading blanks and the one "=" that spreadsheet users write. */
function startOf(half: string): number {
  return /^[\s\u3000]*=?/.exec(half)?.[0].length ?? 0;
}

/** The position behind a text that opens at `start`; `null` when it is never closed. */
function endOfText(half: string, start: number): number | null {
  const straight = half.charAt(start) === '"';
  for (let at = start + 1; at < half.length; at++) {
    const character = half.charAt(at);
    if (straight && character === '"' && half.charAt(at + 1) === '"') at += 1;
    else if (straight ? character === '"' : CURLY_QUOTES.includes(character)) return at + 1;
  }
  return null;
}

function matchAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? "";
}

/** The longest known name that begins with this word and goes on with a bracket. */
function knownAt(
  text: string,
  at: number,
  length: number,
  known: ReadonlyMap<string, unknown>,
): string | null {
  if (!"(\uFF08".includes(text.charAt(at + length) || " ")) return null;
  let best: string | null = null;
  for (const name of known.keys()) {
    if (name.length > Math.max(length, best?.length ?? 0) && text.startsWith(name, at)) best = name;
  }
  return best;
}
