import { expect, it } from "vitest";
import scoreCases from "../fixtures/score-cases.json" with { type: "json" };
import { scoreCase } from "../../plugin/kpi/cases.ts";

interface ScoreCase {
  readonly id: string;
  readonly expected: { readonly status: string; readonly value?: string };
}
// The literal types of the file are far too narrow: it is data, and what is scored reads it itself.
const CASES = scoreCases as unknown as readonly ScoreCase[];

it("has every worked case of the specification", () => {
  expect(CASES).toHaveLength(70);
});

it.each(CASES.map((one) => [one.id, one] as const))("scores worked case %s", (id, one) => {
  const { expected } = one;

  const scored = scoreCase(one, 0);

  expect(scored.id).toBe(id);
  expect(scored.status).toBe(expected.status);
  // The file gives scores to four decimals.
  expect(scored.value?.toDecimalPlaces(4).toNumber()).toBe(
    expected.value === undefined ? undefined : Number(expected.value),
  );
});
