import fc from "fast-check";
import { expect, it } from "vitest";
import { Decimal } from "../../plugin/decimal.ts";
import { methodText, parseMethod } from "../../plugin/kpi/methods.ts";
import type { Direction, MethodCode } from "../../plugin/kpi/model.ts";
import { METHOD_CODES, PARAMETERS } from "../../plugin/kpi/parameters.ts";
import { LOCALES } from "../../plugin/words/words.ts";

type Written = Readonly<Record<string, unknown>>;

const parse = (code: MethodCode, parameters: Written, direction: Direction | null = null) =>
  parseMethod({ code, parameters, direction });
const d = (text: string) => new Decimal(text);

const anyJson = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(
    "none",
    "clamp",
    "0.6x",
    "1:2, 3:4",
    "<=3:1, >3:0",
    ">=",
    "exact",
    "1e999",
    "-0",
    "%",
  ),
  fc.array(fc.array(fc.oneof(fc.integer(), fc.string()), { maxLength: 3 })),
  fc.array(fc.record({ min: fc.jsonValue(), max: fc.jsonValue(), score: fc.jsonValue() })),
  fc.constantFrom<unknown>(NaN, Infinity, new Map(), Symbol.iterator, () => 1, 10n, undefined),
);
const hostile = fc.oneof(
  fc.dictionary(
    fc.constantFrom(
      ...METHOD_CODES.flatMap((code) => PARAMETERS[code].map(({ key }) => key)),
      "__proto__",
      "constructor",
    ),
    anyJson,
  ),
  fc.constant(Object.create(null) as Written),
);
const directions = fc.constantFrom<Direction | null>("higher", "lower", "target", null);

it("never throws, whatever stands in the parameters, and always says what is wrong", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...METHOD_CODES),
      hostile,
      directions,
      (code, parameters, direction) => {
        const parsed = parseMethod({ code, parameters, direction });

        expect(parsed.ok || parsed.problems.length > 0).toBe(true);
      },
    ),
    { numRuns: 3000 },
  );
});

const figures = fc
  .integer({ min: -1_000_00, max: 1_000_00 })
  .map((n) => d(String(n)).div(100).toFixed());
const positive = fc.integer({ min: 1, max: 1_000_00 }).map((n) => d(String(n)).div(100).toFixed());
const rising = (length: { minLength: number; maxLength: number }) =>
  fc
    .uniqueArray(fc.integer({ min: -500, max: 500 }), length)
    .map((list) => list.sort((a, b) => a - b));
const maybe = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined });
const edges = fc.constantFrom<unknown>("clamp", "extrapolate", "0", 7, undefined);
const unitsOf = maybe(fc.constantFrom("exact", "whole"));

/** Parameter sets that fit, of every method. */
const FITTING: Readonly<Record<MethodCode, fc.Arbitrary<Written>>> = {
  RATIO: fc.record({
    threshold: maybe(fc.constantFrom("0.6", "1", 0)),
    cap: maybe(fc.constantFrom("none", "150")),
  }),
  RATIO_INV: fc.record({ cap: maybe(fc.constantFrom("none", 110)) }),
  REDUCE: fc.record({ floor: maybe(fc.constantFrom("none", "-20")) }),
  BASE: fc.record({ base: figures }),
  STEP: fc
    .tuple(
      rising({ minLength: 1, maxLength: 6 }),
      fc.boolean(),
      fc.boolean(),
      maybe(fc.constantFrom("lower", "upper")),
      maybe(figures),
    )
    .map(([bounds, open, close, closed, outside]) => {
      const whole = outside === undefined;
      const ends = [...(whole || open ? [null] : []), ...bounds, ...(whole || close ? [null] : [])];
      const steps = ends.slice(1).map((max, at) => ({ min: ends[at], max, score: at * 7 }));
      return { steps, closed, outside };
    })
    .filter(
      ({ steps }) =>
        steps.length > 0 && steps.every(({ min, max }) => min !== null || max !== null),
    ),
  PWL: fc
    .tuple(rising({ minLength: 2, maxLength: 6 }), fc.boolean(), edges, edges)
    .map(([xs, relative, below, above]) => ({
      anchors: xs.map((x, at) => [relative ? `${Math.abs(xs[0] ?? 0) + x}x` : x, String(at * 20)]),
      below,
      above,
    })),
  PWL3: fc
    .uniqueArray(figures, { minLength: 2, maxLength: 2 })
    .map(([base, stretch]) => ({ base, stretch })),
  PWL4: fc
    .tuple(rising({ minLength: 4, maxLength: 4 }), fc.boolean())
    .map(([levels, falls]) => ({ levels: falls ? levels.toReversed() : levels })),
  EFF: fc
    .uniqueArray(figures, { minLength: 2, maxLength: 2 })
    .map(([unallowed, satisfactory]) => ({ unallowed, satisfactory })),
  ADDSUB: fc.record({
    base: figures,
    unit: maybe(positive),
    plus: positive,
    minus: positive,
    min: maybe(fc.constant("-2000")),
    max: maybe(fc.constant(3000)),
    units: unitsOf,
  }),
  DEDUCT: fc.record({
    full: maybe(positive),
    perPoint: maybe(positive),
    points: maybe(positive),
    units: unitsOf,
  }),
  BINARY: fc.record({
    operator: fc.constantFrom(">=", ">", "<=", "<", "=", "atLeast"),
    threshold: maybe(figures),
  }),
  BAND: fc.oneof(
    fc.constant({ form: "relative" }),
    fc.tuple(positive, positive, maybe(positive)).map(([tolerance, more, below]) => ({
      tolerance,
      limit: d(tolerance).plus(more).toFixed(),
      ...(below === undefined ? {} : { limitBelow: d(tolerance).plus(below).toFixed() }),
    })),
  ),
  ZERO: fc.record({ worst: positive, cap: maybe(fc.constant("none")) }),
  MILE: fc.record({ perDay: positive, bonusPerDay: maybe(positive) }),
  RANK: fc.record({ minimum: maybe(fc.integer({ min: 2, max: 50 })) }),
  MANUAL: fc.record({ scale: maybe(fc.constantFrom("0:0, 10:100", "1:10, 2:20, 3:100")) }),
  EXPR: fc.record({
    expression: fc.constantFrom("actual", "MIN(120, 实际 / 目标 * 100)", "IF(a>1, 100, 0)"),
  }),
  VETO: fc.oneof(
    fc.record({ threshold: maybe(positive), grade: maybe(fc.constantFrom("C", "不合格")) }),
    fc.record({ mode: fc.constant("MULTIPLY"), factor: fc.constantFrom("0.5", 0, "100%") }),
    fc.record({ mode: fc.constantFrom("ZERO_KPI", "ZERO_SECTION", "ZERO_TOTAL") }),
  ),
};

it.each(METHOD_CODES)("reads back what it wrote of %s, in both languages", (code) => {
  const plain = (method: unknown) => JSON.parse(JSON.stringify(method)) as unknown;
  fc.assert(
    fc.property(FITTING[code], fc.constantFrom(...LOCALES), (parameters, locale) => {
      const first = parse(code, parameters);
      expect(first).toMatchObject({ ok: true });
      if (!first.ok) return;

      const again = parse(code, methodText(first.method, locale));

      expect(plain(again)).toEqual(plain(first));
    }),
    { numRuns: 1000 },
  );
});
