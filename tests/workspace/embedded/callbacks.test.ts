import { describe, expect, it, onTestFinished, vi } from "vitest";
import { decryptCallback, encryptCallback } from "../../../plugin/workspace/embedded/encryption.ts";
import { openStage, temporaryFile, text, type Built, type Stage } from "./stage.ts";

const ALL = ["item.create", "item.update", "item.delete"];

async function watched(stage: Stage): Promise<Built> {
  const table = await stage.table({ name: "T", alias: "t", fields: [text("name")] });
  await subscribe(stage, table.id);
  return table;
}

function subscribe(stage: Stage, table: string, events = ALL): Promise<unknown> {
  const body = { source_id: table, source_type: "table", events };
  return stage.v1("POST", "/openapi/v1/event/subscribe", body);
}

describe("callbacks", () => {
  it("say what happened, one body per change, in order", async () => {
    const stage = await openStage();
    const table = await watched(stage);
    const id = await table.add({ name: "a" });
    await stage.v1("PUT", `/openapi/v1/item/${id}`, { fields: { name: "b" } });
    await stage.v1("DELETE", `/openapi/v1/item/${id}`);
    await stage.embedded.idle();

    expect(stage.callbacks()).toEqual([
      {
        event: "item.create",
        source_id: table.id,
        data: { item: { item_id: id }, changed_fields: [table.field("name")] },
      },
      {
        event: "item.update",
        source_id: table.id,
        data: { item: { item_id: id }, changed_fields: [table.field("name")] },
      },
      {
        event: "item.delete",
        source_id: table.id,
        data: { item: { item_id: id }, changed_fields: [] },
      },
    ]);
    expect(stage.deliveries[0]?.url).toBe("http://plugin.test/webhooks");
    expect(stage.embedded.pendingDeliveries()).toBe(0);
  });

  it("come only for subscribed tables and events", async () => {
    const stage = await openStage();
    const table = await stage.table({ name: "T", fields: [text("name")] });
    await table.add({ name: "nobody listens" });
    await subscribe(stage, table.id, ["item.update"]);
    await table.add({ name: "created" });
    await stage.embedded.idle();

    expect(stage.callbacks()).toEqual([]);
  });

  it("are subscribed once however often one asks, and end", async () => {
    const stage = await openStage();
    const table = await watched(stage);
    await subscribe(stage, table.id);
    const id = await table.add({ name: "a" });
    await stage.v1("POST", "/openapi/v1/event/unsubscribe", {
      source_id: table.id,
      source_type: "table",
      events: ALL,
    });
    await stage.v1("PUT", `/openapi/v1/item/${id}`, { fields: { name: "b" } });
    await stage.embedded.idle();

    expect(stage.callbacks().map(({ event }) => event)).toEqual(["item.create"]);
  });

  it("tell of changes that people make in the grid", async () => {
    const stage = await openStage();
    const table = await watched(stage);
    stage.embedded.grid.importRows(table.id, [{ name: "a" }, { name: "b" }], "7");
    await stage.embedded.idle();

    expect(stage.callbacks().map(({ event }) => event)).toEqual(["item.create", "item.create"]);
  });

  it("survive a stop: what was not delivered is delivered after the next start", async () => {
    const file = temporaryFile();
    const first = await openStage({ file, deliver: () => Promise.resolve(false) });
    const table = await watched(first);
    await table.add({ name: "a" });
    await table.add({ name: "b" });
    await first.embedded.idle();
    await first.embedded.close();

    const second = await openStage({ file });
    await second.embedded.idle();

    expect(second.callbacks().map(({ data }) => data.item?.item_id)).toEqual([
      "2300000000000001",
      "2300000000000002",
    ]);
    expect(second.embedded.pendingDeliveries()).toBe(0);
  });

  it("wait for a receiver that comes later", async () => {
    const stage = await openStage({ deliver: null, callbackUrl: null });
    const table = await watched(stage);
    await table.add({ name: "a" });
    await stage.embedded.idle();
    const received: string[] = [];

    stage.embedded.setDeliver(({ url }) => {
      received.push(url);
      return Promise.resolve(true);
    }, "http://later.test/");
    await stage.embedded.idle();

    expect(received).toEqual(["http://later.test/"]);
  });

  it("stay in order behind one that was refused", async () => {
    const seen: string[] = [];
    const stage = await openStage({
      deliver: ({ body }) => {
        seen.push(Buffer.from(body).toString());
        return Promise.resolve(false);
      },
    });
    const table = await watched(stage);
    await table.add({ name: "a" });
    await table.add({ name: "b" });
    await stage.embedded.idle();

    expect(seen).toHaveLength(1);
    expect(seen[0]).toContain("2300000000000001");
    expect(stage.embedded.pendingDeliveries()).toBe(2);
  });

  it("are tried again by themselves, and in the end do not hold up the others", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const seen: string[] = [];
    const stage = await openStage({
      deliver: ({ body }) => {
        const item = /"item_id":"(\d+)"/.exec(Buffer.from(body).toString())?.[1] ?? "";
        seen.push(item.slice(-1));
        return Promise.resolve(seen.length > 9 || !item.endsWith("1"));
      },
    });
    const table = await watched(stage);
    await table.add({ name: "a" });
    await table.add({ name: "b" });
    const later = async (seconds: number) => {
      stage.pass(seconds);
      await vi.advanceTimersByTimeAsync(seconds * 1000);
      await stage.embedded.idle();
      return seen.join("");
    };
    await stage.embedded.idle();

    expect(seen.join("")).toBe("1");
    expect(await later(1)).toBe("11");
    expect(await later(1)).toBe("11");
    expect(await later(1)).toBe("111");
    expect(await later(4)).toBe("1111");
    expect(await later(8)).toBe("111112");
    await table.add({ name: "c" });
    expect(await later(0)).toBe("1111123");
    expect(await later(16)).toBe("11111231");
    expect(stage.embedded.pendingDeliveries()).toBe(1);
    await later(32);
    await later(64);
    expect(stage.embedded.pendingDeliveries()).toBe(0);
  });

  it("are kept when the receiver throws", async () => {
    const stage = await openStage({ deliver: () => Promise.reject(new Error("down")) });
    const table = await watched(stage);
    await table.add({ name: "a" });
    await stage.embedded.idle();

    expect(stage.embedded.pendingDeliveries()).toBe(1);
  });

  it("are not made for a change that was undone", async () => {
    const stage = await openStage();
    const table = await watched(stage);
    const rows = [{ name: "good" }, { nothing: "bad" }];
    expect(() => stage.embedded.grid.importRows(table.id, rows, "7")).toThrow();
    await stage.embedded.idle();

    expect(stage.callbacks()).toEqual([]);
  });

  it("are encrypted when a key is set", async () => {
    const stage = await openStage({ settings: { encryptKey: "k" } });
    const table = await watched(stage);
    await table.add({ name: "a" });
    await stage.embedded.idle();
    const sent = JSON.parse(Buffer.from(stage.deliveries[0]?.body ?? []).toString()) as {
      encrypted: string;
    };

    const plain = Buffer.from(decryptCallback(sent.encrypted, "k")).toString();

    expect(Object.keys(sent)).toEqual(["encrypted"]);
    expect(plain).toContain('"event":"item.create"');
    expect(() => decryptCallback(encryptCallback(Buffer.from(plain), "k"), "other")).toThrow();
  });

  it.each([
    ["dropped", { dropRate: 1 }, []],
    ["doubled", { duplicateRate: 1 }, ["1", "1", "2", "2", "3", "3"]],
    ["out of order", { reorderRate: 1 }, ["2", "3", "1"]],
  ])("can be %s on purpose", async (_case, rates, expected) => {
    const stage = await openStage();
    const table = await watched(stage);
    stage.embedded.faults.random = () => 0;
    Object.assign(stage.embedded.faults.callbacks, rates);
    stage.embedded.grid.importRows(table.id, [{ name: "a" }, { name: "b" }, { name: "c" }], "7");
    await stage.embedded.idle();

    const order = stage.callbacks().map(({ data }) => data.item?.item_id.slice(-1));
    expect(order).toEqual(expected);
  });
});
