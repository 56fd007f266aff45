import { setImmediate as nextTurn } from "node:timers/promises";
import { AxiosError, AxiosHeaders, type AxiosAdapter, type GenericAbortSignal } from "axios";

/**
 * Let the driver talk to a host in the same process: requests go to a `fetch` function instead of
 * a socket, and everything else stays the production path.
 */
export function fetchAdapter(
  fetch: (request: Request) => Promise<Response> | Response,
): AxiosAdapter {
  return async (config) => {
    // A socket would let others have their turn: without it, a walk through a large table is one
    // long chain of promises in which no timer fires, nobody is served and no reply is let go of.
    await nextTurn();
    const url = new URL(config.url ?? "/", config.baseURL);
    const headers = new Headers();
    for (const [name, value] of Object.entries(config.headers.toJSON())) {
      if (value !== null && value !== undefined) headers.set(name, String(value));
    }
    const body = typeof config.data === "string" ? config.data : null;
    const method = (config.method ?? "get").toUpperCase();
    const answer = fetch(new Request(url, { method, headers, body }));
    const response = await Promise.race([answer, ...deadlineOf(config.signal)]);
    return {
      data: await response.text(),
      status: response.status,
      statusText: response.statusText,
      headers: new AxiosHeaders(Object.fromEntries(response.headers)),
      config,
    };
  };
}

/** A promise that fails when the request is given up; none when it cannot be. */
function deadlineOf(signal: GenericAbortSignal | undefined): Promise<never>[] {
  if (!(signal instanceof AbortSignal)) return [];
  const givenUp = () => new AxiosError("The request was given up", AxiosError.ERR_CANCELED);
  if (signal.aborted) return [Promise.reject(givenUp())];
  return [
    new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(givenUp()), { once: true });
    }),
  ];
}
