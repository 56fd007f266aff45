import fc from "fast-check";
import { expect, it } from "vitest";
import { decimalText } from "../../plugin/decimal.ts";
import {
  dimensionText,
  DIMENSIONLESS,
  overUnits,
  powerUnit,
  readUnit,
  sameUnit,
  timesUnits,
  unitOf,
  type Unit,
} from "../../plugin/formula/units.ts";

function read(text: string): string {
  const unit = readUnit(text);
  if (unit === null) return "unknown";
  const form = unit.percentForm === undefined ? "" : ` ${unit.percentForm}`;
  return `${unit.dimension} × ${decimalText(unit.factor)}${form}`;
}

it.each([
  ["元", "money:CNY × 1"],
  ["CNY", "money:CNY × 1"],
  ["RMB", "money:CNY × 1"],
  ["人民币", "money:CNY × 1"],
  ["￥", "money:CNY × 1"],
  ["千元", "money:CNY × 1000"],
  ["万元", "money:CNY × 10000"],
  [" 万 元 ", "money:CNY × 10000"],
  ["百万元", "money:CNY × 1000000"],
  ["亿元", "money:CNY × 100000000"],
  ["k CNY", "money:CNY × 1000"],
  ["Million USD", "money:USD × 1000000"],
  ["USD", "money:USD × 1"],
  ["万美元", "money:USD × 10000"],
  ["EUR", "money:EUR × 1"],
  ["%", "ratio × 1 fraction"],
  ["％", "ratio × 1 fraction"],
  ["百分比", "ratio × 1 fraction"],
  ["percent", "ratio × 1 fraction"],
  ["百分点", "ratio × 0.01 points"],
  ["个百分点", "ratio × 0.01 points"],
  ["pp", "ratio × 0.01 points"],
  ["Percent points", "ratio × 0.01 points"],
  ["percentage point", "ratio × 0.01 points"],
  ["‰", "ratio × 0.001 points"],
  ["基点", "ratio × 0.0001 points"],
  ["倍", "ratio × 1"],
  ["秒", "time × 1"],
  ["s", "time × 1"],
  ["分钟", "time × 60"],
  ["min.", "time × 60"],
  ["小时", "time × 3600"],
  ["Hours", "time × 3600"],
  ["ｈ", "time × 3600"],
  ["天", "time × 86400"],
  ["day(s)", "time × 86400"],
  ["周", "time × 604800"],
  ["工作日", "workday × 1"],
  ["working days", "workday × 1"],
  ["月", "month × 1"],
  ["年", "month × 12"],
  ["分", "score × 1"],
  ["points", "score × 1"],
  ["个", "count × 1"],
  ["件", "count × 1"],
  ["人次", "count × 1"],
  ["万件", "count × 10000"],
  ["pcs", "count × 1"],
  ["元/单", "money:CNY/count × 1"],
  ["万元每人", "money:CNY/count × 10000"],
  ["CNY per order", "money:CNY/count × 1"],
  ["元/万件", "money:CNY/count × 0.0001"],
  ["次/人", "ratio × 1"],
])("reads the unit %s as %s", (text, expected) => {
  expect(read(text)).toBe(expected);
});

it.each([
  ...["", " ", "万", "千", "百", "k", "千克", "kg", "米", "m", "百分", "元元", "abc", "百小时"],
  ...[
    "元/",
    "/元",
    "元/人/天",
    "%%",
    "constructor",
    "__proto__",
    "toString",
    "5",
    "元".repeat(100),
  ],
])("does not guess what %j is", (text) => {
  expect(readUnit(text)).toBeNull();
});

it("never throws, whatever is typed as a unit", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      const unit = readUnit(text);

      expect(unit === null || unit.factor.isPositive()).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

const exponent = fc.integer({ min: -3, max: 3 }).filter((value) => value !== 0);
const units: fc.Arbitrary<Unit> = fc
  .dictionary(fc.constantFrom("money:CNY", "time", "count", "__proto__"), exponent, {
    noNullPrototype: false,
  })
  .map((record) => new Map(Object.entries(record)));

it("multiplies, divides and takes powers as algebra has it", () => {
  fc.assert(
    fc.property(units, units, (a, b) => {
      expect(sameUnit(timesUnits(a, b), timesUnits(b, a))).toBe(true);
      expect(sameUnit(overUnits(timesUnits(a, b), b), a)).toBe(true);
      expect(sameUnit(overUnits(a, a), DIMENSIONLESS)).toBe(true);
      expect(powerUnit(powerUnit(a, 2) ?? DIMENSIONLESS, 0.5)).toEqual(a);
    }),
    { numRuns: 1000 },
  );
});

it("writes a unit so that it can be read again", () => {
  fc.assert(
    fc.property(units, (unit) => {
      expect(sameUnit(unitOf(dimensionText(unit)), unit)).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

it.each([
  ["money:CNY", "count", "count*money:CNY", "money:CNY/count"],
  ["money:CNY/count", "count", "money:CNY", "money:CNY/count^2"],
  ["time", "time", "time^2", "ratio"],
  ["ratio", "time", "time", "1/time"],
])("combines %s and %s into %s and %s", (a, b, product, quotient) => {
  expect(dimensionText(timesUnits(unitOf(a), unitOf(b)))).toBe(product);
  expect(dimensionText(overUnits(unitOf(a), unitOf(b)))).toBe(quotient);
});

it("has no root of what is no square", () => {
  expect(powerUnit(unitOf("time"), 0.5)).toBeNull();
});
