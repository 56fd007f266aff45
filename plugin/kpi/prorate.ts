import { Decimal, decimalText } from "../decimal.ts";
import { dayNumber } from "../formula/calendar.ts";
import {
  type DayRange,
  inUnits,
  lengthOf,
  weighCycle,
  type WeighedCycle,
  type WeighedDay,
} from "./day-shares.ts";
import { meanOf } from "./means.ts";
import type { Measured, Reason } from "./model.ts";
import { accepted, isAmount, type Outcome, percentText, refused } from "./outcome.ts";
import { missing, reason } from "./reason.ts";

export interface Leave extends DayRange {
  /** Statutory leave (maternity, work injury) must not harm anybody: it is named in the result. */
  readonly kind: "sick" | "maternity" | "injury" | "other";
}

/** When somebody worked in the place a cycle looks at. */
export interface Presence {
  /** First day, "YYYY-MM-DD"; null = since before the cycle. */
  readonly from: string | null;
  /** Last day, "YYYY-MM-DD"; null = beyond the cycle. */
  readonly to: string | null;
  /** May overlap and reach beyond the cycle. */
  readonly leave: readonly Leave[];
}

export interface EligibilityRules {
  /** Fewest active days, usually 30. */
  readonly leastDays: number;
  /** Smallest part of the cycle, usually 1 of 3: whole numbers, so that a third is a third. */
  readonly leastPart: { readonly part: number; readonly of: number };
}

export const DEFAULT_ELIGIBILITY: EligibilityRules = {
  leastDays: 30,
  leastPart: { part: 1, of: 3 },
};

export interface Eligibility {
  /** `EXEMPT`: too short to judge. */
  readonly status: "OK" | "EXEMPT";
  readonly activeDays: number;
  readonly neededDays: number;
  readonly cycleDays: number;
  readonly reasons: readonly Reason[];
}

/**
 * Whether somebody was there long enough to be judged.
 *
 * active days ≥ max(least days, least part × days of the cycle), counted in calendar days without
 * leave. In a cycle shorter than that, the whole cycle is asked for and no more.
 *
 * @returns `EXEMPT` with `presence_too_short`; problems when days or rules cannot be read
 * @source the specification 3.12 (eligibility)
 * @example joined 1 December in a cycle of 365 days: 31 of 122 needed days, exempt
 */
export function eligibility(
  cycle: DayRange,
  presence: Presence,
  rules: EligibilityRules = DEFAULT_ELIGIBILITY,
): Outcome<Eligibility> {
  const { leastDays, leastPart } = rules;
  const usable = [leastDays, leastPart.part, leastPart.of].every(
    (count) => Number.isSafeInteger(count) && count >= 0,
  );
  if (!usable || leastPart.of === 0 || leastPart.part > leastPart.of) {
    return refused(reason("eligibility_unusable"));
  }
  const wrong = unreadable(presence);
  if (wrong !== null) return refused(wrong);
  const days = weighCycle(cycle, { code: "calendar" });
  if (!days.ok) return days;
  const cycleDays = days.value.days.length;
  const activeDays = days.value.days.filter((day) => isActive(day, presence)).length;
  const part = Math.ceil((cycleDays * leastPart.part) / leastPart.of);
  const neededDays = Math.min(cycleDays, Math.max(leastDays, part));
  const enough = activeDays >= neededDays;
  const details = { days: String(activeDays), min: String(neededDays) };
  return accepted({
    status: enough ? "OK" : "EXEMPT",
    activeDays,
    neededDays,
    cycleDays,
    reasons: [
      ...(enough ? [] : [reason("presence_too_short", details)]),
      ...protectedLeave(cycle, presence),
    ],
  });
}

/** What a target is about: only what adds up over time shrinks with it. */
export type TargetKind = "flow" | "rate" | "average" | "stock" | "deadline";

/** Newcomers are expected less at first: one fraction (0–1) per month since the first day. */
export type Ramp = readonly Decimal[];

export interface ProratedTarget {
  /** The target for the time that counts; `EXEMPT` without any, `ERROR` with what is wrong. */
  readonly target: Measured;
  /** What counts of the cycle, in units of the basis (days, working days, months). */
  readonly part: Decimal;
  readonly whole: Decimal;
}

/**
 * A target for the part of a cycle that somebody was there: t′ = t × part ÷ whole.
 *
 * Only targets of flow KPIs shrink; rates, averages, stocks and deadlines keep theirs. Leave does not
 * count. With a ramp, the days of month k since the first day count ramp(k) of a day, later ones fully.
 * Prorate once: if the target is prorated, the score is not.
 *
 * @param target  any unit
 * @param cycle  from `weighCycle`: weighed once, used for everybody
 * @returns the unit of the target, 10 decimals; reasons tell what was done
 * @source the specification 3.12
 * @example 1 200 000 for 2025, joined 1 April: by days 275 ÷ 365 = 904 109.5890410959, by months 900 000
 */
export function proratedTarget(
  target: Decimal,
  kind: TargetKind,
  cycle: WeighedCycle,
  presence: Presence,
  ramp: Ramp = [],
): ProratedTarget {
  const { basis, days, whole } = cycle;
  const none = { part: new Decimal(0), whole: new Decimal(0) };
  const failed = (problems: readonly Reason[]): ProratedTarget => ({
    ...none,
    target: { status: "ERROR", reasons: problems },
  });
  if (!target.isFinite()) return { ...none, target: missing("INVALID_TARGET", "target_missing") };
  if (ramp.some((part) => !isAmount(part) || part.greaterThan(1))) {
    return failed([reason("ramp_unusable")]);
  }
  const wrong = unreadable(presence);
  if (wrong !== null) return failed([wrong]);
  const active = days.filter((day) => isActive(day, presence));
  const part = Decimal.sum(0, ...active.map((day) => expected(day, presence.from, ramp)));
  const shown = { part: inUnits(part, basis), whole: inUnits(whole, basis) };
  if (part.isZero()) return { ...shown, target: missing("EXEMPT", "presence_none") };
  if (kind !== "flow") return { ...shown, target: { status: "OK", value: target, reasons: [] } };
  const value = prorate(target, part, whole);
  if (!value.ok) return failed(value.problems);
  const details = {
    part: decimalText(shown.part.toDecimalPlaces(2)),
    whole: decimalText(shown.whole.toDecimalPlaces(2)),
    share: percentText(part.div(whole)),
  };
  const told = part.equals(whole) ? [] : [reason("target_prorated", details)];
  return {
    ...shown,
    target: {
      status: "OK",
      value: value.value,
      reasons: [...told, ...protectedLeave(cycle, presence)],
    },
  };
}

/**
 * t × part ÷ whole.
 *
 * @param part  from 0 to `whole`, both in the same unit
 * @returns 10 decimals; the target itself when the part is the whole; problem `part_unusable`
 * @source the specification 3.12
 * @example 1 200 000 × 275 ÷ 365 = 904 109.5890410959
 */
export function prorate(target: Decimal, part: Decimal, whole: Decimal): Outcome<Decimal> {
  const usable = isAmount(part) && isAmount(whole) && !whole.isZero() && !part.greaterThan(whole);
  if (!usable || !target.isFinite()) {
    return refused(reason("part_unusable", { part: decimalText(part), whole: decimalText(whole) }));
  }
  return accepted(part.equals(whole) ? target : meanOf(target.times(part), whole));
}

/** Time under one set of KPIs and one manager. */
export interface Segment {
  readonly key: string;
  readonly days: number;
  /** The total of that time; null = none. */
  readonly total: Decimal | null;
}

export interface CombinedSegments {
  /** 10 decimals; `NO_DATA` when no segment has a total. */
  readonly total: Measured;
  /** Days with a total ÷ all days, 0–1. */
  readonly coverage: Decimal;
  readonly reasons: readonly Reason[];
}

/**
 * One total out of the segments before and after a transfer: T = Σ d·T ÷ Σ d over those with a total.
 *
 * @source the specification 3.12 (transfer); each segment is rated by the manager of that time
 * @example 120 days at 92 and 245 days at 80: 30 640 ÷ 365 = 83.9452054795
 */
export function combineSegments(segments: readonly Segment[]): CombinedSegments {
  const zero = new Decimal(0);
  const wrong = segments.find(
    ({ days, total }) => !Number.isSafeInteger(days) || days < 0 || total?.isFinite() === false,
  );
  if (wrong !== undefined) {
    const total = missing("ERROR", "segment_unusable", { segment: wrong.key });
    return { total, coverage: zero, reasons: [] };
  }
  const rated = segments.flatMap(({ days, total }) => (total === null ? [] : [{ days, total }]));
  const all = segments.reduce((sum, { days }) => sum + days, 0);
  const counted = rated.reduce((sum, { days }) => sum + days, 0);
  if (counted === 0) {
    return { total: missing("NO_DATA", "segments_none"), coverage: zero, reasons: [] };
  }
  const sum = Decimal.sum(0, ...rated.map(({ days, total }) => total.times(days)));
  const unrated = segments.filter(({ total, days }) => total === null && days > 0);
  return {
    total: { status: "OK", value: meanOf(sum, counted), reasons: [] },
    coverage: meanOf(new Decimal(counted), all),
    reasons: unrated.map(({ key, days }) =>
      reason("segment_without_total", { segment: key, days: String(days) }),
    ),
  };
}

function isActive({ date }: WeighedDay, { from, to, leave }: Presence): boolean {
  // Dates of this form sort as text.
  if ((from !== null && date < from) || (to !== null && date > to)) return false;
  return !leave.some(({ start, end }) => start <= date && date <= end);
}

/** What is expected of a day: all of it, or less in the first months. */
function expected({ date, weight }: WeighedDay, from: string | null, ramp: Ramp): Decimal {
  if (from === null || ramp.length === 0) return weight;
  const months = monthIndex(date) - monthIndex(from);
  const complete = date.slice(8) < from.slice(8) ? months - 1 : months;
  return weight.times(ramp[complete] ?? 1);
}

function monthIndex(date: string): number {
  return Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7));
}

function protectedLeave(cycle: DayRange, { leave }: Presence): readonly Reason[] {
  const statutory = leave.some(
    ({ kind, start, end }) =>
      (kind === "maternity" || kind === "injury") && start <= cycle.end && end >= cycle.start,
  );
  return statutory ? [reason("leave_protected")] : [];
}

function unreadable({ from, to, leave }: Presence): Reason | null {
  const bad = [from, to].find((date) => date !== null && dayNumber(date) === null);
  if (bad !== undefined) return reason("day_unreadable", { day: bad ?? "" });
  if (from !== null && to !== null && from > to) {
    return reason("range_unusable", { start: from, end: to });
  }
  const wrong = leave.find((one) => lengthOf(one) === null);
  return wrong ? reason("range_unusable", { start: wrong.start, end: wrong.end }) : null;
}
