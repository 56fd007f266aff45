import type { Decimal } from "../decimal.ts";
import type { Direction, Method } from "./model.ts";

/**
 * The direction that a method and its target leave no choice about.
 *
 * @returns null where both would make sense: the KPI has to say it
 */
export function impliedDirection(method: Method, target: Decimal | null): Direction | null {
  switch (method.code) {
    case "RATIO":
      return "higher";
    case "RATIO_INV":
    case "REDUCE":
    case "DEDUCT":
    case "ZERO":
    case "MILE":
    case "VETO":
      return "lower";
    case "BAND":
      return "target";
    case "BASE":
      return target && along(method.base, target);
    case "PWL3":
      return along(method.base, method.stretch);
    case "PWL4":
      return along(method.levels[0], method.levels[3]);
    case "EFF":
      return along(method.unallowed, method.satisfactory);
    case "STEP":
      return courseOf(method.steps.map(({ score }) => score));
    case "PWL":
      return courseOf(method.anchors.map(({ y }) => y));
    case "MANUAL":
      return courseOf(method.scale.map(({ y }) => y));
    case "BINARY":
      if (method.operator === "=") return "target";
      return method.operator.startsWith(">") ? "higher" : "lower";
    case "ADDSUB":
    case "RANK":
    case "EXPR":
      return null;
  }
}

function along(from: Decimal, to: Decimal): Direction | null {
  if (from.equals(to)) return null;
  return to.greaterThan(from) ? "higher" : "lower";
}

/** Scores that only rise belong to higher-is-better, those that only fall to lower-is-better. */
function courseOf(scores: readonly Decimal[]): Direction | null {
  const moves = scores.slice(1).map((score, at) => score.comparedTo(scores[at] ?? score));
  const [rises, falls] = [moves.includes(1), moves.includes(-1)];
  if (rises && falls) return "target";
  return rises ? "higher" : falls ? "lower" : null;
}
