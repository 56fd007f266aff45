import { expect, it } from "vitest";
import { Decimal, decimalText } from "../../plugin/decimal.ts";
import {
  between,
  measureCell,
  percentilePlace,
  type Aggregate,
  type Tally,
} from "../../plugin/kpi/cell.ts";

const TALLY: Tally = {
  aggregate: "sum",
  whenEmpty: "no_data",
  alive: true,
  count: 3,
  invalid: 0,
  sum: new Decimal("10"),
  denominator: new Decimal("4"),
  distinct: 2,
  min: new Decimal("1"),
  max: new Decimal("6"),
  last: new Decimal("3"),
  rating: { status: "OK", value: new Decimal("87"), reasons: [] },
  quantile: new Decimal("2.5"),
  minSample: null,
};

function shown(change: Partial<Tally>): string {
  const result = measureCell({ ...TALLY, ...change });
  return result.status === "OK"
    ? decimalText(result.value)
    : `${result.status} ${result.reasons.map(({ code }) => code).join()}`;
}

it.each<[Aggregate, string]>([
  ["sum", "10"],
  ["count", "3"],
  ["distinct", "2"],
  ["first_ever", "10"],
  ["average", "3.33333333333333333333"],
  ["ratio", "2.5"],
  ["weighted_average", "2.5"],
  ["median", "2.5"],
  ["percentile", "2.5"],
  ["raters", "87"],
  ["min", "1"],
  ["max", "6"],
  ["last", "3"],
])("takes the %s: %s", (aggregate, expected) => {
  expect(shown({ aggregate })).toBe(expected);
});

it.each<[Aggregate, string]>([
  ["sum", "0"],
  ["count", "0"],
  ["distinct", "0"],
  ["first_ever", "0"],
  ["average", "NO_DATA no_records"],
  ["ratio", "NO_DATA no_records"],
  ["weighted_average", "NO_DATA no_records"],
  ["median", "NO_DATA no_records"],
  ["percentile", "NO_DATA no_records"],
  ["raters", "NO_DATA no_records"],
  ["min", "NO_DATA no_records"],
  ["max", "NO_DATA no_records"],
  ["last", "NO_DATA no_records"],
])("without records the %s of a KPI that may be zero is %s", (aggregate, expected) => {
  expect(shown({ aggregate, whenEmpty: "zero", count: 0, sum: new Decimal(0) })).toBe(expected);
});

it.each<[Partial<Tally>, string]>([
  [{ count: 0 }, "NO_DATA no_records"],
  [{ count: 0, alive: false }, "NO_DATA source_empty"],
  [{ count: 0, whenEmpty: "zero", alive: false }, "NO_DATA source_empty"],
  [{ count: 0, whenEmpty: "zero", minSample: 5 }, "NO_DATA no_records"],
  [{ count: 0, invalid: 1, whenEmpty: "zero" }, "ERROR value_unusable"],
  [{ invalid: 2 }, "ERROR value_unusable"],
  [{ aggregate: "ratio", denominator: new Decimal(0) }, "NO_DATA no_denominator"],
  [{ aggregate: "ratio", denominator: new Decimal(-4) }, "ERROR denominator_negative"],
  [{ aggregate: "average", minSample: 4 }, "NO_DATA sample_too_small"],
  [{ aggregate: "average", minSample: 3 }, "3.33333333333333333333"],
  [{ aggregate: "ratio", minSample: 5 }, "NO_DATA sample_too_small"],
  [{ aggregate: "ratio", minSample: 4, count: 1 }, "2.5"],
  [{ aggregate: "weighted_average", denominator: new Decimal(0) }, "NO_DATA no_denominator"],
  [{ aggregate: "weighted_average", minSample: 4 }, "NO_DATA sample_too_small"],
  [{ aggregate: "weighted_average", minSample: 3 }, "2.5"],
  [{ aggregate: "median", minSample: 4 }, "NO_DATA sample_too_small"],
  [{ aggregate: "percentile", minSample: 4 }, "NO_DATA sample_too_small"],
  [{ aggregate: "last", minSample: 4 }, "NO_DATA sample_too_small"],
  [{ aggregate: "raters", minSample: 4 }, "NO_DATA sample_too_small"],
  [{ aggregate: "median", quantile: null }, "NO_DATA no_records"],
  [{ minSample: 0 }, "10"],
  [{ aggregate: "last", last: null }, "NO_DATA no_records"],
  [{ sum: new Decimal(NaN) }, "ERROR value_unusable"],
])("measures %j as %s", (change, expected) => {
  expect(shown(change)).toBe(expected);
});

it.each([
  // Excel: PERCENTILE.INC({1,2,3,4}, 0.3) = 1.9, of {10,20,30} at 0.5 = 20, of one value always it.
  [["1", "2", "3", "4"], "30", "1.9"],
  [["10", "20", "30"], "50", "20"],
  [["1", "2", "3", "4"], "50", "2.5"],
  [["7"], "99.9", "7"],
  [["3", "8"], "0", "3"],
  [["3", "8"], "100", "8"],
  [["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"], "12.5", "1.125"],
])("of %j the percentile %s is %s", (values, percent, expected) => {
  const { index, fraction } = percentilePlace(values.length, new Decimal(percent));
  const at = (place: number) => new Decimal(values[Math.min(place, values.length - 1)] ?? NaN);

  expect(decimalText(between(at(index), at(index + 1), fraction))).toBe(expected);
});

it("says how many records are unusable, and how many are needed", () => {
  const unusable = measureCell({ ...TALLY, invalid: 2 });
  const small = measureCell({ ...TALLY, aggregate: "average", minSample: 5 });

  expect(unusable.reasons).toEqual([{ code: "value_unusable", details: { count: "2" } }]);
  expect(small.reasons).toEqual([{ code: "sample_too_small", details: { n: "3", min: "5" } }]);
});

it("pools a ratio instead of averaging ratios (AG2)", () => {
  const sum = new Decimal(30).plus(29);
  const denominator = new Decimal(30).plus(80);

  const result = measureCell({ ...TALLY, aggregate: "ratio", sum, denominator });

  expect(result.status === "OK" && result.value.times(100).toFixed(2)).toBe("53.64");
});
