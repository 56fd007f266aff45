import { Decimal } from "../../plugin/decimal.ts";
import type { FormulaValue, Workbook } from "../../plugin/report/workbook/grid.ts";
import type { CalcCell, CalcSheet } from "./calc.ts";

/** What the engine and the spreadsheet do not agree on. */
export interface Difference {
  readonly cell: string;
  readonly formula: string;
  readonly engine: string;
  readonly calc: string;
}

export interface Comparison {
  /** Formula cells looked at. */
  readonly cells: number;
  readonly differences: readonly Difference[];
}

/** Contributions and shares have 10 decimals; binary fractions carry 15 digits. */
const TOLERANCE = 1e-9;

/**
 * Every formula cell of a workbook: what the engine says it is, and what the spreadsheet computed.
 * Texts (statuses, grades, states) and empty results have to be the same; figures equal to 1e-9, from
 * 1 upwards relative to the figure.
 */
export function compare(workbook: Workbook, computed: ReadonlyMap<string, CalcSheet>): Comparison {
  let cells = 0;
  const differences: Difference[] = [];
  for (const { name, cells: written } of workbook.worksheets) {
    const sheet = computed.get(name);
    if (!sheet) throw new Error(`The worksheet ${name} is gone`);
    for (const [address, { content }] of written) {
      if (content.kind !== "formula") continue;
      cells += 1;
      const found = sheet(address);
      if (isSame(content.value, found)) continue;
      differences.push({
        cell: `${name}!${address}`,
        formula: content.formula,
        engine: content.value === null ? "" : content.value.toString(),
        calc: `${found.kind} ${String(found.value)}`,
      });
    }
  }
  return { cells, differences };
}

function isSame(engine: FormulaValue, calc: CalcCell): boolean {
  if (engine instanceof Decimal) {
    if (calc.kind !== "number") return false;
    const off = engine.minus(calc.value).abs();
    return off.lessThanOrEqualTo(Decimal.max(1, engine.abs()).times(TOLERANCE));
  }
  return calc.kind === "text" && calc.value === (engine ?? "");
}
