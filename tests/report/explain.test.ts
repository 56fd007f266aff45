import { describe, expect, it } from "vitest";
import { Decimal } from "../../plugin/decimal.ts";
import type { Measured } from "../../plugin/kpi/model.ts";
import { sheetSummary, whySteps, withNumbers } from "../../plugin/report/explain.ts";
import { ledgerText } from "../../plugin/report/ledger-text.ts";
import type { ItemFacts, SheetFacts, SourceFacts } from "../../plugin/report/facts.ts";

const d = (text: string) => new Decimal(text);
const ok = (text: string): Measured => ({ status: "OK", value: d(text), reasons: [] });
const none: Measured = {
  status: "NO_DATA",
  reasons: [{ code: "not-worded-yet", details: { source: "REVENUE" } }],
};
const exact = { cap: d("120"), floor: d("0") };

const revenue: SourceFacts = {
  reference: "REVENUE",
  name: "净销售额",
  aggregate: "sum",
  unit: null,
  raters: null,
  period: "1998-04",
  measured: ok("8200.5"),
  count: 23,
  invalid: 2,
};
const item: ItemFacts = {
  kpi: { name: "净销售额", unit: "¥", decimals: 2, formula: "=REVENUE" },
  sources: [revenue],
  actual: ok("8200.5"),
  target: d("10000"),
  targetUsed: d("10000"),
  targetBasis: "本人过去六期中位数",
  method: { code: "RATIO", ...exact, threshold: null },
  score: { score: ok("82.005"), raw: d("82.005"), limitedBy: null, reached: false },
  missing: "EXCLUDE",
  weight: d("25"),
  weights: { all: d("100"), counted: d("85") },
  contribution: {
    key: "k",
    share: d("25").div(85),
    points: d("82.005").times(25).div(85),
    counted: d("82.005"),
  },
};
const texts = (facts: ItemFacts, locale: "zh-CN" | "en-US" = "zh-CN") =>
  whySteps(facts, locale).map(({ code, text, value }) => [code, text, value]);

describe("the way to a score", () => {
  it("goes from the records to the contribution, each step a sentence with its value", () => {
    expect(texts(item)).toEqual([
      ["records", "“净销售额”1998年4月共 23 条记录。其中 2 条的值无法使用。", "23"],
      ["aggregate", "“净销售额”求和：8,200.5。", "8200.5"],
      ["formula", "实际值 = 净销售额 = ¥8,200.50。", "8200.5"],
      ["target", "目标是 ¥10,000.00（本人过去六期中位数）。", "10000"],
      [
        "method",
        "比率法。得分 = 实际 ÷ 目标 × 100（目标 ¥10,000.00，刚好达到目标得 100 分）；最高 120 分；最低 0 分。代入：¥8,200.50 ÷ ¥10,000.00 × 100 = 82.01 分。",
        "82.005",
      ],
      ["weight", "权重 25；全部权重 100 中本期计入 85，因此占 29.41%。", d("25").div(85).toFixed()],
      [
        "contribution",
        "82.01 × 29.41% = 24.12 分，计入总分。",
        d("82.005").times(25).div(85).toFixed(),
      ],
    ]);
  });

  it("says the same in English", () => {
    expect(texts(item, "en-US").map(([, text]) => text)).toEqual([
      "净销售额, April 1998: 23 records. 2 of them have no usable value.",
      "净销售额, sum: 8,200.5.",
      "Actual = 净销售额 = ¥8,200.50.",
      "The target is ¥10,000.00 (本人过去六期中位数).",
      "Ratio. Score = actual ÷ target × 100 (target ¥10,000.00; exactly on target gives 100); at most 120 points; at least 0 points. Here: ¥8,200.50 ÷ ¥10,000.00 × 100 = 82.01 points.",
      "Weight 25; of 100 in all, 85 count in this period, so the share is 29.41%.",
      "82.01 × 29.41% = 24.12 points of the total.",
    ]);
  });

  it("puts the figures into a formula over two periods", () => {
    const growth: ItemFacts = {
      ...item,
      kpi: {
        name: "增长率",
        unit: "%",
        decimals: 1,
        formula: "(REVENUE-REVENUE.上期)/ABS(REVENUE.上期)",
      },
      sources: [
        revenue,
        { ...revenue, reference: "REVENUE.上期", period: "1998-03", measured: ok("-8000") },
      ],
      actual: ok("2.0250625"),
    };

    expect(texts(growth)[4]).toEqual([
      "formula",
      "实际值 = (REVENUE-REVENUE.上期)/ABS(REVENUE.上期) = (8200.5-(-8000))/ABS((-8000)) = 202.5%。",
      "2.0250625",
    ]);
  });

  it("names the bound that bit", () => {
    const capped = {
      ...item,
      score: { score: ok("120"), raw: d("133.4"), limitedBy: "cap" as const, reached: true },
    };

    expect(texts(capped)[5]).toEqual([
      "limit",
      "133.40 分超过该指标的得分上限，按 120.00 分计。",
      "120",
    ]);
  });

  it.each([
    [
      "EXCLUDE",
      null,
      "没有得分。无数据：not-worded-yet source=REVENUE。该指标不计入，权重由其余指标分担。",
      1,
    ],
    [
      "ZERO",
      "0",
      "没有得分。无数据：not-worded-yet source=REVENUE。按该指标的缺数规则计 0 分。",
      2,
    ],
    [
      "NEUTRAL",
      "100",
      "没有得分。无数据：not-worded-yet source=REVENUE。按该指标的缺数规则计 100 分。",
      2,
    ],
  ] as const)("tells what becomes of a missing score under %s", (missing, counted, text, after) => {
    const empty: ItemFacts = {
      ...item,
      missing,
      sources: [{ ...revenue, measured: none, count: 0, invalid: 0 }],
      actual: none,
      score: { score: none, raw: null, limitedBy: null, reached: null },
      contribution: {
        key: "k",
        share: d(counted === null ? "0" : "0.25"),
        points: counted === null ? null : d(counted).times("0.25"),
        counted: counted === null ? null : d(counted),
      },
    };
    const steps = texts(empty);

    expect(steps.find(([code]) => code === "missing")).toEqual(["missing", text, null]);
    expect(steps[1]).toEqual([
      "aggregate",
      "求和没有结果。无数据：not-worded-yet source=REVENUE。",
      null,
    ]);
    expect(steps.slice(steps.findIndex(([code]) => code === "missing") + 1)).toHaveLength(after);
  });

  it("never counts an exemption as 0, whatever the rule for missing data", () => {
    const exempt: Measured = { status: "EXEMPT", reasons: [] };
    const facts: ItemFacts = {
      ...item,
      missing: "ZERO",
      score: { score: exempt, raw: null, limitedBy: null, reached: null },
    };

    expect(texts(facts).find(([code]) => code === "missing")?.[1]).toBe(
      "没有得分。免考核。该指标不计入，权重由其余指标分担。",
    );
  });

  it("leaves text in quotes and longer names alone", () => {
    expect(withNumbers('IF("REVENUE"="x",REVENUE,REVENUE_2+REVENUE.previous)', [revenue])).toBe(
      'IF("REVENUE"="x",8200.5,REVENUE_2+REVENUE.previous)',
    );
  });
});

const sheet: SheetFacts = {
  subject: "张悦",
  period: "1998-04",
  minCoverage: d("0.6"),
  sections: [],
  items: [
    { key: "a", name: "净销售额", score: ok("120"), missing: "EXCLUDE" },
    { key: "b", name: "准时发货率", score: ok("70"), missing: "EXCLUDE" },
    { key: "c", name: "增长率", score: none, missing: "EXCLUDE" },
  ],
  result: {
    total: d("100"),
    displayed: d("100.00"),
    coverage: d("0.8"),
    state: "final",
    grade: "S",
    sections: [],
    steps: [],
    gradeLimits: [],
    preVeto: null,
    reasons: [],
    contributions: [
      { key: "a", share: d("0.6"), points: d("72"), counted: d("120") },
      { key: "b", share: d("0.4"), points: d("28"), counted: d("70") },
      { key: "c", share: d("0"), points: null, counted: null },
    ],
  },
};

describe("the summary of a sheet", () => {
  it("tells total, grade, extremes, the sum and what is missing", () => {
    expect(sheetSummary(sheet, "zh-CN")).toBe(
      "张悦 1998年4月：总分 100.00，等级 S；覆盖率 80%，3 个指标中 2 个有得分。" +
        "加分最多：净销售额，比得 100 分时多 12.00 分（得分 120.00，贡献 72.00）。" +
        "失分最多：准时发货率，比得 100 分时少 12.00 分（得分 70.00，贡献 28.00）。" +
        "各项贡献相加就是总分：72.00 + 28.00 = 100.00。" +
        "增长率未计分（无数据：not-worded-yet source=REVENUE），权重由其余指标分担。",
    );
  });

  it("owns up when rounded contributions do not add up on paper", () => {
    const third = d("100").div(3).div(3);
    const points = ["a", "b", "c"].map((key) => ({
      key,
      share: d("1").div(3),
      points: third,
      counted: d("100").div(3),
    }));
    const thirds: SheetFacts = {
      ...sheet,
      items: sheet.items.map((entry) => ({ ...entry, score: ok("33.3333") })),
      result: {
        ...sheet.result,
        total: d("100").div(3),
        displayed: d("33.33"),
        contributions: points,
      },
    };
    const off: SheetFacts = { ...thirds, result: { ...thirds.result, displayed: d("33.34") } };

    expect(sheetSummary(thirds, "en-US")).toContain("11.11 + 11.11 + 11.11 = 33.33");
    expect(sheetSummary(off, "en-US")).toContain("their exact sum is 33.333333");
  });

  it("gives no grade below the minimum coverage and no total for nothing", () => {
    const provisional = {
      ...sheet.result,
      state: "provisional" as const,
      grade: null,
      coverage: d("0.5"),
    };
    const empty = {
      ...sheet.result,
      state: "empty" as const,
      total: null,
      displayed: null,
      contributions: [],
    };

    expect(sheetSummary({ ...sheet, result: provisional }, "zh-CN")).toMatch(
      /^张悦 1998年4月：暂定总分 100.00，不评等级，因为覆盖率 50% 低于要求的 60%/,
    );
    expect(sheetSummary({ ...sheet, result: empty }, "zh-CN")).toMatch(
      /^张悦 1998年4月：没有总分，因为 3 个指标都没有得分。增长率未计分/,
    );
  });
});

const line: Parameters<typeof ledgerText>[0] = {
  id: "1",
  at: "1998-05-01T08:00:00+08:00",
  sheet: "9",
  sheetCode: "E1|1998-04",
  subject: "张悦",
  cycle: "1998-04",
  kpi: "REVENUE",
  kpiName: "净销售额",
  unit: "USD",
  decimals: 2,
  cause: {
    kind: "record",
    table: "t",
    tableName: "订单",
    record: "r",
    title: "10248",
    change: "update",
  },
  actualBefore: null,
  actualAfter: null,
  scoreBefore: "85",
  scoreAfter: "91.2",
  totalBefore: "84.1",
  totalAfter: "86.3",
  gradeBefore: "B",
  gradeAfter: "B",
  statusBefore: "OK",
  statusAfter: "OK",
};

describe("a line of the ledger", () => {
  it("says what moved what", () => {
    expect(ledgerText(line, "zh-CN")).toBe(
      "订单 10248 的改动使“净销售额”得分由 85.00 变为 91.20，总分由 84.10 变为 86.30。",
    );
    expect(ledgerText({ ...line, gradeAfter: "A" }, "en-US")).toBe(
      "订单 10248 was changed: 净销售额 score from 85.00 to 91.20, total from 84.10 to 86.30, grade from B to A.",
    );
  });

  it("tells actuals in the unit of the KPI", () => {
    const growth = {
      ...line,
      unit: "%",
      decimals: 1,
      actualBefore: "0.1929",
      actualAfter: "-0.0286",
    };

    expect(ledgerText(growth, "zh-CN")).toContain("实际值由 19.3% 变为 -2.9%");
  });

  it("does not double the table in a title", () => {
    const cause = { ...line.cause, title: "订单 10248", change: "delete" as const };

    expect(ledgerText({ ...line, cause }, "zh-CN")).toMatch(/^订单 10248 的删除使/);
  });

  it("shows a score that came or went by its status, never as 0", () => {
    const gone = { ...line, scoreAfter: null, statusAfter: "NO_DATA" as const, totalAfter: null };

    expect(ledgerText(gone, "zh-CN")).toBe(
      "订单 10248 的改动使“净销售额”得分由 85.00 变为 无数据，总分由 84.10 变为 —。",
    );
  });

  it.each([
    ["item", "目标或权重的改动"],
    ["configuration", "规则的改动"],
    ["day", "日期变化"],
    ["recompute", "重新计算"],
  ] as const)("knows the cause %s", (kind, words) => {
    expect(ledgerText({ ...line, cause: { ...line.cause, kind } }, "zh-CN")).toMatch(
      new RegExp(`^${words}使`),
    );
  });

  it("says when nothing that is shown moved", () => {
    const still = {
      ...line,
      scoreAfter: "85",
      totalAfter: "84.1",
      actualBefore: "3",
      actualAfter: "3.00",
    };

    expect(ledgerText(still, "zh-CN")).toBe("订单 10248 的改动后，“净销售额”没有变化。");
  });
});
