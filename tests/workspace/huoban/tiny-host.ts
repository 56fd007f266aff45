import { AMOUNT, fail, KEY, ok, TABLE, type Answer } from "./vendor.ts";

export interface TinyRow {
  readonly id: string;
  readonly createdOn: string | null;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** What a host may do to a list without telling. Each takes and gives what the list would show. */
export interface Manners {
  /** Most rows on a page, however many were asked for. */
  cap: number;
  ignoresOrder: boolean;
  ignoresFilter: boolean;
  /** What it says instead of the truth. */
  hasMore: boolean | null;
  filtered: ((truth: number) => number) | null;
  /** Called before each list is answered, with the number of lists answered so far. */
  beforeList: (lists: number) => void;
  /** Rows of a page as they are sent. */
  disturb: (rows: readonly TinyRow[], lists: number) => readonly TinyRow[];
}

export interface TinyHost {
  rows: TinyRow[];
  fields: Readonly<Record<string, unknown>>[];
  readonly manners: Manners;
  readonly answer: Answer;
  lists(): number;
}

/** A host of one table that does what the reference says, and what it should not. */
export function tinyHost(): TinyHost {
  let lists = 0;
  const host: TinyHost = {
    rows: [],
    fields: [
      { field_id: KEY, name: "编号", field_type: "input" },
      { field_id: AMOUNT, name: "金额", field_type: "numeric", config: {} },
    ],
    manners: {
      cap: 100,
      ignoresOrder: false,
      ignoresFilter: false,
      hasMore: null,
      filtered: null,
      beforeList: () => undefined,
      disturb: (rows) => rows,
    },
    lists: () => lists,
    answer({ method, path, body }) {
      if (path === `/openapi/v1/table/${TABLE}`) {
        return ok({ table: { table_id: TABLE, name: "订单", alias: "", fields: host.fields } });
      }
      if (path === "/openapi/v1/item/list") return list(body);
      const id = /^\/openapi\/v1\/item\/(\d+)$/.exec(path)?.[1];
      const row = host.rows.find((candidate) => candidate.id === id);
      if (id === undefined) return fail(501, "unknown method");
      if (row === undefined) return fail(3500002, "数据不存在或已删除");
      return method === "POST" ? ok({ item: show(row) }) : ok({ item: { item_id: id } });
    },
  };

  function list(body: Readonly<Record<string, unknown>>): Response {
    const { manners } = host;
    manners.beforeList(lists);
    const [limit, offset] = [Number(body["limit"]), Number(body["offset"])];
    const sorted = manners.ignoresOrder
      ? [...host.rows]
      : host.rows.toSorted((a, b) => compare(a.createdOn ?? "", b.createdOn ?? ""));
    const found = manners.ignoresFilter
      ? sorted
      : sorted.filter((row) => matches(row, body["filter"]));
    const size = Math.min(limit, manners.cap);
    const rows = manners.disturb(found.slice(offset, offset + size), lists);
    lists += 1;
    return ok({
      total: host.rows.length,
      filtered: manners.filtered === null ? found.length : manners.filtered(found.length),
      has_more: manners.hasMore ?? offset + rows.length < found.length,
      items: rows.map(show),
    });
  }
  return host;
}

/** Rows numbered from 0 whose times come from `createdOn`. */
export function tinyRows(count: number, createdOn: (i: number) => string | null): TinyRow[] {
  return Array.from({ length: count }, (_, i) => ({
    id: String(2300000000000000 + i),
    createdOn: createdOn(i),
    fields: { [KEY]: `K${i}`, [AMOUNT]: i },
  }));
}

/** The second `n` seconds after New Year 2026. */
export function second(n: number): string {
  return new Date(Date.UTC(2026, 0, 1) + n * 1000).toISOString().slice(0, 19).replace("T", " ");
}

function show(row: TinyRow): unknown {
  return {
    item_id: row.id,
    title: "",
    ...(row.createdOn === null ? {} : { created_on: row.createdOn, updated_on: row.createdOn }),
    fields: row.fields,
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** The few operators that the driver itself uses. */
function matches(row: TinyRow, filter: unknown): boolean {
  if (typeof filter !== "object" || filter === null) return true;
  const node = filter as Record<string, unknown>; // an object, as the line above says
  if (Array.isArray(node["and"])) return node["and"].every((part) => matches(row, part));
  if (Array.isArray(node["or"])) return node["or"].some((part) => matches(row, part));
  const name = String(node["field"]);
  const query = node["query"] as Record<string, unknown>; // the grammar's only other form
  const value =
    name === "item_id" ? row.id : name === "created_on" ? row.createdOn : row.fields[name];
  if ("eq" in query) return value === query["eq"];
  if (Array.isArray(query["in"])) return query["in"].includes(value);
  return String(value) >= String(query["gte"]);
}
