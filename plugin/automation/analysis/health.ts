import type { HealthView } from "../../report/analysis-views.ts";
import { say } from "../../words/words.ts";
import type { CycleRow } from "../company.ts";
import { chartOf } from "./charts.ts";
import { cliffsOf } from "./cliffs.ts";
import { checkKpi, unusualFigures } from "./kpi-checks.ts";
import {
  cycleNamed,
  cyclesUpTo,
  kpiName,
  kpiNamed,
  observe,
  sheetsOf,
  someone,
  subjectNamed,
  type Observation,
  type Reading,
} from "./reading.ts";
import { lintSets, schemeSets } from "./scheme-sets.ts";
import { itemsOf, pairsOf, perspectivesOf, realWeightsOf } from "./weights.ts";

export interface HealthQuery {
  /** The last cycle looked at. */
  readonly cycle: string;
  /** How many cycles of its kind, that one included. */
  readonly periods: number;
  readonly kind: HealthView["kind"];
  /** Only this KPI; null = all, and how they go together. */
  readonly kpi: string | null;
  /** Whose figures are told over time; null = only where the last figure is a signal. */
  readonly subject: string | null;
}

export const HEALTH_DEFAULTS = { periods: 12, kind: "individual" } as const;

/**
 * Are the KPIs still telling people apart, fair, alive? Over the results of some cycles, for those who
 * look after the KPIs; it changes nothing, and no finding is written to a KPI's row.
 *
 * @throws request/not-found
 * @source the specification 3.14, 3.15, 3.7 (perspectives), 3.6 (weights), 3.3 (cliffs)
 */
export function checkHealth(reading: Reading, query: HealthQuery): HealthView {
  const { company, locale } = reading;
  const last = cycleNamed(reading, query.cycle);
  const wanted = query.kpi === null ? null : kpiNamed(reading, query.kpi);
  const subject = query.subject === null ? null : subjectNamed(reading, query.subject);
  const cycles = cyclesUpTo(reading, last, query.periods);
  const all = cycles.flatMap((cycle) =>
    observe(reading, cycle, sheetsOf(reading, cycle, query.kind)),
  );
  const seen = wanted ? all.filter(({ kpi }) => kpi.id === wanted.id) : all;
  const kpis = [...company.kpis.values()].filter(({ id }) => seen.some(({ kpi }) => kpi.id === id));
  const sets = schemeSets(reading)
    .filter(({ applies }) => applies === query.kind)
    .filter((set) => itemsOf(reading, set, all).length > 0);
  const notices = [say(locale, "analysis.health.readers")];
  if (cycles.some((cycle) => isOpen(cycle, reading.today)))
    notices.push(say(locale, "analysis.health.running"));
  const compared = wanted ? { pairs: [], text: "" } : pairsOf(reading, seen);
  if (compared.text !== "") notices.push(compared.text);
  return {
    cycles: cycles.map(({ name }) => name),
    kind: query.kind,
    kpis: kpis.map((kpi) => {
      const own = seen.filter((one) => one.kpi.id === kpi.id);
      return {
        kpi: kpiName(reading, kpi),
        people: new Set(own.map(({ sheet }) => sheet.subject)).size,
        periods: new Set(own.map(({ cycle }) => cycle.id)).size,
        items: own.length,
        checks: checkKpi(reading, kpi, own, cycles),
        unusual: unusualFigures(reading, own, last, (one) => someone(reading, one.sheet).name),
        cliffs: cliffsOf(kpi, own, locale),
      };
    }),
    pairs: [...compared.pairs],
    charts: chartsOf(reading, kpis, seen, subject?.subject ?? null),
    weights: wanted ? [] : sets.map((set) => realWeightsOf(reading, set, all)),
    perspectives: wanted ? [] : sets.map((set) => perspectivesOf(reading, set, all)),
    sets: wanted ? [] : lintSets(reading),
    notices,
  };
}

/** Figures of a cycle that still moves are only figures so far. */
function isOpen(cycle: CycleRow, today: string): boolean {
  return cycle.status === "running" && cycle.end >= today;
}

function chartsOf(
  reading: Reading,
  kpis: readonly Observation["kpi"][],
  seen: readonly Observation[],
  subject: string | null,
): HealthView["charts"] {
  const courses = new Map<string, Observation[]>();
  for (const one of seen) {
    const key = `${one.kpi.id} ${one.sheet.subject}`;
    const known = courses.get(key);
    if (known) known.push(one);
    else courses.set(key, [one]);
  }
  const people = new Map(seen.map(({ sheet }) => [sheet.subject, sheet]));
  return kpis.flatMap((kpi) =>
    [...people.values()]
      .filter((sheet) => subject === null || sheet.subject === subject)
      .flatMap((sheet) => {
        const own = courses.get(`${kpi.id} ${sheet.subject}`);
        if (!own) return [];
        const chart = chartOf(reading, kpi, someone(reading, sheet).name, own);
        const signals = (chart.points.at(-1)?.signals.length ?? 0) > 0;
        return subject !== null || signals ? [chart] : [];
      }),
  );
}
