import { Decimal } from "../decimal.ts";
import { quotient } from "./cell.ts";
import type { Inputs } from "./expression.ts";
import type { Direction, Measured, Method, Status } from "./model.ts";
import { rankScore } from "./rank.ts";
import { missing } from "./reason.ts";

const FULL = new Decimal(100);
const NONE = new Decimal(0);

/** One KPI of one person: what was reached, what was to be reached, and how that is judged. */
export interface Judgement {
  readonly method: Method;
  readonly direction: Direction;
  readonly actual: Measured;
  /** In the unit of the actual; null = none was set. */
  readonly target: Decimal | null;
  /** Actuals of everybody this one is compared with, its own included; RANK needs them. */
  readonly peers?: readonly Decimal[];
  /** The figures an EXPR names beside actual and target. */
  readonly inputs?: Inputs;
}

/** What a method makes of a number, before cap and floor. */
export type Raw =
  | { readonly raw: Decimal; readonly limitedBy?: "threshold" | "cap" }
  | { readonly refused: Measured };

/**
 * The formula of a method, before cap and floor.
 *
 * Exact where the division comes out even, else rounded half-up to 20 decimals.
 *
 * @param actual  the value of the judgement's actual
 * @source the specification 3.2
 */
export function rawScore(judgement: Judgement, actual: Decimal): Raw {
  const { method, direction, target, peers } = judgement;
  switch (method.code) {
    case "RATIO":
    case "REDUCE":
      return proportion(method, actual, target);
    case "RATIO_INV":
      return inverseScore(method, actual, target);
    case "BASE":
      return target ? baseScore(method.base, direction, actual, target) : noTarget();
    case "STEP":
      return stepScore(method, actual);
    case "PWL":
      return curveScore(method, actual, target);
    case "PWL3":
      return target ? threeScore(method, actual, target) : noTarget();
    case "PWL4":
      return { raw: fourScore(method.levels, actual) };
    case "EFF": {
      const way = method.satisfactory.minus(method.unallowed);
      if (way.isZero()) return refused("INVALID_BASELINE", "method_satisfactory_same");
      const gained = quotient(actual.minus(method.unallowed).times(40), way);
      return { raw: gained.plus(60) };
    }
    case "ADDSUB":
      return target ? { raw: addSubScore(method, direction, actual, target) } : noTarget();
    case "DEDUCT": {
      if (isBelowZero(actual)) return refused("OUT_OF_RANGE", "actual_negative");
      const { full, perPoint, points, units } = method;
      if (units === "whole") {
        return { raw: full.minus(actual.divToInt(perPoint).times(points)) };
      }
      return { raw: full.minus(quotient(actual.times(points), perPoint)) };
    }
    case "BINARY": {
      const threshold = method.threshold ?? target;
      if (threshold === null) return noTarget();
      return { raw: passes(method.operator, actual, threshold) ? FULL : NONE };
    }
    case "BAND":
      return target ? bandScore(method, actual, target) : noTarget();
    case "ZERO":
      if (isBelowZero(actual)) return refused("OUT_OF_RANGE", "actual_negative");
      return { raw: quotient(method.worst.minus(actual).times(100), method.worst) };
    case "MILE": {
      const perDay = isBelowZero(actual) ? method.bonusPerDay : method.perDay;
      return { raw: FULL.minus(actual.times(perDay)) };
    }
    case "RANK":
      return ranked(method.minimum, direction, actual, peers);
    case "MANUAL": {
      const [first, last] = [method.scale[0], method.scale.at(-1)];
      if (!first || !last || actual.lessThan(first.x) || actual.greaterThan(last.x)) {
        const [from, to] = [first?.x.toFixed() ?? "", last?.x.toFixed() ?? ""];
        return refused("OUT_OF_RANGE", "rating_outside", { from, to });
      }
      return { raw: heightAt(method.scale, "clamp", "clamp", actual) };
    }
    case "VETO":
      if (isBelowZero(actual)) return refused("OUT_OF_RANGE", "actual_negative");
      return { raw: actual.lessThan(method.threshold) ? FULL : NONE };
    case "EXPR":
      // `scoreItem` has sent it to `expressionScore`, which reads more than the actual.
      return refused("ERROR", "value_unusable", { count: "1" });
  }
}

function noTarget(): Raw {
  return refused("INVALID_TARGET", "target_missing");
}

/** -0 is 0. */
function isBelowZero(value: Decimal): boolean {
  return value.lessThan(0);
}

/** Methods that divide by the target: null, or why they cannot. */
function unfitTarget(target: Decimal): { readonly refused: Measured } | null {
  if (target.isZero()) return refused("INVALID_TARGET", "target_zero");
  return isBelowZero(target) ? refused("INVALID_TARGET", "target_negative") : null;
}

function proportion(
  method: Extract<Method, { code: "RATIO" | "REDUCE" }>,
  actual: Decimal,
  target: Decimal | null,
): Raw {
  if (target === null) return noTarget();
  const unfit = unfitTarget(target);
  if (unfit) return unfit;
  if (method.code === "REDUCE") {
    return { raw: quotient(target.times(2).minus(actual).times(100), target) };
  }
  const raw = quotient(actual.times(100), target);
  const below = method.threshold !== null && actual.lessThan(target.times(method.threshold));
  return below ? { raw, limitedBy: "threshold" } : { raw };
}

/** 100·t/a: at 0 the ratio has no end, so only a cap can say what it scores. */
function inverseScore(
  { cap }: Extract<Method, { code: "RATIO_INV" }>,
  actual: Decimal,
  target: Decimal | null,
): Raw {
  if (target === null) return noTarget();
  if (isBelowZero(target)) return refused("INVALID_TARGET", "target_negative");
  if (isBelowZero(actual)) return refused("OUT_OF_RANGE", "actual_negative");
  if (!actual.isZero()) return { raw: quotient(target.times(100), actual) };
  if (target.isZero()) return { raw: FULL };
  return cap ? { raw: cap, limitedBy: "cap" } : refused("OUT_OF_RANGE", "inverse_unbounded");
}

/** 100 × the way from the baseline to the target; the same formula downwards and below zero. */
function baseScore(base: Decimal, direction: Direction, actual: Decimal, target: Decimal): Raw {
  const way = target.minus(base);
  if (way.isZero()) return refused("INVALID_BASELINE", "baseline_equals_target");
  // A baseline better than the target would reward getting worse.
  const wrong = direction === "higher" ? way.isNegative() : way.isPositive();
  if (direction !== "target" && wrong) return refused("INVALID_BASELINE", "baseline_wrong_side");
  return { raw: quotient(actual.minus(base).times(100), way) };
}

function stepScore(method: Extract<Method, { code: "STEP" }>, actual: Decimal): Raw {
  const step = method.steps.find(({ min, max }) =>
    method.closed === "lower"
      ? !(min?.greaterThan(actual) ?? false) && (max?.greaterThan(actual) ?? true)
      : (min?.lessThan(actual) ?? true) && !(max?.lessThan(actual) ?? false),
  );
  const score = step?.score ?? method.outside;
  return score ? { raw: score } : refused("OUT_OF_RANGE", "outside_steps");
}

/** @param target  what the anchors are multiples of, where they are */
function curveScore(
  { anchors, below, above, relative }: Extract<Method, { code: "PWL" }>,
  actual: Decimal,
  target: Decimal | null,
): Raw {
  if (!relative) return { raw: heightAt(anchors, below, above, actual) };
  if (target === null) return noTarget();
  // Multiplying the anchors keeps the comparison exact where dividing the actual would not.
  const scaled = anchors.map(({ x, y }) => ({ x: x.times(target), y }));
  return unfitTarget(target) ?? { raw: heightAt(scaled, below, above, actual) };
}

/** Base 60, target 100, stretch 120; upwards or downwards, but always in this order. */
function threeScore(
  { base, stretch }: Extract<Method, { code: "PWL3" }>,
  actual: Decimal,
  target: Decimal,
): Raw {
  const upwards = base.lessThan(target) && target.lessThan(stretch);
  const downwards = base.greaterThan(target) && target.greaterThan(stretch);
  if (!upwards && !downwards) {
    const details = { base: base.toFixed(), stretch: stretch.toFixed() };
    return refused("INVALID_TARGET", "target_not_between", details);
  }
  const anchors = [
    { x: base, y: new Decimal(60) },
    { x: target, y: FULL },
    { x: stretch, y: new Decimal(120) },
  ];
  return {
    raw: upwards
      ? heightAt(anchors, NONE, "clamp", actual)
      : heightAt(anchors.toReversed(), "clamp", NONE, actual),
  };
}

function fourScore(levels: Extract<Method, { code: "PWL4" }>["levels"], actual: Decimal): Decimal {
  const anchors = levels.map((x, at) => ({ x, y: new Decimal(25 * (at + 1)) }));
  return levels[0].lessThan(levels[3])
    ? heightAt(anchors, NONE, "clamp", actual)
    : heightAt(anchors.toReversed(), "clamp", NONE, actual);
}

/** The height of a broken line, at least two points with x rising, at the actual. */
function heightAt(
  anchors: readonly Point[],
  below: "clamp" | "extrapolate" | Decimal,
  above: "clamp" | "extrapolate" | Decimal,
  actual: Decimal,
): Decimal {
  const [first, second] = anchors;
  const [last, beforeLast] = [anchors.at(-1), anchors.at(-2)];
  if (!first || !last || !second || !beforeLast) return first?.y ?? NONE;
  if (actual.lessThan(first.x)) return outside(below, first, second, actual);
  if (actual.greaterThan(last.x)) return outside(above, last, beforeLast, actual);
  const right = anchors.findIndex(({ x }) => x.greaterThanOrEqualTo(actual));
  const to = anchors[right] ?? last;
  const from = anchors[right - 1];
  return from === undefined || to.x.equals(actual) ? to.y : online(from, to, actual);
}

interface Point {
  readonly x: Decimal;
  readonly y: Decimal;
}

function outside(
  rule: "clamp" | "extrapolate" | Decimal,
  end: Point,
  neighbour: Point,
  actual: Decimal,
): Decimal {
  if (rule === "clamp") return end.y;
  return rule === "extrapolate" ? online(end, neighbour, actual) : rule;
}

function online(from: Point, to: Point, actual: Decimal): Decimal {
  const rise = to.y.minus(from.y).times(actual.minus(from.x));
  return from.y.plus(quotient(rise, to.x.minus(from.x)));
}

/** Base points at the target; a begun unit counts in full against, only a completed one for. */
function addSubScore(
  { base, unit, plus, minus, units }: Extract<Method, { code: "ADDSUB" }>,
  direction: Direction,
  actual: Decimal,
  target: Decimal,
): Decimal {
  const ahead = direction === "lower" ? target.minus(actual) : actual.minus(target);
  const points = isBelowZero(ahead) ? minus : plus;
  if (units === "exact") return base.plus(quotient(ahead.times(points), unit));
  const completed = ahead.divToInt(unit);
  const begun = isBelowZero(ahead) && !completed.times(unit).equals(ahead);
  return base.plus((begun ? completed.minus(1) : completed).times(points));
}

function bandScore(
  method: Extract<Method, { code: "BAND" }>,
  actual: Decimal,
  target: Decimal,
): Raw {
  const off = actual.minus(target);
  const distance = off.abs();
  if (method.form === "relative") {
    if (target.lessThanOrEqualTo(0)) return refused("INVALID_TARGET", "band_target");
    return { raw: FULL.minus(quotient(distance.times(100), target)) };
  }
  const { tolerance, limit } = isBelowZero(off) ? method.below : method.above;
  if (distance.lessThanOrEqualTo(tolerance)) return { raw: FULL };
  if (distance.greaterThanOrEqualTo(limit)) return { raw: NONE };
  return { raw: quotient(limit.minus(distance).times(100), limit.minus(tolerance)) };
}

function ranked(
  minimum: number,
  direction: Direction,
  actual: Decimal,
  peers: readonly Decimal[] = [],
): Raw {
  if (peers.length < minimum) {
    const details = { n: String(peers.length), min: String(minimum) };
    return refused("NO_DATA", "rank_peers_few", details);
  }
  const raw = rankScore(actual, peers, direction === "lower" ? "lower" : "higher");
  return raw ? { raw } : refused("ERROR", "rank_not_among");
}

function passes(
  operator: Extract<Method, { code: "BINARY" }>["operator"],
  actual: Decimal,
  threshold: Decimal,
): boolean {
  switch (operator) {
    case ">=":
      return actual.greaterThanOrEqualTo(threshold);
    case ">":
      return actual.greaterThan(threshold);
    case "<=":
      return actual.lessThanOrEqualTo(threshold);
    case "<":
      return actual.lessThan(threshold);
    case "=":
      return actual.equals(threshold);
  }
}

function refused(
  status: Exclude<Status, "OK">,
  code: string,
  details: Readonly<Record<string, string>> = {},
): { readonly refused: Measured } {
  return { refused: missing(status, code, details) };
}
