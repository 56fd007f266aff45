import { z } from "zod";
import { PluginError } from "../errors.ts";
import { LOCALES, type Locale } from "../words/words.ts";

/**
 * A pack: tables and rows as data, in both languages, with a key for everything that can change.
 *
 *   templates/<id>/pack.yaml            head: names, version, what it needs, which files follow
 *   templates/<id>/tables/<table>.yaml  one table: fields, options and views by key
 *   templates/<id>/rows/<table>.yaml    rows of a table by the value of its key field
 *
 * Keys never change between versions: a field, an option, a view or a row is the same one as long
 * as its key is, whatever people call it. Every scalar is read as text, so that "0.60" stays exact.
 */

const Key = z.string().regex(/^[a-z][a-z0-9_]*$/, "must be a key: a-z, 0-9 and _");
/** Fields may carry the parameters of the scoring rules, which are written like `perPoint`. */
const FieldKey = z
  .string()
  .regex(/^[a-z][A-Za-z0-9_]*$/, "must be a key: letters, 0-9 and _, a small one first");
/** Options may carry the codes of the scoring rules, which are written in capitals. */
const OptionKey = z.string().regex(/^[A-Za-z][A-Za-z0-9_]*$/, "must be a key: letters, 0-9 and _");
const Text = z.string().min(1);
const Flag = z.enum(["true", "false"]).transform((flag) => flag === "true");

/** A text in both languages. */
export const Words = z.strictObject({ zh: Text, en: Text });
export type Words = z.infer<typeof Words>;

const PackOption = z.strictObject({ zh: Text, en: Text, color: Text.optional() });

/** The types a pack may create; see `FieldType` of the workspace. */
const PackFieldType = z.enum([
  "text",
  "textarea",
  "number",
  "percent",
  "money",
  "date",
  "datetime",
  "option",
  "user",
  "relation",
  "checkbox",
  "attachment",
  "calculation",
  "auto_number",
]);

export const PackField = z.strictObject({
  name: Words,
  type: PackFieldType,
  description: Words.optional(),
  multiple: Flag.default(false),
  required: Flag.default(false),
  unique: Flag.default(false),
  /** Written by the engine only: rows of packs and imports leave it alone. */
  output: Flag.default(false),
  /**
   * Its texts may say `{table}` and `{table.field}` for the names those have in the workspace: in a
   * path as they are, in a formula in brackets where the language asks for it.
   */
  refers: z.enum(["path", "formula"]).optional(),
  options: z.record(OptionKey, PackOption).optional(),
  relatedTable: Key.optional(),
  /** `calculation` only: `{field}` stands for the name of a field of the same table. */
  formula: Text.optional(),
});
export type PackField = z.infer<typeof PackField>;

/** Filter of a view, over field and option keys; the operators are those of the workspace. */
export type PackFilter =
  | { readonly and: readonly PackFilter[] }
  | { readonly or: readonly PackFilter[] }
  | { readonly field: string; readonly query: Readonly<Record<string, string | string[]>> };
const PackFilter: z.ZodType<PackFilter> = z.lazy(() =>
  z.union([
    z.strictObject({ and: z.array(PackFilter).min(1) }),
    z.strictObject({ or: z.array(PackFilter).min(1) }),
    z.strictObject({ field: FieldKey, query: z.record(Key, z.union([z.string(), z.array(Text)])) }),
  ]),
);

export const PackView = z.strictObject({
  name: Words,
  /** Field keys in order; none = all. */
  visible: z.array(FieldKey).default([]),
  /** `field` or `-field` for descending. */
  order: z.array(z.string().regex(/^-?[a-z][A-Za-z0-9_]*$/)).default([]),
  filter: PackFilter.optional(),
});
export type PackView = z.infer<typeof PackView>;

export const PackTable = z.strictObject({
  name: Words,
  group: z.enum(["configuration", "business", "result"]),
  description: Words.optional(),
  fields: z.record(FieldKey, PackField),
  views: z.record(Key, PackView).default({}),
});
export type PackTable = z.infer<typeof PackTable>;

/** Text, text in both languages, or keys: of options for `option`, of rows for `relation`. */
export const PackCell = z.union([z.string(), Words, z.array(Text)]);
export type PackCell = z.infer<typeof PackCell>;
export const PackRows = z.record(Text, z.record(FieldKey, PackCell));
export type PackRows = z.infer<typeof PackRows>;

export const PackHead = z.strictObject({
  id: Key,
  version: z.string().regex(/^\d+\.\d+\.\d+$/, "must be a version such as 1.0.0"),
  names: Words,
  description: Words,
  /** Packs that must be there first. */
  requires: z.array(Key).default([]),
  /** Table files in the order in which tables are created. */
  tables: z.array(Key).default([]),
  /** Row files in the order in which rows are written. */
  rows: z.array(Key).default([]),
});

export interface Pack extends z.infer<typeof PackHead> {
  /** By table key, in the order of `tables`. */
  readonly tableOf: ReadonlyMap<string, PackTable>;
  /** By table key (of this pack or of one it requires), in the order of `rows`. */
  readonly rowsOf: ReadonlyMap<string, PackRows>;
  /** Changes exactly when a file of the pack does. */
  readonly digest: string;
}

export function packInvalid(file: string, path: string, reason: string): PluginError {
  return new PluginError("install/pack-invalid", { file, path, reason });
}

/** The side of a text that this locale reads. */
export function inLocale(words: string | Words, locale: Locale): string {
  if (typeof words === "string") return words;
  return locale === "zh-CN" ? words.zh : words.en;
}

/** Both sides of a text, the given locale first: a table may have been named in the other one. */
export function bothNames(words: Words, locale: Locale): readonly string[] {
  const others = LOCALES.filter((other) => other !== locale);
  return [locale, ...others].map((each) => inLocale(words, each));
}

/** The field whose value is the row's key: the first unique text field. */
export function keyFieldOf(table: PackTable): string | null {
  const found = Object.entries(table.fields).find(
    ([, field]) => field.unique && field.type === "text" && !field.output,
  );
  return found?.[0] ?? null;
}
