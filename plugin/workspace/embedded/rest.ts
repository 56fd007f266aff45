import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import type { Log } from "../../log.ts";
import { say, type Locale } from "../../words/words.ts";
import { Refusal, REFUSALS, type RefusalKind } from "./refusals.ts";
import { strikes, type EmbeddedSettings, type Faults } from "./settings.ts";

/** What a handler gets: the path's variable parts, the query and the body, unchecked. */
export interface Call {
  readonly parts: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  /** The JSON body; `{}` when there is none. @throws Refusal invalid-parameter */
  json(): Promise<unknown>;
  form(): Promise<FormData>;
}

export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Segments in braces are variable. */
  readonly path: string;
  /** `envelope`: OpenAPI v1, `{code, message, data, meta}`. `bare`: v2, the thing itself. */
  readonly reply: "envelope" | "bare";
  readonly run: (call: Call) => unknown;
}

/** Largest JSON body taken. */
const LARGEST_BODY = 20_000_000;

/**
 * Answer requests by a table of routes.
 *
 * `authorize` decides before any handler whether the credentials fit the generation of the API.
 */
export function createRest(options: {
  readonly routes: readonly Route[];
  readonly authorize: (route: Route, headers: Headers) => boolean;
  readonly settings: EmbeddedSettings;
  readonly faults: Faults;
  readonly locale: Locale;
  readonly now: () => Date;
  readonly log: Log;
}): (request: Request) => Promise<Response> {
  const { authorize, settings, faults, locale, now, log } = options;
  const routes = options.routes.map((route) => ({ route, match: matcher(route.path) }));
  let trace = 0;
  let window = { second: 0, requests: 0 };

  function refuse(kind: RefusalKind, message: string, reply: Route["reply"], status: number) {
    const code = REFUSALS[kind];
    return json(reply === "bare" ? { code, message } : { code, message, meta: meta() }, status);
  }
  function meta() {
    trace += 1;
    return { trace_id: `${now().getTime()}${String(trace % 1000).padStart(3, "0")}` };
  }

  function disturbed(reply: Route["reply"]): Response | null {
    const second = Math.floor(now().getTime() / 1000);
    if (second !== window.second) window = { second, requests: 0 };
    window = { second, requests: window.requests + 1 };
    const limit = settings.rejectPerSecond;
    if ((limit !== null && window.requests > limit) || strikes(faults, faults.rejectRate)) {
      const message = say(locale, "embedded.refused.rate-limited", { limit: limit ?? 10 });
      const response = refuse("rate-limited", message, reply, 429);
      response.headers.set("retry-after", "1");
      return response;
    }
    if (strikes(faults, faults.failRate)) {
      return refuse("failed", say(locale, "embedded.refused.failed"), reply, 500);
    }
    return strikes(faults, faults.htmlRate) ? webPage() : null;
  }

  async function answer(request: Request, url: URL): Promise<Response> {
    const candidates = routes.flatMap(({ route, match }) => {
      const parts = route.method === request.method ? match(url.pathname) : null;
      return parts === null ? [] : [{ route, parts }];
    });
    // A fixed segment wins over a variable one: `item/list` is not the item "list".
    const found = candidates.sort((a, b) => size(a.parts) - size(b.parts))[0];
    const reply = found?.route.reply ?? (url.pathname.startsWith("/v2/") ? "bare" : "envelope");
    const status = settings.errorHttpStatus;
    const broken = disturbed(reply);
    if (broken !== null) return broken;
    try {
      if (found === undefined) throw new Refusal("unknown-method");
      if (!authorize(found.route, request.headers)) throw new Refusal("unauthorized");
      const { route, parts } = found;
      const data = await route.run({ parts, query: url.searchParams, ...reader(request) });
      return reply === "bare"
        ? json(data)
        : json({ code: 0, message: "success", data, meta: meta() });
    } catch (error) {
      if (error instanceof Refusal) return refuse(error.kind, error.tell(locale), reply, status);
      log.error({ error, path: url.pathname }, "embedded workspace failed");
      return refuse("failed", say(locale, "embedded.refused.failed"), reply, 500);
    }
  }

  return async (request) => {
    if (faults.latencyMs > 0) await wait(faults.latencyMs);
    const response = await answer(request, new URL(request.url));
    return strikes(faults, faults.lostReplyRate) ? webPage() : response;
  };
}

function reader(request: Request): Pick<Call, "headers" | "json" | "form"> {
  return {
    headers: request.headers,
    async json() {
      const text = await request.text();
      if (text.length > LARGEST_BODY) throw new Refusal("invalid-parameter", { name: "body" });
      if (text.trim() === "") return {};
      try {
        return JSON.parse(text) as unknown;
      } catch (error) {
        if (error instanceof SyntaxError) throw new Refusal("invalid-parameter", { name: "body" });
        throw error;
      }
    },
    async form() {
      try {
        return await request.formData();
      } catch (error) {
        if (error instanceof TypeError) throw new Refusal("invalid-parameter", { name: "body" });
        throw error;
      }
    },
  };
}

/** Check a body. @throws Refusal invalid-parameter that names the first bad member */
export function check<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const path = result.error.issues[0]?.path.join(".") ?? "";
  throw new Refusal("invalid-parameter", { name: path === "" ? "body" : path });
}

/** Limit and offset of a v2 list. */
export function pageOf(query: URLSearchParams): { limit: number; offset: number } {
  const Page = z.object({
    limit: z.coerce.number().int().min(1).default(20),
    offset: z.coerce.number().int().min(0).default(0),
  });
  const { limit, offset } = check(Page, Object.fromEntries(query));
  return { limit: Math.min(limit, 500), offset };
}

function size(parts: Readonly<Record<string, string>>): number {
  return Object.keys(parts).length;
}

function matcher(pattern: string): (path: string) => Record<string, string> | null {
  const wanted = pattern.split("/");
  return (path) => {
    const given = path.split("/");
    if (given.length !== wanted.length) return null;
    const parts: Record<string, string> = {};
    for (const [index, segment] of wanted.entries()) {
      const value = given[index] ?? "";
      if (segment.startsWith("{")) parts[segment.slice(1, -1)] = value;
      else if (segment !== value) return null;
    }
    return parts;
  };
}

function json(value: unknown, status = 200): Response {
  return new Response(JSON.stringify(value ?? null), {
    status,
    headers: { "content-type": "application/json; charset=utf-8" },
  });
}

function webPage(): Response {
  return new Response("<!doctype html><title>502 Bad Gateway</title><h1>502 Bad Gateway</h1>", {
    status: 502,
    headers: { "content-type": "text/html" },
  });
}
