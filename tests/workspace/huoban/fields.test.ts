import { describe, expect, it } from "vitest";
import { isPluginError } from "../../../plugin/errors.ts";
import { HUOBAN_FACTS } from "../../../plugin/workspace/huoban/facts.ts";
import {
  decodeValue,
  encodeValue,
  sameValue,
  settledValue,
  ShapeMismatch,
} from "../../../plugin/workspace/huoban/fields.ts";
import { openWallClock } from "../../../plugin/workspace/huoban/wall-clock.ts";
import type { Field, FieldType, FieldValue } from "../../../plugin/workspace/workspace.ts";

const wire = { facts: HUOBAN_FACTS, clock: openWallClock("Asia/Shanghai") };

function aField(type: FieldType, more: Partial<Field> = {}): Field {
  return {
    id: "2200000000000001",
    name: "字段",
    alias: "",
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

describe("reading a value", () => {
  it.each<[string, FieldType, unknown, FieldValue]>([
    ["text", "text", "甲", "甲"],
    ["a number in a text field", "text", 12, "12"],
    ["number", "number", 0.1, "0.1"],
    ["zero", "number", 0, "0"],
    ["a numeric string", "number", "1234.50", "1234.5"],
    ["noise of a binary sum", "number", 0.1 + 0.2, "0.3"],
    ["a whole number of 16 digits", "number", 9007199254740991, "9007199254740991"],
    ["a tiny number", "number", 1e-7, "0.0000001"],
    ["a large number", "number", 1e21, "1000000000000000000000"],
    ["rubbish in a number field", "number", "n/a", "n/a"],
    ["percent", "percent", 0.92, "0.92"],
    ["a failed calculation", "calculation", { value: null, error: 3 }, null],
    ["a calculation in an object", "calculation", { value: 1.5 }, "1.5"],
    ["a calculation that gives text", "calculation", "超额", "超额"],
    ["date", "date", "2026-03-31", "2026-03-31"],
    ["a date with a time of day", "date", "2026-03-31 00:00:00", "2026-03-31"],
    ["a date in epoch milliseconds", "date", Date.UTC(2026, 2, 30, 16), "2026-03-31"],
    ["datetime", "datetime", "2026-03-31 18:20:00", "2026-03-31T18:20:00+08:00"],
    ["datetime to the minute", "datetime", "2026-03-31 18:20", "2026-03-31T18:20:00+08:00"],
    ["datetime in epoch ms", "datetime", Date.UTC(2026, 2, 31, 10), "2026-03-31T18:00:00+08:00"],
    ["datetime with offset", "datetime", "2026-03-31T10:00:00Z", "2026-03-31T18:00:00+08:00"],
    ["option", "option", [{ id: 1, name: "月" }], ["1"]],
    ["user", "user", [{ user_id: 1000001, name: "张三" }], ["1000001"]],
    ["relation", "relation", [{ item_id: "2300000000000001", title: "" }], ["2300000000000001"]],
    ["a relation as bare object", "relation", { item_id: "23", title: "x" }, ["23"]],
    ["plain ids", "relation", ["23", 24], ["23", "24"]],
    ["the same id twice", "relation", ["23", "23"], ["23"]],
    ["no relation", "relation", [], null],
    ["attachment", "attachment", [{ file_id: "188", name: "a.pdf" }], ["188"]],
    ["switch on", "checkbox", 1, true],
    ["switch off", "checkbox", "0", false],
    ["something else", "unknown", { poi: "x" }, '{"poi":"x"}'],
    ["empty text", "text", "", null],
    ["nothing", "number", undefined, null],
    ["null", "option", null, null],
  ])("%s", (_case, type, raw, value) => {
    expect(decodeValue(raw, aField(type), wire)).toEqual(value);
  });

  it.each<[FieldType, unknown]>([
    ["number", [{ id: "1" }]],
    ["text", { a: 1 }],
    ["date", "soon"],
    ["datetime", 1e30],
    ["option", [{ name: "月" }]],
    ["checkbox", "maybe"],
  ])("does not guess: %s of %j", (type, raw) => {
    expect(() => decodeValue(raw, aField(type), wire)).toThrow(ShapeMismatch);
  });
});

describe("writing a value", () => {
  it.each<[string, FieldType, FieldValue, unknown]>([
    ["text", "text", "甲\n乙", "甲\n乙"],
    ["empty text", "text", "", null],
    ["number", "number", "90.10", 90.1],
    ["seventeen digits, half up", "number", "1.2345678901234565", 1.23456789012346],
    ["a fraction of 15 digits", "number", "0.123456789012345", 0.123456789012345],
    ["a whole number of 16 digits", "number", "9007199254740991", 9007199254740991],
    ["percent", "percent", "0.85", 0.85],
    ["the largest percent", "percent", "-10", -10],
    ["date", "date", "2026-02-28", "2026-02-28"],
    ["datetime", "datetime", "2026-03-31T10:20:00Z", "2026-03-31 18:20:00"],
    [
      "datetime with parts of a second",
      "datetime",
      "2026-03-31T10:20:00.9Z",
      "2026-03-31 18:20:00",
    ],
    ["option", "option", ["1"], ["1"]],
    ["no option", "option", null, []],
    ["no user", "user", [], []],
    ["no number", "number", null, null],
    ["switch", "checkbox", true, 1],
  ])("%s", (_case, type, value, raw) => {
    expect(encodeValue(value, aField(type), wire)).toEqual(raw);
  });

  it.each<[string, FieldType, FieldValue]>([
    ["a number that is none", "number", "abc"],
    ["a number that is too large", "number", "1e400"],
    ["a day that does not exist", "date", "2026-02-29"],
    ["a time without offset", "datetime", "2026-03-31 18:20:00"],
    ["two values where one fits", "user", ["1", "2"]],
    ["anything in a field of unknown type", "unknown", "x"],
  ])("refuses %s", (_case, type, value) => {
    expect(failureOf(() => encodeValue(value, aField(type), wire))).toBe("record/refused");
  });

  it("refuses to write what the host computes, even to empty it", () => {
    const attached = aField("user", { computed: true });

    expect(failureOf(() => encodeValue(null, attached, wire))).toBe("record/refused");
  });

  it.each(["10.01", "92", "-92"])("refuses %s in a percent field", (value) => {
    const percent = aField("percent");

    expect(failureOf(() => encodeValue(value, percent, wire))).toBe("record/unit-ambiguous");
  });

  it.each<[FieldType, FieldValue]>([
    ["number", ["1"]],
    ["option", "月"],
    ["checkbox", "true"],
    ["text", true],
  ])("sees that %s is not the type for %j", (type, value) => {
    expect(() => encodeValue(value, aField(type), wire)).toThrow(ShapeMismatch);
  });

  it("follows the settings for what is not documented", () => {
    const facts = {
      ...HUOBAN_FACTS,
      datetimes: "epoch-ms" as const,
      checkboxes: "boolean" as const,
      emptyIds: "null" as const,
    };

    const written = [
      encodeValue("2026-03-31T10:20:00Z", aField("datetime"), { ...wire, facts }),
      encodeValue(true, aField("checkbox"), { ...wire, facts }),
      encodeValue([], aField("option"), { ...wire, facts }),
    ];

    expect(written).toEqual([Date.UTC(2026, 2, 31, 10, 20), true, null]);
  });
});

describe("telling whether a value has arrived", () => {
  it.each<[string, FieldType, FieldValue, FieldValue, boolean]>([
    ["ids in another order", "relation", ["1", "2"], ["2", "1"], true],
    ["fewer ids", "relation", ["1", "2"], ["1"], false],
    ["blanks around a text", "text", " 甲\r\n", "甲", true],
    ["a rounded number", "number", "1.2345678901234565", "1.23456789012346", true],
    ["another number", "number", "1.1", "1.10001", false],
    ["emptied", "text", "", null, true],
    ["not emptied", "text", null, "甲", false],
    ["the same instant", "datetime", "2026-03-31T10:00:00Z", "2026-03-31T18:00:00+08:00", true],
    ["switched off, not empty", "checkbox", false, null, false],
  ])("%s", (_case, type, written, read, isSame) => {
    const field = aField(type, { multiple: true });

    expect(sameValue(read, settledValue(written, field, wire))).toBe(isSame);
  });
});

function failureOf(run: () => unknown): string | null {
  try {
    run();
  } catch (error) {
    return isPluginError(error) ? error.code : String(error);
  }
  return null;
}
