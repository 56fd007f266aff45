import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  benjaminiHochberg,
  compareKpis,
  CONFLICT_RULES,
  type Series,
} from "../../plugin/kpi/conflict.ts";
import type { Outcome } from "../../plugin/kpi/outcome.ts";

const RUNS = { numRuns: 1000 };
const value = <T>(outcome: Outcome<T>): T => {
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
  return outcome.value;
};
const codes = (outcome: Outcome<unknown>) =>
  outcome.ok ? [] : outcome.problems.map(({ code }) => code);
/** Rows are people, columns periods. */
const series = (key: string, table: readonly (readonly (number | null)[])[]): Series => ({
  key,
  values: table.flatMap((row, person) =>
    row.flatMap((one, period) =>
      one === null ? [] : [{ subject: `p${person}`, period: `1998-0${period + 1}`, value: one }],
    ),
  ),
});
const column = (values: readonly number[]) => values.map((one) => [one]);
const RISING = [42, 55, 61, 48, 70, 66, 52, 58];

describe("people", () => {
  const contacts = series("contacts", column(RISING));
  const calls = series("calls", column(RISING.map((one) => one * 2 + 1)));
  const stars = series("stars", column(RISING.map((one) => 5 - one / 100)));

  it("pulled apart are a candidate, moved together redundant", () => {
    const { pairs, left } = value(compareKpis([contacts, stars, calls], "people"));

    expect(pairs.map(({ a, b, n, flag }) => `${a} ${b} ${n} ${flag}`)).toEqual([
      "calls contacts 8 REDUNDANT",
      "calls stars 8 CONFLICT_CANDIDATE",
      "contacts stars 8 CONFLICT_CANDIDATE",
    ]);
    expect(left).toEqual([]);
  });

  it("count once with the mean of the periods that both KPIs have", () => {
    // The second period of the first person is unknown to one KPI and must not shift the other.
    const a = series("a", [[1, 1000], ...RISING.slice(1).map((one) => [one, one])]);
    const b = series("b", [[1, null], ...RISING.slice(1).map((one) => [one, one])]);

    expect(value(compareKpis([a, b], "people")).pairs).toMatchObject([
      { n: 8, rho: 1, flag: "REDUNDANT" },
    ]);
  });

  it("who are fewer than eight are left out, with the reason", () => {
    const few = (key: string) => series(key, column(RISING.slice(1)));
    const flat = series("flat", column(RISING.map(() => 100)));

    expect(value(compareKpis([few("a"), few("b")], "people"))).toMatchObject({
      pairs: [],
      left: [{ a: "a", b: "b", n: 7, reason: { code: "statistics_too_few" } }],
    });
    expect(value(compareKpis([contacts, flat], "people")).left).toMatchObject([
      { a: "contacts", b: "flat", n: 8, reason: { code: "statistics_constant" } },
    ]);
  });

  it("in another order give the same", () => {
    const table = fc.array(
      fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 3, maxLength: 3 }),
      {
        minLength: 8,
        maxLength: 10,
      },
    );
    const rules = { ...CONFLICT_RULES, shuffles: 20 };
    fc.assert(
      fc.property(table, (rows) => {
        const kpis = ["a", "b", "c"].map((key, index) =>
          series(key, column(rows.map((row) => row[index] ?? 0))),
        );
        const turned = kpis
          .toReversed()
          .map((kpi) => ({ ...kpi, values: kpi.values.toReversed() }));

        expect(compareKpis(turned, "people", rules)).toEqual(compareKpis(kpis, "people", rules));
      }),
      // Up to 8! orders for each of three pairs; the order of pairs itself has its own 1,000 runs.
      { numRuns: 60 },
    );
  });
});

describe("changes", () => {
  it("leave out that good people are good at both", () => {
    // Person by person both KPIs are high or low together; step by step one pays for the other.
    const base = [10, 20, 30, 40, 50, 60, 70, 80];
    const steps = [1, 2, 3, 4, 5, 6, 7, 8];
    const a = series(
      "a",
      base.map((one, index) => [one, one + (steps[index] ?? 0)]),
    );
    const b = series(
      "b",
      base.map((one, index) => [one, one - (steps[index] ?? 0)]),
    );

    expect(value(compareKpis([a, b], "people")).pairs[0]?.flag).toBe("REDUNDANT");
    expect(value(compareKpis([a, b], "changes")).pairs).toMatchObject([
      { level: "changes", n: 8, rho: -1, flag: "CONFLICT_CANDIDATE" },
    ]);
  });

  it("are not counted over a gap", () => {
    const gap = series("a", [[1, null, 3]]);
    const whole = series("b", [[1, 2, 3]]);

    expect(value(compareKpis([gap, whole], "changes")).left).toMatchObject([{ n: 0 }]);
  });

  it("of the same size are ties, whatever binary rounding says", () => {
    // 0.3 − 0.2 and 0.2 − 0.1 differ in binary; as changes they are the same, so nothing varies.
    const rows = Array.from({ length: 8 }, (_none, index) =>
      index % 2 === 0 ? [0.1, 0.2] : [0.2, 0.3],
    );
    const other = series(
      "b",
      RISING.map((one) => [0, one]),
    );

    expect(value(compareKpis([series("a", rows), other], "changes")).left).toMatchObject([
      { n: 8, reason: { code: "statistics_constant" } },
    ]);
  });
});

it("refuses series that are no series", () => {
  const one = series("a", [[1]]);
  const twice = { key: "b", values: [...one.values, ...one.values] };

  expect(codes(compareKpis([one, one], "people"))).toEqual(["health_same_key"]);
  expect(codes(compareKpis([one, twice], "people"))).toEqual(["conflict_twice"]);
  expect(codes(compareKpis([series("a", [[Number.NaN]])], "people"))).toEqual([
    "statistics_not_a_number",
  ]);
  expect(value(compareKpis([], "people"))).toEqual({ pairs: [], left: [] });
});

describe("Benjamini–Hochberg", () => {
  const p = fc.oneof(
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.double({ min: 0, max: 0.02, noNaN: true }),
  );
  const rate = fc.double({ min: 0.001, max: 0.5, noNaN: true });

  it("keeps every smaller p, and all that Bonferroni keeps", () => {
    fc.assert(
      fc.property(fc.array(p, { minLength: 1, maxLength: 40 }), rate, (ps, q) => {
        const tested = value(benjaminiHochberg(ps, q));
        const kept = ps.filter((_one, index) => tested[index]?.discovery);
        const lost = ps.filter((_one, index) => !tested[index]?.discovery);

        expect(Math.max(0, ...kept)).toBeLessThanOrEqual(Math.min(1, ...lost));
        for (const one of ps.filter((small) => small * ps.length <= q)) expect(kept).toContain(one);
        tested.forEach(({ adjusted }, index) => {
          expect(adjusted).toBeGreaterThanOrEqual(ps[index] ?? 0);
          expect(adjusted).toBeLessThanOrEqual(1);
        });
        const sorted = ps.map((one, index) => ({ one, adjusted: tested[index]?.adjusted ?? 0 }));
        sorted.sort((a, b) => a.one - b.one || a.adjusted - b.adjusted);
        expect(sorted.map(({ adjusted }) => adjusted)).toEqual(
          sorted.map(({ adjusted }) => adjusted).toSorted((a, b) => a - b),
        );
        const turned = value(benjaminiHochberg(ps.toReversed(), q)).toReversed();
        expect(turned.map(({ discovery }) => discovery)).toEqual(
          tested.map(({ discovery }) => discovery),
        );
      }),
      RUNS,
    );
  });

  it("believes the first k up to the largest that is small enough", () => {
    // 0.03 alone is above 0.1 · 1/4, yet below a later one that holds: 0.06 ≤ 0.1 · 3/4.
    const tested = value(benjaminiHochberg([0.5, 0.03, 0.06, 0.055], 0.1));

    expect(tested.map(({ discovery }) => discovery)).toEqual([false, true, true, true]);
    expect(tested.map(({ adjusted }) => Number(adjusted.toFixed(4)))).toEqual([
      0.5, 0.08, 0.08, 0.08,
    ]);
  });

  it("refuses what is no probability", () => {
    expect(codes(benjaminiHochberg([1.1], 0.1))).toEqual(["conflict_p_values"]);
    expect(codes(benjaminiHochberg([Number.NaN], 0.1))).toEqual(["conflict_p_values"]);
    expect(codes(benjaminiHochberg([0.1], 1))).toEqual(["conflict_p_values"]);
    expect(value(benjaminiHochberg([], 0.1))).toEqual([]);
  });
});
