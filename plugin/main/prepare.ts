import { join } from "node:path";
import type { Automation } from "../automation/automation.ts";
import type { Config } from "../config.ts";
import type { Database } from "../database.ts";
import { loadBindings } from "../install/bindings.ts";
import { installPacks } from "../install/install.ts";
import { openInstalled } from "../install/installed.ts";
import { readPacks } from "../install/read-packs.ts";
import { loadSample } from "../install/sample.ts";
import type { Log } from "../log.ts";
import { say } from "../words/words.ts";
import type { Embedded } from "../workspace/embedded/embedded.ts";
import type { Workspace } from "../workspace/workspace.ts";

/** How far a step has come; `total` 0 = not known beforehand. */
export type ReportStep = (step: PrepareStep, done: number, total: number) => void;
type PrepareStep = "install" | "sample" | "score" | "cycles" | "write";

export interface Ground {
  readonly config: Config;
  readonly db: Database;
  readonly workspace: Workspace;
  readonly embedded: Embedded | null;
  /** Folder of the packs. */
  readonly templates: string;
  readonly log: Log;
}

const PACKS = ["core", "sales"];
const COMPANY = "company";
const PREPARED = "demo";
const OPEN_AT = "open_at";
/** The sample company's orders end on 6 May 1998: this is its last whole month. */
const LAST_WHOLE_MONTH = "1998-04";
const POLL_MS = 100;

/** Install the packs unless these very versions are installed. */
export async function ensurePacks(ground: Ground, report: ReportStep): Promise<void> {
  const { workspace, db, config, log } = ground;
  const packs = readPacks(ground.templates, PACKS);
  const installed = openInstalled(db);
  if (packs.every(({ id, digest }) => installed.pack(id)?.digest === digest)) return;
  await installPacks({
    workspace,
    db,
    packs,
    locale: config.locale,
    log,
    onProgress: ({ done, total }) => report("install", done, total),
  });
}

/**
 * Load the sample company, open its cycles and score everybody; each step that is done already is
 * passed over, so a run that was interrupted goes on.
 *
 * @returns whether there was anything to do
 */
export async function loadDemo(
  ground: Ground,
  automation: Automation,
  report: ReportStep,
): Promise<boolean> {
  const { db, workspace, embedded, config, templates } = ground;
  if (readMeta(db, PREPARED) !== null) return false;
  const bindings = loadBindings(db);
  const tables = bindings.tables().map((table) => bindings.table(table));
  // Everything loaded here is read as a whole right afterwards: to be told of it row by row as well
  // would only cost time. The engine subscribes again when it starts.
  if (workspace.supports.events) await workspace.events.unsubscribe(tables);
  await loadSample({
    workspace,
    db,
    bindings,
    folder: join(templates, "sales/sample"),
    addMembers: (names) =>
      Promise.resolve(
        embedded === null ? [] : names.map((name) => embedded.grid.addMember({ name })),
      ),
    locale: config.locale,
    onProgress: ({ done, total }) => report("sample", done, total),
  });
  await automation.openCycles(
    (done, total) => report("cycles", done, total),
    (done, total) => report("score", done, total),
  );
  await writeBack(automation, report);
  writeMeta(db, COMPANY, say(config.locale, "server.company.sample"));
  writeMeta(db, OPEN_AT, LAST_WHOLE_MONTH);
  writeMeta(db, PREPARED, "1");
  return true;
}

/** Wait until the workspace shows every result. */
async function writeBack(automation: Automation, report: ReportStep): Promise<void> {
  const total = automation.health().outbox;
  const show = () => report("write", total - Math.min(total, automation.health().outbox), total);
  const timer = setInterval(show, POLL_MS);
  try {
    await automation.idle();
  } finally {
    clearInterval(timer);
  }
  show();
}

/** Name of the company as the console shows it. */
export function companyName({ db, config, embedded }: Ground): string {
  const fallback = embedded === null ? "server.company.hosted" : "embedded.space";
  return readMeta(db, COMPANY) ?? say(config.locale, fallback);
}

/** Cycle the console opens first; null = the latest with results. */
export function firstCycle({ db }: Ground): string | null {
  return readMeta(db, OPEN_AT);
}

function readMeta(db: Database, key: string): string | null {
  const find = db.prepare<[string], { value: string }>("SELECT value FROM meta WHERE key = ?");
  return find.get(key)?.value ?? null;
}

function writeMeta(db: Database, key: string, value: string): void {
  db.prepare(
    "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
  ).run(key, value);
}
