import type { Decimal } from "../decimal.ts";
import { lengthOf, weighCycle, type DayBasis, type DayRange } from "../kpi/day-shares.ts";
import type { Measured, Reason } from "../kpi/model.ts";
import { eligibility, proratedTarget, type Presence as Days } from "../kpi/prorate.ts";
import type { Company, CycleRow } from "./company.ts";
import type { SheetRecord } from "./results.ts";
import { daysOutside } from "./segments.ts";

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
 * in a month with the usual 30 days. After a transfer it is the whole cycle that has to be long enough,
 * while each part is asked for its own days.
 *
 * @param part  the part of the cycle that the sheet is about; null = all of it
 */
export function presenceOf(
  company: Company,
  { kind, subject }: Pick<SheetRecord, "kind" | "subject">,
  cycle: CycleRow,
  part: DayRange | null,
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
  if (!joined && !left && !settling && leave.length === 0 && part === null) return THROUGHOUT;
  const days: Days = { from: employee.hired, to: employee.left, leave };
  const half = Math.floor((lengthOf(range) ?? 0) / 2);
  const judged = eligibility(range, days, {
    leastDays: Math.min(minActive.days, half),
    leastPart: minActive.share,
  });
  if (!judged.ok) return { ...THROUGHOUT, exempt: judged.problems[0] ?? null };
  const { status, reasons } = judged.value;
  if (status === "EXEMPT") return { ...THROUGHOUT, exempt: reasons[0] ?? null };
  if (proration === "none" && part === null) return THROUGHOUT;
  const weighed = weighCycle(
    range,
    basisOf(company, proration === "none" ? "calendar" : proration),
  );
  if (!weighed.ok) return { ...THROUGHOUT, exempt: weighed.problems[0] ?? null };
  // Nobody is asked for a whole target in a part of the cycle, whatever the settings say of leave.
  const present: Days = proration === "none" ? { from: null, to: null, leave: [] } : days;
  const elsewhere = part === null ? [] : daysOutside(part, range);
  const here: Days = {
    ...present,
    leave: [
      ...present.leave,
      ...elsewhere.map((outside) => ({ ...outside, kind: "other" as const })),
    ],
  };
  const asked = (target: Decimal) =>
    proratedTarget(target, "flow", weighed.value, here, proration === "none" ? [] : ramp).target;
  return {
    exempt: null,
    prorate: asked,
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
