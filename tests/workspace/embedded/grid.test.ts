import { describe, expect, it } from "vitest";
import { isPluginError, type ErrorCode } from "../../../plugin/errors.ts";
import { openStage, number, option, text, type Built, type Stage } from "./stage.ts";

async function orders(locale: "en-US" | "zh-CN" = "en-US") {
  const stage = await openStage({ locale });
  const { grid } = stage.embedded;
  grid.addMember({ id: "7", name: "Ann" });
  grid.addMember({ id: "8", name: "张三" });
  const people = await stage.table({ name: "People", fields: [text("name")] });
  const ben = await people.add({ name: "Ben" });
  const table = await stage.table({
    name: "Orders",
    alias: "orders",
    fields: [
      text("code", { required: true, unique: true }),
      number("amount"),
      text("note"),
      { name: "Rate", alias: "rate", type: "number", config: { display_mode: "percent" } },
      option("kinds", ["one", "two"], "multi"),
      { name: "Owner", alias: "owner", type: "user" },
      { name: "Person", alias: "person", type: "relation", config: { table_id: people.id } },
      { name: "Time", alias: "time", type: "date", config: { type: "datetime" } },
      { name: "On", alias: "on", type: "bool" },
      {
        name: "Twice",
        alias: "twice",
        type: "calculation",
        config: { script: { code: "AMOUNT*2" } },
      },
    ],
  });
  return { stage, grid, people, ben, table };
}

function fields(
  table: Built,
  values: Readonly<Record<string, string | boolean | string[] | null>>,
) {
  return Object.fromEntries(
    Object.entries(values).map(([alias, value]) => [table.field(alias), value]),
  );
}

function failureOf(run: () => unknown): { code: ErrorCode; reason: unknown; row: unknown } {
  try {
    run();
  } catch (error) {
    if (isPluginError(error)) {
      return { code: error.code, reason: error.details["reason"], row: error.details["row"] };
    }
    throw error;
  }
  throw new Error("A PluginError was expected");
}

describe("the grid", () => {
  it("lists tables with fields, views and numbers of rows", async () => {
    const { grid, people, table } = await orders();

    const tables = grid.tables();

    expect(tables.map(({ name, alias, rows }) => [name, alias, rows])).toEqual([
      ["People", "", 1],
      ["Orders", "orders", 0],
    ]);
    expect(tables[1]?.fields.map((field) => [field.alias, field.type, field.readOnly])).toEqual([
      ["code", "text", false],
      ["amount", "number", false],
      ["note", "text", false],
      ["rate", "percent", false],
      ["kinds", "option", false],
      ["owner", "user", false],
      ["person", "relation", false],
      ["time", "datetime", false],
      ["on", "checkbox", false],
      ["twice", "calculation", true],
    ]);
    expect(tables[1]?.fields.find(({ id }) => id === table.field("person"))?.relatedTable).toBe(
      people.id,
    );
  });

  it("gives raw values in the port's form and the texts people read", async () => {
    const { grid, table, ben } = await orders();
    const values = {
      code: "A",
      amount: "12.50",
      rate: "0.855",
      kinds: ["2", "1"],
      owner: ["8"],
      person: [ben],
      time: "2026-03-31T10:20:00Z",
      on: true,
    };

    const { cells } = grid.create(table.id, fields(table, values), "7");

    const shown = Object.fromEntries(
      ["code", "amount", "rate", "kinds", "owner", "person", "time", "on", "twice"].map((alias) => [
        alias,
        cells[table.field(alias)],
      ]),
    );
    expect(shown).toEqual({
      code: { value: "A", text: "A" },
      amount: { value: "12.5", text: "12.5" },
      rate: { value: "0.855", text: "85.5%" },
      kinds: { value: ["2", "1"], text: "two, one" },
      owner: { value: ["8"], text: "张三" },
      person: { value: [ben], text: "Ben" },
      time: { value: "2026-03-31T18:20:00+08:00", text: "2026-03-31 18:20:00" },
      on: { value: true, text: "Yes" },
      twice: { value: "25", text: "25" },
    });
  });

  it("pages, orders and finds what people read, never ids", async () => {
    const { grid, table, ben } = await orders();
    const add = (values: Parameters<typeof fields>[1]) =>
      grid.create(table.id, fields(table, values), "7");
    add({ code: "Alpha", amount: "10", owner: ["8"] });
    add({ code: "beta", amount: "9", person: [ben] });
    add({ code: "gamma", amount: "100", kinds: ["2"], note: 'say "no"\nor C:\\' });
    const titles = (query: object) => {
      const page = grid.page({ table: table.id, offset: 0, limit: 10, ...query });
      return [page.total, page.records.map(({ title }) => title)];
    };

    expect(titles({})).toEqual([3, ["Alpha", "beta", "gamma"]]);
    expect(titles({ offset: 1, limit: 1 })).toEqual([3, ["beta"]]);
    expect(titles({ order: table.field("amount") })).toEqual([3, ["beta", "Alpha", "gamma"]]);
    expect(titles({ order: `-${table.field("amount")}` })).toEqual([3, ["gamma", "Alpha", "beta"]]);
    expect(titles({ search: "ALPH" })).toEqual([1, ["Alpha"]]);
    expect(titles({ search: "张" })).toEqual([1, ["Alpha"]]);
    expect(titles({ search: "ben" })).toEqual([1, ["beta"]]);
    expect(titles({ search: "two" })).toEqual([1, ["gamma"]]);
    expect(titles({ search: 'Y "N' })).toEqual([1, ["gamma"]]);
    expect(titles({ search: "c:\\" })).toEqual([1, ["gamma"]]);
    expect(titles({ search: "note" })).toEqual([0, []]);
    expect(titles({ search: ben })).toEqual([0, []]);
  });

  it.each([
    ["en-US", "Field “CODE” is required."],
    ["zh-CN", "字段“CODE”是必填项。"],
  ] as const)("refuses in the workspace's language: %s", async (locale, reason) => {
    const { grid, table } = await orders(locale);

    const failure = failureOf(() => grid.create(table.id, {}, "7"));

    expect(failure).toEqual({ code: "record/refused", reason, row: undefined });
  });

  it("says which row is gone", async () => {
    const { grid } = await orders();

    expect(failureOf(() => grid.update("2300000000000099", {}, "7")).code).toBe("record/not-found");
    expect(failureOf(() => grid.remove(["2300000000000099"], "7")).code).toBe("record/not-found");
    expect(failureOf(() => grid.history("nonsense")).code).toBe("record/not-found");
  });

  it("imports all rows or none", async () => {
    const { grid, table } = await orders();
    const good = [fields(table, { code: "A" }), fields(table, { code: "B", amount: "1" })];

    const failure = failureOf(() =>
      grid.importRows(table.id, [...good, fields(table, { code: "A" })], "7"),
    );
    const empty = grid.tables()[1]?.rows;
    const ids = grid.importRows(table.id, good, "7");

    expect(failure).toMatchObject({ code: "record/refused", row: 3 });
    expect(failure.reason).toMatch(/^Row 3: Field “CODE” must be unique/);
    expect(empty).toBe(0);
    expect(ids.map((id) => grid.record(id).title)).toEqual(["A", "B"]);
    expect(grid.tables()[1]?.rows).toBe(2);
  });

  it("removes several rows together or none", async () => {
    const { grid, table } = await orders();
    const { id } = grid.create(table.id, fields(table, { code: "A" }), "7");

    failureOf(() => grid.remove([id, "2300000000000099"], "7"));

    expect(grid.record(id).title).toBe("A");
  });

  it("remembers who changed what, from the first value to the deletion", async () => {
    const { stage, grid, table } = await orders();
    const { id } = grid.create(table.id, fields(table, { code: "A", kinds: ["1"] }), "7");
    stage.pass(60);
    grid.update(id, fields(table, { amount: "5", kinds: ["2", "1"] }), "8");
    stage.pass(60);
    grid.update(id, fields(table, { amount: null }), "7");
    grid.remove([id], "8");

    const change = (field: string, before: string, after: string) => ({
      field,
      fieldId: table.field(field.toLowerCase()),
      before,
      after,
    });
    expect(grid.history(id)).toEqual([
      {
        at: "2026-03-31T18:20:00+08:00",
        author: { id: "7", name: "Ann" },
        kind: "create",
        changes: [change("CODE", "", "A"), change("KINDS", "", "one"), change("Twice", "", "0")],
      },
      {
        at: "2026-03-31T18:21:00+08:00",
        author: { id: "8", name: "张三" },
        kind: "update",
        changes: [
          change("AMOUNT", "", "5"),
          change("KINDS", "one", "two, one"),
          change("Twice", "0", "10"),
        ],
      },
      {
        at: "2026-03-31T18:22:00+08:00",
        author: { id: "7", name: "Ann" },
        kind: "update",
        changes: [change("AMOUNT", "5", ""), change("Twice", "10", "0")],
      },
      {
        at: "2026-03-31T18:22:00+08:00",
        author: { id: "8", name: "张三" },
        kind: "delete",
        changes: [],
      },
    ]);
  });

  it("offers records to relate to", async () => {
    const { grid, people } = await orders();
    await people.add({ name: "Benny" });

    expect(grid.choices(people.id, "ben", 10).map(({ title }) => title)).toEqual(["Ben", "Benny"]);
    expect(grid.choices(people.id, "", 1)).toHaveLength(1);
    expect(grid.choices(people.id, "nobody", 10)).toEqual([]);
  });

  it("names a related record by its title of today and forgets a deleted one", async () => {
    const { grid, table, people, ben } = await orders();
    const { id } = grid.create(table.id, fields(table, { code: "A", person: [ben] }), "7");
    const shown = () => grid.record(id).cells[table.field("person")]?.text;

    grid.update(ben, { [people.field("name")]: "Benjamin" }, "7");
    const renamed = shown();
    grid.remove([ben], "7");

    expect([renamed, shown()]).toEqual(["Benjamin", ""]);
  });

  it("renames members and gives ids to new ones", async () => {
    const { grid } = await orders();

    grid.addMember({ id: "7", name: "Anna" });
    const fresh = grid.addMember({ name: "New" });

    expect(grid.members().map(({ name }) => name)).toEqual(["Anna", "张三", "New"]);
    expect(fresh.id).toMatch(/^\d+$/);
  });
});

describe("comments in the grid", () => {
  async function record(): Promise<{ stage: Stage; id: string }> {
    const { stage, grid, table } = await orders();
    return { stage, id: grid.create(table.id, fields(table, { code: "A" }), "7").id };
  }

  it("read as text with their mentions, answers and authors", async () => {
    const { stage, id } = await record();
    const content =
      'Score 92 &lt;ok&gt;.<br><a href="###" hb_type="user" user_id="8">@张三</a> please confirm.';
    await stage.v2("POST", `/v2/comment/item/${id}`, { content });
    const { grid } = stage.embedded;
    const [first] = grid.comments(id);

    const answer = grid.comment(
      id,
      { text: "1 < 2 & fine", mentions: ["7"], parent: first?.id ?? "" },
      "8",
    );

    expect(first).toMatchObject({
      text: "Score 92 <ok>.\n@张三 please confirm.",
      mentions: ["8"],
      author: { id: "10", name: "Interface" },
      createdOn: "2026-03-31T18:20:00+08:00",
      parent: null,
    });
    expect(answer).toMatchObject({
      text: "@Ann 1 < 2 & fine",
      mentions: ["7"],
      author: { id: "8", name: "张三" },
      parent: first?.id,
    });
    expect(grid.comments(id).map((comment) => comment.id)).toEqual([first?.id, answer.id]);
  });

  it("do not let text become markup", async () => {
    const { stage, id } = await record();
    const text = '<a href="###" hb_type="user" user_id="8">@张三</a><script>x</script>';

    const comment = stage.embedded.grid.comment(id, { text }, "7");

    expect(comment.mentions).toEqual([]);
    expect(comment.text).toBe(text);
  });
});
