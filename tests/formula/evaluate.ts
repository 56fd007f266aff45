import { decimalText } from "../../plugin/decimal.ts";
import { parseFormula, type Value } from "../../plugin/formula/formula.ts";

/** The result of a formula that must be understood. */
export function evaluate(formula: string, values: ReadonlyMap<string, Value> = new Map()): Value {
  const parsed = parseFormula(formula, { known: [...values.keys()] });
  if (!parsed.ok) throw new Error(`${formula}: ${JSON.stringify(parsed.problems)}`);
  return parsed.formula.evaluate(
    (name) => values.get(name) ?? { kind: "error", code: "#NAME?", name },
  );
}

/** A value as it would stand in a formula; dates bare. */
export function show(value: Value): string {
  switch (value.kind) {
    case "number":
      return decimalText(value.value);
    case "text":
      return `"${value.value}"`;
    case "boolean":
      return value.value ? "TRUE" : "FALSE";
    case "date":
      return value.value;
    case "blank":
      return "blank";
    case "error":
      return value.code;
  }
}
