import { mean } from "simple-statistics";
import { accepted, type Outcome, refused } from "./outcome.ts";
import { rankCorrelation } from "./permutation.ts";
import { reason } from "./reason.ts";
import { allEqual, sampleProblem } from "./statistics.ts";

/**
 * Has a process changed, or is it doing what it always does? (XmR chart, spec 3.14)
 *
 * A figure inside the limits is routine even when it misses the target: then the target and the process
 * do not fit, and there is nothing to ask a person about.
 */

/** 3 / d₂ and D₄ for moving ranges of two points (d₂ = 1.128, D₄ = 3.27). */
const LIMIT_FACTOR = 2.66;
const RANGE_FACTOR = 3.27;

/** Below this many points limits would follow chance. */
export const FEWEST_BASELINE = 8;

export interface Limits {
  readonly mean: number;
  /** The average step from one point to the next. */
  readonly averageRange: number;
  /** Natural limits, cut at the ends of the scale. */
  readonly lower: number;
  readonly upper: number;
  /** A step larger than this is a signal itself. */
  readonly upperRange: number;
  /** Baseline points the limits stand on. */
  readonly n: number;
}

/** A figure that cannot pass these ends, e.g. 0 and 1 for a rate, 1 and 5 for stars. */
export interface Scale {
  readonly min: number | null;
  readonly max: number | null;
}

const UNBOUNDED: Scale = { min: null, max: null };

/**
 * Natural process limits: x̄ ± 2.66·mR̄, upper range limit 3.27·mR̄.
 *
 * @param baseline  in order of time, from a while in which nothing was changed on purpose
 * @param scale  the limits are cut here
 * @returns refused: `statistics_too_few` (fewer than 8), `statistics_not_a_number`, `signals_scale`
 *   (ends crossed, or the baseline outside them), `signals_trending` (the baseline rises or falls:
 *   permutation p of its rank correlation with time below 0.01), `signals_autocorrelated` (each point
 *   follows the last, as daily figures do: lag-1 autocorrelation above 2/√n)
 * @source Wheeler, "Understanding Variation", 1993 (2.66 and 3.27); the specification 3.14
 * @example 4.6 4.5 4.7 4.6 4.5 4.6 4.7 4.5: mean 4.5875, mR̄ 0.1286, limits 4.2455 and 4.9295
 */
export function xmrLimits(
  baseline: readonly number[],
  { scale = UNBOUNDED, fewest = FEWEST_BASELINE } = {},
): Outcome<Limits> {
  const problem = sampleProblem(baseline, Math.max(2, fewest));
  if (problem) return refused(problem);
  const { min, max } = scale;
  const ends = [min, max].filter((end) => end !== null);
  const fits = (value: number) => (min === null || value >= min) && (max === null || value <= max);
  if (!ends.every(Number.isFinite) || !ends.every(fits) || !baseline.every(fits)) {
    return refused(reason("signals_scale"));
  }
  const n = baseline.length;
  if (allEqual(baseline)) {
    const [value = 0] = baseline;
    const limits = { mean: value, averageRange: 0, lower: value, upper: value, upperRange: 0, n };
    return accepted(limits);
  }
  const time = baseline.map((_value, index) => index);
  const trend = rankCorrelation(time, baseline, 2);
  if (trend.ok && trend.value.p < 0.01) return refused(reason("signals_trending"));
  const average = mean([...baseline]);
  if (followsItself(baseline, average)) return refused(reason("signals_autocorrelated"));
  const averageRange = mean(ranges(baseline));
  const reach = LIMIT_FACTOR * averageRange;
  return accepted({
    mean: average,
    averageRange,
    lower: Math.max(average - reach, min ?? -Infinity),
    upper: Math.min(average + reach, max ?? Infinity),
    upperRange: RANGE_FACTOR * averageRange,
    n,
  });
}

function ranges(values: readonly number[]): number[] {
  return values.slice(1).map((value, index) => Math.abs(value - (values[index] ?? value)));
}

function followsItself(values: readonly number[], average: number): boolean {
  const from = values.map((value) => value - average);
  const square = from.reduce((sum, value) => sum + value * value, 0);
  const lagged = from.reduce((sum, value, index) => sum + value * (from[index + 1] ?? 0), 0);
  return lagged / square > 2 / Math.sqrt(values.length);
}

/**
 * `outside` a limit · `range` a step above the upper range limit · `run` the last of 8 on one side of
 * the mean · `near_limit` one of 3 in 4 nearer the same limit than the mean.
 */
export type SignalRule = "outside" | "range" | "run" | "near_limit";

export interface Signal {
  readonly rule: SignalRule;
  readonly side: "above" | "below";
  /** Place in the points that were given, from 0: where the rule is fulfilled. */
  readonly at: number;
}

const RUN = 8;
const NEAR = 3;
const NEAR_OF = 4;

/**
 * Where points tell of a change.
 *
 * A point exactly on a limit is inside, one exactly on the mean ends a run. "Nearer the limit" is meant
 * of the natural limits: cutting them at the scale's end must not make the zone wider. With limits from
 * a constant baseline every other figure is outside.
 *
 * @param points  in order of time; the baseline's own may come first
 * @returns in order of time; empty = nothing but the usual. Refused: `statistics_not_a_number`
 * @source Wheeler, "Understanding Variation", 1993: detection rules one to three
 * @example against the limits above: 4.1 is `outside` below; 4.35 is no signal although under 4.5
 */
export function xmrSignals(limits: Limits, points: readonly number[]): Outcome<readonly Signal[]> {
  const problem = sampleProblem(points, 0);
  if (problem) return refused(problem);
  const signals: Signal[] = [];
  points.forEach((point, at) => {
    const before = points[at - 1] ?? point;
    if (point > limits.upper) signals.push({ rule: "outside", side: "above", at });
    if (point < limits.lower) signals.push({ rule: "outside", side: "below", at });
    if (Math.abs(point - before) > limits.upperRange) {
      signals.push({ rule: "range", side: point > before ? "above" : "below", at });
    }
    for (const side of ["above", "below"] as const) {
      const sign = side === "above" ? 1 : -1;
      const beyond = (value: number) => sign * (value - limits.mean);
      const run = points.slice(Math.max(0, at - RUN + 1), at + 1);
      if (run.length === RUN && run.every((value) => beyond(value) > 0)) {
        signals.push({ rule: "run", side, at });
      }
      const half = (LIMIT_FACTOR * limits.averageRange) / 2;
      const four = points.slice(Math.max(0, at - NEAR_OF + 1), at + 1);
      const near = four.filter((value) => beyond(value) > half).length;
      // Told at a point that is near the limit itself, not once more at the one after it.
      if (half > 0 && near >= NEAR && beyond(point) > half) {
        signals.push({ rule: "near_limit", side, at });
      }
    }
  });
  return accepted(signals);
}
