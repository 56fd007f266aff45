import type { Decimal } from "../decimal.ts";
import { lengthOf, weighCycle, type DayBasis } from "../kpi/day-shares.ts";
import type { Measured, Reason } from "../kpi/model.ts";
import { eligibility, proratedTarget, type Presence as Days } from "../kpi/prorate.ts";
import type { Company, CycleRow } from "./company.ts";
import type { SheetRecord } from "./results.ts";

/** What a person's days at work in a cycle mean for the score. */
export interface Presence {
  /** Why the person is not scored in this cycle; null = is scored. */
  readonly exempt: Reason | null;
  /**
   * A target for the whole cycle, as far as it is asked of the days at work, with reasons that say
   * what was done; `EXEMPT` when none of those days counts.
   */
  prorate(target: Decimal): Measured;
}

const THROUGHOUT: Presence = {
  exempt: null,
  prorate: (target) => ({ status: "OK", value: target, reasons: [] }),
};

/**
 * The days at work of a sheet's subject: from the day of hire to the last day, without absences.
 * Departments, and people who were there throughout, are asked for everything.
 *
 * At most half a cycle's days are asked for before somebody is scored, or nobody could ever be scored
 * in a month with the usual 30 days.
 */
export function presenceOf(
  company: Company,
  { kind, subject }: Pick<SheetRecord, "kind" | "subject">,
  cycle: CycleRow,
): Presence {
  const employee = kind === "individual" ? company.employees.get(subject) : undefined;
  if (!employee) return THROUGHOUT;
  const range = { start: cycle.start, end: cycle.end };
  const leave = (company.absences.get(subject) ?? []).filter(
    ({ start, end }) => start <= cycle.end && end >= cycle.start,
  );
  const joined = employee.hired !== null && employee.hired > cycle.start;
  const left = employee.left !== null && employee.left < cycle.end;
  const { minActive, proration, ramp } = company.settings;
  const settling = isSettling(employee.hired, cycle, ramp.length);
  if (!joined && !left && !settling && leave.length === 0) return THROUGHOUT;
  const days: Days = { from: employee.hired, to: employee.left, leave };
  const half = Math.floor((lengthOf(range) ?? 0) / 2);
  const judged = eligibility(range, days, {
    leastDays: Math.min(minActive.days, half),
    leastPart: minActive.share,
  });
  if (!judged.ok) return { ...THROUGHOUT, exempt: judged.problems[0] ?? null };
  const { status, reasons } = judged.value;
  if (status === "EXEMPT") return { ...THROUGHOUT, exempt: reasons[0] ?? null };
  if (proration === "none") return THROUGHOUT;
  const weighed = weighCycle(range, basisOf(company, proration));
  if (!weighed.ok) return { ...THROUGHOUT, exempt: weighed.problems[0] ?? null };
  return {
    exempt: null,
    prorate: (target) => proratedTarget(target, "flow", weighed.value, days, ramp).target,
  };
}

/** Still in the first months, in which less is asked for: they reach beyond the cycle of the start. */
function isSettling(hired: string | null, { start, end }: CycleRow, months: number): boolean {
  if (hired === null || months === 0 || hired > end) return false;
  return monthOf(start) - monthOf(hired) <= months;
}

function monthOf(date: string): number {
  return Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7));
}

/** How the days of a cycle weigh, with the company's own calendar. */
export function basisOf(company: Company, code: "calendar" | "workday" | "month"): DayBasis {
  if (code !== "workday") return { code };
  const days = (kind: "holiday" | "workday") =>
    new Set(company.calendar.filter((day) => day.kind === kind).map(({ date }) => date));
  return { code, calendar: { holidays: days("holiday"), workdays: days("workday") } };
}
