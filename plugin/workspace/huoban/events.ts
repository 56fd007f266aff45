import { z } from "zod";
import { PluginError } from "../../errors.ts";
import type { EventsDoor, RecordEvent } from "../workspace.ts";
import { Id } from "./envelope.ts";
import { unboundTable } from "./tables.ts";
import type { OpenApi } from "./open-api.ts";

const Subscriptions = z.looseObject({
  subscribes: z.array(
    z.looseObject({
      source_id: Id,
      source_type: z.string(),
      events: z.array(z.string()).catch([]),
      state: z.union([z.number(), z.string()]).transform(Number).catch(1),
    }),
  ),
});
const ACTIVE = 1;
const OPERATION = "event/callback";

export function createEvents(api: OpenApi, encryptKey: string | null): EventsDoor {
  const { facts } = api;
  const names = [facts.events.create, facts.events.update, facts.events.delete];

  /** Events of a table that the host pushes now. */
  async function subscribed(table: string): Promise<Set<string>> {
    const operation = "event/list";
    try {
      const data = await api.call({
        operation,
        method: "POST",
        path: "/openapi/v1/event/list",
        body: { source_id: table, source_type: "table", limit: facts.pageCap, offset: 0 },
        repeatable: true,
      });
      const { subscribes } = api.parse(operation, Subscriptions, data);
      return new Set(
        subscribes
          .filter((entry) => entry.source_id === table && entry.source_type === "table")
          .filter((entry) => entry.state === ACTIVE)
          .flatMap((entry) => entry.events),
      );
    } catch (error) {
      throw unboundTable(error, table, facts);
    }
  }

  async function change(operation: string, path: string, table: string, events: string[]) {
    try {
      await api.call({
        operation,
        method: "POST",
        path,
        body: { source_id: table, source_type: "table", events },
        // The table and the event are the whole key: there is no subscription id to double.
        repeatable: true,
      });
    } catch (error) {
      throw unboundTable(error, table, facts);
    }
  }

  return {
    async subscribe(tables) {
      for (const table of tables) {
        const there = await subscribed(table);
        if (names.every((name) => there.has(name))) continue;
        await change("event/subscribe", facts.subscribePath, table, names);
      }
    },
    async unsubscribe(tables) {
      for (const table of tables) {
        const there = await subscribed(table);
        const ours = names.filter((name) => there.has(name));
        if (ours.length === 0) continue;
        await change("event/unsubscribe", facts.unsubscribePath, table, ours);
      }
    },
    decode: (raw) => decodeDelivery(readDelivery(raw)),
  };

  /** The JSON of a delivery, opened when it is encrypted. */
  function readDelivery(raw: Uint8Array): unknown {
    const body = parseJson(Buffer.from(raw).toString("utf8"));
    const sealed = Sealed.safeParse(body);
    if (!sealed.success) return body;
    if (encryptKey === null) throw unreadable("it is encrypted and we have no key");
    let opened: string;
    try {
      opened = facts.decrypt(sealed.data.encrypted, encryptKey);
    } catch (error) {
      throw unreadable("it does not open with our key", error);
    }
    return parseJson(opened);
  }

  function decodeDelivery(body: unknown): RecordEvent[] {
    if (Array.isArray(body)) return body.flatMap(decodeDelivery);
    const delivery = AnyObject.safeParse(body);
    if (!delivery.success) throw unreadable("it is not an object");
    const event = firstText(body, ["event", "event_type", "type"]);
    if (event === null) {
      // The host may try our address with a question; that is no change of a record.
      if (firstText(body, ["challenge"]) !== null) return [];
      throw unreadable("it names no event");
    }
    const kind = kindOf(event);
    if (kind === null) return [];
    const table = firstText(body, ["source_id", "table_id", "data.table_id", "data.item.table_id"]);
    const records = recordsOf(body);
    if (table === null || records.length === 0) throw unreadable(`${event} names no record`);
    return records.map((record) => ({ kind, table, record }));
  }

  /** Null for what is not about a single record, such as the outcome of a batch. */
  function kindOf(event: string): RecordEvent["kind"] | null {
    if (event === facts.events.create) return "create";
    if (event === facts.events.update) return "update";
    return event === facts.events.delete ? "delete" : null;
  }
}

// Made once: making a schema costs far more than using it, and bursts bring thousands of deliveries.
const AnyObject = z.looseObject({});
const Sealed = z.looseObject({ encrypted: z.string() });
const Ids = z.array(Id);

/** The spellings a delivery may have (reference, section 9). */
function recordsOf(body: unknown): string[] {
  const one = firstText(body, ["data.item.item_id", "data.item_id", "item_id", "item.item_id"]);
  if (one !== null) return [one];
  const many = Ids.safeParse(at(body, "data.item_ids") ?? at(body, "item_ids"));
  return many.success ? many.data : [];
}

function firstText(body: unknown, paths: readonly string[]): string | null {
  for (const path of paths) {
    const found = Id.safeParse(at(body, path));
    if (found.success) return found.data;
  }
  return null;
}

function at(body: unknown, path: string): unknown {
  return path.split(".").reduce((value, key) => AnyObject.safeParse(value).data?.[key], body);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unreadable("it is not JSON", error);
  }
}

function unreadable(reason: string, cause?: unknown): PluginError {
  return new PluginError("workspace/unreadable-reply", { operation: OPERATION, reason }, { cause });
}
