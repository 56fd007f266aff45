import { Decimal, decimalText } from "../decimal.ts";
import type { KpiKind, SmartFinding } from "./smart.ts";

/** A KPI among the others of its sheet. */
export interface KpiOfSet {
  readonly key: string;
  readonly name: string;
  /** Percent points. */
  readonly weight: Decimal;
  readonly kind: KpiKind;
  /** What it reads: table, value and filter in any form that is equal for equal sources; "" = manual. */
  readonly reads: string;
}

export interface SetRules {
  readonly fewest: number;
  readonly most: number;
  readonly lightest: Decimal;
  readonly heaviest: Decimal;
  /** Weights are multiples of this. */
  readonly step: Decimal;
  /** How far the weights may be from 100 in all. */
  readonly tolerance: Decimal;
}

export const SET_RULES: SetRules = {
  fewest: 5,
  most: 8,
  lightest: new Decimal(5),
  heaviest: new Decimal(40),
  step: new Decimal(5),
  tolerance: new Decimal("0.01"),
};

/**
 * Everything to say about the KPIs of one sheet together; nothing of it blocks.
 *
 * Weights: 100 in all, 5–40 each, in steps of 5; 5–8 KPIs; a quality KPI beside a volume KPI; no two
 * that read the same. The order of the KPIs changes nothing.
 *
 * @param kpis  with different keys
 * @returns by code and KPI; one `pass` (`set_balanced`) when nothing is wrong. Only unreadable weights
 *   and those that do not sum to 100 are `fail`
 * @source the specification 3.6 (guard rails), 3.16
 */
export function lintSet(
  kpis: readonly KpiOfSet[],
  rules: SetRules = SET_RULES,
): readonly SmartFinding[] {
  const found: SmartFinding[] = [];
  const note = (
    level: "pass" | "warn" | "fail",
    code: string,
    details: Readonly<Record<string, string>>,
  ): void => {
    found.push({ letter: "set", level, code, details });
  };
  const sorted = [...kpis].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  const n = String(kpis.length);
  if (kpis.length < rules.fewest || kpis.length > rules.most) {
    const details = { n, fewest: String(rules.fewest), most: String(rules.most) };
    note("warn", kpis.length < rules.fewest ? "set_few" : "set_many", details);
  }
  const weighed = sorted.filter(({ weight }) => weight.isFinite() && !weight.isNegative());
  for (const { name, weight } of sorted) {
    if (!weight.isFinite() || weight.isNegative()) note("fail", "set_weight_unusable", { name });
  }
  const total = Decimal.sum(0, ...weighed.map(({ weight }) => weight));
  if (kpis.length > 0 && total.minus(100).abs().greaterThan(rules.tolerance)) {
    note("fail", "set_weights_total", { total: decimalText(total) });
  }
  for (const { name, weight } of weighed) {
    const details = { name, weight: decimalText(weight) };
    if (weight.lessThan(rules.lightest)) {
      note("warn", "set_weight_light", { ...details, lightest: decimalText(rules.lightest) });
    }
    if (weight.greaterThan(rules.heaviest)) {
      note("warn", "set_weight_heavy", { ...details, heaviest: decimalText(rules.heaviest) });
    }
    if (!weight.modulo(rules.step).isZero()) {
      note("warn", "set_weight_step", { ...details, step: decimalText(rules.step) });
    }
  }
  const volume = sorted.find(({ kind }) => kind === "volume");
  if (volume && !kpis.some(({ kind }) => kind === "quality")) {
    note("warn", "set_no_quality", { name: volume.name });
  }
  const readers = new Map<string, KpiOfSet>();
  for (const kpi of sorted.filter(({ reads }) => reads.trim() !== "")) {
    const first = readers.get(kpi.reads);
    if (first) note("warn", "set_same_source", { first: first.name, second: kpi.name });
    else readers.set(kpi.reads, kpi);
  }
  if (found.length === 0) note("pass", "set_balanced", { n });
  return found;
}
