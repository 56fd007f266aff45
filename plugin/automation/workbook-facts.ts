import { Decimal } from "../decimal.ts";
import type { Measured } from "../kpi/model.ts";
import type { WorkbookItem, WorkbookSheet } from "../report/workbook/facts.ts";
import type { Locale } from "../words/words.ts";
import { grainsInUse } from "./apply.ts";
import { Cells } from "./cells.ts";
import type { Company, CycleRow } from "./company.ts";
import type { Core } from "./core.ts";
import { loadSheet } from "./stored-sheets.ts";
import { measureReference } from "./measure-actual.ts";
import { OtherSheets } from "./other-sheets.ts";
import type { ItemRow, ScoredSheet } from "./results.ts";
import { gateOf, rulesOf, substituteOf, weighedItem, type Others } from "./score-sheet.ts";
import { actualOf, daysOf, scoreOf, sheetResultOf, subjectName } from "./stored-facts.ts";

export type { WorkbookSheet } from "../report/workbook/facts.ts";

/** Stored sheets as the workbook wants them, in the order given; without those not scored yet. */
export function workbookSheets(
  { state, company }: Core,
  ids: readonly string[],
  locale: Locale,
): WorkbookSheet[] {
  const cells = new Cells(state, grainsInUse(company));
  const others = new OtherSheets(state, company, cells, (id) => loadSheet(state, id));
  return ids.flatMap((id) => {
    const scored = loadSheet(state, id);
    return (scored && workbookSheet(company, cells, others, scored, locale)) ?? [];
  });
}

/**
 * A stored sheet with everything its scores follow from, for the workbook. Scores and totals are the
 * stored ones; what they follow from is read as it is today.
 *
 * @returns null for a sheet that has not been scored
 */
function workbookSheet(
  company: Company,
  cells: Cells,
  others: Others,
  scored: ScoredSheet,
  locale: Locale,
): WorkbookSheet | null {
  const result = sheetResultOf(scored);
  const cycle = company.cycles.get(scored.sheet.cycle);
  if (!result || !cycle) return null;
  return {
    subject: subjectName(company, scored.sheet),
    about: aboutSubject(company, scored),
    period: cycle.period,
    items: scored.items.flatMap((item) =>
      item.result ? [workbookItem({ company, cells, others, scored, cycle, locale }, item)] : [],
    ),
    sectionNames: new Map([...company.sections].map(([key, { name }]) => [key, name])),
    rules: rulesOf(company, others, scored.sheet, cycle, others.placeOf(scored.sheet, cycle)),
    result,
  };
}

function aboutSubject(company: Company, { sheet }: ScoredSheet): string {
  if (sheet.kind === "department") return "";
  const person = company.employees.get(sheet.subject);
  const parts = [
    company.departments.get(person?.department ?? "")?.name,
    company.positions.get(person?.position ?? "")?.name,
  ];
  return parts.filter((part) => part !== undefined && part !== "").join(" · ");
}

interface Desk {
  readonly company: Company;
  readonly cells: Cells;
  readonly others: Others;
  readonly scored: ScoredSheet;
  readonly cycle: CycleRow;
  readonly locale: Locale;
}

function workbookItem(desk: Desk, item: ItemRow): WorkbookItem {
  const { company, cells, others, scored, cycle, locale } = desk;
  const { subject, kind } = scored.sheet;
  const kpi = company.kpis.get(item.kpi) ?? null;
  const { result } = item;
  if (!result) throw new Error("An item without a result is not on the workbook");
  const score = scoreOf(result);
  const substitute =
    kpi && score.score.status === "NO_DATA"
      ? substituteOf(kpi, item, others, subject, cycle)
      : null;
  const weighed = weighedItem(company, { item, kpi, scored: score, substitute });
  const actual = actualOf(result);
  const target = result.targetUsed === null ? null : new Decimal(result.targetUsed);
  if (!kpi) {
    const code = item.code.split("|").at(-1) ?? item.code;
    return {
      kpi: { code, name: code, unit: "", decimals: 2 },
      ...{ method: null, direction: "higher", actual, target, score, weighed },
    };
  }
  const name = locale === "en-US" && kpi.nameEn !== "" ? kpi.nameEn : kpi.name;
  return {
    kpi: { code: kpi.code, name, unit: kpi.unit, decimals: kpi.decimals },
    ...{ method: kpi.method, direction: kpi.direction, actual, target, score, weighed },
    gate: gateOf(company, cells, kpi, subject, cycle, daysOf(scored)),
    ...(kpi.method.code === "RANK" ? { peers: others.peers(kpi, cycle, kind) } : {}),
    ...(kpi.method.code === "EXPR"
      ? { inputs: inputsOf(desk, kpi, kpi.method.expression.names) }
      : {}),
  };
}

function inputsOf(
  { company, cells, scored, cycle }: Desk,
  kpi: Parameters<typeof measureReference>[2],
  names: readonly string[],
): ReadonlyMap<string, Measured> {
  const { subject } = scored.sheet;
  return new Map(
    names
      .filter((name) => kpi.references.has(name))
      .map((name) => [
        name,
        measureReference(company, cells, kpi, name, subject, cycle.period, daysOf(scored)),
      ]),
  );
}
