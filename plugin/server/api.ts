import { z } from "zod";
import {
  BonusView,
  DistributionView,
  HealthView,
  LintView,
  PaceView,
  PromotionView,
  TargetsView,
} from "../report/analysis-views.ts";
import {
  CommentView,
  Cycle,
  ExplanationTree,
  ExportRow,
  LedgerLine,
  SheetDetail,
  SheetRow,
  Why,
} from "../report/views.ts";

/**
 * Requests and responses of the HTTP API. The OpenAPI document is generated from these schemas, and
 * the console imports their types: nothing else of the plugin.
 */
export { CommentView, Cycle, ExportRow, LedgerLine, SheetDetail, SheetRow, Why };
export { BonusView, DistributionView, HealthView, LintView, PaceView, PromotionView, TargetsView };

/** Every refusal, whatever the route. */
export const Problem = z.object({
  code: z.string(),
  message: z.string(),
  hint: z.string(),
  details: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type Problem = z.infer<typeof Problem>;

export const Session = z.object({
  signedIn: z.boolean(),
  company: z.string(),
  /** Workspace behind this server; only the embedded one has a grid here. */
  workspace: z.object({ name: z.string(), grid: z.boolean() }),
  version: z.string(),
  /** Cycle worth opening first, by name; null = the latest with results. */
  openAt: z.string().nullable(),
});
export type Session = z.infer<typeof Session>;

export const GridField = z.object({
  id: z.string(),
  name: z.string(),
  type: z.enum([
    "text",
    "textarea",
    "number",
    "percent",
    "money",
    "date",
    "datetime",
    "option",
    "user",
    "relation",
    "checkbox",
    "attachment",
    "calculation",
    "auto_number",
    "unknown",
  ]),
  multiple: z.boolean(),
  required: z.boolean(),
  readOnly: z.boolean(),
  options: z.array(z.object({ id: z.string(), name: z.string(), color: z.string().optional() })),
  relatedTable: z.string().nullable(),
});
export type GridField = z.infer<typeof GridField>;

export const GridView = z.object({
  id: z.string(),
  name: z.string(),
  /** Ids of the fields it shows, in order; empty = all. */
  fields: z.array(z.string()),
  /** Shows only some of the rows. */
  filtered: z.boolean(),
});
export type GridView = z.infer<typeof GridView>;

export const GridTable = z.object({
  id: z.string(),
  name: z.string(),
  /** `configuration`, `business` or `result`: how the console groups it. */
  group: z.string(),
  rows: z.number().int(),
  fields: z.array(GridField),
  views: z.array(GridView),
});
export type GridTable = z.infer<typeof GridTable>;

/** A cell: the raw value (as the workspace port has it) and the text a person reads. */
export const GridCell = z.object({
  value: z.union([z.string(), z.boolean(), z.array(z.string()), z.null()]),
  text: z.string(),
});

export const GridRecord = z.object({
  id: z.string(),
  title: z.string(),
  createdOn: z.string(),
  updatedOn: z.string(),
  cells: z.record(z.string(), GridCell),
});
export type GridRecord = z.infer<typeof GridRecord>;

export const GridPage = z.object({
  total: z.number().int(),
  offset: z.number().int(),
  records: z.array(GridRecord),
});
export type GridPage = z.infer<typeof GridPage>;

export const GridQuery = z.object({
  offset: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  search: z.string().max(200).optional(),
  view: z.string().optional(),
  /** Field id to order by, `-` in front for descending. */
  order: z.string().optional(),
});

export const GridWrite = z.object({
  fields: z.record(z.string(), z.union([z.string(), z.boolean(), z.array(z.string()), z.null()])),
});
export type GridWrite = z.infer<typeof GridWrite>;

export const GridChange = z.object({
  at: z.string(),
  author: z.object({ id: z.string(), name: z.string() }),
  kind: z.enum(["create", "update", "delete"]),
  changes: z.array(z.object({ field: z.string(), before: z.string(), after: z.string() })),
});
export type GridChange = z.infer<typeof GridChange>;

export const Choice = z.object({ id: z.string(), title: z.string() });

export const Doctor = z.object({
  ok: z.boolean(),
  checks: z.array(
    z.object({
      name: z.string(),
      ok: z.boolean(),
      /** What was found, and when not ok what follows from it and how to mend it. */
      text: z.string(),
    }),
  ),
});
export type Doctor = z.infer<typeof Doctor>;

export const Recomputed = z.object({
  records: z.number().int(),
  sheets: z.number().int(),
  /** Cells and items that differed from the incremental state: 0 is what should be. */
  differences: z.number().int(),
  milliseconds: z.number().int(),
});
export type Recomputed = z.infer<typeof Recomputed>;

export const ImportReport = z.object({
  table: z.string(),
  rows: z.number().int(),
  imported: z.number().int(),
  dryRun: z.boolean(),
  mapping: z.array(z.object({ column: z.string(), field: z.string().nullable() })),
  rejected: z.array(
    z.object({ row: z.number().int(), column: z.string(), code: z.string(), reason: z.string() }),
  ),
});
export type ImportReport = z.infer<typeof ImportReport>;

/** `POST …/comments`: what a person says; `parent` is the comment it answers. */
export const CommentWrite = z.object({
  text: z.string().trim().min(1).max(5000),
  parent: z.string().optional(),
  /** Members to notify, by id. */
  mentions: z.array(z.string()).max(20).optional(),
});
export type CommentWrite = z.infer<typeof CommentWrite>;

export const Member = z.object({ id: z.string(), name: z.string() });
export type Member = z.infer<typeof Member>;

/** What waits, what failed and what a person should look at. */
export const Operations = z.object({
  /** Deliveries not worked off yet, and writes that have not reached the workspace yet. */
  inbox: z.number().int(),
  outbox: z.number().int(),
  failed: z.array(
    z.object({ id: z.string(), kind: z.string(), error: z.string(), attempts: z.number().int() }),
  ),
  /** Business records that belong to nobody we know, and the first of them. */
  unassigned: z.number().int(),
  unassignedRecords: z.array(
    z.object({ table: z.string(), record: z.string(), title: z.string(), reason: z.string() }),
  ),
  configProblems: z.array(
    z.object({ table: z.string(), record: z.string(), title: z.string(), problem: z.string() }),
  ),
  lastReconcile: z.string().nullable(),
});
export type Operations = z.infer<typeof Operations>;

export const Reconciled = z.object({ changed: z.number().int() });
export type Reconciled = z.infer<typeof Reconciled>;

/**
 * One line of a long answer (`application/x-ndjson`): any number of `progress` lines, then exactly
 * one `result`, or one `problem` when it failed on the way.
 */
export const Progress = z.object({
  progress: z.object({ done: z.number().int(), total: z.number().int() }),
});
export type Progress = z.infer<typeof Progress>;
export const Failed = z.object({ problem: Problem });
export const RecomputeLine = z.union([Progress, z.object({ result: Recomputed }), Failed]);
export type RecomputeLine = z.infer<typeof RecomputeLine>;
export const ImportLine = z.union([Progress, z.object({ result: ImportReport }), Failed]);
export type ImportLine = z.infer<typeof ImportLine>;

/**
 * `GET /api/explain`: the sheet, and the way to the score of the KPI asked for, or of all of them; for
 * the whole sheet also as a tree whose points sum up at every node.
 */
export const Explained = z.object({
  sheet: SheetDetail,
  why: z.array(Why),
  tree: ExplanationTree.nullable(),
});
export type Explained = z.infer<typeof Explained>;

/** `POST /api/links`: a fresh link that signs a person in, good for a day. */
export const SignInLink = z.object({ url: z.string() });
export type SignInLink = z.infer<typeof SignInLink>;

/** `GET /api/health`: open to everybody, says nothing about anybody. */
export const Health = z.object({ ok: z.literal(true), version: z.string() });
export type Health = z.infer<typeof Health>;

/** One server-sent event of `GET /api/live`. */
export const LiveEvent = z.discriminatedUnion("type", [
  z.object({ type: z.literal("record"), table: z.string(), record: z.string() }),
  z.object({ type: z.literal("sheet"), sheet: z.string() }),
  z.object({ type: z.literal("comment"), sheet: z.string() }),
  z.object({ type: z.literal("structure") }),
]);
export type LiveEvent = z.infer<typeof LiveEvent>;
