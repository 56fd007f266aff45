import { Decimal } from "../../decimal.ts";
import { dateOfDay, dayNumber } from "../../formula/calendar.ts";
import {
  promotionEligibility,
  type PromotionRecord,
  type PromotionRules,
  type RatedCycle,
} from "../../kpi/promotion.ts";
import type { PromotionView } from "../../report/analysis-views.ts";
import { reasonText } from "../../report/reasons.ts";
import { say } from "../../words/words.ts";
import type { CycleRow, Employee } from "../company.ts";
import type { ScoredSheet } from "../results.ts";
import { cycleNamed, cyclesUpTo, refuse, sheetsOf, subjectNamed, type Reading } from "./reading.ts";

export interface PromotionQuery {
  readonly cycle: string;
  /** Only this person, or the people of this department and those below it; null = everybody. */
  readonly subject: string | null;
}

/** What is asked for, in the grades of the core pack. */
const RULES: Omit<PromotionRules, "grades"> = {
  cycles: 3,
  atLeast: "B",
  goodCycles: 1,
  goodGrade: "A",
  never: "D",
  tenureMonths: 24,
  coverage: new Decimal("0.8"),
};

/**
 * The conditions for a promotion, one by one, for every active employee. Decides nothing.
 *
 * Looks at the newest three cycles of the kind of the one named, up to it. Whoever has no sheet with a
 * total in one of them, or two, has a cycle that is not known. Improvement plans are in no table: that
 * condition cannot be told. Months in the position count up to the last day of the cycle.
 *
 * @throws request/not-found; record/unusable-rules when the company has no grades of these names
 * @source the specification 3.13
 */
export function tellPromotion(reading: Reading, query: PromotionQuery): PromotionView {
  const { company, locale } = reading;
  const cycle = cycleNamed(reading, query.cycle);
  const wish = query.subject === null ? null : subjectNamed(reading, query.subject).subject;
  const rules = { ...RULES, grades: (company.grades?.bands ?? []).map(({ grade }) => grade) };
  const rated = cyclesUpTo(reading, cycle, rules.cycles)
    .reverse()
    .map((one) => ({ name: one.name, sheets: bySubject(sheetsOf(reading, one, "individual")) }));
  const people = [...company.employees.values()]
    .filter(({ active }) => active)
    .filter(({ id }) => wish === null || company.people.subjectsOf(id).includes(wish))
    .map((employee) => {
      const record: PromotionRecord = {
        cycles: rated.flatMap(({ sheets }) => ratedCycle(sheets.get(employee.id) ?? []) ?? []),
        tenureMonths: monthsInPosition(reading, employee, cycle),
        openPlan: null,
      };
      const told = promotionEligibility(record, rules);
      if (!told.ok) refuse(told.problems, locale);
      return {
        subject: employee.id,
        name: employee.name,
        department: company.departments.get(employee.department ?? "")?.name ?? null,
        eligible: told.value.eligible,
        conditions: told.value.conditions.map(({ code, holds, reason }) => ({
          code,
          holds,
          text: reasonText(reason, locale),
        })),
      };
    });
  return {
    cycle: cycle.name,
    cycles: rated.map(({ name }) => name),
    people,
    notices: [
      say(locale, "analysis.promotion.tenure", { cycle: cycle.name }),
      say(locale, "analysis.promotion.plans"),
      say(locale, "analysis.promotion.person-decides"),
    ],
  };
}

function bySubject(sheets: readonly ScoredSheet[]): ReadonlyMap<string, readonly ScoredSheet[]> {
  const found = new Map<string, ScoredSheet[]>();
  for (const one of sheets)
    found.set(one.sheet.subject, [...(found.get(one.sheet.subject) ?? []), one]);
  return found;
}

/** What is known of somebody's cycle; null = nothing. */
function ratedCycle(sheets: readonly ScoredSheet[]): RatedCycle | null {
  const results = sheets.flatMap(({ sheet }) => sheet.result ?? []);
  // A veto counts in whichever part of the cycle it fell.
  const veto = results.some(
    ({ preVeto, gradeLimits }) =>
      preVeto !== null || gradeLimits.some(({ code }) => code === "veto"),
  );
  const closing = results.filter(({ part }) => part?.role !== "earlier");
  const [only] = closing;
  // Nothing counted, as for somebody exempt, is no low coverage; nor do two sheets say which one holds.
  if (only === undefined || closing.length > 1 || only.state === "empty")
    return veto ? { grade: null, coverage: new Decimal(0), veto } : null;
  return { grade: only.grade, coverage: new Decimal(only.coverage), veto };
}

/** Whole months in the present position up to and with the last day of the cycle; null = not known. */
function monthsInPosition(
  { company }: Reading,
  employee: Employee,
  { end }: CycleRow,
): number | null {
  const assigned = company.assignments.get(employee.id) ?? [];
  if (assigned.length === 0) return wholeMonths(employee.hired, end);
  let since: string | null = null;
  let position: string | null = null;
  // Latest first: back over assignments of the same position that follow each other without a gap.
  for (const one of [...assigned].reverse()) {
    if (one.start > end) continue;
    if (since === null) {
      if (one.end !== null && one.end < end) return null;
      position = one.position;
    } else if (one.position !== position || one.end === null || dayAfter(one.end) !== since) break;
    since = one.start;
  }
  return wholeMonths(since, end);
}

function dayAfter(date: string): string | null {
  const day = dayNumber(date);
  return day === null ? null : dateOfDay(day + 1);
}

/** Both days included: the whole of a year is 12. */
function wholeMonths(start: string | null, end: string): number | null {
  const after = dayAfter(end);
  if (start === null || after === null) return null;
  const parts = (date: string) => date.split("-").map(Number);
  const [year = 0, month = 0, day = 0] = parts(start);
  const [toYear = 0, toMonth = 0, toDay = 0] = parts(after);
  return Math.max(0, (toYear - year) * 12 + toMonth - month - (toDay < day ? 1 : 0));
}
