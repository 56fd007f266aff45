import { xmrLimits, xmrSignals, type Limits } from "../../kpi/signals.ts";
import type { Outcome } from "../../kpi/outcome.ts";
import type { ChartView } from "../../report/analysis-views.ts";
import { signalText } from "../../report/kpi-check-text.ts";
import { say } from "../../words/words.ts";
import type { Kpi } from "../company.ts";
import { kpiName, reasonsText, decimalOf, type Observation, type Reading } from "./reading.ts";

/**
 * Is a subject's last figure a signal, or what the process always does? Natural limits are those of all
 * periods but the last.
 *
 * @param seen  of one KPI and one subject, oldest first
 * @returns a chart without limits that says why, where there are none
 */
export function chartOf(
  reading: Reading,
  kpi: Kpi,
  subject: string,
  seen: readonly Observation[],
): ChartView {
  const { locale } = reading;
  const points = seen.flatMap(({ cycle, item }) => {
    const value = decimalOf(item.result?.actual);
    return value ? [{ cycle: cycle.name, value }] : [];
  });
  const values = points.map(({ value }) => value.toNumber());
  const limits = limitsOf(kpi, values.slice(0, -1));
  const signals = limits.ok ? xmrSignals(limits.value, values) : limits;
  const told = signals.ok ? signals.value : [];
  const last = told.filter(({ at }) => at === values.length - 1);
  return {
    kpi: kpiName(reading, kpi),
    subject,
    limits: limits.ok
      ? {
          mean: limits.value.mean,
          lower: limits.value.lower,
          upper: limits.value.upper,
          n: limits.value.n,
        }
      : null,
    points: points.map(({ cycle, value }, at) => ({
      cycle,
      value: value.toFixed(),
      signals: told
        .filter((signal) => signal.at === at)
        .map((signal) => signalText(signal, locale)),
    })),
    text: !signals.ok
      ? reasonsText(signals.problems, locale)
      : last.length === 0
        ? say(locale, "analysis.chart.routine")
        : say(locale, "analysis.chart.signal", {
            signals: last.map((signal) => signalText(signal, locale)).join(", "),
          }),
  };
}

/** What adds up over days and never was below 0 cannot fall below 0: the limits end there. */
function limitsOf(kpi: Kpi, baseline: readonly number[]): Outcome<Limits> {
  const min = kpi.prorated && baseline.every((value) => value >= 0) ? 0 : null;
  return xmrLimits(baseline, { scale: { min, max: null } });
}
