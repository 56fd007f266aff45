import { describe, expect, it } from "vitest";
import { openStage, number, option, text, type Built, type Stage } from "./stage.ts";

async function orders(): Promise<{ stage: Stage; table: Built; other: Built }> {
  const stage = await openStage();
  stage.embedded.grid.addMember({ id: "7", name: "Ann" });
  const other = await stage.table({ name: "Other", fields: [text("code")] });
  const table = await stage.table({
    name: "Orders",
    fields: [
      text("code", { required: true, unique: true }),
      number("price"),
      number("quantity"),
      option("state", ["new", "done"], "single"),
      { name: "Owner", alias: "owner", type: "user", config: { type: "single" } },
      { name: "Link", alias: "link", type: "relation", config: { table_id: other.id } },
      { name: "Day", alias: "day", type: "date" },
      { name: "Time", alias: "time", type: "date", config: { type: "datetime" } },
      { name: "On", alias: "on", type: "bool" },
      { name: "File", alias: "file", type: "file" },
      {
        name: "Total",
        alias: "total",
        type: "calculation",
        config: { script: { code: "=PRICE*quantity" } },
      },
      {
        name: "No",
        alias: "no",
        type: "auto_number",
        config: { compose: { prefix: "A-", digits: 4 } },
      },
    ],
  });
  return { stage, table, other };
}

describe("writing a record", () => {
  it.each([
    ["an unknown field", { nothing: 1 }, 9900001, "nothing"],
    ["a calculation", { code: "A", total: 5 }, 9900002, "Total"],
    ["an auto number", { code: "A", no: "A-0009" }, 9900002, "No"],
    ["a missing required field", { price: 1 }, 9900003, "CODE"],
    ["an emptied required field", { code: "" }, 9900003, "CODE"],
    ["a number where text belongs", { code: 5 }, 9900004, "CODE"],
    ["text where a number belongs", { code: "A", price: "many" }, 9900004, "PRICE"],
    ["a day that does not exist", { code: "A", day: "2026-02-30" }, 9900004, "Day"],
    ["a date-time without a date", { code: "A", time: "18:20" }, 9900004, "Time"],
    ["a word for a checkbox", { code: "A", on: "yes" }, 9900004, "On"],
    ["an option outside a list", { code: "A", state: "1" }, 9900004, "STATE"],
    ["an unknown option", { code: "A", state: ["3"] }, 9900006, "STATE"],
    ["an unknown member", { code: "A", owner: ["8"] }, 9900007, "Owner"],
    ["an unknown record", { code: "A", link: ["2300000000009999"] }, 9900008, "Link"],
    ["an unknown file", { code: "A", file: ["1"] }, 9900009, "File"],
    ["two values where one fits", { code: "A", state: ["1", "2"] }, 9900010, "STATE"],
  ])("refuses %s and names the field", async (_case, fields, code, name) => {
    const { stage, table } = await orders();

    const reply = await stage.refused("POST", "/openapi/v1/item", { table_id: table.id, fields });

    expect(reply.code).toBe(code);
    expect(reply.message).toContain(name);
    expect(await table.titles({ and: [] })).toEqual([]);
  });

  it("refuses a relation to a record of some other table", async () => {
    const { stage, table, other } = await orders();
    await other.add({ code: "X" });
    const own = await table.add({ code: "A" });

    const reply = await stage.refused("PUT", `/openapi/v1/item/${own}`, {
      fields: { link: [own] },
    });

    expect(reply.code).toBe(9900008);
  });

  it("refuses a unique value twice, until its holder lets go of it", async () => {
    const { stage, table } = await orders();
    const first = await table.add({ code: "A" });
    const body = { table_id: table.id, fields: { code: "A" } };

    const twice = await stage.refused("POST", "/openapi/v1/item", body);
    await stage.v1("PUT", `/openapi/v1/item/${first}`, { fields: { code: "B" } });
    const second = await table.add({ code: "A" });
    const back = await stage.refused("PUT", `/openapi/v1/item/${first}`, { fields: { code: "A" } });
    await stage.v1("DELETE", `/openapi/v1/item/${second}`);
    await stage.v1("PUT", `/openapi/v1/item/${first}`, { fields: { code: "A" } });

    expect(twice).toEqual({ code: 9900005, message: expect.stringContaining(first) as string });
    expect(back.code).toBe(9900005);
    expect((await table.item(first)).title).toBe("A");
  });

  it("keeps a percent as it came: 92 is 9200 %", async () => {
    const stage = await openStage();
    const percent = {
      name: "Rate",
      alias: "rate",
      type: "number",
      config: { display_mode: "percent" },
    };
    const table = await stage.table({ name: "T", fields: [text("name"), percent] });
    const id = await table.add({ name: "a", rate: 92 });

    expect((await table.item(id)).fields[table.field("rate")]).toBe(92);
    expect(stage.embedded.grid.record(id).cells[table.field("rate")]).toEqual({
      value: "92",
      text: "9200%",
    });
  });

  it("keeps decimals exact", async () => {
    const { stage, table } = await orders();
    const id = await table.add({ code: "A", price: 0.1, quantity: "3.00" });

    const { cells } = stage.embedded.grid.record(id);

    expect(cells[table.field("total")]?.value).toBe("0.3");
    expect(cells[table.field("quantity")]?.value).toBe("3");
  });

  it("leaves the other fields alone and empties what is null or an empty list", async () => {
    const { stage, table } = await orders();
    const id = await table.add({ code: "A", price: 2, state: ["1"], day: "2026-03-01" });

    await stage.v1("PUT", `/openapi/v1/item/${id}`, { fields: { state: [], day: null } });

    const { fields } = await table.item(id);
    expect(fields).toEqual({
      [table.field("code")]: "A",
      [table.field("price")]: 2,
      [table.field("total")]: 0,
      [table.field("no")]: "A-0001",
    });
  });

  it("counts auto numbers on, also after a deletion", async () => {
    const { stage, table } = await orders();
    await table.add({ code: "A" });
    const gone = await table.add({ code: "B" });
    await stage.v1("DELETE", `/openapi/v1/item/${gone}`);

    const last = await table.item(await table.add({ code: "C" }));

    expect(last.fields[table.field("no")]).toBe("A-0003");
    expect(Number(last.item_id)).toBe(Number(gone) + 1);
  });

  it("changes the date and the author of the last change, not those of the creation", async () => {
    const { stage, table } = await orders();
    const id = await table.add({ code: "A" });
    stage.pass(90);
    stage.embedded.grid.update(id, { [table.field("price")]: "5" }, "7");

    const item = await table.item(id);

    expect(item.created_on).toBe("2026-03-31 18:20:00");
    expect(item.created_by.user_id).toBe("10");
    expect(item.updated_on).toBe("2026-03-31 18:21:30");
    expect(item.updated_by).toEqual({ user_id: "7", name: "Ann", avatar: "" });
  });

  it("treats a write that changes nothing as no write at all", async () => {
    const { stage, table } = await orders();
    const events = { source_id: table.id, source_type: "table", events: ["item.update"] };
    await stage.v1("POST", "/openapi/v1/event/subscribe", events);
    const id = await table.add({ code: "A", price: 1.5, state: ["1"] });
    stage.pass(5);

    await stage.v1("PUT", `/openapi/v1/item/${id}`, { fields: { price: "1.50", state: ["1"] } });
    await stage.embedded.idle();

    expect((await table.item(id)).updated_on).toBe("2026-03-31 18:20:00");
    expect(stage.embedded.grid.history(id)).toHaveLength(1);
    expect(stage.callbacks()).toEqual([]);
  });
});

describe("a calculation", () => {
  it("follows the row, other calculations and renamed fields", async () => {
    const stage = await openStage();
    const table = await stage.table({
      name: "T",
      fields: [
        {
          name: "Double",
          alias: "double",
          type: "calculation",
          config: { script: { code: "Net*2" } },
        },
        {
          name: "Net",
          alias: "net",
          type: "calculation",
          config: { script: { code: "单价*(1-rate)" } },
        },
        { name: "单价", alias: "price", type: "money" },
        { name: "Rate", alias: "rate", type: "number", config: { is_percent: 1 } },
      ],
    });
    const id = await table.add({ price: 100, rate: 0.15 });
    const rename = { field_id: table.field("price"), name: "成交价" };
    await stage.v2("PUT", `/v2/table/${table.id}`, { fields: [rename] });
    await stage.v1("PUT", `/openapi/v1/item/${id}`, { fields: { price: 200 } });

    const { fields } = await table.item(id);

    expect(fields[table.field("net")]).toBe(170);
    expect(fields[table.field("double")]).toBe(340);
  });

  it("reads as null when it fails, and shows the failure to people", async () => {
    const stage = await openStage();
    const script = { script: { code: "1/N" } };
    const inverse = { name: "Inverse", alias: "inverse", type: "calculation", config: script };
    const table = await stage.table({ name: "T", fields: [text("name"), number("n"), inverse] });
    const id = await table.add({ name: "a", n: 0 });

    expect((await table.item(id)).fields[table.field("inverse")]).toBeNull();
    const cell = stage.embedded.grid.record(id).cells[table.field("inverse")];
    expect(cell).toEqual({ value: null, text: "#DIV/0!" });
  });

  it.each([
    ["an unknown name", "Prize*2", "Prize"],
    ["a broken formula", "N*", "F"],
    ["itself", "F+1", "F"],
  ])("is refused when it reads %s", async (_case, code, named) => {
    const stage = await openStage();
    const formula = { name: "F", alias: "f", type: "calculation", config: { script: { code } } };
    const body = { name: "T", fields: [number("n"), formula] };

    const reply = await stage.v2("POST", `/v2/table/space/${stage.embedded.spaceId}`, body);

    expect(reply).toEqual({ code: 9900014, message: expect.stringContaining(named) as string });
    expect(stage.embedded.grid.tables()).toEqual([]);
  });
});
