import { Decimal, decimalText } from "../../decimal.ts";
import { PluginError } from "../../errors.ts";
import {
  LEAST_PEOPLE,
  proposeGrades,
  type ProposalRules,
  type RankedPerson,
} from "../../kpi/grade-proposals.ts";
import { median } from "../../kpi/median.ts";
import type { Reason } from "../../kpi/model.ts";
import { nestedSeats, quotaSeats, type QuotaRule, type QuotaShare } from "../../kpi/quota.ts";
import { reason } from "../../kpi/reason.ts";
import type { DistributionView } from "../../report/analysis-views.ts";
import { reasonText } from "../../report/reasons.ts";
import type { ScoredSheet } from "../results.ts";
import {
  closingSheets,
  cycleNamed,
  decimalOf,
  refuse,
  sheetsOf,
  someone,
  withoutGradeText,
  type Reading,
} from "./reading.ts";
import { poolTeams, teamsOf, type Team } from "./teams.ts";

export interface DistributionQuery {
  readonly cycle: string;
  readonly rule: DistributionView["rule"];
  readonly rounding: "floor" | "ceil";
  readonly ties: DistributionView["ties"];
  readonly scope: DistributionView["scope"];
  /** Fewest people a quota says anything about. */
  readonly least: number;
}

export const DISTRIBUTION_DEFAULTS = {
  rule: "cap-top",
  rounding: "floor",
  ties: "generous",
  scope: "company",
  least: LEAST_PEOPLE,
} as const satisfies Omit<DistributionQuery, "cycle">;

/** Actual parts further than this from the share are pointed out (spec 3.8): 5 percentage points. */
const DEVIATION = new Decimal("0.05");

/** Somebody with a grade, as the quota sees them. */
export interface Graded {
  readonly sheet: ScoredSheet;
  /** Names the person in notices; different for everybody. */
  readonly key: string;
  readonly person: RankedPerson;
}

/**
 * Propose grades that keep to the shares of the grade table, beside the actual ones. Changes nothing.
 *
 * `company`: everybody together. `department`: each department for itself. With `cap-top` the company's
 * seats of the best grade are given to the departments by largest remainder, equal ones by the
 * department's own total; with the other rules departments smaller than `least` are taken together with
 * their siblings under the department above.
 *
 * Among equal totals `tiebreak` asks for the unrounded total, then for the score of the key KPIs
 * (weighted mean where there are several). A grade limited by a veto or a key KPI stays limited.
 *
 * @throws request/not-found; record/no-grade-shares; record/unusable-rules
 * @source the specification 3.8
 */
export function proposeDistribution(reading: Reading, query: DistributionQuery): DistributionView {
  const { locale } = reading;
  const cycle = cycleNamed(reading, query.cycle);
  const shares = sharesOf(reading);
  const sheets = closingSheets(reading, cycle);
  const graded = gradedPeople(reading, sheets);
  const rule: QuotaRule =
    query.rule === "cap-top"
      ? { code: "cap-top", rounding: query.rounding, grades: 1 }
      : { code: query.rule };
  const checked = quotaSeats(graded.length, shares, rule);
  if (!checked.ok) refuse(checked.problems, locale);

  const notices: Reason[] = [];
  const nested = query.scope === "department" && rule.code === "cap-top";
  const all: Team = { id: "", name: "", people: graded };
  const teams =
    query.scope === "company"
      ? [all]
      : nested && graded.length >= query.least
        ? teamsOf(reading, graded)
        : poolTeams(reading, graded, query.least);
  const seats = nested ? nestedTops(reading, query, teams, shares, notices) : null;
  const done = teams.map((team) => {
    const rules: ProposalRules = {
      shares,
      quota: rule,
      ties: query.ties,
      leastPeople: query.least,
      topSeats: seats?.get(team.id) ?? null,
    };
    const proposed = proposeGrades(
      team.people.map(({ person }) => person),
      rules,
    );
    if (proposed.state === "invalid") refuse(proposed.problems, locale);
    notices.push(...proposed.notices);
    return { team, proposed };
  });
  const proposals = done.flatMap(({ team, proposed }) =>
    proposed.state === "proposed"
      ? proposed.proposals.flatMap((proposal, place) => {
          const one = team.people[place];
          return one ? [{ one, proposal }] : [];
        })
      : [],
  );
  const after = new Map(proposals.map(({ one, proposal }) => [one.key, proposal.proposed]));
  return {
    cycle: cycle.name,
    rule: query.rule,
    ties: query.ties,
    scope: query.scope,
    people: graded.length,
    totals: totalsOf(graded),
    grades: shares.map((share) => compareShare(share, graded, after)),
    open: [...after.values()].filter((grade) => grade === null).length,
    teams: done.map(({ team, proposed }) => ({
      name: team.name,
      people: team.people.length,
      seats: proposed.state === "proposed" ? (proposed.seats[0]?.seats ?? null) : null,
      state: proposed.state === "proposed" ? "proposed" : "pool-first",
    })),
    proposals: proposals
      .map(({ one, proposal }) => ({
        ...someone(reading, one.sheet.sheet),
        total: decimalText(one.person.total),
        current: proposal.current,
        proposed: proposal.proposed,
        text: reasonText(proposal.reason, locale),
      }))
      .sort((a, b) => new Decimal(b.total).comparedTo(a.total)),
    left: sheets
      .filter((sheet) => !graded.some((one) => one.sheet === sheet))
      .map(({ sheet }) => ({
        ...someone(reading, sheet),
        text: withoutGradeText(sheet, locale),
      })),
    notices: [...new Set(notices.map((notice) => reasonText(notice, locale)))],
  };
}

/** The shares of the grade table, best first. A grade without one is no share of 0. */
function sharesOf({ company }: Reading): QuotaShare[] {
  const missing = company.gradeTerms.filter(({ share }) => share === null);
  if (missing.length > 0 || company.gradeTerms.length === 0) {
    const grades = missing.map(({ grade }) => grade).join(", ");
    throw new PluginError("record/no-grade-shares", { grades: grades === "" ? "—" : grades });
  }
  return company.gradeTerms.flatMap(({ grade, share }) =>
    share === null ? [] : [{ grade, share }],
  );
}

function gradedPeople(reading: Reading, sheets: readonly ScoredSheet[]): Graded[] {
  const names = new Map<string, number>();
  for (const { sheet } of sheets) {
    const { name } = someone(reading, sheet);
    names.set(name, (names.get(name) ?? 0) + 1);
  }
  return sheets.flatMap((sheet) => {
    const { result } = sheet.sheet;
    const total = decimalOf(result?.displayed);
    if (!result || result.grade === null || total === null) return [];
    const { name } = someone(reading, sheet.sheet);
    const key = names.get(name) === 1 ? name : `${name} (${sheet.sheet.code})`;
    const limits = result.gradeLimits.map(({ grade }) => grade);
    const person: RankedPerson = {
      key,
      total,
      grade: result.grade,
      atBest: worstOf(reading, limits),
      criteria: [decimalOf(result.total), keyScore(sheet)],
    };
    return [{ sheet, key, person }];
  });
}

/** The lowest of several grades; null of none. */
function worstOf({ company }: Reading, grades: readonly string[]): string | null {
  const order = company.gradeTerms.map(({ grade }) => grade);
  return [...grades].sort((a, b) => order.indexOf(b) - order.indexOf(a))[0] ?? null;
}

/** Weighted mean of the scores of the key KPIs; null when there is none or one has no score. */
function keyScore({ items }: ScoredSheet): Decimal | null {
  const keys = items.filter(({ rules }) => rules.keyLine !== null);
  let weight = new Decimal(0);
  let sum = new Decimal(0);
  for (const item of keys) {
    const score = decimalOf(item.result?.score);
    if (score === null) return null;
    weight = weight.plus(item.weight ?? 0);
    sum = sum.plus(score.times(item.weight ?? 0));
  }
  return weight.isZero() ? null : sum.div(weight);
}

/** Seats of the best grade that each department gets of the company's. */
function nestedTops(
  reading: Reading,
  query: DistributionQuery,
  teams: readonly Team[],
  shares: readonly QuotaShare[],
  notices: Reason[],
): ReadonlyMap<string, number> | null {
  const people = teams.reduce((sum, team) => sum + team.people.length, 0);
  const [best] = shares;
  // Too few in all: there is nothing to give out, and every team says so itself.
  if (people < query.least || best === undefined) return null;
  const totals = new Map(
    sheetsOf(reading, cycleNamed(reading, query.cycle), "department").map(({ sheet }) => [
      sheet.subject,
      decimalOf(sheet.result?.total),
    ]),
  );
  const names = new Map(teams.map((team) => [team.name, team.id]));
  const given = nestedSeats(
    teams.map(({ id, name, people }) => ({
      key: names.get(name) === id ? name : id,
      people: people.length,
      score: totals.get(id) ?? null,
    })),
    best.share,
    query.rounding,
  );
  if (!given.ok) refuse(given.problems, reading.locale);
  notices.push(...given.value.notices);
  notices.push(reason("quota_nested", { seats: String(given.value.companySeats) }));
  return new Map(teams.map(({ id }, place) => [id, given.value.teams[place]?.seats ?? 0]));
}

function totalsOf(graded: readonly Graded[]): DistributionView["totals"] {
  const totals = graded.map(({ person }) => person.total);
  const middle = median(totals);
  if (middle === null) return null;
  return {
    mean: decimalText(
      Decimal.sum(...totals)
        .div(totals.length)
        .toDecimalPlaces(10),
    ),
    median: decimalText(middle),
    lowest: decimalText(Decimal.min(...totals)),
    highest: decimalText(Decimal.max(...totals)),
  };
}

/** @param proposed  by key; whoever is not in it keeps the actual grade, null = undecided */
function compareShare(
  { grade, share }: QuotaShare,
  graded: readonly Graded[],
  proposed: ReadonlyMap<string, string | null>,
): DistributionView["grades"][number] {
  const before = graded.filter(({ person }) => person.grade === grade).length;
  const after = graded.filter(({ key, person }) => {
    const now = proposed.get(key);
    return (now === undefined ? person.grade : now) === grade;
  }).length;
  const part = (count: number) =>
    new Decimal(count).div(Math.max(1, graded.length)).toDecimalPlaces(10);
  return {
    grade,
    share: decimalText(share),
    before,
    after,
    beforeShare: decimalText(part(before)),
    afterShare: decimalText(part(after)),
    deviates: graded.length > 0 && part(before).minus(share).abs().greaterThan(DEVIATION),
  };
}
