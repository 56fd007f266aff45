import { say, type Locale } from "../words/words.ts";
import { UNKNOWN, joinClauses } from "./format.ts";
import {
  parseWording,
  printPieces,
  type Context,
  type Piece,
  type Vocabulary,
  type WordingProblem,
} from "./wording.ts";

/**
 * Feedback to a person, from facts and a wording. Wordings are rows that an administrator edits; the
 * shipped ones are in templates/core. Nothing is made up: what is not in the facts cannot be said.
 *
 * What a wording may use (all optional except the first three):
 *
 *   {{mention}}           the person, as a mention that notifies              @Nancy Davolio
 *   {{person.name}}       the name without mention                            Nancy Davolio
 *   {{period}}            the period                                          1998年4月
 *   {{kpi.name}} {{kpi.actual}} {{kpi.target}} {{kpi.score}}
 *                         the KPI that gave the occasion       净销售额 ¥8,200.00 ¥10,000.00 82.00
 *   {{strength.name}} {{strength.actual}} {{strength.target}}
 *                         what went best                                      准时发货率 96.0% 95.0%
 *   {{gap.name}} {{gap.actual}} {{gap.target}} {{gap.score}}
 *                         what is missing most                                净销售额 …
 *   {{grade.before}} {{grade.after}} {{total.before}} {{total.after}}         B A 84.10 91.20
 *   {{recordList}}        the records behind it in one sentence, three at most, "and n more"
 *   {{#each records}}{{title}} {{change}}{{/each}} {{moreRecords}}
 *                         the same piece by piece; moreRecords is how many are not shown
 *   {{nextCheck}}         the day of the next look                            1998年5月31日
 *
 * To test, not to print: {{#if is.grade_up}} is.grade_down is.target_reached is.below_alert
 * is.target_missed is.data_problem; and every name above: {{#if strength}} … {{else}} … {{/if}}.
 * A value that is unknown prints as "—". Grammar: see `wording.ts`.
 */
export interface FeedbackFacts {
  readonly locale: Locale;
  readonly occasion: Occasion;
  readonly person: { readonly name: string; readonly userId: string | null };
  /** Formatted, e.g. 1998年4月. */
  readonly period: string;
  /** The KPI that gave the occasion; figures are formatted strings. */
  readonly kpi: KpiFacts | null;
  readonly strength: Omit<KpiFacts, "score"> | null;
  readonly gap: KpiFacts | null;
  readonly grade: { readonly before: string | null; readonly after: string | null };
  readonly total: { readonly before: string | null; readonly after: string | null };
  /** Records behind the occasion, most telling first; three are shown. */
  readonly records: readonly { readonly title: string; readonly change: string }[];
  readonly nextCheck: string | null;
}

export interface KpiFacts {
  readonly name: string;
  readonly actual: string;
  readonly target: string;
  readonly score: string;
}

export const OCCASIONS = [
  "grade_up",
  "grade_down",
  "target_reached",
  "below_alert",
  "target_missed",
  "data_problem",
] as const;
export type Occasion = (typeof OCCASIONS)[number];

export type FeedbackPart =
  | { readonly text: string }
  | { readonly mention: { readonly userId: string; readonly name: string } };

/** A checked wording, ready to print. */
export interface Wording {
  readonly pieces: readonly Piece[];
}

const RECORDS_SHOWN = 3;
const RECORD_CHARACTERS = 60;

const TEXT = { kind: "text" } as const;
const FLAG = { kind: "flag" } as const;
const FIGURES: Vocabulary = { name: TEXT, actual: TEXT, target: TEXT };
const CHANGE = { kind: "group", of: { before: TEXT, after: TEXT } } as const;

const VOCABULARY: Vocabulary = {
  mention: { kind: "mention" },
  person: { kind: "group", of: { name: TEXT } },
  period: TEXT,
  kpi: { kind: "group", of: { ...FIGURES, score: TEXT } },
  strength: { kind: "group", of: FIGURES },
  gap: { kind: "group", of: { ...FIGURES, score: TEXT } },
  grade: CHANGE,
  total: CHANGE,
  records: { kind: "list", of: { title: TEXT, change: TEXT } },
  recordList: TEXT,
  moreRecords: TEXT,
  nextCheck: TEXT,
  is: {
    kind: "group",
    of: Object.fromEntries(OCCASIONS.map((occasion) => [occasion, FLAG])),
  },
};

/**
 * Check a wording and make it ready.
 *
 * @param text  the row's text, at most 4000 characters
 * @returns the wording, or the first problem as a key of `words/` with its details (variable, line)
 */
export function compileWording(
  text: string,
): { ok: true; wording: Wording } | { ok: false; problem: WordingProblem } {
  const parsed = parseWording(text, VOCABULARY);
  return parsed.ok ? { ok: true, wording: { pieces: parsed.pieces } } : parsed;
}

/**
 * Print a wording from facts. Texts are plain: the workspace driver escapes them for its host.
 *
 * @returns parts in order; a person without user id is mentioned as the text `@name`
 */
export function renderFeedback(wording: Wording, facts: FeedbackFacts): FeedbackPart[] {
  const { name, userId } = facts.person;
  const parts: FeedbackPart[] = [];
  const write = (text: string) => {
    const last = parts.at(-1);
    if (last !== undefined && "text" in last) parts[parts.length - 1] = { text: last.text + text };
    else parts.push({ text });
  };
  for (const piece of printPieces(wording.pieces, contextOf(facts), UNKNOWN)) {
    if (typeof piece === "string") write(piece);
    else if (userId === null) write(`@${line(name)}`);
    else parts.push({ mention: { userId, name: line(name) } });
  }
  return tidy(parts);
}

/** The parts as one plain text, mentions as `@name`: for the sheet's text field, logs and `lintFeedback`. */
export function feedbackText(parts: readonly FeedbackPart[]): string {
  return parts.map((part) => ("text" in part ? part.text : `@${part.mention.name}`)).join("");
}

function contextOf(facts: FeedbackFacts): Context {
  const shown = facts.records
    .slice(0, RECORDS_SHOWN)
    .map(({ title, change }) => ({ title: short(title), change: short(change) }));
  const more = facts.records.length - shown.length;
  const list = shown.map((record) => say(facts.locale, "feedback.record", record));
  if (more > 0) list.push(say(facts.locale, "feedback.more-records", { count: more }));
  return {
    person: { name: line(facts.person.name) },
    period: facts.period,
    kpi: facts.kpi === null ? null : { ...facts.kpi },
    strength: facts.strength === null ? null : { ...facts.strength },
    gap: facts.gap === null ? null : { ...facts.gap },
    grade: { ...facts.grade },
    total: { ...facts.total },
    records: shown,
    recordList: list.length === 0 ? null : joinClauses(list, facts.locale),
    moreRecords: more > 0 ? String(more) : null,
    nextCheck: facts.nextCheck,
    is: Object.fromEntries(OCCASIONS.map((occasion) => [occasion, occasion === facts.occasion])),
  };
}

/** One line, whatever a person typed into a title. */
function line(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** What a record says of itself, cut where it would swamp the feedback. */
function short(text: string): string {
  const characters = [...line(text)];
  return characters.length <= RECORD_CHARACTERS
    ? characters.join("")
    : `${characters.slice(0, RECORD_CHARACTERS - 1).join("")}…`;
}

function tidy(parts: readonly FeedbackPart[]): FeedbackPart[] {
  return parts
    .map((part, index) => {
      if (!("text" in part)) return part;
      let text = part.text.replace(/[ \t]+\n/g, "\n").replace(/\n{3,}/g, "\n\n");
      if (index === 0) text = text.trimStart();
      if (index === parts.length - 1) text = text.trimEnd();
      return { text };
    })
    .filter((part) => !("text" in part) || part.text !== "");
}

// -------------------------------------------------------------------- samples

/** Facts of an occasion with everything in them that it can have, for the preview of a wording. */
export function sampleFacts(locale: Locale, occasion: Occasion): FeedbackFacts {
  const word = (name: string) => say(locale, `feedback.sample.${name}`);
  const low = { name: word("kpi"), actual: "8,200.00", target: "10,000.00", score: "82.00" };
  const high = { name: word("strength"), actual: "96.0%", target: "95.0%", score: "101.05" };
  const kpis: Readonly<Record<Occasion, KpiFacts | null>> = {
    grade_up: null,
    grade_down: null,
    target_reached: high,
    below_alert: low,
    target_missed: low,
    data_problem: low,
  };
  return {
    locale,
    occasion,
    person: { name: word("person"), userId: "1" },
    period: word("period"),
    kpi: kpis[occasion],
    strength: high,
    gap: occasion === "data_problem" ? null : low,
    grade: { before: "B", after: "A" },
    total: { before: "84.10", after: "91.20" },
    records: [{ title: word("record"), change: word("change") }],
    nextCheck: word("next-check"),
  };
}

// ----------------------------------------------------------------------- lint

const LONGEST = { "zh-CN": 220, "en-US": 150 } as const;

/**
 * What a rendered feedback lacks (spec 6.1), as sentences in the reader's language; empty = good.
 *
 * Praise (when there is a strength) with its evidence and before the gap, no "but" between them, the
 * gap with its figures, records when there are any, an open question, the next check, where it comes
 * from; no words about a person's character, no threats, nothing private; 220 Chinese characters or
 * 150 English words beside the records. A data problem is no criticism: it needs neither praise nor question.
 *
 * @param text    the feedback as plain text (`feedbackText`), in the language of `facts`
 * @param locale  language of the sentences that come back
 */
export function lintFeedback(text: string, facts: FeedbackFacts, locale: Locale): string[] {
  const problems: string[] = [];
  const missing = (name: string, details: Readonly<Record<string, string>> = {}) =>
    problems.push(say(locale, `feedback.lint.${name}`, details));
  const personal = facts.occasion !== "data_problem";
  const { strength, gap } = facts;
  const praiseAt = placeOf(strength, gap, text);
  const gapAt = placeOf(gap, strength, text);

  if (personal && strength !== null) {
    if (praiseAt < 0 || !text.includes(strength.actual)) missing("praise", { name: strength.name });
    else if (gapAt >= 0 && gapAt < praiseAt) missing("praise-first", { name: strength.name });
    else if (gapAt >= 0 && findWord("but", text.slice(praiseAt, gapAt), facts) !== null) {
      missing("but");
    }
  }
  if (gap !== null && (gapAt < 0 || !text.includes(gap.actual) || !text.includes(gap.target))) {
    missing("gap", { name: gap.name });
  }
  if (facts.records.length > 0 && !facts.records.some(({ title }) => text.includes(short(title)))) {
    missing("records");
  }
  if (personal && !/[?\uFF1F]/.test(text)) missing("question");
  if (facts.nextCheck !== null && !text.includes(facts.nextCheck)) {
    missing("next-check", { date: facts.nextCheck });
  }
  if (findWord("transparency", text, facts) === null) missing("transparency");
  const own = withoutFacts(text, facts);
  for (const kind of ["trait", "threat", "private"] as const) {
    const word = findWord(kind, own, facts);
    if (word !== null) missing(kind, { word });
  }
  const length = lengthOf(withoutRecords(text, facts), facts.locale);
  const limit = LONGEST[facts.locale];
  if (length > limit) missing("length", { length: String(length), limit: String(limit) });
  return problems;
}

/** Where a KPI is named first, not counting a longer name that merely contains it. */
function placeOf(
  named: { readonly name: string } | null,
  other: { readonly name: string } | null,
  text: string,
): number {
  if (named === null) return -1;
  const mask = other !== null && other.name !== named.name && other.name.includes(named.name);
  return (mask ? text.replaceAll(other.name, "\0".repeat(other.name.length)) : text).indexOf(
    named.name,
  );
}

/** The author of a wording has no hand in how long the records' titles are. */
function withoutRecords(text: string, facts: FeedbackFacts): string {
  return facts.records
    .flatMap(({ title, change }) => [short(title), short(change)])
    .filter((said) => said !== "")
    .reduce((rest, said) => rest.replaceAll(said, " "), text);
}

/** The words of the wording itself: a product may be called what a person must not be. */
function withoutFacts(text: string, facts: FeedbackFacts): string {
  const names = [facts.kpi, facts.strength, facts.gap].flatMap((fact) => (fact ? [fact.name] : []));
  return [facts.person.name, ...names]
    .filter((fact) => fact !== "")
    .reduce((rest, fact) => rest.replaceAll(fact, " "), withoutRecords(text, facts));
}

function findWord(
  list: "but" | "transparency" | "trait" | "threat" | "private",
  text: string,
  facts: FeedbackFacts,
): string | null {
  const lower = text.toLowerCase();
  const words = say(facts.locale, `feedback.words.${list}`).split("|");
  const has = (word: string) =>
    facts.locale === "en-US"
      ? new RegExp(`(?<![a-z])${word}(?![a-z])`).test(lower)
      : lower.includes(word);
  return words.find(has) ?? null;
}

function lengthOf(text: string, locale: Locale): number {
  return locale === "en-US"
    ? text.split(/\s+/).filter((word) => /\w/.test(word)).length
    : [...text.replace(/\s/g, "")].length;
}
