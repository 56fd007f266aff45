import fc from "fast-check";
import { it } from "vitest";
import { Decimal } from "../../plugin/decimal.ts";
import {
  bonusOf,
  gradedCoefficient,
  linearCoefficient,
  sharePool,
} from "../../plugin/kpi/bonus.ts";
import { commissionOf, payoutOf } from "../../plugin/kpi/commission.ts";
import { weighCycle, type DayBasis } from "../../plugin/kpi/day-shares.ts";
import { proposeGrades } from "../../plugin/kpi/grade-proposals.ts";
import { shrunkenMean } from "../../plugin/kpi/means.ts";
import { expectedShare, paceOf, speedOf } from "../../plugin/kpi/pace.ts";
import { promotionEligibility } from "../../plugin/kpi/promotion.ts";
import { combineSegments, eligibility, prorate, proratedTarget } from "../../plugin/kpi/prorate.ts";
import { checkMeanCap, departmentShare, nestedSeats, quotaSeats } from "../../plugin/kpi/quota.ts";
import { simulateCorrection } from "../../plugin/kpi/rater-corrections.ts";
import { composeRatings } from "../../plugin/kpi/raters.ts";

/** Whatever is typed into a table: the answer is a figure or a named problem, never NaN or an exception. */

const RUNS = { numRuns: 1000 };
const figure = fc
  .oneof(
    { weight: 3, arbitrary: fc.constantFrom("0", "1", "0.2", "0.7", "10000", "-1", "0.1", "1.2") },
    {
      weight: 1,
      arbitrary: fc.constantFrom("NaN", "Infinity", "-Infinity", "-0", "1e-25", "1e25"),
    },
  )
  .map((text) => new Decimal(text));
const count = fc.constantFrom(0, 1, 2, 3, 10, 365, -1, 0.5, NaN, Infinity);
const name = fc.constantFrom("a", "b", "c", "");
const date = fc.constantFrom(
  "2025-01-01",
  "2025-02-29",
  "2025-06-30",
  "2025-12-31",
  "",
  "9999-12-31",
);
const range = fc.record({ start: date, end: date });
const month = fc.tuple(fc.constantFrom("2025-01", "2025-02", "2025"), figure);
const basis = fc.oneof(
  fc.constantFrom<DayBasis>({ code: "calendar" }, { code: "month" }),
  fc.array(month).map((shares): DayBasis => ({ code: "seasonal", shares: new Map(shares) })),
  fc.array(date).map((dates): DayBasis => ({
    code: "workday",
    calendar: { holidays: new Set(dates), workdays: new Set() },
  })),
);
const presence = fc.record({
  from: fc.option(date),
  to: fc.option(date),
  leave: fc.array(
    fc.record({ start: date, end: date, kind: fc.constantFrom("sick", "maternity") }),
    { maxLength: 2 },
  ),
});

/** Fails on a figure that is none, wherever it is in an answer that is not a refusal. */
function sound(answer: unknown): void {
  if (answer instanceof Decimal) {
    if (!answer.isFinite()) throw new Error(`A figure of ${answer.toString()}`);
  } else if (typeof answer === "number") {
    if (!Number.isFinite(answer)) throw new Error(`A figure of ${answer}`);
  } else if (Array.isArray(answer)) answer.forEach(sound);
  else if (typeof answer === "object" && answer !== null) Object.values(answer).forEach(sound);
}
const always = <Input>(input: fc.Arbitrary<Input>, answer: (input: Input) => unknown) => {
  fc.assert(
    fc.property(input, (given) => sound(answer(given))),
    RUNS,
  );
};

it("quotas", () => {
  const shares = fc.array(fc.record({ grade: name, share: figure }), { maxLength: 4 });
  const rule = fc.oneof(
    fc.constantFrom({ code: "largest-remainder" } as const, { code: "floor-then-middle" } as const),
    fc.record({
      code: fc.constant("cap-top" as const),
      rounding: fc.constantFrom("floor" as const, "ceil" as const),
      grades: count,
    }),
    fc.record({
      code: fc.constant("headcount" as const),
      rows: fc.array(fc.record({ upTo: fc.option(count), top: count }), { maxLength: 2 }),
    }),
  );
  const whole = [new Decimal("0.2"), new Decimal("0.8")];
  const usable = fc.constant(whole.map((share, index) => ({ grade: "ab"[index] ?? "", share })));
  const both = fc.oneof(shares, usable);
  always(fc.record({ count, both, rule }), (one) => quotaSeats(one.count, one.both, one.rule));
  const team = fc.record({ key: name, people: count, score: fc.option(figure) });
  always(fc.tuple(fc.array(team), figure), ([teams, share]) => nestedSeats(teams, share));
  always(fc.tuple(fc.array(figure), figure), ([totals, cap]) => checkMeanCap(totals, cap));
  always(shares, (list) => departmentShare("a", list));
  const person = fc.record({
    key: fc.string({ maxLength: 2 }),
    total: figure,
    grade: name,
    atBest: fc.option(name),
    criteria: fc.array(fc.option(figure), { maxLength: 2 }),
  });
  const rules = fc.record({
    shares: both,
    quota: rule,
    ties: fc.constantFrom("generous" as const, "strict" as const, "tiebreak" as const),
    leastPeople: count,
    topSeats: fc.option(count),
  });
  always(fc.tuple(fc.array(person, { maxLength: 6 }), rules), ([people, given]) => {
    const result = proposeGrades(people, given);
    return result.state === "invalid" ? null : result;
  });
});

it("ratings", () => {
  const group = fc.record({
    key: name,
    role: fc.constantFrom("peer" as const, "superior" as const, "self" as const),
    weight: fc.option(figure),
    least: fc.option(count),
  });
  const rating = fc.record({
    group: name,
    value: fc.option(figure),
    text: fc.option(name),
    conflict: fc.boolean(),
  });
  always(fc.tuple(fc.array(rating), fc.array(group, { maxLength: 3 })), ([ratings, groups]) =>
    composeRatings(ratings, groups),
  );
  const given = fc.record({ key: fc.string(), rater: name, value: figure });
  const rules = fc.record({
    kind: fc.constant("subjective" as const),
    method: fc.constantFrom("mean-shift", "ratio", "z-score", "shrunken-shift"),
    scale: fc.record({ lowest: figure, highest: figure }),
    doubt: figure,
    leastPerRater: count,
  });
  always(fc.tuple(fc.array(given), rules), ([list, rule]) => simulateCorrection(list, rule));
  always(fc.tuple(fc.array(figure), figure, figure), ([values, mean, weight]) =>
    shrunkenMean(values, { mean, weight }),
  );
});

it("time", () => {
  always(fc.tuple(figure, figure, figure), ([target, part, whole]) => prorate(target, part, whole));
  always(fc.tuple(figure, range, basis, presence, fc.array(figure, { maxLength: 2 })), (given) => {
    const [target, cycle, how, there, ramp] = given;
    const weighed = weighCycle(cycle, how);
    return weighed.ok ? proratedTarget(target, "flow", weighed.value, there, ramp) : weighed;
  });
  const rules = fc.record({ leastDays: count, leastPart: fc.record({ part: count, of: count }) });
  always(fc.tuple(range, presence, rules), ([cycle, there, rule]) =>
    eligibility(cycle, there, rule),
  );
  const segment = fc.record({ key: name, days: count, total: fc.option(figure) });
  always(fc.array(segment), combineSegments);
  always(fc.tuple(figure, figure, figure), ([actual, target, share]) =>
    paceOf(actual, target, share),
  );
  always(fc.tuple(count, count), ([day, days]) => speedOf(day, days));
  always(fc.tuple(range, basis, date), ([cycle, how, day]) => {
    const weighed = weighCycle(cycle, how);
    return weighed.ok ? expectedShare(weighed.value, day) : weighed;
  });
});

it("money", () => {
  always(fc.array(fc.record({ grade: name, coefficient: figure })), (table) =>
    gradedCoefficient("a", table),
  );
  always(fc.tuple(figure, figure, figure), ([total, lowest, highest]) =>
    linearCoefficient(total, { lowest, highest }),
  );
  const factors = fc.array(fc.record({ key: name, value: figure }), { maxLength: 3 });
  always(fc.tuple(figure, factors, figure, figure), ([base, list, part, whole]) =>
    bonusOf(base, list, { part, whole }),
  );
  const member = fc.record({ key: name, base: figure, coefficient: figure, order: name });
  always(fc.tuple(figure, fc.array(member)), ([pool, members]) => sharePool(pool, members));
  always(fc.tuple(figure, figure, figure, figure, figure), (given) => {
    const [attainment, threshold, targetBonus, accelerator, cap] = given;
    return payoutOf(attainment, { threshold, targetBonus, accelerator, cap });
  });
  const tier = fc.record({ from: figure, to: fc.option(figure), rate: figure });
  always(
    fc.tuple(figure, fc.array(tier, { maxLength: 3 }), fc.constantFrom("marginal", "whole")),
    ([sales, tiers, kind]) => commissionOf(sales, tiers, kind),
  );
  const cycle = fc.record({ grade: fc.option(name), coverage: figure, veto: fc.boolean() });
  always(fc.tuple(fc.array(cycle), count, count, count, figure), (given) => {
    const [cycles, asked, good, tenure, coverage] = given;
    return promotionEligibility(
      { cycles, tenureMonths: 24, openPlan: false },
      {
        ...{ grades: ["a", "b", "c"], cycles: asked, atLeast: "b", goodCycles: good },
        ...{ goodGrade: "a", never: "c", tenureMonths: tenure, coverage },
      },
    );
  });
});
