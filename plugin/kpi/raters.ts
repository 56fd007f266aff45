import { Decimal } from "../decimal.ts";
import { meanOf } from "./means.ts";
import type { Measured, Reason } from "./model.ts";
import { isAmount, percentText } from "./outcome.ts";
import { missing, reason } from "./reason.ts";

/** Where a rating comes from, seen from the person rated. */
export type RaterRole = "superior" | "peer" | "report" | "customer" | "self";

export interface RaterGroup {
  /** Names the group in ratings and results; different for every group. */
  readonly key: string;
  readonly role: RaterRole;
  /** In any common unit, not negative; null = as the role: 0 for oneself, else it must be given. */
  readonly weight: Decimal | null;
  /** Fewest ratings; null = as the role: 3 for peers and reports, 1 for others. */
  readonly least: number | null;
}

export interface Rating {
  readonly group: string;
  /** On the common scale; null = "I do not know the person well enough": not counted. */
  readonly value: Decimal | null;
  /** What the rater wrote; null = nothing. */
  readonly text: string | null;
  /** A conflict of interest was declared or found: neither number nor text is used. */
  readonly conflict: boolean;
}

/** Fewest ratings by role: those who could be harmed by being recognised are never fewer than three. */
export const LEAST_RATINGS: Readonly<Record<RaterRole, number>> = {
  superior: 1,
  peer: 3,
  report: 3,
  customer: 1,
  self: 1,
};
/** From this many ratings of a group on, the highest and the lowest may be left out. */
export const TRIM_FROM = 6;

/** How a group entered the result. */
export interface RatedGroup {
  readonly key: string;
  /**
   * `counted` · `shown` has weight 0 · `suppressed` too few ratings, so that nobody is recognised:
   * neither number nor text nor how many · `empty` no rating at all
   */
  readonly state: "counted" | "shown" | "suppressed" | "empty";
  /** 10 decimals; null when suppressed or empty. */
  readonly mean: Decimal | null;
  /** How many ratings the mean is of; null when suppressed or empty. */
  readonly count: number | null;
  /** Share of the counted weight, 0–1. */
  readonly share: Decimal;
  /** In alphabetical order, so that the order tells nothing about who wrote what. */
  readonly texts: readonly string[];
}

export interface ComposedRating {
  /** On the scale of the ratings, 10 decimals. */
  readonly score: Measured;
  /** In the order of the groups. */
  readonly groups: readonly RatedGroup[];
  /** Counted weight ÷ all weight, 0–1. */
  readonly coverage: Decimal;
  readonly reasons: readonly Reason[];
}

/**
 * Put ratings from several sides together (360°).
 *
 * R = Σ W·mean ÷ Σ W over the groups with enough ratings; the weight of the others is spread over
 * these. A group with too few ratings gives neither number nor text. "Do not know" is no rating,
 * not the middle of the scale. The result lies between the lowest and the highest counted rating.
 *
 * @param options.trim  `extremes`: of six or more ratings of a group the highest and the lowest are
 *   left out; `none`: all count
 * @returns the score is `NO_DATA` when no group with weight has enough ratings, `ERROR` with the
 *   problem when groups or ratings cannot be used; never 0
 * @source the specification 3.9
 * @example superior 85, peers 90 80 88, one report 95, oneself 98; weights 40/30/20/10: the report is
 *   suppressed, (85×40 + 86×30 + 98×10) ÷ 80 = 87, coverage 0.8
 */
export function composeRatings(
  ratings: readonly Rating[],
  groups: readonly RaterGroup[],
  options: { readonly trim: "none" | "extremes" } = { trim: "none" },
): ComposedRating {
  const problem = problemOf(ratings, groups);
  if (problem !== null)
    return { ...nothing(groups), score: { status: "ERROR", reasons: [problem] } };
  const gathered = groups.map((group) => gather(ratings, group, options.trim));
  const counted = gathered.filter(({ values }) => values.length > 0);
  const weight = Decimal.sum(0, ...counted.map((one) => one.weight));
  const all = Decimal.sum(0, ...gathered.map((one) => one.weight));
  const coverage = all.isZero() ? all : meanOf(weight, all);
  const reasons = gathered
    .filter(({ few }) => few)
    .map(({ key, least }) => reason("raters_group_small", { group: key, min: String(least) }));
  if (weight.lessThan(all)) {
    reasons.push(reason("raters_weight_spread", { coverage: percentText(coverage) }));
  }
  return {
    score: weight.isZero()
      ? missing("NO_DATA", "raters_none")
      : { status: "OK", value: weightedMean(counted, weight), reasons: [] },
    groups: gathered.map((one) => ratedGroup(one, weight)),
    coverage,
    reasons,
  };
}

interface Gathered {
  readonly key: string;
  readonly weight: Decimal;
  readonly least: number;
  /** What counts; empty when there are too few. */
  readonly values: readonly Decimal[];
  readonly texts: readonly string[];
  /** There are ratings, but too few. */
  readonly few: boolean;
}

function gather(
  ratings: readonly Rating[],
  { key, role, weight, least }: RaterGroup,
  trim: "none" | "extremes",
): Gathered {
  const own = ratings.filter(({ group, conflict }) => group === key && !conflict);
  const values = own.flatMap(({ value }) => (value === null ? [] : [value]));
  const needed = least ?? LEAST_RATINGS[role];
  const enough = values.length > 0 && values.length >= needed;
  return {
    key,
    weight: weight ?? new Decimal(0),
    least: needed,
    values: enough ? (trim === "extremes" ? trimmed(values) : values) : [],
    texts: enough ? own.flatMap(({ text }) => (text === null ? [] : [text])).sort() : [],
    few: own.length > 0 && !enough,
  };
}

function trimmed(values: readonly Decimal[]): readonly Decimal[] {
  if (values.length < TRIM_FROM) return values;
  return values.toSorted((a, b) => a.comparedTo(b)).slice(1, -1);
}

/** Σ W·Σx÷n ÷ Σ W over one common denominator, so that no order of groups can change a digit. */
function weightedMean(groups: readonly Gathered[], weight: Decimal): Decimal {
  const counts = groups.map(({ values }) => new Decimal(values.length));
  const common = counts.reduce((product, count) => product.times(count), new Decimal(1));
  const sums = groups.map((group, place) => {
    const sum = Decimal.sum(0, ...group.values);
    return group.weight.times(sum).times(common.div(counts[place] ?? 1));
  });
  return meanOf(Decimal.sum(0, ...sums), weight.times(common));
}

function ratedGroup(one: Gathered, weight: Decimal): RatedGroup {
  const { key, values, texts } = one;
  const weighs = values.length > 0 && !one.weight.isZero();
  return {
    key,
    state: values.length > 0 ? (weighs ? "counted" : "shown") : one.few ? "suppressed" : "empty",
    mean: values.length > 0 ? meanOf(Decimal.sum(0, ...values), values.length) : null,
    count: values.length > 0 ? values.length : null,
    share: weighs ? meanOf(one.weight, weight) : new Decimal(0),
    texts,
  };
}

function problemOf(ratings: readonly Rating[], groups: readonly RaterGroup[]): Reason | null {
  const known = new Set<string>();
  for (const { key, role, weight, least } of groups) {
    if (known.has(key)) return reason("raters_group_twice", { group: key });
    known.add(key);
    if (weight === null ? role !== "self" : !isAmount(weight)) {
      return reason("raters_weight_unusable", { group: key });
    }
    if (least !== null && (!Number.isSafeInteger(least) || least < 1)) {
      return reason("raters_least_unusable", { group: key, min: String(least) });
    }
  }
  const stray = ratings.find(({ group }) => !known.has(group));
  if (stray !== undefined) return reason("raters_group_unknown", { group: stray.group });
  const broken = ratings.some(({ value }) => value !== null && !value.isFinite());
  return broken ? reason("rating_unusable") : null;
}

function nothing(groups: readonly RaterGroup[]): Omit<ComposedRating, "score"> {
  const zero = new Decimal(0);
  return {
    groups: groups.map(({ key }) => ({
      key,
      state: "empty",
      mean: null,
      count: null,
      share: zero,
      texts: [],
    })),
    coverage: zero,
    reasons: [],
  };
}
