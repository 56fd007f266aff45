import { randomBytes } from "node:crypto";
import { z } from "zod";
import type { Conversations, StoredComment } from "./conversations.ts";
import { v2Field } from "./field-shapes.ts";
import { APPLICATION_ID, type Identities } from "./identities.ts";
import { Refusal } from "./refusals.ts";
import { TableCreate, TableUpdate, type Reshape } from "./reshape.ts";
import { check, pageOf, type Route } from "./rest.ts";
import type { Store } from "./store.ts";
import type { Structure, TableDefinition, ViewDefinition } from "./structure.ts";
import type { WallClock } from "./wall-clock.ts";
import type { Wire } from "./wire.ts";

const Id = z.union([z.string().min(1), z.number()]).transform(String);
const LONGEST_TICKET_SECONDS = 1_209_600;

/** Tickets of the application: issued, checked and forgotten when their time is over. */
export interface Tickets {
  issue(seconds: number): string;
  isValid(ticket: string | null): boolean;
}

export function createTickets(db: Store, now: () => Date): Tickets {
  const sql = {
    add: db.prepare("INSERT INTO tickets VALUES (?, ?)"),
    find: db.prepare<[string], { expires_on: number }>(
      "SELECT expires_on FROM tickets WHERE ticket = ?",
    ),
    clear: db.prepare("DELETE FROM tickets WHERE expires_on <= ?"),
  };
  const seconds = () => Math.floor(now().getTime() / 1000);
  return {
    issue(life) {
      sql.clear.run(seconds());
      const ticket = randomBytes(24).toString("base64url");
      sql.add.run(ticket, seconds() + life);
      return ticket;
    },
    isValid: (ticket) => ticket !== null && (sql.find.get(ticket)?.expires_on ?? 0) > seconds(),
  };
}

/** The part of v2 that OpenAPI v1 lacks (reference, section 7): tables, comments, notifications. */
export function v2Routes(deps: {
  readonly application: { readonly id: string; readonly secret: string };
  readonly spaceId: string;
  readonly structure: Structure;
  readonly reshape: Reshape;
  readonly conversations: Conversations;
  readonly identities: Identities;
  readonly tickets: Tickets;
  readonly wire: Wire;
  readonly clock: WallClock;
}): readonly Route[] {
  const { application, spaceId, structure, reshape, conversations, identities } = deps;
  const { tickets, wire, clock } = deps;
  const route = (method: Route["method"], path: string, run: Route["run"]): Route => ({
    method,
    path,
    reply: "bare",
    run,
  });
  const inSpace = (parts: Readonly<Record<string, string>>) => {
    if (parts["space_id"] !== spaceId) throw new Refusal("unauthorized");
  };

  function tableBody(table: TableDefinition): unknown {
    return {
      table_id: table.id,
      name: table.name,
      alias: table.alias,
      space_id: spaceId,
      item_title: table.titleField,
      created_on: clock.text(table.createdOn),
      fields: table.fields.map(v2Field),
      field_layout: table.fields.map(({ id }) => [id]),
      list_layout: table.fields.map(({ id }) => id),
      views: table.views.map(viewBody),
    };
  }

  function viewBody(view: ViewDefinition): unknown {
    return {
      view_id: view.id,
      name: view.name,
      visible_field_ids: view.visibleFields,
      order_by: view.order.map(({ field, direction }) => ({ field, sort: direction })),
      filter: view.filter,
    };
  }

  function commentBody(comment: StoredComment): unknown {
    return {
      comment_id: comment.id,
      content: comment.content,
      created_on: clock.text(comment.createdOn),
      created_by: wire.user(comment.author),
      parent_comment_id: comment.parent,
      mentions: comment.mentions.map((id) => wire.user(id)),
      files: comment.files.flatMap((id) => {
        const file = identities.file(id);
        return file === null ? [] : [{ file_id: id, name: file.name }];
      }),
    };
  }

  return [
    route("POST", TICKET_PATH, async (call) => {
      const Body = z.object({
        application_id: Id,
        application_secret: z.string(),
        expired: z.number().int().min(1).default(LONGEST_TICKET_SECONDS),
      });
      const body = check(Body, await call.json());
      const known =
        body.application_id === application.id && body.application_secret === application.secret;
      if (!known) throw new Refusal("unauthorized");
      return { ticket: tickets.issue(Math.min(body.expired, LONGEST_TICKET_SECONDS)) };
    }),
    route("GET", "/v2/tables/space/{space_id}", ({ parts }) => {
      inSpace(parts);
      return structure.tables().map(tableBody);
    }),
    route("POST", "/v2/table/space/{space_id}", async (call) => {
      inSpace(call.parts);
      return tableBody(reshape.createTable(check(TableCreate, await call.json())));
    }),
    route("GET", "/v2/table/{table_id}", ({ parts }) =>
      tableBody(structure.table(parts["table_id"] ?? "")),
    ),
    route("PUT", "/v2/table/{table_id}", async (call) => {
      const { id } = structure.table(call.parts["table_id"] ?? "");
      return tableBody(reshape.updateTable(id, check(TableUpdate, await call.json())));
    }),
    route("POST", "/v2/comment/item/{item_id}", async (call) => {
      const Body = z.object({
        content: z.string().default(""),
        parent_comment_id: Id.nullish(),
        file_ids: z.array(Id).max(20).default([]),
      });
      const { content, parent_comment_id, file_ids } = check(Body, await call.json());
      const comment = { content, parent: parent_comment_id ?? null, files: file_ids };
      return commentBody(conversations.add(call.parts["item_id"] ?? "", comment, APPLICATION_ID));
    }),
    route("GET", "/v2/comments/item/{item_id}", ({ parts, query }) => {
      const record = parts["item_id"] ?? "";
      const comments = conversations.comments(record, pageOf(query));
      return { total: conversations.count(record), comments: comments.map(commentBody) };
    }),
    route("DELETE", "/v2/comment/{comment_id}", ({ parts }) => {
      conversations.remove(parts["comment_id"] ?? "");
      return null;
    }),
    route("POST", "/v2/notification", async (call) => {
      const Body = z.object({
        receiver_id: Id,
        title: z.string().min(1).max(200),
        content: z.string().min(1).max(5000),
        push_message: z.string().min(1).max(500),
        open_url: z.string().min(1).max(2000),
      });
      const body = check(Body, await call.json());
      const { id } = conversations.notify({
        receiver: body.receiver_id,
        title: body.title,
        content: body.content,
        pushMessage: body.push_message,
        openUrl: body.open_url,
      });
      return { notification_id: id };
    }),
    route("GET", "/v2/space/{space_id}/members", ({ parts, query }) => {
      inSpace(parts);
      const { limit, offset } = pageOf(query);
      const members = identities.members();
      const page = members.slice(offset, offset + limit);
      return { total: members.length, members: page.map(({ id }) => wire.user(id)) };
    }),
  ];
}

/** The one call of v2 that needs no ticket. */
export const TICKET_PATH = "/v2/ticket";
