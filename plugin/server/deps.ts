import type { Database } from "../database.ts";
import type { Bindings } from "../install/bindings.ts";
import type { Log } from "../log.ts";
import type { Grid } from "../workspace/embedded/embedded.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { Locale } from "../words/words.ts";
import type {
  Cycle,
  ExportRow,
  LedgerLine,
  LiveEvent,
  Operations,
  Recomputed,
  Reconciled,
  SheetDetail,
  SheetRow,
  Why,
} from "./api.ts";
import type { Live } from "./live.ts";
import type { Passes } from "./session.ts";

/** What the counter asks of the night shift (`automation/automation.ts`). */
export interface Engine {
  /** Store a delivery durably as it came; returns its id. */
  receive(raw: Uint8Array): string;
  recompute(onProgress?: (done: number, total: number) => void): Promise<Recomputed>;
  reconcile(mode: "since" | "full"): Promise<Reconciled>;
  onChange(listener: (event: LiveEvent) => void): () => void;
  health(): Omit<Operations, "unassignedRecords">;
  retry(id: string): void;
  readonly views: EngineViews;
}

export interface EngineViews {
  cycles(): Cycle[];
  sheets(filter: { readonly cycle?: string; readonly subject?: string }): SheetRow[];
  sheet(id: string, locale: Locale): Promise<SheetDetail | null>;
  why(
    sheet: string,
    kpi: string,
    locale: Locale,
    page?: { readonly offset: number; readonly limit: number },
  ): Why | null;
  ledger(
    filter: {
      readonly sheet?: string;
      readonly subject?: string;
      readonly record?: string;
      readonly limit: number;
      readonly before?: string;
    },
    locale: Locale,
  ): LedgerLine[];
  exportCycle(cycle: string): ExportRow[];
  unassigned(limit: number): Operations["unassignedRecords"];
}

/** Everything the HTTP side works with; all of it arrives from `main.ts`. */
export interface ServerDeps {
  /** Our own state: sessions live there, and doctor checks it. */
  readonly db: Database;
  readonly automation: Engine;
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
  readonly company: string;
  readonly version: string;
  /** Folder of the built console. */
  readonly consoleFolder: string;
  readonly log: Log;
  readonly now: () => Date;
}
