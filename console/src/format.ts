import { formatNumber, formatPercent, UNKNOWN } from "./decimals.ts";
import type { Locale } from "./preferences.ts";

/** Figures and moments as people read them; `null` is unknown. */

/** An actual or a target in its KPI's unit: `%` means the figure is a fraction. */
export function formatMeasure(
  value: string | null,
  kpi: { readonly unit: string; readonly decimals: number },
): string {
  if (value === null) return UNKNOWN;
  const places = { places: kpi.decimals, minPlaces: kpi.decimals };
  return kpi.unit === "%" ? formatPercent(value, places) : formatNumber(value, places);
}

/** Scores, totals and contributions: two decimals, so that columns line up. */
export function formatScore(value: string | null): string {
  return value === null ? UNKNOWN : formatNumber(value, { places: 2, minPlaces: 2 });
}

/** Every digit, with at least two decimals: figures under each other that must add up. */
export function formatExact(value: string, places: number): string {
  return formatNumber(value, { minPlaces: Math.max(places, 2) });
}

/** {@link formatExact} with its sign in front: what was added or taken. */
export function formatChange(value: string, places: number): string {
  const text = formatExact(value, places);
  return text.startsWith("-") ? `−${text.slice(1)}` : `+${text}`;
}

/** Weights arrive in percent points. */
export function formatWeight(points: string): string {
  return `${formatNumber(points, { places: 2 })}%`;
}

/** Shares and coverage arrive as fractions. */
export function formatShare(fraction: string): string {
  return formatPercent(fraction, { places: 1 });
}

/** The browser's own clock and zone; an unreadable moment is shown as it came. */
export function formatMoment(iso: string, locale: Locale): string {
  const moment = new Date(iso);
  if (Number.isNaN(moment.getTime())) return iso;
  return new Intl.DateTimeFormat(locale, {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  }).format(moment);
}
