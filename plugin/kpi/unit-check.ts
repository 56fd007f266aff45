import type { Decimal } from "../decimal.ts";
import type { Reason } from "./model.ts";
import { reason } from "./reason.ts";

/** Up to here a figure may be a fraction (150 %); above it, it is more likely written in points. */
const LARGEST_FRACTION = "1.5";

/** A percentage and the target it is measured against. */
export interface Percentages {
  /** How the KPI writes them: 85 % as 0.85 (`fraction`) or as 85 (`points`). */
  readonly form: "fraction" | "points";
  readonly actual: Decimal;
  readonly target: Decimal;
  /** The unit of the actual is known, not only that of the KPI: only the target can be mistaken. */
  readonly certain: boolean;
}

/**
 * Whether actual and target are percentages of two kinds: one a fraction, the other in points.
 *
 * Scoring 0.85 against 85 would give 1 instead of 100, or the other way round 12 000 instead of 100,
 * and nobody would know. So it is refused, with both readings and what mends it.
 *
 * @returns `unit_ambiguous` (the target looks like points), `unit_ambiguous_actual` or
 *   `unit_ambiguous_points` (the actual is in the other form); null when nothing is doubtful
 * @source the specification 3.1, U1: refuse when the largest figure is ≤ 1.5 and the target > 1.5
 */
export function percentDoubt({ form, actual, target, certain }: Percentages): Reason | null {
  const small = actual.abs().lessThanOrEqualTo(LARGEST_FRACTION);
  const low = target.abs().lessThanOrEqualTo(LARGEST_FRACTION);
  if (small === low) return null;
  const details = {
    actual: actual.toFixed(),
    target: target.toFixed(),
    actualTimes100: actual.times(100).toFixed(),
    targetTimes100: target.times(100).toFixed(),
    targetOver100: target.div(100).toFixed(),
  };
  if (form === "fraction" && small) return reason("unit_ambiguous", details);
  // From here on the actual is in doubt; 0 is the same in every unit.
  if (certain || actual.isZero() || target.isZero()) return null;
  if (form === "fraction") return reason("unit_ambiguous_actual", details);
  return small ? reason("unit_ambiguous_points", details) : null;
}
