import type { Config } from "../config.ts";
import { isPluginError, PluginError } from "../errors.ts";
import { findRunning, openPlugin, type Plugin } from "../main.ts";

/** The API, wherever it is: over HTTP when a server works on the home, else in this process. */
export interface Connection {
  readonly call: Call;
  /** Ends when what the commands set going has reached the workspace. */
  readonly close: () => Promise<void>;
}

export type Call = (path: string, init?: RequestInit) => Promise<Response>;

/** @throws config/home-in-use when another process holds the home and does not answer */
export async function connect(config: Config): Promise<Connection> {
  const plugin = await openOrFind(config);
  if ("accessToken" in plugin) {
    return { call: remoteCall(plugin), close: () => Promise.resolve() };
  }
  try {
    // Results as of everything that has arrived, as a server would show them.
    await plugin.idle();
  } catch (error) {
    await plugin.close();
    throw error;
  }
  let changed = false;
  return {
    call: (path, init) => {
      changed ||= (init?.method ?? "GET") !== "GET";
      return plugin.call(path, init);
    },
    close: async () => {
      if (changed) await plugin.idle();
      await plugin.close();
    },
  };
}

/** @throws config/home-in-use when the process that has the home is no server */
export async function openOrFind(
  config: Config,
  options: Parameters<typeof openPlugin>[1] = {},
): Promise<Plugin | Running> {
  try {
    return await openPlugin(config, options);
  } catch (error) {
    if (!isPluginError(error, "config/home-in-use")) throw error;
    const running = await findRunning(config.home);
    if (running === null) throw error;
    return running;
  }
}

export type Running = NonNullable<Awaited<ReturnType<typeof findRunning>>>;

export function remoteCall(server: Running): Call {
  return async (path, init = {}) => {
    const headers = new Headers(init.headers);
    headers.set("authorization", `Bearer ${server.accessToken}`);
    try {
      return await fetch(new URL(path, server.url), { ...init, headers });
    } catch (cause) {
      throw new PluginError(
        "workspace/unreachable",
        { operation: path, reason: "kpi-loop serve" },
        { cause },
      );
    }
  };
}
