import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { z } from "zod";
import { PluginError } from "../errors.ts";
import { say } from "../words/words.ts";
import { analysisRoutes } from "./analysis-routes.ts";
import { LiveEvent } from "./api.ts";
import type { ServerDeps } from "./deps.ts";
import { addSecurityHeaders, refuseForeign } from "./guard.ts";
import { hookRoutes } from "./hook.ts";
import { importRoutes, IMPORT_MAX_BYTES } from "./import-routes.ts";
import { describeRoutes, type Route } from "./openapi.ts";
import { operation, type Operation } from "./operation.ts";
import { operationRoutes } from "./operation-routes.ts";
import { answerProblem, localeOfRequest } from "./problem.ts";
import { scoreRoutes } from "./score-routes.ts";
import { createSession } from "./session.ts";
import { sessionRoutes } from "./session-routes.ts";
import { serveConsole } from "./static.ts";
import { workspaceRoutes } from "./workspace-routes.ts";

const MAX_BYTES = {
  "application/json": 1_048_576,
  "multipart/form-data": IMPORT_MAX_BYTES,
} as const;

/** Every route of the API, on one screen. */
function listRoutes(deps: ServerDeps, session: ReturnType<typeof createSession>): Route[] {
  const { session: whoIsAsking, signOut, link } = sessionRoutes(deps, session);
  const score = scoreRoutes(deps);
  const care = operationRoutes(deps);
  const grid = workspaceRoutes(deps);
  const analysis = analysisRoutes(deps);
  const live = operation({
    summary: "What changes, as server-sent events",
    answer: LiveEvent,
    answerTypes: ["text/event-stream"],
    run: ({ context }) => deps.live.stream(context),
  });
  const document: Operation = operation({
    summary: "This document",
    answer: z.object({}),
    run: () => describeRoutes(routes, deps.version),
  });
  const routes = [
    open("GET", "/api/health", care.health),
    open("GET", "/api/openapi.json", document),
    open("GET", "/api/session", whoIsAsking),
    route("POST", "/api/signout", signOut),
    route("POST", "/api/links", link),
    route("GET", "/api/live", live),

    route("GET", "/api/cycles", score.cycles),
    route("GET", "/api/sheets", score.sheets),
    route("GET", "/api/sheets/:id", score.sheet),
    route("GET", "/api/sheets/:id/items/:kpi/why", score.why),
    route("GET", "/api/sheets/:id/comments", score.comments),
    route("POST", "/api/sheets/:id/comments", grid.commentOnSheet),
    route("GET", "/api/ledger", score.ledger),
    route("GET", "/api/export", score.export),
    route("GET", "/api/explain", score.explain),

    route("GET", "/api/analysis/distribution", analysis.distribution),
    route("GET", "/api/analysis/bonus", analysis.bonus),
    route("GET", "/api/analysis/health", analysis.health),
    route("GET", "/api/analysis/targets", analysis.targets),
    route("GET", "/api/analysis/lint", analysis.lint),
    route("GET", "/api/analysis/pace", analysis.pace),
    route("GET", "/api/analysis/promotion", analysis.promotion),

    route("GET", "/api/operations", care.operations),
    route("POST", "/api/operations/:id/retry", care.retry),
    route("POST", "/api/recompute", care.recompute),
    route("POST", "/api/reconcile", care.reconcile),
    route("GET", "/api/doctor", care.doctor),
    route("POST", "/api/import", importRoutes(deps).import),

    route("GET", "/api/workspace/tables", grid.tables),
    route("GET", "/api/workspace/tables/:table/records", grid.records),
    route("POST", "/api/workspace/tables/:table/records", grid.create),
    route("GET", "/api/workspace/tables/:table/choices", grid.choices),
    route("GET", "/api/workspace/records/:id", grid.read),
    route("PATCH", "/api/workspace/records/:id", grid.update),
    route("DELETE", "/api/workspace/records/:id", grid.remove),
    route("GET", "/api/workspace/records/:id/history", grid.history),
    route("GET", "/api/workspace/records/:id/comments", grid.comments),
    route("POST", "/api/workspace/records/:id/comments", grid.comment),
    route("GET", "/api/workspace/members", grid.members),
  ];
  return routes;
}

const route = (method: Route["method"], path: string, operation: Operation): Route => ({
  method,
  path,
  operation,
  open: false,
});
const open = (...line: Parameters<typeof route>): Route => ({ ...route(...line), open: true });

/**
 * The HTTP side: deliveries, the API, the embedded workspace's REST, sign-in and the console.
 *
 * Needs no port: `app.request()` answers as the network would.
 */
export function createApp(deps: ServerDeps): Hono {
  const app = new Hono();
  const session = createSession(deps);
  const { embedded, live } = deps;
  deps.automation.onChange(live.publish);

  app.onError((error, context) =>
    answerProblem(error, localeOfRequest(context.req.raw.headers, deps.locale), deps.log),
  );
  app.use(addSecurityHeaders);

  // Hosts and other programs come to these two under their own secrets, and from anywhere.
  app.route("/hooks", hookRoutes(deps));
  if (embedded !== null) {
    app.all("/huoban/*", (context) => embedded(withoutPrefix(context.req.raw, "/huoban")));
  }

  app.use(refuseForeign(deps.allowedHosts));
  for (const { method, path, operation, open } of listRoutes(deps, session)) {
    if (!open) app.on(method, path, session.required);
    // After the session: nobody from outside makes us hold a large body.
    if (operation.body !== null) app.on(method, path, limitBody(MAX_BYTES[operation.body.type]));
    app.on(method, path, async (context) => {
      context.header("cache-control", "no-store");
      return operation.handle(context, localeOfRequest(context.req.raw.headers, deps.locale));
    });
  }
  app.all("/api/*", (context) => {
    throw new PluginError("request/not-found", { what: "route", name: context.req.path });
  });

  app.get("/signin", (context) => {
    if (session.signIn(context, context.req.query("token") ?? "")) return context.redirect("/");
    const locale = localeOfRequest(context.req.raw.headers, deps.locale);
    return context.text(say(locale, "server.link-expired"), 401);
  });
  app.get("*", serveConsole(deps));
  return app;
}

function limitBody(bytes: number) {
  return bodyLimit({
    maxSize: bytes,
    onError: () => {
      throw new PluginError("request/too-large", { limit: bytes });
    },
  });
}

function withoutPrefix(request: Request, prefix: string): Request {
  const url = new URL(request.url);
  url.pathname = url.pathname.slice(prefix.length);
  return new Request(url, request);
}
