import { decimalText, type Decimal } from "../decimal.ts";
import { keywordText, type Locale } from "../formula/keywords.ts";
import { curveText, readCurve } from "./curve.ts";
import { plainText, Problems, readAfter, readNumber, readOperator } from "./method-reader.ts";
import type { Direction, Method, MethodCode, Reason } from "./model.ts";
import { readSteps, stepsText } from "./steps.ts";

/** A scoring method as the KPI's row describes it. */
export interface WrittenMethod {
  readonly code: MethodCode;
  readonly parameters: string;
  readonly cap: Decimal | null;
  readonly floor: Decimal | null;
  readonly direction: Direction;
}

export type ParsedMethod =
  | { readonly ok: true; readonly method: Method }
  | { readonly ok: false; readonly problems: readonly Reason[] };

/**
 * Read a scoring method.
 *
 * | code | parameters | fits |
 * | --- | --- | --- |
 * | RATIO | nothing, or `threshold 0.6` | higher |
 * | REDUCE | nothing | lower |
 * | BASE | `base 0` | higher, lower |
 * | PWL | `15:60, 30:100, 40:120; below 0; above clamp`, x also as `0.6x` of the target | all |
 * | STEP | `<=35:100, <=45:80, <=55:60, >55:0` | all |
 * | BINARY | `>= 95`, or `>=` for the target | all |
 *
 * Keywords count in both languages, signs in both widths, and `15%` is 0.15. Cap and floor hold for
 * every method. A method that would reward getting worse is refused, so a score never falls while
 * the actual improves.
 *
 * @returns the method, or everything wrong with it as reasons (`reason.method_…` of the words)
 * @source the specification 3.2, 3.3
 */
export function parseMethod(written: WrittenMethod): ParsedMethod {
  const problems = new Problems();
  const { cap, floor } = written;
  if (cap && floor && cap.lessThan(floor)) {
    problems.add("method_bounds", { cap: decimalText(cap), floor: decimalText(floor) });
  }
  const method = read(written, plainText(written.parameters), problems);
  return method && problems.list.length === 0
    ? { ok: true, method }
    : { ok: false, problems: problems.list };
}

/** The parameters of a method in their canonical form: what {@link parseMethod} reads back. */
export function methodText(method: Method, locale: Locale = "en-US"): string {
  switch (method.code) {
    case "RATIO":
      if (method.threshold === null) return "";
      return `${keywordText("threshold", locale)} ${decimalText(method.threshold)}`;
    case "REDUCE":
      return "";
    case "BASE":
      return `${keywordText("base", locale)} ${decimalText(method.base)}`;
    case "STEP":
      return stepsText(method);
    case "PWL":
      return curveText(method, locale);
    case "BINARY":
      return method.threshold === null
        ? method.operator
        : `${method.operator} ${decimalText(method.threshold)}`;
  }
}

function read(written: WrittenMethod, text: string, problems: Problems): Method | null {
  const { code, cap, floor, direction } = written;
  const bounds = { cap, floor };
  switch (code) {
    case "RATIO": {
      if (direction !== "higher") problems.add("method_direction", { method: code });
      const threshold = readThreshold(text, floor, problems);
      return { code, ...bounds, threshold };
    }
    case "REDUCE":
      if (direction !== "lower") problems.add("method_direction", { method: code });
      if (text !== "") problems.add("method_takes_nothing", { part: text });
      return { code, ...bounds };
    case "BASE": {
      if (direction === "target") problems.add("method_direction", { method: code });
      const base = readAfter(text, "base");
      return base
        ? { code, ...bounds, base }
        : problems.add("method_base_unreadable", { part: text });
    }
    case "STEP": {
      const steps = readSteps(text, direction, problems);
      return steps && { code, ...bounds, ...steps };
    }
    case "PWL": {
      const curve = readCurve(text, direction, problems);
      return curve && { code, ...bounds, ...curve };
    }
    case "BINARY":
      return readBinary(text, written, problems);
  }
}

function readThreshold(text: string, floor: Decimal | null, problems: Problems): Decimal | null {
  if (text === "") return null;
  const threshold = readAfter(text, "threshold");
  if (threshold === null) return problems.add("method_threshold_unreadable", { part: text });
  // At the target the score is 100, so a threshold above 1 would contradict the method.
  if (threshold.isNegative() || threshold.greaterThan(1)) {
    return problems.add("method_threshold_range", { part: text });
  }
  if (floor?.greaterThan(0)) {
    return problems.add("method_threshold_floor", { floor: decimalText(floor) });
  }
  return threshold;
}

function readBinary(
  text: string,
  { cap, floor, direction }: WrittenMethod,
  problems: Problems,
): Method | null {
  const written = readOperator(text);
  if (!written) return problems.add("method_operator_missing", { part: text });
  const { operator, rest } = written;
  const threshold = rest === "" ? null : readNumber(rest);
  if (rest !== "" && threshold === null) {
    return problems.add("method_operator_unreadable", { part: text });
  }
  const fits = direction === "higher" ? operator.startsWith(">") : operator.startsWith("<");
  if (direction !== "target" && !fits) {
    return problems.add(`method_operator_${direction}`, { operator });
  }
  return { code: "BINARY", cap, floor, operator, threshold };
}
