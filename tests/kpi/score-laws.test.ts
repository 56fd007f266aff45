import fc from "fast-check";
import { expect, it } from "vitest";
import { Decimal } from "../../plugin/decimal.ts";
import { impliedDirection } from "../../plugin/kpi/direction.ts";
import { gateScore } from "../../plugin/kpi/gate.ts";
import { parseMethod } from "../../plugin/kpi/methods.ts";
import type { Direction, Method, MethodCode } from "../../plugin/kpi/model.ts";
import { METHOD_CODES } from "../../plugin/kpi/parameters.ts";
import { scoreItem } from "../../plugin/kpi/score.ts";

/** The properties of the specification's 3.0 that are within reach of one KPI; 1,000 runs each. */

interface Kpi {
  readonly method: Method;
  readonly direction: Direction;
  readonly text: string;
}

function kpi(
  code: MethodCode,
  parameters: Readonly<Record<string, unknown>> = {},
  direction: Direction | null = null,
): Kpi {
  const parsed = parseMethod({ code, parameters, direction });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const { method } = parsed;
  return {
    method,
    direction: direction ?? impliedDirection(method, null) ?? "higher",
    text: `${code} ${JSON.stringify(parameters)}`,
  };
}

const RATIO = kpi("RATIO");
const INVERSE = kpi("RATIO_INV");
const REDUCE = kpi("REDUCE");
const RELATIVE = kpi("PWL", { anchors: "0.6x:60, 1x:100, 1.2x:120", below: "0" });
const RELATIVE_LOWER = kpi("PWL", { anchors: "0.5x:120, 1x:100, 2x:0" });
const BAND = kpi("BAND");
const TOLERANCE = kpi("BAND", { tolerance: "5", limit: "15", limitBelow: "10" });
const CONTINUOUS: readonly Kpi[] = [
  RATIO,
  INVERSE,
  REDUCE,
  kpi("BASE", { base: "-1000000" }, "higher"),
  kpi("BASE", { base: "2000000" }, "lower"),
  RELATIVE_LOWER,
  kpi("PWL", { anchors: "15:60, 30:100, 40:120", above: "extrapolate", cap: "150" }),
  kpi("PWL", { anchors: "30:120, 60:100, 120:60, 180:0", below: "extrapolate" }),
  kpi("EFF", { unallowed: "70", satisfactory: "95" }),
  kpi("EFF", { unallowed: "10", satisfactory: "4" }),
  TOLERANCE,
  kpi("ZERO", { worst: "40" }),
  kpi("ADDSUB", { base: "25", unit: "2", plus: "1", minus: "3", min: "0", max: "30" }, "higher"),
  kpi("ADDSUB", { base: "25", unit: "2", plus: "1", minus: "3", min: "0", max: "30" }, "lower"),
  kpi("DEDUCT", { full: "10", perPoint: "7" }),
  kpi("MILE", { perDay: "3", bonusPerDay: "1" }),
  kpi("MANUAL"),
];
const JUMPING: readonly Kpi[] = [
  kpi("RATIO", { threshold: "0.6" }),
  RELATIVE,
  kpi("STEP", { steps: "<=35:100, <=45:80, <=55:60, >55:0" }),
  kpi("STEP", { steps: ">=90:100, >=60:60, <60:0" }),
  kpi("PWL3", { base: "0", stretch: "3000000" }),
  kpi("PWL3", { base: "3000000", stretch: "0" }),
  kpi("PWL4", { levels: "70, 80, 90, 100" }),
  kpi("PWL4", { levels: "40, 30, 20, 10" }),
  kpi("ADDSUB", { base: "25", unit: "2", plus: "1", minus: "3", units: "whole" }, "higher"),
  kpi("ADDSUB", { base: "25", unit: "2", plus: "1", minus: "3", units: "whole" }, "lower"),
  kpi("DEDUCT", { full: "10", perPoint: "7", units: "whole" }),
  kpi("BINARY", { operator: ">=", threshold: "95" }),
  kpi("BINARY", { operator: "<" }),
  kpi("VETO", { threshold: "3" }),
  kpi("RANK", {}, "higher"),
  kpi("RANK", {}, "lower"),
];
const MONOTONE = [...CONTINUOUS, ...JUMPING].filter((one) => one !== TOLERANCE);
const ALL: readonly Kpi[] = [
  ...MONOTONE,
  BAND,
  TOLERANCE,
  kpi("PWL", { anchors: "70:0, 100:100, 130:0" }),
  kpi("EXPR", { expression: "MIN(120, actual / target * 100)" }, "higher"),
  kpi("EXPR", { expression: "1 / (actual - 5)" }, "higher"),
];

const cents = fc.integer({ min: -100_000_00, max: 100_000_00 }).map((n) => new Decimal(n).div(100));
const positive = fc.integer({ min: 1, max: 100_000_00 }).map((n) => new Decimal(n).div(100));
const small = fc.integer({ min: -300_00, max: 300_00 }).map((n) => new Decimal(n).div(100));
const rating = fc.integer({ min: 100, max: 500 }).map((n) => new Decimal(n).div(100));
const actuals = fc.oneof(cents, small, rating);
const peers = fc.array(small, { minLength: 5, maxLength: 12 });
const RUNS = { numRuns: 1500 };

function scored(
  { method, direction }: Kpi,
  actual: Decimal,
  target: Decimal | null,
  others: readonly Decimal[] = [],
) {
  return scoreItem({
    method,
    direction,
    actual: { status: "OK", value: actual, reasons: [] },
    target,
    peers: [actual, ...others],
  });
}

function points(...given: Parameters<typeof scored>): Decimal | null {
  const { score } = scored(...given);
  return score.status === "OK" ? score.value : null;
}

it("covers every method", () => {
  expect(new Set(ALL.map(({ method }) => method.code))).toEqual(new Set(METHOD_CODES));
});

it("P1, P9 the same figures give the same score, for everybody", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...ALL),
      actuals,
      positive,
      peers,
      (one, actual, target, others) => {
        const again = [new Decimal(actual.toFixed()), new Decimal(target.toFixed())] as const;

        expect(scored(one, ...again, others.toReversed())).toEqual(
          scored(one, actual, target, others),
        );
      },
    ),
    RUNS,
  );
});

it.each(MONOTONE.map((one) => [one.text, one] as const))(
  "P2 a better actual never scores less: %s",
  (_text, one) => {
    fc.assert(
      fc.property(actuals, actuals, positive, peers, (a, b, target, others) => {
        const [low, high] = [Decimal.min(a, b), Decimal.max(a, b)];
        const [worse, better] = one.direction === "lower" ? [high, low] : [low, high];

        const [less, more] = [
          points(one, worse, target, others),
          points(one, better, target, others),
        ];

        if (less && more) expect(more.greaterThanOrEqualTo(less)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  },
);

it("P2 the nearer to the target, the better, where the target is best", () => {
  fc.assert(
    fc.property(fc.constantFrom(BAND, TOLERANCE), positive, small, small, (one, target, a, b) => {
      // The sides may differ, so both lie on the same one.
      const [near, far] = [Decimal.min(a.abs(), b.abs()), Decimal.max(a.abs(), b.abs())];
      const side = a.isNegative() ? -1 : 1;

      const [better, worse] = [near, far].map((off) =>
        points(one, target.plus(off.times(side)), target),
      );

      expect(better && worse ? better.greaterThanOrEqualTo(worse) : null).toBe(true);
    }),
    RUNS,
  );
});

it.each(CONTINUOUS.map((one) => [one.text, one] as const))(
  "P3 a small step of the actual is a small step of the score: %s",
  (_text, one) => {
    const step = new Decimal("0.000001");
    fc.assert(
      fc.property(actuals, positive, (actual, target) => {
        const [before, after] = [
          points(one, actual, target),
          points(one, actual.plus(target.times(step)), target),
        ];

        if (!before || !after) return;
        // The steepest lines rise by 240 points for one target, or for one of their own units.
        const steepest = Decimal.max(target, 1).times(250);
        expect(after.minus(before).abs().lessThanOrEqualTo(steepest.times(step))).toBe(true);
      }),
      { numRuns: 1000 },
    );
  },
);

it("P4 a score lies between floor and cap", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...ALL),
      actuals,
      positive,
      peers,
      (one, actual, target, others) => {
        const bounds = { ...one.method, cap: new Decimal(90), floor: new Decimal(20) };
        const method: Method = bounds.code === "RATIO" ? { ...bounds, threshold: null } : bounds;

        const score = points({ ...one, method }, actual, target, others);

        if (score === null) return;
        expect(score.greaterThanOrEqualTo(20) && score.lessThanOrEqualTo(90)).toBe(true);
      },
    ),
    RUNS,
  );
});

it("P5 changing the unit of actual, target and marks changes nothing", () => {
  const unit = fc.constantFrom("0.0001", "0.01", "7", "60", "10000").map((k) => new Decimal(k));
  const plain = fc.constantFrom(RATIO, INVERSE, REDUCE, RELATIVE, RELATIVE_LOWER, BAND);
  fc.assert(
    fc.property(plain, actuals, positive, unit, (one, actual, target, k) => {
      expect(points(one, actual.times(k), target.times(k))).toEqual(points(one, actual, target));
    }),
    RUNS,
  );
  fc.assert(
    fc.property(actuals, positive, unit, (actual, target, k) => {
      const base = (times: Decimal) => kpi("BASE", { base: new Decimal(-250).times(times) });
      const three = (times: Decimal) =>
        kpi("PWL3", { base: times.times(-1), stretch: times.times(2_000_000) });

      for (const made of [base, three]) {
        expect(points(made(k), actual.times(k), target.times(k))).toEqual(
          points(made(new Decimal(1)), actual, target),
        );
      }
    }),
    { numRuns: 1000 },
  );
});

it("P10 exactly on target is 100, and reached", () => {
  const onTarget = fc.constantFrom(
    ...[RATIO, INVERSE, REDUCE, RELATIVE, RELATIVE_LOWER, BAND, TOLERANCE],
    kpi("BASE", { base: "-3" }, "higher"),
    kpi("PWL3", { base: "0", stretch: "3000000" }),
    kpi("PWL3", { base: "3000000", stretch: "0" }),
  );
  fc.assert(
    fc.property(onTarget, positive, (one, target) => {
      const result = scored(one, target, target);

      expect(result.score).toMatchObject({ status: "OK", value: new Decimal(100) });
      expect(result.reached).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

it("never throws, and never gives a number that is none", () => {
  const anything = fc.oneof(
    actuals,
    fc
      .constantFrom("0", "-0", "1e-30", "1e30", "-1e999", "NaN", "-Infinity")
      .map((n) => new Decimal(n)),
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...ALL),
      anything,
      fc.option(anything),
      fc.array(small, { maxLength: 7 }),
      (one, actual, target, others) => {
        const { score, raw } = scored(one, actual, target, others);

        expect(score.status !== "OK" || score.value.isFinite()).toBe(true);
        expect(score.status === "OK" || score.reasons.length > 0).toBe(true);
        expect(raw === null).toBe(score.status !== "OK");
      },
    ),
    { numRuns: 3000 },
  );
});

it("a gate never raises a score, never takes it below its limit, and spares who reaches the line", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...ALL),
      actuals,
      positive,
      small,
      small,
      fc.constantFrom<Direction>("higher", "lower"),
      (one, actual, target, line, reached, direction) => {
        const free = scored(one, actual, target);
        const limit = new Decimal(60);

        const held = gateScore(free, {
          name: "CSAT",
          direction,
          line,
          limit,
          actual: { status: "OK", value: reached, reasons: [] },
        });

        if (free.score.status !== "OK" || held.score.status !== "OK") {
          expect(held).toBe(free);
          return;
        }
        const met =
          direction === "higher"
            ? reached.greaterThanOrEqualTo(line)
            : reached.lessThanOrEqualTo(line);
        expect(held.score.value).toEqual(
          met ? free.score.value : Decimal.min(free.score.value, limit),
        );
      },
    ),
    RUNS,
  );
});
