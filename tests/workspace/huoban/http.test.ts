import { describe, expect, it } from "vitest";
import { PluginError } from "../../../plugin/errors.ts";
import { LOCALES } from "../../../plugin/words/words.ts";
import { tinyHost, tinyRows, second } from "./tiny-host.ts";
import {
  API_KEY,
  APPLICATION,
  AMOUNT,
  bare,
  fail,
  inTurn,
  ok,
  open,
  outcomeOf,
  page,
  silence,
  TABLE,
  vendorForTests,
  type Answer,
} from "./vendor.ts";

const vendor = vendorForTests();
const ROW = "2300000000000000";
const emptyList = ok.bind(null, { items: [], total: 7, filtered: 0, has_more: false });

describe("a reply", () => {
  it.each([
    ["200 with a code", () => fail(502, "parameter missing"), "workspace/failed", 1],
    ["500 with JSON", () => fail(500, "服务内部错误", { status: 500 }), "workspace/failed", 5],
    ["500 with a code of its own", () => fail(77, "?", { status: 503 }), "workspace/failed", 5],
    ["a bad key", () => fail(100, "authentication failed"), "workspace/unauthorized", 1],
    ["401", () => fail(9, "who?", { status: 401 }), "workspace/unauthorized", 1],
    ["a table that is gone", () => fail(3500002, "数据不存在或已删除"), "workspace/unbound", 1],
    ["429", () => fail(9, "slow", { status: 429 }), "workspace/rate-limited", 5],
    ["HTML", () => page("<html><h1>502</h1></html>", 502), "workspace/unreadable-reply", 5],
    ["JSON that breaks off", () => page('{"code":0,"mess'), "workspace/unreadable-reply", 5],
    ["JSON without a code", () => bare({ hello: 1 }), "workspace/unreadable-reply", 5],
    ["success without rows", () => ok({}), "workspace/unreadable-reply", 1],
    ["no reply", () => Response.error(), "workspace/unreachable", 5],
  ])(
    "with %s is what it is, after as many tries as make sense",
    async (_case, reply, code, tries) => {
      vendor.answer(reply);
      const { workspace } = open();

      const outcome = await outcomeOf(workspace.records.count(TABLE));

      expect(outcome).toMatchObject({ code });
      expect(vendor.requests).toHaveLength(tries);
    },
  );

  it("keeps the vendor's code, message and trace id", async () => {
    vendor.answer(() => fail(502, "parameters name space_id"));

    const outcome = await outcomeOf(open().workspace.records.count(TABLE));

    expect(outcome).toMatchObject({
      details: {
        operation: "item/list",
        vendorCode: 502,
        vendorMessage: "parameters name space_id",
        traceId: "1650350652303566",
      },
    });
  });

  it("that does not come in time is given up", async () => {
    vendor.answer(silence);
    const { workspace } = open({ timeoutMs: 30 });

    const outcome = await outcomeOf(workspace.records.count(TABLE));

    expect(outcome).toMatchObject({ code: "workspace/timeout", details: { timeoutMs: 30 } });
  });

  it("has its sentences in every language", async () => {
    const failures: Answer[] = [
      () => fail(502, "x"),
      () => fail(100, "x"),
      () => fail(9, "x", { status: 429 }),
      () => page("<html>"),
      () => Response.error(),
      () => fail(3500002, "x"),
    ];

    for (const failure of failures) {
      vendor.answer(failure);
      const outcome = await outcomeOf(open().workspace.records.count(TABLE));
      const told = LOCALES.map((locale) => outcome instanceof PluginError && outcome.tell(locale));
      expect(JSON.stringify(told)).not.toMatch(/\{\w+\}|false/);
    }
  });
});

describe("trying again", () => {
  it("waits longer each time and stops when the host is well", async () => {
    const bad: Answer = () => fail(500, "服务内部错误");
    vendor.answer(inTurn(bad, bad, bad, emptyList));
    const { workspace, patience } = open();

    expect(await workspace.records.count(TABLE)).toBe(7);
    expect(patience.waits).toEqual([188, 375, 750]);
  });

  it("waits as long as the host asks", async () => {
    const headers = { "Retry-After": "7" };
    vendor.answer(inTurn(() => fail(9, "slow", { status: 429, headers }), emptyList));
    const { workspace, patience } = open();

    expect(await workspace.records.count(TABLE)).toBe(7);
    expect(patience.waits).toEqual([7000]);
  });

  it("waits until the date that the host names", async () => {
    const headers = { "Retry-After": "Tue, 31 Mar 2026 10:00:09 GMT" };
    vendor.answer(inTurn(() => fail(9, "slow", { status: 503, headers }), emptyList));
    const { workspace, patience } = open();

    expect(await workspace.records.count(TABLE)).toBe(7);
    expect(patience.waits).toEqual([9000]);
  });

  it("does not wait for an hour", async () => {
    const headers = { "Retry-After": "3600" };
    vendor.answer(() => fail(9, "slow", { status: 429, headers }));
    const { workspace, patience } = open();

    const outcome = await outcomeOf(workspace.records.count(TABLE));

    expect(outcome).toMatchObject({
      code: "workspace/rate-limited",
      details: { waitMs: 3_600_000 },
    });
    expect(patience.waits).toEqual([]);
    expect(await outcomeOf(workspace.records.count(TABLE))).toMatchObject({
      code: "workspace/rate-limited",
    });
    expect(vendor.requests).toHaveLength(1);
  });

  it("repeats an update, which sets the same values again", async () => {
    const host = tinyHost();
    host.rows = tinyRows(1, second);
    let puts = 0;
    vendor.answer((request) => {
      puts += Number(request.method === "PUT");
      const isFirst = request.method === "PUT" && puts === 1;
      return isFirst ? page("<html>", 502) : host.answer(request);
    });

    await open().workspace.records.write(TABLE, ROW, { [AMOUNT]: "1.5" });

    const sent = vendor.requests.filter((request) => request.method === "PUT");
    expect(sent.map((request) => request.body)).toEqual([
      { fields: { [AMOUNT]: 1.5 } },
      { fields: { [AMOUNT]: 1.5 } },
    ]);
  });

  it("never repeats a comment", async () => {
    vendor.answer(({ path, method }) => {
      if (path === "/v2/ticket") return bare({ ticket: "t" });
      return method === "GET" ? bare({ comments: [] }) : page("<html>", 502);
    });
    const { workspace } = open({ application: APPLICATION });

    const ensure = workspace.comments.ensure({ table: TABLE, id: ROW }, "grade", [{ text: "92" }]);

    expect(await outcomeOf(ensure)).toMatchObject({ code: "workspace/unreadable-reply" });
    const created = vendor.requests.filter(({ path }) => path.startsWith("/v2/comment/item"));
    expect(created).toHaveLength(1);
  });

  it("keeps everybody waiting while the host asks for it", async () => {
    const headers = { "Retry-After": "5" };
    vendor.answer(inTurn(() => fail(9, "slow", { status: 429, headers }), emptyList));
    const { workspace, patience } = open({ application: APPLICATION });

    await Promise.all([workspace.records.count(TABLE), workspace.records.count(TABLE)]);
    await workspace.records.count(TABLE);

    expect(patience.waits).toEqual([5000]);
  });
});

describe("pacing", () => {
  it("starts requests evenly spaced", async () => {
    vendor.answer(emptyList);
    const { workspace, patience } = open({ requestsPerSecond: 8 });

    for (let i = 0; i < 4; i += 1) await workspace.records.count(TABLE);

    expect(patience.waits).toEqual([125, 125, 125]);
  });
});

describe("the ticket of v2", () => {
  const comments: Answer = () => bare({ comments: [] });

  it("is fetched once and used for all", async () => {
    vendor.answer((request) =>
      request.path === "/v2/ticket" ? bare({ ticket: "t-1" }) : comments(request),
    );
    const { workspace } = open({ application: APPLICATION });

    await workspace.comments.read({ table: TABLE, id: ROW });
    await workspace.comments.read({ table: TABLE, id: ROW });

    const [ticket, ...reads] = vendor.requests;
    expect(ticket?.body).toEqual({
      application_id: APPLICATION.id,
      application_secret: APPLICATION.secret,
      expired: 1_209_600,
    });
    expect(reads.map(({ headers }) => headers.get("X-Huoban-Ticket"))).toEqual(["t-1", "t-1"]);
  });

  it("is renewed when the host does not know it any more", async () => {
    let tickets = 0;
    vendor.answer(({ path, headers }) => {
      if (path === "/v2/ticket") return bare({ ticket: `t-${(tickets += 1)}` });
      const isOld = headers.get("X-Huoban-Ticket") === "t-1" && tickets === 1 && hits++ > 0;
      return isOld ? bare({ code: 100, message: "ticket expired" }) : bare({ comments: [] });
    });
    let hits = 0;
    const { workspace } = open({ application: APPLICATION });

    await workspace.comments.read({ table: TABLE, id: ROW });
    await workspace.comments.read({ table: TABLE, id: ROW });

    expect(tickets).toBe(2);
  });

  it("is renewed before its time is over", async () => {
    let tickets = 0;
    vendor.answer((request) =>
      request.path === "/v2/ticket" ? bare({ ticket: `t-${(tickets += 1)}` }) : comments(request),
    );
    let now = new Date("2026-03-01T00:00:00Z");
    const { workspace } = open({ application: APPLICATION, now: () => now });

    await workspace.comments.read({ table: TABLE, id: ROW });
    now = new Date("2026-03-14T23:56:00Z");
    await workspace.comments.read({ table: TABLE, id: ROW });

    expect(tickets).toBe(2);
  });
});

describe("secrets", () => {
  const everything = [API_KEY, APPLICATION.secret, "a-secret-ticket", "a-secret-encrypt-key"];

  it.each([
    ["a message that repeats them", () => fail(502, everything.join(" ")), 3],
    ["a reply that is no JSON", () => page(`<html>${everything.join(" ")}`), 3],
    ["no reply", () => Response.error(), 3],
  ])("stay out of errors and the log: %s", async (_case, reply, failures) => {
    vendor.answer((request) =>
      request.path === "/v2/ticket" ? bare({ ticket: "a-secret-ticket" }) : reply(),
    );
    const { workspace, lines } = open({
      application: APPLICATION,
      encryptKey: "a-secret-encrypt-key",
    });

    const outcomes = [
      await outcomeOf(workspace.comments.read({ table: TABLE, id: ROW })),
      await outcomeOf(workspace.records.count(TABLE)),
      await outcomeOf(workspace.structure.read()),
    ].filter((outcome) => outcome instanceof PluginError);

    expect(outcomes).toHaveLength(failures);
    const told = outcomes.map(everythingIn).join("\n") + lines.join("\n");
    expect(everything.filter((secret) => told.includes(secret))).toEqual([]);
  });

  /** Every text in an error and in what caused it. */
  function everythingIn(error: unknown): string {
    if (!(error instanceof Error)) return JSON.stringify(error) ?? "";
    const own = Object.getOwnPropertyNames(error).map(
      (name) => Reflect.get(error, name) as unknown,
    );
    return own.map(everythingIn).join("\n");
  }
});
