import { describe, expect, it } from "vitest";
import { HOOK, openServer } from "./open-server.ts";

describe("POST /hooks/huoban/:secret", () => {
  it("stores the bytes as they came before it answers", async () => {
    const { app, engine } = await openServer();
    const body = '{"event":"item.update" , "source_id":"21"}';

    const answer = await app.request(HOOK, { method: "POST", body });

    expect(answer.status).toBe(200);
    expect(engine.received).toEqual([body]);
  });

  it("stores what it cannot read, for a person to look at", async () => {
    const { app, engine } = await openServer();

    const answer = await app.request(HOOK, { method: "POST", body: "<html>" });

    expect(answer.status).toBe(200);
    expect(engine.received).toEqual(["<html>"]);
  });

  it("takes a delivery from any host and origin", async () => {
    const { app, engine } = await openServer();
    const headers = { host: "tunnel.example", origin: "https://api.huoban.com" };

    const answer = await app.request(HOOK, { method: "POST", body: "{}", headers });

    expect(answer.status).toBe(200);
    expect(engine.received).toHaveLength(1);
  });

  it("echoes a challenge, which is no event", async () => {
    const { app, engine } = await openServer();

    const answer = await app.request(HOOK, { method: "POST", body: '{"challenge":"abc"}' });

    expect(await answer.json()).toEqual({ challenge: "abc" });
    expect(engine.received).toEqual([]);
  });

  it("keeps an event even when it carries a challenge", async () => {
    const { app, engine } = await openServer();
    const body = '{"challenge":"abc","event":"item.create"}';

    await app.request(HOOK, { method: "POST", body });

    expect(engine.received).toEqual([body]);
  });

  it("does not exist under another secret", async () => {
    const { app, engine } = await openServer();

    const answer = await app.request(`${HOOK}x`, { method: "POST", body: "{}" });

    expect(answer.status).toBe(404);
    expect(engine.received).toEqual([]);
  });

  it("refuses a body that is larger than any delivery", async () => {
    const { app, engine } = await openServer();

    const answer = await app.request(HOOK, { method: "POST", body: "x".repeat(1_048_577) });

    expect(answer.status).toBe(413);
    expect(engine.received).toEqual([]);
  });

  it("does not answer a failure to store as if it had stored", async () => {
    const { app, engine } = await openServer();
    engine.receive = () => {
      throw new Error("disk full");
    };

    const answer = await app.request(HOOK, { method: "POST", body: "{}" });

    expect(answer.status).toBe(500);
  });
});
