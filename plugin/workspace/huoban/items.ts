import { z } from "zod";
import type { Filter, WorkspaceRecord } from "../workspace.ts";
import { Id } from "./envelope.ts";
import { decodeValue, isoOf, ShapeMismatch, wallOf, type Wire } from "./fields.ts";
import type { OpenApi } from "./open-api.ts";
import { unboundTable, type TableShape, type Tables } from "./tables.ts";
import { PluginError } from "../../errors.ts";

const User = z.looseObject({ user_id: Id });
const Time = z.union([z.string(), z.number()]);

/** A row as the host sends it; values are decoded by their field's type, never by their shape. */
export const Item = z.looseObject({
  item_id: Id,
  title: z.coerce.string().catch(""),
  created_on: Time.nullish().catch(null),
  updated_on: Time.nullish().catch(null),
  updated_by: User.nullish().catch(null),
  // An empty PHP object arrives as an empty list.
  fields: z.union([z.record(z.string(), z.unknown()), z.array(z.never())]).catch([]),
});
export type Item = z.infer<typeof Item>;

const Count = z.number().int().nonnegative().optional().catch(undefined);
const ItemList = z.looseObject({
  items: z.array(Item),
  total: Count,
  filtered: Count,
  has_more: z.union([z.boolean(), z.number()]).transform(Boolean).optional().catch(undefined),
});
export type ItemList = z.infer<typeof ItemList>;

/** System times by which rows can be put in order. */
export type Stamp = "created_on" | "updated_on";

/** One page of a table. The host may give fewer rows than asked for, silently. */
export async function listItems(
  api: OpenApi,
  table: string,
  page: {
    readonly filter: Filter | null;
    readonly order: Stamp;
    readonly limit: number;
    readonly offset: number;
  },
): Promise<ItemList> {
  const operation = "item/list";
  try {
    const data = await api.call({
      operation,
      method: "POST",
      path: "/openapi/v1/item/list",
      body: {
        table_id: table,
        ...(page.filter === null ? {} : { filter: page.filter }),
        order: { field_id: page.order, type: "asc" },
        limit: page.limit,
        offset: page.offset,
      },
      repeatable: true,
    });
    return api.parse(operation, ItemList, data);
  } catch (error) {
    throw unboundTable(error, table, api.facts);
  }
}

/** Wall-clock text of a row's time, null when the host sent none. */
export function stampOf(item: Item, stamp: Stamp, wire: Wire): string | null {
  return wallOf(item[stamp], wire.clock);
}

/**
 * Rows in the port's form.
 *
 * A row that shows a field we do not know, or a value that cannot be of its field's type, means
 * that somebody changed the table: its configuration is read again.
 *
 * @throws workspace/unreadable-reply when values do not fit the fresh configuration either
 */
export async function decodeItems(
  items: readonly Item[],
  table: string,
  tables: Tables,
  wire: Wire,
): Promise<WorkspaceRecord[]> {
  let shape = await tables.shape(table);
  if (isBare(items, shape)) shape = await tables.shape(table, wire.facts.bareTableMaxAgeMs);
  if (!hasStrangers(items, shape)) {
    try {
      return items.map((item) => decodeItem(item, shape, wire));
    } catch (error) {
      if (!(error instanceof ShapeMismatch)) throw error;
    }
  }
  const fresh = await tables.fresh(table);
  for (const id of shape.strangers) fresh.strangers.add(id);
  for (const item of items) {
    for (const id of Object.keys(item.fields)) if (!fresh.byId.has(id)) fresh.strangers.add(id);
  }
  try {
    return items.map((item) => decodeItem(item, fresh, wire));
  } catch (error) {
    if (!(error instanceof ShapeMismatch)) throw error;
    const { id, name, type } = error.field;
    const reason = `field ${name} (${id}) does not read as ${type}`;
    const details = { operation: "item/list", reason, table, field: id };
    throw new PluginError("workspace/unreadable-reply", details, { cause: error });
  }
}

/** Whether some field shows in none of the rows. */
function isBare(items: readonly Item[], { table }: TableShape): boolean {
  const shown = new Set(items.flatMap((item) => Object.keys(item.fields)));
  return items.length > 0 && table.fields.some((field) => !shown.has(field.id));
}

function hasStrangers(items: readonly Item[], shape: TableShape): boolean {
  return items.some((item) =>
    Object.keys(item.fields).some((id) => !shape.byId.has(id) && !shape.strangers.has(id)),
  );
}

function decodeItem(item: Item, shape: TableShape, wire: Wire): WorkspaceRecord {
  const written: Readonly<Record<string, unknown>> = Array.isArray(item.fields) ? {} : item.fields;
  const createdOn = isoOf(item.created_on, wire.clock) ?? "";
  return {
    id: item.item_id,
    title: item.title,
    createdOn,
    updatedOn: isoOf(item.updated_on, wire.clock) ?? createdOn,
    updatedBy: item.updated_by?.user_id ?? "",
    fields: Object.fromEntries(
      shape.table.fields.map((field) => [field.id, decodeValue(written[field.id], field, wire)]),
    ),
  };
}
