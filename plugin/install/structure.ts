import type { Log } from "../log.ts";
import type { Locale } from "../words/words.ts";
import type { Field, NewField, Table, Workspace } from "../workspace/workspace.ts";
import { fieldBinding, optionBinding, type Binding } from "./bindings.ts";
import type { Installed } from "./installed.ts";
import { fieldFits, findOption, findTable, freeKey, freeName, namesake } from "./matching.ts";
import { inLocale, type Pack, type PackField, type PackTable } from "./pack.ts";

export interface Site {
  readonly workspace: Workspace;
  readonly installed: Installed;
  readonly locale: Locale;
  readonly log: Log;
  /** The workspace's tables by id, as last read or changed by us. */
  readonly live: Map<string, Table>;
}

/** A table of a pack, with its key. */
export interface Place {
  readonly pack: Pack;
  readonly key: string;
  readonly table: PackTable;
}

/**
 * Find or create the table of a pack, with every field whose relation can already point somewhere.
 *
 * @returns what was created; a table that was ours and is gone stays gone: a person removed it
 */
export async function ensureTable(
  site: Site,
  place: Place,
): Promise<{ tables: number; fields: number }> {
  const { installed, live, locale, log } = site;
  const { pack, key, table } = place;
  const known = installed.binding(key);
  if (known) {
    if (!live.has(known.id)) log.warn({ table: key }, "a table of the pack is gone; left as it is");
    return { tables: 0, fields: 0 };
  }
  const object = `table/${key}`;
  const taken = boundTables(site);
  const found = findTable(key, table, [...live.values()], taken, locale);
  if (found) {
    const adopted = !installed.isBegun(pack.id, object);
    bindTable(site, place, found, adopted);
    log.info({ table: key, id: found.id, adopted }, "using a table that is already there");
    return { tables: 0, fields: 0 };
  }
  installed.begin(pack.id, [object]);
  const others = [...live.values()];
  const names = others.map((other) => other.name);
  const fields = Object.entries(table.fields)
    .filter(([, field]) => targetOf(site, field) !== undefined)
    // A calculation reads its sisters, so they come first.
    .sort(([, a], [, b]) => Number(a.type === "calculation") - Number(b.type === "calculation"))
    .map(([name, field]) => newField(site, place, name, field, null));
  const created = await site.workspace.structure.createTable({
    key: freeKey(key, others),
    name: freeName(inLocale(table.name, locale), names),
    fields,
  });
  live.set(created.id, created);
  bindTable(site, place, created, false);
  for (const { key: name } of fields) {
    bindField(site, place, name, findNew(created, name, table.fields[name], locale), false);
  }
  return { tables: 1, fields: fields.length };
}

/** Find or add every field and option of a table that is bound; returns how many were added. */
export async function ensureFields(
  site: Site,
  place: Place,
): Promise<{ fields: number; options: number }> {
  const { installed, live, locale, log } = site;
  const { pack, key, table } = place;
  const bound = installed.binding(key);
  const present = bound ? live.get(bound.id) : undefined;
  if (!bound || !present) return { fields: 0, options: 0 };
  const missing: [string, PackField][] = [];
  for (const [name, field] of Object.entries(table.fields)) {
    const known = installed.binding(fieldBinding(key, name));
    if (known) {
      if (!present.fields.some((each) => each.id === known.id)) {
        log.warn({ table: key, field: name }, "a field of the pack is gone; left as it is");
      }
      continue;
    }
    const object = `field/${fieldBinding(key, name)}`;
    const found = namesake(name, field.name, present.fields, locale);
    const target = targetOf(site, field);
    if (target === undefined) {
      log.warn({ table: key, field: name }, "left out: the table it points to is gone");
    } else if (found && fieldFits(field, found, target) && !isTaken(site, place, found)) {
      // In a table of ours nothing was there before us, even if we stopped before noting the field.
      bindField(site, place, name, found, bound.adopted && !installed.isBegun(pack.id, object));
    } else {
      missing.push([name, field]);
    }
  }
  if (missing.length > 0) {
    installed.begin(
      pack.id,
      missing.map(([name]) => `field/${fieldBinding(key, name)}`),
    );
    const fields = missing.map(([name, field]) => newField(site, place, name, field, present));
    const before = new Set(present.fields.map((field) => field.id));
    const changed = await site.workspace.structure.addFields(bound.id, fields);
    live.set(bound.id, changed);
    const added = { ...changed, fields: changed.fields.filter((field) => !before.has(field.id)) };
    missing.forEach(([name, field], index) => {
      const wanted = fields[index]?.name;
      const made =
        added.fields.find((each) => each.name === wanted) ?? findNew(added, name, field, locale);
      bindField(site, place, name, made, false);
    });
  }
  let options = 0;
  for (const [name, field] of Object.entries(table.fields)) {
    if (field.options) options += await ensureOptions(site, place, name, field);
  }
  return { fields: missing.length, options };
}

async function ensureOptions(
  site: Site,
  { pack, key }: Place,
  name: string,
  field: PackField,
): Promise<number> {
  const { installed, live, locale } = site;
  const table = installed.binding(key);
  const bound = installed.binding(fieldBinding(key, name));
  if (!table || !bound) return 0;
  const unbound = Object.entries(field.options ?? {}).filter(
    ([option]) => !installed.binding(optionBinding(key, name, option)),
  );
  if (unbound.length === 0) return 0;
  const optionsNow = () =>
    live.get(table.id)?.fields.find((each) => each.id === bound.id)?.options ?? [];
  const missing = unbound.filter(([, option]) => !findOption(option, optionsNow(), locale));
  if (missing.length > 0) {
    const options = missing.map(([, option]) => ({
      name: inLocale(option, locale),
      ...(option.color === undefined ? {} : { color: option.color }),
    }));
    live.set(table.id, await site.workspace.structure.addOptions(table.id, bound.id, options));
  }
  const added = new Set(missing.map(([option]) => option));
  installed.bind(
    unbound.flatMap(([option, words]) => {
      const found = findOption(words, optionsNow(), locale);
      return found
        ? [optionOf(pack, key, name, option, found.id, bound.adopted && !added.has(option))]
        : [];
    }),
  );
  return missing.length;
}

function optionOf(
  pack: Pack,
  table: string,
  field: string,
  option: string,
  id: string,
  adopted: boolean,
): Binding {
  const parent = fieldBinding(table, field);
  const key = optionBinding(table, field, option);
  return { key, kind: "option", parent, id, group: "", pack: pack.id, adopted };
}

function bindTable(site: Site, { pack, key, table }: Place, found: Table, adopted: boolean): void {
  const { group } = table;
  site.installed.bind([
    { key, kind: "table", parent: "", id: found.id, group, pack: pack.id, adopted },
  ]);
  const content = adopted ? null : { name: inLocale(table.name, site.locale) };
  site.installed.settle(pack.id, new Map([[`table/${key}`, content]]));
}

function bindField(
  site: Site,
  { pack, key, table }: Place,
  name: string,
  found: Field | null,
  adopted: boolean,
): void {
  const wanted = table.fields[name];
  if (!found || !wanted) return;
  const own = fieldBinding(key, name);
  const { installed, locale } = site;
  const options = Object.entries(wanted.options ?? {}).flatMap(([option, words]) => {
    const there = findOption(words, found.options, locale);
    return there ? [optionOf(pack, key, name, option, there.id, adopted)] : [];
  });
  const field: Binding = {
    key: own,
    kind: "field",
    parent: key,
    id: found.id,
    group: "",
    pack: pack.id,
    adopted,
  };
  installed.bind([field, ...options]);
  const content = {
    name: inLocale(wanted.name, locale),
    options: Object.fromEntries(
      Object.entries(wanted.options ?? {}).map(([option, words]) => [
        option,
        inLocale(words, locale),
      ]),
    ),
  };
  installed.settle(pack.id, new Map([[`field/${own}`, adopted ? null : content]]));
}

/** The field we have just made: the host may have kept our key as its alias, or only its name. */
function findNew(
  table: Table,
  key: string,
  field: PackField | undefined,
  locale: Locale,
): Field | null {
  return field ? namesake(key, field.name, table.fields, locale) : null;
}

function newField(
  site: Site,
  place: Place,
  key: string,
  field: PackField,
  present: Table | null,
): NewField {
  const { locale } = site;
  const target = targetOf(site, field);
  const names = present?.fields.map((each) => each.name) ?? [];
  return {
    key: freeKey(key, present?.fields ?? []),
    name: freeName(inLocale(field.name, locale), names),
    type: field.type,
    multiple: field.multiple,
    required: field.required,
    unique: field.unique,
    ...(field.description ? { description: inLocale(field.description, locale) } : {}),
    ...(field.options
      ? {
          options: Object.values(field.options).map((option) => ({
            name: inLocale(option, locale),
            ...(option.color === undefined ? {} : { color: option.color }),
          })),
        }
      : {}),
    ...(typeof target === "string" ? { relatedTable: target } : {}),
    ...(field.formula === undefined
      ? {}
      : { formula: calculation(site, place, field.formula, present) }),
  };
}

/** `{field}` in a calculation as the name that field has, or will have. */
function calculation(site: Site, place: Place, formula: string, present: Table | null): string {
  return formula.replace(/\{(\w+)\}/g, (whole, key: string) => {
    const bound = site.installed.binding(fieldBinding(place.key, key));
    const there = present?.fields.find((field) => field.id === bound?.id);
    const words = place.table.fields[key]?.name;
    return there?.name ?? (words ? inLocale(words, site.locale) : whole);
  });
}

/** Table id a relation points to; null for other types; undefined while that table is not there. */
function targetOf(site: Site, field: PackField): string | null | undefined {
  if (field.relatedTable === undefined) return null;
  const id = site.installed.binding(field.relatedTable)?.id;
  return id !== undefined && site.live.has(id) ? id : undefined;
}

function boundTables(site: Site): ReadonlySet<string> {
  return new Set([...site.live.keys()].filter((id) => site.installed.keyOf("", id) !== null));
}

function isTaken(site: Site, place: Place, field: Field): boolean {
  return site.installed.keyOf(place.key, field.id) !== null;
}
