import { join } from "node:path";
import { openAutomation, type Automation } from "../plugin/automation/automation.ts";
import { openDatabase } from "../plugin/database.ts";
import { loadBindings } from "../plugin/install/bindings.ts";
import { createLog } from "../plugin/log.ts";
import { openEmbedded } from "../plugin/workspace/embedded/embedded.ts";
import { fetchAdapter } from "../plugin/workspace/huoban/fetch-adapter.ts";
import { openHuoban } from "../plugin/workspace/huoban/index.ts";
import type { Workspace } from "../plugin/workspace/workspace.ts";

const APPLICATION = { id: "bench", secret: "bench-secret" };
const API_KEY = "bench-key";
const TIME_ZONE = "Asia/Shanghai";

/**
 * The plugin below its HTTP edge, on real files: embedded workspace, real driver, real engine, both
 * databases as durable as in production.
 *
 * @param folder  where the two databases lie; what is in them is taken up
 */
export function openCompany(folder: string) {
  let at: Date | null = null;
  const now = () => at ?? new Date();
  const log = createLog({ level: "error" });
  const spent = { readingMs: 0 };
  let lastWriteAt = 0;
  const embedded = openEmbedded({
    file: join(folder, "workspace.sqlite"),
    timeZone: TIME_ZONE,
    now,
    log,
    apiKey: API_KEY,
    application: APPLICATION,
    callbackUrl: null,
    deliver: null,
  });
  const driver = openHuoban({
    apiBase: "http://workspace.invalid",
    spaceId: embedded.spaceId,
    apiKey: API_KEY,
    application: APPLICATION,
    timeZone: TIME_ZONE,
    requestsPerSecond: null,
    adapter: fetchAdapter(async (request) => {
      const response = await embedded.fetch(request);
      if (request.method === "PUT") lastWriteAt = performance.now();
      return response;
    }),
    log,
    now,
  });
  const workspace: Workspace = {
    ...driver,
    records: {
      ...driver.records,
      pages: (table, options) => timed(driver.records.pages(table, options), spent),
    },
  };
  const db = openDatabase(join(folder, "plugin.sqlite"));
  let automation: Automation | null = null;
  let connected = false;

  const company = {
    embedded,
    workspace,
    db,
    log,
    /** Milliseconds spent waiting for pages of the workspace. */
    spent,
    /** When the workspace last took a result, on the clock of `performance.now()`. */
    lastWriteAt: () => lastWriteAt,
    bindings: () => loadBindings(db),
    /** Let both databases live at another time; null = now. */
    travel(to: Date | null) {
      at = to;
    },
    automation(): Automation {
      automation ??= openAutomation({ db, workspace, bindings: loadBindings(db), log, now });
      return automation;
    },
    connect() {
      connected = true;
      embedded.setDeliver((delivery) => {
        company.automation().receive(delivery.body);
        return Promise.resolve(true);
      }, "http://plugin.invalid/hooks/huoban");
    },
    /** Everything that happened is worked in, written back, and its echoes are taken note of. */
    async settle() {
      for (;;) {
        await embedded.idle();
        await company.automation().idle();
        const coming = connected ? embedded.pendingDeliveries() : 0;
        if (coming === 0 && waiting() === 0) return;
      }
    },
    async close() {
      await automation?.stop();
      await workspace.close();
      await embedded.close();
      db.close();
    },
  };
  function waiting(): number {
    const row = db
      .prepare<[], { n: number }>(
        "SELECT (SELECT count(*) FROM inbox) + (SELECT count(*) FROM outbox WHERE failed = 0) AS n",
      )
      .get();
    return row?.n ?? 0;
  }
  return company;
}
export type Company = ReturnType<typeof openCompany>;

async function* timed<T>(pages: AsyncIterable<T>, spent: { readingMs: number }): AsyncIterable<T> {
  const iterator = pages[Symbol.asyncIterator]();
  for (;;) {
    const started = performance.now();
    const next = await iterator.next();
    spent.readingMs += performance.now() - started;
    if (next.done === true) return;
    yield next.value;
  }
}
