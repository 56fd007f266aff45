import { expect, it } from "vitest";
import { Decimal } from "../../plugin/decimal.ts";
import { impliedDirection } from "../../plugin/kpi/direction.ts";
import { parseMethod } from "../../plugin/kpi/methods.ts";
import type { MethodCode } from "../../plugin/kpi/model.ts";
import { METHOD_CODES } from "../../plugin/kpi/parameters.ts";
import { scoreItem } from "../../plugin/kpi/score.ts";
import { whySteps } from "../../plugin/report/explain.ts";
import type { ItemFacts } from "../../plugin/report/facts.ts";
import { methodName } from "../../plugin/report/reasons.ts";
import { LOCALES } from "../../plugin/words/words.ts";

/** The steps about the method of an item, as a person reads them. */
function told(
  code: MethodCode,
  parameters: Readonly<Record<string, unknown>>,
  figures: { readonly actual: string; readonly target?: string },
  locale: (typeof LOCALES)[number],
): string[] {
  const parsed = parseMethod({ code, parameters, direction: null });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const { method } = parsed;
  const value = new Decimal(figures.actual);
  const target = figures.target === undefined ? null : new Decimal(figures.target);
  const actual = { status: "OK", value, reasons: [] } as const;
  const item: ItemFacts = {
    kpi: { name: "KPI", unit: "", decimals: 0, formula: "X" },
    sources: [],
    actual,
    target,
    targetUsed: target,
    targetBasis: "",
    method,
    score: scoreItem({
      method,
      direction: impliedDirection(method, target) ?? "higher",
      actual,
      target,
      peers: [9, 7, 5, 3, 1].map((peer) => new Decimal(peer)),
    }),
    missing: "EXCLUDE",
    weight: new Decimal(100),
    weights: { all: new Decimal(100), counted: new Decimal(100) },
    contribution: null,
  };
  return whySteps(item, locale)
    .filter((step) => step.code === "method" || step.code === "limit")
    .map(({ text }) => text);
}

type Case = readonly [
  MethodCode,
  Readonly<Record<string, unknown>>,
  { readonly actual: string; readonly target?: string },
  readonly string[],
  readonly string[],
];
const points = { base: "25", plus: "1", minus: "2", units: "whole", min: "0", max: "30" };
const band = { tolerance: "5", limit: "15" };

const CASES: readonly Case[] = [
  [
    "RATIO_INV",
    {},
    { actual: "20", target: "10" },
    [
      "Inverse ratio. Lower is better: score = target ÷ actual × 100 (target 10; exactly on target gives 100, twice the target 50); at most 120 points; at least 0 points. Here: 10 ÷ 20 × 100 = 50.00 points.",
    ],
    [
      "逆指标倒数法。越低越好：得分 = 目标 ÷ 实际 × 100（目标 10，刚好等于目标得 100 分，目标的两倍得 50 分）；最高 120 分；最低 0 分。代入：10 ÷ 20 × 100 = 50.00 分。",
    ],
  ],
  [
    "RATIO_INV",
    {},
    { actual: "0", target: "10" },
    [
      "Inverse ratio. Lower is better: score = target ÷ actual × 100 (target 10; exactly on target gives 100, twice the target 50); at most 120 points; at least 0 points. Here: actual 0 gives 120.00 points.",
      "Divided by 0 the score has no end, so the highest score of this KPI counts: 120.00.",
    ],
    [
      "逆指标倒数法。越低越好：得分 = 目标 ÷ 实际 × 100（目标 10，刚好等于目标得 100 分，目标的两倍得 50 分）；最高 120 分；最低 0 分。代入：实际值 0 得 120.00 分。",
      "除以 0 没有上限，按该指标的得分上限 120.00 分计。",
    ],
  ],
  [
    "STEP",
    { steps: ">=90:100, >=60:60", outside: "0" },
    { actual: "70" },
    [
      "Steps. Points by interval; ≥ 60 and < 90: 60 points; ≥ 90: 100 points; anything else: 0 points. Here: actual 70 gives 60.00 points.",
    ],
    [
      "层差法。按实际值所在区间给分；≥ 60 且 < 90：60 分；≥ 90：100 分；其他数值：0 分。代入：实际值 70 得 60.00 分。",
    ],
  ],
  [
    "PWL3",
    { base: "80", stretch: "120" },
    { actual: "90", target: "100" },
    [
      "Base, target and stretch. Points lie on straight lines between base 80 (60 points), target 100 (100) and stretch 120 (120); worse than the base gives 0, beyond the stretch it stays at 120. Here: actual 90 gives 80.00 points.",
    ],
    [
      "底线·目标·挑战。在底线 80（60 分）、目标 100（100 分）、挑战 120（120 分）之间按直线折算；差于底线得 0 分，超过挑战值保持 120 分。代入：实际值 90 得 80.00 分。",
    ],
  ],
  [
    "PWL4",
    { levels: "70, 80, 90, 100" },
    { actual: "75" },
    [
      "Four levels. Points lie on straight lines between the levels D 70 (25 points), C 80 (50), B 90 (75) and A 100 (100); worse than D gives 0, beyond A it stays at 100. Here: actual 75 gives 37.50 points.",
    ],
    [
      "四级插值。在 D 70（25 分）、C 80（50 分）、B 90（75 分）、A 100（100 分）之间按直线折算；差于 D 得 0 分，超过 A 保持 100 分。代入：实际值 75 得 37.50 分。",
    ],
  ],
  [
    "EFF",
    { unallowed: "70", satisfactory: "95" },
    { actual: "85" },
    [
      "Efficacy coefficient. Score = 60 at the unallowed value 70 and 100 at the satisfactory value 95, in a straight line through both. Here: 60 + 40 × (85 − 70) ÷ (95 − 70) = 84.00 points.",
    ],
    [
      "功效系数法。得分 = 不允许值 70 得 60 分，满意值 95 得 100 分，按经过两点的直线折算。代入：60 + 40 ×（85 − 70）÷（95 − 70）= 84.00 分。",
    ],
  ],
  [
    "ADDSUB",
    points,
    { actual: "96", target: "100" },
    [
      "Plus and minus points. 25 points at the target 100; every 1 better adds 1, every 1 worse takes 2 away; only completed units add, a begun one already takes away; at most 30 points; at least 0 points. Here: 96 is worse than the target by 4 × 1; 25 − 4 × 2 = 17.00 points.",
    ],
    [
      "加减分法。达到目标 100 得 25 分；每好 1 加 1 分，每差 1 扣 2 分；加分只算满一个步长的部分，扣分不满一个步长按一个算；最高 30 分；最低 0 分。代入：96 比目标差 4 × 1，25 − 4 × 2 = 17.00 分。",
    ],
  ],
  [
    "DEDUCT",
    { full: "10", perPoint: "200", units: "whole" },
    { actual: "1350" },
    [
      "Deduction. 10 points, less 1 for every 200 of the actual; only completed ones count; at least 0 points. Here: the actual 1,350 costs 6.00, 10 − 6.00 = 4.00 points.",
    ],
    [
      "倒扣法。满分 10 分，实际值每 200 扣 1 分；不满的部分不扣；最低 0 分。代入：实际值 1,350 扣 6.00 分，10 − 6.00 = 4.00 分。",
    ],
  ],
  [
    "BAND",
    {},
    { actual: "54", target: "50" },
    [
      "Best at the target. Exactly on target (50) gives 100; every 1% of the target above or below it costs 1 point; at least 0 points. Here: 100 − 100 × |54 − 50| ÷ 50 = 92.00 points.",
    ],
    [
      "目标最佳。刚好等于目标（50）得 100 分；每偏离目标的 1%（高或低）扣 1 分；最低 0 分。代入：100 − 100 × |54 − 50| ÷ 50 = 92.00 分。",
    ],
  ],
  [
    "BAND",
    band,
    { actual: "60", target: "50" },
    [
      "Best at the target. Around the target 50; up to 5 off gives 100, from 15 off 0, in a straight line between; at least 0 points. Here: 60 is 10 off the target 50, which gives 50.00 points.",
    ],
    [
      "目标最佳。以目标 50 为中心；偏差不超过 5 得 100 分，达到 15 得 0 分，中间按直线折算；最低 0 分。代入：60 偏离目标 50 为 10，得 50.00 分。",
    ],
  ],
  [
    "BAND",
    { ...band, limitBelow: "10" },
    { actual: "45", target: "50" },
    [
      "Best at the target. Around the target 50; above it, up to 5 off gives 100, from 15 off 0, in a straight line between; below it, up to 5 off gives 100, from 10 off 0, in a straight line between; at least 0 points. Here: 45 is 5 off the target 50, which gives 100.00 points.",
    ],
    [
      "目标最佳。以目标 50 为中心；高于目标时，偏差不超过 5 得 100 分，达到 15 得 0 分，中间按直线折算；低于目标时，偏差不超过 5 得 100 分，达到 10 得 0 分，中间按直线折算；最低 0 分。代入：45 偏离目标 50 为 5，得 100.00 分。",
    ],
  ],
  [
    "ZERO",
    { worst: "4" },
    { actual: "1" },
    [
      "Zero tolerance. 0 gives 100 points, 4 or more gives 0, in a straight line between; at most 100 points; at least 0 points. Here: 100 × (1 − 1 ÷ 4) = 75.00 points.",
    ],
    [
      "零容忍。实际为 0 得 100 分，达到 4 得 0 分，中间按直线折算；最高 100 分；最低 0 分。代入：100 ×（1 − 1 ÷ 4）= 75.00 分。",
    ],
  ],
  [
    "MILE",
    { perDay: "5", bonusPerDay: "2" },
    { actual: "3" },
    [
      "Milestone. 100 points on the day; every day late costs 5; every day early adds 2; at least 0 points. Here: 3 day(s) late, 100 − 5 × 3 = 85.00 points.",
    ],
    [
      "里程碑。按期完成得 100 分；每晚一天扣 5 分；每早一天加 2 分；最低 0 分。代入：晚 3 天，100 − 5 × 3 = 85.00 分。",
    ],
  ],
  [
    "MILE",
    { perDay: "5", bonusPerDay: "2" },
    { actual: "-3" },
    [
      "Milestone. 100 points on the day; every day late costs 5; every day early adds 2; at least 0 points. Here: 3 day(s) early, 100 + 2 × 3 = 106.00 points.",
    ],
    [
      "里程碑。按期完成得 100 分；每晚一天扣 5 分；每早一天加 2 分；最低 0 分。代入：早 3 天，100 + 2 × 3 = 106.00 分。",
    ],
  ],
  [
    "MILE",
    { perDay: "5" },
    { actual: "0" },
    [
      "Milestone. 100 points on the day; every day late costs 5; at least 0 points. Here: done on the day, 100.00 points.",
    ],
    ["里程碑。按期完成得 100 分；每晚一天扣 5 分；最低 0 分。代入：按期完成，得 100.00 分。"],
  ],
  [
    "RANK",
    {},
    { actual: "7" },
    [
      "Ranking. By rank: the best has 100, the last 0, equal figures share the middle of their ranks; at least 5 are needed to rank among. Here: actual 7 gives 75.00 points.",
    ],
    [
      "排名法。按名次给分：第一名 100 分，最后一名 0 分，数值相同的取名次的平均；参与排名的至少要有 5 人。代入：实际值 7 得 75.00 分。",
    ],
  ],
  [
    "MANUAL",
    { scale: "1:20, 5:100" },
    { actual: "3" },
    [
      "Rating. A rating on this scale; 1: 20 points; 5: 100 points. Here: actual 3 gives 60.00 points.",
    ],
    ["主观评分。按以下量表评分；1：20 分；5：100 分。代入：实际值 3 得 60.00 分。"],
  ],
  [
    "EXPR",
    { expression: "actual*2", cap: "100" },
    { actual: "60", target: "50" },
    [
      "Own formula. Score = actual*2; at most 100 points. Here: with actual 60 and target 50, actual*2 = 120.00 points.",
      "120.00 is above the highest score of this KPI, so it counts as 100.00.",
    ],
    [
      "自定义公式。得分 = actual*2；最高 100 分。代入：实际值 60、目标值 50，actual*2 = 120.00 分。",
      "120.00 分超过该指标的得分上限，按 100.00 分计。",
    ],
  ],
  [
    "VETO",
    {},
    { actual: "1" },
    [
      "Veto. 100 points without a veto, 0 from 1 on; with a veto the grade is at best C. Here: actual 1 gives 0.00 points.",
    ],
    [
      "一票否决。没有触发得 100 分，达到 1 即触发，得 0 分；触发后等级最高为 C。代入：实际值 1 得 0.00 分。",
    ],
  ],
  [
    "VETO",
    { mode: "MULTIPLY", factor: "0.5" },
    { actual: "0" },
    [
      "Veto. 100 points without a veto, 0 from 1 on; with a veto the total is multiplied by 0.5. Here: actual 0 gives 100.00 points.",
    ],
    [
      "一票否决。没有触发得 100 分，达到 1 即触发，得 0 分；触发后总分乘以 0.5。代入：实际值 0 得 100.00 分。",
    ],
  ],
];

it.each(CASES)("tells %s %j at %j", (code, parameters, figures, english, chinese) => {
  expect(told(code, parameters, figures, "en-US")).toEqual(english);
  expect(told(code, parameters, figures, "zh-CN")).toEqual(chinese);
});

it.each(LOCALES)("calls every method by a name of its own in %s", (locale) => {
  expect(new Set(METHOD_CODES.map((code) => methodName(code, locale))).size).toBe(
    METHOD_CODES.length,
  );
});
