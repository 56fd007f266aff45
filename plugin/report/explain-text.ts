import type { z } from "zod";
import { parseDecimal } from "../decimal.ts";
import { say, type Locale } from "../words/words.ts";
import {
  formatDate,
  formatPeriod,
  formatPlain,
  formatScore,
  formatShare,
  formatUnit,
  UNKNOWN,
} from "./format.ts";
import { statusText } from "./reasons.ts";
import type { ItemView, SheetDetail, Why as WhyView } from "./views.ts";

type Why = z.infer<typeof WhyView>;

/**
 * One item's explanation as plain text for a terminal: the steps, then the records.
 *
 * @param why  as the API gives it; its own sentences are already in `locale`
 */
export function explainText(why: Why, locale: Locale): string {
  const { item } = why;
  const section = (name: string, text: string) =>
    text === "" ? [] : [`${say(locale, `plain.${name}`)}${say(locale, "join.colon")}${text}`];
  const steps = why.steps.map((step, index) => {
    return `${index + 1}. ${step.label}${say(locale, "join.colon")}${step.text}`;
  });
  const records = why.records.map((record) =>
    [
      `- ${record.tableName} ${record.title}`,
      formatDate(record.date, locale),
      record.problem ?? ratioText(record.value, record.denominator, locale),
    ].join("  "),
  );
  const rest = why.recordCount - why.records.length;
  return [
    `${why.subject}  ${formatPeriod(why.cycle, locale)}  ${nameOf(item, locale)}`,
    itemLine(item, locale),
    ...item.reasons.map(({ text }) => `! ${text}`),
    "",
    ...section("definition", why.definition),
    ...section("exclusions", why.exclusions),
    ...section("formula-words", why.formulaWords),
    ...section("example", why.example),
    "",
    ...steps,
    "",
    say(locale, "plain.records", { count: why.recordCount }),
    ...records,
    ...(rest > 0 ? [say(locale, "plain.more", { count: rest })] : []),
  ]
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trimEnd();
}

/** One sheet as plain text: total, every item on a line, the reasons, what moved it last. */
export function explainSheetText(sheet: SheetDetail, locale: Locale): string {
  const head = say(locale, "plain.sheet", {
    total: formatScore(decimal(sheet.total), locale),
    grade: sheet.grade ?? UNKNOWN,
    coverage: formatShare(decimal(sheet.coverage), locale),
    state: say(locale, `plain.state.${sheet.state}`),
  });
  const items = sheet.itemViews.flatMap((item) => [
    `${nameOf(item, locale)}  ${itemLine(item, locale)}`,
    ...item.reasons.map(({ text }) => `  ! ${text}`),
  ]);
  const moves = sheet.ledger.map((line) => `- ${formatDate(line.at, locale)}  ${line.text}`);
  return [
    `${sheet.subject.name}  ${formatPeriod(sheet.cycle, locale)}`,
    head,
    ...sheet.reasons.map(({ text }) => `! ${text}`),
    "",
    ...items,
    ...(sheet.sections.length === 0 ? [] : ["", ...sheet.sections.map(({ text }) => text)]),
    ...sheet.steps.map(({ text }) => `= ${text}`),
    ...sheet.gradeNotes.map((text) => `! ${text}`),
    ...(moves.length === 0 ? [] : ["", say(locale, "plain.ledger"), ...moves]),
  ].join("\n");
}

function nameOf(item: ItemView, locale: Locale): string {
  return locale === "en-US" && item.kpi.nameEn !== "" ? item.kpi.nameEn : item.kpi.name;
}

function itemLine(item: ItemView, locale: Locale): string {
  const figures = say(locale, "plain.item", {
    actual: formatUnit(decimal(item.actual), item.kpi, locale),
    target: formatUnit(decimal(item.target), item.kpi, locale),
    score: formatScore(decimal(item.score), locale),
    weight: formatPlain(decimal(item.weight), locale),
    share: formatShare(decimal(item.share), locale),
    contribution: formatScore(decimal(item.contribution), locale),
  });
  return item.status === "OK" ? figures : `${figures}  [${statusText(item.status, locale)}]`;
}

function ratioText(value: string | null, denominator: string | null, locale: Locale): string {
  const shown = formatPlain(decimal(value), locale);
  return denominator === null ? shown : `${shown} / ${formatPlain(decimal(denominator), locale)}`;
}

function decimal(text: string | null) {
  return text === null ? null : parseDecimal(text);
}
