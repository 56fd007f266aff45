import { Decimal } from "../../decimal.ts";
import {
  bunching,
  capShare,
  discrimination,
  floorShare,
  hitRate,
  medianAttainment,
  missingShare,
  outlier,
  staleness,
  variation,
  type Check,
  type Finding,
} from "../../kpi/health.ts";
import { dayNumber } from "../../formula/calendar.ts";
import { lengthOf } from "../../kpi/day-shares.ts";
import { refused, type Outcome } from "../../kpi/outcome.ts";
import { reason } from "../../kpi/reason.ts";
import type { CheckView, HealthView } from "../../report/analysis-views.ts";
import { healthText } from "../../report/kpi-check-text.ts";
import { say, type Locale } from "../../words/words.ts";
import type { CycleRow, Kpi } from "../company.ts";
import { decimalOf, reasonsText, type Observation, type Reading } from "./reading.ts";

/** A check as it is told: what it found, or why it can say nothing. */
export function checkView(check: Check, outcome: Outcome<Finding>, locale: Locale): CheckView {
  const name = say(locale, `analysis.check.${check}`);
  if (!outcome.ok)
    return {
      check,
      name,
      flag: null,
      n: null,
      figures: {},
      text: reasonsText(outcome.problems, locale),
    };
  const { flag, n, figures } = outcome.value;
  return { check, name, flag, n, figures, text: healthText(outcome.value, locale) };
}

/**
 * Every check of one KPI over its items in some cycles. Each says how many observations it stands on,
 * or that there are too few.
 *
 * Attainment is actual ÷ target, target ÷ actual where less is better; bunching looks at it around 1,
 * for people have targets of their own. Staleness expects a record at least once per cycle.
 *
 * @param seen  items of this KPI, of comparable subjects
 * @param cycles  those looked at, oldest first
 */
export function checkKpi(
  reading: Reading,
  kpi: Kpi,
  seen: readonly Observation[],
  cycles: readonly CycleRow[],
): CheckView[] {
  const scored = seen.flatMap(({ item, sheet, cycle }) => {
    const score = decimalOf(item.result?.score)?.toNumber();
    return score === undefined ? [] : [{ subject: sheet.subject, period: cycle.period, score }];
  });
  const scores = scored.map(({ score }) => score);
  const actuals = seen.flatMap(({ item }) => decimalOf(item.result?.actual)?.toNumber() ?? []);
  const { cap, floor } = kpi.method;
  const statuses = seen.map(({ item }) => item.result?.status ?? "PENDING");
  const applying = statuses.filter((one) => !["NOT_APPLICABLE", "EXEMPT", "PENDING"].includes(one));
  const missing = applying.filter((one) => one === "NO_DATA").length;
  const checks: [Check, Outcome<Finding>][] = [
    ["hit_rate", hitRate(scored, { hygiene: kpi.kind === "hygiene" })],
    ["attainment", attainmentOf(kpi, seen)],
    ["discrimination", discrimination(scores)],
    ["variation", variation(actuals)],
    ["missing", missingShare(missing, applying.length)],
    ["staleness", stalenessOf(reading, kpi, cycles)],
    ["bunching", bunchingOf(kpi, seen)],
  ];
  if (cap !== null) checks.push(["at_cap", capShare(scores, cap.toNumber())]);
  if (floor !== null) checks.push(["at_floor", floorShare(scores, floor.toNumber())]);
  return checks.map(([check, outcome]) => checkView(check, outcome, reading.locale));
}

/** Actuals as parts of their targets; those without a positive target are left out. */
function ratiosOf(seen: readonly Observation[]): number[] {
  return seen.flatMap(({ item }) => {
    const actual = decimalOf(item.result?.actual);
    const target = decimalOf(item.result?.targetUsed ?? item.target);
    return actual && target?.greaterThan(0) ? [actual.div(target).toNumber()] : [];
  });
}

function attainmentOf(kpi: Kpi, seen: readonly Observation[]): Outcome<Finding> {
  const ratios = ratiosOf(seen);
  if (kpi.direction === "target") return refused(reason("target_best_at_target"));
  if (kpi.direction === "higher") return medianAttainment(ratios);
  // Of nothing at all there is no ratio; whoever is there has reached any target.
  return medianAttainment(ratios.filter((ratio) => ratio > 0).map((ratio) => 1 / ratio));
}

function bunchingOf(kpi: Kpi, seen: readonly Observation[]): Outcome<Finding> {
  if (kpi.direction === "target") return refused(reason("target_best_at_target"));
  const wide = seen.filter(({ item }) => {
    const target = decimalOf(item.result?.targetUsed ?? item.target);
    return target !== null && canBunch(kpi, target);
  });
  return bunching(ratiosOf(wide), 1, kpi.direction);
}

/**
 * Whether figures can lie within 2 % of a target on both sides. Not so where that is less than one step
 * of the figure (8 orders: 7 are far below), nor at 100 % of a rate, beyond which there is nothing.
 */
function canBunch({ unit, decimals }: Kpi, target: Decimal): boolean {
  const rate = unit === "%";
  const step = new Decimal(10).pow(-(decimals + (rate ? 2 : 0)));
  return !(rate && target.equals(1)) && target.times("0.02").greaterThanOrEqualTo(step);
}

function stalenessOf(
  { state, today }: Reading,
  kpi: Kpi,
  cycles: readonly CycleRow[],
): Outcome<Finding> {
  const last = cycles.at(-1);
  const every = last && lengthOf(last);
  if (!last || !every) return refused(reason("health_frequency"));
  const until = today < last.end ? today : last.end;
  const sources = [...kpi.references.values()].map(({ source }) => source);
  const seen = state.one<{ latest: string | null; n: number }>(
    `SELECT max(date) AS latest, count(*) AS n FROM contributions WHERE date <> '' AND date <= ? AND source_id IN (${sources.map(() => "?").join(", ")})`,
    until,
    ...sources,
  );
  const days = (dayNumber(until) ?? 0) - (dayNumber(seen?.latest ?? until) ?? 0);
  return staleness({ days, every, seen: seen?.n ?? 0 });
}

/** Figures of the last cycle that should be asked about before they count, each against its own history. */
export function unusualFigures(
  reading: Reading,
  seen: readonly Observation[],
  last: CycleRow,
  nameOf: (one: Observation) => string,
): HealthView["kpis"][number]["unusual"] {
  const histories = new Map<string, number[]>();
  for (const { sheet, cycle, item } of seen) {
    const actual = decimalOf(item.result?.actual)?.toNumber();
    if (cycle.id === last.id || actual === undefined) continue;
    const known = histories.get(sheet.subject);
    if (known) known.push(actual);
    else histories.set(sheet.subject, [actual]);
  }
  return seen
    .filter(({ cycle }) => cycle.id === last.id)
    .flatMap((one) => {
      const actual = decimalOf(one.item.result?.actual);
      if (actual === null) return [];
      const found = outlier(actual.toNumber(), histories.get(one.sheet.subject) ?? []);
      if (!found.ok || found.value.flag === null) return [];
      const check = checkView("outlier", found, reading.locale);
      return [{ subject: nameOf(one), actual: actual.toFixed(), check }];
    });
}
