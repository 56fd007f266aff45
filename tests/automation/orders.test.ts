import fc from "fast-check";
import { expect, it } from "vitest";
import { Cells } from "../../plugin/automation/cells.ts";
import type { Source } from "../../plugin/automation/company.ts";
import type { Given } from "../../plugin/automation/contribute.ts";
import { State } from "../../plugin/automation/state.ts";
import { openDatabase } from "../../plugin/database.ts";
import { Decimal, decimalText } from "../../plugin/decimal.ts";

/** Order statistics over one cell while its records come, change and go: read from where we were. */
const PERIOD = "2026-01";

function source(percentile: string): Source {
  return {
    id: "1",
    key: "WAIT",
    name: "Wait",
    aggregate: "percentile",
    percentile: new Decimal(percentile),
    split: "full",
    whenEmpty: "no_data",
    unit: null,
    raters: [],
    rule: { filter: "", value: "", denominator: "" },
    compiled: null,
  };
}

function given(value: string): Given {
  return {
    owner: "7",
    person: "7",
    date: "2026-01-05",
    moment: "2026-01-05",
    value: new Decimal(value),
    denominator: new Decimal(0),
    distinctKey: "",
    problem: null,
  };
}

function open() {
  const db = openDatabase(":memory:");
  const state = new State(db);
  return { db, state, cells: () => new Cells(state, ["month"]) };
}

function expected(values: readonly string[], percentile: string): string {
  const sorted = values.map((one) => new Decimal(one)).sort((a, b) => a.comparedTo(b));
  if (sorted.length === 0) return "NO_DATA";
  const place = new Decimal(percentile).div(100).times(sorted.length - 1);
  const low = sorted[place.floor().toNumber()] ?? new Decimal(NaN);
  const high = sorted[place.ceil().toNumber()] ?? new Decimal(NaN);
  return decimalText(low.plus(high.minus(low).times(place.minus(place.floor()))));
}

const value = fc.constantFrom("-12.5", "-0.000000000001", "0", "0.1", "3", "3", "10", "999999999");
const step = fc.record({
  record: fc.integer({ min: 1, max: 12 }),
  value: fc.option(value),
  read: fc.boolean(),
  /** A batch ends here: what is cached is written and forgotten. */
  flush: fc.boolean(),
});

it("a percentile is that of the sorted list, whatever came and went between two readings", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("0", "12.5", "50", "90", "100"),
      fc.array(step, { maxLength: 40 }),
      (percentile, steps) => {
        const { db, cells: fresh } = open();
        const wait = source(percentile);
        const held = new Map<number, string>();
        let cells = fresh();
        const read = () => {
          const measured = cells.measure(wait, "7", PERIOD, null);
          return measured.status === "OK" ? decimalText(measured.value) : measured.status;
        };
        for (const one of steps) {
          const id = String(one.record);
          const known = held.get(one.record);
          if (known !== undefined) cells.apply(wait, id, "7", given(known), -1, () => undefined);
          held.delete(one.record);
          if (one.value !== null) {
            cells.apply(wait, id, "7", given(one.value), 1, () => undefined);
            held.set(one.record, one.value);
          }
          if (one.read) expect(read()).toBe(expected([...held.values()], percentile));
          if (one.flush) {
            cells.flush();
            cells = fresh();
          }
        }
        expect(read()).toBe(expected([...held.values()], percentile));
        db.close();
      },
    ),
    { numRuns: Number(process.env["LAW_RUNS"] ?? 100) },
  );
});

it("reads the middle of many records without going through them", () => {
  const { db, state, cells: fresh } = open();
  const wait = source("50");
  const cells = fresh();
  const count = 20_001;
  state.db.transaction(() => {
    for (let record = 0; record < count; record += 1)
      cells.apply(
        wait,
        String(record),
        "7",
        given(String((record * 7919) % count)),
        1,
        () => undefined,
      );
    cells.measure(wait, "7", PERIOD, null);
    cells.flush();
  })();

  const next = fresh();
  next.apply(wait, "x", "7", given("-1"), 1, () => undefined);
  const measured = next.measure(wait, "7", PERIOD, null);

  expect(measured.status === "OK" && decimalText(measured.value)).toBe("9999.5");
  // From where it was read last: one step.
  next.flush();
  const finger = state.one<{ finger_below: number }>(
    "SELECT finger_below FROM cells WHERE subject = '7'",
  );
  expect(finger?.finger_below).toBe(10_000);
  db.close();
});
