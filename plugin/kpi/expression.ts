import type { Decimal } from "../decimal.ts";
import type { Formula, Value } from "../formula/formula.ts";
import { inputNames } from "../formula/keywords.ts";
import { DIVISION_DECIMALS } from "./cell.ts";
import type { Measured } from "./model.ts";
import { missing } from "./reason.ts";

/** What a name stands for that is neither the actual nor the target; null = there is no such name. */
export type Inputs = (name: string) => Measured | null;

const ACTUAL = new Set(inputNames("actual"));
const TARGET = new Set(inputNames("target"));

export function readsActual(formula: Formula): boolean {
  return formula.names.some((name) => ACTUAL.has(name));
}

export function readsTarget(formula: Formula): boolean {
  return formula.names.some((name) => TARGET.has(name));
}

/** The names a formula reads that are neither the actual nor the target. */
export function inputsOf(formula: Formula): readonly string[] {
  return formula.names.filter((name) => !ACTUAL.has(name) && !TARGET.has(name));
}

/**
 * What a formula makes of the figures.
 *
 * A figure it needs and that is missing gives its own status; any failure of the formula is an
 * `ERROR` with the failure's name, as is a result that is no number: never 0.
 *
 * @source the specification 3.2, EXPR
 */
export function evaluate(
  formula: Formula,
  actual: Measured,
  target: Decimal | null,
  inputs: Inputs | undefined,
): Measured {
  const problems: Measured[] = [];
  const measured = (name: string): Measured => {
    if (ACTUAL.has(name)) return actual;
    if (!TARGET.has(name)) {
      return inputs?.(name) ?? missing("ERROR", "expression_name", { name });
    }
    if (target === null) return missing("INVALID_TARGET", "target_missing");
    return { status: "OK", value: target, reasons: [] };
  };
  const result = formula.evaluate((name): Value => {
    const figure = measured(name);
    if (figure.status === "OK") return { kind: "number", value: figure.value };
    problems.push(figure);
    // What is only missing can be asked about with ISBLANK; what failed cannot be passed over.
    return figure.status === "ERROR"
      ? { kind: "error", code: "#N/A", name }
      : { kind: "blank", missing: name };
  });
  if (result.kind === "number") {
    return { status: "OK", value: result.value.toDecimalPlaces(DIVISION_DECIMALS), reasons: [] };
  }
  const [problem] = problems;
  if (problem && result.kind !== "boolean" && result.kind !== "text") return problem;
  const found = result.kind === "error" ? result.code : result.kind;
  return missing("ERROR", "expression_failed", { problem: found });
}
