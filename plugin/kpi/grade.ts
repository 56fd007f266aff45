import { Decimal, decimalText } from "../decimal.ts";
import type { GradeScheme, Reason } from "./model.ts";
import { reason } from "./reason.ts";

/** Decimals of a total that no scheme has a say in. */
export const DEFAULT_DECIMALS = 2;

/**
 * Everything wrong with a grade scheme; empty when every total has exactly one grade.
 *
 * The bands come best first, each with its lower bound; a band ends where the better one begins. The
 * last must begin at 0 or below, so that no total falls through.
 */
export function validateGrades(scheme: GradeScheme): readonly Reason[] {
  const problems: Reason[] = [];
  const { bands, decimals } = scheme;
  const names = new Set<string>();
  bands.forEach(({ grade, lower }, index) => {
    if (names.has(grade)) problems.push(reason("grades_same_name", { grade }));
    names.add(grade);
    if (lower.isNaN()) problems.push(reason("grades_bound_unreadable", { grade }));
    const better = bands[index - 1];
    if (!better || better.lower.greaterThan(lower)) return;
    const code = better.lower.equals(lower) ? "grades_overlap" : "grades_order";
    problems.push(reason(code, { grade, better: better.grade, lower: decimalText(lower) }));
  });
  const worst = bands.at(-1);
  if (!worst) problems.push(reason("grades_empty"));
  else if (worst.lower.greaterThan(0)) {
    problems.push(reason("grades_gap", { grade: worst.grade, lower: decimalText(worst.lower) }));
  }
  if (!Number.isInteger(decimals) || decimals < 0 || decimals > 10) {
    problems.push(reason("grades_decimals", { decimals: String(decimals) }));
  }
  return problems;
}

/**
 * The grade of a total, and the total as people see it.
 *
 * By default people are graded on what they see: 94.995 is shown as 95.00 and graded as 95. The last
 * band takes whatever lies below the others.
 *
 * @param total  on the 0–100(–120) scale, unrounded
 * @param scheme  a scheme without problems, see {@link validateGrades}
 * @source the specification 3.8 (bands)
 */
export function gradeOf(
  total: Decimal,
  scheme: GradeScheme,
): { readonly displayed: Decimal; readonly grade: string | null } {
  const displayed = displayedTotal(total, scheme);
  const graded = scheme.gradeOn === "displayed" ? displayed : total;
  const reached = scheme.bands.find(({ lower }) =>
    scheme.boundary === "inclusive"
      ? graded.greaterThanOrEqualTo(lower)
      : graded.greaterThan(lower),
  );
  return { displayed, grade: (reached ?? scheme.bands.at(-1))?.grade ?? null };
}

/** A total rounded half-up to the scheme's decimals (2 without a scheme). */
export function displayedTotal(total: Decimal, scheme: GradeScheme | null): Decimal {
  return total.toDecimalPlaces(scheme?.decimals ?? DEFAULT_DECIMALS, Decimal.ROUND_HALF_UP);
}
