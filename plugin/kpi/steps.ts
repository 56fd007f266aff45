import { decimalText, type Decimal } from "../decimal.ts";
import { worsens } from "./curve.ts";
import { partsOf, readNumber, readOperator, type Problems } from "./method-reader.ts";
import type { Direction, Method } from "./model.ts";

type Steps = Extract<Method, { code: "STEP" }>;
interface Bound {
  /** Whether the step ends at the bound ("<", "<=") or begins there. */
  readonly ends: boolean;
  /** Whether the bound itself belongs to the step above it. */
  readonly closed: "lower" | "upper";
  readonly at: Decimal;
  readonly score: Decimal;
  readonly part: string;
}

/**
 * Read a table of steps: "<=35:100, <=45:80, <=55:60, >55:0" or ">=90:100, >=60:60, <60:0".
 *
 * Each step reaches to the next bound; one step of the other kind covers the rest, so that every
 * actual falls into exactly one.
 *
 * @param text  in its plain form
 * @param problems  where every fault is added
 */
export function readSteps(
  text: string,
  direction: Direction,
  problems: Problems,
): Pick<Steps, "steps" | "closed"> | null {
  const written = partsOf(text, /[,;\n]/).flatMap((part) => {
    const bound = readBound(part);
    if (!bound) problems.add("method_step_unreadable", { part });
    return bound ?? [];
  });
  if (problems.list.length > 0) return null;
  if (written.length === 0) return problems.add("method_steps_empty");
  const ending = inOrder(written.filter(({ ends }) => ends));
  const starting = inOrder(written.filter(({ ends }) => !ends));
  const [highest, lowest] = [ending.at(-1), starting[0]];
  if (!lowest) return problems.add("method_steps_open_above", { part: highest?.part ?? text });
  if (!highest) return problems.add("method_steps_open_below", { part: lowest.part });
  const along = [...ending, ...starting];
  const closed = lowest.closed;
  if (along.some((bound) => bound.closed !== closed)) return problems.add("method_steps_mixed");
  for (const row of [ending, starting]) {
    row.forEach((bound, index) => {
      const before = row[index - 1];
      if (!before?.at.equals(bound.at)) return;
      problems.add("method_steps_same", { part: bound.part, before: before.part });
    });
  }
  if (!highest.at.equals(lowest.at)) {
    const code = highest.at.lessThan(lowest.at) ? "method_steps_gap" : "method_steps_overlap";
    problems.add(code, { part: lowest.part, before: highest.part });
  }
  if (!isSame(written, along) && !isSame(written, along.toReversed())) {
    problems.add("method_steps_order");
  }
  along.forEach((bound, index) => {
    const before = along[index - 1];
    if (before && worsens(before.score, bound.score, direction)) {
      problems.add(`method_falls_${direction}`, { part: bound.part, before: before.part });
    }
  });
  if (problems.list.length > 0) return null;
  return {
    closed,
    steps: [
      ...ending.map(({ at, score }, index) => ({
        min: ending[index - 1]?.at ?? null,
        max: at,
        score,
      })),
      ...starting.map(({ at, score }, index) => ({
        min: at,
        max: starting[index + 1]?.at ?? null,
        score,
      })),
    ],
  };
}

/** Steps as {@link readSteps} reads them: upwards by their upper ends, the last by its lower. */
export function stepsText({ steps, closed }: Steps): string {
  return steps
    .map(({ min, max, score }) => {
      if (max !== null)
        return `${closed === "upper" ? "<=" : "<"}${decimalText(max)}:${decimalText(score)}`;
      const from = min === null ? "" : decimalText(min);
      return `${closed === "upper" ? ">" : ">="}${from}:${decimalText(score)}`;
    })
    .join(", ");
}

function readBound(part: string): Bound | null {
  const sides = part.split(":");
  const [left = "", right = ""] = sides;
  const read = readOperator(left);
  const at = read ? readNumber(read.rest) : null;
  const score = right.includes("%") ? null : readNumber(right);
  if (sides.length !== 2 || !read || read.operator === "=" || at === null || score === null) {
    return null;
  }
  const closed = read.operator === "<=" || read.operator === ">" ? "upper" : "lower";
  return { ends: read.operator.startsWith("<"), closed, at, score, part };
}

function inOrder(bounds: readonly Bound[]): readonly Bound[] {
  return [...bounds].sort((a, b) => a.at.comparedTo(b.at));
}

function isSame(a: readonly Bound[], b: readonly Bound[]): boolean {
  return a.every((bound, index) => bound === b[index]);
}
