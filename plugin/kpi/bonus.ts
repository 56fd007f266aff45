import { Decimal, decimalText } from "../decimal.ts";
import { apportion } from "./apportion.ts";
import { meanOf } from "./means.ts";
import type { Reason } from "./model.ts";
import { accepted, isAmount, type Outcome, refused } from "./outcome.ts";
import { reason } from "./reason.ts";

/** Decimals of an amount of money: cents. */
export const CENTS = 2;

/** An amount as it is paid: rounded half-up to cents. */
export function inCents(amount: Decimal): Decimal {
  return amount.toDecimalPlaces(CENTS, Decimal.ROUND_HALF_UP);
}

/** The coefficient of each grade, e.g. A 1.2. */
export interface GradeCoefficient {
  readonly grade: string;
  readonly coefficient: Decimal;
}

/**
 * The coefficient of a grade.
 *
 * @returns problem `coefficient_grade_unknown`, `coefficient_grade_twice` or `coefficient_unusable`;
 *   a grade that is not in the table never counts as 0
 * @source the specification 3.13 (S 1.5, A 1.2, B 1.0, C 0.8, D 0–0.5 are a usual table)
 * @example A: 1.2
 */
export function gradedCoefficient(
  grade: string,
  table: readonly GradeCoefficient[],
): Outcome<Decimal> {
  const [row, again] = table.filter((one) => one.grade === grade);
  if (row === undefined) return refused(reason("coefficient_grade_unknown", { grade }));
  if (again !== undefined) return refused(reason("coefficient_grade_twice", { grade }));
  if (!isAmount(row.coefficient)) return refused(reason("coefficient_unusable", { grade }));
  return accepted(row.coefficient);
}

/**
 * A coefficient that follows the total: k = total ÷ 100, not below `lowest` nor above `highest`.
 *
 * @param total  on the 0–100(–120) scale
 * @returns 10 decimals; problems `coefficient_range`, `coefficient_total`
 * @source the specification 3.13: k = clamp(T ÷ 100, 0, 1.2); one of the two kinds, never mixed
 * @example 95.5: 0.955; 130: 1.2
 */
export function linearCoefficient(
  total: Decimal,
  limits: { readonly lowest: Decimal; readonly highest: Decimal },
): Outcome<Decimal> {
  const { lowest, highest } = limits;
  if (!isAmount(lowest) || !isAmount(highest) || highest.lessThan(lowest)) {
    const ends = { lowest: decimalText(lowest), highest: decimalText(highest) };
    return refused(reason("coefficient_range", ends));
  }
  if (!total.isFinite()) return refused(reason("coefficient_total"));
  return accepted(Decimal.max(lowest, Decimal.min(highest, meanOf(total, 100))));
}

export interface BonusFactor {
  /** Names the factor in the steps, e.g. "department". */
  readonly key: string;
  /** Not negative. */
  readonly value: Decimal;
}

export interface Bonus {
  /** Rounded half-up to cents. */
  readonly amount: Decimal;
  /** The product after each factor, unrounded but for 10 decimals; the last one is the time. */
  readonly steps: readonly {
    readonly key: string;
    readonly value: Decimal;
    readonly product: Decimal;
  }[];
}

/**
 * bonus = base × k₁ × k₂ × … × part ÷ whole.
 *
 * The time enters here once. If a target was prorated, that is about the score and not about the pay;
 * nothing else of the bonus is prorated.
 *
 * @param base  amount for the whole time, not negative
 * @param factors  e.g. company, department and individual coefficient
 * @param time  months, days or working days that count, of how many
 * @returns problems `bonus_base_unusable`, `bonus_factor_unusable`, `bonus_time_unusable`
 * @source the specification 3.13
 * @example 20 000 × 0.95 × 1.05 × 1.2 × 9 ÷ 12 = 17 955.00
 */
export function bonusOf(
  base: Decimal,
  factors: readonly BonusFactor[],
  time: { readonly part: Decimal; readonly whole: Decimal },
): Outcome<Bonus> {
  const problems: Reason[] = [];
  if (!isAmount(base)) problems.push(reason("bonus_base_unusable"));
  for (const { key, value } of factors) {
    if (!isAmount(value)) problems.push(reason("bonus_factor_unusable", { factor: key }));
  }
  const { part, whole } = time;
  if (!isAmount(part) || !isAmount(whole) || whole.isZero() || part.greaterThan(whole)) {
    const parts = { part: decimalText(part), whole: decimalText(whole) };
    problems.push(reason("bonus_time_unusable", parts));
  }
  if (problems.length > 0) return refused(...problems);
  let exact = base;
  const steps = factors.map(({ key, value }) => {
    exact = exact.times(value);
    return { key, value, product: meanOf(exact, 1) };
  });
  const paid = exact.times(part).div(whole);
  const share = meanOf(part, whole);
  return accepted({
    amount: inCents(paid),
    steps: [...steps, { key: "time", value: share, product: meanOf(paid, 1) }],
  });
}

/** Somebody with a part in a pool. */
export interface PoolMember {
  /** Names the person in the answer; different for everybody. */
  readonly key: string;
  /** Not negative, e.g. the salary. */
  readonly base: Decimal;
  /** Not negative. */
  readonly coefficient: Decimal;
  /**
   * Decides about a single cent between people with equal remainders and bases: the text that sorts
   * first gets it. Different for everybody, e.g. the personnel number.
   */
  readonly order: string;
}

export interface PoolPart {
  readonly key: string;
  /** Before rounding, 10 decimals. */
  readonly exact: Decimal;
  /** In cents exactly. */
  readonly amount: Decimal;
}

export interface Pool {
  /** In the order of the members; amounts sum to the pool exactly. */
  readonly parts: readonly PoolPart[];
  /** Who shared a last cent by base and order, in alphabetical order; empty when nobody did. */
  readonly tied: readonly string[];
}

/**
 * Share out a pool: bonusᵢ = pool × baseᵢ·kᵢ ÷ Σ base·k, in cents that sum to the pool exactly.
 *
 * Everybody gets the whole cents of the exact part; the cents left over go one each to the largest
 * remainders. Equal remainders: the larger base first, then `order`. Who has more base × coefficient
 * never gets less. The order of the members changes nothing.
 *
 * @param pool  not negative, whole cents
 * @returns problems `pool_…`; a pool nobody has a part in is one, not a row of zeros
 * @source the specification 3.13, largest remainder
 * @example 25 000 over 12 000, 8 000 and 9 600: 10 135.13, 6 756.76 and 8 108.11
 */
export function sharePool(pool: Decimal, members: readonly PoolMember[]): Outcome<Pool> {
  const claims = members.map(({ base, coefficient }) => base.times(coefficient));
  const problems = validatePool(pool, members, claims);
  if (problems.length > 0) return refused(...problems);
  const scale = new Decimal(10).pow(CENTS);
  const rank = new Map(
    members
      .map(({ order }) => order)
      .sort((a, b) => (a < b ? -1 : 1))
      .map((order, place) => [order, new Decimal(-place)]),
  );
  const { units, tie } = apportion(pool.times(scale), claims, [
    (place) => members[place]?.base ?? null,
    (place) => rank.get(members[place]?.order ?? "") ?? null,
  ]);
  const sum = Decimal.sum(0, ...claims);
  return accepted({
    parts: members.map(({ key }, place) => ({
      key,
      exact: meanOf(pool.times(claims[place] ?? 0), sum),
      amount: (units[place] ?? new Decimal(0)).div(scale),
    })),
    tied: (tie?.claims ?? []).map((place) => members[place]?.key ?? "").sort(),
  });
}

function validatePool(
  pool: Decimal,
  members: readonly PoolMember[],
  claims: readonly Decimal[],
): readonly Reason[] {
  const problems: Reason[] = [];
  if (!isAmount(pool)) {
    problems.push(reason("pool_amount_unusable", { amount: decimalText(pool) }));
  } else if (!inCents(pool).equals(pool)) {
    problems.push(reason("pool_not_in_cents", { amount: decimalText(pool) }));
  }
  const keys = new Set<string>();
  const orders = new Set<string>();
  for (const { key, base, coefficient, order } of members) {
    if (keys.has(key)) problems.push(reason("pool_member_twice", { person: key }));
    if (orders.has(order)) problems.push(reason("pool_order_twice", { order }));
    keys.add(key);
    orders.add(order);
    if (!isAmount(base) || !isAmount(coefficient)) {
      problems.push(reason("pool_member_unusable", { person: key }));
    }
  }
  if (problems.length === 0 && claims.every((claim) => claim.isZero())) {
    problems.push(reason("pool_nobody"));
  }
  return problems;
}
