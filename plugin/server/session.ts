import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { Database } from "../database.ts";
import { PluginError } from "../errors.ts";

/** Who may come in: whoever opens a sign-in link gets a session; a program shows the access token. */
export interface Passes {
  /** @returns the secret part, which is stored nowhere */
  issue(kind: PassKind): string;
  accepts(kind: PassKind, secret: string): boolean;
  revoke(secret: string): void;
}

type PassKind = "link" | "session";

const LASTS_MS: Readonly<Record<PassKind, number>> = {
  link: 24 * 3_600_000,
  session: 30 * 24 * 3_600_000,
};

const hashOf = (secret: string) => createHash("sha256").update(secret).digest("hex");

export function openPasses(deps: { readonly db: Database; readonly now: () => Date }): Passes {
  const { db, now } = deps;
  const add = db.prepare("INSERT INTO passes (hash, kind, expires_at) VALUES (?, ?, ?)");
  const find = db.prepare("SELECT 1 FROM passes WHERE hash = ? AND kind = ? AND expires_at > ?");
  const remove = db.prepare("DELETE FROM passes WHERE hash = ?");
  const removeOld = db.prepare("DELETE FROM passes WHERE expires_at <= ?");
  return {
    issue: (kind) => {
      const secret = randomBytes(24).toString("base64url");
      removeOld.run(now().toISOString());
      add.run(hashOf(secret), kind, new Date(now().getTime() + LASTS_MS[kind]).toISOString());
      return secret;
    },
    accepts: (kind, secret) => find.get(hashOf(secret), kind, now().toISOString()) !== undefined,
    revoke: (secret) => void remove.run(hashOf(secret)),
  };
}

/** Compare without telling, by the time it takes, how much of it was right. */
export function sameSecret(given: string, expected: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

/** Browsers do not tell ports apart: two servers on one machine must not sign each other out. */
const cookieOf = (context: Context) => `kpi_loop_session_${new URL(context.req.url).port || "80"}`;

export interface Session {
  readonly signedIn: (context: Context) => boolean;
  /** @throws request/unauthorized */
  readonly required: MiddlewareHandler;
  /** @returns whether the link's secret was good; a good one sets the cookie */
  readonly signIn: (context: Context, secret: string) => boolean;
  readonly signOut: (context: Context) => void;
}

/** Cookie sessions for people (HttpOnly, SameSite=Strict), `Authorization: Bearer` for programs. */
export function createSession(deps: {
  readonly passes: Passes;
  readonly accessToken: string;
}): Session {
  const { passes, accessToken } = deps;
  const signedIn = (context: Context) => {
    const bearer = /^Bearer (.+)$/.exec(context.req.header("authorization") ?? "")?.[1];
    if (bearer !== undefined) return sameSecret(bearer, accessToken);
    const cookie = getCookie(context, cookieOf(context));
    return cookie !== undefined && passes.accepts("session", cookie);
  };
  return {
    signedIn,
    required: async (context, next) => {
      if (!signedIn(context)) throw new PluginError("request/unauthorized");
      await next();
    },
    signIn: (context, secret) => {
      if (!passes.accepts("link", secret)) return false;
      setCookie(context, cookieOf(context), passes.issue("session"), {
        httpOnly: true,
        sameSite: "Strict",
        path: "/",
        secure: new URL(context.req.url).protocol === "https:",
        maxAge: LASTS_MS.session / 1000,
      });
      return true;
    },
    signOut: (context) => {
      const cookie = getCookie(context, cookieOf(context));
      if (cookie !== undefined) passes.revoke(cookie);
      deleteCookie(context, cookieOf(context), { path: "/" });
    },
  };
}
