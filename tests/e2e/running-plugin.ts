import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../sources.ts";

export interface RunningPlugin {
  /** Sign-in link as it was printed. */
  readonly link: string;
  readonly origin: string;
  stop(): Promise<void>;
}

/** The plugin as a person starts it: its own process, an empty home, the sample company. */
export async function startPlugin(): Promise<RunningPlugin> {
  const home = mkdtempSync(join(tmpdir(), "kpi-loop-e2e-"));
  const child = spawn(
    process.execPath,
    ["plugin/cli.ts", "start", "--home", home, "--port", "0", "--locale", "zh-CN"],
    {
      cwd: ROOT,
      env: { ...process.env, NODE_NO_WARNINGS: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let output = "";
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const link = await new Promise<string>((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      output += chunk.toString("utf8");
      const found = /http:\/\/\S+\/signin\?token=[\w-]+(?=\s)/.exec(output)?.[0];
      if (found !== undefined) resolve(found);
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.once("error", reject);
    child.once("exit", (code) => {
      reject(new Error(`The plugin ended with ${String(code)} before it answered:\n${output}`));
    });
  });
  return {
    link,
    origin: new URL(link).origin,
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
      rmSync(home, { recursive: true, force: true });
    },
  };
}
