import { Decimal } from "../decimal.ts";
import { favour } from "./apportion.ts";
import { quotient } from "./cell.ts";
import type { Contribution, SectionRule, SectionScore, WeighedItem } from "./model.ts";

/** Decimals of a total, of each contribution and of each share. */
export const TOTAL_DECIMALS = 10;

/** Products of weights, scores and the sums of several sections' weights need more than 60 digits. */
const Wide = Decimal.clone({ precision: 400 });

const ZERO = new Decimal(0);
const FULL = new Decimal(100);

/** What weighing makes of a sheet's weighted items. */
export interface Weighed {
  /** In the order of the items. */
  readonly contributions: readonly Contribution[];
  /** Sections with a name, in the order of their keys. */
  readonly sections: readonly SectionScore[];
  /** Share of the weight that was measured, 0–1. */
  readonly coverage: Decimal;
  /** Σ contributions; null when nothing could be counted. */
  readonly total: Decimal | null;
  /**
   * What each part gives to the total, before and after its bounds. Not rounded, so that sums of
   * parts are rounded once and a better score never makes a worse total. Worked out when asked for:
   * divisions of 400 digits that most sheets do not need.
   */
  parts(): readonly Part[];
}

/** A section, or what belongs to none. */
export interface Part {
  readonly section: string | null;
  readonly raw: Decimal;
  readonly bounded: Decimal;
}

interface Group {
  readonly key: string | null;
  readonly rule: SectionRule | null;
  readonly places: readonly number[];
  /** Σ weights of its counted items. */
  readonly counted: Decimal;
  /** Weight in the total. */
  readonly weight: Decimal;
}

/**
 * Weigh items: total = Σ W × (Σ w × S ÷ Σ w) ÷ Σ W over the sections and, within each, over its
 * counted items. A section without a weight of its own has the sum of its counted items' weights,
 * which makes the total Σ w × S ÷ Σ w over everything: so it is without sections, too.
 *
 * The total is rounded half-up to 10 decimals. Contributions have 10 decimals too: each is cut off
 * there, and the remaining units go to the largest remainders (equal ones in the order of their
 * keys), so that contributions sum to the total to the last digit and shares sum to 1. The order of
 * the items changes nothing.
 *
 * coverage = weight of the items with a score of their own, a score a person gave, or policy ZERO
 * (not reporting is an answer) ÷ weight of all items that apply. What is not applicable or exempt
 * could not have been measured and counts on neither side.
 *
 * @param items  weighted ones only; weights not negative
 * @source the specification 3.6 (N/A), 3.3 (section caps)
 */
export function weigh(
  items: readonly WeighedItem[],
  sections: ReadonlyMap<string, SectionRule>,
): Weighed {
  const scores = items.map(countedScore);
  const groups = groupsOf(items, scores, sections);
  const inUse = groups.filter(({ counted, weight }) => !counted.isZero() && !weight.isZero());
  const whole = Wide.sum(0, ...inUse.map(({ weight }) => weight));
  const coverage = coverageOf(items, groups);
  if (whole.isZero()) {
    const none = items.map(({ key }) => ({ key, share: ZERO, points: null, counted: null }));
    return {
      contributions: none,
      sections: sectionScores(items, groups, scores, null),
      coverage,
      total: null,
      parts: () => [],
    };
  }
  // One denominator for everything, so that nothing is divided before the end.
  const own = inUse.filter(({ rule }) => rule?.weight != null);
  const denominator = own.reduce((product, { counted }) => product.times(counted), whole);
  const factors = items.map((_item, place) => {
    const group = inUse.find(({ places }) => places.includes(place));
    if (!group || scores[place] === null) return new Wide(0);
    const others = own.filter((other) => other !== group);
    const start = own.includes(group) ? new Wide(group.weight) : new Wide(1);
    return others.reduce((product, { counted }) => product.times(counted), start);
  });
  const parts = items.map(({ weight }, place) => (factors[place] ?? ZERO).times(weight));
  const products = parts.map((part, place) => part.times(scores[place] ?? ZERO));
  const keys = items.map(({ key }) => key);
  const points = apportionDigits(products, denominator, keys);
  const shares = apportionDigits(parts, denominator, keys);
  return {
    contributions: items.map(({ key }, place) => ({
      key,
      share: shares[place] ?? ZERO,
      points: isCounted(place) ? (points[place] ?? ZERO) : null,
      counted: isCounted(place) ? (scores[place] ?? null) : null,
    })),
    sections: sectionScores(items, groups, scores, whole),
    coverage,
    total: Decimal.sum(0, ...points),
    parts: () => partsOf(inUse, whole),
  };

  function isCounted(place: number): boolean {
    return scores[place] !== null && inUse.some(({ places }) => places.includes(place));
  }

  function partsOf(used: readonly Group[], of: Decimal): readonly Part[] {
    return used.flatMap((group) => {
      const mean = meanOf(items, group, scores);
      if (!mean) return [];
      const points = (value: Decimal) => new Wide(value).times(group.weight).div(of);
      const bounded = limited(mean, group.rule).value;
      return [{ section: group.key, raw: points(mean), bounded: points(bounded) }];
    });
  }
}

/** A value within bounds, and which of them held it. A bound that is not set never holds. */
export function limited(
  value: Decimal,
  limits: { readonly cap: Decimal | null; readonly floor: Decimal | null } | null | undefined,
): { readonly value: Decimal; readonly limitedBy: "cap" | "floor" | null } {
  if (limits?.cap?.lessThan(value)) return { value: limits.cap, limitedBy: "cap" };
  if (limits?.floor?.greaterThan(value)) return { value: limits.floor, limitedBy: "floor" };
  return { value, limitedBy: null };
}

/** Rounded half-up to the decimals of a total; nothing is never "minus nothing". */
export function toTotal(value: Decimal): Decimal {
  return new Decimal(value.toDecimalPlaces(TOTAL_DECIMALS, Decimal.ROUND_HALF_UP).plus(0));
}

/** The score an item enters the sum with, or `null` when it is left out. */
export function countedScore({ score, missing, substitute }: WeighedItem): Decimal | null {
  if (score.status === "OK") return score.value;
  if (score.status !== "NO_DATA") return null;
  switch (missing) {
    case "EXCLUDE":
      return null;
    case "ZERO":
      return ZERO;
    case "NEUTRAL":
      return FULL;
    case "CARRY":
    case "MANUAL":
      return substitute ?? null;
  }
}

function groupsOf(
  items: readonly WeighedItem[],
  scores: readonly (Decimal | null)[],
  sections: ReadonlyMap<string, SectionRule>,
): readonly Group[] {
  const places = new Map<string | null, number[]>();
  items.forEach(({ section }, place) => {
    const key = section ?? null;
    const known = places.get(key);
    if (known) known.push(place);
    else places.set(key, [place]);
  });
  // In an order of their own: the order of the items must not decide where rounding falls.
  const inOrder = [...places].sort(([a], [b]) => ((a ?? "") < (b ?? "") ? -1 : 1));
  return inOrder.map(([key, own]) => {
    const rule = key === null ? null : (sections.get(key) ?? null);
    const weights = own.filter((place) => scores[place] !== null).map((place) => items[place]);
    const counted = Wide.sum(0, ...weights.map((item) => item?.weight ?? ZERO));
    return { key, rule, places: own, counted, weight: new Wide(rule?.weight ?? counted) };
  });
}

function sectionScores(
  items: readonly WeighedItem[],
  groups: readonly Group[],
  scores: readonly (Decimal | null)[],
  whole: Decimal | null,
): readonly SectionScore[] {
  return groups.flatMap((group) => {
    if (group.key === null) return [];
    const raw = meanOf(items, group, scores);
    const bounded = raw && limited(raw, group.rule);
    return [
      {
        key: group.key,
        share: whole && raw ? toTotal(group.weight.div(whole)) : ZERO,
        raw: raw && toTotal(raw),
        score: bounded && toTotal(bounded.value),
        limitedBy: bounded?.limitedBy ?? null,
      },
    ];
  });
}

/** Σ w × S ÷ Σ w over the counted items of a section; null when there are none. */
function meanOf(
  items: readonly WeighedItem[],
  { places, counted }: Group,
  scores: readonly (Decimal | null)[],
): Decimal | null {
  if (counted.isZero()) return null;
  const products = places.map((place) =>
    new Wide(items[place]?.weight ?? 0).times(scores[place] ?? ZERO),
  );
  return Wide.sum(0, ...products).div(counted);
}

function coverageOf(items: readonly WeighedItem[], groups: readonly Group[]): Decimal {
  let all = new Wide(0);
  let covered = new Wide(0);
  for (const { rule, places } of groups) {
    const here = places.flatMap((place) => items[place] ?? []);
    const applying = here.filter(({ score }) => !DOES_NOT_APPLY.has(score.status));
    const weight = Wide.sum(0, ...applying.map((item) => item.weight));
    if (weight.isZero()) continue;
    const measured = Wide.sum(0, ...applying.filter(isCovered).map((item) => item.weight));
    const section = rule?.weight ?? weight;
    all = all.plus(section);
    covered = covered.plus(measured.times(section).div(weight));
  }
  return all.isZero() ? ZERO : quotient(new Decimal(covered), all);
}

const DOES_NOT_APPLY: ReadonlySet<string> = new Set(["NOT_APPLICABLE", "EXEMPT"]);

function isCovered({ score, missing, substitute }: WeighedItem): boolean {
  if (score.status === "OK") return true;
  if (score.status !== "NO_DATA") return false;
  return missing === "ZERO" || (missing === "MANUAL" && substitute != null);
}

/**
 * Each part ÷ whole in units of the last decimal, summing to the rounded Σ part ÷ whole exactly.
 *
 * Works on integer quotients and remainders only, so no digit is ever lost to a division.
 */
function apportionDigits(
  parts: readonly Decimal[],
  whole: Decimal,
  keys: readonly string[],
): readonly Decimal[] {
  const scale = new Wide(10).pow(TOTAL_DECIMALS);
  const cut = parts.map((part) => divided(part.times(scale), whole));
  const sum = Wide.sum(0, ...parts).times(scale);
  const rounded = divided(sum, whole);
  const twice = rounded.remainder.times(2).comparedTo(whole);
  // Half goes away from zero, for totals below zero too.
  const up = twice > 0 || (twice === 0 && !sum.isNegative());
  const target = up ? rounded.units.plus(1) : rounded.units;
  const units = cut.map((one) => one.units);
  const left = target.minus(Wide.sum(0, ...units)).toNumber();
  const sorted = [...keys].sort();
  const byKey = (place: number) => new Decimal(-sorted.indexOf(keys[place] ?? ""));
  const { units: given } = favour(
    units,
    cut.map(({ remainder }) => remainder),
    left,
    [byKey],
  );
  return given.map((one) => new Decimal(one.div(scale)));
}

/** Integer division towards minus infinity: value = units × by + remainder, 0 ≤ remainder < by. */
function divided(value: Decimal, by: Decimal): { units: Decimal; remainder: Decimal } {
  const units = value.dividedToIntegerBy(by);
  const remainder = value.minus(units.times(by));
  return remainder.isNegative() && !remainder.isZero()
    ? { units: units.minus(1), remainder: remainder.plus(by) }
    : { units, remainder };
}
