import { Decimal } from "../../decimal.ts";
import { PluginError } from "../../errors.ts";
import type { Reason } from "../../kpi/model.ts";
import { joinSentences } from "../../report/format.ts";
import type { KpiName, LeftOut } from "../../report/analysis-views.ts";
import { reasonText } from "../../report/reasons.ts";
import { say, type Locale } from "../../words/words.ts";
import type { Company, CycleRow, Kpi } from "../company.ts";
import { loadSheet } from "../stored-sheets.ts";
import type { ItemRow, ScoredSheet, SheetRecord } from "../results.ts";
import type { State } from "../state.ts";
import { subjectName } from "../stored-facts.ts";

/** What an analysis looks at: the company as configured, and the results as stored. */
export interface Reading {
  readonly company: Company;
  readonly state: State;
  /** Calendar day of the company, "YYYY-MM-DD". */
  readonly today: string;
  readonly locale: Locale;
}

/** One KPI of one subject in one cycle, with what was computed for it. */
export interface Observation {
  readonly cycle: CycleRow;
  readonly sheet: SheetRecord;
  readonly item: ItemRow;
  readonly kpi: Kpi;
}

/** @throws request/not-found */
export function cycleNamed({ company }: Reading, wish: string): CycleRow {
  for (const cycle of company.cycles.values())
    if (cycle.name === wish || cycle.id === wish) return cycle;
  throw new PluginError("request/not-found", { what: "cycle", name: wish });
}

/** @param wish  code, name or record id. @throws request/not-found */
export function kpiNamed({ company }: Reading, wish: string): Kpi {
  for (const kpi of company.kpis.values())
    if ([kpi.id, kpi.code, kpi.name, kpi.nameEn].includes(wish)) return kpi;
  throw new PluginError("request/not-found", { what: "kpi", name: wish });
}

/** @param wish  number, code, name or record id of a person or department. @throws request/not-found */
export function subjectNamed(
  { company }: Reading,
  wish: string,
): Pick<SheetRecord, "kind" | "subject"> & { readonly name: string } {
  for (const { id, number, name } of company.employees.values())
    if ([id, number, name].includes(wish)) return { kind: "individual", subject: id, name };
  for (const { id, code, name } of company.departments.values())
    if ([id, code, name].includes(wish)) return { kind: "department", subject: id, name };
  throw new PluginError("request/not-found", { what: "subject", name: wish });
}

/** Cycles of the same kind that end with this one, oldest first. */
export function cyclesUpTo({ company }: Reading, last: CycleRow, count: number): CycleRow[] {
  return [...company.cycles.values()]
    .filter((cycle) => cycle.kind === last.kind && cycle.period <= last.period)
    .sort((a, b) => (a.period < b.period ? -1 : 1))
    .slice(-count);
}

export function sheetsOf(
  { state }: Reading,
  cycle: CycleRow,
  kind: SheetRecord["kind"],
): ScoredSheet[] {
  return state
    .all<{ id: string }>(
      "SELECT id FROM sheets WHERE cycle_id = ? AND subject_kind = ? ORDER BY code, id",
      cycle.id,
      kind,
    )
    .flatMap(({ id }) => loadSheet(state, id) ?? [])
    .filter(({ sheet }) => sheet.result?.part?.role !== "none");
}

/** One sheet per person: after a transfer the last part's, which has the total of the whole cycle. */
export function closingSheets(reading: Reading, cycle: CycleRow): ScoredSheet[] {
  return sheetsOf(reading, cycle, "individual").filter(
    ({ sheet }) => sheet.result?.part?.role !== "earlier",
  );
}

/** The items of published KPIs on these sheets. */
export function observe(
  { company }: Reading,
  cycle: CycleRow,
  sheets: readonly ScoredSheet[],
): Observation[] {
  return sheets.flatMap(({ sheet, items }) =>
    items.flatMap((item) => {
      const kpi = company.kpis.get(item.kpi);
      return kpi?.published ? [{ cycle, sheet, item, kpi }] : [];
    }),
  );
}

/** How a sheet's subject is named in every answer. */
export function someone({ company }: Reading, sheet: SheetRecord): Omit<LeftOut, "text"> {
  const department =
    sheet.kind === "individual" ? company.employees.get(sheet.subject)?.department : sheet.subject;
  return {
    sheet: sheet.id,
    subject: sheet.subject,
    name: subjectName(company, sheet),
    department: company.departments.get(department ?? "")?.name ?? null,
  };
}

export function kpiName({ locale }: Reading, kpi: Kpi): KpiName {
  const name = locale === "en-US" && kpi.nameEn !== "" ? kpi.nameEn : kpi.name;
  return { id: kpi.id, code: kpi.code, name, unit: kpi.unit, decimals: kpi.decimals };
}

export function decimalOf(text: string | null | undefined): Decimal | null {
  return text == null ? null : new Decimal(text);
}

/** Reasons as one text; equal sentences once. */
export function reasonsText(reasons: readonly Reason[], locale: Locale): string {
  return joinSentences([...new Set(reasons.map((one) => reasonText(one, locale)))], locale);
}

/** @throws record/unusable-rules: what the tables say cannot be used, as sentences */
export function refuse(problems: readonly Reason[], locale: Locale): never {
  throw new PluginError("record/unusable-rules", { problems: reasonsText(problems, locale) });
}

/** Why a sheet has no grade, in words. */
export function withoutGradeText({ result }: SheetRecord, locale: Locale): string {
  const told = reasonsText(result?.reasons ?? [], locale);
  return told === "" ? say(locale, "analysis.ungraded") : told;
}
