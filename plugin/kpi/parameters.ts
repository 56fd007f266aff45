import type { MethodCode } from "./model.ts";

/** The parameters of all scoring methods: fields of the KPI table and keys of `params` alike. */
export const PARAMETER_KEYS = [
  ...["cap", "floor", "base", "stretch", "threshold", "operator"],
  ...["anchors", "below", "above", "levels", "steps", "closed", "outside"],
  ...["unallowed", "satisfactory", "unit", "plus", "minus", "min", "max", "units"],
  ...["full", "perPoint", "points", "form", "tolerance", "limit", "toleranceBelow", "limitBelow"],
  ...["worst", "perDay", "bonusPerDay", "minimum", "scale", "expression"],
  ...["mode", "grade", "factor"],
] as const;
export type ParameterKey = (typeof PARAMETER_KEYS)[number];

/** What numbers a parameter takes: any; above 0; 0 or more; 0 to 1; whole and at least 2. */
export type NumberRange = "any" | "positive" | "unsigned" | "share" | "count";

/** What a parameter is written as; every list has a text form and a form of JSON arrays. */
export type ParameterShape =
  | { readonly kind: "number"; readonly range: NumberRange }
  /** One of these words: keys of an option field. */
  | { readonly kind: "choice"; readonly choices: readonly string[] }
  /** What holds beyond the first or last anchor: a score, `clamp` or `extrapolate`. */
  | { readonly kind: "edge" }
  /** `15:60, 30:100` or `[["15","60"],["30","100"]]`. */
  | { readonly kind: "anchors" }
  /** `<=35:100, >35:0` or `[{"min":null,"max":"35","score":"100"}, …]`. */
  | { readonly kind: "steps" }
  /** `70, 80, 90, 100` or `["70","80","90","100"]`. */
  | { readonly kind: "levels" }
  | { readonly kind: "text" }
  | { readonly kind: "formula" };

/** A parameter as one method uses it. */
export type Parameter = ParameterShape & {
  readonly key: ParameterKey;
  /** Without it the method cannot be used. */
  readonly required: boolean;
  /** What a blank means, as it would be written; null = there is none, or it follows from others. */
  readonly fallback: string | null;
  /** Keys of `words/`: what it is called, and what it says. */
  readonly label: string;
  readonly about: string;
};

/** How the words of an option field say a comparison. */
export const OPERATOR_WORDS = {
  atLeast: ">=",
  above: ">",
  atMost: "<=",
  below: "<",
  equals: "=",
} as const;
export type Operator = (typeof OPERATOR_WORDS)[keyof typeof OPERATOR_WORDS];

export const VETO_MODES = [
  "ZERO_KPI",
  "ZERO_SECTION",
  "ZERO_TOTAL",
  "CAP_GRADE",
  "MULTIPLY",
] as const;

/** Scale of a rating when none is given (spec 3.2): 1 to 5 score 20 to 100. */
const RATING_SCALE = "1:20, 2:40, 3:60, 4:80, 5:100";

const number = (range: NumberRange): ParameterShape => ({ kind: "number", range });
const choice = (...choices: readonly string[]): ParameterShape => ({ kind: "choice", choices });
const EDGE: ParameterShape = { kind: "edge" };
const UNITS = choice("exact", "whole");

function must(key: ParameterKey, shape: ParameterShape): Parameter {
  return described(key, shape, true, null);
}

function may(key: ParameterKey, shape: ParameterShape, fallback: string | null = null): Parameter {
  return described(key, shape, false, fallback);
}

function described(
  key: ParameterKey,
  shape: ParameterShape,
  required: boolean,
  fallback: string | null,
): Parameter {
  return {
    ...shape,
    key,
    required,
    fallback,
    label: `parameter.${key}`,
    about: `parameter.${key}.about`,
  };
}

/** Cap and floor hold for every method; what a blank means differs. */
function bounds(cap: string | null, floor: string | null): readonly Parameter[] {
  return [may("cap", number("any"), cap), may("floor", number("any"), floor)];
}

/**
 * The parameters of every method: which there are, which must be given and what a blank means.
 *
 * The one place that says so: the reader, the problems it finds and the documentation follow it.
 *
 * @source the specification 3.2 (methods), 3.3 (caps), 3.4 (veto)
 */
export const PARAMETERS: Readonly<Record<MethodCode, readonly Parameter[]>> = {
  RATIO: [...bounds("120", "0"), may("threshold", number("share"))],
  RATIO_INV: bounds("120", "0"),
  REDUCE: bounds("120", "0"),
  BASE: [must("base", number("any")), ...bounds("120", "0")],
  STEP: [
    must("steps", { kind: "steps" }),
    may("closed", choice("lower", "upper")),
    may("outside", number("any")),
    ...bounds(null, null),
  ],
  PWL: [
    must("anchors", { kind: "anchors" }),
    may("below", EDGE, "clamp"),
    may("above", EDGE, "clamp"),
    ...bounds(null, null),
  ],
  PWL3: [must("base", number("any")), must("stretch", number("any")), ...bounds(null, null)],
  PWL4: [must("levels", { kind: "levels" }), ...bounds(null, null)],
  EFF: [
    must("unallowed", number("any")),
    must("satisfactory", number("any")),
    ...bounds(null, null),
  ],
  ADDSUB: [
    must("base", number("any")),
    may("unit", number("positive"), "1"),
    must("plus", number("unsigned")),
    must("minus", number("unsigned")),
    may("min", number("any")),
    may("max", number("any")),
    may("units", UNITS, "exact"),
    ...bounds(null, null),
  ],
  DEDUCT: [
    may("full", number("positive"), "100"),
    may("perPoint", number("positive"), "1"),
    may("points", number("positive"), "1"),
    may("units", UNITS, "exact"),
    ...bounds(null, "0"),
  ],
  BINARY: [
    must("operator", choice(...Object.keys(OPERATOR_WORDS))),
    may("threshold", number("any")),
    ...bounds(null, null),
  ],
  BAND: [
    may("form", choice("relative", "tolerance")),
    may("tolerance", number("unsigned"), "0"),
    may("limit", number("unsigned")),
    may("toleranceBelow", number("unsigned")),
    may("limitBelow", number("unsigned")),
    ...bounds(null, "0"),
  ],
  ZERO: [must("worst", number("positive")), ...bounds("100", "0")],
  MILE: [
    must("perDay", number("unsigned")),
    may("bonusPerDay", number("unsigned"), "0"),
    ...bounds(null, "0"),
  ],
  RANK: [may("minimum", number("count"), "5"), ...bounds(null, null)],
  MANUAL: [may("scale", { kind: "anchors" }, RATING_SCALE), ...bounds(null, null)],
  EXPR: [must("expression", { kind: "formula" }), ...bounds(null, null)],
  VETO: [
    may("threshold", number("positive"), "1"),
    may("mode", choice(...VETO_MODES), "CAP_GRADE"),
    may("grade", { kind: "text" }, "C"),
    may("factor", number("share")),
    ...bounds(null, null),
  ],
};

/** Every scoring method, in the order of the specification. */
export const METHOD_CODES = Object.keys(PARAMETERS) as readonly MethodCode[]; // its keys are the codes

export function isMethodCode(text: string): text is MethodCode {
  return Object.hasOwn(PARAMETERS, text);
}
