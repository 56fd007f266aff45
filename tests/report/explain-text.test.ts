import { describe, expect, it } from "vitest";
import { explainSheetText, explainText } from "../../plugin/report/explain-text.ts";
import type { ItemView, SheetDetail } from "../../plugin/report/views.ts";

const item: ItemView = {
  id: "1",
  kpi: {
    id: "2",
    code: "REVENUE",
    name: "净销售额",
    nameEn: "Net sales",
    unit: "¥",
    decimals: 2,
    direction: "higher",
  },
  kpiVersion: "1",
  inputs: [],
  target: "10000",
  targetUsed: "10000",
  section: null,
  role: "weighted",
  targetBasis: "",
  actual: "8200.5",
  score: "82.005",
  weight: "25",
  share: "0.294117647",
  contribution: "24.1191",
  status: "OK",
  reasons: [],
  reached: false,
};
const missing: ItemView = {
  ...item,
  kpi: { ...item.kpi, name: "增长率", nameEn: "" },
  actual: null,
  score: null,
  contribution: null,
  status: "INVALID_BASELINE",
  reasons: [{ code: "x", details: {}, text: "上期没有销售额。" }],
};

describe("one item as plain text", () => {
  const why: Parameters<typeof explainText>[0] = {
    sheet: "9",
    item,
    subject: "张悦",
    cycle: "1998-04",
    definition: "扣除折扣后的销售额。",
    exclusions: "",
    formulaWords: "单价×数量×(1−折扣)",
    example: "",
    formula: "REVENUE",
    method: { code: "RATIO", name: "比率法", text: "…" },
    sources: [],
    steps: [
      { code: "records", label: "相关记录", text: "共 2 条。", value: "2" },
      { code: "aggregate", label: "汇总", text: "求和：8,200.5。", value: "8200.5" },
    ],
    records: [
      {
        table: "t",
        tableName: "订单明细",
        id: "r1",
        title: "10248-11",
        source: "REVENUE",
        period: "1998-04",
        date: "1998-04-03",
        value: "8200.5",
        denominator: null,
        problem: null,
        fields: [],
      },
      {
        table: "t",
        tableName: "订单明细",
        id: "r2",
        title: "10249-7",
        source: "REVENUE",
        period: "1998-04",
        date: null,
        value: null,
        denominator: null,
        problem: "缺少日期",
        fields: [],
      },
    ],
    recordCount: 5,
  };

  it("shows figures, definition, numbered steps and records", () => {
    expect(explainText(why, "zh-CN").split("\n")).toEqual([
      "张悦  1998年4月  净销售额",
      "实际 ¥8,200.50  目标 ¥10,000.00  得分 82.01  权重 25（占 29.41%）  贡献 24.12",
      "",
      "指标定义：扣除折扣后的销售额。",
      "计算说明：单价×数量×(1−折扣)",
      "",
      "1. 相关记录：共 2 条。",
      "2. 汇总：求和：8,200.5。",
      "",
      "相关记录：5 条",
      "- 订单明细 10248-11  1998年4月3日  8,200.5",
      "- 订单明细 10249-7  —  缺少日期",
      "…… 另有 3 条",
    ]);
  });

  it("uses the English name in English", () => {
    expect(explainText(why, "en-US").split("\n")[0]).toBe("张悦  April 1998  Net sales");
  });
});

describe("one sheet as plain text", () => {
  const sheet: SheetDetail = {
    id: "9",
    code: "E1|1998-04",
    subject: { kind: "individual", id: "e1", name: "张悦", department: null, position: null },
    cycle: "1998-04",
    cycleKind: "month",
    total: "85.321",
    grade: "B",
    coverage: "0.85",
    state: "final",
    scored: 1,
    items: 2,
    exactTotal: "85.321",
    sections: [],
    steps: [],
    gradeNotes: [],
    minCoverage: "0.6",
    reasons: [],
    itemViews: [item, missing],
    comments: [],
    ledger: [],
    url: null,
  };

  it("shows the total, every item and why one is missing, never as 0", () => {
    expect(explainSheetText(sheet, "zh-CN").split("\n")).toEqual([
      "张悦  1998年4月",
      "总分 85.32  等级 B  覆盖率 85%（已评分）",
      "",
      "净销售额  实际 ¥8,200.50  目标 ¥10,000.00  得分 82.01  权重 25（占 29.41%）  贡献 24.12",
      "增长率  实际 —  目标 ¥10,000.00  得分 —  权重 25（占 29.41%）  贡献 —  [基数无效]",
      "  ! 上期没有销售额。",
    ]);
  });

  it("shows an empty sheet as unknown", () => {
    const empty = { ...sheet, total: null, grade: null, coverage: "0", state: "empty" as const };

    expect(explainSheetText(empty, "en-US").split("\n")[1]).toBe(
      "Total —  grade —  coverage 0%  (no data)",
    );
  });
});
