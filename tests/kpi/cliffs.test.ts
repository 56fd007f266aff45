import { describe, expect, it } from "vitest";
import { Decimal } from "../../plugin/decimal.ts";
import { findCliffs } from "../../plugin/kpi/cliffs.ts";

const d = (one: number | string) => new Decimal(one);
const range = { low: d(0), high: d(100) };

function cliffs(
  score: (actual: Decimal) => Decimal | null,
  options: Parameters<typeof findCliffs>[2] = {},
) {
  const found = findCliffs(score, range, options);
  if (!found.ok) throw new Error(JSON.stringify(found.problems));
  return found.value.map(({ from, to, jump }) => {
    expect(to.minus(from).lessThan("1e-15")).toBe(true);
    return `${from.toDecimalPlaces(6).toFixed()}: ${jump.toDecimalPlaces(6).toFixed()}`;
  });
}

describe("cliffs", () => {
  it("are jumps above 10 points, wherever they are", () => {
    const steps = (actual: Decimal) =>
      actual.lessThan("45.3") ? d(80) : actual.lessThan(60) ? d(60) : d(50);

    expect(cliffs(steps)).toEqual(["45.3: 20"]);
    expect(cliffs(steps, { most: d(5) })).toEqual(["45.3: 20", "60: 10"]);
  });

  it("are not steep slopes", () => {
    // 0 below 50, 100 from 50.5 on, a line between them.
    const line = (actual: Decimal) => Decimal.max(0, Decimal.min(100, actual.minus(50).times(200)));

    expect(cliffs(line)).toEqual([]);
  });

  it("are found beside a single figure when it is named", () => {
    const only = (actual: Decimal) => d(actual.equals("33.3") ? 100 : 0);

    expect(cliffs(only)).toEqual([]);
    expect(cliffs(only, { places: [d("33.3")] })).toEqual(["33.3: 100", "33.3: 100"]);
  });

  it("are not made up where there is no score", () => {
    expect(cliffs((actual) => (actual.lessThan(50) ? null : d(100)))).toEqual([]);
  });

  it("need a range", () => {
    const flat = () => d(1);

    expect(findCliffs(flat, { low: d(1), high: d(1) })).toMatchObject({
      ok: false,
      problems: [{ code: "cliffs_range" }],
    });
    expect(findCliffs(flat, { low: d(Number.NaN), high: d(1) }).ok).toBe(false);
  });
});
