import { parseFormula, type Formula, type NameType } from "../formula/formula.ts";
import { unitOf } from "../formula/units.ts";
import type { Aggregate } from "../kpi/cell.ts";
import { parseMethod } from "../kpi/methods.ts";
import type { MethodCode, MissingPolicy } from "../kpi/model.ts";
import { LOCALES, say } from "../words/words.ts";
import { PERSPECTIVES, type Kpi, type Reference, type Source } from "./company.ts";
import { Decimal } from "../decimal.ts";
import { formulaProblem, RowProblem, RowReader, type ConfigRow } from "./config-row.ts";
import { isBare, kpiUnit } from "./unit-binding.ts";

/** Readers of the rows about KPIs and position schemes. Each throws `RowProblem`. */

const HUNDRED = new Decimal(100);
const METHODS = [
  "RATIO",
  "REDUCE",
  "PWL",
  "STEP",
  "BASE",
  "BINARY",
] as const satisfies readonly MethodCode[];
const MISSING: Readonly<
  Record<"exclude" | "zero" | "neutral" | "carry" | "manual", MissingPolicy>
> = {
  exclude: "EXCLUDE",
  zero: "ZERO",
  neutral: "NEUTRAL",
  carry: "CARRY",
  manual: "MANUAL",
};

export function readKpi(row: ConfigRow, sources: ReadonlyMap<string, Source>): Kpi {
  const reader = new RowReader(row);
  const references = new Map<string, Reference>();
  const units = new Map<string, NameType>();
  for (const [key, { id: source, unit }] of sources) {
    references.set(key, { source, of: "own" });
    for (const locale of LOCALES)
      for (const of of ["previous", "last_year"] as const)
        references.set(`${key}.${say(locale, `engine.${of}`)}`, { source, of });
    for (const name of references.keys())
      if (!units.has(name)) units.set(name, { unit: unit && unitOf(unit.dimension) });
  }
  const parsed = parseFormula(reader.requiredText("formula"), { known: units });
  if (!parsed.ok) {
    const [problem] = parsed.problems;
    throw problem
      ? formulaProblem("formula", problem)
      : new RowProblem("required", { field: "formula" });
  }
  const direction = reader.option("direction", ["higher", "lower", "target"], "higher");
  const method = parseMethod({
    code: reader.option("method", METHODS, null),
    parameters: reader.text("parameters"),
    cap: reader.decimal("cap"),
    floor: reader.decimal("floor"),
    direction,
  });
  if (!method.ok) {
    const [problem] = method.problems;
    throw new RowProblem("method", {
      ...problem?.details,
      field: "parameters",
      problem: problem?.code ?? "",
    });
  }
  const used = new Map<string, Reference>();
  for (const name of parsed.formula.names) {
    const reference = references.get(name);
    if (!reference) throw new RowProblem("unbound", { field: "formula", name });
    used.set(name, reference);
  }
  const unit = reader.text("unit");
  const minSample = reader.integer("min_sample", 0);
  return {
    id: row.id,
    code: reader.requiredText("code"),
    name: reader.requiredText("name"),
    nameEn: reader.words("name_en"),
    definition: reader.words("definition"),
    exclusions: reader.words("exclusions"),
    formulaWords: reader.words("formula_words"),
    example: reader.words("example"),
    formula: parsed.formula,
    references: used,
    unit,
    toldIn: kpiUnit(unit, parsed.formula, readsRecords(parsed.formula, sources)),
    decimals: reader.integer("decimals", 2),
    direction,
    method: method.method,
    missing:
      MISSING[
        reader.option("missing", ["exclude", "zero", "neutral", "carry", "manual"], "exclude")
      ],
    minSample: minSample > 0 ? minSample : null,
    gate: readGate(reader),
    prorated: reader.option("nature", ["flow", "rate", "stock", "deadline"], "rate") === "flow",
    perspective:
      reader.first("perspective") === null
        ? null
        : reader.option("perspective", PERSPECTIVES, null),
    alert: reader.decimal("alert"),
    published: reader.option("status", ["draft", "published", "retired"], "draft") === "published",
  };
}

/** Figures of these aggregates are as records hold them. */
const HELD: ReadonlySet<Aggregate> = new Set([
  "average",
  "weighted_average",
  "median",
  "percentile",
  "min",
  "max",
  "last",
]);

/** The formula is one figure as records hold it, not what a comparison or a quotient gives. */
function readsRecords(formula: Formula, sources: ReadonlyMap<string, Source>): boolean {
  const [name = ""] = formula.names;
  const source = sources.get(name);
  return source !== undefined && HELD.has(source.aggregate) && isBare(formula, name);
}

/** A gate needs its line; without a gate the line says nothing. */
function readGate(reader: RowReader): Kpi["gate"] {
  const kpi = reader.first("gate");
  if (kpi === null) return null;
  const line = reader.decimal("gate_line");
  if (line === null) throw new RowProblem("required", { field: "gate_line" });
  return { kpi, line, limit: reader.decimal("gate_limit") ?? HUNDRED };
}
