import { z } from "zod";
import { ITEM_EVENTS, type Callbacks } from "./callbacks.ts";
import { openApiField } from "./field-shapes.ts";
import { APPLICATION_ID, type Identities } from "./identities.ts";
import { BatchCreate, BatchDelete, BatchUpdate, type Job, type Jobs } from "./jobs.ts";
import type { Queries } from "./query.ts";
import type { Records } from "./records.ts";
import { Refusal } from "./refusals.ts";
import { check, type Call, type Route } from "./rest.ts";
import { strikes, type EmbeddedSettings, type Faults } from "./settings.ts";
import type { Structure, TableDefinition } from "./structure.ts";
import type { WallClock } from "./wall-clock.ts";
import type { Wire } from "./wire.ts";

const Id = z.union([z.string().min(1), z.number()]).transform(String);
const Fields = z.record(z.string(), z.unknown());
const Page = {
  limit: z.number().int().min(1).optional(),
  offset: z.number().int().min(0).default(0),
};
const List = z.object({
  table_id: Id,
  filter: z.unknown().optional(),
  order: z.object({ field_id: Id, type: z.enum(["asc", "desc"]) }).nullish(),
  search: z.object({ fields: z.array(Id).min(1), keywords: z.array(z.string()).min(1) }).nullish(),
  ...Page,
});
const Events = z.object({
  source_id: Id,
  source_type: z.literal("table"),
  events: z.array(z.enum(ITEM_EVENTS)).min(1),
});
/** Rows in one batch call, as documented for creation. */
export const BATCH_LIMIT = 100;
/** Bytes of one uploaded file. */
const LARGEST_FILE = 20_000_000;

export interface V1Deps {
  readonly spaceId: string;
  readonly spaceName: string;
  readonly structure: Structure;
  readonly records: Records;
  readonly queries: Queries;
  readonly jobs: Jobs;
  readonly callbacks: Callbacks;
  readonly identities: Identities;
  readonly wire: Wire;
  readonly clock: WallClock;
  readonly settings: EmbeddedSettings;
  readonly faults: Faults;
  readonly now: () => Date;
}

/** OpenAPI v1 (reference, section 4): what an API key can do. */
export function v1Routes(deps: V1Deps): readonly Route[] {
  const { structure, records, queries, jobs, callbacks, identities, wire, clock } = deps;
  const { settings, faults, spaceId } = deps;
  const author = APPLICATION_ID;
  const route = (method: Route["method"], path: string, run: Route["run"]): Route => ({
    method,
    path,
    reply: "envelope",
    run,
  });

  function tableHead(table: TableDefinition) {
    return {
      table_id: table.id,
      name: table.name,
      alias: table.alias,
      space_id: spaceId,
      created_on: clock.text(table.createdOn),
    };
  }

  function item(id: string): unknown {
    const row = records.row(id);
    return { item: wire.items(structure.table(String(row.table_id)), [row])[0] };
  }

  async function list(call: Call): Promise<unknown> {
    const body = check(List, await call.json());
    const table = structure.table(body.table_id);
    const asked = Math.min(body.limit ?? settings.pageDefault, settings.pageCap);
    const short = strikes(faults, faults.truncatedPageRate);
    const limit = short ? Math.max(1, Math.floor(asked / 2)) : asked;
    const keywords = body.search?.keywords ?? [];
    const searches = (body.search?.fields ?? []).map((field) => ({
      field,
      query: { in: keywords },
    }));
    const { total, filtered, rows } = queries.find({
      table,
      filter:
        searches.length === 0
          ? body.filter
          : { and: [body.filter ?? { and: [] }, { or: searches }] },
      order: body.order
        ? [{ field: body.order.field_id, direction: body.order.type }]
        : NEWEST_FIRST,
      offset: body.offset,
      limit,
      user: author,
    });
    const has_more = body.offset + rows.length < filtered;
    return { total, filtered, has_more, items: wire.items(table, rows) };
  }

  function accept(job: Job, rows: number): unknown {
    structure.table(job.request.table_id);
    if (rows > BATCH_LIMIT) throw new Refusal("too-many-rows", { limit: BATCH_LIMIT });
    return { job_id: jobs.accept(job, author) };
  }

  async function upload(call: Call): Promise<unknown> {
    const form = await call.form();
    const [source, name] = [form.get("source"), form.get("name")];
    if (form.get("type") !== "attachment") throw new Refusal("invalid-parameter", { name: "type" });
    if (!(source instanceof File) || source.size > LARGEST_FILE) {
      throw new Refusal("invalid-parameter", { name: "source" });
    }
    const file_id = identities.addFile({
      name: typeof name === "string" && name !== "" ? name : source.name,
      mediaType: source.type === "" ? "application/octet-stream" : source.type,
      content: new Uint8Array(await source.arrayBuffer()),
      at: Math.floor(deps.now().getTime() / 1000),
    });
    return { file_id };
  }

  return [
    route("GET", "/openapi/v1/space/list", () => ({
      spaces: [{ space_id: spaceId, name: deps.spaceName }],
    })),
    route("POST", settings.paths.members, async (call) => {
      const Body = z.object({ space_id: Id.optional(), ...Page });
      const body = check(Body, await call.json());
      if ((call.parts["space_id"] ?? body.space_id) !== spaceId)
        throw new Refusal("gone", { id: "" });
      const members = identities.members();
      const page = members.slice(body.offset, body.offset + (body.limit ?? 100));
      return { total: members.length, members: page.map(({ id }) => wire.user(id)) };
    }),
    route("POST", "/openapi/v1/table/list", async (call) => {
      const { space_id } = check(z.object({ space_id: Id }), await call.json());
      if (space_id !== spaceId) throw new Refusal("unauthorized");
      return { tables: structure.tables().map(tableHead) };
    }),
    route("POST", "/openapi/v1/table/{table_id}", ({ parts }) => {
      const table = structure.table(parts["table_id"] ?? "");
      return { table: { ...tableHead(table), fields: table.fields.map(openApiField) } };
    }),
    route("POST", "/openapi/v1/item/list", list),
    route("POST", "/openapi/v1/item/{item_id}", ({ parts }) => item(parts["item_id"] ?? "")),
    route("POST", "/openapi/v1/item", async (call) => {
      const Body = z.object({ table_id: Id, fields: Fields });
      const { table_id, fields } = check(Body, await call.json());
      return item(String(records.create(structure.table(table_id), fields, author).id));
    }),
    route("PUT", "/openapi/v1/item/{item_id}", async (call) => {
      const { fields } = check(z.object({ fields: Fields }), await call.json());
      return item(String(records.update(call.parts["item_id"] ?? "", fields, author).id));
    }),
    route("DELETE", "/openapi/v1/item/{item_id}", ({ parts }) => {
      records.remove(parts["item_id"] ?? "", author);
      return {};
    }),
    route("POST", "/openapi/v1/items", async (call) => {
      const request = check(BatchCreate, await call.json());
      return accept({ operation: "create", request }, request.items.length);
    }),
    route("PUT", "/openapi/v1/items", async (call) => {
      const request = check(BatchUpdate, await call.json());
      return accept({ operation: "update", request }, request.items.length);
    }),
    route("DELETE", "/openapi/v1/items", async (call) => {
      const request = check(BatchDelete, await call.json());
      return accept({ operation: "delete", request }, request.item_ids.length);
    }),
    route("POST", "/openapi/v1/file/upload", upload),
    route("POST", settings.paths.fileDetails, async (call) => {
      const { file_ids } = check(z.object({ file_ids: z.array(Id).max(100) }), await call.json());
      const files = file_ids.flatMap((id) => identities.file(id) ?? []);
      return {
        files: files.map(({ id, name, size, mediaType }) => ({
          file_id: id,
          name,
          size,
          mimetype: mediaType,
        })),
      };
    }),
    route("POST", "/openapi/v1/event/list", async (call) => {
      const Body = z.object({ source_id: Id, source_type: z.literal("table"), ...Page });
      const body = check(Body, await call.json());
      structure.table(body.source_id);
      const subscribes = callbacks.subscriptions(body.source_type, body.source_id);
      const page = subscribes.slice(body.offset, body.offset + (body.limit ?? 20));
      return { total: subscribes.length, subscribes: page };
    }),
    route("POST", settings.paths.subscribe, async (call) => {
      const { source_id, source_type, events } = check(Events, await call.json());
      callbacks.subscribe(source_type, structure.table(source_id).id, events);
      return {};
    }),
    route("POST", settings.paths.unsubscribe, async (call) => {
      const { source_id, source_type, events } = check(Events, await call.json());
      callbacks.unsubscribe(source_type, structure.table(source_id).id, events);
      return {};
    }),
  ];
}

const NEWEST_FIRST = [{ field: "created_on", direction: "desc" }] as const;
