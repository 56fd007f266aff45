import { decimalText, parseDecimal } from "../decimal.ts";
import type { FieldValue, FieldValues } from "../workspace/workspace.ts";
import { fieldBinding, optionBinding } from "./bindings.ts";
import { REFERENCE } from "./check-pack.ts";
import { inLocale, type PackCell, type PackField } from "./pack.ts";
import type { Place, Site } from "./structure.ts";

export type PackCells = Readonly<Record<string, PackCell>>;

/**
 * Cells of a pack as the workspace takes them.
 *
 * @param recordOf  record id of a row by table and key; null when there is none
 */
export function valuesOf(
  site: Site,
  { key, table }: Place,
  cells: PackCells,
  recordOf: (table: string, row: string) => string | null,
): FieldValues {
  const values: Record<string, FieldValue> = {};
  for (const [name, cell] of Object.entries(cells)) {
    const field = table.fields[name];
    const bound = site.installed.binding(fieldBinding(key, name));
    if (!field || !bound) {
      site.log.warn({ table: key, field: name }, "cells left out: the field is gone");
      continue;
    }
    values[bound.id] = valueOf(field, cell, {
      text: (words) => textOf(site, field, words),
      option: (option) => site.installed.binding(optionBinding(key, name, option))?.id ?? null,
      record: (row) => recordOf(field.relatedTable ?? "", row),
    });
  }
  return values;
}

/** The cells by keys and in the language of the installation: the base of a later comparison. */
export function writtenCells(site: Site, { table }: Place, cells: PackCells): unknown {
  return Object.fromEntries(
    Object.entries(cells).map(([name, cell]) => {
      const field = table.fields[name];
      return [name, field && !Array.isArray(cell) ? textOf(site, field, cell) : cell];
    }),
  );
}

interface Meaning {
  text(words: Exclude<PackCell, string[]>): string;
  option(key: string): string | null;
  record(key: string): string | null;
}

function valueOf(field: PackField, cell: PackCell, meaning: Meaning): FieldValue {
  const keys = Array.isArray(cell) ? cell : typeof cell === "string" ? [cell] : [];
  switch (field.type) {
    case "option":
      return idsOf(keys.map((key) => meaning.option(key)));
    case "relation":
      return idsOf(keys.map((key) => meaning.record(key)));
    case "checkbox":
      return cell === "true";
    case "number":
    case "percent":
    case "money": {
      const number = parseDecimal(keys[0] ?? "");
      return number ? decimalText(number) : null;
    }
    default:
      return Array.isArray(cell) ? null : meaning.text(cell);
  }
}

function idsOf(ids: readonly (string | null)[]): FieldValue {
  const found = ids.filter((id) => id !== null);
  return found.length > 0 ? found : null;
}

/** A text in the language of the installation, with the names of this workspace put in. */
function textOf(site: Site, field: PackField, words: Exclude<PackCell, string[]>): string {
  const text = inLocale(words, site.locale);
  if (!field.refers) return text;
  return text.replace(REFERENCE, (_whole, table: string, key: string | undefined) => {
    const bound = site.installed.binding(table);
    const live = bound ? site.live.get(bound.id) : undefined;
    if (key === undefined) return live?.name ?? table;
    const fieldId = site.installed.binding(fieldBinding(table, key))?.id;
    // Keys are understood as well: should the field be gone, the row says by itself what it misses.
    const name = live?.fields.find((each) => each.id === fieldId)?.name ?? key;
    return field.refers === "formula" ? inFormula(name) : name;
  });
}

/** Names that are more than one word go in brackets. */
function inFormula(name: string): string {
  return /^[\p{L}_][\p{L}\p{M}\p{N}_]*$/u.test(name) ? name : `[${name}]`;
}
