import { readdirSync, readFileSync } from "node:fs";
import { openDatabase } from "../../plugin/database.ts";
import { loadBindings } from "../../plugin/install/bindings.ts";
import { installPacks } from "../../plugin/install/install.ts";
import { readPacks } from "../../plugin/install/read-packs.ts";
import { silentLog } from "../../plugin/log.ts";
import type { Locale } from "../../plugin/words/words.ts";
import { openEmbedded } from "../../plugin/workspace/embedded/embedded.ts";
import { openHuoban } from "../../plugin/workspace/huoban/index.ts";
import { fetchAdapter } from "../../plugin/workspace/huoban/fetch-adapter.ts";

export const TEMPLATES = "templates";

/** How many tables packs describe: one file each. */
export function tablesIn(...packs: readonly string[]): number {
  return packs.reduce((sum, pack) => sum + readdirSync(`${TEMPLATES}/${pack}/tables`).length, 0);
}

/** How many rows packs bring, by table: one line without indentation each. */
export function rowsIn(...packs: readonly string[]): readonly number[] {
  return packs.flatMap((pack) =>
    readdirSync(`${TEMPLATES}/${pack}/rows`).map((file) => {
      const text = readFileSync(`${TEMPLATES}/${pack}/rows/${file}`, "utf8");
      return text.split("\n").filter((line) => /^[^\s#]/.test(line)).length;
    }),
  );
}

/** Calls that only read; everything else changes the workspace. */
const READS = [
  /^GET /,
  /\/table\/list$/,
  /\/openapi\/v1\/table\/\d+$/,
  /\/item\/list$/,
  /\/openapi\/v1\/item\/\d+$/,
  /\/ticket/,
];

/** The real driver over a local workspace in memory, with what it was asked to do. */
export function openStage(
  options: { readonly structure?: boolean; readonly viewsPath?: string | null } = {},
) {
  const { structure = true, viewsPath = "/v2/table/{table}" } = options;
  const now = () => new Date("1998-05-06T02:00:00Z");
  const log = silentLog();
  const application = { id: "app", secret: "app-secret" };
  const embedded = openEmbedded({
    file: ":memory:",
    timeZone: "Asia/Shanghai",
    now,
    log,
    apiKey: "key",
    application,
    callbackUrl: null,
    deliver: null,
  });
  const requests: string[] = [];
  let end: { afterWrites: number; isReplyLost: boolean } | null = null;
  const workspace = openHuoban({
    apiBase: "http://workspace.test",
    spaceId: embedded.spaceId,
    apiKey: "key",
    application: structure ? application : null,
    timeZone: "Asia/Shanghai",
    requestsPerSecond: null,
    settings: { viewsPath },
    adapter: fetchAdapter(async (request) => {
      const line = `${request.method} ${new URL(request.url).pathname}`;
      requests.push(line);
      const isLast = end !== null && isWrite(line) && --end.afterWrites < 0;
      if (isLast && end?.isReplyLost) await embedded.fetch(request);
      if (isLast) throw new Error("the process ended here");
      return embedded.fetch(request);
    }),
    log,
    now,
    // Instead of waiting for a batch, let it be applied.
    patience: { clock: () => performance.now(), wait: () => embedded.idle(), random: () => 0 },
  });
  const db = openDatabase(":memory:");

  return {
    workspace,
    embedded,
    db,
    requests,
    writes: () => requests.filter(isWrite),
    /**
     * Every write after this many fails: what the workspace sees of a process that ended there.
     * With `isReplyLost` it is done all the same, and nobody learns of it.
     */
    endAfter(afterWrites: number, isReplyLost: boolean) {
      end = { afterWrites, isReplyLost };
    },
    goOn() {
      end = null;
    },
    bindings: () => loadBindings(db),
    install: (ids: readonly string[], locale: Locale = "zh-CN") =>
      installPacks({ workspace, db, packs: readPacks(TEMPLATES, ids), locale, log }),
    async close() {
      await workspace.close();
      await embedded.close();
      db.close();
    },
  };
}
export type Stage = ReturnType<typeof openStage>;

function isWrite(line: string): boolean {
  return !READS.some((read) => read.test(line));
}

/** Every row of a bound table by the value of one of its fields, cells by field key. */
export async function rowsOf(stage: Stage, table: string, by: string) {
  const bindings = stage.bindings();
  const rows = new Map<string, { id: string; cells: Record<string, unknown> }>();
  for await (const page of stage.workspace.records.pages(bindings.table(table))) {
    for (const record of page) {
      const cells = Object.fromEntries(
        Object.entries(record.fields).map(([id, value]) => [bindings.fieldKey(table, id), value]),
      );
      rows.set(String(cells[by]), { id: record.id, cells });
    }
  }
  return rows;
}
