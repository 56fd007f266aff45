import type { Split } from "../../plugin/automation/company.ts";
import { AGGREGATES, type Aggregate } from "../../plugin/kpi/cell.ts";
import type { FieldValue } from "../../plugin/workspace/workspace.ts";
import { openSmallCompany, type SmallCompany } from "./small-company.ts";

/** What the sources over visits make of them, one source and one KPI each. */
export const FIGURES: readonly {
  readonly key: string;
  readonly aggregate: Aggregate;
  /** As chosen in the row; null = left blank. */
  readonly split: Split | null;
  readonly percentile: string | null;
}[] = [
  ...AGGREGATES.map((aggregate) => ({
    key: aggregate,
    aggregate,
    split: null,
    percentile: aggregate === "percentile" ? "90" : null,
  })),
  ...(["sum", "count", "first_ever"] as const).flatMap((aggregate) =>
    (["full", "first"] as const).map((split) => ({
      key: `${aggregate}_${split}`,
      aggregate,
      split,
      percentile: null,
    })),
  ),
  ...(["ratio", "weighted_average"] as const).flatMap((aggregate) =>
    (["equal", "first"] as const).map((split) => ({
      key: `${aggregate}_${split}`,
      aggregate,
      split,
      percentile: null,
    })),
  ),
  { key: "median_first", aggregate: "median", split: "first", percentile: null },
  { key: "low", aggregate: "percentile", split: null, percentile: "12.5" },
];

/** Clients as raters: the second one's ratings are hidden while there is only one. */
export const RATER_GROUPS = [
  { code: "甲", weight: "40", minimum: "1" },
  { code: "乙", weight: "30", minimum: "2" },
  { code: "丙", weight: "0", minimum: "1" },
] as const;

/** The visits table in the product's words; field ids by these names. */
const FIELDS = [
  { key: "number", name: "编号", type: "text", unique: true },
  { key: "owners", name: "参与人", type: "user", multiple: true },
  { key: "at", name: "时间", type: "datetime" },
  { key: "amount", name: "数额", type: "number" },
  { key: "base", name: "基数", type: "number" },
  { key: "client", name: "客户名", type: "text" },
  {
    key: "state",
    name: "进度",
    type: "option",
    options: [{ name: "完成" }, { name: "取消" }],
  },
] as const;
type VisitField = (typeof FIELDS)[number]["key"];
export type VisitCells = Partial<Readonly<Record<VisitField, FieldValue>>>;

/**
 * The small company with a table the packs know nothing of: visits that several people share, timed
 * to the minute, with a source, a KPI and schemes for every aggregate.
 */
export async function openVisits(options: { readonly filter?: string | null } = {}) {
  const company: SmallCompany = await openSmallCompany();
  const { stage } = company;
  const table = await stage.workspace.structure.createTable({
    key: "visits",
    name: "拜访",
    fields: [...FIELDS],
  });
  await stage.workspace.events.subscribe([table.id]);
  const field = (key: VisitField): string => {
    const name = FIELDS.find((one) => one.key === key)?.name;
    const found = table.fields.find((one) => one.name === name);
    if (!found) throw new Error(`visits has no field ${key}`);
    return found.id;
  };
  const state = (name: "完成" | "取消"): FieldValue => {
    const options = table.fields.find((one) => one.id === field("state"))?.options ?? [];
    return [options.find((one) => one.name === name)?.id ?? ""];
  };
  const cells = (values: VisitCells) =>
    Object.fromEntries(
      Object.entries(values).map(([key, value]) => [field(key as VisitField), value]),
    );
  let number = 0;
  const visit = (values: VisitCells): string => {
    number += 1;
    return stage.embedded.grid.create(
      table.id,
      cells({ number: `V${number}`, base: "1", client: "甲", ...values }),
      company.user,
    ).id;
  };
  const change = (record: string, values: VisitCells) =>
    stage.embedded.grid.update(record, cells(values), company.user);

  const position = await company.find("positions", "code", "SALES_REP");
  for (const { code, weight, minimum } of RATER_GROUPS)
    company.create("rater_groups", { code, weight, minimum });
  const sources = new Map<string, string>();
  for (const { aggregate, split, percentile, ...figure } of FIGURES) {
    const key = `V_${figure.key.toUpperCase()}`;
    sources.set(
      figure.key,
      company.create("sources", {
        name: key,
        key,
        table: "拜访",
        person: "参与人",
        date: "时间",
        filter: options.filter ?? null,
        aggregate: company.option("sources", "aggregate", aggregate),
        value: ["count", "distinct", "first_ever"].includes(aggregate) ? null : "数额",
        denominator: ["ratio", "weighted_average"].includes(aggregate) ? "基数" : null,
        group_by: aggregate === "raters" ? "客户名" : null,
        percentile,
        split: split && company.option("sources", "split", split),
        distinct_by: ["distinct", "first_ever"].includes(aggregate) ? "客户名" : null,
        when_empty: company.option("sources", "when_empty", "zero"),
        enabled: true,
      }),
    );
    const kpi = company.create("kpis", {
      name: key,
      code: key,
      formula: key,
      method: company.option("kpis", "method", "RATIO"),
      status: company.option("kpis", "status", "published"),
    });
    const scheme = {
      kpi: [kpi],
      weight: "1",
      target_rule: company.option("schemes", "target_rule", "fixed"),
      target: "10",
      kinds: [
        ...company.option("schemes", "kinds", "month"),
        ...company.option("schemes", "kinds", "quarter"),
      ],
    };
    company.create("schemes", {
      code: `${key}|REP`,
      applies: company.option("schemes", "applies", "individual"),
      position: [position],
      ...scheme,
    });
    for (const department of company.departments)
      company.create("schemes", {
        code: `${key}|${department}`,
        applies: company.option("schemes", "applies", "department"),
        department: [department],
        ...scheme,
      });
  }

  /** Actual or status of an item, as the engine has it: `E1`, `SALES` or `NORTH`. */
  const reading = (subject: string, cycle: string, kpi: string): string => {
    const row = stage.db
      .prepare<[string], { result: string | null }>("SELECT result FROM items WHERE code = ?")
      .get(`${subject}|${cycle}|${kpi}`);
    if (!row?.result) return "no item";
    const result = JSON.parse(row.result) as { status: string; actual: string | null };
    return result.actual ?? result.status;
  };
  return { ...company, table: table.id, field, state, visit, change, sources, reading };
}
export type Visits = Awaited<ReturnType<typeof openVisits>>;
