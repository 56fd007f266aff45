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
  const clauses = ruleClauses(method, { figure, points, target: scope.target }, locale);
  if (method.code === "RATIO" && method.threshold !== null) {
    clauses.push(say(locale, "method.threshold", { ratio: formatShare(method.threshold, locale) }));
  }
  if (method.cap !== null) clauses.push(say(locale, "method.cap", { cap: points(method.cap) }));
  if (method.floor !== null) {
    clauses.push(say(locale, "method.floor", { floor: points(method.floor) }));
  }
  return joinClauses(clauses, locale) + say(locale, "join.stop");
}

/** How the figures of a method are shown: those in the KPI's unit, and those that are points. */
interface Show {
  readonly figure: (value: Decimal | null) => string;
  readonly points: (value: Decimal) => string;
  readonly target: Decimal | null;
}

function ruleClauses(method: Method, show: Show, locale: Locale): string[] {
  const { figure, points } = show;
  const target = figure(show.target);
  const text = (details: Readonly<Record<string, string>>, part = "text") =>
    say(locale, `method.${method.code}.${part}`, { target, ...details });
  switch (method.code) {
    case "RATIO":
    case "RATIO_INV":
    case "REDUCE":
      return [text({})];
    case "BASE":
      return [text({ base: figure(method.base) })];
    case "STEP":
      return [
        text({}),
        ...method.steps.map((step) =>
          say(locale, "method.step", {
            range: rangeText(step, method.closed, figure, locale),
            score: points(step.score),
          }),
        ),
        ...(method.outside ? [text({ score: points(method.outside) }, "outside")] : []),
      ];
    case "PWL":
      return curveClauses(method, figure, locale);
    case "PWL3":
      return [text({ base: figure(method.base), stretch: figure(method.stretch) })];
    case "PWL4": {
      const [d, c, b, a] = method.levels;
      return [text({ d: figure(d), c: figure(c), b: figure(b), a: figure(a) })];
    }
    case "EFF":
      return [
        text({ unallowed: figure(method.unallowed), satisfactory: figure(method.satisfactory) }),
      ];
    case "ADDSUB":
      return [
        text({
          base: points(method.base),
          unit: figure(method.unit),
          plus: points(method.plus),
          minus: points(method.minus),
        }),
        ...(method.units === "whole" ? [text({}, "whole")] : []),
        ...(method.max ? [say(locale, "method.cap", { cap: points(method.max) })] : []),
        ...(method.min ? [say(locale, "method.floor", { floor: points(method.min) })] : []),
      ];
    case "DEDUCT":
      return [
        text({
          full: points(method.full),
          points: points(method.points),
          perPoint: figure(method.perPoint),
        }),
        ...(method.units === "whole" ? [text({}, "whole")] : []),
      ];
    case "BINARY":
      return [
        text({
          operator: OPERATOR_SIGNS[method.operator],
          threshold: figure(method.threshold ?? show.target),
        }),
      ];
    case "BAND":
      return bandClauses(method, figure, target, locale);
    case "ZERO":
      return [text({ worst: figure(method.worst) })];
    case "MILE":
      return [
        text({ perDay: points(method.perDay) }),
        ...(method.bonusPerDay.isZero()
          ? []
          : [text({ bonusPerDay: points(method.bonusPerDay) }, "early")]),
      ];
    case "RANK":
      return [text({ minimum: String(method.minimum) })];
    case "MANUAL":
      return [
        text({}),
        ...method.scale.map(({ x, y }) =>
          say(locale, "method.PWL.anchor", { x: points(x), score: points(y) }),
        ),
      ];
    case "EXPR":
      return [text({ expression: method.expression.text })];
    case "VETO": {
      const { effect } = method;
      return [
        text({ threshold: points(method.threshold) }),
        say(locale, `method.VETO.${effect.mode}`, {
          grade: effect.mode === "CAP_GRADE" ? effect.grade : "",
          factor: effect.mode === "MULTIPLY" ? points(effect.factor) : "",
        }),
      ];
    }
  }
}

function bandClauses(
  method: Extract<Method, { code: "BAND" }>,
  figure: Show["figure"],
  target: string,
  locale: Locale,
): string[] {
  if (method.form === "relative") return [say(locale, "method.BAND.text", { target })];
  const side = (key: "both" | "above" | "below", from: typeof method.above) =>
    say(locale, `method.BAND.${key}`, {
      tolerance: figure(from.tolerance),
      limit: figure(from.limit),
    });
  const { above, below } = method;
  const same = above.tolerance.equals(below.tolerance) && above.limit.equals(below.limit);
  return [
    say(locale, "method.BAND.tolerance", { target }),
    ...(same ? [side("both", above)] : [side("above", above), side("below", below)]),
  ];
}

const OPERATOR_SIGNS: Readonly<Record<">=" | ">" | "<=" | "<" | "=", string>> = {
  ">=": "≥",
  ">": ">",
  "<=": "≤",
  "<": "<",
  "=": "=",
};

function rangeText(
  step: { readonly min: Decimal | null; readonly max: Decimal | null },
  closed: "lower" | "upper",
  figure: (value: Decimal) => string,
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
  figure: (value: Decimal) => string,
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
