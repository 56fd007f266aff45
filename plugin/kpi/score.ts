import { Decimal } from "../decimal.ts";
import { evaluate, inputsOf, readsActual, readsTarget } from "./expression.ts";
import { addSubBounds } from "./methods.ts";
import type { Direction, ItemScore, Measured, Method } from "./model.ts";
import { rawScore, type Judgement, type Raw } from "./raw-score.ts";
import { missing } from "./reason.ts";

export type { Judgement } from "./raw-score.ts";

const FULL = new Decimal(100);
const NONE = new Decimal(0);

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
export function scoreItem(judgement: Judgement): ItemScore {
  const { method, direction, target } = judgement;
  if (method.code === "EXPR") return expressionScore(method, judgement);
  const { actual } = judgement;
  if (actual.status !== "OK") return unscored(actual);
  if (!actual.value.isFinite() || (target && !target.isFinite())) return unusable();
  const result = rawScore(judgement, actual.value);
  if ("refused" in result) return unscored(result.refused);
  const reached = isReached(method, direction, actual.value, target, result.raw);
  return bounded(method, result, reached, actual.reasons);
}

/** Whether a KPI can only be scored against a target. */
export function needsTarget(method: Method): boolean {
  switch (method.code) {
    case "RATIO":
    case "RATIO_INV":
    case "REDUCE":
    case "BASE":
    case "PWL3":
    case "ADDSUB":
    case "BAND":
      return true;
    case "PWL":
      return method.relative;
    case "BINARY":
      return method.threshold === null;
    case "EXPR":
      return readsTarget(method.expression);
    case "STEP":
    case "PWL4":
    case "EFF":
    case "DEDUCT":
    case "ZERO":
    case "MILE":
    case "RANK":
    case "MANUAL":
    case "VETO":
      return false;
  }
}

function unscored(score: Measured): ItemScore {
  return { score, raw: null, limitedBy: null, reached: null };
}

function unusable(): ItemScore {
  return unscored(missing("ERROR", "value_unusable", { count: "1" }));
}

function bounded(
  method: Method,
  result: Exclude<Raw, { refused: Measured }>,
  reached: boolean | null,
  reasons: Measured["reasons"],
): ItemScore {
  const { raw } = result;
  const scored = (value: Decimal, limitedBy: ItemScore["limitedBy"]): ItemScore => ({
    score: { status: "OK", value, reasons },
    raw,
    limitedBy,
    reached,
  });
  if (result.limitedBy === "threshold") return scored(NONE, "threshold");
  const [cap, floor] = method.code === "ADDSUB" ? addSubBounds(method) : [method.cap, method.floor];
  if (cap?.lessThan(raw)) return scored(cap, "cap");
  if (floor?.greaterThan(raw)) return scored(floor, "floor");
  return scored(raw, result.limitedBy ?? null);
}

/** EXPR alone may do without an actual: when it reads other figures and not that one. */
function expressionScore(
  method: Extract<Method, { code: "EXPR" }>,
  { actual, target, direction, inputs }: Judgement,
): ItemScore {
  const { expression } = method;
  const idle = !readsActual(expression) && inputsOf(expression).length > 0;
  if (actual.status !== "OK" && !idle) return unscored(actual);
  if ((actual.status === "OK" && !actual.value.isFinite()) || (target && !target.isFinite())) {
    return unusable();
  }
  const result = evaluate(expression, actual, target, inputs);
  if (result.status !== "OK") return unscored(result);
  const raw = result.value;
  if (actual.status !== "OK") return bounded(method, { raw }, null, []);
  const reached = isReached(method, direction, actual.value, target, raw);
  return bounded(method, { raw }, reached, actual.reasons);
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
  // These have their own mark of what was to be reached: the day, the satisfactory value, no event.
  const ownMark = method.code === "MILE" || method.code === "EFF" || method.code === "VETO";
  if (ownMark && target === null) return raw.greaterThanOrEqualTo(FULL);
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
