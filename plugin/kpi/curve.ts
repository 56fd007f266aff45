import { decimalText, type Decimal } from "../decimal.ts";
import { afterKeyword, keywordText, type Locale } from "../formula/keywords.ts";
import {
  figureText,
  partsOf,
  plainText,
  readMultiple,
  readScore,
  readNumber,
  shown,
  type ParameterReader,
} from "./method-reader.ts";
import type { Direction, Method } from "./model.ts";

type Curve = Extract<Method, { code: "PWL" }>;
type Levels = Extract<Method, { code: "PWL4" }>["levels"];
type Edge = Curve["below"];
interface Anchor {
  readonly x: Decimal;
  readonly y: Decimal;
  readonly relative: boolean;
  readonly part: string;
}

/**
 * Read a scoring curve from `anchors`, `below` and `above`.
 *
 * The anchors' x are all absolute or all multiples of the target ("0.6x"), and rise strictly.
 *
 * @param direction  null = not known, so any course of the scores is fine
 * @returns null when anything is wrong, with every fault among the reader's problems
 */
export function readCurve(
  reader: ParameterReader,
  direction: Direction | null,
): Pick<Curve, "anchors" | "below" | "above" | "relative"> | null {
  const anchors = readAnchors(reader, "anchors", direction);
  const [below, above] = [readEdge(reader, "below"), readEdge(reader, "above")];
  const [first, last] = [anchors?.[0], anchors?.at(-1)];
  if (!anchors || !first || !last || below === null || above === null) return null;
  // A score beyond the anchors must not be better than one nearer to the good end.
  const falls = `method_falls_${direction ?? ""}`;
  if (typeof below !== "string" && worsens(below, first.y, direction)) {
    reader.problems.add("below", falls, { part: first.part, before: decimalText(below) });
  }
  if (typeof above !== "string" && worsens(last.y, above, direction)) {
    reader.problems.add("above", falls, { part: decimalText(above), before: last.part });
  }
  return { anchors: pointsOf(anchors), below, above, relative: first.relative };
}

/** Read the anchored scale of a rating from `scale`: as anchors, never multiples of a target. */
export function readScale(
  reader: ParameterReader,
  direction: Direction | null,
): Curve["anchors"] | null {
  const anchors = readAnchors(reader, "scale", direction);
  if (anchors?.[0]?.relative) {
    return reader.problems.add("scale", "method_anchor_unreadable", { part: anchors[0].part });
  }
  return anchors && pointsOf(anchors);
}

/** Read the four levels D, C, B, A from `levels`: strictly rising, or strictly falling. */
export function readLevels(reader: ParameterReader, direction: Direction | null): Levels | null {
  const written = reader.value("levels");
  if (written === null) return null;
  const parts = Array.isArray(written)
    ? written.map(figureText)
    : partsOf(figureText(written) ?? "", ",");
  const numbers = parts.map((part) => (part === null ? null : readNumber(part)));
  const [d, c, b, a] = numbers;
  if (numbers.length !== 4 || !d || !c || !b || !a) {
    return reader.problems.add("levels", "method_levels_unreadable", { value: shown(written) });
  }
  const rises = d.lessThan(c) && c.lessThan(b) && b.lessThan(a);
  const falls = d.greaterThan(c) && c.greaterThan(b) && b.greaterThan(a);
  if (!rises && !falls) return reader.problems.add("levels", "method_levels_order");
  if ((rises && direction === "lower") || (falls && direction === "higher")) {
    return reader.problems.add("levels", `method_levels_${direction}`);
  }
  return [d, c, b, a];
}

/** Anchors as {@link readCurve} reads them. */
export function anchorsText(anchors: Curve["anchors"], locale: Locale, relative: boolean): string {
  const times = relative ? keywordText("times", locale) : "";
  return anchors.map(({ x, y }) => `${decimalText(x)}${times}:${decimalText(y)}`).join(", ");
}

/** What holds beyond an end, as {@link readCurve} reads it. */
export function edgeText(edge: Edge, locale: Locale): string {
  return typeof edge === "string" ? keywordText(edge, locale) : decimalText(edge);
}

/** Whether going from one score to that of a larger actual goes against the direction. */
export function worsens(from: Decimal, to: Decimal, direction: Direction | null): boolean {
  if (direction === "higher") return to.lessThan(from);
  return direction === "lower" && to.greaterThan(from);
}

function pointsOf(anchors: readonly Anchor[]): Curve["anchors"] {
  return anchors.map(({ x, y }) => ({ x, y }));
}

function readAnchors(
  reader: ParameterReader,
  key: "anchors" | "scale",
  direction: Direction | null,
): readonly Anchor[] | null {
  const { problems } = reader;
  const written = reader.value(key);
  if (written === null) return null;
  const before = problems.list.length;
  const parts: readonly unknown[] = Array.isArray(written)
    ? written
    : partsOf(figureText(written) ?? shown(written), /[,;\n]/);
  const anchors = parts.flatMap((part) => {
    const anchor = readAnchor(part);
    if (!anchor) problems.add(key, "method_anchor_unreadable", { part: shown(part) });
    return anchor ?? [];
  });
  if (problems.list.length > before) return null;
  if (anchors.length < 2) return problems.add(key, "method_anchors_too_few");
  if (anchors.some(({ relative }) => relative !== anchors[0]?.relative)) {
    return problems.add(key, "method_anchors_mixed");
  }
  anchors.forEach((anchor, index) => {
    const previous = anchors[index - 1];
    if (!previous) {
      // At 0 times the target nothing is 0; below it the line would run against the target's sign.
      if (anchor.relative && anchor.x.isNegative() && !anchor.x.isZero()) {
        problems.add(key, "method_anchor_negative", { part: anchor.part });
      }
      return;
    }
    const details = { part: anchor.part, before: previous.part };
    if (anchor.x.equals(previous.x)) problems.add(key, "method_anchors_same", details);
    else if (anchor.x.lessThan(previous.x)) problems.add(key, "method_anchors_order", details);
    else if (worsens(previous.y, anchor.y, direction))
      problems.add(key, `method_falls_${direction ?? ""}`, details);
  });
  return problems.list.length > before ? null : anchors;
}

/** `30:100`, or `["30", "100"]`; x also as `0.6x`. */
function readAnchor(part: unknown): Anchor | null {
  const sides = Array.isArray(part)
    ? part.map(figureText)
    : typeof part === "string"
      ? part.split(":")
      : [];
  const [left, right] = sides;
  if (sides.length !== 2 || typeof left !== "string" || typeof right !== "string") return null;
  const multiple = readMultiple(left);
  const x = multiple ?? readNumber(left);
  const y = readScore(right);
  if (x === null || y === null) return null;
  return { x, y, relative: multiple !== null, part: `${left.trim()}:${right.trim()}` };
}

function readEdge(reader: ParameterReader, key: "below" | "above"): Edge | null {
  const written = reader.value(key);
  const text = figureText(written);
  if (text !== null) {
    for (const rule of ["clamp", "extrapolate"] as const) {
      if (afterKeyword(plainText(text), rule) === "") return rule;
    }
    const fixed = readScore(text);
    if (fixed !== null) return fixed;
  }
  return reader.problems.add(key, "method_edge_unreadable", { value: shown(written) });
}
