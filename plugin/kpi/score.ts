import { Decimal } from "../decimal.ts";
import { quotient } from "./cell.ts";
import type { Direction, ItemScore, Measured, Method } from "./model.ts";
import { missing } from "./reason.ts";

const FULL = new Decimal(100);
const NONE = new Decimal(0);

/** What a method makes of a number, before cap and floor. */
type Raw =
  | { readonly raw: Decimal; readonly limitedBy?: "threshold" }
  | { readonly refused: Exclude<Measured, { status: "OK" }> };

/** One KPI of one person: what was reached, what was to be reached, and how that is judged. */
export interface Judgement {
  readonly method: Method;
  readonly direction: Direction;
  readonly actual: Measured;
  /** In the unit of the actual; null = none was set. */
  readonly target: Decimal | null;
}

/**
 * Score one KPI on the 0–100(–120) scale.
 *
 * A missing actual stays missing with its reasons. A target that cannot be scored against is
 * `INVALID_TARGET`, a baseline `INVALID_BASELINE`: never 0 and never infinite. Scores are exact where
 * the division comes out even, else rounded half-up to 20 decimals; the result depends on nothing but
 * the arguments, and scaling actual, target and baseline together changes nothing.
 *
 * Never throws: one bad row must not stop the other rows of a sheet.
 *
 * @returns the score with what limited it; `reached` says whether the actual is at least as good as
 *   the target, for `target` KPIs whether it earned full marks
 * @source the specification 3.2 (methods), 3.3 (caps), 3.0 (P1–P11)
 * @example RATIO capped at 120: 850 of 1000 is 85; 1300 of 1000 is 120, raw 130, limited by the cap
 */
export function scoreItem({ method, direction, actual, target }: Judgement): ItemScore {
  if (actual.status !== "OK") return unscored(actual);
  if (!actual.value.isFinite() || (target && !target.isFinite())) {
    return unscored(missing("ERROR", "value_unusable", { count: "1" }));
  }
  const result = rawScore(method, direction, actual.value, target);
  if ("refused" in result) return unscored(result.refused);
  const { raw } = result;
  const reached = isReached(method, direction, actual.value, target, raw);
  const scored = (value: Decimal, limitedBy: ItemScore["limitedBy"]): ItemScore => ({
    score: { status: "OK", value, reasons: actual.reasons },
    raw,
    limitedBy,
    reached,
  });
  if (result.limitedBy) return scored(NONE, result.limitedBy);
  if (method.cap?.lessThan(raw)) return scored(method.cap, "cap");
  if (method.floor?.greaterThan(raw)) return scored(method.floor, "floor");
  return scored(raw, null);
}

/** Whether a KPI can only be scored against a target. */
export function needsTarget(method: Method): boolean {
  switch (method.code) {
    case "RATIO":
    case "REDUCE":
    case "BASE":
      return true;
    case "PWL":
      return method.relative;
    case "BINARY":
      return method.threshold === null;
    case "STEP":
      return false;
  }
}

function unscored(score: Measured): ItemScore {
  return { score, raw: null, limitedBy: null, reached: null };
}

function refused(
  status: "INVALID_TARGET" | "INVALID_BASELINE" | "OUT_OF_RANGE",
  code: string,
): Raw {
  return { refused: { status, reasons: [{ code, details: {} }] } };
}

function rawScore(
  method: Method,
  direction: Direction,
  actual: Decimal,
  target: Decimal | null,
): Raw {
  if (method.code === "STEP") return stepScore(method, actual);
  if (method.code === "PWL" && !method.relative) {
    return { raw: curveScore(method, actual, new Decimal(1)) };
  }
  if (method.code === "BINARY") {
    const threshold = method.threshold ?? target;
    if (threshold === null) return refused("INVALID_TARGET", "target_missing");
    return { raw: passes(method.operator, actual, threshold) ? FULL : NONE };
  }
  if (target === null) return refused("INVALID_TARGET", "target_missing");
  if (method.code === "BASE") return baseScore(method.base, direction, actual, target);
  if (target.isZero()) return refused("INVALID_TARGET", "target_zero");
  if (target.isNegative()) return refused("INVALID_TARGET", "target_negative");
  switch (method.code) {
    case "RATIO": {
      const raw = quotient(actual.times(100), target);
      const below = method.threshold !== null && actual.lessThan(target.times(method.threshold));
      return below ? { raw, limitedBy: "threshold" } : { raw };
    }
    case "REDUCE":
      return { raw: quotient(target.times(2).minus(actual).times(100), target) };
    case "PWL":
      return { raw: curveScore(method, actual, target) };
  }
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
  return step ? { raw: step.score } : refused("OUT_OF_RANGE", "outside_steps");
}

/**
 * The height of the broken line at the actual.
 *
 * @param unit  what one unit of x stands for: the target for relative anchors, else 1. Multiplying the
 *   anchors keeps the comparison exact where dividing the actual would not.
 */
function curveScore(
  method: Extract<Method, { code: "PWL" }>,
  actual: Decimal,
  unit: Decimal,
): Decimal {
  const anchors = method.anchors.map(({ x, y }) => ({ x: x.times(unit), y }));
  const [first, second] = anchors;
  const [last, beforeLast] = [anchors.at(-1), anchors.at(-2)];
  if (!first || !last || !second || !beforeLast) return first?.y ?? NONE;
  if (actual.lessThan(first.x)) return outside(method.below, first, second, actual);
  if (actual.greaterThan(last.x)) return outside(method.above, last, beforeLast, actual);
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

function isReached(
  method: Method,
  direction: Direction,
  actual: Decimal,
  target: Decimal | null,
  raw: Decimal,
): boolean | null {
  // Pass or fail is the target: "> 95" and an actual of 95 must not read "reached, 0 points".
  if (method.code === "BINARY" && (method.threshold === null || target === null)) {
    return raw.equals(FULL);
  }
  if (target === null) return null;
  switch (direction) {
    case "higher":
      return actual.greaterThanOrEqualTo(target);
    case "lower":
      return actual.lessThanOrEqualTo(target);
    case "target":
      return raw.greaterThanOrEqualTo(FULL);
  }
}
