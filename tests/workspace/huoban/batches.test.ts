import { describe, expect, it } from "vitest";
import { second, tinyHost, tinyRows, type TinyHost } from "./tiny-host.ts";
import {
  AMOUNT,
  fail,
  KEY,
  ok,
  open,
  outcomeOf,
  TABLE,
  vendorForTests,
  type VendorRequest,
} from "./vendor.ts";

const vendor = vendorForTests();

interface Batch {
  readonly items: readonly { readonly fields: Readonly<Record<string, unknown>> }[];
}

/** A host that accepts batches and hands them to the test. */
function hostOfBatches(accept: (host: TinyHost, batch: Batch, batches: number) => void): TinyHost {
  const host = tinyHost();
  let batches = 0;
  vendor.answer((request) => {
    if (request.method !== "PUT" || request.path !== "/openapi/v1/items")
      return host.answer(request);
    // The driver's own request, checked by the test.
    accept(host, request.body as unknown as Batch, (batches += 1));
    return ok({});
  });
  return host;
}

function apply(host: TinyHost, batch: Batch): void {
  for (const { fields } of batch.items) {
    const at = host.rows.findIndex((row) => row.fields[KEY] === fields[KEY]);
    const [old] = at < 0 ? [] : host.rows.splice(at, 1);
    const id = old?.id ?? String(2300000000000000 + host.rows.length);
    host.rows.push({ id, createdOn: second(0), fields: { ...old?.fields, ...fields } });
  }
}

const row = (key: string, amount: string) => ({ [KEY]: key, [AMOUNT]: amount });
const batchesSent = () =>
  vendor.requests.filter(({ method, path }) => method + path === "PUT/openapi/v1/items");

describe("upsert", () => {
  it("sends batches matched on the key, and tells how far it is", async () => {
    hostOfBatches(apply);
    const rows = Array.from({ length: 730 }, (_, i) => row(`K${i}`, String(i)));
    const progress: number[] = [];

    const ids = await open().workspace.records.upsert(TABLE, KEY, rows, (done) => {
      progress.push(done);
    });

    expect(ids.size).toBe(730);
    expect(progress).toEqual([100, 200, 300, 400, 500, 600, 700, 730]);
    expect(batchesSent()).toHaveLength(8);
    expect(batchesSent()[7]?.body).toMatchObject({
      table_id: TABLE,
      update_type: "upsert",
      update_by_fields: [KEY],
      items: { length: 30, 0: { fields: { [KEY]: "K700", [AMOUNT]: 700 } } },
    });
  });

  it("looks at once, and again until a slow host has applied the batch", async () => {
    const host = hostOfBatches(() => undefined);
    const { workspace, patience } = open();
    host.manners.beforeList = (lists) => {
      if (lists === 3) apply(host, { items: [{ fields: { [KEY]: "A", [AMOUNT]: 1 } }] });
    };

    const ids = await workspace.records.upsert(TABLE, KEY, [row("A", "1")]);

    expect([...ids.keys()]).toEqual(["A"]);
    expect(patience.waits).toEqual([20, 40, 80]);
    expect(batchesSent()).toHaveLength(1);
  });

  it("does not count a row that still has its old values", async () => {
    const host = hostOfBatches(() => undefined);
    host.rows = [
      { id: "2300000000000000", createdOn: second(0), fields: { [KEY]: "A", [AMOUNT]: 1 } },
    ];
    host.manners.beforeList = (lists) => {
      if (lists === 2) apply(host, { items: [{ fields: { [KEY]: "A", [AMOUNT]: 2 } }] });
    };

    await open().workspace.records.upsert(TABLE, KEY, [row("A", "2")]);

    expect(host.lists()).toBe(3);
  });

  it("sends again the rows that do not appear, and only those", async () => {
    hostOfBatches((host, batch, batches) => {
      apply(host, batches === 1 ? { items: batch.items.slice(0, 1) } : batch);
    });

    const ids = await open().workspace.records.upsert(TABLE, KEY, [row("A", "1"), row("B", "2")]);

    expect([...ids.keys()].sort()).toEqual(["A", "B"]);
    expect(batchesSent().map(({ body }) => body["items"])).toEqual([
      [{ fields: { [KEY]: "A", [AMOUNT]: 1 } }, { fields: { [KEY]: "B", [AMOUNT]: 2 } }],
      [{ fields: { [KEY]: "B", [AMOUNT]: 2 } }],
    ]);
  });

  it("finds out why a row never appears", async () => {
    const host = hostOfBatches(() => undefined);
    const accept = host.answer;
    vendor.answer((request: VendorRequest) => {
      if (request.method === "PUT") return ok({});
      return request.path === "/openapi/v1/item" ? fail(77, "编号 重复") : accept(request);
    });

    const outcome = await outcomeOf(
      open().workspace.records.upsert(TABLE, KEY, [row("A", "1"), row("B", "2")]),
    );

    expect(outcome).toMatchObject({
      code: "record/refused",
      details: { reason: "编号 重复", record: "A", vendorCode: 77 },
    });
  });

  it("gives up after its deadline, and says how many rows are missing", async () => {
    const host = hostOfBatches(() => undefined);
    const accept = host.answer;
    vendor.answer((request) =>
      request.method === "PUT" || request.path === "/openapi/v1/item"
        ? ok({ item: { item_id: "2300000000000099" } })
        : accept(request),
    );

    const outcome = await outcomeOf(
      open().workspace.records.upsert(TABLE, KEY, [row("A", "1"), row("B", "2")]),
    );

    expect(outcome).toMatchObject({
      code: "workspace/unconfirmed",
      details: { operation: "items/upsert", missing: 2 },
    });
  });

  it("names a key that two rows have: the host updates neither", async () => {
    const host = hostOfBatches(() => undefined);
    host.rows = tinyRows(2, second).map((tiny) => ({ ...tiny, fields: { [KEY]: "A" } }));

    const outcome = await outcomeOf(open().workspace.records.upsert(TABLE, KEY, [row("A", "1")]));

    expect(outcome).toMatchObject({ code: "record/refused" });
  });

  it.each([
    ["without a key", [row("A", "1"), { [AMOUNT]: "1" }]],
    ["with the key of another", [row("A", "1"), row("A", "2")]],
  ])("sends nothing when there is a row %s", async (_case, rows) => {
    hostOfBatches(apply);

    const outcome = await outcomeOf(open().workspace.records.upsert(TABLE, KEY, rows));

    expect(outcome).toMatchObject({ code: "record/refused" });
    expect(batchesSent()).toEqual([]);
  });
});

describe("remove", () => {
  it("asks again for rows that stay, and gives up after its deadline", async () => {
    const host = tinyHost();
    host.rows = tinyRows(3, second);
    vendor.answer((request) => (request.method === "DELETE" ? ok({}) : host.answer(request)));

    const ids = host.rows.map(({ id }) => id);
    const outcome = await outcomeOf(open().workspace.records.remove(TABLE, ids));

    expect(outcome).toMatchObject({ code: "workspace/unconfirmed", details: { missing: 3 } });
    const deletions = vendor.requests.filter(({ method }) => method === "DELETE");
    expect(deletions.length).toBeGreaterThan(1);
    expect(deletions[0]?.body).toEqual({ table_id: TABLE, item_ids: ids });
  });

  it("asks for nothing when the rows are gone already", async () => {
    const host = tinyHost();
    vendor.answer(host.answer);

    await open().workspace.records.remove(TABLE, ["2300000000000001"]);

    expect(vendor.requests.filter(({ method }) => method === "DELETE")).toEqual([]);
  });
});
