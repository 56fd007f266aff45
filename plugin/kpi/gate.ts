import { decimalText, Decimal } from "../decimal.ts";
import type { Direction, ItemScore, Measured } from "./model.ts";
import { reason } from "./reason.ts";

/** A counter-metric that another KPI's bonus depends on. */
export interface Gate {
  /** What the sheet calls it. */
  readonly name: string;
  readonly direction: Direction;
  /** The least it has to reach, in its own unit. */
  readonly line: Decimal;
  /** The most the gated KPI scores while the line is missed; usually 100. */
  readonly limit: Decimal;
  readonly actual: Measured;
}

/**
 * A score behind a counter-metric: worse than the line, it is at most the limit.
 *
 * It only takes bonus away, so nobody is punished twice. A gate whose actual is not known, or whose
 * KPI is best at a target and so has no worse side, changes nothing and says so.
 *
 * @source the specification 3.5
 * @example 110 with a gate at 4.5 and its actual 4.3: 100, limited by `gate`
 */
export function gateScore(scored: ItemScore, gate: Gate): ItemScore {
  const { score } = scored;
  const { name, direction, line, limit, actual } = gate;
  if (score.status !== "OK") return scored;
  if (actual.status !== "OK" || direction === "target") {
    const reasons = [...score.reasons, reason("gate_unknown", { name })];
    return { ...scored, score: { ...score, reasons } };
  }
  const worse =
    direction === "higher" ? actual.value.lessThan(line) : actual.value.greaterThan(line);
  if (!worse || score.value.lessThanOrEqualTo(limit)) return scored;
  const details = { name, line: decimalText(line), limit: decimalText(limit) };
  const reasons = [...score.reasons, reason("gate_below", details)];
  return { ...scored, score: { status: "OK", value: limit, reasons }, limitedBy: "gate" };
}
