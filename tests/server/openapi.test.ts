import { describe, expect, it } from "vitest";
import { z } from "zod";
import { openServer } from "./open-server.ts";

const Document = z.object({
  openapi: z.literal("3.1.0"),
  paths: z.record(
    z.string(),
    z.record(z.string(), z.looseObject({ summary: z.string(), operationId: z.string() })),
  ),
  components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
});

async function read() {
  const server = await openServer();
  const text = await (await server.app.request("/api/openapi.json")).text();
  return { server, text, document: Document.parse(JSON.parse(text)) };
}

describe("the OpenAPI document", () => {
  it("names every mounted route of the API, and no other", async () => {
    const { server, document } = await read();
    const mounted = server.app.routes
      .filter(({ path, method }) => path.startsWith("/api/") && method !== "ALL")
      .map(({ path, method }) => `${method} ${path.replace(/:(\w+)/g, "{$1}")}`);

    const named = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );

    expect([...new Set(named)].sort()).toEqual([...new Set(mounted)].sort());
  });

  it("refers only to schemas it has", async () => {
    const { text, document } = await read();

    const referred = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name);

    expect(Object.keys(document.components.schemas)).toEqual(
      expect.arrayContaining([...new Set(referred)]),
    );
  });

  it("gives every operation a name of its own", async () => {
    const { document } = await read();

    const names = Object.values(document.paths)
      .flatMap((methods) => Object.values(methods))
      .map(({ operationId }) => operationId);

    expect(new Set(names).size).toBe(names.length);
  });

  it("says which parameters must be given", async () => {
    const { document } = await read();

    expect(document.paths["/api/export"]?.["get"]).toMatchObject({
      parameters: [
        { name: "cycle", in: "query", required: true },
        { name: "format", in: "query", required: false },
      ],
    });
  });

  it("marks the open routes as open", async () => {
    const { document } = await read();

    expect(document.paths["/api/health"]?.["get"]).toMatchObject({ security: [] });
    expect(document.paths["/api/cycles"]?.["get"]).toMatchObject({
      security: [{ session: [] }, { token: [] }],
    });
  });
});
