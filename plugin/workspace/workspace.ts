import type { PluginError } from "../errors.ts";

/**
 * The hosted workspace, as the rest of the plugin is allowed to see it.
 *
 * A driver hides completely: paging, batch limits, asynchronous batches, rate limits, retries and
 * how a value is encoded on the wire. A method that resolves has happened. Every write may be run
 * twice. Every failure is a `PluginError` of family `workspace/…` or `record/…`.
 */
export interface Workspace {
  readonly name: string;
  /** What these credentials can do here. Callers branch on this, never on `name`. */
  readonly supports: Supports;
  readonly structure: StructureDoor;
  readonly records: RecordsDoor;
  readonly comments: CommentsDoor;
  readonly events: EventsDoor;
  /** Members of the workspace. Empty when `supports.members` is false. */
  members(): Promise<readonly Member[]>;
  close(): Promise<void>;
}

export interface Supports {
  /** Create and alter tables. Without it a plan is a checklist for a person (bind mode). */
  readonly structure: boolean;
  /** Comment on records. Without it feedback goes into the sheet's 最新反馈 field. */
  readonly comments: boolean;
  /** Push record changes to us. Without it the reconcile poll runs every minute. */
  readonly events: boolean;
  readonly members: boolean;
  readonly notifications: boolean;
}

export interface Member {
  readonly id: string;
  readonly name: string;
}

// ---------------------------------------------------------------- structure

/**
 * Field types in the product's own words. `percent` values are fractions (0.85 = 85 %) everywhere
 * inside the plugin. `calculation`, `auto_number` and fields with `computed: true` are read-only.
 */
export type FieldType =
  | "text"
  | "textarea"
  | "number"
  | "percent"
  | "money"
  | "date"
  | "datetime"
  | "option"
  | "user"
  | "relation"
  | "checkbox"
  | "attachment"
  | "calculation"
  | "auto_number"
  | "unknown";

export interface Option {
  readonly id: string;
  readonly name: string;
  readonly color?: string;
}

export interface Field {
  readonly id: string;
  readonly name: string;
  /** Stable key set at installation, "" when the host keeps none. */
  readonly alias: string;
  readonly type: FieldType;
  /** For `option`, `user`, `relation`: may hold several values. */
  readonly multiple: boolean;
  readonly required: boolean;
  readonly unique: boolean;
  /** The host computes it (calculation, roll-up, attached): never a write target. */
  readonly computed: boolean;
  readonly options: readonly Option[];
  /** Target table of a `relation`. */
  readonly relatedTable: string | null;
  /** Formula text of a `calculation` where the host shows it. */
  readonly formula: string | null;
}

export interface Table {
  readonly id: string;
  readonly name: string;
  readonly alias: string;
  readonly fields: readonly Field[];
}

export interface NewField {
  /** Becomes the alias; unique in its table. */
  readonly key: string;
  readonly name: string;
  readonly type: Exclude<FieldType, "unknown">;
  readonly multiple?: boolean;
  readonly required?: boolean;
  readonly unique?: boolean;
  readonly description?: string;
  readonly options?: readonly { readonly name: string; readonly color?: string }[];
  /** Table id a relation points to. */
  readonly relatedTable?: string;
  /** `calculation` only: formula over the other fields' names, e.g. `单价*数量*(1-折扣)`. */
  readonly formula?: string;
}

export interface NewView {
  readonly name: string;
  /** Field ids, in order; empty = all. */
  readonly visibleFields: readonly string[];
  readonly order: readonly { readonly field: string; readonly direction: "asc" | "desc" }[];
  readonly filter: Filter | null;
}

export interface StructureDoor {
  /** Every table with its fields and options, read afresh. */
  read(): Promise<readonly Table[]>;
  /** Create a table with its fields in one go. @throws workspace/unsupported */
  createTable(table: {
    readonly key: string;
    readonly name: string;
    readonly fields: readonly NewField[];
  }): Promise<Table>;
  /** Add fields to a table; returns the table as it is afterwards. @throws workspace/unsupported */
  addFields(table: string, fields: readonly NewField[]): Promise<Table>;
  /** Add options to an option field, keeping those that exist (matched by name). */
  addOptions(
    table: string,
    field: string,
    options: readonly { readonly name: string }[],
  ): Promise<Table>;
  /** Set the table's views by name: missing ones are created, existing ones left alone. */
  ensureViews(table: string, views: readonly NewView[]): Promise<void>;
}

// ------------------------------------------------------------------ records

/**
 * - text, textarea, auto_number, date (`YYYY-MM-DD`), datetime (ISO with offset): string
 * - number, percent (fraction), money, calculation: decimal as plain text, e.g. "0.85"
 * - option, user, relation, attachment: ids
 * - checkbox: boolean
 * - empty: null (never "", never [])
 */
export type FieldValue = string | boolean | readonly string[] | null;
/** Keyed by field id. */
export type FieldValues = Readonly<Record<string, FieldValue>>;

export interface WorkspaceRecord {
  readonly id: string;
  readonly title: string;
  readonly createdOn: string;
  readonly updatedOn: string;
  /** User id of the last writer; "" when unknown. */
  readonly updatedBy: string;
  /** Every field of the table; empty ones are null. */
  readonly fields: FieldValues;
}

/** Huoban's own grammar (reference, section 5), over field ids. */
export type Filter =
  | { readonly and: readonly Filter[] }
  | { readonly or: readonly Filter[] }
  | { readonly field: string; readonly query: Readonly<Record<string, unknown>> };

export interface RecordsDoor {
  /**
   * Every record, page by page, oldest first; rows that appear twice across pages come once.
   * `changedSince` (ISO): only rows updated at or after that instant.
   */
  pages(
    table: string,
    options?: { readonly changedSince?: string; readonly filter?: Filter },
  ): AsyncIterable<readonly WorkspaceRecord[]>;
  /** Rows in the table right now. */
  count(table: string): Promise<number>;
  /** The records that exist, by id. An id missing from the map is *confirmed* deleted. */
  read(table: string, ids: readonly string[]): Promise<ReadonlyMap<string, WorkspaceRecord>>;
  /** Set these fields of one record and leave the others alone. @throws record/not-found */
  write(table: string, id: string, fields: FieldValues): Promise<void>;
  /**
   * Set fields of many records of one table, as few calls as the host allows; never creates one.
   * Returns the records that could not be written, with the reason (`record/not-found` = deleted).
   */
  writeMany(
    table: string,
    rows: readonly { readonly id: string; readonly fields: FieldValues }[],
  ): Promise<ReadonlyMap<string, PluginError>>;
  /**
   * Bring rows to exist with these values, matched on a unique text field; returns key → record id.
   * Resolves only when every row has been read back with its values.
   */
  upsert(
    table: string,
    keyField: string,
    rows: readonly FieldValues[],
    onProgress?: (done: number) => void,
  ): Promise<ReadonlyMap<string, string>>;
  /** Delete; records already gone are fine. */
  remove(table: string, ids: readonly string[]): Promise<void>;
}

// ----------------------------------------------------------------- comments

/** A comment's text, piece by piece; the driver escapes text and renders mentions for its host. */
export type CommentPart =
  | { readonly text: string }
  | { readonly mention: { readonly userId: string; readonly name: string } };

export interface Comment {
  readonly id: string;
  /** Plain text, markup removed, mentions as `@name`. */
  readonly text: string;
  readonly mentions: readonly string[];
  readonly author: Member;
  readonly createdOn: string;
  /** Comment it replies to. */
  readonly parent: string | null;
  /** Topic of our own comments, null for a person's. */
  readonly topic: string | null;
}

export interface CommentsDoor {
  /**
   * Keep exactly one comment of ours per topic on a record: safe to call again after a crash.
   *
   * @param topic  stable key such as `grade` or `kpi:revenue`; becomes a short visible reference
   */
  ensure(
    record: { readonly table: string; readonly id: string },
    topic: string,
    parts: readonly CommentPart[],
  ): Promise<"created" | "replaced" | "unchanged">;
  /** Oldest first. */
  read(record: { readonly table: string; readonly id: string }): Promise<readonly Comment[]>;
}

// ------------------------------------------------------------------- events

/** A hint that a record changed. Only reading the record tells what it is now. */
export interface RecordEvent {
  readonly kind: "create" | "update" | "delete";
  readonly table: string;
  readonly record: string;
}

export interface EventsDoor {
  /** Make the host push changes of these tables to us; twice is once. */
  subscribe(tables: readonly string[]): Promise<void>;
  unsubscribe(tables: readonly string[]): Promise<void>;
  /**
   * Decode a delivery. Results of our own asynchronous batches decode to no events.
   * @throws workspace/unreadable-reply for a body that is not one of the host's
   */
  decode(raw: Uint8Array): readonly RecordEvent[];
}
