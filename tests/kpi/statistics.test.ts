import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Outcome } from "../../plugin/kpi/outcome.ts";
import { rankCorrelation } from "../../plugin/kpi/permutation.ts";
import { coinTail, spread, wilson } from "../../plugin/kpi/statistics.ts";

const RUNS = { numRuns: 1000 };
const value = <T>(outcome: Outcome<T>): T => {
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
  return outcome.value;
};
const codes = (outcome: Outcome<unknown>) =>
  outcome.ok ? [] : outcome.problems.map(({ code }) => code);

describe("Wilson's interval", () => {
  it("lies within 0–1 and around the share", () => {
    const counts = fc
      .integer({ min: 1, max: 100_000 })
      .chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)));
    fc.assert(
      fc.property(counts, ([hits, n]) => {
        const { share, lower, upper } = value(wilson(hits, n));

        expect(share).toBe(hits / n);
        expect(lower).toBeGreaterThanOrEqual(0);
        expect(lower).toBeLessThanOrEqual(share);
        expect(upper).toBeGreaterThanOrEqual(share);
        expect(upper).toBeLessThanOrEqual(1);
      }),
      RUNS,
    );
  });

  it("narrows with more observations of the same share", () => {
    const width = (hits: number, n: number) => {
      const { lower, upper } = value(wilson(hits, n));
      return upper - lower;
    };

    expect(width(60, 100)).toBeLessThan(width(6, 10));
  });

  it.each([
    [1, 0],
    [3, 2],
    [-1, 2],
    [Number.NaN, 2],
    [1, Number.NaN],
    [1, 2.5],
  ])("refuses %s of %s", (hits, n) => {
    expect(codes(wilson(hits, n))).toEqual(["statistics_counts"]);
  });

  it("refuses a z that is none", () => {
    expect(codes(wilson(1, 2, 0))).toEqual(["statistics_counts"]);
  });
});

describe("fair coins", () => {
  /** Pascal's triangle over whole numbers: another way to the same figure. */
  const counted = (heads: number, n: number) => {
    let ways = 1n;
    let sum = 0n;
    for (let tails = 0; tails <= n - heads; tails++) {
      sum += ways;
      ways = (ways * BigInt(n - tails)) / BigInt(tails + 1);
    }
    return Number((sum * 10n ** 18n) / 2n ** BigInt(n)) / 1e18;
  };

  it("fall as counting says", () => {
    const counts = fc
      .integer({ min: 1, max: 300 })
      .chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)));
    fc.assert(
      fc.property(counts, ([heads, n]) => {
        const p = value(coinTail(heads, n));

        expect(p).toBeGreaterThan(0);
        expect(p).toBeLessThanOrEqual(1);
        expect(p).toBeCloseTo(counted(heads, n), 10);
      }),
      RUNS,
    );
  });

  it("neither underflow nor take long by the thousand", () => {
    expect(value(coinTail(5000, 10_000))).toBeCloseTo(0.504, 3);
    expect(value(coinTail(10_000, 10_000))).toBeGreaterThan(0);
  });

  it("cannot show more heads than there are coins", () => {
    expect(codes(coinTail(3, 2))).toEqual(["statistics_counts"]);
  });
});

it("has no spread among equal values, and the same one in any order", () => {
  expect(spread([0.1, 0.1, 0.1])).toBe(0);
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 30 }),
      (values) => {
        expect(spread(values.toReversed())).toBe(spread(values));
      },
    ),
    RUNS,
  );
});

describe("Spearman's rank correlation", () => {
  const figure = fc.integer({ min: -50, max: 50 });
  const pairs = (most: number) =>
    fc
      .array(fc.tuple(figure, figure), { minLength: 3, maxLength: most })
      .filter(
        (points) =>
          new Set(points.map(([x]) => x)).size > 1 && new Set(points.map(([, y]) => y)).size > 1,
      );
  const split = (points: readonly (readonly [number, number])[]) =>
    [points.map(([x]) => x), points.map(([, y]) => y)] as const;

  it("is the same either way round, in any order and after rising transformations", () => {
    fc.assert(
      fc.property(pairs(7), (points) => {
        const [x, y] = split(points);
        const { rho, p } = value(rankCorrelation(x, y, 3));
        const [turnedX, turnedY] = split(points.toReversed());

        expect(value(rankCorrelation(y, x, 3))).toMatchObject({ p });
        expect(value(rankCorrelation(y, x, 3)).rho).toBeCloseTo(rho, 12);
        expect(value(rankCorrelation(turnedX, turnedY, 3))).toMatchObject({ p });
        const cubed = x.map((one) => one ** 3 + 7);
        expect(value(rankCorrelation(cubed, y, 3))).toMatchObject({ rho, p });
        const falling = value(
          rankCorrelation(
            x.map((one) => -one),
            y,
            3,
          ),
        );
        expect(falling.rho).toBeCloseTo(-rho, 12);
        expect(falling.p).toBe(p);
      }),
      RUNS,
    );
  });

  it("has a p in (0, 1] of all orders, and of shuffles that anybody can repeat", () => {
    fc.assert(
      fc.property(pairs(20), fc.integer(), (points, seed) => {
        const [x, y] = split(points);
        const first = value(rankCorrelation(x, y, 3, 50, seed));
        const [turnedY, turnedX] = split(points.toReversed().map(([one, other]) => [other, one]));

        expect(first.p).toBeGreaterThan(0);
        expect(first.p).toBeLessThanOrEqual(1);
        expect(first.exact).toBe(points.length <= 8);
        expect(value(rankCorrelation(turnedY, turnedX, 3, 50, seed)).p).toBe(first.p);
        expect(Math.abs(first.rho)).toBeLessThanOrEqual(1);
      }),
      RUNS,
    );
  });

  it("tries every order of few pairs", () => {
    expect(value(rankCorrelation([1, 2, 3], [5, 6, 9], 3))).toMatchObject({ rho: 1, p: 2 / 6 });
  });

  it("comes close to every order with shuffles", () => {
    const x = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    const y = [6, 1, 3, 9, 2, 5, 8, 4, 7];
    // ρ = 1 − 6·Σd²/(n³ − n): 82 here; as far from no relation (120) are 82 and less, 158 and more.
    let far = 0;
    const orders = (rest: readonly number[], place: number, squares: number): number => {
      if (rest.length === 0) {
        if (Math.abs(squares - 120) >= 38) far++;
        return 1;
      }
      return rest.reduce(
        (sum, one) =>
          sum +
          orders(
            rest.filter((other) => other !== one),
            place + 1,
            squares + (one - place) ** 2,
          ),
        0,
      );
    };
    const all = orders(x, 1, 0);

    for (const seed of [0, 1, 2, 3]) {
      const { p, rho, exact } = value(rankCorrelation(x, y, 8, 10_000, seed));
      expect(rho).toBeCloseTo(1 - (6 * 82) / 720, 12);
      expect(exact).toBe(false);
      expect(Math.abs(p - far / all)).toBeLessThan(0.02);
    }
  });

  it.each<[string, number[], number[], string]>([
    ["too few pairs", [1, 2], [1, 2], "statistics_too_few"],
    ["a figure without a number", [1, 2, Number.NaN], [1, 2, 3], "statistics_not_a_number"],
    ["an infinite one", [1, 2, 3], [1, 2, Infinity], "statistics_not_a_number"],
    ["series of different lengths", [1, 2, 3], [1, 2, 3, 4], "statistics_unpaired"],
    ["a series without differences", [1, 1, 1], [1, 2, 3], "statistics_constant"],
  ])("refuses %s", (_what, x, y, code) => {
    expect(codes(rankCorrelation(x, y, 3))).toEqual([code]);
  });
});
