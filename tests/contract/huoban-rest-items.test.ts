import { describe, expect, it } from "vitest";
import { z } from "zod";
import { API_KEY, openStage, text } from "../workspace/embedded/stage.ts";
import { reply, sample } from "../workspace/embedded/sample.ts";

/** The raw wire shapes of records, subscriptions and comments (platform reference, 4 and 7). */

const string = expect.any(String) as string;

describe("items", () => {
  async function full(settings: object = {}) {
    const made = await sample();
    const { stage, table, other } = made;
    const form = new FormData();
    form.set("type", "attachment");
    form.set("name", "证据.txt");
    form.set("source", new Blob(["92"], { type: "text/plain" }), "evidence.txt");
    const uploaded = await stage.embedded.fetch(
      new Request("http://embedded.test/openapi/v1/file/upload", {
        method: "POST",
        headers: { "Open-Authorization": API_KEY },
        body: form,
      }),
    );
    const { file_id } = z
      .object({ data: z.object({ file_id: z.string() }) })
      .parse(await uploaded.json()).data;
    const department = await other.add({ name: "销售部" });
    const id = await table.add({
      name: "营收达成率",
      note: "a\nb",
      rich: "<b>x</b>",
      n: 23456,
      rate: 0.85,
      money: 234.56,
      day: "2026-03-31",
      time: "2026-03-31 18:20:00",
      period: ["1"],
      owner: ["1000001"],
      department: [department],
      on: true,
      file: [file_id],
      ...settings,
    });
    return { ...made, id, department, file_id };
  }

  it("POST /item/{id}: seven members, empty fields absent, ids as strings", async () => {
    const { table, id, department, file_id } = await full();
    const person = { user_id: string, name: string, avatar: "" };

    const item = await table.item(id);

    const fields = {
      name: "营收达成率",
      note: "a\nb",
      rich: "<b>x</b>",
      n: 23456,
      rate: 0.85,
      money: 234.56,
      day: "2026-03-31",
      time: "2026-03-31 18:20:00",
      period: [{ id: "1", name: "月" }],
      owner: [{ user_id: "1000001", name: "张三", avatar: "" }],
      department: [{ item_id: department, title: "销售部" }],
      on: true,
      file: [{ file_id, name: "证据.txt", size: 2 }],
      twice: 46912,
      no: "K1",
    };
    expect(item).toEqual({
      item_id: id,
      title: "营收达成率",
      created_by: person,
      created_on: "2026-03-31 18:20:00",
      updated_by: person,
      updated_on: "2026-03-31 18:20:00",
      fields: Object.fromEntries(
        Object.entries(fields).map(([alias, value]) => [table.field(alias), value]),
      ),
    });
    const bare = await table.item(await table.add({ name: "bare" }));
    expect(Object.keys(bare.fields)).toEqual([
      table.field("name"),
      table.field("twice"),
      table.field("no"),
    ]);
  });

  it("file details", async () => {
    const { stage, file_id } = await full();

    const details = await stage.v1("POST", "/openapi/v1/file/details", {
      file_ids: [file_id, "9"],
    });

    expect(details).toEqual({
      files: [{ file_id, name: "证据.txt", size: 2, mimetype: "text/plain" }],
    });
  });

  it("can show a single relation as an object and dates as epoch milliseconds", async () => {
    const settings = { singleRelationAsObject: true, datesAsEpochMs: true };
    const stage = await openStage({ settings });
    const other = await stage.table({ name: "O", fields: [text("name")] });
    const table = await stage.table({
      name: "T",
      fields: [
        { name: "L", alias: "l", type: "relation", config: { table_id: other.id } },
        { name: "D", alias: "d", type: "date" },
        { name: "T", alias: "t", type: "date", config: { type: "datetime" } },
      ],
    });
    const link = await other.add({ name: "x" });
    const id = await table.add({ l: [link], d: "2026-03-31", t: "2026-03-31 18:20:00" });

    const { fields } = await table.item(id);

    expect(fields[table.field("l")]).toEqual({ item_id: link, title: "x" });
    expect(fields[table.field("d")]).toBe(Date.parse("2026-03-31T00:00:00+08:00"));
    expect(fields[table.field("t")]).toBe(Date.parse("2026-03-31T18:20:00+08:00"));
  });

  it("DELETE /item/{id}", async () => {
    const { stage, table } = await sample();
    const id = await table.add({ name: "x" });

    const deleted = await reply(stage, "DELETE", `/openapi/v1/item/${id}`);

    expect(deleted.body).toMatchObject({ code: 0 });
    expect(await stage.refused("POST", `/openapi/v1/item/${id}`, {})).toMatchObject({
      code: 3500002,
    });
  });

  it("POST /item/list: pages, silent cap, total, filtered and order", async () => {
    const { stage, table } = await sample();
    const rows = Array.from({ length: 130 }, (_, n) => ({ name: `r${n}`, n: String(n) }));
    stage.embedded.grid.importRows(table.id, rows, "1000001");
    const Reply = z.object({
      total: z.number(),
      filtered: z.number(),
      has_more: z.boolean(),
      items: z.array(z.object({ title: z.string() })),
    });
    const list = async (body: object) => {
      const asked = { table_id: table.id, ...body };
      const found = Reply.parse(await stage.v1("POST", "/openapi/v1/item/list", asked));
      const { total, filtered, has_more, items } = found;
      return [total, filtered, has_more, items.length, items[0]?.title, items.at(-1)?.title];
    };
    const upwards = { order: { field_id: "item_id", type: "asc" } };
    const filter = { field: table.field("n"), query: { gte: 100 } };
    const byNumber = { order: { field_id: table.field("n"), type: "desc" } };

    expect(await list(upwards)).toEqual([130, 130, true, 20, "r0", "r19"]);
    expect(await list({ ...upwards, limit: 500 })).toEqual([130, 130, true, 100, "r0", "r99"]);
    expect(await list({ ...upwards, limit: 100, offset: 100 })).toEqual([
      ...[130, 130, false, 30],
      ...["r100", "r129"],
    ]);
    expect(await list({ ...upwards, filter, limit: 10 })).toEqual([
      ...[130, 30, true, 10],
      ...["r100", "r109"],
    ]);
    expect(await list({ ...byNumber, limit: 2 })).toEqual([130, 130, true, 2, "r129", "r128"]);
    expect(await list({ ...upwards, search: { fields: ["name"], keywords: ["r12"] } })).toEqual([
      ...[130, 11, false, 11],
      ...["r12", "r129"],
    ]);
    expect(await list({ table_id: Number(table.id), offset: 500 })).toEqual([
      ...[130, 130, false, 0],
      ...[undefined, undefined],
    ]);
  });

  it.each([50, 100, 500])("POST /item/list can be capped at %i", async (pageCap) => {
    const stage = await openStage({ settings: { pageCap } });
    const table = await stage.table({ name: "T", fields: [text("name")] });
    stage.embedded.grid.importRows(
      table.id,
      Array.from({ length: 501 }, () => ({ name: "x" })),
      "7",
    );

    const body = { table_id: table.id, limit: 1000 };
    const found = z
      .object({ items: z.array(z.unknown()) })
      .parse(await stage.v1("POST", "/openapi/v1/item/list", body));

    expect(found.items).toHaveLength(pageCap);
  });
});

describe("subscriptions", () => {
  it("subscribe, list, unsubscribe", async () => {
    const { stage, table } = await sample();
    const source = { source_id: table.id, source_type: "table" };
    const list = () =>
      stage.v1("POST", "/openapi/v1/event/list", { ...source, limit: 20, offset: 0 });
    const events = ["item.update", "item.create"];

    expect(await list()).toEqual({ total: 0, subscribes: [] });
    expect(await stage.v1("POST", "/openapi/v1/event/subscribe", { ...source, events })).toEqual(
      {},
    );
    expect(await list()).toEqual({ total: 1, subscribes: [{ ...source, events, state: 1 }] });
    await stage.v1("POST", "/openapi/v1/event/unsubscribe", { ...source, events });
    expect(await list()).toEqual({ total: 0, subscribes: [] });
  });

  it("answer under other paths when they turn out to be others", async () => {
    const paths = {
      members: "/openapi/v1/space/member/list",
      fileDetails: "/openapi/v1/file/list",
      subscribe: "/openapi/v1/event/add",
      unsubscribe: "/openapi/v1/event/remove",
    };
    const stage = await openStage({ settings: { paths } });
    const table = await stage.table({ name: "T", fields: [text("name")] });
    const body = { source_id: table.id, source_type: "table", events: ["item.create"] };

    expect(await stage.v1("POST", paths.subscribe, body)).toEqual({});
    expect(await stage.v1("POST", paths.unsubscribe, body)).toEqual({});
    expect(await stage.v1("POST", paths.fileDetails, { file_ids: [] })).toEqual({ files: [] });
    const space = { space_id: stage.embedded.spaceId };
    expect(await stage.v1("POST", paths.members, space)).toEqual({ total: 0, members: [] });
    expect(await stage.refused("POST", "/openapi/v1/event/subscribe", body)).toMatchObject({
      code: 501,
    });
  });
});

describe("comments and notifications", () => {
  const mention = '本月得分 92。<a href="###" hb_type="user" user_id="1000001">@张三</a> 请确认。';

  it("create, answer, list and delete", async () => {
    const { stage, table } = await sample();
    const id = await table.add({ name: "x" });
    const author = { user_id: "10", name: "Interface", avatar: "" };

    const first = await stage.v2("POST", `/v2/comment/item/${id}`, { content: mention });
    const answer = await stage.v2("POST", `/v2/comment/item/${id}`, {
      content: "好的",
      parent_comment_id: 1,
    });

    expect(first).toEqual({
      comment_id: "1",
      content: mention,
      created_on: "2026-03-31 18:20:00",
      created_by: author,
      parent_comment_id: null,
      mentions: [{ user_id: "1000001", name: "张三", avatar: "" }],
      files: [],
    });
    expect(answer).toMatchObject({ comment_id: "2", parent_comment_id: "1", mentions: [] });
    const path = `/v2/comments/item/${id}`;
    expect(await stage.v2("GET", path)).toEqual({ total: 2, comments: [first, answer] });
    expect(await stage.v2("GET", `${path}?limit=1&offset=1`)).toEqual({
      total: 2,
      comments: [answer],
    });
    expect(await stage.v2("DELETE", "/v2/comment/1")).toBeNull();
    expect(await stage.v2("GET", path)).toEqual({ total: 1, comments: [answer] });
    expect(await stage.v2("DELETE", "/v2/comment/1")).toMatchObject({ code: 3500002 });
  });

  it.each([
    ["nothing", { content: "" }, 502],
    ["an answer to nobody", { content: "x", parent_comment_id: 9 }, 502],
    ["a file that is none", { file_ids: ["9"] }, 502],
  ])("refuse %s", async (_case, body, code) => {
    const { stage, table } = await sample();
    const id = await table.add({ name: "x" });

    expect(await stage.v2("POST", `/v2/comment/item/${id}`, body)).toMatchObject({ code });
  });

  it("notify members", async () => {
    const { stage } = await sample();
    const body = {
      receiver_id: 1000001,
      title: "绩效",
      content: "请确认",
      push_message: "请确认",
      open_url: "https://plugin.test/",
    };

    expect(await stage.v2("POST", "/v2/notification", body)).toEqual({ notification_id: "1" });
    expect(await stage.v2("POST", "/v2/notification", { ...body, title: "" })).toMatchObject({
      code: 502,
    });
    expect(await stage.v2("POST", "/v2/notification", { ...body, receiver_id: 9 })).toMatchObject({
      code: 502,
    });
    expect(stage.embedded.grid.notifications("1000001")).toMatchObject([{ title: "绩效" }]);
  });
});
