import { Decimal } from "../decimal.ts";
import { dayNumber } from "../formula/calendar.ts";
import { type WeighedCycle, weightOfDays } from "./day-shares.ts";
import { meanOf } from "./means.ts";
import type { Reason } from "./model.ts";
import { accepted, type Outcome, percentText, refused } from "./outcome.ts";
import { reason } from "./reason.ts";

/** Before this share of the cycle no forecast is made: early figures say too little. */
export const FORECAST_FROM = new Decimal("0.15");
/** From this pace index on somebody is on track. */
export const ON_TRACK_FROM = new Decimal("0.95");
/** From this pace index on somebody is at risk; below, behind. */
export const AT_RISK_FROM = new Decimal("0.8");

export type PaceBand = "on-track" | "at-risk" | "behind" | "too-early";

export interface Pace {
  /** Actual ÷ target; 1 = reached. */
  readonly attained: Decimal;
  /** What was expected by now of the target, 0–1. */
  readonly expected: Decimal;
  /** Attained ÷ expected; 1 = exactly on time; null while nothing is expected. */
  readonly index: Decimal | null;
  /** Actual at the end if it goes on like this, in the actual's unit; null when too early. */
  readonly forecast: Decimal | null;
  readonly band: PaceBand;
  readonly reasons: readonly Reason[];
}

/**
 * What of the target is expected by the end of a day: weight of the days so far ÷ weight of all.
 *
 * @param day  "YYYY-MM-DD"; before the cycle 0, after it 1
 * @returns 0–1, 10 decimals; problem `day_unreadable`
 * @source the specification 3.17 (linear elapsed share, workdays, seasonal profile)
 * @example day 45 of 90 calendar days: 0.5
 */
export function expectedShare(cycle: WeighedCycle, day: string): Outcome<Decimal> {
  if (dayNumber(day) === null) return refused(reason("day_unreadable", { day }));
  const passed = weightOfDays(cycle.days.filter(({ date }) => date <= day));
  return accepted(meanOf(passed, cycle.whole));
}

/**
 * Where somebody stands on the way to a target that adds up over the cycle, higher being better.
 *
 * pace index = (a ÷ t) ÷ e, forecast = a ÷ e from e = 0.15 on. On track from 0.95, at risk from 0.8,
 * else behind; before 0.15 it is too early to say, unless the target is reached already.
 *
 * @param actual  so far, in the target's unit
 * @param target  of the whole cycle, above 0
 * @param expected  e, share of the target expected by now, 0–1; see {@link expectedShare}
 * @returns index and forecast to 10 decimals; problems `pace_target_unusable`, `pace_share_unusable`
 * @source the specification 3.17
 * @example 40 of 100 on day 45 of 90: index 0.8, forecast 80, at risk
 */
export function paceOf(actual: Decimal, target: Decimal, expected: Decimal): Outcome<Pace> {
  const problems: Reason[] = [];
  if (!target.isFinite() || !target.greaterThan(0)) problems.push(reason("pace_target_unusable"));
  if (!actual.isFinite()) problems.push(reason("pace_actual_unusable"));
  if (!(expected.greaterThanOrEqualTo(0) && expected.lessThanOrEqualTo(1))) {
    problems.push(reason("pace_share_unusable"));
  }
  if (problems.length > 0) return refused(...problems);
  const early = expected.lessThan(FORECAST_FROM);
  const passed = { share: percentText(expected), min: percentText(FORECAST_FROM) };
  return accepted({
    attained: meanOf(actual, target),
    expected,
    index: expected.isZero() ? null : meanOf(actual, target.times(expected)),
    forecast: early ? null : meanOf(actual, expected),
    band: bandOf(actual, target, expected),
    reasons: early ? [reason("pace_too_early", passed)] : [],
  });
}

/**
 * How early a target was reached.
 *
 * days early = days − day, speed index = days ÷ day; late arrivals have negative days and an index
 * below 1.
 *
 * @param day  on which day of the cycle the target was reached, from 1
 * @param days  days of the cycle
 * @returns the index to 10 decimals; problem `speed_day_unusable`
 * @source the specification 3.17 (speed of arrival)
 * @example day 66 of 90: 24 days early, index 1.3636363636
 */
export function speedOf(
  day: number,
  days: number,
): Outcome<{ readonly daysEarly: number; readonly index: Decimal }> {
  const usable = [day, days].every((count) => Number.isSafeInteger(count) && count >= 1);
  if (!usable)
    return refused(reason("speed_day_unusable", { day: String(day), days: String(days) }));
  return accepted({ daysEarly: days - day, index: meanOf(new Decimal(days), day) });
}

/** Compared without dividing, so that no rounding decides. */
function bandOf(actual: Decimal, target: Decimal, expected: Decimal): PaceBand {
  if (actual.greaterThanOrEqualTo(target)) return "on-track";
  if (expected.lessThan(FORECAST_FROM)) return "too-early";
  const due = target.times(expected);
  if (actual.greaterThanOrEqualTo(due.times(ON_TRACK_FROM))) return "on-track";
  return actual.greaterThanOrEqualTo(due.times(AT_RISK_FROM)) ? "at-risk" : "behind";
}
