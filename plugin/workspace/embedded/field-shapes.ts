import { z } from "zod";
import { Refusal } from "./refusals.ts";
import type { FieldDefinition } from "./structure.ts";

/** A field as OpenAPI v1 shows it in a table's configuration. */
export function openApiField(field: FieldDefinition): unknown {
  return {
    field_id: field.id,
    name: field.name,
    alias: field.alias,
    field_type: OPEN_API_TYPES[field.type] ?? field.textType,
    required: field.required,
    unique: field.unique,
    description: field.description,
    config: config(field),
    from_relation_field: null,
  };
}

/** A field as v2 shows it. */
export function v2Field(field: FieldDefinition): unknown {
  return {
    field_id: field.id,
    name: field.name,
    alias: field.alias,
    type: V2_TYPES[field.type],
    required: field.required,
    unique: field.unique,
    description: field.description,
    config: config(field),
    is_attach_field: false,
  };
}

/** `undefined`: the text type says it. */
const OPEN_API_TYPES: Readonly<Record<FieldDefinition["type"], string | undefined>> = {
  text: undefined,
  textarea: undefined,
  number: "numeric",
  percent: "numeric",
  money: "money",
  date: "date",
  datetime: "date",
  option: "category",
  user: "user",
  relation: "relation",
  checkbox: "bool",
  attachment: "file",
  calculation: "calculation",
  auto_number: "auto_number",
};

const V2_TYPES: Readonly<Record<FieldDefinition["type"], string>> = {
  text: "text",
  textarea: "text",
  number: "number",
  percent: "number",
  money: "money",
  date: "date",
  datetime: "date",
  option: "category",
  user: "user",
  relation: "relation",
  checkbox: "bool",
  attachment: "file",
  calculation: "calculation",
  auto_number: "auto_number",
};

function config(field: FieldDefinition): Record<string, unknown> {
  const arity = { is_multi: field.multiple ? 1 : 0, type: field.multiple ? "multi" : "single" };
  switch (field.type) {
    case "text":
    case "textarea":
      return { type: field.textType };
    case "number":
      return { display_mode: "number", is_percent: 0 };
    case "percent":
      return { display_mode: "percent", is_percent: 1 };
    case "money":
    case "checkbox":
    case "attachment":
      return {};
    case "date":
    case "datetime":
      return { type: field.type };
    case "option":
      return { ...arity, options: field.options };
    case "user":
      return arity;
    case "relation":
      return { ...arity, table_id: field.relatedTable };
    case "calculation":
      return { script: { code: field.formula } };
    case "auto_number":
      return { compose: { prefix: field.prefix, digits: field.digits } };
  }
}

const Id = z.union([z.string(), z.number()]).transform(String);
const Flag = z.union([z.boolean(), z.literal(0), z.literal(1)]).transform(Boolean);

export const OptionBody = z.object({
  id: Id.optional(),
  name: z.string().trim().min(1).max(200),
  color: z.string().max(40).optional(),
});
export type OptionBody = z.infer<typeof OptionBody>;

const Config = z
  .looseObject({
    type: z.string(),
    display_mode: z.string(),
    is_percent: Flag,
    is_multi: Flag,
    required: Flag,
    unique: Flag,
    options: z.array(OptionBody).max(1000),
    table_id: Id,
    script: z.looseObject({ code: z.string() }),
    compose: z.looseObject({
      prefix: z.string().max(40).optional(),
      digits: z.number().int().min(1).max(16).optional(),
    }),
  })
  .partial();

export const FieldBody = z.object({
  field_id: Id.optional(),
  _new: Flag.optional(),
  name: z.string().trim().min(1).max(200).optional(),
  alias: z.string().max(100).optional(),
  type: z.string().optional(),
  description: z.string().max(2000).nullish(),
  required: Flag.optional(),
  unique: Flag.optional(),
  config: Config.nullish(),
});
export type FieldBody = z.infer<typeof FieldBody>;

/** A field that does not exist yet; the formula's names are tied to ids when it is created. */
export interface FieldDraft {
  /** What other parts of the request call the field. */
  readonly placeholder: string;
  readonly field: Omit<FieldDefinition, "id" | "computed" | "names">;
}

/** @throws Refusal bad-structure */
export function draftOf(body: FieldBody): FieldDraft {
  const { name } = body;
  if (name === undefined) throw new Refusal("bad-structure", { reason: "name" });
  const settings = body.config ?? {};
  const type = typeOf(body);
  const textType =
    settings.type === "rich" ? "rich" : type === "textarea" ? "textarea" : ("input" as const);
  const formula = settings.script?.code ?? "";
  if (type === "calculation" && formula.trim() === "") {
    throw new Refusal("bad-formula", { field: name, reason: "config.script.code" });
  }
  if (type === "relation" && settings.table_id === undefined) {
    throw new Refusal("bad-structure", { reason: `${name}: config.table_id` });
  }
  const unique = body.unique ?? settings.unique ?? false;
  if (unique && type === "calculation") {
    throw new Refusal("bad-structure", { reason: `${name}: unique` });
  }
  return {
    placeholder: body.field_id ?? body.alias ?? name,
    field: {
      name,
      alias: body.alias ?? "",
      type,
      multiple: settings.is_multi ?? settings.type === "multi",
      required: body.required ?? settings.required ?? false,
      unique,
      description: body.description ?? "",
      options: type === "option" ? newOptions(settings.options ?? [], name) : [],
      relatedTable: type === "relation" ? (settings.table_id ?? null) : null,
      formula: type === "calculation" ? formula : null,
      textType,
      prefix: settings.compose?.prefix ?? "",
      digits: settings.compose?.digits ?? 1,
    },
  };
}

/** The product's word for a v2 type. @throws Refusal bad-structure */
export function typeOf({ type, config, name = "" }: FieldBody): FieldDefinition["type"] {
  const settings = config ?? {};
  switch (type) {
    case "text":
      return settings.type === "textarea" || settings.type === "rich" ? "textarea" : "text";
    case "number":
      return settings.display_mode === "percent" || settings.is_percent === true
        ? "percent"
        : "number";
    case "date":
      return settings.type === "datetime" ? "datetime" : "date";
    case "category":
      return "option";
    case "user":
    case "relation":
    case "money":
    case "calculation":
    case "auto_number":
      return type;
    case "bool":
      return "checkbox";
    case "file":
    case "image":
      return "attachment";
    default:
      throw new Refusal("bad-structure", { reason: `${name}: type ${type ?? ""}` });
  }
}

/** Ids that came along are kept; the others are numbered on from the largest. */
function newOptions(bodies: readonly OptionBody[], field: string): FieldDefinition["options"] {
  const names = new Set(bodies.map(({ name }) => name));
  const ids = bodies.flatMap(({ id }) => id ?? []);
  if (names.size < bodies.length || new Set(ids).size < ids.length) {
    throw new Refusal("bad-structure", { reason: `${field}: config.options` });
  }
  if (!ids.every((id) => /^[1-9]\d{0,8}$/.test(id))) {
    throw new Refusal("bad-structure", { reason: `${field}: config.options.id` });
  }
  let last = ids.reduce((top, id) => Math.max(top, Number(id)), 0);
  return bodies.map(({ id, name, color }) => {
    last += id === undefined ? 1 : 0;
    return { id: id ?? String(last), name, ...(color === undefined ? {} : { color }) };
  });
}
