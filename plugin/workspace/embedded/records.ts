import { say, type Locale } from "../../words/words.ts";
import type { Outbound } from "./callbacks.ts";
import type { Identities } from "./identities.ts";
import { Refusal } from "./refusals.ts";
import { createIds, rowNumber, type Store } from "./store.ts";
import type { FieldDefinition, Structure, TableDefinition } from "./structure.ts";
import { isComputedValue, parseValue, sameValue, type StoredFields } from "./values.ts";
import type { References, StoredValue } from "./values.ts";
import { instantSeconds, type WallClock } from "./wall-clock.ts";

export interface RecordRow {
  readonly id: number;
  readonly table_id: number;
  readonly title: string;
  /** JSON of StoredFields. */
  readonly fields: string;
  readonly created_on: number;
  readonly created_by: string;
  readonly updated_on: number;
  readonly updated_by: string;
  /** Grows with every change of any record: order within one second. */
  readonly change: number;
}

export interface ChangeRow {
  readonly number: number;
  readonly at: number;
  readonly author: string;
  readonly kind: "update" | "delete";
  /** `update`: field id → [before, after]. `delete`: the whole row. */
  readonly detail: string;
}

/** Values by field id as they came in; each is checked here. */
export type Incoming = Readonly<Record<string, unknown>>;

/** The one place that changes records. Every method is one transaction (or part of the caller's). */
export interface Records {
  find(id: string): RecordRow | null;
  /** @throws Refusal gone */
  row(id: string): RecordRow;
  /** Rows that exist, by id. */
  titles(ids: readonly string[]): ReadonlyMap<string, string>;
  create(table: TableDefinition, fields: Incoming, author: string): RecordRow;
  /** A write that changes nothing leaves no trace: no event, no history, no new date. */
  update(id: string, fields: Incoming, author: string): RecordRow;
  remove(id: string, author: string): void;
  /** All rows or none. @throws Refusal with the row's number in `row` */
  importRows(table: TableDefinition, rows: readonly Incoming[], author: string): readonly string[];
  changes(id: string): readonly ChangeRow[];
  byUnique(field: FieldDefinition, value: string): number | null;
  /** Compute calculations and number rows of fields that are new to a table with rows. */
  refill(table: TableDefinition, fresh: readonly FieldDefinition[]): void;
  /** Start to enforce uniqueness. @throws Refusal duplicate-unique */
  indexUnique(table: TableDefinition, field: FieldDefinition): void;
  dropUnique(field: string): void;
  /** Grows with every change to the table: what was counted before holds while it stays. */
  version(table: string): number;
}

export interface RecordsOptions {
  readonly db: Store;
  readonly structure: Structure;
  readonly identities: Identities;
  readonly outbound: Outbound;
  readonly clock: WallClock;
  readonly now: () => Date;
  readonly locale: Locale;
}

export function openRecords(options: RecordsOptions): Records {
  const { db, structure, identities, outbound, clock, locale } = options;
  const ids = createIds(db);
  const versions = new Map<string, number>();
  const sql = {
    find: db.prepare<[number], RecordRow>("SELECT * FROM records WHERE id = ?"),
    exists: db.prepare<[number], { table_id: number }>("SELECT table_id FROM records WHERE id = ?"),
    titles: db.prepare<[string], { id: number; title: string }>(
      "SELECT id, title FROM records WHERE id IN (SELECT value FROM json_each(?))",
    ),
    insert: db.prepare("INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"),
    update: db.prepare(
      `UPDATE records SET title = ?, fields = ?, updated_on = ?, updated_by = ?, change = ?
       WHERE id = ?`,
    ),
    rewrite: db.prepare("UPDATE records SET title = ?, fields = ? WHERE id = ?"),
    remove: db.prepare("DELETE FROM records WHERE id = ?"),
    total: db.prepare("UPDATE tables SET total = total + ? WHERE id = ?"),
    history: db.prepare("INSERT INTO changes VALUES (?, ?, ?, ?, ?, ?, ?)"),
    changes: db.prepare<[number], ChangeRow>(
      "SELECT number, at, author, kind, detail FROM changes WHERE record_id = ? ORDER BY number",
    ),
    unique: db.prepare<[number, string], { record_id: number }>(
      "SELECT record_id FROM unique_values WHERE field_id = ? AND value = ?",
    ),
    addUnique: db.prepare("INSERT INTO unique_values VALUES (?, ?, ?)"),
    removeUnique: db.prepare("DELETE FROM unique_values WHERE field_id = ? AND value = ?"),
    dropUnique: db.prepare("DELETE FROM unique_values WHERE field_id = ?"),
    page: db.prepare<[number, number], RecordRow>(
      "SELECT * FROM records WHERE table_id = ? AND id > ? ORDER BY id LIMIT 1000",
    ),
  };

  const references: References = {
    member: (id) => identities.isMember(id),
    file: (id) => identities.isFile(id),
    record: (table, id) => sql.exists.get(rowNumber(id) ?? 0)?.table_id === Number(table),
  };
  const second = () => Math.floor(options.now().getTime() / 1000);
  const touch = (table: string) => void versions.set(table, (versions.get(table) ?? 0) + 1);

  function parse(table: TableDefinition, incoming: Incoming): Map<string, StoredValue | null> {
    const parsed = new Map<string, StoredValue | null>();
    for (const [key, value] of Object.entries(incoming)) {
      const field = table.byId.get(key) ?? table.fields.find(({ alias }) => alias === key);
      if (field === undefined || key === "") throw new Refusal("unknown-field", { field: key });
      const stored = parseValue(field, value, clock, references);
      if (stored === null && field.required) {
        throw new Refusal("missing-required", { field: field.name });
      }
      parsed.set(field.id, stored);
    }
    return parsed;
  }

  /** Calculations and title of a row whose own values are final. */
  function complete(table: TableDefinition, fields: Record<string, StoredValue>): string {
    if (table.formulas.length > 0) {
      const today = clock.day(second());
      for (const formula of table.formulas) {
        const result = formula.evaluate(fields, clock, today);
        if (result === null) delete fields[formula.field.id];
        else fields[formula.field.id] = result;
      }
    }
    return titleText(table, fields);
  }

  function titleText(table: TableDefinition, fields: StoredFields): string {
    const field = table.titleField === null ? undefined : table.byId.get(table.titleField);
    const value = field === undefined ? undefined : fields[field.id];
    if (field === undefined || value === undefined) return "";
    if (isComputedValue(value)) return value.kind === "error" ? "" : value.value;
    if (typeof value === "boolean") return say(locale, value ? "embedded.yes" : "embedded.no");
    if (typeof value === "string") {
      return field.type === "datetime" ? clock.text(instantSeconds(value) ?? 0) : value;
    }
    if (field.type === "relation") return [...records.titles(value).values()].join(" ");
    if (field.type === "user") return value.map((id) => identities.name(id)).join(" ");
    return value
      .map((id) => field.options.find((option) => option.id === id)?.name ?? "")
      .join(" ");
  }

  function claimUnique(field: FieldDefinition, value: StoredValue, record: number): void {
    const text = uniqueText(value);
    const holder = sql.unique.get(Number(field.id), text);
    if (holder !== undefined && holder.record_id !== record) {
      throw new Refusal("duplicate-unique", { field: field.name, record: holder.record_id });
    }
    if (holder === undefined) sql.addUnique.run(Number(field.id), text, record);
  }

  function insert(table: TableDefinition, incoming: Incoming, author: string, id: number) {
    const parsed = parse(table, incoming);
    const fields: Record<string, StoredValue> = {};
    for (const [field, value] of parsed) if (value !== null) fields[field] = value;
    for (const field of table.fields) {
      if (field.type === "auto_number") fields[field.id] = nextNumber(field);
      else if (field.required && !field.computed && fields[field.id] === undefined) {
        throw new Refusal("missing-required", { field: field.name });
      }
    }
    const title = complete(table, fields);
    for (const field of table.fields) {
      const value = field.unique ? fields[field.id] : undefined;
      if (value !== undefined) claimUnique(field, value, id);
    }
    const at = second();
    const row: RecordRow = {
      id,
      table_id: table.row,
      title,
      fields: JSON.stringify(fields),
      created_on: at,
      created_by: author,
      updated_on: at,
      updated_by: author,
      change: ids.take("change"),
    };
    sql.insert.run(id, table.row, title, row.fields, at, author, at, author, row.change);
    outbound.record("item.create", table, id, Object.keys(fields));
    return row;
  }

  function nextNumber(field: FieldDefinition): string {
    const number = ids.take(`auto:${field.id}`);
    return `${field.prefix}${String(number).padStart(field.digits, "0")}`;
  }

  const records: Records = {
    find: (id) => sql.find.get(rowNumber(id) ?? 0) ?? null,
    row(id) {
      const row = records.find(id);
      if (row === null) throw new Refusal("gone", { id });
      return row;
    },
    titles(wanted) {
      const numbers = wanted.flatMap((id) => rowNumber(id) ?? []);
      if (numbers.length === 0) return new Map();
      const found = sql.titles.all(JSON.stringify(numbers));
      return new Map(found.map(({ id, title }) => [String(id), title]));
    },
    create: db.transaction((table: TableDefinition, incoming: Incoming, author: string) => {
      const row = insert(table, incoming, author, ids.take("item"));
      sql.total.run(1, table.row);
      touch(table.id);
      return row;
    }),
    update: db.transaction((id: string, incoming: Incoming, author: string) => {
      const row = records.row(id);
      const table = structure.table(String(row.table_id));
      const before = storedFields(row);
      const fields = { ...before };
      for (const [field, value] of parse(table, incoming)) {
        if (value === null) delete fields[field];
        else fields[field] = value;
      }
      const own = table.fields.filter(
        ({ id: field, computed }) => !computed && !sameValue(before[field], fields[field]),
      );
      if (own.length === 0) return row;
      const title = complete(table, fields);
      const changed = table.fields.filter(
        ({ id: field }) => !sameValue(before[field], fields[field]),
      );
      for (const field of changed.filter(({ unique }) => unique)) {
        const [old, fresh] = [before[field.id], fields[field.id]];
        if (fresh !== undefined) claimUnique(field, fresh, row.id);
        if (old !== undefined) sql.removeUnique.run(Number(field.id), uniqueText(old));
      }
      const [at, change] = [Math.max(second(), row.updated_on), ids.take("change")];
      const json = JSON.stringify(fields);
      sql.update.run(title, json, at, author, change, row.id);
      const detail = Object.fromEntries(
        changed.map((field) => [field.id, [before[field.id] ?? null, fields[field.id] ?? null]]),
      );
      sql.history.run(change, row.id, table.row, at, author, "update", JSON.stringify(detail));
      outbound.record(
        "item.update",
        table,
        row.id,
        changed.map((field) => field.id),
      );
      touch(table.id);
      return { ...row, title, fields: json, updated_on: at, updated_by: author, change };
    }),
    remove: db.transaction((id: string, author: string) => {
      const row = records.row(id);
      const table = structure.table(String(row.table_id));
      const fields = storedFields(row);
      for (const field of table.fields) {
        const value = field.unique ? fields[field.id] : undefined;
        if (value !== undefined) sql.removeUnique.run(Number(field.id), uniqueText(value));
      }
      const change = ids.take("change");
      sql.remove.run(row.id);
      sql.total.run(-1, table.row);
      sql.history.run(change, row.id, table.row, second(), author, "delete", JSON.stringify(row));
      outbound.record("item.delete", table, row.id, []);
      touch(table.id);
    }),
    importRows: db.transaction(
      (table: TableDefinition, rows: readonly Incoming[], author: string) => {
        const first = ids.take("item", rows.length);
        for (const [index, incoming] of rows.entries()) {
          try {
            insert(table, incoming, author, first + index);
          } catch (error) {
            if (!(error instanceof Refusal)) throw error;
            throw new Refusal(error.kind, { ...error.details, row: index + 1 });
          }
        }
        sql.total.run(rows.length, table.row);
        touch(table.id);
        return rows.map((_row, index) => String(first + index));
      },
    ),
    changes: (id) => sql.changes.all(rowNumber(id) ?? 0),
    byUnique: (field, value) => sql.unique.get(Number(field.id), value)?.record_id ?? null,
    refill(table, fresh) {
      const numbered = fresh.filter(({ type }) => type === "auto_number");
      for (const row of everyRow(table)) {
        const fields: Record<string, StoredValue> = { ...storedFields(row) };
        for (const field of numbered) fields[field.id] = nextNumber(field);
        const title = complete(table, fields);
        sql.rewrite.run(title, JSON.stringify(fields), row.id);
      }
      touch(table.id);
    },
    indexUnique(table, field) {
      for (const row of everyRow(table)) {
        const value = storedFields(row)[field.id];
        if (value !== undefined) claimUnique(field, value, row.id);
      }
    },
    dropUnique: (field) => void sql.dropUnique.run(Number(field)),
    version: (table) => versions.get(table) ?? 0,
  };

  /** In pages, so that a statement is never open while rows are written. */
  function* everyRow(table: TableDefinition): Generator<RecordRow> {
    for (let after = 0; ;) {
      const rows = sql.page.all(table.row, after);
      yield* rows;
      const last = rows.at(-1);
      if (last === undefined) return;
      after = last.id;
    }
  }
  return records;
}

export function storedFields(row: Pick<RecordRow, "fields">): StoredFields {
  return JSON.parse(row.fields) as StoredFields; // written by this room only
}

/** The form in which unique values are compared. */
export function uniqueText(value: StoredValue): string {
  if (typeof value === "string") return value;
  return isComputedValue(value) ? value.value : JSON.stringify(value);
}
