import { decimalText, type Decimal } from "../decimal.ts";
import { afterKeyword, keywordText, type Locale } from "../formula/keywords.ts";
import { partsOf, readMultiple, readNumber, type Problems } from "./method-reader.ts";
import type { Direction, Method } from "./model.ts";

type Curve = Extract<Method, { code: "PWL" }>;
type Outside = Curve["below"];
interface Anchor {
  readonly x: Decimal;
  readonly y: Decimal;
  readonly relative: boolean;
  readonly part: string;
}

/**
 * Read a scoring curve: "15:60, 30:100, 40:120; below 0; above clamp".
 *
 * @param text  in its plain form; anchors x:score, x all absolute or all multiples of the target ("0.6x")
 * @param problems  where every fault is added
 */
export function readCurve(
  text: string,
  direction: Direction,
  problems: Problems,
): Pick<Curve, "anchors" | "below" | "above" | "relative"> | null {
  const [anchorText = "", ...options] = partsOf(text, /[;\n]/);
  const anchors = partsOf(anchorText, ",").flatMap((part) => {
    const anchor = readAnchor(part);
    if (!anchor) problems.add("method_anchor_unreadable", { part });
    return anchor ?? [];
  });
  const outside: { below: Outside; above: Outside } = { below: "clamp", above: "clamp" };
  const given = new Set<string>();
  for (const option of options) {
    const read = readOutside(option);
    if (!read) problems.add("method_option_unreadable", { part: option });
    else if (given.has(read.end)) problems.add("method_option_twice", { part: option });
    else outside[read.end] = read.rule;
    if (read) given.add(read.end);
  }
  if (problems.list.length > 0) return null;
  if (anchors.length < 2) return problems.add("method_anchors_too_few");
  const relative = anchors.every((anchor) => anchor.relative);
  if (!relative && anchors.some((anchor) => anchor.relative)) {
    return problems.add("method_anchors_mixed");
  }
  checkOrder(anchors, direction, problems);
  checkEnds(anchors, outside, direction, problems);
  return { anchors: anchors.map(({ x, y }) => ({ x, y })), ...outside, relative };
}

/** A curve as {@link readCurve} reads it. */
export function curveText(curve: Curve, locale: Locale): string {
  const times = curve.relative ? keywordText("times", locale) : "";
  const anchors = curve.anchors.map(({ x, y }) => `${decimalText(x)}${times}:${decimalText(y)}`);
  const end = (keyword: "below" | "above") => {
    const rule = curve[keyword];
    if (rule === "clamp") return [];
    const shown = rule === "extrapolate" ? keywordText(rule, locale) : decimalText(rule);
    return [`${keywordText(keyword, locale)} ${shown}`];
  };
  return [anchors.join(", "), ...end("below"), ...end("above")].join("; ");
}

function readAnchor(part: string): Anchor | null {
  const sides = part.split(":");
  const [left = "", right = ""] = sides;
  const multiple = readMultiple(left);
  const x = multiple ?? readNumber(left);
  const y = right.includes("%") ? null : readNumber(right);
  if (sides.length !== 2 || x === null || y === null) return null;
  return { x, y, relative: multiple !== null, part };
}

function readOutside(option: string): { end: "below" | "above"; rule: Outside } | null {
  for (const end of ["below", "above"] as const) {
    const rest = afterKeyword(option, end);
    if (rest === null) continue;
    for (const rule of ["clamp", "extrapolate"] as const) {
      if (afterKeyword(rest, rule) === "") return { end, rule };
    }
    const fixed = rest.includes("%") ? null : readNumber(rest);
    return fixed === null ? null : { end, rule: fixed };
  }
  return null;
}

function checkOrder(anchors: readonly Anchor[], direction: Direction, problems: Problems): void {
  anchors.forEach((anchor, index) => {
    const before = anchors[index - 1];
    if (!before) {
      // At 0 times the target nothing is 0; below it the line would run against the target's sign.
      if (anchor.relative && anchor.x.isNegative()) {
        problems.add("method_anchor_negative", { part: anchor.part });
      }
      return;
    }
    const details = { part: anchor.part, before: before.part };
    if (anchor.x.equals(before.x)) problems.add("method_anchors_same", details);
    else if (anchor.x.lessThan(before.x)) problems.add("method_anchors_order", details);
    else if (worsens(before.y, anchor.y, direction))
      problems.add(`method_falls_${direction}`, details);
  });
}

/** A score outside the anchors must not be better than one nearer to the good end. */
function checkEnds(
  anchors: readonly Anchor[],
  outside: { readonly below: Outside; readonly above: Outside },
  direction: Direction,
  problems: Problems,
): void {
  const [first, last] = [anchors[0], anchors.at(-1)];
  if (!first || !last) return;
  const { below, above } = outside;
  if (typeof below !== "string" && worsens(below, first.y, direction)) {
    problems.add(`method_falls_${direction}`, { part: first.part, before: decimalText(below) });
  }
  if (typeof above !== "string" && worsens(last.y, above, direction)) {
    problems.add(`method_falls_${direction}`, { part: decimalText(above), before: last.part });
  }
}

/** Whether going from one score to that of a larger actual goes against the direction. */
export function worsens(from: Decimal, to: Decimal, direction: Direction): boolean {
  if (direction === "target") return false;
  return direction === "higher" ? to.lessThan(from) : to.greaterThan(from);
}
