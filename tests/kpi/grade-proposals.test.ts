import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Decimal } from "../../plugin/decimal.ts";
import {
  LEAST_PEOPLE,
  proposeGrades,
  type ProposalRules,
  type RankedPerson,
} from "../../plugin/kpi/grade-proposals.ts";
import { DEFAULT_QUOTA } from "../../plugin/kpi/quota.ts";
import { hasWords } from "../../plugin/words/words.ts";

const RUNS = { numRuns: 1000 };
const share = (grade: string, part: string) => ({ grade, share: new Decimal(part) });
const RULES: ProposalRules = {
  shares: [share("A", "0.2"), share("B", "0.7"), share("C", "0.1")],
  quota: DEFAULT_QUOTA,
  ties: "tiebreak",
  leastPeople: LEAST_PEOPLE,
  topSeats: null,
};
const EXACT: ProposalRules = { ...RULES, quota: { code: "largest-remainder" } };

function person(key: string, total: number, change: Partial<RankedPerson> = {}): RankedPerson {
  return { key, total: new Decimal(total), grade: "A", atBest: null, criteria: [], ...change };
}
/** Ten people, three of them equal around the second of two seats. */
const TEN = [96, 93, 93, 93, 90, 88, 85, 84, 80, 70].map((total, index) =>
  person(`p${index}`, total),
);
const withCriteria = (...criteria: (readonly (number | null)[])[]) =>
  TEN.map((one, index) => ({
    ...one,
    criteria: (criteria[index - 1] ?? []).map((value) =>
      value === null ? null : new Decimal(value),
    ),
  }));

function proposed(people: readonly RankedPerson[], rules: ProposalRules) {
  const result = proposeGrades(people, rules);
  if (result.state !== "proposed") throw new Error(JSON.stringify(result));
  return result;
}
const gradesOf = (people: readonly RankedPerson[], rules: ProposalRules) =>
  proposed(people, rules)
    .proposals.map((one) => one.proposed ?? "?")
    .join("");

describe("equals at the edge of a cap", () => {
  it("are all taken in when ties are generous", () => {
    const result = proposed(TEN, { ...RULES, ties: "generous" });

    expect(result.proposals.map((one) => one.proposed).join("")).toBe("AAAABBBBBB");
    expect(result.ties).toEqual([
      {
        people: ["p1", "p2", "p3"],
        total: new Decimal(93),
        grade: "A",
        seats: 1,
        outcome: "all-in",
        criterion: null,
      },
    ]);
    expect(result.proposals[1]?.reason.code).toBe("quota_tie_all_in");
  });

  it("all stay out when ties are strict", () => {
    const result = proposed(TEN, { ...RULES, ties: "strict" });

    expect(result.proposals.map((one) => one.proposed).join("")).toBe("ABBBBBBBBB");
    expect(result.proposals[2]?.reason).toEqual({
      code: "quota_tie_all_out",
      details: { grade: "B", current: "A", better: "A" },
    });
  });

  it("leave the seat open when nothing separates them: never key or order", () => {
    const result = proposed(TEN, RULES);

    expect(result.proposals.map((one) => one.proposed ?? "?").join("")).toBe("A???BBBBBB");
    expect(result.proposals[1]?.reason).toEqual({
      code: "quota_tie_open",
      details: { better: "A", worse: "B" },
    });
    expect(result.ties).toMatchObject([{ outcome: "open", seats: 1 }]);
    expect(result.notices).toContainEqual({
      code: "quota_seats_open",
      details: { people: "p1, p2, p3", grade: "A", seats: "1" },
    });
  });

  it("are separated by the first criterion that tells them apart", () => {
    const result = proposed(withCriteria([93.1, 80], [93.1, 85], [92.9, 99]), RULES);

    expect(result.proposals.map((one) => one.proposed).join("")).toBe("ABABBBBBBB");
    expect(result.ties).toMatchObject([{ outcome: "separated", criterion: 2, seats: 1 }]);
    expect(result.proposals[1]?.reason.code).toBe("quota_tie_separated");
    expect(result.proposals[1]?.reason.details["criterion"]).toBe("2");
  });

  it("stay open between those a criterion leaves equal, and shut out the others", () => {
    const result = proposed(withCriteria([93.1], [93.1], [92.9]), RULES);

    expect(result.proposals.map((one) => one.proposed ?? "?").join("")).toBe("A??BBBBBBB");
    expect(result.ties.map(({ outcome, people }) => [outcome, people.length])).toEqual([
      ["separated", 3],
      ["open", 2],
    ]);
  });

  it("pass over a criterion that one of them lacks", () => {
    expect(gradesOf(withCriteria([null, 1], [50, 2], [60, 3]), RULES)).toBe("ABBABBBBBB");
  });
});

describe("a cap", () => {
  it("never raises anybody, and leaves the bottom alone", () => {
    const people = TEN.map((one, index) => ({ ...one, grade: index < 1 ? "A" : "C" }));

    expect(gradesOf(people, RULES)).toBe("ACCCCCCCCC");
  });

  it("is not used up by people who may not have the grade", () => {
    const people = TEN.map((one, index) => ({
      ...one,
      total: new Decimal(100 - index),
      grade: index === 0 ? "C" : "A",
      atBest: index === 0 ? "C" : null,
    }));

    expect(gradesOf(people, RULES)).toBe("CAABBBBBBB");
  });

  it("of the two best grades together pushes the overflow down step by step", () => {
    const shares = [share("S", "0.1"), share("A", "0.2"), share("B", "0.7")];
    const people = TEN.map((one, index) => ({
      ...one,
      total: new Decimal(100 - index),
      grade: index < 3 ? "S" : "A",
    }));
    const quota = { code: "cap-top", rounding: "floor", grades: 2 } as const;

    expect(gradesOf(people, { ...RULES, shares, quota })).toBe("SAABBBBBBB");
  });
});

describe("seats for all grades", () => {
  const ranks = TEN.map((one, index) => ({ ...one, total: new Decimal(100 - index), grade: "B" }));

  it("raise and lower by rank", () => {
    const result = proposed(ranks, EXACT);

    expect(result.proposals.map((one) => one.proposed).join("")).toBe("AABBBBBBBC");
    expect(result.proposals.map(({ reason }) => reason.code)).toEqual([
      ...["quota_higher", "quota_higher"],
      ...Array.from({ length: 7 }, () => "quota_unchanged"),
      "quota_lower",
    ]);
  });

  it("never give more than a person may have; the seat passes on", () => {
    const people = ranks.map((one, index) => ({ ...one, atBest: index === 0 ? "C" : null }));

    expect(gradesOf(people, EXACT)).toBe("CAABBBBBBB");
  });

  it("take a generous seat from the next grade", () => {
    const people = TEN.map((one) => ({ ...one, grade: "B" }));

    expect(gradesOf(people, { ...EXACT, ties: "generous" })).toBe("AAAABBBBBC");
  });

  it("leave a whole team of equals open between best and worst", () => {
    const people = TEN.map(({ key }) => person(key, 80));
    const result = proposed(people, EXACT);

    expect(result.proposals.every((one) => one.proposed === null)).toBe(true);
    expect(result.proposals[0]?.reason.details).toEqual({ better: "A", worse: "C" });
  });
});

it("always says that the last rank proves nothing", () => {
  expect(proposed(TEN, RULES).notices.map(({ code }) => code)).toContain("quota_bottom_no_proof");
});

it("sends a small team to its siblings, unless it was given seats from there", () => {
  const three = TEN.slice(0, 3);
  const result = proposeGrades(three, RULES);

  expect(result).toEqual({
    state: "pool-first",
    notices: [
      { code: "quota_team_small", details: { count: "3", min: "10" } },
      { code: "quota_bottom_no_proof", details: {} },
    ],
  });
  expect(gradesOf(three, { ...RULES, topSeats: 1 })).toBe("ABB");
  expect(gradesOf(three, { ...EXACT, topSeats: 1, ties: "strict" })).toBe("ABB");
});

it.each([
  ["a person twice", [person("p", 90), person("p", 80)], RULES, "quota_person_twice"],
  ["a grade without share", [person("p", 90, { grade: "S" })], RULES, "quota_grade_unknown"],
  ["a limit without share", [person("p", 90, { atBest: "S" })], RULES, "quota_grade_unknown"],
  ["a total that is none", [person("p", NaN)], RULES, "quota_person_unusable"],
  ["half a seat", [person("p", 90)], { ...RULES, topSeats: 0.5 }, "quota_team_seats"],
  ["no shares", [person("p", 90)], { ...RULES, shares: [] }, "quota_shares_empty"],
])("refuses %s by name", (_what, people, rules, code) => {
  const result = proposeGrades(people, rules);

  expect(result.state).toBe("invalid");
  expect(result.state === "invalid" ? result.problems.map((one) => one.code) : []).toContain(code);
});

describe("laws", () => {
  const value = fc.integer({ min: 0, max: 4 }).map((n) => new Decimal(n));
  const crowd = fc
    .array(
      fc.record({
        total: value,
        grade: fc.constantFrom("A", "B", "C"),
        atBest: fc.option(fc.constantFrom("B", "C"), { freq: 5 }),
        criteria: fc.array(fc.option(value, { freq: 5 }), { maxLength: 2 }),
      }),
      { minLength: 1, maxLength: 25 },
    )
    .map((list): RankedPerson[] => list.map((one, index) => ({ key: `k${index}`, ...one })));
  const rules = fc.record<ProposalRules>({
    shares: fc.constant(RULES.shares),
    quota: fc.constantFrom<ProposalRules["quota"]>(
      { code: "largest-remainder" },
      { code: "floor-then-middle" },
      { code: "cap-top", rounding: "ceil", grades: 1 },
      { code: "cap-top", rounding: "floor", grades: 2 },
    ),
    ties: fc.constantFrom("generous", "strict", "tiebreak"),
    leastPeople: fc.constant(0),
    topSeats: fc.option(fc.integer({ min: 0, max: 4 }), { freq: 5 }),
  });

  it("another order and other keys of people change nothing", () => {
    fc.assert(
      fc.property(crowd, rules, fc.infiniteStream(fc.nat()), (people, rule, chance) => {
        const renamed = people
          .map((one) => ({ one, at: chance.next().value }))
          .sort((a, b) => a.at - b.at)
          .map(({ one }, index) => ({ was: one.key, now: { ...one, key: `n${index}` } }));
        const names = new Map(renamed.map(({ was, now }) => [now.key, was]));
        const first = proposed(people, rule);
        const again = proposed(
          renamed.map(({ now }) => now),
          rule,
        );

        expect(new Map(again.proposals.map(({ key, ...rest }) => [names.get(key), rest]))).toEqual(
          new Map(first.proposals.map(({ key, ...rest }) => [key, rest])),
        );
      }),
      RUNS,
    );
  });

  it("a higher total never comes with a worse grade among people who may have the same", () => {
    fc.assert(
      fc.property(crowd, rules, (people, rule) => {
        const free = people.map((one) => ({ ...one, grade: "A", atBest: null }));
        const { proposals } = proposed(free, rule);
        const worst = new Map(
          proposals.map(({ key, proposed: grade, reason }) => [
            key,
            grade ?? reason.details["worse"] ?? "",
          ]),
        );
        const best = new Map(
          proposals.map(({ key, proposed: grade, reason }) => [
            key,
            grade ?? reason.details["better"] ?? "",
          ]),
        );
        for (const a of free) {
          for (const b of free.filter((one) => a.total.greaterThan(one.total))) {
            expect((worst.get(a.key) ?? "") <= (worst.get(b.key) ?? "")).toBe(true);
            expect((best.get(a.key) ?? "") <= (best.get(b.key) ?? "")).toBe(true);
          }
        }
      }),
      RUNS,
    );
  });

  it("a cap is kept but for generous ties, nobody is raised by it or above a limit", () => {
    const order = "ABC";
    fc.assert(
      fc.property(crowd, rules, (people, rule) => {
        const { proposals, seats, ties } = proposed(people, rule);
        const top = proposals.filter((one) => one.proposed === "A").length;
        const open = ties
          .filter(({ outcome, grade }) => outcome === "open" && grade === "A")
          .reduce((sum, tie) => sum + tie.seats, 0);

        if (rule.ties !== "generous") {
          expect(top + open).toBeLessThanOrEqual(seats[0]?.orBetter ?? Infinity);
        }
        for (const [index, one] of proposals.entries()) {
          const at = order.indexOf(one.proposed ?? "C");
          expect(at).toBeGreaterThanOrEqual(order.indexOf(people[index]?.atBest ?? "A"));
          if (rule.quota.code === "cap-top") {
            expect(at).toBeGreaterThanOrEqual(order.indexOf(one.current));
          }
          expect(hasWords(`reason.${one.reason.code}`)).toBe(true);
        }
      }),
      RUNS,
    );
  });
});
