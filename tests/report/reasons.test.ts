import { describe, expect, it } from "vitest";
import { Decimal } from "../../plugin/decimal.ts";
import type { Method, Status } from "../../plugin/kpi/model.ts";
import { methodName, methodText, reasonText, statusText } from "../../plugin/report/reasons.ts";
import { Status as StatusView } from "../../plugin/report/views.ts";
import { LOCALES } from "../../plugin/words/words.ts";

const d = (text: string) => new Decimal(text);
const money = { unit: "¥", decimals: 2, target: d("10000") };
const percent = { unit: "%", decimals: 1, target: d("0.95") };
const unbounded = { cap: null, floor: null };
const bounds = { cap: d("120"), floor: d("0") };

describe("the sentence of a method", () => {
  it.each<[Method, typeof money, string, string]>([
    [
      { code: "RATIO", ...bounds, threshold: d("0.6") },
      money,
      "得分 = 实际 ÷ 目标 × 100（目标 ¥10,000.00，刚好达到目标得 100 分）；不到目标的 60% 时得 0 分；最高 120 分；最低 0 分。",
      "Score = actual ÷ target × 100 (target ¥10,000.00; exactly on target gives 100); under 60% of the target it is 0; at most 120 points; at least 0 points.",
    ],
    [
      { code: "REDUCE", cap: null, floor: null },
      percent,
      "越低越好：刚好等于目标（95.0%）得 100 分，每高出目标的 1% 扣 1 分，每低于目标的 1% 加 1 分。",
      "Lower is better: exactly on target (95.0%) gives 100, and every 1% of the target above it costs 1 point, every 1% below it adds 1.",
    ],
    [
      { code: "BASE", base: d("-0.05"), cap: d("120"), floor: null },
      percent,
      "得分 = 从基线 -5.0%（0 分）到目标 95.0%（100 分）走完的比例 × 100；最高 120 分。",
      "Score = progress from the baseline -5.0% (0 points) to the target 95.0% (100 points); at most 120 points.",
    ],
    [
      {
        code: "STEP",
        ...unbounded,
        closed: "upper",
        outside: null,
        steps: [
          { min: null, max: d("0.05"), score: d("100") },
          { min: d("0.05"), max: d("0.085"), score: d("70") },
          { min: d("0.085"), max: null, score: d("40") },
        ],
      },
      percent,
      "按实际值所在区间给分；≤ 5.0%：100 分；> 5.0% 且 ≤ 8.5%：70 分；> 8.5%：40 分。",
      "Points by interval; ≤ 5.0%: 100 points; > 5.0% and ≤ 8.5%: 70 points; > 8.5%: 40 points.",
    ],
    [
      {
        code: "PWL",
        ...unbounded,
        relative: true,
        below: d("0"),
        above: "clamp",
        anchors: [
          { x: d("0.8"), y: d("60") },
          { x: d("1.2"), y: d("120") },
        ],
      },
      money,
      "按下列各点之间的直线折算得分；目标的 80%：60 分；目标的 120%：120 分；低于目标的 80%时得 0 分；高于目标的 120%时保持 120 分。",
      "Points lie on straight lines between these marks; 80% of the target: 60 points; 120% of the target: 120 points; below 80% of the target: 0 points; above 120% of the target it stays at 120.",
    ],
    [
      {
        code: "PWL",
        ...unbounded,
        relative: false,
        below: "extrapolate",
        above: "extrapolate",
        anchors: [
          { x: d("1"), y: d("110") },
          { x: d("8.25"), y: d("0") },
        ],
      },
      money,
      "按下列各点之间的直线折算得分；¥1.00：110 分；¥8.25：0 分；低于¥1.00时按第一段直线继续折算；高于¥8.25时按最后一段直线继续折算。",
      "Points lie on straight lines between these marks; ¥1.00: 110 points; ¥8.25: 0 points; below ¥1.00 the first line goes on; above ¥8.25 the last line goes on.",
    ],
    [
      { code: "BINARY", ...unbounded, operator: ">=", threshold: null },
      money,
      "实际值 ≥ ¥10,000.00 得 100 分，否则得 0 分。",
      "Actual ≥ ¥10,000.00 gives 100 points, anything else 0.",
    ],
  ])("%o", (method, scope, chinese, english) => {
    expect(methodText(method, scope, "zh-CN")).toBe(chinese);
    expect(methodText(method, scope, "en-US")).toBe(english);
  });

  it("shows a dash for a target that is not known yet", () => {
    const method: Method = { code: "BINARY", ...unbounded, operator: "<", threshold: null };

    expect(methodText(method, { ...money, target: null }, "zh-CN")).toBe(
      "实际值 < — 得 100 分，否则得 0 分。",
    );
  });
});

describe("names", () => {
  it.each(LOCALES)("every status has its own name in %s", (locale) => {
    const names = StatusView.options.map((status: Status) => statusText(status, locale));

    expect(new Set(names).size).toBe(StatusView.options.length);
  });

  it("methods are called as the literature calls them", () => {
    expect(methodName("RATIO", "zh-CN")).toBe("比率法");
    expect(methodName("BASE", "en-US")).toBe("Progress from a baseline");
  });

  it("a reason without words still shows its code", () => {
    expect(reasonText({ code: "not-worded-yet", details: { source: "REVENUE" } }, "zh-CN")).toBe(
      "not-worded-yet source=REVENUE",
    );
  });
});
