import { Decimal } from "../decimal.ts";
import { dateOfDay, dayNumber, daysInMonth } from "../formula/calendar.ts";
import type { Period } from "./model.ts";
import { accepted, isAmount, type Outcome, refused } from "./outcome.ts";
import { reason } from "./reason.ts";

/** First and last day, both belonging to it, as "YYYY-MM-DD". */
export interface DayRange {
  readonly start: string;
  readonly end: string;
}

/** Days that differ from Monday-to-Friday, as "YYYY-MM-DD". */
export interface WorkCalendar {
  /** No work although the weekday would say so. */
  readonly holidays: ReadonlySet<string>;
  /** Work although the weekday or a holiday would not say so: make-up days. */
  readonly workdays: ReadonlySet<string>;
}

/** How the days of a cycle weigh (spec 3.12). */
export type DayBasis =
  /** Every day the same. */
  | { readonly code: "calendar" }
  /** Working days the same, other days nothing. */
  | { readonly code: "workday"; readonly calendar: WorkCalendar }
  /** Every month the same, its days equally. */
  | { readonly code: "month" }
  /** Every month its own share, its days equally; periods like `1998-04`. */
  | { readonly code: "seasonal"; readonly shares: ReadonlyMap<Period, Decimal> };

export interface WeighedDay {
  /** "YYYY-MM-DD" */
  readonly date: string;
  /** Not negative; only its share of the whole range means anything. */
  readonly weight: Decimal;
}

/** The days of a cycle, weighed once for everybody. */
export interface WeighedCycle extends DayRange {
  readonly basis: DayBasis;
  readonly days: readonly WeighedDay[];
  /** Weight of all days, above 0. */
  readonly whole: Decimal;
}

/** A range is at most so long: ten years. */
const MOST_DAYS = 3653;
/** Whole for months of every length, so that equal months weigh the same to the last digit. */
const MONTH_UNITS = new Decimal(28 * 29 * 30 * 31);
const ONE = new Decimal(1);
const ZERO = new Decimal(0);

/**
 * Whether people work on a day.
 *
 * @param date  "YYYY-MM-DD"
 * @returns false also for a text that is no day
 */
export function isWorkday(date: string, calendar: WorkCalendar): boolean {
  const day = dayNumber(date);
  if (day === null) return false;
  if (calendar.workdays.has(date)) return true;
  // Day 0 was a Wednesday.
  const fromMonday = (day + 2) % 7;
  return fromMonday < 5 && !calendar.holidays.has(date);
}

/** How many days a range has; `null` when its ends are no days, the wrong way round or too far apart. */
export function lengthOf({ start, end }: DayRange): number | null {
  const [first, last] = [dayNumber(start), dayNumber(end)];
  if (first === null || last === null || last < first || last - first >= MOST_DAYS) return null;
  return last - first + 1;
}

/**
 * Every day of a cycle with its weight.
 *
 * @returns problems: `range_unusable`; `basis_month_missing` or `basis_share_unusable` of a seasonal
 *   basis; `basis_empty` when no day weighs anything
 * @source the specification 3.12 (calendar, workday or month basis; or seasonal share)
 */
export function weighCycle(range: DayRange, basis: DayBasis): Outcome<WeighedCycle> {
  const length = lengthOf(range);
  if (length === null)
    return refused(reason("range_unusable", { start: range.start, end: range.end }));
  const first = dayNumber(range.start) ?? 0;
  const days: WeighedDay[] = [];
  for (let number = first; number < first + length; number += 1) {
    const date = dateOfDay(number) ?? "";
    const weight = weightOf(date, basis);
    if (weight === null) return refused(reason("basis_month_missing", { month: date.slice(0, 7) }));
    if (!isAmount(weight)) {
      return refused(reason("basis_share_unusable", { month: date.slice(0, 7) }));
    }
    days.push({ date, weight });
  }
  const { start, end } = range;
  const whole = weightOfDays(days);
  if (whole.isZero()) return refused(reason("basis_empty", { start, end }));
  return accepted({ start, end, basis, days, whole });
}

export function weightOfDays(days: readonly WeighedDay[]): Decimal {
  return Decimal.sum(0, ...days.map(({ weight }) => weight));
}

/** What weights come to in units people know: days, working days, months, or the shares' own sum. */
export function inUnits(weight: Decimal, basis: DayBasis): Decimal {
  const whole = basis.code === "calendar" || basis.code === "workday";
  return (whole ? weight : weight.div(MONTH_UNITS)).toDecimalPlaces(10);
}

function weightOf(date: string, basis: DayBasis): Decimal | null {
  switch (basis.code) {
    case "calendar":
      return ONE;
    case "workday":
      return isWorkday(date, basis.calendar) ? ONE : ZERO;
    case "month":
      return dayOfMonth(date, ONE);
    case "seasonal": {
      const share = basis.shares.get(date.slice(0, 7));
      return share === undefined ? null : dayOfMonth(date, share);
    }
  }
}

function dayOfMonth(date: string, share: Decimal): Decimal {
  const days = daysInMonth(Number(date.slice(0, 4)), Number(date.slice(5, 7)));
  return share.times(MONTH_UNITS.div(days));
}
