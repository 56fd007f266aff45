import { expect, it } from "vitest";
import { openDatabase } from "../../plugin/database.ts";
import { loadBindings, saveBinding } from "../../plugin/install/bindings.ts";

function bound() {
  const db = openDatabase(":memory:");
  const row = { group: "", pack: "core", adopted: false };
  saveBinding(db, { ...row, key: "sheets", kind: "table", parent: "", id: "10", group: "result" });
  saveBinding(db, { ...row, key: "sheets.state", kind: "field", parent: "sheets", id: "10" });
  saveBinding(db, { ...row, key: "sheets.unit", kind: "field", parent: "sheets", id: "11" });
  const option = { ...row, kind: "option", id: "1" } as const;
  saveBinding(db, { ...option, key: "sheets.state#final", parent: "sheets.state" });
  saveBinding(db, { ...option, key: "sheets.unit#piece", parent: "sheets.unit" });
  return { db, bindings: loadBindings(db) };
}

it("finds ids by key and keys by id, although ids repeat across parents", () => {
  const { bindings } = bound();

  expect(bindings.table("sheets")).toBe("10");
  expect(bindings.field("sheets", "state")).toBe("10");
  expect(bindings.option("sheets", "unit", "piece")).toBe("1");
  expect(bindings.tableKey("10")).toBe("sheets");
  expect(bindings.fieldKey("sheets", "10")).toBe("state");
  expect(bindings.optionKey("sheets", "state", "1")).toBe("final");
  expect(bindings.optionKey("sheets", "unit", "1")).toBe("piece");
  expect(bindings.tables()).toEqual(["sheets"]);
  expect(bindings.group("sheets")).toBe("result");
});

it("says what is not bound", () => {
  const { bindings } = bound();

  expect(() => bindings.field("sheets", "total")).toThrow("sheets.total");
  expect(() => bindings.group("orders")).toThrow("orders");
  expect(bindings.tableKey("11")).toBeNull();
  expect(bindings.fieldKey("sheets", "99")).toBeNull();
  expect(bindings.optionKey("sheets", "nothing", "1")).toBeNull();
});

it("binds a key again when the thing behind it was replaced", () => {
  const { db } = bound();

  saveBinding(db, {
    key: "sheets",
    kind: "table",
    parent: "",
    id: "20",
    group: "result",
    pack: "core",
    adopted: true,
  });

  expect(loadBindings(db).table("sheets")).toBe("20");
  expect(loadBindings(db).tableKey("10")).toBeNull();
});
