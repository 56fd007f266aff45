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
import { measureActual } from "./score-sheet.ts";
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

/** A sheet to bring into being, with its items; values by field id, relations still open. */
export interface PlannedSheet {
  readonly code: string;
  readonly row: FieldValues;
  /** @param sheet  record id of the sheet once it exists */
  readonly items: readonly ((sheet: string) => FieldValues)[];
}

/**
 * Sheets and items that running cycles should have and do not have yet.
 *
 * Codes identify them (`E1|1998-04`, `E1|1998-04|REVENUE`), so that planning twice plans nothing new.
 * Targets come from the scheme: a fixed value, or the median of what the subject itself reached in
 * the preceding six periods; they are ordinary rows afterwards, to be seen and changed by people.
 */
export function planSheets(
  state: State,
  company: Company,
  bindings: Bindings,
): readonly PlannedSheet[] {
  const cells = new Cells(state, grainsInUse(company));
  const known = new Set([
    ...state.all<{ code: string }>("SELECT code FROM sheets").map((row) => row.code),
    ...state.all<{ code: string }>("SELECT code FROM items").map((row) => row.code),
  ]);
  const planned: PlannedSheet[] = [];
  const subjects = subjectsOf(company);
  for (const cycle of [...company.cycles.values()].sort((a, b) => (a.start < b.start ? -1 : 1))) {
    if (cycle.status !== "running") continue;
    for (const subject of subjects) {
      const items = planItems(cycle, subject);
      if (items.length === 0) continue;
      const code = `${subject.code}|${cycle.name}`;
      planned.push({ code, row: sheetRow(code, subject, cycle), items });
    }
  }
  return planned;

  function planItems(cycle: CycleRow, subject: Subject): PlannedSheet["items"] {
    return subject.schemes.flatMap((scheme) => {
      const kpi = company.kpis.get(scheme.kpi);
      if (!kpi?.published || !scheme.kinds.includes(cycle.kind)) return [];
      const code = `${subject.code}|${cycle.name}|${kpi.code}`;
      if (known.has(code)) return [];
      const target = targetFor(kpi, scheme, subject.id, cycle);
      const field = (key: string) => bindings.field("items", key);
      return [
        (sheet: string): FieldValues => ({
          [field("code")]: code,
          [field("sheet")]: [sheet],
          [field("kpi")]: [kpi.id],
          [field("weight")]: decimalText(scheme.weight),
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
