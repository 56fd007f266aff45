import { dateOfDay, dayNumber } from "../../plugin/formula/calendar.ts";
import { bonusOf, gradedCoefficient, inCents, sharePool } from "../../plugin/kpi/bonus.ts";
import { commissionOf, payoutOf } from "../../plugin/kpi/commission.ts";
import { compareKpis } from "../../plugin/kpi/conflict.ts";
import { weighCycle } from "../../plugin/kpi/day-shares.ts";
import { proposeGrades, type TiePolicy } from "../../plugin/kpi/grade-proposals.ts";
import { bunching, hitRate, variation } from "../../plugin/kpi/health.ts";
import { paceOf, speedOf } from "../../plugin/kpi/pace.ts";
import { prorate, proratedTarget } from "../../plugin/kpi/prorate.ts";
import { DEFAULT_QUOTA, nestedSeats, quotaSeats } from "../../plugin/kpi/quota.ts";
import { correctedRating, type CorrectionMethod } from "../../plugin/kpi/rater-corrections.ts";
import { composeRatings, type RaterRole } from "../../plugin/kpi/raters.ts";
import { xmrLimits, xmrSignals } from "../../plugin/kpi/signals.ts";
import { stackedFactor, standing } from "../../plugin/kpi/target.ts";
import { theilSen } from "../../plugin/kpi/trend.ts";
import { amountOf, d, row, valueOf, type Row } from "./specification-row.ts";

/**
 * Which public function answers which `method` of the specification's worked cases. Where a case
 * leaves out what a function asks for, the row takes it from the specification's text.
 */

const QUOTA_GRADES = ["A", "B", "C", "D", "E"];
interface Quota {
  readonly n: number;
  readonly p: readonly number[];
}
const sharesOf = ({ p }: Quota) =>
  p.map((share, index) => ({ grade: QUOTA_GRADES[index] ?? "", share: d(share) }));
function bothSeats(input: Quota) {
  const seats = (code: "largest-remainder" | "floor-then-middle") =>
    valueOf(quotaSeats(input.n, sharesOf(input), { code })).grades.map((grade) => grade.seats);
  return {
    largest_remainder: seats("largest-remainder"),
    floor_then_middle: seats("floor-then-middle"),
  };
}

function bonus(base: number, factors: Readonly<Record<string, number>>, [part, whole] = [1, 1]) {
  const list = Object.entries(factors).map(([key, value]) => ({ key, value: d(value) }));
  return valueOf(bonusOf(d(base), list, { part: d(part ?? 1), whole: d(whole ?? 1) })).amount;
}

function corrected(method: CorrectionMethod) {
  return row<{ x: number; rater_mean: number; global_mean: number; n?: number; n0?: number }>(
    ({ x, rater_mean, global_mean, n, n0 }) => {
      const statistics = {
        raterMean: d(rater_mean),
        raterDeviation: d("0.7"),
        raterCount: n ?? 5,
        globalMean: d(global_mean),
        globalDeviation: d("0.6"),
      };
      return valueOf(correctedRating(d(x), statistics, method, d(n0 ?? 6)));
    },
  );
}

const ROLES: Readonly<Record<string, RaterRole>> = {
  manager: "superior",
  peer: "peer",
  report: "report",
  self: "self",
};
const TIERS = [
  { from: d(0), to: d(500_000), rate: d("0.01") },
  { from: d(500_000), to: d(1_000_000), rate: d("0.02") },
  { from: d(1_000_000), to: null, rate: d("0.03") },
];

export const GROUP_ROWS: Readonly<Record<string, Row>> = {
  "360": row<{
    groups: Record<string, number[]>;
    weights: Record<string, number>;
    min_n: Record<string, number>;
  }>(({ groups, weights, min_n }) => {
    const ratings = Object.entries(groups).flatMap(([group, values]) =>
      values.map((value) => ({ group, value: d(value), text: null, conflict: false })),
    );
    const rules = Object.keys(groups).map((key) => ({
      key,
      role: ROLES[key] ?? "customer",
      weight: d(weights[key] ?? 0),
      least: min_n[key] ?? 1,
    }));
    const { score, groups: rated, coverage } = composeRatings(ratings, rules);
    const detail = Object.fromEntries(
      rated.map(({ key, state, mean }) => [key, state === "suppressed" ? state : mean]),
    );
    return { score: amountOf(score), detail, coverage };
  }),
  "forced.quota": row<Quota>((input) => {
    const top = valueOf(quotaSeats(input.n, sharesOf(input), DEFAULT_QUOTA)).grades[0]?.seats;
    return { ...bothSeats(input), caps_only_top: top };
  }),
  "forced.quota5": row<Quota>(bothSeats),
  "forced.nested": row<{ teams: [string, number][]; top: number }>(({ teams, top }) => {
    const asked = teams.map(([key, people]) => ({ key, people, score: null }));
    const seating = valueOf(nestedSeats(asked, d(top)));
    const given = seating.teams.filter((team) => team.seats > 0);
    return {
      per_team_floor: seating.teams.map(({ exact }) => exact.floor()),
      company_quota: seating.companySeats,
      largest_remainder_across_teams: {
        ...Object.fromEntries(given.map((team) => [team.key, team.seats])),
        tie: seating.open?.teams,
      },
    };
  }),
  "forced.ties": row<{ scores: number[]; top_quota: number }>(({ scores, top_quota }) => {
    const people = scores.map((score, index) => ({
      ...{ key: `p${index}`, total: d(score), grade: "A", atBest: null, criteria: [] },
    }));
    const rules = {
      shares: [
        { grade: "A", share: d(top_quota).div(scores.length) },
        { grade: "B", share: d(1).minus(d(top_quota).div(scores.length)) },
      ],
      ...{ quota: DEFAULT_QUOTA, leastPeople: 0, topSeats: null },
    };
    const propose = (ties: TiePolicy) => {
      const result = proposeGrades(people, { ...rules, ties });
      if (result.state !== "proposed") throw new Error(JSON.stringify(result));
      return result;
    };
    const kept = (ties: TiePolicy) =>
      propose(ties).proposals.filter(({ proposed }) => proposed === "A").length;
    const open = propose("tiebreak");
    return {
      cut: open.ties[0]?.total,
      generous: kept("generous"),
      strict: kept("strict"),
      quota: open.seats[0]?.seats,
    };
  }),
  "rater.mean_shift": corrected("mean-shift"),
  "rater.ratio_cf": corrected("ratio"),
  "rater.shrunk_shift": corrected("shrunken-shift"),
  "prorate.target.calendar": row<{ target: number; days: number; of: number }>(
    ({ target, days, of }) => inCents(valueOf(prorate(d(target), d(days), d(of)))),
  ),
  "prorate.target.month": row<{ target: number; months: number; of: number }>(
    ({ target, months, of }) => inCents(valueOf(prorate(d(target), d(months), d(of)))),
  ),
  "prorate.rate_kpi": row<{ target: number; days: number; of: number }>(({ target, days, of }) => {
    const end = "2025-12-31";
    const dayBefore = (back: number) => dateOfDay((dayNumber(end) ?? 0) - back + 1) ?? "";
    const cycle = valueOf(weighCycle({ start: dayBefore(of), end }, { code: "calendar" }));
    const presence = { from: dayBefore(days), to: null, leave: [] };
    return amountOf(proratedTarget(d(target), "rate", cycle, presence).target);
  }),
  "bonus.product": row<{ base: number; share: number; dept: number; individual: number }>(
    ({ base, share, dept, individual }) => bonus(base, { share, dept, individual }),
  ),
  "bonus.year": row<{ coef: number; months: number; base: number; score_rate: number }>(
    ({ coef, months, base, score_rate }) => bonus(base, { coef, score_rate }, [months, 12]),
  ),
  "bonus.pool": row<{ pool: number; people: [string, number, number][] }>(({ pool, people }) => {
    const members = people.map(([key, base, coefficient]) => ({
      ...{ key, base: d(base), coefficient: d(coefficient), order: key },
    }));
    const { parts } = valueOf(sharePool(d(pool), members));
    return Object.fromEntries(parts.map(({ key, amount }) => [key, amount]));
  }),
  "payout.curve": row<{
    attain: number;
    threshold: number;
    target_bonus: number;
    accelerator: number;
    cap: number;
  }>((input) => {
    const curve = {
      threshold: d(input.threshold),
      targetBonus: d(input.target_bonus),
      accelerator: d(input.accelerator),
      cap: d(input.cap),
    };
    return valueOf(payoutOf(d(input.attain), curve)).amount;
  }),
  "commission.whole": row<{ sales: number }>(
    ({ sales }) => valueOf(commissionOf(d(sales), TIERS, "whole")).amount,
  ),
  pace: row<{ a: number; t: number; elapsed?: number; reached_day?: number; total: number }>(
    ({ a, t, elapsed, reached_day, total }) => {
      if (reached_day !== undefined) {
        const { daysEarly, index } = valueOf(speedOf(reached_day, total));
        return { days_early: daysEarly, speed_index: index };
      }
      const pace = valueOf(paceOf(d(a), d(t), d(elapsed ?? NaN).div(total)));
      return {
        attain: pace.attained,
        expected: pace.expected,
        pace_index: pace.index,
        forecast: pace.forecast,
      };
    },
  ),
  "difficulty.wilson95": row<{
    hit: number;
    n: number;
    easy_if_lo_gt: number;
    hard_if_hi_lt: number;
  }>(({ hit, n, easy_if_lo_gt, hard_if_hi_lt }) => {
    const scores = Array.from({ length: n }, (_empty, index) => ({
      ...{ subject: `s${index}`, period: "2025-01", score: index < hit ? 100 : 99 },
    }));
    const { figures, flag } = valueOf(
      hitRate(scores, { easyAbove: easy_if_lo_gt, hardBelow: hard_if_hi_lt }),
    );
    const { share, lower, upper } = figures;
    return { p: share, ci: [lower, upper], flag: flag ?? "NO_FLAG" };
  }),
  cv: row<{ scores: number[] }>(({ scores }) => {
    const { mean, sd, cv } = valueOf(variation(scores)).figures;
    return { mean, sd, cv };
  }),
  "conflict.spearman": row<{ daily_customers: number[]; csat: number[] }>((input) => {
    const series = Object.entries(input).map(([key, values]) => ({
      key,
      values: values.map((value, index) => ({ subject: `s${index}`, period: "2025-01", value })),
    }));
    const [pair] = valueOf(compareKpis(series, "people")).pairs;
    return { rho: pair?.rho, perm_p_two_sided: pair?.p, n: pair?.n, flag: pair?.flag };
  }),
  xmr: row<{ baseline: number[]; new: number }>(({ baseline, new: point }) => {
    const limits = valueOf(xmrLimits(baseline));
    return {
      mean: limits.mean,
      mr_bar: limits.averageRange,
      lower: limits.lower,
      upper: limits.upper,
      // The file gives this one to three decimals.
      url: d(limits.upperRange).toDecimalPlaces(3),
      signal: valueOf(xmrSignals(limits, [point])).length > 0,
    };
  }),
  "bunching.binomial": row<{ just_above: number; just_below: number }>(
    ({ just_above, just_below }) => {
      const values = [
        ...Array.from({ length: just_above }, () => 101),
        ...Array.from({ length: just_below }, () => 99),
      ];
      return { p_one_sided: valueOf(bunching(values, 100, "higher")).figures["p"] };
    },
  ),
  "target.theil_sen": row<{ history: number[] }>(({ history }) => {
    const { slope, intercept, next } = valueOf(theilSen(history.map(d)));
    return { slope, intercept, next };
  }),
  "target.stretch_stack": row<{ layers: number[] }>(({ layers }) =>
    valueOf(stackedFactor(layers.map(d))),
  ),
  "target.percentile": row<{ target: number; history: number[] }>(({ target, history }) => {
    const { percentile, hitShare } = valueOf(standing(d(target), history.map(d), "higher"));
    return { percentile, historical_hit_rate: hitShare };
  }),
  "end_to_end.incentive": row<{
    grade: string;
    grade_coef: Record<string, number>;
    base: number;
    company: number;
    dept: number;
    days: [number, number];
  }>(({ grade, grade_coef, base, company, dept, days }) => {
    const table = Object.entries(grade_coef).map(([key, value]) => ({
      ...{ grade: key, coefficient: d(value) },
    }));
    const individual = valueOf(gradedCoefficient(grade, table)).toNumber();
    return bonus(base, { company, dept, individual }, days);
  }),
};
