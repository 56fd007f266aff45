import { FUNCTIONS } from "./functions.ts";
import { scan } from "./scan.ts";

/** Functions of ours that spreadsheets call otherwise. The middle of three figures is the clamped one. */
const CALLED_OTHERWISE: ReadonlyMap<string, string> = new Map([["CLAMP", "MEDIAN"]]);
/** Functions that spreadsheets do not have, or that would answer otherwise when the file is opened. */
const NOT_IN_SPREADSHEETS: ReadonlySet<string> = new Set(["INTERPOLATE", "TODAY"]);
/** Functions younger than the file format; there they carry a prefix. */
const YOUNGER: ReadonlySet<string> = new Set([
  ...["CONCAT", "DAYS", "IFNA", "IFS", "SWITCH", "TEXTJOIN", "XOR"],
]);

/**
 * A formula as a spreadsheet file has it: names become references to cells.
 *
 * @param text  a formula that was understood
 * @param names  the names it reads
 * @param cellOf  the cell a name stands in; null when there is none
 * @returns without "="; null when a spreadsheet cannot have it: a name without a cell, a name in a
 *   list, a function of ours alone, or `TODAY`, whose answer would change every day
 */
export function printFormula(
  text: string,
  names: readonly string[],
  cellOf: (name: string) => string | null,
): string | null {
  const scanned = scan(text, new Map(names.map((name) => [name, null])));
  if (!scanned.ok) return null;
  const printed: string[] = [];
  let inList = false;
  for (const [place, token] of scanned.tokens.entries()) {
    if (token.kind === "operator") {
      inList = token.text === "{" || (inList && token.text !== "}");
      printed.push(token.text);
    } else if (token.kind === "number") {
      printed.push(token.text);
    } else if (token.kind === "text") {
      printed.push(`"${token.text.replaceAll('"', '""')}"`);
    } else {
      const next = scanned.tokens[place + 1];
      const called = next?.kind === "operator" && next.text === "(";
      const word = called ? functionName(token.text) : valueName(token.text, inList, cellOf);
      if (word === null) return null;
      printed.push(word);
    }
  }
  return printed.join("");
}

function functionName(written: string): string | null {
  const name = written.toUpperCase();
  if (!FUNCTIONS.has(name) || NOT_IN_SPREADSHEETS.has(name)) return null;
  const called = CALLED_OTHERWISE.get(name) ?? name;
  return YOUNGER.has(called) ? `_xlfn.${called}` : called;
}

function valueName(
  name: string,
  inList: boolean,
  cellOf: (name: string) => string | null,
): string | null {
  if (/^(true|false)$/i.test(name)) return name.toUpperCase();
  return inList ? null : cellOf(name);
}
