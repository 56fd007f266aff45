import { z } from "zod";
import type { Locale } from "../../words/words.ts";
import { bindNames, hasCircle } from "./calculations.ts";
import { draftOf, FieldBody, typeOf, type FieldDraft, type OptionBody } from "./field-shapes.ts";
import { compileFilter } from "./filter.ts";
import type { Records } from "./records.ts";
import { Refusal } from "./refusals.ts";
import type { Store } from "./store.ts";
import {
  findField,
  isComputed,
  nextOptionId,
  type FieldDefinition,
  type Structure,
  type TableDefinition,
} from "./structure.ts";
import type { WallClock } from "./wall-clock.ts";

const Id = z.union([z.string(), z.number()]).transform(String);
export const ViewBody = z.object({
  name: z.string().trim().min(1).max(200),
  visible_field_ids: z.array(Id).default([]),
  order_by: z.array(z.object({ field: Id, sort: z.enum(["asc", "desc"]) })).default([]),
  filter: z.unknown().optional(),
});
type ViewBody = z.infer<typeof ViewBody>;
const Alias = z.string().max(100);

export const TableCreate = z.object({
  name: z.string().trim().min(1).max(200),
  alias: Alias.default(""),
  item_title: Id.nullish(),
  fields: z.array(FieldBody).max(500).default([]),
  views: z.array(ViewBody).max(200).default([]),
});
export const TableUpdate = z.object({
  name: z.string().trim().min(1).max(200).optional(),
  alias: Alias.optional(),
  item_title: Id.nullish(),
  fields: z.array(FieldBody).max(500).default([]),
  delete_field_ids: z.array(Id).default([]),
  views: z.array(ViewBody).max(200).default([]),
});

/** Creates and alters tables, and brings their rows along. Each call is one transaction. */
export interface Reshape {
  createTable(body: z.infer<typeof TableCreate>): TableDefinition;
  /**
   * Fields that are not mentioned stay as they are; options and views too. Only
   * `delete_field_ids` takes something away.
   */
  updateTable(id: string, body: z.infer<typeof TableUpdate>): TableDefinition;
}

export function createReshape(options: {
  readonly db: Store;
  readonly structure: Structure;
  readonly records: Records;
  readonly clock: WallClock;
  readonly locale: Locale;
  readonly now: () => Date;
}): Reshape {
  const { db, structure, records, clock, locale, now } = options;
  const seconds = () => Math.floor(now().getTime() / 1000);

  /** The memory of the table follows the database, whether the change stood or was undone. */
  function inOneStep(run: () => string): TableDefinition {
    try {
      return structure.table(db.transaction(run)());
    } catch (error) {
      structure.reload();
      throw error;
    }
  }

  function addFields(table: string, drafts: readonly FieldDraft[]): readonly FieldDefinition[] {
    for (const draft of drafts) {
      if (draft.field.relatedTable !== null) structure.table(draft.field.relatedTable);
    }
    const existing = structure.table(table).fields;
    const added = drafts.map((draft): FieldDefinition => {
      const field = { ...draft.field, names: {} };
      return { ...field, id: structure.addField(table, field), computed: isComputed(field.type) };
    });
    // Formulas may name fields of the same request, so they are bound when all have an id.
    const all = [...existing, ...added];
    const bound = added.map((field) =>
      field.type === "calculation"
        ? { ...field, names: bindNames(field.formula ?? "", field.name, all, locale) }
        : field,
    );
    for (const field of bound) if (field.type === "calculation") structure.saveField(field);
    checkFields([...existing, ...bound]);
    return bound;
  }

  /** @throws Refusal bad-structure for two fields of one name or alias, or a circle of formulas */
  function checkFields(fields: readonly FieldDefinition[]): void {
    const aliases = fields.map(({ alias }) => alias).filter((alias) => alias !== "");
    for (const names of [fields.map(({ name }) => name), aliases]) {
      const twice = names.find((name, index) => names.indexOf(name) !== index);
      if (twice !== undefined) throw new Refusal("bad-structure", { reason: twice });
    }
    const circle = fields.find((field) => field.type === "calculation");
    if (circle !== undefined && hasCircle(fields)) {
      throw new Refusal("bad-formula", { field: circle.name, reason: circle.formula ?? "" });
    }
  }

  function addViews(table: TableDefinition, views: readonly ViewBody[], drafts: Names): void {
    const known = new Set(table.views.map(({ name }) => name));
    const id = (name: string) => {
      const found = findField(table, drafts.get(name) ?? name);
      if (found === null) throw new Refusal("bad-structure", { reason: name });
      return found.id;
    };
    for (const view of views.filter(({ name }) => !known.has(name))) {
      const user = "";
      compileFilter(view.filter, { table, clock, now: seconds(), user });
      structure.addView(table.id, {
        name: view.name,
        visibleFields: view.visible_field_ids.map(id),
        order: view.order_by.map(({ field, sort }) => ({
          field: SYSTEM_FIELDS.has(field) ? field : id(field),
          direction: sort,
        })),
        // Compiled above: it is a filter.
        filter: (view.filter ?? null) as TableDefinition["views"][number]["filter"],
      });
    }
  }

  /** A field as a request changes it; its type never changes, its options only grow. */
  function changed(field: FieldDefinition, body: FieldBody): FieldDefinition {
    const settings = body.config ?? {};
    // Without a configuration the type alone does not say what it is (number or percent).
    const isTold = body.type !== undefined && Object.keys(settings).length > 0;
    const same = !isTold || typeOf(body) === field.type;
    if (!same) throw new Refusal("bad-structure", { reason: `${field.name}: type` });
    return {
      ...field,
      name: body.name ?? field.name,
      alias: body.alias ?? field.alias,
      description: body.description ?? field.description,
      required: body.required ?? settings.required ?? field.required,
      unique: body.unique ?? settings.unique ?? field.unique,
      options:
        field.type === "option" ? mergedOptions(field, settings.options ?? []) : field.options,
    };
  }

  function applyChanges(table: TableDefinition, bodies: readonly FieldBody[]): boolean {
    let formulasChanged = false;
    for (const body of bodies) {
      const field = findField(table, body.field_id ?? "");
      if (field === null) throw new Refusal("unknown-field", { field: body.field_id ?? "" });
      const next = changed(field, body);
      const formula = body.config?.script?.code;
      if (field.type === "calculation" && formula !== undefined && formula !== field.formula) {
        const names = bindNames(formula, field.name, table.fields, locale);
        structure.saveField({ ...next, formula, names });
        formulasChanged = true;
      } else structure.saveField(next);
      if (next.unique && !field.unique) records.indexUnique(table, next);
      if (!next.unique && field.unique) records.dropUnique(field.id);
    }
    return formulasChanged;
  }

  return {
    createTable: (body) =>
      inOneStep(() => {
        const id = structure.addTable({ name: body.name, alias: body.alias, createdOn: seconds() });
        checkTableNames(structure, id, body.alias);
        structure.reload(id);
        const drafts = body.fields.map(draftOf);
        const added = addFields(id, drafts);
        const names = placeholders(drafts, added);
        const title = body.item_title ?? null;
        const titleField = title === null ? null : (names.get(title) ?? title);
        structure.saveTable(id, { name: body.name, alias: body.alias, titleField });
        structure.reload(id);
        addViews(structure.table(id), body.views, names);
        structure.reload(id);
        return id;
      }),
    updateTable: (id, body) =>
      inOneStep(() => {
        const table = structure.table(id);
        const isNew = (field: FieldBody) =>
          field._new === true || findField(table, field.field_id ?? "") === null;
        for (const fieldId of body.delete_field_ids) {
          if (!table.byId.has(fieldId)) throw new Refusal("unknown-field", { field: fieldId });
          records.dropUnique(fieldId);
          structure.removeField(fieldId);
        }
        const gone = new Set(body.delete_field_ids);
        const kept = body.fields.filter(
          (field) => !isNew(field) && !gone.has(findField(table, field.field_id ?? "")?.id ?? ""),
        );
        const formulasChanged = applyChanges(table, kept);
        structure.reload(id);
        const drafts = body.fields.filter(isNew).map(draftOf);
        const fresh = addFields(id, drafts);
        checkFields(structure.table(id).fields.filter((field) => !fresh.includes(field)));
        const names = placeholders(drafts, fresh);
        const title = body.item_title ?? table.titleField;
        const alias = body.alias ?? table.alias;
        checkTableNames(structure, id, alias);
        structure.saveTable(id, {
          name: body.name ?? table.name,
          alias,
          titleField: title === null ? null : (names.get(title) ?? title),
        });
        structure.reload(id);
        const computed = fresh.some((field) => field.computed) || formulasChanged;
        const titled = structure.table(id).titleField !== table.titleField;
        if (computed || titled || gone.size > 0) records.refill(structure.table(id), fresh);
        for (const field of fresh)
          if (field.unique) records.indexUnique(structure.table(id), field);
        addViews(structure.table(id), body.views, names);
        structure.reload(id);
        return id;
      }),
  };
}

const SYSTEM_FIELDS: ReadonlySet<string> = new Set([
  "item_id",
  "created_on",
  "created_by",
  "updated_on",
  "updated_by",
]);

/** What a request calls its new fields → their ids. */
type Names = ReadonlyMap<string, string>;

function placeholders(drafts: readonly FieldDraft[], added: readonly FieldDefinition[]): Names {
  return new Map(drafts.map(({ placeholder }, index) => [placeholder, added[index]?.id ?? ""]));
}

function checkTableNames(structure: Structure, id: string, alias: string): void {
  const other = structure.tables().find((table) => table.id !== id && table.alias === alias);
  if (alias !== "" && other !== undefined) throw new Refusal("bad-structure", { reason: alias });
}

/** Known options may be renamed or recoloured, unknown ones are added, none is taken away. */
function mergedOptions(
  field: FieldDefinition,
  bodies: readonly OptionBody[],
): FieldDefinition["options"] {
  const options = [...field.options];
  for (const { id, name, color } of bodies) {
    const index = options.findIndex((option) =>
      id === undefined ? option.name === name : option.id === id,
    );
    const old = options[index];
    const kept = color ?? old?.color;
    const option = {
      id: old?.id ?? id ?? nextOptionId(options),
      name,
      ...(kept === undefined ? {} : { color: kept }),
    };
    if (index >= 0) options[index] = option;
    else options.push(option);
  }
  const names = new Set(options.map(({ name }) => name));
  if (names.size < options.length || !options.every(({ id }) => /^[1-9]\d{0,8}$/.test(id))) {
    throw new Refusal("bad-structure", { reason: `${field.name}: config.options` });
  }
  return options;
}
