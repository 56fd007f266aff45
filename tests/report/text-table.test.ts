import { describe, expect, it } from "vitest";
import { textTable, textWidth } from "../../plugin/report/text-table.ts";

describe("a table for a terminal", () => {
  it("counts Chinese characters and marks as two columns", () => {
    expect(textWidth("绩效")).toBe(4);
    expect(textWidth("A（级）")).toBe(7);
    expect(textWidth("ρ ÷ —")).toBe(5);
  });

  it("lines columns up, figures to the right, the last one open", () => {
    const table = textTable(
      ["姓名", "Total", "Why"],
      [
        ["张悦", "92.50", "a sentence as long as it likes"],
        ["Ada", "—", ""],
      ],
    );

    expect(table.split("\n")).toEqual([
      "姓名  Total  Why",
      "────  ─────  ───",
      "张悦  92.50  a sentence as long as it likes",
      "Ada       —",
    ]);
  });

  it("is nothing without rows", () => {
    expect(textTable(["Name"], [])).toBe("");
  });
});
