import ExcelJS from "exceljs";
import { describe, expect, it } from "vitest";
import { readImportFile } from "../../plugin/server/import-file.ts";

const csv = (text: string | Uint8Array, name = "orders.csv") =>
  readImportFile({ name, bytes: typeof text === "string" ? new TextEncoder().encode(text) : text });

async function workbook(fill: (book: ExcelJS.Workbook) => void): Promise<Uint8Array> {
  const book = new ExcelJS.Workbook();
  fill(book);
  return new Uint8Array(await book.xlsx.writeBuffer());
}

describe("a CSV file", () => {
  it.each([
    ["comma", "编号,名称\n1,甲"],
    ["semicolon", "编号;名称\n1;甲"],
    ["tab", "编号\t名称\r\n1\t甲\r\n"],
    ["byte order mark", "\uFEFF编号,名称\r\n1,甲"],
    ["quoted separators", '"编号",名称\n"1",甲'],
    ["old line ends", "编号,名称\r1,甲"],
  ])("is read with %s", async (_name, text) => {
    expect(await csv(text)).toEqual({
      columns: ["编号", "名称"],
      rows: [{ row: 2, cells: ["1", "甲"] }],
    });
  });

  it("picks the separator by the header, not by what is quoted in it", async () => {
    expect((await csv('"a,b,c,d";x\n1;2')).columns).toEqual(["a,b,c,d", "x"]);
  });

  it("reads what Chinese Excel saves (GB 18030) and UTF-16", async () => {
    const gb = Uint8Array.of(0xb1, 0xe0, 0xba, 0xc5, 0x2c, 0x78, 0x0a, 0x31, 0x2c, 0xbc, 0xd7);
    const utf16 = new Uint8Array(Buffer.from("\uFEFF编号\tx\n1\t甲", "utf16le"));

    expect(await csv(gb)).toEqual({
      columns: ["编号", "x"],
      rows: [{ row: 2, cells: ["1", "甲"] }],
    });
    expect((await csv(utf16)).columns).toEqual(["编号", "x"]);
  });

  it("numbers rows as a spreadsheet does: blank ones count, a cell with line breaks is one", async () => {
    const file = await csv('a,b\n"x\ny",1\n\n,\nz,2\n');

    expect(file.rows.map(({ row }) => row)).toEqual([2, 5]);
    expect(file.rows[0]?.cells).toEqual(["x\ny", "1"]);
  });

  it("keeps rows of the wrong length for the plan to report", async () => {
    expect((await csv("a,b\n1\n1,2,3")).rows.map(({ cells }) => cells.length)).toEqual([1, 3]);
  });

  it.each([
    ["nothing", ""],
    ["a blank header", " , \n1,2"],
    ["an open quote", 'a,b\n"1,2'],
    ["bytes that are no text", Uint8Array.of(0x61, 0x00, 0x62, 0x0a)],
    ["bytes in no encoding", Uint8Array.of(0x61, 0xff, 0xff, 0xff)],
  ])("with %s is refused in both languages", async (_name, text) => {
    const refusal: unknown = await csv(text).catch((error: unknown) => error);

    expect(refusal).toMatchObject({
      code: "request/unreadable-file",
      details: {
        file: "orders.csv",
        reason: expect.stringMatching(/\p{Script=Han}.* \/ .*[a-z]/u),
      },
    });
  });
});

describe("a workbook", () => {
  it("gives figures exactly, days as days, and the results of formulas", async () => {
    const bytes = await workbook((book) => {
      const sheet = book.addWorksheet("Orders");
      sheet.addRow(["编号", "金额", "日期", "时间", "折扣", "合计", "备注", "发货"]);
      sheet.addRow([
        10248,
        0.1 + 0.2,
        new Date("1998-05-06T00:00:00Z"),
        new Date("1998-05-06T13:45:30Z"),
        0.15,
        { formula: "B2*2", result: 0.6 },
        { richText: [{ text: "加" }, { text: "急" }] },
        true,
      ]);
      sheet.getCell("E2").numFmt = "0.0%";
    });

    const file = await readImportFile({ name: "o.xlsx", bytes });

    expect(file.rows).toEqual([
      {
        row: 2,
        cells: ["10248", "0.3", "1998-05-06", "1998-05-06T13:45:30", "15%", "0.6", "加急", "TRUE"],
      },
    ]);
  });

  it("pads short rows, keeps row numbers and shows errors as the sheet does", async () => {
    const bytes = await workbook((book) => {
      const sheet = book.addWorksheet("a");
      sheet.addRow(["x", "y"]);
      sheet.getCell("A4").value = "only";
      sheet.getCell("A5").value = { formula: "1/0", result: { error: "#DIV/0!" } };
      sheet.getCell("D6").value = "stray";
    });

    expect((await readImportFile({ name: "A.XLSX", bytes })).rows).toEqual([
      { row: 4, cells: ["only", ""] },
      { row: 5, cells: ["#DIV/0!", ""] },
      { row: 6, cells: ["", "", "", "stray"] },
    ]);
  });

  it("takes the worksheet that is named", async () => {
    const bytes = await workbook((book) => {
      book.addWorksheet("first").addRow(["a"]);
      book.addWorksheet("second").addRow(["b"]);
    });

    expect((await readImportFile({ name: "x.xlsx", bytes })).columns).toEqual(["a"]);
    expect((await readImportFile({ name: "x.xlsx", bytes, sheet: "second" })).columns).toEqual([
      "b",
    ]);
    await expect(readImportFile({ name: "x.xlsx", bytes, sheet: "third" })).rejects.toMatchObject({
      code: "request/unreadable-file",
    });
  });

  it("that is none is refused", async () => {
    const bytes = new TextEncoder().encode("a,b\n1,2");

    await expect(readImportFile({ name: "x.xlsx", bytes })).rejects.toMatchObject({
      code: "request/unreadable-file",
    });
  });
});
