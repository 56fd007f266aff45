import type { Field, FieldType, Filter, Option } from "../workspace.ts";
import type { BoundFormula } from "./calculations.ts";
import { bindFormulas } from "./calculations.ts";
import { Refusal } from "./refusals.ts";
import { createIds, rowNumber, type Store } from "./store.ts";

/** A field as this workspace keeps it: the port's field and what only the host knows. */
export interface FieldDefinition extends Field {
  readonly type: Exclude<FieldType, "unknown">;
  readonly description: string;
  /** Kind of text as the wire names it: `input`, `textarea` or `rich`. */
  readonly textType: "input" | "textarea" | "rich";
  /** Auto numbers: text in front and least number of digits. */
  readonly prefix: string;
  readonly digits: number;
  /** Calculations: name in the formula → field id, fixed when the formula was written. */
  readonly names: Readonly<Record<string, string>>;
}

export interface ViewDefinition {
  readonly id: string;
  readonly name: string;
  readonly visibleFields: readonly string[];
  readonly order: readonly { readonly field: string; readonly direction: "asc" | "desc" }[];
  readonly filter: Filter | null;
}

export interface TableDefinition {
  readonly id: string;
  readonly row: number;
  readonly name: string;
  readonly alias: string;
  /** Field whose value names a record. */
  readonly titleField: string | null;
  readonly createdOn: number;
  readonly fields: readonly FieldDefinition[];
  readonly byId: ReadonlyMap<string, FieldDefinition>;
  readonly views: readonly ViewDefinition[];
  /** Calculations in the order in which they must be evaluated. */
  readonly formulas: readonly BoundFormula[];
}

/** What is stored of a field beside its own columns. */
type Kept = Omit<FieldDefinition, "id" | "name" | "alias" | "type" | "computed">;

interface TableRow {
  id: number;
  name: string;
  alias: string;
  title_field: number | null;
  created_on: number;
  total: number;
}
interface FieldRow {
  id: number;
  name: string;
  alias: string;
  type: FieldDefinition["type"];
  definition: string;
}

/** The tables of the workspace. Reads come from memory; writes belong in the caller's transaction. */
export interface Structure {
  tables(): readonly TableDefinition[];
  find(id: string): TableDefinition | null;
  /** @throws Refusal gone */
  table(id: string): TableDefinition;
  total(table: TableDefinition): number;
  addTable(table: { name: string; alias: string; createdOn: number }): string;
  /** Name, alias or title field; the memory follows with `reload`. */
  saveTable(id: string, change: { name: string; alias: string; titleField: string | null }): void;
  addField(table: string, field: Omit<FieldDefinition, "id" | "computed">): string;
  saveField(field: FieldDefinition): void;
  removeField(id: string): void;
  addView(table: string, view: Omit<ViewDefinition, "id">): void;
  /** Read a table again after its definition changed, or after a transaction was undone. */
  reload(table?: string): void;
}

export function isComputed(type: FieldType): boolean {
  return type === "calculation" || type === "auto_number";
}

export function openStructure(db: Store): Structure {
  const ids = createIds(db);
  const tables = new Map<string, TableDefinition>();
  const sql = {
    tables: db.prepare<[], TableRow>("SELECT * FROM tables ORDER BY id"),
    table: db.prepare<[number], TableRow>("SELECT * FROM tables WHERE id = ?"),
    fields: db.prepare<[number], FieldRow>(
      "SELECT id, name, alias, type, definition FROM fields WHERE table_id = ? ORDER BY position",
    ),
    views: db.prepare<[number], { id: number; name: string; definition: string }>(
      "SELECT id, name, definition FROM views WHERE table_id = ? ORDER BY id",
    ),
    total: db.prepare<[number], { total: number }>("SELECT total FROM tables WHERE id = ?"),
    addTable: db.prepare("INSERT INTO tables (id, name, alias, created_on) VALUES (?, ?, ?, ?)"),
    saveTable: db.prepare("UPDATE tables SET name = ?, alias = ?, title_field = ? WHERE id = ?"),
    addField: db.prepare(
      `INSERT INTO fields (id, table_id, position, name, alias, type, definition)
       VALUES (?, ?, (SELECT count(*) FROM fields WHERE table_id = ?), ?, ?, ?, ?)`,
    ),
    saveField: db.prepare("UPDATE fields SET name = ?, alias = ?, definition = ? WHERE id = ?"),
    removeField: db.prepare("DELETE FROM fields WHERE id = ?"),
    addView: db.prepare("INSERT INTO views (id, table_id, name, definition) VALUES (?, ?, ?, ?)"),
  };

  function read(row: TableRow): TableDefinition {
    const fields = sql.fields.all(row.id).map(readField);
    return {
      id: String(row.id),
      row: row.id,
      name: row.name,
      alias: row.alias,
      titleField: titleField(row.title_field, fields),
      createdOn: row.created_on,
      fields,
      byId: new Map(fields.map((field) => [field.id, field])),
      views: sql.views.all(row.id).map((view) => ({
        id: String(view.id),
        name: view.name,
        // Written by addView below.
        ...(JSON.parse(view.definition) as Omit<ViewDefinition, "id" | "name">),
      })),
      formulas: bindFormulas(fields),
    };
  }

  const structure: Structure = {
    tables: () => [...tables.values()],
    find: (id) => tables.get(id) ?? null,
    table(id) {
      const table = tables.get(id);
      if (table === undefined) throw new Refusal("gone", { id });
      return table;
    },
    total: (table) => sql.total.get(table.row)?.total ?? 0,
    addTable({ name, alias, createdOn }) {
      const id = ids.take("table");
      sql.addTable.run(id, name, alias, createdOn);
      return String(id);
    },
    saveTable(id, { name, alias, titleField }) {
      sql.saveTable.run(name, alias, titleField === null ? null : Number(titleField), Number(id));
    },
    addField(table, field) {
      const id = ids.take("field");
      const { name, alias, type } = field;
      const kept = JSON.stringify(keptOf(field));
      sql.addField.run(id, Number(table), Number(table), name, alias, type, kept);
      return String(id);
    },
    saveField(field) {
      const { id, name, alias } = field;
      sql.saveField.run(name, alias, JSON.stringify(keptOf(field)), Number(id));
    },
    removeField: (id) => void sql.removeField.run(Number(id)),
    addView(table, { name, ...definition }) {
      sql.addView.run(ids.take("view"), Number(table), name, JSON.stringify(definition));
    },
    reload(table) {
      if (table === undefined) {
        tables.clear();
        for (const row of sql.tables.all()) tables.set(String(row.id), read(row));
        return;
      }
      const row = sql.table.get(rowNumber(table) ?? 0);
      if (row === undefined) tables.delete(table);
      else tables.set(table, read(row));
    },
  };
  structure.reload();
  return structure;
}

function keptOf(field: Kept): Kept {
  return {
    multiple: field.multiple,
    required: field.required,
    unique: field.unique,
    options: field.options,
    relatedTable: field.relatedTable,
    formula: field.formula,
    description: field.description,
    textType: field.textType,
    prefix: field.prefix,
    digits: field.digits,
    names: field.names,
  };
}

function readField(row: FieldRow): FieldDefinition {
  return {
    // Written by addField and saveField above.
    ...(JSON.parse(row.definition) as Kept),
    id: String(row.id),
    name: row.name,
    alias: row.alias,
    type: row.type,
    computed: isComputed(row.type),
  };
}

/** The field somebody chose, else the first text field, else the first field of all. */
function titleField(chosen: number | null, fields: readonly FieldDefinition[]): string | null {
  const wanted = fields.find((field) => field.id === String(chosen));
  const text = fields.find((field) => field.type === "text" || field.type === "textarea");
  return (wanted ?? text ?? fields[0])?.id ?? null;
}

/** Field by id, or by alias as Huoban's filters allow. */
export function findField(table: TableDefinition, name: string): FieldDefinition | null {
  return (
    table.byId.get(name) ??
    (name === "" ? null : (table.fields.find((field) => field.alias === name) ?? null))
  );
}

/** The next free option id of a field: small numbers as the host has them. */
export function nextOptionId(options: readonly Option[]): string {
  return String(options.reduce((top, { id }) => Math.max(top, Number(id)), 0) + 1);
}
