import { expect, it } from "vitest";
import { Decimal } from "../../plugin/decimal.ts";
import { methodText, parseMethod } from "../../plugin/kpi/methods.ts";
import type { Direction, MethodCode } from "../../plugin/kpi/model.ts";
import { LOCALES } from "../../plugin/words/words.ts";

function parse(
  code: MethodCode,
  parameters: string,
  direction: Direction = "higher",
  bounds: { cap?: string; floor?: string } = {},
) {
  const { cap, floor } = bounds;
  return parseMethod({
    code,
    parameters,
    direction,
    cap: cap === undefined ? null : new Decimal(cap),
    floor: floor === undefined ? null : new Decimal(floor),
  });
}

function problemsOf(...args: Parameters<typeof parse>) {
  const parsed = parse(...args);
  return parsed.ok ? [] : [...new Set(parsed.problems.map(({ code }) => code))];
}

const d = (text: string) => new Decimal(text);

it.each([
  ["RATIO", "", "higher", ""],
  ["RATIO", "threshold 0.6", "higher", "threshold 0.6"],
  ["RATIO", "Threshold: 60%", "higher", "threshold 0.6"],
  ["RATIO", "门槛 0.6", "higher", "threshold 0.6"],
  ["RATIO", "门槛＝６０％", "higher", "threshold 0.6"],
  ["REDUCE", "", "lower", ""],
  ["BASE", "base 0", "higher", "base 0"],
  ["BASE", "基线：-5000000", "higher", "base -5000000"],
  ["BASE", "BASE=12.5%", "lower", "base 0.125"],
  ["PWL", "15:60, 30:100, 40:120", "higher", "15:60, 30:100, 40:120"],
  ["PWL", "15：60，30：100，40：120", "higher", "15:60, 30:100, 40:120"],
  ["PWL", "30:120, 60:100, 120:60", "lower", "30:120, 60:100, 120:60"],
  ["PWL", "70:0, 100:100, 130:0", "target", "70:0, 100:100, 130:0"],
  ["PWL", "15:60,30:100; below 0; above clamp", "higher", "15:60, 30:100; below 0"],
  ["PWL", "15:60,30:100;above extrapolate", "higher", "15:60, 30:100; above extrapolate"],
  [
    "PWL",
    "15:60、30:100；低于 0；高于 延伸",
    "higher",
    "15:60, 30:100; below 0; above extrapolate",
  ],
  ["PWL", "15:60,30:100；低于持平", "higher", "15:60, 30:100"],
  ["PWL", "0.6x:60, 1x:100, 1.2x:120", "higher", "0.6x:60, 1x:100, 1.2x:120"],
  ["PWL", "60%倍:60, 1倍:100, 1.2 ×:120", "higher", "0.6x:60, 1x:100, 1.2x:120"],
  ["PWL", "1%:60, 15%:100", "higher", "0.01:60, 0.15:100"],
  ["PWL", "-10:0, 0:60, 10:100,", "higher", "-10:0, 0:60, 10:100"],
  ["STEP", "<=35:100, <=45:80, <=55:60, >55:0", "lower", "<=35:100, <=45:80, <=55:60, >55:0"],
  ["STEP", "≤35：100、≤45：80、≤55：60、＞55：0", "lower", "<=35:100, <=45:80, <=55:60, >55:0"],
  ["STEP", "<=35:100; <=45:80\n>45:0", "lower", "<=35:100, <=45:80, >45:0"],
  ["STEP", ">=90:100, >=60:60, <60:0", "higher", "<60:0, <90:60, >=90:100"],
  ["STEP", "<60:0, >=60:60, >=90:100", "higher", "<60:0, <90:60, >=90:100"],
  ["STEP", "≥90%：100，≥60%：60，＜60%：0", "higher", "<0.6:0, <0.9:60, >=0.9:100"],
  ["STEP", "<10:0, <20:100, >=20:0", "target", "<10:0, <20:100, >=20:0"],
  ["BINARY", ">= 95", "higher", ">= 95"],
  ["BINARY", "≥95%", "higher", ">= 0.95"],
  ["BINARY", ">=", "higher", ">="],
  ["BINARY", "＞", "higher", ">"],
  ["BINARY", "<= 3", "lower", "<= 3"],
  ["BINARY", "= 0", "target", "= 0"],
] as const)(
  "reads %s %j for %s-is-better and writes it as %j",
  (code, text, direction, expected) => {
    const parsed = parse(code, text, direction);

    expect(parsed.ok ? methodText(parsed.method) : parsed.problems).toBe(expected);
  },
);

it.each([
  ["RATIO", "threshold 0.6", "higher"],
  ["BASE", "base -3.5", "higher"],
  ["PWL", "0.6x:60, 1x:100; below 0; above extrapolate", "higher"],
  ["STEP", "<=35:100, >35:0", "lower"],
  ["BINARY", "< 2", "lower"],
] as const)("reads back what it wrote, in both languages: %s %s", (code, text, direction) => {
  const first = parse(code, text, direction);
  const again = LOCALES.map((locale) =>
    parse(code, first.ok ? methodText(first.method, locale) : "", direction),
  );

  expect(first.ok).toBe(true);
  expect(again).toEqual([first, first]);
});

it("keeps cap and floor for every method", () => {
  const parsed = parse("PWL", "15:60, 30:100; above extrapolate", "higher", {
    cap: "120",
    floor: "0",
  });

  expect(parsed).toEqual({
    ok: true,
    method: {
      code: "PWL",
      cap: d("120"),
      floor: d("0"),
      anchors: [
        { x: d("15"), y: d("60") },
        { x: d("30"), y: d("100") },
      ],
      below: "clamp",
      above: "extrapolate",
      relative: false,
    },
  });
});

it.each([
  ["RATIO", "", "lower", "method_direction"],
  ["RATIO", "", "target", "method_direction"],
  ["RATIO", "0.6", "higher", "method_threshold_unreadable"],
  ["RATIO", "threshold", "higher", "method_threshold_unreadable"],
  ["RATIO", "thresholds 0.6", "higher", "method_threshold_unreadable"],
  ["RATIO", "threshold 60", "higher", "method_threshold_range"],
  ["RATIO", "门槛 -0.1", "higher", "method_threshold_range"],
  ["REDUCE", "", "higher", "method_direction"],
  ["REDUCE", "cap 100", "lower", "method_takes_nothing"],
  ["BASE", "", "higher", "method_base_unreadable"],
  ["BASE", "baseline 0", "higher", "method_base_unreadable"],
  ["BASE", "base ten", "higher", "method_base_unreadable"],
  ["BASE", "base 0", "target", "method_direction"],
  ["PWL", "", "higher", "method_anchors_too_few"],
  ["PWL", "30:100", "higher", "method_anchors_too_few"],
  ["PWL", "15-60, 30:100", "higher", "method_anchor_unreadable"],
  ["PWL", "1,000:60, 2,000:100", "higher", "method_anchor_unreadable"],
  ["PWL", "15:60%, 30:100", "higher", "method_anchor_unreadable"],
  ["PWL", "15:60:70, 30:100", "higher", "method_anchor_unreadable"],
  ["PWL", "15y:60, 30y:100", "higher", "method_anchor_unreadable"],
  ["PWL", "15:60, , 30:100", "higher", "method_anchor_unreadable"],
  ["PWL", "0.6x:60, 30:100", "higher", "method_anchors_mixed"],
  ["PWL", "-1x:60, 1x:100", "higher", "method_anchor_negative"],
  ["PWL", "30:100, 15:60", "higher", "method_anchors_order"],
  ["PWL", "15:60, 15:100", "higher", "method_anchors_same"],
  ["PWL", "15:60, 30:50", "higher", "method_falls_higher"],
  ["PWL", "15:60, 30:100", "lower", "method_falls_lower"],
  ["PWL", "15:60, 30:100; below 70", "higher", "method_falls_higher"],
  ["PWL", "15:60, 30:100; above 90", "higher", "method_falls_higher"],
  ["PWL", "15:100, 30:60; above 70", "lower", "method_falls_lower"],
  ["PWL", "15:60, 30:100; beneath 0", "higher", "method_option_unreadable"],
  ["PWL", "15:60, 30:100; below 0%", "higher", "method_option_unreadable"],
  ["PWL", "15:60, 30:100; below 0; 低于 10", "higher", "method_option_twice"],
  ["STEP", "", "higher", "method_steps_empty"],
  ["STEP", "35:100", "higher", "method_step_unreadable"],
  ["STEP", "=35:100, >35:0", "higher", "method_step_unreadable"],
  ["STEP", "<=35:100, <=45:80", "lower", "method_steps_open_above"],
  ["STEP", ">=90:100, >=60:60", "higher", "method_steps_open_below"],
  ["STEP", ">=90:100, >=60:60, <=60:0", "higher", "method_steps_mixed"],
  ["STEP", ">=90:100, >60:60, <=60:0", "higher", "method_steps_mixed"],
  ["STEP", ">=90:100, >=60:60, <50:0", "higher", "method_steps_gap"],
  ["STEP", ">=90:100, >=60:60, <70:0", "higher", "method_steps_overlap"],
  ["STEP", "<=35:100, <=35:80, >35:0", "lower", "method_steps_same"],
  ["STEP", "<=45:80, <=35:100, >45:0", "lower", "method_steps_order"],
  ["STEP", "<=35:80, <=45:100, >45:0", "lower", "method_falls_lower"],
  ["STEP", ">=90:60, >=60:100, <60:0", "higher", "method_falls_higher"],
  ["BINARY", "", "higher", "method_operator_missing"],
  ["BINARY", "95", "higher", "method_operator_missing"],
  ["BINARY", ">= high", "higher", "method_operator_unreadable"],
  ["BINARY", "<= 95", "higher", "method_operator_higher"],
  ["BINARY", "= 95", "higher", "method_operator_higher"],
  ["BINARY", ">", "lower", "method_operator_lower"],
] as const)("refuses %s %j for %s-is-better: %s", (code, text, direction, problem) => {
  expect(problemsOf(code, text, direction)).toEqual([problem]);
});

it("refuses bounds and thresholds that contradict each other", () => {
  expect(problemsOf("RATIO", "", "higher", { cap: "50", floor: "60" })).toEqual(["method_bounds"]);
  expect(problemsOf("RATIO", "threshold 0.6", "higher", { floor: "60" })).toEqual([
    "method_threshold_floor",
  ]);
});

it("names the parts that are wrong, all of them at once", () => {
  const parsed = parse("PWL", "15:60, oops, 30:100, x:1; sideways 3");

  expect(parsed.ok ? [] : parsed.problems).toEqual([
    { code: "method_anchor_unreadable", details: { part: "oops" } },
    { code: "method_anchor_unreadable", details: { part: "x:1" } },
    { code: "method_option_unreadable", details: { part: "sideways 3" } },
  ]);
});
