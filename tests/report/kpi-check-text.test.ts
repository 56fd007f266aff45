import { describe, expect, it } from "vitest";
import { Decimal } from "../../plugin/decimal.ts";
import type { PairFinding } from "../../plugin/kpi/conflict.ts";
import {
  bunching,
  hitRate,
  medianAttainment,
  outlier,
  realWeights,
  type Finding,
  type Flag,
} from "../../plugin/kpi/health.ts";
import type { Outcome } from "../../plugin/kpi/outcome.ts";
import { checkAssignment } from "../../plugin/kpi/target.ts";
import {
  assignmentText,
  healthText,
  pairText,
  signalText,
} from "../../plugin/report/kpi-check-text.ts";
import { hasWords, LOCALES } from "../../plugin/words/words.ts";

const value = <T>(outcome: Outcome<T>): T => {
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
  return outcome.value;
};
const times = (count: number, one: number) => Array.from({ length: count }, () => one);
const scores = (hits: number, n: number) =>
  Array.from({ length: n }, (_none, index) => ({
    subject: `p${index}`,
    period: "1998-04",
    score: index < hits ? 100 : 80,
  }));

describe("health", () => {
  it.each<[string, Finding, string, string]>([
    [
      "hit rate",
      value(hitRate(scores(18, 20))),
      "90% of 20 reach the target (95% interval 69.9% to 97.21%): it may be too easy.",
      "20 个观测值中有 90% 达到目标（95% 置信区间 69.9%–97.21%）：目标可能过低。",
    ],
    [
      "attainment",
      value(medianAttainment([1.4, 1.4, 1.4, 1, 2])),
      "The middle one of 5 reaches 140% of the target: it may be too low.",
      "5 个观测值的目标达成率中位数为 140%：目标可能过低。",
    ],
    [
      "unit",
      value(outlier(1000, [98, 99, 100, 100, 101, 102, 103, 97])),
      "1,000 is about 10 times the usual 100 (8 earlier values): is the unit right?",
      "1,000 约为通常值 100 的 10 倍（此前共 8 个数值）：单位是否填错？",
    ],
    [
      "bunching",
      value(bunching([...times(14, 101), 99, 99], 100, "higher")),
      "14 of 16 figures lie just past the target and 2 just before it (p = 0.0021): please look at how they came about.",
      "目标值附近的 16 个数值中，14 个刚好达标，2 个差一点（p = 0.0021）：请了解原因。",
    ],
  ])("of the %s is said in both languages", (_what, finding, english, chinese) => {
    expect(healthText(finding, "en-US")).toBe(english);
    expect(healthText(finding, "zh-CN")).toBe(chinese);
  });

  it("says nothing when there is nothing to say", () => {
    expect(healthText(value(hitRate(scores(12, 20))), "en-US")).toBe("");
  });

  it("names a weight that decides nothing", () => {
    const found = value(
      realWeights([
        { key: "a", weight: 30, scores: times(5, 100) },
        { key: "b", weight: 70, scores: [1, 2, 3, 4, 5] },
      ]),
    ).get("a");

    expect(found && healthText(found, "en-US")).toBe(
      "It weighs 30% on paper but decides nothing: all 5 scores are equal.",
    );
  });

  it("has words for every flag", () => {
    const flags: Record<Flag, true> = {
      TOO_EASY: true,
      TOO_HARD: true,
      ATTAINED_HIGH: true,
      ATTAINED_LOW: true,
      AT_CAP: true,
      AT_FLOOR: true,
      FLOOR_HIDES: true,
      SAME_SCORES: true,
      NOISY: true,
      MISSING: true,
      STALE: true,
      HOLLOW_WEIGHT: true,
      OUTLIER: true,
      UNIT_SLIP: true,
      BUNCHED: true,
    };

    expect(Object.keys(flags).filter((flag) => !hasWords(`health.${flag}`))).toEqual([]);
  });
});

it("says which KPIs pull apart, on which level and how sure", () => {
  const pair: PairFinding = {
    ...{ a: "contacts", b: "stars", level: "people", n: 8, rho: -0.97619, p: 0.00005 },
    ...{ exact: true, adjusted: 0.0001, discovery: true, flag: "CONFLICT_CANDIDATE" },
  };
  const names = (key: string) => key.toUpperCase();

  expect(pairText(pair, names, "en-US")).toBe(
    "CONTACTS and STARS pull apart (rank correlation -0.9762, p = 0.00005, n = 8): possibly a conflict, possibly a common cause. (compared person by person)",
  );
  expect(pairText({ ...pair, flag: null }, names, "en-US")).toBe("");
});

it("says every signal and every misfit of targets", () => {
  for (const locale of LOCALES) {
    for (const rule of ["outside", "range", "run", "near_limit"] as const) {
      for (const side of ["above", "below"] as const) {
        expect(signalText({ rule, side, at: 0 }, locale)).not.toBe("");
      }
    }
  }
  const over = value(checkAssignment(new Decimal(100), [new Decimal(117)]));
  expect(assignmentText(over, "zh-CN")).toBe("1 个下级目标合计为上级目标的 117%：层层加码过多。");
  expect(assignmentText({ ...over, flag: null }, "zh-CN")).toBe("");
});
