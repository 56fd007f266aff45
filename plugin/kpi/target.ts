import { Decimal, decimalText } from "../decimal.ts";
import { median } from "./median.ts";
import type { Direction, Reason } from "./model.ts";
import { accepted, type Outcome, refused } from "./outcome.ts";
import { reason } from "./reason.ts";
import { FEWEST } from "./statistics.ts";
import { figureProblem, FEWEST_TREND, MONTHS, seasonalForecast, theilSen } from "./trend.ts";

/**
 * Proposals for targets (spec 3.16). Exact decimals, since what is accepted becomes a target; a person
 * decides. Shares are fractions (0–1).
 */
type Way = Exclude<Direction, "target">;

export interface Standing {
  /** Share of the history below the target; figures equal to it count half. */
  readonly percentile: Decimal;
  /** How often the target would have been reached. */
  readonly hitShare: Decimal;
  readonly n: number;
}

/**
 * Where a target stands among what was.
 *
 * @returns refused: `statistics_too_few` (fewer than 5), `statistics_not_a_number`
 * @example 92 against 82 85 88 90 91 93 95 96: percentile 0.625, reached in 3 of 8
 */
export function standing(
  target: Decimal,
  history: readonly Decimal[],
  direction: Way,
  fewest = FEWEST,
): Outcome<Standing> {
  const problem = figureProblem([target], 1) ?? figureProblem(history, Math.max(1, fewest));
  if (problem) return refused(problem);
  const count = (fits: (figure: Decimal) => boolean) => new Decimal(history.filter(fits).length);
  const below = count((figure) => figure.lessThan(target));
  const equal = count((figure) => figure.equals(target));
  const reached = count((figure) =>
    direction === "lower" ? figure.lessThanOrEqualTo(target) : figure.greaterThanOrEqualTo(target),
  );
  const n = history.length;
  const percentile = below.plus(equal.div(2)).div(n);
  return accepted({ percentile, hitShare: reached.div(n), n });
}

/**
 * The figure below which a share of the history lies, between two figures by their distance
 * (linear interpolation at (n − 1)·share: type 7 of Hyndman and Fan, as Excel's PERCENTILE.INC).
 *
 * @param share  0–1, e.g. 0.1 for P10
 * @returns refused: as {@link standing}, `target_share` for a share outside 0–1
 * @source Hyndman and Fan, "Sample quantiles in statistical packages", 1996
 */
export function historyPercentile(
  history: readonly Decimal[],
  share: Decimal,
  fewest = FEWEST,
): Outcome<Decimal> {
  const problem = figureProblem(history, Math.max(1, fewest));
  if (problem) return refused(problem);
  if (!(share.greaterThanOrEqualTo(0) && share.lessThanOrEqualTo(1))) {
    return refused(reason("target_share"));
  }
  const sorted = [...history].sort((a, b) => a.comparedTo(b));
  const at = share.times(sorted.length - 1);
  const lower = sorted[at.floor().toNumber()] ?? share;
  const upper = sorted[at.ceil().toNumber()] ?? lower;
  return accepted(lower.plus(upper.minus(lower).times(at.minus(at.floor()))));
}

/** Turns a MAD into the SD it has in normally distributed figures, and how many of them to add. */
const MAD_TO_SD = new Decimal("1.48");
const TARGET_STEPS = new Decimal("0.5");
const STRETCH_STEPS = new Decimal("1.5");

export interface Suggestion {
  readonly method: "trend" | "seasonal";
  /** What is to be expected if nothing changes. */
  readonly base: Decimal;
  readonly target: Decimal;
  readonly stretch: Decimal;
  /** Median absolute deviation of the figures from the forecast's line or season. */
  readonly mad: Decimal;
  /** Figures the forecast stands on. */
  readonly n: number;
  /** Where each of the three stands in the history. */
  readonly standings: Readonly<Record<"base" | "target" | "stretch", Standing>>;
}

/** Ends that no figure passes, e.g. 0 and 1 for a rate; null = open. */
export interface FigureScale {
  readonly min: Decimal | null;
  readonly max: Decimal | null;
}

/**
 * Three values to start the talk from: the forecast, and 0.5 and 1.5 usual deviations (1.48 · MAD)
 * better. With two full seasons the forecast is seasonal, otherwise along the trend.
 *
 * A heuristic. The deviation is that from the forecast's own line, since growth is in the base already.
 *
 * @param history  in order of time, one figure per period without gaps
 * @param options  `season`: periods of a year, null = the figures have none; `scale`: suggestions stay
 *   within it
 * @returns refused: as {@link theilSen}, `target_scale` (ends crossed or no numbers)
 * @source the specification 3.16
 * @example 100 104 103 110 112 115: 118; MAD 0.5, so 118.37 and 119.11
 */
export function suggestTargets(
  history: readonly Decimal[],
  direction: Way,
  options: { readonly season?: number | null; readonly scale?: FigureScale } = {},
): Outcome<Suggestion> {
  const problem = figureProblem(history, FEWEST_TREND);
  if (problem) return refused(problem);
  const { min = null, max = null } = options.scale ?? {};
  const ends = [min, max].filter((end) => end !== null);
  if (!ends.every((end) => end.isFinite()) || (min && max?.lessThan(min))) {
    return refused(reason("target_scale"));
  }
  const forecast = forecastOf(history, options.season === undefined ? MONTHS : options.season);
  if (!forecast.ok) return forecast;
  const { method, next, residuals } = forecast.value;
  const centre = median(residuals) ?? new Decimal(0);
  const mad = median(residuals.map((value) => value.minus(centre).abs())) ?? new Decimal(0);
  const step = mad.times(MAD_TO_SD).times(direction === "lower" ? -1 : 1);
  const within = (value: Decimal) => {
    const raised = min?.greaterThan(value) ? min : value;
    return max?.lessThan(raised) ? max : raised;
  };
  const base = within(next);
  const target = within(next.plus(step.times(TARGET_STEPS)));
  const stretch = within(next.plus(step.times(STRETCH_STEPS)));
  const atBase = standing(base, history, direction);
  const atTarget = standing(target, history, direction);
  const atStretch = standing(stretch, history, direction);
  if (!atBase.ok) return atBase;
  if (!atTarget.ok) return atTarget;
  if (!atStretch.ok) return atStretch;
  const standings = { base: atBase.value, target: atTarget.value, stretch: atStretch.value };
  return accepted({ method, base, target, stretch, mad, n: history.length, standings });
}

interface Forecast {
  readonly method: Suggestion["method"];
  readonly next: Decimal;
  readonly residuals: readonly Decimal[];
}

function forecastOf(history: readonly Decimal[], season: number | null): Outcome<Forecast> {
  if (season !== null && history.length >= 2 * season) {
    const seasonal = seasonalForecast(history, season);
    if (seasonal.ok) {
      const { next, ratio } = seasonal.value;
      const lastYear = history.slice(-2 * season, -season);
      const residuals = history
        .slice(-season)
        .map((figure, index) => figure.minus((lastYear[index] ?? figure).times(ratio)));
      return accepted({ method: "seasonal", next, residuals });
    }
    // Without a ratio (losses, all 0) the trend still says something.
    if (seasonal.problems.some(({ code }) => code !== "target_season_not_positive"))
      return seasonal;
  }
  const trend = theilSen(history);
  if (!trend.ok) return trend;
  const { slope, intercept, next } = trend.value;
  const residuals = history.map((figure, index) =>
    figure.minus(intercept.plus(slope.times(index))),
  );
  return accepted({ method: "trend", next, residuals });
}

/**
 * What becomes of a target when every level adds its own increase.
 *
 * @param layers  fractions, each above −1
 * @returns the factor; refused: `target_growth`
 * @example 10 %, 10 %, 5 %: 1.2705
 */
export function stackedFactor(layers: readonly Decimal[]): Outcome<Decimal> {
  if (!layers.every((layer) => layer.isFinite() && layer.greaterThan(-1))) {
    return refused(reason("target_growth"));
  }
  return accepted(layers.reduce((factor, layer) => factor.times(layer.plus(1)), new Decimal(1)));
}

export interface Assignment {
  /** Σ children ÷ parent. */
  readonly ratio: Decimal;
  readonly flag: "UNDER_ASSIGNED" | "OVER_ASSIGNED" | null;
  /** Children. */
  readonly n: number;
}

/**
 * Do the targets handed down add up to what was promised above? Only for links that sum.
 *
 * @returns flagged below 1.00 and above 1.15; refused: `statistics_too_few` without children,
 *   `statistics_not_a_number`, `target_parent` (not above 0)
 * @source the specification 3.7, 3.16
 * @example children of 117 in all under a parent of 100: 1.17, `OVER_ASSIGNED`
 */
export function checkAssignment(
  parent: Decimal,
  children: readonly Decimal[],
  { least = new Decimal(1), most = new Decimal("1.15") } = {},
): Outcome<Assignment> {
  const problem = figureProblem([parent], 1) ?? figureProblem(children, 1);
  if (problem) return refused(problem);
  if (parent.lessThanOrEqualTo(0)) return refused(reason("target_parent"));
  const ratio = Decimal.sum(...children).div(parent);
  const over = ratio.greaterThan(most) ? "OVER_ASSIGNED" : null;
  const flag = ratio.lessThan(least) ? "UNDER_ASSIGNED" : over;
  return accepted({ ratio, flag, n: children.length });
}

/**
 * The two ways to read one change of a rate: 40 % → 44 % is +4 percentage points and +10 %.
 *
 * @param base  a fraction, not 0
 * @returns points and percent as people say them (4 and 10); refused: `target_base_zero`,
 *   `statistics_not_a_number`
 * @source the specification 3.1
 */
export function changeOf(
  base: Decimal,
  to: Decimal,
): Outcome<{ readonly points: Decimal; readonly percent: Decimal }> {
  const problem = figureProblem([base, to], 2);
  if (problem) return refused(problem);
  if (base.isZero()) return refused(reason("target_base_zero"));
  const change = to.minus(base);
  return accepted({ points: change.times(100), percent: change.div(base.abs()).times(100) });
}

/** How a target follows from other figures (spec 3.16, formula targets). */
export type TargetFormula =
  /** The figure before × (1 + growth); growth a fraction above −1. */
  | { readonly from: "previous"; readonly growth: Decimal }
  /** The mean of the team's figures. */
  | { readonly from: "team" }
  /** As planned for this subject and period. */
  | { readonly from: "plan" };

export interface TargetFigures {
  readonly previous: Decimal | null;
  readonly team: readonly Decimal[];
  readonly planned: Decimal | null;
}

/**
 * A target by formula.
 *
 * @returns refused: `target_no_previous`, `target_previous_negative`, `target_no_plan`,
 *   `statistics_too_few` (nobody in the team has a figure), `target_growth`, `statistics_not_a_number`
 */
export function formulaTarget(formula: TargetFormula, figures: TargetFigures): Outcome<Decimal> {
  const given: readonly (Decimal | null)[] = [figures.previous, figures.planned, ...figures.team];
  const problem = figureProblem(
    given.filter((figure) => figure !== null),
    0,
  );
  if (problem) return refused(problem);
  switch (formula.from) {
    case "previous": {
      if (figures.previous === null) return refused(reason("target_no_previous"));
      // A loss × 1.1 is a larger loss: growth of it means nothing.
      if (figures.previous.isNegative()) return refused(reason("target_previous_negative"));
      const factor = stackedFactor([formula.growth]);
      return factor.ok ? accepted(figures.previous.times(factor.value)) : factor;
    }
    case "team": {
      const missing = figureProblem(figures.team, 1);
      if (missing) return refused(missing);
      return accepted(Decimal.sum(...figures.team).div(figures.team.length));
    }
    case "plan":
      if (figures.planned === null) return refused(reason("target_no_plan"));
      return accepted(figures.planned);
  }
}

/** What somebody else reached, with everything needed to know whether it is comparable. */
export interface Benchmark {
  readonly definition: string;
  readonly value: Decimal | null;
  /** Which share of the compared companies lies below, 0–1; null = not said. */
  readonly percentile: Decimal | null;
  readonly industry: string;
  readonly region: string;
  readonly size: string;
  readonly year: string;
  readonly source: string;
}

/**
 * What keeps a benchmark from being used; empty = comparable.
 *
 * @param definition  the KPI's own: a benchmark of another definition measures something else
 * @returns `benchmark_no_<part>` per empty part, `benchmark_percentile`, `benchmark_definition`
 */
export function benchmarkProblems(benchmark: Benchmark, definition: string): readonly Reason[] {
  const parts = ["definition", "industry", "region", "size", "year", "source"] as const;
  const problems = parts
    .filter((part) => benchmark[part].trim() === "")
    .map((part) => reason(`benchmark_no_${part}`));
  if (!benchmark.value?.isFinite()) problems.push(reason("benchmark_no_value"));
  const { percentile } = benchmark;
  if (percentile && !(percentile.greaterThanOrEqualTo(0) && percentile.lessThanOrEqualTo(1))) {
    problems.push(reason("benchmark_percentile", { percentile: decimalText(percentile) }));
  }
  const plain = (text: string) => text.normalize("NFKC").replace(/\s+/g, " ").trim().toLowerCase();
  if (plain(benchmark.definition) !== plain(definition)) {
    problems.push(reason("benchmark_definition"));
  }
  return problems;
}
