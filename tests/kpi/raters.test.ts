import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Decimal } from "../../plugin/decimal.ts";
import {
  composeRatings,
  type RaterGroup,
  type RaterRole,
  type Rating,
} from "../../plugin/kpi/raters.ts";

const group = (
  key: string,
  role: RaterRole,
  weight: number | null,
  least: number | null = null,
): RaterGroup => ({ key, role, weight: weight === null ? null : new Decimal(weight), least });
const GROUPS = [
  group("manager", "superior", 40),
  group("peer", "peer", 30),
  group("report", "report", 20),
  group("self", "self", 10),
];

function rating(from: string, value: number | null, change: Partial<Rating> = {}): Rating {
  return {
    group: from,
    value: value === null ? null : new Decimal(value),
    text: null,
    conflict: false,
    ...change,
  };
}
const RATINGS = [
  rating("manager", 85),
  rating("peer", 90),
  rating("peer", 80),
  rating("peer", 88),
  rating("report", 95, { text: "hard to reach" }),
  rating("self", 98),
];
const scoreOf = (ratings: readonly Rating[], groups: readonly RaterGroup[]) => {
  const { score } = composeRatings(ratings, groups);
  return score.status === "OK" ? score.value.toNumber() : score.reasons[0]?.code;
};

it("suppresses a group that is too small, its text too, and spreads its weight", () => {
  const result = composeRatings(RATINGS, GROUPS);

  expect(result.score).toEqual({ status: "OK", value: new Decimal(87), reasons: [] });
  expect(result.coverage).toEqual(new Decimal("0.8"));
  expect(result.groups[2]).toEqual({
    key: "report",
    state: "suppressed",
    mean: null,
    count: null,
    share: new Decimal(0),
    texts: [],
  });
  expect(result.groups[1]).toMatchObject({ state: "counted", mean: new Decimal(86), count: 3 });
  expect(result.groups.map(({ share }) => share.toNumber())).toEqual([0.5, 0.375, 0, 0.125]);
  expect(result.reasons).toEqual([
    { code: "raters_group_small", details: { group: "report", min: "3" } },
    { code: "raters_weight_spread", details: { coverage: "80%" } },
  ]);
});

it("counts small groups where the company does without that guard", () => {
  const open = GROUPS.map((one) => ({ ...one, least: 1 }));
  const result = composeRatings(RATINGS, open);

  expect(scoreOf(RATINGS, open)).toBe(88.6);
  expect(result.coverage.toNumber()).toBe(1);
  expect(result.groups[2]?.texts).toEqual(["hard to reach"]);
  expect(result.reasons).toEqual([]);
});

it("shows the own rating without counting it, unless it was given a weight", () => {
  const result = composeRatings(RATINGS, [
    ...GROUPS.slice(0, 2),
    GROUPS[2]!,
    group("self", "self", null),
  ]);

  expect(result.groups[3]).toMatchObject({ state: "shown", mean: new Decimal(98) });
  expect(result.score).toMatchObject({ value: new Decimal("85.4285714286") });
});

it("counts neither those who do not know the person nor those in conflict with them", () => {
  const peers = [rating("peer", 90), rating("peer", 80), rating("peer", 88)];
  const open = [group("peer", "peer", 100)];

  expect(scoreOf([...peers, rating("peer", null)], open)).toBe(86);
  expect(scoreOf([...peers, rating("peer", 0, { conflict: true })], open)).toBe(86);
  // Two that count are too few, however many were asked.
  expect(scoreOf([...peers.slice(0, 2), rating("peer", null), rating("peer", null)], open)).toBe(
    "raters_none",
  );
});

it("leaves out the highest and the lowest of six or more, if asked to", () => {
  const values = [10, 80, 82, 84, 86, 100].map((value) => rating("peer", value));
  const groups = [group("peer", "peer", 100)];

  expect(composeRatings(values, groups, { trim: "extremes" }).groups[0]).toMatchObject({
    mean: new Decimal(83),
    count: 4,
  });
  expect(composeRatings(values.slice(0, 5), groups, { trim: "extremes" }).groups[0]?.count).toBe(5);
  expect(composeRatings(values, groups).groups[0]?.count).toBe(6);
});

it("shows texts in an order that tells nothing about their writers", () => {
  const texts = ["b", "c", "a"].map((text) => rating("peer", 80, { text }));
  const wordless = rating("peer", null, { text: "worked with them once" });
  const groups = [group("peer", "peer", 100)];

  expect(composeRatings([...texts, wordless], groups).groups[0]?.texts).toEqual([
    "a",
    "b",
    "c",
    "worked with them once",
  ]);
});

it("has no score without ratings, and never 0", () => {
  const result = composeRatings([], GROUPS);

  expect(result.score).toEqual({
    status: "NO_DATA",
    reasons: [{ code: "raters_none", details: {} }],
  });
  expect(result.groups.map(({ state }) => state)).toEqual(["empty", "empty", "empty", "empty"]);
  expect(result.coverage.toNumber()).toBe(0);
});

describe("refuses by name", () => {
  it.each([
    ["a group twice", [], [...GROUPS, GROUPS[0]!], "raters_group_twice"],
    ["a group nobody set up", [rating("friend", 90)], GROUPS, "raters_group_unknown"],
    ["a missing weight", [], [group("peer", "peer", null)], "raters_weight_unusable"],
    ["a negative weight", [], [group("peer", "peer", -1)], "raters_weight_unusable"],
    ["needing no rating", [], [group("peer", "peer", 1, 0)], "raters_least_unusable"],
    ["a rating that is no number", [rating("peer", NaN)], GROUPS, "rating_unusable"],
  ])("%s", (_what, ratings, groups, code) => {
    const { score } = composeRatings(ratings, groups);

    expect(score.status).toBe("ERROR");
    expect(score.reasons[0]?.code).toBe(code);
  });
});

it("lies between the lowest and the highest counted rating, whatever the order", () => {
  const one = fc.record({
    group: fc.constantFrom("manager", "peer", "report", "self"),
    value: fc.option(fc.integer({ min: 100, max: 500 }).map((n) => new Decimal(n).div(100))),
    text: fc.constant(null),
    conflict: fc.boolean(),
  });
  fc.assert(
    fc.property(
      fc.array(one, { maxLength: 30 }),
      fc.constantFrom("none" as const, "extremes" as const),
      (ratings, trim) => {
        const result = composeRatings(ratings, GROUPS, { trim });
        const counts = new Set(
          result.groups.filter(({ state }) => state === "counted").map(({ key }) => key),
        );
        const values = ratings.flatMap(({ group: from, value, conflict }) =>
          value !== null && !conflict && counts.has(from) ? [value] : [],
        );

        expect(result.score.status).toBe(values.length > 0 ? "OK" : "NO_DATA");
        if (result.score.status === "OK") {
          const { value } = result.score;
          expect(value.greaterThanOrEqualTo(Decimal.min(...values))).toBe(true);
          expect(value.lessThanOrEqualTo(Decimal.max(...values))).toBe(true);
        }
        expect(composeRatings(ratings.toReversed(), GROUPS, { trim })).toEqual(result);
        expect(composeRatings(ratings, GROUPS.toReversed(), { trim }).score).toEqual(result.score);
      },
    ),
    { numRuns: 1000 },
  );
});
