import { z } from "zod";
import type { Log } from "../../log.ts";
import type { Locale } from "../../words/words.ts";
import type { Callbacks } from "./callbacks.ts";
import type { Queries } from "./query.ts";
import type { Records } from "./records.ts";
import { Refusal, REFUSALS } from "./refusals.ts";
import { createRunner } from "./runner.ts";
import type { Store } from "./store.ts";
import { findField, type Structure, type TableDefinition } from "./structure.ts";
import { readDecimal } from "./values.ts";

const Id = z.union([z.string(), z.number()]).transform(String);
const Fields = z.record(z.string(), z.unknown());

export const BatchCreate = z.object({ table_id: Id, items: z.array(z.object({ fields: Fields })) });
export const BatchUpdate = z.object({
  table_id: Id,
  update_type: z.enum(["update", "upsert"]).default("update"),
  update_by_fields: z.array(Id).min(1).default(["item_id"]),
  items: z.array(z.object({ item_id: Id.optional(), fields: Fields.default({}) })),
});
export const BatchDelete = z.object({ table_id: Id, item_ids: z.array(Id) });

const Job = z.discriminatedUnion("operation", [
  z.object({ operation: z.literal("create"), request: BatchCreate }),
  z.object({ operation: z.literal("update"), request: BatchUpdate }),
  z.object({ operation: z.literal("delete"), request: BatchDelete }),
]);
export type Job = z.infer<typeof Job>;

/** One row of a batch, as its result event reports it. */
type Outcome =
  | { readonly index: number; readonly item_id: string; readonly action: string }
  | { readonly index: number; readonly code: number; readonly message: string };

/** Asynchronous batches: accepted durably, applied afterwards, one transaction each. */
export interface Jobs {
  /** Store the job; its id. What is stored is applied even if the process stops right now. */
  accept(job: Job, author: string): string;
  isBusy(): boolean;
  idle(): Promise<void>;
  close(): Promise<void>;
}

export function openJobs(options: {
  readonly db: Store;
  readonly structure: Structure;
  readonly records: Records;
  readonly queries: Queries;
  readonly callbacks: Callbacks;
  readonly locale: Locale;
  readonly log: Log;
}): Jobs {
  const { db, structure, records, queries, callbacks, locale, log } = options;
  let closed = false;
  const sql = {
    add: db.prepare("INSERT INTO jobs (operation, request, author) VALUES (?, ?, ?)"),
    next: db.prepare<[], { id: number; operation: string; request: string; author: string }>(
      "SELECT id, operation, request, author FROM jobs WHERE done = 0 ORDER BY id LIMIT 1",
    ),
    done: db.prepare("UPDATE jobs SET done = 1, request = '' WHERE id = ?"),
  };

  // A job that could not be applied is still stored: it is tried again with the next one.
  const runner = createRunner(applyAll, (error) => log.error({ error }, "batches stopped"));

  async function applyAll(): Promise<void> {
    for (;;) {
      // The reply leaves first, and between two jobs others get their turn.
      await new Promise((resolve) => setImmediate(resolve));
      const row = closed ? undefined : sql.next.get();
      if (row === undefined) return;
      const job = Job.parse({ operation: row.operation, request: JSON.parse(row.request) });
      db.transaction(() => {
        const outcomes = apply(job, row.author);
        sql.done.run(row.id);
        callbacks.batchResult(job.request.table_id, {
          job_id: String(row.id),
          operation: job.operation,
          succeeded: outcomes.filter((outcome) => "item_id" in outcome),
          failed: outcomes.filter((outcome) => "code" in outcome),
        });
      })();
    }
  }

  function apply({ operation, request }: Job, author: string): Outcome[] {
    const table = structure.find(request.table_id);
    if (table === null) return [failure(0, new Refusal("gone", { id: request.table_id }), locale)];
    switch (operation) {
      case "create":
        return each(request.items, ({ fields }) => [
          String(records.create(table, fields, author).id),
          "created",
        ]);
      case "update":
        return each(request.items, (row) => upsert(table, request, row, author));
      case "delete":
        return each(request.item_ids, (id) => {
          if (records.row(id).table_id !== table.row) throw new Refusal("gone", { id });
          records.remove(id, author);
          return [id, "deleted"];
        });
    }
  }

  /** A refused row is reported and the others go on; it leaves nothing behind. */
  function each<T>(rows: readonly T[], run: (row: T) => readonly [string, string]): Outcome[] {
    return rows.map((row, index) => {
      try {
        const [item_id, action] = run(row);
        return { index, item_id, action };
      } catch (error) {
        if (error instanceof Refusal) return failure(index, error, locale);
        throw error;
      }
    });
  }

  function upsert(
    table: TableDefinition,
    request: z.infer<typeof BatchUpdate>,
    row: z.infer<typeof BatchUpdate>["items"][number],
    author: string,
  ): readonly [string, string] {
    const found = matches(table, request.update_by_fields, row);
    const [only, second] = found;
    if (second !== undefined) throw new Refusal("ambiguous-match");
    if (only !== undefined) {
      records.update(only, row.fields, author);
      return [only, "updated"];
    }
    if (request.update_type === "update") throw new Refusal("no-match");
    return [String(records.create(table, row.fields, author).id), "created"];
  }

  /** At most two ids: two are already too many. */
  function matches(
    table: TableDefinition,
    keys: readonly string[],
    row: { item_id?: string | undefined; fields: Readonly<Record<string, unknown>> },
  ): readonly string[] {
    const leaves: unknown[] = [];
    for (const key of keys) {
      const field = findField(table, key);
      const value = key === "item_id" ? row.item_id : row.fields[key];
      if (key !== "item_id" && field === null) throw new Refusal("unknown-field", { field: key });
      // An empty key matches nothing: it must not take over some other row without one.
      if (value === undefined || value === null || value === "") return [];
      if (field?.unique === true) {
        const holder = records.byUnique(field, uniqueKey(value));
        if (holder === null) return [];
        leaves.push({ field: "item_id", query: { eq: holder } });
      } else leaves.push({ field: key, query: { eq: value } });
    }
    const found = queries.find({
      table,
      filter: { and: leaves },
      offset: 0,
      limit: 2,
      user: "",
    });
    return found.rows.map(({ id }) => String(id));
  }

  runner.start();
  return {
    accept({ operation, request }, author) {
      const { lastInsertRowid } = sql.add.run(operation, JSON.stringify(request), author);
      runner.start();
      return String(lastInsertRowid);
    },
    isBusy: () => runner.isBusy(),
    idle: () => runner.idle(),
    async close() {
      closed = true;
      await runner.idle();
    },
  };
}

function failure(index: number, refusal: Refusal, locale: Locale): Outcome {
  return { index, code: REFUSALS[refusal.kind], message: refusal.tell(locale) };
}

function uniqueKey(value: unknown): string {
  return (typeof value === "number" ? readDecimal(value) : null) ?? String(value);
}
