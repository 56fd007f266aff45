import { mean, median, sampleSkewness } from "simple-statistics";
import type { Direction } from "./model.ts";
import { accepted, type Outcome, refused } from "./outcome.ts";
import { reason } from "./reason.ts";
import {
  coinTail,
  countProblem,
  FEWEST,
  middle,
  sampleProblem,
  spread,
  tooFew,
  wilson,
} from "./statistics.ts";

/**
 * Is a KPI still telling people apart, fair, alive? (spec 3.14)
 *
 * For administrators, over comparable people and periods. Every check says on how many observations it
 * stands and refuses on too few. None depends on the order of its observations. All thresholds are the
 * specification's and can be given otherwise. Scores are on the 0–100(–120) scale.
 */
export interface Finding {
  readonly check: Check;
  /** What a person should look at; null = nothing to say. Sentences: `health.<flag>`. */
  readonly flag: Flag | null;
  /** Observations the figures stand on. */
  readonly n: number;
  readonly figures: Readonly<Record<string, number>>;
}

export type Check =
  | "hit_rate"
  | "attainment"
  | "at_cap"
  | "at_floor"
  | "discrimination"
  | "variation"
  | "missing"
  | "staleness"
  | "real_weight"
  | "outlier"
  | "bunching";

export type Flag =
  | "TOO_EASY"
  | "TOO_HARD"
  | "ATTAINED_HIGH"
  | "ATTAINED_LOW"
  | "AT_CAP"
  | "AT_FLOOR"
  | "FLOOR_HIDES"
  | "SAME_SCORES"
  | "NOISY"
  | "MISSING"
  | "STALE"
  | "HOLLOW_WEIGHT"
  | "OUTLIER"
  | "UNIT_SLIP"
  | "BUNCHED";

/** One score of one person in one period. */
export interface ScoreSeen {
  readonly subject: string;
  readonly period: string;
  readonly score: number;
}

/** Scores from here on count as a hit (P10: at target a KPI scores 100). */
export const HIT = 100;

/**
 * Too easy or too hard? The share of scores of at least 100, with Wilson's 95 % interval.
 *
 * Periods of one person are not independent, so each person counts once, with the share of their own
 * periods. With fewer people than `fewest`, single scores count if they span two periods or more.
 *
 * @param hygiene  a duty that everybody should meet: its rate is shown, never flagged
 * @returns figures `share`, `lower`, `upper`, `people`, `periods`; `TOO_EASY` when the lower bound lies
 *   above `easyAbove`, `TOO_HARD` when the upper one lies below `hardBelow`
 * @source the specification 3.14; Wilson 1927, see {@link wilson}
 * @example 18 of 20 people: [0.699, 0.972] → `TOO_EASY`; 9 of 10: [0.596, 0.982] → null
 */
export function hitRate(
  scores: readonly ScoreSeen[],
  { hygiene = false, fewest = FEWEST, easyAbove = 0.65, hardBelow = 0.5 } = {},
): Outcome<Finding> {
  const problem = sampleProblem(
    scores.map(({ score }) => score),
    Math.max(1, fewest),
  );
  if (problem) return refused(problem);
  const people = new Map<string, { hits: number; of: number }>();
  for (const { subject, score } of scores) {
    const known = people.get(subject) ?? { hits: 0, of: 0 };
    people.set(subject, { hits: known.hits + (score >= HIT ? 1 : 0), of: known.of + 1 });
  }
  const periods = new Set(scores.map(({ period }) => period)).size;
  const byPerson = people.size >= fewest;
  if (!byPerson && periods < 2) return refused(tooFew(people.size, fewest));
  const shares = [...people.values()].map(({ hits, of }) => hits / of).sort((a, b) => a - b);
  const hits = byPerson
    ? Math.min(
        shares.reduce((sum, share) => sum + share, 0),
        people.size,
      )
    : scores.filter(({ score }) => score >= HIT).length;
  const interval = wilson(hits, byPerson ? people.size : scores.length);
  if (!interval.ok) return interval;
  const { share, lower, upper, n } = interval.value;
  const flag = lower > easyAbove ? "TOO_EASY" : upper < hardBelow ? "TOO_HARD" : null;
  const figures = { share, lower, upper, people: people.size, periods };
  return accepted({ check: "hit_rate", flag: hygiene ? null : flag, n, figures });
}

/**
 * How far targets are reached by the one in the middle.
 *
 * @param attainments  1 = at target, more is better (a/t; t/a where lower is better)
 * @returns figure `median`; `ATTAINED_HIGH` above 1.3, `ATTAINED_LOW` below 0.7
 */
export function medianAttainment(
  attainments: readonly number[],
  { fewest = FEWEST, high = 1.3, low = 0.7 } = {},
): Outcome<Finding> {
  const problem = sampleProblem(attainments, Math.max(1, fewest));
  if (problem) return refused(problem);
  const value = median([...attainments]);
  const flag = value > high ? "ATTAINED_HIGH" : value < low ? "ATTAINED_LOW" : null;
  return accepted({
    check: "attainment",
    flag,
    n: attainments.length,
    figures: { median: value },
  });
}

/** Share of scores at the KPI's cap; `AT_CAP` above 30 %. Figures `share`, `cap`. */
export function capShare(
  scores: readonly number[],
  cap: number,
  { fewest = FEWEST, most = 0.3 } = {},
): Outcome<Finding> {
  const problem = sampleProblem([...scores, cap], 1) ?? sampleProblem(scores, Math.max(1, fewest));
  if (problem) return refused(problem);
  const share = scores.filter((score) => score >= cap).length / scores.length;
  const flag = share > most ? "AT_CAP" : null;
  return accepted({ check: "at_cap", flag, n: scores.length, figures: { share, cap } });
}

/**
 * Share of scores at the KPI's floor. Figures `share`, `floor`.
 *
 * @returns `AT_FLOOR` above 30 %; a floor above 0 hides how weak the weak are, so it is already
 *   `FLOOR_HIDES` above 20 %
 * @source the specification 3.3, 3.14
 */
export function floorShare(
  scores: readonly number[],
  floor: number,
  { fewest = FEWEST, most = 0.3, mostRaised = 0.2 } = {},
): Outcome<Finding> {
  const problem =
    sampleProblem([...scores, floor], 1) ?? sampleProblem(scores, Math.max(1, fewest));
  if (problem) return refused(problem);
  const share = scores.filter((score) => score <= floor).length / scores.length;
  const raised = floor > 0 && share > mostRaised;
  const flag = raised ? "FLOOR_HIDES" : share > most ? "AT_FLOOR" : null;
  return accepted({ check: "at_floor", flag, n: scores.length, figures: { share, floor } });
}

/** Does it tell people apart? Sample SD of scores in points; `SAME_SCORES` below 3. Figure `sd`. */
export function discrimination(
  scores: readonly number[],
  { fewest = FEWEST, least = 3 } = {},
): Outcome<Finding> {
  const problem = sampleProblem(scores, Math.max(2, fewest));
  if (problem) return refused(problem);
  const sd = spread(scores);
  const flag = sd < least ? "SAME_SCORES" : null;
  return accepted({ check: "discrimination", flag, n: scores.length, figures: { sd } });
}

/** |skewness| from here on: the mean stands for nobody, so MAD ÷ median is told beside the CV. */
const SKEWED = 1;

/**
 * How much figures scatter around their mean: CV = s / x̄ (sample SD).
 *
 * @param values  with a mean above 0; of others the ratio means nothing
 * @returns figures `mean`, `sd`, `cv`, and `madToMedian` when skewed; `NOISY` above 1. The flag stays
 *   with the CV: MAD ÷ median of positive figures can never exceed 1. Refused: `health_mean_not_positive`
 * @example 82 85 88 90 91 93 95 96: mean 90, sd 4.8403, cv 0.0538
 */
export function variation(
  values: readonly number[],
  { fewest = FEWEST, most = 1 } = {},
): Outcome<Finding> {
  const problem = sampleProblem(values, Math.max(3, fewest));
  if (problem) return refused(problem);
  // In one order, so that the last digit does not depend on how the values came.
  const sorted = [...values].sort((a, b) => a - b);
  const average = mean(sorted);
  if (average <= 0) return refused(reason("health_mean_not_positive"));
  const sd = spread(values);
  const cv = sd / average;
  const skewed = sd > 0 && Math.abs(sampleSkewness(sorted)) >= SKEWED;
  const robust = middle(values);
  const figures = {
    mean: average,
    sd,
    cv,
    ...(skewed && robust.median > 0 ? { madToMedian: robust.mad / robust.median } : {}),
  };
  const flag = cv > most ? "NOISY" : null;
  return accepted({ check: "variation", flag, n: values.length, figures });
}

/** Share of items without data (`NO_DATA`); `MISSING` above 20 %. Figures `share`, `missing`. */
export function missingShare(
  missing: number,
  items: number,
  { fewest = FEWEST, most = 0.2 } = {},
): Outcome<Finding> {
  const problem = countProblem(missing, items);
  if (problem) return refused(problem);
  if (!(items >= Math.max(1, fewest))) return refused(tooFew(items, fewest));
  const share = missing / items;
  const flag = share > most ? "MISSING" : null;
  return accepted({ check: "missing", flag, n: items, figures: { share, missing } });
}

/**
 * Does it still arrive? Days since the last value over the days between two values as promised.
 *
 * @param seen  how many values there ever were; none at all is refused as `statistics_too_few`
 * @returns figures `days`, `every`, `ratio`; `STALE` above 2. Refused: `health_frequency`
 */
export function staleness(
  { days, every, seen }: { days: number; every: number; seen: number },
  { most = 2 } = {},
): Outcome<Finding> {
  const problem = sampleProblem([days, every], 1) ?? countProblem(0, seen);
  if (problem) return refused(problem);
  if (every <= 0 || days < 0) return refused(reason("health_frequency"));
  if (seen < 1) return refused(tooFew(seen, 1));
  const ratio = days / every;
  const flag = ratio > most ? "STALE" : null;
  return accepted({ check: "staleness", flag, n: seen, figures: { days, every, ratio } });
}

export interface WeighedScores {
  readonly key: string;
  /** In any common unit. */
  readonly weight: number;
  /** Of the same people and periods for every KPI. */
  readonly scores: readonly number[];
}

/**
 * What decides a total in practice: wᵢ·SDᵢ / Σ wⱼ·SDⱼ. A KPI on which everybody scores alike has no
 * say, whatever its weight.
 *
 * @returns by key, figures `weight` and `real` as shares (each sums to 1) and `sd`; `HOLLOW_WEIGHT` when
 *   a KPI that has weight has no real one. Refused: `health_weights` (negative, all 0),
 *   `health_same_key`, `health_all_equal` (nobody differs on anything: nothing decides)
 */
export function realWeights(
  kpis: readonly WeighedScores[],
  { fewest = FEWEST } = {},
): Outcome<ReadonlyMap<string, Finding>> {
  if (new Set(kpis.map(({ key }) => key)).size < kpis.length) {
    return refused(reason("health_same_key"));
  }
  const weights = kpis.map(({ weight }) => weight);
  const problem =
    sampleProblem(weights, 1) ??
    kpis.map(({ scores }) => sampleProblem(scores, Math.max(2, fewest))).find((found) => found) ??
    null;
  if (problem) return refused(problem);
  const sorted = [...kpis].sort((a, b) => (a.key < b.key ? -1 : 1));
  const total = sorted.reduce((sum, { weight }) => sum + weight, 0);
  if (weights.some((weight) => weight < 0) || total <= 0) return refused(reason("health_weights"));
  const parts = sorted.map((kpi) => {
    const sd = spread(kpi.scores);
    return { ...kpi, sd, part: (kpi.weight / total) * sd };
  });
  const whole = parts.reduce((sum, { part }) => sum + part, 0);
  if (whole <= 0) return refused(reason("health_all_equal"));
  return accepted(
    new Map(
      parts.map(({ key, weight, sd, part, scores }): [string, Finding] => {
        const figures = { weight: weight / total, real: part / whole, sd };
        const flag = weight > 0 && figures.real === 0 ? "HOLLOW_WEIGHT" : null;
        return [key, { check: "real_weight", flag, n: scores.length, figures }];
      }),
    ),
  );
}

/** A shift of the decimal point is assumed when the ratio to the usual is this close to a factor. */
const SLIP_TOLERANCE = 0.2;

/**
 * Should a new figure be asked about before it counts?
 *
 * `UNIT_SLIP`: never seen before, and within 20 % of a factor times (or divided into) the usual figure.
 * `OUTLIER`: further than 5 MAD from the median. Where more than half of the history is one figure the
 * MAD is 0 and says nothing, so only the slip is looked for.
 *
 * @param value  the new figure, not part of `history`
 * @param factors  what units are mistaken by, above 1
 * @returns figures `value`, `median`, `mad`, and `factor` of a slip (10 = ten times too large, 0.1 = a
 *   tenth). Refused: `statistics_counts` for a factor that is none
 */
export function outlier(
  value: number,
  history: readonly number[],
  { fewest = 8, distance = 5, factors = [10, 100] as readonly number[] } = {},
): Outcome<Finding> {
  const problem = sampleProblem([value], 1) ?? sampleProblem(history, Math.max(1, fewest));
  if (problem) return refused(problem);
  if (!factors.every((factor) => factor > 1 && Number.isFinite(factor))) {
    return refused(reason("statistics_counts"));
  }
  const { median: usual, mad } = middle(history);
  const unseen = history.every((known) => known < value) || history.every((known) => known > value);
  const ratio = usual === 0 ? 0 : value / usual;
  const slip = [...factors, ...factors.map((factor) => 1 / factor)].find(
    (factor) => Math.abs(ratio / factor - 1) <= SLIP_TOLERANCE,
  );
  const slipped = unseen && slip !== undefined;
  const far = mad > 0 && Math.abs(value - usual) > distance * mad;
  const flag = slipped ? "UNIT_SLIP" : far ? "OUTLIER" : null;
  const figures = { value, median: usual, mad, ...(slipped ? { factor: slip } : {}) };
  return accepted({ check: "outlier", flag, n: history.length, figures });
}

const ROUNDING = 1e-9;

/**
 * Do figures gather just past the target? One-sided binomial test of those in the window on the good
 * side (the target itself included) against those in the window before it.
 *
 * A hint to look, no proof: people also stop when the target is reached.
 *
 * @param target  not 0: the window is a share of it
 * @param window  2 % of the target unless told
 * @returns figures `made`, `missed`, `p`; `BUNCHED` when p < 0.01. n counts the figures in both windows;
 *   below 7 no count can be that improbable. Refused: `health_window`
 * @example 14 just above, 2 just below: p = 0.0021
 */
export function bunching(
  values: readonly number[],
  target: number,
  direction: Exclude<Direction, "target">,
  { window = 0.02, fewest = 7, below = 0.01 } = {},
): Outcome<Finding> {
  const problem = sampleProblem([...values, target], 1);
  if (problem) return refused(problem);
  if (target === 0 || !(window > 0 && window < 1)) return refused(reason("health_window"));
  const width = Math.abs(target) * window;
  // How far beyond the target, counted in the good direction.
  const beyond = values.map((value) => (direction === "lower" ? target - value : value - target));
  // 0.85 − 0.833 is a trifle more than 2 % of 0.85 in binary: the edge must not depend on that.
  const made = beyond.filter((by) => by >= 0 && by < width * (1 - ROUNDING)).length;
  const missed = beyond.filter((by) => by < 0 && by >= -width * (1 + ROUNDING)).length;
  const n = made + missed;
  if (!(n >= Math.max(1, fewest))) return refused(tooFew(n, fewest));
  const tail = coinTail(made, n);
  if (!tail.ok) return tail;
  const flag = tail.value < below ? "BUNCHED" : null;
  return accepted({ check: "bunching", flag, n, figures: { made, missed, p: tail.value } });
}
