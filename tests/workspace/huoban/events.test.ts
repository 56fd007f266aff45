import { createCipheriv, createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { isPluginError } from "../../../plugin/errors.ts";
import { fail, ok, open, outcomeOf, TABLE, vendorForTests } from "./vendor.ts";

const vendor = vendorForTests();
const ROW = "2300000000000050";
const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));
const change = { table: TABLE, record: ROW };

describe("decoding a delivery", () => {
  it.each<[string, unknown, unknown]>([
    [
      "the likeliest spelling",
      {
        event: "item.update",
        source_type: "table",
        source_id: TABLE,
        data: { item: { item_id: ROW } },
      },
      [{ kind: "update", ...change }],
    ],
    [
      "flat",
      { event: "item.create", table_id: Number(TABLE), item_id: Number(ROW) },
      [{ kind: "create", ...change }],
    ],
    [
      "by other names",
      { event_type: "item.delete", data: { table_id: TABLE, item_id: ROW } },
      [{ kind: "delete", ...change }],
    ],
    [
      "the table inside the item",
      { type: "item.update", data: { item: { item_id: ROW, table_id: TABLE } } },
      [{ kind: "update", ...change }],
    ],
    [
      "several records",
      { event: "item.delete", source_id: TABLE, data: { item_ids: [ROW, "2300000000000051"] } },
      [
        { kind: "delete", ...change },
        { kind: "delete", table: TABLE, record: "2300000000000051" },
      ],
    ],
    [
      "several events",
      [
        { event: "item.create", source_id: TABLE, item_id: ROW },
        { event: "item.update", source_id: TABLE, item_id: ROW },
      ],
      [
        { kind: "create", ...change },
        { kind: "update", ...change },
      ],
    ],
    ["the outcome of a batch", { event: "item.batch_result", data: { job_id: "1" } }, []],
    ["something else that happened", { event: "table.update", source_id: TABLE }, []],
    ["a question whether we are there", { challenge: "abc" }, []],
  ])("%s", (_case, body, events) => {
    expect(open().workspace.events.decode(bytes(body))).toEqual(events);
  });

  it.each<[string, Uint8Array]>([
    ["no JSON", Buffer.from("event=item.update")],
    ["no object", bytes("item.update")],
    ["no event", bytes({ hello: 1 })],
    ["an event without a record", bytes({ event: "item.update", source_id: TABLE })],
    ["an encrypted body, and there is no key", bytes({ encrypted: "AAAA" })],
    ["nothing", Buffer.from("")],
  ])("refuses %s", (_case, raw) => {
    expect(failureOf(() => open().workspace.events.decode(raw))).toBe("workspace/unreadable-reply");
  });

  it("opens an encrypted body with the key, and with no other", () => {
    const raw = bytes({
      encrypted: seal({ event: "item.update", source_id: TABLE, item_id: ROW }),
    });

    const { workspace } = open({ encryptKey: "key" });
    const { workspace: other } = open({ encryptKey: "another" });

    expect(workspace.events.decode(raw)).toEqual([{ kind: "update", ...change }]);
    expect(failureOf(() => other.events.decode(raw))).toBe("workspace/unreadable-reply");
  });

  it("opens a body sealed in another way, once a setting says how", () => {
    const settings = { decrypt: (text: string) => Buffer.from(text, "base64").toString() };
    const body = { event: "item.update", source_id: TABLE, item_id: ROW };
    const raw = bytes({ encrypted: bytes(body).toString("base64") });

    const { workspace } = open({ encryptKey: "key", settings });

    expect(workspace.events.decode(raw)).toEqual([{ kind: "update", ...change }]);
  });
});

describe("subscribing", () => {
  const subscription = (events: readonly string[], state = 1) =>
    ok({ total: 1, subscribes: [{ source_id: TABLE, source_type: "table", events, state }] });
  const all = ["item.create", "item.update", "item.delete"];

  it.each<[string, () => Response, number]>([
    ["nothing is there", () => ok({ total: 0, subscribes: [] }), 1],
    ["an event is missing", () => subscription(["item.create", "item.update"]), 1],
    ["it is switched off", () => subscription(all, 0), 1],
    ["it is there", () => subscription(all), 0],
  ])("asks for it when %s", async (_case, list, asked) => {
    vendor.answer(({ path }) => (path === "/openapi/v1/event/list" ? list() : ok({})));

    await open().workspace.events.subscribe([TABLE]);

    const made = vendor.requests.filter(({ path }) => path === "/openapi/v1/event/subscribe");
    expect(made).toHaveLength(asked);
    expect(made.map(({ body }) => body)).toEqual(
      made.map(() => ({ source_id: TABLE, source_type: "table", events: all })),
    );
  });

  it("uses the path that a setting names", async () => {
    vendor.answer(({ path }) => (path === "/x/y" ? ok({}) : ok({ subscribes: [] })));

    await open({ settings: { subscribePath: "/x/y" } }).workspace.events.subscribe([TABLE]);

    expect(vendor.requests.at(-1)?.path).toBe("/x/y");
  });

  it("names a table that is gone", async () => {
    vendor.answer(() => fail(3500002, "数据不存在或已删除"));

    expect(await outcomeOf(open().workspace.events.subscribe([TABLE]))).toMatchObject({
      code: "workspace/unbound",
      details: { table: TABLE },
    });
  });
});

function seal(body: unknown): string {
  const key = createHash("sha256").update("key").digest();
  const iv = Buffer.alloc(16, 7);
  const cipher = createCipheriv("aes-256-cbc", key, iv);
  return Buffer.concat([iv, cipher.update(bytes(body)), cipher.final()]).toString("base64");
}

function failureOf(run: () => unknown): string | null {
  try {
    run();
  } catch (error) {
    return isPluginError(error) ? error.code : String(error);
  }
  return null;
}
