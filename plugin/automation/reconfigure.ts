import { grainsInUse, type Batch, type Change } from "./apply.ts";
import type { Touched } from "./cells.ts";
import type { CompiledSource, Company, Kpi, Source } from "./company.ts";
import { contribute, type MirrorRow, type Surroundings } from "./contribute.ts";
import { recount, replaceGiven } from "./impact.ts";
import { levelsAbove, postsOf } from "./levels-above.ts";
import type { Cause } from "./ledger.ts";
import type { GivenRow } from "./state.ts";

const SLICE = 500;
const ROWS_KEPT = 5000;

/**
 * Bring contributions, aggregates and sheets from one configuration to the next: what depends on the
 * difference is worked out again, nothing else.
 *
 * The batch already carries the new company.
 *
 * @param reloaded  tables of which more fields are needed now, read anew
 */
export function reconfigure(
  batch: Batch,
  before: Company,
  cause: Cause,
  reloaded: readonly Change[],
): void {
  const { company, state } = batch.context;
  const touched: Touched[] = [];
  const everything =
    JSON.stringify(grainsInUse(before)) !== JSON.stringify(grainsInUse(company)) ||
    before.settings.timeZone !== company.settings.timeZone;
  const rebuilt = new Set<string>();
  for (const source of before.sources.values())
    if (!company.sources.has(source.id)) clearSource(batch, source.id, touched);
  for (const source of company.sources.values()) {
    const earlier = before.sources.get(source.id);
    if (!everything && earlier && sameFigures(earlier, source)) continue;
    clearSource(batch, source.id, touched);
    rebuilt.add(source.id);
  }
  // People first, on what was known; then records read anew, which may differ for any source.
  moveSubjects(batch, before, rebuilt, touched);
  findOwnersAgain(batch, before, rebuilt, touched);
  for (const change of reloaded) batch.record(change, { because: cause, except: rebuilt });
  const fresh = [...rebuilt].flatMap((id) => company.sources.get(id) ?? []);
  const cells = new Map<string, Touched>();
  const note = (cell: Touched) => cells.set(`${cell.source} ${cell.subject} ${cell.period}`, cell);
  const filling = fillSources(batch, fresh, note);
  while (filling.next().done !== true) continue;
  touched.push(...cells.values());

  const stale = new Set<string>(batch.desk.affected(touched));
  const add = (rows: readonly { id: string }[]) => rows.forEach((row) => stale.add(row.id));
  const sheets = (where: string, ...parameters: string[]) =>
    state.all<{ id: string }>(`SELECT s.id FROM sheets s ${where}`, ...parameters);
  if (JSON.stringify(sheetPrint(before)) !== JSON.stringify(sheetPrint(company))) {
    add(sheets(""));
    batch.recheck(sheets("").map((row) => row.id));
  }
  for (const kpi of changedKeys(kpiPrints(before), kpiPrints(company)))
    add(sheets("JOIN items i ON i.sheet_id = s.id WHERE i.kpi_id = ?", kpi));
  const names = (company: Company) =>
    new Map([...company.kpis].map(([id, kpi]) => [id, `${kpi.name} ${kpi.unit} ${kpi.decimals}`]));
  for (const kpi of changedKeys(names(before), names(company)))
    batch.recheck(
      sheets("JOIN items i ON i.sheet_id = s.id WHERE i.kpi_id = ?", kpi).map((row) => row.id),
    );
  const called = ({ employees, departments }: Company) =>
    new Map([...employees, ...departments].map(([id, { name }]) => [id, name]));
  for (const subject of changedKeys(called(before), called(company)))
    batch.recheck(sheets("WHERE s.subject_id = ?", subject).map((row) => row.id));
  const { others } = batch.desk;
  for (const subject of changedKeys(presencePrints(before), presencePrints(company)))
    for (const { id } of sheets("WHERE s.subject_id = ?", subject)) {
      stale.add(id);
      // Whoever is not scored is not ranked either: the others move up or down.
      const scored = batch.desk.peek(id);
      const kpis = scored?.items.map((item) => item.kpi) ?? [];
      if (scored) others.rankedWith(scored.sheet, kpis).forEach((one) => stale.add(one));
    }
  for (const cycle of changedKeys(prints(before.cycles), prints(company.cycles))) {
    add(sheets("WHERE s.cycle_id = ?", cycle));
    for (const { cycles } of [before, company])
      others.carriedFrom(cycles.get(cycle)?.period ?? "").forEach((one) => stale.add(one));
  }
  batch.rescore([...stale], () => cause);
}

/** Work every record of sources that look at today's date in again: the day has changed. */
export function turnDay(batch: Batch, cause: Cause): void {
  const touched: Touched[] = [];
  for (const source of batch.context.company.sources.values())
    if (source.compiled?.usesToday)
      eachRecord(batch, source, (id) => batch.recontribute(source, id, touched));
  batch.settle(touched, () => cause);
}

/**
 * Fill sources that are empty, or nearly so: every record of their tables is read once for all of them.
 * After each slice the caller may commit or let others have their turn.
 */
export function* fillSources(
  batch: Batch,
  sources: readonly Source[],
  touched: (cell: Touched) => void,
): Generator<void> {
  const { state, company } = batch.context;
  const byTable = new Map<string, Reader[]>();
  for (const source of sources) {
    const { compiled } = source;
    if (!compiled) continue;
    // Records read anew a moment ago have contributed already; asking for each costs a great deal.
    const isEmpty = !state.one("SELECT 1 FROM contributions WHERE source_id = ?", source.id);
    const reader = { source, compiled, isEmpty };
    const known = byTable.get(compiled.table);
    if (known) known.push(reader);
    else byTable.set(compiled.table, [reader]);
  }
  const around = remembering(batch.surroundings());
  for (const [table, readers] of byTable)
    for (let after = ""; ;) {
      const rows = state.mirrorSlice(table, after, SLICE);
      for (const row of rows)
        for (const { source, compiled, isEmpty } of readers)
          replaceGiven(
            { state, cells: batch.cells },
            source,
            row.id,
            isEmpty ? [] : state.given(source.id, row.id),
            contribute(source, compiled, row, around),
            company.people,
            touched,
          );
      const last = rows.at(-1);
      if (!last) break;
      after = last.id;
      yield;
    }
}

interface Reader {
  readonly source: Source;
  readonly compiled: CompiledSource;
  /** Nothing of this source is known when the filling begins. */
  readonly isEmpty: boolean;
}

/** Rows reached over relations, kept while they are likely to be asked for again. */
function remembering(around: Surroundings): Surroundings {
  const kept = new Map<string, MirrorRow | null>();
  return {
    ...around,
    row(table, id) {
      const key = `${table} ${id}`;
      const known = kept.get(key);
      if (known !== undefined) return known;
      const row = around.row(table, id);
      if (kept.size >= ROWS_KEPT) kept.clear();
      kept.set(key, row);
      return row;
    },
  };
}

function eachRecord(batch: Batch, source: Source, visit: (id: string) => void): void {
  if (!source.compiled) return;
  let after = "";
  for (;;) {
    const rows = batch.context.state.all<{ record_id: string }>(
      "SELECT record_id FROM mirror WHERE table_id = ? AND record_id > ? ORDER BY record_id LIMIT ?",
      source.compiled.table,
      after,
      SLICE,
    );
    for (const row of rows) visit(row.record_id);
    const last = rows.at(-1);
    if (!last) return;
    after = last.record_id;
  }
}

function clearSource(batch: Batch, source: string, touched: Touched[]): void {
  const { state } = batch.context;
  for (const cell of state.all<{ subject: string; period: string }>(
    "SELECT subject, period FROM cells WHERE source_id = ?",
    source,
  ))
    touched.push({ source, ...cell });
  for (const table of ["contributions", "cells", "distinct_keys", "ordered", "firsts"])
    state.run(`DELETE FROM ${table} WHERE source_id = ?`, source);
  batch.cells.forget(source);
}

function sameFigures(a: Source, b: Source): boolean {
  return a.aggregate === b.aggregate && a.compiled?.fingerprint === b.compiled?.fingerprint;
}

/** Employees whose chain of departments changed: their contributions count for other subjects now. */
function moveSubjects(
  batch: Batch,
  before: Company,
  rebuilt: ReadonlySet<string>,
  touched: Touched[],
): void {
  const { state, company } = batch.context;
  const employees = new Set([...before.employees.keys(), ...company.employees.keys()]);
  for (const employee of employees) {
    const [was, is] = [before.people.subjectsOf(employee), company.people.subjectsOf(employee)];
    if (was.join(" ") === is.join(" ")) continue;
    for (const source of company.sources.values()) {
      if (rebuilt.has(source.id)) continue;
      const records = state.all<{ record_id: string }>(
        "SELECT record_id FROM contributions WHERE source_id = ? AND owner = ?",
        source.id,
        employee,
      );
      // Only this owner's chain moves; a record shared with others is counted again as a whole.
      for (const { record_id } of records)
        recount(
          { state, cells: batch.cells },
          source,
          record_id,
          state.given(source.id, record_id),
          {
            ...company.people,
            subjectsOf: chainsBefore(employees, employee, before, company, false),
          },
          {
            ...company.people,
            subjectsOf: chainsBefore(employees, employee, before, company, true),
          },
          (cell) => void touched.push(cell),
        );
    }
  }
}

/** Chains while employees are moved one after another: those before `current` are moved already. */
function chainsBefore(
  order: ReadonlySet<string>,
  current: string,
  before: Company,
  after: Company,
  withCurrent: boolean,
) {
  const done = new Set<string>(withCurrent ? [current] : []);
  for (const employee of order) {
    if (employee === current) break;
    done.add(employee);
  }
  return (employee: string) => (done.has(employee) ? after : before).people.subjectsOf(employee);
}

/** Records whose person may be somebody else now: names, members or aliases changed. */
function findOwnersAgain(
  batch: Batch,
  before: Company,
  rebuilt: ReadonlySet<string>,
  touched: Touched[],
): void {
  const { state, company } = batch.context;
  const references = new Set([
    ...changedKeys(prints(before.people.byUser), prints(company.people.byUser)),
    ...changedKeys(prints(before.people.byText), prints(company.people.byText)),
    ...[...before.employees.keys()].filter((id) => !company.employees.has(id)),
    ...[...company.employees.keys()].filter((id) => !before.employees.has(id)),
  ]);
  if (references.size === 0) return;
  const records = new Map<string, { source_id: string; record_id: string }>();
  const note = (rows: readonly GivenRow[]) =>
    rows.forEach((row) => records.set(`${row.source_id} ${row.record_id}`, row));
  for (const reference of references)
    note(state.all<GivenRow>("SELECT * FROM contributions WHERE person = ?", reference));
  note(state.all<GivenRow>("SELECT * FROM contributions WHERE instr(person, char(10)) > 0"));
  for (const { source_id, record_id } of records.values()) {
    const source = company.sources.get(source_id);
    if (source && !rebuilt.has(source_id)) batch.recontribute(source, record_id, touched);
  }
}

/** What bears on every sheet. */
function sheetPrint(company: Company) {
  const { grades, settings, sections, calendar } = company;
  return [grades, settings, [...sections.values()], calendar];
}

/** What bears on one person's sheets: when they were there, and whose totals count for them. */
function presencePrints(company: Company): ReadonlyMap<string, string> {
  return new Map(
    [...company.employees.values()].map(({ id, hired, left }) => {
      const places = postsOf(company, id);
      const above = places.map((place) => levelsAbove(company, place));
      const moves = company.assignments.get(id);
      return [
        id,
        JSON.stringify([hired, left, company.absences.get(id), above, moves && [moves, places]]),
      ];
    }),
  );
}

function prints(map: ReadonlyMap<string, unknown>): ReadonlyMap<string, string> {
  return new Map([...map].map(([key, value]) => [key, JSON.stringify(value)]));
}

/** A KPI as far as it bears on scores: renaming or describing it moves nothing. */
function kpiPrints(company: Company): ReadonlyMap<string, string> {
  return new Map(
    [...company.kpis].map(([id, kpi]) => [
      id,
      JSON.stringify([
        figurePrint(company, kpi),
        kpi.method,
        kpi.direction,
        kpi.missing,
        kpi.version,
        kpi.gate && company.kpis.get(kpi.gate.kpi)?.code,
        kpi.prorated,
        kpi.gate,
        kpi.gate && figurePrint(company, company.kpis.get(kpi.gate.kpi)),
        kpi.gate && company.kpis.get(kpi.gate.kpi)?.direction,
        // A reason names the gate.
        kpi.gate && company.kpis.get(kpi.gate.kpi)?.name,
      ]),
    ]),
  );
}

/** Whatever moves a KPI's actual beside the records. */
function figurePrint(company: Company, kpi: Kpi | undefined) {
  if (!kpi) return null;
  return [
    kpi.formula.text,
    kpi.minSample,
    kpi.toldIn,
    [...kpi.references].map(([name, { source, of }]) => {
      const read = company.sources.get(source);
      // A reason names the source that is not there.
      const unbound = read?.compiled === null && read.name;
      return [name, source, of, read?.whenEmpty, read?.unit, read?.raters, unbound];
    }),
  ];
}

function changedKeys(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter(
    (key) => before.get(key) !== after.get(key),
  );
}
