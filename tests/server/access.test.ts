import { describe, expect, it } from "vitest";
import { Problem, Session, SignInLink } from "../../plugin/server/api.ts";
import { CYCLE, openServer, TOKEN } from "./open-server.ts";

const ORIGIN = "http://127.0.0.1:4180";

async function signIn(server: Awaited<ReturnType<typeof openServer>>): Promise<string> {
  const made = await server.call("/api/links", { method: "POST" });
  const { url } = SignInLink.parse(await made.json());
  const answer = await server.app.request(url);
  return (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
}

describe("who may come in", () => {
  it("refuses the API without a session, and says how to get one", async () => {
    const { app } = await openServer();

    const answer = await app.request("/api/cycles");

    expect(answer.status).toBe(401);
    expect(Problem.parse(await answer.json())).toMatchObject({ code: "request/unauthorized" });
  });

  it.each(["/api/health", "/api/session", "/api/openapi.json"])(
    "answers %s to everybody",
    async (path) => {
      const { app } = await openServer();

      expect((await app.request(path)).status).toBe(200);
    },
  );

  it("lets a program in with the access token only", async () => {
    const { app } = await openServer();
    const as = (token: string) =>
      app.request("/api/cycles", { headers: { authorization: `Bearer ${token}` } });

    expect((await as(TOKEN)).status).toBe(200);
    expect((await as(`${TOKEN}x`)).status).toBe(401);
    expect((await as("")).status).toBe(401);
  });

  it("signs a person in by link: a cookie scripts cannot read and other sites do not send", async () => {
    const server = await openServer();
    const made = await server.call("/api/links", { method: "POST" });
    const { url } = SignInLink.parse(await made.json());

    const answer = await server.app.request(url);

    expect(answer.status).toBe(302);
    expect(answer.headers.get("location")).toBe("/");
    expect(answer.headers.get("set-cookie")).toMatch(/HttpOnly.*SameSite=Strict/i);
  });

  it("knows the session afterwards, until the person signs out", async () => {
    const server = await openServer();
    const cookie = await signIn(server);
    const ask = async () => {
      const answer = await server.app.request(`${ORIGIN}/api/session`, { headers: { cookie } });
      return Session.parse(await answer.json());
    };
    expect(await ask()).toMatchObject({ signedIn: true, workspace: { grid: true } });

    await server.app.request(`${ORIGIN}/api/signout`, { method: "POST", headers: { cookie } });

    expect(await ask()).toMatchObject({ signedIn: false });
  });

  it("refuses a link after a day", async () => {
    const server = await openServer();
    const made = await server.call("/api/links", { method: "POST" });
    const { url } = SignInLink.parse(await made.json());
    server.clock.at += 25 * 3_600_000;

    const answer = await server.app.request(url);

    expect(answer.status).toBe(401);
    expect(answer.headers.get("set-cookie")).toBeNull();
    expect(await answer.text()).toContain("kpi-loop link");
  });

  it("does not take a link's secret for a session", async () => {
    const server = await openServer();
    const secret = server.passes.issue("link");

    const answer = await server.app.request("/api/cycles", {
      headers: { cookie: `kpi_loop_session_80=${secret}` },
    });

    expect(answer.status).toBe(401);
  });
});

describe("other web sites", () => {
  it.each([
    ["a name of theirs that points here", { host: "evil.example" }],
    ["a page of theirs that asks here", { origin: "http://evil.example" }],
    ["a page without an origin of its own", { origin: "null" }],
  ])("are refused: %s", async (_case, headers) => {
    const { call } = await openServer();

    const answer = await call("/api/cycles", { headers });

    expect(answer.status).toBe(403);
    expect(Problem.parse(await answer.json()).code).toBe("request/foreign-origin");
  });

  it("cannot post through a person's browser", async () => {
    const { call } = await openServer();

    const answer = await call("/api/reconcile", {
      method: "POST",
      headers: { "sec-fetch-site": "cross-site" },
    });

    expect(answer.status).toBe(403);
  });

  it.each([
    [{ host: "localhost:4180", origin: "http://localhost:4180" }],
    [{ host: "127.0.0.1:4180" }],
    [{ host: "[::1]:4180" }],
    [{ host: "kpi.example" }],
  ])("are not what our own page is: %j", async (headers) => {
    const { call } = await openServer();

    expect((await call("/api/cycles", { headers })).status).toBe(200);
  });

  it("may not frame the console or lend it scripts", async () => {
    const { call } = await openServer();

    const { headers } = await call("/api/cycles");

    expect(headers.get("content-security-policy")).toMatch(
      /script-src 'self'.*frame-ancestors 'none'/,
    );
    expect(headers.get("x-content-type-options")).toBe("nosniff");
  });
});

describe("refusals", () => {
  it.each([
    [{ "accept-language": "en-GB,en;q=0.9" }, "You are not signed in."],
    [{ "accept-language": "zh-CN" }, "您还没有登录。"],
    [{ "accept-language": "en-US", "x-locale": "zh-CN" }, "您还没有登录。"],
  ])("speak the caller's language: %j", async (headers, sentence) => {
    const { app } = await openServer();

    const answer = await app.request("/api/cycles", { headers });

    expect(Problem.parse(await answer.json()).message).toBe(sentence);
  });

  it("name every problem of a request", async () => {
    const { call } = await openServer();

    const answer = await call("/api/sheets/s1/items/REVENUE/why?offset=-1&limit=0");

    expect(answer.status).toBe(400);
    expect(Problem.parse(await answer.json()).message).toMatch(/offset.*limit/);
  });

  it("hide what went wrong inside behind an id that stands in the log too", async () => {
    const { call, engine } = await openServer();
    engine.fail = new Error("secret-of-the-database at line 12");

    const answer = await call("/api/cycles");
    const text = await answer.text();

    expect(answer.status).toBe(500);
    expect(Problem.parse(JSON.parse(text)).details["id"]).toMatch(/^[0-9a-f-]{36}$/);
    expect(text).not.toContain("secret-of-the-database");
  });

  it("answer an unknown address of the API as data", async () => {
    const { call } = await openServer();

    const answer = await call("/api/nothing");

    expect(answer.status).toBe(404);
    expect(Problem.parse(await answer.json()).code).toBe("request/not-found");
  });

  it.each(["/api/cycles", `/api/sheets?cycle=${CYCLE.name}`])("never cache %s", async (path) => {
    const { call } = await openServer();

    expect((await call(path)).headers.get("cache-control")).toBe("no-store");
  });
});
