import { expect, it } from "vitest";
import vectors from "../fixtures/kpi-test-vectors.json" with { type: "json" };
import { Decimal } from "../../plugin/decimal.ts";
import { GROUP_ROWS } from "./specification-groups.ts";
import { SHEET_ROWS } from "./specification-sheets.ts";

/**
 * The specification's worked cases beside the scoring methods: read from its own file, nothing is
 * retyped.
 */

const ROWS = { ...SHEET_ROWS, ...GROUP_ROWS };

/** Decimals to which numbers are compared; more where the file gives more. */
const DECIMALS = 4;

/** An answer as the file would write it: every number to the decimals of the one expected. */
function written(actual: unknown, expected: unknown): unknown {
  if (typeof actual === "number" || actual instanceof Decimal) {
    if (typeof expected !== "number") return Number(actual);
    const places = Math.max(DECIMALS, new Decimal(expected).decimalPlaces());
    return new Decimal(actual).toDecimalPlaces(places).toNumber();
  }
  if (Array.isArray(actual)) {
    return actual.map((one, place) =>
      written(one, Array.isArray(expected) ? expected[place] : null),
    );
  }
  if (typeof actual !== "object" || actual === null) return actual;
  return Object.fromEntries(
    Object.entries(actual).map(([key, value]) => [
      key,
      written(value, new Map(Object.entries(expected ?? {})).get(key)),
    ]),
  );
}

it("has a row for every method of the file, and no row without a case", () => {
  const methods = [...new Set(vectors.map(({ method }) => method))].sort();

  expect(Object.keys(ROWS).sort()).toEqual(methods);
  expect(new Set(vectors.map(({ id }) => id)).size).toBe(vectors.length);
});

it.each(vectors.map((one) => [one.id, one.method, one] as const))(
  "%s: %s gives what the specification expects",
  (_id, method, { input, expected }) => {
    const answer = ROWS[method];
    if (answer === undefined) throw new Error(`No row for ${method}`);

    expect(written(answer(input), expected)).toEqual(expected);
  },
);
