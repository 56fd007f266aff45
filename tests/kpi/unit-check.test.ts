import { expect, it } from "vitest";
import { Decimal } from "../../plugin/decimal.ts";
import { percentDoubt } from "../../plugin/kpi/unit-check.ts";

const code = (
  form: "fraction" | "points",
  actual: string,
  target: string,
  certain: boolean,
): string | undefined =>
  percentDoubt({ form, certain, actual: new Decimal(actual), target: new Decimal(target) })?.code;

it.each<["fraction" | "points", string, string, boolean, string | undefined]>([
  // U1: the target is written in points, the KPI in fractions.
  ["fraction", "0.85", "85", true, "unit_ambiguous"],
  ["fraction", "0.85", "85", false, "unit_ambiguous"],
  ["fraction", "1.5", "1.51", true, "unit_ambiguous"],
  ["fraction", "0", "85", true, "unit_ambiguous"],
  ["fraction", "-0.1", "5", true, "unit_ambiguous"],
  ["fraction", "0.85", "0.9", false, undefined],
  ["fraction", "1.5", "1.5", true, undefined],
  ["fraction", "2.5", "2", false, undefined],
  // The records are in points: only doubtful while nobody has said what they hold.
  ["fraction", "85", "0.85", false, "unit_ambiguous_actual"],
  ["fraction", "3.2", "0.15", true, undefined],
  ["fraction", "85", "0", false, undefined],
  ["points", "0.85", "85", false, "unit_ambiguous_points"],
  ["points", "0.85", "85", true, undefined],
  ["points", "0", "4", false, undefined],
  ["points", "85", "0.85", false, undefined],
  ["points", "85", "90", false, undefined],
])("as %s, %s against %s (unit known: %s) gives %s", (form, actual, target, certain, expected) => {
  expect(code(form, actual, target, certain)).toBe(expected);
});

it("tells both readings and what to write instead", () => {
  const [actual, target] = [new Decimal("0.85"), new Decimal("85")];

  expect(percentDoubt({ form: "fraction", certain: true, actual, target })?.details).toEqual({
    actual: "0.85",
    target: "85",
    actualTimes100: "85",
    targetTimes100: "8500",
    targetOver100: "0.85",
  });
});
