import { Decimal, decimalText } from "../../decimal.ts";
import { findCliffs } from "../../kpi/cliffs.ts";
import { median } from "../../kpi/median.ts";
import { scoreItem } from "../../kpi/score.ts";
import type { HealthView } from "../../report/analysis-views.ts";
import { formatBoundary, formatPlain } from "../../report/format.ts";
import { say, type Locale } from "../../words/words.ts";
import type { Kpi } from "../company.ts";
import { decimalOf, type Observation } from "./reading.ts";

/** Figures of cliffs are told to so many decimals: nearer than anybody can count. */
const PLACES = 6;

/**
 * Where the least more of a KPI's figure moves its score by more than 10 points: with the middle target
 * of its items, over the figures people reached and twice the target.
 *
 * @returns empty where a score does not depend on the figure alone (rank, a formula with other inputs)
 */
export function cliffsOf(
  kpi: Kpi,
  seen: readonly Observation[],
  locale: Locale,
): HealthView["kpis"][number]["cliffs"] {
  const { method, direction } = kpi;
  if (method.code === "RANK" || method.code === "EXPR") return [];
  const target = median(
    seen.flatMap(({ item }) => decimalOf(item.result?.targetUsed ?? item.target) ?? []),
  );
  const actuals = seen.flatMap(({ item }) => decimalOf(item.result?.actual) ?? []);
  const known = [...actuals, ...(target ? [target, target.times(2)] : []), new Decimal(0)];
  const range = { low: Decimal.min(...known), high: Decimal.max(...known) };
  const score = (value: Decimal): Decimal | null => {
    const { score } = scoreItem({
      method,
      direction,
      actual: { status: "OK", value, reasons: [] },
      target,
    });
    return score.status === "OK" ? score.value : null;
  };
  const found = findCliffs(score, range, { places: target ? [target] : [] });
  if (!found.ok) return [];
  const style = { unit: kpi.unit, decimals: kpi.decimals };
  return found.value.map(({ to, scoreFrom, scoreTo, jump }) => {
    const at = to.toDecimalPlaces(PLACES);
    return {
      at: decimalText(at),
      scoreFrom: decimalText(scoreFrom.toDecimalPlaces(2)),
      scoreTo: decimalText(scoreTo.toDecimalPlaces(2)),
      jump: decimalText(jump.toDecimalPlaces(2)),
      text: say(locale, "analysis.cliff", {
        at: formatBoundary(at, style, locale),
        from: formatPlain(scoreFrom.toDecimalPlaces(2), locale),
        to: formatPlain(scoreTo.toDecimalPlaces(2), locale),
      }),
    };
  });
}
