import { expect, it } from "vitest";
import scoreCases from "../fixtures/score-cases.json" with { type: "json" };
import sheetCases from "../fixtures/sheet-cases.json" with { type: "json" };
import { Decimal } from "../../plugin/decimal.ts";
import { scoreCase } from "../../plugin/kpi/cases.ts";
import { gradeOf } from "../../plugin/kpi/grade.ts";
import type { GradeScheme, WeighedItem } from "../../plugin/kpi/model.ts";
import { composeSheet } from "../../plugin/kpi/sheet.ts";

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

interface SheetCase {
  readonly id: string;
  readonly method: string;
  readonly input: {
    readonly items: readonly (readonly [number | null, number])[];
    readonly min_coverage?: number;
  };
  readonly expected: number | { score: number | null; coverage: number; status?: string };
}
interface GradeCase {
  readonly id: string;
  readonly method: string;
  readonly input: { readonly score: number; readonly cuts: string };
  readonly expected: { readonly raw: string; readonly rounded2: string };
}
// Two shapes in one file, told apart by their method.
const weighted = (sheetCases as unknown as readonly SheetCase[]).filter(({ method }) =>
  method.startsWith("weighted"),
);
const graded = (sheetCases as unknown as readonly GradeCase[]).filter(
  ({ method }) => method === "grade",
);

it("runs every worked case of weighing and grading", () => {
  expect(weighted.map(({ id }) => id)).toEqual(["W1", "W2", "W3", "W5", "W6"]);
  expect(graded.map(({ id }) => id)).toEqual(["G2", "G3", "G4", "G6", "G7"]);
  expect(weighted.length + graded.length).toBe(sheetCases.length);
});

it.each(weighted.map((one) => [one.id, one] as const))("weighs worked case %s", (_id, one) => {
  const { input, expected } = one;
  const items = input.items.map(([score, weight], index): WeighedItem => ({
    key: `k${index}`,
    weight: new Decimal(weight),
    missing: one.method === "weighted.na_as_zero" ? "ZERO" : "EXCLUDE",
    score:
      score === null
        ? { status: "NO_DATA", reasons: [] }
        : { status: "OK", value: new Decimal(score), reasons: [] },
  }));
  const wanted =
    typeof expected === "number" ? { score: expected, coverage: 1, status: undefined } : expected;

  const sheet = composeSheet(items, {
    grades: null,
    minCoverage: new Decimal(input.min_coverage ?? 0),
  });

  // The file gives totals to four decimals.
  expect(sheet.total?.toDecimalPlaces(4).toNumber() ?? null).toBe(wanted.score);
  expect(sheet.coverage.toNumber()).toBe(wanted.coverage);
  expect(sheet.state === "provisional").toBe(wanted.status === "INSUFFICIENT_DATA");
});

it.each(graded.map((one) => [one.id, one] as const))("grades worked case %s", (_id, one) => {
  const bands = one.input.cuts.split(",").map((cut) => {
    const [grade = "", lower = "0"] = cut.split(">=");
    return { grade, lower: new Decimal(lower) };
  });
  const scheme: Omit<GradeScheme, "gradeOn"> = { bands, boundary: "inclusive", decimals: 2 };
  const total = new Decimal(one.input.score);

  const exact = gradeOf(total, { ...scheme, gradeOn: "exact" });
  const displayed = gradeOf(total, { ...scheme, gradeOn: "displayed" });

  expect(exact.grade).toBe(one.expected.raw);
  expect(displayed.grade).toBe(one.expected.rounded2);
});
