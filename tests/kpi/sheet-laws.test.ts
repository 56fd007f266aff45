import fc from "fast-check";
import { expect, it } from "vitest";
import { Decimal } from "../../plugin/decimal.ts";
import type {
  Composite,
  GradeScheme,
  Limits,
  MissingPolicy,
  SectionRule,
  SegmentTotals,
  SheetResult,
  SheetRules,
  VetoEffect,
  WeighedItem,
} from "../../plugin/kpi/model.ts";
import { composeSheet } from "../../plugin/kpi/sheet.ts";

/** Laws of whole sheets with everything a sheet can have (spec 3.0, P1–P11), 1,000 random sheets each. */
const RUNS = { numRuns: 1000 };

const number = (min: number, max: number) =>
  fc.integer({ min: min * 100, max: max * 100 }).map((n) => new Decimal(n).div(100));
const score = fc.oneof(
  number(0, 120),
  // A score as a division leaves it.
  fc.tuple(number(1, 999), number(1, 999)).map(([a, b]) => a.times(37).div(b).toDecimalPlaces(20)),
);
const limits: fc.Arbitrary<Limits> = fc.record({
  cap: fc.option(number(60, 120), { nil: null }),
  floor: fc.option(number(-10, 50), { nil: null }),
});
const section: fc.Arbitrary<SectionRule> = fc
  .tuple(limits, fc.option(number(0, 100), { nil: null }))
  .map(([bounds, weight]) => ({ ...bounds, weight }));
const veto: fc.Arbitrary<VetoEffect> = fc.oneof(
  fc.record({ mode: fc.constantFrom("ZERO_KPI", "ZERO_SECTION", "ZERO_TOTAL") }),
  fc.record({ mode: fc.constant("CAP_GRADE"), grade: fc.constantFrom("B", "C", "Z") }),
  fc.record({ mode: fc.constant("MULTIPLY"), factor: number(0, 1) }),
);
const SECTIONS = ["x", "y", "z"];
const item = fc.record({
  weight: number(0, 100),
  score: fc.oneof(
    { weight: 4, arbitrary: score.map((value) => ({ status: "OK" as const, value, reasons: [] })) },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom("NO_DATA", "NOT_APPLICABLE", "EXEMPT", "ERROR", "INVALID_TARGET")
        .map((status) => ({ status, reasons: [] })),
    },
  ),
  missing: fc.constantFrom<MissingPolicy>("EXCLUDE", "ZERO", "CARRY", "NEUTRAL", "MANUAL"),
  substitute: fc.option(score, { nil: null }),
  section: fc.option(fc.constantFrom(...SECTIONS), { nil: null }),
  role: fc.constantFrom("weighted", "weighted", "weighted", "extra"),
  keyLine: fc.option(number(0, 100), { nil: null, freq: 3 }),
  veto: fc.option(veto, { nil: null, freq: 9 }),
}) satisfies fc.Arbitrary<Omit<WeighedItem, "key">>;
const items = fc
  .array(item, { minLength: 1, maxLength: 9 })
  .map((list): WeighedItem[] => list.map((one, place) => ({ ...one, key: `k${place}` })));

const GRADES: GradeScheme = {
  bands: [
    { grade: "A", lower: new Decimal(90) },
    { grade: "B", lower: new Decimal(80) },
    { grade: "C", lower: new Decimal(60) },
    { grade: "D", lower: new Decimal(-1000) },
  ].map((band) => (band.grade === "D" ? { ...band, lower: new Decimal(0) } : band)),
  boundary: "inclusive",
  decimals: 2,
  gradeOn: "displayed",
};
const composite: fc.Arbitrary<Composite> = fc.record({
  mode: fc.constantFrom("additive", "multiplicative"),
  weights: fc.record({
    company: number(0, 1),
    department: number(0, 1),
    individual: number(0.1, 1),
  }),
  company: fc.option(number(0, 120), { nil: null }),
  department: fc.option(number(0, 120), { nil: null }),
});
const days = fc.integer({ min: 1, max: 365 });
const segments: fc.Arbitrary<SegmentTotals> = fc.record({
  days,
  others: fc
    .array(fc.tuple(days, fc.option(score, { nil: null })), { minLength: 1, maxLength: 3 })
    .map((list) => list.map(([of, total], place) => ({ key: `part ${place}`, days: of, total }))),
});
const rules: fc.Arbitrary<SheetRules> = fc.record({
  grades: fc.constant(GRADES),
  minCoverage: fc.constantFrom(new Decimal(0), new Decimal("0.6")),
  sections: fc
    .tuple(section, section, section)
    .map((three) => new Map(three.map((rule, place) => [SECTIONS[place] ?? "", rule]))),
  extra: limits,
  total: limits,
  composite: fc.option(composite, { nil: null }),
  segments: fc.option(segments, { nil: null }),
  keyGrade: fc.option(fc.constantFrom("B", "C"), { nil: null }),
});

function comparable(result: SheetResult) {
  const byKey = [...result.contributions].sort((a, b) => (a.key < b.key ? -1 : 1));
  return JSON.stringify([
    result.total,
    result.grade,
    result.coverage,
    result.steps.map((s) => s.after),
    byKey,
  ]);
}

it("P1 the order of the items changes nothing", () => {
  const shuffled = items.chain((list) =>
    fc.tuple(
      fc.constant(list),
      fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length }),
    ),
  );
  fc.assert(
    fc.property(shuffled, rules, ([list, other], given) => {
      expect(comparable(composeSheet(other, given))).toBe(comparable(composeSheet(list, given)));
    }),
    RUNS,
  );
});

it("P6 contributions and the changes of the steps sum to the total, to the last digit", () => {
  fc.assert(
    fc.property(items, rules, (list, given) => {
      const { total, contributions, steps } = composeSheet(list, given);
      fc.pre(total !== null);
      const points = contributions.map((one) => one.points ?? new Decimal(0));
      const changes = steps.map(({ before, after }) => after.minus(before));
      expect(Decimal.sum(0, ...points, ...changes)).toEqual(total);
    }),
    RUNS,
  );
});

it("P6 shares of what is weighed sum to 1", () => {
  fc.assert(
    fc.property(items, rules, (list, given) => {
      const { total, contributions } = composeSheet(list, { ...given, segments: null });
      fc.pre(total !== null);
      expect(Decimal.sum(0, ...contributions.map(({ share }) => share)).toFixed()).toBe("1");
    }),
    RUNS,
  );
});

it("P7 multiplying all weights by one factor changes nothing", () => {
  const factor = fc.constantFrom("0.01", "3", "0.37", "1000").map((k) => new Decimal(k));
  fc.assert(
    fc.property(items, rules, factor, (list, given, k) => {
      const heavier = list.map((one) => ({ ...one, weight: one.weight.times(k) }));
      const sections = new Map(
        [...(given.sections ?? [])].map(([key, rule]) => [
          key,
          { ...rule, weight: rule.weight && rule.weight.times(k) },
        ]),
      );
      expect(comparable(composeSheet(heavier, { ...given, sections }))).toBe(
        comparable(composeSheet(list, given)),
      );
    }),
    RUNS,
  );
});

it("P8 an item that does not apply is one with weight 0, whatever its score", () => {
  fc.assert(
    fc.property(items, item, score, rules, (list, one, value, given) => {
      const extra = { ...one, key: "zz", role: "weighted" as const, veto: null, keyLine: null };
      const away = { ...extra, score: { status: "NOT_APPLICABLE" as const, reasons: [] } };
      const none = {
        ...extra,
        weight: new Decimal(0),
        score: { status: "OK" as const, value, reasons: [] },
      };
      const [a, b] = [composeSheet([...list, away], given), composeSheet([...list, none], given)];
      expect([a.total, a.coverage, a.grade]).toEqual([b.total, b.coverage, b.grade]);
    }),
    RUNS,
  );
});

it("P11 a better score of one KPI never lowers the total or the grade", () => {
  fc.assert(
    fc.property(items, rules, fc.nat(), number(0, 60), (list, given, at, more) => {
      const place = at % list.length;
      const better = list.map((one, index) =>
        index === place && one.score.status === "OK"
          ? { ...one, score: { ...one.score, value: one.score.value.plus(more) } }
          : one,
      );
      const [before, after] = [composeSheet(list, given), composeSheet(better, given)];
      fc.pre(before.total !== null && after.total !== null && !before.total.isNegative());
      expect(after.total?.gte(before.total ?? 0)).toBe(true);
      const rank = (grade: string | null) => GRADES.bands.findIndex((band) => band.grade === grade);
      expect(rank(after.grade)).toBeLessThanOrEqual(rank(before.grade));
    }),
    RUNS,
  );
});

it("keeps the total within its bounds until the totals above and vetoes", () => {
  fc.assert(
    fc.property(items, rules, (list, given) => {
      const plain = list.map((one) => ({ ...one, veto: null }));
      const total: Limits = { cap: new Decimal(100), floor: new Decimal(10) };
      const result = composeSheet(plain, { ...given, total, composite: null, segments: null });
      fc.pre(result.total !== null);
      expect(result.total?.gte(10) && result.total.lte(100)).toBe(true);
    }),
    RUNS,
  );
});
