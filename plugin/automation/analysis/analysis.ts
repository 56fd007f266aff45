import type {
  BonusView,
  DistributionView,
  HealthView,
  LintView,
  PaceView,
  PromotionView,
  TargetsView,
} from "../../report/analysis-views.ts";
import type { Locale } from "../../words/words.ts";
import type { Core } from "../core.ts";
import { proposeBonus, type BonusQuery } from "./bonus.ts";
import { proposeDistribution, type DistributionQuery } from "./distribution.ts";
import { checkHealth, type HealthQuery } from "./health.ts";
import { lintKpis, type LintQuery } from "./lint.ts";
import { tellPace, type PaceQuery } from "./pace.ts";
import { tellPromotion, type PromotionQuery } from "./promotion.ts";
import type { Reading } from "./reading.ts";
import { suggestForTarget, type TargetsQuery } from "./targets.ts";

/**
 * Simulations that propose, and reports about KPIs, over the results as they stand. Every method only
 * reads: no table and no state is changed, and nothing is decided.
 *
 * All throw request/not-found for a cycle, KPI or subject that is not there.
 */
export interface Analysis {
  /** Grades within the quota of the grade table. @throws record/no-grade-shares, record/unusable-rules */
  distribution(query: DistributionQuery, locale: Locale): DistributionView;
  /** @throws record/no-bonus-pool, record/unusable-rules */
  bonus(query: BonusQuery, locale: Locale): BonusView;
  health(query: HealthQuery, locale: Locale): HealthView;
  targets(query: TargetsQuery, locale: Locale): TargetsView;
  lint(query: LintQuery, locale: Locale): LintView;
  pace(query: PaceQuery, locale: Locale): PaceView;
  /** @throws record/unusable-rules */
  promotion(query: PromotionQuery, locale: Locale): PromotionView;
}

export function createAnalysis({ core }: { core: Core }): Analysis {
  const reading = (locale: Locale): Reading => ({
    company: core.company,
    state: core.state,
    today: core.state.meta("today") ?? "",
    locale,
  });
  return {
    distribution: (query, locale) => proposeDistribution(reading(locale), query),
    bonus: (query, locale) => proposeBonus(reading(locale), query),
    health: (query, locale) => checkHealth(reading(locale), query),
    targets: (query, locale) => suggestForTarget(reading(locale), query),
    lint: (query, locale) => lintKpis(reading(locale), query),
    pace: (query, locale) => tellPace(reading(locale), query),
    promotion: (query, locale) => tellPromotion(reading(locale), query),
  };
}
