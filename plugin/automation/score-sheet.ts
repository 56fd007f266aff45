import { Decimal, decimalText } from "../decimal.ts";
import type { ItemScore, Measured, Period, WeighedItem } from "../kpi/model.ts";
import { scoreItem } from "../kpi/score.ts";
import { composeSheet } from "../kpi/sheet.ts";
import type { Cells } from "./cells.ts";
import type { Company, Kpi } from "./company.ts";
import { failed, measureActual, type Failed } from "./measure-actual.ts";
import type { ItemResult, ItemRow, ScoredSheet, SheetRecord, SheetScore } from "./results.ts";

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
