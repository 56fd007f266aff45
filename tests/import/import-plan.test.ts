import { describe, expect, it } from "vitest";
import { planImport, type ImportInput } from "../../plugin/server/import-file.ts";
import type { Field, FieldType, Table } from "../../plugin/workspace/workspace.ts";
import { hasWords } from "../../plugin/words/words.ts";

function field(alias: string, name: string, type: FieldType, more: Partial<Field> = {}): Field {
  return {
    id: `f-${alias}`,
    name,
    alias,
    type,
    multiple: false,
    required: false,
    unique: false,
    computed: false,
    options: [],
    relatedTable: null,
    formula: null,
    ...more,
  };
}

const options = [
  { id: "o1", name: "加急" },
  { id: "o2", name: "Normal" },
];
const table: Table = {
  id: "t1",
  name: "订单",
  alias: "orders",
  fields: [
    field("number", "订单编号", "text", { unique: true, required: true }),
    field("note", "备注", "textarea"),
    field("quantity", "数量", "number"),
    field("freight", "运费", "money"),
    field("discount", "折扣", "percent"),
    field("order_date", "下单日期", "date"),
    field("sent_at", "发出时间", "datetime"),
    field("kind", "类型", "option", { options }),
    field("tags", "标签", "option", { options, multiple: true }),
    field("owner", "负责人", "user"),
    field("customer", "所属客户", "relation", { relatedTable: "t2" }),
    field("done", "完成", "checkbox"),
    field("file", "附件", "attachment"),
    field("net", "净额", "calculation", { computed: true }),
  ],
};
const members = [
  { id: "u1", name: "张悦" },
  { id: "u2", name: "李雷" },
  { id: "u3", name: "李雷" },
];
const customers = new Map([
  ["ALFKI", ["c1"]],
  ["星河", ["c2", "c3"]],
]);

/** One file with these columns and rows of cells. */
function plan(columns: string[], cells: string[][], more: Partial<ImportInput> = {}) {
  return planImport({
    columns,
    rows: cells.map((row, index) => ({ row: index + 2, cells: row })),
    table,
    members,
    lookup: (related, text) => (related === "t2" ? (customers.get(text) ?? []) : []),
    locale: "zh-CN",
    ...more,
  });
}

describe("mapping", () => {
  it("finds fields by name and alias, then whatever the case, width and spaces", () => {
    const columns = ["订单编号", "quantity", " Discount ", "OWNER", "净额", "unknown", ""];
    const { mapping } = plan(columns, []);

    expect(mapping.map((entry) => entry.field)).toEqual([
      "订单编号",
      "数量",
      "折扣",
      "负责人",
      null,
      null,
      null,
    ]);
  });

  it("follows the mapping given, which may also leave a column out", () => {
    const found = plan(["A", "B", "数量"], [["10248", "7", "x"]], {
      mapping: { A: "number", B: "数量", 数量: "" },
    });

    expect(found.rejected).toEqual([]);
    expect(found.good).toEqual([{ "f-number": "10248", "f-quantity": "7" }]);
  });

  it.each<[string, string[], Partial<ImportInput>]>([
    ["unknown-column", ["订单编号"], { mapping: { X: "数量" } }],
    ["unknown-field", ["订单编号", "A"], { mapping: { A: "salary" } }],
    ["unknown-field", ["订单编号"], { keyField: "salary" }],
    ["read-only-field", ["订单编号", "A"], { mapping: { A: "净额" } }],
    ["duplicate-column", ["订单编号", "number"], {}],
    ["missing-column", ["数量"], {}],
    ["missing-column", ["订单编号"], { keyField: "备注" }],
  ])("refuses the whole file with %s", (code, columns, more) => {
    const found = plan(columns, [["10248", "1"]], more);

    expect(found.good).toEqual([]);
    expect(found.rejected).toMatchObject([{ row: 1, code }]);
  });

  it("says so when nothing fits", () => {
    const table2 = { ...table, fields: table.fields.slice(1) };

    expect(plan(["x"], [["1"]], { table: table2 }).rejected).toEqual([
      {
        row: 1,
        column: "",
        code: "nothing-mapped",
        reason: "文件中没有任何一列能对应到“订单”的字段。",
      },
    ]);
  });
});

describe("values", () => {
  it.each<[string, string, unknown]>([
    ["note", "一\r\n二", "一\n二"],
    ["quantity", "1,234.50", "1234.5"],
    ["quantity", "-7", "-7"],
    ["quantity", "\uFF11\uFF12", "12"],
    ["quantity", "123456789012345678901.123456789", "123456789012345678901.123456789"],
    ["quantity", "", null],
    ["quantity", "  ", null],
    ["freight", "¥1,234.50", "1234.5"],
    ["freight", "\uFFE5-20", "-20"],
    ["freight", "-¥20", "-20"],
    ["freight", "20元", "20"],
    ["freight", "USD 20", "20"],
    ["discount", "85%", "0.85"],
    ["discount", "0.85", "0.85"],
    ["discount", "12.5 %", "0.125"],
    ["discount", "\uFF18\uFF15\uFF05", "0.85"],
    ["discount", "1", "1"],
    ["discount", "150%", "1.5"],
    ["order_date", "2026-03-01", "2026-03-01"],
    ["order_date", "2026/3/1", "2026-03-01"],
    ["order_date", "2026年3月1日", "2026-03-01"],
    ["order_date", "2026.3.1", "2026-03-01"],
    ["order_date", "2024-02-29 00:00:00.000", "2024-02-29"],
    ["sent_at", "2026-03-01 9:05", "2026-03-01T09:05:00+08:00"],
    ["sent_at", "2026-03-01T09:05:30Z", "2026-03-01T09:05:30+00:00"],
    ["sent_at", "2026-03-01T09:05:30-0530", "2026-03-01T09:05:30-05:30"],
    ["sent_at", "2026/3/1", "2026-03-01T00:00:00+08:00"],
    ["kind", "加急", ["o1"]],
    ["kind", "normal", ["o2"]],
    ["tags", "加急、Normal，加急", ["o1", "o2"]],
    ["owner", "@张悦", ["u1"]],
    ["owner", "u2", ["u2"]],
    ["customer", "ALFKI", ["c1"]],
    ["done", "是", true],
    ["done", "FALSE", false],
    ["done", "√", true],
  ])("%s %j becomes %j", (alias, text, value) => {
    const found = plan(["number", alias], [["1", text]]);

    expect(found.good).toEqual([{ "f-number": "1", [`f-${alias}`]: value }]);
  });

  it.each([
    ["quantity", "abc", "not-a-number"],
    ["quantity", "1.234,50", "not-a-number"],
    ["quantity", "12,34", "not-a-number"],
    ["quantity", "85%", "not-a-number"],
    ["quantity", "1 234", "not-a-number"],
    ["quantity", "Infinity", "not-a-number"],
    ["quantity", "0x10", "not-a-number"],
    ["quantity", "#DIV/0!", "spreadsheet-error"],
    ["note", "#N/A", "spreadsheet-error"],
    ["freight", "¥", "not-a-number"],
    ["discount", "85", "ambiguous-percent"],
    ["discount", "-2", "ambiguous-percent"],
    ["discount", "85%%", "not-a-number"],
    ["order_date", "2026-02-30", "not-a-date"],
    ["order_date", "2026-13-01", "not-a-date"],
    ["order_date", "03/04/2026", "not-a-date"],
    ["order_date", "26-03-01", "not-a-date"],
    ["order_date", "46082", "not-a-date"],
    ["order_date", "2026-03-01 09:05", "time-in-date"],
    ["sent_at", "2026-03-01 25:00", "not-a-date"],
    ["sent_at", "2026-03-01 soon", "not-a-date"],
    ["kind", "express", "unknown-option"],
    ["kind", "加急,Normal", "unknown-option"],
    ["owner", "王五", "unknown-user"],
    ["owner", "李雷", "ambiguous-user"],
    ["customer", "NOBODY", "unknown-record"],
    ["customer", "星河", "ambiguous-record"],
    ["done", "maybe", "not-yes-or-no"],
  ])("%s %j is refused as %s, naming row and column", (alias, text, code) => {
    const found = plan(
      ["number", alias],
      [
        ["1", ""],
        ["2", text],
      ],
    );

    expect(found.good).toHaveLength(1);
    expect(found.rejected).toMatchObject([{ row: 3, column: alias, code }]);
    expect(found.rejected[0]?.reason).not.toMatch(/[{}]/);
    expect(hasWords(`import.${code}`)).toBe(true);
  });

  it("says what is wrong and what to write instead", () => {
    const found = plan(["number", "discount", "kind"], [["1", "85", "express"]]);

    expect(found.rejected.map(({ reason }) => reason)).toEqual([
      "百分比字段中的 85 含义不明确：请写成 85% 或 0.85。",
      "“类型”没有选项“express”。现有选项：加急, Normal。",
    ]);
    expect(plan(["number", "quantity"], [["1", "abc"]], { locale: "en-US" }).rejected).toEqual([
      { row: 2, column: "quantity", code: "not-a-number", reason: '"abc" is no number.' },
    ]);
  });

  it("reads times in the company's zone, also across a change of the clock", () => {
    const at = (text: string) =>
      plan(["number", "sent_at"], [["1", text]], { timeZone: "America/New_York" }).good[0]?.[
        "f-sent_at"
      ];

    expect(at("2026-01-05 12:00")).toBe("2026-01-05T12:00:00-05:00");
    expect(at("2026-07-05 12:00")).toBe("2026-07-05T12:00:00-04:00");
  });
});

describe("rows", () => {
  it("must have as many cells as the header, blank ones at the end aside", () => {
    const found = plan(
      ["number", "quantity"],
      [["1"], ["2", "3", ""], ["4", "5", "6"], ["7", "8"]],
    );

    expect(found.rejected.map(({ row, code }) => [row, code])).toEqual([
      [2, "wrong-columns"],
      [4, "wrong-columns"],
    ]);
    expect(found.good.map((values) => values["f-number"])).toEqual(["2", "7"]);
  });

  it("need what is required", () => {
    expect(plan(["number", "quantity"], [["", "1"]]).rejected).toMatchObject([
      { row: 2, column: "number", code: "missing-value" },
    ]);
    expect(plan(["number", "note"], [["1", ""]], { keyField: "note" }).rejected).toMatchObject([
      { row: 2, column: "note", code: "missing-value" },
    ]);
  });

  it("may have a key only once, and the second names the first", () => {
    const found = plan(
      ["number", "quantity"],
      [
        ["1", "5"],
        ["2", "5"],
        [" 1", "6"],
      ],
    );

    expect(found.rejected).toEqual([
      { row: 4, column: "number", code: "duplicate-value", reason: "“1”与第 2 行重复。" },
    ]);
    expect(found.good).toHaveLength(2);
  });

  it("report every problem they have, not only the first", () => {
    const found = plan(["number", "quantity", "owner"], [["1", "abc", "王五"]]);

    expect(found.rejected.map(({ code }) => code)).toEqual(["not-a-number", "unknown-user"]);
    expect(found.good).toEqual([]);
  });

  it("leave out fields that the file has no column for", () => {
    expect(plan(["number"], [["1"]]).good).toEqual([{ "f-number": "1" }]);
  });
});
