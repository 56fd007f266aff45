import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import type { Log } from "../../log.ts";
import { encryptCallback } from "./encryption.ts";
import { createRunner } from "./runner.ts";
import { strikes, type EmbeddedSettings, type Faults } from "./settings.ts";
import type { Store } from "./store.ts";
import type { TableDefinition } from "./structure.ts";

/** One callback on its way to the address that belongs to the API key. */
export interface Delivery {
  readonly url: string;
  readonly body: Uint8Array;
  readonly headers: Record<string, string>;
}
/** Resolves to true when the receiver has it (answered 2xx). */
export type Deliver = (delivery: Delivery) => Promise<boolean>;

export const ITEM_EVENTS = ["item.create", "item.update", "item.delete"] as const;
export type ItemEvent = (typeof ITEM_EVENTS)[number];
/** Name of the event that carries the outcome of an asynchronous batch. */
export const BATCH_EVENT = "item.batch_result";

export interface Subscription {
  readonly source_id: string;
  readonly source_type: string;
  readonly events: readonly string[];
  readonly state: 1;
}

/** Where changes leave their events: rows written in the same transaction as the change. */
export interface Outbound {
  record(event: ItemEvent, table: TableDefinition, item: number, changed: readonly string[]): void;
  batchResult(table: string, data: unknown): void;
}

export interface Callbacks extends Outbound {
  subscriptions(sourceType: string, sourceId: string): readonly Subscription[];
  /** Add events; the same twice is once. */
  subscribe(sourceType: string, sourceId: string, events: readonly string[]): void;
  unsubscribe(sourceType: string, sourceId: string, events: readonly string[]): void;
  setDeliver(deliver: Deliver | null, url: string | null): void;
  /** Callbacks that no receiver has confirmed yet. */
  pending(): number;
  isBusy(): boolean;
  /** Resolves when everything that may be sent now has been tried. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

interface Waiting {
  id: number;
  event: string;
  table_id: number;
  data: string;
  attempts: number;
}

const Events = z.array(z.string());
/** While a receiver fails this often, later callbacks wait behind, so that order is kept. */
const ATTEMPTS_IN_ORDER = 5;
/** Callbacks read, and forgotten, at once. */
const PAGE = 100;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 300_000;

export function openCallbacks(options: {
  readonly db: Store;
  readonly settings: EmbeddedSettings;
  readonly faults: Faults;
  readonly now: () => Date;
  readonly log: Log;
  readonly deliver: Deliver | null;
  readonly url: string | null;
}): Callbacks {
  const { db, settings, faults, now, log } = options;
  let { deliver, url } = options;
  let wake: NodeJS.Timeout | null = null;
  /** The receiver is failing: nothing overtakes the first callback until the next attempt. */
  let held = false;
  let closed = false;
  /** What each table's subscribers want, so that unwatched changes cost nothing. */
  const wanted = new Map<string, readonly string[]>();
  const sql = {
    all: db.prepare<[], { source_type: string; source_id: string; events: string }>(
      "SELECT source_type, source_id, events FROM subscriptions",
    ),
    save: db.prepare(
      `INSERT INTO subscriptions VALUES (?, ?, ?)
       ON CONFLICT (source_type, source_id) DO UPDATE SET events = excluded.events`,
    ),
    drop: db.prepare("DELETE FROM subscriptions WHERE source_type = ? AND source_id = ?"),
    add: db.prepare("INSERT INTO deliveries (event, table_id, data) VALUES (?, ?, ?)"),
    next: db.prepare<[number, number], Waiting>(
      `SELECT id, event, table_id, data, attempts FROM deliveries
       WHERE not_before <= ? ORDER BY id LIMIT ?`,
    ),
    delay: db.prepare("UPDATE deliveries SET attempts = ?, not_before = ? WHERE id = ?"),
    later: db.prepare<[number], { at: number | null }>(
      "SELECT min(not_before) AS at FROM deliveries WHERE not_before > ?",
    ),
    ready: db.prepare("UPDATE deliveries SET not_before = 0 WHERE not_before > 0"),
    remove: db.prepare("DELETE FROM deliveries WHERE id IN (SELECT value FROM json_each(?))"),
    pending: db.prepare<[], { n: number }>("SELECT count(*) AS n FROM deliveries"),
  };
  const key = (sourceType: string, sourceId: string) => `${sourceType}:${sourceId}`;
  for (const row of sql.all.all()) {
    wanted.set(key(row.source_type, row.source_id), Events.parse(JSON.parse(row.events)));
  }

  const mayGoOn = () => !closed && !held && deliver !== null && url !== null;
  const runner = createRunner(sendAll, (error) => {
    log.error({ error }, "callbacks stopped");
    hold(FIRST_WAIT_MS);
  });
  function start(): void {
    if (mayGoOn()) runner.start();
  }

  async function sendAll(): Promise<void> {
    while (mayGoOn()) {
      const page = sql.next.all(now().getTime(), PAGE);
      if (page.length === 0) return;
      // Forgotten together: after a crash some come twice, as callbacks may, but none is lost.
      const sent: number[] = [];
      try {
        await sendPage(page, sent);
      } finally {
        sql.remove.run(JSON.stringify(sent));
      }
    }
  }

  async function sendPage(page: Waiting[], sent: number[]): Promise<void> {
    while (page.length > 0 && !closed && !held && deliver !== null && url !== null) {
      const swap = page.length > 1 && strikes(faults, faults.callbacks.reorderRate);
      const [row] = page.splice(swap ? 1 : 0, 1);
      if (row === undefined) return;
      if (await send(row, deliver, url)) sent.push(row.id);
      else if (!closed) putBack(row);
    }
  }

  function putBack(row: Waiting): void {
    const attempts = row.attempts + 1;
    const waitMs = Math.min(FIRST_WAIT_MS * 2 ** row.attempts, LONGEST_WAIT_MS);
    const aside = attempts >= ATTEMPTS_IN_ORDER;
    sql.delay.run(attempts, aside ? now().getTime() + waitMs : 0, row.id);
    log.warn({ delivery: row.id, attempts, waitMs }, "callback was not accepted");
    if (aside) wakeIn(waitMs);
    else hold(waitMs);
  }

  function hold(waitMs: number): void {
    held = true;
    wakeIn(waitMs);
  }

  function wakeIn(waitMs: number): void {
    if (wake !== null && !held) return;
    if (wake !== null) clearTimeout(wake);
    wake = setTimeout(() => {
      wake = null;
      held = false;
      const later = sql.later.get(now().getTime())?.at;
      if (typeof later === "number") wakeIn(Math.max(later - now().getTime(), FIRST_WAIT_MS));
      start();
    }, waitMs).unref();
  }

  async function send(row: Waiting, to: Deliver, address: string): Promise<boolean> {
    const { dropRate, duplicateRate, delayMs } = faults.callbacks;
    if (delayMs > 0) await wait(delayMs);
    if (strikes(faults, dropRate)) return true;
    const plain = Buffer.from(
      JSON.stringify({
        event: row.event,
        source_type: "table",
        source_id: String(row.table_id),
        data: JSON.parse(row.data) as unknown,
        meta: { trace_id: String(1_700_000_000_000_000 + row.id) },
      }),
    );
    const body =
      settings.encryptKey === null
        ? plain
        : Buffer.from(JSON.stringify({ encrypted: encryptCallback(plain, settings.encryptKey) }));
    const delivery = { url: address, body, headers: { "content-type": "application/json" } };
    try {
      const accepted = await to(delivery);
      if (accepted && strikes(faults, duplicateRate)) await to(delivery);
      return accepted;
    } catch (error) {
      // A receiver that is down is its own business: the row stays and is sent again.
      log.warn({ delivery: row.id, error }, "callback could not be sent");
      return false;
    }
  }

  function save(sourceType: string, sourceId: string, events: readonly string[]): void {
    if (events.length === 0) {
      sql.drop.run(sourceType, sourceId);
      wanted.delete(key(sourceType, sourceId));
      return;
    }
    sql.save.run(sourceType, sourceId, JSON.stringify(events));
    wanted.set(key(sourceType, sourceId), events);
  }

  sql.ready.run();
  start();
  return {
    record(event, table, item, changed) {
      if (wanted.get(key("table", table.id))?.includes(event) !== true) return;
      const data = { item: { item_id: String(item) }, changed_fields: changed };
      sql.add.run(event, table.row, JSON.stringify(data));
      start();
    },
    batchResult(table, data) {
      if (url === null) return;
      sql.add.run(BATCH_EVENT, Number(table), JSON.stringify(data));
      start();
    },
    subscriptions(sourceType, sourceId) {
      const events = wanted.get(key(sourceType, sourceId));
      if (events === undefined) return [];
      return [{ source_id: sourceId, source_type: sourceType, events, state: 1 }];
    },
    subscribe(sourceType, sourceId, events) {
      const before = wanted.get(key(sourceType, sourceId)) ?? [];
      save(sourceType, sourceId, [...new Set([...before, ...events])]);
    },
    unsubscribe(sourceType, sourceId, events) {
      const before = wanted.get(key(sourceType, sourceId)) ?? [];
      save(
        sourceType,
        sourceId,
        before.filter((event) => !events.includes(event)),
      );
    },
    setDeliver(nextDeliver, nextUrl) {
      deliver = nextDeliver;
      url = nextUrl;
      if (wake !== null) clearTimeout(wake);
      wake = null;
      held = false;
      sql.ready.run();
      start();
    },
    pending: () => sql.pending.get()?.n ?? 0,
    isBusy: () => runner.isBusy(),
    idle: () => runner.idle(),
    async close() {
      closed = true;
      if (wake !== null) clearTimeout(wake);
      await runner.idle();
    },
  };
}
