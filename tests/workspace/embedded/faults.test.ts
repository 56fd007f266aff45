import { describe, expect, it } from "vitest";
import { openStage, temporaryFile, text } from "./stage.ts";

const PING = ["GET", "/openapi/v1/space/list"] as const;

describe("faults on purpose", () => {
  it.each([
    ["rejectRate", 429, "application/json"],
    ["failRate", 500, "application/json"],
    ["htmlRate", 502, "text/html"],
    ["lostReplyRate", 502, "text/html"],
  ] as const)("%s", async (fault, status, mediaType) => {
    const stage = await openStage();
    const draws = [0.4, 0.6];
    stage.embedded.faults.random = () => draws.shift() ?? 0.99;
    stage.embedded.faults[fault] = 0.5;

    const struck = await stage.send(...PING);
    const spared = await stage.send(...PING);

    expect(struck.status).toBe(status);
    expect(struck.headers.get("content-type")).toContain(mediaType);
    expect(spared.status).toBe(200);
  });

  it("rejects beyond so many requests in a second and says when to come back", async () => {
    const stage = await openStage({ settings: { rejectPerSecond: 3 } });
    const statuses = [];
    stage.pass(1);
    for (let n = 0; n < 4; n += 1) statuses.push((await stage.send(...PING)).status);
    const rejected = await stage.send(...PING);
    stage.pass(1);

    expect(statuses).toEqual([200, 200, 200, 429]);
    expect(rejected.headers.get("retry-after")).toBe("1");
    expect(await rejected.json()).toMatchObject({ code: 9900016 });
    expect((await stage.send(...PING)).status).toBe(200);
  });

  it("refuses a write without doing it, or does it and loses the answer", async () => {
    const stage = await openStage();
    const table = await stage.table({ name: "T", fields: [text("name")] });
    const { faults } = stage.embedded;
    const create = () =>
      stage.send("POST", "/openapi/v1/item", { table_id: table.id, fields: { name: "x" } });
    faults.random = () => 0;
    faults.failRate = 1;
    await create();
    faults.failRate = 0;
    const refused = await table.titles({ and: [] });
    faults.lostReplyRate = 1;
    await create();
    faults.lostReplyRate = 0;

    expect(refused).toEqual([]);
    expect(await table.titles({ and: [] })).toEqual(["x"]);
  });

  it("cuts pages short and says there are more", async () => {
    const stage = await openStage();
    const table = await stage.table({ name: "T", fields: [text("name")] });
    stage.embedded.grid.importRows(
      table.id,
      Array.from({ length: 10 }, () => ({ name: "x" })),
      "7",
    );
    stage.embedded.faults.random = () => 0;
    stage.embedded.faults.truncatedPageRate = 1;

    const list = await stage.v1("POST", "/openapi/v1/item/list", { table_id: table.id, limit: 10 });

    expect(list).toMatchObject({ total: 10, filtered: 10, has_more: true });
    expect(list).toHaveProperty("items.length", 5);
  });
});

describe("the file of a workspace", () => {
  it("keeps everything over a stop: rows, members, ids, space, subscriptions and tickets", async () => {
    const file = temporaryFile();
    const first = await openStage({ file });
    first.embedded.grid.addMember({ id: "7", name: "Ann" });
    const table = await first.table({ name: "T", alias: "t", fields: [text("name")] });
    const id = await table.add({ name: "a" });
    const source = { source_id: table.id, source_type: "table" };
    const body = { ...source, events: ["item.create"] };
    await first.v1("POST", "/openapi/v1/event/subscribe", body);
    const { spaceId } = first.embedded;
    await first.embedded.close();

    const second = await openStage({ file });

    expect(second.embedded.spaceId).toBe(spaceId);
    expect(second.embedded.grid.members()).toEqual([{ id: "7", name: "Ann" }]);
    expect(second.embedded.grid.record(id).title).toBe("a");
    expect(second.embedded.grid.tables()).toMatchObject([{ id: table.id, alias: "t", rows: 1 }]);
    expect(await second.v1("POST", "/openapi/v1/event/list", source)).toMatchObject({ total: 1 });
  });
});
