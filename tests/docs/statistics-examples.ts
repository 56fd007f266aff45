import { findCliffs } from "../../plugin/kpi/cliffs.ts";
import { compareKpis, type Level } from "../../plugin/kpi/conflict.ts";
import {
  bunching,
  capShare,
  discrimination,
  hitRate,
  outlier,
  realWeights,
  variation,
  type Finding,
} from "../../plugin/kpi/health.ts";
import { parseMethod } from "../../plugin/kpi/methods.ts";
import type { Outcome } from "../../plugin/kpi/outcome.ts";
import { scoreItem } from "../../plugin/kpi/score.ts";
import { xmrLimits, xmrSignals } from "../../plugin/kpi/signals.ts";
import {
  changeOf,
  checkAssignment,
  stackedFactor,
  standing,
  suggestTargets,
} from "../../plugin/kpi/target.ts";
import { theilSen } from "../../plugin/kpi/trend.ts";
import { d, figure, percent, refusal, sentence, table, value } from "./markdown.ts";

/** What is said about KPIs and targets; none of it enters a score. */
export function statisticsBlocks(): ReadonlyMap<string, string> {
  return new Map([
    ["health", health()],
    ["real weight", weights()],
    ["signals", signals()],
    ["conflict", conflict()],
    ["cliffs", cliffs()],
    ["standing", standings()],
    ["suggestion", suggestion()],
    ["assignment", assignment()],
  ]);
}

function row(name: string, found: Outcome<Finding>): readonly string[] {
  if (!found.ok) return [name, "–", refusal(found), "–"];
  const { n, figures, flag } = found.value;
  const told = Object.entries(figures).map(([key, number]) => `${key} ${figure(number)}`);
  return [name, String(n), told.join(", "), flag === null ? "–" : `\`${flag}\``];
}

const HISTORY = [82, 85, 88, 90, 91, 93, 95, 96];

function health(): string {
  const people = (hits: number, of: number) =>
    Array.from({ length: of }, (_unused, place) => ({
      subject: `P${place}`,
      period: "2026-01",
      score: place < hits ? 105 : 80,
    }));
  return table(
    ["Check", "n", "Figures", "Flag"],
    [
      row("hit rate, 18 of 20", hitRate(people(18, 20))),
      row("hit rate, 9 of 10", hitRate(people(9, 10))),
      row("hit rate, 1 of 12", hitRate(people(1, 12))),
      row("hit rate, 3 of 4", hitRate(people(3, 4))),
      row("share at the cap, 120", capShare([120, 120, 120, 95, 100], 120)),
      row("discrimination", discrimination([100, 101, 100, 99, 100])),
      row("variation", variation(HISTORY)),
      row("outlier, 910", outlier(910, HISTORY)),
      row("outlier, 130", outlier(130, HISTORY)),
      row(
        "bunching, 14 just above 100 and 2 just below",
        bunching([...Array.from({ length: 14 }, () => 101), 99, 98.5], 100, "higher"),
      ),
    ],
  );
}

function weights(): string {
  const found = value(
    realWeights([
      { key: "attendance", weight: 30, scores: [100, 100, 100, 100, 100] },
      { key: "quality", weight: 30, scores: [80, 90, 100, 85, 95] },
      { key: "revenue", weight: 40, scores: [40, 120, 75, 100, 60] },
    ]),
  );
  return table(
    ["KPI", "Weight", "Spread of scores", "Real weight", "Flag"],
    [...found].map(([key, { figures, flag }]) => [
      key,
      percent(figures["weight"] ?? 0),
      figure(figures["sd"] ?? 0),
      percent(figures["real"] ?? 0),
      flag === null ? "–" : `\`${flag}\``,
    ]),
  );
}

function signals(): string {
  const limits = value(xmrLimits([4.6, 4.5, 4.7, 4.6, 4.5, 4.6, 4.7, 4.5]));
  const rows = [4.1, 4.35, 4.95].map((point) => {
    const [signal] = value(xmrSignals(limits, [point]));
    return [String(point), signal ? `\`${signal.rule}\`, ${signal.side}` : "nothing but the usual"];
  });
  return [
    `Baseline 4.6 4.5 4.7 4.6 4.5 4.6 4.7 4.5: mean ${figure(limits.mean)}, average range ${figure(limits.averageRange)}, limits ${figure(limits.lower)} and ${figure(limits.upper)}, upper range limit ${figure(limits.upperRange)}.`,
    table(["New figure", "Signal"], rows),
  ].join("\n\n");
}

function conflict(): string {
  const contacts = [42, 55, 61, 48, 70, 66, 52, 58];
  const satisfaction = [4.8, 4.6, 4.3, 4.7, 4.0, 4.2, 4.75, 4.4];
  const series = (key: string, values: readonly number[]) => ({
    key,
    values: values.map((one, place) => ({ subject: `P${place}`, period: "2026-01", value: one })),
  });
  const level: Level = "people";
  const { pairs } = value(
    compareKpis([series("contacts", contacts), series("satisfaction", satisfaction)], level),
  );
  return table(
    ["Pair", "n", "Spearman ρ", "permutation p", "Flag"],
    pairs.map(({ a, b, n, rho, p, flag }) => [
      `${a}, ${b}`,
      String(n),
      figure(rho),
      figure(p),
      flag === null ? "–" : `\`${flag}\``,
    ]),
  );
}

function cliffs(): string {
  const parsed = parseMethod({
    code: "STEP",
    direction: "lower",
    parameters: { steps: "<=35:100, <=45:80, <=55:75, >55:0" },
  });
  if (!parsed.ok) throw new Error("this example has no problem");
  const { method } = parsed;
  const score = (actual: ReturnType<typeof d>) => {
    const scored = scoreItem({
      method,
      direction: "lower",
      actual: { status: "OK", value: actual, reasons: [] },
      target: null,
    }).score;
    return scored.status === "OK" ? scored.value : null;
  };
  const found = value(findCliffs(score, { low: d(0), high: d(100) }));
  return table(
    ["Near", "From", "To", "Jump"],
    found.map(({ from, scoreFrom, scoreTo, jump }) => [
      figure(from),
      figure(scoreFrom),
      figure(scoreTo),
      figure(jump),
    ]),
  );
}

function standings(): string {
  const found = value(standing(d(92), HISTORY.map(d), "higher"));
  return `92 against ${HISTORY.join(", ")}: above ${percent(found.percentile)} of the history, reached in ${percent(found.hitShare)} of ${found.n} periods.`;
}

function suggestion(): string {
  const history = [100, 104, 103, 110, 112, 115];
  const { slope, next } = value(theilSen(history.map(d)));
  const { base, target, stretch, mad } = value(suggestTargets(history.map(d), "higher"));
  return [
    `History ${history.join(", ")}: slope ${figure(slope)}, next ${figure(next)}, median deviation ${figure(mad)}.`,
    table(
      ["", "Value"],
      [
        ["base", figure(base)],
        ["target", figure(target)],
        ["stretch", figure(stretch)],
      ],
    ),
  ].join("\n\n");
}

function assignment(): string {
  const stacked = value(stackedFactor(["0.1", "0.1", "0.05"].map(d)));
  const { points, percent: relative } = value(changeOf(d("0.4"), d("0.44")));
  const over = value(checkAssignment(d(100), [40, 40, 37].map(d)));
  const under = value(checkAssignment(d(100), [40, 40].map(d)));
  const refused = checkAssignment(d(0), [d(1)]);
  return [
    `- 10 %, 10 % and 5 % on top of each other: × ${figure(stacked)}`,
    `- 40 % to 44 %: ${figure(points)} percentage points, or ${figure(relative)} %`,
    `- children of 40, 40 and 37 under a parent of 100: ${figure(over.ratio)}, \`${over.flag ?? ""}\``,
    `- children of 40 and 40: ${figure(under.ratio)}, \`${under.flag ?? ""}\``,
    `- a parent of 0: ${refused.ok ? "" : refused.problems.map(sentence).join(" ")}`,
  ].join("\n");
}
