import { z } from "zod";
import { isPluginError, PluginError } from "../errors.ts";
import { Failed, Problem, Progress } from "../server/api.ts";
import type { Call } from "./connect.ts";
import type { Terminal } from "./terminal.ts";

/** The API refused: what it said, already in the reader's language. */
export class Refused extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** @throws Refused for anything but a good answer */
export async function ask(
  terminal: Terminal,
  call: Call,
  path: string,
  init: RequestInit = {},
): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set("x-locale", terminal.locale);
  const response = await call(path, { ...init, headers });
  if (!response.ok) throw new Refused(Problem.parse(await response.json()));
  return response;
}

/**
 * Read a long answer to its end, showing its progress as `cli.step.<step>`.
 *
 * @returns what stands in its `result` line
 * @throws Refused when the work failed on the way
 */
export async function readLines<Shape extends z.ZodType>(
  terminal: Terminal,
  step: string,
  response: Response,
  shape: Shape,
): Promise<z.output<Shape>> {
  const Line = z.union([Progress, z.object({ result: z.unknown() }), Failed]);
  for await (const text of linesOf(response)) {
    const line = Line.parse(JSON.parse(text));
    if ("progress" in line) {
      terminal.progress(step, line.progress.done, line.progress.total);
      continue;
    }
    terminal.endProgress();
    if ("problem" in line) throw new Refused(line.problem);
    return shape.parse(line.result);
  }
  throw new Error("The answer ended without a result");
}

async function* linesOf(response: Response): AsyncGenerator<string> {
  let rest = "";
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    const parts = `${rest}${decoder.decode(chunk, { stream: true })}`.split("\n");
    rest = parts.pop() ?? "";
    yield* parts.filter((line) => line !== "");
  }
  if (rest !== "") yield rest;
}

/** What a person is told about a failure of any kind; our own mistakes come with all there is to report. */
export function problemOf(
  error: unknown,
  locale: Terminal["locale"],
): Pick<Problem, "code" | "message" | "hint"> {
  if (error instanceof Refused) return error.problem;
  if (isPluginError(error)) return error.tell(locale);
  const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new PluginError("internal/unexpected", { reason, id: "—" }).tell(locale);
}
