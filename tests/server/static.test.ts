import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openServer } from "./open-server.ts";

function buildConsole(): string {
  const folder = mkdtempSync(join(tmpdir(), "kpi-loop-built-"));
  mkdirSync(join(folder, "assets"));
  writeFileSync(join(folder, "index.html"), "<title>console</title>");
  writeFileSync(join(folder, "assets/main-3f2a.js"), "export {}");
  return folder;
}

describe("the console", () => {
  it.each(["/", "/sheets/23/items/REVENUE", "/index.html"])(
    "answers %s with its page",
    async (path) => {
      const { app } = await openServer({ consoleFolder: buildConsole() });

      const answer = await app.request(path);

      expect(await answer.text()).toBe("<title>console</title>");
      expect(answer.headers.get("cache-control")).toBe("no-cache");
      expect(answer.headers.get("content-security-policy")).toContain("default-src 'self'");
    },
  );

  it("lets browsers keep files that carry a hash", async () => {
    const { app } = await openServer({ consoleFolder: buildConsole() });

    const answer = await app.request("/assets/main-3f2a.js");

    expect(answer.headers.get("content-type")).toContain("javascript");
    expect(answer.headers.get("cache-control")).toContain("immutable");
  });

  it.each(["/assets/gone.js", "/..%2f..%2fpackage.json"])("has no %s", async (path) => {
    const { app } = await openServer({ consoleFolder: buildConsole() });

    const answer = await app.request(path);

    expect(answer.status).toBe(404);
  });

  it("says what to do while it is not built", async () => {
    const { app } = await openServer();

    const answer = await app.request("/", { headers: { "accept-language": "en" } });

    expect(answer.status).toBe(503);
    expect(await answer.text()).toContain("npm run build");
  });
});
