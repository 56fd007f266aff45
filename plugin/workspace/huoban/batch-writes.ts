import { PluginError, isPluginError } from "../../errors.ts";
import type { FieldValues, RecordsDoor } from "../workspace.ts";
import { chunks } from "./chunks.ts";
import { sameValue, settledValue, type Wire } from "./fields.ts";
import { isVendorCode } from "./http.ts";
import type { OpenApi } from "./open-api.ts";
import { isRefusal } from "./refusals.ts";
import type { Tables } from "./tables.ts";

/** Pauses between looks at a batch that is not applied yet: doubling from the first to this. */
const FIRST_LOOK_MS = 10;
const LONGEST_LOOK_MS = 1_000;

interface Row {
  readonly id: string;
  readonly fields: FieldValues;
}

/**
 * Many rows by one batch call, matched on their record ids: nothing is ever created.
 *
 * The host does not tell what became of a batch (reference, 4.6). Rows that do not show their values
 * in time are written one by one, where a refusal has a reason and a success is one.
 */
export function createBatchWrites(deps: {
  readonly api: OpenApi;
  readonly tables: Tables;
  readonly wire: Wire;
  readonly encodeFields: (table: string, fields: FieldValues) => Promise<Record<string, unknown>>;
  readonly read: RecordsDoor["read"];
  readonly write: RecordsDoor["write"];
}): Pick<RecordsDoor, "writeMany"> {
  const { api, tables, wire, encodeFields, read, write } = deps;
  const { facts, patience } = api;

  /** @returns whether the host took the batch on */
  async function send(table: string, rows: readonly Row[]): Promise<boolean> {
    const items = [];
    for (const row of rows)
      items.push({ item_id: row.id, fields: await encodeFields(table, row.fields) });
    try {
      await api.call({
        operation: "items/update",
        method: "PUT",
        path: "/openapi/v1/items",
        body: { table_id: table, update_type: "update", update_by_fields: ["item_id"], items },
        repeatable: true,
      });
      return true;
    } catch (error) {
      // One row spoils the batch: which one, the single writes will tell.
      if (isRefusal(error, api) || isVendorCode(error, facts.missingCodes)) return false;
      throw error;
    }
  }

  /** Rows that do not show their values when the patience for a batch is over. */
  async function unsettled(table: string, rows: readonly Row[]): Promise<readonly Row[]> {
    const start = patience.clock();
    let left = rows;
    for (let look = 0; ; look += 1) {
      const { byId } = await tables.shape(table);
      const found = await read(
        table,
        left.map((row) => row.id),
      );
      left = left.filter((row) => {
        const record = found.get(row.id);
        return !Object.entries(row.fields).every(([id, value]) => {
          const field = byId.get(id);
          return (
            record !== undefined &&
            field !== undefined &&
            sameValue(record.fields[id] ?? null, settledValue(value, field, wire))
          );
        });
      });
      if (left.length === 0 || patience.clock() - start > facts.batchResendMs) return left;
      await patience.wait(Math.min(LONGEST_LOOK_MS, FIRST_LOOK_MS * 2 ** look));
    }
  }

  return {
    async writeMany(table, rows) {
      const refused = new Map<string, PluginError>();
      for (const batch of chunks(rows, facts.batchSize)) {
        const left = (await send(table, batch)) ? await unsettled(table, batch) : batch;
        for (const row of left) {
          try {
            await write(table, row.id, row.fields);
          } catch (error) {
            if (!isPluginError(error) || !error.code.startsWith("record/")) throw error;
            refused.set(row.id, error);
          }
        }
      }
      return refused;
    },
  };
}
