import { Decimal, decimalText } from "../decimal.ts";
import { between, measureCell, percentilePlace } from "../kpi/cell.ts";
import type { Grain, Measured, Period } from "../kpi/model.ts";
import type { ComposedRating } from "../kpi/raters.ts";
import { periodOf } from "../kpi/period.ts";
import type { Source } from "./company.ts";
import { ratedCell, ratingSort } from "./raters.ts";
import { sortableNumber, type Given } from "./contribute.ts";
import type { State } from "./state.ts";

/** Subject that stands for everybody: tells whether a source has any records in a period. */
export const ANYBODY = "*";

const ID_DIGITS = 24;

interface Cell {
  count: number;
  invalid: number;
  value: Decimal;
  denominator: Decimal;
  /** Different keys. */
  different: number;
  /** Where the order was read last. */
  finger: Finger | null;
}

/**
 * A place in the order of a cell's values, and how many of them lie below it. The next reading starts
 * from here, so that it costs what has changed since and not what there is.
 */
interface Finger {
  readonly sort: string;
  readonly record: string;
  below: number;
}

interface CellRow {
  readonly count: number;
  readonly invalid: number;
  readonly value: string;
  readonly denominator: string;
  readonly different: number;
  readonly finger_sort: string;
  readonly finger_record: string;
  readonly finger_below: number;
}

interface OrderedRow {
  readonly sort: string;
  readonly record_id: string;
  readonly value: string;
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
  readonly state: State;
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
    const { aggregate } = source;
    const value =
      aggregate === "weighted_average" ? given.value.times(given.denominator) : given.value;
    cell.count += sign;
    cell.value = sign === 1 ? cell.value.plus(value) : cell.value.minus(value);
    cell.denominator =
      sign === 1
        ? cell.denominator.plus(given.denominator)
        : cell.denominator.minus(given.denominator);
    if (aggregate === "distinct")
      cell.different += this.countKey(source.id, subject, period, given.distinctKey, sign);
    const sort = sortOf(source, record, given);
    if (sort === null) return;
    const { finger } = cell;
    if (finger && (sort < finger.sort || (sort === finger.sort && record < finger.record)))
      finger.below += sign;
    this.order(source.id, subject, period, sort, record, given.value, sign);
  }

  private countKey(
    source: string,
    subject: string,
    period: Period,
    distinct: string,
    sign: 1 | -1,
  ): -1 | 0 | 1 {
    const where = "source_id = ? AND subject = ? AND period = ? AND distinct_key = ?";
    const place = [source, subject, period, distinct];
    const known = this.state.run(
      `UPDATE distinct_keys SET count = count + (${sign}) WHERE ${where}`,
      ...place,
    );
    if (sign === 1) {
      if (known > 0) return 0;
      this.state.run(
        "INSERT INTO distinct_keys (source_id, subject, period, distinct_key, count) VALUES (?, ?, ?, ?, 1)",
        ...place,
      );
      return 1;
    }
    const gone = this.state.run(
      `DELETE FROM distinct_keys WHERE ${where} AND count <= 0`,
      ...place,
    );
    return gone > 0 ? -1 : 0;
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

  /** The aggregate's value for one subject and period, in the base unit of the source's. */
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
    const measured = measureCell({
      // A count is the sum of ones: so that a record shared by two people counts half for each.
      aggregate: aggregate === "count" ? "sum" : aggregate,
      whenEmpty: source.whenEmpty,
      alive: this.load(source.id, ANYBODY, period).count > 0,
      count: cell.count,
      invalid: cell.invalid,
      sum: cell.value,
      denominator: cell.denominator,
      distinct: cell.different,
      min: aggregate === "min" ? end("ASC") : null,
      max: aggregate === "max" ? end("DESC") : null,
      last: aggregate === "last" ? end("DESC") : null,
      quantile:
        aggregate === "median" || aggregate === "percentile"
          ? this.quantile(source, subject, period, cell)
          : null,
      rating: aggregate === "raters" ? this.rated(source, subject, period).score : null,
      minSample,
    });
    // Records keep the unit they are written in: one multiplication at the end rounds nothing twice.
    if (measured.status !== "OK" || source.unit === null) return measured;
    return { ...measured, value: measured.value.times(source.unit.factor) };
  }

  /** How ratings of a `raters` source went together. */
  rated(source: Source, subject: string, period: Period): ComposedRating {
    return ratedCell(this.state, source, subject, period);
  }

  private quantile(source: Source, subject: string, period: Period, cell: Cell): Decimal | null {
    if (cell.count === 0) return null;
    const { index, fraction } = percentilePlace(cell.count, source.percentile);
    const { finger } = cell;
    const columns = "sort, record_id, value";
    const where = "source_id = ? AND subject = ? AND period = ?";
    const place = [source.id, subject, period];
    const away = finger ? index - finger.below : 0;
    const found =
      finger && away < 0
        ? this.state.all<OrderedRow>(
            `SELECT ${columns} FROM ordered WHERE ${where} AND (sort, record_id) < (?, ?) ORDER BY sort DESC, record_id DESC LIMIT 1 OFFSET ?`,
            ...place,
            finger.sort,
            finger.record,
            -away - 1,
          )
        : this.state.all<OrderedRow>(
            `SELECT ${columns} FROM ordered WHERE ${where} AND (sort, record_id) >= (?, ?) ORDER BY sort, record_id LIMIT 1 OFFSET ?`,
            ...place,
            finger?.sort ?? "",
            finger?.record ?? "",
            finger ? away : index,
          );
    const [lower] = found;
    if (!lower) return null;
    cell.finger = { sort: lower.sort, record: lower.record_id, below: index };
    this.changed.add(key(source.id, subject, period));
    const value = new Decimal(lower.value);
    if (fraction.isZero()) return value;
    const upper = this.state.one<OrderedRow>(
      `SELECT ${columns} FROM ordered WHERE ${where} AND (sort, record_id) > (?, ?) ORDER BY sort, record_id LIMIT 1`,
      ...place,
      lower.sort,
      lower.record_id,
    );
    return upper ? between(value, new Decimal(upper.value), fraction) : null;
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
      const row = this.state.one<CellRow>(
        "SELECT * FROM cells WHERE source_id = ? AND subject = ? AND period = ?",
        source,
        subject,
        period,
      );
      cell = {
        count: row?.count ?? 0,
        invalid: row?.invalid ?? 0,
        value: new Decimal(row?.value ?? 0),
        denominator: new Decimal(row?.denominator ?? 0),
        different: row?.different ?? 0,
        finger:
          row && row.finger_record !== ""
            ? { sort: row.finger_sort, record: row.finger_record, below: row.finger_below }
            : null,
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
          "INSERT OR REPLACE INTO cells (source_id, subject, period, count, invalid, value, denominator, different, finger_sort, finger_record, finger_below) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
          source,
          subject,
          period,
          cell.count,
          cell.invalid,
          decimalText(cell.value),
          decimalText(cell.denominator),
          cell.different,
          cell.finger?.sort ?? "",
          cell.finger?.record ?? "",
          cell.finger?.below ?? 0,
        );
    }
    this.changed.clear();
  }
}

/** Where a record stands in the order that its aggregate needs; null when it needs none. */
export function sortOf(source: Source, record: string, given: Given): string | null {
  switch (source.aggregate) {
    case "min":
    case "max":
    case "median":
    case "percentile":
      return sortableNumber(given.value);
    case "last":
      // At one moment the record entered later is the last: ids are numbers of any length.
      return `${given.moment} ${record.padStart(ID_DIGITS, "0")}`;
    case "raters":
      return ratingSort(sortableNumber(given.value), given.distinctKey);
    case "sum":
    case "count":
    case "distinct":
    case "average":
    case "weighted_average":
    case "ratio":
    case "first_ever":
      return null;
  }
}

function key(source: string, subject: string, period: Period): string {
  return `${source}\u0000${subject}\u0000${period}`;
}
