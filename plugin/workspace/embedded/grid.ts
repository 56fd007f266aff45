import { Decimal, decimalText } from "../../decimal.ts";
import { say, type Locale } from "../../words/words.ts";
import type {
  Comment,
  FieldType,
  FieldValue,
  FieldValues,
  Filter,
  Member,
  Option,
} from "../workspace.ts";
import { plainText, type Conversations, type Notification } from "./conversations.ts";
import type { Identities } from "./identities.ts";
import type { Queries } from "./query.ts";
import { storedFields, type RecordRow, type Records } from "./records.ts";
import { asPluginErrors, Refusal } from "./refusals.ts";
import type { Store } from "./store.ts";
import type { FieldDefinition, Structure, TableDefinition } from "./structure.ts";
import { isComputedValue, portValue, type StoredFields, type StoredValue } from "./values.ts";
import { instantSeconds, type WallClock } from "./wall-clock.ts";

export interface GridField {
  readonly id: string;
  readonly name: string;
  readonly alias: string;
  readonly type: FieldType;
  readonly multiple: boolean;
  readonly required: boolean;
  readonly unique: boolean;
  readonly readOnly: boolean;
  readonly description: string;
  readonly options: readonly Option[];
  readonly relatedTable: string | null;
  readonly formula: string | null;
}
export interface GridView {
  readonly id: string;
  readonly name: string;
  /** Field ids in order; empty = all. */
  readonly visibleFields: readonly string[];
  readonly order: readonly { readonly field: string; readonly direction: "asc" | "desc" }[];
  readonly filter: Filter | null;
}
export interface GridTable {
  readonly id: string;
  readonly name: string;
  readonly alias: string;
  readonly rows: number;
  readonly fields: readonly GridField[];
  readonly views: readonly GridView[];
}
/** The raw value as the port has it, and the text a person reads. */
export interface GridCell {
  readonly value: FieldValue;
  readonly text: string;
}
export interface GridRecord {
  readonly id: string;
  readonly table: string;
  readonly title: string;
  /** ISO with the workspace's offset. */
  readonly createdOn: string;
  readonly updatedOn: string;
  readonly updatedBy: string;
  /** Every field of the table. */
  readonly cells: Readonly<Record<string, GridCell>>;
}
export interface GridChange {
  readonly at: string;
  readonly author: Member;
  readonly kind: "create" | "update" | "delete";
  /** Texts as a person reads them, by field name. */
  readonly changes: readonly {
    readonly field: string;
    readonly fieldId: string;
    readonly before: string;
    readonly after: string;
  }[];
}

/**
 * The embedded workspace for its own grid page: synchronous, acting as a named member.
 *
 * Field values are in the port's form (`FieldValue`). What the workspace does not accept is thrown
 * as `record/refused` with a reason in the workspace's language; a row that is gone as
 * `record/not-found`.
 */
export interface Grid {
  tables(): readonly GridTable[];
  /** `order`: a field id, `-` in front for descending. `view`: id of a view of the table. */
  page(query: {
    readonly table: string;
    readonly offset: number;
    readonly limit: number;
    readonly search?: string | undefined;
    readonly view?: string | undefined;
    readonly order?: string | undefined;
  }): { readonly total: number; readonly records: readonly GridRecord[] };
  record(id: string): GridRecord;
  create(table: string, fields: FieldValues, user: string): GridRecord;
  update(record: string, fields: FieldValues, user: string): GridRecord;
  remove(records: readonly string[], user: string): void;
  /** All rows or none, in one transaction; ids in the order of the rows. */
  importRows(table: string, rows: readonly FieldValues[], user: string): readonly string[];
  /** Oldest first, from the creation on; also of a deleted record. */
  history(record: string): readonly GridChange[];
  members(): readonly Member[];
  /** Add a member, or rename the one with this id. */
  addMember(member: { readonly id?: string; readonly name: string }): Member;
  /** Records of a table whose title contains the text, for relation editors. */
  choices(
    table: string,
    search: string,
    limit: number,
  ): readonly { readonly id: string; readonly title: string }[];
  /** Oldest first. */
  comments(record: string): readonly Comment[];
  /** Comment as a member; plain text with mentions of members. */
  comment(
    record: string,
    comment: {
      readonly text: string;
      readonly mentions?: readonly string[];
      readonly parent?: string | null;
    },
    user: string,
  ): Comment;
  notifications(user: string): readonly Notification[];
}

export interface GridDeps {
  readonly db: Store;
  readonly structure: Structure;
  readonly records: Records;
  readonly queries: Queries;
  readonly identities: Identities;
  readonly conversations: Conversations;
  readonly clock: WallClock;
  readonly locale: Locale;
}

export function createGrid(deps: GridDeps): Grid {
  const { db, structure, records, queries, identities, conversations, clock, locale } = deps;
  const choices = db.prepare<[number, string, string, number], { id: number; title: string }>(
    `SELECT id, title FROM records WHERE table_id = ? AND (? = '' OR instr(lower(title), ?) > 0)
     ORDER BY id LIMIT ?`,
  );
  const guarded = <T>(run: () => T): T => asPluginErrors(locale, run);

  function text(
    field: FieldDefinition,
    value: StoredValue | undefined,
    titles: ReadonlyMap<string, string>,
  ): string {
    if (value === undefined) return "";
    if (isComputedValue(value)) {
      if (value.kind !== "boolean") return value.value;
      return say(locale, value.value === "true" ? "embedded.yes" : "embedded.no");
    }
    if (typeof value === "boolean") return say(locale, value ? "embedded.yes" : "embedded.no");
    if (typeof value === "string") {
      if (field.type === "percent") return `${decimalText(new Decimal(value).times(100))}%`;
      return field.type === "datetime" ? clock.text(instantSeconds(value) ?? 0) : value;
    }
    const names = value.map((id) => nameOf(field, id, titles));
    return names.filter((name) => name !== "").join(say(locale, "embedded.separator"));
  }

  function nameOf(field: FieldDefinition, id: string, titles: ReadonlyMap<string, string>): string {
    switch (field.type) {
      case "option":
        return field.options.find((option) => option.id === id)?.name ?? "";
      case "user":
        return identities.name(id);
      case "attachment":
        return identities.file(id)?.name ?? "";
      default: {
        const title = titles.get(id);
        return title === "" ? say(locale, "embedded.untitled") : (title ?? "");
      }
    }
  }

  function titlesOf(table: TableDefinition, rows: readonly StoredFields[]) {
    const relations = table.fields.filter(({ type }) => type === "relation");
    const ids = rows.flatMap((fields) =>
      relations.flatMap(({ id }) => {
        const value = fields[id];
        return Array.isArray(value) ? (value as readonly string[]) : []; // relations store ids
      }),
    );
    return records.titles(ids);
  }

  function show(table: TableDefinition, rows: readonly RecordRow[]): readonly GridRecord[] {
    const contents = rows.map(storedFields);
    const titles = titlesOf(table, contents);
    return rows.map((row, index) => {
      const fields = contents[index] ?? {};
      return {
        id: String(row.id),
        table: table.id,
        title: row.title,
        createdOn: clock.iso(row.created_on),
        updatedOn: clock.iso(row.updated_on),
        updatedBy: row.updated_by,
        cells: Object.fromEntries(
          table.fields.map((field) => {
            const stored = fields[field.id];
            const value = portValue(field, stored, clock);
            return [field.id, { value, text: text(field, stored, titles) }];
          }),
        ),
      };
    });
  }

  function shown(row: RecordRow): GridRecord {
    const record = show(structure.table(String(row.table_id)), [row])[0];
    if (record === undefined) throw new Refusal("gone", { id: row.id });
    return record;
  }

  function portComment(comment: ReturnType<Conversations["add"]>): Comment {
    return {
      id: comment.id,
      text: plainText(comment.content),
      mentions: comment.mentions,
      author: { id: comment.author, name: identities.name(comment.author) },
      createdOn: clock.iso(comment.createdOn),
      parent: comment.parent,
      topic: null,
    };
  }

  return {
    tables: () =>
      structure.tables().map((table) => ({
        id: table.id,
        name: table.name,
        alias: table.alias,
        rows: structure.total(table),
        fields: table.fields.map(gridField),
        views: table.views,
      })),
    page: ({ table: tableId, offset, limit, search, view: viewId, order }) =>
      guarded(() => {
        const table = structure.table(tableId);
        const view = table.views.find(({ id }) => id === viewId);
        if (viewId !== undefined && view === undefined) throw new Refusal("gone", { id: viewId });
        const descending = order?.startsWith("-") === true;
        const field = descending ? order.slice(1) : order;
        const direction = descending ? ("desc" as const) : ("asc" as const);
        const found = queries.find({
          table,
          filter: view?.filter,
          order: field === undefined ? (view?.order ?? []) : [{ field, direction }],
          offset,
          limit,
          user: "",
          search: search ?? "",
        });
        return { total: found.filtered, records: show(table, found.rows) };
      }),
    record: (id) => guarded(() => shown(records.row(id))),
    create: (table, fields, user) =>
      guarded(() => shown(records.create(structure.table(table), fields, user))),
    update: (record, fields, user) => guarded(() => shown(records.update(record, fields, user))),
    remove: (ids, user) =>
      guarded(() => db.transaction(() => ids.forEach((id) => records.remove(id, user)))()),
    importRows: (table, rows, user) =>
      guarded(() => records.importRows(structure.table(table), rows, user)),
    history: (record) => guarded(() => historyOf(record)),
    members: () => identities.members(),
    addMember: (member) => identities.addMember(member),
    choices: (table, search, limit) =>
      guarded(() => {
        const needle = search.trim().toLowerCase();
        const rows = choices.all(structure.table(table).row, needle, needle, limit);
        return rows.map(({ id, title }) => ({ id: String(id), title }));
      }),
    comments: (record) =>
      guarded(() => conversations.comments(record, { offset: 0, limit: 1000 }).map(portComment)),
    comment: (record, { text: written, mentions = [], parent = null }, user) =>
      guarded(() => {
        const anchors = mentions.map(
          (id) =>
            `<a href="###" hb_type="user" user_id="${escapeText(id)}">@${escapeText(identities.name(id))}</a> `,
        );
        const content = `${anchors.join("")}${escapeText(written)}`;
        return portComment(conversations.add(record, { content, parent, files: [] }, user));
      }),
    notifications: (user) => conversations.notifications(user),
  };

  /** Updates keep what was before, so the first values are found by walking back from the last. */
  function historyOf(id: string): readonly GridChange[] {
    const log = records.changes(id);
    const end = log.at(-1);
    const last: RecordRow =
      end?.kind === "delete"
        ? (JSON.parse(end.detail) as RecordRow) // the row as it was when it was deleted
        : records.row(id);
    const table = structure.table(String(last.table_id));
    const updates = log
      .filter(({ kind }) => kind === "update")
      .map((change) => ({
        change,
        // Written by the update of the same room.
        pairs: JSON.parse(change.detail) as Record<
          string,
          readonly [StoredValue | null, StoredValue | null]
        >,
      }));
    const first: Record<string, StoredValue> = { ...storedFields(last) };
    for (const { pairs } of [...updates].reverse()) {
      for (const [field, [before]] of Object.entries(pairs)) {
        if (before === null) delete first[field];
        else first[field] = before;
      }
    }
    const past = updates.flatMap(({ pairs }) =>
      Object.entries(pairs).flatMap(([field, values]) =>
        values.flatMap((value) => (value === null ? [] : [{ [field]: value }])),
      ),
    );
    const titles = titlesOf(table, [first, storedFields(last), ...past]);
    const author = (user: string) => ({ id: user, name: identities.name(user) });
    const line = (fieldId: string, before?: StoredValue | null, after?: StoredValue | null) => {
      const field = table.byId.get(fieldId);
      if (field === undefined) return [];
      const shownBefore = text(field, before ?? undefined, titles);
      const shownAfter = text(field, after ?? undefined, titles);
      return [{ field: field.name, fieldId, before: shownBefore, after: shownAfter }];
    };
    const created: GridChange = {
      at: clock.iso(last.created_on),
      author: author(last.created_by),
      kind: "create",
      changes: Object.entries(first).flatMap(([field, value]) => line(field, null, value)),
    };
    const changed = updates.map(({ change, pairs }): GridChange => ({
      at: clock.iso(change.at),
      author: author(change.author),
      kind: "update",
      changes: Object.entries(pairs).flatMap(([field, [before, after]]) =>
        line(field, before, after),
      ),
    }));
    const removed: GridChange[] =
      end?.kind === "delete"
        ? [{ at: clock.iso(end.at), author: author(end.author), kind: "delete", changes: [] }]
        : [];
    return [created, ...changed, ...removed];
  }
}

function gridField(field: FieldDefinition): GridField {
  return {
    id: field.id,
    name: field.name,
    alias: field.alias,
    type: field.type,
    multiple: field.multiple,
    required: field.required,
    unique: field.unique,
    readOnly: field.computed,
    description: field.description,
    options: field.options,
    relatedTable: field.relatedTable,
    formula: field.formula,
  };
}

function escapeText(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
