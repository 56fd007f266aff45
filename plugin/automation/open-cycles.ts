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
import { NO_SEGMENT, type SheetRecord, type SheetSegment } from "./results.ts";
import { segmentOf, segmentsOf, type Segment } from "./segments.ts";
import type { State } from "./state.ts";
import { toSheet, type SheetColumns } from "./stored-sheets.ts";

/** Preceding periods whose median becomes the target. */
export const TARGET_PERIODS = 6;

interface Subject {
  readonly kind: "individual" | "department";
  readonly id: string;
  readonly code: string;
  readonly name: string;
}

/** Everybody who is to be scored. */
function subjectsOf(company: Company): readonly Subject[] {
  const people = [...company.employees.values()]
    .filter((employee) => employee.active)
    .map(({ id, number, name }) => ({ kind: "individual" as const, id, code: number, name }));
  const departments = [...company.departments.values()].map(({ id, code, name }) => ({
    kind: "department" as const,
    ...{ id, code, name },
  }));
  return [...people, ...departments];
}

/** A sheet that a subject should have in a cycle: one, or after a transfer one for each part. */
interface Wanted {
  /** The sheet that is there. */
  readonly id: string | null;
  /** What the code says behind subject and cycle. */
  readonly suffix: string;
  readonly segment: SheetSegment;
  readonly part: Segment | null;
  readonly schemes: readonly Scheme[];
}

function wantedSheets(
  company: Company,
  subject: Subject,
  cycle: CycleRow,
  present: readonly SheetRecord[],
): readonly Wanted[] {
  if (subject.kind === "department") {
    const schemes = company.schemes.filter(
      (scheme) => scheme.applies === "department" && scheme.department === subject.id,
    );
    return [{ id: present[0]?.id ?? null, suffix: "", segment: NO_SEGMENT, part: null, schemes }];
  }
  const segments = segmentsOf(company, subject.id, cycle);
  return segments.map((part, place): Wanted => {
    const { position } = part;
    const there = present.find((sheet) => segmentOf(sheet, present, segments) === part);
    // The first sheet of a cycle names no part: whoever is transferred later keeps it.
    const isFirst = there ? there.segment.key === "" : present.length === 0 && place === 0;
    const key = isFirst ? "" : (part.keys[0] ?? "");
    return {
      id: there?.id ?? null,
      suffix: isFirst ? "" : `|${part.start}`,
      segment: { key, position },
      part: segments.length === 1 ? null : part,
      schemes: company.schemes.filter(
        (scheme) => scheme.applies === "individual" && scheme.position === position,
      ),
    };
  });
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
 * A sheet is known by its subject, cycle and part of the cycle, an item by its sheet and KPI: whatever their codes were
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
  const sheets = state.all<SheetColumns>("SELECT * FROM sheets ORDER BY id").map(toSheet);
  const sheetsFor = new Map<string, SheetRecord[]>();
  for (const sheet of sheets) {
    const key = `${sheet.subject} ${sheet.cycle}`;
    sheetsFor.set(key, [...(sheetsFor.get(key) ?? []), sheet]);
  }
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
      const known = sheetsFor.get(`${subject.id} ${cycle.id}`) ?? [];
      for (const wanted of wantedSheets(company, subject, cycle, known)) {
        const missing = planItems(cycle, subject, wanted);
        if (missing.length === 0) continue;
        const unlike = wanted.segment.key === "" ? subject.id : wanted.segment.key;
        const code = freeCode(`${subject.code}|${cycle.name}${wanted.suffix}`, unlike);
        const row = sheetRow(code, subject, cycle, wanted);
        planned.push({ code, id: wanted.id, row, items: missing });
      }
    }
  }
  return planned;

  /** A code that is nobody else's: rows are matched on it when they are made. */
  function freeCode(code: string, unlike: string): string {
    const free = taken.has(code) ? `${code}|${unlike}` : code;
    taken.add(free);
    return free;
  }

  function planItems(
    cycle: CycleRow,
    subject: Subject,
    { id: sheet, schemes, suffix, segment }: Wanted,
  ): PlannedSheet["items"] {
    const planned = new Set<string>();
    return schemes.flatMap((scheme) => {
      const kpi = company.kpis.get(scheme.kpi);
      if (!kpi?.published || !scheme.kinds.includes(cycle.kind) || planned.has(kpi.id)) return [];
      if (sheet !== null && present.has(`${sheet} ${kpi.id}`)) return [];
      planned.add(kpi.id);
      const code = freeCode(
        `${subject.code}|${cycle.name}${suffix}|${kpi.code}`,
        segment.key === "" ? subject.id : segment.key,
      );
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

  function sheetRow(
    code: string,
    subject: Subject,
    cycle: CycleRow,
    { part, segment }: Wanted,
  ): FieldValues {
    const field = (key: string) => bindings.field("sheets", key);
    const { locale } = company.settings;
    const name = `${subject.name} ${formatPeriod(cycle.period, locale)}`;
    return {
      [field("code")]: code,
      [field("name")]:
        part === null
          ? name
          : say(locale, "engine.segment.name", { name, start: part.start, end: part.end }),
      [field("position")]: segment.position === null ? [] : [segment.position],
      [field("segment")]: segment.key || null,
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
