import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Decimal } from "../../plugin/decimal.ts";
import {
  bonusOf,
  gradedCoefficient,
  linearCoefficient,
  sharePool,
  type PoolMember,
} from "../../plugin/kpi/bonus.ts";
import type { Outcome } from "../../plugin/kpi/outcome.ts";

const d = (value: number | string) => new Decimal(value);
const codes = (outcome: Outcome<unknown>) =>
  outcome.ok ? [] : outcome.problems.map(({ code }) => code);
function valueOf<Value>(outcome: Outcome<Value>): Value {
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
  return outcome.value;
}
const factors = (...values: (number | string)[]) =>
  values.map((value, index) => ({ key: `k${index}`, value: d(value) }));
const months = (part: number) => ({ part: d(part), whole: d(12) });
const member = (key: string, base: number | string, coefficient: number | string): PoolMember => ({
  key,
  base: d(base),
  coefficient: d(coefficient),
  order: key,
});

describe("coefficients", () => {
  const table = [
    { grade: "A", coefficient: d("1.2") },
    { grade: "B", coefficient: d(1) },
    { grade: "D", coefficient: d(-1) },
  ];

  it("come from the grade", () => {
    expect(valueOf(gradedCoefficient("A", table))).toEqual(d("1.2"));
    expect(codes(gradedCoefficient("C", table))).toEqual(["coefficient_grade_unknown"]);
    expect(codes(gradedCoefficient("D", table))).toEqual(["coefficient_unusable"]);
    expect(codes(gradedCoefficient("A", [...table, ...table]))).toEqual([
      "coefficient_grade_twice",
    ]);
  });

  it.each([
    ["95.5", "0.955"],
    ["130", "1.2"],
    ["-3", "0"],
  ])("or from the total: %s gives %s", (total, expected) => {
    const limits = { lowest: d(0), highest: d("1.2") };

    expect(valueOf(linearCoefficient(d(total), limits))).toEqual(d(expected));
  });

  it("are refused by name without a total or with limits that cross", () => {
    expect(codes(linearCoefficient(d(NaN), { lowest: d(0), highest: d(1) }))).toEqual([
      "coefficient_total",
    ]);
    expect(codes(linearCoefficient(d(90), { lowest: d(2), highest: d(1) }))).toEqual([
      "coefficient_range",
    ]);
  });
});

describe("a bonus", () => {
  it.each([
    ["of a month", 10_000, ["0.1", "1.2", "1.1"], 12, "1320"],
    ["of a year", 120_000, ["0.1", "0.8"], 12, "9600"],
    ["for nine months", 20_000, ["0.95", "1.05", "1.2"], 9, "17955"],
    ["of the customer-service agent", 2000, ["1", "1.05", "1.2"], 12, "2520"],
    ["with half a cent", "0.01", ["0.5"], 12, "0.01"],
  ])("%s", (_what, base, values, part, expected) => {
    expect(valueOf(bonusOf(d(base), factors(...values), months(part))).amount).toEqual(d(expected));
  });

  it("shows every step", () => {
    const { steps } = valueOf(bonusOf(d(20_000), factors("0.95", "1.2"), months(9)));

    expect(steps).toEqual([
      { key: "k0", value: d("0.95"), product: d(19_000) },
      { key: "k1", value: d("1.2"), product: d(22_800) },
      { key: "time", value: d("0.75"), product: d(17_100) },
    ]);
  });

  it.each([
    ["a negative base", -1, factors(1), months(12), "bonus_base_unusable"],
    ["a factor that is none", 1, factors(NaN), months(12), "bonus_factor_unusable"],
    ["thirteen months of twelve", 1, factors(1), months(13), "bonus_time_unusable"],
    ["a year without months", 1, [], { part: d(0), whole: d(0) }, "bonus_time_unusable"],
  ])("is refused by name with %s", (_what, base, list, time, code) => {
    expect(codes(bonusOf(d(base), list, time))).toEqual([code]);
  });
});

describe("a pool", () => {
  it("is shared by base and coefficient, to the last cent", () => {
    const { parts } = valueOf(
      sharePool(d(25_000), [
        member("a", 10_000, "1.2"),
        member("b", 8000, 1),
        member("c", 12_000, "0.8"),
      ]),
    );

    expect(parts.map(({ amount }) => amount.toFixed(2))).toEqual([
      "10135.13",
      "6756.76",
      "8108.11",
    ]);
    expect(parts.map(({ exact }) => exact.toFixed(4))).toEqual([
      "10135.1351",
      "6756.7568",
      "8108.1081",
    ]);
    expect(Decimal.sum(...parts.map(({ amount }) => amount))).toEqual(d(25_000));
  });

  it("gives a last cent to the larger base, then by the order given, and says who was tied", () => {
    const equal = [member("c", 100, 1), member("a", 100, 1), member("b", 50, 2)];
    const { parts, tied } = valueOf(sharePool(d("0.02"), equal));

    expect(parts.map(({ amount }) => amount.toNumber())).toEqual([0.01, 0.01, 0]);
    expect(tied).toEqual(["a", "b", "c"]);
    expect(
      valueOf(sharePool(d("0.01"), equal)).parts.map(({ amount }) => amount.toNumber()),
    ).toEqual([0, 0.01, 0]);
  });

  it("may be empty", () => {
    const { parts } = valueOf(sharePool(d(0), [member("a", 1, 1)]));

    expect(parts[0]?.amount.toNumber()).toBe(0);
  });

  it.each([
    ["below 0", d(-1), [member("a", 1, 1)], "pool_amount_unusable"],
    ["that is no number", d(NaN), [member("a", 1, 1)], "pool_amount_unusable"],
    ["with half a cent", d("0.005"), [member("a", 1, 1)], "pool_not_in_cents"],
    ["without people", d(1), [], "pool_nobody"],
    ["for coefficients of 0", d(1), [member("a", 100, 0)], "pool_nobody"],
    ["with a negative base", d(1), [member("a", -100, 1)], "pool_member_unusable"],
    [
      "with a person twice",
      d(1),
      [member("a", 1, 1), { ...member("a", 1, 1), order: "b" }],
      "pool_member_twice",
    ],
    [
      "with an order twice",
      d(1),
      [member("a", 1, 1), { ...member("b", 1, 1), order: "a" }],
      "pool_order_twice",
    ],
  ])("%s is refused by name", (_what, pool, members, code) => {
    expect(codes(sharePool(pool, members))).toContain(code);
  });

  it("sums to the last cent, never gives more for less, whatever the order of people", () => {
    const one = fc.record({
      base: fc.integer({ min: 0, max: 5_000_000 }).map((cents) => d(cents).div(100)),
      coefficient: fc.integer({ min: 0, max: 15 }).map((tenths) => d(tenths).div(10)),
    });
    const members = fc
      .array(one, { minLength: 1, maxLength: 30 })
      .map((list): PoolMember[] =>
        list.map((found, index) => ({ key: `k${index}`, order: `k${index}`, ...found })),
      )
      .filter((list) => list.some(({ base, coefficient }) => !base.times(coefficient).isZero()));
    fc.assert(
      fc.property(members, fc.integer({ min: 0, max: 100_000_000 }), (list, cents) => {
        const pool = d(cents).div(100);
        const { parts } = valueOf(sharePool(pool, list));
        const again = valueOf(sharePool(pool, list.toReversed())).parts;

        expect(Decimal.sum(...parts.map(({ amount }) => amount))).toEqual(pool);
        expect(again.toReversed()).toEqual(parts);
        const ranked = list
          .map(({ base, coefficient }, place) => ({
            claim: base.times(coefficient),
            amount: parts[place]?.amount ?? d(NaN),
          }))
          .sort((a, b) => a.claim.comparedTo(b.claim));
        ranked.slice(1).forEach(({ claim, amount }, place) => {
          const before = ranked[place];
          if (before && claim.greaterThan(before.claim)) {
            expect(amount.greaterThanOrEqualTo(before.amount)).toBe(true);
          }
        });
        for (const { exact, amount } of parts) {
          expect(amount.minus(exact).abs().lessThan("0.0100000001")).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
