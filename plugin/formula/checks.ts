import type { Comparison } from "./comparison.ts";
import type { Expression, FormulaFunction, Rows } from "./function.ts";
import { parameterAt } from "./function.ts";
import { isAscending } from "./lookup.ts";
import { mismatch, type Shape } from "./shape.ts";
import { dimensionText } from "./units.ts";
import { writtenDate } from "./written.ts";

/** A part of a formula that was read: what it does, and what is known of it before it runs. */
export interface Part {
  readonly run: Expression;
  readonly shape: Shape;
  /** 0-based character at which it begins. */
  readonly position: number;
  /** Set for what stands in the formula by itself: its content, or the name. */
  readonly leaf?: { readonly is: "text" | "name"; readonly content: string };
  /** Set for a list in braces. */
  readonly rows?: Rows;
}

/** Takes down a problem: a key of `words/`, its details, and where. */
export type Report = (
  code: string,
  details: Readonly<Record<string, string>>,
  position: number,
) => void;

/**
 * A text where a figure is needed. Only what can never be a figure is refused: a written text
 * without any digit, and a field that is known to hold texts (VALUE makes a figure of it).
 */
export function checkFigure(part: Part, report: Report): void {
  if (part.leaf === undefined || part.shape.kind !== "text") return;
  if (part.leaf.is === "text" && /\p{Nd}/u.test(part.leaf.content)) return;
  report("formula.type", { found: part.leaf.content }, part.position);
}

/** Figures that are added or compared must be of one unit, as far as it is known. */
export function checkUnits(parts: readonly Part[], position: number | null, report: Report): void {
  const found = mismatch(parts.map(({ shape }) => shape));
  if (found === null) return;
  const details = { left: dimensionText(found.first), right: dimensionText(found.other) };
  report("formula.units_differ", details, position ?? parts[found.at]?.position ?? 0);
}

/**
 * A number or date held against a written text: Excel puts every text behind every number, so the
 * answer would be the same for every record.
 */
export function checkOrder(sign: Comparison, a: Part, b: Part, report: Report): void {
  if (sign === "=" || sign === "<>") return;
  for (const [one, other] of [
    [a, b],
    [b, a],
  ] as const) {
    if (one.leaf?.is !== "name" || other.leaf?.is !== "text" || other.leaf.content === "") continue;
    const { kind } = one.shape;
    if (kind !== "number" && kind !== "date") continue;
    if (kind === "date" && writtenDate(other.leaf.content) !== null) continue;
    report("formula.type_order", { found: other.leaf.content }, other.position);
  }
}

/** Arguments against what the function takes. */
export function checkArguments(
  name: string,
  called: FormulaFunction,
  args: readonly Part[],
  report: Report,
): void {
  args.forEach((part, index) => {
    const takes = parameterAt(called, index);
    if (part.rows === undefined) {
      if (takes === "list" || takes === "ascending")
        report("formula.list_needed", { name }, part.position);
    } else if (takes === "ascending" && !isAscending(part.rows)) {
      report("formula.not_ascending", {}, part.position);
    } else if (!["list", "ascending", "numbers", "values", "dates"].includes(takes)) {
      report("formula.unexpected", { found: "{" }, part.position);
    }
    if (takes === "number" || takes === "numbers") checkFigure(part, report);
    // A field of texts may well hold dates or TRUE: there only what is written is judged.
    const isText = part.leaf?.is === "text";
    if ((takes === "date" || takes === "dates") && isText) checkFigure(part, report);
    if (takes === "condition" && isText && !/^(true|false)$/i.test(part.leaf?.content ?? ""))
      report("formula.type", { found: part.leaf?.content ?? "" }, part.position);
  });
  const at = called.takes.indexOf("ascending");
  const [keys, results] = [args[at]?.rows?.flat(), args[at + 1]?.rows?.flat()];
  if (keys && results && keys.length !== results.length) {
    const details = { name, from: String(keys.length), to: String(results.length) };
    report("formula.lists_differ", details, args[at + 1]?.position ?? 0);
  }
  if (called.oneUnit) checkUnits(args, null, report);
}
