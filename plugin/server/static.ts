import { existsSync } from "node:fs";
import { join } from "node:path";
import { serveStatic } from "@hono/node-server/serve-static";
import type { MiddlewareHandler } from "hono";
import { html } from "hono/html";
import { say } from "../words/words.ts";
import type { ServerDeps } from "./deps.ts";
import { localeOfRequest } from "./problem.ts";

const FOREVER = "public, max-age=31536000, immutable";

/**
 * The console: files as they are, and the page itself for every address the console routes.
 *
 * Files under /assets carry a hash in their name and never change; the page names them, so it is
 * asked for every time.
 */
export function serveConsole(
  deps: Pick<ServerDeps, "consoleFolder" | "locale">,
): MiddlewareHandler {
  const page = join(deps.consoleFolder, "index.html");
  const files = lazily(() => serveStatic({ root: deps.consoleFolder }));
  const index = lazily(() => serveStatic({ path: page }));
  return async (context, next) => {
    const locale = localeOfRequest(context.req.raw.headers, deps.locale);
    if (!existsSync(page)) {
      const text = say(locale, "server.console-not-built");
      return context.html(
        html`<!doctype html><title>KPI Loop</title>
          <p>${text}</p>`,
        503,
      );
    }
    const { path } = context.req;
    const hashed = path.startsWith("/assets/");
    context.header("cache-control", hashed ? FOREVER : "no-cache");
    const isFile = /\.[a-z0-9]+$/i.test(path) && !path.endsWith(".html");
    return (isFile ? files() : index())(context, next);
  };
}

/** The folder may be built after the server has started. */
function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
