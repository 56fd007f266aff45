import axios, { isAxiosError, type AxiosAdapter, type AxiosResponse } from "axios";
import { isPluginError, PluginError } from "../../errors.ts";
import type { Log } from "../../log.ts";
import type { Verdict } from "./envelope.ts";
import type { HuobanFacts } from "./facts.ts";
import { openLane, pauseMs, type Patience } from "./pacing.ts";

/** One request to the host. */
export interface VendorCall {
  /** Short name of the vendor's operation, for messages and logs: `item/list`. */
  readonly operation: string;
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** From the root of the host, e.g. `/openapi/v1/item/list`. */
  readonly path: string;
  readonly body?: unknown;
  /**
   * Whether sending it twice leaves the host as once would: reads, "set to", deletes. Only such
   * calls are tried again.
   */
  readonly repeatable: boolean;
}

export interface Http {
  /** The reply's content. @throws PluginError of family `workspace/…` */
  send(
    call: VendorCall,
    dialect: {
      readonly headers: Readonly<Record<string, string>>;
      readonly judge: (json: unknown, status: number) => Verdict;
    },
  ): Promise<unknown>;
  /** Never let this text into an error or the log. */
  hide(secret: string): void;
}

const MOST_ATTEMPTS = 5;
const RETRY_DEADLINE_MS = 60_000;
const LARGEST_REPLY_BYTES = 64 * 1024 * 1024;

type Outcome =
  | { readonly data: unknown }
  | {
      readonly error: PluginError;
      readonly again: boolean;
      /** The host told us how long to wait. */
      readonly waitMs: number | null;
    };

/**
 * Talk to one host: pacing, deadlines, retries of repeatable calls and the reading of replies.
 * Every failure leaves as a `PluginError` with the vendor's code, message and trace id.
 */
export function openHttp(options: {
  readonly base: string;
  readonly timeoutMs: number;
  readonly requestsPerSecond: number | null;
  readonly adapter: AxiosAdapter | undefined;
  readonly facts: HuobanFacts;
  readonly patience: Patience;
  readonly now: () => Date;
  readonly log: Log;
}): Http {
  const { facts, patience, timeoutMs, log } = options;
  const lane = openLane(options.requestsPerSecond, patience);
  const secrets = new Set<string>();
  const client = axios.create({
    baseURL: options.base,
    timeout: timeoutMs,
    // Business errors come with any HTTP status, and broken JSON must be told from none.
    validateStatus: () => true,
    responseType: "text",
    transformResponse: [(data: unknown) => data],
    maxRedirects: 0,
    maxContentLength: LARGEST_REPLY_BYTES,
    ...(options.adapter === undefined ? {} : { adapter: options.adapter }),
  });

  function clean(text: string): string {
    let cleaned = text;
    for (const secret of secrets) cleaned = cleaned.replaceAll(secret, "[hidden]");
    return cleaned.slice(0, 300);
  }

  async function attempt(call: VendorCall, dialect: Parameters<Http["send"]>[1]): Promise<Outcome> {
    const { operation } = call;
    let response: AxiosResponse<unknown>;
    try {
      response = await client.request({
        method: call.method,
        url: call.path,
        headers: {
          Accept: "application/json",
          ...(call.body === undefined ? {} : { "Content-Type": "application/json" }),
          ...dialect.headers,
        },
        // axios's own timeout watches silence; a reply that trickles needs this one.
        signal: AbortSignal.timeout(timeoutMs),
        ...(call.body === undefined ? {} : { data: JSON.stringify(call.body) }),
      });
    } catch (caught) {
      return { error: silence(caught, operation), again: true, waitMs: null };
    }

    const { status } = response;
    const json = parseJson(response.data);
    const verdict: Verdict = json.ok
      ? dialect.judge(json.value, status)
      : { state: "unreadable", reason: json.reason };
    if (status === 429 || isFailure(verdict, facts.rateLimitCodes)) {
      const waitMs = retryAfterMs(response, options.now());
      const details = { operation, waitMs: waitMs ?? 0, ...vendorDetails(verdict, status) };
      return { error: new PluginError("workspace/rate-limited", details), again: true, waitMs };
    }
    if (verdict.state === "success") return { data: verdict.data };
    if (verdict.state === "unreadable") {
      const details = { operation, reason: `${verdict.reason} (HTTP ${status})`, status };
      const error = new PluginError("workspace/unreadable-reply", details);
      return { error, again: true, waitMs: null };
    }
    const details = { operation, ...vendorDetails(verdict, status) };
    const isKnown = [facts.missingCodes, facts.unknownMethodCodes].some((codes) =>
      codes.includes(verdict.code),
    );
    if (
      facts.unauthorizedCodes.includes(verdict.code) ||
      (!isKnown && (status === 401 || status === 403))
    ) {
      const error = new PluginError("workspace/unauthorized", details);
      return { error, again: false, waitMs: null };
    }
    const error = new PluginError("workspace/failed", details);
    const again = !isKnown && (status >= 500 || facts.transientCodes.includes(verdict.code));
    return { error, again, waitMs: again ? retryAfterMs(response, options.now()) : null };
  }

  function vendorDetails(verdict: Verdict, status: number): Record<string, string | number> {
    if (verdict.state !== "failure") return { status };
    const { code, message, traceId } = verdict;
    return {
      vendorCode: code,
      vendorMessage: clean(message),
      traceId: traceId === "" ? "-" : clean(traceId),
      status,
    };
  }

  /** No reply came. axios's error holds our headers and with them the key, so it is not passed on. */
  function silence(caught: unknown, operation: string): PluginError {
    const text = clean(caught instanceof Error ? caught.message : String(caught));
    const code = isAxiosError(caught) ? (caught.code ?? "") : "";
    if (["ECONNABORTED", "ETIMEDOUT", "ERR_CANCELED"].includes(code)) {
      return new PluginError("workspace/timeout", { operation, timeoutMs });
    }
    const reason = code === "" ? text : code;
    const cause = new Error(text);
    return new PluginError("workspace/unreachable", { operation, reason }, { cause });
  }

  return {
    hide(secret) {
      if (secret !== "") secrets.add(secret);
    },
    async send(call, dialect) {
      const { operation } = call;
      const held = lane.held();
      if (held > RETRY_DEADLINE_MS) {
        throw new PluginError("workspace/rate-limited", { operation, waitMs: Math.ceil(held) });
      }
      await lane.turn();
      const deadline = patience.clock() + RETRY_DEADLINE_MS;
      for (let attempts = 1; ; attempts += 1) {
        const outcome = await attempt(call, dialect);
        if ("data" in outcome) return outcome.data;
        const { error, again, waitMs } = outcome;
        if (waitMs !== null) lane.hold(waitMs);
        const pause = waitMs ?? pauseMs(attempts, patience);
        const late = patience.clock() + pause > deadline;
        if (!call.repeatable || !again || late || attempts >= MOST_ATTEMPTS) throw error;
        log.warn(
          { operation, code: error.code, waitMs: pause, attempts },
          "the workspace did not serve a request; trying again",
        );
        await patience.wait(pause);
        await lane.turn();
      }
    },
  };
}

/** Whether the vendor answered with one of these codes. */
export function isVendorCode(error: unknown, codes: readonly number[]): error is PluginError {
  if (!isPluginError(error)) return false;
  const code = error.details["vendorCode"];
  return typeof code === "number" && codes.includes(code);
}

function isFailure(verdict: Verdict, codes: readonly number[]): boolean {
  return verdict.state === "failure" && codes.includes(verdict.code);
}

function parseJson(
  body: unknown,
):
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly reason: string } {
  const text = typeof body === "string" ? body : "";
  // v2 answers a delete with nothing at all.
  if (text.trim() === "") return { ok: true, value: null };
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (caught) {
    if (!(caught instanceof SyntaxError)) throw caught;
    const kind = text.trimStart().startsWith("<") ? "HTML" : "not JSON";
    // The content may be personal data; its size tells a cut-off reply well enough.
    return { ok: false, reason: `${kind}, ${text.length} characters` };
  }
}

/** `Retry-After` in seconds or as a date; null without one. */
function retryAfterMs(response: AxiosResponse<unknown>, now: Date): number | null {
  const header: unknown = response.headers["retry-after"];
  if (typeof header !== "string" || header.trim() === "") return null;
  if (/^\d+(\.\d+)?$/.test(header.trim())) return Math.ceil(Number(header) * 1000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, date - now.getTime());
}
