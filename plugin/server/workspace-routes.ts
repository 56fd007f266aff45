import { z } from "zod";
import { resultFields } from "../automation/outputs.ts";
import { PluginError } from "../errors.ts";
import type { Grid, GridRecord } from "../workspace/embedded/embedded.ts";
import * as shapes from "./api.ts";
import type { ServerDeps } from "./deps.ts";
import { operation } from "./operation.ts";

const SHOWN_CHOICES = 50;

/**
 * The embedded workspace as a grid: tables, records, history, conversations.
 *
 * @throws workspace/unsupported from every operation when the workspace is a hosted one, which has
 *   its own pages
 */
export function workspaceRoutes(deps: ServerDeps) {
  const { bindings, live, operator, workspace } = deps;

  const gridFor = (what: string): Grid => {
    if (deps.grid === null) throw new PluginError("workspace/unsupported", { operation: what });
    return deps.grid;
  };
  const tell = (table: string, record: string) => live.publish({ type: "record", table, record });

  const groupOf = (table: string): string => {
    const key = bindings.tableKey(table);
    return key === null ? "business" : bindings.group(key);
  };

  /** Written by the engine only: results, and what it says about rows of the configuration. */
  const isEngines = (tableId: string, fieldId: string): boolean => {
    const table = bindings.tableKey(tableId);
    const field = table === null ? null : bindings.fieldKey(table, fieldId);
    if (table === null || field === null) return false;
    if (table === "sheets" || table === "items") return resultFields(table).includes(field);
    return field === "check" && bindings.group(table) === "configuration";
  };

  return {
    tables: operation({
      summary: "Tables of the workspace with their fields and views",
      answer: z.array(shapes.GridTable),
      run: () =>
        gridFor("tables")
          .tables()
          .map((table) => ({
            id: table.id,
            name: table.name,
            group: groupOf(table.id),
            rows: table.rows,
            fields: table.fields.map((field) => ({
              id: field.id,
              name: field.name,
              type: field.type,
              multiple: field.multiple,
              required: field.required,
              readOnly: field.readOnly || isEngines(table.id, field.id),
              options: field.options,
              relatedTable: field.relatedTable,
            })),
            views: table.views.map(({ id, name, visibleFields, filter }) => ({
              id,
              name,
              fields: [...visibleFields],
              filtered: filter !== null,
            })),
          })),
    }),

    records: operation({
      summary: "Rows of a table",
      query: shapes.GridQuery,
      answer: shapes.GridPage,
      run: ({ param, query }) => {
        const page = gridFor("records").page({ table: param("table"), ...query });
        return { total: page.total, offset: query.offset, records: page.records.map(record) };
      },
    }),

    read: operation({
      summary: "One row",
      answer: shapes.GridRecord,
      run: ({ param }) => record(gridFor("record").record(param("id"))),
    }),

    create: operation({
      summary: "Add a row",
      body: shapes.GridWrite,
      answer: shapes.GridRecord,
      run: ({ param, body }) => {
        const made = gridFor("create").create(param("table"), body.fields, operator);
        tell(made.table, made.id);
        return record(made);
      },
    }),

    update: operation({
      summary: "Set fields of a row and leave the others alone",
      body: shapes.GridWrite,
      answer: shapes.GridRecord,
      run: ({ param, body }) => {
        const changed = gridFor("update").update(param("id"), body.fields, operator);
        tell(changed.table, changed.id);
        return record(changed);
      },
    }),

    remove: operation({
      summary: "Delete a row",
      answer: z.object({}),
      run: ({ param }) => {
        const grid = gridFor("remove");
        const { id, table } = grid.record(param("id"));
        grid.remove([id], operator);
        tell(table, id);
        return {};
      },
    }),

    history: operation({
      summary: "Who changed what in a row, oldest first",
      answer: z.array(shapes.GridChange),
      run: ({ param }) =>
        gridFor("history")
          .history(param("id"))
          .map(({ at, author, kind, changes }) => ({
            at,
            author,
            kind,
            changes: changes.map(({ field, before, after }) => ({ field, before, after })),
          })),
    }),

    members: operation({
      summary: "Members of the workspace",
      answer: z.array(shapes.Member),
      run: () => workspace.members(),
    }),

    choices: operation({
      summary: "Rows a relation to this table may hold, by a part of their title",
      query: z.object({ search: z.string().max(200).default("") }),
      answer: z.array(shapes.Choice),
      run: ({ param, query }) =>
        gridFor("choices").choices(param("table"), query.search, SHOWN_CHOICES),
    }),

    comments: operation({
      summary: "The conversation on a row, oldest first",
      answer: z.array(shapes.CommentView),
      run: ({ param }) => {
        const { id, table } = gridFor("comments").record(param("id"));
        return workspace.comments.read({ table, id });
      },
    }),

    comment: operation({
      summary: "Say something on a row",
      body: shapes.CommentWrite,
      answer: shapes.CommentView,
      run: ({ param, body }) => {
        const grid = gridFor("comment");
        const { id, table } = grid.record(param("id"));
        const comment = grid.comment(id, said(body), operator);
        tell(table, id);
        return comment;
      },
    }),

    commentOnSheet: operation({
      summary: "Say something on a score sheet",
      body: shapes.CommentWrite,
      answer: shapes.CommentView,
      run: ({ param, body }) => {
        const grid = gridFor("comment");
        const { id, table } = grid.record(param("id"));
        if (table !== bindings.table("sheets")) {
          throw new PluginError("request/not-found", { what: "sheet", name: id });
        }
        const comment = grid.comment(id, said(body), operator);
        live.publish({ type: "comment", sheet: id });
        return comment;
      },
    }),
  };
}

function said({ text, parent, mentions }: shapes.CommentWrite) {
  return { text, parent: parent ?? null, mentions: mentions ?? [] };
}

function record({ id, title, createdOn, updatedOn, cells }: GridRecord): shapes.GridRecord {
  return {
    id,
    title,
    createdOn,
    updatedOn,
    // The page's own copy: the workspace hands out what nobody may change.
    cells: Object.fromEntries(
      Object.entries(cells).map(([field, { value, text }]) => [
        field,
        { value: typeof value === "object" && value !== null ? [...value] : value, text },
      ]),
    ),
  };
}
