import { Decimal, decimalText } from "../decimal.ts";
import type { Reason } from "./model.ts";
import { accepted, isAmount, type Outcome, percentText, refused } from "./outcome.ts";
import { reason } from "./reason.ts";

/** One cycle of somebody's record. */
export interface RatedCycle {
  /** null = not graded. */
  readonly grade: string | null;
  /** Share of the weight that was scored, 0–1. */
  readonly coverage: Decimal;
  /** Whether a veto held in the cycle. */
  readonly veto: boolean;
}

export interface PromotionRecord {
  /** Newest first. */
  readonly cycles: readonly RatedCycle[];
  /** Whole months; null = not known. */
  readonly tenureMonths: number | null;
  /** Whether an improvement plan is open; null = not known. */
  readonly openPlan: boolean | null;
}

export interface PromotionRules {
  /** All grades, best first. */
  readonly grades: readonly string[];
  /** How many of the newest cycles are looked at. */
  readonly cycles: number;
  /** Grade at least needed in each of them. */
  readonly atLeast: string;
  /** How many of them need `goodGrade` or better. */
  readonly goodCycles: number;
  readonly goodGrade: string;
  /** Grade nobody may have had in any of them; null = none. */
  readonly never: string | null;
  readonly tenureMonths: number;
  /** Coverage needed in each of them, 0–1, usually 0.8. */
  readonly coverage: Decimal;
}

export type PromotionConditionCode =
  "grade" | "good-grades" | "never-grade" | "no-plan" | "no-veto" | "tenure" | "coverage";

export interface PromotionCondition {
  readonly code: PromotionConditionCode;
  /** null = cannot be told, because something is missing. */
  readonly holds: boolean | null;
  /** What is asked for and what is there. */
  readonly reason: Reason;
}

export interface PromotionEligibility {
  readonly conditions: readonly PromotionCondition[];
  /** All hold: true; one does not: false; else null. Never a decision: a person decides. */
  readonly eligible: boolean | null;
}

/**
 * Whether the conditions for a promotion hold, one by one.
 *
 * Looks at the newest cycles the rules ask for. Fewer cycles, or cycles without a grade, leave open
 * what they could still change: a condition is false only if it is false whatever is missing.
 *
 * @returns conditions in a fixed order; problem `promotion_rules_unusable`, `promotion_grade_unknown`
 * @source the specification 3.13 (promotion eligibility); PIPL art. 24: no decision by machine alone
 * @example three cycles A, B, B, at least B in each, one A, no D, 24 months: all hold
 */
export function promotionEligibility(
  record: PromotionRecord,
  rules: PromotionRules,
): Outcome<PromotionEligibility> {
  const cycles = record.cycles.slice(0, rules.cycles);
  const problems = validate(cycles, rules);
  if (problems.length > 0) return refused(...problems);

  const rank = (grade: string) => rules.grades.indexOf(grade);
  const graded = cycles.flatMap(({ grade }) => (grade === null ? [] : [grade]));
  const unknown = rules.cycles - graded.length;
  const reaching = graded.filter((grade) => rank(grade) <= rank(rules.atLeast)).length;
  const good = graded.filter((grade) => rank(grade) <= rank(rules.goodGrade)).length;
  const never = graded.filter((grade) => grade === rules.never).length;
  const covered = cycles.filter(({ coverage }) => !coverage.lessThan(rules.coverage)).length;
  const vetoes = cycles.filter(({ veto }) => veto).length;
  const short = rules.cycles - cycles.length;
  const count = { cycles: String(rules.cycles), known: String(graded.length) };

  const conditions: PromotionCondition[] = [
    {
      code: "grade",
      holds: everyOf(reaching, graded.length, unknown),
      reason: reason("promotion_grade", {
        ...count,
        grade: rules.atLeast,
        count: String(reaching),
      }),
    },
    {
      code: "good-grades",
      holds: good >= rules.goodCycles ? true : good + unknown < rules.goodCycles ? false : null,
      reason: reason("promotion_good_grades", {
        ...count,
        grade: rules.goodGrade,
        min: String(rules.goodCycles),
        count: String(good),
      }),
    },
    ...(rules.never === null
      ? []
      : [
          {
            code: "never-grade" as const,
            holds: noneOf(never, unknown),
            reason: reason("promotion_never_grade", {
              ...count,
              grade: rules.never,
              count: String(never),
            }),
          },
        ]),
    {
      code: "no-plan",
      holds: record.openPlan === null ? null : !record.openPlan,
      reason: reason("promotion_no_plan"),
    },
    {
      code: "no-veto",
      holds: noneOf(vetoes, short),
      reason: reason("promotion_no_veto", { cycles: count.cycles, count: String(vetoes) }),
    },
    {
      code: "tenure",
      holds: record.tenureMonths === null ? null : record.tenureMonths >= rules.tenureMonths,
      reason: reason("promotion_tenure", {
        min: String(rules.tenureMonths),
        months: record.tenureMonths === null ? "?" : String(record.tenureMonths),
      }),
    },
    {
      code: "coverage",
      holds: everyOf(covered, cycles.length, short),
      reason: reason("promotion_coverage", {
        cycles: count.cycles,
        coverage: percentText(rules.coverage),
        count: String(covered),
      }),
    },
  ];
  const truths = conditions.map(({ holds }) => holds);
  const eligible = truths.includes(false) ? false : truths.includes(null) ? null : true;
  return accepted({ conditions, eligible });
}

/** Whether something holds of all, given how many are not known. */
function everyOf(holding: number, known: number, unknown: number): boolean | null {
  if (holding < known) return false;
  return unknown > 0 ? null : true;
}

function noneOf(holding: number, unknown: number): boolean | null {
  if (holding > 0) return false;
  return unknown > 0 ? null : true;
}

function validate(cycles: readonly RatedCycle[], rules: PromotionRules): readonly Reason[] {
  const counts = [rules.cycles, rules.goodCycles, rules.tenureMonths];
  const whole = counts.every((count) => Number.isSafeInteger(count) && count >= 0);
  const fits = rules.cycles >= 1 && rules.goodCycles <= rules.cycles;
  const share = isAmount(rules.coverage) && !rules.coverage.greaterThan(1);
  if (!whole || !fits || !share) {
    const given = { cycles: String(rules.cycles), coverage: decimalText(rules.coverage) };
    return [reason("promotion_rules_unusable", given)];
  }
  const named = [rules.atLeast, rules.goodGrade, rules.never, ...cycles.map(({ grade }) => grade)];
  const unknown = named.find((grade) => grade !== null && !rules.grades.includes(grade));
  return unknown == null ? [] : [reason("promotion_grade_unknown", { grade: unknown })];
}
