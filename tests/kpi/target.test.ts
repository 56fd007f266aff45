import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Decimal } from "../../plugin/decimal.ts";
import type { Outcome } from "../../plugin/kpi/outcome.ts";
import {
  benchmarkProblems,
  changeOf,
  checkAssignment,
  formulaTarget,
  historyPercentile,
  stackedFactor,
  standing,
  suggestTargets,
  type Benchmark,
  type TargetFormula,
} from "../../plugin/kpi/target.ts";
import { seasonalForecast, theilSen } from "../../plugin/kpi/trend.ts";

const RUNS = { numRuns: 1000 };
const value = <T>(outcome: Outcome<T>): T => {
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
  return outcome.value;
};
const codes = (outcome: Outcome<unknown>) =>
  outcome.ok ? [] : outcome.problems.map(({ code }) => code);
const d = (one: number | string) => new Decimal(one);
const all = (...figures: readonly (number | string)[]) => figures.map(d);
const texts = (figures: readonly Decimal[]) => figures.map((one) => one.toFixed());
const NOT_A_NUMBER = new Decimal(Number.NaN);
const figure = fc.integer({ min: -100_000, max: 100_000 }).map((one) => d(one).div(100));

describe("Theil and Sen's line", () => {
  it("is exact on lines, whatever a single freak figure does", () => {
    fc.assert(
      fc.property(
        figure,
        figure,
        fc.integer({ min: 6, max: 24 }),
        fc.nat(),
        figure,
        (slope, start, n, at, freak) => {
          const line = Array.from({ length: n }, (_none, index) => start.plus(slope.times(index)));
          const bent = line.map((one, index) => (index === at % n ? one.plus(freak) : one));

          for (const history of [line, bent]) {
            const trend = value(theilSen(history));
            expect(trend.slope.equals(slope)).toBe(true);
            expect(trend.intercept.equals(start)).toBe(true);
            expect(trend.next.equals(start.plus(slope.times(n)))).toBe(true);
          }
        },
      ),
      RUNS,
    );
  });

  it("needs six figures that are numbers", () => {
    expect(codes(theilSen(all(1, 2, 3, 4, 5)))).toEqual(["statistics_too_few"]);
    expect(codes(theilSen([...all(1, 2, 3, 4, 5), NOT_A_NUMBER]))).toEqual([
      "statistics_not_a_number",
    ]);
  });
});

describe("seasons", () => {
  const year = all(5, 5, 10, 10, 20, 20, 10, 10, 5, 5, 5, 15);
  const grown = year.map((one) => one.times("1.1"));

  it("repeat with the growth of the year", () => {
    expect(value(seasonalForecast([...year, ...grown]))).toMatchObject({ n: 24 });
    expect(value(seasonalForecast([...year, ...grown])).ratio.toFixed()).toBe("1.1");
    expect(value(seasonalForecast([...year, ...grown])).next.toFixed()).toBe("6.05");
    // A quarter further the figures have moved on with the calendar.
    const later = [...year, ...grown, ...grown.slice(0, 2).map((one) => one.times("1.1"))];
    expect(value(seasonalForecast(later)).next.toDecimalPlaces(6).toFixed()).toBe("12.1");
  });

  it("need two years that sum to more than 0", () => {
    expect(codes(seasonalForecast([...year, ...grown.slice(1)]))).toEqual(["statistics_too_few"]);
    expect(codes(seasonalForecast([...year.map((one) => one.negated()), ...grown]))).toEqual([
      "target_season_not_positive",
    ]);
    expect(codes(seasonalForecast(year, 1))).toEqual(["statistics_counts"]);
  });

  it("are suggested from where they can be told", () => {
    expect(value(suggestTargets([...year, ...grown], "higher"))).toMatchObject({
      method: "seasonal",
      n: 24,
    });
    expect(value(suggestTargets([...year, ...grown], "higher", { season: null })).method).toBe(
      "trend",
    );
    expect(value(suggestTargets([...year, ...grown].slice(1), "higher")).method).toBe("trend");
    const losses = [...year, ...grown].map((one) => one.negated());
    expect(value(suggestTargets(losses, "higher")).method).toBe("trend");
  });
});

describe("suggestions", () => {
  const history = all(100, 104, 103, 110, 112, 115);

  it("are the forecast and 0.5 and 1.5 usual deviations better", () => {
    const { base, target, stretch, mad, standings } = value(suggestTargets(history, "higher"));

    expect(texts([base, target, stretch, mad])).toEqual(["118", "118.37", "119.11", "0.5"]);
    expect(standings.base.hitShare.toFixed()).toBe("0");
    expect(standings.base.percentile.toFixed()).toBe("1");
  });

  it("go down where lower is better, and stay on the scale", () => {
    const falling = value(suggestTargets(history.toReversed(), "lower"));
    expect(falling.stretch.lessThan(falling.target)).toBe(true);
    expect(falling.target.lessThan(falling.base)).toBe(true);

    const { base, stretch } = value(
      suggestTargets(history, "higher", { scale: { min: null, max: d(118) } }),
    );
    expect(texts([base, stretch])).toEqual(["118", "118"]);
  });

  it("need six figures", () => {
    expect(codes(suggestTargets(all(1, 2, 3), "higher"))).toEqual(["statistics_too_few"]);
    expect(
      codes(suggestTargets(history, "higher", { scale: { min: NOT_A_NUMBER, max: null } })),
    ).toEqual(["target_scale"]);
    expect(codes(suggestTargets(history, "higher", { scale: { min: d(2), max: d(1) } }))).toEqual([
      "target_scale",
    ]);
  });
});

describe("a target among what was", () => {
  const histories = fc.array(figure, { minLength: 5, maxLength: 30 });

  it("stands the higher the larger it is", () => {
    fc.assert(
      fc.property(histories, figure, figure, (history, one, other) => {
        const [low, high] = one.lessThan(other) ? [one, other] : [other, one];
        const lower = value(standing(low, history, "higher"));
        const upper = value(standing(high, history, "higher"));

        expect(lower.percentile.lessThanOrEqualTo(upper.percentile)).toBe(true);
        expect(lower.hitShare.greaterThanOrEqualTo(upper.hitShare)).toBe(true);
        expect(upper.percentile.lessThanOrEqualTo(1)).toBe(true);
        expect(standing(low, history.toReversed(), "higher")).toEqual(
          standing(low, history, "higher"),
        );
      }),
      RUNS,
    );
  });

  it("counts figures equal to it half, and as reached", () => {
    const history = all(1, 2, 2, 2, 3);

    expect(value(standing(d(2), history, "higher")).percentile.toFixed()).toBe("0.5");
    expect(value(standing(d(2), history, "higher")).hitShare.toFixed()).toBe("0.8");
    expect(value(standing(d(1), history, "lower")).hitShare.toFixed()).toBe("0.2");
    expect(codes(standing(d(1), history.slice(1), "higher"))).toEqual(["statistics_too_few"]);
    expect(codes(standing(NOT_A_NUMBER, history, "higher"))).toEqual(["statistics_not_a_number"]);
  });

  it("has percentiles that rise with the share, from the least to the most", () => {
    const share = fc.integer({ min: 0, max: 1000 }).map((one) => d(one).div(1000));
    fc.assert(
      fc.property(histories, share, share, (history, one, other) => {
        const [low, high] = one.lessThan(other) ? [one, other] : [other, one];
        const at = (which: Decimal) => value(historyPercentile(history, which));

        expect(at(low).lessThanOrEqualTo(at(high))).toBe(true);
        expect(at(d(0)).equals(Decimal.min(...history))).toBe(true);
        expect(at(d(1)).equals(Decimal.max(...history))).toBe(true);
      }),
      RUNS,
    );
  });

  it("has percentiles between two figures by their distance", () => {
    expect(value(historyPercentile(all(1, 2, 3, 4, 11), d("0.9"))).toFixed()).toBe("8.2");
    expect(codes(historyPercentile(all(1, 2, 3, 4, 5), d("1.1")))).toEqual(["target_share"]);
    expect(codes(historyPercentile(all(1, 2, 3, 4, 5), NOT_A_NUMBER))).toEqual(["target_share"]);
  });
});

describe("handing down", () => {
  it.each([
    ["99.99", "UNDER_ASSIGNED"],
    ["100", null],
    ["115", null],
    ["117", "OVER_ASSIGNED"],
  ])("%s under a parent of 100: %s", (sum, flag) => {
    const children = [d(sum).minus(40), d(40)];

    expect(value(checkAssignment(d(100), children))).toMatchObject({ flag, n: 2 });
  });

  it("refuses a parent that cannot be shared, and no children", () => {
    expect(codes(checkAssignment(d(0), all(1)))).toEqual(["target_parent"]);
    expect(codes(checkAssignment(d(1), []))).toEqual(["statistics_too_few"]);
  });

  it("stacks increases", () => {
    expect(value(stackedFactor([])).toFixed()).toBe("1");
    expect(value(stackedFactor(all("0.1", "-0.1"))).toFixed()).toBe("0.99");
    expect(codes(stackedFactor(all(-1)))).toEqual(["target_growth"]);
    expect(codes(stackedFactor([NOT_A_NUMBER]))).toEqual(["target_growth"]);
  });
});

it("has no percentage of change from 0, and one with the right sign from below it", () => {
  expect(codes(changeOf(d(0), d(1)))).toEqual(["target_base_zero"]);
  expect(value(changeOf(d("-0.4"), d("-0.2"))).percent.toFixed()).toBe("50");
});

describe("targets by formula", () => {
  const figures = { previous: d(200), team: all(1, 2, 6), planned: d(7) };
  const none = { previous: null, team: [], planned: null };
  const previous: TargetFormula = { from: "previous", growth: d("0.15") };

  it.each<[TargetFormula, string, string]>([
    [previous, "230", "target_no_previous"],
    [{ from: "team" }, "3", "statistics_too_few"],
    [{ from: "plan" }, "7", "target_no_plan"],
  ])("%j", (formula, expected, code) => {
    expect(value(formulaTarget(formula, figures)).toFixed()).toBe(expected);
    expect(codes(formulaTarget(formula, none))).toEqual([code]);
  });

  it("do not grow from losses", () => {
    expect(codes(formulaTarget(previous, { ...none, previous: d(-5) }))).toEqual([
      "target_previous_negative",
    ]);
    expect(codes(formulaTarget({ from: "previous", growth: d(-2) }, figures))).toEqual([
      "target_growth",
    ]);
    expect(codes(formulaTarget({ from: "plan" }, { ...none, planned: NOT_A_NUMBER }))).toEqual([
      "statistics_not_a_number",
    ]);
  });
});

describe("benchmarks", () => {
  const benchmark: Benchmark = {
    definition: "Orders delivered on time ÷ orders due",
    value: d("0.93"),
    percentile: d("0.5"),
    industry: "Food wholesale",
    region: "EU",
    size: "50–250",
    year: "1997",
    source: "Trade association",
  };
  const problems = (changed: Partial<Benchmark>, definition = benchmark.definition) =>
    benchmarkProblems({ ...benchmark, ...changed }, definition).map(({ code }) => code);

  it("are used when complete and of the same definition", () => {
    expect(problems({})).toEqual([]);
    expect(problems({ percentile: null })).toEqual([]);
    expect(problems({}, " orders delivered  on time ÷ Orders due")).toEqual([]);
  });

  it("are refused otherwise, with everything that is wrong", () => {
    expect(problems({}, "Orders delivered")).toEqual(["benchmark_definition"]);
    expect(problems({ industry: " ", year: "", value: null, percentile: d(2) })).toEqual([
      "benchmark_no_industry",
      "benchmark_no_year",
      "benchmark_no_value",
      "benchmark_percentile",
    ]);
  });
});
