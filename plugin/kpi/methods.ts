import { Decimal, decimalText } from "../decimal.ts";
import { parseFormula } from "../formula/formula.ts";
import { inputNames, keywordText, type Locale } from "../formula/keywords.ts";
import { anchorsText, edgeText, readCurve, readLevels, readScale } from "./curve.ts";
import { ParameterReader, Problems, type ParameterProblem } from "./method-reader.ts";
import type { Direction, Method, MethodCode, VetoEffect } from "./model.ts";
import { OPERATOR_WORDS, VETO_MODES, type ParameterKey } from "./parameters.ts";
import { readSteps, stepsText } from "./steps.ts";

/** A scoring method as the KPI's row, or a case, describes it. */
export interface WrittenMethod {
  readonly code: MethodCode;
  /**
   * By the keys of `PARAMETERS`. Blank, absent and null are the same: what the table there says.
   * Keys that the method does not have are not looked at.
   */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** null = not stated: then only what the method itself implies is held against the parameters. */
  readonly direction: Direction | null;
  /** Names an EXPR may read beside actual and target; left out = any. */
  readonly names?: readonly string[];
}

export type ParsedMethod =
  | { readonly ok: true; readonly method: Method }
  | { readonly ok: false; readonly problems: readonly ParameterProblem[] };

/** Directions a method can be used for; the others would reward getting worse. */
const FITS: Readonly<Record<MethodCode, readonly Direction[]>> = {
  RATIO: ["higher"],
  RATIO_INV: ["lower"],
  REDUCE: ["lower"],
  BASE: ["higher", "lower"],
  STEP: ["higher", "lower", "target"],
  PWL: ["higher", "lower", "target"],
  PWL3: ["higher", "lower"],
  PWL4: ["higher", "lower"],
  EFF: ["higher", "lower"],
  ADDSUB: ["higher", "lower"],
  DEDUCT: ["lower"],
  BINARY: ["higher", "lower", "target"],
  BAND: ["target"],
  ZERO: ["lower"],
  MILE: ["lower"],
  RANK: ["higher", "lower"],
  MANUAL: ["higher", "lower"],
  EXPR: ["higher", "lower", "target"],
  VETO: ["lower"],
};

/**
 * Read a scoring method; `PARAMETERS` says which parameters each has and what a blank means.
 *
 * Numbers come as text ("0.15" or "15%"), numbers or decimals; lists as text or as JSON arrays; words
 * in both languages, signs in both widths. A method that would reward getting worse is refused, so a
 * score never falls while the actual improves.
 *
 * Never throws, whatever stands in the parameters.
 *
 * @returns the method, or everything wrong with it: the parameter, why, and how to mend it
 * @source the specification 3.2, 3.3, 3.4
 */
export function parseMethod(written: WrittenMethod): ParsedMethod {
  const { code, direction } = written;
  const problems = new Problems();
  if (direction !== null && !FITS[code].includes(direction)) {
    problems.add("direction", "method_direction", { method: code });
  }
  const reader = new ParameterReader(code, written.parameters, problems);
  const bounds = { cap: reader.bound("cap"), floor: reader.bound("floor") };
  const rest = read(written, reader);
  checkBounds(reader, bounds.cap, bounds.floor);
  if (rest?.code === "ADDSUB" && problems.list.length === 0) {
    const [upper, lower] = addSubBounds({ ...rest, ...bounds });
    checkBounds(reader, upper, lower);
  }
  return rest && problems.list.length === 0
    ? { ok: true, method: { ...rest, ...bounds } }
    : { ok: false, problems: problems.list };
}

/** The bounds of ADDSUB: its own pair and cap and floor hold together. */
export function addSubBounds({
  cap,
  floor,
  min,
  max,
}: Pick<Extract<Method, { code: "ADDSUB" }>, "cap" | "floor" | "min" | "max">): readonly [
  Decimal | null,
  Decimal | null,
] {
  return [
    cap && max ? Decimal.min(cap, max) : (cap ?? max),
    floor && min ? Decimal.max(floor, min) : (floor ?? min),
  ];
}

/** Removes a key from each member of a union. */
type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
/** A method but for cap and floor. */
type Rule = Without<Method, "cap" | "floor">;

function read({ code, direction, names }: WrittenMethod, reader: ParameterReader): Rule | null {
  const { problems } = reader;
  switch (code) {
    case "RATIO": {
      const threshold = reader.number("threshold");
      // Such a floor would lift the 0 that the threshold is for.
      if (threshold && reader.bound("floor")?.greaterThan(0)) {
        problems.add("threshold", "method_threshold_floor");
      }
      return { code, threshold };
    }
    case "RATIO_INV":
    case "REDUCE":
      return { code };
    case "BASE": {
      const base = reader.number("base");
      return base && { code, base };
    }
    case "STEP": {
      const steps = readSteps(reader, direction);
      return steps && { code, ...steps };
    }
    case "PWL": {
      const curve = readCurve(reader, direction);
      return curve && { code, ...curve };
    }
    case "PWL3": {
      const [base, stretch] = [reader.number("base"), reader.number("stretch")];
      if (!base || !stretch) return null;
      const wrong = againstDirection(base, stretch, direction);
      if (wrong) problems.add("stretch", `method_stretch_${wrong}`);
      return { code, base, stretch };
    }
    case "PWL4": {
      const levels = readLevels(reader, direction);
      return levels && { code, levels };
    }
    case "EFF": {
      const [unallowed, satisfactory] = [reader.number("unallowed"), reader.number("satisfactory")];
      if (!unallowed || !satisfactory) return null;
      const wrong = againstDirection(unallowed, satisfactory, direction);
      if (wrong) problems.add("satisfactory", `method_satisfactory_${wrong}`);
      return { code, unallowed, satisfactory };
    }
    case "ADDSUB":
      return readAddSub(reader);
    case "DEDUCT": {
      const [full, perPoint] = [reader.number("full"), reader.number("perPoint")];
      const [points, units] = [reader.number("points"), reader.choice("units", UNITS)];
      return full && perPoint && points && units && { code, full, perPoint, points, units };
    }
    case "BINARY": {
      const [operator, threshold] = [reader.operator(), reader.number("threshold")];
      if (operator === null) return null;
      const fits = direction === "higher" ? operator.startsWith(">") : operator.startsWith("<");
      if ((direction === "higher" || direction === "lower") && !fits) {
        problems.add("operator", `method_operator_${direction}`, { operator });
      }
      return { code, operator, threshold };
    }
    case "BAND":
      return readBand(reader);
    case "ZERO": {
      const worst = reader.number("worst");
      return worst && { code, worst };
    }
    case "MILE": {
      const [perDay, bonusPerDay] = [reader.number("perDay"), reader.number("bonusPerDay")];
      return perDay && bonusPerDay && { code, perDay, bonusPerDay };
    }
    case "RANK": {
      const minimum = reader.number("minimum");
      return minimum && { code, minimum: minimum.toNumber() };
    }
    case "MANUAL": {
      const scale = readScale(reader, direction);
      return scale && { code, scale };
    }
    case "EXPR":
      return readExpression(reader, names);
    case "VETO": {
      const [threshold, effect] = [reader.number("threshold"), readVeto(reader)];
      return threshold && effect && { code, threshold, effect };
    }
  }
}

const UNITS = ["exact", "whole"] as const;

/** Which way two ends of a line must not lie: the direction they go against, or `same`. */
function againstDirection(
  from: Decimal,
  to: Decimal,
  direction: Direction | null,
): "higher" | "lower" | "same" | null {
  if (from.equals(to)) return "same";
  if (direction === "higher" && to.lessThan(from)) return "higher";
  return direction === "lower" && to.greaterThan(from) ? "lower" : null;
}

function readAddSub(reader: ParameterReader): Rule | null {
  const [base, unit] = [reader.number("base"), reader.number("unit")];
  const [plus, minus] = [reader.number("plus"), reader.number("minus")];
  const [min, max] = [reader.number("min"), reader.number("max")];
  const units = reader.choice("units", UNITS);
  if (min && max?.lessThan(min)) {
    reader.problems.add("min", "method_min_max", { min: decimalText(min), max: decimalText(max) });
  }
  if (!base || !unit || !plus || !minus || !units) return null;
  return { code: "ADDSUB", base, unit, plus, minus, min, max, units };
}

function readBand(reader: ParameterReader): Rule | null {
  // A limit that is written must not be passed over in silence.
  const form =
    reader.choice("form", ["relative", "tolerance"]) ??
    (reader.has("limit") && !reader.has("form") ? "tolerance" : "relative");
  if (form === "relative") return { code: "BAND", form };
  const [tolerance, limit] = [reader.number("tolerance"), reader.number("limit")];
  if (!reader.has("limit")) return reader.problems.add("limit", "method_required");
  const below = {
    tolerance: reader.has("toleranceBelow") ? reader.number("toleranceBelow") : tolerance,
    limit: reader.has("limitBelow") ? reader.number("limitBelow") : limit,
  };
  if (!tolerance || !limit || !below.tolerance || !below.limit) return null;
  const sides = [
    ["limit", { tolerance, limit }],
    ["limitBelow", { tolerance: below.tolerance, limit: below.limit }],
  ] as const;
  for (const [key, side] of sides) {
    if (side.limit.greaterThanOrEqualTo(side.tolerance)) continue;
    const details = { limit: decimalText(side.limit), tolerance: decimalText(side.tolerance) };
    reader.problems.add(key, "method_limit", details);
    // The side below repeats what the one above says unless it has its own.
    if (!reader.has("toleranceBelow") && !reader.has("limitBelow")) break;
  }
  return { code: "BAND", form, above: sides[0][1], below: sides[1][1] };
}

function readExpression(reader: ParameterReader, names?: readonly string[]): Rule | null {
  const text = reader.text("expression");
  if (text === null) return null;
  const own = [...inputNames("actual"), ...inputNames("target")];
  const parsed = parseFormula(text, names ? { known: [...own, ...names] } : {});
  if (!parsed.ok) {
    for (const { code, details, position } of parsed.problems) {
      reader.problems.add("expression", code, { ...details, position: String(position + 1) });
    }
    return null;
  }
  // The same figures must give the same score on every day.
  if (parsed.formula.usesToday) {
    return reader.problems.add("expression", "method_expression_today");
  }
  return { code: "EXPR", expression: parsed.formula };
}

function readVeto(reader: ParameterReader): VetoEffect | null {
  const mode = reader.choice("mode", VETO_MODES);
  switch (mode) {
    case null:
      return null;
    case "CAP_GRADE": {
      const grade = reader.text("grade");
      return grade === null ? null : { mode, grade };
    }
    case "MULTIPLY": {
      if (!reader.has("factor")) return reader.problems.add("factor", "method_required");
      const factor = reader.number("factor");
      return factor && { mode, factor };
    }
    case "ZERO_KPI":
    case "ZERO_SECTION":
    case "ZERO_TOTAL":
      return { mode };
  }
}

function checkBounds(reader: ParameterReader, cap: Decimal | null, floor: Decimal | null): void {
  if (cap && floor && cap.lessThan(floor)) {
    const details = { cap: decimalText(cap), floor: decimalText(floor) };
    reader.problems.add("cap", "method_bounds", details);
  }
}

/**
 * The parameters of a method in their canonical form: what {@link parseMethod} reads back to the same.
 *
 * Cap and floor say `none` where a blank would mean another bound; parameters without a value are
 * left out.
 */
export function methodText(
  method: Method,
  locale: Locale = "en-US",
): Readonly<Partial<Record<ParameterKey, string>>> {
  const none = keywordText("none", locale);
  return {
    ...ruleText(method, locale),
    cap: method.cap === null ? none : decimalText(method.cap),
    floor: method.floor === null ? none : decimalText(method.floor),
  };
}

function ruleText(method: Method, locale: Locale): Readonly<Partial<Record<ParameterKey, string>>> {
  switch (method.code) {
    case "RATIO":
      return textsOf({ threshold: method.threshold });
    case "RATIO_INV":
    case "REDUCE":
      return {};
    case "BASE":
      return textsOf({ base: method.base });
    case "STEP":
      return {
        steps: stepsText(method),
        closed: method.closed,
        ...textsOf({ outside: method.outside }),
      };
    case "PWL":
      return {
        anchors: anchorsText(method.anchors, locale, method.relative),
        below: edgeText(method.below, locale),
        above: edgeText(method.above, locale),
      };
    case "PWL3":
      return textsOf({ base: method.base, stretch: method.stretch });
    case "PWL4":
      return { levels: method.levels.map(decimalText).join(", ") };
    case "EFF":
      return textsOf({ unallowed: method.unallowed, satisfactory: method.satisfactory });
    case "ADDSUB": {
      const { base, unit, plus, minus, min, max, units } = method;
      return { ...textsOf({ base, unit, plus, minus, min, max }), units };
    }
    case "DEDUCT": {
      const { full, perPoint, points, units } = method;
      return { ...textsOf({ full, perPoint, points }), units };
    }
    case "BINARY":
      return {
        operator:
          Object.entries(OPERATOR_WORDS).find(([, sign]) => sign === method.operator)?.[0] ??
          method.operator,
        ...textsOf({ threshold: method.threshold }),
      };
    case "BAND": {
      const { form } = method;
      if (form === "relative") return { form };
      const { above, below } = method;
      return {
        form,
        ...textsOf({
          ...above,
          toleranceBelow: below.tolerance,
          limitBelow: below.limit,
        }),
      };
    }
    case "ZERO":
      return textsOf({ worst: method.worst });
    case "MILE":
      return textsOf({ perDay: method.perDay, bonusPerDay: method.bonusPerDay });
    case "RANK":
      return { minimum: String(method.minimum) };
    case "MANUAL":
      return { scale: anchorsText(method.scale, locale, false) };
    case "EXPR":
      return { expression: method.expression.text };
    case "VETO": {
      const { threshold, effect } = method;
      return {
        ...textsOf({ threshold }),
        mode: effect.mode,
        ...(effect.mode === "CAP_GRADE" ? { grade: effect.grade } : {}),
        ...(effect.mode === "MULTIPLY" ? textsOf({ factor: effect.factor }) : {}),
      };
    }
  }
}

/** The numbers that are there, as text. */
function textsOf(
  numbers: Readonly<Partial<Record<ParameterKey, Decimal | null>>>,
): Partial<Record<ParameterKey, string>> {
  const given = Object.entries(numbers).flatMap(([key, value]) =>
    value === null ? [] : [[key, decimalText(value)] as const],
  );
  return Object.fromEntries(given); // its keys are those of `numbers`
}
