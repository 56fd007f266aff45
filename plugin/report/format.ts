import { Decimal } from "../decimal.ts";
import { hasWords, say, type Locale } from "../words/words.ts";

/**
 * Figures, periods and dates as people read them. Unknown is always "—": it must never look like 0.
 */
export const UNKNOWN = "—";

/** How a figure is shown: its unit as the KPI library has it, and how many decimals. */
export interface NumberStyle {
  /** `%` (the figure is a fraction), a currency (`¥`, `CNY`, `USD` …), a counter word, or "". */
  readonly unit: string;
  readonly decimals: number;
}

/** Currency codes and signs that stand in front of the amount; other money units follow it. */
const CURRENCY_SIGNS: Readonly<Record<string, string>> = {
  CNY: "¥",
  RMB: "¥",
  "¥": "¥",
  "\uffe5": "¥",
  USD: "$",
  $: "$",
  EUR: "€",
  "€": "€",
  GBP: "£",
  "£": "£",
  HKD: "HK$",
  JPY: "JP¥",
};

/** The sign of a currency, or `null` when the unit is no currency we write in front. */
export function currencySign(unit: string): string | null {
  const key = unit.trim().toUpperCase();
  return Object.hasOwn(CURRENCY_SIGNS, key) ? (CURRENCY_SIGNS[key] ?? null) : null;
}

function grouped(value: Decimal, decimals: number, sign: string): string {
  const places = Math.min(Math.max(Math.trunc(decimals), 0), 20);
  const [whole = "0", fraction] = value.abs().toFixed(places).split(".");
  const digits = whole.replace(/\B(?=(\d{3})+$)/g, ",") + (fraction ? `.${fraction}` : "");
  // A figure that rounds to nothing carries no minus: "-0.00" puzzles everybody.
  const minus = value.isNegative() && /[1-9]/.test(digits) ? "-" : "";
  return `${minus}${sign}${digits}`;
}

/** "1,234.50": grouped, half-up, without its unit. The unit of `style` is ignored. */
export function formatNumber(value: Decimal | null, style: NumberStyle, _locale: Locale): string {
  return value === null ? UNKNOWN : grouped(value, style.decimals, "");
}

/** "85.0%" from the fraction 0.85. */
export function formatPercent(value: Decimal | null, style: NumberStyle, _locale: Locale): string {
  return value === null ? UNKNOWN : `${grouped(value.times(100), style.decimals, "")}%`;
}

/** "¥1,234.50", "-$20.00"; a money unit that is no currency we know follows the figure. */
export function formatMoney(value: Decimal | null, style: NumberStyle, locale: Locale): string {
  const sign = currencySign(style.unit);
  if (value === null) return UNKNOWN;
  return sign === null ? withUnit(value, style, locale) : grouped(value, style.decimals, sign);
}

/** A figure with its unit, whatever the unit is: "85.0%", "¥1,234.50", "12 个". */
export function formatUnit(value: Decimal | null, style: NumberStyle, locale: Locale): string {
  if (value === null) return UNKNOWN;
  if (style.unit.trim() === "%") return formatPercent(value, style, locale);
  return formatMoney(value, style, locale);
}

function withUnit(value: Decimal, style: NumberStyle, locale: Locale): string {
  const unit = style.unit.trim();
  const name = hasWords(`unit.${unit}`) ? say(locale, `unit.${unit}`) : unit;
  return [grouped(value, style.decimals, ""), name].filter((part) => part !== "").join(" ");
}

/** A score or a total: two decimals, "92.50". */
export function formatScore(value: Decimal | null, locale: Locale): string {
  return formatNumber(value, { unit: "", decimals: 2 }, locale);
}

/** A number with as many decimals as it has (at most ten), for parameters people typed: "1.5", "60". */
export function formatPlain(value: Decimal | null, locale: Locale): string {
  if (value === null) return UNKNOWN;
  const rounded = value.toDecimalPlaces(10);
  return formatNumber(rounded, { unit: "", decimals: rounded.decimalPlaces() }, locale);
}

/** A fraction as a percentage with as many decimals as it has (at most two): "60%", "33.33%". */
export function formatShare(value: Decimal | null, locale: Locale): string {
  if (value === null) return UNKNOWN;
  const percent = value.times(100).toDecimalPlaces(2);
  return formatPercent(value, { unit: "%", decimals: percent.decimalPlaces() }, locale);
}

/**
 * A parameter in the KPI's own unit, with as many decimals as it was typed with and at least those of
 * the KPI, so that a boundary of 2.55 never shows as 2.6.
 */
export function formatBoundary(value: Decimal | null, style: NumberStyle, locale: Locale): string {
  if (value === null) return UNKNOWN;
  const typed = (style.unit.trim() === "%" ? value.times(100) : value).toDecimalPlaces(10);
  const decimals = Math.max(style.decimals, typed.decimalPlaces());
  return formatUnit(value, { unit: style.unit, decimals }, locale);
}

/**
 * A period in words.
 *
 * @param period  `1998-04`, `1998-Q2`, `1998-H1` or `1998`; any other text comes back as it is
 */
export function formatPeriod(period: string, locale: Locale): string {
  const [, year, half, quarter, month] =
    /^(\d{4})(?:-H([12])|-Q([1-4])|-(0[1-9]|1[0-2]))?$/.exec(period.trim()) ?? [];
  if (year === undefined) return period;
  if (half !== undefined) return say(locale, `period.half.${half}`, { year });
  if (quarter !== undefined) return say(locale, "period.quarter", { year, quarter });
  if (month === undefined) return say(locale, "period.year", { year });
  return say(locale, "period.month", { year, month: say(locale, `month.${Number(month)}`) });
}

/** "1998-04-30 18:20" on the wall clock of a time zone. */
export function formatMoment(iso: string, timeZone: string): string {
  const parts = new Intl.DateTimeFormat("sv-SE", {
    timeZone,
    dateStyle: "short",
    timeStyle: "short",
  });
  return parts.format(new Date(iso));
}

/**
 * A calendar day in words; of an instant, the day its own offset shows.
 *
 * @param date  `YYYY-MM-DD`, or ISO with more behind it; null or another text: "—" or as it is
 */
export function formatDate(date: string | null, locale: Locale): string {
  if (date === null || date.trim() === "") return UNKNOWN;
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})(?:[T ]|$)/.exec(date.trim()) ?? [];
  if (year === undefined) return date;
  return say(locale, "date.day", {
    year,
    month: say(locale, `month.${Number(month)}`),
    day: Number(day),
  });
}

/** Several half-sentences as one: "; " / "；". */
export function joinClauses(parts: readonly string[], locale: Locale): string {
  return parts.join(say(locale, "join.clause"));
}

/** Sentences one after another: a blank in English, nothing in Chinese. */
export function joinSentences(parts: readonly string[], locale: Locale): string {
  return parts.filter((part) => part !== "").join(locale === "en-US" ? " " : "");
}

/** A signed score: "+6.20", "-1.00", "0.00". */
export function formatPoints(value: Decimal | null, locale: Locale): string {
  if (value === null) return UNKNOWN;
  const rounded = value.toDecimalPlaces(2, Decimal.ROUND_HALF_UP);
  return `${rounded.isPositive() && !rounded.isZero() ? "+" : ""}${formatScore(rounded, locale)}`;
}
