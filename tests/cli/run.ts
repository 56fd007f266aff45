import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { Readable, Writable } from "node:stream";
import { runCommandLine } from "../../plugin/cli/program.ts";

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

const ENV = { LANG: "zh_CN.UTF-8" };

/** A command line in this process: everything but the first lines of `cli.ts`. */
export async function run(args: readonly string[], input = ""): Promise<Ended> {
  const out = sink();
  const err = sink();
  const code = await runCommandLine(args, { env: ENV, in: Readable.from([input]), out, err });
  return { code, out: out.text(), err: err.text() };
}

function sink() {
  const chunks: string[] = [];
  const stream = new Writable({
    decodeStrings: false,
    write: (chunk: string, _encoding, done) => {
      chunks.push(chunk);
      done();
    },
  });
  return Object.assign(stream, { text: () => chunks.join("") });
}

/** A command line in a process of its own, in a bare environment. */
export function start(args: readonly string[], nodeOptions: readonly string[] = []) {
  const child = spawn(process.execPath, [...nodeOptions, "plugin/cli.ts", ...args], {
    env: { ...ENV, PATH: process.env["PATH"] ?? "" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const seen = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => void (seen.out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => void (seen.err += text));
  const ended = once(child, "close").then(([code]): Ended => ({
    code: code as number | null,
    ...seen,
  }));
  return { child, seen, ended };
}

/** @returns what the text captured, once it has been printed; @throws when the process ends before */
export async function printed(
  { child, seen, ended }: ReturnType<typeof start>,
  pattern: RegExp,
): Promise<string> {
  const found = () => pattern.exec(seen.out)?.[1];
  const over = ended.then((end) => {
    throw new Error(`Ended before it printed ${pattern.source}: ${end.out}${end.err}`);
  });
  for (;;) {
    const text = found();
    if (text !== undefined) {
      over.catch(() => undefined); // It ends some time later; that is expected.
      return text;
    }
    await Promise.race([once(stdoutOf(child), "data"), over]);
  }
}

function stdoutOf(child: ChildProcess) {
  if (child.stdout === null) throw new Error("stdout is piped");
  return child.stdout;
}
