import { z } from "zod";

/**
 * Simulations and reports about KPIs: what they propose and find. Nothing here is stored, and no table
 * is changed by it: a person decides.
 *
 * Decimals are strings in plain notation. Statistics (`figures`, correlations, limits) are plain
 * numbers: they say how far figures can be trusted and never enter a score. Every `text` is a sentence
 * in the caller's language; "" = nothing to say.
 */

const decimal = z.string().meta({ description: "Decimal in plain notation", example: "92.50" });
const id = z.string().meta({ description: "Record id of the workspace" });
const count = z.number().int();

/** A person or department of a sheet. */
const Someone = z.object({
  sheet: id,
  subject: id,
  name: z.string(),
  department: z.string().nullable(),
});

/** Somebody who is not part of a simulation, and why. */
const LeftOut = Someone.extend({ text: z.string() });
export type LeftOut = z.infer<typeof LeftOut>;

const KpiName = z.object({
  id,
  code: z.string(),
  name: z.string(),
  /** `%` means the figures are fractions. */
  unit: z.string(),
  decimals: count,
});
export type KpiName = z.infer<typeof KpiName>;

export const QUOTA_RULES = ["cap-top", "largest-remainder", "floor-then-middle"] as const;
export const TIE_RULES = ["generous", "strict", "tiebreak"] as const;
export const SCOPES = ["company", "department"] as const;

export const DistributionView = z.object({
  cycle: z.string(),
  rule: z.enum(QUOTA_RULES),
  ties: z.enum(TIE_RULES),
  scope: z.enum(SCOPES),
  /** People with a grade: those the quota is about. */
  people: count,
  totals: z
    .object({ mean: decimal, median: decimal, lowest: decimal, highest: decimal })
    .nullable(),
  /** Best grade first. */
  grades: z.array(
    z.object({
      grade: z.string(),
      /** Share of people it should have, 0–1. */
      share: decimal,
      before: count,
      after: count,
      /** Parts of all people, 0–1. */
      beforeShare: decimal,
      afterShare: decimal,
      /** The actual part is more than 5 percentage points off the share. */
      deviates: z.boolean(),
    }),
  ),
  /** Proposals nobody has decided: equals at the edge that nothing separates. */
  open: count,
  teams: z.array(
    z.object({
      name: z.string(),
      people: count,
      /** Seats of the best grade; null = none were given out. */
      seats: count.nullable(),
      /** `pool-first`: too few people for a quota. */
      state: z.enum(["proposed", "pool-first"]),
    }),
  ),
  proposals: z.array(
    Someone.extend({
      total: decimal,
      current: z.string(),
      /** null = somebody has to decide. */
      proposed: z.string().nullable(),
      text: z.string(),
    }),
  ),
  left: z.array(LeftOut),
  notices: z.array(z.string()),
});
export type DistributionView = z.infer<typeof DistributionView>;

export const BONUS_MODES = ["pool", "formula", "curve"] as const;

export const BonusView = z.object({
  cycle: z.string(),
  mode: z.enum(BONUS_MODES),
  currency: z.string(),
  /** Only in the mode `pool`. */
  pool: decimal.nullable(),
  /** Σ of the amounts; equals the pool where there is one. */
  sum: decimal,
  people: z.array(
    Someone.extend({
      /** As displayed: the attainment of the mode `curve` is this ÷ 100. */
      total: decimal,
      /** null only in the mode `curve`, which needs none. */
      grade: z.string().nullable(),
      base: decimal,
      /** Of company, department, person and time; in a pool the person's only; of a curve its multiple. */
      factors: z.array(z.object({ key: z.string(), name: z.string(), value: decimal })),
      amount: decimal,
    }),
  ),
  left: z.array(LeftOut),
  notices: z.array(z.string()),
});
export type BonusView = z.infer<typeof BonusView>;

const CheckView = z.object({
  check: z.string(),
  name: z.string(),
  /** What a person should look at; null = nothing. */
  flag: z.string().nullable(),
  /** Observations the figures stand on; null = too few, or not applicable: `text` says so. */
  n: count.nullable(),
  figures: z.record(z.string(), z.number()),
  text: z.string(),
});
export type CheckView = z.infer<typeof CheckView>;

const FindingView = z.object({
  letter: z.enum(["S", "M", "A", "R", "T", "set"]),
  level: z.enum(["pass", "warn", "fail"]),
  code: z.string(),
  message: z.string(),
  example: z.string(),
});
export type FindingView = z.infer<typeof FindingView>;

/** The KPIs of a position or department together. */
const SetView = z.object({ name: z.string(), findings: z.array(FindingView) });
export type SetView = z.infer<typeof SetView>;

const PairView = z.object({
  a: z.string(),
  b: z.string(),
  level: z.enum(["people", "changes"]),
  n: count,
  rho: z.number().nullable(),
  p: z.number().nullable(),
  /** Benjamini–Hochberg adjusted p over all pairs of the level. */
  adjusted: z.number().nullable(),
  flag: z.string().nullable(),
  text: z.string(),
});
export type PairView = z.infer<typeof PairView>;

const ChartView = z.object({
  kpi: KpiName,
  subject: z.string(),
  limits: z.object({ mean: z.number(), lower: z.number(), upper: z.number(), n: count }).nullable(),
  points: z.array(z.object({ cycle: z.string(), value: decimal, signals: z.array(z.string()) })),
  text: z.string(),
});
export type ChartView = z.infer<typeof ChartView>;

const WeightsView = z.object({
  name: z.string(),
  parts: z.array(z.object({ kpi: z.string(), weight: decimal, check: CheckView })),
  /** Why nothing can be said; "" when the parts say it. */
  text: z.string(),
});
export type WeightsView = z.infer<typeof WeightsView>;

const PerspectivesView = z.object({
  name: z.string(),
  parts: z.array(
    z.object({
      perspective: z.string(),
      /** Share of the weight of KPIs with a perspective, 0–1. */
      share: decimal,
      /** Σ weight × score ÷ Σ weight over the cycles; null = nothing was scored. */
      score: decimal.nullable(),
      text: z.string(),
    }),
  ),
  text: z.string(),
});
export type PerspectivesView = z.infer<typeof PerspectivesView>;

export const HealthView = z.object({
  cycles: z.array(z.string()),
  kind: z.enum(["individual", "department"]),
  kpis: z.array(
    z.object({
      kpi: KpiName,
      people: count,
      periods: count,
      items: count,
      checks: z.array(CheckView),
      /** Figures of the last cycle that should be asked about. */
      unusual: z.array(z.object({ subject: z.string(), actual: decimal, check: CheckView })),
      /** Where the least more of the figure moves the score by more than 10 points. */
      cliffs: z.array(
        z.object({
          at: decimal,
          scoreFrom: decimal,
          scoreTo: decimal,
          jump: decimal,
          text: z.string(),
        }),
      ),
    }),
  ),
  pairs: z.array(PairView),
  charts: z.array(ChartView),
  weights: z.array(WeightsView),
  perspectives: z.array(PerspectivesView),
  sets: z.array(SetView),
  notices: z.array(z.string()),
});
export type HealthView = z.infer<typeof HealthView>;

const StandingView = z.object({
  value: decimal,
  /** Share of the history below it, 0–1; equals count half. */
  percentile: decimal,
  /** How often it would have been reached, 0–1. */
  hitShare: decimal,
});

export const TargetsView = z.object({
  cycle: z.string(),
  kpi: KpiName,
  subject: z.string(),
  /** Oldest first, without gaps. */
  history: z.array(z.object({ period: z.string(), value: decimal })),
  current: StandingView.nullable(),
  /** null = too few figures, or the KPI is best at its target. */
  suggestion: z
    .object({
      method: z.enum(["trend", "seasonal"]),
      base: StandingView,
      target: StandingView,
      stretch: StandingView,
    })
    .nullable(),
  /** Σ of the targets below ÷ the department's; null where targets do not add up. */
  assignment: z
    .object({
      department: z.string(),
      parent: decimal,
      children: count,
      ratio: decimal,
      flag: z.string().nullable(),
      text: z.string(),
    })
    .nullable(),
  notices: z.array(z.string()),
});
export type TargetsView = z.infer<typeof TargetsView>;

export const LintView = z.object({
  kpis: z.array(z.object({ kpi: KpiName, findings: z.array(FindingView) })),
  sets: z.array(SetView),
  notices: z.array(z.string()),
});
export type LintView = z.infer<typeof LintView>;

export const PACE_BASES = ["calendar", "workday"] as const;

export const PaceView = z.object({
  cycle: z.string(),
  /** Day the figures stand for, end of day included. */
  today: z.string(),
  basis: z.enum(PACE_BASES),
  rows: z.array(
    Someone.extend({
      kpi: KpiName,
      target: decimal,
      actual: decimal,
      /** Actual ÷ target. */
      attained: decimal,
      /** Share of the target expected by now, 0–1. */
      expected: decimal,
      /** Attained ÷ expected; null while nothing is expected. */
      index: decimal.nullable(),
      forecast: decimal.nullable(),
      band: z.enum(["on-track", "at-risk", "behind", "too-early"]),
      /** The day the target was reached; null = not yet. */
      reached: z
        .object({
          date: z.string(),
          /** Day of the cycle, from 1, and how many days before its end. */
          day: count,
          daysEarly: count,
          speed: decimal,
        })
        .nullable(),
      text: z.string(),
    }),
  ),
  left: z.array(LeftOut.extend({ kpi: KpiName })),
  notices: z.array(z.string()),
});
export type PaceView = z.infer<typeof PaceView>;

export const PromotionView = z.object({
  cycle: z.string(),
  /** The cycles that were looked at, newest first. */
  cycles: z.array(z.string()),
  /** Active employees. */
  people: z.array(
    Someone.omit({ sheet: true }).extend({
      /** All hold: true; one does not: false; null = cannot be told. Never a decision. */
      eligible: z.boolean().nullable(),
      conditions: z.array(
        z.object({
          code: z.string(),
          /** null = cannot be told, because something is missing. */
          holds: z.boolean().nullable(),
          text: z.string(),
        }),
      ),
    }),
  ),
  notices: z.array(z.string()),
});
export type PromotionView = z.infer<typeof PromotionView>;
