import type { Direction, Method, Status } from "../../kpi/model.ts";
import { quoted } from "./grid.ts";
import { CAP, FIRST_OWN, FLOOR } from "./method-lines.ts";
import type { Entry } from "./register.ts";

/** Where the figures of one item stand. */
export interface ScoreCells {
  readonly actual: string;
  readonly target: string;
  /** The method's parameters, as `methodLines` orders them. */
  readonly rule: Entry;
  /** How a status is written in the place of a score. */
  readonly status: (status: Exclude<Status, "OK">) => string;
  /** Number of people and this one's rank among them, for RANK. */
  readonly rank: { readonly n: string; readonly rank: string } | null;
  /** The formula of EXPR over cells; null when a spreadsheet cannot have it. */
  readonly expression: string | null;
}

/** Spreadsheets allow 64 levels of IF. */
const MOST_PARTS = 50;
/** Ratios and counts carry the dust of binary fractions: 0.3 / 0.1 must be 3, not 2.9999999999999996. */
const RATIO_DIGITS = 12;
const COUNT_DIGITS = 9;

interface Parts {
  /** First of these that holds decides, before the bounds. */
  readonly guards: readonly (readonly [when: string, gives: string])[];
  readonly raw: string;
  /** Bounds of the method's own, beside cap and floor. */
  readonly bounds?: { readonly cap: string; readonly floor: string };
}

/**
 * The score of an item as a formula: the method's sum over the actual, the target and the parameters,
 * within its bounds; a status in words where there is no score.
 *
 * @param limit  reference to what a counter-metric leaves at most; null = no counter-metric
 * @returns without "="; null when a spreadsheet cannot have it (too many steps, a function of ours)
 */
export function scoreFormula(
  method: Method,
  direction: Direction,
  cells: ScoreCells,
  limit: string | null,
): string | null {
  const parts = partsOf(method, direction, cells);
  if (parts === null) return null;
  const { rule } = cells;
  const caps = [rule.score(CAP), ...(parts.bounds ? [parts.bounds.cap] : []), parts.raw];
  const floors = [rule.score(FLOOR), ...(parts.bounds ? [parts.bounds.floor] : [])];
  // An empty bound takes no part in MIN and MAX.
  const bounded = `MAX(${floors.join(",")},MIN(${caps.join(",")}))`;
  const score = limit === null ? bounded : `MIN(${limit},${bounded})`;
  return parts.guards.reduceRight((rest, [when, gives]) => `IF(${when},${gives},${rest})`, score);
}

function partsOf(method: Method, direction: Direction, cells: ScoreCells): Parts | null {
  const { actual: a, target: t, rule } = cells;
  const value = (line: number) => rule.value(FIRST_OWN + line);
  const to = (line: number) => rule.to(FIRST_OWN + line);
  const score = (line: number) => rule.score(FIRST_OWN + line);
  const status = (code: Exclude<Status, "OK">) => quoted(cells.status(code));
  const noTarget = [`${t}=""`, status("INVALID_TARGET")] as const;
  const positiveTarget = [`N(${t})<=0`, status("INVALID_TARGET")] as const;
  const notNegative = [`${a}<0`, status("OUT_OF_RANGE")] as const;
  const plain = (raw: string): Parts => ({ guards: [], raw });

  switch (method.code) {
    case "RATIO": {
      const below = [`ROUND(${a}/${t},${RATIO_DIGITS})<${value(0)}`, "0"] as const;
      return {
        guards: method.threshold === null ? [positiveTarget] : [positiveTarget, below],
        raw: `100*${a}/${t}`,
      };
    }
    case "RATIO_INV": {
      const cap = rule.score(CAP);
      return {
        guards: [
          [`OR(${t}="",N(${t})<0)`, status("INVALID_TARGET")],
          notNegative,
          [`AND(${a}=0,${t}>0,${cap}="")`, status("OUT_OF_RANGE")],
        ],
        raw: `IF(${a}=0,IF(${t}=0,100,${cap}),100*${t}/${a})`,
      };
    }
    case "REDUCE":
      return { guards: [positiveTarget], raw: `100*(2*${t}-${a})/${t}` };
    case "BASE": {
      const b = value(0);
      const wrong = direction === "higher" ? `${t}<=${b}` : `${t}>=${b}`;
      const when = direction === "target" ? `${t}=${b}` : wrong;
      return {
        guards: [noTarget, [when, status("INVALID_BASELINE")]],
        raw: `100*(${a}-${b})/(${t}-${b})`,
      };
    }
    case "STEP":
      return stepParts(method, cells);
    case "PWL": {
      if (method.anchors.length > MOST_PARTS) return null;
      const points = method.anchors.map((_, at) => ({ x: value(at), y: score(at) }));
      const fixed = (end: "below" | "above") =>
        score(points.length + (end === "above" && typeof method.below !== "string" ? 1 : 0));
      const x = method.relative ? `${a}/${t}` : a;
      return {
        guards: method.relative ? [positiveTarget] : [],
        raw: brokenLine(points, {
          x,
          compared: method.relative ? `ROUND(${x},${RATIO_DIGITS})` : x,
          below: end(method.below, points[0], points[1], x) ?? fixed("below"),
          above: end(method.above, points.at(-1), points.at(-2), x) ?? fixed("above"),
        }),
      };
    }
    case "PWL3": {
      const [b, s] = [value(0), value(1)];
      const upwards = method.base.lessThan(method.stretch);
      const between = upwards ? `${b}<${t},${t}<${s}` : `${b}>${t},${t}>${s}`;
      const points = [
        { x: b, y: score(0) },
        { x: t, y: "100" },
        { x: s, y: score(1) },
      ];
      return {
        guards: [[`NOT(AND(${t}<>"",${between}))`, status("INVALID_TARGET")]],
        raw: leveled(points, upwards, a),
      };
    }
    case "PWL4": {
      const points = method.levels.map((_, at) => ({ x: value(at), y: score(at) }));
      return plain(leveled(points, method.levels[0].lessThan(method.levels[3]), a));
    }
    case "EFF": {
      const [u, s] = [value(0), value(1)];
      const [low, high] = [score(0), score(1)];
      return {
        guards: [[`${u}=${s}`, status("INVALID_BASELINE")]],
        raw: `${low}+(${high}-${low})*(${a}-${u})/(${s}-${u})`,
      };
    }
    case "ADDSUB": {
      const ahead = direction === "lower" ? `(${t}-${a})` : `(${a}-${t})`;
      const units =
        method.units === "exact"
          ? `${ahead}/${value(1)}`
          : `INT(ROUND(${ahead}/${value(1)},${COUNT_DIGITS}))`;
      return {
        guards: [noTarget],
        raw: `${score(0)}+${units}*IF(${ahead}<0,${score(3)},${score(2)})`,
        bounds: { floor: score(4), cap: score(5) },
      };
    }
    case "DEDUCT": {
      const times = `${a}/${value(1)}`;
      const counted = method.units === "exact" ? times : `INT(ROUND(${times},${COUNT_DIGITS}))`;
      return { guards: [notNegative], raw: `${score(0)}-${counted}*${score(2)}` };
    }
    case "BINARY": {
      const threshold = method.threshold === null ? t : value(0);
      return {
        guards: method.threshold === null ? [noTarget] : [],
        raw: `IF(${a}${method.operator}${threshold},100,0)`,
      };
    }
    case "BAND": {
      if (method.form === "relative") {
        return { guards: [positiveTarget], raw: `100-100*ABS(${a}-${t})/${t}` };
      }
      const off = `ROUND(ABS(${a}-${t}),10)`;
      const side = (line: number) =>
        `IF(${off}<=${value(line)},100,IF(${off}>=${to(line)},0,100*(${to(line)}-ABS(${a}-${t}))/(${to(line)}-${value(line)})))`;
      return { guards: [noTarget], raw: `IF(${a}<${t},${side(1)},${side(0)})` };
    }
    case "ZERO":
      return { guards: [notNegative], raw: `100*(${value(0)}-${a})/${value(0)}` };
    case "MILE":
      return plain(`100-${a}*IF(${a}<0,${score(1)},${score(0)})`);
    case "RANK": {
      if (cells.rank === null) return null;
      const { n, rank } = cells.rank;
      return {
        guards: [[`${n}<${value(0)}`, status("NO_DATA")]],
        raw: `100*(${n}-${rank})/(${n}-1)`,
      };
    }
    case "MANUAL": {
      if (method.scale.length > MOST_PARTS) return null;
      const points = method.scale.map((_, at) => ({ x: value(at), y: score(at) }));
      const [first, last] = [points[0], points.at(-1)];
      if (!first || !last) return null;
      return {
        guards: [[`OR(${a}<${first.x},${a}>${last.x})`, status("OUT_OF_RANGE")]],
        raw: brokenLine(points, { x: a, compared: a, below: first.y, above: last.y }),
      };
    }
    case "EXPR":
      return cells.expression === null ? null : plain(cells.expression);
    case "VETO":
      return { guards: [notNegative], raw: `IF(${a}<${value(0)},100,0)` };
  }
}

function stepParts(
  method: Extract<Method, { code: "STEP" }>,
  { actual: a, rule, status }: ScoreCells,
): Parts | null {
  if (method.steps.length > MOST_PARTS) return null;
  const [above, under] = method.closed === "lower" ? [">=", "<"] : [">", "<="];
  const within = method.steps.map(({ min, max }, at) => {
    const line = FIRST_OWN + at;
    const lower = min === null ? [] : [`${a}${above}${rule.value(line)}`];
    const upper = max === null ? [] : [`${a}${under}${rule.to(line)}`];
    const sides = [...lower, ...upper];
    return sides.length > 1 ? `AND(${sides.join(",")})` : (sides[0] ?? "TRUE");
  });
  const outside = method.outside === null ? "0" : rule.score(FIRST_OWN + method.steps.length);
  const raw = within.reduceRight(
    (rest, when, at) => `IF(${when},${rule.score(FIRST_OWN + at)},${rest})`,
    outside,
  );
  const covered = within.length === 0 ? "FALSE" : `OR(${within.join(",")})`;
  const nowhere = [`NOT(${covered})`, quoted(status("OUT_OF_RANGE"))] as const;
  return { guards: method.outside === null ? [nowhere] : [], raw };
}

interface Point {
  readonly x: string;
  readonly y: string;
}

/** Levels below which there is nothing and above which nothing more, whichever way they run. */
function leveled(points: readonly Point[], upwards: boolean, a: string): string {
  const along = upwards ? points : points.toReversed();
  return brokenLine(along, {
    x: a,
    compared: a,
    below: upwards ? "0" : (along[0]?.y ?? "0"),
    above: upwards ? (along.at(-1)?.y ?? "0") : "0",
  });
}

/** The height of a broken line, its points with rising x. */
function brokenLine(
  points: readonly Point[],
  at: {
    readonly x: string;
    /** `x` as it is compared with the points. */
    readonly compared: string;
    readonly below: string;
    readonly above: string;
  },
): string {
  const pieces = points.slice(1).reduceRight((rest, to, place) => {
    const from = points[place] ?? to;
    return `IF(${at.compared}<=${to.x},${online(from, to, at.x)},${rest})`;
  }, at.above);
  return `IF(${at.compared}<${points[0]?.x ?? "0"},${at.below},${pieces})`;
}

function online(from: Point, to: Point, x: string): string {
  return `${from.y}+(${to.y}-${from.y})*(${x}-${from.x})/(${to.x}-${from.x})`;
}

/** What lies outside an end of the line; null = a fixed score. */
function end(
  rule: Extract<Method, { code: "PWL" }>["below"],
  point: Point | undefined,
  neighbour: Point | undefined,
  x: string,
): string | null {
  if (!point || !neighbour || typeof rule !== "string") return null;
  return rule === "clamp" ? point.y : online(point, neighbour, x);
}
