import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Decimal } from "../../plugin/decimal.ts";
import {
  commissionOf,
  payoutOf,
  type CommissionTier,
  type PayoutCurve,
} from "../../plugin/kpi/commission.ts";
import type { Outcome } from "../../plugin/kpi/outcome.ts";

const d = (value: number | string) => new Decimal(value);
const codes = (outcome: Outcome<unknown>) =>
  outcome.ok ? [] : outcome.problems.map(({ code }) => code);
function valueOf<Value>(outcome: Outcome<Value>): Value {
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
  return outcome.value;
}

describe("a payout curve", () => {
  const CURVE: PayoutCurve = {
    threshold: d("0.7"),
    targetBonus: d(10_000),
    accelerator: d(2),
    cap: d(2),
  };
  const paid = (attainment: number | string, change: Partial<PayoutCurve> = {}) =>
    valueOf(payoutOf(d(attainment), { ...CURVE, ...change }));

  it.each([
    ["-0.5", 0],
    ["0.69", 0],
    ["0.7", 0],
    ["0.85", 5000],
    ["1", 10_000],
    ["1.2", 14_000],
    ["1.5", 20_000],
    ["1.6", 20_000],
  ])("pays at %s of the target: %d", (attainment, expected) => {
    expect(paid(attainment).amount.toNumber()).toBe(expected);
  });

  it("tells that points above the target pay less than those below", () => {
    expect(paid(1).slopeBelow).toEqual(d("3.3333333333"));
    expect(paid(1).notices).toEqual([
      { code: "payout_flatter_above", details: { above: "2", below: "3.33" } },
    ]);
    expect(paid(1, { accelerator: d(4) }).notices).toEqual([]);
  });

  it("rounds half a cent up, also where the division does not come out even", () => {
    // 0.06 × 0.1 ÷ 0.3 is exactly 0.02; 0.045 × 0.1 ÷ 0.3 is exactly 0.015.
    expect(paid("0.8", { targetBonus: d("0.06") }).amount).toEqual(d("0.02"));
    expect(paid("0.8", { targetBonus: d("0.045") }).amount).toEqual(d("0.02"));
  });

  it.each([
    ["a threshold at the target", { threshold: d(1) }, "payout_threshold"],
    ["a negative threshold", { threshold: d("-0.1") }, "payout_threshold"],
    ["a negative bonus", { targetBonus: d(-1) }, "payout_bonus"],
    ["a negative accelerator", { accelerator: d(-1) }, "payout_accelerator"],
    ["a cap below the target", { cap: d("0.9") }, "payout_cap"],
  ])("is refused by name with %s", (_what, change, code) => {
    expect(codes(payoutOf(d(1), { ...CURVE, ...change }))).toEqual([code]);
  });

  it("is refused without an attainment", () => {
    expect(codes(payoutOf(d(NaN), CURVE))).toEqual(["payout_attainment"]);
  });

  it("never falls, has no jump and keeps to its cap", () => {
    const fraction = (max: number) =>
      fc.integer({ min: 0, max: max * 1000 }).map((n) => d(n).div(1000));
    const step = d("0.0000001");
    fc.assert(
      fc.property(
        fraction(3),
        fraction(3),
        fraction(1).filter((one) => one.lessThan(1)),
        fraction(4),
        fraction(2),
        (a, b, threshold, accelerator, above) => {
          const curve = { threshold, accelerator, cap: above.plus(1), targetBonus: d(10_000) };
          const at = (attainment: Decimal) => paid(attainment.toFixed(), curve);
          const [less, more] = [at(Decimal.min(a, b)), at(Decimal.max(a, b))];

          expect(more.amount.greaterThanOrEqualTo(less.amount)).toBe(true);
          expect(more.ratio.lessThanOrEqualTo(curve.cap)).toBe(true);
          const slope = Decimal.max(accelerator, less.slopeBelow);
          expect(
            at(a.plus(step))
              .ratio.minus(at(a).ratio)
              .lessThanOrEqualTo(slope.times(step).plus("1e-9")),
          ).toBe(true);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe("commission", () => {
  const tier = (from: number, to: number | null, rate: string): CommissionTier => ({
    from: d(from),
    to: to === null ? null : d(to),
    rate: d(rate),
  });
  const TIERS = [
    tier(0, 500_000, "0.01"),
    tier(500_000, 1_000_000, "0.02"),
    tier(1_000_000, null, "0.03"),
  ];
  const amount = (sales: number, kind: "marginal" | "whole") =>
    valueOf(commissionOf(d(sales), TIERS, kind)).amount.toNumber();

  it.each([
    [0, 0, 0],
    [500_000, 5000, 5000],
    [1_000_000, 15_000, 20_000],
    [1_000_001, 15_000.03, 30_000.03],
    [1_200_000, 21_000, 36_000],
  ])("on %d: marginal %d, whole amount %d", (sales, marginal, whole) => {
    expect(amount(sales, "marginal")).toBe(marginal);
    expect(amount(sales, "whole")).toBe(whole);
  });

  it("warns of the jumps of whole-amount tiers", () => {
    const whole = valueOf(commissionOf(d(1_200_000), TIERS, "whole"));

    expect(whole.cliffs).toEqual([
      { at: d(500_000), below: d(5000), above: d(10_000) },
      { at: d(1_000_000), below: d(20_000), above: d(30_000) },
    ]);
    expect(whole.notices.map(({ code }) => code)).toEqual(["commission_cliff", "commission_cliff"]);
    expect(valueOf(commissionOf(d(1), TIERS, "marginal")).cliffs).toEqual([]);
  });

  it("shows what each tier gave", () => {
    expect(valueOf(commissionOf(d(600_000), TIERS, "marginal")).tiers).toEqual([
      { sales: d(500_000), commission: d(5000) },
      { sales: d(100_000), commission: d(2000) },
      { sales: d(0), commission: d(0) },
    ]);
  });

  it.each([
    ["no tiers", [], "commission_tiers_empty"],
    ["a gap", [tier(0, 100, "0.01"), tier(200, null, "0.02")], "commission_tiers_gap"],
    ["a late beginning", [tier(100, null, "0.02")], "commission_tiers_gap"],
    ["an overlap", [tier(0, 200, "0.01"), tier(100, null, "0.02")], "commission_tiers_overlap"],
    [
      "two open tiers",
      [tier(0, null, "0.01"), tier(100, null, "0.02")],
      "commission_tiers_overlap",
    ],
    [
      "a tier that holds nothing",
      [tier(0, 0, "0.01"), tier(0, null, "0.02")],
      "commission_tier_empty",
    ],
    ["no open end", [tier(0, 100, "0.01")], "commission_tiers_end"],
    ["a negative rate", [tier(0, null, "-0.01")], "commission_rate_unusable"],
  ])("is refused by name with %s", (_what, tiers, code) => {
    expect(codes(commissionOf(d(50), tiers, "marginal"))).toEqual([code]);
  });

  it("is refused on sales below 0", () => {
    expect(codes(commissionOf(d(-1), TIERS, "marginal"))).toEqual(["commission_sales_unusable"]);
  });

  it("by marginal tiers is continuous, never falls and never exceeds the highest rate", () => {
    const tiers = fc
      .uniqueArray(fc.integer({ min: 1, max: 2_000_000 }), { maxLength: 5 })
      .chain((bounds) =>
        fc
          .array(fc.integer({ min: 0, max: 100 }), {
            minLength: bounds.length + 1,
            maxLength: bounds.length + 1,
          })
          .map((rates) => {
            const sorted = bounds.toSorted((a, b) => a - b);
            return rates.map((rate, index): CommissionTier => ({
              from: d(sorted[index - 1] ?? 0),
              to: sorted[index] === undefined ? null : d(sorted[index]),
              rate: d(rate).div(1000),
            }));
          }),
      );
    const cents = fc.integer({ min: 0, max: 300_000_000 });
    fc.assert(
      fc.property(tiers, cents, cents, (list, a, b) => {
        const at = (sales: Decimal) => {
          const result = valueOf(commissionOf(sales, list, "marginal"));
          return Decimal.sum(0, ...result.tiers.map(({ commission }) => commission));
        };
        const [low, high] = [d(Math.min(a, b)).div(100), d(Math.max(a, b)).div(100)];
        const highest = Decimal.max(...list.map(({ rate }) => rate));
        const more = at(high).minus(at(low));

        expect(more.isNegative() && !more.isZero()).toBe(false);
        expect(more.lessThanOrEqualTo(highest.times(high.minus(low)))).toBe(true);
        const within = valueOf(commissionOf(high, list, "marginal")).tiers;
        expect(Decimal.sum(0, ...within.map(({ sales }) => sales))).toEqual(high);
      }),
      { numRuns: 1000 },
    );
  });
});
