import { Decimal } from "../../plugin/decimal.ts";
import { measureCell, type Aggregate } from "../../plugin/kpi/cell.ts";
import { gateScore } from "../../plugin/kpi/gate.ts";
import { gradeOf } from "../../plugin/kpi/grade.ts";
import type {
  GradeScheme,
  Measured,
  Method,
  SheetResult,
  SheetRules,
  WeighedItem,
} from "../../plugin/kpi/model.ts";
import { scoreItem } from "../../plugin/kpi/score.ts";
import { composeSheet } from "../../plugin/kpi/sheet.ts";
import { changeOf } from "../../plugin/kpi/target.ts";
import { amountOf, d, ok, row, valueOf, type Row } from "./specification-row.ts";

/**
 * Which public function answers which `method` of the specification's worked cases. Where a case
 * leaves out what a function asks for, the row takes it from the specification's text.
 */

const NO_DATA: Measured = { status: "NO_DATA", reasons: [] };
const BOUNDS = { cap: d(120), floor: d(0) };
const RATIO: Method = { code: "RATIO", ...BOUNDS, threshold: null };

function cuts(text: string, gradeOn: GradeScheme["gradeOn"]): GradeScheme {
  const bands = text.split(",").map((cut) => {
    const [grade = "", lower = "0"] = cut.split(">=");
    return { grade, lower: d(lower) };
  });
  return { bands, boundary: "inclusive", decimals: 2, gradeOn };
}
const GRADES = cuts("S>=95,A>=90,B>=80,C>=60,D", "displayed");

interface Weighted {
  readonly items: readonly (readonly [number | null, number])[];
  readonly min_coverage?: number;
}
function weighted({ items, min_coverage }: Weighted, missing: WeighedItem["missing"]): SheetResult {
  const weighed = items.map(([score, weight], index): WeighedItem => ({
    key: `k${index}`,
    weight: d(weight),
    missing,
    score: score === null ? NO_DATA : ok(score),
  }));
  return composeSheet(weighed, { grades: null, minCoverage: d(min_coverage ?? 0) });
}

/** A sheet of one KPI, for rules that begin with a total. */
function sheetOf(total: number, rules: Partial<SheetRules>, change: Partial<WeighedItem> = {}) {
  const item: WeighedItem = {
    key: "k",
    weight: d(1),
    score: ok(total),
    missing: "EXCLUDE",
    ...change,
  };
  return composeSheet([item], { grades: GRADES, minCoverage: d(0), ...rules });
}

function cell(aggregate: Aggregate, pairs: readonly (readonly [number, number])[]): Decimal {
  const [above, below] = [0, 1].map((side) => Decimal.sum(...pairs.map((pair) => pair[side] ?? 0)));
  const rates = pairs.map(([a, b]) => d(a).div(b));
  const sum = aggregate === "ratio" ? (above ?? d(0)) : Decimal.sum(...rates);
  const measured = measureCell({
    ...{ aggregate, whenEmpty: "no_data", alive: true, count: pairs.length, invalid: 0, sum },
    ...{ denominator: below ?? d(0), distinct: 0, min: null, max: null, last: null },
    ...{ quantile: null, rating: null, minSample: null },
  });
  return amountOf(measured).times(100);
}

interface Agent {
  readonly csat: number;
  readonly fcr: number;
  readonly frt_s: number;
  readonly qa: number;
  readonly volume: number;
  readonly complaints: number;
  readonly weights: readonly number[];
  readonly gate: boolean;
}
/** The customer-service agent of the specification 3.18. */
function agent(input: Agent) {
  const judge = (method: Method, actual: number, target: number | null, lower = false) =>
    scoreItem({
      method,
      direction: lower ? "lower" : "higher",
      actual: ok(actual),
      target: target === null ? null : d(target),
    });
  const anchors = [4, 4.6, 4.9].map((x, index) => ({ x: d(x), y: d([60, 100, 120][index] ?? 0) }));
  const steps = [null, 35, 45, 55].map((min, index) => ({
    min: min === null ? null : d(min),
    max: [35, 45, 55].map(d)[index] ?? null,
    score: d([100, 80, 60, 0][index] ?? 0),
  }));
  const scheme = {
    code: "PWL",
    ...BOUNDS,
    anchors,
    below: d(0),
    above: "clamp",
    relative: false,
  } as const;
  const volume = judge({ ...RATIO, cap: d(110) }, input.volume, 60);
  const gated = gateScore(volume, {
    name: "CSAT",
    direction: "higher",
    line: d(4.5),
    limit: d(100),
    actual: ok(input.csat),
  });
  const deduct = {
    code: "DEDUCT",
    ...BOUNDS,
    full: d(100),
    perPoint: d(1),
    points: d(20),
    units: "exact",
  } as const;
  const scored = {
    CSAT: judge(scheme, input.csat, null),
    FCR: judge(RATIO, input.fcr, 0.85),
    首响时长: judge(
      { code: "STEP", ...BOUNDS, steps, closed: "upper", outside: null },
      input.frt_s,
      null,
      true,
    ),
    质检分: judge(RATIO, input.qa, 90),
    日均接待量: input.gate ? gated : volume,
    有效投诉: judge(deduct, input.complaints, null, true),
  };
  const items = Object.entries(scored).map(([key, { score }], index): WeighedItem => ({
    key,
    score,
    weight: d(input.weights[index] ?? 0),
    missing: "EXCLUDE",
  }));
  const sheet = composeSheet(items, { grades: GRADES, minCoverage: d("0.6") });
  const each = (value: (place: number) => Decimal) =>
    Object.fromEntries(items.map(({ key }, place) => [key, value(place)]));
  const points = (place: number) => sheet.contributions[place]?.points ?? d(NaN);
  return {
    kpi_scores: each((place) => amountOf(items[place]?.score ?? NO_DATA)),
    contribution: each(points),
    gap_to_100: each((place) => points(place).minus(input.weights[place] ?? 0)),
    total: sheet.total,
    grade: sheet.grade,
  };
}

export const SHEET_ROWS: Readonly<Record<string, Row>> = {
  deduct_only: row<{ full: number; events: [number, number][]; floor: number }>(
    ({ full, events, floor }) => {
      const lost = Decimal.sum(0, ...events.map(([count, points]) => d(count).times(points)));
      const { score } = scoreItem({
        method: {
          ...{ code: "DEDUCT", cap: null, floor: d(floor), full: d(full), perPoint: d(1) },
          ...{ points: d(1), units: "exact" },
        },
        direction: "lower",
        actual: { status: "OK", value: lost, reasons: [] },
        target: null,
      });
      return amountOf(score);
    },
  ),
  weighted: row<Weighted>((input) => weighted(input, "EXCLUDE").total),
  "weighted.na_exclude": row<Weighted>((input) => {
    const { total, coverage, state, grade } = weighted(input, "EXCLUDE");
    const judged = state === "provisional" && grade === null ? "INSUFFICIENT_DATA" : undefined;
    return { score: total, coverage, ...(judged === undefined ? {} : { status: judged }) };
  }),
  "weighted.na_as_zero": row<Weighted>((input) => weighted(input, "ZERO").total),
  "composite.additive": row<{
    company?: number;
    dept: number;
    individual: number;
    weights: number[];
  }>(({ company, dept, individual, weights }) => {
    const [own = 0, department = 0, above = 0] = weights.toReversed();
    const composite = {
      mode: "additive" as const,
      weights: { company: d(above), department: d(department), individual: d(own) },
      company: company === undefined ? null : d(company),
      department: d(dept),
    };
    return sheetOf(individual, { composite }).total;
  }),
  grade: row<{ score: number; cuts: string }>(({ score, cuts: text }) => ({
    raw: gradeOf(d(score), cuts(text, "exact")).grade,
    rounded2: gradeOf(d(score), cuts(text, "displayed")).grade,
  })),
  "prorate.score": row<{ actual: number; target_prorated: number }>(
    ({ actual, target_prorated }) => {
      const judged = { method: RATIO, direction: "higher", actual: ok(actual) } as const;
      return amountOf(scoreItem({ ...judged, target: d(target_prorated) }).score);
    },
  ),
  "aggregate.flow": row<{ months: [number, number][] }>(({ months }) => ({
    mean_of_ratios: cell("average", months),
    ratio_of_sums: cell("ratio", months),
  })),
  "aggregate.rate": row<{ fcr: [number, number][] }>(({ fcr }) => ({
    mean_of_rates: cell("average", fcr),
    pooled: cell("ratio", fcr),
  })),
  "veto.cap_grade": row<{ total: number; cap: string }>(({ total, cap }) => {
    const sheet = sheetOf(total, {}, { veto: { mode: "CAP_GRADE", grade: cap } });
    const before = sheet.preVeto?.grade;
    return { total_kept: sheet.total, grade: sheet.grade, pre_veto_grade: before };
  }),
  "veto.zero_total": row<{ total: number }>(({ total }) => {
    const sheet = sheetOf(total, {}, { veto: { mode: "ZERO_TOTAL" } });
    return { total: sheet.total, pre_veto_total: sheet.preVeto?.total };
  }),
  "unit.pp_vs_pct": row<{ base: number; to: number }>(({ base, to }) => {
    const { points, percent } = valueOf(changeOf(d(base), d(to)));
    return { percentage_points: points, relative_pct: percent };
  }),
  "end_to_end.cs_agent": row<Agent>(agent),
};
