import { Decimal } from "../decimal.ts";
import type { Period, SegmentTotals } from "../kpi/model.ts";
import { previousPeriod } from "../kpi/period.ts";
import type { Cells } from "./cells.ts";
import type { Company, CycleRow, Kpi } from "./company.ts";
import { measureActual } from "./measure-actual.ts";
import { presenceOf } from "./presence.ts";
import type { ItemRules, ScoredSheet, SheetRecord } from "./results.ts";
import { toSheet, type SheetColumns } from "./stored-sheets.ts";
import { type Others, type Place } from "./score-sheet.ts";
import { segmentOf, segmentsOf } from "./segments.ts";
import type { State } from "./state.ts";

const PEERS = `SELECT s.*, i.rules FROM sheets s JOIN items i ON i.sheet_id = s.id
  WHERE s.cycle_id = ? AND s.subject_kind = ? AND i.kpi_id = ?`;

const UNMOVED: Place = { within: null, days: 0, isLast: true, position: null, department: null };

/**
 * How sheets hang together: ranks look at everybody's actual, people's totals at those of the
 * department and the company, carried scores at the period before, and after a transfer the last part's
 * total at those of the parts before. Nothing else reaches from one
 * sheet to another, and none of it goes in a circle: departments before people, earlier periods and parts first.
 */
export class OtherSheets implements Others {
  private readonly state: State;
  private readonly company: Company;
  private readonly cells: Cells;
  private readonly load: (id: string) => ScoredSheet | null;
  private readonly actuals = new Map<string, readonly Decimal[]>();
  private readonly carries: boolean;

  /** @param load  a sheet as it stands in the batch */
  constructor(
    state: State,
    company: Company,
    cells: Cells,
    load: (id: string) => ScoredSheet | null,
  ) {
    this.state = state;
    this.company = company;
    this.cells = cells;
    this.load = load;
    this.carries = [...company.kpis.values()].some(({ missing }) => missing === "CARRY");
  }

  /** Figures moved: what was read of them is read again. */
  forget(): void {
    this.actuals.clear();
  }

  peers(kpi: Kpi, cycle: CycleRow, kind: SheetRecord["kind"]): readonly Decimal[] {
    const key = `${kpi.id} ${cycle.id} ${kind}`;
    let actuals = this.actuals.get(key);
    if (!actuals) {
      const counted = new Set<string>();
      const rows = this.state.all<SheetColumns & { rules: string }>(PEERS, cycle.id, kind, kpi.id);
      actuals = rows.flatMap((row) => {
        const { treatment } = JSON.parse(row.rules) as Partial<ItemRules>;
        if (treatment === "not_applicable" || treatment === "exempt") return [];
        const sheet = toSheet(row);
        const place = this.placeOf(sheet, cycle);
        // Nobody is ranked twice, however many items say so; each part of a cycle is one to rank.
        const one = `${sheet.subject} ${place?.within?.start ?? ""}`;
        if (counted.has(one)) return [];
        if (place) counted.add(one);
        if (!place || presenceOf(this.company, sheet, cycle, place.within).exempt) return [];
        const { company, cells } = this;
        const actual = measureActual(
          company,
          cells,
          kpi,
          sheet.subject,
          cycle.period,
          place.within,
        );
        return actual.status === "OK" ? [actual.value] : [];
      });
      this.actuals.set(key, actuals);
    }
    return actuals;
  }

  totalOf(department: string, cycle: CycleRow): Decimal | null {
    const total = this.sheetOf(department, cycle.id)?.sheet.result?.total;
    return total == null ? null : new Decimal(total);
  }

  scoreBefore(kpi: Kpi, subject: string, cycle: CycleRow): Decimal | null {
    const period = previousPeriod(cycle.period);
    for (const before of this.company.cycles.values()) {
      if (before.period !== period) continue;
      const sheets = this.sheetsOf(subject, before.id);
      if (sheets.length > 0) return this.lastScore(kpi, sheets, before);
    }
    return null;
  }

  /** After a transfer within a period, what was reached last. */
  private lastScore(kpi: Kpi, sheets: readonly string[], cycle: CycleRow): Decimal | null {
    const scores = [...sheets].sort().flatMap((id) => {
      const scored = this.load(id);
      const result = scored?.items.find((item) => item.kpi === kpi.id)?.result;
      if (!scored || result?.status !== "OK" || result.score === null) return [];
      const start = this.placeOf(scored.sheet, cycle)?.within?.start ?? "";
      return [{ start, score: new Decimal(result.score) }];
    });
    scores.sort((a, b) => (a.start < b.start ? 1 : a.start > b.start ? -1 : 0));
    return scores[0]?.score ?? null;
  }

  placeOf(sheet: SheetRecord, cycle: CycleRow): Place | null {
    if (sheet.kind === "department") return UNMOVED;
    const segments = segmentsOf(this.company, sheet.subject, cycle);
    const moves = this.company.assignments.has(sheet.subject);
    // Nobody else is asked about: most people stay where they are.
    const siblings = moves || sheet.segment.key !== "" ? this.siblings(sheet) : [];
    const segment = segmentOf(sheet, siblings, segments);
    if (!segment) return null;
    const { days, position, department } = segment;
    const within = segments.length === 1 ? null : { start: segment.start, end: segment.end };
    return { within, days, isLast: segment === segments.at(-1), position, department };
  }

  totalsBefore(sheet: SheetRecord, cycle: CycleRow): SegmentTotals["others"] {
    const segments = segmentsOf(this.company, sheet.subject, cycle);
    const siblings = this.siblings(sheet);
    return segments.slice(0, -1).map((segment) => {
      const own = siblings.find((one) => segmentOf(one, siblings, segments) === segment);
      const total = own && this.load(own.id)?.sheet.result?.total;
      const key = `${segment.start} – ${segment.end}`;
      return { key, days: segment.days, total: total == null ? null : new Decimal(total) };
    });
  }

  /** All sheets of a person in a cycle, this one included. */
  private siblings({ subject, cycle }: SheetRecord): readonly SheetRecord[] {
    return this.state
      .all<SheetColumns>(
        "SELECT * FROM sheets WHERE subject_id = ? AND cycle_id = ? AND subject_kind = 'individual' ORDER BY id",
        subject,
        cycle,
      )
      .map(toSheet);
  }

  private sheetOf(subject: string, cycle: string): ScoredSheet | null {
    const row = this.state.one<{ id: string }>(
      "SELECT id FROM sheets WHERE subject_id = ? AND cycle_id = ? ORDER BY id LIMIT 1",
      subject,
      cycle,
    );
    return row ? this.load(row.id) : null;
  }

  /** Sheets that read what changed from one result of a sheet to the next. */
  dependents(before: ScoredSheet, after: ScoredSheet): readonly string[] {
    const { sheet } = after;
    const sheets: string[] = [];
    if (sheet.kind === "department" && before.sheet.result?.total !== sheet.result?.total)
      for (const employee of this.company.members.get(sheet.subject) ?? [])
        sheets.push(...this.sheetsOf(employee, sheet.cycle));
    if (before.sheet.result?.total !== sheet.result?.total) sheets.push(...this.besides(sheet));
    if (this.movesNextPeriod(before, after)) sheets.push(...this.carriedOn(sheet));
    return sheets;
  }

  /** Sheets of the same person for other parts of the cycle. */
  besides(sheet: SheetRecord): readonly string[] {
    if (sheet.kind === "department") return [];
    return this.sheetsOf(sheet.subject, sheet.cycle).filter((id) => id !== sheet.id);
  }

  /** Sheets of the next period that may carry scores of this one over. */
  carriedOn(sheet: SheetRecord): readonly string[] {
    const period = this.company.cycles.get(sheet.cycle)?.period;
    return period === undefined
      ? []
      : this.cyclesAfter(period).flatMap(({ id }) => this.sheetsOf(sheet.subject, id));
  }

  /** Sheets that may carry scores of a period over, whoever they are about. */
  carriedFrom(period: Period): readonly string[] {
    return this.cyclesAfter(period).flatMap(({ id }) =>
      this.state
        .all<{ id: string }>("SELECT id FROM sheets WHERE cycle_id = ?", id)
        .map((row) => row.id),
    );
  }

  private cyclesAfter(period: Period): readonly CycleRow[] {
    if (!this.carries) return [];
    return [...this.company.cycles.values()].filter(
      (cycle) => previousPeriod(cycle.period) === period,
    );
  }

  private movesNextPeriod(before: ScoredSheet, after: ScoredSheet): boolean {
    if (!this.carries) return false;
    // The first of two sheets of a subject is asked, even if it says nothing about the KPI.
    if ((before.sheet.result === null) !== (after.sheet.result === null)) return true;
    return after.items.some((item, place) => {
      if (this.company.kpis.get(item.kpi)?.missing !== "CARRY") return false;
      const [was, is] = [before.items[place]?.result, item.result];
      return was?.score !== is?.score || was?.status !== is?.status;
    });
  }

  private sheetsOf(subject: string, cycle: string): string[] {
    return this.state
      .all<{ id: string }>(
        "SELECT id FROM sheets WHERE subject_id = ? AND cycle_id = ?",
        subject,
        cycle,
      )
      .map((row) => row.id);
  }

  /** Sheets with a KPI that ranks people, when one of them comes, goes or counts no more. */
  rankedWith(sheet: SheetRecord, kpis: readonly string[]): readonly string[] {
    return kpis.flatMap((id) =>
      this.company.kpis.get(id)?.method.code === "RANK"
        ? this.state
            .all<{ id: string }>(
              `SELECT s.id FROM sheets s WHERE s.cycle_id = ? AND s.subject_kind = ?
                 AND EXISTS (SELECT 1 FROM items i WHERE i.sheet_id = s.id AND i.kpi_id = ?)`,
              sheet.cycle,
              sheet.kind,
              id,
            )
            .map((row) => row.id)
        : [],
    );
  }

  /** An order in which whatever a sheet reads of others has been worked out before it. */
  inOrder(sheets: Iterable<string>): readonly string[] {
    return [...new Set(sheets)]
      .map((id) => {
        const sheet = this.load(id)?.sheet;
        const cycle = this.company.cycles.get(sheet?.cycle ?? "");
        const part = (sheet && cycle && this.placeOf(sheet, cycle)?.within?.start) ?? "";
        const kind = sheet?.kind === "department" ? 0 : 1;
        return { id, place: `${cycle?.start ?? ""} ${kind} ${part} ${id}` };
      })
      .sort((a, b) => (a.place < b.place ? -1 : 1))
      .map(({ id }) => id);
  }
}
