import { describe, expect, it } from "vitest";
import { Decimal } from "../../plugin/decimal.ts";
import type { Measured, Method, SheetRules } from "../../plugin/kpi/model.ts";
import { scoreItem } from "../../plugin/kpi/score.ts";
import { composeSheet } from "../../plugin/kpi/sheet.ts";
import type { WorkbookItem, WorkbookSheet } from "../../plugin/report/workbook/facts.ts";
import { WorksheetNames, type Workbook } from "../../plugin/report/workbook/grid.ts";
import { figureFormat } from "../../plugin/report/workbook/number-formats.ts";
import { buildWorkbook } from "../../plugin/report/workbook/workbook.ts";

const RATIO: Method = { code: "RATIO", cap: new Decimal(120), floor: null, threshold: null };
const RULES: SheetRules = {
  grades: {
    bands: [
      { grade: "A", lower: new Decimal(90) },
      { grade: "B", lower: new Decimal(0) },
    ],
    boundary: "inclusive",
    decimals: 2,
    gradeOn: "displayed",
  },
  minCoverage: new Decimal("0.6"),
};

function item(key: string, actual: string | null, name = key, target = "100"): WorkbookItem {
  const measured: Measured =
    actual === null
      ? { status: "NO_DATA", reasons: [{ code: "no_records", details: {} }] }
      : { status: "OK", value: new Decimal(actual), reasons: [] };
  const judgement = {
    method: RATIO,
    direction: "higher" as const,
    actual: measured,
    target: new Decimal(target),
  };
  const score = scoreItem(judgement);
  return {
    kpi: { code: key, name, unit: "", decimals: 1 },
    ...judgement,
    score,
    weighed: { key, weight: new Decimal(50), score: score.score, missing: "EXCLUDE" },
  };
}

function sheet(subject: string, items: readonly WorkbookItem[]): WorkbookSheet {
  return {
    ...{ subject, items, about: "销售部", period: "1998-04", sectionNames: new Map() },
    rules: RULES,
    result: composeSheet(
      items.map(({ weighed }) => weighed),
      RULES,
    ),
  };
}

function content(workbook: Workbook, worksheet: string, address: string) {
  return workbook.worksheets.find(({ name }) => name === worksheet)?.cells.get(address)?.content;
}

describe("a workbook", () => {
  const workbook = buildWorkbook([sheet("张三", [item("A", "85"), item("B", null)])], "zh-CN");

  it("has a summary, a worksheet for each sheet, the rules and the grades", () => {
    expect(workbook.worksheets.map(({ name }) => name)).toEqual(["汇总", "张三", "规则", "等级"]);
  });

  it("gives a score as a formula over target, actual and the rule's bounds, and what it is", () => {
    expect(content(workbook, "张三", "G5")).toEqual({
      kind: "formula",
      formula: `IF(F5<>"正常",F5,IF(N(D5)<=0,"目标无效",MAX('规则'!$F$5,MIN('规则'!$F$4,100*E5/D5))))`,
      value: new Decimal(85),
    });
  });

  it("shows the status of missing data, an empty actual, and leaves its weight out", () => {
    expect(content(workbook, "张三", "E6")).toEqual({ kind: "blank" });
    expect(content(workbook, "张三", "F6")).toEqual({ kind: "text", text: "无数据" });
    expect(content(workbook, "张三", "H6")).toMatchObject({ value: null });
    expect(content(workbook, "张三", "I6")).toMatchObject({ value: new Decimal(0) });
  });

  it("says everything in English, too", () => {
    const english = buildWorkbook([sheet("Ada", [item("A", "85"), item("B", null)])], "en-US");
    const texts = english.worksheets.flatMap(({ cells }) =>
      [...cells.values()].flatMap(({ content: of }) => (of.kind === "text" ? [of.text] : [])),
    );

    expect(texts.filter((text) => /\p{Script=Han}/u.test(text))).toEqual([
      ...["销售部", "Ada · 销售部 · April 1998"],
    ]);
  });

  it("never lets a text become a formula", () => {
    const hostile = '=HYPERLINK("http://x","y")';
    const attacked = buildWorkbook([sheet("@SUM(1)", [item("A", "1", hostile)])], "en-US");
    const cells = attacked.worksheets.flatMap(({ cells: of }) => [...of.values()]);
    const formulas = cells.flatMap(({ content: of }) =>
      of.kind === "formula" ? [of.formula] : [],
    );

    expect(content(attacked, "@SUM(1)", "A5")).toEqual({ kind: "text", text: `'${hostile}` });
    expect(formulas.filter((formula) => formula.includes("HYPERLINK"))).toEqual([]);
  });

  it("keeps figures without formulas where they do not follow from today's rules any more", () => {
    const now = sheet("Ada", [item("A", "85")]);
    const [first] = now.items;
    if (!first) throw new Error("No item");
    const { direction, actual } = first;
    const was = scoreItem({ method: RATIO, direction, actual, target: new Decimal(80) });
    const frozen: WorkbookSheet = {
      ...now,
      items: [{ ...first, score: was, weighed: { ...first.weighed, score: was.score } }],
    };
    const kept = buildWorkbook([frozen], "en-US");

    expect(content(kept, "Ada", "G5")).toEqual({ kind: "number", value: new Decimal("106.25") });
    expect(content(kept, "Ada", "K5")).toEqual({ kind: "number", value: new Decimal(85) });
    expect(content(kept, "Ada", "A3")).toMatchObject({ text: expect.stringContaining("locked") });
  });

  it("is there without a single sheet", () => {
    expect(buildWorkbook([], "zh-CN").worksheets.map(({ name }) => name)).toEqual([
      ...["汇总", "规则", "等级"],
    ]);
  });
});

describe("names of worksheets", () => {
  it.each([
    ["a/b:c*[d]?\\e", "a b c d e"],
    ["'quoted'", "quoted"],
    ["", "-"],
    ["x".repeat(40), "x".repeat(31)],
    [`${"x".repeat(30)}😀`, "x".repeat(30)],
    [`${"x".repeat(30)}'s`, "x".repeat(30)],
    ["History", "History (2)"],
    ["\uD800", "-"],
    ["张三\uDC00", "张三"],
  ])("%s becomes %s", (wish, name) => {
    expect(new WorksheetNames().take(wish)).toBe(name);
  });

  it("are told apart whatever their case, within 31 characters", () => {
    const names = new WorksheetNames();

    expect(["Ada", "ada", "Ada"].map((wish) => names.take(wish))).toEqual([
      ...["Ada", "ada (2)", "Ada (3)"],
    ]);
    names.take("y".repeat(31));
    expect(names.take("y".repeat(31))).toBe(`${"y".repeat(27)} (2)`);
  });
});

it.each([
  ["%", 1, "0.85", "0.0%"],
  ["%", 0, "0.855", "0.0%"],
  ["CNY", 2, "1", '"¥"#,##0.00'],
  ["家", 0, "1", "#,##0"],
  ["", 1, "2.55", "#,##0.00"],
])("a figure in %s with %i decimals, %s, is shown as %s", (unit, decimals, value, format) => {
  expect(figureFormat({ unit, decimals }, new Decimal(value))).toBe(format);
});
