import { Decimal, decimalText } from "../decimal.ts";
import { displayedTotal, gradeOf, validateGrades } from "./grade.ts";
import type {
  Composite,
  Contribution,
  GradeLimit,
  GradeScheme,
  Reason,
  SectionRule,
  SegmentTotals,
  SheetResult,
  SheetRules,
  SheetStep,
  WeighedItem,
} from "./model.ts";
import { percentText } from "./outcome.ts";
import { combineSegments } from "./prorate.ts";
import { reason } from "./reason.ts";
import { countedScore, limited, toTotal, weigh, type Part } from "./weigh.ts";

const ZERO = new Decimal(0);
const HUNDRED = new Decimal(100);
const NO_SECTIONS: ReadonlyMap<string, SectionRule> = new Map();

/**
 * Make a person's scores of one period a total with a grade, in the order of the specification 3.0:
 * weighing ({@link weigh}) · bounds of the sections · veto of a section · plus and minus items ·
 * bounds of the total · totals of department and company · other parts of the cycle after a
 * transfer · veto of the total · rounding · grade.
 *
 * total = Σ contributions + Σ (after − before) of the steps, to the last of 10 decimals. Below
 * `minCoverage` the total is shown but not graded. An item with NO_DATA counts as its policy says;
 * any other status is left out whatever the policy: an error, a leave or an inapplicable KPI is never
 * held against anybody, nor does it earn a plus.
 *
 * @param items  keys are unique
 * @returns contributions in the order of `items`; `reasons` say why there is no total or no grade
 * @source the specification 3.0 (order), 3.3 (bounds, key KPIs), 3.4 (veto), 3.6, 3.7, 3.8, 3.12 (transfer)
 * @example 90 at weight 40, no data at 30, 100 at 20, 60 at 10: total 88.5714285714, coverage 0.7
 */
export function composeSheet(items: readonly WeighedItem[], rules: SheetRules): SheetResult {
  const unusable = items.filter(
    ({ weight, role }) => role !== "extra" && (!weight.isFinite() || weight.isNegative()),
  );
  if (unusable.length > 0) {
    return empty(
      items,
      unusable.map(({ key }) => reason("weight_unusable", { item: key })),
    );
  }
  const weighed = weigh(
    items.filter(({ role }) => role !== "extra"),
    rules.sections ?? NO_SECTIONS,
  );
  const { sections, coverage } = weighed;
  const nothing = weighed.total === null;
  const none = empty(items, [reason(emptyBecause(items))]);
  // What other parts of the cycle earned is not lost because the last one has nothing to count.
  if (nothing && !rules.segments?.others.some(({ total }) => total !== null))
    return { ...none, sections, coverage };
  const given = new Map(weighed.contributions.map((one) => [one.key, one]));
  const contributions = nothing
    ? none.contributions
    : items.map((item) => given.get(item.key) ?? extraOf(item));
  const along = new Steps(sum(contributions));
  const vetoes = vetoesInOrder(items);
  const lacking: Reason[] = nothing ? [...none.reasons] : [];
  if (!nothing) {
    const held = sections.some(({ limitedBy }) => limitedBy !== null);
    const lost = vetoes.some(({ veto }) => veto?.mode === "ZERO_SECTION");
    if (held || lost) changeSections(along, weighed.parts(), vetoes);
    limitExtras(along, contributions, items, rules);
    limitTotal(along, rules);
    if (rules.composite) lacking.push(...compose(along, rules.composite));
  }
  if (rules.segments) lacking.push(...combine(along, rules.segments, nothing));
  for (const item of vetoes) vetoTotal(along, item);
  const { total, steps } = along;
  const gradeLimits = gradeLimitsOf(items, rules);
  const judged = judge(
    total,
    coverage,
    rules,
    gradeLimits.map(({ grade }) => grade),
  );
  return {
    total,
    displayed: displayedTotal(total, rules.grades),
    coverage,
    ...judged,
    contributions,
    sections,
    steps,
    gradeLimits,
    preVeto: vetoes.length === 0 ? null : withoutVeto(items, rules),
    reasons: [...judged.reasons, ...lacking],
  };
}

function emptyBecause(items: readonly WeighedItem[]): string {
  const lacking = items.every((item) => item.role === "extra" || countedScore(item) === null);
  return lacking ? "nothing_counted" : "weights_zero";
}

/** What the total and the grade would be: kept, so that the veto can be appealed against. */
function withoutVeto(items: readonly WeighedItem[], rules: SheetRules): SheetResult["preVeto"] {
  const { total, grade } = composeSheet(
    items.map((item) => ({ ...item, veto: null })),
    rules,
  );
  return total && { total, grade };
}

/** The total on its way, with what changed it. */
class Steps {
  readonly steps: SheetStep[] = [];
  total: Decimal;

  constructor(total: Decimal) {
    this.total = total;
  }

  to(value: Decimal, code: SheetStep["code"], details: SheetStep["details"]): void {
    const after = toTotal(value);
    if (after.equals(this.total)) return;
    this.steps.push({ code, before: this.total, after, details });
    this.total = after;
  }
}

function sum(contributions: readonly Contribution[]): Decimal {
  return Decimal.sum(0, ...contributions.map(({ points }) => points ?? ZERO));
}

/** A plus/minus item gives its score as points, beside the weights. */
function extraOf(item: WeighedItem): Contribution {
  const counted = countedScore(item);
  const points = counted && toTotal(counted);
  return { key: item.key, share: ZERO, points, counted: points };
}

function limitExtras(
  along: Steps,
  contributions: readonly Contribution[],
  items: readonly WeighedItem[],
  { extra }: SheetRules,
): void {
  const points = sum(contributions.filter((_one, place) => items[place]?.role === "extra"));
  const { value, limitedBy } = limited(points, extra);
  if (limitedBy === null) return;
  along.to(along.total.minus(points).plus(value), "extra_limit", {
    limit: decimalText(value),
    bound: limitedBy,
  });
}

function limitTotal(along: Steps, { total }: SheetRules): void {
  const { value, limitedBy } = limited(along.total, total);
  if (limitedBy === null) return;
  along.to(value, "total_limit", { limit: decimalText(value), bound: limitedBy });
}

/**
 * Bring in the totals above.
 *
 * Additive: P = (γ·I + β·D + α·C) ÷ (γ + β + α); a level without a total is left out and the others
 * share its weight. Multiplicative: P = I × D ÷ 100 × C ÷ 100.
 *
 * @returns reasons for levels that should count and have no total
 */
function compose(along: Steps, composite: Composite): readonly Reason[] {
  const { weights } = composite;
  const above = (["department", "company"] as const).filter((level) => !weights[level].isZero());
  const known = above.filter((level) => composite[level] !== null);
  const missing = above
    .filter((level) => composite[level] === null)
    .map((level) => reason(`composite_missing_${level}`));
  if (known.length === 0) return missing;
  const details: Record<string, string> = {
    mode: composite.mode,
    individual: decimalText(along.total),
  };
  for (const level of known) details[level] = decimalText(composite[level] ?? ZERO);
  if (composite.mode === "multiplicative") {
    const product = known.reduce(
      (value, level) => value.times(composite[level] ?? ZERO).div(HUNDRED),
      along.total,
    );
    along.to(product, "composite", details);
    return missing;
  }
  const levels = [
    { weight: weights.individual, total: along.total },
    ...known.map((level) => ({ weight: weights[level], total: composite[level] ?? ZERO })),
  ];
  const whole = Decimal.sum(0, ...levels.map(({ weight }) => weight));
  const products = levels.map(({ weight, total }) => weight.times(total));
  for (const level of ["individual", ...known] as const)
    details[`${level}_share`] = percentText(weights[level].div(whole));
  along.to(Decimal.sum(0, ...products).div(whole), "composite", details);
  return missing;
}

/**
 * Bring in the other parts of a cycle with a transfer: T = Σ d·T ÷ Σ d over those with a total.
 *
 * @param nothing  this part has no total of its own
 * @returns reasons for parts that are left out
 */
function combine(along: Steps, { days, others }: SegmentTotals, nothing: boolean): Reason[] {
  const own = { key: OWN_PART, days, total: nothing ? null : along.total };
  const { total, reasons } = combineSegments([...others, own]);
  if (total.status !== "OK") return [...total.reasons];
  const details: Record<string, string> = { days: String(days) };
  if (!nothing) details["total"] = decimalText(along.total);
  const rated = others.filter((one) => one.total !== null);
  rated.forEach((one, place) => {
    details[`key${place}`] = one.key;
    details[`days${place}`] = String(one.days);
    details[`total${place}`] = decimalText(one.total ?? ZERO);
  });
  along.to(total.value, "segments", details);
  return reasons.filter((one) => one.details["segment"] !== OWN_PART);
}

const OWN_PART = "";

/** Items with a veto, in an order of their own, so that the order of the items cannot matter. */
export function vetoesInOrder(items: readonly WeighedItem[]): readonly WeighedItem[] {
  const rank = (item: WeighedItem) => VETO_ORDER.indexOf(item.veto?.mode ?? "CAP_GRADE");
  const fallen = items.filter(({ veto: effect }) => effect != null);
  return fallen.sort((a, b) => rank(a) - rank(b) || (a.key < b.key ? -1 : 1));
}

const VETO_ORDER = ["ZERO_KPI", "ZERO_SECTION", "MULTIPLY", "ZERO_TOTAL", "CAP_GRADE"];

/**
 * Bounds of sections, then vetoes of sections: a section is lost where sections are added up, before
 * the bounds of the total and the totals above, so that the others' part in those stays what it is.
 */
function changeSections(
  along: Steps,
  parts: readonly Part[],
  vetoes: readonly WeighedItem[],
): void {
  // From the parts themselves: they carry more digits than a sum that began with another 0 would keep.
  const exact = (of: readonly Decimal[]) => of.reduce((a, b) => a.plus(b));
  const extras = along.total.minus(toTotal(exact(parts.map(({ raw }) => raw))));
  const now = parts.map(({ raw }) => raw);
  const settle = (code: SheetStep["code"], details: SheetStep["details"]) => {
    along.to(exact(now).plus(extras), code, details);
  };
  parts.forEach(({ section, bounded, raw }, place) => {
    if (section === null || bounded.equals(raw)) return;
    now[place] = bounded;
    settle("section_limit", { section });
  });
  for (const { key, veto, section } of vetoes) {
    const place = parts.findIndex((part) => part.section === (section ?? null));
    if (veto?.mode !== "ZERO_SECTION" || place < 0) continue;
    now[place] = now[place]?.times(0) ?? ZERO;
    settle("veto", { item: key, mode: veto.mode, section: section ?? "" });
  }
}

function vetoTotal(along: Steps, { key, veto }: WeighedItem): void {
  if (veto?.mode === "ZERO_TOTAL") along.to(ZERO, "veto", { item: key, mode: veto.mode });
  if (veto?.mode === "MULTIPLY")
    along.to(along.total.times(veto.factor), "veto", {
      item: key,
      mode: veto.mode,
      factor: decimalText(veto.factor),
    });
}

function gradeLimitsOf(
  items: readonly WeighedItem[],
  { keyGrade }: SheetRules,
): readonly GradeLimit[] {
  return items.flatMap(({ key, score, keyLine, veto: effect }): GradeLimit[] => {
    const limits: GradeLimit[] = [];
    if (keyGrade != null && keyLine && score.status === "OK" && score.value.lessThan(keyLine))
      limits.push({ code: "key_kpi", grade: keyGrade, item: key });
    if (effect?.mode === "CAP_GRADE") limits.push({ code: "veto", grade: effect.grade, item: key });
    return limits;
  });
}

function judge(
  total: Decimal,
  coverage: Decimal,
  { grades, minCoverage }: SheetRules,
  held: readonly string[],
): Pick<SheetResult, "state" | "grade" | "reasons"> {
  if (coverage.lessThan(minCoverage)) {
    const details = { coverage: percentText(coverage), min: percentText(minCoverage) };
    return { state: "provisional", grade: null, reasons: [reason("coverage_low", details)] };
  }
  if (!grades) return { state: "final", grade: null, reasons: [] };
  const problems = validateGrades(grades);
  if (problems.length > 0) return { state: "final", grade: null, reasons: problems };
  const unknown = held.filter((grade) => placeOf(grades, grade) < 0);
  return {
    state: "final",
    grade: worstOf(grades, [gradeOf(total, grades).grade, ...held]),
    reasons: unknown.map((grade) => reason("grade_limit_unknown", { grade })),
  };
}

function placeOf({ bands }: GradeScheme, grade: string | null): number {
  return bands.findIndex((band) => band.grade === grade);
}

/** The worst of these grades; one that the scheme does not have holds nobody back. */
function worstOf(scheme: GradeScheme, grades: readonly (string | null)[]): string | null {
  const places = grades.map((grade) => placeOf(scheme, grade));
  return scheme.bands[Math.max(...places)]?.grade ?? null;
}

function empty(items: readonly WeighedItem[], reasons: readonly Reason[]): SheetResult {
  return {
    total: null,
    displayed: null,
    coverage: ZERO,
    state: "empty",
    grade: null,
    contributions: items.map(({ key }) => ({ key, share: ZERO, points: null, counted: null })),
    sections: [],
    steps: [],
    gradeLimits: [],
    preVeto: null,
    reasons,
  };
}
