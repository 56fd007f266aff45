import { Decimal, decimalText } from "../decimal.ts";
import { measureCell } from "../kpi/cell.ts";
import type { Grain, Measured, Period } from "../kpi/model.ts";
import { periodOf } from "../kpi/period.ts";
import type { Source } from "./company.ts";
import { isShared, sortableNumber, type Given } from "./contribute.ts";
import type { State } from "./state.ts";

/** Subject that stands for everybody: tells whether a source has any records in a period. */
export const ANYBODY = "*";

const ID_DIGITS = 24;

interface Cell {
  count: number;
  invalid: number;
  value: Decimal;
  denominator: Decimal;
}

/** A cell whose reading may be different now. */
export interface Touched {
  readonly source: string;
  readonly subject: string;
  readonly period: Period;
}

/**
 * The aggregates, kept exactly while contributions come and go (design: replace, then adjust by the
 * difference). Reads and writes go through a cache that `flush` empties into the database, so that a
 * burst touches each cell once on disk.
 */
export class Cells {
  private readonly state: State;
  private readonly grains: readonly Grain[];
  private readonly cache = new Map<string, Cell>();
  private readonly changed = new Set<string>();
  private readonly periods = new Map<string, readonly Period[]>();

  constructor(state: State, grains: readonly Grain[]) {
    this.state = state;
    this.grains = grains;
  }

  /** Days come again and again, and there are not many of them. */
  private periodsOf(date: string): readonly Period[] {
    let periods = this.periods.get(date);
    if (!periods) {
      periods = this.grains.map((grain) => periodOf(date, grain));
      this.periods.set(date, periods);
    }
    return periods;
  }

  /** A record of anybody appears in (`sign` 1) or leaves (-1) the source on a day. */
  appear(source: string, date: string, sign: 1 | -1, touched: (cell: Touched) => void): void {
    if (date === "") return;
    for (const period of this.periodsOf(date)) {
      const cell = this.load(source, ANYBODY, period);
      const before = cell.count > 0;
      cell.count += sign;
      this.changed.add(key(source, ANYBODY, period));
      if (before !== cell.count > 0) touched({ source, subject: ANYBODY, period });
    }
  }

  /** Add (`sign` 1) or take away (-1) what a record gives to one subject. */
  apply(
    source: Source,
    record: string,
    subject: string,
    given: Given,
    sign: 1 | -1,
    touched: (cell: Touched) => void,
  ): void {
    if (given.date === "") return;
    for (const period of this.periodsOf(given.date)) {
      this.adjust(source, record, given, sign, subject, period);
      touched({ source: source.id, subject, period });
    }
  }

  private adjust(
    source: Source,
    record: string,
    given: Given,
    sign: 1 | -1,
    subject: string,
    period: Period,
  ): void {
    const cell = this.load(source.id, subject, period);
    this.changed.add(key(source.id, subject, period));
    if (given.problem !== null) {
      cell.invalid += sign;
      return;
    }
    cell.count += sign;
    cell.value = sign === 1 ? cell.value.plus(given.value) : cell.value.minus(given.value);
    cell.denominator =
      sign === 1
        ? cell.denominator.plus(given.denominator)
        : cell.denominator.minus(given.denominator);
    if (source.aggregate === "distinct")
      this.countKey(source.id, subject, period, given.distinctKey, sign);
    if (source.aggregate === "min" || source.aggregate === "max")
      this.order(
        source.id,
        subject,
        period,
        sortableNumber(given.value),
        record,
        given.value,
        sign,
      );
    if (source.aggregate === "last")
      this.order(
        source.id,
        subject,
        period,
        // At one moment the record entered later is the last: ids are numbers of any length.
        `${given.moment} ${record.padStart(ID_DIGITS, "0")}`,
        record,
        given.value,
        sign,
      );
  }

  private countKey(
    source: string,
    subject: string,
    period: Period,
    distinct: string,
    sign: 1 | -1,
  ) {
    if (sign === 1)
      this.state.run(
        `INSERT INTO distinct_keys (source_id, subject, period, distinct_key, count) VALUES (?, ?, ?, ?, 1)
         ON CONFLICT DO UPDATE SET count = count + 1`,
        source,
        subject,
        period,
        distinct,
      );
    else {
      this.state.run(
        "UPDATE distinct_keys SET count = count - 1 WHERE source_id = ? AND subject = ? AND period = ? AND distinct_key = ?",
        source,
        subject,
        period,
        distinct,
      );
      this.state.run(
        "DELETE FROM distinct_keys WHERE source_id = ? AND subject = ? AND period = ? AND distinct_key = ? AND count <= 0",
        source,
        subject,
        period,
        distinct,
      );
    }
  }

  private order(
    source: string,
    subject: string,
    period: Period,
    sort: string,
    record: string,
    value: Decimal,
    sign: 1 | -1,
  ) {
    if (sign === 1)
      this.state.run(
        "INSERT OR REPLACE INTO ordered (source_id, subject, period, sort, record_id, value) VALUES (?, ?, ?, ?, ?, ?)",
        source,
        subject,
        period,
        sort,
        record,
        decimalText(value),
      );
    else
      this.state.run(
        "DELETE FROM ordered WHERE source_id = ? AND subject = ? AND period = ? AND sort = ? AND record_id = ?",
        source,
        subject,
        period,
        sort,
        record,
      );
  }

  /** The aggregate's value for one subject and period. */
  measure(source: Source, subject: string, period: Period, minSample: number | null): Measured {
    const cell = this.load(source.id, subject, period);
    const end = (direction: "ASC" | "DESC") => {
      const row = this.state.one<{ value: string }>(
        `SELECT value FROM ordered WHERE source_id = ? AND subject = ? AND period = ? ORDER BY sort ${direction}, record_id ${direction} LIMIT 1`,
        source.id,
        subject,
        period,
      );
      return row ? new Decimal(row.value) : null;
    };
    const { aggregate } = source;
    return measureCell({
      // A count is the sum of ones: so that a record shared by two people counts half for each.
      aggregate: isShared(aggregate) ? "sum" : aggregate,
      whenEmpty: source.whenEmpty,
      alive: this.load(source.id, ANYBODY, period).count > 0,
      count: cell.count,
      invalid: cell.invalid,
      sum: cell.value,
      denominator: cell.denominator,
      distinct: aggregate === "distinct" ? this.distinct(source.id, subject, period) : 0,
      min: aggregate === "min" ? end("ASC") : null,
      max: aggregate === "max" ? end("DESC") : null,
      last: aggregate === "last" ? end("DESC") : null,
      minSample,
    });
  }

  private distinct(source: string, subject: string, period: Period): number {
    return (
      this.state.one<{ n: number }>(
        "SELECT count(*) AS n FROM distinct_keys WHERE source_id = ? AND subject = ? AND period = ?",
        source,
        subject,
        period,
      )?.n ?? 0
    );
  }

  /** Usable and unusable records behind a cell. */
  counts(source: string, subject: string, period: Period): { count: number; invalid: number } {
    const { count, invalid } = this.load(source, subject, period);
    return { count, invalid };
  }

  private load(source: string, subject: string, period: Period): Cell {
    const cacheKey = key(source, subject, period);
    let cell = this.cache.get(cacheKey);
    if (!cell) {
      const row = this.state.one<{
        count: number;
        invalid: number;
        value: string;
        denominator: string;
      }>(
        "SELECT count, invalid, value, denominator FROM cells WHERE source_id = ? AND subject = ? AND period = ?",
        source,
        subject,
        period,
      );
      cell = {
        count: row?.count ?? 0,
        invalid: row?.invalid ?? 0,
        value: new Decimal(row?.value ?? 0),
        denominator: new Decimal(row?.denominator ?? 0),
      };
      this.cache.set(cacheKey, cell);
    }
    return cell;
  }

  /** Drop what is cached of a source whose rows were removed underneath. */
  forget(source: string): void {
    for (const cacheKey of [...this.cache.keys()])
      if (cacheKey.startsWith(`${source}\u0000`)) {
        this.cache.delete(cacheKey);
        this.changed.delete(cacheKey);
      }
  }

  /** Write what changed; cells nothing counts in any more disappear. */
  flush(): void {
    for (const cacheKey of this.changed) {
      const cell = this.cache.get(cacheKey);
      const [source = "", subject = "", period = ""] = cacheKey.split("\u0000");
      if (!cell) continue;
      if (cell.count === 0 && cell.invalid === 0)
        this.state.run(
          "DELETE FROM cells WHERE source_id = ? AND subject = ? AND period = ?",
          source,
          subject,
          period,
        );
      else
        this.state.run(
          "INSERT OR REPLACE INTO cells (source_id, subject, period, count, invalid, value, denominator) VALUES (?, ?, ?, ?, ?, ?, ?)",
          source,
          subject,
          period,
          cell.count,
          cell.invalid,
          decimalText(cell.value),
          decimalText(cell.denominator),
        );
    }
    this.changed.clear();
  }
}

function key(source: string, subject: string, period: Period): string {
  return `${source}\u0000${subject}\u0000${period}`;
}
