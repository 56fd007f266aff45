import { Decimal } from "../decimal.ts";
import type { Reason } from "./model.ts";
import { accepted, type Outcome, refused } from "./outcome.ts";
import { rankCorrelation, SHUFFLES } from "./permutation.ts";
import { reason } from "./reason.ts";
import { sampleProblem } from "./statistics.ts";

/**
 * Do two KPIs pull people apart, or measure the same? (spec 3.15)
 *
 * A candidate is something to look at, never something to act on by itself: a common cause, say a new
 * product, leaves the same pattern.
 */

/** A KPI's scores, or its figures turned so that more is better. */
export interface Series {
  readonly key: string;
  readonly values: readonly {
    readonly subject: string;
    /** Sorts by its text within its grain, see `model.ts`. */
    readonly period: string;
    readonly value: number;
  }[];
}

/**
 * What was compared. `people`: one point per person, the mean of the periods in which both KPIs have a
 * value. `changes`: one point per step of a person from one period to the next, which leaves out that
 * good people are good at both.
 */
export type Level = "people" | "changes";

export type PairFlag = "CONFLICT_CANDIDATE" | "REDUNDANT";

export interface Pair {
  /** Keys in the order of their text. */
  readonly a: string;
  readonly b: string;
  readonly level: Level;
  /** People or steps. */
  readonly n: number;
}

export interface PairFinding extends Pair {
  /** Spearman's ρ. */
  readonly rho: number;
  /** Two-sided permutation p. */
  readonly p: number;
  /** Whether p is over all orders rather than shuffles. */
  readonly exact: boolean;
  /** Benjamini–Hochberg adjusted p over all pairs of this level. */
  readonly adjusted: number;
  /** Whether the pair is still a discovery after so many were tried. */
  readonly discovery: boolean;
  /** Sentences: `health.<flag>`. */
  readonly flag: PairFlag | null;
}

export interface Comparison {
  readonly pairs: readonly PairFinding[];
  /** Pairs nothing can be said about: too few in common, or no differences. */
  readonly left: readonly (Pair & { readonly reason: Reason })[];
}

/** The specification's thresholds. */
export const CONFLICT_RULES = {
  fewest: 8,
  conflict: -0.5,
  below: 0.05,
  redundant: 0.9,
  /** Share of false ones accepted among the discoveries. */
  falseDiscovery: 0.1,
  shuffles: SHUFFLES,
} as const;

/** {@link CONFLICT_RULES} with other figures. */
export type ConflictRules = Readonly<Record<keyof typeof CONFLICT_RULES, number>>;

/**
 * Every pair of KPIs on one level.
 *
 * `CONFLICT_CANDIDATE`: ρ ≤ −0.5, p < 0.05 and a discovery at 10 %. `REDUNDANT`: ρ ≥ 0.9; that is a
 * matter of size, not of chance. The order of series and values changes nothing.
 *
 * @param series  of the same people and periods; where one has no value the point is left out
 * @returns pairs by key. Refused: `health_same_key`, `statistics_not_a_number`, `conflict_twice` (two
 *   values of one person in one period)
 * @source the specification 3.15, see {@link rankCorrelation} and {@link benjaminiHochberg}
 * @example 8 agents, contacts 42…70 against satisfaction 4.8…4.0: ρ = −0.976, p = 0.0004, a candidate
 */
export function compareKpis(
  series: readonly Series[],
  level: Level,
  rules: ConflictRules = CONFLICT_RULES,
): Outcome<Comparison> {
  const tables = tablesOf(series);
  if (!tables.ok) return tables;
  const found: Omit<PairFinding, "adjusted" | "discovery" | "flag">[] = [];
  const left: (Pair & { readonly reason: Reason })[] = [];
  tables.value.forEach((first, index) => {
    for (const second of tables.value.slice(index + 1)) {
      const points = level === "people" ? personMeans(first, second) : steps(first, second);
      const [x, y] = [points.map(([one]) => one), points.map(([, other]) => other)];
      const pair = { a: first.key, b: second.key, level, n: points.length };
      const correlation = rankCorrelation(x, y, rules.fewest, rules.shuffles);
      if (correlation.ok) found.push({ ...pair, ...correlation.value });
      else
        left.push(
          ...correlation.problems.slice(0, 1).map((problem) => ({ ...pair, reason: problem })),
        );
    }
  });
  const tested = benjaminiHochberg(
    found.map(({ p }) => p),
    rules.falseDiscovery,
  );
  if (!tested.ok) return tested;
  const pairs = found.map((pair, index): PairFinding => {
    const { adjusted = 1, discovery = false } = tested.value[index] ?? {};
    const conflict = pair.rho <= rules.conflict && pair.p < rules.below && discovery;
    const flag = conflict ? "CONFLICT_CANDIDATE" : pair.rho >= rules.redundant ? "REDUNDANT" : null;
    return { ...pair, adjusted, discovery, flag };
  });
  return accepted({ pairs, left });
}

export interface Tested {
  /** The smallest false-discovery rate at which this one would still be a discovery. */
  readonly adjusted: number;
  readonly discovery: boolean;
}

/**
 * Which of many tests to believe when a share of false discoveries is accepted.
 *
 * With p₍₁₎ ≤ … ≤ p₍ₘ₎ and k the largest with p₍ₖ₎ ≤ k/m·q, the first k are discoveries.
 *
 * @param ps  each in [0, 1]
 * @param q  accepted share of false ones, in (0, 1)
 * @returns in the order of `ps`; refused: `conflict_p_values`
 * @source Benjamini and Hochberg, "Controlling the false discovery rate", JRSS B 57 (1), 1995
 * @example 0.01, 0.04, 0.2 at 0.1: adjusted 0.03, 0.06, 0.2; the first two
 */
export function benjaminiHochberg(ps: readonly number[], q: number): Outcome<readonly Tested[]> {
  if (!ps.every((p) => p >= 0 && p <= 1) || !(q > 0 && q < 1)) {
    return refused(reason("conflict_p_values"));
  }
  const m = ps.length;
  const order = ps.map((p, index) => ({ p, index })).sort((a, b) => b.p - a.p);
  const results = new Map<number, Tested>();
  let adjusted = 1;
  let discovery = false;
  order.forEach(({ p, index }, place) => {
    const k = m - place;
    // p · m ÷ k may round to a trifle below p.
    adjusted = Math.min(adjusted, Math.max(p, (p * m) / k));
    discovery ||= p * m <= k * q;
    results.set(index, { adjusted, discovery });
  });
  return accepted(ps.map((_p, index) => results.get(index) ?? { adjusted: 1, discovery: false }));
}

interface Table {
  readonly key: string;
  /** Subject → period → value. */
  readonly values: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** All periods of all series, in order. */
  readonly periods: readonly string[];
}

const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

function tablesOf(series: readonly Series[]): Outcome<readonly Table[]> {
  if (new Set(series.map(({ key }) => key)).size < series.length) {
    return refused(reason("health_same_key"));
  }
  const all = series.flatMap(({ values }) => values);
  const problem = sampleProblem(
    all.map(({ value }) => value),
    0,
  );
  if (problem) return refused(problem);
  const periods = [...new Set(all.map(({ period }) => period))].sort(byText);
  const tables: Table[] = [];
  for (const { key, values } of [...series].sort((a, b) => byText(a.key, b.key))) {
    const people = new Map<string, Map<string, number>>();
    for (const { subject, period, value } of values) {
      const own = people.get(subject) ?? new Map<string, number>();
      if (own.has(period)) return refused(reason("conflict_twice", { kpi: key, subject, period }));
      people.set(subject, own.set(period, value));
    }
    tables.push({ key, values: people, periods });
  }
  return accepted(tables);
}

type Point = readonly [number, number];

/** What both KPIs know of each person, period by period; null where one of them has no value. */
function courses(first: Table, second: Table): (Point | null)[][] {
  return [...first.values].map(([subject, own]) =>
    first.periods.map((period) => {
      const one = own.get(period);
      const other = second.values.get(subject)?.get(period);
      return one === undefined || other === undefined ? null : [one, other];
    }),
  );
}

/** In decimals, for 0.3 − 0.2 and 0.2 − 0.1 are a tie and must not be ranked by rounding. */
function personMeans(first: Table, second: Table): Point[] {
  const average = (values: readonly number[]) => Decimal.sum(...values).div(values.length);
  return courses(first, second).flatMap((course): Point[] => {
    const known = course.filter((point) => point !== null);
    if (known.length === 0) return [];
    const one = average(known.map(([value]) => value));
    const other = average(known.map(([, value]) => value));
    return [[one.toNumber(), other.toNumber()]];
  });
}

/** Steps over a gap are no steps: both neighbouring periods must be known. */
function steps(first: Table, second: Table): Point[] {
  const step = (to: number, from: number) => new Decimal(to).minus(from).toNumber();
  return courses(first, second).flatMap((course) =>
    course.slice(1).flatMap((point, index): Point[] => {
      const before = course[index];
      return point && before ? [[step(point[0], before[0]), step(point[1], before[1])]] : [];
    }),
  );
}
