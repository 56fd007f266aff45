import { parseFormula } from "../formula/formula.ts";
import { parseMethod } from "../kpi/methods.ts";
import type { MethodCode, MissingPolicy } from "../kpi/model.ts";
import { LOCALES, say } from "../words/words.ts";
import type { Kpi, Scheme } from "./company.ts";
import { formulaProblem, RowProblem, RowReader, ZERO, type ConfigRow } from "./config-row.ts";

/** Readers of the rows about KPIs and position schemes. Each throws `RowProblem`. */

const METHODS = [
  "RATIO",
  "REDUCE",
  "PWL",
  "STEP",
  "BASE",
  "BINARY",
] as const satisfies readonly MethodCode[];
const MISSING: Readonly<Record<"exclude" | "zero" | "neutral", MissingPolicy>> = {
  exclude: "EXCLUDE",
  zero: "ZERO",
  neutral: "NEUTRAL",
};

export function readKpi(row: ConfigRow, sourceIds: ReadonlyMap<string, string>): Kpi {
  const reader = new RowReader(row);
  const references = new Map<string, { source: string; previous: boolean }>();
  for (const [key, source] of sourceIds) {
    references.set(key, { source, previous: false });
    for (const locale of LOCALES)
      references.set(`${key}.${say(locale, "engine.previous")}`, { source, previous: true });
  }
  const parsed = parseFormula(reader.requiredText("formula"), { known: [...references.keys()] });
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
  const used = new Map<string, { source: string; previous: boolean }>();
  for (const name of parsed.formula.names) {
    const reference = references.get(name);
    if (!reference) throw new RowProblem("unbound", { field: "formula", name });
    used.set(name, reference);
  }
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
    unit: reader.text("unit"),
    decimals: reader.integer("decimals", 2),
    direction,
    method: method.method,
    missing: MISSING[reader.option("missing", ["exclude", "zero", "neutral"], "exclude")],
    minSample: minSample > 0 ? minSample : null,
    alert: reader.decimal("alert"),
    published: reader.option("status", ["draft", "published", "retired"], "draft") === "published",
  };
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
  return {
    id: row.id,
    applies,
    position,
    department,
    kpi,
    weight,
    target: rule === "fixed" && fixed ? { rule, value: fixed } : { rule: "own_median" },
    kinds: (["month", "quarter", "half", "year"] as const).filter((kind) => kinds.includes(kind)),
  };
}
