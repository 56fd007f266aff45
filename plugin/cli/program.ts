import { Argument, Command, CommanderError, Option } from "commander";
import { preferredLocale, readConfig, type Config } from "../config.ts";
import { say, type Locale } from "../words/words.ts";
import { analyse, TOPIC_OPTIONS, TOPICS } from "./analyse.ts";
import { problemOf } from "./answers.ts";
import * as commands from "./commands.ts";
import { connect, type Call } from "./connect.ts";
import { score } from "./score.ts";
import { demo, install, serve } from "./serve.ts";
import { EXIT, exitCodeOf, openTerminal, type ExitCode, type Streams } from "./terminal.ts";
import type { Terminal } from "./terminal.ts";

/** Options every command takes, before or after its name. */
interface Global {
  readonly home?: string;
  readonly port?: string;
  readonly host?: string;
  readonly locale?: string;
  readonly json?: boolean;
  readonly chaos?: boolean;
}

/**
 * Run one command line, without the program's name.
 *
 * @returns 0 done · 1 failed · 2 wrong usage or settings · 3 an import refused rows
 */
export async function runCommandLine(args: readonly string[], streams: Streams): Promise<ExitCode> {
  const locale = preferredLocale(streams.env, wishIn(args));
  const json = args.includes("--json");
  const terminal = openTerminal(streams, { locale, json });
  let exitCode: ExitCode = EXIT.done;
  let given: Global = {};
  const run = async (work: (terminal: Terminal, config: Config) => Promise<ExitCode>) => {
    const { home, port, host, locale: wish, chaos } = given;
    exitCode = await work(
      terminal,
      readConfig(streams.env, { home, port, host, locale: wish, chaos }),
    );
  };
  /** For what needs no settings. */
  const alone = async (work: (terminal: Terminal) => Promise<ExitCode>) => {
    exitCode = await work(terminal);
  };
  const program = describeProgram(locale, streams, run, alone).hook(
    "preAction",
    (_program, command) => {
      given = command.optsWithGlobals<Global>();
    },
  );
  try {
    await program.parseAsync(args, { from: "user" });
    return exitCode;
  } catch (error) {
    // commander has already said what is wrong, or has printed the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    const problem = problemOf(error, locale);
    terminal.problem(problem);
    return exitCodeOf(problem.code);
  }
}

type Run = (work: (terminal: Terminal, config: Config) => Promise<ExitCode>) => Promise<void>;
type Alone = (work: (terminal: Terminal) => Promise<ExitCode>) => Promise<void>;

function describeProgram(locale: Locale, streams: Streams, run: Run, alone: Alone): Command {
  const words = (key: string) => say(locale, `cli.help.${key}`);
  const viaApi =
    <Options>(command: (terminal: Terminal, call: Call, options: Options) => Promise<ExitCode>) =>
    (options: Options) =>
      run(async (terminal, config) => {
        const connection = await connect(config);
        try {
          return await command(terminal, connection.call, options);
        } finally {
          await connection.close();
        }
      });

  const program = new Command("kpi-loop")
    .description(words("program"))
    .option("--home <folder>", words("home"))
    .option("--port <number>", words("port"))
    .option("--host <address>", words("host"))
    .option("--locale <locale>", words("locale"))
    .option("--json", words("json"))
    .helpOption("-h, --help", words("help"))
    .helpCommand(false)
    .addHelpText("after", `\n${words("exit-codes")}`)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void streams.out.write(text),
      writeErr: (text) => void streams.err.write(text),
    });
  const add = (usage: string, key: string) =>
    program.command(usage).description(words(key)).helpOption("-h, --help", words("help"));
  const chaos = () => new Option("--chaos", words("chaos"));

  add("start", "start")
    .addOption(chaos())
    .action(() => run((terminal, config) => serve(terminal, config, { withDemo: true })));
  add("demo", "demo").action(() => run(demo));
  add("serve", "serve")
    .addOption(chaos())
    .action(() => run((terminal, config) => serve(terminal, config, { withDemo: false })));
  add("install", "install").action(() => run(install));
  add("link", "link").action(viaApi(commands.link));
  add("import <file>", "import")
    .requiredOption("--table <table>", words("table"))
    .option("--mapping <json>", words("mapping"))
    .option("--key <field>", words("key"))
    .option("--dry-run", words("dry-run"), false)
    .option("--skip-rejected", words("skip-rejected"), false)
    .action((file: string, options: Omit<Parameters<typeof commands.importFile>[2], "file">) =>
      viaApi(commands.importFile)({ ...options, file }),
    );
  add("recompute", "recompute").action(viaApi(commands.recompute));
  add("explain", "explain")
    .requiredOption("--subject <name>", words("subject"))
    .requiredOption("--cycle <name>", words("cycle"))
    .option("--kpi <code>", words("kpi"))
    .action(viaApi(commands.explain));
  add("export", "export")
    .requiredOption("--cycle <name>", words("cycle"))
    .addOption(
      new Option("--format <format>", words("format"))
        .choices(["json", "csv", "xlsx"])
        .default("json"),
    )
    .option("--out <file>", words("out"))
    .action(viaApi(commands.exportResults));
  const analysis = add("analyse", "analyse").addArgument(
    new Argument("<topic>", words("analyse.topic")).choices(TOPICS),
  );
  for (const name of TOPIC_OPTIONS)
    analysis.option(`--${name} <${name}>`, words(`analyse.${name}`));
  analysis.action((topic: string, options: Readonly<Record<string, string | undefined>>) =>
    viaApi(analyse)({ ...options, topic }),
  );
  add("score <file>", "score").action((file: string) =>
    alone((terminal) => score(terminal, file, streams.in)),
  );
  add("doctor", "doctor").action(viaApi(commands.doctor));
  return program;
}

/** Help and complaints are written before the options are parsed. */
function wishIn(args: readonly string[]): string | undefined {
  const at = args.indexOf("--locale");
  const joined = args.find((argument) => argument.startsWith("--locale="));
  return at >= 0 ? args[at + 1] : joined?.slice("--locale=".length);
}
