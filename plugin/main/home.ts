import { randomBytes } from "node:crypto";
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import Sqlite from "better-sqlite3";
import { z } from "zod";
import { PluginError } from "../errors.ts";

/** The folder that holds everything of one installation. */
export interface Home {
  readonly folder: string;
  readonly secrets: Secrets;
  /** Tell other processes where the server is; they find it with `findRunning`. */
  announce(url: string, now: Date): void;
  /** Give the folder free. */
  release(): void;
}

const Secrets = z.strictObject({
  /** Lets a program use the API. */
  accessToken: z.string().min(20),
  /** Part of the address that deliveries come to. */
  webhookSecret: z.string().min(20),
  /** API key and application secret of the embedded workspace. */
  workspaceKey: z.string().min(20),
  applicationSecret: z.string().min(20),
});
export type Secrets = z.infer<typeof Secrets>;

const ServerFile = z.object({ url: z.url(), pid: z.number().int(), started: z.string() });

const serverFile = (folder: string) => join(folder, "server.json");
const secretsFile = (folder: string) => join(folder, "secrets.json");

/**
 * Take the folder for this process alone, creating it when it is not there.
 *
 * @throws config/home-in-use while another process has it · config/invalid for a place that cannot be
 *   written to
 */
export function openHome(folder: string): Home {
  try {
    ensureFolder(folder);
    accessSync(folder, constants.W_OK);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PluginError("config/invalid", { problems: `KPI_LOOP_HOME: ${reason}` }, { cause });
  }
  const lock = takeLock(folder);
  return {
    folder,
    secrets: ensureSecrets(folder),
    announce: (url, now) => {
      const written = { url, pid: process.pid, started: now.toISOString() };
      writeFileSync(serverFile(folder), JSON.stringify(written));
    },
    release: () => {
      rmSync(serverFile(folder), { force: true });
      lock.close();
    },
  };
}

/** One folder at a time: Node's own `recursive` never returns where nothing can be created. */
function ensureFolder(folder: string): void {
  if (existsSync(folder)) return;
  ensureFolder(dirname(folder));
  mkdirSync(folder, { mode: 0o700 });
}

/** The lock is one of the operating system's, on an open file: a killed process leaves none behind. */
function takeLock(folder: string): Sqlite.Database {
  const lock = new Sqlite(join(folder, "lock.sqlite"), { timeout: 0 });
  try {
    lock.exec("BEGIN EXCLUSIVE");
    return lock;
  } catch (cause) {
    lock.close();
    if (cause instanceof Sqlite.SqliteError && cause.code.startsWith("SQLITE_BUSY")) {
      throw new PluginError("config/home-in-use", { home: folder }, { cause });
    }
    throw cause;
  }
}

/** Made once; readable by their owner only. */
function ensureSecrets(folder: string): Secrets {
  const file = secretsFile(folder);
  if (!existsSync(file)) {
    const fresh = () => randomBytes(32).toString("base64url");
    const made: Secrets = {
      accessToken: fresh(),
      webhookSecret: fresh(),
      workspaceKey: fresh(),
      applicationSecret: fresh(),
    };
    writeFileSync(file, JSON.stringify(made, null, 2), { mode: 0o600, flag: "wx" });
  }
  return readSecrets(file);
}

function readSecrets(file: string): Secrets {
  try {
    return Secrets.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (cause) {
    throw new PluginError("config/invalid", { problems: `${file}: ?` }, { cause });
  }
}

/** A busy server may take a while; one that is gone refuses at once. */
const ANSWERS_WITHIN_MS = 10_000;

/** The server that works on this folder, if there is one and it answers. */
export async function findRunning(
  folder: string,
): Promise<{ readonly url: string; readonly accessToken: string } | null> {
  if (!existsSync(serverFile(folder)) || !existsSync(secretsFile(folder))) return null;
  const { url } = ServerFile.parse(JSON.parse(readFileSync(serverFile(folder), "utf8")));
  try {
    const signal = AbortSignal.timeout(ANSWERS_WITHIN_MS);
    const answer = await fetch(new URL("/api/health", url), { signal });
    if (!answer.ok) return null;
  } catch {
    // Nobody there: the file is left over from a process that was killed.
    return null;
  }
  return { url, accessToken: readSecrets(secretsFile(folder)).accessToken };
}
