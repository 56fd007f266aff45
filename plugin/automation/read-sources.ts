import { Decimal } from "../decimal.ts";
import { AGGREGATES, type Aggregate } from "../kpi/cell.ts";
import { bindFormula, bindPath, type Naming } from "./binding.ts";
import {
  SPLITS,
  type BoundFormula,
  type CompiledSource,
  type Path,
  type RaterGroupRow,
  type Source,
} from "./company.ts";
import { sourceUnit } from "./unit-binding.ts";
import { formulaProblem, RowProblem, RowReader, type ConfigRow } from "./config-row.ts";

/** Readers of the rows about sources. Each throws `RowProblem`. */

const COUNTING: ReadonlySet<Aggregate> = new Set(["count", "distinct", "first_ever"]);
const NEEDS_KEY: ReadonlySet<Aggregate> = new Set(["distinct", "first_ever"]);
const NEEDS_DENOMINATOR: ReadonlySet<Aggregate> = new Set(["ratio", "weighted_average"]);
/** Totals: a part of the record is a part of the total. */
const FLOWS: ReadonlySet<Aggregate> = new Set(["sum", "count", "first_ever"]);

export function readSource(
  row: ConfigRow,
  naming: Naming,
  raterGroups: readonly RaterGroupRow[],
): Source | null {
  const reader = new RowReader(row);
  if (!reader.checked("enabled", true)) return null;
  const described = describeSource(row);
  const compiled = compileSource(row, naming, described);
  const unit = sourceUnit(new RowReader(row).text("unit"), described.aggregate, compiled.value);
  const raters = described.aggregate === "raters" ? raterGroups : [];
  return { ...described, unit, raters, compiled };
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
    percentile: aggregate === "percentile" ? readPercentile(reader) : HALF,
    split: readSplit(reader, aggregate),
    whenEmpty: reader.option("when_empty", ["zero", "no_data"], "no_data"),
    unit: null,
    raters: [],
    rule: {
      filter: reader.text("filter"),
      value: COUNTING.has(aggregate) ? "" : reader.text("value"),
      denominator: NEEDS_DENOMINATOR.has(aggregate) ? reader.text("denominator") : "",
    },
    compiled: null,
  };
}

const HALF = new Decimal(50);

function readPercentile(reader: RowReader): Decimal {
  const percentile = reader.decimal("percentile");
  if (!percentile) throw new RowProblem("required", { field: "percentile" });
  if (percentile.lt(0) || percentile.gt(100))
    throw new RowProblem("percentile_range", { field: "percentile", value: percentile.toFixed() });
  return percentile;
}

/** Blank: totals are shared out, so that the parts add up; rates count fully for each (spec 3.1). */
function readSplit(reader: RowReader, aggregate: Aggregate): Source["split"] {
  const split = reader.option("split", SPLITS, FLOWS.has(aggregate) ? "equal" : "full");
  // Half a record has no place in an order and is no half of a mean.
  if (split === "equal" && !FLOWS.has(aggregate) && !NEEDS_DENOMINATOR.has(aggregate))
    throw new RowProblem("split_unfit", { field: "split" });
  return split;
}

function compileSource(row: ConfigRow, naming: Naming, described: Source): CompiledSource {
  const { aggregate, percentile, split } = described;
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
  // What the aggregate does not read may have been left behind: it is not looked at.
  const value = COUNTING.has(aggregate) ? null : formula("value");
  const denominator = NEEDS_DENOMINATOR.has(aggregate) ? formula("denominator") : null;
  if (!COUNTING.has(aggregate) && !value) throw new RowProblem("required", { field: "value" });
  if (NEEDS_DENOMINATOR.has(aggregate) && !denominator)
    throw new RowProblem("required", { field: "denominator" });
  const person = path("person");
  if (!["user", "relation", "text"].includes(person.field.type))
    throw new RowProblem("wrong_type", { field: "person", name: person.text });
  const date = path("date");
  if (!["date", "datetime"].includes(date.field.type))
    throw new RowProblem("wrong_type", { field: "date", name: date.text });
  const filter = formula("filter");
  const distinctBy = NEEDS_KEY.has(aggregate)
    ? path("distinct_by")
    : aggregate === "raters"
      ? withKeys(path("group_by"), naming)
      : null;
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
      percentile.toFixed(),
      split,
      print(filter),
      print(value),
      print(denominator),
      printPath(person),
      printPath(date),
      distinctBy && (aggregate === "raters" ? printRead : printPath)(distinctBy),
    ]),
  };
}

/** Options by the pack's keys: what people call a group may change and differs by language. */
function withKeys(path: Path, naming: Naming): Path {
  const { field, table } = path;
  const options = field.options.map((option) => ({
    ...option,
    name: naming.optionKey(table, field.id, option.id) ?? option.name,
  }));
  return { ...path, field: { ...field, options } };
}

function printPath(path: Path): string {
  return [...path.hops.map((hop) => hop.field), `${path.field.id}:${path.field.type}`].join(">");
}

/** Formulas read options by their names. */
function printRead(path: Path): string {
  const options = path.field.type === "option" ? path.field.options : [];
  return [printPath(path), ...options.map((one) => `${one.id}=${one.name}`)].join(" ");
}
