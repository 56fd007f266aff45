import { setTimeout as wait } from "node:timers/promises";
import type { Config } from "../config.ts";
import { PluginError } from "../errors.ts";
import { prepareDemo, type Plugin } from "../main.ts";
import { Cycle, SignInLink } from "../server/api.ts";
import { ask } from "./answers.ts";
import { openOrFind, remoteCall, type Running } from "./connect.ts";
import { EXIT, type ExitCode, type Terminal } from "./terminal.ts";

/** Longest that stopping may take before the process ends anyway; everything kept is on disk. */
const STOP_WITHIN_MS = 5000;

/** `demo`: install the packs and the sample company and score everybody; the second time, nothing. */
export async function demo(terminal: Terminal, config: Config): Promise<ExitCode> {
  const tellPrepared = (prepared: { readonly fresh: boolean }) => {
    if (terminal.json) terminal.printJson(prepared);
    terminal.tell(prepared.fresh ? "demo.fresh" : "demo.there");
    return EXIT.done;
  };
  const plugin = await openOrFind(config, { onProgress: terminal.progress });
  if ("accessToken" in plugin) {
    const answer = await ask(terminal, remoteCall(plugin), "/api/cycles");
    if (Cycle.array().parse(await answer.json()).length > 0) return tellPrepared({ fresh: false });
    throw new PluginError("config/home-in-use", { home: config.home });
  }
  try {
    const prepared = await prepareDemo(plugin, terminal.progress);
    terminal.endProgress();
    return tellPrepared(prepared);
  } finally {
    await plugin.close();
  }
}

/** `install`: bring our tables and rules into the workspace, a hosted one included; twice is once. */
export async function install(terminal: Terminal, config: Config): Promise<ExitCode> {
  const plugin = await openOrFind(config, { onProgress: terminal.progress, install: true });
  // A running server has them, or it would not run.
  if (!("accessToken" in plugin)) await plugin.close();
  terminal.endProgress();
  if (terminal.json) terminal.printJson({ installed: true });
  terminal.tell("installed");
  return EXIT.done;
}

/** `serve`, and `start` (= demo, then serve): answer until somebody stops us. */
export async function serve(
  terminal: Terminal,
  config: Config,
  options: { readonly withDemo: boolean },
): Promise<ExitCode> {
  const plugin = await openOrFind(config, { onProgress: terminal.progress });
  if ("accessToken" in plugin) return await tellRunning(terminal, plugin);
  const stopping = nextSignal();
  const ready = open(terminal, plugin, options);
  // Whatever was being prepared is on disk as far as it got; the next start goes on from there.
  if ((await Promise.race([ready, stopping])) === "stop") process.exit(EXIT.failed);
  await stopping;
  terminal.tell("stopping");
  const late = wait(STOP_WITHIN_MS, "late" as const, { ref: false });
  if ((await Promise.race([plugin.close(), late])) === "late") process.exit(EXIT.done);
  return EXIT.done;
}

/** Prepare what was asked for, answer on the network, and say where. */
async function open(
  terminal: Terminal,
  plugin: Plugin,
  { withDemo }: { readonly withDemo: boolean },
): Promise<void> {
  try {
    const prepared = withDemo ? await prepareDemo(plugin, terminal.progress) : null;
    terminal.endProgress();
    const url = await plugin.listen();
    const details = { url, link: plugin.signInLink() };
    if (terminal.json) terminal.printJson({ ...details, demo: prepared });
    if (prepared !== null) terminal.tell(prepared.fresh ? "demo.fresh" : "demo.there", prepared);
    terminal.tell("serving", details);
    const callback = plugin.callbackAddress();
    if (callback !== null) terminal.tell("callback", { callback });
  } catch (error) {
    await plugin.close();
    throw error;
  }
}

/** Somebody starts a second time: that is no mistake, show the way in. */
async function tellRunning(terminal: Terminal, running: Running): Promise<ExitCode> {
  const answer = await ask(terminal, remoteCall(running), "/api/links", { method: "POST" });
  const { url: link } = SignInLink.parse(await answer.json());
  if (terminal.json) terminal.printJson({ url: running.url, link, running: true });
  terminal.tell("running", { url: running.url, link });
  return EXIT.done;
}

/** @returns once somebody asks the process to stop */
function nextSignal(): Promise<"stop"> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const)
      process.once(signal, () => resolve("stop"));
  });
}
