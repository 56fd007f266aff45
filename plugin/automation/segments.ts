import { lengthOf, type DayRange } from "../kpi/day-shares.ts";
import { dateOfDay, dayNumber } from "../formula/calendar.ts";
import { RowProblem, RowReader, type ConfigRow } from "./config-row.ts";
import type { Assignment, Company, CycleRow } from "./company.ts";
import type { SheetRecord } from "./results.ts";

/** Time before anybody's first assignment: no row of the table has this id. */
const BEFORE_ALL = "0";
const OPEN = "9999-12-31";

/** A part of a cycle that somebody spent in one position and department. */
export interface Segment extends DayRange {
  /** What sheets may call it: ids of its assignments; `id+` is the time after one. */
  readonly keys: readonly string[];
  /** Days employed. */
  readonly days: number;
  readonly position: string | null;
  readonly department: string | null;
}

export function readAssignment(row: ConfigRow): Assignment {
  const reader = new RowReader(row);
  const [employee, position] = [reader.first("employee"), reader.first("position")];
  if (!employee) throw new RowProblem("required", { field: "employee" });
  if (!position) throw new RowProblem("required", { field: "position" });
  const [start, end] = [reader.date("start"), reader.optionalDate("end")];
  if (end !== null && end < start) throw new RowProblem("dates_crossed", { start, end });
  return { id: row.id, employee, position, department: reader.first("department"), start, end };
}

/** Assignments by employee, earliest first; one that overlaps an earlier row's is refused. */
export class Assignments {
  readonly byEmployee = new Map<string, Assignment[]>();

  /** @throws RowProblem `assignments_overlap` */
  add(one: Assignment): Assignment {
    const known = this.byEmployee.get(one.employee) ?? [];
    const twin = known.find(
      ({ start, end }) => start <= (one.end ?? OPEN) && (end ?? OPEN) >= one.start,
    );
    if (twin)
      throw new RowProblem("assignments_overlap", {
        start: one.start,
        end: one.end ?? "",
        otherStart: twin.start,
        otherEnd: twin.end ?? "",
      });
    const all = [...known, one].sort((a, b) => (a.start < b.start ? -1 : 1));
    this.byEmployee.set(one.employee, all);
    return one;
  }
}

/**
 * The parts of a cycle that an employee spent in different places, in order; together they are the
 * whole cycle. Time without an assignment is spent where the employee's own row says.
 *
 * @returns at least one
 */
export function segmentsOf(
  company: Company,
  employee: string,
  cycle: CycleRow,
): readonly [Segment, ...Segment[]] {
  const person = company.employees.get(employee);
  const home = { position: person?.position ?? null, department: person?.department ?? null };
  const whole = { start: cycle.start, end: cycle.end };
  const unmoved = { ...whole, ...home, keys: [BEFORE_ALL], days: lengthOf(whole) ?? 0 };
  const rows = company.assignments.get(employee) ?? [];
  const from = person?.hired && person.hired > cycle.start ? person.hired : cycle.start;
  const to = person?.left && person.left < cycle.end ? person.left : cycle.end;
  if (rows.length === 0 || from > to) return [unmoved];
  const parts: Omit<Segment, "days">[] = [];
  const note = (part: Omit<Segment, "days">) => {
    const last = parts.at(-1);
    if (last?.position !== part.position || last.department !== part.department) parts.push(part);
    else parts[parts.length - 1] = { ...last, end: part.end, keys: [...last.keys, ...part.keys] };
  };
  let [next, key] = [from, BEFORE_ALL];
  for (const { id, position, department, start, end } of rows) {
    if (start > to) break;
    if (start > next) note({ ...home, keys: [key], start: next, end: shifted(start, -1) });
    key = `${id}+`;
    if (end !== null && end < next) continue;
    const until = end !== null && end < to ? end : to;
    note({
      keys: [id],
      start: start > next ? start : next,
      end: until,
      position,
      department: department ?? home.department,
    });
    next = shifted(until, 1);
  }
  if (next <= to) note({ ...home, keys: [key], start: next, end: to });
  // Records before the first and after the last day at work stay with their neighbours.
  const [first = unmoved, ...others] = parts.map((part, place) => ({
    ...part,
    days: lengthOf(part) ?? 0,
    start: place === 0 ? cycle.start : part.start,
    end: place === parts.length - 1 ? cycle.end : part.end,
  }));
  return [first, ...others];
}

type Named = Pick<SheetRecord, "id" | "segment">;

/** The sheet that says by name which segment it is about; of several the first. */
export function namedSheet<T extends Named>(
  { keys }: Segment,
  siblings: readonly T[],
): T | undefined {
  for (const key of keys) {
    const named = siblings.filter(({ segment }) => segment.key === key);
    const [first] = named.sort((a, b) => (a.id < b.id ? -1 : 1));
    if (first) return first;
  }
  return undefined;
}

/**
 * The segment a sheet is about. One that names none is about the first of its position that no other
 * sheet names: the sheet from before a transfer goes on as the part before it.
 *
 * @param siblings  all sheets of the same subject and cycle
 * @returns null when the sheet is about none any more
 */
export function segmentOf(
  sheet: Named,
  siblings: readonly Named[],
  segments: readonly Segment[],
): Segment | null {
  const { key, position } = sheet.segment;
  if (key !== "") {
    const meant = segments.find(({ keys }) => keys.includes(key));
    return meant && namedSheet(meant, siblings)?.id === sheet.id ? meant : null;
  }
  const free = segments.filter((segment) => !namedSheet(segment, siblings));
  const own = free.find((segment) => segment.position === position);
  if (own || position === null || segments.length === 1) return own ?? free[0] ?? null;
  return null;
}

function shifted(date: string, days: number): string {
  return dateOfDay((dayNumber(date) ?? 0) + days) ?? date;
}

/** Days of a cycle outside a part of it. */
export function daysOutside(part: DayRange, cycle: DayRange): readonly DayRange[] {
  return [
    { start: cycle.start, end: shifted(part.start, -1) },
    { start: shifted(part.end, 1), end: cycle.end },
  ].filter(({ start, end }) => start <= end);
}
