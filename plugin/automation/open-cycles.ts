import { Decimal, decimalText } from "../decimal.ts";
import type { Bindings } from "../install/bindings.ts";
import { median } from "../kpi/median.ts";
import { previousPeriod } from "../kpi/period.ts";
import { formatPeriod } from "../report/format.ts";
import { say } from "../words/words.ts";
import type { FieldValues } from "../workspace/workspace.ts";
import { grainsInUse } from "./apply.ts";
import { Cells } from "./cells.ts";
import type { Company, CycleRow, Kpi, Scheme } from "./company.ts";
import { measureActual } from "./measure-actual.ts";
import type { State } from "./state.ts";

/** Preceding periods whose median becomes the target. */
export const TARGET_PERIODS = 6;

interface Subject {
  readonly kind: "individual" | "department";
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly schemes: readonly Scheme[];
}

/** Everybody who is to be scored, with the KPIs their position or department has. */
function subjectsOf(company: Company): readonly Subject[] {
  const people = [...company.employees.values()]
    .filter((employee) => employee.active)
    .map((employee) => ({
      kind: "individual" as const,
      id: employee.id,
      code: employee.number,
      name: employee.name,
      schemes: company.schemes.filter(
        (scheme) => scheme.applies === "individual" && scheme.position === employee.position,
      ),
    }));
  const departments = [...company.departments.values()].map((department) => ({
    kind: "department" as const,
    id: department.id,
    code: department.code,
    name: department.name,
    schemes: company.schemes.filter(
      (scheme) => scheme.applies === "department" && scheme.department === department.id,
    ),
  }));
  return [...people, ...departments];
}

/** A sheet to bring into being, or one that lacks items; values by field id. */
export interface PlannedSheet {
  readonly code: string;
  /** Record id of a sheet that is there already. */
  readonly id: string | null;
  readonly row: FieldValues;
  /** @param sheet  record id of the sheet once it exists */
  readonly items: readonly ((sheet: string) => FieldValues)[];
}

/**
 * Sheets and items that running cycles should have and do not have yet.
 *
 * A sheet is known by its subject and cycle, an item by its sheet and KPI: whatever their codes were
 * when they were made, numbers and names may have changed since. Targets come from the scheme: a
 * fixed value, or the median of what the subject itself reached in the preceding six periods; they
 * are ordinary rows afterwards, to be seen and changed by people.
 */
export function planSheets(
  state: State,
  company: Company,
  bindings: Bindings,
): readonly PlannedSheet[] {
  const cells = new Cells(state, grainsInUse(company));
  const sheets = state.all<{ id: string; code: string; subject_id: string; cycle_id: string }>(
    "SELECT id, code, subject_id, cycle_id FROM sheets",
  );
  const sheetFor = new Map(sheets.map((row) => [`${row.subject_id} ${row.cycle_id}`, row.id]));
  const items = state.all<{ code: string; sheet_id: string; kpi_id: string }>(
    "SELECT code, sheet_id, kpi_id FROM items",
  );
  const present = new Set(items.map((row) => `${row.sheet_id} ${row.kpi_id}`));
  const living = new Set(sheets.map((row) => row.id));
  const taken = new Set([
    ...sheets.map((row) => row.code),
    // Items whose sheet was deleted are taken up again by the sheet that takes its place.
    ...items.filter((row) => living.has(row.sheet_id)).map((row) => row.code),
  ]);
  const planned: PlannedSheet[] = [];
  const subjects = subjectsOf(company);
  for (const cycle of [...company.cycles.values()].sort((a, b) => (a.start < b.start ? -1 : 1))) {
    if (cycle.status !== "running") continue;
    for (const subject of subjects) {
      const id = sheetFor.get(`${subject.id} ${cycle.id}`) ?? null;
      const missing = planItems(cycle, subject, id);
      if (missing.length === 0) continue;
      const code = freeCode(`${subject.code}|${cycle.name}`, subject.id);
      planned.push({ code, id, row: sheetRow(code, subject, cycle), items: missing });
    }
  }
  return planned;

  /** A code that is nobody else's: rows are matched on it when they are made. */
  function freeCode(code: string, subject: string): string {
    const free = taken.has(code) ? `${code}|${subject}` : code;
    taken.add(free);
    return free;
  }

  function planItems(
    cycle: CycleRow,
    subject: Subject,
    sheet: string | null,
  ): PlannedSheet["items"] {
    const planned = new Set<string>();
    return subject.schemes.flatMap((scheme) => {
      const kpi = company.kpis.get(scheme.kpi);
      if (!kpi?.published || !scheme.kinds.includes(cycle.kind) || planned.has(kpi.id)) return [];
      if (sheet !== null && present.has(`${sheet} ${kpi.id}`)) return [];
      planned.add(kpi.id);
      const code = freeCode(`${subject.code}|${cycle.name}|${kpi.code}`, subject.id);
      const target = targetFor(kpi, scheme, subject.id, cycle);
      const field = (key: string) => bindings.field("items", key);
      return [
        (sheet: string): FieldValues => ({
          [field("code")]: code,
          [field("sheet")]: [sheet],
          [field("kpi")]: [kpi.id],
          [field("weight")]: decimalText(scheme.weight),
          // A section that was deleted since would have the host refuse the row, and all with it.
          [field("section")]: company.sections.has(scheme.section ?? "")
            ? [scheme.section ?? ""]
            : [],
          [field("role")]: [bindings.option("items", "role", scheme.role)],
          [field("key_line")]: scheme.keyLine && decimalText(scheme.keyLine),
          [field("target")]: target.value,
          [field("target_basis")]: target.basis,
        }),
      ];
    });
  }

  function sheetRow(code: string, subject: Subject, cycle: CycleRow): FieldValues {
    const field = (key: string) => bindings.field("sheets", key);
    return {
      [field("code")]: code,
      [field("name")]: `${subject.name} ${formatPeriod(cycle.period, company.settings.locale)}`,
      [field("subject")]: [bindings.option("sheets", "subject", subject.kind)],
      [field(subject.kind === "individual" ? "employee" : "department")]: [subject.id],
      [field("cycle")]: [cycle.id],
    };
  }

  function targetFor(
    kpi: Kpi,
    scheme: Scheme,
    subject: string,
    cycle: CycleRow,
  ): { value: string | null; basis: string } {
    const { locale } = company.settings;
    if (scheme.target.rule === "fixed")
      return { value: decimalText(scheme.target.value), basis: say(locale, "engine.target.fixed") };
    const reached: Decimal[] = [];
    for (let steps = 1; steps <= TARGET_PERIODS; steps += 1) {
      const actual = measureActual(
        company,
        cells,
        kpi,
        subject,
        previousPeriod(cycle.period, steps),
      );
      if (actual.status === "OK") reached.push(actual.value);
    }
    const value = median(reached);
    if (!value) return { value: null, basis: say(locale, "engine.target.none") };
    // Two digits more than people see: a target is a figure to read, not a fraction to carry along.
    const places = kpi.decimals + (kpi.unit === "%" ? 4 : 2);
    return {
      value: decimalText(value.toDecimalPlaces(places, Decimal.ROUND_HALF_UP)),
      basis: say(locale, "engine.target.median", { n: reached.length }),
    };
  }
}
