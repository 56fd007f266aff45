import { describe, expect, it } from "vitest";
import { openStage, number, option, text, V2Table, type Built, type Stage } from "./stage.ts";

async function change(stage: Stage, table: Built, body: object) {
  return V2Table.parse(await stage.v2("PUT", `/v2/table/${table.id}`, body));
}
const byAlias = (table: ReturnType<typeof V2Table.parse>, alias: string) =>
  table.fields.find((field) => field.alias === alias);

describe("changing a table", () => {
  it("renames it and its fields, and leaves what is not mentioned", async () => {
    const stage = await openStage();
    const table = await stage.table({ name: "T", alias: "t", fields: [text("a"), text("b")] });

    const after = await change(stage, table, {
      name: "New",
      fields: [{ field_id: table.field("a"), name: "First" }],
    });

    expect(after).toMatchObject({ name: "New", alias: "t" });
    expect(after.fields.map(({ name }) => name)).toEqual(["First", "B"]);
  });

  it("takes the fetched table back with one field more", async () => {
    const stage = await openStage();
    const table = await stage.table({
      name: "T",
      fields: [text("a"), option("o", ["x"], "multi")],
    });
    const fetched = V2Table.parse(await stage.v2("GET", `/v2/table/${table.id}`));

    const after = await change(stage, table, {
      ...fetched,
      fields: [...fetched.fields, { field_id: "c", _new: true, ...number("c") }],
    });

    expect(after.fields.slice(0, 2)).toEqual(fetched.fields);
    expect(byAlias(after, "c")).toMatchObject({ name: "C", type: "number" });
  });

  it("adds and renames options and never takes one away", async () => {
    const stage = await openStage();
    const table = await stage.table({ name: "T", fields: [option("o", ["x", "y"], "single")] });
    const options = [{ id: "1", name: "ex" }, { name: "z" }];

    const after = await change(stage, table, {
      fields: [{ field_id: table.field("o"), config: { options } }],
    });

    expect(byAlias(after, "o")?.config["options"]).toEqual([
      { id: "1", name: "ex" },
      { id: "2", name: "y" },
      { id: "3", name: "z" },
    ]);
  });

  it("computes and numbers the rows that are already there", async () => {
    const stage = await openStage();
    const table = await stage.table({ name: "T", fields: [text("name"), number("n")] });
    const ids = [await table.add({ name: "a", n: 2 }), await table.add({ name: "b", n: 3 })];
    const square = {
      name: "S",
      alias: "s",
      type: "calculation",
      config: { script: { code: "N*N" } },
    };
    const counter = { name: "C", alias: "c", type: "auto_number" };

    const after = await change(stage, table, {
      fields: [
        { _new: true, ...square },
        { _new: true, ...counter },
      ],
    });

    const s = byAlias(after, "s")?.field_id ?? "";
    const c = byAlias(after, "c")?.field_id ?? "";
    const rows = ids.map((id) => stage.embedded.grid.record(id).cells);
    expect(rows.map((cells) => [cells[s]?.value, cells[c]?.value])).toEqual([
      ["4", "1"],
      ["9", "2"],
    ]);
  });

  it("deletes fields by id; what read them shows an error", async () => {
    const stage = await openStage();
    const twice = {
      name: "T2",
      alias: "t2",
      type: "calculation",
      config: { script: { code: "N*2" } },
    };
    const table = await stage.table({ name: "T", fields: [text("name"), number("n"), twice] });
    const id = await table.add({ name: "a", n: 2 });

    const after = await change(stage, table, { delete_field_ids: [table.field("n")] });

    expect(after.fields.map(({ alias }) => alias)).toEqual(["name", "t2"]);
    expect(stage.embedded.grid.record(id).cells[table.field("t2")]?.text).toBe("#NAME?");
  });

  it("makes a field unique only when its values are", async () => {
    const stage = await openStage();
    const table = await stage.table({ name: "T", fields: [text("a"), text("b")] });
    await table.add({ a: "1", b: "same" });
    await table.add({ a: "2", b: "same" });
    const unique = (alias: string) => ({
      fields: [{ field_id: table.field(alias), unique: true }],
    });

    await change(stage, table, unique("a"));
    const refused = await stage.v2("PUT", `/v2/table/${table.id}`, unique("b"));

    expect(refused).toMatchObject({ code: 9900005 });
    const body = { table_id: table.id, fields: { a: "2" } };
    expect((await stage.refused("POST", "/openapi/v1/item", body)).code).toBe(9900005);
    expect((await stage.embedded.grid.tables())[0]?.fields.map(({ unique: is }) => is)).toEqual([
      true,
      false,
    ]);
  });

  it.each([
    ["two fields of one alias", [text("a"), { ...text("b"), alias: "a" }]],
    ["two fields of one name", [text("a"), { ...text("b"), name: "A" }]],
    ["an unknown type", [{ name: "X", type: "hologram" }]],
    ["a relation to nowhere", [{ name: "X", type: "relation", config: {} }]],
    ["two options of one name", [option("o", ["x", "x"], "single")]],
  ])("refuses %s and creates nothing", async (_case, fields) => {
    const stage = await openStage();

    const reply = await stage.v2("POST", `/v2/table/space/${stage.embedded.spaceId}`, {
      name: "T",
      fields,
    });

    expect(reply).toMatchObject({ code: 9900015 });
    expect(stage.embedded.grid.tables()).toEqual([]);
  });

  it("refuses another type for a field", async () => {
    const stage = await openStage();
    const table = await stage.table({ name: "T", fields: [text("a")] });

    const reply = await stage.v2("PUT", `/v2/table/${table.id}`, {
      fields: [{ field_id: table.field("a"), ...number("a") }],
    });

    expect(reply).toMatchObject({ code: 9900015 });
  });

  it("creates views once and applies them in the grid", async () => {
    const stage = await openStage();
    const table = await stage.table({ name: "T", fields: [text("name"), number("n")] });
    await table.add({ name: "a", n: 1 });
    await table.add({ name: "b", n: 3 });
    await table.add({ name: "c", n: 2 });
    const view = {
      name: "Large",
      visible_field_ids: [table.field("name")],
      order_by: [{ field: table.field("n"), sort: "desc" }],
      filter: { field: table.field("n"), query: { gte: 2 } },
    };

    const first = await change(stage, table, { views: [view] });
    const second = await change(stage, table, { views: [{ name: "Large" }] });
    const page = stage.embedded.grid.page({
      table: table.id,
      view: first.views[0]?.view_id,
      offset: 0,
      limit: 10,
    });

    expect(second.views).toEqual(first.views);
    expect(first.views).toEqual([{ view_id: "3500000000000001", ...view }]);
    expect(page.records.map(({ title }) => title)).toEqual(["b", "c"]);
    expect(page.total).toBe(2);
  });

  it("titles records by the chosen field", async () => {
    const stage = await openStage();
    const table = await stage.table({ name: "T", fields: [text("a"), text("b")], item_title: "b" });
    const id = await table.add({ a: "first", b: "second" });

    expect((await table.item(id)).title).toBe("second");
    await change(stage, table, { item_title: table.field("a") });
    expect((await table.item(id)).title).toBe("first");
  });
});
