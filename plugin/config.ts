import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { z } from "zod";
import { PluginError } from "./errors.ts";

/** A hosted Huoban workspace; without one the embedded workspace is used. */
export interface HuobanConfig {
  readonly apiKey: string;
  readonly spaceId: string;
  readonly apiBase: string | null;
  /** Application credential (服务商): opens structure and comments. */
  readonly applicationId: string | null;
  readonly applicationSecret: string | null;
  /** Key of encrypted callbacks. */
  readonly encryptKey: string | null;
  readonly requestsPerSecond: number | null;
}

export interface Config {
  /** Folder of databases, secrets and the lock. */
  readonly home: string;
  readonly port: number;
  /** Address to listen on; loopback unless another one is asked for. */
  readonly host: string;
  /** Host names, besides addresses and `localhost`, under which the console may be opened. */
  readonly allowedHosts: readonly string[];
  readonly locale: "zh-CN" | "en-US";
  readonly logLevel: LogLevel;
  /** Zone of the workspace's wall clock: the host's times carry no offset. */
  readonly timeZone: string;
  /** Let the embedded workspace misbehave: late, repeated and lost deliveries, refusals. */
  readonly chaos: boolean;
  readonly huoban: HuobanConfig | null;
}

type LogLevel = (typeof LOG_LEVELS)[number];
const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
const LOCALES = ["zh-CN", "en-US"] as const;

/** Command-line flags; each wins over its variable. */
export interface Flags {
  readonly home?: string | undefined;
  readonly port?: string | undefined;
  readonly host?: string | undefined;
  readonly locale?: string | undefined;
  readonly chaos?: boolean | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

const text = z.string().trim().min(1);

/** Every variable there is: a misspelt one is a problem, not silence. */
const Written = z.strictObject({
  KPI_LOOP_HOME: text.optional(),
  KPI_LOOP_PORT: z
    .string()
    .regex(/^\d{1,5}$/)
    .transform(Number)
    .pipe(z.number().max(65_535))
    .default(4180),
  KPI_LOOP_HOST: text.default("127.0.0.1"),
  KPI_LOOP_ALLOWED_HOSTS: text.default(""),
  KPI_LOOP_LOCALE: z.enum(LOCALES).optional(),
  KPI_LOOP_LOG_LEVEL: z.enum(LOG_LEVELS).default("warn"),
  KPI_LOOP_TIME_ZONE: text.refine(isTimeZone).default("Asia/Shanghai"),
  KPI_LOOP_CHAOS: z.enum(["0", "1"]).default("0"),
  KPI_LOOP_HUOBAN_API_KEY: text.optional(),
  KPI_LOOP_HUOBAN_SPACE_ID: text.optional(),
  KPI_LOOP_HUOBAN_API_BASE: z.url({ protocol: /^https?$/ }).optional(),
  KPI_LOOP_HUOBAN_APPLICATION_ID: text.optional(),
  KPI_LOOP_HUOBAN_APPLICATION_SECRET: text.optional(),
  KPI_LOOP_HUOBAN_ENCRYPT_KEY: text.optional(),
  KPI_LOOP_HUOBAN_REQUESTS_PER_SECOND: z
    .string()
    .regex(/^\d{1,4}(\.\d+)?$/)
    .transform(Number)
    .pipe(z.number().positive())
    .optional(),
});
type Written = z.output<typeof Written>;

/** Settings that are useless one without the other. */
function neededBeside(given: Environment): Parameters<typeof Written.required>[0] {
  const huoban = Object.keys(given).some((name) => name.startsWith("KPI_LOOP_HUOBAN_"));
  const application =
    "KPI_LOOP_HUOBAN_APPLICATION_ID" in given || "KPI_LOOP_HUOBAN_APPLICATION_SECRET" in given;
  return {
    ...(huoban ? { KPI_LOOP_HUOBAN_API_KEY: true, KPI_LOOP_HUOBAN_SPACE_ID: true } : {}),
    ...(application
      ? { KPI_LOOP_HUOBAN_APPLICATION_ID: true, KPI_LOOP_HUOBAN_APPLICATION_SECRET: true }
      : {}),
  };
}

/**
 * The settings of this run: variables `KPI_LOOP_…`, then flags, which win.
 *
 * A variable that is set but empty counts as not set.
 *
 * @throws config/invalid with every problem at once, in the language of the settings
 */
export function readConfig(env: Environment, flags: Flags = {}): Config {
  const flagged: Environment = {
    KPI_LOOP_HOME: flags.home,
    KPI_LOOP_PORT: flags.port,
    KPI_LOOP_HOST: flags.host,
    KPI_LOOP_LOCALE: flags.locale,
    KPI_LOOP_CHAOS: flags.chaos === true ? "1" : undefined,
  };
  const given = Object.fromEntries(
    [...Object.entries(env), ...Object.entries(flagged)].filter(
      ([name, value]) => name.startsWith("KPI_LOOP_") && value !== undefined && value !== "",
    ),
  );
  const locale = preferredLocale(env, given["KPI_LOOP_LOCALE"]);
  const words = locale === "zh-CN" ? z.locales.zhCN() : z.locales.en();
  const parsed = Written.required(neededBeside(given)).safeParse(given, {
    error: words.localeError,
  });
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) =>
      [issue.path.join("."), issue.message].filter((part) => part !== "").join(": "),
    );
    throw new PluginError("config/invalid", { problems: problems.join("; ") });
  }
  return freeze(parsed.data, locale);
}

function freeze(written: Written, locale: Config["locale"]): Config {
  const { KPI_LOOP_HUOBAN_API_KEY: apiKey, KPI_LOOP_HUOBAN_SPACE_ID: spaceId } = written;
  return Object.freeze({
    home: resolve(written.KPI_LOOP_HOME ?? join(homedir(), ".kpi-loop")),
    port: written.KPI_LOOP_PORT,
    host: written.KPI_LOOP_HOST,
    allowedHosts: Object.freeze(
      written.KPI_LOOP_ALLOWED_HOSTS.split(",")
        .map((name) => name.trim().toLowerCase())
        .filter((name) => name !== ""),
    ),
    locale,
    logLevel: written.KPI_LOOP_LOG_LEVEL,
    timeZone: written.KPI_LOOP_TIME_ZONE,
    chaos: written.KPI_LOOP_CHAOS === "1",
    huoban:
      apiKey === undefined || spaceId === undefined
        ? null
        : Object.freeze({
            apiKey,
            spaceId,
            apiBase: written.KPI_LOOP_HUOBAN_API_BASE ?? null,
            applicationId: written.KPI_LOOP_HUOBAN_APPLICATION_ID ?? null,
            applicationSecret: written.KPI_LOOP_HUOBAN_APPLICATION_SECRET ?? null,
            encryptKey: written.KPI_LOOP_HUOBAN_ENCRYPT_KEY ?? null,
            requestsPerSecond: written.KPI_LOOP_HUOBAN_REQUESTS_PER_SECOND ?? null,
          }),
  });
}

/** What was asked for (a flag, a variable), else the machine's language, else Chinese. */
export function preferredLocale(env: Environment, wish?: string): Config["locale"] {
  const language =
    [wish, env["KPI_LOOP_LOCALE"], env["LC_ALL"], env["LC_MESSAGES"], env["LANG"]].find(
      (name) => name !== undefined && name !== "",
    ) ?? "";
  return language.toLowerCase().startsWith("en") ? "en-US" : "zh-CN";
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en-US", { timeZone: name });
    return true;
  } catch {
    // A RangeError is how this interface says no.
    return false;
  }
}
