import { expect, it } from "vitest";
import { Decimal } from "../../plugin/decimal.ts";
import { compareKpis } from "../../plugin/kpi/conflict.ts";
import { bunching, hitRate, variation } from "../../plugin/kpi/health.ts";
import type { Outcome } from "../../plugin/kpi/outcome.ts";
import { xmrLimits, xmrSignals } from "../../plugin/kpi/signals.ts";
import { changeOf, stackedFactor, standing } from "../../plugin/kpi/target.ts";
import { theilSen } from "../../plugin/kpi/trend.ts";
import cases from "../fixtures/statistics-cases.json" with { type: "json" };

/** The specification's worked cases for statistics, read from its own figures. */
interface Case {
  readonly id: string;
  readonly method: string;
  // Each method has a shape of its own; the readers below know it.
  readonly input: Readonly<Record<string, unknown>>;
  readonly expected: unknown;
}
// The literal types of the file are far too narrow: it is data, read by the shape above.
const CASES = cases as unknown as readonly Case[];

const value = <T>(outcome: Outcome<T>): T => {
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
  return outcome.value;
};
const number = (input: Case["input"], name: string) => Number(input[name]);
// The cases are data of a known shape; another one fails in what is computed from it.
const numbers = (input: Case["input"], name: string) => input[name] as number[];
const decimals = (input: Case["input"], name: string) =>
  numbers(input, name).map((one) => new Decimal(one));
const series = (key: string, values: readonly number[]) => ({
  key,
  values: values.map((one, index) => ({ subject: `p${index}`, period: "1998-04", value: one })),
});

const READERS: Readonly<Record<string, (input: Case["input"]) => unknown>> = {
  "difficulty.wilson95": (input) => {
    const hits = number(input, "hit");
    const scores = Array.from({ length: number(input, "n") }, (_none, index) => ({
      subject: `p${index}`,
      period: "1998-04",
      score: index < hits ? 100 : 99.99,
    }));
    const { flag, figures } = value(
      hitRate(scores, {
        easyAbove: number(input, "easy_if_lo_gt"),
        hardBelow: number(input, "hard_if_hi_lt"),
      }),
    );
    return {
      p: figures["share"],
      ci: [figures["lower"], figures["upper"]],
      flag: flag ?? "NO_FLAG",
    };
  },
  cv: (input) => value(variation(numbers(input, "scores"))).figures,
  "conflict.spearman": (input) => {
    const [pair] = value(
      compareKpis(
        [
          series("customers", numbers(input, "daily_customers")),
          series("csat", numbers(input, "csat")),
        ],
        "people",
      ),
    ).pairs;
    return { rho: pair?.rho, perm_p_two_sided: pair?.p, n: pair?.n, flag: pair?.flag };
  },
  xmr: (input) => {
    const limits = value(xmrLimits(numbers(input, "baseline")));
    return {
      mean: limits.mean,
      mr_bar: limits.averageRange,
      lower: limits.lower,
      upper: limits.upper,
      url: limits.upperRange,
      signal: value(xmrSignals(limits, [number(input, "new")])).length > 0,
    };
  },
  "bunching.binomial": (input) => {
    const at = (count: string, figure: number) =>
      Array.from({ length: number(input, count) }, () => figure);
    const { figures } = value(
      bunching([...at("just_above", 101), ...at("just_below", 99)], 100, "higher"),
    );
    return { p_one_sided: figures["p"] };
  },
  "target.theil_sen": (input) => {
    const { slope, intercept, next } = value(theilSen(decimals(input, "history")));
    return { slope, intercept, next };
  },
  "target.stretch_stack": (input) => value(stackedFactor(decimals(input, "layers"))),
  "target.percentile": (input) => {
    const { percentile, hitShare } = value(
      standing(new Decimal(number(input, "target")), decimals(input, "history"), "higher"),
    );
    return { percentile, historical_hit_rate: hitShare };
  },
  "unit.pp_vs_pct": (input) => {
    const change = value(
      changeOf(new Decimal(number(input, "base")), new Decimal(number(input, "to"))),
    );
    return { percentage_points: change.points, relative_pct: change.percent };
  },
};

/** Holds numbers to the digits that are written in the expectation, and everything else exactly. */
function expectAs(actual: unknown, expected: unknown): void {
  if (typeof expected === "number") {
    const digits = String(expected).split(".")[1]?.length ?? 0;
    expect(Number(actual)).toBeCloseTo(expected, digits);
  } else if (Array.isArray(expected)) {
    expected.forEach((one, index) => expectAs((actual as unknown[])[index], one));
  } else if (typeof expected === "object" && expected !== null) {
    for (const [name, one] of Object.entries(expected)) {
      expectAs((actual as Record<string, unknown>)[name], one);
    }
  } else {
    expect(actual).toBe(expected);
  }
}

it("has all of them", () => {
  expect(CASES.map(({ id }) => id).join(" ")).toBe("H1 H3 H4 H5 H7 H8 X1 H9 TS1 TS2 TS4 U2");
});

it.each(CASES)("$id: $method", ({ method, input, expected }) => {
  const reader = READERS[method];
  if (reader === undefined) throw new Error(`No reader for ${method}`);
  expectAs(reader(input), expected);
});
