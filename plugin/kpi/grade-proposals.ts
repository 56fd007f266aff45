import type { Decimal } from "../decimal.ts";
import type { Reason } from "./model.ts";
import { quotaSeats, type GradeSeats, type QuotaRule, type QuotaShare } from "./quota.ts";
import { reason } from "./reason.ts";
import { ranked, type Criterion } from "./ties.ts";

/** Fewest people a quota says anything about; below, pool with sibling teams (spec 3.8). */
export const LEAST_PEOPLE = 10;

/** One person as the quota sees them: results, never who they are. */
export interface RankedPerson {
  /** Only names the person in the answer. */
  readonly key: string;
  /** What people are ranked by: the total as displayed. */
  readonly total: Decimal;
  /** Grade before the quota. */
  readonly grade: string;
  /** Best grade this person may have, e.g. after a veto; null = any. */
  readonly atBest: string | null;
  /**
   * What decides among equal totals, most important first, larger is better: the unrounded total, the
   * score of the key KPI, the counter-metrics, the decision of a committee. null = there is none.
   */
  readonly criteria: readonly (Decimal | null)[];
}

/** What happens to equals of whom not all find a seat. */
export type TiePolicy = "generous" | "strict" | "tiebreak";

export interface ProposalRules {
  /** Best grade first; sum 1. */
  readonly shares: readonly QuotaShare[];
  readonly quota: QuotaRule;
  readonly ties: TiePolicy;
  /** Fewest people, see {@link LEAST_PEOPLE}. */
  readonly leastPeople: number;
  /** Seats of the best grade given to this team by `nestedSeats`; null = its own. */
  readonly topSeats: number | null;
}

export interface GradeProposal {
  readonly key: string;
  readonly current: string;
  /** null = open: somebody has to decide between the grades the reason names. */
  readonly proposed: string | null;
  readonly reason: Reason;
}

/** Equals at the edge of a quota and what became of them. */
export interface EdgeTie {
  /** In alphabetical order: the list says nothing about rank. */
  readonly people: readonly string[];
  readonly total: Decimal;
  /** The grade there were too few seats in. */
  readonly grade: string;
  /** Seats there were for them. */
  readonly seats: number;
  readonly outcome: "all-in" | "all-out" | "separated" | "open";
  /** Which criterion separated them, counted from 1; null = none did. */
  readonly criterion: number | null;
}

/** A proposal for people to decide on: nothing is changed by it. */
export type ProposedGrades =
  | {
      readonly state: "proposed";
      /** In the order people were given. */
      readonly proposals: readonly GradeProposal[];
      readonly seats: readonly GradeSeats[];
      readonly ties: readonly EdgeTie[];
      readonly notices: readonly Reason[];
    }
  /** Too few people for a quota: take sibling teams together, see `nestedSeats`. */
  | { readonly state: "pool-first"; readonly notices: readonly Reason[] }
  | { readonly state: "invalid"; readonly problems: readonly Reason[] };

/**
 * Propose grades that keep to a quota. A simulation: a person decides.
 *
 * Seats are filled from the best grade down, by total. Where only a cap is set (`cap-top`,
 * `headcount`), nobody gets a better grade than they have, and whoever is beyond the cap is proposed
 * one grade lower. Where all grades have seats, people get the grade of their seat, better or worse,
 * but never a better one than `atBest`; seats nobody may take pass to the next grade.
 *
 * Equals of whom not all find a seat: `generous` takes all of them in, `strict` none, `tiebreak` asks
 * the criteria in turn. If these do not separate them either, the seat stays open and the proposal is
 * null. Neither key nor order ever decides, so another order of people gives the same proposals.
 *
 * @param people  keys are different; grades are among those of `rules.shares`
 * @returns problems as reasons `quota_…`; notices always say that the last rank proves no incompetence
 * @source the specification 3.8 (quota, ties at the edge, law in China)
 * @example totals 96 93 93 93 90 …, all A, at most 2 A: generous 4 keep A, strict 1
 */
export function proposeGrades(
  people: readonly RankedPerson[],
  rules: ProposalRules,
): ProposedGrades {
  const seating = quotaSeats(people.length, rules.shares, rules.quota);
  const problems = [...(seating.ok ? [] : seating.problems), ...unusable(people, rules)];
  if (!seating.ok || problems.length > 0) return { state: "invalid", problems };
  const law = reason("quota_bottom_no_proof");
  if (people.length < rules.leastPeople && rules.topSeats === null) {
    const size = { count: String(people.length), min: String(rules.leastPeople) };
    return { state: "pool-first", notices: [reason("quota_team_small", size), law] };
  }
  const seats = withTopSeats(seating.value.grades, rules.topSeats);
  const round = new Round(people, seats, rules);
  return {
    state: "proposed",
    proposals: people.map((person) => round.proposalOf(person)),
    seats,
    ties: round.ties,
    notices: [...seating.value.notices, ...round.openSeats(), law],
  };
}

/** Places in the list of grades: the better and the worse end of what is possible. */
interface Placed {
  readonly best: number;
  readonly worst: number;
}

/** One filling of the seats. */
class Round {
  readonly ties: EdgeTie[] = [];
  private readonly placed = new Map<string, Placed>();
  /** The last tie somebody was part of. */
  private readonly tieOf = new Map<string, EdgeTie>();
  private readonly grades: readonly GradeSeats[];
  private readonly policy: TiePolicy;
  /** Caps only ever lower; seats for all grades also raise. */
  private readonly lowersOnly: boolean;
  /** People who found their place so far. */
  private taken = 0;

  constructor(
    people: readonly RankedPerson[],
    grades: readonly GradeSeats[],
    { quota, ties }: ProposalRules,
  ) {
    this.grades = grades;
    this.policy = ties;
    this.lowersOnly = quota.code === "cap-top" || quota.code === "headcount";
    grades.forEach((_grade, place) => this.fill(place, people));
  }

  proposalOf({ key, grade }: RankedPerson): GradeProposal {
    const current = this.placeOf(grade);
    const { best, worst } = this.placed.get(key) ?? { best: current, worst: current };
    const proposed = this.grades[best]?.grade ?? grade;
    if (best !== worst) {
      const between = { better: proposed, worse: this.grades[worst]?.grade ?? "" };
      return { key, current: grade, proposed: null, reason: reason("quota_tie_open", between) };
    }
    const why = whyOf(best, current, this.tieOf.get(key) ?? null, {
      grade: proposed,
      current: grade,
    });
    return { key, current: grade, proposed, reason: why };
  }

  openSeats(): readonly Reason[] {
    return this.ties
      .filter(({ outcome }) => outcome === "open")
      .map(({ people, grade, seats }) =>
        reason("quota_seats_open", { people: people.join(", "), grade, seats: String(seats) }),
      );
  }

  private fill(place: number, people: readonly RankedPerson[]): void {
    const candidates = people.filter(
      (person) => !this.placed.has(person.key) && this.bestOf(person) <= place,
    );
    const byTotal: Criterion<RankedPerson> = ({ total }) => total;
    for (const equals of ranked(candidates, [byTotal])) {
      const room = this.roomAt(place);
      if (equals.length <= room) this.settle(equals, place);
      else {
        if (room > 0) this.atEdge(equals, place, room);
        // Nobody further down passes those who did not find a seat.
        return;
      }
    }
  }

  /** Seats left up to this grade; a generous tie may have taken more than there were. */
  private roomAt(place: number): number {
    const last = place === this.grades.length - 1;
    return last ? Infinity : Math.max(0, (this.grades[place]?.orBetter ?? Infinity) - this.taken);
  }

  private atEdge(equals: readonly RankedPerson[], place: number, room: number): void {
    switch (this.policy) {
      case "generous":
        this.note(equals, place, room, "all-in", null);
        return this.settle(equals, place);
      case "strict":
        return this.note(equals, place, room, "all-out", null);
      case "tiebreak":
        return this.separate(equals, place, room);
    }
  }

  private separate(equals: readonly RankedPerson[], place: number, room: number): void {
    const count = Math.max(...equals.map(({ criteria }) => criteria.length));
    const criteria = Array.from(
      { length: count },
      (_empty, index): Criterion<RankedPerson> =>
        (person) =>
          person.criteria[index] ?? null,
    );
    let classes: readonly (readonly RankedPerson[])[] = [equals];
    let inside: readonly RankedPerson[] = [];
    let decisive: number | null = null;
    for (let used = 1; used <= count && inside.length < room; used += 1) {
      const before = classes.length;
      classes = ranked(equals, criteria.slice(0, used));
      inside = fitting(classes, room);
      if (classes.length > before) decisive = used;
    }
    if (decisive !== null) this.note(equals, place, room, "separated", decisive);
    this.settle(inside, place);
    const left = room - inside.length;
    if (left > 0)
      this.leaveOpen(
        classes.find((one) => !one.some((person) => inside.includes(person))) ?? [],
        place,
        left,
      );
  }

  /** Nothing separates these people: their places lie between this grade and one further down. */
  private leaveOpen(equals: readonly RankedPerson[], place: number, seats: number): void {
    this.note(equals, place, seats, "open", null);
    this.taken += equals.length;
    let worst = place;
    while (this.taken > (this.grades[worst]?.orBetter ?? Infinity)) worst += 1;
    worst = Math.min(worst, this.grades.length - 1);
    for (const { key } of equals) this.placed.set(key, { best: place, worst });
  }

  private settle(people: readonly RankedPerson[], place: number): void {
    for (const { key } of people) this.placed.set(key, { best: place, worst: place });
    this.taken += people.length;
  }

  private note(
    equals: readonly RankedPerson[],
    place: number,
    seats: number,
    outcome: EdgeTie["outcome"],
    criterion: number | null,
  ): void {
    const [first] = equals;
    if (first === undefined) return;
    const people = equals.map(({ key }) => key).sort();
    const grade = this.grades[place]?.grade ?? "";
    const tie: EdgeTie = { people, total: first.total, grade, seats, outcome, criterion };
    this.ties.push(tie);
    for (const key of people) this.tieOf.set(key, tie);
  }

  private bestOf({ grade, atBest }: RankedPerson): number {
    const limit = atBest === null ? 0 : this.placeOf(atBest);
    return this.lowersOnly ? Math.max(limit, this.placeOf(grade)) : limit;
  }

  private placeOf(grade: string): number {
    return this.grades.findIndex((one) => one.grade === grade);
  }
}

/** Whole classes from the top, as many as fit. */
function fitting(
  classes: readonly (readonly RankedPerson[])[],
  room: number,
): readonly RankedPerson[] {
  const inside: RankedPerson[] = [];
  for (const one of classes) {
    if (inside.length + one.length > room) break;
    inside.push(...one);
  }
  return inside;
}

function whyOf(
  proposed: number,
  current: number,
  tie: EdgeTie | null,
  details: { readonly grade: string; readonly current: string },
): Reason {
  switch (tie?.outcome) {
    case "all-in":
      return reason("quota_tie_all_in", details);
    case "all-out":
      return reason("quota_tie_all_out", { ...details, better: tie.grade });
    case "separated":
      return reason("quota_tie_separated", { ...details, criterion: String(tie.criterion ?? "") });
    default:
      if (proposed === current) return reason("quota_unchanged", details);
      return reason(proposed > current ? "quota_lower" : "quota_higher", details);
  }
}

/** The seats of the best grade as given from outside; the grades below take what that changes. */
function withTopSeats(grades: readonly GradeSeats[], top: number | null): readonly GradeSeats[] {
  if (top === null) return grades;
  const together = grades.map(({ orBetter }, place) => {
    if (place === 0) return top;
    return orBetter === null ? null : Math.max(top, orBetter);
  });
  return grades.map((one, place) => {
    const orBetter = together[place] ?? null;
    return {
      ...one,
      orBetter,
      seats: orBetter === null ? null : orBetter - (together[place - 1] ?? 0),
    };
  });
}

function unusable(people: readonly RankedPerson[], rules: ProposalRules): readonly Reason[] {
  const problems: Reason[] = [];
  const grades = new Set(rules.shares.map(({ grade }) => grade));
  const keys = new Set<string>();
  for (const { key, total, grade, atBest, criteria } of people) {
    if (keys.has(key)) problems.push(reason("quota_person_twice", { person: key }));
    keys.add(key);
    const unknown = [grade, atBest ?? grade].find((one) => !grades.has(one));
    if (unknown !== undefined) {
      problems.push(reason("quota_grade_unknown", { person: key, grade: unknown }));
    }
    if (!total.isFinite() || criteria.some((value) => value !== null && !value.isFinite())) {
      problems.push(reason("quota_person_unusable", { person: key }));
    }
  }
  const { topSeats } = rules;
  if (topSeats !== null && (!Number.isSafeInteger(topSeats) || topSeats < 0)) {
    problems.push(reason("quota_team_seats", { seats: String(topSeats) }));
  }
  return problems;
}
