import { describe, expect, it } from "vitest";
import { draftOf, readDraft, sameValue } from "../../console/src/drafts.ts";
import type { GridField } from "../../plugin/server/api.ts";

const field = (type: GridField["type"], more: Partial<GridField> = {}): GridField => ({
  id: "f1",
  name: "Field",
  type,
  multiple: false,
  required: false,
  readOnly: false,
  options: [],
  relatedTable: null,
  ...more,
});

describe("a percent cell", () => {
  const percent = field("percent");

  it("is edited in percent and stored as a fraction", () => {
    expect(draftOf(percent, { value: "0.15", text: "15%" })).toBe("15");
    expect(readDraft(percent, "12.5")).toEqual({ ok: true, value: "0.125" });
    expect(readDraft(percent, "12.5%")).toEqual({ ok: true, value: "0.125" });
  });

  it("says what is wrong with what is no percentage", () => {
    expect(readDraft(percent, "abc")).toEqual({ ok: false, problem: "edit.notPercent" });
  });
});

describe("a money cell", () => {
  it("keeps every digit", () => {
    expect(readDraft(field("money"), "12,345,678,901,234.56")).toEqual({
      ok: true,
      value: "12345678901234.56",
    });
  });
});

describe("an empty input", () => {
  it.each(["text", "number", "date", "percent"] as const)("empties a %s field", (type) => {
    expect(readDraft(field(type), "  ")).toEqual({ ok: true, value: null });
  });

  it("is refused where the field must be filled", () => {
    const required = field("text", { required: true });
    expect(readDraft(required, "")).toEqual({ ok: false, problem: "edit.required" });
  });
});

describe("a choice", () => {
  const option = field("option", {
    multiple: true,
    options: [
      { id: "o1", name: "Active" },
      { id: "o2", name: "Left" },
    ],
  });

  it("keeps ids and shows names", () => {
    const draft = draftOf(option, { value: ["o2", "o1"], text: "Left, Active" });
    expect(draft).toEqual([
      { id: "o2", title: "Left" },
      { id: "o1", title: "Active" },
    ]);
    expect(readDraft(option, draft)).toEqual({ ok: true, value: ["o2", "o1"] });
  });

  it("takes the name of a related record from the cell", () => {
    const relation = field("relation", { relatedTable: "t1" });
    const title = "Vins et alcools, Reims";
    expect(draftOf(relation, { value: ["7"], text: title })).toEqual([{ id: "7", title }]);
  });

  it("left empty is no value", () => {
    expect(readDraft(option, [])).toEqual({ ok: true, value: null });
  });
});

describe("sameValue", () => {
  it("compares lists by what they hold", () => {
    expect(sameValue(["1", "2"], ["1", "2"])).toBe(true);
    expect(sameValue(["1"], ["2"])).toBe(false);
    expect(sameValue(null, [])).toBe(false);
    expect(sameValue("1", "1")).toBe(true);
  });
});
