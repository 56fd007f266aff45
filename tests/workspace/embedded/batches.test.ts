import { describe, expect, it } from "vitest";
import { openStage, number, temporaryFile, text, type Built, type Stage } from "./stage.ts";

async function rows(stage: Stage): Promise<Built> {
  return stage.table({
    name: "T",
    alias: "t",
    fields: [text("code", { unique: true }), text("group"), number("n")],
  });
}
const upsert = (table: Built, key: string, items: readonly object[], update_type = "upsert") => ({
  table_id: table.id,
  update_type,
  update_by_fields: [key === "item_id" ? key : table.field(key)],
  items,
});
const result = (stage: Stage) => stage.callbacks().at(-1);

describe("a batch", () => {
  it("is answered first and applied afterwards", async () => {
    const stage = await openStage();
    const table = await rows(stage);
    const items = [{ fields: { code: "a" } }, { fields: { code: "b" } }];

    const reply = await stage.v1("POST", "/openapi/v1/items", { table_id: table.id, items });
    const before = await table.titles({ and: [] });
    await stage.embedded.idle();

    expect(reply).toEqual({ job_id: "1" });
    expect(before).toEqual([]);
    expect(await table.titles({ and: [] })).toEqual(["a", "b"]);
    expect(result(stage)).toEqual({
      event: "item.batch_result",
      source_id: table.id,
      data: {
        job_id: "1",
        operation: "create",
        succeeded: [
          { index: 0, item_id: "2300000000000001", action: "created" },
          { index: 1, item_id: "2300000000000002", action: "created" },
        ],
        failed: [],
      },
    });
  });

  it("updates by a unique field what is there and creates the rest", async () => {
    const stage = await openStage();
    const table = await rows(stage);
    await table.add({ code: "a", n: 1 });
    const code = table.field("code");
    const items = [
      { fields: { [code]: "a", [table.field("n")]: 2 } },
      { fields: { [code]: "b", [table.field("n")]: 3 } },
    ];

    await stage.v1("PUT", "/openapi/v1/items", upsert(table, "code", items));
    await stage.embedded.idle();

    expect(await table.titles({ field: "n", query: { gte: 2 } })).toEqual(["a", "b"]);
  });

  it("finds rows by several fields, also by those that are not unique", async () => {
    const stage = await openStage();
    const table = await rows(stage);
    await table.add({ code: "a", group: "x", n: 1 });
    await table.add({ code: "b", group: "x", n: 2 });
    const [group, n] = [table.field("group"), table.field("n")];
    const body = {
      ...upsert(table, "group", [{ fields: { [group]: "x", [n]: 2, [table.field("code")]: "c" } }]),
      update_by_fields: [group, n],
    };

    await stage.v1("PUT", "/openapi/v1/items", body);
    await stage.embedded.idle();

    expect(await table.titles({ and: [] })).toEqual(["a", "c"]);
  });

  it("changes nothing where several rows match, and says so", async () => {
    const stage = await openStage();
    const table = await rows(stage);
    await table.add({ code: "a", group: "x" });
    await table.add({ code: "b", group: "x" });
    const fields = { [table.field("group")]: "x", [table.field("n")]: 5 };

    await stage.v1("PUT", "/openapi/v1/items", upsert(table, "group", [{ fields }]));
    await stage.embedded.idle();

    expect(result(stage)?.data).toMatchObject({
      succeeded: [],
      failed: [{ index: 0, code: 9900012 }],
    });
    expect(await table.titles({ field: "n", query: { em: false } })).toEqual([]);
  });

  it("updates only, when told so", async () => {
    const stage = await openStage();
    const table = await rows(stage);
    const id = await table.add({ code: "a" });
    const items = [
      { item_id: id, fields: { code: "b" } },
      { item_id: "2300000000000099", fields: { code: "c" } },
    ];

    await stage.v1("PUT", "/openapi/v1/items", upsert(table, "item_id", items, "update"));
    await stage.embedded.idle();

    expect(await table.titles({ and: [] })).toEqual(["b"]);
    expect(result(stage)?.data).toMatchObject({ failed: [{ index: 1, code: 9900017 }] });
  });

  it("lets good rows pass beside refused ones", async () => {
    const stage = await openStage();
    const table = await rows(stage);
    const items = [{ fields: { n: "many" } }, { fields: { code: "good" } }];

    await stage.v1("POST", "/openapi/v1/items", { table_id: table.id, items });
    await stage.embedded.idle();

    expect(await table.titles({ and: [] })).toEqual(["good"]);
    expect(result(stage)?.data).toMatchObject({
      failed: [{ index: 0, code: 9900004, message: expect.stringContaining("N") as string }],
    });
  });

  it("deletes, and reports rows that were gone", async () => {
    const stage = await openStage();
    const table = await rows(stage);
    const id = await table.add({ code: "a" });
    const body = { table_id: table.id, item_ids: [id, "2300000000000099"] };

    await stage.v1("DELETE", "/openapi/v1/items", body);
    await stage.embedded.idle();

    expect(await table.titles({ and: [] })).toEqual([]);
    expect(result(stage)?.data).toMatchObject({ failed: [{ index: 1, code: 3500002 }] });
  });

  it("has at most 100 rows", async () => {
    const stage = await openStage();
    const table = await rows(stage);
    const items = Array.from({ length: 101 }, () => ({ fields: {} }));

    const refused = await stage.refused("POST", "/openapi/v1/items", { table_id: table.id, items });
    await stage.embedded.idle();

    expect(refused.code).toBe(9900011);
    expect(await table.titles({ and: [] })).toEqual([]);
  });

  it("is applied after the next start when the process stopped first", async () => {
    const file = temporaryFile();
    const first = await openStage({ file });
    const table = await rows(first);
    const items = [{ fields: { code: "a" } }];
    await first.v1("POST", "/openapi/v1/items", { table_id: table.id, items });
    await first.embedded.close();

    const second = await openStage({ file });
    const before = second.embedded.grid.page({ table: table.id, offset: 0, limit: 10 });
    await second.embedded.idle();
    const after = second.embedded.grid.page({ table: table.id, offset: 0, limit: 10 });

    expect([before.total, after.total]).toEqual([0, 1]);
    expect(second.callbacks().map(({ event }) => event)).toEqual(["item.batch_result"]);
  });
});
