import {
  proposeGrades,
  type RankedPerson,
  type TiePolicy,
} from "../../plugin/kpi/grade-proposals.ts";
import {
  checkMeanCap,
  DEFAULT_QUOTA,
  nestedSeats,
  quotaSeats,
  type QuotaRule,
  type QuotaShare,
} from "../../plugin/kpi/quota.ts";
import { correctedRating, type CorrectionMethod } from "../../plugin/kpi/rater-corrections.ts";
import { composeRatings, type RaterGroup, type Rating } from "../../plugin/kpi/raters.ts";
import { shrunkenMean } from "../../plugin/kpi/means.ts";
import { d, exact, figure, measured, percent, sentence, table, value } from "./markdown.ts";

/** Grades of many people, and ratings by many. */
export function groupBlocks(): ReadonlyMap<string, string> {
  return new Map([
    ["quota", quota()],
    ["nested quota", nested()],
    ["ties", ties()],
    ["mean cap", meanCap()],
    ["360", raters()],
    ["rater corrections", corrections()],
    ["small samples", smallSamples()],
  ]);
}

const SHARES: readonly QuotaShare[] = [
  { grade: "A", share: d("0.2") },
  { grade: "B", share: d("0.7") },
  { grade: "C", share: d("0.1") },
];

function quota(): string {
  const rules: readonly QuotaRule[] = [
    { code: "largest-remainder" },
    { code: "floor-then-middle" },
  ];
  return table(
    ["People at 20/70/10", "largest remainder A/B/C", "floor, then middle", "cap top only"],
    [3, 5, 7, 8, 10, 23].map((people) => [
      String(people),
      ...rules.map((rule) =>
        value(quotaSeats(people, SHARES, rule))
          .grades.map(({ seats }) => String(seats))
          .join("/"),
      ),
      `≤ ${String(value(quotaSeats(people, SHARES, DEFAULT_QUOTA)).grades[0]?.orBetter ?? "")}`,
    ]),
  );
}

function nested(): string {
  const teams = [
    { key: "North", people: 3, score: d(91) },
    { key: "South", people: 4, score: d(88) },
    { key: "West", people: 3, score: d(86) },
  ];
  const { teams: seats, notices, companySeats } = value(nestedSeats(teams, d("0.2")));
  const told = notices.map((notice) => `- ${sentence(notice)}`);
  return [
    table(
      ["Team", "People", "People × 20 %", "Team's score", "Seats"],
      seats.map(({ key, exact: claim, seats: given }, place) => [
        key,
        String(teams[place]?.people ?? ""),
        figure(claim),
        figure(teams[place]?.score ?? null),
        String(given),
      ]),
    ),
    [`- seats of the company: ${String(companySeats)}`, ...told].join("\n"),
  ].join("\n\n");
}

function ties(): string {
  const people = [96, 93, 93, 93, 90, 88, 85, 84, 80, 70].map((total, place): RankedPerson => ({
    key: `P${place + 1}`,
    total: d(total),
    grade: "A",
    atBest: null,
    criteria: [d(total), place === 2 ? d(99) : d(90)],
  }));
  const rows = (["generous", "strict", "tiebreak"] as const).map((policy: TiePolicy) => {
    const proposed = proposeGrades(people, {
      shares: SHARES,
      quota: DEFAULT_QUOTA,
      ties: policy,
      leastPeople: 10,
      topSeats: null,
    });
    if (!("proposals" in proposed)) throw new Error("this example has no problem");
    const top = proposed.proposals.filter((one) => one.proposed === "A").map(({ key }) => key);
    return [policy, String(top.length), top.join(", ")];
  });
  return table(["Policy", "Keep A", "Who"], rows);
}

function meanCap(): string {
  return table(
    ["Totals of the team", "Mean", "Cap", "Within"],
    [
      [90, 80, 76],
      [90, 78, 72],
    ].map((totals) => {
      const { mean, within } = value(checkMeanCap(totals.map(d), d(80)));
      return [totals.join(", "), figure(mean), "80", within ? "yes" : "no"];
    }),
  );
}

const GROUPS: readonly RaterGroup[] = [
  { key: "superior", role: "superior", weight: d(40), least: null },
  { key: "peers", role: "peer", weight: d(30), least: null },
  { key: "reports", role: "report", weight: d(20), least: null },
  { key: "self", role: "self", weight: d(10), least: null },
];
const RATINGS: Readonly<Record<string, readonly string[]>> = {
  superior: ["85"],
  peers: ["90", "80", "88"],
  reports: ["95"],
  self: ["98"],
};

function raters(): string {
  const ratings = Object.entries(RATINGS).flatMap(([group, values]) =>
    values.map((one): Rating => ({ group, value: d(one), text: null, conflict: false })),
  );
  const { score, groups, coverage, reasons } = composeRatings(ratings, GROUPS);
  return [
    table(
      ["Group", "Ratings", "Weight", "State", "Mean", "Share"],
      groups.map(({ key, state, mean, share }, place) => [
        key,
        (RATINGS[key] ?? []).join(", "),
        figure(GROUPS[place]?.weight ?? null),
        state,
        figure(mean),
        percent(share),
      ]),
    ),
    [
      `- **result ${measured(score)}**, coverage ${percent(coverage)}`,
      ...reasons.map((one) => `- ${sentence(one)}`),
    ].join("\n"),
  ].join("\n\n");
}

function corrections(): string {
  const methods: readonly (readonly [CorrectionMethod, string])[] = [
    ["mean-shift", "x − (m − M)"],
    ["ratio", "x ÷ (m ÷ M)"],
    ["z-score", "M + s·(x − m) ÷ sᵣ"],
    ["shrunken-shift", "x − n ÷ (n + n₀)·(m − M)"],
  ];
  const statistics = {
    raterMean: d("4.2"),
    raterDeviation: d("0.7"),
    raterCount: 4,
    globalMean: d("3.8"),
    globalDeviation: d("0.6"),
  };
  return table(
    ["Method", "Formula", "3.5 becomes"],
    methods.map(([method, formula]) => [
      method,
      formula,
      exact(value(correctedRating(d("3.5"), statistics, method, d(6)))),
    ]),
  );
}

function smallSamples(): string {
  const cases = [[1, 1], Array.from({ length: 40 }, () => 1), []];
  return table(
    ["Ratings", "Plain mean", "With a prior of 4.5 that weighs 10"],
    cases.map((ratings) => [
      ratings.length === 0 ? "none" : `${ratings.length} × 1`,
      ratings.length === 0 ? "–" : "1",
      measured(shrunkenMean(ratings.map(d), { mean: d("4.5"), weight: d(10) })),
    ]),
  );
}
