import { Decimal, decimalText } from "../../decimal.ts";
import { compareKpis, CONFLICT_RULES, type Comparison, type Series } from "../../kpi/conflict.ts";
import { SHUFFLES } from "../../kpi/permutation.ts";
import { realWeights } from "../../kpi/health.ts";
import { pairText } from "../../report/kpi-check-text.ts";
import type { PairView, PerspectivesView, WeightsView } from "../../report/analysis-views.ts";
import { formatShare } from "../../report/format.ts";
import { say } from "../../words/words.ts";
import { PERSPECTIVES } from "../company.ts";
import { checkView } from "./kpi-checks.ts";
import { decimalOf, kpiName, reasonsText, type Observation, type Reading } from "./reading.ts";
import type { SchemeSet } from "./scheme-sets.ts";

/** A perspective should weigh something, and not more than this (spec 3.7). */
const HEAVIEST = new Decimal("0.6");

/** Items of the people of a position, or of a department. */
export function itemsOf(
  { company }: Reading,
  { applies, of }: SchemeSet,
  seen: readonly Observation[],
): Observation[] {
  return seen.filter(({ sheet }) =>
    applies === "individual"
      ? sheet.kind === "individual" && company.employees.get(sheet.subject)?.position === of
      : sheet.kind === "department" && sheet.subject === of,
  );
}

/** What decides a total in practice, over the sheets on which every KPI of the set has a score. */
export function realWeightsOf(
  reading: Reading,
  set: SchemeSet,
  seen: readonly Observation[],
): WeightsView {
  const { locale } = reading;
  const sheets = new Map<string, Map<string, number>>();
  for (const { sheet, item, kpi } of itemsOf(reading, set, seen)) {
    const score = decimalOf(item.result?.score);
    if (score === null) continue;
    const scores = sheets.get(sheet.id) ?? new Map<string, number>();
    sheets.set(sheet.id, scores.set(kpi.id, score.toNumber()));
  }
  const whole = [...sheets.values()].filter((scores) =>
    set.entries.every(({ kpi }) => scores.has(kpi.id)),
  );
  const found = realWeights(
    set.entries.map(({ kpi, weight }) => ({
      key: kpi.id,
      weight: weight.toNumber(),
      scores: whole.flatMap((scores) => scores.get(kpi.id) ?? []),
    })),
  );
  if (!found.ok) return { name: set.name, parts: [], text: reasonsText(found.problems, locale) };
  return {
    name: set.name,
    parts: set.entries.flatMap(({ kpi, weight }) => {
      const finding = found.value.get(kpi.id);
      if (!finding) return [];
      const check = checkView("real_weight", { ok: true, value: finding }, locale);
      return [{ kpi: kpiName(reading, kpi).name, weight: decimalText(weight), check }];
    }),
    text: "",
  };
}

/** How the weight of a set lies over the perspectives of the balanced scorecard, and what they score. */
export function perspectivesOf(
  reading: Reading,
  set: SchemeSet,
  seen: readonly Observation[],
): PerspectivesView {
  const { locale } = reading;
  const placed = set.entries.filter(({ kpi }) => kpi.perspective !== null);
  const whole = Decimal.sum(0, ...placed.map(({ weight }) => weight));
  if (whole.isZero())
    return { name: set.name, parts: [], text: say(locale, "analysis.perspective.none") };
  const items = itemsOf(reading, set, seen);
  const parts = PERSPECTIVES.map((perspective) => {
    const own = placed.filter(({ kpi }) => kpi.perspective === perspective);
    const share = Decimal.sum(0, ...own.map(({ weight }) => weight)).div(whole);
    const details = {
      perspective: say(locale, `perspective.${perspective}`),
      share: formatShare(share, locale),
      most: formatShare(HEAVIEST, locale),
    };
    return {
      perspective: details.perspective,
      share: decimalText(share.toDecimalPlaces(10)),
      score: meanScore(items.filter(({ kpi }) => kpi.perspective === perspective)),
      text: share.isZero()
        ? say(locale, "analysis.perspective.empty", details)
        : share.greaterThan(HEAVIEST)
          ? say(locale, "analysis.perspective.heavy", details)
          : "",
    };
  });
  const without = set.entries.length - placed.length;
  const text = without === 0 ? "" : say(locale, "analysis.perspective.without", { n: without });
  return { name: set.name, parts, text };
}

function meanScore(items: readonly Observation[]): string | null {
  let weight = new Decimal(0);
  let sum = new Decimal(0);
  for (const { item } of items) {
    const score = decimalOf(item.result?.score);
    if (score === null || item.rules.role !== "weighted") continue;
    weight = weight.plus(item.weight ?? 0);
    sum = sum.plus(score.times(item.weight ?? 0));
  }
  return weight.isZero() ? null : decimalText(sum.div(weight).toDecimalPlaces(10));
}

/** Points that shuffles of all pairs of a level may touch: more would keep others waiting. */
const WORK = 20_000_000;
/** Still enough for p to be told at 1 %. */
const FEWEST_SHUFFLES = 499;

/**
 * Every pair of KPIs: do they pull people apart, or measure the same? Where there are many points, fewer
 * orders are tried.
 *
 * @returns `text` why nothing can be compared; "" otherwise
 */
export function pairsOf(
  reading: Reading,
  seen: readonly Observation[],
): { readonly pairs: readonly PairView[]; readonly text: string } {
  const { locale } = reading;
  const series = new Map<string, { subject: string; period: string; value: number }[]>();
  const names = new Map<string, string>();
  for (const { kpi, item, sheet, cycle } of seen) {
    const score = decimalOf(item.result?.score);
    if (score === null) continue;
    const values = series.get(kpi.code) ?? [];
    values.push({ subject: sheet.subject, period: cycle.period, value: score.toNumber() });
    series.set(kpi.code, values);
    names.set(kpi.code, kpiName(reading, kpi).name);
  }
  const all: Series[] = [...series].map(([key, values]) => ({ key, values }));
  const nameOf = (key: string) => names.get(key) ?? key;
  const subjects = new Set(seen.map(({ sheet }) => sheet.subject)).size;
  const sheets = new Set(seen.map(({ sheet }) => sheet.id)).size;
  const pairs = (all.length * (all.length - 1)) / 2;
  const views: PairView[] = [];
  for (const [level, points] of [
    ["people", subjects],
    ["changes", sheets],
  ] as const) {
    const affordable = Math.floor(WORK / Math.max(1, pairs * points));
    const shuffles = Math.min(SHUFFLES, Math.max(FEWEST_SHUFFLES, affordable));
    const compared = compareKpis(all, level, { ...CONFLICT_RULES, shuffles });
    // Somebody has two sheets in a cycle: the rest of the report is not worse for it.
    if (!compared.ok) return { pairs: [], text: reasonsText(compared.problems, locale) };
    views.push(...pairViews(compared.value, nameOf, reading));
  }
  return { pairs: views, text: "" };
}

function pairViews(
  { pairs, left }: Comparison,
  nameOf: (key: string) => string,
  { locale }: Reading,
): PairView[] {
  return [
    ...pairs.map((pair) => ({
      a: nameOf(pair.a),
      b: nameOf(pair.b),
      level: pair.level,
      n: pair.n,
      rho: pair.rho,
      p: pair.p,
      adjusted: pair.adjusted,
      flag: pair.flag,
      text: pairText(pair, nameOf, locale),
    })),
    ...left.map(({ a, b, level, n, reason }) => ({
      a: nameOf(a),
      b: nameOf(b),
      level,
      n,
      rho: null,
      p: null,
      adjusted: null,
      flag: null,
      text: reasonsText([reason], locale),
    })),
  ];
}
