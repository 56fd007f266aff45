import { AxiosHeaders, type AxiosAdapter } from "axios";

/**
 * Let the driver talk to a host in the same process: requests go to a `fetch` function instead of
 * a socket, and everything else stays the production path.
 */
export function fetchAdapter(
  fetch: (request: Request) => Promise<Response> | Response,
): AxiosAdapter {
  return async (config) => {
    const url = new URL(config.url ?? "/", config.baseURL);
    const headers = new Headers();
    for (const [name, value] of Object.entries(config.headers.toJSON())) {
      if (value !== null && value !== undefined) headers.set(name, String(value));
    }
    const body = typeof config.data === "string" ? config.data : null;
    const response = await fetch(
      new Request(url, { method: (config.method ?? "get").toUpperCase(), headers, body }),
    );
    return {
      data: await response.text(),
      status: response.status,
      statusText: response.statusText,
      headers: new AxiosHeaders(Object.fromEntries(response.headers)),
      config,
    };
  };
}
