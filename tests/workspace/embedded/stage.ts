import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { z } from "zod";
import { silentLog } from "../../../plugin/log.ts";
import {
  openEmbedded,
  type Delivery,
  type Embedded,
  type EmbeddedOptions,
} from "../../../plugin/workspace/embedded/embedded.ts";

export const API_KEY = "key-of-the-tests";
export const APPLICATION = { id: "app-1", secret: "secret-of-the-application" };

const Envelope = z.object({
  code: z.number(),
  message: z.string(),
  data: z.unknown().optional(),
  meta: z.object({ trace_id: z.string() }),
});
export const Item = z.object({
  item_id: z.string(),
  title: z.string(),
  created_by: z.object({ user_id: z.string(), name: z.string(), avatar: z.string() }),
  created_on: z.string(),
  updated_by: z.object({ user_id: z.string(), name: z.string(), avatar: z.string() }),
  updated_on: z.string(),
  fields: z.record(z.string(), z.unknown()),
});
export const ItemList = z.object({
  total: z.number(),
  filtered: z.number(),
  has_more: z.boolean(),
  items: z.array(Item),
});
export const V2Table = z.object({
  table_id: z.string(),
  name: z.string(),
  alias: z.string(),
  item_title: z.string().nullable(),
  fields: z.array(
    z.looseObject({
      field_id: z.string(),
      name: z.string(),
      alias: z.string(),
      type: z.string(),
      config: z.record(z.string(), z.unknown()),
    }),
  ),
  views: z.array(z.looseObject({ view_id: z.string(), name: z.string() })),
});
const Refused = z.object({ code: z.number(), message: z.string() });
const Callback = z.object({
  event: z.string(),
  source_id: z.string(),
  data: z.looseObject({ item: z.object({ item_id: z.string() }).optional() }),
});

/** A table with its ids by alias, and the calls of both generations of the API. */
export interface Stage {
  readonly embedded: Embedded;
  readonly deliveries: Delivery[];
  pass(seconds: number): void;
  send(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Response>;
  /** `data` of a v1 reply. @throws Error when it was refused */
  v1(method: string, path: string, body?: unknown): Promise<unknown>;
  /** Code and message of a v1 refusal. */
  refused(method: string, path: string, body?: unknown): Promise<z.infer<typeof Refused>>;
  /** A v2 reply with a valid ticket. */
  v2(method: string, path: string, body?: unknown): Promise<unknown>;
  table(body: {
    name: string;
    alias?: string;
    fields: readonly unknown[];
    [other: string]: unknown;
  }): Promise<Built>;
  callbacks(): readonly z.infer<typeof Callback>[];
}

export interface Built {
  readonly id: string;
  /** Field id of an alias. */
  field(alias: string): string;
  /** Create a row by aliases; its id. */
  add(fields: Readonly<Record<string, unknown>>): Promise<string>;
  /** Titles of the rows a filter lets through, in order of creation. */
  titles(filter: unknown): Promise<readonly string[]>;
  item(id: string): Promise<z.infer<typeof Item>>;
}

export async function openStage(options: Partial<EmbeddedOptions> = {}): Promise<Stage> {
  let clock = new Date("2026-03-31T18:20:00+08:00");
  const deliveries: Delivery[] = [];
  const embedded = openEmbedded({
    file: ":memory:",
    timeZone: "Asia/Shanghai",
    now: () => clock,
    log: silentLog(),
    apiKey: API_KEY,
    application: APPLICATION,
    callbackUrl: "http://plugin.test/webhooks",
    deliver: (delivery) => {
      deliveries.push(delivery);
      return Promise.resolve(true);
    },
    locale: "en-US",
    ...options,
  });
  onTestFinished(() => embedded.close());

  const send: Stage["send"] = (method, path, body, headers = { "Open-Authorization": API_KEY }) =>
    embedded.fetch(
      new Request(`http://embedded.test${path}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
  const v1: Stage["v1"] = async (method, path, body) => {
    const reply = Envelope.parse(await (await send(method, path, body)).json());
    if (reply.code !== 0) throw new Error(`${reply.code} ${reply.message}`);
    return reply.data;
  };
  const issued = await send("POST", "/v2/ticket", {
    application_id: APPLICATION.id,
    application_secret: APPLICATION.secret,
  });
  const { ticket } = z.object({ ticket: z.string() }).parse(await issued.json());
  const v2: Stage["v2"] = async (method, path, body) =>
    (await send(method, path, body, { "X-Huoban-Ticket": ticket })).json();

  return {
    embedded,
    deliveries,
    pass(seconds) {
      clock = new Date(clock.getTime() + seconds * 1000);
    },
    send,
    v1,
    v2,
    refused: async (method, path, body) =>
      Refused.parse(await (await send(method, path, body)).json()),
    table: async (body) => {
      const reply = await v2("POST", `/v2/table/space/${embedded.spaceId}`, body);
      return built(v1, V2Table.parse(reply));
    },
    callbacks: () =>
      deliveries.map(({ body }) => Callback.parse(JSON.parse(Buffer.from(body).toString()))),
  };
}

function built(v1: Stage["v1"], table: z.infer<typeof V2Table>): Built {
  const ids = new Map(table.fields.map(({ alias, field_id }) => [alias, field_id]));
  const field = (alias: string) => {
    const id = ids.get(alias);
    if (id === undefined) throw new Error(`No field ${alias}`);
    return id;
  };
  const Reply = z.object({ item: Item });
  return {
    id: table.table_id,
    field,
    async add(fields) {
      const written = Object.entries(fields).map(([alias, value]) => [field(alias), value]);
      const body = { table_id: table.table_id, fields: Object.fromEntries(written) as unknown };
      return Reply.parse(await v1("POST", "/openapi/v1/item", body)).item.item_id;
    },
    async titles(filter) {
      const order = { field_id: "item_id", type: "asc" };
      const body = { table_id: table.table_id, filter, order, limit: 100 };
      const { items } = ItemList.parse(await v1("POST", "/openapi/v1/item/list", body));
      return items.map(({ title }) => title);
    },
    item: async (id) => Reply.parse(await v1("POST", `/openapi/v1/item/${id}`, {})).item,
  };
}

/** A file for a workspace that is to be closed and opened again. */
export function temporaryFile(): string {
  const folder = mkdtempSync(join(tmpdir(), "embedded-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "workspace.db");
}

export const text = (alias: string, more: object = {}) => ({
  name: alias.toUpperCase(),
  alias,
  type: "text",
  config: { type: "input" },
  ...more,
});
export const number = (alias: string, more: object = {}) => ({
  name: alias.toUpperCase(),
  alias,
  type: "number",
  config: { display_mode: "number" },
  ...more,
});
export const option = (alias: string, names: readonly string[], arity: "single" | "multi") => ({
  name: alias.toUpperCase(),
  alias,
  type: "category",
  config: { type: arity, options: names.map((name) => ({ name })) },
});
