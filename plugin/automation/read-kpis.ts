import { parseFormula } from "../formula/formula.ts";
import { parseMethod } from "../kpi/methods.ts";
import type { MethodCode, MissingPolicy } from "../kpi/model.ts";
import { LOCALES, say } from "../words/words.ts";
import { PERSPECTIVES, type Kpi, type Reference } from "./company.ts";
import { Decimal } from "../decimal.ts";
import { formulaProblem, RowProblem, RowReader, type ConfigRow } from "./config-row.ts";

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

export function readKpi(row: ConfigRow, sourceIds: ReadonlyMap<string, string>): Kpi {
  const reader = new RowReader(row);
  const references = new Map<string, Reference>();
  for (const [key, source] of sourceIds) {
    references.set(key, { source, of: "own" });
    for (const locale of LOCALES)
      for (const of of ["previous", "last_year"] as const)
        references.set(`${key}.${say(locale, `engine.${of}`)}`, { source, of });
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
  const used = new Map<string, Reference>();
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

/** A gate needs its line; without a gate the line says nothing. */
function readGate(reader: RowReader): Kpi["gate"] {
  const kpi = reader.first("gate");
  if (kpi === null) return null;
  const line = reader.decimal("gate_line");
  if (line === null) throw new RowProblem("required", { field: "gate_line" });
  return { kpi, line, limit: reader.decimal("gate_limit") ?? HUNDRED };
}
