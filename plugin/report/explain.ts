import type { z } from "zod";
import { Decimal } from "../decimal.ts";
import type { Contribution, Measured, MissingPolicy, Reason, SheetResult } from "../kpi/model.ts";
import { say, type Locale } from "../words/words.ts";
import type { ItemFacts, RaterFacts, SheetFacts, SourceFacts } from "./facts.ts";
import {
  formatNumber,
  formatPeriod,
  formatPlain,
  formatScore,
  formatShare,
  formatUnit,
  joinClauses,
  joinSentences,
  UNKNOWN,
} from "./format.ts";
import { methodName, methodText, reasonText, statusText } from "./reasons.ts";
import { gradeTexts, stepTexts, type StepNames } from "./sheet-steps.ts";
import { sumText } from "./sum-text.ts";
import type { WhyStep as WhyStepSchema } from "./views.ts";

export type WhyStep = z.infer<typeof WhyStepSchema>;

/**
 * The way from records to the item's points in the total, one sentence per step (spec 3.0).
 *
 * @returns steps `records`, `aggregate` (each source), `formula`, `target`, `method`, `limit` (only when
 *   a bound bit), `missing` (only when the item has no score), `weight`, `contribution`; values are
 *   decimals in plain notation, null where there is none
 */
export function whySteps(item: ItemFacts, locale: Locale): WhyStep[] {
  const steps = [
    ...item.sources.flatMap((source) => sourceSteps(source, locale)),
    formulaStep(item, locale),
    targetStep(item, locale),
    ...methodSteps(item, locale),
  ];
  if (item.contribution !== null) steps.push(...weightSteps(item, item.contribution, locale));
  return steps;
}

function step(locale: Locale, code: string, text: string, value: Decimal | null): WhyStep {
  return { code, label: say(locale, `why.${code}`), text, value: value?.toFixed() ?? null };
}

function valueOf(measured: Measured): Decimal | null {
  return measured.status === "OK" ? measured.value : null;
}

function reasonsText(reasons: readonly Reason[], locale: Locale): string {
  return joinClauses(
    reasons.map((reason) => reasonText(reason, locale)),
    locale,
  );
}

/** "No data: no records in April 1998", or the status alone when there are no reasons. */
function whyMissing(measured: Measured, locale: Locale): string {
  const status = statusText(measured.status, locale);
  if (measured.reasons.length === 0) return status;
  return say(locale, "why.status-because", {
    status,
    reasons: reasonsText(measured.reasons, locale),
  });
}

function sourceSteps(source: SourceFacts, locale: Locale): WhyStep[] {
  const details = { name: source.name, period: formatPeriod(source.period, locale) };
  const found = say(locale, "why.records.text", { ...details, count: source.count });
  const unusable =
    source.invalid > 0 ? say(locale, "why.records.invalid", { count: source.invalid }) : "";
  const value = valueOf(source.measured);
  const aggregate = say(locale, `aggregate.${source.aggregate}`);
  const result =
    value === null
      ? say(locale, "why.aggregate.missing", {
          aggregate,
          why: whyMissing(source.measured, locale),
        })
      : aggregateText(source, value, locale);
  const groups = (source.raters ?? []).map((group) => raterText(group, locale));
  return [
    step(locale, "records", joinSentences([found, unusable], locale), new Decimal(source.count)),
    step(locale, "aggregate", joinSentences([result, ...groups], locale), value),
  ];
}

/** What a group of raters gave; of too few nothing is told that could name one of them. */
function raterText(group: RaterFacts, locale: Locale): string {
  return say(locale, `why.raters.${group.state}`, {
    group: group.name,
    mean: formatPlain(group.mean, locale),
    count: group.count ?? 0,
    share: formatShare(group.share, locale),
  });
}

/** Records are in their own unit, the formula works in base units: where these differ, both are told. */
function aggregateText(source: SourceFacts, value: Decimal, locale: Locale): string {
  const { name, unit } = source;
  const aggregate = say(locale, `aggregate.${source.aggregate}`);
  if (unit === null || unit.factor.equals(1))
    return say(locale, "why.aggregate.text", {
      name,
      aggregate,
      value: formatPlain(value, locale),
    });
  return say(locale, "why.aggregate.unit", {
    name,
    aggregate,
    raw: formatPlain(value.div(unit.factor), locale),
    unit: unit.text,
    value: formatPlain(value, locale),
  });
}

function formulaStep(item: ItemFacts, locale: Locale): WhyStep {
  const actual = valueOf(item.actual);
  if (actual === null) {
    const why = whyMissing(item.actual, locale);
    return step(locale, "formula", say(locale, "why.formula.missing", { why }), null);
  }
  const shown = formatUnit(actual, item.kpi, locale);
  const [only] = item.sources;
  const formula = item.kpi.formula.trim().replace(/^=\s*/, "");
  const text =
    only !== undefined && formula === only.reference
      ? say(locale, "why.formula.single", { name: only.name, actual: shown })
      : say(locale, "why.formula.text", {
          formula,
          numbers: withNumbers(formula, item.sources),
          actual: shown,
        });
  return step(locale, "formula", text, actual);
}

/** The formula with each reference replaced by its figure; no grouping, commas separate arguments. */
export function withNumbers(formula: string, sources: readonly SourceFacts[]): string {
  const figures = new Map(
    sources.map(({ reference, measured }) => {
      const value = valueOf(measured)?.toDecimalPlaces(10);
      if (value === undefined) return [reference, UNKNOWN];
      return [reference, value.isNegative() ? `(${value.toFixed()})` : value.toFixed()];
    }),
  );
  // Texts in quotes stay as they are; a name is a run of letters, digits, dots and underscores.
  return formula.replace(
    /"[^"]*"|[\p{L}_][\p{L}\p{M}\p{N}_.]*/gu,
    (word) => figures.get(word) ?? word,
  );
}

function targetStep(item: ItemFacts, locale: Locale): WhyStep {
  const target = formatUnit(item.target, item.kpi, locale);
  const text =
    item.targetBasis === ""
      ? say(locale, "why.target.text", { target })
      : say(locale, "why.target.basis", { target, basis: item.targetBasis });
  if (isProrated(item)) {
    const used = formatUnit(item.targetUsed, item.kpi, locale);
    const prorated = say(locale, "why.target.prorated", { used });
    return step(locale, "target", joinSentences([text, prorated], locale), item.targetUsed);
  }
  return step(locale, "target", text, item.target);
}

function isProrated({ target, targetUsed }: ItemFacts): boolean {
  return target !== null && targetUsed !== null && !target.equals(targetUsed);
}

function methodSteps(item: ItemFacts, locale: Locale): WhyStep[] {
  const { score } = item;
  const scope = { ...item.kpi, target: item.targetUsed };
  const rule = say(locale, "why.method.rule", {
    name: methodName(item.method.code, locale),
    text: methodText(item.method, scope, locale),
  });
  if (score.score.status !== "OK") {
    return [
      step(locale, "method", rule, null),
      step(locale, "missing", missingText(item, locale), null),
    ];
  }
  const raw = score.raw ?? score.score.value;
  const steps = [
    step(locale, "method", joinSentences([rule, sumText(item, raw, locale)], locale), raw),
  ];
  if (score.limitedBy !== null) {
    // Divided by 0 there is no raw score above the cap: the cap is the score.
    const unbounded = score.limitedBy === "cap" && raw.equals(score.score.value);
    const text = say(locale, `why.limit.${unbounded ? "unbounded" : score.limitedBy}`, {
      raw: formatScore(raw, locale),
      score: formatScore(score.score.value, locale),
    });
    steps.push(step(locale, "limit", text, score.score.value));
  }
  return steps;
}

/**
 * Only a lack of data follows the KPI's rule; whatever else is missing is left out (spec 3.6), and so
 * is what has no score that could stand in. A plus/minus item has no weight to give to the others.
 */
function policyOf(
  item: { readonly missing: MissingPolicy; readonly role?: "weighted" | "extra" },
  score: Measured,
): MissingPolicy | "extra" {
  const left = item.role === "extra" ? "extra" : "EXCLUDE";
  const stands = !score.reasons.some(({ code }) => NOTHING_STANDS_IN.has(code));
  if (score.status !== "NO_DATA" || !stands) return left;
  return item.missing === "EXCLUDE" ? left : item.missing;
}

const NOTHING_STANDS_IN: ReadonlySet<string> = new Set(["carry_missing", "manual_missing"]);

function missingText(item: ItemFacts, locale: Locale): string {
  return say(locale, `why.missing.${policyOf(item, item.score.score)}`, {
    why: whyMissing(item.score.score, locale),
  });
}

function weightSteps(item: ItemFacts, given: Contribution, locale: Locale): WhyStep[] {
  const share = formatShare(given.share, locale);
  const weight = formatPlain(item.weight, locale);
  const isExtra = item.role === "extra";
  if (given.points === null || given.counted === null) {
    const text = isExtra
      ? say(locale, "why.weight.extra")
      : say(locale, "why.weight.excluded", { weight });
    return [step(locale, "weight", text, given.share)];
  }
  const points = formatScore(given.points, locale);
  if (isExtra) {
    const text = say(locale, "why.contribution.extra", { points });
    return [step(locale, "contribution", text, given.points)];
  }
  const score = formatScore(given.counted, locale);
  const text = say(locale, "why.contribution.text", { score, share, points });
  return [
    step(locale, "weight", weightText(item, weight, share, locale), given.share),
    step(locale, "contribution", text, given.points),
  ];
}

/** Where the share comes from: the weights of the sheet, or those of the section and its own part. */
function weightText(item: ItemFacts, weight: string, share: string, locale: Locale): string {
  const all = formatPlain(item.weights.all, locale);
  const counted = formatPlain(item.weights.counted, locale);
  const whole = item.weights.all.equals(item.weights.counted);
  const details = { weight, all, share };
  if (!item.section)
    return whole
      ? say(locale, "why.weight.text", details)
      : say(locale, "why.weight.renormalised", { ...details, counted });
  const { name } = item.section;
  const within = {
    ...details,
    part: formatShare(item.section.share, locale),
    section:
      name === null ? say(locale, "why.section.none") : say(locale, "why.section.named", { name }),
  };
  return whole
    ? say(locale, "why.weight.section", within)
    : say(locale, "why.weight.section-renormalised", { ...within, counted });
}

// ---------------------------------------------------------------------- sheet

/**
 * A sheet in a few sentences: total, grade, coverage, what lifted and what cost most, the sum of the
 * contributions, and what is missing and why.
 */
export function sheetSummary(sheet: SheetFacts, locale: Locale): string {
  const { result } = sheet;
  const given = result.contributions.flatMap((contribution) => {
    const item = sheet.items.find(({ key }) => key === contribution.key);
    return item === undefined || contribution.points === null || contribution.counted === null
      ? []
      : [
          {
            name: item.name,
            points: contribution.points,
            counted: contribution.counted,
            /** Points above or below what a score of 100 would have given. */
            swing: contribution.counted.minus(100).times(contribution.share),
          },
        ];
  });
  const parts = [
    say(locale, `sheet.${result.state}`, {
      subject: sheet.subject,
      period: formatPeriod(sheet.period, locale),
      total: formatScore(result.displayed, locale),
      grade: result.grade ?? say(locale, "sheet.no-grade"),
      coverage: formatShare(result.coverage, locale),
      minimum: formatShare(sheet.minCoverage, locale),
      scored: sheet.items.filter(({ score }) => score.status === "OK").length,
      items: sheet.items.length,
    }),
    ...extremesText(given, locale),
    sumOfPoints(given, result, locale),
    ...stepTexts(result, stepNames(sheet), locale).map(({ text }) => text),
    ...gradeTexts(result, stepNames(sheet), locale),
    ...sheet.items
      .filter(({ score }) => score.status !== "OK")
      .map((item) =>
        say(locale, `sheet.missing.${policyOf(item, item.score)}`, {
          name: item.name,
          why: whyMissing(item.score, locale),
        }),
      ),
  ];
  const reasons = reasonsText(result.reasons, locale);
  if (reasons !== "") parts.push(reasons + say(locale, "join.stop"));
  return joinSentences(parts, locale);
}

/** Items and sections by the names people know them by. */
export function stepNames(sheet: SheetFacts): StepNames {
  const named = (list: readonly { readonly key: string; readonly name: string }[]) => {
    const names = new Map(list.map(({ key, name }) => [key, name]));
    return (key: string) => names.get(key) ?? key;
  };
  return { item: named(sheet.items), section: named(sheet.sections) };
}

interface Given {
  readonly name: string;
  readonly points: Decimal;
  readonly counted: Decimal;
  readonly swing: Decimal;
}

function extremesText(given: readonly Given[], locale: Locale): string[] {
  const [first] = given;
  if (first === undefined) return [];
  const best = given.reduce((top, item) => (item.swing.gt(top.swing) ? item : top), first);
  const worst = given.reduce((low, item) => (item.swing.lt(low.swing) ? item : low), first);
  const text = (key: string, item: Given) =>
    say(locale, key, {
      name: item.name,
      swing: formatScore(item.swing.abs(), locale),
      score: formatScore(item.counted, locale),
      points: formatScore(item.points, locale),
    });
  const most = given.reduce((top, item) => (item.points.gt(top.points) ? item : top), first);
  return [
    best.swing.gt(0) ? text("sheet.plus", best) : text("sheet.most", most),
    ...(worst.swing.lt(0) ? [text("sheet.minus", worst)] : []),
  ];
}

function sumOfPoints(given: readonly Given[], result: SheetResult, locale: Locale): string {
  const changes = result.steps.map(({ before, after }) => after.minus(before));
  const terms = [...given.map(({ points }) => points), ...changes];
  if (result.total === null || result.displayed === null || terms.length < 2) return "";
  const shown = terms.map((points) => points.toDecimalPlaces(2));
  const sum = shown.reduce((total, points) => total.plus(points), new Decimal(0));
  const details = {
    terms: shown
      .map((points) => formatScore(points, locale))
      .join(" + ")
      .replaceAll("+ -", "- "),
    total: formatScore(result.displayed, locale),
    exact: formatNumber(result.total, { unit: "", decimals: 6 }, locale),
  };
  return say(locale, sum.equals(result.displayed) ? "sheet.sum" : "sheet.sum-rounded", details);
}
