import { Decimal } from "../../decimal.ts";
import { median } from "../../kpi/median.ts";
import { lintKpi, type KpiDescription } from "../../kpi/smart.ts";
import { historyPercentile } from "../../kpi/target.ts";
import type { LintView } from "../../report/analysis-views.ts";
import { vagueWords } from "../../report/kpi-check-text.ts";
import { say } from "../../words/words.ts";
import { ANYBODY } from "../cells.ts";
import type { CycleRow, Kpi } from "../company.ts";
import {
  cyclesUpTo,
  decimalOf,
  kpiName,
  kpiNamed,
  observe,
  sheetsOf,
  type Observation,
  type Reading,
} from "./reading.ts";
import { findingView, kindOf, lintSets } from "./scheme-sets.ts";

export interface LintQuery {
  /** Code, name or record id; null = every published KPI, and the sets they form. */
  readonly kpi: string | null;
}

/** Cycles whose figures say what a target can be. */
const WINDOW = 12;

/**
 * What is to be said about published KPIs before people are scored by them. Nothing is written to the
 * KPI's row: a person reads it and decides.
 *
 * Figures are those of the newest cycles that have results, at most twelve of a kind. Records count as
 * they change, so frequency and data date are given with the cycle; a perspective stands for the goal a
 * KPI serves, and being named as a driver for serving one indirectly.
 *
 * @throws request/not-found
 * @source the specification 3.16
 */
export function lintKpis(reading: Reading, query: LintQuery): LintView {
  const { company, locale } = reading;
  const wanted = query.kpi === null ? null : kpiNamed(reading, query.kpi);
  const kpis = wanted ? [wanted] : [...company.kpis.values()].filter(({ published }) => published);
  const cycles = newestCycles(reading);
  const seen = cycles.flatMap((cycle) =>
    (["individual", "department"] as const).flatMap((kind) =>
      observe(reading, cycle, sheetsOf(reading, cycle, kind)),
    ),
  );
  const vague = vagueWords();
  return {
    kpis: kpis.map((kpi) => ({
      kpi: kpiName(reading, kpi),
      findings: lintKpi(
        describe(
          reading,
          kpi,
          seen.filter((one) => one.kpi.id === kpi.id),
        ),
        vague,
      ).map((finding) => findingView(finding, locale)),
    })),
    sets: wanted ? [] : lintSets(reading),
    notices: [
      say(locale, "analysis.lint.cycles", {
        cycles: cycles.length === 0 ? "—" : cycles.map(({ name }) => name).join(", "),
      }),
      say(locale, "analysis.lint.proposal"),
    ],
  };
}

/** The newest cycles with results, of the kind that has most of them; of equals the shorter kind. */
export function newestCycles(reading: Reading): CycleRow[] {
  const { company, state } = reading;
  const withResults = new Set(
    state
      // A cycle that has hardly begun, or has no records yet, says nothing about targets.
      .all<{ id: string }>(
        "SELECT DISTINCT cycle_id AS id FROM sheets WHERE json_extract(result, '$.state') = 'final'",
      )
      .map(({ id }) => id),
  );
  const lists = (["month", "quarter", "half", "year"] as const).map((kind) =>
    [...company.cycles.values()]
      .filter((cycle) => cycle.kind === kind && withResults.has(cycle.id))
      .filter(({ start }) => start <= reading.today)
      .sort((a, b) => (a.period < b.period ? -1 : 1)),
  );
  const longest = lists.reduce((best, list) => (list.length > best.length ? list : best), []);
  const last = longest.at(-1);
  return last ? cyclesUpTo(reading, last, WINDOW).filter(({ id }) => withResults.has(id)) : [];
}

function describe(reading: Reading, kpi: Kpi, seen: readonly Observation[]): KpiDescription {
  const { company } = reading;
  const last = seen.at(-1)?.cycle;
  const latest = seen.filter(({ cycle }) => cycle === last);
  // People of their own level have targets of their own: only those of people are compared.
  const people = seen.filter(({ sheet }) => sheet.kind === "individual");
  const compared = people.length > 0 ? people : seen;
  const targets = latest
    .filter((one) => compared.includes(one))
    .flatMap(({ item }) => decimalOf(item.target) ?? []);
  const periods = new Map<string, boolean>();
  for (const { cycle, item } of compared) {
    const reached = item.result?.reached ?? null;
    if (reached !== null)
      periods.set(cycle.period, (periods.get(cycle.period) ?? false) || reached);
  }
  const kinds = new Set(
    company.schemes.filter((scheme) => scheme.kpi === kpi.id).flatMap((scheme) => scheme.kinds),
  );
  const period = [...kinds].join(", ");
  const end = last?.end ?? "";
  return {
    name: kpi.name,
    definition: kpi.definition,
    exclusions: kpi.exclusions,
    owner: company.employees.get(kpi.owner ?? "")?.name ?? "",
    unit: kpi.unit,
    direction: kpi.direction,
    method: kpi.method.code,
    source: sourceOf(reading, kpi),
    target: median(targets),
    range: rangeOf(compared),
    targetReason: latest.find(({ item }) => item.targetBasis !== "")?.item.targetBasis ?? "",
    hits:
      periods.size === 0
        ? null
        : { reached: [...periods.values()].filter(Boolean).length, periods: periods.size },
    goal: goalOf(reading, kpi),
    kind: kindOf(kpi),
    counterMetric: [...kpi.counters, kpi.gate?.kpi ?? ""].filter((id) => id !== "").join(" "),
    period,
    frequency: period,
    dataDate: end,
    deadline: end,
  };
}

function rangeOf(seen: readonly Observation[]): KpiDescription["range"] {
  const actuals = seen.flatMap(({ item }) => decimalOf(item.result?.actual) ?? []);
  const low = historyPercentile(actuals, new Decimal("0.1"));
  const high = historyPercentile(actuals, new Decimal("0.9"));
  return low.ok && high.ok ? { low: low.value, high: high.value } : null;
}

function goalOf({ company }: Reading, kpi: Kpi): KpiDescription["goal"] {
  if (kpi.perspective !== null) return "direct";
  const served = [...company.kpis.values()].some(({ drivers }) => drivers.includes(kpi.id));
  return served ? "indirect" : null;
}

/** Whether the sources are bound, and have ever given anybody a record. */
function sourceOf({ company, state }: Reading, kpi: Kpi): KpiDescription["source"] {
  const sources = [...kpi.references.values()].map(({ source }) => source);
  if (sources.length === 0) return null;
  if (sources.some((id) => !company.sources.get(id)?.compiled))
    return { kind: "pulled", succeeded: false };
  const given = sources.every(
    (id) =>
      state.one<{ found: number }>(
        "SELECT 1 AS found FROM cells WHERE source_id = ? AND subject = ? AND count > 0 LIMIT 1",
        id,
        ANYBODY,
      ) !== undefined,
  );
  return { kind: "pulled", succeeded: given ? true : null };
}
