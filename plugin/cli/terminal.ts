import { Presets, SingleBar } from "cli-progress";
import type { Problem } from "../server/api.ts";
import { say, type Locale } from "../words/words.ts";

export interface Streams {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What is piped in; none = nothing. */
  readonly in?: AsyncIterable<string | Uint8Array>;
  /** Results; machines read it. */
  readonly out: NodeJS.WritableStream;
  /** Progress and problems; people read it. */
  readonly err: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/** What a command ended with. */
export const EXIT = {
  /** Done. */
  done: 0,
  /** It could not be done; the message says why. */
  failed: 1,
  /** The command line or a setting is wrong. */
  usage: 2,
  /** An import refused rows. */
  refused: 3,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The person, or the program, at the other end of a command. */
export interface Terminal {
  readonly locale: Locale;
  readonly json: boolean;
  /** A sentence `cli.<key>`; not printed with `--json`. */
  tell(key: string, details?: Readonly<Record<string, unknown>>): void;
  /** Text as it is: the result of the command. */
  print(text: string): void;
  /** The result as data. */
  printJson(value: unknown): void;
  /** A bar for `cli.step.<step>`; call the result again with each step forward. */
  progress: ReportStep;
  /** Take the bar away. */
  endProgress(): void;
  problem(problem: Pick<Problem, "code" | "message" | "hint">): void;
}

export type ReportStep = (step: string, done: number, total: number) => void;

export function openTerminal(
  streams: Streams,
  options: { readonly locale: Locale; readonly json: boolean },
): Terminal {
  const { out, err } = streams;
  const { locale, json } = options;
  let current: { readonly step: string; readonly bar: SingleBar } | null = null;

  const endProgress = () => {
    current?.bar.stop();
    current = null;
  };
  const write = (text: string) => void out.write(`${text}\n`);
  return {
    locale,
    json,
    tell: (key, details) => {
      if (!json) write(say(locale, `cli.${key}`, details));
    },
    print: (text) => void out.write(text.endsWith("\n") ? text : `${text}\n`),
    printJson: (value) => write(JSON.stringify(value, null, 2)),
    progress: (step, done, total) => {
      if (current?.step !== step) {
        endProgress();
        const label = say(locale, `cli.step.${step}`);
        current = { step, bar: startBar(err, label) };
        // Where no bar can move, at least say what takes so long.
        if (err.isTTY !== true) void err.write(`${label} …\n`);
      }
      current.bar.setTotal(Math.max(total, 1));
      current.bar.update(total === 0 ? 1 : done);
    },
    endProgress,
    problem: ({ code, message, hint }) => {
      endProgress();
      void err.write(`${message}\n${hint}\n(${code})\n`);
    },
  };
}

/** On a terminal only: elsewhere cli-progress prints nothing. */
function startBar(stream: Streams["err"], label: string): SingleBar {
  const bar = new SingleBar(
    { format: `{bar} {percentage}% ${label}`, stream, hideCursor: true, clearOnComplete: false },
    Presets.shades_classic,
  );
  bar.start(1, 0);
  return bar;
}

/** A wrong command line or setting is told apart from work that failed. */
export function exitCodeOf(code: string): ExitCode {
  return code === "request/invalid" || code === "config/invalid" ? EXIT.usage : EXIT.failed;
}
