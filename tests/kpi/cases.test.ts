import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decimalText } from "../../plugin/decimal.ts";
import { scoreCase } from "../../plugin/kpi/cases.ts";
import { METHOD_CODES } from "../../plugin/kpi/parameters.ts";

type Params = Readonly<Record<string, unknown>>;
type Given = Readonly<Record<string, unknown>>;

/** A score as text, or the status with its reasons. */
function scored(given: Given): string {
  const { status, value, reasons } = scoreCase(given, 0);
  return value ? decimalText(value) : `${status} ${reasons.map(({ code }) => code).join()}`;
}

/** Cases of one method: parameters, actual, target, what comes out. */
type Row = readonly [Params, string | number | null, string | number | null, string];
const table = (method: string, rows: readonly Row[], more: Given = {}) => {
  it.each(rows)(`${method} %j: %s of %s scores %s`, (params, actual, target, expected) => {
    expect(scored({ id: "x", method, actual, target, params, ...more })).toBe(expected);
  });
};

describe("each method by its formula and at its edges", () => {
  table("RATIO", [
    [{}, "-5", "100", "0"],
    [{ floor: "-10" }, "-5", "100", "-5"],
    [{ cap: "none" }, "13", "10", "130"],
    [{ threshold: "0.6" }, "5", "10", "0"],
    [{}, "1", null, "INVALID_TARGET target_missing"],
    [{}, "1", "-1", "INVALID_TARGET target_negative"],
  ]);
  table("RATIO_INV", [
    [{}, "5", "10", "120"],
    [{ cap: "none" }, "5", "10", "200"],
    [{}, "15", "10", "66.66666666666666666667"],
    [{ cap: "110" }, "0", "10", "110"],
    [{ cap: "none" }, "0", "10", "OUT_OF_RANGE inverse_unbounded"],
    [{}, "0", "0", "100"],
    [{}, "3", "0", "0"],
    [{}, "-1", "10", "OUT_OF_RANGE actual_negative"],
    [{}, "1", "-10", "INVALID_TARGET target_negative"],
    [{}, "1", null, "INVALID_TARGET target_missing"],
  ]);
  table("REDUCE", [
    [{}, "15", "10", "50"],
    [{ cap: "none" }, "0", "10", "200"],
    [{ floor: "none" }, "30", "10", "-100"],
    [{}, "0", "0", "INVALID_TARGET target_zero"],
  ]);
  table("BASE", [
    [{ base: "-5" }, "3", "-2", "120"],
    [{ base: "-5", cap: "none" }, "3", "-2", "266.66666666666666666667"],
    [{ base: "60" }, "60", "40", "0"],
    [{ base: "50" }, null, "50", "NO_DATA actual_missing"],
    [{}, "3", "4", "ERROR method_required"],
  ]);
  table("STEP", [
    [{ steps: ">=1:100, >=0.4:10, <0.4:0" }, "1", null, "100"],
    [{ steps: ">=1:100, >=0.4:10", outside: "5" }, "0.39", null, "5"],
    [{ steps: ">=0 <10:50", outside: 0 }, "10", null, "0"],
    [{ steps: ">=0 <1:5" }, "0.5", null, "ERROR method_steps_open_below,method_steps_open_above"],
    [{ steps: [{ min: "0", max: "1", score: "5" }] }, "0.5", null, "5"],
    [{ steps: [{ min: "0", max: "1", score: "5" }] }, "1", null, "OUT_OF_RANGE outside_steps"],
  ]);
  table("PWL", [
    [{ anchors: "0.5x:60, 1x:100", below: "0" }, "4", "10", "0"],
    [{ anchors: "0.5x:60, 1x:100" }, "7.5", "10", "80"],
    [{ anchors: "0.5x:60, 1x:100" }, "7.5", "0", "INVALID_TARGET target_zero"],
    [
      {
        anchors: [
          ["4.0", "60"],
          ["4.6", "100"],
          ["4.9", "120"],
        ],
      },
      "4.3",
      null,
      "80",
    ],
  ]);
  table("PWL3", [
    [{ base: "80", stretch: "120" }, "79.9", "100", "0"],
    [{ base: "80", stretch: "120" }, "80", "100", "60"],
    [{ base: "80", stretch: "120" }, "90", "100", "80"],
    [{ base: "80", stretch: "120" }, "130", "100", "120"],
    [{ base: "60", stretch: "20" }, "50", "40", "80"],
    [{ base: "60", stretch: "20" }, "61", "40", "0"],
    [{ base: "60", stretch: "20" }, "10", "40", "120"],
    [{ base: "80", stretch: "120" }, "90", "80", "INVALID_TARGET target_not_between"],
    [{ base: "80", stretch: "120" }, "90", "130", "INVALID_TARGET target_not_between"],
    [{ base: "80", stretch: "120" }, "90", null, "INVALID_TARGET target_missing"],
    [{ base: "80", stretch: "80" }, "90", "80", "INVALID_BASELINE method_stretch_same"],
  ]);
  table("PWL4", [
    [{ levels: "70, 80, 90, 100" }, "69", null, "0"],
    [{ levels: "70, 80, 90, 100" }, "70", null, "25"],
    [{ levels: "70, 80, 90, 100" }, "75", null, "37.5"],
    [{ levels: "70, 80, 90, 100" }, "103", null, "100"],
    [{ levels: "40, 30, 20, 10" }, "41", null, "0"],
    [{ levels: "40, 30, 20, 10" }, "25", null, "62.5"],
    [{ levels: "40, 30, 20, 10" }, "5", null, "100"],
  ]);
  table("EFF", [
    [{ unallowed: "70", satisfactory: "95" }, "70", null, "60"],
    [{ unallowed: "10", satisfactory: "4" }, "10", null, "60"],
    [{ unallowed: "70", satisfactory: "95", cap: "100" }, "100", null, "100"],
    [
      { unallowed: "95", satisfactory: "95" },
      "95",
      null,
      "INVALID_BASELINE method_satisfactory_same",
    ],
  ]);
  const points = { base: "25", plus: "1", minus: "2" };
  table("ADDSUB", [
    [points, "100", "100", "25"],
    [points, "97.5", "100", "20"],
    [{ ...points, units: "whole" }, "97.5", "100", "19"],
    [{ ...points, units: "whole" }, "98", "100", "21"],
    [{ ...points, units: "whole", unit: "5" }, "114.9", "100", "27"],
    [{ ...points, max: "26", cap: "40" }, "110", "100", "26"],
    [{ ...points, max: "60", cap: "30" }, "110", "100", "30"],
    [points, "1", null, "INVALID_TARGET target_missing"],
  ]);
  table(
    "ADDSUB",
    [
      [points, "103", "100", "19"],
      [points, "97", "100", "28"],
    ],
    { direction: "lower" },
  );
  table("DEDUCT", [
    [{}, "0", null, "100"],
    [{}, "1", null, "99"],
    [{ points: "20" }, "1", null, "80"],
    [{ full: "10", perPoint: "200", units: "whole" }, "199.99", null, "10"],
    [{ full: "10", perPoint: "200", units: "whole" }, "200", null, "9"],
    [{ full: "10", perPoint: "200" }, "5000", null, "0"],
    [{}, "-1", null, "OUT_OF_RANGE actual_negative"],
    [{}, null, null, "NO_DATA actual_missing"],
  ]);
  table("BINARY", [
    [{ operator: ">=", threshold: "95" }, "95", null, "100"],
    [{ operator: ">", threshold: "95" }, "95", null, "0"],
    [{ operator: "<=" }, "5", "5", "100"],
    [{ operator: "<=" }, "5", null, "INVALID_TARGET target_missing"],
    [{ operator: "equals", threshold: "0" }, "0", null, "100"],
  ]);
  const band = { tolerance: "5", limit: "15" };
  table("BAND", [
    [{}, "50", "50", "100"],
    [{}, "150", "50", "0"],
    [{ floor: "none" }, "150", "50", "-100"],
    [{}, "1", "0", "INVALID_TARGET band_target"],
    [{}, "1", "-5", "INVALID_TARGET band_target"],
    [band, "5", "0", "100"],
    [band, "10", "0", "50"],
    [band, "-60", "-50", "50"],
    [band, "15", "0", "0"],
    [{ ...band, toleranceBelow: "0", limitBelow: "10" }, "-5", "0", "50"],
    [{ tolerance: "5", limit: "5" }, "5.01", "0", "0"],
    [{ ...band, form: "relative" }, "54", "50", "92"],
  ]);
  table("ZERO", [
    [{ worst: "4" }, "0", null, "100"],
    [{ worst: "4" }, "4", null, "0"],
    [{ worst: "4" }, "5", null, "0"],
    [{ worst: "4" }, "-1", null, "OUT_OF_RANGE actual_negative"],
    [{ worst: "0" }, "1", null, "ERROR method_range_positive"],
  ]);
  const days = { perDay: "5", bonusPerDay: "2" };
  table("MILE", [
    [days, "0", null, "100"],
    [days, "3", null, "85"],
    [days, "-3", null, "106"],
    [{ ...days, cap: "105" }, "-3", null, "105"],
    [{ perDay: "5", floor: "0" }, "30", null, "0"],
    [{ perDay: "5" }, "-3", null, "100"],
  ]);
  table(
    "RANK",
    [
      [{}, "9", null, "100"],
      [{}, "7", null, "62.5"],
      [{}, "1", null, "0"],
      [{ minimum: "6" }, "9", null, "NO_DATA rank_peers_few"],
      [{}, "8", null, "ERROR rank_not_among"],
    ],
    { peers: ["9", "7", 7, "3", "1"] },
  );
  table("RANK", [[{}, "1", null, "100"]], { peers: [9, 7, 7, 3, 1], direction: "lower" });
  table("RANK", [[{}, "1", null, "NO_DATA rank_peers_few"]]);
  table("MANUAL", [
    [{}, "1", null, "20"],
    [{}, "3.5", null, "70"],
    [{}, "5.1", null, "OUT_OF_RANGE rating_outside"],
    [{}, "0", null, "OUT_OF_RANGE rating_outside"],
    [{ scale: "0:0, 10:100" }, "9", null, "90"],
  ]);
  table("EXPR", [
    [{ expression: "MIN(120, actual / target * 100)" }, "85", "100", "85"],
    [{ expression: "实际/目标*100" }, "85", "100", "85"],
    [{ expression: "actual / target * 100", cap: "110" }, "130", "100", "110"],
    [{ expression: "actual / 0" }, "1", null, "ERROR expression_failed"],
    [{ expression: "actual > 1" }, "2", null, "ERROR expression_failed"],
    [{ expression: 'actual & "x"' }, "2", null, "ERROR expression_failed"],
    [{ expression: "actual / target" }, "2", null, "INVALID_TARGET target_missing"],
    [{ expression: "actual / sales" }, "2", null, "ERROR formula.unknown_name"],
    [{ expression: "1/3" }, "2", null, "0.33333333333333333333"],
    [{ expression: "5" }, null, null, "NO_DATA actual_missing"],
  ]);
  table(
    "EXPR",
    [
      [{ expression: "sales / calls * 10" }, null, null, "25"],
      [{ expression: "sales + gone" }, "1", null, "NO_DATA input_missing"],
      [{ expression: "IF(ISBLANK(gone), sales, gone)" }, "1", null, "5"],
      [{ expression: "actual + sales" }, null, null, "NO_DATA actual_missing"],
    ],
    { inputs: { sales: "5", calls: 2, gone: null } },
  );
  table("VETO", [
    [{}, "0", null, "100"],
    [{}, "1", null, "0"],
    [{ threshold: "3" }, "2", null, "100"],
    [{ threshold: "3", mode: "ZERO_TOTAL" }, "3", null, "0"],
    [{}, "-1", null, "OUT_OF_RANGE actual_negative"],
  ]);
});

describe("the form of a case", () => {
  it.each<[string, unknown, string, string | undefined]>([
    ["no object", 7, "case_unreadable", undefined],
    ["null", null, "case_unreadable", undefined],
    ["a list", [], "case_unreadable", undefined],
    ["no method", { id: "a" }, "case_method_missing", "method"],
    ["an unknown method", { method: "RATION" }, "case_method", "method"],
    ["a name of every object as method", { method: "constructor" }, "case_method", "method"],
    ["parameters that are none", { method: "RATIO", params: "cap 120" }, "case_object", "params"],
    ["an unknown direction", { method: "RATIO", direction: "up" }, "case_direction", "direction"],
    [
      "a direction that does not fit",
      { method: "RATIO", direction: "lower" },
      "method_direction",
      "direction",
    ],
    [
      "an unreadable actual",
      { method: "RATIO", actual: "many" },
      "method_number_unreadable",
      "actual",
    ],
    [
      "an unreadable target",
      { method: "RATIO", actual: "1", target: {} },
      "method_number_unreadable",
      "target",
    ],
    ["inputs that are none", { method: "RATIO", inputs: [] }, "case_object", "inputs"],
    [
      "an unreadable input",
      { method: "EXPR", params: { expression: "x" }, inputs: { x: "?" } },
      "method_number_unreadable",
      "inputs.x",
    ],
    ["peers that are none", { method: "RANK", actual: "1", peers: "1,2" }, "case_list", "peers"],
    [
      "an unreadable peer",
      { method: "RANK", actual: "1", peers: ["x"] },
      "method_number_unreadable",
      "peers",
    ],
  ])("names the fault of %s", (_what, given, code, field) => {
    const { status, value, reasons } = scoreCase(given, 0);

    expect(status).toBe("ERROR");
    expect(value).toBeNull();
    expect(reasons.map((one) => [one.code, one.field || undefined])).toEqual([[code, field]]);
  });

  it.each([
    ["target", { method: "RATIO", actual: "5", target: null }],
    ["target", { method: "RATIO", actual: "5", target: "0" }],
    ["target", { method: "REDUCE", actual: "5", target: "-1" }],
    ["target", { method: "BAND", actual: "5", target: "0" }],
    ["target", { method: "PWL3", actual: "5", target: "9", params: { base: "1", stretch: "8" } }],
    ["target", { method: "EXPR", actual: "5", params: { expression: "actual / target" } }],
    ["base", { method: "BASE", actual: "5", target: "9", params: { base: "9" } }],
    ["actual", { method: "RATIO", actual: null, target: "1" }],
    ["actual", { method: "DEDUCT", actual: "-1" }],
    ["actual", { method: "MANUAL", actual: "6" }],
    ["cap", { method: "RATIO_INV", actual: "0", target: "1", params: { cap: "none" } }],
    ["peers", { method: "RANK", actual: "1", peers: ["1"] }],
    ["expression", { method: "EXPR", actual: "5", params: { expression: "1 / 0" } }],
    ["inputs.x", { method: "EXPR", actual: "5", params: { expression: "x" }, inputs: { x: null } }],
  ])("says which field is at fault: %s", (field, given) => {
    expect(scoreCase(given, 0).reasons.map((one) => one.field)).toEqual([field]);
  });

  it("calls a case by its id, or by its place", () => {
    expect(scoreCase({ id: 7 }, 3).id).toBe("7");
    expect(scoreCase({}, 3).id).toBe("#4");
    expect(scoreCase("?", 0).id).toBe("#1");
  });

  it("takes figures as text and as numbers, and blank, absent and null for missing", () => {
    const given = { method: "RATIO", actual: "85", target: "100", params: {} };

    expect(scored({ ...given, actual: 85, target: 1e2 })).toBe("85");
    expect(scored({ ...given, actual: "８５", params: null })).toBe("85");
    expect([undefined, null, "", " "].map((actual) => scored({ ...given, actual }))).toEqual(
      Array(4).fill("NO_DATA actual_missing"),
    );
  });

  it("does not look at what is expected", () => {
    expect(scored({ method: "RATIO", actual: "1", target: "2", expected: "nonsense" })).toBe("50");
  });

  it("never throws, whatever a case says", () => {
    const anything = fc.oneof(fc.jsonValue(), fc.constantFrom("1", "-2.5", "1e999", "x", 3));
    const cases = fc.record(
      {
        id: anything,
        method: fc.oneof(
          { weight: 9, arbitrary: fc.constantFrom(...METHOD_CODES) },
          { weight: 1, arbitrary: anything },
        ),
        actual: anything,
        target: anything,
        params: fc.oneof(fc.dictionary(fc.string(), anything), anything),
        direction: fc.oneof(fc.constantFrom("higher", "lower", null), anything),
        inputs: anything,
        peers: anything,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        fc.oneof({ weight: 9, arbitrary: cases }, { weight: 1, arbitrary: anything }),
        (given) => {
          const { status, value, reasons } = scoreCase(given, 0);

          expect(value === null).toBe(status !== "OK");
          expect(status === "OK" || reasons.length > 0).toBe(true);
        },
      ),
      { numRuns: 3000 },
    );
  });
});
