import { dateOfDay, dayNumber, daysInMonth } from "./calendar.ts";
import { onValues, whole, type FormulaFunction } from "./function.ts";
import { of } from "./shape.ts";
import { DIMENSIONLESS } from "./units.ts";
import {
  BLANK,
  count,
  dateValue,
  failure,
  isFailure,
  toDay,
  toText,
  type ErrorValue,
  type Value,
} from "./value.ts";

const givesDate = () => of("date");
const givesNumber = () => of("number");
/** Day numbers that leave the rest 0 on a Monday. */
const MONDAY = (dayNumber("2024-01-01") ?? 0) % 7;

interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** Everything about days. A missing date is `#N/A` in all of them. */
export const DATES: readonly (readonly [name: string, FormulaFunction])[] = [
  [
    "TODAY",
    {
      ...{ least: 0, most: 0, takes: [], gives: givesDate },
      // The day the caller names: a formula has no clock of its own, so a score can be computed again.
      compile:
        () =>
        ({ today }) =>
          today === undefined ? failure("#N/A") : { kind: "date", value: today },
    },
  ],
  [
    "DATE",
    {
      ...{ least: 3, most: 3, takes: ["number"], gives: givesDate },
      compile: onValues((year, month, day) => {
        const [y, m, d] = [whole(year, 1900), whole(month, 1), whole(day, 1)];
        if (isFailure(y)) return y;
        if (isFailure(m)) return m;
        return isFailure(d) ? d : dateOf(y >= 0 && y < 1900 ? y + 1900 : y, m, d);
      }),
    },
  ],
  ["YEAR", part(({ year }) => year)],
  ["MONTH", part(({ month }) => month)],
  ["DAY", part(({ day }) => day)],
  [
    "WEEKDAY",
    {
      ...{ least: 1, most: 2, takes: ["date", "number"] },
      gives: () => of("number", DIMENSIONLESS),
      compile: onValues(weekday),
    },
  ],
  [
    "EDATE",
    {
      ...{ least: 2, most: 2, takes: ["date", "number"], gives: givesDate },
      compile: monthsLater((year, month, day) =>
        dateOf(year, month, Math.min(day, lastDay(year, month))),
      ),
    },
  ],
  [
    "EOMONTH",
    {
      ...{ least: 2, most: 2, takes: ["date", "number"], gives: givesDate },
      compile: monthsLater((year, month) => dateOf(year, month + 1, 0)),
    },
  ],
  [
    "DAYS",
    {
      ...{ least: 2, most: 2, takes: ["date"], gives: givesNumber },
      compile: onDays((end, start) => count(end - start)),
    },
  ],
  [
    "DATEDIF",
    {
      ...{ least: 3, most: 3, takes: ["date", "date", "text"], gives: givesNumber },
      compile: onDays(between),
    },
  ],
  [
    "NETWORKDAYS",
    {
      ...{ least: 2, most: 3, takes: ["date", "date", "dates"], gives: givesNumber },
      compile: withHolidays((start, end, holidays) => {
        const [first, last] = start <= end ? [start, end] : [end, start];
        const free = holidays.filter((day) => day >= first && day <= last).length;
        return count(
          (weekdaysBefore(last + 1) - weekdaysBefore(first) - free) * (start <= end ? 1 : -1),
        );
      }, toDay),
    },
  ],
  [
    "WORKDAY",
    {
      ...{ least: 2, most: 3, takes: ["date", "number", "dates"], gives: givesDate },
      compile: withHolidays(workday, (value) => whole(value, 0)),
    },
  ],
];

function part(read: (day: Day) => number): FormulaFunction {
  return {
    ...{ least: 1, most: 1, takes: ["date"] },
    gives: () => of("number", DIMENSIONLESS),
    compile: onValues((value) => {
      const day = toDay(value);
      return isFailure(day) ? day : count(read(dayOf(day)));
    }),
  };
}

function onDays(
  apply: (first: number, second: number, third: Value | undefined) => Value,
): FormulaFunction["compile"] {
  return onValues((first, second = BLANK, third) => {
    const [a, b] = [toDay(first), toDay(second)];
    if (isFailure(a)) return a;
    return isFailure(b) ? b : apply(a, b, third);
  });
}

function monthsLater(
  apply: (year: number, month: number, day: number) => Value,
): FormulaFunction["compile"] {
  return onValues((value, months) => {
    const day = toDay(value);
    if (isFailure(day)) return day;
    const later = whole(months, 0);
    if (isFailure(later)) return later;
    const from = dayOf(day);
    return apply(from.year, from.month + later, from.day);
  });
}

function dayOf(day: number): Day {
  const [year = "", month = "", of = ""] = (dateOfDay(day) ?? "").split("-");
  return { year: Number(year), month: Number(month), day: Number(of) };
}

/** Year and month where the month may be any whole number. */
function monthOf(year: number, month: number): { year: number; month: number } {
  const months = year * 12 + month - 1;
  return { year: Math.floor(months / 12), month: (((months % 12) + 12) % 12) + 1 };
}

function lastDay(year: number, month: number): number {
  const real = monthOf(year, month);
  return daysInMonth(real.year, real.month);
}

/** A date whose month and day may overflow into the next ones, as Excel's DATE has it. */
function dateOf(year: number, month: number, day: number): Value {
  if (![year, month, day].every((one) => Math.abs(one) < 1e7)) return failure("#NUM!");
  const first = monthOf(year, month);
  if (first.year < 1 || first.year > 9999) return failure("#NUM!");
  const two = (one: number) => String(one).padStart(2, "0");
  const start = dayNumber(`${String(first.year).padStart(4, "0")}-${two(first.month)}-01`);
  return start === null ? failure("#NUM!") : dateValue(start + day - 1);
}

/** 0 on Mondays to 6 on Sundays. */
function fromMonday(day: number): number {
  return (((day - MONDAY) % 7) + 7) % 7;
}

/** Kinds 1 (Sunday is 1), 2 (Monday is 1), 3 (Monday is 0), 11–17 (Monday … Sunday is 1). */
function weekday(value: Value, kind?: Value): Value {
  const day = toDay(value);
  if (isFailure(day)) return day;
  const chosen = whole(kind, 1);
  if (isFailure(chosen)) return chosen;
  const index = fromMonday(day);
  if (chosen === 3) return count(index);
  const first = chosen === 1 ? 6 : chosen === 2 ? 0 : chosen - 11;
  return first < 0 || first > 6 ? failure("#NUM!") : count(((index - first + 7) % 7) + 1);
}

/** DATEDIF as Excel has it; its MD can go below 0 when the month before the end is short. */
function between(start: number, end: number, written: Value | undefined): Value {
  const unit = toText(written ?? BLANK);
  if (isFailure(unit)) return unit;
  if (start > end) return failure("#NUM!");
  const [a, b] = [dayOf(start), dayOf(end)];
  const months = (b.year - a.year) * 12 + b.month - a.month - (b.day < a.day ? 1 : 0);
  switch (unit.toUpperCase()) {
    case "Y":
      return count(Math.floor(months / 12));
    case "M":
      return count(months);
    case "D":
      return count(end - start);
    case "YM":
      return count(months % 12);
    case "MD":
      return count(b.day - a.day + (b.day < a.day ? lastDay(b.year, b.month - 1) : 0));
    case "YD": {
      const year = b.month * 100 + b.day < a.month * 100 + a.day ? b.year - 1 : b.year;
      const from = dateOf(year, a.month, a.day);
      const day = toDay(from);
      return isFailure(day) ? day : count(end - day);
    }
    default:
      return failure("#NUM!");
  }
}

/** Working days from a fixed Monday to the day before this one. */
function weekdaysBefore(day: number): number {
  const days = day - MONDAY;
  return Math.floor(days / 7) * 5 + Math.min(fromMonday(day), 5);
}

/** The day so many working days away: weekends and holidays do not count. */
function workday(start: number, days: number, holidays: readonly number[]): Value {
  if (Math.abs(days) > 4_000_000) return failure("#NUM!");
  if (days === 0) return dateValue(start);
  const step = days < 0 ? -1 : 1;
  const index = days > 0 ? weekdaysBefore(start + 1) + days - 1 : weekdaysBefore(start) + days;
  const week = Math.floor(index / 5);
  let day = MONDAY + week * 7 + (index - week * 5);
  // Every holiday passed on the way pushes one working day further.
  for (const free of [...holidays].sort((a, b) => (a - b) * step)) {
    if ((free - start) * step <= 0 || (day - free) * step < 0) continue;
    do day += step;
    while (fromMonday(day) > 4);
  }
  return dateValue(day);
}

function withHolidays(
  apply: (start: number, second: number, holidays: readonly number[]) => Value,
  readSecond: (value: Value) => number | ErrorValue,
): FormulaFunction["compile"] {
  return ([first, second, third]) => {
    const fixed = third?.rows ? holidaysOf(third.rows.flat()) : null;
    return (scope) => {
      const start = toDay(first?.run(scope) ?? BLANK);
      if (isFailure(start)) return start;
      const other = readSecond(second?.run(scope) ?? BLANK);
      if (isFailure(other)) return other;
      const free = fixed ?? holidaysOf(third === undefined ? [] : [third.run(scope)]);
      return isFailure(free) ? free : apply(start, other, free);
    };
  };
}

/** Different working days among the holidays; a blank is none. */
function holidaysOf(values: readonly Value[]): readonly number[] | ErrorValue {
  const days = new Set<number>();
  for (const value of values) {
    if (value.kind === "blank" && value.missing === undefined) continue;
    const day = toDay(value);
    if (isFailure(day)) return day;
    if (fromMonday(day) < 5) days.add(day);
  }
  return [...days];
}
