import { bindFormula, bindPath, type Naming } from "./binding.ts";
import {
  AGGREGATES,
  type BoundFormula,
  type CompiledSource,
  type Path,
  type Source,
} from "./company.ts";
import { formulaProblem, RowProblem, RowReader, type ConfigRow } from "./config-row.ts";

/** Readers of the rows about sources. Each throws `RowProblem`. */

const NEEDS_VALUE: ReadonlySet<string> = new Set(["sum", "average", "min", "max", "last", "ratio"]);
const NEEDS_KEY: ReadonlySet<string> = new Set(["distinct", "first_ever"]);
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
