import { Decimal, decimalText } from "../decimal.ts";
import type { Value } from "../formula/formula.ts";
import type { ItemScore, Measured, Period, Reason, WeighedItem } from "../kpi/model.ts";
import { previousPeriod } from "../kpi/period.ts";
import { scoreItem } from "../kpi/score.ts";
import { composeSheet } from "../kpi/sheet.ts";
import type { Cells } from "./cells.ts";
import type { Company, Kpi } from "./company.ts";
import { CONTRIBUTION_DECIMALS } from "./contribute.ts";
import type { ItemResult, ItemRow, ScoredSheet, SheetRecord, SheetScore } from "./results.ts";

type Failed = Exclude<Measured, { status: "OK" }>;

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

function failed(status: Failed["status"], code: string, details: Reason["details"] = {}): Failed {
  return { status, reasons: [{ code, details }] };
}

/**
 * The actual of a KPI for a subject and period: its formula over the aggregates.
 *
 * An aggregate that cannot be read makes the actual say so; only aggregates that the formula really
 * reads count (an IF may leave some out). Rounded to 12 decimals, half-up.
 */
export function measureActual(
  company: Company,
  cells: Cells,
  kpi: Kpi,
  subject: string,
  period: Period,
): Measured {
  const problems: Failed[] = [];
  const read = (name: string): Value => {
    const measured = measureReference(company, cells, kpi, name, subject, period);
    if (measured.status === "OK") return { kind: "number", value: measured.value };
    problems.push(measured);
    return { kind: "error", code: "#N/A", name };
  };
  const result = kpi.formula.evaluate(read);
  if (result.kind === "number")
    return {
      status: "OK",
      value: result.value.toDecimalPlaces(CONTRIBUTION_DECIMALS, Decimal.ROUND_HALF_UP),
      reasons: [],
    };
  if (result.kind === "boolean")
    return { status: "OK", value: new Decimal(result.value ? 1 : 0), reasons: [] };
  const worst = [...problems].sort(
    (a, b) => GRAVITY.indexOf(a.status) - GRAVITY.indexOf(b.status),
  )[0];
  if (worst) return worst;
  if (result.kind === "error" && result.code === "#DIV/0!")
    return [...kpi.references.values()].some((reference) => reference.previous)
      ? failed("INVALID_BASELINE", "baseline_zero")
      : failed("ERROR", "division_by_zero");
  return failed("ERROR", "formula_error", {
    problem: result.kind === "error" ? result.code : result.kind,
  });
}

function measureReference(
  company: Company,
  cells: Cells,
  kpi: Kpi,
  name: string,
  subject: string,
  period: Period,
): Measured {
  const reference = kpi.references.get(name);
  const source = reference ? company.sources.get(reference.source) : undefined;
  if (!reference || !source?.compiled)
    return failed("ERROR", "source_unbound", { name: source?.name ?? name });
  if (!reference.previous) return cells.measure(source, subject, period, kpi.minSample);
  const before = cells.measure(source, subject, previousPeriod(period), null);
  return before.status === "NO_DATA"
    ? failed("INVALID_BASELINE", "baseline_missing", { period: previousPeriod(period) })
    : before;
}

/** Score one item; pure given the aggregates. */
function scoreRow(
  company: Company,
  cells: Cells,
  sheet: SheetRecord,
  period: Period,
  item: ItemRow,
): { actual: Measured; scored: ItemScore; kpi: Kpi | null } {
  const kpi = company.kpis.get(item.kpi) ?? null;
  const unusable = (problem: Failed) => ({
    actual: problem as Measured,
    scored: { score: problem, raw: null, limitedBy: null, reached: null },
    kpi,
  });
  if (!kpi) return unusable(failed("ERROR", "kpi_unusable"));
  if (item.weight === null) return unusable(failed("ERROR", "weight_missing"));
  const actual = measureActual(company, cells, kpi, sheet.subject, period);
  const scored = scoreItem({
    method: kpi.method,
    direction: kpi.direction,
    actual,
    target: item.target === null ? null : new Decimal(item.target),
  });
  return { actual, scored, kpi };
}

/**
 * Score a whole sheet from the aggregates and its items' targets and weights.
 *
 * @returns the sheet with new results; the input's own results are not looked at
 */
export function scoreSheet(
  company: Company,
  cells: Cells,
  sheet: SheetRecord,
  items: readonly ItemRow[],
): ScoredSheet {
  const cycle = company.cycles.get(sheet.cycle);
  if (!cycle) return { sheet: { ...sheet, result: null }, items: items.map(withoutResult) };
  const rows = items.map((item) => ({
    item,
    ...scoreRow(company, cells, sheet, cycle.period, item),
  }));
  const result = composeSheet(
    rows.map(({ item, scored, kpi }): WeighedItem => ({
      key: item.code,
      weight: new Decimal(item.weight ?? 0),
      score: scored.score,
      missing: kpi?.missing ?? "EXCLUDE",
    })),
    { grades: company.grades, minCoverage: company.settings.minCoverage },
  );
  const given = new Map(result.contributions.map((one) => [one.key, one]));
  return {
    sheet: {
      ...sheet,
      result: {
        total: text(result.total),
        displayed: text(result.displayed),
        coverage: decimalText(result.coverage),
        state: result.state,
        grade: result.grade,
        reasons: result.reasons,
      } satisfies SheetScore,
    },
    items: rows.map(({ item, actual, scored }) => {
      const contribution = given.get(item.code);
      return {
        ...item,
        result: {
          status: scored.score.status,
          reasons: scored.score.reasons,
          actual: actual.status === "OK" ? decimalText(actual.value) : null,
          score: scored.score.status === "OK" ? decimalText(scored.score.value) : null,
          raw: text(scored.raw),
          limitedBy: scored.limitedBy,
          reached: scored.reached,
          share: decimalText(contribution?.share ?? new Decimal(0)),
          contribution: text(contribution?.points ?? null),
          counted: text(contribution?.counted ?? null),
        } satisfies ItemResult,
      };
    }),
  };
}

function withoutResult(item: ItemRow): ItemRow {
  return { ...item, result: null };
}

function text(value: Decimal | null): string | null {
  return value === null ? null : decimalText(value);
}
