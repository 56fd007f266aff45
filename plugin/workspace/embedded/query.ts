import { Decimal } from "../../decimal.ts";
import { column, type Condition } from "./conditions.ts";
import { compileFilter } from "./filter.ts";
import type { Identities } from "./identities.ts";
import type { RecordRow, Records } from "./records.ts";
import { searchCondition } from "./search.ts";
import type { Store } from "./store.ts";
import type { Structure, TableDefinition } from "./structure.ts";
import type { WallClock } from "./wall-clock.ts";

export interface Query {
  readonly table: TableDefinition;
  readonly filter?: unknown;
  readonly order?: readonly { readonly field: string; readonly direction: "asc" | "desc" }[];
  readonly offset: number;
  readonly limit: number;
  readonly user: string;
  /** Rows in which a person can read this text. */
  readonly search?: string;
}

export interface Found {
  /** Rows in the table. */
  readonly total: number;
  /** Rows that match. */
  readonly filtered: number;
  readonly rows: readonly RecordRow[];
}

export interface Queries {
  find(query: Query): Found;
  /** The statement `find` would run: what the tests ask SQLite to explain. */
  plan(query: Query): { readonly sql: string; readonly parameters: readonly (string | number)[] };
}

/** Counts kept while their table does not change: a full walk asks for the same one on each page. */
const COUNTS_KEPT = 64;
const STATEMENTS_KEPT = 200;

export function openQueries(options: {
  readonly db: Store;
  readonly structure: Structure;
  readonly records: Records;
  readonly identities: Identities;
  readonly clock: WallClock;
  readonly now: () => Date;
}): Queries {
  const { db, structure, records, identities, clock, now } = options;
  const counts = new Map<string, { version: number; count: number }>();
  const walks = new Map<string, { version: number; from: number; count: number }>();
  db.function("compare_decimals", { deterministic: true }, (a: unknown, b: unknown) =>
    a === null ? null : new Decimal(String(a)).comparedTo(String(b)),
  );
  const run = db.prepare.bind(db)<(string | number)[], RecordRow>;
  const statements = new Map<string, ReturnType<typeof run>>();

  function condition(query: Query): Condition {
    const { table, filter, user, search } = query;
    const seconds = Math.floor(now().getTime() / 1000);
    const base: Condition = { sql: "r.table_id = ?", parameters: [table.row] };
    const parts: Condition[] = [base, compileFilter(filter, { table, clock, now: seconds, user })];
    if (search !== undefined && search.trim() !== "") {
      parts.push(searchCondition(table, search, identities));
    }
    const since = parts.length === 2 ? parts[1]?.since : undefined;
    return {
      sql: parts.map(({ sql }) => sql).join(" AND "),
      parameters: parts.flatMap(({ parameters }) => parameters),
      ...(parts.some(({ picks }) => picks) ? { picks: true } : {}),
      ...(since === undefined ? {} : { since }),
    };
  }

  function statement(query: Query, where: Condition) {
    const keys = query.order ?? [];
    const sorted = keys.map(({ field, direction }) => {
      const target = column(field, query);
      const by = direction === "desc" ? "DESC" : "ASC";
      const sql = target.kind === "number" ? `CAST(${target.sql} AS REAL)` : target.sql;
      return { sql: `${sql} ${by}`, parameters: target.parameters };
    });
    // Rows of the same second must not change places between two pages.
    const last = keys.at(-1)?.direction === "desc" ? "DESC" : "ASC";
    if (keys.at(-1)?.field !== "item_id") {
      sorted.push({ sql: `r.id ${last}`, parameters: [] });
    }
    return {
      sql: `SELECT r.* FROM ${source(where)} WHERE ${where.sql}
        ORDER BY ${sorted.map(({ sql }) => sql).join(", ")} LIMIT ? OFFSET ?`,
      parameters: [
        ...where.parameters,
        ...sorted.flatMap(({ parameters }) => parameters),
        query.limit,
        query.offset,
      ],
    };
  }

  function count(query: Query, where: Condition, total: number): number {
    if (where.sql === "r.table_id = ? AND 1") return total;
    const { id, row } = query.table;
    const version = records.version(id);
    if (where.since !== undefined) return countSince(row, version, where.since);
    return remembered(JSON.stringify([where.sql, where.parameters]), version, () =>
      countRows(where.sql, where.parameters, source(where)),
    );
  }

  /**
   * Rows from a time on. A walk asks for this with a later time on each page: only the rows between
   * two pages are counted again, which keeps the walk linear.
   */
  function countSince(table: number, version: number, since: NonNullable<Condition["since"]>) {
    const { column: name, from } = since;
    const key = `since:${table}:${name}`;
    const before = walks.get(key);
    const where = `r.table_id = ? AND r.${name} >= ?`;
    const count =
      before?.version === version && before.from <= from
        ? before.count - countRows(`${where} AND r.${name} < ?`, [table, before.from, from])
        : countRows(where, [table, from]);
    walks.set(key, { version, from, count });
    return count;
  }

  function countRows(
    where: string,
    parameters: readonly (string | number)[],
    from = "records r",
  ): number {
    const sql = `SELECT count(*) AS n FROM ${from} WHERE ${where}`;
    return db.prepare<(string | number)[], { n: number }>(sql).get(...parameters)?.n ?? 0;
  }

  function remembered(key: string, version: number, read: () => number): number {
    const kept = counts.get(key);
    if (kept?.version === version) return kept.count;
    const count = read();
    counts.delete(key);
    counts.set(key, { version, count });
    const oldest = counts.keys().next();
    if (counts.size > COUNTS_KEPT && oldest.done !== true) counts.delete(oldest.value);
    return count;
  }

  return {
    find(query) {
      const where = condition(query);
      const total = structure.total(query.table);
      const { sql, parameters } = statement(query, where);
      const known = statements.get(sql);
      const prepared = known ?? run(sql);
      if (known === undefined && statements.size < STATEMENTS_KEPT) statements.set(sql, prepared);
      const rows = prepared.all(...parameters);
      // A page that is not full is the last one: its end is the count.
      const isLast = rows.length < query.limit && (rows.length > 0 || query.offset === 0);
      const filtered = isLast ? query.offset + rows.length : count(query, where, total);
      return { total, filtered, rows };
    },
    plan: (query) => statement(query, condition(query)),
  };
}

/** Rows picked by id are fetched by id: no index on a time or on the order may look cheaper. */
function source(where: Condition): string {
  return where.picks ? "records r NOT INDEXED" : "records r";
}
