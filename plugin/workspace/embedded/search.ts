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
  const found = [
    { sql: "instr(lower(r.title), ?) > 0", parameters: [needle] },
    ...table.fields.flatMap((field) => inField(field, needle, identities) ?? []),
  ];
  return {
    sql: `(${found.map(({ sql }) => sql).join(" OR ")})`,
    parameters: found.flatMap(({ parameters }) => parameters),
  };
}

function inField(field: FieldDefinition, needle: string, identities: Identities): Condition | null {
  const path = `$."${field.id}"`;
  const matches = ({ name }: { readonly name: string }) => name.toLowerCase().includes(needle);
  switch (field.type) {
    case "option":
      return holdsAny(path, field.options.filter(matches));
    case "user":
      return holdsAny(path, identities.members().filter(matches));
    case "relation":
      return {
        sql: `EXISTS (SELECT 1 FROM json_each(r.fields, ?) AS link
          JOIN records target ON target.id = CAST(link.value AS INTEGER)
          WHERE instr(lower(target.title), ?) > 0)`,
        parameters: [path, needle],
      };
    case "checkbox":
    case "attachment":
      return null;
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
  }
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
