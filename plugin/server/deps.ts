import type { Automation } from "../automation/automation.ts";
import type { Database } from "../database.ts";
import type { Bindings } from "../install/bindings.ts";
import type { Log } from "../log.ts";
import type { Locale } from "../words/words.ts";
import type { Grid } from "../workspace/embedded/embedded.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { Live } from "./live.ts";
import type { Passes } from "./session.ts";

/** Everything the HTTP side works with; all of it arrives from `main.ts`. */
export interface ServerDeps {
  /** Our own state: sessions live there, and doctor checks it. */
  readonly db: Database;
  readonly automation: Automation;
  readonly workspace: Workspace;
  readonly bindings: Bindings;
  /** The embedded workspace's own REST, mounted under /huoban; null for a hosted workspace. */
  readonly embedded: ((request: Request) => Promise<Response>) | null;
  /** The embedded workspace for the grid pages; null for a hosted workspace. */
  readonly grid: Grid | null;
  /** Member in whose name the grid pages write. */
  readonly operator: string;
  readonly passes: Passes;
  /** Address of the console with a fresh pass in it. */
  readonly signInLink: () => string;
  readonly live: Live;
  readonly accessToken: string;
  readonly webhookSecret: string;
  readonly allowedHosts: readonly string[];
  /** Language for callers that name none. */
  readonly locale: Locale;
  readonly timeZone: string;
  /** Name of the company as the console shows it. */
  readonly company: () => string;
  /** Cycle the console opens first; null = the latest with results. */
  readonly openAt: () => string | null;
  readonly version: string;
  /** Folder of the built console. */
  readonly consoleFolder: string;
  readonly log: Log;
  readonly now: () => Date;
}
