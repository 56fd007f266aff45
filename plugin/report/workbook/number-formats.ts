import type { Decimal } from "../../decimal.ts";
import { currencySign } from "../format.ts";

/** Scores and points. */
export const POINTS = "#,##0.00";
/** Fractions of a whole. */
export const SHARE = "0.0%";
/** Differences: exactly 0 is a tick. */
export const DIFFERENCE = '+0.00000000;-0.00000000;"\u2713"';

/**
 * How Excel shows a figure of a KPI: fractions as percentages, money behind its sign, grouped, with
 * the KPI's decimals and at least those the figure was typed with.
 */
export function figureFormat(
  kpi: { readonly unit: string; readonly decimals: number },
  value: Decimal | null,
): string {
  const percent = kpi.unit.trim() === "%";
  const typed = value === null ? 0 : (percent ? value.times(100) : value).decimalPlaces();
  const decimals = Math.min(Math.max(kpi.decimals, typed, 0), 10);
  const fraction = decimals === 0 ? "" : `.${"0".repeat(decimals)}`;
  if (percent) return `0${fraction}%`;
  const sign = currencySign(kpi.unit);
  return `${sign === null ? "" : `"${sign}"`}#,##0${fraction}`;
}
