import { spawn, type ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";

/** The built command line, as people run it. */
export const CLI = "dist/plugin/cli.js";

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === "object" && address
          ? resolve(address.port)
          : reject(new Error("no port")),
      );
    });
  });
}

/** Run a command of the CLI to its end. */
export function runCli(
  home: string,
  args: readonly string[],
): Promise<{ code: number | null; out: string; err: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [CLI, ...args], {
      env: { ...process.env, KPI_LOOP_HOME: home },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [out, err] = ["", ""];
    child.stdout.on("data", (data: Buffer) => (out += data.toString()));
    child.stderr.on("data", (data: Buffer) => (err += data.toString()));
    child.on("close", (code) => resolve({ code, out, err }));
  });
}

/** A server as a child process that can be killed and started again on the same home and port. */
export function openServerProcess(home: string, port: number) {
  const base = `http://127.0.0.1:${port}`;
  let child: ChildProcess | null = null;
  let printed = "";

  const token = () =>
    (JSON.parse(readFileSync(join(home, "secrets.json"), "utf8")) as { accessToken: string })
      .accessToken;
  const server = {
    base,
    printed: () => printed,
    start() {
      child = spawn(process.execPath, [CLI, "serve", "--port", String(port)], {
        env: { ...process.env, KPI_LOOP_HOME: home },
        stdio: ["ignore", "pipe", "pipe"],
      });
      const note = (data: Buffer) => (printed = (printed + data.toString()).slice(-20_000));
      child.stdout?.on("data", note);
      child.stderr?.on("data", note);
    },
    /** The process is ended at once, with nothing put away. */
    async kill(signal: "SIGKILL" | "SIGTERM" = "SIGKILL") {
      const running = child;
      child = null;
      if (!running || running.exitCode !== null) return;
      const gone = new Promise<void>((resolve) => running.once("exit", () => resolve()));
      running.kill(signal);
      await gone;
    },
    async ready() {
      for (;;) {
        try {
          if ((await fetch(`${base}/api/health`)).ok) return;
        } catch (error) {
          if (!(error instanceof TypeError)) throw error;
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    call(path: string, init: RequestInit = {}) {
      const headers = new Headers(init.headers);
      headers.set("authorization", `Bearer ${token()}`);
      if (typeof init.body === "string") headers.set("content-type", "application/json");
      return fetch(`${base}${path}`, { ...init, headers });
    },
    async json<T>(path: string, init?: RequestInit): Promise<T> {
      const answer = await server.call(path, init);
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
      return (await answer.json()) as T;
    },
  };
  return server;
}
export type ServerProcess = ReturnType<typeof openServerProcess>;
