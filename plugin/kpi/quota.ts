import { Decimal, decimalText } from "../decimal.ts";
import { apportion, favour } from "./apportion.ts";
import type { Reason } from "./model.ts";
import { accepted, isAmount, type Outcome, percentText, refused } from "./outcome.ts";
import { reason } from "./reason.ts";

/** How many people a grade should have, as a fraction (0.2 = 20 %). Lists run from the best grade. */
export interface QuotaShare {
  readonly grade: string;
  readonly share: Decimal;
}

/** How shares become seats (spec 3.8). */
export type QuotaRule =
  /** Whole parts, the rest to the largest fractions. */
  | { readonly code: "largest-remainder" }
  /** Whole parts, the rest to the middle grade. */
  | { readonly code: "floor-then-middle" }
  /** Only the best `grades` grades are limited, and nobody has to be at the bottom: the default. */
  | { readonly code: "cap-top"; readonly rounding: "floor" | "ceil"; readonly grades: number }
  /** The best grade is limited by a table of team sizes; the last row has no upper end. */
  | {
      readonly code: "headcount";
      readonly rows: readonly { readonly upTo: number | null; readonly top: number }[];
    };

export const DEFAULT_QUOTA: QuotaRule = { code: "cap-top", rounding: "floor", grades: 1 };

export interface GradeSeats {
  readonly grade: string;
  /** n × share, unrounded. */
  readonly exact: Decimal;
  /** Seats of this grade; null = as many as there are people for it. */
  readonly seats: number | null;
  /** Seats of this grade and all better ones together; null = no limit. */
  readonly orBetter: number | null;
}

export interface Seating {
  /** Best grade first, as the shares were given. */
  readonly grades: readonly GradeSeats[];
  /** Ties between grades and how they were settled. */
  readonly notices: readonly Reason[];
}

/**
 * Seats of each grade for a number of people.
 *
 * - largest remainder: ⌊n·p⌋ each, the seats left over to the largest fractions; equal fractions: the
 *   grade with the larger share, then the better one.
 * - floor, then middle: ⌊n·p⌋ each, all that is left to the middle grade; of two middle ones to that
 *   with the larger share, then the better one.
 * - cap top: at most ⌊n·p⌋ (or ⌈n·p⌉) people in the best grade; with `grades` 2 also at most
 *   ⌊n·(p₁+p₂)⌋ in the best two together. No seats are prescribed below.
 * - headcount: at most as many in the best grade as the row of the team's size says.
 *
 * Seats of the first two rules sum to n, and largest remainder is within 1 of n·p everywhere.
 *
 * @param people  how many, whole
 * @param shares  best grade first; sum 1
 * @returns problems `quota_…` when the figures cannot be used
 * @source the specification 3.8: largest remainder is Hamilton's or Hare's quota
 * @example 3 people at 20/70/10: 1/2/0 by largest remainder, 0/3/0 by floor then middle, cap 0
 */
export function quotaSeats(
  people: number,
  shares: readonly QuotaShare[],
  rule: QuotaRule,
): Outcome<Seating> {
  const problems = [...validateShares(shares), ...validateRule(rule, shares.length)];
  if (!Number.isSafeInteger(people) || people < 0) {
    problems.unshift(reason("quota_people_unusable", { count: String(people) }));
  }
  if (problems.length > 0) return refused(...problems);
  const exact = shares.map(({ share }) => share.times(people));
  switch (rule.code) {
    case "largest-remainder": {
      const { units, tie } = apportion(
        new Decimal(people),
        shares.map(({ share }) => share),
        [(place) => shares[place]?.share ?? null, (place) => new Decimal(-place)],
      );
      const tied = (tie?.claims ?? []).map((place) => shares[place]?.grade ?? "");
      const notices =
        tied.length > 0 ? [reason("quota_grades_tied", { grades: tied.join(", ") })] : [];
      return accepted({ grades: seated(shares, exact, units), notices });
    }
    case "floor-then-middle": {
      const floors = exact.map((seats) => seats.floor());
      const left = Decimal.sum(people, ...floors.map((seats) => seats.negated()));
      const middle = middleOf(shares);
      const units = floors.map((seats, place) => (place === middle ? seats.plus(left) : seats));
      return accepted({ grades: seated(shares, exact, units), notices: [] });
    }
    case "cap-top": {
      const caps = shares.slice(0, rule.grades).map((_share, place) => {
        const together = Decimal.sum(0, ...exact.slice(0, place + 1));
        return (rule.rounding === "floor" ? together.floor() : together.ceil()).toNumber();
      });
      return accepted({ grades: capped(shares, exact, caps), notices: [] });
    }
    case "headcount": {
      const row = rule.rows.find(({ upTo }) => upTo === null || people <= upTo);
      return accepted({ grades: capped(shares, exact, [row?.top ?? 0]), notices: [] });
    }
  }
}

/** A team that shares the seats of the best grade with others. */
export interface QuotaTeam {
  readonly key: string;
  readonly people: number;
  /** The team's own result, which settles equal remainders; null = none yet. */
  readonly score: Decimal | null;
}

export interface TeamSeats {
  readonly key: string;
  /** people × share, unrounded. */
  readonly exact: Decimal;
  readonly seats: number;
}

export interface NestedSeating {
  /** Seats of all teams together: ⌊N·p⌋ or ⌈N·p⌉. */
  readonly companySeats: number;
  readonly teams: readonly TeamSeats[];
  /** Seats nobody has yet, and the teams they lie between; null when all are given. */
  readonly open: { readonly teams: readonly string[]; readonly seats: number } | null;
  readonly notices: readonly Reason[];
}

/**
 * Give the seats of the best grade of a company to its teams, so that small teams do not lose all of
 * theirs to rounding.
 *
 * Each team has ⌊people·p⌋; the seats the company has beyond that go to the largest fractions; equal
 * fractions go by the teams' scores, which is told. Teams that these do not separate (equal, or one of
 * them without a score) leave the seat open: neither key nor order decides.
 *
 * @param share  of the best grade, 0–1
 * @source the specification 3.8 (nested), largest remainder
 * @example teams of 3, 4 and 3 at 20 %: 0.6, 0.8, 0.6; two seats: one to the second team, one by score
 */
export function nestedSeats(
  teams: readonly QuotaTeam[],
  share: Decimal,
  rounding: "floor" | "ceil" = "floor",
): Outcome<NestedSeating> {
  const problems: Reason[] = [];
  if (!isAmount(share) || share.greaterThan(1)) {
    problems.push(reason("quota_top_share_unusable", { share: decimalText(share) }));
  }
  for (const { key, people } of teams) {
    if (Number.isSafeInteger(people) && people >= 0) continue;
    problems.push(reason("quota_team_unusable", { team: key, count: String(people) }));
  }
  const twice = repeated(teams.map(({ key }) => key));
  if (twice !== null) problems.push(reason("quota_team_twice", { team: twice }));
  if (problems.length > 0) return refused(...problems);

  const exact = teams.map(({ people }) => share.times(people));
  const floors = exact.map((seats) => seats.floor());
  const together = Decimal.sum(0, ...exact);
  const companySeats = (rounding === "floor" ? together.floor() : together.ceil()).toNumber();
  const left = companySeats - Decimal.sum(0, ...floors).toNumber();
  const { units, tie, open } = favour(
    floors,
    exact.map((seats, place) => seats.minus(floors[place] ?? 0)),
    left,
    [(place) => teams[place]?.score ?? null],
  );
  const names = (places: readonly number[]) =>
    places.map((place) => teams[place]?.key ?? "").sort();
  const notices: Reason[] = [];
  if (tie !== null) {
    const tied = { teams: names(tie.claims).join(", "), seats: String(tie.units) };
    notices.push(reason("quota_teams_tied", tied));
  }
  if (open !== null) {
    const lie = { teams: names(open.claims).join(", "), seats: String(open.units) };
    notices.push(reason("quota_teams_open", lie));
  }
  return accepted({
    companySeats,
    teams: teams.map(({ key }, place) => ({
      key,
      exact: exact[place] ?? new Decimal(0),
      seats: (units[place] ?? new Decimal(0)).toNumber(),
    })),
    open: open && { teams: names(open.claims), seats: open.units },
    notices,
  });
}

/**
 * Whether a team keeps to a mean cap: the simpler alternative to ranking people against each other.
 *
 * @param totals  of everybody in the team, at least one
 * @param cap  highest mean allowed, e.g. 80
 * @source the specification 3.8 (mean cap: a published rule has "unit average ≤ 80")
 * @example 90, 80, 76 under 80: mean 82, not within
 */
export function checkMeanCap(
  totals: readonly Decimal[],
  cap: Decimal,
): Outcome<{ readonly mean: Decimal; readonly within: boolean }> {
  if (totals.length === 0) return refused(reason("quota_nobody"));
  if (!cap.isFinite() || totals.some((total) => !total.isFinite())) {
    return refused(reason("quota_total_unusable"));
  }
  const sum = Decimal.sum(0, ...totals);
  // Compared without dividing, so that no rounding decides.
  const within = sum.lessThanOrEqualTo(cap.times(totals.length));
  return accepted({ mean: sum.div(totals.length).toDecimalPlaces(10), within });
}

/**
 * The share of the best grade that a department's own grade allows, e.g. S 30 %, C 10 %.
 *
 * @returns `quota_department_unknown` when the table has no row for the grade
 * @source the specification 3.8 (quota tied to the department's result)
 */
export function departmentShare(
  departmentGrade: string,
  table: readonly QuotaShare[],
): Outcome<Decimal> {
  const row = table.find(({ grade }) => grade === departmentGrade);
  if (row === undefined) {
    return refused(reason("quota_department_unknown", { grade: departmentGrade }));
  }
  return isAmount(row.share) && !row.share.greaterThan(1)
    ? accepted(row.share)
    : refused(unusable(row));
}

/** Everything wrong with a list of shares. */
function validateShares(shares: readonly QuotaShare[]): Reason[] {
  if (shares.length === 0) return [reason("quota_shares_empty")];
  const wrong = shares.filter(({ share }) => !isAmount(share));
  if (wrong.length > 0) return wrong.map(unusable);
  const problems: Reason[] = [];
  const twice = repeated(shares.map(({ grade }) => grade));
  if (twice !== null) problems.push(reason("quota_grade_twice", { grade: twice }));
  const sum = Decimal.sum(0, ...shares.map(({ share }) => share));
  if (!sum.equals(1)) problems.push(reason("quota_shares_sum", { sum: percentText(sum) }));
  return problems;
}

function validateRule(rule: QuotaRule, grades: number): readonly Reason[] {
  if (rule.code === "cap-top") {
    const known = Number.isSafeInteger(rule.grades) && rule.grades >= 1 && rule.grades <= grades;
    return known ? [] : [reason("quota_top_unusable", { grades: String(rule.grades) })];
  }
  if (rule.code !== "headcount") return [];
  const ordered = rule.rows.every(({ upTo, top }, place) => {
    const before = rule.rows[place - 1]?.upTo ?? 0;
    const last = place === rule.rows.length - 1;
    const ends = last ? upTo === null : Number.isSafeInteger(upTo) && (upTo ?? 0) > before;
    return ends && Number.isSafeInteger(top) && top >= 0;
  });
  return ordered && rule.rows.length > 0 ? [] : [reason("quota_headcount_unusable")];
}

function unusable({ grade, share }: QuotaShare): Reason {
  return reason("quota_share_unusable", { grade, share: decimalText(share) });
}

function middleOf(shares: readonly QuotaShare[]): number {
  const upper = Math.floor((shares.length - 1) / 2);
  const lower = Math.floor(shares.length / 2);
  const [better, worse] = [shares[upper], shares[lower]];
  return better && worse?.share.greaterThan(better.share) ? lower : upper;
}

function seated(
  shares: readonly QuotaShare[],
  exact: readonly Decimal[],
  units: readonly Decimal[],
): readonly GradeSeats[] {
  return shares.map(({ grade }, place) => ({
    grade,
    exact: exact[place] ?? new Decimal(0),
    seats: (units[place] ?? new Decimal(0)).toNumber(),
    orBetter: Decimal.sum(0, ...units.slice(0, place + 1)).toNumber(),
  }));
}

function capped(
  shares: readonly QuotaShare[],
  exact: readonly Decimal[],
  caps: readonly number[],
): readonly GradeSeats[] {
  return shares.map(({ grade }, place) => {
    const orBetter = caps[place] ?? null;
    return {
      grade,
      exact: exact[place] ?? new Decimal(0),
      seats: orBetter === null ? null : orBetter - (caps[place - 1] ?? 0),
      orBetter,
    };
  });
}

/** A text that is there more than once, or `null`. */
function repeated(texts: readonly string[]): string | null {
  return texts.find((text, place) => texts.indexOf(text) !== place) ?? null;
}
