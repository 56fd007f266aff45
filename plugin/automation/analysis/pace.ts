import { Decimal, decimalText } from "../../decimal.ts";
import { lengthOf, weighCycle, type DayRange, type WeighedCycle } from "../../kpi/day-shares.ts";
import type { Reason } from "../../kpi/model.ts";
import type { Outcome } from "../../kpi/outcome.ts";
import { expectedShare, paceOf, speedOf, type Pace } from "../../kpi/pace.ts";
import { reason } from "../../kpi/reason.ts";
import type { PaceView } from "../../report/analysis-views.ts";
import { formatDate, formatShare, formatUnit, joinSentences } from "../../report/format.ts";
import { say } from "../../words/words.ts";
import { basisOf } from "../presence.ts";
import type { CycleRow } from "../company.ts";
import { courseOf, type Course } from "./course.ts";
import {
  cycleNamed,
  decimalOf,
  kpiName,
  kpiNamed,
  observe,
  reasonsText,
  sheetsOf,
  someone,
  subjectNamed,
  type Observation,
  type Reading,
} from "./reading.ts";

const ZERO = new Decimal(0);

export interface PaceQuery {
  readonly cycle: string;
  /** Day to look from, "YYYY-MM-DD"; null = today. */
  readonly day: string | null;
  readonly basis: PaceView["basis"];
  readonly kpi: string | null;
  readonly subject: string | null;
}

/**
 * Where people and departments stand on the way to their targets.
 *
 * Only for KPIs whose target is a quantity that adds up over days and of which more is better. The
 * actual is what the records up to the day give; expected is the share of calendar days, or of working
 * days, that have passed of the cycle, of somebody who joined or left within it of that part.
 *
 * @throws request/not-found
 * @source the specification 3.17
 */
export function tellPace(reading: Reading, query: PaceQuery): PaceView {
  const { locale } = reading;
  const cycle = cycleNamed(reading, query.cycle);
  const day = query.day ?? reading.today;
  const kpi = query.kpi === null ? null : kpiNamed(reading, query.kpi);
  const subject = query.subject === null ? null : subjectNamed(reading, query.subject);
  const seen = (["individual", "department"] as const)
    .flatMap((kind) => observe(reading, cycle, sheetsOf(reading, cycle, kind)))
    .filter((one) => one.kpi.prorated && one.kpi.direction === "higher")
    .filter((one) => kpi === null || one.kpi.id === kpi.id)
    .filter(({ sheet }) => subject === null || sheet.subject === subject.subject);
  const calendars = new Map<string, Outcome<WeighedCycle>>();
  const weighed = (range: DayRange): Outcome<WeighedCycle> => {
    const key = `${range.start} ${range.end}`;
    const known = calendars.get(key);
    if (known) return known;
    const made = weighCycle(range, basisOf(reading.company, query.basis));
    calendars.set(key, made);
    return made;
  };
  const rows: PaceView["rows"] = [];
  const left: PaceView["left"] = [];
  for (const one of seen) {
    const who = { ...someone(reading, one.sheet), kpi: kpiName(reading, one.kpi) };
    const range = weighed(employedIn(reading, one));
    const told = range.ok ? paceFor(reading, one, range.value, day) : range;
    if ("problems" in told) left.push({ ...who, text: reasonsText(told.problems, locale) });
    else rows.push({ ...who, ...told });
  }
  const notices = [say(locale, "analysis.pace.flows")];
  if (day > cycle.end) notices.push(say(locale, "analysis.pace.over", { cycle: cycle.name }));
  return { cycle: cycle.name, today: day, basis: query.basis, rows, left, notices };
}

type Told = Omit<PaceView["rows"][number], "sheet" | "subject" | "name" | "department" | "kpi">;

function paceFor(
  reading: Reading,
  { cycle, sheet, item, kpi }: Observation,
  range: WeighedCycle,
  day: string,
): Told | { readonly problems: readonly Reason[] } {
  const { result } = item;
  if (!result || result.actual === null)
    return { problems: result ? result.reasons : [reason("no_records")] };
  const target = decimalOf(result.targetUsed ?? item.target);
  if (target === null) return { problems: [reason("target_missing")] };
  const course = courseOf(reading, kpi, sheet, cycle.period);
  if (course === null) return { problems: [reason("pace_not_adding")] };
  const past = course.filter(({ date }) => date <= day);
  const actual = past.at(-1)?.value ?? nothingYet(reading, kpi);
  if (actual === null) return { problems: [reason("no_records")] };
  const expected = expectedShare(range, day);
  if (!expected.ok) return expected;
  const pace = paceOf(actual, target, expected.value);
  if (!pace.ok) return pace;
  const reached = reachedOn(past, target, range);
  return {
    target: decimalText(target),
    actual: decimalText(actual),
    attained: decimalText(pace.value.attained),
    expected: decimalText(pace.value.expected),
    index: pace.value.index && decimalText(pace.value.index),
    forecast: pace.value.forecast && decimalText(pace.value.forecast),
    band: pace.value.band,
    reached,
    text: paceText(reading, kpi, pace.value, reached),
  };
}

/** Before the first record: 0 where no record means nothing done, else unknown. */
function nothingYet({ company }: Reading, kpi: Observation["kpi"]): Decimal | null {
  const sources = [...kpi.references.values()].map(({ source }) => company.sources.get(source));
  if (sources.some((source) => source?.whenEmpty !== "zero")) return null;
  const none = kpi.formula.evaluate(() => ({ kind: "number", value: ZERO }));
  return none.kind === "number" ? none.value : null;
}

/** The day from which on the target stood reached: what was taken back again does not count. */
function reachedOn(course: Course, target: Decimal, { start, end }: DayRange): Told["reached"] {
  let date: string | null = null;
  for (const step of course)
    date = step.value.lessThan(target) ? null : (date ?? (step.date < start ? start : step.date));
  const day = date === null ? null : lengthOf({ start, end: date });
  const days = lengthOf({ start, end });
  if (date === null || day === null || days === null) return null;
  const speed = speedOf(day, days);
  if (!speed.ok) return null;
  return { date, day, daysEarly: speed.value.daysEarly, speed: decimalText(speed.value.index) };
}

function employedIn({ company }: Reading, { sheet, cycle }: Observation): DayRange {
  const { start, end }: CycleRow = cycle;
  const employee = sheet.kind === "individual" ? company.employees.get(sheet.subject) : undefined;
  const { hired = null, left = null } = employee ?? {};
  const from = hired !== null && hired > start && hired <= end ? hired : start;
  const to = left !== null && left < end && left >= from ? left : end;
  return { start: from, end: to };
}

function paceText(
  { locale }: Reading,
  kpi: Observation["kpi"],
  { attained, expected, index, forecast, band, reasons }: Pace,
  reached: Told["reached"],
): string {
  const style = { unit: kpi.unit, decimals: kpi.decimals };
  const shares = {
    attained: formatShare(attained, locale),
    expected: formatShare(expected, locale),
    index: index === null ? "—" : index.toFixed(2),
    forecast: formatUnit(forecast, style, locale),
  };
  const early = say(locale, "analysis.pace.reached", {
    date: formatDate(reached?.date ?? null, locale),
    day: reached?.day ?? "",
    early: reached?.daysEarly ?? "",
    speed: reached === null ? "" : Number(reached.speed).toFixed(2),
  });
  return joinSentences(
    [
      say(locale, `analysis.pace.${band}`, shares),
      reached === null ? "" : early,
      band === "too-early" ? reasonsText(reasons, locale) : "",
    ],
    locale,
  );
}
