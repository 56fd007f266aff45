import type { Statement } from "better-sqlite3";
import { Decimal, decimalText } from "../decimal.ts";
import type { Database } from "../database.ts";
import { PERSON_PROBLEMS, type Given, type MirrorRow } from "./contribute.ts";

/**
 * The engine's memory of source records: what was read (mirror, links) and what each record gives
 * (contributions). Every method is one or two prepared statements; none of them knows a rule.
 */
export class State {
  readonly db: Database;
  private readonly statements = new Map<string, Statement>();

  constructor(db: Database) {
    this.db = db;
  }

  /** Prepare once per text. */
  sql(text: string): Statement {
    let statement = this.statements.get(text);
    if (!statement) {
      statement = this.db.prepare(text);
      this.statements.set(text, statement);
    }
    return statement;
  }

  all<T>(text: string, ...parameters: readonly (string | number | null)[]): T[] {
    return this.sql(text).all(...parameters) as T[];
  }

  one<T>(text: string, ...parameters: readonly (string | number | null)[]): T | undefined {
    return this.sql(text).get(...parameters) as T | undefined;
  }

  run(text: string, ...parameters: readonly (string | number | null | Buffer)[]): number {
    return this.sql(text).run(...parameters).changes;
  }

  meta(key: string): string | null {
    return this.one<{ value: string }>("SELECT value FROM meta WHERE key = ?", key)?.value ?? null;
  }

  setMeta(key: string, value: string): void {
    this.run(
      "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
      key,
      value,
    );
  }

  // ------------------------------------------------------------------ mirror

  mirrored(table: string, id: string): MirrorRow | null {
    const row = this.one<{ title: string; fields: string }>(
      "SELECT title, fields FROM mirror WHERE table_id = ? AND record_id = ?",
      table,
      id,
    );
    return row
      ? { id, title: row.title, fields: JSON.parse(row.fields) as MirrorRow["fields"] }
      : null;
  }

  /**
   * @param relations  ids of the relation fields that sources follow from this table
   * @param isNew  the record is known not to be here yet: nothing of it has to be taken away
   */
  mirror(table: string, row: MirrorRow, relations: readonly string[], isNew = false): void {
    this.run(
      "INSERT OR REPLACE INTO mirror (table_id, record_id, title, fields) VALUES (?, ?, ?, ?)",
      table,
      row.id,
      row.title,
      JSON.stringify(row.fields),
    );
    if (!isNew) this.run("DELETE FROM links WHERE table_id = ? AND record_id = ?", table, row.id);
    for (const field of relations) {
      const target = row.fields[field];
      if (!Array.isArray(target)) continue;
      for (const id of target as readonly string[])
        this.run(
          "INSERT OR IGNORE INTO links (field_id, target_id, table_id, record_id) VALUES (?, ?, ?, ?)",
          field,
          id,
          table,
          row.id,
        );
    }
  }

  forget(table: string, id: string): void {
    this.run("DELETE FROM mirror WHERE table_id = ? AND record_id = ?", table, id);
    this.run("DELETE FROM links WHERE table_id = ? AND record_id = ?", table, id);
  }

  /** Records whose relation `field` points to `target`. */
  pointingTo(field: string, target: string): readonly string[] {
    return this.all<{ record_id: string }>(
      "SELECT record_id FROM links WHERE field_id = ? AND target_id = ? ORDER BY record_id",
      field,
      target,
    ).map((row) => row.record_id);
  }

  mirroredIds(table: string): IterableIterator<{ record_id: string }> {
    return this.sql("SELECT record_id FROM mirror WHERE table_id = ?").iterate(
      table,
    ) as IterableIterator<{ record_id: string }>;
  }

  /** A slice of a table in id order, after `after`. */
  mirrorSlice(table: string, after: string, limit: number): readonly MirrorRow[] {
    return this.all<{ record_id: string; title: string; fields: string }>(
      "SELECT record_id, title, fields FROM mirror WHERE table_id = ? AND record_id > ? ORDER BY record_id LIMIT ?",
      table,
      after,
      limit,
    ).map((row) => ({
      id: row.record_id,
      title: row.title,
      fields: JSON.parse(row.fields) as MirrorRow["fields"],
    }));
  }

  // ----------------------------------------------------------- contributions

  given(source: string, record: string): readonly Given[] {
    return this.all<GivenRow>(
      "SELECT * FROM contributions WHERE source_id = ? AND record_id = ? ORDER BY owner",
      source,
      record,
    ).map(toGiven);
  }

  setGiven(source: string, record: string, given: readonly Given[], existed: boolean): void {
    if (existed)
      this.run("DELETE FROM contributions WHERE source_id = ? AND record_id = ?", source, record);
    for (const one of given)
      this.run(
        "INSERT INTO contributions (source_id, record_id, owner, person, date, moment, value, denominator, distinct_key, problem) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        source,
        record,
        one.owner,
        one.person,
        one.date,
        one.moment,
        decimalText(one.value),
        decimalText(one.denominator),
        one.distinctKey,
        one.problem,
      );
  }

  /** The record that counts for a key of a first-ever source: earliest day, then earliest id. */
  firstFor(source: string, key: string): { record: string; owner: string; date: string } | null {
    // Left to choose, SQLite reads every record of the source for each key.
    const row = this.one<{ record_id: string; owner: string; date: string }>(
      `SELECT record_id, owner, date FROM contributions INDEXED BY contributions_first
       WHERE source_id = ? AND distinct_key = ? AND distinct_key <> ''
         AND (problem IS NULL OR problem IN (${PERSON_PROBLEMS.map((one) => `'${one}'`).join(", ")}))
       ORDER BY date, length(record_id), record_id, owner LIMIT 1`,
      source,
      key,
    );
    return row ? { record: row.record_id, owner: row.owner, date: row.date } : null;
  }
}

export interface GivenRow {
  readonly source_id: string;
  readonly record_id: string;
  readonly owner: string;
  readonly person: string;
  readonly date: string;
  readonly moment: string;
  readonly value: string;
  readonly denominator: string;
  readonly distinct_key: string;
  readonly problem: string | null;
}

export function toGiven(row: GivenRow): Given {
  return {
    owner: row.owner,
    person: row.person,
    date: row.date,
    moment: row.moment,
    value: new Decimal(row.value),
    denominator: new Decimal(row.denominator),
    distinctKey: row.distinct_key,
    problem: row.problem,
  };
}

export function sameGiven(a: readonly Given[], b: readonly Given[]): boolean {
  return (
    a.length === b.length &&
    a.every((left, index) => {
      const right = b[index];
      return (
        right !== undefined &&
        left.owner === right.owner &&
        left.person === right.person &&
        left.date === right.date &&
        left.moment === right.moment &&
        left.distinctKey === right.distinctKey &&
        left.problem === right.problem &&
        left.value.eq(right.value) &&
        left.denominator.eq(right.denominator)
      );
    })
  );
}
