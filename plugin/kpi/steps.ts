import { decimalText, type Decimal } from "../decimal.ts";
import { worsens } from "./curve.ts";
import {
  figureText,
  partsOf,
  readNumber,
  readScore,
  shown,
  type ParameterReader,
  type Problems,
} from "./method-reader.ts";
import type { Direction, Method } from "./model.ts";

type Steps = Extract<Method, { code: "STEP" }>;
/** Which side of a bound the bound itself belongs to: the step above it, or the one below. */
type Closed = Steps["closed"];
type Step = Steps["steps"][number] & { readonly part: string };
interface Bound {
  /** Whether the step ends at the bound ("<", "<=") or begins there. */
  readonly ends: boolean;
  readonly closed: Closed;
  readonly at: Decimal;
}
interface Part {
  readonly bounds: readonly Bound[];
  readonly score: Decimal;
  readonly part: string;
}

/**
 * Read a table of steps from `steps`, `closed` and `outside`.
 *
 * As text, "<=35:100, <=45:80, >45:0": each step reaches to the next bound, one step of the other
 * kind covers the rest, and the signs say where a bound belongs. A step with two bounds,
 * ">=10 <20:50", stands for itself, as does every `{min, max, score}` of the JSON form.
 *
 * Steps are disjoint, in order and without gaps. As text they cover everything unless `outside` says
 * what the rest scores; as JSON their ends may be numbers, beyond which nothing is scored.
 *
 * @param direction  null = not known, so any course of the scores is fine
 */
export function readSteps(
  reader: ParameterReader,
  direction: Direction | null,
): Pick<Steps, "steps" | "closed" | "outside"> | null {
  const { problems } = reader;
  const before = problems.list.length;
  const written = reader.value("steps");
  const closed = reader.choice("closed", ["lower", "upper"]);
  const outside = reader.number("outside");
  if (written === null) return null;
  const read = Array.isArray(written)
    ? { steps: jsonSteps(written, problems), closed: null }
    : textSteps(figureText(written) ?? shown(written), problems);
  if (!read?.steps || problems.list.length > before) return null;
  if (read.closed !== null && closed !== null && read.closed !== closed) {
    return problems.add("closed", "method_steps_closed", { value: closed });
  }
  const steps = inOrder(read.steps, problems);
  if (!steps) return null;
  checkCover(steps, outside, problems);
  // An end written as a number in JSON is meant; in a text it was forgotten.
  if (!Array.isArray(written)) checkEnds(steps, outside, problems);
  steps.forEach((step, index) => {
    const lower = steps[index - 1];
    if (!lower || !worsens(lower.score, step.score, direction)) return;
    const details = { part: step.part, before: lower.part };
    problems.add("steps", `method_falls_${direction ?? ""}`, details);
  });
  if (problems.list.length > before) return null;
  return {
    steps: steps.map(({ min, max, score }) => ({ min, max, score })),
    closed: read.closed ?? closed ?? (direction === "lower" ? "upper" : "lower"),
    outside,
  };
}

/** Steps as {@link readSteps} reads them. */
export function stepsText({ steps, closed }: Steps): string {
  const [from, to] = closed === "lower" ? [">=", "<"] : [">", "<="];
  const joined = steps.every(({ min }, index) => {
    const above = steps[index - 1]?.max;
    return index === 0 ? min === null : min !== null && (above?.equals(min) ?? false);
  });
  const whole = joined && steps.at(-1)?.max === null;
  return steps
    .map(({ min, max, score }) => {
      const lower = min === null || (whole && max !== null) ? "" : `${from}${decimalText(min)}`;
      const upper = max === null ? "" : `${to}${decimalText(max)}`;
      return `${[lower, upper].filter((bound) => bound !== "").join(" ")}:${decimalText(score)}`;
    })
    .join(", ");
}

function textSteps(
  text: string,
  problems: Problems,
): { readonly steps: readonly Step[]; readonly closed: Closed } | null {
  const parts = partsOf(text, /[,;\n]/).flatMap((part) => {
    const read = readPart(part);
    if (!read) problems.add("steps", "method_step_unreadable", { part });
    return read ?? [];
  });
  const [first] = parts;
  if (problems.list.length > 0 || !first) return null;
  const closed = first.bounds[0]?.closed ?? "lower";
  if (parts.some(({ bounds }) => bounds.some((bound) => bound.closed !== closed))) {
    return problems.add("steps", "method_steps_mixed");
  }
  const literal = parts.some(({ bounds }) => bounds.length === 2);
  return { steps: parts.map((part) => stepOf(part, literal ? [] : parts)), closed };
}

/** The step a part stands for; with one bound it reaches to the next bound of the same kind. */
function stepOf({ bounds, score, part }: Part, parts: readonly Part[]): Step {
  const start = bounds.find(({ ends }) => !ends)?.at ?? null;
  const end = bounds.find(({ ends }) => ends)?.at ?? null;
  const others = (ends: boolean) =>
    parts
      .flatMap((other) => other.bounds.filter((bound) => bound.ends === ends))
      .map(({ at }) => at);
  const below = end ? others(true).filter((at) => at.lessThan(end)) : [];
  const above = start ? others(false).filter((at) => at.greaterThan(start)) : [];
  return {
    min: start ?? below.reduce<Decimal | null>((a, b) => (a?.greaterThan(b) ? a : b), null),
    max: end ?? above.reduce<Decimal | null>((a, b) => (a?.lessThan(b) ? a : b), null),
    score,
    part,
  };
}

/** `<=35:100`, or with two bounds `>=10 <20:50`. */
function readPart(part: string): Part | null {
  const match = /^(>=|<=|>|<)([^<>=:]+)(?:(>=|<=|>|<)([^<>=:]+))?:([^:]+)$/.exec(part);
  if (!match) return null;
  const [, sign = "", at = "", secondSign, secondAt = "", right = ""] = match;
  const bounds = [readBound(sign, at), ...(secondSign ? [readBound(secondSign, secondAt)] : [])];
  const score = readScore(right);
  const read = bounds.filter((bound) => bound !== null);
  if (score === null || read.length < bounds.length) return null;
  if (read.length === 2 && read[0]?.ends === read[1]?.ends) return null;
  return { bounds: read, score, part };
}

function readBound(sign: string, text: string): Bound | null {
  const at = readNumber(text);
  const closed = sign === "<=" || sign === ">" ? "upper" : "lower";
  return at && { ends: sign.startsWith("<"), closed, at };
}

function jsonSteps(written: readonly unknown[], problems: Problems): readonly Step[] | null {
  const steps = written.flatMap((entry, index) => {
    const step = jsonStep(entry);
    if (!step) problems.add("steps", "method_step_unreadable", { part: `#${index + 1}` });
    return step ?? [];
  });
  return steps.length < written.length ? null : steps;
}

function jsonStep(entry: unknown): Step | null {
  if (typeof entry !== "object" || entry === null) return null;
  const given = new Map<string, unknown>(Object.entries(entry));
  const texts = ["min", "max", "score"].map((key) => {
    const value = given.get(key) ?? null;
    return value === null || value === "" ? null : (figureText(value) ?? "?");
  });
  const [min, max] = texts.slice(0, 2).map((text) => (text === null ? null : readNumber(text)));
  const score = readScore(texts[2] ?? "");
  const unread = texts.slice(0, 2).some((text, at) => text !== null && [min, max][at] === null);
  if (unread || score === null || (!min && !max)) return null;
  const part = `${texts[0] ?? ""}…${texts[1] ?? ""}:${texts[2] ?? ""}`;
  return { min: min ?? null, max: max ?? null, score, part };
}

/** The steps upwards; people may also write them downwards, but in no other order. */
function inOrder(steps: readonly Step[], problems: Problems): readonly Step[] | null {
  const empty = steps.find(({ min, max }) => min && max && !min.lessThan(max));
  if (empty) return problems.add("steps", "method_step_void", { part: empty.part });
  const low = ({ min }: Step) => min ?? null;
  const sorted = [...steps].sort((a, b) => {
    const [x, y] = [low(a), low(b)];
    if (!x || !y) return x ? 1 : y ? -1 : 0;
    return x.comparedTo(y);
  });
  const clash = sorted.find((step, at) => {
    const before = sorted[at - 1];
    return before !== undefined && isSame(before, step);
  });
  if (clash) {
    const before = sorted[sorted.indexOf(clash) - 1]?.part ?? "";
    return problems.add("steps", "method_steps_same", { part: clash.part, before });
  }
  const along = (list: readonly Step[]) => list.every((step, at) => step === steps[at]);
  if (!along(sorted) && !along(sorted.toReversed())) problems.add("steps", "method_steps_order");
  return sorted;
}

/** Both begin, or both end, at the same bound. */
function isSame(a: Step, b: Step): boolean {
  if (a.min && b.min) return a.min.equals(b.min);
  return !a.min && !b.min && (a.max && b.max ? a.max.equals(b.max) : a.max === b.max);
}

function checkCover(steps: readonly Step[], outside: Decimal | null, problems: Problems): void {
  steps.forEach((step, at) => {
    const before = steps[at - 1];
    if (!before) return;
    const details = { part: step.part, before: before.part };
    if (!before.max || !step.min || before.max.greaterThan(step.min)) {
      problems.add("steps", "method_steps_overlap", details);
    } else if (before.max.lessThan(step.min) && !outside) {
      problems.add("steps", "method_steps_gap", details);
    }
  });
}

function checkEnds(steps: readonly Step[], outside: Decimal | null, problems: Problems): void {
  const [first, last] = [steps[0], steps.at(-1)];
  if (outside || !first || !last) return;
  if (first.min) problems.add("steps", "method_steps_open_below", { part: first.part });
  if (last.max) problems.add("steps", "method_steps_open_above", { part: last.part });
}
