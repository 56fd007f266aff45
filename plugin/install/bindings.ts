import type { Database } from "../database.ts";
import { PluginError } from "../errors.ts";

/**
 * Which table, field and option of the workspace each key of a pack became.
 *
 * Everything else in the plugin speaks in keys (`sheets`, `total`, `final`) or ids, never in names.
 */
export interface Bindings {
  /** Table id. @throws workspace/unbound */
  table(table: string): string;
  /** Field id. @throws workspace/unbound */
  field(table: string, field: string): string;
  /** Option id. @throws workspace/unbound */
  option(table: string, field: string, option: string): string;
  /** The way back: pack key of a table id, or null. */
  tableKey(tableId: string): string | null;
  fieldKey(table: string, fieldId: string): string | null;
  optionKey(table: string, field: string, optionId: string): string | null;
  /** Keys of the fields bound in a table. */
  fields(table: string): readonly string[];
  /** Keys of all bound tables. */
  tables(): readonly string[];
  /** `configuration`, `business` or `result`, as the pack says. */
  group(table: string): string;
}

/** One key and the id it became. `parent` is the key of the table or field it sits in. */
export interface Binding {
  readonly key: string;
  readonly kind: "table" | "field" | "option";
  readonly parent: string;
  readonly id: string;
  /** Tables only, else "". */
  readonly group: string;
  readonly pack: string;
  /** It was in the workspace before the pack came. */
  readonly adopted: boolean;
}

/** Keys as they are stored: `sheets` · `sheets.total` · `sheets.state#final`. */
export const fieldBinding = (table: string, field: string) => `${table}.${field}`;
export const optionBinding = (table: string, field: string, option: string) =>
  `${table}.${field}#${option}`;

type StoredBinding = Pick<Binding, "key" | "kind" | "parent" | "id" | "group">;

/** Every binding as it is stored, by key. */
export function readBindings(db: Database): readonly StoredBinding[] {
  return db
    .prepare<[], StoredBinding>('SELECT key, kind, parent, id, "group" FROM bindings ORDER BY key')
    .all();
}

/**
 * The bindings as they are stored now: a snapshot, to be loaded again after an installation.
 *
 * Empty before the first installation.
 */
export function loadBindings(db: Database): Bindings {
  const rows = readBindings(db);
  const idOf = new Map(rows.map((row) => [row.key, row.id]));
  // Ids are unique within their parent only: two fields may well have an option "1".
  const keyOf = new Map(rows.map((row) => [`${row.parent}\n${row.id}`, row.key]));
  const groups = new Map(
    rows.filter((row) => row.kind === "table").map((row) => [row.key, row.group]),
  );
  const fieldsOf = new Map<string, string[]>();
  for (const row of rows)
    if (row.kind === "field")
      fieldsOf.set(row.parent, [
        ...(fieldsOf.get(row.parent) ?? []),
        row.key.slice(row.parent.length + 1),
      ]);

  const bound = (key: string) => {
    const id = idOf.get(key);
    if (id === undefined) {
      throw new PluginError("workspace/unbound", { what: key, reason: "no binding" });
    }
    return id;
  };
  const lastPart = (parent: string, id: string, sign: string) => {
    const key = keyOf.get(`${parent}\n${id}`);
    return key === undefined ? null : key.slice(parent.length + sign.length);
  };

  return {
    table: (table) => bound(table),
    field: (table, field) => bound(fieldBinding(table, field)),
    option: (table, field, option) => bound(optionBinding(table, field, option)),
    tableKey: (tableId) => lastPart("", tableId, ""),
    fieldKey: (table, fieldId) => lastPart(table, fieldId, "."),
    optionKey: (table, field, optionId) => lastPart(fieldBinding(table, field), optionId, "#"),
    fields: (table) => fieldsOf.get(table) ?? [],
    tables: () => [...groups.keys()],
    group: (table) => {
      bound(table);
      return groups.get(table) ?? "";
    },
  };
}

/** Bind a key to an id, or bind it again: the last one counts. */
export function saveBinding(db: Database, binding: Binding): void {
  db.prepare(
    `INSERT INTO bindings (key, kind, parent, id, "group", pack, adopted)
     VALUES (@key, @kind, @parent, @id, @group, @pack, @adopted)
     ON CONFLICT (key) DO UPDATE SET
       kind = @kind, parent = @parent, id = @id, "group" = @group, pack = @pack, adopted = @adopted`,
  ).run({ ...binding, adopted: binding.adopted ? 1 : 0 });
}
