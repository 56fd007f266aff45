import { describe, expect, it } from "vitest";
import type { FieldType } from "../../../plugin/workspace/workspace.ts";
import { second, tinyHost, tinyRows } from "./tiny-host.ts";
import {
  AMOUNT,
  APPLICATION,
  bare,
  fail,
  KEY,
  ok,
  open,
  outcomeOf,
  TABLE,
  vendorForTests,
} from "./vendor.ts";

const vendor = vendorForTests();
const ROW = "2300000000000000";

function hostOfOne() {
  const host = tinyHost();
  host.rows = tinyRows(1, second);
  vendor.answer(host.answer);
  return host;
}

const configurations = () =>
  vendor.requests.filter(({ path }) => path === `/openapi/v1/table/${TABLE}`).length;

describe("a table's configuration", () => {
  it.each<[string, Record<string, unknown>, FieldType]>([
    ["input", { field_type: "input" }, "text"],
    ["`type` for `field_type`", { type: "text", config: { type: "input" } }, "text"],
    ["rich text", { field_type: "rich" }, "textarea"],
    ["plain `text` of v5", { field_type: "text", config: {} }, "textarea"],
    ["number", { field_type: "numeric", config: { is_percent: 0 } }, "number"],
    ["percent", { field_type: "numeric", config: { is_percent: "1" } }, "percent"],
    ["percent of v2", { type: "number", config: { display_mode: "percent" } }, "percent"],
    ["datetime", { field_type: "date", config: { type: "datetime" } }, "datetime"],
    ["date", { field_type: "date", config: [] }, "date"],
    ["switch", { field_type: "bool" }, "checkbox"],
    ["image", { field_type: "image" }, "attachment"],
    ["location", { field_type: "location" }, "unknown"],
    ["something new", { field_type: "hologram", config: null }, "unknown"],
  ])("names the type of a field: %s", async (_case, field, type) => {
    vendor.answer(({ path }) =>
      path === "/openapi/v1/table/list"
        ? ok({ tables: [{ table_id: Number(TABLE) }] })
        : ok({
            table: { table_id: TABLE, name: "表", fields: [{ field_id: 22, name: "x", ...field }] },
          }),
    );

    const [table] = await open().workspace.structure.read();

    expect(table).toMatchObject({ id: TABLE, alias: "", fields: [{ id: "22", alias: "", type }] });
  });

  it("keeps fields that come through a relation from being written", async () => {
    const host = hostOfOne();
    host.fields = [
      { field_id: KEY, name: "编号", field_type: "input", from_relation_field: null },
      {
        field_id: "1104001102000000",
        name: "部门.负责人",
        field_type: "user",
        from_relation_field: { field_id: KEY },
      },
      { field_id: "220001", name: "别的", field_type: "user", from_relation_field: [] },
    ];

    const write = open().workspace.records.write(TABLE, ROW, { "1104001102000000": ["1"] });

    expect(await outcomeOf(write)).toMatchObject({
      code: "record/refused",
      details: { reason: "部门.负责人: the workspace computes it" },
    });
    await open().workspace.records.write(TABLE, ROW, { "220001": ["1"] });
    expect(vendor.requests.at(-1)?.body).toEqual({ fields: { "220001": ["1"] } });
  });

  it("is read once for many rows, and again after its time", async () => {
    hostOfOne();
    const { workspace, patience } = open();

    await workspace.records.read(TABLE, [ROW]);
    await workspace.records.read(TABLE, [ROW]);
    expect(configurations()).toBe(1);

    await patience.wait(30_000);
    await workspace.records.read(TABLE, [ROW]);
    expect(configurations()).toBe(2);
  });

  it("is read again when a row shows a field that it does not have, but not for ever", async () => {
    const host = hostOfOne();
    const { workspace } = open();
    await workspace.records.read(TABLE, [ROW]);
    const added = { field_id: "220002", name: "新", field_type: "input" };
    host.rows = [{ id: ROW, createdOn: second(0), fields: { "220002": "x", "220003": "?" } }];
    host.fields = [...host.fields, added];

    const record = (await workspace.records.read(TABLE, [ROW])).get(ROW);
    await workspace.records.read(TABLE, [ROW]);

    expect(record?.fields).toEqual({ [KEY]: null, [AMOUNT]: null, "220002": "x" });
    expect(configurations()).toBe(2);
  });

  it("is read again soon where a field shows in no row: deleted is not empty", async () => {
    const host = hostOfOne();
    const { workspace, patience } = open();
    await workspace.records.read(TABLE, [ROW]);
    host.fields = host.fields.filter((field) => field["field_id"] !== AMOUNT);
    host.rows = [{ id: ROW, createdOn: second(0), fields: { [KEY]: "K0" } }];
    await patience.wait(3_000);

    const record = (await workspace.records.read(TABLE, [ROW])).get(ROW);

    expect(record?.fields).toEqual({ [KEY]: "K0" });
  });

  it("is read again when a value does not fit it: the field was retyped", async () => {
    const host = hostOfOne();
    const { workspace } = open();
    await workspace.records.read(TABLE, [ROW]);
    host.fields = [
      { field_id: KEY, name: "编号", field_type: "input" },
      { field_id: AMOUNT, name: "金额", field_type: "category" },
    ];
    host.rows = [
      { id: ROW, createdOn: second(0), fields: { [AMOUNT]: [{ id: "1", name: "大" }] } },
    ];

    const record = (await workspace.records.read(TABLE, [ROW])).get(ROW);

    expect(record?.fields[AMOUNT]).toEqual(["1"]);
  });

  it("does not read a value whose shape fits no configuration", async () => {
    const host = hostOfOne();
    host.rows = [{ id: ROW, createdOn: second(0), fields: { [AMOUNT]: [{ id: "1" }] } }];

    const outcome = await outcomeOf(open().workspace.records.read(TABLE, [ROW]));

    expect(outcome).toMatchObject({
      code: "workspace/unreadable-reply",
      details: { field: AMOUNT, table: TABLE },
    });
  });

  it("is read again before a field counts as gone", async () => {
    const host = hostOfOne();
    const { workspace } = open();
    await workspace.records.write(TABLE, ROW, { [AMOUNT]: "1" });
    host.fields = [{ field_id: "220002", name: "新", field_type: "input" }];

    await workspace.records.write(TABLE, ROW, { "220002": "x" });
    const outcome = await outcomeOf(workspace.records.write(TABLE, ROW, { [AMOUNT]: "1" }));

    expect(outcome).toMatchObject({
      code: "workspace/unbound",
      details: { what: `订单 / ${AMOUNT}`, field: AMOUNT, table: TABLE },
    });
  });

  it("names the field that was retyped under a write", async () => {
    const host = hostOfOne();
    const { workspace } = open();
    await workspace.records.write(TABLE, ROW, { [AMOUNT]: "1" });
    vendor.answer((request) =>
      request.method === "PUT" ? fail(77, "格式错误") : host.answer(request),
    );
    host.fields = [{ field_id: AMOUNT, name: "金额", field_type: "category" }];

    const outcome = await outcomeOf(workspace.records.write(TABLE, ROW, { [AMOUNT]: "1" }));

    expect(outcome).toMatchObject({
      code: "workspace/unbound",
      details: { what: "订单 / 金额", field: AMOUNT },
    });
  });

  it("is asked for again after a failure", async () => {
    const host = hostOfOne();
    const { workspace } = open();
    vendor.answer(() => fail(502, "?"));
    await outcomeOf(workspace.records.write(TABLE, ROW, { [AMOUNT]: "1" }));
    vendor.answer(host.answer);

    await workspace.records.write(TABLE, ROW, { [AMOUNT]: "1" });

    expect(vendor.requests.at(-1)?.method).toBe("PUT");
  });
});

describe("what the credentials cannot do", () => {
  it("is said beforehand and when it is tried", async () => {
    const { workspace } = open();

    expect(workspace.supports).toEqual({
      structure: false,
      comments: false,
      events: true,
      members: true,
      notifications: false,
    });
    const tries = [
      workspace.structure.createTable({ key: "t", name: "t", fields: [] }),
      workspace.structure.addFields(TABLE, []),
      workspace.structure.addOptions(TABLE, KEY, []),
      workspace.structure.ensureViews(TABLE, []),
      workspace.comments.ensure({ table: TABLE, id: ROW }, "grade", []),
      workspace.comments.read({ table: TABLE, id: ROW }),
    ];
    const outcomes = await Promise.all(tries.map(outcomeOf));
    expect(outcomes).toEqual(
      tries.map(() => expect.objectContaining({ code: "workspace/unsupported" })),
    );
    expect(vendor.requests).toEqual([]);
  });

  it("includes views even with an application: the host has no call for them", async () => {
    const { workspace } = open({ application: APPLICATION });

    expect(await outcomeOf(workspace.structure.ensureViews(TABLE, []))).toMatchObject({
      code: "workspace/unsupported",
    });
  });
});

describe("members", () => {
  const members = [
    { user_id: 1, name: "张三" },
    { user_id: "2", name: "李四" },
  ];
  const expected = [
    { id: "1", name: "张三" },
    { id: "2", name: "李四" },
  ];

  it("are found on the first path that the host knows, whatever it calls them", async () => {
    vendor.answer(({ path }) =>
      path === "/openapi/v1/space/member/list"
        ? ok({ users: members.map((user) => ({ user })) })
        : fail(501, "unknown method"),
    );

    expect(await open().workspace.members()).toEqual(expected);
  });

  it("are found through v2 otherwise, page by page", async () => {
    vendor.answer(({ path }) => {
      if (path === "/v2/ticket") return bare({ ticket: "t" });
      const offset = Number(new URLSearchParams(path.split("?")[1]).get("offset"));
      return path.startsWith("/v2/space/")
        ? bare({ total: 2, members: members.slice(offset, offset + 1) })
        : fail(501, "unknown method");
    });

    expect(await open({ application: APPLICATION }).workspace.members()).toEqual(expected);
  });

  it("are not available on a host that knows none of the paths", async () => {
    expect(await outcomeOf(open().workspace.members())).toMatchObject({
      code: "workspace/unsupported",
    });
  });
});
