import { z } from "zod";
import { parseDecimal } from "../decimal.ts";
import { dayNumber } from "../formula/calendar.ts";
import { DISTRIBUTION_DEFAULTS } from "../automation/analysis/distribution.ts";
import { HEALTH_DEFAULTS } from "../automation/analysis/health.ts";
import * as text from "../report/analysis-text.ts";
import {
  BONUS_MODES,
  PACE_BASES,
  QUOTA_RULES,
  SCOPES,
  TIE_RULES,
} from "../report/analysis-views.ts";
import type { Locale } from "../words/words.ts";
import * as shapes from "./api.ts";
import type { ServerDeps } from "./deps.ts";
import { operation } from "./operation.ts";

const format = z.enum(["json", "text"]).default("json");
/** Name or record id. */
const cycle = z.string();
/** Code, name or record id. */
const kpi = z.string().optional();
/** Number, code, name or record id of a person or department. */
const subject = z.string().optional();

const DistributionQuery = z.object({
  cycle,
  rule: z.enum(QUOTA_RULES).default(DISTRIBUTION_DEFAULTS.rule),
  /** What becomes of parts of a seat of the best grade under `cap-top`. */
  rounding: z.enum(["floor", "ceil"]).default(DISTRIBUTION_DEFAULTS.rounding),
  ties: z.enum(TIE_RULES).default(DISTRIBUTION_DEFAULTS.ties),
  scope: z.enum(SCOPES).default(DISTRIBUTION_DEFAULTS.scope),
  /** Fewest people a quota says anything about. */
  least: z.coerce.number().int().min(1).max(1000).default(DISTRIBUTION_DEFAULTS.least),
  format,
});

const BonusQuery = z.object({
  cycle,
  mode: z.enum(BONUS_MODES).default("pool"),
  /** In the mode `formula`: the company's coefficient instead of the one of its grade. */
  company: z
    .string()
    .refine((value) => parseDecimal(value)?.isNegative() === false)
    .optional(),
  format,
});

const HealthQuery = z.object({
  cycle,
  periods: z.coerce.number().int().min(1).max(120).default(HEALTH_DEFAULTS.periods),
  kind: z.enum(["individual", "department"]).default(HEALTH_DEFAULTS.kind),
  kpi,
  subject,
  format,
});

const TargetsQuery = z.object({ cycle, kpi: z.string(), subject: z.string(), format });

const LintQuery = z.object({ kpi, format });

const PaceQuery = z.object({
  cycle,
  /** YYYY-MM-DD to look from; today unless told. */
  day: z
    .string()
    .refine((value) => dayNumber(value) !== null)
    .optional(),
  basis: z.enum(PACE_BASES).default("calendar"),
  kpi,
  subject,
  format,
});

const PromotionQuery = z.object({ cycle, subject, format });

const BOTH = ["application/json", "text/plain"];

/** Simulations that propose, and reports about KPIs. All of them only read. */
export function analysisRoutes(deps: ServerDeps) {
  const { analysis } = deps.automation;
  const answer = <View>(
    view: View,
    wish: z.output<typeof format>,
    textOf: (view: View, locale: Locale) => string,
    locale: Locale,
  ) =>
    wish === "json"
      ? view
      : new Response(`${textOf(view, locale)}\n`, {
          headers: { "content-type": "text/plain; charset=utf-8" },
        });

  return {
    distribution: operation({
      summary: "Grades within the shares of the grade table, proposed beside the actual ones",
      query: DistributionQuery,
      answer: shapes.DistributionView,
      answerTypes: BOTH,
      run: ({ query: { format, ...query }, locale }) =>
        answer(analysis.distribution(query, locale), format, text.distributionText, locale),
    }),

    bonus: operation({
      summary: "Bonuses of a cycle, proposed from its pool, by formula or by the payout curve",
      query: BonusQuery,
      answer: shapes.BonusView,
      answerTypes: BOTH,
      run: ({ query: { format, company, ...query }, locale }) => {
        const view = analysis.bonus(
          { ...query, company: company === undefined ? null : parseDecimal(company) },
          locale,
        );
        return answer(view, format, text.bonusText, locale);
      },
    }),

    health: operation({
      summary: "Whether the KPIs tell people apart, are fair and alive, over the cycles up to one",
      query: HealthQuery,
      answer: shapes.HealthView,
      answerTypes: BOTH,
      run: ({ query: { format, kpi = null, subject = null, ...query }, locale }) =>
        answer(
          analysis.health({ ...query, kpi, subject }, locale),
          format,
          text.healthText,
          locale,
        ),
    }),

    targets: operation({
      summary:
        "Three values to start the talk about a target from, and where the present one stands",
      query: TargetsQuery,
      answer: shapes.TargetsView,
      answerTypes: BOTH,
      run: ({ query: { format, ...query }, locale }) =>
        answer(analysis.targets(query, locale), format, text.targetsText, locale),
    }),

    lint: operation({
      summary: "What is to be said about published KPIs before people are scored by them",
      query: LintQuery,
      answer: shapes.LintView,
      answerTypes: BOTH,
      run: ({ query: { format, kpi = null }, locale }) =>
        answer(analysis.lint({ kpi }, locale), format, text.lintText, locale),
    }),

    pace: operation({
      summary: "Where people and departments stand on the way to their targets in a cycle",
      query: PaceQuery,
      answer: shapes.PaceView,
      answerTypes: BOTH,
      run: ({ query: { format, day = null, kpi = null, subject = null, ...query }, locale }) =>
        answer(
          analysis.pace({ ...query, day, kpi, subject }, locale),
          format,
          text.paceText,
          locale,
        ),
    }),

    promotion: operation({
      summary: "The conditions for a promotion, person by person; a person decides",
      query: PromotionQuery,
      answer: shapes.PromotionView,
      answerTypes: BOTH,
      run: ({ query: { format, cycle, subject = null }, locale }) =>
        answer(analysis.promotion({ cycle, subject }, locale), format, text.promotionText, locale),
    }),
  };
}
