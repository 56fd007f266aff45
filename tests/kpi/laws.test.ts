import fc from "fast-check";
import { expect, it } from "vitest";
import { Decimal } from "../../plugin/decimal.ts";
import { parseMethod } from "../../plugin/kpi/methods.ts";
import type { Direction, Method, Status, WeighedItem } from "../../plugin/kpi/model.ts";
import { scoreItem } from "../../plugin/kpi/score.ts";
import { composeSheet } from "../../plugin/kpi/sheet.ts";

/** The properties of the specification's 3.0 that are within reach of one KPI and one sheet. */

interface Kpi {
  readonly method: Method;
  readonly direction: Direction;
}

function kpi(code: Method["code"], parameters: string, direction: Direction): Kpi {
  const parsed = parseMethod({
    code,
    parameters,
    direction,
    cap: new Decimal(120),
    floor: new Decimal(0),
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return { method: parsed.method, direction };
}

const RATIO = kpi("RATIO", "", "higher");
const REDUCE = kpi("REDUCE", "", "lower");
const RELATIVE = kpi("PWL", "0.6x:60, 1x:100, 1.2x:120; below 0", "higher");
const RELATIVE_LOWER = kpi("PWL", "0.5x:120, 1x:100, 2x:0", "lower");
const KPIS: readonly Kpi[] = [
  RATIO,
  kpi("RATIO", "threshold 0.6", "higher"),
  REDUCE,
  kpi("BASE", "base -1000000", "higher"),
  kpi("BASE", "base 2000000", "lower"),
  kpi("PWL", "15:60, 30:100, 40:120; below 0; above extrapolate", "higher"),
  kpi("PWL", "30:120, 60:100, 120:60, 180:0; below extrapolate", "lower"),
  RELATIVE,
  RELATIVE_LOWER,
  kpi("STEP", "<=35:100, <=45:80, <=55:60, >55:0", "lower"),
  kpi("STEP", ">=90:100, >=60:60, <60:0", "higher"),
  kpi("BINARY", ">= 95", "higher"),
  kpi("BINARY", "<", "lower"),
];

const cents = fc.integer({ min: -100_000_00, max: 100_000_00 }).map((n) => new Decimal(n).div(100));
const positive = fc.integer({ min: 1, max: 100_000_00 }).map((n) => new Decimal(n).div(100));
const small = fc.integer({ min: -300_00, max: 300_00 }).map((n) => new Decimal(n).div(100));
const actuals = fc.oneof(cents, small);
const kpis = fc.constantFrom(...KPIS);

function scored({ method, direction }: Kpi, actual: Decimal, target: Decimal | null) {
  return scoreItem({
    method,
    direction,
    actual: { status: "OK", value: actual, reasons: [] },
    target,
  });
}

function points(one: Kpi, actual: Decimal, target: Decimal | null): Decimal {
  const { score } = scored(one, actual, target);
  if (score.status !== "OK") throw new Error(score.status);
  return score.value;
}

it("P1 the same figures give the same score", () => {
  fc.assert(
    fc.property(kpis, actuals, positive, (one, actual, target) => {
      expect(scored(one, actual, target)).toEqual(
        scored(one, new Decimal(actual.toFixed()), new Decimal(target.toFixed())),
      );
    }),
  );
});

it("P2 a better actual never scores less", () => {
  fc.assert(
    fc.property(kpis, actuals, actuals, positive, (one, a, b, target) => {
      const [worse, better] =
        one.direction === "lower"
          ? [Decimal.max(a, b), Decimal.min(a, b)]
          : [Decimal.min(a, b), Decimal.max(a, b)];

      expect(points(one, better, target).greaterThanOrEqualTo(points(one, worse, target))).toBe(
        true,
      );
    }),
    { numRuns: 2000 },
  );
});

it("P3 a small step of the actual is a small step of the score, but for declared jumps", () => {
  const smooth = fc.constantFrom(RATIO, REDUCE, RELATIVE_LOWER);
  const step = new Decimal("0.0000001");
  fc.assert(
    fc.property(smooth, actuals, positive, (one, actual, target) => {
      const jump = points(one, actual.plus(target.times(step)), target)
        .minus(points(one, actual, target))
        .abs();

      // The steepest of these lines rises by 120 points for half a target.
      expect(jump.lessThanOrEqualTo(step.times(240))).toBe(true);
    }),
  );
});

it("P4 a score lies between floor and cap", () => {
  fc.assert(
    fc.property(kpis, actuals, positive, (one, actual, target) => {
      const score = points(one, actual, target);

      expect(score.greaterThanOrEqualTo(0) && score.lessThanOrEqualTo(120)).toBe(true);
    }),
  );
});

it("P5 changing the unit of actual, target and base changes nothing", () => {
  const unit = fc.constantFrom("0.0001", "0.01", "7", "60", "10000").map((k) => new Decimal(k));
  const scalable = fc.constantFrom(RATIO, REDUCE, RELATIVE, RELATIVE_LOWER);
  fc.assert(
    fc.property(scalable, actuals, positive, unit, (one, actual, target, k) => {
      expect(points(one, actual.times(k), target.times(k))).toEqual(points(one, actual, target));
    }),
  );
  fc.assert(
    fc.property(actuals, positive, unit, (actual, target, k) => {
      const base = (times: Decimal) =>
        kpi("BASE", `base ${new Decimal(-250).times(times).toFixed()}`, "higher");

      expect(points(base(k), actual.times(k), target.times(k))).toEqual(
        points(base(new Decimal(1)), actual, target),
      );
    }),
  );
});

it("P10 exactly on target is 100", () => {
  const onTarget = fc.constantFrom(
    RATIO,
    REDUCE,
    RELATIVE,
    RELATIVE_LOWER,
    kpi("BASE", "base -3", "higher"),
  );
  fc.assert(
    fc.property(onTarget, positive, (one, target) => {
      const result = scored(one, target, target);

      expect(result.score).toMatchObject({ status: "OK", value: new Decimal(100) });
      expect(result.reached).toBe(true);
    }),
  );
});

it("never throws, and never gives a number that is none", () => {
  const anything = fc.oneof(
    actuals,
    fc.constantFrom("0", "-0", "1e-30", "1e30", "NaN", "-Infinity").map((n) => new Decimal(n)),
  );
  fc.assert(
    fc.property(kpis, anything, fc.option(anything), (one, actual, target) => {
      const { score } = scored(one, actual, target);

      expect(score.status !== "OK" || score.value.isFinite()).toBe(true);
      expect(score.status === "OK" || score.reasons.length > 0).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

const weights = fc.integer({ min: 0, max: 10_000 }).map((n) => new Decimal(n).div(100));
const scores = fc.oneof(
  fc.integer({ min: 0, max: 12_000 }).map((n) => new Decimal(n).div(100)),
  // What a division leaves: twenty decimals.
  fc.tuple(positive, positive).map(([a, t]) => points(RATIO, a, t)),
  small,
);
const statuses = fc.constantFrom<Exclude<Status, "OK">>(
  "NO_DATA",
  "NOT_APPLICABLE",
  "EXEMPT",
  "ERROR",
);
const item = fc.record({
  weight: weights,
  missing: fc.constantFrom("EXCLUDE", "ZERO", "NEUTRAL"),
  score: fc.oneof(
    {
      weight: 4,
      arbitrary: scores.map((value) => ({ status: "OK" as const, value, reasons: [] })),
    },
    { weight: 1, arbitrary: statuses.map((status) => ({ status, reasons: [] })) },
  ),
});
const items = fc
  .array(item, { maxLength: 12 })
  .map((list) => list.map((one, index): WeighedItem => ({ key: `k${index}`, ...one })));

const rules = { grades: null, minCoverage: new Decimal("0.6") };
const compose = (list: readonly WeighedItem[]) => composeSheet(list, rules);
const byKey = (sheet: ReturnType<typeof compose>) =>
  [...sheet.contributions].sort((a, b) => (a.key < b.key ? -1 : 1));

it("P1 the order of the items changes nothing, to the last digit of each contribution", () => {
  fc.assert(
    fc.property(
      items.chain((list) =>
        fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
      ),
      ([list, shuffled]) => {
        const [one, other] = [compose(list), compose(shuffled)];

        expect(byKey(other)).toEqual(byKey(one));
        expect({ ...other, contributions: [] }).toEqual({ ...one, contributions: [] });
      },
    ),
    { numRuns: 500 },
  );
});

it("P6 contributions sum to the total exactly, shares to 1", () => {
  fc.assert(
    fc.property(items, (list) => {
      const { total, contributions } = compose(list);
      const given = contributions.flatMap(({ points: own }) => own ?? []);
      const shares = Decimal.sum(0, ...contributions.map(({ share }) => share));

      expect(total === null ? given : Decimal.sum(0, ...given)).toEqual(total ?? []);
      expect(shares.toFixed()).toBe(total === null ? "0" : "1");
    }),
    { numRuns: 1000 },
  );
});

it("P6 the total is the weighted mean, and each contribution its part, to 10 decimals", () => {
  fc.assert(
    fc.property(items, (list) => {
      const counted = list.flatMap(({ key, weight, score }) =>
        score.status === "OK" ? { key, weight, value: score.value } : [],
      );
      const all = Decimal.sum(0, ...counted.map(({ weight }) => weight));
      fc.pre(!all.isZero());
      const exact = Decimal.sum(...counted.map(({ weight, value }) => weight.times(value))).div(
        all,
      );

      const sheet = compose(list.map((one) => ({ ...one, missing: "EXCLUDE" as const })));

      expect(sheet.total).toEqual(exact.toDecimalPlaces(10).plus(0));
      for (const { key, weight, value } of counted) {
        const own = sheet.contributions.find((one) => one.key === key)?.points ?? new Decimal(NaN);
        const off = own.minus(weight.times(value).div(all)).abs();
        expect(off.lessThanOrEqualTo("0.0000000001")).toBe(true);
      }
    }),
  );
});

it("P7 multiplying all weights changes nothing", () => {
  const factor = fc.constantFrom("0.01", "3", "100", "0.37").map((k) => new Decimal(k));
  fc.assert(
    fc.property(items, factor, (list, k) => {
      const scaled = compose(list.map((one) => ({ ...one, weight: one.weight.times(k) })));

      expect(scaled).toEqual(compose(list));
    }),
  );
});

it("P8 leaving an item out is giving it any score at weight 0", () => {
  fc.assert(
    fc.property(items, scores, (list, value) => {
      const extra: WeighedItem = {
        key: "x",
        weight: new Decimal(0),
        score: { status: "OK", value, reasons: [] },
        missing: "EXCLUDE",
      };
      const [without, zero] = [compose(list), compose([...list, extra])];

      expect(zero.total).toEqual(without.total);
      expect(zero.coverage).toEqual(without.coverage);
      expect(zero.contributions.slice(0, -1)).toEqual(without.contributions);
    }),
  );
});

it("P8 an item without data weighs nothing in the total", () => {
  fc.assert(
    fc.property(items, weights, statuses, (list, weight, status) => {
      const extra: WeighedItem = {
        key: "x",
        weight,
        score: { status, reasons: [] },
        missing: "EXCLUDE",
      };
      const [without, withIt] = [compose(list), compose([...list, extra])];

      expect(withIt.total).toEqual(without.total);
      expect(withIt.contributions.slice(0, -1)).toEqual(without.contributions);
    }),
  );
});

it("P9 equal scores and weights give equal totals, whoever they belong to", () => {
  fc.assert(
    fc.property(items, (list) => {
      const renamed = list.map((one, index) => ({ ...one, key: `z${99 - index}` }));

      expect(compose(renamed).total).toEqual(compose(list).total);
    }),
  );
});

it("P11 a better score on one KPI never lowers the total", () => {
  fc.assert(
    fc.property(items, fc.nat(), positive, (list, at, gain) => {
      const index = list.length === 0 ? 0 : at % list.length;
      const score = list[index]?.score;
      fc.pre(score?.status === "OK");
      const raised = list.map((one, place) =>
        place === index && one.score.status === "OK"
          ? { ...one, score: { ...one.score, value: one.score.value.plus(gain) } }
          : one,
      );
      const [before, after] = [compose(list).total, compose(raised).total];

      expect(before === null ? after : after?.greaterThanOrEqualTo(before)).toBe(
        before === null ? null : true,
      );
    }),
  );
});
