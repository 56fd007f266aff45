import { expect, it } from "vitest";
import { Decimal } from "../../plugin/decimal.ts";
import {
  promotionEligibility,
  type PromotionRecord,
  type PromotionRules,
  type RatedCycle,
} from "../../plugin/kpi/promotion.ts";
import { hasWords } from "../../plugin/words/words.ts";

const RULES: PromotionRules = {
  grades: ["S", "A", "B", "C", "D"],
  cycles: 3,
  atLeast: "B",
  goodCycles: 1,
  goodGrade: "A",
  never: "D",
  tenureMonths: 24,
  coverage: new Decimal("0.8"),
};

function cycles(grades: string, change: Partial<RatedCycle> = {}): RatedCycle[] {
  return [...grades].map((grade) => ({
    grade: grade === "?" ? null : grade,
    coverage: new Decimal(1),
    veto: false,
    ...change,
  }));
}
const record = (grades: string, change: Partial<PromotionRecord> = {}): PromotionRecord => ({
  cycles: cycles(grades),
  tenureMonths: 30,
  openPlan: false,
  ...change,
});
function judged(given: PromotionRecord, change: Partial<PromotionRules> = {}) {
  const result = promotionEligibility(given, { ...RULES, ...change });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
}
const holds = (given: PromotionRecord, change: Partial<PromotionRules> = {}) =>
  Object.fromEntries(
    judged(given, change)
      .conditions.filter((one) => one.holds !== true)
      .map((one) => [one.code, one.holds]),
  );

it("lists every condition with its truth and what it rests on", () => {
  const result = judged(record("ABB"));

  expect(result.eligible).toBe(true);
  expect(result.conditions.map(({ code, holds: truth }) => [code, truth])).toEqual([
    ["grade", true],
    ["good-grades", true],
    ["never-grade", true],
    ["no-plan", true],
    ["no-veto", true],
    ["tenure", true],
    ["coverage", true],
  ]);
  expect(result.conditions[0]?.reason).toEqual({
    code: "promotion_grade",
    details: { cycles: "3", known: "3", grade: "B", count: "3" },
  });
  expect(result.conditions.every((one) => hasWords(`reason.${one.reason.code}`))).toBe(true);
});

it.each([
  ["ABC", {}, {}, { grade: false }],
  ["BBB", {}, {}, { "good-grades": false }],
  ["ABD", {}, {}, { grade: false, "never-grade": false }],
  ["ABB", { openPlan: true }, {}, { "no-plan": false }],
  ["ABB", { openPlan: null }, {}, { "no-plan": null }],
  ["ABB", { tenureMonths: 23 }, {}, { tenure: false }],
  ["ABB", { tenureMonths: null }, {}, { tenure: null }],
  ["ABB", { cycles: cycles("ABB", { veto: true }) }, {}, { "no-veto": false }],
  ["ABB", { cycles: cycles("ABB", { coverage: new Decimal("0.79") }) }, {}, { coverage: false }],
  // What is missing could still change these: they cannot be told.
  ["AB", {}, {}, { grade: null, "never-grade": null, "no-veto": null, coverage: null }],
  ["B?B", {}, {}, { grade: null, "good-grades": null, "never-grade": null }],
  ["C?B", {}, {}, { grade: false, "good-grades": null, "never-grade": null }],
  ["B?B", {}, { goodCycles: 2 }, { grade: null, "good-grades": false, "never-grade": null }],
  // Cycles before the ones looked at do not count.
  ["ABBD", {}, {}, {}],
  ["ABD", {}, { never: null, atLeast: "D" }, {}],
])("of %s with %j and %j does not hold: %j", (grades, change, rules, expected) => {
  const given = record(grades, change);

  expect(holds(given, rules)).toEqual(expected);
  const truths = Object.values<boolean | null>(expected);
  expect(judged(given, rules).eligible).toBe(
    truths.includes(false) ? false : truths.length > 0 ? null : true,
  );
});

it.each([
  ["no cycle", { cycles: 0 }, "promotion_rules_unusable"],
  ["more good cycles than cycles", { goodCycles: 4 }, "promotion_rules_unusable"],
  ["half a month", { tenureMonths: 0.5 }, "promotion_rules_unusable"],
  ["a coverage of 120 %", { coverage: new Decimal("1.2") }, "promotion_rules_unusable"],
  ["a grade that is none", { atLeast: "E" }, "promotion_grade_unknown"],
])("is refused by name with %s", (_what, change, code) => {
  const result = promotionEligibility(record("ABB"), { ...RULES, ...change });

  expect(result.ok ? [] : result.problems.map((one) => one.code)).toEqual([code]);
});
