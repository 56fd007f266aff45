import type { Condition } from "./conditions.ts";
import type { Identities } from "./identities.ts";
import type { FieldDefinition, TableDefinition } from "./structure.ts";

/** Rows in which a person can read the text, in any letter case; ids are not read by people. */
export function searchCondition(
  table: TableDefinition,
  text: string,
  identities: Identities,
): Condition {
  const needle = text.trim().toLowerCase();
  const written = table.fields.flatMap((field) => inText(field, needle) ?? []);
  const named = table.fields.flatMap((field) => inNames(field, needle, identities) ?? []);
  const found = [
    { sql: "instr(lower(r.title), ?) > 0", parameters: [needle] },
    ...(written.length === 0 ? [] : [inRow(needle, anyOf(written))]),
    ...named,
  ];
  return anyOf(found);
}

function anyOf(conditions: readonly Condition[]): Condition {
  return {
    sql: `(${conditions.map(({ sql }) => sql).join(" OR ")})`,
    parameters: conditions.flatMap(({ parameters }) => parameters),
  };
}

/** One look at the whole row first: most rows do not have the text anywhere. */
function inRow(needle: string, fields: Condition): Condition {
  const inJson = JSON.stringify(needle).slice(1, -1);
  return {
    sql: `(instr(lower(r.fields), ?) > 0 AND ${fields.sql})`,
    parameters: [inJson, ...fields.parameters],
  };
}

/** Fields that keep what people read. */
function inText(field: FieldDefinition, needle: string): Condition | null {
  const path = `$."${field.id}"`;
  switch (field.type) {
    case "calculation":
      return contains(`${path}.value`, needle);
    case "text":
    case "textarea":
    case "number":
    case "percent":
    case "money":
    case "date":
    case "datetime":
    case "auto_number":
      return contains(path, needle);
    case "option":
    case "user":
    case "relation":
    case "checkbox":
    case "attachment":
      return null;
  }
}

/** Fields that keep ids, of things that have names. */
function inNames(field: FieldDefinition, needle: string, identities: Identities): Condition | null {
  const path = `$."${field.id}"`;
  const matches = ({ name }: { readonly name: string }) => name.toLowerCase().includes(needle);
  if (field.type === "option") return holdsAny(path, field.options.filter(matches));
  if (field.type === "user") return holdsAny(path, identities.members().filter(matches));
  if (field.type !== "relation") return null;
  return {
    sql: `EXISTS (SELECT 1 FROM json_each(r.fields, ?) AS link
      JOIN records target ON target.id = CAST(link.value AS INTEGER)
      WHERE instr(lower(target.title), ?) > 0)`,
    parameters: [path, needle],
  };
}

function contains(path: string, needle: string): Condition {
  return { sql: "instr(lower(json_extract(r.fields, ?)), ?) > 0", parameters: [path, needle] };
}

function holdsAny(path: string, wanted: readonly { readonly id: string }[]): Condition | null {
  if (wanted.length === 0) return null;
  return {
    sql: `EXISTS (SELECT 1 FROM json_each(r.fields, ?)
      WHERE value IN (SELECT value FROM json_each(?)))`,
    parameters: [path, JSON.stringify(wanted.map(({ id }) => id))],
  };
}
