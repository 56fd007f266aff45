import { parseFormula, type Formula, type NameType } from "../formula/formula.ts";
import { unitOf } from "../formula/units.ts";
import type { Aggregate } from "../kpi/cell.ts";
import { impliedDirection } from "../kpi/direction.ts";
import { inputsOf } from "../kpi/expression.ts";
import { parseMethod } from "../kpi/methods.ts";
import type { Direction, Method, MissingPolicy } from "../kpi/model.ts";
import { METHOD_CODES, PARAMETERS } from "../kpi/parameters.ts";
import { LOCALES, say } from "../words/words.ts";
import { KPI_KINDS, PERSPECTIVES, type Kpi, type Reference, type Source } from "./company.ts";
import { Decimal } from "../decimal.ts";
import { formulaProblem, RowProblem, RowReader, type ConfigRow } from "./config-row.ts";
import { isBare, kpiUnit } from "./unit-binding.ts";

/** Readers of the rows about KPIs and position schemes. Each throws `RowProblem`. */

const HUNDRED = new Decimal(100);
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
      for (const period of ["previous", "last_year"] as const)
        references.set(`${key}.${say(locale, `engine.${period}`)}`, { source, of: period });
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
  const { method, direction } = readMethod(reader, [...references.keys()]);
  const used = new Map<string, Reference>();
  const inputs = method.code === "EXPR" ? inputsOf(method.expression) : [];
  for (const name of [...parsed.formula.names, ...inputs]) {
    const reference = references.get(name);
    if (!reference) throw new RowProblem("unbound", { field: "formula", name });
    used.set(name, reference);
  }
  const unit = reader.text("measured_in");
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
    method,
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
    ...readRelated(row),
    version: reader.words("version"),
    alert: reader.decimal("alert"),
    published: reader.option("status", ["draft", "published", "retired"], "draft") === "published",
  };
}

/** Blank, the direction is the one the method implies. */
function readMethod(
  reader: RowReader,
  names: readonly string[],
): { readonly method: Method; readonly direction: Direction } {
  const code = reader.option("method", METHOD_CODES, null);
  const stated =
    reader.first("direction") === null
      ? null
      : reader.option("direction", ["higher", "lower", "target"], null);
  // Only its own: what stands in the fields of other methods says nothing.
  const parameters = Object.fromEntries(
    PARAMETERS[code].map(({ key }) => [key, reader.value(key)]),
  );
  const parsed = parseMethod({ code, parameters, direction: stated, names });
  if (!parsed.ok) {
    const [problem] = parsed.problems;
    throw new RowProblem("method", {
      ...problem?.details,
      field: problem?.field ?? "method",
      problem: problem?.code ?? "",
    });
  }
  const { method } = parsed;
  return { method, direction: stated ?? impliedDirection(method, null) ?? "higher" };
}

/** What only reports read: without its field there is nothing to say, and nothing is wrong. */
function readRelated(row: ConfigRow): Pick<Kpi, "kind" | "owner" | "drivers" | "counters"> {
  const list = (key: string) => {
    const value = row.lost?.has(key) ? null : row.values[key];
    return Array.isArray(value) ? (value as readonly string[]) : [];
  };
  const [kind] = list("kind");
  return {
    kind: KPI_KINDS.find((known) => known === kind) ?? null,
    owner: list("owner")[0] ?? null,
    drivers: list("drivers"),
    counters: list("counters"),
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
