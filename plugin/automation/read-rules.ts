import type { Absence, CalendarDay, Kpi, Position, Scheme, Section } from "./company.ts";
import { RowProblem, RowReader, ZERO, type ConfigRow } from "./config-row.ts";

/** Readers of the rows that say how sheets are put together. Each throws `RowProblem`. */

export function readPosition(row: ConfigRow): Position {
  const reader = new RowReader(row);
  const mode = reader.option("composition", ["own", "additive", "multiplicative"], "own");
  const name = reader.text("name") || row.title;
  if (mode === "own") return { id: row.id, name, composition: null };
  const weight = (key: string) => notNegative(reader, key) ?? ZERO;
  const weights = {
    individual: weight("individual_weight"),
    department: weight("department_weight"),
    company: weight("company_weight"),
  };
  if (weights.department.isZero() && weights.company.isZero())
    throw new RowProblem("composition_empty", { field: "department_weight" });
  return { id: row.id, name, composition: { mode, weights } };
}

export function readSection(row: ConfigRow): Section {
  const reader = new RowReader(row);
  const [cap, floor] = [reader.decimal("cap"), reader.decimal("floor")];
  if (cap && floor && cap.lessThan(floor))
    throw new RowProblem("bounds_crossed", { cap: cap.toFixed(), floor: floor.toFixed() });
  return {
    id: row.id,
    code: reader.requiredText("code"),
    name: reader.requiredText("name"),
    weight: notNegative(reader, "weight"),
    cap,
    floor,
  };
}

export function readAbsence(row: ConfigRow): Absence {
  const reader = new RowReader(row);
  const employee = reader.first("employee");
  if (!employee) throw new RowProblem("required", { field: "employee" });
  const [start, end] = [reader.date("start"), reader.date("end")];
  if (end < start) throw new RowProblem("dates_crossed", { start, end });
  const kind = reader.option("kind", ["sick", "maternity", "injury", "other"], "other");
  return { employee, start, end, kind };
}

export function readCalendarDay(row: ConfigRow): CalendarDay {
  const reader = new RowReader(row);
  return { date: reader.date("date"), kind: reader.option("kind", ["holiday", "workday"], null) };
}

export function readScheme(row: ConfigRow, kpis: ReadonlyMap<string, Kpi>): Scheme {
  const reader = new RowReader(row);
  const applies = reader.option("applies", ["individual", "department"], null);
  const kpi = reader.first("kpi");
  if (!kpi) throw new RowProblem("required", { field: "kpi" });
  if (!kpis.has(kpi)) throw new RowProblem("kpi_unusable", { field: "kpi" });
  const position = reader.first("position");
  const department = reader.first("department");
  if (applies === "individual" && !position)
    throw new RowProblem("required", { field: "position" });
  if (applies === "department" && !department)
    throw new RowProblem("required", { field: "department" });
  const weight = reader.decimal("weight") ?? ZERO;
  if (weight.lt(0) || weight.gt(100))
    throw new RowProblem("weight_range", { value: weight.toFixed() });
  const rule = reader.option("target_rule", ["own_median", "fixed"], "own_median");
  const fixed = reader.decimal("target");
  if (rule === "fixed" && !fixed) throw new RowProblem("required", { field: "target" });
  const kinds = reader.list("kinds");
  const role = reader.option("role", ["weighted", "extra"], "weighted");
  return {
    id: row.id,
    applies,
    position,
    department,
    kpi,
    // Plus and minus items stand beside the weights.
    weight: role === "extra" ? ZERO : weight,
    section: reader.first("section"),
    role,
    keyLine: reader.decimal("key_line"),
    target: rule === "fixed" && fixed ? { rule, value: fixed } : { rule: "own_median" },
    kinds: (["month", "quarter", "half", "year"] as const).filter((kind) => kinds.includes(kind)),
  };
}

function notNegative(reader: RowReader, key: string) {
  const value = reader.decimal(key);
  if (value?.isNegative()) throw new RowProblem("negative", { field: key, value: value.toFixed() });
  return value;
}
