import { expect, it } from "vitest";
import { Decimal, decimalText } from "../../plugin/decimal.ts";
import { parseMethod } from "../../plugin/kpi/methods.ts";
import type { Direction, Measured, MethodCode, Status } from "../../plugin/kpi/model.ts";
import { needsTarget, scoreItem } from "../../plugin/kpi/score.ts";

interface Case {
  readonly code: MethodCode;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly direction?: Direction;
  readonly cap?: string | null;
  readonly floor?: string | null;
  readonly actual: string;
  readonly target?: string;
}

function methodOf({ code, parameters = {}, direction = "higher", cap = "120", floor = "0" }: Case) {
  const bounds = { cap: cap ?? "none", floor: floor ?? "none" };
  const parsed = parseMethod({ code, parameters: { ...parameters, ...bounds }, direction });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.method;
}

function score(one: Case) {
  return scoreItem({
    method: methodOf(one),
    direction: one.direction ?? "higher",
    actual: { status: "OK", value: new Decimal(one.actual), reasons: [] },
    target: one.target === undefined ? null : new Decimal(one.target),
  });
}

const shown = ({ score: result }: ReturnType<typeof score>) =>
  result.status === "OK"
    ? decimalText(result.value)
    : `${result.status} ${result.reasons.map(({ code }) => code).join()}`;

it.each<[string, Case, string]>([
  ["at the target", { code: "RATIO", actual: "7", target: "7" }, "100"],
  ["a third", { code: "RATIO", actual: "1", target: "3" }, "33.33333333333333333333"],
  ["two thirds", { code: "RATIO", actual: "2", target: "3" }, "66.66666666666666666667"],
  ["nothing done", { code: "RATIO", actual: "0", target: "3" }, "0"],
  ["a negative actual", { code: "RATIO", actual: "-3", target: "3" }, "0"],
  ["beyond the cap", { code: "RATIO", actual: "9", target: "3" }, "120"],
  ["no cap", { code: "RATIO", actual: "9", target: "3", cap: null }, "300"],
  ["no floor", { code: "RATIO", actual: "-3", target: "3", floor: null }, "-100"],
  ["no target", { code: "RATIO", actual: "3" }, "INVALID_TARGET target_missing"],
  ["target 0", { code: "RATIO", actual: "0", target: "0" }, "INVALID_TARGET target_zero"],
  [
    "target below 0",
    { code: "RATIO", actual: "3", target: "-2" },
    "INVALID_TARGET target_negative",
  ],
  [
    "at the threshold",
    { code: "RATIO", parameters: { threshold: "0.6" }, actual: "6", target: "10" },
    "60",
  ],
  [
    "under the threshold",
    { code: "RATIO", parameters: { threshold: "0.6" }, actual: "5.99", target: "10" },
    "0",
  ],
])("scores a ratio: %s", (_what, one, expected) => {
  expect(shown(score(one))).toBe(expected);
});

it.each<[string, Case, string]>([
  ["at the target", { code: "REDUCE", actual: "10", target: "10" }, "100"],
  ["twice the target", { code: "REDUCE", actual: "20", target: "10" }, "0"],
  ["a third over", { code: "REDUCE", actual: "4", target: "3" }, "66.66666666666666666667"],
  ["target 0", { code: "REDUCE", actual: "1", target: "0" }, "INVALID_TARGET target_zero"],
  ["no target", { code: "REDUCE", actual: "1" }, "INVALID_TARGET target_missing"],
])("scores a reduction: %s", (_what, one, expected) => {
  expect(shown(score({ ...one, direction: "lower" }))).toBe(expected);
});

it.each<[string, Case, string]>([
  [
    "from a loss to a profit",
    {
      code: "BASE",
      parameters: { base: "-5000000" },
      actual: "3000000",
      target: "-2000000",
      cap: null,
    },
    "266.66666666666666666667",
  ],
  ["half way", { code: "BASE", parameters: { base: "0" }, actual: "5", target: "10" }, "50"],
  [
    "half way down",
    { code: "BASE", parameters: { base: "60" }, direction: "lower", actual: "50", target: "40" },
    "50",
  ],
  [
    "at the base, downwards",
    { code: "BASE", parameters: { base: "60" }, direction: "lower", actual: "60", target: "40" },
    "0",
  ],
  [
    "base equal to target",
    { code: "BASE", parameters: { base: "10" }, actual: "5", target: "10" },
    "INVALID_BASELINE baseline_equals_target",
  ],
  [
    "base above the target of a higher-is-better KPI",
    { code: "BASE", parameters: { base: "20" }, actual: "25", target: "10" },
    "INVALID_BASELINE baseline_wrong_side",
  ],
  [
    "base below the target of a lower-is-better KPI",
    { code: "BASE", parameters: { base: "5" }, direction: "lower", actual: "5", target: "10" },
    "INVALID_BASELINE baseline_wrong_side",
  ],
  [
    "no target",
    { code: "BASE", parameters: { base: "0" }, actual: "5" },
    "INVALID_TARGET target_missing",
  ],
])("scores progress from a base: %s", (_what, one, expected) => {
  expect(shown(score(one))).toBe(expected);
});

it.each([
  ["34.99", "100"],
  ["35", "100"],
  ["35.0001", "80"],
  ["45", "80"],
  ["55", "60"],
  ["55.0001", "0"],
  ["-1", "100"],
])("puts %s into one step with upper bounds: %s", (actual, expected) => {
  const result = score({
    code: "STEP",
    parameters: { steps: "<=35:100, <=45:80, <=55:60, >55:0" },
    direction: "lower",
    actual,
  });

  expect(shown(result)).toBe(expected);
});

it.each([
  ["59.9999", "0"],
  ["60", "60"],
  ["89.9999", "60"],
  ["90", "100"],
  ["1000", "100"],
])("puts %s into one step with lower bounds: %s", (actual, expected) => {
  const result = score({ code: "STEP", parameters: { steps: ">=90:100, >=60:60, <60:0" }, actual });

  expect(shown(result)).toBe(expected);
});

it("says so when a table of steps has a hole", () => {
  const result = scoreItem({
    method: {
      code: "STEP",
      cap: null,
      floor: null,
      closed: "lower",
      outside: null,
      steps: [{ min: new Decimal(1), max: new Decimal(2), score: new Decimal(50) }],
    },
    direction: "higher",
    actual: { status: "OK", value: new Decimal(2), reasons: [] },
    target: null,
  });

  expect(shown(result)).toBe("OUT_OF_RANGE outside_steps");
});

it.each([
  ["15:60, 30:100, 40:120", "10", "60"],
  ["15:60, 30:100, 40:120", "15", "60"],
  ["15:60, 30:100, 40:120", "22.5", "80"],
  ["15:60, 30:100, 40:120", "30", "100"],
  ["15:60, 30:100, 40:120", "35", "110"],
  ["15:60, 30:100, 40:120", "50", "120"],
  ["15:60, 30:100; below 0", "14.9999", "0"],
  ["15:60, 30:100; below extrapolate", "7.5", "40"],
  ["15:60, 30:100; below extrapolate", "-15", "0"],
  ["15:60, 30:100; above extrapolate", "33", "108"],
  ["15:60, 30:100; above extrapolate", "99", "120"],
  ["15:60, 30:100; above 105", "31", "105"],
  ["0:0, 3:100", "1", "33.33333333333333333333"],
])("reads the curve %s at %s: %s", (curve, actual, expected) => {
  const [anchors, ...ends] = curve.split("; ");
  const parameters = Object.fromEntries([
    ["anchors", anchors],
    ...ends.map((end) => end.split(" ")),
  ]) as Readonly<Record<string, string>>; // pairs of texts

  expect(shown(score({ code: "PWL", parameters, actual }))).toBe(expected);
});

it.each([
  ["60", "60"],
  ["80", "80"],
  ["100", "100"],
  ["130", "120"],
  ["50", "60"],
])("reads a curve in multiples of the target 100 at %s: %s", (actual, expected) => {
  const parameters = { anchors: "0.6x:60, 1x:100, 1.2x:120" };

  expect(shown(score({ code: "PWL", parameters, actual, target: "100" }))).toBe(expected);
});

it.each([
  [undefined, "INVALID_TARGET target_missing"],
  ["0", "INVALID_TARGET target_zero"],
  ["-1", "INVALID_TARGET target_negative"],
])("does not read multiples of the target %s", (target, expected) => {
  const one: Case = { code: "PWL", parameters: { anchors: "0.6x:60, 1x:100" }, actual: "1" };

  expect(shown(score(target === undefined ? one : { ...one, target }))).toBe(expected);
});

it.each<[Case, string, boolean | null]>([
  [{ code: "BINARY", parameters: { operator: ">=", threshold: "95" }, actual: "95" }, "100", true],
  [{ code: "BINARY", parameters: { operator: ">", threshold: "95" }, actual: "95" }, "0", false],
  [{ code: "BINARY", parameters: { operator: ">" }, actual: "95", target: "95" }, "0", false],
  [{ code: "BINARY", parameters: { operator: ">=" }, actual: "95", target: "95" }, "100", true],
  [
    { code: "BINARY", parameters: { operator: ">=", threshold: "95" }, actual: "96", target: "98" },
    "100",
    false,
  ],
  [
    {
      code: "BINARY",
      parameters: { operator: "=", threshold: "0" },
      direction: "target",
      actual: "0",
    },
    "100",
    true,
  ],
  [
    { code: "BINARY", parameters: { operator: "<" }, direction: "lower", actual: "3" },
    "INVALID_TARGET target_missing",
    null,
  ],
  [
    {
      code: "BINARY",
      parameters: { operator: "<=", threshold: "3" },
      direction: "lower",
      actual: "4",
    },
    "0",
    false,
  ],
])("passes or fails %j: %s, reached %s", (one, expected, reached) => {
  const result = score(one);

  expect(shown(result)).toBe(expected);
  expect(result.reached).toBe(reached);
});

it.each<[Case, string | null, string | null]>([
  [{ code: "RATIO", actual: "13", target: "10" }, "130", "cap"],
  [{ code: "RATIO", actual: "12", target: "10" }, "120", null],
  [{ code: "RATIO", actual: "-1", target: "10" }, "-10", "floor"],
  [
    { code: "RATIO", parameters: { threshold: "0.6" }, actual: "5", target: "10" },
    "50",
    "threshold",
  ],
  [{ code: "PWL", parameters: { anchors: "15:60, 30:140" }, actual: "30" }, "140", "cap"],
  [{ code: "STEP", parameters: { steps: ">=1:100, <1:0" }, actual: "2", cap: "90" }, "100", "cap"],
  [{ code: "RATIO", actual: "1", target: "0" }, null, null],
])("keeps the raw score and what limited it: %j", (one, raw, limitedBy) => {
  const result = score(one);

  expect(result.raw?.toFixed() ?? null).toBe(raw);
  expect(result.limitedBy).toBe(limitedBy);
});

it.each<[Case, boolean | null]>([
  [{ code: "RATIO", actual: "10", target: "10" }, true],
  [{ code: "RATIO", actual: "9.99", target: "10" }, false],
  [{ code: "REDUCE", direction: "lower", actual: "10", target: "10" }, true],
  [{ code: "REDUCE", direction: "lower", actual: "10.01", target: "10" }, false],
  [{ code: "STEP", parameters: { steps: ">=1:100, <1:0" }, actual: "2" }, null],
  [{ code: "STEP", parameters: { steps: ">=1:100, <1:0" }, actual: "2", target: "3" }, false],
  [
    {
      code: "PWL",
      parameters: { anchors: "70:0,95:100,105:100,130:0" },
      direction: "target",
      actual: "97",
      target: "100",
    },
    true,
  ],
  [
    {
      code: "PWL",
      parameters: { anchors: "70:0,95:100,105:100,130:0" },
      direction: "target",
      actual: "90",
      target: "100",
    },
    false,
  ],
  [{ code: "RATIO", actual: "10", target: "0" }, null],
])("says whether the target was reached (S-045): %j %s", (one, expected) => {
  expect(score(one).reached).toBe(expected);
});

it.each<Exclude<Status, "OK">>([
  "NO_DATA",
  "NOT_APPLICABLE",
  "EXEMPT",
  "PENDING",
  "INVALID_UNIT",
  "ERROR",
])("passes %s on with its reasons, and never as 0", (status) => {
  const actual: Measured = { status, reasons: [{ code: "no_records", details: {} }] };
  const method = methodOf({ code: "RATIO", actual: "" });

  const result = scoreItem({ method, direction: "higher", actual, target: new Decimal(5) });

  expect(result).toEqual({ score: actual, raw: null, limitedBy: null, reached: null });
});

it.each(["NaN", "Infinity"])("answers an impossible actual (%s) with a status", (value) => {
  expect(shown(score({ code: "RATIO", actual: value, target: "5" }))).toBe("ERROR value_unusable");
});

it.each<[Case, boolean]>([
  [{ code: "RATIO", actual: "" }, true],
  [{ code: "REDUCE", direction: "lower", actual: "" }, true],
  [{ code: "BASE", parameters: { base: "0" }, actual: "" }, true],
  [{ code: "STEP", parameters: { steps: ">=1:100, <1:0" }, actual: "" }, false],
  [{ code: "PWL", parameters: { anchors: "1:0, 2:100" }, actual: "" }, false],
  [{ code: "PWL", parameters: { anchors: "0.5x:0, 1x:100" }, actual: "" }, true],
  [{ code: "BINARY", parameters: { operator: ">=", threshold: "3" }, actual: "" }, false],
  [{ code: "BINARY", parameters: { operator: ">=" }, actual: "" }, true],
])("knows whether %j needs a target: %s", (one, expected) => {
  expect(needsTarget(methodOf(one))).toBe(expected);
});
