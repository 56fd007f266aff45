import { Decimal } from "../decimal.ts";
import type { PairFinding } from "../kpi/conflict.ts";
import type { Finding } from "../kpi/health.ts";
import type { Signal } from "../kpi/signals.ts";
import type { SmartFinding, VagueWords } from "../kpi/smart.ts";
import type { Assignment } from "../kpi/target.ts";
import { LOCALES, say, type Locale } from "../words/words.ts";
import { formatPlain, formatShare } from "./format.ts";

/** Figures of the checks that are fractions and read as percentages. */
const SHARES = new Set(["share", "lower", "upper", "weight", "real"]);

/** Smaller ones are shown as this: never as 0, which nothing is. */
const LEAST_P = new Decimal("1e-10");

function figure(name: string, value: number, locale: Locale): string {
  const exact = new Decimal(value);
  if (SHARES.has(name)) return formatShare(exact, locale);
  if (name === "p") return formatPlain(Decimal.max(exact, LEAST_P).toSignificantDigits(2), locale);
  return formatPlain(exact.toDecimalPlaces(4), locale);
}

function figures(
  values: Readonly<Record<string, number>>,
  locale: Locale,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, figure(name, value, locale)]),
  );
}

/** What a health check found, with its n; "" when it has nothing to say. */
export function healthText(finding: Finding, locale: Locale): string {
  if (finding.flag === null) return "";
  const { median, ...rest } = finding.figures;
  // A median attainment is a share of the target; the median of figures is a figure.
  const middle = median === undefined ? {} : { median: medianText(finding, median, locale) };
  const details = { ...figures({ ...rest, n: finding.n }, locale), ...middle };
  return say(locale, `health.${finding.flag}`, details);
}

function medianText(finding: Finding, median: number, locale: Locale): string {
  return figure(finding.check === "attainment" ? "share" : "median", median, locale);
}

/**
 * What two KPIs have to do with each other; "" when nothing stands out.
 *
 * @param name  how a KPI is called, by key
 */
export function pairText(pair: PairFinding, name: (key: string) => string, locale: Locale): string {
  if (pair.flag === null) return "";
  const numbers = figures({ rho: pair.rho, p: pair.p, n: pair.n }, locale);
  const sentence = say(locale, `health.${pair.flag}`, {
    ...numbers,
    a: name(pair.a),
    b: name(pair.b),
  });
  return say(locale, "health.pair", { sentence, level: say(locale, `health.${pair.level}`) });
}

/** Which rule a point broke, e.g. "below the natural limits". */
export function signalText(signal: Signal, locale: Locale): string {
  return say(locale, `health.${signal.rule}.${signal.side}`);
}

/** Whether targets handed down add up; "" when they do. */
export function assignmentText(assignment: Assignment, locale: Locale): string {
  if (assignment.flag === null) return "";
  const details = { n: assignment.n, ratio: formatShare(assignment.ratio, locale) };
  return say(locale, `health.${assignment.flag}`, details);
}

/** A finding of the SMART lint with its example. */
export function smartText(
  finding: SmartFinding,
  locale: Locale,
): { readonly message: string; readonly example: string } {
  return {
    message: say(locale, `smart.${finding.code}`, finding.details),
    example: say(locale, `smart.${finding.code}.example`),
  };
}

/** The words that make a KPI's name vague, in all our languages at once. */
export function vagueWords(): VagueWords {
  const list = (key: "smart.vague.verbs" | "smart.vague.fillers") =>
    LOCALES.flatMap((locale) => say(locale, key).split(",")).map((word) => word.trim());
  return { verbs: list("smart.vague.verbs"), fillers: list("smart.vague.fillers") };
}
