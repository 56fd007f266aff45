import { Decimal } from "../../decimal.ts";
import { printFormula } from "../../formula/print.ts";
import { inputNames } from "../../formula/keywords.ts";
import { gateScore } from "../../kpi/gate.ts";
import type { Method, Status } from "../../kpi/model.ts";
import { scoreItem } from "../../kpi/score.ts";
import { methodName } from "../reasons.ts";
import type { Desk } from "./desk.ts";
import type { WorkbookItem } from "./facts.ts";
import { scoreFormula } from "./method-formula.ts";
import { methodLines } from "./method-lines.ts";

/** Where the sum of the method itself finds out, so that another target mends it on the spot. */
const FOUND_BY_FORMULA: ReadonlySet<Status> = new Set([
  "OK",
  "INVALID_TARGET",
  "INVALID_BASELINE",
  "OUT_OF_RANGE",
]);

/**
 * Whether an item's score follows from the figures and rules at hand, and what is known about its
 * data beforehand. It does not follow when the rules have changed since the score was locked.
 */
export function isLive(item: WorkbookItem): { computable: boolean; status: Status } {
  const { method, direction, actual, target, gate } = item;
  const { score } = item.score;
  if (method === null) return { computable: false, status: score.status };
  const judged = scoreItem({
    ...{ method, direction, actual, target },
    ...(item.peers ? { peers: item.peers } : {}),
    inputs: (name) => item.inputs?.get(name) ?? null,
  });
  const again = (gate ? gateScore(judged, gate) : judged).score;
  const computable =
    again.status === "OK" && score.status === "OK"
      ? again.value.equals(score.value)
      : again.status === score.status;
  const found = computable && actual.status === "OK" && FOUND_BY_FORMULA.has(score.status);
  const known = found && method.code !== "EXPR" ? "OK" : score.status;
  return { computable, status: known };
}

/** The item's score as a formula over its row; null when a spreadsheet cannot have it. */
export function liveScore(desk: Desk, item: WorkbookItem, row: number): string | null {
  const { method, direction } = item;
  if (method === null) return null;
  const { locale, rules } = desk.around;
  const written =
    method.code === "EXPR" ? [method.expression.text, method.cap, method.floor] : method;
  const rule = rules.entry(
    JSON.stringify([item.kpi.code, item.kpi.name, written]),
    [item.kpi.name, methodName(method.code, locale)],
    methodLines(method, locale),
  );
  const cells = { actual: `E${row}`, target: `D${row}` };
  return scoreFormula(
    method,
    direction,
    {
      ...cells,
      rule,
      status: (status) => desk.status(status),
      rank: method.code === "RANK" ? rankCells(desk, item) : null,
      expression: method.code === "EXPR" ? expression(desk, item, method, cells) : null,
    },
    gateLimit(desk, item),
  );
}

function rankCells(desk: Desk, item: WorkbookItem): { n: string; rank: string } | null {
  const { actual, peers = [], direction } = item;
  if (actual.status !== "OK") return null;
  const better = peers.filter((peer) =>
    direction === "lower" ? peer.lessThan(actual.value) : peer.greaterThan(actual.value),
  ).length;
  const equal = peers.filter((peer) => peer.equals(actual.value)).length;
  return {
    n: desk.input(item, desk.word("input.peers"), new Decimal(peers.length)),
    rank: desk.input(item, desk.word("input.rank"), new Decimal(better + (equal + 1) / 2)),
  };
}

function expression(
  desk: Desk,
  item: WorkbookItem,
  { expression: formula }: Extract<Method, { code: "EXPR" }>,
  { actual, target }: { readonly actual: string; readonly target: string },
): string | null {
  const [actuals, targets] = [inputNames("actual"), inputNames("target")];
  return printFormula(formula.text, formula.names, (name) => {
    if (actuals.includes(name)) return item.actual.status === "OK" ? actual : null;
    if (targets.includes(name)) return item.target === null ? null : target;
    const given = item.inputs?.get(name);
    return given?.status === "OK" ? desk.input(item, name, given.value) : null;
  });
}

/** What a counter-metric leaves at most: a very large number while it holds its line. */
function gateLimit(desk: Desk, item: WorkbookItem): string | null {
  const { gate } = item;
  if (!gate || gate.actual.status !== "OK" || gate.direction === "target") return null;
  const cell = (key: string, value: Decimal) =>
    desk.input(item, desk.word(`input.gate.${key}`, { name: gate.name }), value);
  const worse = gate.direction === "higher" ? "<" : ">";
  const actual = cell("actual", gate.actual.value);
  const line = cell("line", gate.line);
  return `IF(${actual}${worse}${line},${cell("limit", gate.limit)},9E+99)`;
}
