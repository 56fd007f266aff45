import { z } from "zod";

/**
 * The results as people and programs see them: the shapes of the API, the exports and the console.
 *
 * Decimals are strings in plain notation. `percent` actuals are fractions ("0.85" = 85 %); weights
 * are percent points ("25"); coverage is a fraction ("0.85"). Times are ISO with offset.
 */

const decimal = z.string().meta({ description: "Decimal in plain notation", example: "92.50" });
const id = z.string().meta({ description: "Record id of the workspace" });

export const Status = z.enum([
  "OK",
  "NO_DATA",
  "NOT_APPLICABLE",
  "EXEMPT",
  "PENDING",
  "INVALID_TARGET",
  "INVALID_BASELINE",
  "INVALID_UNIT",
  "OUT_OF_RANGE",
  "ERROR",
]);

/** A reason, with its sentence in the caller's language. */
export const ReasonView = z.object({
  code: z.string(),
  details: z.record(z.string(), z.string()),
  text: z.string(),
});

export const Cycle = z.object({
  id,
  name: z.string().meta({ example: "1998-04" }),
  kind: z.enum(["month", "quarter", "half", "year"]),
  start: z.string(),
  end: z.string(),
  /** `planned` has no sheets yet; `locked` sheets never change. */
  status: z.enum(["planned", "running", "locked"]),
});
export type Cycle = z.infer<typeof Cycle>;

export const Subject = z.object({
  kind: z.enum(["individual", "department"]),
  id,
  name: z.string(),
  department: z.string().nullable(),
  position: z.string().nullable(),
});

export const SheetRow = z.object({
  id,
  code: z.string(),
  subject: Subject,
  cycle: z.string(),
  cycleKind: z.enum(["month", "quarter", "half", "year"]),
  total: decimal.nullable(),
  grade: z.string().nullable(),
  coverage: decimal,
  state: z.enum(["final", "provisional", "empty"]),
  /** Items with status OK, and all items. */
  scored: z.number().int(),
  items: z.number().int(),
});
export type SheetRow = z.infer<typeof SheetRow>;

export const ItemView = z.object({
  id,
  kpi: z.object({
    id,
    code: z.string(),
    name: z.string(),
    nameEn: z.string(),
    unit: z.string().meta({ description: "`%` means the figures are fractions" }),
    decimals: z.number().int(),
    direction: z.enum(["higher", "lower", "target"]),
  }),
  /** Version number of the KPI the score was made with; "" = it has none. */
  kpiVersion: z.string(),
  /** The figures it was made of, by their names in the formula. */
  inputs: z.array(z.object({ name: z.string(), status: Status, value: decimal.nullable() })),
  target: decimal.nullable(),
  /** What the score was measured against: the target, or its part for the days worked. */
  targetUsed: decimal.nullable(),
  section: id.nullable(),
  role: z.enum(["weighted", "extra"]),
  /** Where the target came from, e.g. "median of 6 periods". */
  targetBasis: z.string(),
  actual: decimal.nullable(),
  score: decimal.nullable(),
  weight: decimal,
  /** Share of the counted weight after leaving out missing items, 0–1. */
  share: decimal,
  contribution: decimal.nullable(),
  status: Status,
  reasons: z.array(ReasonView),
  /** Target reached (S-045); null when it cannot be said. */
  reached: z.boolean().nullable(),
});
export type ItemView = z.infer<typeof ItemView>;

export const CommentView = z.object({
  id: z.string(),
  text: z.string(),
  mentions: z.array(z.string()),
  author: z.object({ id: z.string(), name: z.string() }),
  createdOn: z.string(),
  parent: z.string().nullable(),
  /** Set on comments the plugin wrote. */
  topic: z.string().nullable(),
});
export type CommentView = z.infer<typeof CommentView>;

export const LedgerLine = z.object({
  id: z.string(),
  at: z.string(),
  sheet: id,
  sheetCode: z.string(),
  subject: z.string(),
  cycle: z.string(),
  kpi: z.string(),
  kpiName: z.string(),
  /** Unit and decimals of the two actuals, as in `ItemView.kpi`. */
  unit: z.string(),
  decimals: z.number().int(),
  /** What moved it: a source record, a changed target or weight, or a changed rule. */
  cause: z.object({
    kind: z.enum(["record", "item", "configuration", "day", "recompute"]),
    table: z.string().nullable(),
    tableName: z.string().nullable(),
    record: z.string().nullable(),
    title: z.string().nullable(),
    change: z.enum(["create", "update", "delete"]).nullable(),
  }),
  actualBefore: decimal.nullable(),
  actualAfter: decimal.nullable(),
  scoreBefore: decimal.nullable(),
  scoreAfter: decimal.nullable(),
  totalBefore: decimal.nullable(),
  totalAfter: decimal.nullable(),
  gradeBefore: z.string().nullable(),
  gradeAfter: z.string().nullable(),
  statusBefore: Status.nullable(),
  statusAfter: Status.nullable(),
  /** The line as a sentence in the caller's language. */
  text: z.string(),
});
export type LedgerLine = z.infer<typeof LedgerLine>;

export const SheetDetail = SheetRow.extend({
  /** Unrounded: Σ contributions + Σ changes of the steps, to the last digit. */
  exactTotal: decimal.nullable(),
  /** Parts of the sheet with their scores; empty when it has none. */
  sections: z.array(
    z.object({
      id,
      name: z.string(),
      share: decimal,
      score: decimal.nullable(),
      text: z.string(),
    }),
  ),
  /** What changed the total after the contributions were added, in order. */
  steps: z.array(
    z.object({
      code: z.enum([
        "section_limit",
        "extra_limit",
        "total_limit",
        "composite",
        "segments",
        "veto",
      ]),
      before: decimal,
      after: decimal,
      change: decimal,
      text: z.string(),
    }),
  ),
  /** Why the grade is no better, and what it was before a veto. */
  gradeNotes: z.array(z.string()),
  /** Minimum coverage for a grade, fraction. */
  minCoverage: decimal,
  reasons: z.array(ReasonView),
  itemViews: z.array(ItemView),
  comments: z.array(CommentView),
  ledger: z.array(LedgerLine),
  /** Where the sheet row can be opened in the workspace; null for the embedded one. */
  url: z.string().nullable(),
});
export type SheetDetail = z.infer<typeof SheetDetail>;

/** One step of the way from records to contribution, in order (spec 3.0). */
export const WhyStep = z.object({
  code: z.string(),
  label: z.string(),
  text: z.string(),
  value: decimal.nullable(),
});

export const WhyRecord = z.object({
  table: z.string(),
  tableName: z.string(),
  id,
  title: z.string(),
  source: z.string(),
  /** Period the record counts in, which may be the comparison period. */
  period: z.string(),
  date: z.string().nullable(),
  /** What it gives; null when the record's own value is unusable (see `problem`). */
  value: decimal.nullable(),
  denominator: decimal.nullable(),
  problem: z.string().nullable(),
  /** The bound fields of the record, as read. */
  fields: z.array(z.object({ name: z.string(), value: z.string() })),
});

export const Why = z.object({
  sheet: id,
  item: ItemView,
  subject: z.string(),
  cycle: z.string(),
  definition: z.string(),
  exclusions: z.string(),
  formulaWords: z.string(),
  example: z.string(),
  formula: z.string(),
  method: z.object({ code: z.string(), name: z.string(), text: z.string() }),
  sources: z.array(
    z.object({
      key: z.string(),
      name: z.string(),
      aggregate: z.string(),
      period: z.string(),
      value: decimal.nullable(),
      status: Status,
      /** Records behind it, and how many of them cannot be used. */
      count: z.number().int(),
      invalid: z.number().int(),
      rule: z.string(),
    }),
  ),
  steps: z.array(WhyStep),
  records: z.array(WhyRecord),
  /** All records behind the actual; `records` holds the first page of them. */
  recordCount: z.number().int(),
});
export type Why = z.infer<typeof Why>;

/** What a total is made of; points of each node are the sum of those below it. */
export const ExplanationTree = z.object({
  points: decimal.nullable(),
  branches: z.array(
    z.object({
      /** A section, the KPIs outside sections, or the plus/minus items. */
      kind: z.enum(["section", "items", "extras"]),
      name: z.string(),
      points: decimal.nullable(),
      items: z.array(
        z.object({
          kpi: z.string(),
          name: z.string(),
          points: decimal.nullable(),
          status: Status,
          way: z.array(WhyStep),
        }),
      ),
    }),
  ),
  steps: z.array(z.object({ code: z.string(), points: decimal, text: z.string() })),
  notes: z.array(z.string()),
});
export type ExplanationTree = z.infer<typeof ExplanationTree>;

export const ExportRow = z.object({
  employee: z.string(),
  period: z.string(),
  total: decimal.nullable(),
  grade: z.string().nullable(),
  coverage: decimal,
  items: z.array(
    z.object({
      kpi: z.string(),
      target: decimal.nullable(),
      actual: decimal.nullable(),
      unit: z.string(),
      score: decimal.nullable(),
      weight: decimal,
      contribution: decimal.nullable(),
      status: Status,
    }),
  ),
});
export type ExportRow = z.infer<typeof ExportRow>;
