import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bunching,
  capShare,
  discrimination,
  floorShare,
  hitRate,
  medianAttainment,
  missingShare,
  outlier,
  realWeights,
  staleness,
  variation,
  type ScoreSeen,
} from "../../plugin/kpi/health.ts";
import type { Outcome } from "../../plugin/kpi/outcome.ts";

const RUNS = { numRuns: 1000 };
const value = <T>(outcome: Outcome<T>): T => {
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
  return outcome.value;
};
const codes = (outcome: Outcome<unknown>) =>
  outcome.ok ? [] : outcome.problems.map(({ code }) => code);
const times = <T>(count: number, one: T) => Array.from({ length: count }, () => one);
/** One score per person in one period, `hits` of them at target. */
const people = (hits: number, n: number): ScoreSeen[] =>
  Array.from({ length: n }, (_none, index) => ({
    subject: `p${index}`,
    period: "1998-04",
    score: index < hits ? 100 : 80,
  }));

describe("the hit rate", () => {
  it.each([
    [18, 20, "TOO_EASY"],
    [9, 10, null],
    [1, 12, "TOO_HARD"],
    [12, 20, null],
  ])("of %s in %s: %s", (hits, n, flag) => {
    expect(value(hitRate(people(hits, n)))).toMatchObject({ check: "hit_rate", flag, n });
  });

  it("of nine in ten is told with its interval", () => {
    const { lower, upper } = value(hitRate(people(9, 10))).figures;

    expect(lower).toBeCloseTo(0.596, 3);
    expect(upper).toBeCloseTo(0.982, 3);
  });

  it("is not flagged for duties", () => {
    expect(value(hitRate(people(20, 20), { hygiene: true })).flag).toBeNull();
  });

  it("counts each person once, however many periods they have", () => {
    const many = people(5, 6).flatMap((seen) =>
      ["1998-04", "1998-05", "1998-06"].map((period) => ({ ...seen, period })),
    );

    expect(value(hitRate(many))).toMatchObject({ n: 6, figures: { people: 6, periods: 3 } });
    expect(value(hitRate(many)).figures["share"]).toBeCloseTo(5 / 6, 12);
  });

  it("of few people needs two periods", () => {
    const three = people(3, 3);
    const again = three.map((seen) => ({ ...seen, period: "1998-05" }));

    expect(codes(hitRate([...three, ...three]))).toEqual(["statistics_too_few"]);
    expect(value(hitRate([...three, ...again]))).toMatchObject({ n: 6, figures: { people: 3 } });
  });

  it("does not depend on the order of scores", () => {
    const seen = fc.record({
      subject: fc.constantFrom("a", "b", "c", "d", "e", "f"),
      period: fc.constantFrom("1998-04", "1998-05"),
      score: fc.integer({ min: 80, max: 120 }),
    });
    fc.assert(
      fc.property(fc.array(seen, { minLength: 5, maxLength: 40 }), (scores) => {
        expect(hitRate(scores.toReversed())).toEqual(hitRate(scores));
      }),
      RUNS,
    );
  });

  it("refuses what is not a number, and too few", () => {
    const [first, ...rest] = people(5, 8);

    expect(codes(hitRate([{ ...first!, score: Number.NaN }, ...rest]))).toEqual([
      "statistics_not_a_number",
    ]);
    expect(codes(hitRate(people(2, 4)))).toEqual(["statistics_too_few"]);
    expect(codes(hitRate([]))).toEqual(["statistics_too_few"]);
  });
});

describe("shares", () => {
  it.each([
    [[1.4, 1.4, 1.31, 1, 1.5], "ATTAINED_HIGH"],
    [[1.3, 1.3, 1.3, 1, 1.5], null],
    [[0.6, 0.6, 0.69, 1, 0.5], "ATTAINED_LOW"],
    [[0.7, 0.7, 0.7, 1, 0.5], null],
  ])("of attainment %j: %s", (attainments, flag) => {
    expect(value(medianAttainment(attainments))).toMatchObject({ flag, n: 5 });
  });

  it("at the cap are flagged above 30 %", () => {
    expect(value(capShare([...times(3, 120), ...times(7, 90)], 120)).flag).toBeNull();
    expect(value(capShare([...times(4, 120), ...times(6, 90)], 120))).toMatchObject({
      flag: "AT_CAP",
      n: 10,
      figures: { share: 0.4, cap: 120 },
    });
  });

  it("at the floor are flagged above 30 %, on a raised floor above 20 %", () => {
    const at = (count: number, floor: number) => [...times(count, floor), ...times(10 - count, 90)];

    expect(value(floorShare(at(3, 0), 0)).flag).toBeNull();
    expect(value(floorShare(at(4, 0), 0)).flag).toBe("AT_FLOOR");
    expect(value(floorShare(at(2, 60), 60)).flag).toBeNull();
    expect(value(floorShare(at(3, 60), 60)).flag).toBe("FLOOR_HIDES");
  });

  it("without data are flagged above 20 %", () => {
    expect(value(missingShare(2, 10)).flag).toBeNull();
    expect(value(missingShare(3, 10))).toMatchObject({ flag: "MISSING", n: 10 });
    expect(codes(missingShare(3, 2))).toEqual(["statistics_counts"]);
    expect(codes(missingShare(0.5, 10))).toEqual(["statistics_counts"]);
    expect(codes(missingShare(1, 4))).toEqual(["statistics_too_few"]);
    expect(codes(missingShare(1, 9, { fewest: Number.NaN }))).toEqual(["statistics_too_few"]);
    expect(codes(medianAttainment([], { fewest: Number.NaN }))).toEqual(["statistics_too_few"]);
  });

  it("refuse too few scores and caps without a number", () => {
    expect(codes(capShare(times(4, 1), 1))).toEqual(["statistics_too_few"]);
    expect(codes(floorShare(times(4, 1), 1))).toEqual(["statistics_too_few"]);
    expect(codes(capShare(times(5, 1), Number.NaN))).toEqual(["statistics_not_a_number"]);
    expect(codes(medianAttainment([]))).toEqual(["statistics_too_few"]);
  });
});

describe("scatter", () => {
  it("below 3 points does not tell people apart", () => {
    expect(value(discrimination(times(6, 90.1)))).toMatchObject({
      flag: "SAME_SCORES",
      n: 6,
      figures: { sd: 0 },
    });
    expect(value(discrimination([80, 84, 88, 92, 96])).flag).toBeNull();
    expect(codes(discrimination([1, 2, 3, 4]))).toEqual(["statistics_too_few"]);
  });

  it("larger than the mean is noise, and told robustly when skewed", () => {
    const skewed = [1, 1, 2, 2, 3, 100];

    expect(value(variation(skewed))).toMatchObject({ flag: "NOISY", n: 6 });
    expect(value(variation(skewed)).figures["madToMedian"]).toBeCloseTo(0.5, 12);
    expect(value(variation([82, 85, 88, 90, 91, 93, 95, 96])).figures).not.toHaveProperty(
      "madToMedian",
    );
  });

  it("needs a mean above 0", () => {
    expect(codes(variation([-1, -2, 0, 1, 2]))).toEqual(["health_mean_not_positive"]);
    expect(codes(variation([1e200, 1, 2, 3, 4]))).toEqual(["statistics_not_a_number"]);
  });
});

it("is stale after twice the promised time", () => {
  expect(value(staleness({ days: 14, every: 7, seen: 3 })).flag).toBeNull();
  expect(value(staleness({ days: 15, every: 7, seen: 3 }))).toMatchObject({ flag: "STALE", n: 3 });
  expect(codes(staleness({ days: 1, every: 0, seen: 3 }))).toEqual(["health_frequency"]);
  expect(codes(staleness({ days: -1, every: 1, seen: 3 }))).toEqual(["health_frequency"]);
  expect(codes(staleness({ days: 1, every: 1, seen: 0 }))).toEqual(["statistics_too_few"]);
});

describe("real weights", () => {
  it("are weight times spread", () => {
    const found = value(
      realWeights([
        { key: "sales", weight: 30, scores: [60, 80, 100, 120, 90] },
        { key: "reports", weight: 30, scores: times(5, 100) },
        { key: "quality", weight: 40, scores: [60, 80, 100, 120, 90] },
      ]),
    );

    expect(found.get("reports")).toMatchObject({ flag: "HOLLOW_WEIGHT", n: 5 });
    expect(found.get("reports")?.figures).toMatchObject({ weight: 0.3, real: 0, sd: 0 });
    expect(found.get("sales")?.flag).toBeNull();
    expect(found.get("sales")?.figures["real"]).toBeCloseTo(3 / 7, 12);
  });

  it("sum to 1, whatever the unit of weights and the order of KPIs", () => {
    const kpi = fc.record({
      weight: fc.integer({ min: 0, max: 100 }),
      scores: fc.array(fc.integer({ min: 0, max: 120 }), { minLength: 5, maxLength: 12 }),
    });
    fc.assert(
      fc.property(fc.array(kpi, { minLength: 1, maxLength: 8 }), (given) => {
        const kpis = given.map((one, index) => ({ ...one, key: `k${index}` }));
        const found = realWeights(kpis);
        if (!found.ok) {
          expect(["health_weights", "health_all_equal"]).toEqual(
            expect.arrayContaining(codes(found)),
          );
          return;
        }
        const shares = [...found.value.values()].map(({ figures }) => figures["real"] ?? -1);
        const weights = [...found.value.values()].map(({ figures }) => figures["weight"] ?? -1);

        expect(shares.every((share) => share >= 0)).toBe(true);
        expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 10);
        expect(weights.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 10);
        expect(realWeights(kpis.toReversed())).toEqual(found);
        const doubled = value(realWeights(kpis.map((one) => ({ ...one, weight: one.weight * 2 }))));
        expect([...doubled.values()].map(({ figures }) => figures["real"])).toEqual(shares);
      }),
      RUNS,
    );
  });

  it("refuse what cannot be weighed", () => {
    const scores = [1, 2, 3, 4, 5];
    const of = (...weights: number[]) =>
      weights.map((weight, index) => ({ key: `k${index}`, weight, scores }));

    expect(codes(realWeights(of(-1, 2)))).toEqual(["health_weights"]);
    expect(codes(realWeights(of(0, 0)))).toEqual(["health_weights"]);
    expect(codes(realWeights([...of(1), ...of(1)]))).toEqual(["health_same_key"]);
    expect(codes(realWeights([]))).toEqual(["statistics_too_few"]);
    expect(codes(realWeights([{ key: "a", weight: 1, scores: times(5, 9) }]))).toEqual([
      "health_all_equal",
    ]);
  });
});

describe("a new figure", () => {
  const usual = [98, 99, 100, 100, 101, 102, 103, 97];

  it.each<[number, string | null, number | undefined]>([
    [104, null, undefined],
    [130, "OUTLIER", undefined],
    [1000, "UNIT_SLIP", 10],
    [10_100, "UNIT_SLIP", 100],
    [10, "UNIT_SLIP", 0.1],
    [1.02, "UNIT_SLIP", 0.01],
    [-1000, "OUTLIER", undefined],
  ])("of %s among figures near 100: %s", (figure, flag, factor) => {
    const found = value(outlier(figure, usual));

    expect(found).toMatchObject({ flag, n: 8 });
    expect(found.figures["factor"]).toBe(factor);
  });

  it("that was seen before is no slip", () => {
    expect(value(outlier(1000, [...usual, 1000])).flag).toBe("OUTLIER");
  });

  it("is compared with other units when asked", () => {
    const factors = [60, 10_000];

    expect(value(outlier(1_000_000, usual, { factors })).figures["factor"]).toBe(10_000);
    expect(codes(outlier(1, usual, { factors: [0] }))).toEqual(["statistics_counts"]);
  });

  it("is not far from figures that are all the same: nothing says how far is far", () => {
    expect(value(outlier(103, times(8, 100))).flag).toBeNull();
    expect(value(outlier(1000, times(8, 100))).flag).toBe("UNIT_SLIP");
    expect(value(outlier(5, times(8, 0))).flag).toBeNull();
  });

  it("needs eight earlier ones", () => {
    expect(codes(outlier(1, usual.slice(1)))).toEqual(["statistics_too_few"]);
    expect(codes(outlier(Number.NaN, usual))).toEqual(["statistics_not_a_number"]);
  });
});

describe("bunching", () => {
  it("counts the target itself as made and both ends of the window as half-open", () => {
    const figures = [0.85, 0.85, 0.85, 0.85, 0.866, 0.833, 0.8329, 0.867, 0.84];

    expect(value(bunching(figures, 0.85, "higher")).figures).toMatchObject({ made: 5, missed: 2 });
  });

  it("looks the other way where lower is better", () => {
    const figures = [...times(14, 99), ...times(2, 101)];

    expect(value(bunching(figures, 100, "lower"))).toMatchObject({ flag: "BUNCHED", n: 16 });
    expect(value(bunching(figures, 100, "higher")).flag).toBeNull();
  });

  it("works below zero", () => {
    const figures = [...times(9, -99), -101];

    expect(value(bunching(figures, -100, "higher")).figures).toMatchObject({ made: 9, missed: 1 });
  });

  it("refuses too few near the target, and targets without a neighbourhood", () => {
    expect(codes(bunching([...times(6, 101), ...times(50, 150)], 100, "higher"))).toEqual([
      "statistics_too_few",
    ]);
    expect(codes(bunching(times(20, 0), 0, "higher"))).toEqual(["health_window"]);
    expect(codes(bunching(times(20, 1), 1, "higher", { window: 0 }))).toEqual(["health_window"]);
  });
});
