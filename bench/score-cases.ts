import { Decimal } from "../plugin/decimal.ts";
import { parseMethod, type WrittenMethod } from "../plugin/kpi/methods.ts";
import type { Direction, MethodCode, SheetRules, WeighedItem } from "../plugin/kpi/model.ts";
import type { Judgement } from "../plugin/kpi/score.ts";

/** How the benchmarks write each method, and what it is asked to score. */
interface ScoreCase {
  readonly direction: Direction;
  readonly parameters: WrittenMethod["parameters"];
  readonly target: string | null;
  /** Actuals lie evenly between these, with two decimals. */
  readonly actuals: readonly [from: number, to: number];
}

export const SCORE_CASES: Readonly<Record<MethodCode, ScoreCase>> = {
  RATIO: {
    direction: "higher",
    parameters: { threshold: "0.6" },
    target: "997",
    actuals: [400, 1500],
  },
  RATIO_INV: { direction: "lower", parameters: {}, target: "10", actuals: [5, 30] },
  REDUCE: { direction: "lower", parameters: {}, target: "9.7", actuals: [5, 30] },
  BASE: { direction: "higher", parameters: { base: "-5" }, target: "-2", actuals: [-7, 3] },
  STEP: {
    direction: "lower",
    parameters: { steps: "<=35:100, <=45:80, <=55:60, >55:0" },
    target: null,
    actuals: [20, 70],
  },
  PWL: {
    direction: "higher",
    parameters: { anchors: "4.0:60, 4.6:100, 4.9:120" },
    target: null,
    actuals: [3.8, 5],
  },
  PWL3: {
    direction: "higher",
    parameters: { base: "70", stretch: "130" },
    target: "99",
    actuals: [60, 140],
  },
  PWL4: {
    direction: "higher",
    parameters: { levels: "70, 80, 90, 99" },
    target: null,
    actuals: [60, 110],
  },
  EFF: {
    direction: "higher",
    parameters: { unallowed: "60", satisfactory: "90" },
    target: null,
    actuals: [50, 100],
  },
  ADDSUB: {
    direction: "lower",
    parameters: { base: "100", unit: "0.3", plus: "2", minus: "3", min: "0", max: "120" },
    target: "5",
    actuals: [3, 9],
  },
  DEDUCT: {
    direction: "lower",
    parameters: { points: "20", perPoint: "3" },
    target: null,
    actuals: [0, 12],
  },
  BINARY: {
    direction: "higher",
    parameters: { operator: ">=" },
    target: "50",
    actuals: [20, 80],
  },
  BAND: {
    direction: "target",
    parameters: { tolerance: "2", limit: "9" },
    target: "50",
    actuals: [40, 60],
  },
  ZERO: { direction: "lower", parameters: { worst: "7" }, target: null, actuals: [0, 9] },
  MILE: {
    direction: "lower",
    parameters: { perDay: "5", bonusPerDay: "2" },
    target: null,
    actuals: [-5, 10],
  },
  RANK: { direction: "higher", parameters: {}, target: null, actuals: [20, 80] },
  MANUAL: { direction: "higher", parameters: {}, target: null, actuals: [1, 5] },
  EXPR: {
    direction: "higher",
    parameters: { expression: "IF(actual/target>=1.2,120,ROUND(actual/target*100,1))" },
    target: "997",
    actuals: [400, 1500],
  },
  VETO: { direction: "lower", parameters: {}, target: null, actuals: [0, 3] },
};

/** One method's judgements; every one scores. RANK compares each actual with all others. */
export function judgements(code: MethodCode, count: number): readonly Judgement[] {
  const { direction, parameters, target, actuals } = SCORE_CASES[code];
  const parsed = parseMethod({ code, direction, parameters });
  if (!parsed.ok) throw new Error(`${code}: ${JSON.stringify(parsed.problems)}`);
  const [from, to] = actuals;
  const values = Array.from(
    { length: count },
    (_unused, n) => new Decimal((from + ((to - from) * n) / count).toFixed(2)),
  );
  return values.map((value) => ({
    method: parsed.method,
    direction,
    actual: { status: "OK", value, reasons: [] },
    target: target === null ? null : new Decimal(target),
    ...(code === "RANK" ? { peers: values } : {}),
  }));
}

const WEIGHTS = [25, 20, 15, 15, 15, 10];
const BANDS = { S: 95, A: 90, B: 80, C: 60, D: 0 };
const NONE = { cap: null, floor: null };

/** Six items as most sheets have them: scores with and without an end, one of them without data. */
export function sheetItems(row: number): readonly WeighedItem[] {
  return WEIGHTS.map((weight, place) => ({
    key: `item ${place}`,
    weight: new Decimal(weight),
    missing: "EXCLUDE",
    score:
      row % 10 === place
        ? { status: "NO_DATA", reasons: [] }
        : {
            status: "OK",
            reasons: [],
            value: new Decimal(600 + ((row * 7 + place * 31) % 600)).div(place % 2 === 0 ? 10 : 7),
          },
  }));
}

/** A sheet of one kind: what it is composed by, and what its items have besides. */
export interface SheetCase {
  readonly name: string;
  readonly rules: SheetRules;
  readonly items: (row: number) => readonly WeighedItem[];
}

const flat: SheetRules = {
  grades: {
    bands: Object.entries(BANDS).map(([grade, lower]) => ({ grade, lower: new Decimal(lower) })),
    boundary: "inclusive",
    decimals: 2,
    gradeOn: "displayed",
  },
  minCoverage: new Decimal("0.6"),
};

export const SHEET_CASES: readonly SheetCase[] = [
  { name: "flat, 6 items", rules: flat, items: sheetItems },
  {
    name: "two sections with weights and a cap",
    rules: {
      ...flat,
      sections: new Map([
        ["results", { ...NONE, weight: new Decimal(70), cap: new Decimal(110) }],
        ["conduct", { ...NONE, weight: new Decimal(30) }],
      ]),
    },
    items: (row) =>
      sheetItems(row).map((item, place) => ({
        ...item,
        section: place < 4 ? "results" : "conduct",
      })),
  },
  {
    name: "with plus/minus item, key KPI, totals above, veto",
    rules: {
      ...flat,
      extra: { cap: new Decimal(5), floor: new Decimal(-5) },
      total: { cap: new Decimal(110), floor: null },
      keyGrade: "B",
      composite: {
        mode: "additive",
        weights: {
          company: new Decimal(10),
          department: new Decimal(20),
          individual: new Decimal(70),
        },
        company: new Decimal(92),
        department: new Decimal("87.5"),
      },
    },
    items: (row) => [
      ...sheetItems(row).map((item, place) => ({
        ...item,
        ...(place === 0 ? { keyLine: new Decimal(70) } : {}),
        ...(place === 5 ? { veto: { mode: "MULTIPLY", factor: new Decimal("0.9") } as const } : {}),
      })),
      {
        key: "extra",
        weight: new Decimal(0),
        role: "extra",
        missing: "EXCLUDE",
        score: { status: "OK", value: new Decimal((row % 13) - 6), reasons: [] },
      },
    ],
  },
];
