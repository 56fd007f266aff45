import { existsSync, readFileSync } from "node:fs";
import type { Server } from "node:http";
import { dirname, join } from "node:path";
import { createAdaptorServer } from "@hono/node-server";
import type { Hono } from "hono";
import { openAutomation, type Automation } from "./automation/automation.ts";
import type { Config } from "./config.ts";
import { openDatabase } from "./database.ts";
import { PluginError } from "./errors.ts";
import { loadBindings } from "./install/bindings.ts";
import { createLog, type Log } from "./log.ts";
import { openHome, type Home } from "./main/home.ts";
import { openWorkspace } from "./main/open-workspace.ts";
import {
  companyName,
  firstCycle,
  ensurePacks,
  loadDemo,
  type Ground,
  type ReportStep,
} from "./main/prepare.ts";
import { createApp } from "./server/app.ts";
import { createLive } from "./server/live.ts";
import { openPasses } from "./server/session.ts";

export { findRunning } from "./main/home.ts";

const ROUNDS_UNTIL_IDLE = 20;

/** A running plugin, with or without a port. */
export interface Plugin {
  readonly app: Hono;
  readonly automation: Automation;
  /** The API in this process, signed in: what a program with the access token would get. */
  readonly call: (path: string, init?: RequestInit) => Promise<Response>;
  /** Address of the console with a fresh pass in it; good for a day, once `listen` was called. */
  signInLink(): string;
  /** Address to enter as callback of the API key in a hosted workspace; null for the embedded one. */
  callbackAddress(): string | null;
  /** Answer on the network and work in the background. @throws config/port-in-use */
  listen(): Promise<string>;
  /** Everything that happened so far has reached the workspace. */
  idle(): Promise<void>;
  /** Stop politely: finish or put back what is at hand, then let go of everything. */
  close(): Promise<void>;
  /** What `prepareDemo` builds on. */
  readonly ground: Ground;
}

/**
 * Open everything for these settings: the home, both databases, the workspace and its driver, the
 * engine and the HTTP side. The packs are installed when the embedded workspace does not have them.
 *
 * @throws config/home-in-use · config/not-installed when a hosted workspace has no packs yet
 */
export async function openPlugin(
  config: Config,
  options: {
    readonly log?: Log;
    readonly now?: () => Date;
    readonly onProgress?: ReportStep;
    /** Install the packs in a hosted workspace too: nothing is created there unasked. */
    readonly install?: boolean;
  } = {},
): Promise<Plugin> {
  const { onProgress = () => undefined } = options;
  const log = options.log ?? createLog({ level: config.logLevel });
  const now = options.now ?? (() => new Date());
  const home = openHome(config.home);
  const opened: (() => Promise<void> | void)[] = [() => home.release()];
  try {
    const install = options.install ?? false;
    return await openRooms({ config, log, now, home, opened, onProgress, install });
  } catch (error) {
    await closeAll(opened);
    throw error;
  }
}

async function openRooms({
  config,
  log,
  now,
  home,
  opened,
  onProgress,
  install,
}: {
  readonly config: Config;
  readonly log: Log;
  readonly now: () => Date;
  readonly home: Home;
  /** What to close, last first. */
  readonly opened: (() => Promise<void> | void)[];
  readonly onProgress: ReportStep;
  readonly install: boolean;
}): Promise<Plugin> {
  const { secrets } = home;
  const db = openDatabase(join(home.folder, "plugin.sqlite"));
  opened.push(() => void db.close());
  const place = openWorkspace({ config, secrets, folder: home.folder, log, now });
  opened.push(() => place.close());
  const { workspace, embedded } = place;
  const { version, root } = thisPackage();
  const templates = join(root, "templates");
  const ground: Ground = { config, db, workspace, embedded, templates, log };

  if (embedded !== null || install) await ensurePacks(ground, onProgress);
  const bindings = loadBindings(db);
  if (bindings.tables().length === 0) {
    throw new PluginError("config/not-installed");
  }
  const { locale } = config;
  const automation = openAutomation({ db, workspace, bindings, log, now });
  opened.push(() => automation.stop());

  let origin = originOf(config.host, config.port);
  const passes = openPasses({ db, now });
  const live = createLive();
  opened.push(() => live.close());
  const signInLink = () => `${origin}/signin?token=${passes.issue("link")}`;
  const app = createApp({
    db,
    automation,
    workspace,
    bindings,
    embedded: embedded === null ? null : (request) => embedded.fetch(request),
    grid: embedded?.grid ?? null,
    operator: place.operator,
    passes,
    signInLink,
    live,
    accessToken: secrets.accessToken,
    webhookSecret: secrets.webhookSecret,
    allowedHosts: [config.host, ...config.allowedHosts],
    locale,
    timeZone: config.timeZone,
    company: () => companyName(ground),
    openAt: () => firstCycle(ground),
    version,
    consoleFolder: join(root, "dist/console"),
    log,
    now,
  });

  const hook = `/hooks/huoban/${secrets.webhookSecret}`;
  embedded?.setDeliver(async ({ body }) => {
    const answer = await app.request(hook, { method: "POST", body: new Uint8Array(body) });
    return answer.ok;
  }, `${origin}${hook}`);

  const call: Plugin["call"] = async (path, init = {}) => {
    const headers = new Headers(init.headers);
    headers.set("authorization", `Bearer ${secrets.accessToken}`);
    return await app.request(path, { ...init, headers });
  };
  return {
    app,
    automation,
    call,
    signInLink,
    callbackAddress: () => (embedded === null ? `${origin}${hook}` : null),
    listen: async () => {
      const server = createAdaptorServer({ fetch: app.fetch }) as Server; // plain HTTP, not HTTP/2
      opened.push(() => stopServer(server));
      origin = originOf(config.host, await listenOn(server, config));
      home.announce(origin, now());
      if (config.chaos) place.misbehave();
      await automation.start();
      return origin;
    },
    idle: async () => {
      // Writing back makes deliveries of its own; one that nobody takes must not hold us for ever.
      for (let round = 0; round < ROUNDS_UNTIL_IDLE; round += 1) {
        await embedded?.idle();
        await automation.idle();
        if ((embedded?.pendingDeliveries() ?? 0) === 0) return;
      }
    },
    close: () => closeAll(opened),
    ground,
  };
}

/**
 * Install the packs and the sample company, open its cycles and score everybody.
 *
 * Quick, and without any change, when it has been done before.
 *
 * @returns `fresh` is false when everything was in place already
 */
export async function prepareDemo(
  plugin: Plugin,
  report: ReportStep = () => undefined,
): Promise<{ readonly fresh: boolean }> {
  return { fresh: await loadDemo(plugin.ground, plugin.automation, report) };
}

async function closeAll(opened: (() => Promise<void> | void)[]): Promise<void> {
  for (let close = opened.pop(); close !== undefined; close = opened.pop()) await close();
}

function listenOn(server: Server, { host, port }: Config): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const known = cause.code === "EADDRINUSE" || cause.code === "EACCES";
      reject(known ? new PluginError("config/port-in-use", { port, host }, { cause }) : cause);
    });
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}

function stopServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** What a person can open in a browser on this machine. */
function originOf(host: string, port: number): string {
  const everywhere = host === "0.0.0.0" || host === "::";
  const name = everywhere ? "127.0.0.1" : host.includes(":") ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

/** The folder of package.json, above this file both as source and as built. */
export function thisPackage(): { readonly root: string; readonly version: string } {
  let root = import.meta.dirname;
  while (!existsSync(join(root, "package.json")) && root !== dirname(root)) root = dirname(root);
  const written = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    readonly version: string; // our own package.json
  };
  return { root, version: written.version };
}
