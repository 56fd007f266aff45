import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Decimal, decimalText } from "../../plugin/decimal.ts";
import { FIGURES, openVisits, RATER_GROUPS, type VisitCells, type Visits } from "./visits.ts";

/**
 * Every aggregate through the whole engine, against sums a schoolchild would do: read all visits
 * from the workspace, pick those of the person and the period, add up.
 */
let visits: Visits;
const records: string[] = [];

beforeAll(async () => {
  visits = await openVisits();
  const automation = visits.stage.automation();
  await automation.idle();
  await automation.openCycles();
  visits.stage.connect();
  await visits.stage.settle();
});
afterAll(() => visits.stage.close());

const CYCLES = {
  "2026-01": ["01"],
  "2026-02": ["02"],
  "2026-03": ["03"],
  "2026-Q1": ["01", "02", "03"],
};

interface Row {
  readonly id: string;
  readonly owners: readonly string[];
  readonly day: string;
  readonly at: string;
  readonly amount: Decimal | null;
  readonly base: Decimal | null;
  readonly client: string;
}

async function rows(): Promise<Row[]> {
  const all: Row[] = [];
  for await (const page of visits.stage.workspace.records.pages(visits.table))
    for (const { id, fields } of page) {
      const text = (key: Parameters<typeof visits.field>[0]) => {
        const value = fields[visits.field(key)];
        return typeof value === "string" ? value : "";
      };
      const number = (key: "amount" | "base") => (text(key) === "" ? null : new Decimal(text(key)));
      const owners = fields[visits.field("owners")];
      const instant = text("at") === "" ? null : new Date(text("at"));
      all.push({
        id,
        owners: Array.isArray(owners) ? owners.filter((one) => visits.members.includes(one)) : [],
        at: instant?.toISOString() ?? "",
        // Shanghai is eight hours ahead, all year.
        day: instant ? new Date(instant.getTime() + 8 * 3_600_000).toISOString().slice(0, 10) : "",
        amount: number("amount"),
        base: number("base"),
        client: text("client"),
      });
    }
  return all;
}

const byNumber = (a: string, b: string) => (BigInt(a) < BigInt(b) ? -1 : 1);
const ordered = (all: readonly Row[]) =>
  [...all].sort((a, b) => (a.at === b.at ? byNumber(a.id, b.id) : a.at < b.at ? -1 : 1));

/** Shares of an amount: cut at 12 decimals, the rest goes to the first in the order of their ids. */
function shareOf(value: Decimal, owners: number, place: number): Decimal {
  const share = value.div(owners).toDecimalPlaces(12, Decimal.ROUND_DOWN);
  const rest = value.minus(share.times(owners)).times("1e12");
  return place < rest.abs().toNumber()
    ? share.plus(new Decimal("1e-12").times(rest.isNegative() ? -1 : 1))
    : share;
}

/** The place (n − 1) · p between two neighbours of the sorted list, as Excel's PERCENTILE.INC. */
function percentileOf(values: readonly Decimal[], percent: string): Decimal {
  const sorted = [...values].sort((a, b) => a.comparedTo(b));
  const place = new Decimal(percent).div(100).times(sorted.length - 1);
  const low = sorted[place.floor().toNumber()] ?? new Decimal(NaN);
  const high = sorted[place.ceil().toNumber()] ?? new Decimal(NaN);
  return low.plus(high.minus(low).times(place.minus(place.floor())));
}

function naive(
  { aggregate, percentile, ...rule }: (typeof FIGURES)[number],
  all: readonly Row[],
  people: readonly string[],
  months: readonly string[],
): string {
  const inPeriod = (row: Row) => months.some((month) => row.day.startsWith(`2026-${month}`));
  const isFlow = ["sum", "count", "first_ever"].includes(aggregate);
  const split = rule.split ?? (isFlow ? "equal" : "full");
  const ownersOf = (row: Row) => (split === "first" ? row.owners.slice(0, 1) : row.owners);
  const alive = all.some((row) => inPeriod(row));
  const mine = all.filter(
    (row) =>
      inPeriod(row) &&
      // Who does not say a figure has not rated.
      (aggregate !== "raters" || row.amount !== null) &&
      ownersOf(row).some((owner) => people.includes(owner)),
  );
  const needsAmount = !["count", "distinct", "first_ever"].includes(aggregate);
  const unusable = (row: Row) =>
    (needsAmount && row.amount === null) ||
    (["ratio", "weighted_average"].includes(aggregate) && row.base === null) ||
    (aggregate === "weighted_average" && row.base?.isNegative()) ||
    (["distinct", "first_ever", "raters"].includes(aggregate) && row.client === "");
  if (mine.some(unusable)) return "ERROR";
  const firsts = () => {
    const usable = all.filter((row) => row.day !== "" && row.client !== "");
    const seen = new Set<string>();
    // One day is one day: what was first within it is what was entered first, whoever it belongs to.
    return [...usable]
      .sort((a, b) => (a.day === b.day ? byNumber(a.id, b.id) : a.day < b.day ? -1 : 1))
      .filter((row) => !seen.has(row.client) && seen.add(row.client));
  };
  const counted =
    aggregate === "first_ever"
      ? mine.filter((row) => firsts().some((one) => one.id === row.id))
      : mine;
  const zero = ["sum", "count", "distinct", "first_ever"].includes(aggregate) && alive;
  if (counted.length === 0) return zero ? "0" : "NO_DATA";
  const sum = (of: (row: Row) => Decimal) =>
    counted.reduce((total, row) => total.plus(of(row)), new Decimal(0));
  // Only employees share: in the order of their record ids.
  const parts = (row: Row, value: Decimal) => {
    if (split !== "equal") return value;
    const employees = row.owners
      .map((owner) => ({ owner, id: visits.employees[visits.members.indexOf(owner)] ?? "" }))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    return employees.reduce(
      (total, { owner }, place) =>
        people.includes(owner) ? total.plus(shareOf(value, employees.length, place)) : total,
      new Decimal(0),
    );
  };
  const amounts = counted.map((row) => row.amount ?? new Decimal(0));
  const text = (value: Decimal) => decimalText(value.toDecimalPlaces(12, Decimal.ROUND_HALF_UP));
  switch (aggregate) {
    case "sum":
      return text(sum((row) => parts(row, row.amount ?? new Decimal(0))));
    case "count":
    case "first_ever":
      return text(sum((row) => parts(row, new Decimal(1))));
    case "distinct":
      return String(new Set(counted.map((row) => row.client)).size);
    case "average":
      return text(sum((row) => row.amount ?? new Decimal(0)).div(counted.length));
    case "median":
      return text(percentileOf(amounts, "50"));
    case "percentile":
      return text(percentileOf(amounts, percentile ?? ""));
    case "min":
      return text(Decimal.min(...amounts));
    case "max":
      return text(Decimal.max(...amounts));
    case "last":
      return text(ordered(counted).at(-1)?.amount ?? new Decimal(0));
    case "raters": {
      const groups = RATER_GROUPS.map(({ code, weight, minimum }) => {
        const given = counted.filter((row) => row.client === code);
        const mean = Decimal.sum(0, ...given.map((row) => row.amount ?? 0)).div(given.length);
        return { mean, weight: given.length >= Number(minimum) ? Number(weight) : 0 };
      }).filter((group) => group.weight > 0);
      const weight = Decimal.sum(0, ...groups.map((group) => group.weight));
      if (weight.isZero()) return "NO_DATA";
      const sum = Decimal.sum(0, ...groups.map((group) => group.mean.times(group.weight)));
      return decimalText(sum.div(weight).toDecimalPlaces(10, Decimal.ROUND_HALF_UP));
    }
    case "ratio":
    case "weighted_average": {
      const part = (row: Row) => parts(row, row.base ?? new Decimal(0));
      const base = sum(part);
      if (base.isZero()) return "NO_DATA";
      if (base.isNegative()) return "ERROR";
      const amount = (row: Row) => row.amount ?? new Decimal(0);
      return aggregate === "ratio"
        ? text(sum((row) => parts(row, amount(row))).div(base))
        : text(sum((row) => amount(row).times(part(row))).div(base));
    }
  }
}

async function expectNaive(): Promise<void> {
  const all = await rows();
  const [ada = "", ben = "", cleo = ""] = visits.members;
  const subjects = { E1: [ada], E2: [ben], E3: [cleo], SALES: [ada, ben, cleo], NORTH: [cleo] };
  const [is, should]: Record<string, string>[] = [{}, {}];
  for (const [subject, people] of Object.entries(subjects))
    for (const [cycle, months] of Object.entries(CYCLES))
      for (const figure of FIGURES) {
        const name = `${subject}|${cycle}|${figure.key}`;
        const reading = visits.reading(subject, cycle, `V_${figure.key.toUpperCase()}`);
        if (is) is[name] = reading;
        if (should) should[name] = naive(figure, all, people, months);
      }
  expect(is).toEqual(should);
}

const index = fc.nat({ max: 1000 });
const minute = fc
  .record({
    month: fc.constantFrom("01", "02", "03", "04"),
    // The first and last hours of a month's edge days lie in different months in UTC and Shanghai.
    day: fc.constantFrom("01", "02", "15", "28"),
    hour: fc.constantFrom("00", "07", "08", "23"),
    minute: fc.constantFrom("00", "30", "59"),
  })
  .map(({ month, day, hour, minute }) => `2026-${month}-${day}T${hour}:${minute}:00+08:00`);
const values = fc.record(
  {
    owners: fc
      .uniqueArray(fc.constantFrom(0, 1, 2), { maxLength: 3 })
      .map((who) => who.map((place) => `member ${place}`)),
    at: fc.option(minute, { freq: 12 }),
    amount: fc.option(
      fc.constantFrom(
        "0",
        "1",
        "-3.5",
        "10",
        "10.01",
        "99999999.123456",
        "-0.000001",
        "7",
        "1000000",
      ),
      { freq: 12 },
    ),
    base: fc.option(fc.constantFrom("0", "1", "3", "-1", "0.5"), { freq: 12 }),
    client: fc.option(fc.constantFrom("甲", "乙", "丙"), { freq: 12 }),
  },
  { requiredKeys: [] },
);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("create"), at: index, values }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("change"), at: index, values }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("remove"), at: index, values }) },
);

function asMembers(given: { owners?: string[] } & Omit<VisitCells, "owners">): VisitCells {
  if (!given.owners) return given as VisitCells;
  const owners = given.owners.map((name) => visits.members[Number(name.slice(7))] ?? "");
  return { ...given, owners: owners.length > 0 ? owners : null };
}

it("every aggregate is what adding up the visits gives, for people, departments, months and quarters", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 16 }), async (steps) => {
      for (const one of steps) {
        const record = records[one.at % Math.max(1, records.length)];
        if (one.kind === "create")
          records.push(
            visits.visit({
              owners: [visits.members[one.at % 3] ?? ""],
              at: "2026-02-03T09:00:00+08:00",
              amount: "5",
              ...asMembers(one.values),
            }),
          );
        else if (record && one.kind === "change") visits.change(record, asMembers(one.values));
        else if (record && records.length > 3)
          visits.remove(records.splice(records.indexOf(record), 1)[0] ?? "");
      }
      await visits.stage.settle();

      await expectNaive();
      expect((await visits.stage.automation().recompute()).differences).toBe(0);
    }),
    { numRuns: Number(process.env["LAW_RUNS"] ?? 25), endOnFailure: false },
  );
}, 600_000);
