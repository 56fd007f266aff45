import type { FieldValues } from "../workspace/workspace.ts";
import { fieldBinding } from "./bindings.ts";
import { valuesOf, writtenCells, type PackCells } from "./cells.ts";
import { keyFieldOf, type PackTable } from "./pack.ts";
import type { Place, Site } from "./structure.ts";

/** A row of the workspace; `fields` unless we have just created it. */
interface PresentRow {
  readonly id: string;
  readonly fields?: FieldValues;
}
/** Rows by table and by the value of the table's key field; each table is read once at most. */
export type RowIndex = Map<string, Map<string, PresentRow>>;

/** Where rows of a table go: ids of the table and of its key field. */
interface Target {
  readonly table: string;
  readonly keyField: string;
}

/**
 * Write the rows of a pack for one table that were never written.
 *
 * A row whose key is already there belongs to whoever made it and is left as it is; so is one that
 * a person deleted after we wrote it. Relations to rows of the same table follow when all are there.
 *
 * @param place  the pack with the rows, and the table they go to (of this pack or a required one)
 * @param tables  every table of the packs, by key
 * @returns how many rows were written
 */
export async function ensureRows(
  site: Site,
  place: Place,
  tables: ReadonlyMap<string, PackTable>,
  index: RowIndex,
): Promise<number> {
  const { pack, key } = place;
  const rows = Object.entries(pack.rowsOf.get(key) ?? {});
  const isOpen = (kind: "row" | "link") => (row: string) =>
    !site.installed.isSettled(pack.id, `${kind}/${key}/${row}`);
  const open = rows.filter(([row]) => isOpen("row")(row));
  const unlinked = rows.filter(
    ([row, cells]) => Object.keys(linksOf(place, cells)).length > 0 && isOpen("link")(row),
  );
  if (open.length === 0 && unlinked.length === 0) return 0;
  const target = targetOf(site, key, place.table);
  if (!target) {
    site.log.warn({ table: key }, "rows left out: their table or its key field is gone");
    return 0;
  }
  await readIndex(site, key, place.table, index);
  const pointedTo = new Set(
    open.flatMap(([, cells]) =>
      Object.keys(cells).flatMap((cell) => place.table.fields[cell]?.relatedTable ?? []),
    ),
  );
  for (const other of pointedTo) {
    const table = tables.get(other);
    if (table) await readIndex(site, other, table, index);
  }
  const created = await createRows(site, place, target, open, index);
  await linkRows(site, place, target, unlinked, index);
  return created;
}

type Rows = readonly (readonly [string, PackCells])[];

async function createRows(
  site: Site,
  place: Place,
  target: Target,
  rows: Rows,
  index: RowIndex,
): Promise<number> {
  const { installed, workspace } = site;
  const { pack, key } = place;
  const present = index.get(key) ?? new Map<string, PresentRow>();
  const object = (row: string) => `row/${key}/${row}`;
  const settle = (some: Rows, content: (row: string, cells: PackCells) => unknown) =>
    installed.settle(
      pack.id,
      new Map(some.map(([row, cells]) => [object(row), content(row, cells)])),
    );

  const found = rows.filter(([row]) => present.has(row));
  // Begun and found: we wrote it before we stopped, and somebody may have edited it since.
  settle(found, (row, cells) =>
    installed.isBegun(pack.id, object(row)) ? writtenCells(site, place, cells) : null,
  );
  const missing = rows.filter(([row]) => !present.has(row));
  if (missing.length === 0) return 0;
  const values = missing.map(([row, cells]) => ({
    [target.keyField]: row,
    ...valuesOf(site, place, withoutLinks(place, cells), recordIn(site, index)),
  }));
  installed.begin(
    pack.id,
    missing.map(([row]) => object(row)),
  );
  const ids = await workspace.records.upsert(target.table, target.keyField, values);
  for (const [row, id] of ids) present.set(row, { id });
  settle(missing, (_row, cells) => writtenCells(site, place, cells));
  return missing.length;
}

/** Relations among rows of one table, which may be mutual: written when all of them are there. */
async function linkRows(
  site: Site,
  place: Place,
  target: Target,
  rows: Rows,
  index: RowIndex,
): Promise<void> {
  const { installed, workspace } = site;
  const { pack, key } = place;
  const present = index.get(key) ?? new Map<string, PresentRow>();
  const values = rows.flatMap(([row, cells]) => {
    const record = present.get(row);
    const isOurs = installed.content(pack.id, `row/${key}/${row}`) !== null;
    if (!record || !isOurs) return [];
    // A person may have linked the row between our two attempts.
    const isFree = (cell: string) =>
      (record.fields?.[installed.binding(fieldBinding(key, cell))?.id ?? ""] ?? null) === null;
    const links = Object.entries(linksOf(place, cells)).filter(([cell]) => isFree(cell));
    const own = valuesOf(site, place, Object.fromEntries(links), recordIn(site, index));
    return links.length > 0 ? [{ [target.keyField]: row, ...own }] : [];
  });
  installed.begin(
    pack.id,
    rows.map(([row]) => `link/${key}/${row}`),
  );
  if (values.length > 0) await workspace.records.upsert(target.table, target.keyField, values);
  installed.settle(
    pack.id,
    new Map(
      rows.map(([row, cells]) => [
        `link/${key}/${row}`,
        writtenCells(site, place, linksOf(place, cells)),
      ]),
    ),
  );
}

function linksOf({ key, table }: Place, cells: PackCells): PackCells {
  return Object.fromEntries(
    Object.entries(cells).filter(([cell]) => table.fields[cell]?.relatedTable === key),
  );
}

function withoutLinks({ key, table }: Place, cells: PackCells): PackCells {
  return Object.fromEntries(
    Object.entries(cells).filter(([cell]) => table.fields[cell]?.relatedTable !== key),
  );
}

function recordIn(site: Site, index: RowIndex) {
  return (table: string, row: string): string | null => {
    const found = index.get(table)?.get(row);
    if (!found) site.log.warn({ table, row }, "a relation left out: the row is gone");
    return found?.id ?? null;
  };
}

function targetOf(site: Site, key: string, table: PackTable): Target | null {
  const keyField = keyFieldOf(table);
  const bound = site.installed.binding(key);
  const field = keyField === null ? null : site.installed.binding(fieldBinding(key, keyField));
  if (!bound || !field || !site.live.has(bound.id)) return null;
  return { table: bound.id, keyField: field.id };
}

async function readIndex(
  site: Site,
  key: string,
  table: PackTable,
  index: RowIndex,
): Promise<void> {
  if (index.has(key)) return;
  const rows = new Map<string, PresentRow>();
  index.set(key, rows);
  const target = targetOf(site, key, table);
  if (!target) return;
  for await (const page of site.workspace.records.pages(target.table)) {
    for (const { id, fields } of page) {
      const value = fields[target.keyField];
      if (typeof value === "string" && !rows.has(value)) rows.set(value, { id, fields });
    }
  }
}
