import { z } from "zod";
import { PluginError } from "../../errors.ts";
import type { FieldValues, RecordsDoor, WorkspaceRecord } from "../workspace.ts";
import { chunks } from "./chunks.ts";
import { Id } from "./envelope.ts";
import { sameValue, settledValue, type Wire } from "./fields.ts";
import { isVendorCode } from "./http.ts";
import { decodeItems } from "./items.ts";
import type { OpenApi } from "./open-api.ts";
import { sweep } from "./pages.ts";
import { isRefusal, refusedRow } from "./refusals.ts";
import type { Tables } from "./tables.ts";

/** Batches sent ahead of the one being read back. */
const BATCHES_AHEAD = 4;
/** Pauses between looks at a batch that is not applied yet: none, then doubling up to this. */
const LONGEST_LOOK_MS = 2_000;

interface Row {
  readonly key: string;
  readonly fields: FieldValues;
  readonly encoded: Readonly<Record<string, unknown>>;
}

const Created = z.looseObject({ item: z.looseObject({ item_id: Id }) });

/**
 * The batch calls. The host only *accepts* a batch and applies it later (reference, 4.6), so every
 * batch is read back until it shows, sent again if it does not, and given up after a deadline.
 */
export function createBatches(deps: {
  readonly api: OpenApi;
  readonly tables: Tables;
  readonly wire: Wire;
  readonly encodeFields: (table: string, fields: FieldValues) => Promise<Record<string, unknown>>;
  readonly write: RecordsDoor["write"];
}): Pick<RecordsDoor, "upsert" | "remove"> {
  const { api, tables, wire, encodeFields, write } = deps;
  const { facts, patience } = api;

  async function sendRows(table: string, keyField: string, rows: readonly Row[]): Promise<void> {
    try {
      await api.call({
        operation: "items/upsert",
        method: "PUT",
        path: "/openapi/v1/items",
        body: {
          table_id: table,
          update_type: "upsert",
          update_by_fields: [keyField],
          items: rows.map((row) => ({ fields: row.encoded })),
        },
        // Matched on a key: a second time finds what the first one made.
        repeatable: true,
      });
    } catch (error) {
      if (isRefusal(error, api)) throw refusedRow(error, rows[0]?.key ?? "");
      throw error;
    }
  }

  /** Rows in the table that carry one of these keys. */
  async function readByKey(
    table: string,
    keyField: string,
    keys: readonly string[],
  ): Promise<Map<string, WorkspaceRecord[]>> {
    const filter = { or: keys.map((key) => ({ field: keyField, query: { eq: key } })) };
    const found = new Map<string, WorkspaceRecord[]>();
    for await (const items of sweep(api, wire, {
      table,
      filter,
      order: "created_on",
      since: null,
    })) {
      for (const record of await decodeItems(items, table, tables, wire)) {
        const key = record.fields[keyField];
        if (typeof key === "string") found.set(key, [...(found.get(key) ?? []), record]);
      }
    }
    return found;
  }

  /** Look until every row shows its values. @throws workspace/unconfirmed */
  async function confirm(
    table: string,
    keyField: string,
    sent: readonly Row[],
    done: Map<string, string>,
  ): Promise<void> {
    const start = patience.clock();
    let lastSent = start;
    let timesSent = 1;
    let missing = sent;
    for (let look = 0; ; look += 1) {
      const { byId } = await tables.shape(table);
      const found = await readByKey(
        table,
        keyField,
        missing.map((row) => row.key),
      );
      missing = missing.filter((row) => {
        const [record, second] = found.get(row.key) ?? [];
        if (record !== undefined && second !== undefined) throw keyTwice(row.key, record, second);
        const isThere =
          record !== undefined &&
          Object.entries(row.fields).every(([id, value]) => {
            const field = byId.get(id);
            const is = record.fields[id] ?? null;
            return field !== undefined && sameValue(is, settledValue(value, field, wire));
          });
        if (isThere) done.set(row.key, record.id);
        return !isThere;
      });
      if (missing.length === 0) return;

      const now = patience.clock();
      if (now - start > facts.batchDeadlineMs) {
        throw new PluginError("workspace/unconfirmed", {
          operation: "items/upsert",
          missing: missing.length,
          table,
        });
      }
      if (now - lastSent > facts.batchResendMs) {
        api.log.warn({ table, missing: missing.length }, "a batch did not show; sending it again");
        const [row] = missing;
        // Twice accepted and not there: find out why.
        if (timesSent > 1 && row !== undefined) await tryOne(table, row, found.get(row.key)?.[0]);
        await sendRows(table, keyField, missing);
        lastSent = now;
        timesSent += 1;
      }
      await patience.wait(Math.min(LONGEST_LOOK_MS, 20 * 2 ** look));
    }
  }

  /**
   * Write one row of a batch by the synchronous call, whose refusal says what is wrong with it: the
   * outcome of a batch is not told to us.
   *
   * @throws record/refused
   */
  async function tryOne(table: string, row: Row, record: WorkspaceRecord | undefined) {
    if (record !== undefined) return write(table, record.id, row.fields);
    try {
      const data = await api.call({
        operation: "item/create",
        method: "POST",
        path: "/openapi/v1/item",
        body: { table_id: table, fields: row.encoded },
        repeatable: false,
      });
      api.parse("item/create", Created, data);
    } catch (error) {
      if (isRefusal(error, api)) throw refusedRow(error, row.key);
      throw error;
    }
  }

  async function encodeRows(
    table: string,
    keyField: string,
    rows: readonly FieldValues[],
  ): Promise<Row[]> {
    const encoded = new Map<string, Row>();
    for (const fields of rows) {
      const key = fields[keyField];
      if (typeof key !== "string" || key.trim() === "") throw badKey("a row has no key", keyField);
      if (encoded.has(key)) throw badKey(`two rows have the key "${key}"`, keyField);
      encoded.set(key, { key, fields, encoded: await encodeFields(table, fields) });
    }
    return [...encoded.values()];
  }

  return {
    async upsert(table, keyField, rows, onProgress) {
      const ids = new Map<string, string>();
      const batches = chunks(await encodeRows(table, keyField, rows), facts.batchSize);
      for (const some of chunks(batches, BATCHES_AHEAD)) {
        for (const batch of some) await sendRows(table, keyField, batch);
        for (const batch of some) {
          await confirm(table, keyField, batch, ids);
          onProgress?.(ids.size);
        }
      }
      return ids;
    },

    async remove(table, ids) {
      for (const some of chunks([...new Set(ids)], facts.batchSize)) {
        const start = patience.clock();
        let sent = Number.NEGATIVE_INFINITY;
        let left = await stillThere(table, some);
        for (let look = 0; left.length > 0; look += 1) {
          const now = patience.clock();
          if (now - start > facts.batchDeadlineMs) {
            const details = { operation: "items/delete", missing: left.length, table };
            throw new PluginError("workspace/unconfirmed", details);
          }
          if (now - sent > facts.batchResendMs) {
            await sendDeletion(table, left);
            sent = now;
          } else {
            await patience.wait(Math.min(LONGEST_LOOK_MS, 20 * 2 ** look));
          }
          left = await stillThere(table, left);
        }
      }
    },
  };

  async function sendDeletion(table: string, ids: readonly string[]): Promise<void> {
    try {
      await api.call({
        operation: "items/delete",
        method: "DELETE",
        path: "/openapi/v1/items",
        body: { table_id: table, item_ids: ids },
        repeatable: true,
      });
    } catch (error) {
      // One of them went meanwhile; whatever is left is looked for and sent again.
      if (!isVendorCode(error, facts.missingCodes)) throw error;
    }
  }

  async function stillThere(table: string, ids: readonly string[]): Promise<string[]> {
    const there: string[] = [];
    const filter = { and: [{ field: "item_id", query: { in: ids } }] };
    for await (const items of sweep(api, wire, {
      table,
      filter,
      order: "created_on",
      since: null,
    })) {
      there.push(...items.map((item) => item.item_id).filter((id) => ids.includes(id)));
    }
    return there;
  }
}

/** The host updates nothing when several rows match, and does not say so. */
function keyTwice(key: string, first: WorkspaceRecord, second: WorkspaceRecord): PluginError {
  const reason = `"${key}" is the key of two rows (${first.id}, ${second.id})`;
  return new PluginError("record/refused", { reason, record: first.id });
}

function badKey(reason: string, field: string): PluginError {
  return new PluginError("record/refused", { reason, field });
}
