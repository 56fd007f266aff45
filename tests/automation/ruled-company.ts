import { Decimal } from "../../plugin/decimal.ts";
import type { SheetDetail } from "../../plugin/report/views.ts";
import type { FieldValue } from "../../plugin/workspace/workspace.ts";
import { openSmallCompany } from "./small-company.ts";

type Cells = Readonly<Record<string, FieldValue>>;

/**
 * The small company with KPIs for every rule that reaches beyond one item: a rank, a veto, a carried
 * score, one that a person gives, one behind a gate. Its sheets are open and changes reach the engine.
 */
export async function openRuledCompany() {
  const company = await openSmallCompany();
  const { stage, create, update, option, find } = company;
  const position = await find("positions", "code", "SALES_REP");
  const setting = async (key: string, value: string) =>
    update("settings", await find("settings", "key", key), { value });
  await setting("feedback", "off");

  create("sources", {
    name: "Vetoes",
    key: "VETOES",
    table: stage.bindings().table("vetoes"),
    person: "所属员工",
    date: "发生日期",
    aggregate: option("sources", "aggregate", "count"),
    when_empty: option("sources", "when_empty", "zero"),
    enabled: true,
  });
  const kpis = new Map<string, string>();
  const schemes = new Map<string, string>();
  for (const code of ["REVENUE", "ORDERS"]) {
    kpis.set(code, await find("kpis", "code", code));
    schemes.set(code, await find("schemes", "code", `SALES_REP|${code}`));
  }
  const kpi = (code: string, weight: string, cells: Cells) => {
    const row = create("kpis", {
      name: code.toLowerCase(),
      code,
      method: option("kpis", "method", "RATIO"),
      status: option("kpis", "status", "published"),
      ...cells,
    });
    kpis.set(code, row);
    const shared = {
      kpi: [row],
      weight,
      target_rule: option("schemes", "target_rule", "fixed"),
      target: "2",
      kinds: ["month", "quarter"].flatMap((kind) => option("schemes", "kinds", kind)),
    };
    schemes.set(
      code,
      create("schemes", {
        code: `${code}|REP`,
        applies: option("schemes", "applies", "individual"),
        position: [position],
        ...shared,
      }),
    );
    for (const [place, department] of company.departments.entries())
      create("schemes", {
        code: `${code}|${place}`,
        applies: option("schemes", "applies", "department"),
        department: [department],
        ...shared,
      });
  };
  kpi("RANKED", "10", {
    formula: "ORDERS",
    method: option("kpis", "method", "RANK"),
    minimum: "2",
  });
  kpi("VETOED", "5", {
    formula: "VETOES",
    method: option("kpis", "method", "VETO"),
    mode: option("kpis", "mode", "MULTIPLY"),
    factor: "0.5",
  });
  kpi("CARRIED", "10", { formula: "DISCOUNT", missing: option("kpis", "missing", "carry") });
  kpi("GIVEN", "10", { formula: "ON_TIME", missing: option("kpis", "missing", "manual") });
  kpi("GATED", "20", {
    formula: "ORDERS",
    nature: option("kpis", "nature", "flow"),
    gate: [kpis.get("ORDERS") ?? ""],
    gate_line: "2",
  });
  const automation = stage.automation();
  await automation.idle();
  await automation.openCycles();
  stage.connect();
  await stage.settle();
  return { ...company, position, kpis, schemes, setting };
}
export type RuledCompany = Awaited<ReturnType<typeof openRuledCompany>>;

/** Σ contributions + Σ changes of the steps, in plain notation. */
export function sumOf(sheet: SheetDetail): string {
  const parts = [
    ...sheet.itemViews.map((item) => item.contribution ?? "0"),
    ...sheet.steps.map((step) => step.change),
  ];
  return parts.reduce((sum, part) => sum.plus(part), new Decimal(0)).toFixed();
}
