import { parseDecimal } from "../decimal.ts";
import { keyFieldOf, packInvalid, type Pack, type PackCell, type PackField } from "./pack.ts";
import type { PackFilter, PackTable, PackView } from "./pack.ts";

/**
 * What no schema can say about packs: that every key they mention exists.
 *
 * @param packs  each after what it requires
 * @throws install/pack-invalid
 */
export function checkPacks(packs: readonly Pack[]): void {
  const world: World = { tables: new Map(), rows: new Map() };
  for (const pack of packs) {
    for (const [key, table] of pack.tableOf) {
      const file = `${pack.id}/tables/${key}.yaml`;
      if (world.tables.has(key))
        throw packInvalid(file, "top level", "another pack has this table");
      world.tables.set(key, table);
    }
    for (const [key, rows] of pack.rowsOf) {
      const known = world.rows.get(key) ?? new Set<string>();
      for (const row of Object.keys(rows)) {
        if (known.has(row)) {
          throw packInvalid(`${pack.id}/rows/${key}.yaml`, row, "another pack has this row");
        }
        known.add(row);
      }
      world.rows.set(key, known);
    }
  }
  for (const pack of packs) {
    for (const [key, table] of pack.tableOf) checkTable(pack.id, key, table, world);
    for (const key of pack.rowsOf.keys()) checkRows(pack, key, world);
  }
}

/** All tables and row keys of the packs together. */
interface World {
  readonly tables: Map<string, PackTable>;
  readonly rows: Map<string, Set<string>>;
}

function checkTable(pack: string, key: string, table: PackTable, world: World): void {
  const file = `${pack}/tables/${key}.yaml`;
  if (Object.keys(table.fields).length === 0)
    throw packInvalid(file, "fields", "must not be empty");
  for (const side of ["zh", "en"] as const) {
    const seen = new Set<string>();
    for (const [field, { name }] of Object.entries(table.fields)) {
      if (seen.has(name[side])) {
        throw packInvalid(file, `fields.${field}.name.${side}`, "another field has this name");
      }
      seen.add(name[side]);
    }
  }
  for (const [name, field] of Object.entries(table.fields)) {
    const wrong = fieldFlaw(field, table, world);
    if (wrong) throw packInvalid(file, `fields.${name}`, wrong);
  }
  for (const [name, view] of Object.entries(table.views)) {
    const wrong = viewFlaw(view, table);
    if (wrong) throw packInvalid(file, `views.${name}`, wrong);
  }
}

function fieldFlaw(field: PackField, table: PackTable, world: World): string | null {
  const { type, options, relatedTable, formula } = field;
  if ((type === "option") !== (options !== undefined)) return "options belong to an option field";
  if ((type === "relation") !== (relatedTable !== undefined)) {
    return "relatedTable belongs to a relation field";
  }
  if ((type === "calculation") !== (formula !== undefined)) {
    return "formula belongs to a calculation field";
  }
  if (field.multiple && !["option", "user", "relation"].includes(type)) {
    return "only option, user and relation fields hold several values";
  }
  if (field.refers && type !== "text" && type !== "textarea")
    return "refers belongs to a text field";
  if (relatedTable !== undefined && !world.tables.has(relatedTable)) {
    return `there is no table "${relatedTable}"`;
  }
  const unknown = [...(formula ?? "").matchAll(/\{(\w+)\}/g)].find(
    ([, name]) => !(name !== undefined && Object.hasOwn(table.fields, name)),
  );
  return unknown ? `there is no field ${unknown[0]}` : null;
}

function viewFlaw(view: PackView, table: PackTable): string | null {
  const used = [
    ...view.visible,
    ...view.order.map((field) => field.replace(/^-/, "")),
    ...(view.filter ? filterFields(view.filter) : []),
  ];
  const unknown = used.find((field) => !Object.hasOwn(table.fields, field));
  if (unknown !== undefined) return `there is no field "${unknown}"`;
  return view.filter ? filterFlaw(view.filter, table) : null;
}

function filterFields(filter: PackFilter): readonly string[] {
  if ("and" in filter) return filter.and.flatMap(filterFields);
  if ("or" in filter) return filter.or.flatMap(filterFields);
  return [filter.field];
}

function filterFlaw(filter: PackFilter, table: PackTable): string | null {
  if ("and" in filter || "or" in filter) {
    const parts = "and" in filter ? filter.and : filter.or;
    return parts.map((part) => filterFlaw(part, table)).find((flaw) => flaw !== null) ?? null;
  }
  const options = table.fields[filter.field]?.options;
  if (!options) return null;
  const keys = Object.entries(filter.query).flatMap(([operator, value]) =>
    operator === "em" ? [] : value,
  );
  const unknown = keys.find((key) => !Object.hasOwn(options, key));
  return unknown === undefined ? null : `there is no option "${unknown}" of ${filter.field}`;
}

function checkRows(pack: Pack, key: string, world: World): void {
  const file = `${pack.id}/rows/${key}.yaml`;
  const table = world.tables.get(key);
  if (!table) throw packInvalid(file, "top level", `there is no table "${key}"`);
  const keyField = keyFieldOf(table);
  if (keyField === null) throw packInvalid(file, "top level", "the table has no unique text field");
  for (const [row, cells] of Object.entries(pack.rowsOf.get(key) ?? {})) {
    for (const [name, cell] of Object.entries(cells)) {
      const field = table.fields[name];
      const wrong = !field
        ? `there is no field "${name}"`
        : name === keyField
          ? "the row's key is its value"
          : cellFlaw(cell, field, world);
      if (wrong) throw packInvalid(file, `${row}.${name}`, wrong);
    }
    const missing = Object.entries(table.fields).find(
      ([name, field]) => field.required && name !== keyField && !Object.hasOwn(cells, name),
    );
    if (missing) throw packInvalid(file, row, `"${missing[0]}" is required`);
  }
}

function cellFlaw(cell: PackCell, field: PackField, world: World): string | null {
  if (field.output) return "only the engine writes this field";
  const keys = Array.isArray(cell) ? cell : typeof cell === "string" ? [cell] : null;
  if (keys && keys.length > 1 && !field.multiple) return "holds one value only";
  switch (field.type) {
    case "text":
    case "textarea": {
      if (Array.isArray(cell)) return "must be text";
      return field.refers ? referenceFlaw(cell, world) : null;
    }
    case "number":
    case "percent":
    case "money":
      return typeof cell === "string" && parseDecimal(cell) ? null : "must be a number";
    case "date":
      return typeof cell === "string" && /^\d{4}-\d{2}-\d{2}$/.test(cell) ? null : "must be a date";
    case "checkbox":
      return cell === "true" || cell === "false" ? null : "must be true or false";
    case "option":
      return unknownKey(keys, (option) => Object.hasOwn(field.options ?? {}, option), "option");
    case "relation": {
      const rows = world.rows.get(field.relatedTable ?? "");
      return unknownKey(keys, (row) => rows?.has(row) ?? false, "row");
    }
    case "datetime":
    case "user":
    case "attachment":
    case "calculation":
    case "auto_number":
      return `a pack cannot fill a ${field.type} field`;
  }
}

function unknownKey(
  keys: readonly string[] | null,
  known: (key: string) => boolean,
  what: string,
): string | null {
  if (!keys) return `must be the key of one ${what}, or a list of them`;
  const unknown = keys.find((key) => !known(key));
  return unknown === undefined ? null : `there is no ${what} "${unknown}"`;
}

/** `{table}` and `{table.field}` in a text that refers to them. */
export const REFERENCE = /\{([a-z][a-z0-9_]*)(?:\.([a-z][A-Za-z0-9_]*))?\}/g;

function referenceFlaw(cell: string | { zh: string; en: string }, world: World): string | null {
  for (const text of typeof cell === "string" ? [cell] : [cell.zh, cell.en]) {
    for (const [whole, table, field] of text.matchAll(REFERENCE)) {
      const found = world.tables.get(table ?? "");
      if (!found || (field !== undefined && !Object.hasOwn(found.fields, field))) {
        return `${whole} names nothing of these packs`;
      }
    }
  }
  return null;
}
