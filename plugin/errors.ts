import { hasWords, say, type Locale } from "./words/words.ts";

/**
 * Every failure the plugin can raise, filed under who has to act next.
 *
 *   config/…     the operator changes a setting
 *   request/…    the caller sends something different
 *   record/…     a person corrects a row in the workspace
 *   workspace/…  the hosted workspace refused, or is slow, or is gone
 *   conflict/…   a person chooses between two versions
 *   internal/…   we change our code
 *
 * A code never changes once released: people search for it, the inbox stores it. What happened and
 * how to mend it are sentences in `words/`, keyed `error.<code>` and `error.<code>.hint`.
 */
export const ERRORS = {
  "config/invalid": { status: 500, retry: "never" },
  "config/node-too-old": { status: 500, retry: "never" },
  "config/home-in-use": { status: 500, retry: "never" },
  "config/not-installed": { status: 500, retry: "never" },
  "config/port-in-use": { status: 500, retry: "never" },
  "request/invalid": { status: 400, retry: "never" },
  "request/not-found": { status: 404, retry: "never" },
  "request/unauthorized": { status: 401, retry: "never" },
  "request/too-large": { status: 413, retry: "never" },
  "request/foreign-origin": { status: 403, retry: "never" },
  "request/rejected-rows": { status: 422, retry: "never" },
  "request/unreadable-file": { status: 422, retry: "never" },
  "request/unreadable-cases": { status: 422, retry: "never" },
  "record/not-found": { status: 404, retry: "never" },
  "record/refused": { status: 422, retry: "never" },
  "record/unit-ambiguous": { status: 422, retry: "never" },
  "record/no-bonus-pool": { status: 422, retry: "never" },
  "record/no-grade-shares": { status: 422, retry: "never" },
  "record/unusable-rules": { status: 422, retry: "never" },
  "workspace/unreachable": { status: 502, retry: "later" },
  "workspace/rate-limited": { status: 503, retry: "later" },
  "workspace/timeout": { status: 502, retry: "later" },
  "workspace/unreadable-reply": { status: 502, retry: "later" },
  "workspace/failed": { status: 502, retry: "later" },
  "workspace/unauthorized": { status: 502, retry: "never" },
  "workspace/unbound": { status: 409, retry: "never" },
  "workspace/unconfirmed": { status: 502, retry: "later" },
  "workspace/unsupported": { status: 409, retry: "never" },
  "install/pack-invalid": { status: 422, retry: "never" },
  "install/pack-unknown": { status: 404, retry: "never" },
  "conflict/plan-stale": { status: 409, retry: "never" },
  "internal/unexpected": { status: 500, retry: "later" },
} as const satisfies Record<string, { status: number; retry: "never" | "later" }>;

export type ErrorCode = keyof typeof ERRORS;
/** Only ids, names of fields and figures: never a token, never a person's score. */
export type ErrorDetails = Readonly<Record<string, string | number>>;

/**
 * A failure from the catalogue.
 *
 * `message` is the English sentence (logs, stack traces); `tell` gives both languages.
 */
export class PluginError extends Error {
  override readonly name = "PluginError";
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, details: ErrorDetails = {}, options?: { cause?: unknown }) {
    super(say("en-US", `error.${code}`, details), options);
    this.code = code;
    this.details = details;
  }

  /** Whether the same call may go through later by itself. */
  get retry(): "never" | "later" {
    return ERRORS[this.code].retry;
  }

  /** What happened, and what to do about it, in the reader's language. */
  tell(locale: Locale): { code: ErrorCode; message: string; hint: string } {
    const kind = `what.${this.details["what"] ?? ""}`;
    const details = hasWords(kind) ? { ...this.details, what: say(locale, kind) } : this.details;
    return {
      code: this.code,
      message: say(locale, `error.${this.code}`, details),
      hint: say(locale, `error.${this.code}.hint`, details),
    };
  }
}

/** Narrow a caught value by code: never by its message text. */
export function isPluginError(error: unknown, code?: ErrorCode): error is PluginError {
  return error instanceof PluginError && (code === undefined || error.code === code);
}
