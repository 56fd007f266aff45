import { describe, expect, it } from "vitest";
import type { Workspace } from "../../../plugin/workspace/workspace.ts";
import { second, tinyHost, tinyRows, type TinyHost, type TinyRow } from "./tiny-host.ts";
import { KEY, open, outcomeOf, TABLE, vendorForTests } from "./vendor.ts";

const vendor = vendorForTests();

function hostWith(count: number, createdOn: (i: number) => string | null): TinyHost {
  const host = tinyHost();
  host.rows = tinyRows(count, createdOn);
  vendor.answer(host.answer);
  return host;
}

async function readAll(workspace: Workspace = open().workspace): Promise<string[]> {
  const ids: string[] = [];
  for await (const page of workspace.records.pages(TABLE)) ids.push(...page.map(({ id }) => id));
  return ids;
}

const idsOf = (rows: readonly TinyRow[]) => rows.map(({ id }) => id);

describe("paging", () => {
  it.each<[string, number, (i: number) => string | null]>([
    ["an empty table", 0, second],
    ["one page", 100, second],
    ["one row more than a page", 101, second],
    ["a row a second", 1003, second],
    ["all rows in one second", 1003, () => second(0)],
    ["sixty rows a second", 1003, (i) => second(Math.floor(i / 60))],
    ["a page of rows a second", 1000, (i) => second(Math.floor(i / 100))],
    ["a burst between single rows", 700, (i) => second(i < 50 ? i : i < 600 ? 50 : i)],
    ["rows without times", 505, () => null],
  ])("reads each row once, oldest first: %s", async (_case, count, createdOn) => {
    const host = hostWith(count, createdOn);

    expect(await readAll()).toEqual(idsOf(host.rows));
  });

  it("asks about once per page, however large the table", async () => {
    const host = hostWith(10_000, (i) => second(Math.floor(i / 7)));

    await readAll();

    expect(host.lists()).toBeLessThan(106);
    const offsets = vendor.requests.map(({ body }) => Number(body["offset"] ?? 0));
    expect(Math.max(...offsets)).toBeLessThan(100);
  });

  it.each<[string, (host: TinyHost) => void]>([
    ["gives fewer rows than asked for", (host) => (host.manners.cap = 37)],
    ["gives one row at a time", (host) => (host.manners.cap = 1)],
    [
      "gives pages of changing length",
      (host) => {
        host.manners.disturb = (rows, lists) => rows.slice(0, 1 + ((lists * 7) % 30));
      },
    ],
    ["says there are more when there are none", (host) => (host.manners.hasMore = true)],
    ["says there are no more when there are", (host) => (host.manners.hasMore = false)],
    ["counts too few matches", (host) => (host.manners.filtered = () => 0)],
    [
      "says there are no more on short pages",
      (host) => {
        Object.assign(host.manners, { cap: 10, hasMore: false });
      },
    ],
    [
      "repeats rows of the page before",
      (host) => {
        host.manners.disturb = (rows, lists) =>
          lists > 0 && rows.length > 1 ? [...host.rows.slice(0, 3), ...rows].slice(0, 100) : rows;
      },
    ],
    [
      "repeats rows on the same page",
      (host) => {
        host.manners.disturb = (rows) => rows.flatMap((row) => [row, row]).slice(0, 100);
      },
    ],
    [
      "ignores the order",
      (host) => {
        host.rows = [...host.rows].sort((a, b) => (a.id.slice(-2) < b.id.slice(-2) ? -1 : 1));
        host.manners.ignoresOrder = true;
      },
    ],
    ["ignores the filter", (host) => (host.manners.ignoresFilter = true)],
    [
      "sends an empty page once in a while",
      (host) => {
        host.manners.disturb = (rows, lists) => (lists % 3 === 1 ? [] : rows);
      },
    ],
  ])("reads each row once from a host that %s", async (_case, misbehave) => {
    const host = hostWith(430, (i) => second(Math.floor(i / 9)));
    misbehave(host);

    const read = await readAll();

    expect(new Set(read).size).toBe(read.length);
    expect([...read].sort()).toEqual(idsOf(host.rows).sort());
  });

  it("ends with a host that gives the first page whatever is asked", async () => {
    const host = hostWith(430, () => second(0));
    host.manners.disturb = () => host.rows.slice(0, 100);
    host.manners.hasMore = true;

    expect(await outcomeOf(readAll())).toMatchObject({
      code: "workspace/unreadable-reply",
      details: { reason: "100 of 430 rows came" },
    });
  });

  it("does not take a table for whole whose pages are empty", async () => {
    const host = hostWith(430, second);
    host.manners.disturb = (rows, lists) => (lists > 1 ? [] : rows);

    expect(await outcomeOf(readAll())).toMatchObject({ code: "workspace/unreadable-reply" });
  });

  it("does not take a table for whole that keeps a row back", async () => {
    const host = hostWith(430, second);
    host.manners.disturb = (rows) => rows.filter((row) => row.id !== "2300000000000200");

    expect(await outcomeOf(readAll())).toMatchObject({
      code: "workspace/unreadable-reply",
      details: { reason: "429 of 430 rows came" },
    });
  });

  it("loses no row when others are deleted meanwhile, even in the same second", async () => {
    const host = hostWith(500, () => second(0));
    const all = idsOf(host.rows);
    host.manners.beforeList = (lists) => {
      if (lists === 2) host.rows = host.rows.slice(5);
    };

    expect(await readAll()).toEqual(all);
  });

  it("meets rows that are added meanwhile", async () => {
    const host = hostWith(250, second);
    host.manners.beforeList = (lists) => {
      if (lists === 1) host.rows = tinyRows(260, second);
    };

    expect(await readAll()).toHaveLength(260);
  });

  it("does not mind a time that the clock shows twice", async () => {
    // Half past one in New York, first in summer time, an hour later in winter time.
    const host = hostWith(400, (i) => `2026-11-01 0${i < 90 ? 0 : i < 390 ? 1 : 2}:30:00`);

    const { workspace } = open({ timeZone: "America/New_York" });

    expect(await readAll(workspace)).toEqual(idsOf(host.rows));
    const windows = vendor.requests.map(({ body }) => JSON.stringify(body["filter"] ?? ""));
    expect(windows.filter((window) => window.includes("01:30:00"))).toEqual([]);
  });

  it("asks for what changed in the host's wall clock", async () => {
    hostWith(3, second);
    const { workspace } = open();

    const pages = workspace.records.pages(TABLE, { changedSince: "2026-03-31T10:20:30.500Z" });
    await pages[Symbol.asyncIterator]().next();

    const list = vendor.requests.find(({ path }) => path === "/openapi/v1/item/list");
    expect(list?.body).toMatchObject({
      order: { field_id: "updated_on", type: "asc" },
      filter: { and: [{ field: "updated_on", query: { gte: "2026-03-31 18:20:30" } }] },
    });
  });

  it("asks from an hour earlier for a time that the clock shows twice", async () => {
    hostWith(3, second);
    const { workspace } = open({ timeZone: "America/New_York" });

    const pages = workspace.records.pages(TABLE, { changedSince: "2026-11-01T06:30:00Z" });
    await pages[Symbol.asyncIterator]().next();

    const list = vendor.requests.find(({ path }) => path === "/openapi/v1/item/list");
    expect(list?.body["filter"]).toEqual({
      and: [{ field: "updated_on", query: { gte: "2026-11-01 00:30:00" } }],
    });
  });

  it("refuses a filter on a field that is not there", async () => {
    hostWith(3, second);
    const filter = { field: "2200000000000099", query: { eq: "x" } };

    const pages = open().workspace.records.pages(TABLE, { filter });
    const outcome = await outcomeOf(Promise.resolve(pages[Symbol.asyncIterator]().next()));

    expect(outcome).toMatchObject({
      code: "workspace/unbound",
      details: { field: "2200000000000099" },
    });
  });
});

describe("reading by id", () => {
  it("asks for each row that a list leaves out before it counts as deleted", async () => {
    const host = hostWith(3, second);
    const [a, b, c] = idsOf(host.rows);
    host.rows = host.rows.filter((row) => row.id !== b);
    host.manners.disturb = (rows) => rows.filter((row) => row.id !== c);

    const found = await open().workspace.records.read(TABLE, [a ?? "", b ?? "", c ?? ""]);

    expect([...found.keys()]).toEqual([a, c]);
    expect(found.get(c ?? "")?.fields[KEY]).toBe("K2");
  });

  it("does not take an error for a deletion", async () => {
    const host = hostWith(1, second);
    host.manners.disturb = () => [];
    vendor.answer((request) =>
      request.path.startsWith("/openapi/v1/item/23") ? Response.error() : host.answer(request),
    );

    const read = open().workspace.records.read(TABLE, idsOf(host.rows));

    expect(await outcomeOf(read)).toMatchObject({ code: "workspace/unreachable" });
  });
});
