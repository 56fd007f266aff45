import { Decimal } from "../decimal.ts";
import type { Value } from "../formula/formula.ts";
import type { Measured, Period, Reason } from "../kpi/model.ts";
import { comparisonPeriod } from "../kpi/period.ts";
import { percentDoubt } from "../kpi/unit-check.ts";
import type { DayRange } from "../kpi/day-shares.ts";
import { measureRange } from "./measure-range.ts";
import type { Cells } from "./cells.ts";
import type { Company, Kpi } from "./company.ts";
import { CONTRIBUTION_DECIMALS } from "./contribute.ts";

/** A figure that is not there, with why. */
export type Failed = Exclude<Measured, { status: "OK" }>;

/** The worst first: what a reader has to hear about before anything else. */
const GRAVITY: readonly Failed["status"][] = [
  "ERROR",
  "INVALID_UNIT",
  "OUT_OF_RANGE",
  "NO_DATA",
  "PENDING",
  "NOT_APPLICABLE",
  "EXEMPT",
  "INVALID_TARGET",
  "INVALID_BASELINE",
];

export function failed(
  status: Failed["status"],
  code: string,
  details: Reason["details"] = {},
): Failed {
  return { status, reasons: [{ code, details }] };
}

/**
 * The actual of a KPI for a subject and period: its formula over the aggregates.
 *
 * An aggregate that cannot be read makes the actual say so; only aggregates that the formula really
 * reads count (an IF may leave some out). In the KPI's unit, rounded to 12 decimals, half-up.
 *
 * @param within  days of the period that count, after a transfer; what it is compared with stays whole
 * @param note  told each figure that is read, by its name in the formula
 */
export function measureActual(
  company: Company,
  cells: Cells,
  kpi: Kpi,
  subject: string,
  period: Period,
  within: DayRange | null = null,
  note: (name: string, measured: Measured) => void = () => undefined,
): Measured {
  const problems: Failed[] = [];
  const read = (name: string): Value => {
    const measured = measureReference(company, cells, kpi, name, subject, period, within);
    note(name, measured);
    if (measured.status === "OK") return { kind: "number", value: measured.value };
    problems.push(measured);
    return { kind: "error", code: "#N/A", name };
  };
  const result = kpi.formula.evaluate(read);
  if (result.kind === "number")
    return {
      status: "OK",
      value: result.value
        .div(kpi.toldIn.divisor)
        .toDecimalPlaces(CONTRIBUTION_DECIMALS, Decimal.ROUND_HALF_UP),
      reasons: [],
    };
  if (result.kind === "boolean")
    return { status: "OK", value: new Decimal(result.value ? 1 : 0), reasons: [] };
  const worst = [...problems].sort(
    (a, b) => GRAVITY.indexOf(a.status) - GRAVITY.indexOf(b.status),
  )[0];
  if (worst) return worst;
  if (result.kind === "error" && result.code === "#DIV/0!")
    return [...kpi.references.values()].some((reference) => reference.of !== "own")
      ? failed("INVALID_BASELINE", "baseline_zero")
      : failed("ERROR", "division_by_zero");
  return failed("ERROR", "formula_error", {
    problem: result.kind === "error" ? result.code : result.kind,
  });
}

/** One figure that a KPI's formula names, for a subject and the period that is meant. */
export function measureReference(
  company: Company,
  cells: Cells,
  kpi: Kpi,
  name: string,
  subject: string,
  period: Period,
  within: DayRange | null = null,
): Measured {
  const reference = kpi.references.get(name);
  const source = reference ? company.sources.get(reference.source) : undefined;
  if (!reference || !source?.compiled)
    return failed("ERROR", "source_unbound", { name: source?.name ?? name });
  if (reference.of === "own" && within !== null)
    return measureRange(cells, source, { subject, period, within }, kpi.minSample);
  if (reference.of === "own") return cells.measure(source, subject, period, kpi.minSample);
  const compared = comparisonPeriod(period, reference.of);
  const before = cells.measure(source, subject, compared, null);
  return before.status === "NO_DATA"
    ? failed("INVALID_BASELINE", "baseline_missing", { period: compared })
    : before;
}

/** Actual and target are percentages of two kinds; null when nothing is doubtful. */
export function unitDoubt(kpi: Kpi, actual: Measured, target: Decimal | null): Failed | null {
  const { form, certain } = kpi.toldIn;
  if (form === null || actual.status !== "OK" || target === null) return null;
  const doubt = percentDoubt({ form, certain, actual: actual.value, target });
  return doubt && { status: "INVALID_UNIT", reasons: [doubt] };
}
