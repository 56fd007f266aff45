import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { exportCsv, exportJson } from "../../plugin/report/export.ts";
import { ExportRow } from "../../plugin/report/views.ts";

const item: ExportRow["items"][number] = {
  kpi: "净销售额",
  target: "10000",
  actual: "8200.1234567890123456789",
  unit: "¥",
  score: "82.00",
  weight: "25",
  contribution: "20.5",
  status: "OK",
};
const row: ExportRow = {
  employee: "张悦",
  period: "1998-04",
  total: "85.32",
  grade: "B",
  coverage: "1",
  items: [item, { ...item, kpi: "增长率", actual: null, score: null, status: "NO_DATA" }],
};

const read = (csv: string) => parse(csv, { bom: true }) as string[][];

describe("CSV", () => {
  it("gives one line per item with exact figures and titles in the reader's language", () => {
    const csv = exportCsv([row], "zh-CN");

    expect(csv.startsWith("\uFEFF员工,周期,总分")).toBe(true);
    expect(csv).toContain("\r\n");
    expect(read(csv).slice(1)).toEqual([
      [
        "张悦",
        "1998-04",
        "85.32",
        "B",
        "1",
        "净销售额",
        "10000",
        "8200.1234567890123456789",
        "¥",
        "82.00",
        "25",
        "20.5",
        "正常",
      ],
      [
        "张悦",
        "1998-04",
        "85.32",
        "B",
        "1",
        "增长率",
        "10000",
        "",
        "¥",
        "",
        "25",
        "20.5",
        "无数据",
      ],
    ]);
    expect(read(exportCsv([row], "en-US"))[0]?.slice(0, 3)).toEqual([
      "Employee",
      "Period",
      "Total",
    ]);
  });

  it("keeps a sheet without items, its unknown total empty and never 0", () => {
    const empty = { ...row, total: null, grade: null, coverage: "0", items: [] };

    expect(read(exportCsv([empty], "zh-CN"))[1]).toEqual([
      ...["张悦", "1998-04", "", "", "0"],
      ...Array<string>(8).fill(""),
    ]);
  });

  it.each([
    ["=HYPERLINK(1)", "'=HYPERLINK(1)"],
    ["+1+1", "'+1+1"],
    ["-2+3", "'-2+3"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["\t=1", "'\t=1"],
    ["  =1", "'  =1"],
    ["\uFF1D1", "'\uFF1D1"],
    ["-5.25", "-5.25"],
    ["净-额", "净-额"],
  ])("writes the cell %j as %j", (text, cell) => {
    const written = read(exportCsv([{ ...row, employee: text, items: [item] }], "zh-CN"));

    expect(written[1]?.[0]).toBe(cell);
  });

  it("quotes what would break a line", () => {
    const name = '张,"悦"\n二';

    expect(read(exportCsv([{ ...row, employee: name, items: [item] }], "zh-CN"))[1]?.[0]).toBe(
      name,
    );
  });
});

describe("JSON", () => {
  it("reads back as the rows it came from", () => {
    expect(ExportRow.array().parse(JSON.parse(exportJson([row])))).toEqual([row]);
  });
});
