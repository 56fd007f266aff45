import { Decimal } from "../../plugin/decimal.ts";
import { parseMethod } from "../../plugin/kpi/methods.ts";
import type { Direction, Measured, Method, MethodCode } from "../../plugin/kpi/model.ts";
import { PARAMETERS, METHOD_CODES } from "../../plugin/kpi/parameters.ts";
import { missing } from "../../plugin/kpi/reason.ts";
import { scoreItem } from "../../plugin/kpi/score.ts";
import { say } from "../../plugin/words/words.ts";
import { d, figure, measured, table } from "./markdown.ts";
import { EXAMPLES, type Parameters } from "./method-cases.ts";

const LIMITED: Readonly<Record<string, string>> = {
  cap: "held by the cap",
  floor: "held by the floor",
  threshold: "below the threshold",
};

/** The blocks of all methods, by the name of their place in the page. */
export function methodBlocks(): ReadonlyMap<string, string> {
  return new Map([
    ["methods", overview()],
    ["inverse forms", inverseForms()],
    ...METHOD_CODES.map((code): [string, string] => [
      code,
      `${parameters(code)}\n\n${cases(code)}`,
    ]),
  ]);
}

function overview(): string {
  return table(
    ["Code", "中文", "English", "Used for"],
    METHOD_CODES.map((code) => [
      `[${code}](#${[code, say("zh-CN", `method.${code}`), say("en-US", `method.${code}`)]
        .join(" ")
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
        .replaceAll(" ", "-")})`,
      say("zh-CN", `method.${code}`),
      say("en-US", `method.${code}`),
      usedFor(code),
    ]),
  );
}

const WORDS: Readonly<Record<Direction, string>> = {
  higher: "higher is better",
  lower: "lower is better",
  target: "closest to the target is best",
};

/** The directions a method accepts, tried out. */
function usedFor(code: MethodCode): string {
  const { parameters: given, direction: own } = EXAMPLES[code];
  const accepted = (["higher", "lower", "target"] as const).filter((direction) => {
    if (direction === own) return true;
    const parsed = parseMethod({ code, direction, parameters: given });
    // Figures that go the other way are refused, too: that says nothing about the method.
    return parsed.ok || !parsed.problems.some((problem) => problem.code === "method_direction");
  });
  return accepted.map((direction) => WORDS[direction]).join(", ");
}

function parameters(code: MethodCode): string {
  return table(
    ["Parameter", "中文", "Written as", "When blank"],
    PARAMETERS[code].map((parameter) => [
      `\`${parameter.key}\``,
      say("zh-CN", parameter.label),
      parameter.kind === "choice" ? parameter.choices.join(", ") : shapeText(parameter),
      parameter.required
        ? "must be given"
        : parameter.fallback === null
          ? parameter.key === "cap" || parameter.key === "floor"
            ? "no limit"
            : "–"
          : `\`${parameter.fallback}\``,
    ]),
  );
}

function shapeText(parameter: (typeof PARAMETERS)[MethodCode][number]): string {
  if (parameter.kind !== "number") return SHAPES[parameter.kind] ?? parameter.kind;
  return RANGES[parameter.range];
}

const RANGES = {
  any: "a number",
  positive: "a number above 0",
  unsigned: "0 or more",
  share: "0 to 1, or a percentage",
  count: "a whole number from 2 on",
} as const;

const SHAPES: Readonly<Record<string, string>> = {
  edge: "a score, `clamp` or `extrapolate`",
  anchors: "`actual:score, …`",
  steps: "`<=35:100, <=45:80, >45:0`",
  levels: "four numbers, D to A",
  text: "a grade",
  formula: "a formula",
};

function cases(code: MethodCode): string {
  const { direction, parameters: own, asked } = EXAMPLES[code];
  const withTarget = asked.some(({ target }) => target !== undefined);
  const withPeers = asked.some(({ peers }) => peers !== undefined);
  const head = [
    "Actual",
    ...(withTarget ? ["Target"] : []),
    ...(withPeers ? ["Among"] : []),
    "Parameters",
    "Score",
    "",
  ];
  return table(
    head,
    asked.map(({ actual, target, peers, parameters: more = {} }) => {
      const given = { ...own, ...more };
      const method = read(code, direction, given);
      const { score, raw, limitedBy } = scoreItem({
        method,
        direction,
        actual: asMeasured(actual),
        target: target === undefined ? null : d(target),
        ...(peers ? { peers: peers.map((peer) => d(peer)) } : {}),
      });
      const text = Object.entries(given).map(([key, written]) => `${key} ${written}`);
      return [
        actual ?? "no data",
        ...(withTarget ? [target ?? "–"] : []),
        ...(withPeers ? [(peers ?? []).join(", ")] : []),
        text.length === 0 ? "–" : text.join("; "),
        score.status === "OK" ? figure(score.value) : `\`${score.status}\``,
        remark(score, raw, limitedBy),
      ];
    }),
  );
}

function remark(score: Measured, raw: Decimal | null, limitedBy: string | null): string {
  if (score.status !== "OK") return measured(score).replace(/^`\w+`:? ?/, "");
  if (limitedBy === null) return "";
  const before = raw && !raw.equals(score.value) ? `, ${figure(raw)} before` : "";
  return `${LIMITED[limitedBy] ?? limitedBy}${before}`;
}

function read(code: MethodCode, direction: Direction, given: Parameters): Method {
  const parsed = parseMethod({ code, direction, parameters: given });
  if (!parsed.ok) throw new Error(`${code}: ${JSON.stringify(parsed.problems)}`);
  return parsed.method;
}

function asMeasured(actual: string | null): Measured {
  if (actual === null) return missing("NO_DATA", "no_records");
  return { status: "OK", value: d(actual), reasons: [] };
}

/** Two ways to score lower-is-better, uncapped, at a target of 10. */
function inverseForms(): string {
  const actuals = ["1", "5", "8", "10", "12", "15", "20", "30"];
  const row = (code: "RATIO_INV" | "REDUCE") => [
    code,
    ...actuals.map((actual) => {
      const method = read(code, "lower", { cap: "none", floor: "none" });
      const given = {
        method,
        direction: "lower",
        actual: asMeasured(actual),
        target: d(10),
      } as const;
      return measured(scoreItem(given).score);
    }),
  ];
  return table(["Actual, target 10", ...actuals], [row("RATIO_INV"), row("REDUCE")]);
}
