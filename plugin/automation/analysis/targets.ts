import { Decimal, decimalText } from "../../decimal.ts";
import type { Direction, Grain, Period, Reason } from "../../kpi/model.ts";
import { previousPeriod } from "../../kpi/period.ts";
import { reason } from "../../kpi/reason.ts";
import {
  checkAssignment,
  standing,
  suggestTargets,
  type FigureScale,
  type Standing,
} from "../../kpi/target.ts";
import type { TargetsView } from "../../report/analysis-views.ts";
import { assignmentText } from "../../report/kpi-check-text.ts";
import { say } from "../../words/words.ts";
import { grainsInUse } from "../apply.ts";
import { Cells } from "../cells.ts";
import type { CycleRow, Kpi } from "../company.ts";
import { measureActual } from "../measure-actual.ts";
import type { SheetRecord } from "../results.ts";
import {
  cycleNamed,
  decimalOf,
  kpiName,
  kpiNamed,
  observe,
  reasonsText,
  sheetsOf,
  subjectNamed,
  type Reading,
} from "./reading.ts";

export interface TargetsQuery {
  readonly cycle: string;
  readonly kpi: string;
  readonly subject: string;
}

/** Periods looked back at most: three years of months. */
const HISTORY = 36;
const SEASONS: Readonly<Record<Grain, number | null>> = {
  month: 12,
  quarter: 4,
  half: 2,
  year: null,
};

/**
 * Three values to start the talk about a target from, and where the present one stands.
 *
 * The history is what the subject reached in the periods before the cycle, back to the first gap. For
 * KPIs that add up over days it is also told whether the targets of a department's people add up to the
 * department's own.
 *
 * @throws request/not-found
 * @source the specification 3.16, 3.7 (sum-type links)
 */
export function suggestForTarget(reading: Reading, query: TargetsQuery): TargetsView {
  const { locale } = reading;
  const cycle = cycleNamed(reading, query.cycle);
  const kpi = kpiNamed(reading, query.kpi);
  const subject = subjectNamed(reading, query.subject);
  const history = historyOf(reading, kpi, subject.subject, cycle.period, HISTORY);
  const figures = history.map(({ value }) => value);
  const problems: Reason[] = [];
  const notices: string[] = [];
  const now = targetOf(reading, kpi, cycle, subject);
  if (now === null) notices.push(say(locale, "analysis.targets.none", { cycle: cycle.name }));

  const way = wayOf(kpi.direction);
  if (way === null) problems.push(reason("target_best_at_target"));
  const current = way && now ? standing(now, figures, way) : null;
  const season = SEASONS[cycle.kind];
  const suggested = way
    ? suggestTargets(figures, way, { season, scale: scaleOf(kpi, figures) })
    : null;
  if (current && !current.ok) problems.push(...current.problems);
  if (suggested && !suggested.ok) problems.push(...suggested.problems);
  const places = Math.max(2, kpi.decimals) + (kpi.unit === "%" ? 2 : 0);
  const value = suggested?.ok ? suggested.value : null;
  return {
    cycle: cycle.name,
    kpi: kpiName(reading, kpi),
    subject: subject.name,
    history: history.map((one) => ({ period: one.period, value: decimalText(one.value) })),
    current: current?.ok && now ? standingView(now, current.value) : null,
    suggestion: value && {
      method: value.method,
      base: standingView(value.base.toDecimalPlaces(places), value.standings.base),
      target: standingView(value.target.toDecimalPlaces(places), value.standings.target),
      stretch: standingView(value.stretch.toDecimalPlaces(places), value.standings.stretch),
    },
    assignment: assignmentIn(reading, kpi, cycle, departmentOf(reading, subject)),
    notices: [
      ...notices,
      ...(problems.length > 0 ? [reasonsText(problems, locale)] : []),
      say(locale, "analysis.targets.proposal"),
    ],
  };
}

/** What was reached in the periods before this one, oldest first, back to the first gap. */
export function historyOf(
  { company, state }: Reading,
  kpi: Kpi,
  subject: string,
  period: Period,
  most: number,
): { readonly period: Period; readonly value: Decimal }[] {
  const cells = new Cells(state, grainsInUse(company));
  const found: { period: Period; value: Decimal }[] = [];
  for (let before = previousPeriod(period); found.length < most; before = previousPeriod(before)) {
    const actual = measureActual(company, cells, kpi, subject, before);
    if (actual.status !== "OK") break;
    found.unshift({ period: before, value: actual.value });
  }
  return found;
}

function wayOf(direction: Direction): Exclude<Direction, "target"> | null {
  return direction === "target" ? null : direction;
}

/**
 * Ends that no proposal should pass. A figure that compares periods has none. Else what never was below 0
 * stays above it, and a rate that has reached 100 % and never passed it ends there.
 */
function scaleOf(kpi: Kpi, history: readonly Decimal[]): FigureScale {
  const open = { min: null, max: null };
  if ([...kpi.references.values()].some(({ of }) => of !== "own") || history.length === 0)
    return open;
  const full = kpi.unit === "%" && Decimal.max(...history).equals(1);
  return {
    min: Decimal.min(...history).isNegative() ? null : new Decimal(0),
    max: full ? new Decimal(1) : null,
  };
}

function standingView(value: Decimal, { percentile, hitShare }: Standing) {
  return {
    value: decimalText(value),
    percentile: decimalText(percentile.toDecimalPlaces(10)),
    hitShare: decimalText(hitShare.toDecimalPlaces(10)),
  };
}

function targetOf(
  reading: Reading,
  kpi: Kpi,
  cycle: CycleRow,
  { kind, subject }: Pick<SheetRecord, "kind" | "subject">,
): Decimal | null {
  const sheets = sheetsOf(reading, cycle, kind).filter(({ sheet }) => sheet.subject === subject);
  const [one] = observe(reading, cycle, sheets).filter(({ item }) => item.kpi === kpi.id);
  return decimalOf(one?.item.target);
}

function departmentOf(
  { company }: Reading,
  { kind, subject }: Pick<SheetRecord, "kind" | "subject">,
): string | null {
  if (kind === "department") return subject;
  return company.employees.get(subject)?.department ?? null;
}

/** Do the targets of a department's people, those of the departments below included, add up to its own? */
function assignmentIn(
  reading: Reading,
  kpi: Kpi,
  cycle: CycleRow,
  department: string | null,
): TargetsView["assignment"] {
  const { company, locale } = reading;
  if (!kpi.prorated || department === null) return null;
  const parent = targetOf(reading, kpi, cycle, { kind: "department", subject: department });
  if (parent === null) return null;
  const children = observe(reading, cycle, sheetsOf(reading, cycle, "individual"))
    .filter(({ item }) => item.kpi === kpi.id)
    .filter(({ sheet }) => company.people.subjectsOf(sheet.subject).includes(department))
    .flatMap(({ item }) => decimalOf(item.target) ?? []);
  const checked = checkAssignment(parent, children);
  if (!checked.ok) return null;
  const { ratio, flag, n } = checked.value;
  return {
    department: company.departments.get(department)?.name ?? department,
    parent: decimalText(parent),
    children: n,
    ratio: decimalText(ratio.toDecimalPlaces(10)),
    flag,
    text: assignmentText(checked.value, locale),
  };
}
