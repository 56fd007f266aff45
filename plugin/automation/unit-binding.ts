import { Decimal } from "../decimal.ts";
import type { Formula } from "../formula/formula.ts";
import {
  dimensionText,
  readUnit,
  sameUnit,
  unitOf,
  type ReadUnit,
  type Unit,
} from "../formula/units.ts";
import type { Aggregate } from "../kpi/cell.ts";
import type { BoundFormula, KpiUnit, SourceUnit } from "./company.ts";
import { RowProblem } from "./config-row.ts";

/**
 * Units are decided when a row is read, so that figures are never guessed at: a source says in which
 * unit its records hold the value, its figure is brought to the base unit (yuan, seconds, fractions),
 * formulas are checked over these, and the KPI's unit says in what the result is told.
 */

const ONE = new Decimal(1);

/**
 * The unit of a source's figure.
 *
 * @param text  as the row has it; "" leaves the figure as it is, unless the value is a percent field
 * @returns null when nothing is known: the figure is then never checked
 * @throws RowProblem `unit_unknown`, `unit_of_ratio`, `unit_percent_field`
 */
export function sourceUnit(
  text: string,
  aggregate: Aggregate,
  value: BoundFormula | null,
): SourceUnit | null {
  const percent = aggregate === "ratio" ? null : percentField(value);
  if (text === "") return percent === null ? null : { text: "%", dimension: RATIO, factor: ONE };
  const read = readUnit(text);
  if (!read) throw new RowProblem("unit_unknown", { field: "unit", value: text });
  if (percent !== null && (read.dimension !== RATIO || !read.factor.equals(1)))
    throw new RowProblem("unit_percent_field", { field: "unit", value: text, name: percent });
  if (aggregate === "ratio") return ratioUnit(text, read);
  return { text, dimension: read.dimension, factor: read.factor };
}

const RATIO = "ratio";

/** One unit is that of both parts and cancels out; `元/单` is a unit for each of them. */
function ratioUnit(text: string, { dimension, factor, percentForm }: ReadUnit): SourceUnit {
  // Are the parts in points, which cancel out, or is the quotient?
  if (percentForm === "points")
    throw new RowProblem("unit_of_ratio", { field: "unit", value: text });
  return dimension === RATIO || dimension.includes("/")
    ? { text, dimension, factor }
    : { text, dimension: RATIO, factor: ONE };
}

/** The field when the value is one percent field and nothing else: the driver gives fractions. */
function percentField(value: BoundFormula | null): string | null {
  const [path, ...more] = value?.paths.values() ?? [];
  if (!value || !path || more.length > 0 || path.field.type !== "percent") return null;
  return isBare(value.formula, path.text) ? path.text : null;
}

/** The formula is this name and nothing else. */
export function isBare(formula: Formula, name: string): boolean {
  const text = formula.text.trim().replace(/^[=\uFF1D]\s*/, "");
  return text === name || text === `[${name}]`;
}

/**
 * What a KPI is told in, and how to come there from the base units of its formula.
 *
 * @param direct  the formula is one figure as records hold it, not a comparison or a quotient
 * @throws RowProblem `unit_mismatch`, `unit_unknown`
 */
export function kpiUnit(text: string, formula: Formula, direct: boolean): KpiUnit {
  const read = text === "" ? null : readUnit(text);
  const { unit } = formula.result;
  const form = read?.percentForm ?? null;
  // A formula of written figures alone has any unit.
  if (unit === null || formula.names.length === 0) return { divisor: ONE, form, certain: !direct };
  if (!read) {
    if (text !== "" && unit.size > 0)
      throw new RowProblem("unit_unknown", { field: "measured_in", value: text });
    return { divisor: ONE, form, certain: true };
  }
  const told = unitOf(read.dimension);
  if (sameUnit(unit, told) || sameUnit(perPiece(unit), told))
    return { divisor: read.factor, form, certain: true };
  // 1 if reached, else 0: a bare number may be told in points or pieces.
  if (unit.size === 0 && ["score", "count"].includes(read.dimension))
    return { divisor: ONE, form, certain: true };
  const details = { left: dimensionText(unit), right: read.dimension };
  throw new RowProblem("unit_mismatch", { field: "measured_in", value: text, ...details });
}

/** People say "120 yuan" for the mean order, not "120 yuan per order". */
function perPiece(unit: Unit): Unit {
  return new Map([...unit].filter(([name, exponent]) => name !== "count" || exponent > 0));
}
