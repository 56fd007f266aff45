import { parseDecimal, type Decimal } from "../decimal.ts";
import { afterKeyword } from "../formula/keywords.ts";
import type { Reason } from "./model.ts";
import { reason } from "./reason.ts";

/** Problems found on the way, in the order of the text. */
export class Problems {
  readonly list: Reason[] = [];

  add(code: string, details: Readonly<Record<string, string>> = {}): null {
    this.list.push(reason(code, details));
    return null;
  }
}

export type Operator = ">=" | ">" | "<=" | "<" | "=";

/** Parameters as people type them, with every sign in its one form. */
export function plainText(parameters: string): string {
  return parameters
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

/** A number behind a keyword: "threshold 0.6". */
export function readAfter(text: string, keyword: "threshold" | "base"): Decimal | null {
  const rest = afterKeyword(text, keyword);
  return rest === null ? null : readNumber(rest);
}

/** "0.6x" as 0.6 times the target; `null` when no "times" follows the number. */
export function readMultiple(text: string): Decimal | null {
  const match = /^([-+]?[\d.]+%?)\s*(\D+)$/.exec(text.trim());
  if (!match || match[2] === undefined || afterKeyword(match[2].trim(), "times") !== "")
    return null;
  return readNumber(match[1] ?? "");
}

/** ">= 95" as its operator and the rest. */
export function readOperator(text: string): { operator: Operator; rest: string } | null {
  const match = /^(>=|<=|>|<|=)\s*(.*)$/.exec(text.trim());
  const operator = OPERATORS.find((sign) => sign === match?.[1]);
  return operator === undefined ? null : { operator, rest: match?.[2] ?? "" };
}

const OPERATORS: readonly Operator[] = [">=", ">", "<=", "<", "="];
