import { expect, it } from "vitest";
import { parseMethod } from "../../plugin/kpi/methods.ts";
import type { Direction, MethodCode } from "../../plugin/kpi/model.ts";
import { hasWords, LOCALES, say } from "../../plugin/words/words.ts";

type Written = Readonly<Record<string, unknown>>;

const parse = (code: MethodCode, parameters: Written, direction: Direction | null = null) =>
  parseMethod({ code, parameters, direction });

const STEPS = (...bounds: readonly (readonly [string | null, string | null, string])[]) => ({
  steps: bounds.map(([min, max, score]) => ({ min, max, score })),
});

it.each<[MethodCode, Written, Direction | null, string, string]>([
  ["RATIO", {}, "lower", "direction", "method_direction"],
  ["RATIO", {}, "target", "direction", "method_direction"],
  ["RATIO", { threshold: "high" }, "higher", "threshold", "method_number_unreadable"],
  ["RATIO", { threshold: "60" }, "higher", "threshold", "method_range_share"],
  ["RATIO", { threshold: "0.6", floor: "60" }, "higher", "threshold", "method_threshold_floor"],
  ["RATIO", { cap: "50", floor: "60" }, "higher", "cap", "method_bounds"],
  ["RATIO", { cap: true }, "higher", "cap", "method_number_unreadable"],
  ["RATIO", { cap: {} }, "higher", "cap", "method_number_unreadable"],
  ["RATIO_INV", {}, "higher", "direction", "method_direction"],
  ["REDUCE", {}, "higher", "direction", "method_direction"],
  ["REDUCE", { floor: "-1,0" }, "lower", "floor", "method_number_unreadable"],
  ["BASE", {}, "higher", "base", "method_required"],
  ["BASE", { base: "ten" }, "higher", "base", "method_number_unreadable"],
  ["BASE", { base: "0" }, "target", "direction", "method_direction"],
  ["PWL", {}, "higher", "anchors", "method_required"],
  ["PWL", { anchors: [] }, "higher", "anchors", "method_required"],
  ["PWL", { anchors: "30:100" }, "higher", "anchors", "method_anchors_too_few"],
  ["PWL", { anchors: "15-60, 30:100" }, "higher", "anchors", "method_anchor_unreadable"],
  ["PWL", { anchors: "15:60%, 30:100" }, "higher", "anchors", "method_anchor_unreadable"],
  ["PWL", { anchors: "15:60:70, 30:100" }, "higher", "anchors", "method_anchor_unreadable"],
  ["PWL", { anchors: [["15", "60"], ["30"]] }, "higher", "anchors", "method_anchor_unreadable"],
  ["PWL", { anchors: "15:60, , 30:100" }, "higher", "anchors", "method_anchor_unreadable"],
  ["PWL", { anchors: "0.6x:60, 30:100" }, "higher", "anchors", "method_anchors_mixed"],
  ["PWL", { anchors: "-1x:60, 1x:100" }, "higher", "anchors", "method_anchor_negative"],
  ["PWL", { anchors: "30:100, 15:60" }, null, "anchors", "method_anchors_order"],
  ["PWL", { anchors: "15:60, 15:100" }, null, "anchors", "method_anchors_same"],
  ["PWL", { anchors: "15:60, 30:50" }, "higher", "anchors", "method_falls_higher"],
  ["PWL", { anchors: "15:60, 30:100" }, "lower", "anchors", "method_falls_lower"],
  ["PWL", { anchors: "15:60, 30:100", below: "70" }, "higher", "below", "method_falls_higher"],
  ["PWL", { anchors: "15:100, 30:60", above: "70" }, "lower", "above", "method_falls_lower"],
  ["PWL", { anchors: "15:60, 30:100", below: "stay" }, "higher", "below", "method_edge_unreadable"],
  ["PWL", { anchors: "15:60, 30:100", above: "0%" }, "higher", "above", "method_edge_unreadable"],
  ["PWL3", { base: "80" }, "higher", "stretch", "method_required"],
  ["PWL3", { base: "80", stretch: "80" }, null, "stretch", "method_stretch_same"],
  ["PWL3", { base: "80", stretch: "70" }, "higher", "stretch", "method_stretch_higher"],
  ["PWL3", { base: "70", stretch: "80" }, "lower", "stretch", "method_stretch_lower"],
  ["PWL4", { levels: "70, 80, 90" }, "higher", "levels", "method_levels_unreadable"],
  ["PWL4", { levels: "70, 80, x, 100" }, "higher", "levels", "method_levels_unreadable"],
  ["PWL4", { levels: "70, 80, 80, 100" }, null, "levels", "method_levels_order"],
  ["PWL4", { levels: "100, 90, 80, 70" }, "higher", "levels", "method_levels_higher"],
  ["PWL4", { levels: "70, 80, 90, 100" }, "lower", "levels", "method_levels_lower"],
  ["EFF", { unallowed: "70" }, "higher", "satisfactory", "method_required"],
  [
    "EFF",
    { unallowed: "70", satisfactory: "70" },
    null,
    "satisfactory",
    "method_satisfactory_same",
  ],
  [
    "EFF",
    { unallowed: "95", satisfactory: "70" },
    "higher",
    "satisfactory",
    "method_satisfactory_higher",
  ],
  [
    "EFF",
    { unallowed: "70", satisfactory: "95" },
    "lower",
    "satisfactory",
    "method_satisfactory_lower",
  ],
  ["STEP", {}, "higher", "steps", "method_steps_empty"],
  ["STEP", { steps: "35:100" }, "higher", "steps", "method_step_unreadable"],
  ["STEP", { steps: "=35:100, >35:0" }, "higher", "steps", "method_step_unreadable"],
  ["STEP", { steps: ">=3 >=5:100, <3:0" }, "higher", "steps", "method_step_unreadable"],
  ["STEP", STEPS([null, null, "1"]), "higher", "steps", "method_step_unreadable"],
  ["STEP", STEPS([null, "x", "1"]), "higher", "steps", "method_step_unreadable"],
  ["STEP", { steps: "<=35:100, <=45:80" }, "lower", "steps", "method_steps_open_above"],
  ["STEP", { steps: ">=90:100, >=60:60" }, "higher", "steps", "method_steps_open_below"],
  ["STEP", { steps: ">=90:100, >=60:60, <=60:0" }, "higher", "steps", "method_steps_mixed"],
  ["STEP", { steps: ">=90:100, >=60:60, <50:0" }, "higher", "steps", "method_steps_gap"],
  ["STEP", { steps: ">=90:100, >=60:60, <70:0" }, "higher", "steps", "method_steps_overlap"],
  ["STEP", { steps: "<=35:100, <=35:80, >35:0" }, "lower", "steps", "method_steps_same"],
  ["STEP", { steps: "<=45:80, <=35:100, >45:0" }, "lower", "steps", "method_steps_order"],
  ["STEP", { steps: "<=35:80, <=45:100, >45:0" }, "lower", "steps", "method_falls_lower"],
  ["STEP", { steps: ">=90:60, >=60:100, <60:0" }, "higher", "steps", "method_falls_higher"],
  [
    "STEP",
    STEPS([null, "1", "0"], ["1", "3", "5"], ["2", null, "9"]),
    null,
    "steps",
    "method_steps_overlap",
  ],
  ["STEP", STEPS([null, "1", "0"], ["2", null, "9"]), null, "steps", "method_steps_gap"],
  [
    "STEP",
    STEPS([null, "1", "0"], ["3", null, "9"], ["1", "3", "5"]),
    null,
    "steps",
    "method_steps_order",
  ],
  ["STEP", STEPS([null, "1", "0"], ["2", "1", "9"]), null, "steps", "method_step_void"],
  ["STEP", { steps: "<=35:100, >35:0", closed: "lower" }, null, "closed", "method_steps_closed"],
  ["STEP", { steps: "<=35:100, >35:0", closed: "middle" }, null, "closed", "method_choice_unknown"],
  ["STEP", { steps: "<=35:100, >35:0", outside: "?" }, null, "outside", "method_number_unreadable"],
  ["ADDSUB", { base: "25", plus: "1" }, "higher", "minus", "method_required"],
  ["ADDSUB", { base: "25", plus: "-1", minus: "1" }, "higher", "plus", "method_range_unsigned"],
  [
    "ADDSUB",
    { base: "25", plus: "1", minus: "1", unit: "0" },
    "higher",
    "unit",
    "method_range_positive",
  ],
  [
    "ADDSUB",
    { base: "25", plus: "1", minus: "1", min: "30", max: "0" },
    "higher",
    "min",
    "method_min_max",
  ],
  [
    "ADDSUB",
    { base: "25", plus: "1", minus: "1", units: "half" },
    "higher",
    "units",
    "method_choice_unknown",
  ],
  ["ADDSUB", { base: "25", plus: "1", minus: "1" }, "target", "direction", "method_direction"],
  [
    "ADDSUB",
    { base: "25", plus: "1", minus: "1", min: "50", cap: "40" },
    "higher",
    "cap",
    "method_bounds",
  ],
  ["DEDUCT", { perPoint: "0" }, "lower", "perPoint", "method_range_positive"],
  ["DEDUCT", { points: "-1" }, "lower", "points", "method_range_positive"],
  ["DEDUCT", {}, "higher", "direction", "method_direction"],
  ["BINARY", {}, "higher", "operator", "method_required"],
  ["BINARY", { operator: "!=" }, "higher", "operator", "method_choice_unknown"],
  [
    "BINARY",
    { operator: ">=", threshold: "high" },
    "higher",
    "threshold",
    "method_number_unreadable",
  ],
  ["BINARY", { operator: "<=" }, "higher", "operator", "method_operator_higher"],
  ["BINARY", { operator: ">" }, "lower", "operator", "method_operator_lower"],
  ["BAND", {}, "higher", "direction", "method_direction"],
  ["BAND", { form: "round" }, "target", "form", "method_choice_unknown"],
  ["BAND", { form: "tolerance" }, "target", "limit", "method_required"],
  ["BAND", { limit: "-1" }, "target", "limit", "method_range_unsigned"],
  ["BAND", { tolerance: "5", limit: "3" }, "target", "limit", "method_limit"],
  ["BAND", { tolerance: "5", limit: "9", limitBelow: "3" }, "target", "limitBelow", "method_limit"],
  ["ZERO", {}, "lower", "worst", "method_required"],
  ["ZERO", { worst: "0" }, "lower", "worst", "method_range_positive"],
  ["MILE", {}, "lower", "perDay", "method_required"],
  ["MILE", { perDay: "-1" }, "lower", "perDay", "method_range_unsigned"],
  ["RANK", { minimum: "1" }, "higher", "minimum", "method_range_count"],
  ["RANK", { minimum: "2.5" }, "higher", "minimum", "method_range_count"],
  ["RANK", {}, "target", "direction", "method_direction"],
  ["MANUAL", { scale: "1:20" }, "higher", "scale", "method_anchors_too_few"],
  ["MANUAL", { scale: "1:20, 2:10" }, "higher", "scale", "method_falls_higher"],
  ["MANUAL", { scale: "1x:20, 2x:40" }, "higher", "scale", "method_anchor_unreadable"],
  ["EXPR", {}, "higher", "expression", "method_required"],
  ["EXPR", { expression: 7 }, "higher", "expression", "method_text_unreadable"],
  ["EXPR", { expression: "actual+" }, "higher", "expression", "formula.unfinished"],
  ["EXPR", { expression: "IF(TODAY()>0,1,2)" }, "higher", "expression", "method_expression_today"],
  ["VETO", {}, "higher", "direction", "method_direction"],
  ["VETO", { threshold: "0" }, "lower", "threshold", "method_range_positive"],
  ["VETO", { mode: "SHOUT" }, "lower", "mode", "method_choice_unknown"],
  ["VETO", { grade: 3 }, "lower", "grade", "method_text_unreadable"],
  ["VETO", { mode: "MULTIPLY" }, "lower", "factor", "method_required"],
  ["VETO", { mode: "MULTIPLY", factor: "2" }, "lower", "factor", "method_range_share"],
])(
  "refuses %s %j for %s: %s %s, in words of both languages",
  (code, written, direction, field, problem) => {
    const parsed = parse(code, written, direction);
    const problems = parsed.ok ? [] : parsed.problems;

    expect(problems.map((one) => [one.field, one.code])).toEqual([[field, problem]]);
    const [found] = problems;
    const key = hasWords(problem) ? problem : `reason.${problem}`;
    for (const locale of LOCALES) {
      // A detail without a value would stand there in braces.
      expect(say(locale, key, found?.details)).not.toMatch(/\{\w/);
    }
  },
);

it("names everything that is wrong at once, each by its field", () => {
  const parsed = parse("PWL", {
    anchors: "15:60, oops, 30:100, x:1",
    below: "sideways",
    cap: "much",
  });

  expect(parsed.ok ? [] : parsed.problems).toEqual([
    { field: "cap", code: "method_number_unreadable", details: { value: "much" } },
    { field: "anchors", code: "method_anchor_unreadable", details: { part: "oops" } },
    { field: "anchors", code: "method_anchor_unreadable", details: { part: "x:1" } },
    { field: "below", code: "method_edge_unreadable", details: { value: "sideways" } },
  ]);
});

it("says where a scoring formula is wrong, and which name was meant", () => {
  const parsed = parseMethod({
    code: "EXPR",
    parameters: { expression: "actual / REVENEU * 100" },
    direction: "higher",
    names: ["REVENUE"],
  });

  expect(parsed).toMatchObject({
    ok: false,
    problems: [
      {
        field: "expression",
        code: "formula.unknown_name_similar",
        details: { name: "REVENEU", suggestion: "REVENUE", position: "10" },
      },
    ],
  });
});
