import fc from "fast-check";
import { expect, it } from "vitest";
import { Decimal } from "../../plugin/decimal.ts";
import type { Status, WeighedItem } from "../../plugin/kpi/model.ts";
import { composeSheet } from "../../plugin/kpi/sheet.ts";

/** The properties of the specification's 3.0 that are within reach of one sheet. */

const positive = fc.integer({ min: 1, max: 100_000_00 }).map((n) => new Decimal(n).div(100));
const small = fc.integer({ min: -300_00, max: 300_00 }).map((n) => new Decimal(n).div(100));

const weights = fc.integer({ min: 0, max: 10_000 }).map((n) => new Decimal(n).div(100));
const scores = fc.oneof(
  fc.integer({ min: 0, max: 12_000 }).map((n) => new Decimal(n).div(100)),
  // What a division leaves: twenty decimals.
  fc.tuple(positive, positive).map(([a, t]) => a.times(100).div(t).toDecimalPlaces(20)),
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
