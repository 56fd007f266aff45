import type { Direction, MethodCode } from "../../plugin/kpi/model.ts";
import type { ParameterKey } from "../../plugin/kpi/parameters.ts";

export type Parameters = Readonly<Partial<Record<ParameterKey, string>>>;

/** Something a method is asked to score; null = no data. */
export interface Asked {
  readonly actual: string | null;
  readonly target?: string;
  /** Beside those of the group. */
  readonly parameters?: Parameters;
  readonly peers?: readonly string[];
}

export interface Examples {
  readonly direction: Direction;
  readonly parameters: Parameters;
  readonly asked: readonly Asked[];
}

const SCALE: Parameters = { anchors: "4.0:60, 4.6:100, 4.9:120", below: "0" };

/** What the page shows of every method: usual figures, bounds, edges. */
export const EXAMPLES: Readonly<Record<MethodCode, Examples>> = {
  RATIO: {
    direction: "higher",
    parameters: {},
    asked: [
      { actual: "850000", target: "1000000" },
      { actual: "1300000", target: "1000000" },
      { actual: "550000", target: "1000000", parameters: { threshold: "0.6" } },
      { actual: "-20000", target: "1000000" },
      { actual: "5", target: "0" },
      { actual: "5", target: "-10" },
      { actual: null, target: "100" },
    ],
  },
  RATIO_INV: {
    direction: "lower",
    parameters: {},
    asked: [
      { actual: "10", target: "10" },
      { actual: "12", target: "10" },
      { actual: "20", target: "10" },
      { actual: "5", target: "10" },
      { actual: "0", target: "10" },
      { actual: "0", target: "10", parameters: { cap: "none" } },
      { actual: "0", target: "0" },
    ],
  },
  REDUCE: {
    direction: "lower",
    parameters: {},
    asked: [
      { actual: "10", target: "10" },
      { actual: "12", target: "10" },
      { actual: "20", target: "10" },
      { actual: "0", target: "10" },
      { actual: "5", target: "0" },
    ],
  },
  BASE: {
    direction: "higher",
    parameters: { base: "-5" },
    asked: [
      { actual: "-2", target: "-2" },
      { actual: "-4", target: "-2" },
      { actual: "3", target: "-2" },
      { actual: "-6", target: "-2" },
      { actual: "3", target: "-5" },
      { actual: "3", target: "-8" },
    ],
  },
  STEP: {
    direction: "lower",
    parameters: { steps: "<=35:100, <=45:80, <=55:60, >55:0" },
    asked: [
      { actual: "35" },
      { actual: "35.1" },
      { actual: "42" },
      { actual: "60" },
      { actual: "60", parameters: { steps: "<=35:100, <=45:80, <=55:60", outside: "20" } },
    ],
  },
  PWL: {
    direction: "higher",
    parameters: SCALE,
    asked: [
      { actual: "4.3" },
      { actual: "4.6" },
      { actual: "4.75" },
      { actual: "3.9" },
      { actual: "5", parameters: { above: "clamp" } },
      { actual: "5", parameters: { above: "extrapolate" } },
      { actual: "90", target: "120", parameters: { anchors: "0.6x:60, 1x:100" } },
    ],
  },
  PWL3: {
    direction: "higher",
    parameters: { base: "70", stretch: "130" },
    asked: [
      { actual: "70", target: "100" },
      { actual: "85", target: "100" },
      { actual: "100", target: "100" },
      { actual: "115", target: "100" },
      { actual: "140", target: "100" },
      { actual: "69", target: "100" },
      { actual: "85", target: "140" },
    ],
  },
  PWL4: {
    direction: "higher",
    parameters: { levels: "70, 80, 90, 100" },
    asked: [
      { actual: "70" },
      { actual: "75" },
      { actual: "95" },
      { actual: "103" },
      { actual: "69" },
    ],
  },
  EFF: {
    direction: "higher",
    parameters: { unallowed: "70", satisfactory: "95" },
    asked: [{ actual: "85" }, { actual: "95" }, { actual: "60" }, { actual: "100" }],
  },
  ADDSUB: {
    direction: "higher",
    parameters: { base: "25", unit: "1", plus: "1", minus: "1", min: "0", max: "30" },
    asked: [
      { actual: "103", target: "100" },
      { actual: "108", target: "100" },
      { actual: "96.4", target: "100" },
      { actual: "96.4", target: "100", parameters: { units: "whole" } },
      { actual: "103.9", target: "100", parameters: { units: "whole" } },
      { actual: "60", target: "100" },
    ],
  },
  DEDUCT: {
    direction: "lower",
    parameters: { points: "20" },
    asked: [
      { actual: "0" },
      { actual: "1" },
      { actual: "7" },
      { actual: "1350", parameters: { full: "10", perPoint: "200", points: "1" } },
      {
        actual: "1350",
        parameters: { full: "10", perPoint: "200", points: "1", units: "whole" },
      },
      { actual: "-1" },
    ],
  },
  BINARY: {
    direction: "higher",
    parameters: { operator: ">=" },
    asked: [
      { actual: "100", target: "100" },
      { actual: "99.99", target: "100" },
      { actual: "100", parameters: { operator: ">", threshold: "100" } },
      { actual: "100" },
    ],
  },
  BAND: {
    direction: "target",
    parameters: {},
    asked: [
      { actual: "54", target: "50" },
      { actual: "40", target: "50" },
      { actual: "110", target: "50" },
      { actual: "54", target: "50", parameters: { tolerance: "5", limit: "15" } },
      { actual: "60", target: "50", parameters: { tolerance: "5", limit: "15" } },
      {
        actual: "46",
        target: "50",
        parameters: { tolerance: "5", limit: "15", toleranceBelow: "2", limitBelow: "6" },
      },
      { actual: "1", target: "0" },
      { actual: "1", target: "0", parameters: { tolerance: "0", limit: "4" } },
    ],
  },
  ZERO: {
    direction: "lower",
    parameters: { worst: "4" },
    asked: [{ actual: "0" }, { actual: "1" }, { actual: "4" }, { actual: "9" }],
  },
  MILE: {
    direction: "lower",
    parameters: { perDay: "5" },
    asked: [
      { actual: "0" },
      { actual: "3" },
      { actual: "-4" },
      { actual: "-4", parameters: { bonusPerDay: "2" } },
      { actual: "30", parameters: { floor: "0" } },
    ],
  },
  RANK: {
    direction: "higher",
    parameters: {},
    asked: [
      { actual: "9", peers: ["9", "7", "7", "3", "1"] },
      { actual: "7", peers: ["9", "7", "7", "3", "1"] },
      { actual: "1", peers: ["9", "7", "7", "3", "1"] },
      { actual: "9", peers: ["9", "7", "3", "1"] },
    ],
  },
  MANUAL: {
    direction: "higher",
    parameters: {},
    asked: [
      { actual: "4" },
      { actual: "3.5" },
      { actual: "6" },
      { actual: "3.5", parameters: { scale: "1:0, 3:60, 4:85, 5:100" } },
    ],
  },
  EXPR: {
    direction: "higher",
    parameters: { expression: "IF(actual/target>=1.2,120,ROUND(actual/target*100,1))" },
    asked: [
      { actual: "850", target: "997" },
      { actual: "1300", target: "997" },
      { actual: "850", target: "0" },
      { actual: null, target: "997" },
    ],
  },
  VETO: {
    direction: "lower",
    parameters: {},
    asked: [{ actual: "0" }, { actual: "1" }, { actual: "2", parameters: { threshold: "3" } }],
  },
};
