import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Decimal } from "../../plugin/decimal.ts";
import type { Outcome } from "../../plugin/kpi/outcome.ts";
import {
  checkMeanCap,
  DEFAULT_QUOTA,
  departmentShare,
  nestedSeats,
  quotaSeats,
  type QuotaRule,
  type QuotaShare,
} from "../../plugin/kpi/quota.ts";

const RUNS = { numRuns: 1000 };
const LARGEST: QuotaRule = { code: "largest-remainder" };
const MIDDLE: QuotaRule = { code: "floor-then-middle" };

function shares(text: string): QuotaShare[] {
  return text.split(" ").map((part) => {
    const [grade = "", share = ""] = part.split(":");
    return { grade, share: new Decimal(share) };
  });
}
const ABC = shares("A:0.2 B:0.7 C:0.1");

function valueOf<Value>(outcome: Outcome<Value>): Value {
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
  return outcome.value;
}
const seatsOf = (people: number, list: readonly QuotaShare[], rule: QuotaRule) =>
  valueOf(quotaSeats(people, list, rule)).grades.map(({ seats }) => seats);
const codes = (outcome: Outcome<unknown>) =>
  outcome.ok ? [] : outcome.problems.map(({ code }) => code);

it.each([
  [3, [1, 2, 0], [0, 3, 0], 0],
  [5, [1, 4, 0], [1, 4, 0], 1],
  [7, [1, 5, 1], [1, 6, 0], 1],
  [8, [1, 6, 1], [1, 7, 0], 1],
  [10, [2, 7, 1], [2, 7, 1], 2],
  [23, [5, 16, 2], [4, 17, 2], 4],
])("seats %i people at 20/70/10 as the published table", (people, largest, middle, top) => {
  expect(seatsOf(people, ABC, LARGEST)).toEqual(largest);
  expect(seatsOf(people, ABC, MIDDLE)).toEqual(middle);
  expect(seatsOf(people, ABC, DEFAULT_QUOTA)).toEqual([top, null, null]);
});

it("gives a seat to the larger grade where fractions are equal, and says so", () => {
  // n·p is 0.5, 1, 2.5, 0.75, 0.25: the last seat lies between A and C.
  const seating = valueOf(quotaSeats(5, shares("A:0.1 B:0.2 C:0.5 D:0.15 E:0.05"), LARGEST));

  expect(seating.grades.map(({ seats }) => seats)).toEqual([0, 1, 3, 1, 0]);
  expect(seating.notices).toEqual([{ code: "quota_grades_tied", details: { grades: "A, C" } }]);
});

it("gives it to the better grade where the shares are equal too", () => {
  expect(seatsOf(1, shares("A:0.5 B:0.5"), LARGEST)).toEqual([1, 0]);
});

it("takes the larger of two middle grades", () => {
  expect(seatsOf(3, shares("S:0.1 A:0.3 B:0.5 C:0.1"), MIDDLE)).toEqual([0, 0, 3, 0]);
  expect(seatsOf(3, shares("S:0.1 A:0.4 B:0.4 C:0.1"), MIDDLE)).toEqual([0, 2, 1, 0]);
});

it("rounds a cap up by choice, and caps several grades together", () => {
  const list = shares("S:0.05 A:0.15 B:0.8");

  expect(seatsOf(7, ABC, { code: "cap-top", rounding: "ceil", grades: 1 })).toEqual([
    2,
    null,
    null,
  ]);
  expect(
    valueOf(quotaSeats(30, list, { code: "cap-top", rounding: "floor", grades: 2 })).grades,
  ).toMatchObject([
    { grade: "S", seats: 1, orBetter: 1 },
    { grade: "A", seats: 5, orBetter: 6 },
    { grade: "B", seats: null, orBetter: null },
  ]);
});

it.each([
  [5, 1],
  [6, 2],
  [60, 2],
])("reads the seats of a team of %i off a table of sizes", (people, top) => {
  const rows = [
    { upTo: 5, top: 1 },
    { upTo: null, top: 2 },
  ];

  expect(seatsOf(people, ABC, { code: "headcount", rows })).toEqual([top, null, null]);
});

describe("refuses by name", () => {
  it.each([
    ["no shares", 5, [], LARGEST, "quota_shares_empty"],
    ["shares of 90 %", 5, shares("A:0.2 B:0.7"), LARGEST, "quota_shares_sum"],
    ["a negative share", 5, shares("A:-0.2 B:1.2"), LARGEST, "quota_share_unusable"],
    ["a share that is no number", 5, shares("A:NaN B:1"), LARGEST, "quota_share_unusable"],
    ["a grade twice", 5, shares("A:0.5 A:0.5"), LARGEST, "quota_grade_twice"],
    ["half a person", 2.5, ABC, LARGEST, "quota_people_unusable"],
    ["fewer than nobody", -1, ABC, LARGEST, "quota_people_unusable"],
    [
      "a cap on no grade",
      5,
      ABC,
      { code: "cap-top", rounding: "floor", grades: 0 } as const,
      "quota_top_unusable",
    ],
    [
      "an empty table",
      5,
      ABC,
      { code: "headcount", rows: [] } as const,
      "quota_headcount_unusable",
    ],
    [
      "a table without an end",
      5,
      ABC,
      { code: "headcount", rows: [{ upTo: 5, top: 1 }] } as const,
      "quota_headcount_unusable",
    ],
  ])("%s", (_what, people, list, rule, code) => {
    expect(codes(quotaSeats(people, list, rule))).toEqual([code]);
  });

  it("teams that cannot be used", () => {
    const team = { key: "T1", people: 3, score: null };

    expect(codes(nestedSeats([team], new Decimal("1.2")))).toEqual(["quota_top_share_unusable"]);
    expect(codes(nestedSeats([{ ...team, people: -3 }], new Decimal("0.2")))).toEqual([
      "quota_team_unusable",
    ]);
    expect(codes(nestedSeats([team, team], new Decimal("0.2")))).toEqual(["quota_team_twice"]);
  });

  it("an unknown department grade, and a mean of nobody", () => {
    expect(codes(departmentShare("B", shares("S:0.3 C:0.1")))).toEqual([
      "quota_department_unknown",
    ]);
    expect(codes(departmentShare("S", shares("S:1.3")))).toEqual(["quota_share_unusable"]);
    expect(codes(checkMeanCap([], new Decimal(80)))).toEqual(["quota_nobody"]);
    expect(codes(checkMeanCap([new Decimal(NaN)], new Decimal(80)))).toEqual([
      "quota_total_unusable",
    ]);
  });
});

describe("seats across teams", () => {
  const teams = (...scores: (string | null)[]) =>
    [3, 4, 3].map((people, index) => {
      const score = scores[index] ?? null;
      return { key: `T${index + 1}`, people, score: score === null ? null : new Decimal(score) };
    });
  const top = new Decimal("0.2");

  it("leave the last seat open without scores", () => {
    const seating = valueOf(nestedSeats(teams(), top));

    expect(seating.companySeats).toBe(2);
    expect(seating.teams.map(({ seats }) => seats)).toEqual([0, 1, 0]);
    expect(seating.teams.map(({ exact }) => exact.toNumber())).toEqual([0.6, 0.8, 0.6]);
    expect(seating.open).toEqual({ teams: ["T1", "T3"], seats: 1 });
    expect(seating.notices.map(({ code }) => code)).toEqual([
      "quota_teams_tied",
      "quota_teams_open",
    ]);
  });

  it("go by the teams' scores, which is told", () => {
    const seating = valueOf(nestedSeats(teams("85", "70", "88"), top));

    expect(seating.teams.map(({ seats }) => seats)).toEqual([0, 1, 1]);
    expect(seating.open).toBeNull();
    expect(seating.notices).toEqual([
      { code: "quota_teams_tied", details: { teams: "T1, T3", seats: "1" } },
    ]);
  });

  it("stay open between equal scores", () => {
    expect(valueOf(nestedSeats(teams("88", "70", "88"), top)).open?.teams).toEqual(["T1", "T3"]);
  });

  it("may be rounded up for the company", () => {
    const seating = valueOf(nestedSeats(teams("85", "70", "88"), new Decimal("0.25"), "ceil"));

    expect(seating.companySeats).toBe(3);
    expect(seating.teams.map(({ seats }) => seats)).toEqual([1, 1, 1]);
  });

  it("sum to the company's, within 1 of each team's share, whatever the order of the teams", () => {
    const team = fc.record({
      people: fc.integer({ min: 0, max: 40 }),
      score: fc.option(fc.integer({ min: 60, max: 66 }).map((n) => new Decimal(n))),
    });
    fc.assert(
      fc.property(
        fc.array(team, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 0, max: 100 }),
        fc.constantFrom("floor" as const, "ceil" as const),
        fc.infiniteStream(fc.nat()),
        (list, percent, rounding, chance) => {
          const keyed = list.map((one, index) => ({ key: `team ${index}`, ...one }));
          const share = new Decimal(percent).div(100);
          const seating = valueOf(nestedSeats(keyed, share, rounding));
          const given = seating.teams.reduce((sum, { seats }) => sum + seats, 0);
          const order = new Map(keyed.map(({ key }) => [key, chance.next().value]));
          const mixed = keyed.toSorted((a, b) => (order.get(a.key) ?? 0) - (order.get(b.key) ?? 0));
          const again = valueOf(nestedSeats(mixed, share, rounding));

          expect(given + (seating.open?.seats ?? 0)).toBe(seating.companySeats);
          for (const { exact, seats } of seating.teams) {
            expect(exact.minus(seats).abs().lessThan(1)).toBe(true);
          }
          expect(new Map(again.teams.map(({ key, seats }) => [key, seats]))).toEqual(
            new Map(seating.teams.map(({ key, seats }) => [key, seats])),
          );
          expect(again.open).toEqual(seating.open);
        },
      ),
      RUNS,
    );
  });
});

it("compares a team's mean with its cap", () => {
  const totals = [90, 80, 76].map((total) => new Decimal(total));

  expect(valueOf(checkMeanCap(totals, new Decimal(80)))).toEqual({
    mean: new Decimal(82),
    within: false,
  });
  expect(valueOf(checkMeanCap(totals, new Decimal(82))).within).toBe(true);
});

it("ties the share of the best grade to the department's", () => {
  expect(valueOf(departmentShare("C", shares("S:0.3 C:0.1")))).toEqual(new Decimal("0.1"));
});

describe("laws", () => {
  const lists = fc
    .array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 6 })
    .filter((parts) => parts.some((part) => part > 0))
    .map((parts) => {
      // Whole thousandths that sum to 1: the last grade takes what is left.
      const sum = parts.reduce((a, b) => a + b, 0);
      const thousandths = parts.map((part) => Math.floor((part * 1000) / sum));
      const rest = 1000 - thousandths.reduce((a, b) => a + b, 0);
      return thousandths.map((part, index) => ({
        grade: `grade ${index}`,
        share: new Decimal(index === thousandths.length - 1 ? part + rest : part).div(1000),
      }));
    });
  const people = fc.integer({ min: 0, max: 5000 });

  it("seats sum to the people, each within 1 of its share by largest remainder", () => {
    fc.assert(
      fc.property(people, lists, (count, list) => {
        const { grades } = valueOf(quotaSeats(count, list, LARGEST));

        expect(grades.reduce((sum, { seats }) => sum + (seats ?? 0), 0)).toBe(count);
        for (const { exact, seats } of grades) {
          expect(
            exact
              .minus(seats ?? NaN)
              .abs()
              .lessThan(1),
          ).toBe(true);
        }
      }),
      RUNS,
    );
  });

  it("seats sum to the people by floor then middle, and a cap is never above the share", () => {
    fc.assert(
      fc.property(people, lists, (count, list) => {
        const middle = seatsOf(count, list, MIDDLE);
        const [top] = valueOf(quotaSeats(count, list, DEFAULT_QUOTA)).grades;

        expect(middle.reduce<number>((sum, seats) => sum + (seats ?? 0), 0)).toBe(count);
        expect(middle.every((seats) => seats !== null && seats >= 0)).toBe(true);
        expect(top?.exact.minus(top.seats ?? NaN).toNumber()).toBeGreaterThanOrEqual(0);
        expect(top?.exact.minus(top.seats ?? NaN).toNumber()).toBeLessThan(1);
      }),
      RUNS,
    );
  });
});
