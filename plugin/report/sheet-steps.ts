import { parseDecimal, type Decimal } from "../decimal.ts";
import type { SheetResult, SheetStep } from "../kpi/model.ts";
import { say, type Locale } from "../words/words.ts";
import { formatPlain, formatScore, formatShare, joinClauses, UNKNOWN } from "./format.ts";

/** Names of what a sheet's steps speak of, by key. */
export interface StepNames {
  item(key: string): string;
  section(key: string): string;
}

/** A step in words, with what it added to or took from the total. */
export interface StepText {
  readonly code: SheetStep["code"];
  readonly text: string;
  readonly before: Decimal;
  readonly after: Decimal;
  /** after − before: with the contributions these sum to the total, to the last digit. */
  readonly change: Decimal;
}

/**
 * What happened to the total after the contributions were added, one sentence per step.
 *
 * @source the specification 3.0 (each step's before and after is kept for the explanation)
 */
export function stepTexts(
  result: SheetResult,
  names: StepNames,
  locale: Locale,
): readonly StepText[] {
  return result.steps.map((step) => ({
    code: step.code,
    before: step.before,
    after: step.after,
    change: step.after.minus(step.before),
    text: say(locale, "step.change", {
      text: reasonOf(step, result, names, locale),
      before: formatScore(step.before, locale),
      after: formatScore(step.after, locale),
      // Of the figures as shown, so that the sentence adds up on paper.
      change: signed(step.after.toDecimalPlaces(2).minus(step.before.toDecimalPlaces(2)), locale),
    }),
  }));
}

/** Why the grade is no better than it is, and what it was before a veto. */
export function gradeTexts(
  { gradeLimits, preVeto }: SheetResult,
  names: StepNames,
  locale: Locale,
): readonly string[] {
  const held = gradeLimits.map(({ code, grade, item }) =>
    say(locale, `step.grade.${code}`, { grade, item: names.item(item) }),
  );
  if (preVeto === null) return held;
  const before = {
    total: formatScore(preVeto.total, locale),
    grade: preVeto.grade ?? UNKNOWN,
  };
  return [...held, say(locale, "step.pre-veto", before)];
}

function reasonOf(
  { code, details, after }: SheetStep,
  { sections }: SheetResult,
  names: StepNames,
  locale: Locale,
): string {
  const detail = (key: string) => details[key] ?? "";
  switch (code) {
    case "section_limit": {
      const section = sections.find(({ key }) => key === detail("section"));
      return say(locale, `step.section_limit.${section?.limitedBy ?? "cap"}`, {
        section: names.section(detail("section")),
        raw: formatScore(section?.raw ?? null, locale),
        score: formatScore(section?.score ?? null, locale),
      });
    }
    case "extra_limit":
    case "total_limit":
      return say(locale, `step.${code}.${detail("bound")}`, { limit: points(detail("limit")) });
    case "composite":
      return say(locale, `step.composite.${detail("mode")}`, {
        parts: levels(details, locale),
        after: formatScore(after, locale),
      });
    case "segments":
      return say(locale, "step.segments", {
        parts: parts(details, locale),
        after: formatScore(after, locale),
      });
    case "veto":
      return say(locale, `step.veto.${detail("mode")}`, {
        item: names.item(detail("item")),
        factor: detail("factor"),
      });
  }

  function points(text: string): string {
    return formatPlain(parseDecimal(text), locale);
  }
}

/** "2026-01-01 to 2026-02-14: 92 × 45 days, now 80 × 45 days". */
function parts(details: SheetStep["details"], locale: Locale): string {
  const told: string[] = [];
  for (let place = 0; details[`key${place}`] !== undefined; place += 1)
    told.push(
      say(locale, "step.segment.other", {
        segment: details[`key${place}`] ?? "",
        total: formatScore(parseDecimal(details[`total${place}`] ?? ""), locale),
        days: details[`days${place}`] ?? "",
      }),
    );
  const { total, days = "" } = details;
  if (total !== undefined)
    told.push(
      say(locale, "step.segment.own", { total: formatScore(parseDecimal(total), locale), days }),
    );
  return joinClauses(told, locale);
}

/** "own 92 × 70% + department 88 × 20%", or the factors of a product. */
function levels(details: SheetStep["details"], locale: Locale): string {
  const parts = (["individual", "department", "company"] as const).flatMap((level) => {
    const total = details[level];
    if (total === undefined) return [];
    const text = say(locale, `step.level.${level}`, {
      total: formatScore(parseDecimal(total), locale),
    });
    if (details["mode"] === "multiplicative")
      return [level === "individual" ? text : `${text} ÷ 100`];
    return [`${text} × ${details[`${level}_share`] ?? ""}`];
  });
  return parts.join(details["mode"] === "multiplicative" ? " × " : " + ");
}

function signed(change: Decimal, locale: Locale): string {
  const text = formatScore(change.abs(), locale);
  return change.isNegative() ? `−${text}` : `+${text}`;
}

/** A section's score and share in a few words. */
export function sectionText(
  name: string,
  section: { readonly score: Decimal | null; readonly share: Decimal },
  locale: Locale,
): string {
  return say(locale, "plain.section", {
    name,
    score: formatScore(section.score, locale),
    share: formatShare(section.share, locale),
  });
}
