import { z } from "zod";
import { PluginError } from "../errors.ts";
import { say } from "../words/words.ts";
import { ask } from "./answers.ts";
import type { Call } from "./connect.ts";
import { EXIT, type ExitCode, type Terminal } from "./terminal.ts";

/** Which options each topic understands. */
const OPTIONS = {
  distribution: ["cycle", "rule", "rounding", "ties", "scope", "least"],
  bonus: ["cycle", "mode", "company"],
  health: ["cycle", "periods", "kind", "kpi", "subject"],
  targets: ["cycle", "kpi", "subject"],
  lint: ["kpi"],
  pace: ["cycle", "day", "basis", "kpi", "subject"],
  promotion: ["cycle", "subject"],
} as const satisfies Record<string, readonly string[]>;

/** What `kpi-loop analyse` can be asked about. */
export const TOPICS = Object.keys(OPTIONS);
/** Every option of any topic, in the order of the help. */
export const TOPIC_OPTIONS = [...new Set(Object.values(OPTIONS).flat())];

/**
 * `analyse`: print a simulation or a report, as tables or as data. Changes nothing.
 *
 * @param options  `topic` and what was given on the command line
 * @throws request/invalid for an option the topic does not know: left out in silence it would mislead
 */
export async function analyse(
  terminal: Terminal,
  call: Call,
  options: { readonly topic: string } & Readonly<Record<string, string | undefined>>,
): Promise<ExitCode> {
  const { topic } = options;
  const known: readonly string[] | undefined = Object.hasOwn(OPTIONS, topic)
    ? OPTIONS[topic as keyof typeof OPTIONS] // just looked up
    : undefined;
  if (known === undefined) {
    throw new PluginError("request/invalid", { problems: `${topic} ∉ ${TOPICS.join(", ")}` });
  }
  const given = TOPIC_OPTIONS.flatMap((name): [string, string][] => {
    const value = options[name];
    return value === undefined ? [] : [[name, value]];
  });
  const foreign = given.filter(([name]) => !known.includes(name));
  if (foreign.length > 0) {
    const named = (names: readonly string[]) => names.map((name) => `--${name}`).join(", ");
    const problems = say(terminal.locale, "cli.analyse.foreign-option", {
      topic,
      options: named(foreign.map(([name]) => name)),
      known: named(known),
    });
    throw new PluginError("request/invalid", { problems });
  }
  const query = new URLSearchParams(given);
  query.set("format", terminal.json ? "json" : "text");
  const answer = await ask(terminal, call, `/api/analysis/${topic}?${query.toString()}`);
  if (terminal.json) terminal.printJson(z.unknown().parse(await answer.json()));
  else terminal.print(await answer.text());
  return EXIT.done;
}
