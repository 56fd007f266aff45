import { dayNumber, daysInMonth } from "../formula/calendar.ts";
import type { Grain, Period } from "./model.ts";

/** Months in one period of each grain. */
const MONTHS: Readonly<Record<Grain, number>> = { month: 1, quarter: 3, half: 6, year: 12 };
const PERIOD = /^(\d{4})(?:-(?:(0[1-9]|1[0-2])|Q([1-4])|H([12])))?$/;

/** Where a period lies: its grain and its place in the row of periods of that grain since year 0. */
interface Place {
  readonly grain: Grain;
  readonly index: number;
}

/** Whether a text is a period: `1998-04`, `1998-Q2`, `1998-H1` or `1998`. */
export function isPeriod(text: string): boolean {
  return placeOf(text) !== null;
}

/**
 * The grain of a period.
 *
 * @throws RangeError when the text is not a period: check with {@link isPeriod} where it is typed
 */
export function grainOf(period: Period): Grain {
  return knownPlace(period).grain;
}

/**
 * The period of a grain that a day belongs to.
 *
 * @param date  "YYYY-MM-DD", in the company's own calendar
 * @throws RangeError when there is no such day
 */
export function periodOf(date: string, grain: Grain): Period {
  if (dayNumber(date) === null) throw new RangeError(`"${date}" is not a day`);
  const months = Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1;
  return periodAt({ grain, index: Math.floor(months / MONTHS[grain]) });
}

/**
 * First and last day of a period, both belonging to it.
 *
 * @throws RangeError when the text is not a period
 */
export function rangeOf(period: Period): { readonly start: string; readonly end: string } {
  const { grain, index } = knownPlace(period);
  const first = index * MONTHS[grain];
  const last = first + MONTHS[grain] - 1;
  const [year, month] = [Math.floor(last / 12), (last % 12) + 1];
  return {
    start: `${yearText(Math.floor(first / 12))}-${two((first % 12) + 1)}-01`,
    end: `${yearText(year)}-${two(month)}-${two(daysInMonth(year, month))}`,
  };
}

/**
 * The period `steps` before this one, of the same grain; a negative number goes forward.
 *
 * @throws RangeError when the text is not a period, or the result lies outside the years 1–9999
 */
export function previousPeriod(period: Period, steps = 1): Period {
  const { grain, index } = knownPlace(period);
  const result = periodAt({ grain, index: index - steps });
  if (!isPeriod(result)) throw new RangeError(`There is no period ${steps} before "${period}"`);
  return result;
}

/** Which period a figure is read for: the cycle's own, the one before it, or the same one a year ago. */
export type Comparison = "own" | "previous" | "last_year";

/**
 * The period that a cycle's own period is compared with; a year ago is also the year before.
 *
 * @throws RangeError when the text is not a period, or there is none before it
 */
export function comparisonPeriod(period: Period, comparison: Comparison): Period {
  return previousPeriod(period, stepsBack(grainOf(period), comparison));
}

/** The inverse: the period that is compared with this one; null when it lies outside the years 1–9999. */
export function comparingPeriod(period: Period, comparison: Comparison): Period | null {
  const { grain, index } = knownPlace(period);
  const later = periodAt({ grain, index: index + stepsBack(grain, comparison) });
  return isPeriod(later) ? later : null;
}

function stepsBack(grain: Grain, comparison: Comparison): number {
  if (comparison === "own") return 0;
  return comparison === "previous" ? 1 : 12 / MONTHS[grain];
}

/**
 * Order of two periods: by first day, then the shorter one first.
 *
 * @throws RangeError when a text is not a period
 */
export function comparePeriods(a: Period, b: Period): -1 | 0 | 1 {
  const [left, right] = [rangeOf(a), rangeOf(b)];
  return compareText(left.start, right.start) || compareText(left.end, right.end);
}

function compareText(a: string, b: string): -1 | 0 | 1 {
  return a < b ? -1 : a > b ? 1 : 0;
}

function placeOf(text: string): Place | null {
  const match = PERIOD.exec(text);
  const year = Number(match?.[1] ?? 0);
  if (!match || year === 0) return null;
  const [, , month, quarter, half] = match;
  if (month !== undefined) return { grain: "month", index: year * 12 + Number(month) - 1 };
  if (quarter !== undefined) return { grain: "quarter", index: year * 4 + Number(quarter) - 1 };
  if (half !== undefined) return { grain: "half", index: year * 2 + Number(half) - 1 };
  return { grain: "year", index: year };
}

function knownPlace(period: Period): Place {
  const place = placeOf(period);
  if (place === null) throw new RangeError(`"${period}" is not a period`);
  return place;
}

function periodAt({ grain, index }: Place): Period {
  const perYear = 12 / MONTHS[grain];
  const year = yearText(Math.floor(index / perYear));
  const part = (((index % perYear) + perYear) % perYear) + 1;
  switch (grain) {
    case "month":
      return `${year}-${two(part)}`;
    case "quarter":
      return `${year}-Q${part}`;
    case "half":
      return `${year}-H${part}`;
    case "year":
      return year;
  }
}

function yearText(year: number): string {
  return String(year).padStart(4, "0");
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}
