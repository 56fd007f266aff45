import { Decimal } from "../../decimal.ts";
import type { Aggregate } from "../../kpi/cell.ts";
import type { Period } from "../../kpi/model.ts";
import { rangeOf } from "../../kpi/period.ts";
import type { Kpi, Source } from "../company.ts";
import type { SheetRecord } from "../results.ts";
import type { Reading } from "./reading.ts";

/** Aggregates whose figure only grows by what each day adds. */
const ADDING: ReadonlySet<Aggregate> = new Set(["sum", "count", "distinct", "first_ever"]);

/** An actual as it stood at the end of each day on which a record counted, in order. */
export type Course = readonly { readonly date: string; readonly value: Decimal }[];

/**
 * How an actual came together over a period, day by day, from the days of its records.
 *
 * @returns `null` where days do not add up to it: a formula that reads another period or an average
 */
export function courseOf(
  reading: Reading,
  kpi: Kpi,
  { kind, subject }: Pick<SheetRecord, "kind" | "subject">,
  period: Period,
): Course | null {
  const { company } = reading;
  const owners =
    kind === "individual"
      ? [subject]
      : [...company.employees.keys()].filter((id) =>
          company.people.subjectsOf(id).includes(subject),
        );
  const days = new Map<string, Map<string, Decimal>>();
  for (const name of kpi.formula.names) {
    const reference = kpi.references.get(name);
    const source = company.sources.get(reference?.source ?? "");
    if (!source?.compiled || reference?.of !== "own" || !ADDING.has(source.aggregate)) return null;
    for (const { date, value } of amountsOf(reading, source, owners, period)) {
      const day = days.get(date) ?? new Map<string, Decimal>();
      days.set(date, day.set(name, (day.get(name) ?? new Decimal(0)).plus(value)));
    }
  }
  const sums = new Map<string, Decimal>();
  return [...days]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([date, day]) => {
      for (const [name, value] of day)
        sums.set(name, (sums.get(name) ?? new Decimal(0)).plus(value));
      const result = kpi.formula.evaluate(
        (name) => ({ kind: "number", value: sums.get(name) ?? new Decimal(0) }),
        { today: date },
      );
      return result.kind === "number" ? [{ date, value: result.value }] : [];
    });
}

/** What each record adds on its day. */
function amountsOf(
  { state }: Reading,
  source: Source,
  owners: readonly string[],
  period: Period,
): { readonly date: string; readonly value: Decimal }[] {
  if (owners.length === 0) return [];
  const { start, end } = rangeOf(period);
  const first =
    source.aggregate === "first_ever"
      ? "JOIN firsts f ON f.source_id = c.source_id AND f.distinct_key = c.distinct_key AND f.record_id = c.record_id"
      : "";
  const rows = state.all<{ date: string; value: string; distinct_key: string }>(
    `SELECT c.date, c.value, c.distinct_key FROM contributions c ${first} WHERE c.source_id = ? AND c.problem IS NULL AND c.date BETWEEN ? AND ? AND c.owner IN (${owners.map(() => "?").join(", ")}) ORDER BY c.date`,
    source.id,
    start,
    end,
    ...owners,
  );
  if (source.aggregate !== "distinct")
    return rows.map(({ date, value }) => ({ date, value: new Decimal(value) }));
  // A value counts on the day it was seen first.
  const seen = new Set<string>();
  return rows.flatMap(({ date, distinct_key: key }) => {
    if (seen.has(key)) return [];
    seen.add(key);
    return [{ date, value: new Decimal(1) }];
  });
}
