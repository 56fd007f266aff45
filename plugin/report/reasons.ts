import type { Decimal } from "../decimal.ts";
import type { Method, MethodCode, Reason, Status } from "../kpi/model.ts";
import { hasWords, say, type Locale } from "../words/words.ts";
import {
  formatBoundary,
  formatPlain,
  formatShare,
  joinClauses,
  type NumberStyle,
} from "./format.ts";

/**
 * Why, as a sentence. Every reason the engine gives has its words under `reason.<code>`; one without
 * words still shows its code and details rather than hiding.
 */
export function reasonText(reason: Reason, locale: Locale): string {
  const key = `reason.${reason.code}`;
  if (hasWords(key)) return say(locale, key, reason.details);
  const details = Object.entries(reason.details).map(([name, value]) => `${name}=${value}`);
  return [reason.code, ...details].join(" ");
}

/** The name of a status, e.g. "No data". */
export function statusText(status: Status, locale: Locale): string {
  return say(locale, `status.${status}`);
}

/** The name of a scoring method, e.g. "Ratio to target". */
export function methodName(code: MethodCode, locale: Locale): string {
  return say(locale, `method.${code}`);
}

/** What a method's sentence needs beside the method: the KPI's unit, and the target once known. */
export interface MethodScope extends NumberStyle {
  readonly target: Decimal | null;
}

/**
 * How a method turns an actual into a score, in a sentence a manager understands; caps, floors and
 * what happens outside the anchors are named.
 */
export function methodText(method: Method, scope: MethodScope, locale: Locale): string {
  const figure = (value: Decimal | null) => formatBoundary(value, scope, locale);
  const points = (value: Decimal) => formatPlain(value, locale);
  const clauses: string[] = [];
  switch (method.code) {
    case "RATIO":
    case "REDUCE":
      clauses.push(say(locale, `method.${method.code}.text`, { target: figure(scope.target) }));
      break;
    case "BASE":
      clauses.push(
        say(locale, "method.BASE.text", {
          target: figure(scope.target),
          base: figure(method.base),
        }),
      );
      break;
    case "STEP":
      clauses.push(
        say(locale, "method.STEP.text"),
        ...method.steps.map((step) =>
          say(locale, "method.step", {
            range: rangeText(step, method.closed, figure, locale),
            score: points(step.score),
          }),
        ),
      );
      break;
    case "PWL":
      clauses.push(...curveClauses(method, figure, locale));
      break;
    case "BINARY":
      clauses.push(
        say(locale, "method.BINARY.text", {
          operator: OPERATOR_SIGNS[method.operator],
          threshold: figure(method.threshold ?? scope.target),
        }),
      );
      break;
  }
  if (method.code === "RATIO" && method.threshold !== null) {
    clauses.push(say(locale, "method.threshold", { ratio: formatShare(method.threshold, locale) }));
  }
  if (method.cap !== null) clauses.push(say(locale, "method.cap", { cap: points(method.cap) }));
  if (method.floor !== null) {
    clauses.push(say(locale, "method.floor", { floor: points(method.floor) }));
  }
  return joinClauses(clauses, locale) + say(locale, "join.stop");
}

const OPERATOR_SIGNS: Readonly<Record<">=" | ">" | "<=" | "<" | "=", string>> = {
  ">=": "≥",
  ">": ">",
  "<=": "≤",
  "<": "<",
  "=": "=",
};

type Show = (value: Decimal) => string;

function rangeText(
  step: { readonly min: Decimal | null; readonly max: Decimal | null },
  closed: "lower" | "upper",
  figure: Show,
  locale: Locale,
): string {
  const bounds: string[] = [];
  if (step.min !== null) bounds.push(`${closed === "lower" ? "≥" : ">"} ${figure(step.min)}`);
  if (step.max !== null) bounds.push(`${closed === "lower" ? "<" : "≤"} ${figure(step.max)}`);
  return bounds.length === 0
    ? say(locale, "method.anything")
    : bounds.join(say(locale, "join.and"));
}

function curveClauses(
  method: Extract<Method, { code: "PWL" }>,
  figure: Show,
  locale: Locale,
): string[] {
  const place = (x: Decimal) =>
    method.relative
      ? say(locale, "method.PWL.relative", { ratio: formatShare(x, locale) })
      : figure(x);
  const anchor = (point: { readonly x: Decimal; readonly y: Decimal }) =>
    say(locale, "method.PWL.anchor", { x: place(point.x), score: formatPlain(point.y, locale) });
  const outside = (end: "below" | "above") => {
    const point = end === "below" ? method.anchors[0] : method.anchors.at(-1);
    const rule = method[end];
    if (point === undefined) return [];
    const details = { x: place(point.x), score: formatPlain(point.y, locale) };
    if (rule === "clamp") return [say(locale, `method.PWL.${end}.clamp`, details)];
    if (rule === "extrapolate") return [say(locale, `method.PWL.${end}.extrapolate`, details)];
    return [
      say(locale, `method.PWL.${end}.fixed`, { ...details, score: formatPlain(rule, locale) }),
    ];
  };
  return [
    say(locale, "method.PWL.text"),
    ...method.anchors.map(anchor),
    ...outside("below"),
    ...outside("above"),
  ];
}
