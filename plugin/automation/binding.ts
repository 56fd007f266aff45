import { parseFormula, type FormulaProblem, type Kind, type NameType } from "../formula/formula.ts";
import type { Field, Table } from "../workspace/workspace.ts";
import type { BoundFormula, Path } from "./company.ts";

/**
 * Names people write (`所属订单.负责人`) bound to field ids.
 *
 * A name is looked up as alias, as present name, then as a name the field once had, so that renaming
 * a field never breaks a formula written before.
 */
export interface Naming {
  table(nameOrKeyOrId: string): Table | null;
  tableById(id: string): Table | null;
  field(table: string, name: string): Field | null;
  fieldById(table: string, id: string): Field | null;
  /** The pack's key of an option; null where no pack brought it. */
  optionKey(table: string, field: string, option: string): string | null;
  /** Id of the option that once had this name. */
  formerOption(table: string, field: string, name: string): string | null;
  /** Fields of a pack's table that people deleted: their key, and the name they had. */
  lost(tableKey: string): ReadonlyMap<string, string>;
  /** Names worth suggesting for a formula over this table. */
  known(table: string): readonly string[];
}

/**
 * @param aliases  pack key of a table id, where the host keeps no aliases itself
 * @param keyOf.bound  fields a pack's table was given, with their last name
 * @param formerNames  (parent, name) → ids that had the name earlier: of fields in a table, of options
 *   in `table.field`, of tables in ""
 */
export function createNaming(
  tables: readonly Table[],
  keyOf: {
    table(tableId: string): string | null;
    field(tableId: string, fieldId: string): string | null;
    option?(tableId: string, fieldId: string, optionId: string): string | null;
    bound?(tableKey: string): readonly { readonly key: string; readonly name: string }[];
  },
  formerNames: (parent: string, name: string) => readonly string[],
): Naming {
  const byId = new Map(tables.map((table) => [table.id, table]));
  const byName = new Map<string, Table>();
  for (const table of [...tables].reverse()) {
    byName.set(table.name, table);
  }
  for (const table of tables) {
    const key = keyOf.table(table.id) ?? table.alias;
    if (key) byName.set(key, table);
  }
  const fields = new Map<string, Map<string, Field>>();
  for (const table of tables) {
    const named = new Map<string, Field>();
    for (const field of [...table.fields].reverse()) named.set(field.name, field);
    for (const field of table.fields) {
      const key = keyOf.field(table.id, field.id) ?? field.alias;
      if (key) named.set(key, field);
    }
    fields.set(table.id, named);
  }
  const fieldById = (table: string, id: string) =>
    byId.get(table)?.fields.find((field) => field.id === id) ?? null;
  const field = (table: string, name: string) => {
    const present = fields.get(table)?.get(name);
    if (present) return present;
    for (const id of formerNames(table, name)) {
      const former = fieldById(table, id);
      if (former) return former;
    }
    return null;
  };
  return {
    table: (name) =>
      byName.get(name) ??
      byId.get(name) ??
      formerNames("", name)
        .map((id) => byId.get(id))
        .find((table) => table !== undefined) ??
      null,
    tableById: (id) => byId.get(id) ?? null,
    field,
    fieldById,
    optionKey: (table, fieldId, option) => keyOf.option?.(table, fieldId, option) ?? null,
    formerOption: (table, fieldId, name) => {
      const options = fieldById(table, fieldId)?.options ?? [];
      const former = formerNames(`${table}.${fieldId}`, name);
      return former.find((id) => options.some((option) => option.id === id)) ?? null;
    },
    lost(tableKey) {
      const table = tables.find((one) => keyOf.table(one.id) === tableKey);
      if (!table) return new Map();
      const present = new Set(table.fields.map((one) => keyOf.field(table.id, one.id)));
      const gone = (keyOf.bound?.(tableKey) ?? []).filter(({ key }) => !present.has(key));
      return new Map(gone.map(({ key, name }) => [key, name]));
    },
    known(tableId) {
      const own = [...(fields.get(tableId)?.keys() ?? [])];
      const reached = (byId.get(tableId)?.fields ?? [])
        .filter((candidate) => candidate.type === "relation" && candidate.relatedTable)
        .flatMap((relation) =>
          [...(fields.get(relation.relatedTable ?? "")?.keys() ?? [])].map(
            (name) => `${relation.name}.${name}`,
          ),
        );
      return [...own, ...reached];
    },
  };
}

/**
 * Follow a dotted path from a table. Field names may contain dots themselves, so the longest name
 * that exists wins at each step.
 */
export function bindPath(naming: Naming, table: string, text: string): Path | null {
  const name = text.trim();
  if (name === "") return null;
  const whole = naming.field(table, name);
  if (whole) return { text: name, hops: [], table, field: whole };
  for (let dot = name.lastIndexOf("."); dot > 0; dot = name.lastIndexOf(".", dot - 1)) {
    const relation = naming.field(table, name.slice(0, dot));
    if (relation?.type !== "relation" || !relation.relatedTable || relation.multiple) continue;
    const rest = bindPath(naming, relation.relatedTable, name.slice(dot + 1));
    if (rest)
      return {
        text: name,
        hops: [{ table, field: relation.id, to: relation.relatedTable }, ...rest.hops],
        table: rest.table,
        field: rest.field,
      };
  }
  return null;
}

/** Read a formula over a table's fields; a name that leads to no field is its problem. */
export function bindFormula(
  naming: Naming,
  table: string,
  text: string,
): { ok: true; bound: BoundFormula } | { ok: false; problem: FormulaProblem } {
  const free = parseFormula(text);
  const names = free.ok ? free.formula.names : [];
  // Former names and longer paths are no suggestions, but they are known.
  const paths = new Map(
    names.flatMap((name) => {
      const path = bindPath(naming, table, name);
      return path ? [[name, asWritten(naming, path, text)] as const] : [];
    }),
  );
  const known = new Map<string, NameType>(naming.known(table).map((name) => [name, {}]));
  for (const [name, { field }] of paths) known.set(name, { kind: kindOf(field) });
  const parsed = parseFormula(text, { known });
  if (parsed.ok) return { ok: true, bound: { formula: parsed.formula, paths } };
  const [problem] = parsed.problems;
  if (!problem) throw new Error("A formula was refused without a problem");
  return { ok: false, problem };
}

/** What a field's values are in a formula; `any` where hosts keep what people type as text. */
function kindOf({ type }: Field): Kind {
  switch (type) {
    case "number":
    case "percent":
    case "money":
      return "number";
    case "date":
    case "datetime":
      return "date";
    case "checkbox":
      return "boolean";
    case "option":
    case "user":
    case "relation":
      return "text";
    default:
      return "any";
  }
}

/** Options go by the names the formula writes, also where people have renamed them since. */
function asWritten(naming: Naming, path: Path, text: string): Path {
  const { field } = path;
  if (field.type !== "option") return path;
  const written = new Set(
    [...text.matchAll(/["\u201C]([^"\u201D]*)["\u201D]/g)].map((one) => one[1]),
  );
  const former = new Map<string, string>();
  for (const name of written) {
    if (name === undefined || field.options.some((option) => option.name === name)) continue;
    const id = naming.formerOption(path.table, field.id, name);
    if (id !== null) former.set(id, name);
  }
  if (former.size === 0) return path;
  const options = field.options.map((option) => {
    const name = written.has(option.name) ? undefined : former.get(option.id);
    return name === undefined ? option : { ...option, name };
  });
  return { ...path, field: { ...field, options } };
}
