import { setImmediate as nextTurn } from "node:timers/promises";
import { isPluginError } from "../errors.ts";
import type { Bindings } from "../install/bindings.ts";
import type { Workspace, WorkspaceRecord } from "../workspace/workspace.ts";
import type { Locale } from "../words/words.ts";
import { Batch, type Change, type Context, type Outcome } from "./apply.ts";
import { adoptShown } from "./adopt-shown.ts";
import type { Naming } from "./binding.ts";
import { buildCompany, type Built, type KeptRows } from "./build-company.ts";
import type { Company } from "./company.ts";
import { CONFIG_TABLES } from "./config-row.ts";
import { loadRows, saveRows, withChanges } from "./config-state.ts";
import { dateIn } from "./contribute.ts";
import { namingOf, recallStructure, rememberStructure } from "./known-structure.ts";
import type { Cause } from "./ledger.ts";
import { needsOf, newNeeds, parentsFirst, pick, type TableNeed } from "./needs.ts";
import { fieldNamer, findingText } from "./problem-text.ts";
import { fillSources, reconfigure, turnDay } from "./reconfigure.ts";
import type { State } from "./state.ts";

const SLICE = 2000;

/** Source records read so far, and how many there are. */
export type Progress = (done: number, total: number) => void;

export interface CoreOptions {
  readonly state: State;
  readonly workspace: Workspace;
  readonly bindings: Bindings;
  readonly now: () => Date;
}

/** What an `apply` did, for whoever reacts to it (feedback, live updates). */
export type Applied = Outcome & { readonly company: Company; readonly configChanged: boolean };

/**
 * One engine state and the company it was computed for. Reads the workspace, applies changes, and
 * can fill itself from nothing: the same code serves the running state and the full recomputation
 * that it is compared with.
 */
export class Core {
  readonly state: State;
  readonly bindings: Bindings;
  private readonly workspace: Workspace;
  private readonly now: () => Date;
  private rows: KeptRows | null = null;
  private currentNaming: Naming | null = null;
  private currentCompany: Company | null = null;
  private currentNeeds: ReadonlyMap<string, TableNeed> = new Map();

  constructor(options: CoreOptions) {
    this.state = options.state;
    this.workspace = options.workspace;
    this.bindings = options.bindings;
    this.now = options.now;
  }

  get company(): Company {
    return present(this.currentCompany);
  }

  get naming(): Naming {
    return present(this.currentNaming);
  }

  /** Tables whose changes matter, by table id. */
  watched(): readonly string[] {
    const own = [...CONFIG_TABLES, "sheets", "items"].map((table) => this.bindings.table(table));
    return [...new Set([...own, ...this.currentNeeds.keys()])];
  }

  isMirrored(table: string): boolean {
    return this.currentNeeds.has(table);
  }

  /** What is wrong with configuration rows, in the reader's language. */
  findings(locale: Locale): { table: string; record: string; title: string; text: string }[] {
    return this.company.problems.map((problem) => ({
      table: this.bindings.table(problem.table),
      record: problem.record,
      title: problem.title,
      text: findingText(problem, fieldNamer(this.bindings, this.naming, problem.table), locale),
    }));
  }

  /** Take up the stored state, or fill it from the workspace when there is none. */
  async open(onProgress?: Progress): Promise<"opened" | "filled"> {
    const known = recallStructure(this.state);
    try {
      await this.readStructure();
    } catch (error) {
      // A host that is away must not keep us from showing what we know and taking what arrives.
      if (!isPluginError(error) || error.retry === "never" || !known) throw error;
      this.currentNaming = namingOf(this.state, this.bindings, known);
    }
    if (this.state.meta("filled") === null) {
      await this.fill(onProgress);
      return "filled";
    }
    this.rows = loadRows(this.state);
    this.adopt(buildCompany(this.rows, this.naming));
    return "opened";
  }

  /**
   * Read tables and fields afresh.
   *
   * @throws workspace/… when it cannot be reached
   */
  async readStructure(): Promise<void> {
    const tables = await this.workspace.structure.read();
    rememberStructure(this.state, tables);
    this.currentNaming = namingOf(this.state, this.bindings, tables);
  }

  private adopt(built: Built): void {
    this.currentCompany = built.company;
    this.currentNeeds = needsOf(built.company);
  }

  context(mode: Context["mode"], before: Company | null = null): Context {
    const at = this.now();
    return {
      state: this.state,
      bindings: this.bindings,
      naming: this.naming,
      company: this.company,
      needs: this.currentNeeds,
      at: at.toISOString(),
      today: this.today(),
      mode,
      closing: new Set(
        [...this.company.cycles.values()]
          .filter((cycle) => cycle.status === "locked")
          .filter((cycle) => before?.cycles.get(cycle.id)?.status === "running")
          .map((cycle) => cycle.id),
      ),
    };
  }

  /** The calendar day that formulas see: it moves only by `turnDay`, so that a day is one day. */
  private today(): string {
    return this.state.meta("today") ?? this.calendarDay();
  }

  private calendarDay(): string {
    return dateIn(this.company.settings.timeZone, this.now());
  }

  // ------------------------------------------------------------------ filling

  /**
   * Compute everything from the workspace: one pass over the source records.
   *
   * @param asOf  calendar day to compute for; today when left out
   */
  async fill(onProgress?: Progress, asOf?: string): Promise<Outcome> {
    const changes: Change[] = [];
    for (const key of CONFIG_TABLES)
      changes.push(...(await this.readAll(this.bindings.table(key))));
    const { rows } = withChanges(loadRows(this.state), this.bindings, changes);
    const seen = new Set(changes.map((change) => change.id));
    const kept = Object.fromEntries(
      CONFIG_TABLES.map((table) => [table, rows[table].filter((row) => seen.has(row.current.id))]),
    ) as unknown as KeptRows;
    const built = buildCompany(kept, this.naming);
    this.adopt(built);
    this.state.db.transaction(() => {
      this.rows = saveRows(this.state, kept, built);
      for (const table of [
        "mirror",
        "links",
        "contributions",
        "cells",
        "distinct_keys",
        "ordered",
        "firsts",
      ])
        this.state.run(`DELETE FROM ${table}`);
      this.state.setMeta("today", asOf ?? this.calendarDay());
      // Whoever stops halfway begins again.
      this.state.run("DELETE FROM meta WHERE key = 'filled'");
    })();
    let read = 0;
    const total = onProgress ? await this.sourceRecords() : 0;
    for (const table of parentsFirst(this.company, [...this.currentNeeds.keys()]))
      for await (const page of this.pages(table)) {
        this.mirrorAll(table, page);
        read += page.length;
        onProgress?.(read, total);
      }
    const results = [
      ...(await this.readAll(this.bindings.table("sheets"))),
      ...(await this.readAll(this.bindings.table("items"))),
    ];
    return this.computeAll(results);
  }

  /** Rows in the tables that sources read. */
  private async sourceRecords(): Promise<number> {
    let total = 0;
    for (const table of this.currentNeeds.keys())
      total += await this.workspace.records.count(table);
    return total;
  }

  private async computeAll(results: readonly Change[]): Promise<Outcome> {
    const { state } = this;
    const batch = new Batch(this.context("bulk"));
    const slices = fillSources(batch, [...this.company.sources.values()], () => undefined);
    for (let filled = false; !filled;) {
      filled = state.db.transaction(() => slices.next().done === true)();
      // Deliveries are taken in and pages are served meanwhile.
      await nextTurn();
    }
    return state.db.transaction(() => this.computeSheets(batch, results))();
  }

  private computeSheets(batch: Batch, results: readonly Change[]): Outcome {
    const { state } = this;
    const present = new Set(results.map((change) => change.id));
    const gone = (table: "sheets" | "items"): Change[] =>
      state
        .all<{ id: string }>(`SELECT id FROM ${table}`)
        .filter((row) => !present.has(row.id))
        .map((row) => ({ table: this.bindings.table(table), id: row.id, record: null }));
    for (const change of [...results, ...gone("items"), ...gone("sheets")])
      this.route(batch, change);
    for (const sheet of adoptShown(state, this.company)) batch.desk.lookAgain(sheet);
    batch.rescore(
      state.all<{ id: string }>("SELECT id FROM sheets").map((row) => row.id),
      () => CAUSES.recompute,
    );
    const outcome = batch.finish();
    state.setMeta("filled", this.now().toISOString());
    return outcome;
  }

  private mirrorAll(table: string, records: readonly WorkspaceRecord[]): void {
    const need = this.currentNeeds.get(table);
    if (!need) return;
    this.state.db.transaction(() => {
      for (const record of records)
        this.state.mirror(table, pick(record, need), need.relations, true);
    })();
  }

  private async readAll(table: string): Promise<Change[]> {
    const changes: Change[] = [];
    for await (const page of this.workspace.records.pages(table))
      for (const record of page) changes.push({ table, id: record.id, record });
    return changes;
  }

  /** Pages gathered into larger slices, so that one transaction serves many rows. */
  private async *pages(table: string): AsyncIterable<readonly WorkspaceRecord[]> {
    let slice: WorkspaceRecord[] = [];
    for await (const page of this.workspace.records.pages(table)) {
      slice.push(...page);
      if (slice.length >= SLICE) {
        yield slice;
        slice = [];
      }
    }
    if (slice.length > 0) yield slice;
  }

  // ----------------------------------------------------------------- applying

  /**
   * Work changes in. Reading what a new configuration needs comes first; then everything happens in
   * one transaction, `within` included.
   *
   * @param within  runs inside the transaction: feedback, inbox rows that are done
   */
  async apply(
    changes: readonly Change[],
    options: {
      readonly mode: Context["mode"];
      readonly structureChanged?: boolean;
      readonly within?: (applied: Applied) => void;
    },
  ): Promise<Applied> {
    const { rows, changed } = withChanges(present(this.rows), this.bindings, changes);
    if (changed.some((one) => one.table === "sources")) await this.readStructure();
    const rebuild = changed.length > 0 || options.structureChanged === true;
    const built = rebuild ? buildCompany(rows, this.naming) : null;
    const reloaded: Change[] = [];
    if (built)
      for (const table of newNeeds(this.currentNeeds, needsOf(built.company)))
        reloaded.push(...(await this.readAgain(table)));
    const before = { rows: this.rows, company: this.company, needs: this.currentNeeds };
    try {
      return this.state.db.transaction(() => {
        if (built) {
          this.rows = saveRows(this.state, rows, built);
          this.adopt(built);
          this.dropUnneeded(before.needs);
        }
        const batch = new Batch(this.context(options.mode, before.company));
        if (built) {
          const [first] = changed;
          reconfigure(
            batch,
            before.company,
            {
              ...CAUSES.configuration,
              table: first ? this.bindings.table(first.table) : null,
              record: first?.id ?? null,
              title: first?.row?.title ?? null,
            },
            reloaded,
          );
        }
        for (const change of changes) this.route(batch, change);
        const applied = {
          ...batch.finish(),
          company: this.company,
          configChanged: changed.length > 0,
        };
        options.within?.(applied);
        return applied;
      })();
    } catch (error) {
      // The database went back; what we hold in memory goes back with it.
      this.rows = before.rows;
      this.currentCompany = before.company;
      this.currentNeeds = before.needs;
      throw error;
    }
  }

  /** Once a day: records whose meaning depends on the date are looked at again. */
  turnDay(within: (applied: Applied) => void): Applied | null {
    const day = this.calendarDay();
    if (this.state.meta("today") === day) return null;
    return this.state.db.transaction(() => {
      this.state.setMeta("today", day);
      const batch = new Batch(this.context("each"));
      turnDay(batch, CAUSES.day);
      const applied = { ...batch.finish(), company: this.company, configChanged: false };
      within(applied);
      return applied;
    })();
  }

  private route(batch: Batch, change: Change): void {
    const key = this.bindings.tableKey(change.table);
    if (key === "sheets") batch.sheet(change);
    if (key === "items") batch.item(change);
    // A result table may well be a source itself, or be pointed to by one.
    batch.record(change);
  }

  /** Every record of a table, and those we knew that are gone. */
  private async readAgain(table: string): Promise<Change[]> {
    const changes = await this.readAll(table);
    const present = new Set(changes.map((change) => change.id));
    for (const { record_id } of this.state.mirroredIds(table))
      if (!present.has(record_id)) changes.push({ table, id: record_id, record: null });
    return changes;
  }

  private dropUnneeded(before: ReadonlyMap<string, TableNeed>): void {
    for (const table of before.keys()) {
      if (this.currentNeeds.has(table)) continue;
      this.state.run("DELETE FROM mirror WHERE table_id = ?", table);
      this.state.run("DELETE FROM links WHERE table_id = ?", table);
    }
  }
}

const NO_CAUSE = { table: null, record: null, title: null, change: null, fields: [] } as const;
export const CAUSES: Readonly<Record<"configuration" | "day" | "recompute", Cause>> = {
  configuration: { ...NO_CAUSE, kind: "configuration" },
  day: { ...NO_CAUSE, kind: "day" },
  recompute: { ...NO_CAUSE, kind: "recompute" },
};

function present<T>(value: T | null): T {
  if (value === null) throw new Error("The engine is used before it was opened");
  return value;
}
