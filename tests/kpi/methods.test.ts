import { expect, it } from "vitest";
import { Decimal } from "../../plugin/decimal.ts";
import { methodText, parseMethod } from "../../plugin/kpi/methods.ts";
import type { Direction, MethodCode } from "../../plugin/kpi/model.ts";
import { METHOD_CODES, PARAMETERS } from "../../plugin/kpi/parameters.ts";
import { hasWords } from "../../plugin/words/words.ts";

type Written = Readonly<Record<string, unknown>>;

const parse = (code: MethodCode, parameters: Written, direction: Direction | null = null) =>
  parseMethod({ code, parameters, direction });
const d = (text: string) => new Decimal(text);

/** What was read, in the canonical form without cap and floor, or the problems. */
function read(code: MethodCode, parameters: Written, direction: Direction | null = null) {
  const parsed = parse(code, parameters, direction);
  if (!parsed.ok) return parsed.problems;
  const written = Object.entries(methodText(parsed.method));
  return Object.fromEntries(written.filter(([key]) => key !== "cap" && key !== "floor"));
}

const CLAMPED = { below: "clamp", above: "clamp" };

it.each<[MethodCode, Written, Direction, object]>([
  ["RATIO", {}, "higher", {}],
  ["RATIO", { threshold: "60%" }, "higher", { threshold: "0.6" }],
  ["RATIO", { threshold: "６０％" }, "higher", { threshold: "0.6" }],
  ["RATIO", { threshold: 0.6 }, "higher", { threshold: "0.6" }],
  ["RATIO", { threshold: "  " }, "higher", {}],
  ["RATIO", { anchors: "what stands in other fields is not looked at" }, "higher", {}],
  ["RATIO_INV", {}, "lower", {}],
  ["REDUCE", {}, "lower", {}],
  ["BASE", { base: "0" }, "higher", { base: "0" }],
  ["BASE", { base: "-5000000" }, "higher", { base: "-5000000" }],
  ["BASE", { base: " 12.5% " }, "lower", { base: "0.125" }],
  [
    "PWL",
    { anchors: "15：60，30：100，40：120" },
    "higher",
    { anchors: "15:60, 30:100, 40:120", ...CLAMPED },
  ],
  [
    "PWL",
    {
      anchors: [
        ["15", "60"],
        [30, 100],
      ],
      below: 0,
    },
    "higher",
    { anchors: "15:60, 30:100", below: "0", above: "clamp" },
  ],
  [
    "PWL",
    { anchors: "15:60、30:100", below: "持平", above: "延伸" },
    "higher",
    { anchors: "15:60, 30:100", below: "clamp", above: "extrapolate" },
  ],
  [
    "PWL",
    { anchors: "60%倍:60, 1倍:100, 1.2 ×:120" },
    "higher",
    { anchors: "0.6x:60, 1x:100, 1.2x:120", ...CLAMPED },
  ],
  [
    "PWL",
    {
      anchors: [
        ["0.6x", "60"],
        ["1x", "100"],
      ],
    },
    "higher",
    { anchors: "0.6x:60, 1x:100", ...CLAMPED },
  ],
  ["PWL", { anchors: "-10:0, 0:60," }, "higher", { anchors: "-10:0, 0:60", ...CLAMPED }],
  [
    "PWL",
    { anchors: "70:0, 100:100, 130:0" },
    "target",
    { anchors: "70:0, 100:100, 130:0", ...CLAMPED },
  ],
  ["PWL3", { base: "80", stretch: "120" }, "higher", { base: "80", stretch: "120" }],
  ["PWL4", { levels: "70、80、90、100" }, "higher", { levels: "70, 80, 90, 100" }],
  ["PWL4", { levels: ["40", 30, "20", "10"] }, "lower", { levels: "40, 30, 20, 10" }],
  [
    "EFF",
    { unallowed: "70", satisfactory: "95" },
    "higher",
    { unallowed: "70", satisfactory: "95" },
  ],
  [
    "STEP",
    { steps: "≤35：100、≤45：80、＞45：0" },
    "lower",
    { steps: "<=35:100, <=45:80, >45:0", closed: "upper" },
  ],
  [
    "STEP",
    { steps: ">=90:100, >=60:60, <60:0" },
    "higher",
    { steps: "<60:0, <90:60, >=90:100", closed: "lower" },
  ],
  [
    "STEP",
    { steps: "≥90%：100；＜90%：0" },
    "higher",
    { steps: "<0.9:0, >=0.9:100", closed: "lower" },
  ],
  [
    "STEP",
    { steps: ">=90:100, >=60:60", outside: "0" },
    "higher",
    { steps: ">=60 <90:60, >=90:100", closed: "lower", outside: "0" },
  ],
  [
    "STEP",
    { steps: "<0:5, >=0 <10:50, >=10:100" },
    "higher",
    { steps: "<0:5, <10:50, >=10:100", closed: "lower" },
  ],
  [
    "STEP",
    {
      steps: [
        { min: null, max: "35", score: "100" },
        { min: 35, max: null, score: 0 },
      ],
    },
    "lower",
    { steps: "<=35:100, >35:0", closed: "upper" },
  ],
  [
    "STEP",
    {
      steps: [
        { min: "35", score: "100" },
        { max: "35", score: "0" },
      ],
      closed: ["lower"],
    },
    "higher",
    { steps: "<35:0, >=35:100", closed: "lower" },
  ],
  [
    "ADDSUB",
    { base: "25", plus: "1", minus: "2" },
    "higher",
    { base: "25", unit: "1", plus: "1", minus: "2", units: "exact" },
  ],
  [
    "ADDSUB",
    { base: 25, unit: "5", plus: 1, minus: 2, min: "0", max: "30", units: ["whole"] },
    "lower",
    { base: "25", unit: "5", plus: "1", minus: "2", min: "0", max: "30", units: "whole" },
  ],
  ["DEDUCT", {}, "lower", { full: "100", perPoint: "1", points: "1", units: "exact" }],
  [
    "BINARY",
    { operator: "≥", threshold: "95%" },
    "higher",
    { operator: "atLeast", threshold: "0.95" },
  ],
  ["BINARY", { operator: ["below"] }, "lower", { operator: "below" }],
  ["BINARY", { operator: "=" }, "target", { operator: "equals" }],
  ["BAND", {}, "target", { form: "relative" }],
  [
    "BAND",
    { limit: "15" },
    "target",
    { form: "tolerance", tolerance: "0", limit: "15", toleranceBelow: "0", limitBelow: "15" },
  ],
  [
    "BAND",
    { form: "tolerance", tolerance: "5", limit: "15", limitBelow: "5" },
    "target",
    { form: "tolerance", tolerance: "5", limit: "15", toleranceBelow: "5", limitBelow: "5" },
  ],
  ["BAND", { form: "relative", limit: "-3" }, "target", { form: "relative" }],
  ["ZERO", { worst: "4" }, "lower", { worst: "4" }],
  ["MILE", { perDay: "2" }, "lower", { perDay: "2", bonusPerDay: "0" }],
  ["RANK", {}, "higher", { minimum: "5" }],
  ["MANUAL", {}, "higher", { scale: "1:20, 2:40, 3:60, 4:80, 5:100" }],
  [
    "EXPR",
    { expression: "MIN(120, 实际/target*100)" },
    "higher",
    { expression: "MIN(120, 实际/target*100)" },
  ],
  ["VETO", {}, "lower", { threshold: "1", mode: "CAP_GRADE", grade: "C" }],
  [
    "VETO",
    { mode: "MULTIPLY", factor: "50%" },
    "lower",
    { threshold: "1", mode: "MULTIPLY", factor: "0.5" },
  ],
  ["VETO", { mode: "ZERO_TOTAL", threshold: "3" }, "lower", { threshold: "3", mode: "ZERO_TOTAL" }],
])("reads %s %j for %s as %j", (code, parameters, direction, expected) => {
  expect(read(code, parameters, direction)).toEqual(expected);
});

it.each<[MethodCode, Written, string | null, string | null]>([
  ["RATIO", {}, "120", "0"],
  ["RATIO", { cap: null, floor: "" }, "120", "0"],
  ["RATIO", { cap: "none", floor: "无" }, null, null],
  ["RATIO", { cap: 150, floor: "10" }, "150", "10"],
  ["RATIO_INV", {}, "120", "0"],
  ["REDUCE", {}, "120", "0"],
  ["BASE", { base: "0" }, "120", "0"],
  ["BAND", {}, null, "0"],
  ["ZERO", { worst: "4" }, "100", "0"],
  ["DEDUCT", {}, null, "0"],
  ["MILE", { perDay: "1" }, null, "0"],
  ["EFF", { unallowed: "70", satisfactory: "95" }, null, null],
  ["PWL", { anchors: "1:2, 3:4" }, null, null],
])("bounds %s %j by %s and %s", (code, parameters, cap, floor) => {
  const parsed = parse(code, parameters);

  expect(parsed).toMatchObject({
    ok: true,
    method: { cap: cap === null ? null : d(cap), floor: floor === null ? null : d(floor) },
  });
});

it("describes every parameter in both languages, once per method", () => {
  for (const code of METHOD_CODES) {
    const keys = PARAMETERS[code].map(({ key }) => key);

    expect(new Set(keys).size).toBe(keys.length);
    expect(
      PARAMETERS[code]
        .flatMap(({ label, about }) => [label, about])
        .filter((key) => !hasWords(key)),
    ).toEqual([]);
    expect(hasWords(`method.${code}`)).toBe(true);
  }
});
