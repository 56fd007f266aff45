import type { Bindings } from "../install/bindings.ts";
import type { WorkspaceRecord } from "../workspace/workspace.ts";
import type { Naming } from "./binding.ts";
import { Cells, type Touched } from "./cells.ts";
import type { Company, Source } from "./company.ts";
import { contribute, type MirrorRow, type Surroundings } from "./contribute.ts";
import { Desk, type Rescored } from "./desk.ts";
import { changedFields } from "./field-changes.ts";
import { replaceGiven } from "./impact.ts";
import { ingestItem, ingestSheet } from "./ingest-results.ts";
import { writeLedger, type Cause } from "./ledger.ts";
import { dependents, pick, sameMirror, type TableNeed } from "./needs.ts";
import { queueDifferences } from "./outputs.ts";
import type { ScoredSheet, SheetRecord } from "./results.ts";
import type { State } from "./state.ts";

/** A record as it is now; `record` null = it does not exist (any more). */
export interface Change {
  readonly table: string;
  readonly id: string;
  readonly record: WorkspaceRecord | null;
}

/** Everything a batch is worked on with; fixed for its length. */
export interface Context {
  readonly state: State;
  readonly bindings: Bindings;
  readonly naming: Naming;
  readonly company: Company;
  readonly needs: ReadonlyMap<string, TableNeed>;
  /** ISO instant for the ledger. */
  readonly at: string;
  /** Calendar day in the company's time zone. */
  readonly today: string;
  /**
   * `each`: a ledger line per cause, rescoring as each record is worked in.
   * `bulk`: rescoring once at the end, no ledger: first filling and recomputation.
   */
  readonly mode: "each" | "bulk";
  /** Cycles that this batch locks: what it brings besides still reaches their sheets. */
  readonly closing: ReadonlySet<string>;
}

export interface Outcome {
  readonly changed: readonly Rescored[];
  /** Causes by sheet, in order. */
  readonly causes: ReadonlyMap<string, readonly Cause[]>;
  readonly records: number;
}

/** One batch in the making: applies changes to state, aggregates and sheets. Runs in a transaction. */
export class Batch {
  readonly context: Context;
  readonly cells: Cells;
  readonly desk: Desk;
  private readonly causes = new Map<string, Cause[]>();
  private readonly compare = new Set<string>();
  private readonly postponed = new Set<string>();
  /** In bulk: sheets whose items changed, and the KPIs of those. */
  private readonly moved = new Map<string, string[]>();
  private records = 0;

  constructor(context: Context) {
    this.context = context;
    this.cells = new Cells(context.state, grainsInUse(context.company));
    this.desk = new Desk(context.state, context.company, this.cells, context.closing);
  }

  /**
   * A source record, or a record that source records point to.
   *
   * @param told.because  what the change is due to, when it is not the record itself
   * @param told.except  sources that are filled as a whole afterwards
   */
  record(change: Change, told: { because?: Cause; except?: ReadonlySet<string> } = {}): void {
    const { state, needs } = this.context;
    const need = needs.get(change.table);
    if (!need) return;
    const before = state.mirrored(change.table, change.id);
    const after = change.record ? pick(change.record, need) : null;
    if (sameMirror(before, after)) {
      // Read anew because more is wanted of it: a relation that is followed now needs its links.
      if (after && told.because) state.mirror(change.table, after, need.relations);
      return;
    }
    this.records += 1;
    // Who points to a record is asked before it goes, and again after it came.
    const affected = this.affectedBy(change.table, change.id);
    if (after) state.mirror(change.table, after, need.relations);
    else state.forget(change.table, change.id);
    const touched: Touched[] = [];
    for (const [source, ids] of this.merge(affected, this.affectedBy(change.table, change.id)))
      if (!told.except?.has(source.id))
        for (const id of ids) this.recontribute(source, id, touched);
    const { company } = this.context;
    const isRating = touched.some(
      (cell) => company.sources.get(cell.source)?.aggregate === "raters",
    );
    this.settle(touched, () => {
      const cause = told.because ?? this.causeOf(change, before, after);
      return isRating ? this.withoutRater(cause) : cause;
    });
  }

  /** Evaluate one record for one source afresh. */
  recontribute(source: Source, id: string, touched: Touched[]): void {
    const { state, company } = this.context;
    if (!source.compiled) return;
    const before = state.given(source.id, id);
    const row = state.mirrored(source.compiled.table, id);
    const after = row ? contribute(source, source.compiled, row, this.surroundings()) : [];
    replaceGiven(
      { state, cells: this.cells },
      source,
      id,
      before,
      after,
      company.people,
      (cell) => void touched.push(cell),
    );
  }

  surroundings(): Surroundings {
    const { state, company, bindings, today } = this.context;
    return {
      people: company.people,
      employees: company.employees,
      employeeTable: bindings.table("employees"),
      today,
      timeZone: company.settings.timeZone,
      row: (table, id) => state.mirrored(table, id),
    };
  }

  /** A row of the sheets table. */
  sheet(change: Change): void {
    const { state, bindings } = this.context;
    const before = this.desk.peek(change.id);
    const { stale, reassigned } = ingestSheet(state, bindings, change.id, change.record);
    this.desk.reload(change.id);
    if (reassigned) this.desk.beginAnew(change.id);
    const cause = () => this.inputCause(change);
    const { others } = this.desk;
    // Whoever read what the sheet said, or was ranked beside it, looks again.
    if (before && (reassigned || !change.record))
      this.rescore(
        [
          ...others.dependents(before, withoutResults(before)),
          ...others.rankedWith(before.sheet, kpisOf(before)),
        ],
        cause,
      );
    // Which part of the cycle a sheet is about depends on what its person's other sheets say.
    if (before && (stale.length > 0 || !change.record)) this.rescoreBesides(before.sheet, cause);
    if (!change.record) return;
    this.compare.add(change.id);
    if (stale.length === 0) return;
    const now = this.desk.load(change.id);
    this.rescore([...stale, ...this.reachedFrom(stale, now ? kpisOf(now) : [])], cause);
    if (now) this.rescoreBesides(now.sheet, cause);
  }

  private rescoreBesides(sheet: SheetRecord, cause: () => Cause): void {
    const besides = this.desk.others.besides(sheet);
    const reached = besides.flatMap((id) => {
      const scored = this.desk.load(id);
      return scored ? this.reachedFrom([id], kpisOf(scored)) : [];
    });
    this.rescore([...besides, ...reached], cause);
  }

  /**
   * Others who may move with these sheets: ranked beside them, or carrying their scores on. In bulk
   * they are found at the end, all at once.
   *
   * @param kpis  whose items came to these sheets, changed or went
   */
  private reachedFrom(sheets: readonly string[], kpis: readonly string[]): readonly string[] {
    if (this.context.mode === "bulk") {
      for (const id of sheets) this.moved.set(id, [...(this.moved.get(id) ?? []), ...kpis]);
      return [];
    }
    return sheets.flatMap((id) => this.reachedBy(id, kpis, new Set()));
  }

  private reachedBy(id: string, kpis: readonly string[], asked: Set<string>): readonly string[] {
    const sheet = this.desk.load(id)?.sheet;
    if (!sheet) return [];
    // One question for everybody who is ranked together.
    const fresh = [...new Set(kpis)].filter((kpi) => {
      const question = `${sheet.cycle} ${sheet.kind} ${kpi}`;
      return !asked.has(question) && asked.add(question);
    });
    const { others } = this.desk;
    return [...others.rankedWith(sheet, fresh), ...others.carriedOn(sheet)];
  }

  /** A row of the items table: a person may have changed target or weight. */
  item(change: Change): void {
    const { state, bindings } = this.context;
    const { sheets, stale, kpis } = ingestItem(state, bindings, change.id, change.record);
    for (const sheet of sheets) {
      this.desk.reload(sheet);
      this.compare.add(sheet);
    }
    // A score that was carried on may have gone with the item: its sheet no longer tells.
    this.rescore([...stale, ...this.reachedFrom(stale, kpis)], () => this.inputCause(change));
  }

  /** Rescore what these cells feed. */
  settle(touched: readonly Touched[], cause: () => Cause): void {
    if (touched.length > 0) this.rescore([...this.desk.affected(touched)], cause);
  }

  rescore(sheets: readonly string[], cause: () => Cause): void {
    if (this.context.mode === "bulk") {
      for (const id of sheets) this.postponed.add(id);
      return;
    }
    let why: Cause | null = null;
    this.rescoreInOrder(sheets, (change) => {
      why ??= cause();
      if (writeLedger(this.context.state, this.context.at, why, change) === 0) return;
      const { id } = change.after.sheet;
      const known = this.causes.get(id);
      if (known) known.push(why);
      else this.causes.set(id, [why]);
    });
  }

  /** Rescore sheets, and then those that read what changed with them. */
  private rescoreInOrder(sheets: Iterable<string>, changed: (change: Rescored) => void): void {
    const { desk } = this;
    for (let stale = new Set(sheets); stale.size > 0;) {
      const next = new Set<string>();
      for (const id of desk.others.inOrder(stale)) {
        const change = desk.rescore(id);
        if (!change) continue;
        changed(change);
        // Whoever reads a sheet comes after it: one that is stale itself is still to come.
        for (const reader of desk.others.dependents(change.before, change.after))
          if (!stale.has(reader)) next.add(reader);
      }
      stale = next;
    }
  }

  /** Compare these sheets with what the workspace shows, even if no score moves. */
  recheck(sheets: readonly string[]): void {
    for (const id of sheets) this.compare.add(id);
  }

  /** Write aggregates and results, queue what the workspace has to show. */
  finish(): Outcome {
    const asked = new Set<string>();
    for (const [id, kpis] of this.moved)
      for (const reached of this.reachedBy(id, kpis, asked)) this.postponed.add(reached);
    this.rescoreInOrder(this.postponed, () => undefined);
    this.cells.flush();
    const changed = this.desk.flush();
    for (const change of changed) this.compare.add(change.after.sheet.id);
    for (const id of [...this.compare].sort()) {
      const scored = this.desk.load(id);
      if (scored && !this.desk.isLocked(scored.sheet))
        queueDifferences(this.context.state, this.context.company, scored);
    }
    return { changed, causes: this.causes, records: this.records };
  }

  private affectedBy(table: string, id: string): Map<Source, readonly string[]> {
    const affected = new Map<Source, readonly string[]>();
    for (const source of this.context.company.sources.values()) {
      const ids = dependents(this.context.state, source, table, id);
      if (ids.length > 0) affected.set(source, ids);
    }
    return affected;
  }

  private merge(
    a: ReadonlyMap<Source, readonly string[]>,
    b: ReadonlyMap<Source, readonly string[]>,
  ): readonly (readonly [Source, readonly string[]])[] {
    return [...new Set([...a.keys(), ...b.keys()])].map((source) => [
      source,
      [...new Set([...(a.get(source) ?? []), ...(b.get(source) ?? [])])].sort(),
    ]);
  }

  private causeOf(change: Change, before: MirrorRow | null, after: MirrorRow | null): Cause {
    return {
      kind: "record",
      table: change.table,
      record: change.id,
      title: after?.title ?? before?.title ?? null,
      change: !before ? "create" : !after ? "delete" : "update",
      fields: changedFields(this.context, change.table, before, after),
    };
  }

  /** That a rating came or changed is told; not whose it was, nor what it said. */
  private withoutRater(cause: Cause): Cause {
    const title = this.context.naming.tableById(cause.table ?? "")?.name ?? null;
    return { ...cause, record: null, title, fields: [] };
  }

  private inputCause(change: Change): Cause {
    return {
      kind: "item",
      table: change.table,
      record: change.id,
      title: change.record?.title ?? null,
      change: change.record ? "update" : "delete",
      fields: [],
    };
  }
}

function kpisOf({ items }: ScoredSheet): readonly string[] {
  return items.map((item) => item.kpi);
}

function withoutResults({ sheet, items }: ScoredSheet): ScoredSheet {
  return {
    sheet: { ...sheet, result: null },
    items: items.map((item) => ({ ...item, result: null })),
  };
}

/** Grains for which aggregates are kept: those that cycles use. */
export function grainsInUse(company: Company) {
  return [...new Set([...company.cycles.values()].map((cycle) => cycle.kind))].sort();
}
