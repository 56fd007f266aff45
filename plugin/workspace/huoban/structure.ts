import { z } from "zod";
import { PluginError } from "../../errors.ts";
import type { NewField, NewView, StructureDoor, Table } from "../workspace.ts";
import { Id } from "./envelope.ts";
import type { HuobanFacts } from "./facts.ts";
import { wireFilter } from "./filters.ts";
import type { Wire } from "./fields.ts";
import { parseReply } from "./open-api.ts";
import { unboundTable, type Tables } from "./tables.ts";
import type { V2 } from "./v2.ts";

const TableId = z.union([
  z.looseObject({ table_id: Id }).transform((reply) => reply.table_id),
  z
    .looseObject({ table: z.looseObject({ table_id: Id }) })
    .transform((reply) => reply.table.table_id),
]);
const V2Field = z.looseObject({ field_id: Id, config: z.unknown().optional() });
const List = z.array(z.unknown()).catch([]);
/** What is sent back is everything that came, so nothing is named here but what we change. */
const V2Table = z.looseObject({ fields: z.array(V2Field), field_layout: List, list_layout: List });
type V2Table = z.infer<typeof V2Table>;
const Options = z.looseObject({
  options: z.array(z.looseObject({ id: z.union([z.string(), z.number()]), name: z.string() })),
});

/** Tables can only be built through v2, with the credential of an application (reference, 10). */
export function createStructure(deps: {
  readonly v2: V2 | null;
  readonly tables: Tables;
  readonly spaceId: string;
  readonly facts: HuobanFacts;
  readonly wire: Wire;
}): StructureDoor {
  const { tables, spaceId, facts, wire } = deps;

  function v2For(operation: string): V2 {
    if (deps.v2 === null) throw new PluginError("workspace/unsupported", { operation });
    return deps.v2;
  }

  async function readV2(v2: V2, table: string): Promise<V2Table> {
    const operation = "v2/table/get";
    try {
      const reply = await v2.call({
        operation,
        method: "GET",
        path: `/v2/table/${encodeURIComponent(table)}`,
        repeatable: true,
      });
      return parseReply(operation, V2Table, reply);
    } catch (error) {
      throw unboundTable(error, table, facts);
    }
  }

  async function saveV2(v2: V2, table: string, changed: Record<string, unknown>): Promise<void> {
    await v2.call({
      operation: "v2/table/update",
      method: "PUT",
      path: `/v2/table/${encodeURIComponent(table)}`,
      body: changed,
      // A field flagged new could be made twice.
      repeatable: false,
    });
  }

  function newField(field: NewField): Record<string, unknown> {
    const { type, config } = facts.newField(field);
    return {
      // While a field is being made its key stands for the id it does not have yet.
      field_id: field.key,
      name: field.name,
      alias: field.key,
      type,
      _new: true,
      config,
      required: field.required ?? false,
      unique: field.unique ?? false,
      description: field.description ?? "",
      default_setting: { value: "", type: "default" },
      lock: { update: false, delete: false, item_update: false },
    };
  }

  async function addFields(table: string, fields: readonly NewField[]): Promise<Table> {
    const v2 = v2For("addFields");
    const { table: before } = await tables.fresh(table);
    const missing = fields.filter(
      (field) => !before.fields.some((there) => there.alias === field.key),
    );
    if (missing.length === 0) return before;
    const old = await readV2(v2, table);
    const keys = missing.map((field) => field.key);
    await saveV2(v2, table, {
      ...old,
      fields: [...old.fields, ...missing.map(newField)],
      new_field_alias: keys,
      field_layout: [...old.field_layout, ...keys.map((key) => [key])],
      list_layout: [...old.list_layout, ...keys],
    });
    const { table: after } = await tables.fresh(table);
    const lost = keys.filter((key) => !after.fields.some((field) => field.alias === key));
    if (lost.length > 0) {
      const details = { operation: "v2/table/update", missing: lost.length, table };
      throw new PluginError("workspace/unconfirmed", details);
    }
    return after;
  }

  return {
    read: () => tables.all(),

    async createTable({ key, name, fields }) {
      const v2 = v2For("createTable");
      // Run again after a crash: the table may be there, whole or not.
      const there = (await tables.all()).find((table) => table.alias === key);
      if (there !== undefined) return addFields(there.id, fields);
      const keys = fields.map((field) => field.key);
      const reply = await v2.call({
        operation: "v2/table/create",
        method: "POST",
        path: `/v2/table/space/${encodeURIComponent(spaceId)}`,
        body: {
          name,
          alias: key,
          item_name: "",
          icon: { id: "1", color: "blue" },
          fields: fields.map(newField),
          field_layout: keys.map((field) => [field]),
          list_layout: keys,
          space_id: spaceId,
          space: { space_id: spaceId },
          field_sync: 1,
        },
        repeatable: false,
      });
      const id = parseReply("v2/table/create", TableId, reply);
      return (await tables.fresh(id)).table;
    },

    addFields,

    async addOptions(table, field, options) {
      const v2 = v2For("addOptions");
      const old = await readV2(v2, table);
      const target = old.fields.find((there) => there.field_id === field);
      const config = Options.safeParse(target?.config);
      if (target === undefined || !config.success) {
        const what = `${table} / ${field}`;
        throw new PluginError("workspace/unbound", { what, reason: "no such option field", field });
      }
      const there = config.data.options;
      const missing = [...new Set(options.map((option) => option.name))].filter(
        (name) => !there.some((option) => option.name === name),
      );
      if (missing.length > 0) {
        const top = there.reduce((most, { id }) => Math.max(most, Number(id) || 0), 0);
        const added = missing.map((name, i) => ({ id: top + i + 1, name, status: "active" }));
        const changed = { ...target, config: { ...config.data, options: [...there, ...added] } };
        await saveV2(v2, table, {
          ...old,
          fields: old.fields.map((other) => (other === target ? changed : other)),
        });
      }
      return (await tables.fresh(table)).table;
    },

    async ensureViews(table, views) {
      const operation = "ensureViews";
      const v2 = v2For(operation);
      if (facts.viewsPath === null) throw new PluginError("workspace/unsupported", { operation });
      const written = await Promise.all(views.map((view) => wireView(table, view)));
      try {
        await v2.call({
          operation: "v2/table/views",
          method: "PUT",
          path: facts.viewsPath.replace("{table}", encodeURIComponent(table)),
          body: { views: written },
          // Views are matched by name and existing ones left alone.
          repeatable: true,
        });
      } catch (error) {
        throw unboundTable(error, table, facts);
      }
    },
  };

  async function wireView(table: string, view: NewView) {
    return {
      name: view.name,
      visible_field_ids: view.visibleFields,
      order_by: view.order.map(({ field, direction }) => ({ field, sort: direction })),
      filter: view.filter === null ? null : await wireFilter(view.filter, table, tables, wire),
    };
  }
}
