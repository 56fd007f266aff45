import { Decimal } from "../../plugin/decimal.ts";
import { parseFormula, type Formula } from "../../plugin/formula/formula.ts";
import type { Direction, Method, MethodCode } from "../../plugin/kpi/model.ts";
import type { Chance } from "./chance.ts";

/** A method with its direction, and the actuals and targets at which something turns. */
export interface RandomMethod {
  readonly method: Method;
  readonly direction: Direction;
  readonly marks: readonly Decimal[];
  /** What else a formula reads. */
  readonly names: readonly string[];
}

export const METHOD_CODES: readonly [MethodCode, ...MethodCode[]] = [
  ...(["RATIO", "RATIO_INV", "REDUCE", "BASE", "STEP", "PWL", "PWL3", "PWL4", "EFF"] as const),
  ...(["ADDSUB", "DEDUCT", "BINARY", "BAND", "ZERO", "MILE", "RANK", "MANUAL", "EXPR"] as const),
  "VETO",
];

const FORMULAS: readonly [string, ...string[]] = [
  "IF(actual/target>=1.2,120,ROUND(actual/target*100,1))",
  "MIN(120,100*实际值/目标值)-2*[tickets open]",
  "CLAMP(50+actual*3-target,0,130)",
  "IFS(actual>=target,100,actual>=0.8*target,80,TRUE,40)",
  "AVERAGE(actual,target,cost)+INT(cost/7)",
  "-2^2+ABS(actual-target)+MOD(cost,3)",
  "IF(AND(actual>10,cost<50%*target),100,60)+POWER(2,3)",
  "ROUNDUP(actual/3,1)+ROUNDDOWN(cost/3,0)+SQRT(ABS(target))",
  "IFERROR(actual/(cost-cost),77)",
  "SWITCH(SIGN(actual-target),1,110,0,100,70)",
  "LOOKUP(MAX(0,actual),{0,10,20,30},{20,50,80,100})",
];

export function formula(text: string): Formula {
  const parsed = parseFormula(text);
  if (!parsed.ok) throw new Error(`${text}: ${JSON.stringify(parsed.problems)}`);
  return parsed.formula;
}

/** A method of this code as people might set it up. */
export function randomMethod(chance: Chance, code: MethodCode): RandomMethod {
  const cap = chance.percent(70) ? chance.decimal(100, 150, 1) : null;
  const floor = chance.percent(70) ? chance.decimal(-20, 40, 1) : null;
  const bounds = { cap, floor };
  const either = (): Direction => chance.pick(["higher", "lower"]);
  const rising = (count: number) => chance.rising(count, 0, 100, 1);
  const scores = (count: number) => chance.rising(count, 0, 130, 0);
  const made = (
    method: Method,
    direction: Direction,
    marks: readonly Decimal[] = [],
    names: readonly string[] = [],
  ): RandomMethod => ({ method, direction, marks, names });

  switch (code) {
    case "RATIO": {
      const threshold = chance.percent(50) ? chance.decimal(0, 1, 2) : null;
      return made({ code, ...bounds, threshold }, "higher");
    }
    case "RATIO_INV":
    case "REDUCE":
      return made({ code, ...bounds }, "lower", [new Decimal(0)]);
    case "BASE": {
      const base = chance.decimal(-40, 60, 1);
      return made({ code, ...bounds, base }, chance.pick(["higher", "lower", "target"]), [base]);
    }
    case "STEP":
      return randomSteps(chance, bounds);
    case "PWL": {
      const count = chance.whole(2, 6);
      const relative = chance.percent(40);
      const x = relative ? chance.rising(count, 0, 2, 2) : rising(count);
      const y = scores(count);
      const falls = chance.percent(50);
      const anchors = x.map((one, at) => ({
        x: one,
        y: y[falls ? count - 1 - at : at] ?? new Decimal(0),
      }));
      const outside = () =>
        chance.pick<"clamp" | "extrapolate" | Decimal>([
          ...(["clamp", "extrapolate"] as const),
          chance.decimal(0, 130, 0),
        ]);
      return made(
        { code, ...bounds, anchors, below: outside(), above: outside(), relative },
        falls ? "lower" : "higher",
        relative ? [] : x,
      );
    }
    case "PWL3": {
      const [base, stretch] = rising(2);
      return chance.percent(50)
        ? made({ code, ...bounds, base, stretch }, "higher", [base, stretch])
        : made({ code, ...bounds, base: stretch, stretch: base }, "lower", [base, stretch]);
    }
    case "PWL4": {
      const [d, c, ...rest] = rising(4);
      const [b = d, a = d] = rest;
      return chance.percent(50)
        ? made({ code, ...bounds, levels: [d, c, b, a] }, "higher", [d, c, b, a])
        : made({ code, ...bounds, levels: [a, b, c, d] }, "lower", [d, c, b, a]);
    }
    case "EFF": {
      const [low, high] = rising(2);
      const upwards = chance.percent(50);
      const [unallowed, satisfactory] = upwards ? [low, high] : [high, low];
      return made({ code, ...bounds, unallowed, satisfactory }, upwards ? "higher" : "lower", [
        low,
        high,
      ]);
    }
    case "ADDSUB":
      return made(
        {
          ...{ code, ...bounds },
          base: chance.decimal(20, 100, 0),
          unit: chance.pick([new Decimal("0.1"), new Decimal("0.3"), new Decimal(5)]),
          plus: chance.decimal(0, 3, 1),
          minus: chance.decimal(0, 3, 1),
          min: chance.percent(50) ? chance.decimal(0, 20, 0) : null,
          max: chance.percent(50) ? chance.decimal(100, 130, 0) : null,
          units: chance.pick(["exact", "whole"]),
        },
        either(),
      );
    case "DEDUCT":
      return made(
        {
          ...{ code, ...bounds },
          full: chance.decimal(10, 100, 0),
          perPoint: chance.pick([new Decimal("0.1"), new Decimal("0.7"), new Decimal(20)]),
          points: chance.decimal(0, 5, 1),
          units: chance.pick(["exact", "whole"]),
        },
        "lower",
        [new Decimal(0), new Decimal("0.3"), new Decimal("2.1")],
      );
    case "BINARY": {
      const operator = chance.pick([">=", ">", "<=", "<", "="] as const);
      const threshold = chance.percent(50) ? chance.decimal(0, 100, 1) : null;
      const direction = operator === "=" ? "target" : operator.startsWith(">") ? "higher" : "lower";
      return made(
        { code, ...bounds, operator, threshold },
        direction,
        threshold ? [threshold] : [],
      );
    }
    case "BAND": {
      if (chance.percent(40)) return made({ code, ...bounds, form: "relative" }, "target");
      const side = () => {
        const tolerance = chance.decimal(0, 10, 1);
        return { tolerance, limit: tolerance.plus(chance.decimal(0, 20, 1)) };
      };
      return made({ code, ...bounds, form: "tolerance", above: side(), below: side() }, "target");
    }
    case "ZERO": {
      const worst = chance.decimal(1, 90, 1);
      return made({ code, ...bounds, worst }, "lower", [new Decimal(0), worst]);
    }
    case "MILE": {
      const [perDay, bonusPerDay] = [chance.decimal(0, 5, 1), chance.decimal(0, 2, 1)];
      return made({ code, ...bounds, perDay, bonusPerDay }, "lower", [new Decimal(0)]);
    }
    case "RANK":
      return made({ code, ...bounds, minimum: chance.whole(2, 6) }, either());
    case "MANUAL": {
      const count = chance.whole(2, 5);
      const y = scores(count);
      const scale = rising(count).map((x, at) => ({ x, y: y[at] ?? new Decimal(0) }));
      return made(
        { code, ...bounds, scale },
        "higher",
        scale.map(({ x }) => x),
      );
    }
    case "EXPR": {
      const expression = formula(chance.pick(FORMULAS));
      const names = expression.names.filter(
        (name) => !["actual", "target", "实际值", "目标值"].includes(name),
      );
      return made({ code, ...bounds, expression }, either(), [], names);
    }
    case "VETO": {
      const threshold = new Decimal(chance.whole(1, 3));
      const method: Method = { code, ...bounds, threshold, effect: { mode: "ZERO_KPI" } };
      return made(method, "lower", [new Decimal(0), threshold]);
    }
  }
}

function randomSteps(
  chance: Chance,
  bounds: { readonly cap: Decimal | null; readonly floor: Decimal | null },
): RandomMethod {
  const count = chance.whole(2, 7);
  const edges: readonly Decimal[] = chance.rising(count, 0, 100, 1);
  const score = () => chance.decimal(0, 120, 0);
  const isOpen = { below: chance.percent(60), above: chance.percent(60) };
  const inside = edges.slice(1).map((max, at) => ({ min: edges[at] ?? null, max, score: score() }));
  const steps = [
    ...(isOpen.below ? [{ min: null, max: edges[0] ?? null, score: score() }] : []),
    // Now and then one is missing, and an actual may fall between the others.
    ...(chance.percent(25) ? inside.slice(1) : inside),
    ...(isOpen.above ? [{ min: edges.at(-1) ?? null, max: null, score: score() }] : []),
  ];
  const outside = chance.percent(50) ? score() : null;
  const closed = chance.pick(["lower", "upper"] as const);
  const method: Method = { code: "STEP", ...bounds, steps, closed, outside };
  return { method, direction: "target", marks: edges, names: [] };
}
