import { randomUUID } from "node:crypto";
import { ERRORS, isPluginError, PluginError } from "../errors.ts";
import type { Log } from "../log.ts";
import { localeOf, type Locale } from "../words/words.ts";
import type { Problem } from "./api.ts";

/** What the caller is told about a failure; what is not from the catalogue only goes to the log. */
export function problemOf(
  error: unknown,
  locale: Locale,
  log: Log,
): { readonly status: number; readonly problem: Problem } {
  const known = isPluginError(error) ? error : unexpected(error, log);
  if (known === error) {
    log.info({ code: known.code, details: known.details }, "a request was refused");
  }
  const { code, message, hint } = known.tell(locale);
  return { status: ERRORS[code].status, problem: { code, message, hint, details: known.details } };
}

/** The stack and the cause stay in the log, under an id that the answer carries too. */
function unexpected(error: unknown, log: Log): PluginError {
  const id = randomUUID();
  log.error({ id, err: error }, "a request failed unexpectedly");
  const reason = error instanceof Error ? error.name : typeof error;
  return new PluginError("internal/unexpected", { id, reason }, { cause: error });
}

/** @returns the answer to a request that failed, as `Problem` */
export function answerProblem(error: unknown, locale: Locale, log: Log): Response {
  const { status, problem } = problemOf(error, locale, log);
  return Response.json(problem, { status });
}

/** `X-Locale` (the console's own choice), else `Accept-Language`, else the language of the settings. */
export function localeOfRequest(headers: Headers, fallback: Locale): Locale {
  const wish = headers.get("x-locale") ?? headers.get("accept-language");
  return wish === null || wish.trim() === "" || wish.trim() === "*" ? fallback : localeOf(wish);
}
