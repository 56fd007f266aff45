import { Decimal, decimalText } from "../decimal.ts";
import { displayedTotal, gradeOf, validateGrades } from "./grade.ts";
import type { Contribution, GradeScheme, Reason, SheetResult, WeighedItem } from "./model.ts";
import { quotient } from "./cell.ts";
import { reason } from "./reason.ts";

/** Decimals of a total and of each contribution. */
export const TOTAL_DECIMALS = 10;

const ZERO = new Decimal(0);
const FULL = new Decimal(100);

/**
 * Weigh the scores of one person and period into a total.
 *
 * total = Σ weight × score ÷ Σ weight over the counted items, so the weight of what could not be
 * measured is spread over the rest. Counted are items with status OK; an item with NO_DATA counts
 * as 0 or 100 where its policy says so. Any other status is left out whatever the policy: an error,
 * a leave or an inapplicable KPI is never held against anybody.
 *
 * The total is rounded half-up to 10 decimals. Contributions have 10 decimals too: each is cut off
 * there, and the remaining units go to the largest remainders (equal ones in the order of their
 * keys), so that contributions sum to the total to the last digit and shares sum to 1. The order of
 * the items changes nothing.
 *
 * coverage = weight of the items with a score of their own or with policy ZERO (not reporting is an
 * answer) ÷ weight of all items. Below `minCoverage` the total is shown but not graded.
 *
 * @param items  weights in any common unit, not negative; keys are unique
 * @param rules.minCoverage  fraction, 0–1
 * @returns contributions in the order of `items`; `reasons` say why there is no total or no grade
 * @source the specification 3.6
 * @example 90 at weight 40, no data at 30, 100 at 20, 60 at 10: total 88.5714285714, coverage 0.7
 */
export function composeSheet(
  items: readonly WeighedItem[],
  rules: { readonly grades: GradeScheme | null; readonly minCoverage: Decimal },
): SheetResult {
  const refused = items.filter(({ weight }) => !weight.isFinite() || weight.isNegative());
  if (refused.length > 0) {
    const reasons = refused.map(({ key }) => reason("weight_unusable", { item: key }));
    return empty(items, ZERO, reasons);
  }
  const counted = items.map(countedScore);
  const weights = items.map(({ weight }, index) => (counted[index] ? weight : ZERO));
  const countedWeight = Decimal.sum(0, ...weights);
  const coverage = coverageOf(items);
  if (countedWeight.isZero()) {
    const code = counted.every((score) => score === null) ? "nothing_counted" : "weights_zero";
    return empty(items, coverage, [reason(code)]);
  }
  const keys = items.map(({ key }) => key);
  const products = weights.map((weight, index) => weight.times(counted[index] ?? ZERO));
  const points = apportion(products, countedWeight, keys);
  const shares = apportion(weights, countedWeight, keys);
  const total = Decimal.sum(0, ...points);
  const contributions = items.map(({ key }, index): Contribution => {
    const score = counted[index] ?? null;
    return {
      key,
      share: shares[index] ?? ZERO,
      points: score === null ? null : (points[index] ?? ZERO),
      counted: score,
    };
  });
  return {
    total,
    coverage,
    contributions,
    displayed: displayedTotal(total, rules.grades),
    ...judged(total, coverage, rules),
  };
}

function judged(
  total: Decimal,
  coverage: Decimal,
  { grades, minCoverage }: { readonly grades: GradeScheme | null; readonly minCoverage: Decimal },
): Pick<SheetResult, "state" | "grade" | "reasons"> {
  if (coverage.lessThan(minCoverage)) {
    const details = { coverage: percentText(coverage), min: percentText(minCoverage) };
    return { state: "provisional", grade: null, reasons: [reason("coverage_low", details)] };
  }
  const problems = grades ? validateGrades(grades) : [];
  const grade = grades && problems.length === 0 ? gradeOf(total, grades).grade : null;
  return { state: "final", grade, reasons: problems };
}

function empty(
  items: readonly WeighedItem[],
  coverage: Decimal,
  reasons: readonly Reason[],
): SheetResult {
  const contributions = items.map(({ key }) => ({ key, share: ZERO, points: null, counted: null }));
  return {
    total: null,
    displayed: null,
    coverage,
    state: "empty",
    grade: null,
    contributions,
    reasons,
  };
}

/** The score an item enters the sum with, or `null` when it is left out. */
function countedScore({ score, missing }: WeighedItem): Decimal | null {
  if (score.status === "OK") return score.value;
  if (score.status !== "NO_DATA" || missing === "EXCLUDE") return null;
  return missing === "ZERO" ? ZERO : FULL;
}

function coverageOf(items: readonly WeighedItem[]): Decimal {
  const all = Decimal.sum(0, ...items.map(({ weight }) => weight));
  if (all.isZero()) return ZERO;
  const covered = items.filter(
    ({ score, missing }) =>
      score.status === "OK" || (score.status === "NO_DATA" && missing === "ZERO"),
  );
  return quotient(Decimal.sum(0, ...covered.map(({ weight }) => weight)), all);
}

/**
 * Each part ÷ whole in units of the last decimal, summing to the rounded Σ part ÷ whole exactly.
 *
 * Works on integer quotients and remainders only, so no digit is ever lost to a division.
 */
function apportion(
  parts: readonly Decimal[],
  whole: Decimal,
  keys: readonly string[],
): readonly Decimal[] {
  const scale = new Decimal(10).pow(TOTAL_DECIMALS);
  const cut = parts.map((part) => divided(part.times(scale), whole));
  const sum = Decimal.sum(0, ...parts).times(scale);
  const rounded = divided(sum, whole);
  const twice = rounded.remainder.times(2).comparedTo(whole);
  // Half goes away from zero, for totals below zero too.
  const up = twice > 0 || (twice === 0 && !sum.isNegative());
  const target = up ? rounded.units.plus(1) : rounded.units;
  const left = target.minus(Decimal.sum(0, ...cut.map(({ units }) => units))).toNumber();
  const inOrder = cut
    .map(({ remainder }, index) => ({ remainder, index, key: keys[index] ?? "" }))
    .sort((a, b) => b.remainder.comparedTo(a.remainder) || (a.key < b.key ? -1 : 1));
  const favoured = new Set(inOrder.slice(0, left).map(({ index }) => index));
  return cut.map(({ units }, index) => units.plus(favoured.has(index) ? 1 : 0).div(scale));
}

/** Integer division towards minus infinity: value = units × by + remainder, 0 ≤ remainder < by. */
function divided(value: Decimal, by: Decimal): { units: Decimal; remainder: Decimal } {
  const units = value.dividedToIntegerBy(by);
  const remainder = value.minus(units.times(by));
  return remainder.isNegative() && !remainder.isZero()
    ? { units: units.minus(1), remainder: remainder.plus(by) }
    : { units, remainder };
}

/** 0.7 as "70%". */
function percentText(fraction: Decimal): string {
  return `${decimalText(fraction.times(100).toDecimalPlaces(2))}%`;
}
