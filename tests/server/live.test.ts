import { describe, expect, it } from "vitest";
import { openServer } from "./open-server.ts";

/** Read the stream until this text has come, or it ended. */
async function readUntil(reader: ReadableStreamDefaultReader<Uint8Array>, text: string) {
  let seen = "";
  while (!seen.includes(text)) {
    const { done, value } = await reader.read();
    if (done) break;
    seen += new TextDecoder().decode(value);
  }
  return seen;
}

async function open(server: Awaited<ReturnType<typeof openServer>>, lastId?: string) {
  const answer = await server.call(
    "/api/live",
    lastId === undefined ? {} : { headers: { "last-event-id": lastId } },
  );
  if (answer.body === null) throw new Error("no stream");
  return { answer, reader: answer.body.getReader() };
}

const idIn = (text: string) => /^id: (.+)$/m.exec(text)?.[1] ?? "";

describe("GET /api/live", () => {
  it("tells a page what the engine changed", async () => {
    const server = await openServer();
    const { answer, reader } = await open(server);
    await readUntil(reader, "open");

    server.engine.emit({ type: "sheet", sheet: "s1" });
    const seen = await readUntil(reader, "\n\n");

    expect(answer.headers.get("content-type")).toContain("text/event-stream");
    expect(seen).toContain('data: {"type":"sheet","sheet":"s1"}');
    server.live.close();
  });

  it("gives a page that comes back what it missed", async () => {
    const server = await openServer();
    const first = await open(server);
    server.live.publish({ type: "sheet", sheet: "s1" });
    const id = idIn(await readUntil(first.reader, "s1"));
    await first.reader.cancel();
    server.live.publish({ type: "sheet", sheet: "s2" });

    const again = await open(server, id);
    const seen = await readUntil(again.reader, "s2");

    expect(seen).not.toContain('"s1"');
    expect(seen).toContain('"s2"');
    server.live.close();
  });

  it("tells a page that missed too much, or an earlier run, to load everything anew", async () => {
    const server = await openServer();

    const { reader } = await open(server, "another-run-7");

    expect(await readUntil(reader, "structure")).toContain('{"type":"structure"}');
    server.live.close();
  });

  it("ends when the server stops", async () => {
    const server = await openServer();
    const { reader } = await open(server);
    await readUntil(reader, "open");

    server.live.close();

    expect(await readUntil(reader, "never")).toBe("");
  });

  it("is for people who are signed in", async () => {
    const { app } = await openServer();

    expect((await app.request("/api/live")).status).toBe(401);
  });
});
