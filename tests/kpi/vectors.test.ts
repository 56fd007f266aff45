import { expect, it } from "vitest";
import scoreCases from "../fixtures/score-cases.json" with { type: "json" };
import sheetCases from "../fixtures/sheet-cases.json" with { type: "json" };
import { Decimal } from "../../plugin/decimal.ts";
import { gradeOf } from "../../plugin/kpi/grade.ts";
import type { Direction, GradeScheme, Method, WeighedItem } from "../../plugin/kpi/model.ts";
import { scoreItem } from "../../plugin/kpi/score.ts";
import { composeSheet } from "../../plugin/kpi/sheet.ts";

/** Methods of the specification's worked cases that the engine knows; the rest is not built yet. */
const KNOWN: Readonly<Record<string, number>> = { RATIO: 4, REDUCE: 6, BASE: 4, STEP: 9, PWL: 13 };
const NOT_YET = ["RATIO_INV", "BAND", "ADDSUB", "DEDUCT", "EFF", "ZERO"];

interface ScoreCase {
  readonly id: string;
  readonly method: string;
  readonly actual: string | null;
  readonly target: string | null;
  readonly params: {
    readonly cap?: string;
    readonly floor?: string;
    readonly base?: string;
    readonly steps?: readonly { min: string | null; max: string | null; score: string }[];
    readonly closed?: string;
    readonly anchors?: readonly (readonly string[])[];
    readonly below?: string;
    readonly above?: string;
  };
  readonly expected: { readonly status: string; readonly value?: string };
}
// The literal types of the file are far too narrow: it is data, read by the shape above.
const CASES = scoreCases as unknown as readonly ScoreCase[];
const decimal = (text: string | null | undefined) => (text == null ? null : new Decimal(text));

function methodOf({ method, params }: ScoreCase): Method {
  const bounds = { cap: decimal(params.cap), floor: decimal(params.floor) };
  const outside = (text: string | undefined) =>
    text === "clamp" || text === "extrapolate" ? text : new Decimal(text ?? 0);
  switch (method) {
    case "RATIO":
      return { code: method, ...bounds, threshold: null };
    case "REDUCE":
      return { code: method, ...bounds };
    case "BASE":
      return { code: method, ...bounds, base: new Decimal(params.base ?? 0) };
    case "STEP":
      return {
        code: method,
        ...bounds,
        closed: params.closed === "upper" ? "upper" : "lower",
        steps: (params.steps ?? []).map(({ min, max, score }) => ({
          min: decimal(min),
          max: decimal(max),
          score: new Decimal(score),
        })),
      };
    case "PWL":
      return {
        code: method,
        ...bounds,
        anchors: (params.anchors ?? []).map(([x = "", y = ""]) => ({
          x: new Decimal(x),
          y: new Decimal(y),
        })),
        below: outside(params.below),
        above: outside(params.above),
        relative: false,
      };
    default:
      throw new Error(`No method ${method}`);
  }
}

function directionOf({ method, params, target }: ScoreCase): Direction {
  if (method === "REDUCE") return "lower";
  if (method === "BASE" && Number(target) < Number(params.base)) return "lower";
  return "higher";
}

const inScope = CASES.filter(({ method }) => method in KNOWN);

it("runs every worked case of the methods that exist, and knows the others by name", () => {
  const counts = Object.fromEntries(
    Object.keys(KNOWN).map((code) => [code, CASES.filter((one) => one.method === code).length]),
  );
  const others = new Set(CASES.map(({ method }) => method).filter((code) => !(code in KNOWN)));

  expect(counts).toEqual(KNOWN);
  expect(inScope).toHaveLength(36);
  expect([...others].sort()).toEqual([...NOT_YET].sort());
});

it.each(inScope.map((one) => [one.id, one] as const))("scores worked case %s", (_id, one) => {
  const value = decimal(one.actual);

  const { score } = scoreItem({
    method: methodOf(one),
    direction: directionOf(one),
    actual:
      value === null
        ? { status: "NO_DATA", reasons: [{ code: "no_records", details: {} }] }
        : { status: "OK", value, reasons: [] },
    target: decimal(one.target),
  });

  expect(score.status).toBe(one.expected.status);
  expect(score.status === "OK" ? score.value : null).toEqual(decimal(one.expected.value));
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
