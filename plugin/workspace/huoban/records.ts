import { z } from "zod";
import { isPluginError, PluginError } from "../../errors.ts";
import type { FieldValues, RecordsDoor, WorkspaceRecord } from "../workspace.ts";
import { createBatches } from "./batches.ts";
import { createBatchWrites } from "./batch-writes.ts";
import { chunks } from "./chunks.ts";
import { encodeValue, ShapeMismatch, type Wire } from "./fields.ts";
import { unboundField, wireFilter } from "./filters.ts";
import { isVendorCode } from "./http.ts";
import { decodeItems, Item, listItems } from "./items.ts";
import type { OpenApi } from "./open-api.ts";
import { sweep } from "./pages.ts";
import { isRefusal, refusedRow } from "./refusals.ts";
import type { TableShape, Tables } from "./tables.ts";

const ItemReply = z.looseObject({ item: Item });
const HOUR_MS = 3_600_000;
/** Single reads in flight at once. */
const READS_AT_ONCE = 8;

export function createRecords(api: OpenApi, tables: Tables, wire: Wire): RecordsDoor {
  const { facts } = api;

  async function* pages(
    table: string,
    options: Parameters<RecordsDoor["pages"]>[1] = {},
  ): AsyncGenerator<readonly WorkspaceRecord[]> {
    const { filter, changedSince } = options;
    const search = {
      table,
      filter: filter === undefined ? null : await wireFilter(filter, table, tables, wire),
      order: changedSince === undefined ? ("created_on" as const) : ("updated_on" as const),
      since: changedSince === undefined ? null : wallClockOf(changedSince),
    };
    for await (const items of sweep(api, wire, search)) {
      yield await decodeItems(items, table, tables, wire);
    }
  }

  /** Wall clock at or before an instant: earlier by hours where the clock shows the time twice. */
  function wallClockOf(iso: string): string {
    let instant = new Date(iso);
    while (wire.clock.repeats(wire.clock.show(instant))) {
      instant = new Date(instant.getTime() - HOUR_MS);
    }
    return wire.clock.show(instant);
  }

  async function readOne(id: string): Promise<Item | null> {
    const operation = "item/get";
    try {
      const data = await api.call({
        operation,
        method: "POST",
        path: `/openapi/v1/item/${encodeURIComponent(id)}`,
        body: {},
        repeatable: true,
      });
      return api.parse(operation, ItemReply, data).item;
    } catch (error) {
      if (isVendorCode(error, facts.missingCodes)) return null;
      throw error;
    }
  }

  /** Rows of these ids as far as the list shows them; a short page is asked on. */
  async function readListed(table: string, ids: readonly string[]): Promise<Map<string, Item>> {
    const found = new Map<string, Item>();
    let wanted = ids;
    while (wanted.length > 0) {
      const page = await listItems(api, table, {
        filter: { and: [{ field: "item_id", query: { in: wanted } }] },
        order: "created_on",
        limit: Math.min(facts.pageCap, wanted.length),
        offset: 0,
      });
      const rows = page.items.filter((row) => wanted.includes(row.item_id));
      for (const row of rows) found.set(row.item_id, row);
      if (rows.length === 0) break;
      wanted = wanted.filter((id) => !found.has(id));
    }
    return found;
  }

  async function read(
    table: string,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, WorkspaceRecord>> {
    const wanted = [...new Set(ids)];
    const records = new Map<string, WorkspaceRecord>();
    for (const some of chunks(wanted, facts.idsPerFilter)) {
      const found = await readListed(table, some);
      // A row may be missing from a list for other reasons than its deletion: ask for each.
      for (const missing of chunks(
        some.filter((id) => !found.has(id)),
        READS_AT_ONCE,
      )) {
        for (const item of await Promise.all(missing.map(readOne))) {
          if (item !== null) found.set(item.item_id, item);
        }
      }
      for (const record of await decodeItems([...found.values()], table, tables, wire)) {
        records.set(record.id, record);
      }
    }
    return records;
  }

  /**
   * Values as the host takes them, keyed by field id.
   *
   * @throws workspace/unbound when a field is gone, or holds another type than the value is of
   */
  async function encodeFields(
    table: string,
    fields: FieldValues,
  ): Promise<Record<string, unknown>> {
    try {
      return encodeWith(await tables.shape(table), fields, wire);
    } catch (error) {
      if (!isPluginError(error, "workspace/unbound")) throw error;
    }
    // Our copy of the table may be older than the caller's.
    return encodeWith(await tables.fresh(table), fields, wire);
  }

  async function write(table: string, id: string, fields: FieldValues): Promise<void> {
    const encoded = await encodeFields(table, fields);
    if (Object.keys(encoded).length === 0) return;
    try {
      await api.call({
        operation: "item/update",
        method: "PUT",
        path: `/openapi/v1/item/${encodeURIComponent(id)}`,
        body: { fields: encoded },
        repeatable: true,
      });
    } catch (error) {
      if (isVendorCode(error, facts.missingCodes)) {
        throw new PluginError("record/not-found", { record: id, table }, { cause: error });
      }
      if (!isRefusal(error, api)) throw error;
      // Perhaps the table was changed under us: then it is not the row that needs correcting.
      await tables.fresh(table);
      await encodeFields(table, fields);
      throw refusedRow(error, id);
    }
  }

  return {
    pages,
    read,
    write,
    async count(table) {
      const page = await listItems(api, table, {
        filter: null,
        order: "created_on",
        limit: 1,
        offset: 0,
      });
      if (page.total !== undefined) return page.total;
      let rows = 0;
      for await (const items of sweep(api, wire, {
        table,
        filter: null,
        order: "created_on",
        since: null,
      })) {
        rows += items.length;
      }
      return rows;
    },
    ...createBatches({ api, tables, wire, encodeFields, write }),
    ...createBatchWrites({ api, tables, wire, encodeFields, read, write }),
  };
}

function encodeWith(shape: TableShape, fields: FieldValues, wire: Wire): Record<string, unknown> {
  const encoded: Record<string, unknown> = {};
  for (const [id, value] of Object.entries(fields)) {
    const field = shape.byId.get(id);
    if (field === undefined) throw unboundField(id, shape);
    try {
      encoded[id] = encodeValue(value, field, wire);
    } catch (error) {
      if (!(error instanceof ShapeMismatch)) throw error;
      const { table } = shape;
      const details = { reason: `the field's type is ${field.type}`, table: table.id, field: id };
      const what = `${table.name} / ${field.name}`;
      throw new PluginError("workspace/unbound", { what, ...details }, { cause: error });
    }
  }
  return encoded;
}
