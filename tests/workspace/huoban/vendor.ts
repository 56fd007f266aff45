import { delay, http, HttpResponse } from "msw";
import { setupServer } from "msw/node";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll } from "vitest";
import { openHuoban, type HuobanOptions } from "../../../plugin/workspace/huoban/index.ts";
import type { Patience } from "../../../plugin/workspace/huoban/pacing.ts";

export const BASE = "https://api.huoban.test";
export const TABLE = "2100000000000001";
export const KEY = "2200000000000001";
export const AMOUNT = "2200000000000002";
export const API_KEY = "very-secret-key";
export const APPLICATION = { id: "app-1", secret: "very-secret-application" };

export interface VendorRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  /** The JSON body, `null` without one. */
  readonly body: Readonly<Record<string, unknown>>;
}
export type Answer = (request: VendorRequest) => Response | Promise<Response>;

/** The vendor as one function that a test writes; every request that reached it is kept. */
export function vendorForTests(): {
  readonly requests: VendorRequest[];
  answer(next: Answer): void;
} {
  let answer: Answer = () => fail(501, "unknown method");
  const requests: VendorRequest[] = [];
  const server = setupServer(
    http.all(`${BASE}/*`, async ({ request }) => {
      const text = await request.text();
      const url = new URL(request.url);
      const seen: VendorRequest = {
        method: request.method,
        path: url.pathname + url.search,
        headers: request.headers,
        // The driver sends objects only.
        body: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>),
      };
      requests.push(seen);
      return answer(seen);
    }),
  );
  beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
  afterEach(() => {
    requests.length = 0;
    answer = () => fail(501, "unknown method");
  });
  afterAll(() => server.close());
  return { requests, answer: (next) => void (answer = next) };
}

/** Answers in turn; the last one stays. */
export function inTurn(...answers: readonly Answer[]): Answer {
  let turn = 0;
  return (request) => {
    const next = answers[Math.min(turn, answers.length - 1)];
    turn += 1;
    if (next === undefined) throw new Error("There is no answer");
    return next(request);
  };
}

export function ok(data: unknown): Response {
  return HttpResponse.json({ code: 0, message: "success", data, meta: { trace_id: "165035" } });
}

export function bare(data: unknown, status = 200): Response {
  return new HttpResponse(JSON.stringify(data), {
    status,
    headers: { "Content-Type": "application/json" },
  });
}

export function fail(
  code: number,
  message: string,
  { status = 200, headers = {} }: { status?: number; headers?: Record<string, string> } = {},
): Response {
  const body = { code, message, meta: { trace_id: "1650350652303566" } };
  return HttpResponse.json(body, { status, headers });
}

export function page(text: string, status = 200): Response {
  return new HttpResponse(text, { status, headers: { "Content-Type": "text/html" } });
}

export async function silence(): Promise<Response> {
  await delay("infinite");
  return ok({});
}

/** Waiting that takes no time: its clock goes on by what was waited. */
export function noPatience(): Patience & { readonly waits: number[] } {
  let at = 0;
  const waits: number[] = [];
  return {
    waits,
    clock: () => at,
    random: () => 0.5,
    wait(ms) {
      at += ms;
      waits.push(ms);
      return Promise.resolve();
    },
  };
}

/** Everything that was logged, as text. */
export function logToMemory() {
  const lines: string[] = [];
  const log = pino({ level: "debug" }, { write: (line: string) => void lines.push(line) });
  return { log, lines };
}

export function open(options: Partial<HuobanOptions> = {}) {
  const patience = noPatience();
  const { log, lines } = logToMemory();
  const workspace = openHuoban({
    apiBase: BASE,
    spaceId: "4000000000000001",
    apiKey: API_KEY,
    timeZone: "Asia/Shanghai",
    requestsPerSecond: null,
    log,
    now: () => new Date("2026-03-31T10:00:00Z"),
    patience,
    ...options,
  });
  return { workspace, patience, lines };
}

export async function outcomeOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    (value) => ({ value }),
    (error: unknown) => error,
  );
}
