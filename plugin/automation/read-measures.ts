import type { FormulaProblem } from "../formula/formula.ts";
import { parseFormula } from "../formula/formula.ts";
import { parseMethod } from "../kpi/methods.ts";
import type { MethodCode, MissingPolicy } from "../kpi/model.ts";
import { LOCALES, say } from "../words/words.ts";
import { bindFormula, bindPath, type Naming } from "./binding.ts";
import {
  AGGREGATES,
  type BoundFormula,
  type CompiledSource,
  type Kpi,
  type Path,
  type Scheme,
  type Source,
} from "./company.ts";
import { RowProblem, RowReader, ZERO, type ConfigRow } from "./config-row.ts";

/** Readers of the rows about sources, KPIs and position schemes. Each throws `RowProblem`. */

const METHODS = [
  "RATIO",
  "REDUCE",
  "PWL",
  "STEP",
  "BASE",
  "BINARY",
] as const satisfies readonly MethodCode[];
const NEEDS_VALUE: ReadonlySet<string> = new Set(["sum", "average", "min", "max", "last", "ratio"]);
const NEEDS_KEY: ReadonlySet<string> = new Set(["distinct", "first_ever"]);
const MISSING: Readonly<Record<"exclude" | "zero" | "neutral", MissingPolicy>> = {
  exclude: "EXCLUDE",
  zero: "ZERO",
  neutral: "NEUTRAL",
};

export function readSource(row: ConfigRow, naming: Naming): Source | null {
  const reader = new RowReader(row);
  if (!reader.checked("enabled", true)) return null;
  return { ...describeSource(row), compiled: compileSource(row, naming) };
}

/** The source without its bindings: what remains when a bound table or field is gone. */
export function describeSource(row: ConfigRow): Source {
  const reader = new RowReader(row);
  const aggregate = reader.option("aggregate", AGGREGATES, null);
  return {
    id: row.id,
    key: reader.requiredText("key"),
    name: reader.requiredText("name"),
    aggregate,
    whenEmpty: reader.option("when_empty", ["zero", "no_data"], "no_data"),
    rule: {
      filter: reader.text("filter"),
      value: NEEDS_VALUE.has(aggregate) ? reader.text("value") : "",
      denominator: aggregate === "ratio" ? reader.text("denominator") : "",
    },
    compiled: null,
  };
}

function compileSource(row: ConfigRow, naming: Naming): CompiledSource {
  const reader = new RowReader(row);
  const tableName = reader.requiredText("table");
  const table = naming.table(tableName);
  if (!table) throw new RowProblem("unbound", { field: "table", name: tableName });
  const path = (key: string): Path => {
    const text = reader.requiredText(key);
    const bound = bindPath(naming, table.id, text);
    if (!bound) throw new RowProblem("unbound", { field: key, name: text });
    return bound;
  };
  const formula = (key: string): BoundFormula | null => {
    const text = reader.text(key);
    if (text === "") return null;
    const bound = bindFormula(naming, table.id, text);
    if (bound.ok) return bound.bound;
    if (bound.problem.code === "formula.unknown_name")
      throw new RowProblem("unbound", { field: key, name: bound.problem.details["name"] ?? text });
    throw formulaProblem(key, bound.problem);
  };
  const aggregate = reader.option("aggregate", AGGREGATES, null);
  // What the aggregate does not read may have been left behind: it is not looked at.
  const value = NEEDS_VALUE.has(aggregate) ? formula("value") : null;
  const denominator = aggregate === "ratio" ? formula("denominator") : null;
  if (NEEDS_VALUE.has(aggregate) && !value) throw new RowProblem("required", { field: "value" });
  if (aggregate === "ratio" && !denominator)
    throw new RowProblem("required", { field: "denominator" });
  const person = path("person");
  if (!["user", "relation", "text"].includes(person.field.type))
    throw new RowProblem("wrong_type", { field: "person", name: person.text });
  const date = path("date");
  if (!["date", "datetime"].includes(date.field.type))
    throw new RowProblem("wrong_type", { field: "date", name: date.text });
  const filter = formula("filter");
  const distinctBy = NEEDS_KEY.has(aggregate) ? path("distinct_by") : null;
  const formulas = [filter, value, denominator].filter((bound) => bound !== null);
  const print = (bound: BoundFormula | null) =>
    bound && [bound.formula.text, [...bound.paths].map(([name, to]) => [name, printRead(to)])];
  return {
    table: table.id,
    filter,
    person,
    date,
    value,
    denominator,
    distinctBy,
    usesToday: formulas.some((bound) => bound.formula.usesToday),
    fingerprint: JSON.stringify([
      table.id,
      aggregate,
      print(filter),
      print(value),
      print(denominator),
      printPath(person),
      printPath(date),
      distinctBy && printPath(distinctBy),
    ]),
  };
}

function printPath(path: Path): string {
  return [...path.hops.map((hop) => hop.field), `${path.field.id}:${path.field.type}`].join(">");
}

/** Formulas read options by their names. */
function printRead(path: Path): string {
  const options = path.field.type === "option" ? path.field.options : [];
  return [printPath(path), ...options.map((one) => `${one.id}=${one.name}`)].join(" ");
}

function formulaProblem(field: string, problem: FormulaProblem): RowProblem {
  return new RowProblem("formula", {
    ...problem.details,
    field,
    problem: problem.code,
    position: String(problem.position + 1),
  });
}

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
