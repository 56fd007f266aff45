import type { Field, FieldValue, WorkspaceRecord } from "../workspace/workspace.ts";
import type { CompiledSource, Company, Path, Source } from "./company.ts";
import type { MirrorRow } from "./contribute.ts";
import type { State } from "./state.ts";

/** What has to be mirrored of a table: fields that sources read, and relations they follow. */
export interface TableNeed {
  readonly fields: ReadonlySet<string>;
  readonly relations: readonly string[];
  /** Types of the fields: a converted field holds other values. */
  readonly types: ReadonlyMap<string, Field["type"]>;
}

export function pathsOf(compiled: CompiledSource): readonly Path[] {
  const formulas = [compiled.filter, compiled.value, compiled.denominator];
  return [
    compiled.person,
    compiled.date,
    ...(compiled.distinctBy ? [compiled.distinctBy] : []),
    ...formulas.flatMap((bound) => (bound ? [...bound.paths.values()] : [])),
  ];
}

/** Tables the sources read from, directly or over relations, with the fields needed of each. */
export function needsOf(company: Company): ReadonlyMap<string, TableNeed> {
  const fields = new Map<string, Set<string>>();
  const relations = new Map<string, Set<string>>();
  const types = new Map<string, Map<string, Field["type"]>>();
  const typed = (table: string, field: string, type: Field["type"]) =>
    types.set(table, (types.get(table) ?? new Map<string, Field["type"]>()).set(field, type));
  const need = (map: Map<string, Set<string>>, table: string, field: string) => {
    const known = map.get(table);
    if (known) known.add(field);
    else map.set(table, new Set([field]));
  };
  for (const source of company.sources.values()) {
    if (!source.compiled) continue;
    for (const path of pathsOf(source.compiled)) {
      for (const hop of path.hops) {
        need(fields, hop.table, hop.field);
        need(relations, hop.table, hop.field);
        typed(hop.table, hop.field, "relation");
      }
      need(fields, path.table, path.field.id);
      typed(path.table, path.field.id, path.field.type);
    }
  }
  return new Map(
    [...fields].map(([table, ids]) => [
      table,
      // In order once, so that every row picked by it is: rows are compared as texts.
      {
        fields: new Set([...ids].sort()),
        relations: [...(relations.get(table) ?? [])].sort(),
        types: types.get(table) ?? new Map<string, Field["type"]>(),
      },
    ]),
  );
}

/** Tables of which `after` needs what `before` did not mirror: fields, their type, relations followed. */
export function newNeeds(
  before: ReadonlyMap<string, TableNeed>,
  after: ReadonlyMap<string, TableNeed>,
): readonly string[] {
  return [...after]
    .filter(([table, need]) => {
      const had = before.get(table);
      return (
        !had ||
        [...need.fields].some((field) => !had.fields.has(field)) ||
        [...need.types].some(([field, type]) => had.types.get(field) !== type) ||
        need.relations.some((field) => !had.relations.includes(field))
      );
    })
    .map(([table]) => table);
}

/** Tables in an order in which every relation target comes before what points to it. */
export function parentsFirst(company: Company, tables: readonly string[]): readonly string[] {
  const targets = new Map<string, Set<string>>();
  for (const source of company.sources.values())
    for (const path of source.compiled ? pathsOf(source.compiled) : [])
      for (const hop of path.hops)
        targets.set(hop.table, (targets.get(hop.table) ?? new Set()).add(hop.to));
  const ordered: string[] = [];
  const visit = (table: string, trail: ReadonlySet<string>) => {
    if (ordered.includes(table) || trail.has(table)) return;
    for (const target of targets.get(table) ?? []) visit(target, new Set([...trail, table]));
    ordered.push(table);
  };
  for (const table of [...tables].sort()) visit(table, new Set());
  return ordered.filter((table) => tables.includes(table));
}

export function pick(record: WorkspaceRecord, need: TableNeed): MirrorRow {
  const fields: Record<string, FieldValue> = {};
  for (const field of need.fields) fields[field] = record.fields[field] ?? null;
  return { id: record.id, title: record.title, fields };
}

export function sameMirror(a: MirrorRow | null, b: MirrorRow | null): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Records of the source's own table whose contribution may depend on record `id` of `table`. */
export function dependents(
  state: State,
  source: Source,
  table: string,
  id: string,
): readonly string[] {
  const { compiled } = source;
  if (!compiled) return [];
  const found = new Set<string>(compiled.table === table ? [id] : []);
  for (const path of pathsOf(compiled)) {
    path.hops.forEach((hop, index) => {
      if (hop.to !== table) return;
      let ids: readonly string[] = [id];
      for (const back of path.hops.slice(0, index + 1).reverse())
        ids = ids.flatMap((target) => state.pointingTo(back.field, target));
      for (const dependent of ids) found.add(dependent);
    });
  }
  return [...found].sort();
}
