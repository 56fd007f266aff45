import { Decimal } from "../decimal.ts";
import {
  feedbackText,
  lintFeedback,
  renderFeedback,
  type FeedbackFacts,
  type FeedbackPart,
  type KpiFacts,
  type Occasion,
} from "../report/feedback.ts";
import { formatDate, formatPeriod, formatScore, formatUnit } from "../report/format.ts";
import { LOCALES, say } from "../words/words.ts";
import type { Company, Kpi } from "./company.ts";
import type { Rescored } from "./desk.ts";
import type { Cause } from "./ledger.ts";
import type { ItemRow, ScoredSheet } from "./results.ts";
import { subjectName } from "./stored-facts.ts";

/** Feedback that is due on a sheet: ready to post, or held back by the lint for a person to mend. */
export interface Feedback {
  readonly sheet: string;
  /** One comment per topic and sheet: `grade` or `kpi:<code>`. */
  readonly topic: string;
  readonly occasion: Occasion;
  /** The item that gave the occasion; null = the grade did. */
  readonly item: string | null;
  readonly parts: readonly FeedbackPart[];
  readonly text: string;
  /** What the lint found missing; not empty = not posted. */
  readonly held: readonly string[];
}

/**
 * What a burst of changes gives occasion to say about one sheet: at most one thing, the weightiest.
 * `change.before` is the sheet as it was when it last said something.
 *
 * Order: the grade moved · a KPI fell below its alert line · a target is missed now · a target is
 * reached now · a KPI cannot be computed any more. Judged on the whole burst, so that a value that
 * went and came back says nothing.
 */
export function feedbackFor(
  company: Company,
  change: Rescored,
  causes: readonly Cause[],
): Feedback | null {
  const { before, after } = change;
  if (!company.settings.feedback || !before.sheet.result || !after.sheet.result) return null;
  const found = findOccasion(company, before, after);
  if (!found) return null;
  const { locale } = company.settings;
  const wording =
    company.wordings.get(`${found.occasion}|${locale}`) ??
    LOCALES.map((other) => company.wordings.get(`${found.occasion}|${other}`)).find((one) => one);
  if (!wording) return null;
  const facts = gatherFacts(company, before, after, causes, found);
  const parts = renderFeedback(wording, facts);
  const text = feedbackText(parts);
  return {
    sheet: after.sheet.id,
    topic: found.item ? topicOf(company, found.item) : "grade",
    occasion: found.occasion,
    item: found.item?.id ?? null,
    parts,
    text,
    held: lintFeedback(text, facts, locale),
  };
}

/** What replaces the comment on a figure that could not be computed, once it can. */
export function mendedFeedback(
  company: Company,
  item: ItemRow,
): { readonly topic: string; readonly text: string } {
  const { name, actual, score } = kpiFacts(company, item);
  return {
    topic: topicOf(company, item),
    text: say(company.settings.locale, "engine.feedback.mended", { kpi: name, actual, score }),
  };
}

function topicOf(company: Company, item: ItemRow): string {
  return `kpi:${kpiOf(company, item)?.code ?? item.code}`;
}

interface Found {
  readonly occasion: Occasion;
  readonly item: ItemRow | null;
}

function findOccasion(company: Company, before: ScoredSheet, after: ScoredSheet): Found | null {
  const [was, is] = [before.sheet.result, after.sheet.result];
  if (was?.grade && is?.grade && was.grade !== is.grade) {
    const rank = (grade: string) =>
      company.grades?.bands.findIndex((band) => band.grade === grade) ?? -1;
    return {
      occasion: rank(is.grade) < rank(was.grade) ? "grade_up" : "grade_down",
      item: null,
    };
  }
  const earlier = new Map(before.items.map((item) => [item.id, item]));
  const crossed = (test: (old: ItemRow, now: ItemRow) => boolean) =>
    after.items
      .filter((item) => {
        const old = earlier.get(item.id);
        return old?.result && item.result && test(old, item);
      })
      .sort((a, b) => score(a).comparedTo(score(b)))[0];
  const isOk = (item: ItemRow) => item.result?.status === "OK";
  const fell = crossed((old, now) => {
    const line = kpiOf(company, now)?.alert;
    return Boolean(line && isOk(old) && isOk(now) && score(old).gte(line) && score(now).lt(line));
  });
  if (fell) return { occasion: "below_alert", item: fell };
  const missed = crossed(
    (old, now) => old.result?.reached === true && now.result?.reached === false,
  );
  if (missed) return { occasion: "target_missed", item: missed };
  const reached = crossed(
    (old, now) => old.result?.reached === false && now.result?.reached === true,
  );
  if (reached) return { occasion: "target_reached", item: reached };
  // One bad record may break several KPIs: the heaviest is the one to speak of.
  const broken = after.items
    .filter((item) => {
      const old = earlier.get(item.id);
      return old && isOk(old) && item.result?.status === "ERROR";
    })
    .sort((a, b) => new Decimal(b.weight ?? 0).comparedTo(a.weight ?? 0))[0];
  return broken ? { occasion: "data_problem", item: broken } : null;
}

function score(item: ItemRow): Decimal {
  return new Decimal(item.result?.score ?? 0);
}

function kpiOf(company: Company, item: ItemRow): Kpi | undefined {
  return company.kpis.get(item.kpi);
}

function gatherFacts(
  company: Company,
  before: ScoredSheet,
  after: ScoredSheet,
  causes: readonly Cause[],
  found: Found,
): FeedbackFacts {
  const { locale } = company.settings;
  const cycle = company.cycles.get(after.sheet.cycle);
  const scored = after.items.filter((item) => item.result?.status === "OK");
  const best = scored
    .filter((item) => item.result?.reached === true && item !== found.item)
    .sort((a, b) => score(b).comparedTo(score(a)))[0];
  const loss = (item: ItemRow) =>
    new Decimal(100).minus(score(item)).times(item.result?.share ?? 0);
  const lagging = scored
    .filter((item) => item.result?.reached === false)
    .sort((a, b) => loss(b).comparedTo(loss(a)))[0];
  // A target reached is the praise itself: another strength beside it would only repeat.
  const praise = found.occasion === "target_reached" ? null : (best ?? null);
  const gap =
    found.occasion === "below_alert" || found.occasion === "target_missed"
      ? found.item
      : found.occasion === "data_problem"
        ? null
        : (lagging ?? null);
  const userId =
    after.sheet.kind === "individual"
      ? (company.employees.get(after.sheet.subject)?.userId ?? null)
      : (company.departments.get(after.sheet.subject)?.head ?? null);
  return {
    locale,
    occasion: found.occasion,
    person: { name: mentioned(company, after, userId), userId },
    period: cycle ? formatPeriod(cycle.period, locale) : "",
    kpi: found.item ? kpiFacts(company, found.item) : null,
    strength: praise ? kpiFacts(company, praise) : null,
    gap: gap ? kpiFacts(company, gap) : null,
    grade: {
      before: before.sheet.result?.grade ?? null,
      after: after.sheet.result?.grade ?? null,
    },
    total: { before: total(before, locale), after: total(after, locale) },
    records: causes.map((cause) => ({
      title: cause.title ?? cause.record ?? "",
      change: changeText(cause, locale),
    })),
    nextCheck: cycle?.nextCheck ? formatDate(cycle.nextCheck, locale) : null,
  };
}

function mentioned(company: Company, scored: ScoredSheet, userId: string | null): string {
  if (scored.sheet.kind === "individual") return subjectName(company, scored.sheet);
  const head = [...company.employees.values()].find((one) => one.userId && one.userId === userId);
  return head?.name ?? subjectName(company, scored.sheet);
}

function total(scored: ScoredSheet, locale: FeedbackFacts["locale"]): string | null {
  const displayed = scored.sheet.result?.displayed ?? null;
  return displayed === null ? null : formatScore(new Decimal(displayed), locale);
}

function kpiFacts(company: Company, item: ItemRow): KpiFacts {
  const { locale } = company.settings;
  const kpi = kpiOf(company, item);
  const style = { unit: kpi?.unit ?? "", decimals: kpi?.decimals ?? 2 };
  const figure = (text: string | null | undefined) =>
    formatUnit(text === null || text === undefined ? null : new Decimal(text), style, locale);
  return {
    name: locale === "en-US" && kpi?.nameEn ? kpi.nameEn : (kpi?.name ?? item.code),
    actual: figure(item.result?.actual),
    target: figure(item.target),
    score: formatScore(item.result?.score ? new Decimal(item.result.score) : null, locale),
  };
}

/** "Discount 0% → 25%", or that the record came or went. */
function changeText(cause: Cause, locale: FeedbackFacts["locale"]): string {
  const fields = cause.fields.map((field) => say(locale, "engine.field-change", { ...field }));
  return fields.length > 0
    ? fields.join(say(locale, "join.comma"))
    : say(
        locale,
        `engine.change.${cause.kind === "record" ? (cause.change ?? "update") : cause.kind}`,
      );
}
