import exceljs from "exceljs";
import { beforeAll, describe, expect, it } from "vitest";
import { calcPresence, recalculate, type CalcSheet } from "./calc.ts";

const calc = calcPresence("The witness itself");

describe.skipIf(calc.skip)("LibreOffice as a witness", () => {
  let sheet: CalcSheet;

  beforeAll(async () => {
    const workbook = new exceljs.Workbook();
    const written = workbook.addWorksheet("数 1");
    const formulas = [
      "1/3",
      "1/0",
      '"a"&"b"',
      "1=1",
      "NA()",
      "FOO(1)",
      '""',
      "DATE(2024,1,2)",
      "1-1",
      "1=2",
    ];
    formulas.forEach((formula, index) => {
      // Every remembered value is a lie: who believes it is caught.
      written.getCell(index + 1, 1).value = { formula, result: 42 };
    });
    written.getCell("B1").value = "=1+1";
    written.getCell("B2").value = 0.1;
    const bytes = new Uint8Array(await workbook.xlsx.writeBuffer());
    const found = (await recalculate(bytes)).get("数 1");
    if (!found) throw new Error("The worksheet is gone");
    sheet = found;
  });

  it.each([
    ["A1", "number", 0.333333333333333],
    ["A2", "error", "#DIV/0!"],
    ["A3", "text", "ab"],
    ["A4", "boolean", true],
    ["A5", "error", "#N/A"],
    ["A6", "error", "#NAME?"],
    ["A7", "text", ""],
    ["A8", "number", 45293],
    ["A9", "number", 0],
    ["A10", "boolean", false],
    ["B1", "text", "=1+1"],
    ["B2", "number", 0.1],
    ["B3", "blank", null],
  ])("says of %s: %s %s, whatever the file remembers", (address, kind, value) => {
    expect(sheet(address)).toEqual({ kind, value });
  });
});
