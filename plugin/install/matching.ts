import type { Field, FieldType, Option, Table } from "../workspace/workspace.ts";
import type { Locale } from "../words/words.ts";
import { bothNames, keyFieldOf, type PackField, type PackTable, type Words } from "./pack.ts";

/**
 * Finding in a workspace what a pack speaks of: by alias first, then by its exact name in either
 * language, and only where the type can hold the same values.
 */

/** Types that hold what the pack's type holds. Percent is never number: 0.85 would become 85 %. */
const HOLDS: Readonly<Record<PackField["type"], readonly FieldType[]>> = {
  text: ["text", "textarea"],
  textarea: ["textarea", "text"],
  number: ["number", "money"],
  percent: ["percent"],
  money: ["money", "number"],
  date: ["date", "datetime"],
  datetime: ["datetime"],
  option: ["option"],
  user: ["user"],
  relation: ["relation"],
  checkbox: ["checkbox"],
  attachment: ["attachment"],
  calculation: ["calculation", "number", "money"],
  auto_number: ["auto_number"],
};

/** @param target  table id the relation must point to; null while that table is not known yet */
export function fieldFits(wanted: PackField, field: Field, target: string | null): boolean {
  if (!HOLDS[wanted.type].includes(field.type)) return false;
  if (wanted.type !== "calculation" && field.computed) return false;
  if (wanted.type === "relation" && target !== null && field.relatedTable !== target) return false;
  return wanted.type === "user" || field.multiple === wanted.multiple;
}

/** The field that carries the alias, or else the name, whatever its type. */
export function namesake(
  key: string,
  name: Words,
  fields: readonly Field[],
  locale: Locale,
): Field | null {
  const byAlias = fields.find((field) => field.alias === key);
  return byAlias ?? byName(name, fields, locale);
}

/**
 * The table that a pack's table already is.
 *
 * A table found by name alone must have the key field too: it may be somebody's other list.
 *
 * @param taken  ids of tables that already are something else
 */
export function findTable(
  key: string,
  wanted: PackTable,
  tables: readonly Table[],
  taken: ReadonlySet<string>,
  locale: Locale,
): Table | null {
  const free = tables.filter((table) => !taken.has(table.id));
  const named = bothNames(wanted.name, locale).flatMap((name) =>
    free.filter((table) => table.name === name && table.alias !== key),
  );
  const keyField = keyFieldOf(wanted);
  const hasKey = (table: Table) => {
    const field = keyField === null ? undefined : wanted.fields[keyField];
    return !keyField || !field || namesake(keyField, field.name, table.fields, locale) !== null;
  };
  return (
    free.find((table) => table.alias === key && tableFits(wanted, table, locale)) ??
    named.find((table) => hasKey(table) && tableFits(wanted, table, locale)) ??
    null
  );
}

/** No field of the pack meets one of its name that cannot hold its values. */
function tableFits(wanted: PackTable, table: Table, locale: Locale): boolean {
  return Object.entries(wanted.fields).every(([key, field]) => {
    const found = namesake(key, field.name, table.fields, locale);
    return found === null || fieldFits(field, found, null);
  });
}

export function findOption(name: Words, options: readonly Option[], locale: Locale): Option | null {
  return byName(name, options, locale);
}

function byName<T extends { readonly name: string }>(
  name: Words,
  things: readonly T[],
  locale: Locale,
): T | null {
  for (const each of bothNames(name, locale)) {
    const found = things.find((thing) => thing.name === each);
    if (found) return found;
  }
  return null;
}

/** A name nobody has yet: `name`, else `name (KPI Loop)`, else with a number. */
export function freeName(name: string, taken: readonly string[]): string {
  const candidates = [name, `${name} (KPI Loop)`];
  for (let number = 2; ; number++) {
    const found = candidates.find((candidate) => !taken.includes(candidate));
    if (found !== undefined) return found;
    candidates.push(`${name} (KPI Loop ${number})`);
  }
}

/** An alias nobody has yet: the key, else `key_kpi_loop`, else with a number. */
export function freeKey(key: string, others: readonly { readonly alias: string }[]): string {
  const taken = new Set(others.map((other) => other.alias));
  let candidate = key;
  for (let number = 1; taken.has(candidate); number++) {
    candidate = number === 1 ? `${key}_kpi_loop` : `${key}_kpi_loop_${number}`;
  }
  return candidate;
}
