import { bonusOf, gradedCoefficient } from "../../plugin/kpi/bonus.ts";
import { gateScore } from "../../plugin/kpi/gate.ts";
import { parseMethod, type WrittenMethod } from "../../plugin/kpi/methods.ts";
import type { Direction, ItemScore, Measured } from "../../plugin/kpi/model.ts";
import { scoreItem } from "../../plugin/kpi/score.ts";
import { composeSheet } from "../../plugin/kpi/sheet.ts";
import { d, exact, figure, sentence, table, value } from "./markdown.ts";
import { GRADES } from "./sheet-examples.ts";

interface Kpi {
  readonly name: string;
  readonly written: Omit<WrittenMethod, "direction">;
  readonly direction: Direction;
  readonly actual: string;
  readonly target: string | null;
  readonly weight: number;
}

/** A customer-service agent's month (spec 3.18). */
const KPIS: readonly Kpi[] = [
  {
    name: "CSAT 满意度",
    written: { code: "PWL", parameters: { anchors: "4.0:60, 4.6:100, 4.9:120" } },
    ...{ direction: "higher", actual: "4.3", target: null, weight: 25 },
  },
  {
    name: "FCR 一次解决率",
    written: { code: "RATIO", parameters: {} },
    ...{ direction: "higher", actual: "0.78", target: "0.85", weight: 20 },
  },
  {
    name: "First response 首次响应",
    written: { code: "STEP", parameters: { steps: "<=35:100, <=45:80, <=55:60, >55:0" } },
    ...{ direction: "lower", actual: "42", target: null, weight: 15 },
  },
  {
    name: "QA 质检分",
    written: { code: "RATIO", parameters: {} },
    ...{ direction: "higher", actual: "93", target: "90", weight: 15 },
  },
  {
    name: "Contacts 接待量",
    written: { code: "RATIO", parameters: { cap: "110" } },
    ...{ direction: "higher", actual: "66", target: "60", weight: 15 },
  },
  {
    name: "Complaints 投诉",
    written: { code: "DEDUCT", parameters: { points: "20" } },
    ...{ direction: "lower", actual: "1", target: null, weight: 10 },
  },
];
const CONTACTS = "Contacts 接待量";

function score({ written, direction, actual, target }: Kpi): ItemScore {
  const parsed = parseMethod({ ...written, direction });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return scoreItem({
    method: parsed.method,
    direction,
    actual: known(actual),
    target: target === null ? null : d(target),
  });
}

function known(actual: string): Measured {
  return { status: "OK", value: d(actual), reasons: [] };
}

function sheetOf(scores: readonly ItemScore[], weights: readonly number[]) {
  return composeSheet(
    KPIS.map(({ name }, place) => ({
      key: name,
      weight: d(weights[place] ?? 0),
      missing: "EXCLUDE",
      score: scores[place]?.score ?? { status: "NO_DATA", reasons: [] },
    })),
    { grades: GRADES, minCoverage: d("0.6") },
  );
}

export function wholeBlocks(): ReadonlyMap<string, string> {
  const weights = KPIS.map(({ weight }) => weight);
  const scores = KPIS.map(score);
  const sheet = sheetOf(scores, weights);
  const gated = scores.map((one, place) =>
    KPIS[place]?.name === CONTACTS
      ? gateScore(one, {
          name: "CSAT",
          direction: "higher",
          line: d("4.5"),
          limit: d(100),
          actual: known("4.3"),
        })
      : one,
  );
  const held = sheetOf(gated, weights);
  const otherWeights = sheetOf(scores, [35, 20, 15, 15, 5, 10]);
  const reasons = gated.flatMap(({ score: one }) => one.reasons).map(sentence);
  const coefficient = value(
    gradedCoefficient(
      sheet.grade ?? "",
      Object.entries({ S: "1.5", A: "1.2", B: "1", C: "0.8", D: "0" }).map(([grade, k]) => ({
        grade,
        coefficient: d(k),
      })),
    ),
  );
  const bonus = value(
    bonusOf(
      d(2000),
      [
        { key: "company", value: d(1) },
        { key: "department", value: d("1.05") },
        { key: "individual", value: coefficient },
      ],
      { part: d(22), whole: d(22) },
    ),
  );
  const rows = KPIS.map((kpi, place) => {
    const given = sheet.contributions[place];
    const { name, written, actual, target, weight } = kpi;
    const parameters = Object.entries(written.parameters).map(
      ([key, text]) => `${key} ${String(text)}`,
    );
    const points = given?.points ?? d(0);
    return [
      name,
      [written.code, ...parameters].join("; "),
      target === null ? actual : `${actual} of ${target}`,
      figure(given?.counted ?? null),
      String(weight),
      exact(points),
      figure(points.minus(weight)),
    ];
  });
  const total = sheet.total ?? d(0);
  return new Map([
    [
      "whole",
      [
        table(
          ["KPI", "Method", "Actual", "Score", "Weight", "Contribution", "against 100"],
          [
            ...rows,
            ["**Total**", "", "", "", "100", `**${exact(total)}**`, figure(total.minus(100))],
          ],
        ),
        [
          `- shown as ${sheet.displayed?.toFixed(2) ?? "–"}, coverage 100 %: grade **${sheet.grade ?? ""}**`,
          `- with the gate: ${reasons.join(" ")} Total ${exact(held.total)}, grade **${held.grade ?? ""}**`,
          `- what if CSAT weighed 35 and contacts 5, without the gate: ${exact(otherWeights.total)}, grade **${otherWeights.grade ?? ""}**`,
          `- bonus without the gate: 2000 × ${bonus.steps
            .slice(0, -1)
            .map((step) => figure(step.value))
            .join(" × ")} × 22 ÷ 22 = **${bonus.amount.toFixed(2)}**`,
        ].join("\n"),
      ].join("\n\n"),
    ],
  ]);
}
