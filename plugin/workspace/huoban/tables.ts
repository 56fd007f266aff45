import { z } from "zod";
import { PluginError } from "../../errors.ts";
import type { Field, FieldType, Option, Table } from "../workspace.ts";
import { Id } from "./envelope.ts";
import type { HuobanFacts } from "./facts.ts";
import { isVendorCode } from "./http.ts";
import type { OpenApi } from "./open-api.ts";

const Flag = z.union([z.boolean(), z.number(), z.string()]).transform((flag) => {
  return flag === true || flag === 1 || flag === "1" || flag === "true";
});
const WrittenOption = z.looseObject({
  id: Id,
  name: z.coerce.string().catch(""),
  color: z.string().optional().catch(undefined),
  status: z.string().optional().catch(undefined),
});
const Config = z
  .looseObject({
    options: z.array(WrittenOption).optional().catch(undefined),
    is_multi: Flag.optional().catch(undefined),
    is_percent: Flag.optional().catch(undefined),
    unique: Flag.optional().catch(undefined),
    table_id: Id.optional().catch(undefined),
    script: z.looseObject({ code: z.string() }).optional().catch(undefined),
  })
  // An empty PHP object arrives as an empty list.
  .catch({});
const WrittenField = z.looseObject({
  field_id: Id,
  name: z.string().catch(""),
  alias: z.string().nullish().catch(null),
  field_type: z.string().optional().catch(undefined),
  type: z.string().optional().catch(undefined),
  required: Flag.optional().catch(undefined),
  unique: Flag.optional().catch(undefined),
  config: Config.optional(),
  from_relation_field: z.unknown().optional(),
});
const WrittenTable = z.looseObject({
  table_id: Id,
  name: z.string().catch(""),
  alias: z.string().nullish().catch(null),
  fields: z.array(WrittenField),
});
const TableReply = z.union([
  z.looseObject({ table: WrittenTable }).transform((reply) => reply.table),
  // One client reads the configuration without the `table` around it (reference, 4.3).
  WrittenTable,
]);
const TableList = z.looseObject({ tables: z.array(z.looseObject({ table_id: Id })) });

/** A table's configuration with its fields by id. */
export interface TableShape {
  readonly table: Table;
  readonly byId: ReadonlyMap<string, Field>;
  /** Field ids seen in rows that the configuration does not have, however fresh. */
  readonly strangers: Set<string>;
}

/** Table configurations, read on demand and kept for a short while. */
export interface Tables {
  /** @throws workspace/unbound when the table is gone */
  shape(table: string, maxAgeMs?: number): Promise<TableShape>;
  /** Read again now. */
  fresh(table: string): Promise<TableShape>;
  /** Every table of the space, read again. */
  all(): Promise<readonly Table[]>;
}

/** Calls in flight at once where many tables are read. */
const TABLES_AT_ONCE = 4;

export function openTables(api: OpenApi, spaceId: string): Tables {
  const { facts } = api;
  const kept = new Map<string, { readonly shape: Promise<TableShape>; readonly at: number }>();

  function fresh(table: string): Promise<TableShape> {
    const shape = read(table);
    kept.set(table, { shape, at: api.patience.clock() });
    // A failed reading must not be served again; whoever asked gets the failure itself.
    shape.catch(() => {
      if (kept.get(table)?.shape === shape) kept.delete(table);
    });
    return shape;
  }

  async function read(table: string): Promise<TableShape> {
    const operation = "table";
    try {
      const data = await api.call({
        operation,
        method: "POST",
        path: `/openapi/v1/table/${encodeURIComponent(table)}`,
        body: {},
        repeatable: true,
      });
      const read = api.parse(operation, TableReply, data);
      const fields = read.fields.map((field) => parseField(field, facts));
      return {
        table: { id: read.table_id, name: read.name, alias: read.alias ?? "", fields },
        byId: new Map(fields.map((field) => [field.id, field])),
        strangers: new Set(),
      };
    } catch (error) {
      throw unboundTable(error, table, facts);
    }
  }

  return {
    fresh,
    shape(table, maxAgeMs = facts.tableMaxAgeMs) {
      const known = kept.get(table);
      const isYoung = known && api.patience.clock() - known.at < maxAgeMs;
      return isYoung ? known.shape : fresh(table);
    },
    async all() {
      const operation = "table/list";
      const data = await api.call({
        operation,
        method: "POST",
        path: "/openapi/v1/table/list",
        body: { space_id: spaceId },
        repeatable: true,
      });
      const ids = api.parse(operation, TableList, data).tables.map((table) => table.table_id);
      const tables: Table[] = [];
      for (let from = 0; from < ids.length; from += TABLES_AT_ONCE) {
        const some = ids.slice(from, from + TABLES_AT_ONCE).map((id) => fresh(id));
        tables.push(...(await Promise.all(some)).map((shape) => shape.table));
      }
      return tables;
    },
  };
}

/** The vendor's "does not exist" about a table we work with, in our words. */
export function unboundTable(error: unknown, table: string, facts: HuobanFacts): unknown {
  if (!isVendorCode(error, facts.missingCodes)) return error;
  const details = { what: table, reason: String(error.details["vendorMessage"]), table };
  return new PluginError("workspace/unbound", { ...error.details, ...details }, { cause: error });
}

function parseField(field: z.infer<typeof WrittenField>, facts: HuobanFacts): Field {
  const config = field.config ?? {};
  const type = fieldType(field.field_type ?? field.type ?? "", config, facts);
  return {
    id: field.field_id,
    name: field.name,
    alias: field.alias ?? "",
    type,
    multiple: config.is_multi ?? config["type"] === "multi",
    required: field.required ?? false,
    unique: field.unique ?? config.unique ?? false,
    computed:
      type === "calculation" || type === "auto_number" || isAttached(field.from_relation_field),
    options: (config.options ?? []).flatMap(parseOption),
    relatedTable: type === "relation" ? (config.table_id ?? null) : null,
    formula: type === "calculation" ? (config.script?.code ?? null) : null,
  };
}

function parseOption(option: z.infer<typeof WrittenOption>): Option[] {
  if (option.status === "deleted") return [];
  const { id, name, color } = option;
  return [color === undefined ? { id, name } : { id, name, color }];
}

/** Attached (look-up) fields name the relation they come through; others hold something empty. */
function isAttached(from: unknown): boolean {
  if (from === null || from === undefined || from === "" || from === 0) return false;
  if (Array.isArray(from)) return from.length > 0;
  return typeof from !== "object" || Object.keys(from).length > 0;
}

/** Both of the vendor's vocabularies (reference, 6.1) in the product's words. */
function fieldType(written: string, config: z.infer<typeof Config>, facts: HuobanFacts): FieldType {
  switch (written) {
    case "input":
    case "phone":
    case "mobile":
    case "email":
    case "url":
    case "barcode":
      return "text";
    case "textarea":
    case "rich":
      return "textarea";
    case "text":
      return config["type"] === "input" ? "text" : "textarea";
    case "numeric":
    case "number":
      return config.is_percent === true || config["display_mode"] === "percent"
        ? "percent"
        : "number";
    case "rating":
    case "progress":
      return "number";
    case "money":
      return "money";
    case "date":
      return facts.isDatetime(config) ? "datetime" : "date";
    case "datetime":
      return "datetime";
    case "category":
      return "option";
    case "user":
      return "user";
    case "relation":
      return "relation";
    case "bool":
    case "switch":
      return "checkbox";
    case "file":
    case "image":
      return "attachment";
    case "calculation":
      return "calculation";
    case "auto_number":
      return "auto_number";
    default:
      return "unknown";
  }
}
