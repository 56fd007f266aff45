import { beforeAll, describe, expect, it } from "vitest";
import { silentLog } from "../../../plugin/log.ts";
import { openCallbacks } from "../../../plugin/workspace/embedded/callbacks.ts";
import { draftOf, FieldBody } from "../../../plugin/workspace/embedded/field-shapes.ts";
import { openIdentities } from "../../../plugin/workspace/embedded/identities.ts";
import { openQueries, type Queries, type Query } from "../../../plugin/workspace/embedded/query.ts";
import { openRecords, type Records } from "../../../plugin/workspace/embedded/records.ts";
import { createReshape } from "../../../plugin/workspace/embedded/reshape.ts";
import { DEFAULT_SETTINGS, noFaults } from "../../../plugin/workspace/embedded/settings.ts";
import { openStore, type Store } from "../../../plugin/workspace/embedded/store.ts";
import {
  openStructure,
  type TableDefinition,
} from "../../../plugin/workspace/embedded/structure.ts";
import { createWallClock } from "../../../plugin/workspace/embedded/wall-clock.ts";
import { number, text } from "./stage.ts";

const ROWS = 100_000;
const START = Date.parse("2026-03-31T18:20:00+08:00");

interface Big {
  readonly db: Store;
  readonly table: TableDefinition;
  readonly records: Records;
  readonly queries: Queries;
  readonly ids: readonly string[];
  readonly code: string;
  pass(seconds: number): void;
}

/** A large table between two small ones, so that ids of a table are not the only ones. */
function openBig(): Big {
  let time = START;
  const now = () => new Date(time);
  const db = openStore(":memory:");
  const clock = createWallClock("Asia/Shanghai");
  const log = silentLog();
  const locale = "en-US";
  const structure = openStructure(db);
  const identities = openIdentities(db, locale);
  const outbound = openCallbacks({
    db,
    settings: DEFAULT_SETTINGS,
    faults: noFaults(),
    now,
    log,
    deliver: null,
    url: null,
  });
  const records = openRecords({ db, structure, identities, outbound, clock, now, locale });
  const queries = openQueries({ db, structure, records, identities, clock, now });
  const reshape = createReshape({ db, structure, records, clock, locale, now });
  const fields = [text("code", { unique: true }), text("note"), number("n")].map((field) =>
    FieldBody.parse(field),
  );
  const [before, table, after] = ["before", "big", "after"].map((name) =>
    reshape.createTable({ name, alias: name, fields, views: [] }),
  );
  if (before === undefined || table === undefined || after === undefined) throw new Error("table");
  expect(fields.map((field) => draftOf(field).field.type)).toEqual(["text", "text", "number"]);
  const [code = "", note = "", n = ""] = table.fields.map(({ id }) => id);
  const ids: string[] = [];
  for (let from = 0; from < ROWS; from += 1000) {
    const rows = Array.from({ length: 1000 }, (_, index) => ({
      [code]: `K${from + index}`,
      [note]: "x",
      [n]: String(index),
    }));
    ids.push(...records.importRows(table, rows, "7"));
    time += 1000;
  }
  return {
    db,
    table,
    records,
    queries,
    ids,
    code,
    pass: (seconds) => {
      time += seconds * 1000;
    },
  };
}

describe("a table of 100,000 records", () => {
  let big: Big;
  beforeAll(() => {
    big = openBig();
  });

  const query = (more: Partial<Query>): Query => ({
    table: big.table,
    offset: 0,
    limit: 100,
    user: "7",
    order: [{ field: "created_on", direction: "asc" }],
    ...more,
  });
  const explain = (wanted: Query): string => {
    const { sql, parameters } = big.queries.plan(wanted);
    return big.db
      .prepare<(string | number)[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
      .all(...parameters)
      .map(({ detail }) => detail)
      .join("\n");
  };

  it.each([
    ["created_on", "records_created"],
    ["updated_on", "records_updated"],
    ["item_id", "records_item"],
  ])("is walked along %s by its index, without sorting", (field, index) => {
    const order = [{ field, direction: "asc" as const }];
    const from = field === "item_id" ? big.ids[50_000] : "2026-03-31 18:20:30";
    const plan = explain(query({ order, filter: { and: [{ field, query: { gte: from } }] } }));

    expect(plan).toMatch(new RegExp(`SEARCH r USING INDEX ${index} \\(table_id=\\? AND`));
    expect(plan).not.toContain("TEMP B-TREE");
  });

  it("is read from the start without sorting", () => {
    const plan = explain(query({}));

    expect(plan).toBe("SEARCH r USING INDEX records_created (table_id=?)");
  });

  it("looks rows up by id, whatever the order asked for", () => {
    const wanted = big.ids.slice(70_000, 70_100);
    const filter = { and: [{ field: "item_id", query: { in: wanted } }] };

    expect(explain(query({ filter }))).toContain("SEARCH r USING INTEGER PRIMARY KEY (rowid=?)");
    expect(big.queries.find(query({ filter })).rows).toHaveLength(100);
  });

  it("looks rows up by a unique field, also many and also within a window of time", () => {
    const keys = ["K5", "K99999", "K50000"].map((eq) => ({ field: big.code, query: { eq } }));
    const window = { field: "created_on", query: { gte: "2026-03-31 18:20:01" } };
    const filter = { and: [{ or: keys }, window] };

    expect(explain(query({ filter }))).toContain("SEARCH r USING INTEGER PRIMARY KEY (rowid=?)");
    expect(explain(query({ filter }))).toContain("SEARCH unique_values USING PRIMARY KEY");
    expect(big.queries.find(query({ filter })).rows.map(({ title }) => title)).toEqual([
      "K50000",
      "K99999",
    ]);
  });

  it("counts all rows from its counter and the rest of a walk step by step", () => {
    const seen = { gte: "2026-03-31 18:20:00" };
    const later = { gte: "2026-03-31 18:21:00" };
    const count = (range: object) =>
      big.queries.find(query({ filter: { field: "created_on", query: range }, limit: 1 })).filtered;

    expect(big.queries.find(query({ limit: 1 }))).toMatchObject({ total: ROWS, filtered: ROWS });
    expect([count(seen), count(later), count(seen), count(later)]).toEqual([
      ROWS,
      40_000,
      ROWS,
      40_000,
    ]);
  });

  it("counts anew after a change", () => {
    const filter = { field: "updated_on", query: { gte: "2026-04-01 00:00:00" } };
    const count = () => big.queries.find(query({ filter, limit: 1 })).filtered;
    const before = count();
    big.pass(86_400);
    big.records.update(big.ids[7] ?? "", { [big.code]: "changed" }, "7");
    const changed = count();
    big.records.remove(big.ids[7] ?? "", "7");

    expect([before, changed, count()]).toEqual([0, 1, 0]);
    expect(big.queries.find(query({ limit: 1 })).total).toBe(ROWS - 1);
  });
});
