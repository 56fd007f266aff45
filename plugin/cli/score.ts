import { readFile } from "node:fs/promises";
import { PluginError } from "../errors.ts";
import { scoreCases, scoredCasesText } from "../report/score-cases.ts";
import { EXIT, type ExitCode, type Streams, type Terminal } from "./terminal.ts";

/**
 * Score the cases of a file; `-` reads the standard input. A case that cannot be scored says why and
 * does not stop the others, so the command succeeds whenever it could read the list.
 *
 * @throws request/unreadable-cases
 */
export async function score(
  terminal: Terminal,
  file: string,
  input: Streams["in"],
): Promise<ExitCode> {
  const text = file === "-" ? await readAll(input) : await readText(file);
  const scored = scoreCases(text, file, terminal.locale);
  if (terminal.json) terminal.printJson(scored);
  else terminal.print(scoredCasesText(scored, terminal.locale));
  return EXIT.done;
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PluginError("request/unreadable-cases", { file, reason }, { cause });
  }
}

async function readAll(input: Streams["in"]): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of input ?? []) {
    chunks.push(typeof chunk === "string" ? Buffer.from(chunk) : chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
