import { Decimal, decimalText } from "../decimal.ts";
import { inCents } from "./bonus.ts";
import { meanOf } from "./means.ts";
import type { Reason } from "./model.ts";
import { accepted, isAmount, type Outcome, percentText, refused } from "./outcome.ts";
import { reason } from "./reason.ts";

/** How the attainment of a target becomes pay (spec 3.13). */
export interface PayoutCurve {
  /** θ: below this attainment nothing is paid; fraction, 0 ≤ θ < 1. */
  readonly threshold: Decimal;
  /** Paid at the target. */
  readonly targetBonus: Decimal;
  /** α: points of pay per point of attainment above the target; not a multiple of the slope below. */
  readonly accelerator: Decimal;
  /** Most that is paid, as a multiple of the target bonus, at least 1. */
  readonly cap: Decimal;
}

export interface Payout {
  /** Multiple of the target bonus, 10 decimals. */
  readonly ratio: Decimal;
  /** Rounded half-up to cents. */
  readonly amount: Decimal;
  /** Points of pay per point of attainment below the target: 1 ÷ (1 − θ), 10 decimals. */
  readonly slopeBelow: Decimal;
  /** Warnings about the curve, for people who set it up. */
  readonly notices: readonly Reason[];
}

/**
 * What an attainment pays.
 *
 * | attainment A | multiple of the target bonus |
 * | --- | --- |
 * | below θ | 0 |
 * | θ to 1 | (A − θ) ÷ (1 − θ) |
 * | above 1 | 1 + α·(A − 1), at most the cap |
 *
 * The curve never falls and has no jump. An accelerator below the slope 1 ÷ (1 − θ) is told: the same
 * step pays less above the target than below it.
 *
 * @param attainment  actual ÷ target; below 0 pays nothing
 * @returns problems `payout_…` when the curve or the attainment cannot be used
 * @source the specification 3.13 (payout curve)
 * @example θ 0.7, 10 000 at target, α 2, cap 2: 0.85 pays 5 000, 1.2 pays 14 000, 1.6 pays 20 000
 */
export function payoutOf(attainment: Decimal, curve: PayoutCurve): Outcome<Payout> {
  const { threshold, targetBonus, accelerator, cap } = curve;
  const problems: Reason[] = [];
  if (!isAmount(threshold) || !threshold.lessThan(1)) problems.push(reason("payout_threshold"));
  if (!isAmount(targetBonus)) problems.push(reason("payout_bonus"));
  if (!isAmount(accelerator)) problems.push(reason("payout_accelerator"));
  if (!cap.isFinite() || cap.lessThan(1)) problems.push(reason("payout_cap"));
  if (!attainment.isFinite()) problems.push(reason("payout_attainment"));
  if (problems.length > 0) return refused(...problems);

  const room = new Decimal(1).minus(threshold);
  const beyond = Decimal.min(cap, accelerator.times(attainment.minus(1)).plus(1));
  // Kept as a fraction until the end, so that no half cent is lost to the division.
  const [top, bottom] = attainment.lessThan(threshold)
    ? [new Decimal(0), room]
    : attainment.lessThanOrEqualTo(1)
      ? [attainment.minus(threshold), room]
      : [beyond, new Decimal(1)];
  const flatter = accelerator.times(room).lessThan(1);
  const slopeBelow = meanOf(new Decimal(1), room);
  const slopes = {
    above: decimalText(accelerator),
    below: decimalText(slopeBelow.toDecimalPlaces(2)),
  };
  return accepted({
    ratio: meanOf(top, bottom),
    amount: inCents(targetBonus.times(top).div(bottom)),
    slopeBelow,
    notices: flatter ? [reason("payout_flatter_above", slopes)] : [],
  });
}

/** One step of a commission: above `from`, up to and with `to`. */
export interface CommissionTier {
  readonly from: Decimal;
  /** null = no upper end; the last tier only. */
  readonly to: Decimal | null;
  /** Fraction, e.g. 0.02; not negative. */
  readonly rate: Decimal;
}

/** `marginal`: each tier's rate for what lies in it. `whole`: the reached tier's rate for everything. */
export type CommissionKind = "marginal" | "whole";

/** A place where one more cent of sales changes the whole commission. */
export interface Cliff {
  /** Last amount of the lower tier. */
  readonly at: Decimal;
  /** Commission there, and just above; in cents. */
  readonly below: Decimal;
  readonly above: Decimal;
}

export interface Commission {
  /** Rounded half-up to cents. */
  readonly amount: Decimal;
  /** What each tier gave, unrounded, in the order of the tiers. */
  readonly tiers: readonly { readonly sales: Decimal; readonly commission: Decimal }[];
  /** Of whole-amount tiers; marginal ones have none. */
  readonly cliffs: readonly Cliff[];
  readonly notices: readonly Reason[];
}

/**
 * Commission on sales by tiers.
 *
 * Marginal tiers pay Σ rate × what lies in the tier: continuous and never falling. Whole-amount tiers
 * pay rate × everything and jump at every bound, which invites holding sales back or pulling them
 * forward; each jump is told. An amount exactly at a bound belongs to the lower tier.
 *
 * @param sales  net of returns; collected cash where possible; not negative
 * @param tiers  from 0, without gap or overlap, the last one open
 * @returns problems `commission_…`
 * @source the specification 3.13 (commission)
 * @example 1 % to 500 000, 2 % to 1 000 000, then 3 %; 1 200 000 gives 21 000 marginal, 36 000 whole
 */
export function commissionOf(
  sales: Decimal,
  tiers: readonly CommissionTier[],
  kind: CommissionKind,
): Outcome<Commission> {
  const problems = [...validateTiers(tiers)];
  if (!isAmount(sales)) {
    problems.push(reason("commission_sales_unusable", { sales: decimalText(sales) }));
  }
  if (problems.length > 0) return refused(...problems);
  const parts = tiers.map(({ from, to, rate }) => {
    const within = part(sales, from, to, kind);
    return { sales: within, commission: within.times(rate) };
  });
  const cliffs = kind === "whole" ? cliffsOf(tiers) : [];
  return accepted({
    amount: inCents(Decimal.sum(0, ...parts.map(({ commission }) => commission))),
    tiers: parts,
    cliffs,
    notices: cliffs.map(({ at, below, above }) =>
      reason("commission_cliff", {
        at: decimalText(at),
        below: decimalText(below),
        above: decimalText(above),
      }),
    ),
  });
}

/** Everything wrong with a list of tiers; empty when every amount lies in exactly one. */
export function validateTiers(tiers: readonly CommissionTier[]): readonly Reason[] {
  if (tiers.length === 0) return [reason("commission_tiers_empty")];
  const problems: Reason[] = [];
  tiers.forEach(({ from, to, rate }, place) => {
    const bound = { from: decimalText(from) };
    if (!isAmount(rate)) {
      problems.push(reason("commission_rate_unusable", { ...bound, rate: percentText(rate) }));
    }
    const start = place === 0 ? new Decimal(0) : (tiers[place - 1]?.to ?? null);
    // A tier after an open one lies in it.
    if (start === null || from.lessThan(start)) {
      problems.push(reason("commission_tiers_overlap", bound));
    } else if (!from.equals(start)) {
      problems.push(reason("commission_tiers_gap", { ...bound, to: decimalText(start) }));
    }
    if (to !== null && !to.greaterThan(from)) {
      problems.push(reason("commission_tier_empty", { ...bound, to: decimalText(to) }));
    }
  });
  const last = tiers.at(-1)?.to ?? null;
  if (last !== null) problems.push(reason("commission_tiers_end", { to: decimalText(last) }));
  return problems;
}

/** What of the sales a tier applies to. */
function part(sales: Decimal, from: Decimal, to: Decimal | null, kind: CommissionKind): Decimal {
  const beyond = to !== null && sales.greaterThan(to);
  if (kind === "marginal") return Decimal.max(0, (beyond ? to : sales).minus(from));
  return sales.greaterThan(from) && !beyond ? sales : new Decimal(0);
}

function cliffsOf(tiers: readonly CommissionTier[]): readonly Cliff[] {
  return tiers.flatMap(({ to, rate }, place) => {
    const next = tiers[place + 1];
    if (to === null || next === undefined || next.rate.equals(rate)) return [];
    return [{ at: to, below: inCents(to.times(rate)), above: inCents(to.times(next.rate)) }];
  });
}
