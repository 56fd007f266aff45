import { Decimal } from "../decimal.ts";
import { dateOfDay } from "./calendar.ts";
import { failure, isFailure, settle, text, toDay, toNumber, toText, type Value } from "./value.ts";

/**
 * A value in one of the number formats of TEXT.
 *
 * For numbers: `0` and `#` for digits (`0` always shown), `,` for thousands, `.`, `%` at the end,
 * quoted or plain signs before and behind: `0`, `0.00`, `#,##0.00`, `0.0%`, `"no. "000`. For dates:
 * y, m, d in their usual lengths and signs between them: `yyyy-mm-dd`, `m/d`. `@` is the text
 * itself. Anything else of Excel's formats is `#VALUE!`.
 */
export function formatted(value: Value, pattern: string): Value {
  const shown = toText(value);
  if (isFailure(shown)) return shown;
  if (pattern === "@" || value.kind === "boolean") return text(shown);
  const figure = toNumber(value);
  // As in Excel, what is no number stays as it is.
  if (isFailure(figure)) return value.kind === "text" ? value : figure;
  if (pattern === "") return text("");
  const parts = inParts(pattern);
  if (parts === null) return failure("#VALUE!");
  if (parts.some(({ quoted, sign }) => !quoted && /[ymd]/i.test(sign))) {
    const day = toDay(value.kind === "blank" ? { kind: "number", value: figure } : value);
    return isFailure(day) ? day : dated(parts, dateOfDay(day));
  }
  return numbered(parts, settle(figure));
}

interface Part {
  readonly sign: string;
  readonly quoted: boolean;
}

/** The pattern sign by sign; `null` for a quotation mark that is never closed. */
function inParts(pattern: string): Part[] | null {
  const parts: Part[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const sign = pattern.charAt(at);
    if (sign === "\\" && at + 1 < pattern.length) {
      at += 1;
      parts.push({ sign: pattern.charAt(at), quoted: true });
    } else if (sign === '"') {
      const end = pattern.indexOf('"', at + 1);
      if (end < 0) return null;
      parts.push({ sign: pattern.slice(at + 1, end), quoted: true });
      at = end;
    } else parts.push({ sign, quoted: false });
  }
  return parts;
}

function dated(parts: readonly Part[], date: string | null): Value {
  if (date === null) return failure("#NUM!");
  const [year = "", month = "", day = ""] = date.split("-");
  const fields: Readonly<Record<string, string | undefined>> = {
    yyyy: year,
    yy: year.slice(2),
    mm: month,
    m: String(Number(month)),
    dd: day,
    d: String(Number(day)),
  };
  let result = "";
  for (let at = 0; at < parts.length;) {
    const { sign, quoted } = parts[at] ?? { sign: "", quoted: true };
    if (quoted || !/[a-z]/i.test(sign)) {
      if (!quoted && /[0#?*@%]/.test(sign)) return failure("#VALUE!");
      result += sign;
      at += 1;
      continue;
    }
    let run = "";
    while (parts[at]?.quoted === false && parts[at]?.sign.toLowerCase() === sign.toLowerCase()) {
      run += sign.toLowerCase();
      at += 1;
    }
    const shown = Object.hasOwn(fields, run) ? fields[run] : undefined;
    if (shown === undefined) return failure("#VALUE!");
    result += shown;
  }
  return text(result);
}

const FIGURE = /^([#0,]*)(?:\.([#0]*))?$/;

function numbered(parts: readonly Part[], figure: Decimal): Value {
  const isDigit = ({ sign, quoted }: Part) => !quoted && /[#0,.]/.test(sign);
  const from = parts.findIndex(isDigit);
  const to = parts.findLastIndex(isDigit);
  const [before, pattern, behind] =
    from < 0
      ? [parts, [], []]
      : [parts.slice(0, from), parts.slice(from, to + 1), parts.slice(to + 1)];
  const around = [...before, ...behind].filter(({ quoted }) => !quoted);
  // Letters, sections, colours and the like would need formats we do not have.
  if (around.some(({ sign }) => /[a-z;*_?@[\]]/i.test(sign))) return failure("#VALUE!");
  const match = FIGURE.exec(pattern.map(({ sign }) => sign).join(""));
  if (!match || pattern.some(({ quoted }) => quoted)) return failure("#VALUE!");
  const [, whole = "", fraction = ""] = match;
  if (whole.endsWith(",") || whole.startsWith(",")) return failure("#VALUE!");
  const percents = around.filter(({ sign }) => sign === "%").length;
  const scaled = figure.times(new Decimal(100).pow(percents));
  const written = from < 0 ? "" : digits(scaled.abs(), whole, fraction, match[0].includes("."));
  const isZero = !/[1-9]/.test(written);
  const join = (some: readonly Part[]) => some.map(({ sign }) => sign).join("");
  const minus = scaled.isNegative() && (!isZero || from < 0) ? "-" : "";
  return text(minus + join(before) + written + join(behind));
}

function digits(figure: Decimal, whole: string, fraction: string, point: boolean): string {
  const [left = "", right = ""] = figure.toFixed(fraction.length).split(".");
  const least = [...whole].filter((sign) => sign === "0").length;
  const shown = (left === "0" ? "" : left).padStart(least, "0");
  const grouped = whole.includes(",") ? shown.replace(/\B(?=(\d{3})+$)/g, ",") : shown;
  const needed = fraction.lastIndexOf("0") + 1;
  const decimals = right.slice(0, needed) + right.slice(needed).replace(/0+$/, "");
  return grouped + (point ? `.${decimals}` : "");
}
