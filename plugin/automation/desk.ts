import type { Cells, Touched } from "./cells.ts";
import type { Company, CycleRow, Kpi } from "./company.ts";
import { ANYBODY } from "./cells.ts";
import type { ScoredSheet, SheetRecord } from "./results.ts";
import { OtherSheets } from "./other-sheets.ts";
import { scoreSheet } from "./score-sheet.ts";
import type { State } from "./state.ts";
import { loadSheet } from "./stored-sheets.ts";
import { comparingPeriod, type Comparison } from "../kpi/period.ts";
import type { Period } from "../kpi/model.ts";

// Sheets first, then their items: from the side of the KPI every sheet there is would be gone through.
const WITH_KPI = "EXISTS (SELECT 1 FROM items i WHERE i.sheet_id = s.id AND i.kpi_id = ?)";
const READERS = `SELECT s.id FROM sheets s WHERE s.cycle_id = ? AND ${WITH_KPI}`;
const READERS_OF_SUBJECT = `SELECT s.id FROM sheets s WHERE s.subject_id = ? AND s.cycle_id = ? AND ${WITH_KPI}`;

/** A sheet before and after something happened. */
export interface Rescored {
  readonly before: ScoredSheet;
  readonly after: ScoredSheet;
}

/**
 * The sheets being worked on: loaded when first needed, rescored in memory, written once by `flush`.
 *
 * Locked sheets are never rescored.
 */
export class Desk {
  private readonly state: State;
  private readonly company: Company;
  private readonly cells: Cells;
  private readonly closing: ReadonlySet<string>;
  private readonly loaded = new Map<string, ScoredSheet>();
  private readonly original = new Map<string, ScoredSheet>();
  private readonly cyclesAt = new Map<Period, CycleRow[]>();
  private readonly kpisBySource = new Map<string, { kpi: string; of: Comparison }[]>();

  readonly others: OtherSheets;

  /** @param closing  cycles that are locked with this very batch: what came before still counts */
  constructor(state: State, company: Company, cells: Cells, closing: ReadonlySet<string>) {
    this.closing = closing;
    this.state = state;
    this.company = company;
    this.cells = cells;
    this.others = new OtherSheets(state, company, cells, (id) => this.load(id));
    for (const cycle of company.cycles.values()) {
      const list = this.cyclesAt.get(cycle.period) ?? [];
      list.push(cycle);
      this.cyclesAt.set(cycle.period, list);
    }
    for (const kpi of company.kpis.values())
      for (const reference of this.readBy(kpi)) {
        const list = this.kpisBySource.get(reference.source) ?? [];
        list.push({ kpi: kpi.id, of: reference.of });
        this.kpisBySource.set(reference.source, list);
      }
  }

  /** What a KPI's score reads: its own figures and those of its gate. */
  private readBy(kpi: Kpi) {
    const gate = kpi.gate ? this.company.kpis.get(kpi.gate.kpi) : undefined;
    return [...kpi.references.values(), ...(gate?.references.values() ?? [])];
  }

  /** Sheets whose items read one of these cells. Costs what is affected, not what exists. */
  affected(touched: readonly Touched[]): ReadonlySet<string> {
    this.others.forget();
    const sheets = new Set<string>();
    const asked = new Set<string>();
    for (const cell of touched) {
      for (const use of this.kpisBySource.get(cell.source) ?? []) {
        for (const cycle of this.readingCycles(cell.period, use.of)) {
          const question = `${use.kpi} ${cell.subject} ${cycle.id}`;
          if (asked.has(question)) continue;
          asked.add(question);
          // A rank moves with everybody's figure.
          const everybody =
            cell.subject === ANYBODY || this.company.kpis.get(use.kpi)?.method.code === "RANK";
          const rows = this.state.all<{ id: string }>(
            everybody ? READERS : READERS_OF_SUBJECT,
            ...(everybody ? [] : [cell.subject]),
            cycle.id,
            use.kpi,
          );
          for (const row of rows) sheets.add(row.id);
        }
      }
    }
    return sheets;
  }

  /** Cycles whose figures are read from this period, or compared with it. */
  private readingCycles(period: Period, of: Comparison): readonly CycleRow[] {
    const reading = comparingPeriod(period, of);
    return (reading === null ? undefined : this.cyclesAt.get(reading)) ?? [];
  }

  /** Sheets of locked cycles, and of cycles that are gone, stay as they are. */
  isLocked(sheet: SheetRecord): boolean {
    const cycle = this.company.cycles.get(sheet.cycle);
    return !cycle || (cycle.status === "locked" && !this.closing.has(cycle.id));
  }

  /** Rescore a sheet now; null when it is gone, locked, or comes out the same. */
  rescore(id: string): Rescored | null {
    const before = this.load(id);
    if (!before || this.isLocked(before.sheet)) return null;
    const after = scoreSheet(this.company, this.cells, this.others, before.sheet, before.items);
    this.loaded.set(id, after);
    return JSON.stringify(before) === JSON.stringify(after) ? null : { before, after };
  }

  load(id: string): ScoredSheet | null {
    const known = this.loaded.get(id);
    if (known) return known;
    const sheet = loadSheet(this.state, id);
    if (!sheet) return null;
    this.loaded.set(id, sheet);
    if (!this.original.has(id)) this.original.set(id, sheet);
    return sheet;
  }

  /** A sheet as it stands, without taking it up: its rows are about to change underneath. */
  peek(id: string): ScoredSheet | null {
    return this.loaded.get(id) ?? loadSheet(this.state, id);
  }

  /**
   * Load a sheet afresh next time: its rows were changed underneath. Results worked out before are
   * kept, or they would be lost when nothing else makes the sheet stale.
   */
  reload(id: string): void {
    this.others.forget();
    const known = this.loaded.get(id);
    if (known) this.store(known);
    this.loaded.delete(id);
  }

  /** A sheet's results were set underneath: what was seen of it is out of date. */
  lookAgain(id: string): void {
    this.loaded.delete(id);
    this.original.delete(id);
  }

  /** A sheet about somebody else: what it said was said about another, and is no "before" of this. */
  beginAnew(id: string): void {
    const known = loadSheet(this.state, id);
    if (!known || this.isLocked(known.sheet)) return;
    this.state.run("UPDATE sheets SET result = NULL WHERE id = ?", id);
    this.state.run("UPDATE items SET result = NULL WHERE sheet_id = ?", id);
    this.lookAgain(id);
  }

  private store({ sheet, items }: ScoredSheet): void {
    this.state.run("UPDATE sheets SET result = ? WHERE id = ?", json(sheet.result), sheet.id);
    for (const item of items)
      this.state.run("UPDATE items SET result = ? WHERE id = ?", json(item.result), item.id);
  }

  /** Every sheet that differs from how it was at first sight, results written to the state. */
  flush(): readonly Rescored[] {
    const changes: Rescored[] = [];
    for (const [id, after] of this.loaded) {
      const before = this.original.get(id);
      // What a frozen sheet says stays, whatever became of its row.
      if (this.isLocked(after.sheet)) continue;
      if (!before || JSON.stringify(before) === JSON.stringify(after)) continue;
      this.store(after);
      changes.push({ before, after });
      this.original.set(id, after);
    }
    return changes;
  }
}

function json(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}
