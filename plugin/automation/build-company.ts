import { decimalText } from "../decimal.ts";
import type { Naming } from "./binding.ts";
import { gatherPeople, type Absence, type Company, type Problem, type Source } from "./company.ts";
import { RowProblem, type ConfigRow, type ConfigTable } from "./config-row.ts";
import { gatherMembers } from "./levels-above.ts";
import { resultFields } from "./outputs.ts";
import { readRaterGroup } from "./raters.ts";
import { readKpi } from "./read-kpis.ts";
import { describeSource, readSource } from "./read-sources.ts";
import {
  readAbsence,
  readCalendarDay,
  readPosition,
  readScheme,
  readSection,
} from "./read-rules.ts";
import { weightProblems } from "./weights-check.ts";
import { Assignments, readAssignment } from "./segments.ts";
import {
  gatherSettings,
  readCycle,
  readDepartment,
  readEmployee,
  readGrades,
  readSetting,
  readWording,
} from "./read-rows.ts";

/** A configuration row as it is now, and its last reading that was valid. */
export interface KeptRow {
  readonly current: ConfigRow;
  readonly valid: ConfigRow | null;
}
export type KeptRows = Readonly<Record<ConfigTable, readonly KeptRow[]>>;

export interface Built {
  readonly company: Company;
  /** `table record` of the rows whose present reading is valid: they become the last valid one. */
  readonly valid: ReadonlySet<string>;
}

export function rowKey(table: string, record: string): string {
  return `${table} ${record}`;
}

/** Read every configuration row, falling back to its last valid reading. Never throws for a row. */
export function buildCompany(rows: KeptRows, naming: Naming): Built {
  const problems: Problem[] = [];
  const valid = new Set<string>();

  /** Read each row by `read`, or its last valid reading, or leave it out; note what was wrong. */
  function readAll<T>(
    table: ConfigTable,
    read: (row: ConfigRow) => T,
  ): { row: ConfigRow; value: T }[] {
    const results: { row: ConfigRow; value: T }[] = [];
    const seen = new Map<string, string>();
    for (const { current, valid: before } of [...rows[table]].sort(byId)) {
      const now = attempt(() => {
        const value = read({ ...current, lost: naming.lost(table) });
        refuseTwin(table, current, seen);
        return value;
      });
      if (now.ok) {
        valid.add(rowKey(table, current.id));
        results.push({ row: current, value: now.value });
        continue;
      }
      const earlier = before ? attempt(() => read(before)) : null;
      problems.push({
        table,
        record: current.id,
        title: current.title,
        code: now.problem.code,
        details: now.problem.details,
        standing: earlier?.ok ? "fallback" : "unused",
      });
      if (before && earlier?.ok) results.push({ row: before, value: earlier.value });
    }
    return results;
  }
  const byRecord = <T>(read: readonly { row: ConfigRow; value: T }[]) =>
    new Map(read.map(({ row, value }) => [row.id, value]));

  for (const table of ["sheets", "items"] as const)
    for (const [key, name] of naming.lost(table))
      if (resultFields(table).includes(key))
        problems.push({
          table,
          record: "",
          title: naming.table(table)?.name ?? table,
          code: "result_field_gone",
          details: { name },
          standing: "unused",
        });
  const settingRows = readAll("settings", readSetting);
  const settings = gatherSettings(settingRows.map(({ value }) => value));
  for (const bounds of ["total", "extra"] as const) problems.push(...crossedBounds(bounds));
  const departments = byRecord(readAll("departments", readDepartment));
  const positions = byRecord(readAll("positions", readPosition));
  const assignments = new Assignments();
  readAll("assignments", (row) => assignments.add(readAssignment(row)));
  const absences = new Map<string, Absence[]>();
  for (const { value } of readAll("absences", readAbsence)) {
    const known = absences.get(value.employee);
    if (known) known.push(value);
    else absences.set(value.employee, [value]);
  }
  const calendar = readAll("calendar", readCalendarDay).map(({ value }) => value);
  const employees = byRecord(readAll("employees", readEmployee));
  const people = gatherPeople(employees, departments);
  const cycles = byRecord(readAll("cycles", readCycle));
  const grades = readGradeRows();
  const raterGroups = readAll("rater_groups", readRaterGroup).map(({ value }) => value);
  const sources = readSources();
  const byKey = new Map([...sources.values()].map((source) => [source.key, source]));
  const kpis = byRecord(readAll("kpis", (row) => readKpi(row, byKey)));
  const sections = byRecord(readAll("sections", readSection));
  const schemeRows = readAll("schemes", (row) => readScheme(row, kpis));
  const schemes = schemeRows.map(({ value }) => value);
  problems.push(...weightProblems(schemeRows, { kpis, sections, positions, departments }));
  const wordings = new Map(
    readAll("wordings", readWording).flatMap(({ value }) =>
      value ? [[value.key, value.wording] as const] : [],
    ),
  );
  return {
    company: {
      settings,
      departments,
      positions,
      employees,
      people,
      members: gatherMembers({
        employees,
        positions,
        departments,
        assignments: assignments.byEmployee,
      }),
      raterGroups,
      sources,
      kpis,
      assignments: assignments.byEmployee,
      absences,
      calendar,
      sections,
      schemes,
      cycles,
      grades: grades.scheme,
      gradeTerms: grades.terms,
      wordings,
      problems,
    },
    valid,
  };

  /** Bounds of the settings are rows of their own: only together they can contradict each other. */
  function crossedBounds(of: "total" | "extra"): readonly Problem[] {
    const { cap, floor } = settings[of];
    const row = settingRows.find(({ row }) => row.values["key"] === `${of}_floor`)?.row;
    if (!cap || !floor || !row || cap.gte(floor)) return [];
    const details = { cap: decimalText(cap), floor: decimalText(floor) };
    const { id: record, title } = row;
    return [
      { table: "settings", record, title, code: "bounds_crossed", details, standing: "in_force" },
    ];
  }

  function readGradeRows() {
    const current = rows.grades.map((row) => row.current);
    const lost = naming.lost("grades");
    const now = attempt(() => readGrades(current.map((row) => ({ ...row, lost }))));
    if (now.ok) {
      for (const row of current) valid.add(rowKey("grades", row.id));
      return now.value;
    }
    // Bands are valid together or not at all: also one that was deleted still counts.
    const before =
      rows.grades.map((row) => row.valid?.beside).find((beside) => beside !== undefined) ??
      rows.grades.flatMap((row) => (row.valid ? [row.valid] : []));
    const earlier = attempt(() => readGrades(before));
    const first = current[0];
    if (first)
      problems.push({
        table: "grades",
        record: first.id,
        title: first.title,
        code: now.problem.code,
        details: now.problem.details,
        standing: earlier.ok && before.length > 0 ? "fallback" : "unused",
      });
    return earlier.ok ? earlier.value : { scheme: null, terms: [] };
  }

  function readSources(): ReadonlyMap<string, Source> {
    const read = byRecord(readAll("sources", (row) => readSource(row, naming, raterGroups)));
    const sources = new Map<string, Source>();
    for (const { current, valid: before } of rows.sources) {
      const source = read.get(current.id);
      if (source) sources.set(current.id, source);
      else if (read.has(current.id)) {
        // Switched off: KPIs that read it stay known, and say why they have no figure.
        const described = attempt(() => describeSource(current));
        if (described.ok) sources.set(current.id, described.value);
      } else {
        // Neither reading binds any more: the source stays known, and says that it is unbound.
        const described = attempt(() => describeSource(before ?? current));
        const problem = problems.find(
          (one) => one.table === "sources" && one.record === current.id,
        );
        if (described.ok && before && UNBOUND.includes(problem?.code ?? ""))
          sources.set(current.id, described.value);
      }
    }
    return sources;
  }
}

const UNBOUND: readonly string[] = ["unbound", "field_gone"];

/** The order in which rows came into being: ids are numbers of any length. */
function byId({ current: a }: KeptRow, { current: b }: KeptRow): number {
  if (a.id.length !== b.id.length) return a.id.length - b.id.length;
  return a.id < b.id ? -1 : 1;
}

const UNIQUE: Partial<Record<ConfigTable, string>> = {
  rater_groups: "code",
  sources: "key",
  kpis: "code",
  cycles: "name",
  employees: "number",
  calendar: "date",
};

/** Two rows with one code would make every reference to it ambiguous: the later one is refused. */
function refuseTwin(table: ConfigTable, row: ConfigRow, seen: Map<string, string>): void {
  const field = UNIQUE[table];
  if (!field) return;
  const code = String(row.values[field] ?? "");
  const twin = seen.get(code);
  if (twin !== undefined && twin !== row.id) throw new RowProblem("twin", { field, value: code });
  seen.set(code, row.id);
}

function attempt<T>(read: () => T): { ok: true; value: T } | { ok: false; problem: RowProblem } {
  try {
    return { ok: true, value: read() };
  } catch (error) {
    if (error instanceof RowProblem) return { ok: false, problem: error };
    throw error;
  }
}
