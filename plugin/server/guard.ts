import { isIP } from "node:net";
import type { MiddlewareHandler } from "hono";
import { PluginError } from "../errors.ts";

/**
 * Refuse what other web sites make a browser send here.
 *
 * A site that points its own name at our address (DNS rebinding) shows in `Host`; a site that posts
 * here from its own page shows in `Origin` or `Sec-Fetch-Site`. An address in `Host` is fine:
 * only names can be pointed elsewhere.
 *
 * @throws request/foreign-origin
 */
export function refuseForeign(allowedHosts: readonly string[]): MiddlewareHandler {
  const allowed = new Set(["localhost", ...allowedHosts.map((name) => name.toLowerCase())]);
  return async (context, next) => {
    const url = new URL(context.req.url);
    const host = (context.req.header("host") ?? url.host).toLowerCase();
    const name = host.replace(/:\d+$/, "");
    const isAddress = isIP(name.replace(/^\[(.*)\]$/, "$1")) !== 0;
    if (!isAddress && !allowed.has(name)) {
      throw new PluginError("request/foreign-origin", { origin: name });
    }
    const origin = context.req.header("origin");
    if (origin !== undefined && hostOf(origin) !== host) {
      throw new PluginError("request/foreign-origin", { origin });
    }
    const changes = !["GET", "HEAD", "OPTIONS"].includes(context.req.method);
    if (changes && context.req.header("sec-fetch-site") === "cross-site") {
      throw new PluginError("request/foreign-origin", { origin: "cross-site" });
    }
    await next();
  };
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host.toLowerCase() : null;
}

/** The console is one page with its own scripts; antd writes its styles at run time. */
const CONTENT_POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

export const addSecurityHeaders: MiddlewareHandler = async (context, next) => {
  await next();
  const { headers } = context.res;
  headers.set("content-security-policy", CONTENT_POLICY);
  headers.set("x-content-type-options", "nosniff");
  headers.set("x-frame-options", "DENY");
  // The sign-in link must not travel on to another site.
  headers.set("referrer-policy", "no-referrer");
  headers.set("cross-origin-opener-policy", "same-origin");
  headers.set("cross-origin-resource-policy", "same-origin");
};
