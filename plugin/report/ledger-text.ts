import { parseDecimal, type Decimal } from "../decimal.ts";
import { say, type Locale } from "../words/words.ts";
import { formatScore, formatUnit, UNKNOWN } from "./format.ts";
import { statusText } from "./reasons.ts";
import type { LedgerLine } from "./views.ts";

/**
 * One line of the ledger as a sentence: what moved what from where to where.
 *
 * Only what really changed is told; a line in which nothing shown moved says so.
 */
export function ledgerText(line: Omit<LedgerLine, "text">, locale: Locale): string {
  const score = (text: string | null) => formatScore(parse(text), locale);
  const changes: string[] = [];
  const moved = (key: string, before: string, after: string) => {
    if (before !== after) changes.push(say(locale, `ledger.${key}`, { before, after }));
  };
  const state = (value: string | null, status: LedgerLine["statusBefore"]) =>
    value === null && status !== null && status !== "OK"
      ? statusText(status, locale)
      : score(value);
  const actual = (text: string | null) =>
    formatUnit(parse(text), { unit: line.unit, decimals: line.decimals }, locale);
  moved("actual", actual(line.actualBefore), actual(line.actualAfter));
  moved(
    "score",
    state(line.scoreBefore, line.statusBefore),
    state(line.scoreAfter, line.statusAfter),
  );
  moved("total", score(line.totalBefore), score(line.totalAfter));
  moved("grade", line.gradeBefore ?? UNKNOWN, line.gradeAfter ?? UNKNOWN);
  const details = { cause: causeText(line.cause, locale), kpi: line.kpiName };
  if (changes.length === 0) return say(locale, "ledger.unchanged", details);
  const list = changes.join(say(locale, "join.comma"));
  // A line about no KPI is about the sheet as a whole.
  return line.kpi === ""
    ? say(locale, "ledger.sheet", { cause: details.cause, changes: list })
    : say(locale, "ledger.line", { ...details, changes: list });
}

function parse(text: string | null): Decimal | null {
  return text === null ? null : parseDecimal(text);
}

function causeText(cause: LedgerLine["cause"], locale: Locale): string {
  if (cause.kind !== "record") return say(locale, `ledger.cause.${cause.kind}`);
  const table = cause.tableName ?? "";
  const title = cause.title ?? cause.record ?? "";
  return say(locale, `ledger.cause.${cause.change ?? "update"}`, {
    // A title that starts with its table's name, such as "Order 10248", needs no table in front.
    record: title.startsWith(table) ? title : say(locale, "ledger.record", { table, title }),
  });
}
