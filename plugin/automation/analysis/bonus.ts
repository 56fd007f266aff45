import { Decimal, decimalText } from "../../decimal.ts";
import { PluginError } from "../../errors.ts";
import { bonusOf, gradedCoefficient, sharePool, type BonusFactor } from "../../kpi/bonus.ts";
import { lengthOf } from "../../kpi/day-shares.ts";
import { payoutOf } from "../../kpi/commission.ts";
import type { Reason } from "../../kpi/model.ts";
import { reason } from "../../kpi/reason.ts";
import type { BonusView, LeftOut } from "../../report/analysis-views.ts";
import { formatPlain, formatShare } from "../../report/format.ts";
import { say } from "../../words/words.ts";
import type { CycleRow, Employee } from "../company.ts";
import type { ScoredSheet } from "../results.ts";
import {
  closingSheets,
  cycleNamed,
  decimalOf,
  reasonsText,
  refuse,
  sheetsOf,
  someone,
  withoutGradeText,
  type Reading,
} from "./reading.ts";

export interface BonusQuery {
  readonly cycle: string;
  readonly mode: BonusView["mode"];
  /** Takes the place of the company's own coefficient; null = by the grade of its sheet. */
  readonly company: Decimal | null;
}

/** Somebody who can have a bonus. */
interface Entitled {
  readonly sheet: ScoredSheet;
  readonly employee: Employee;
  /** As displayed. */
  readonly total: Decimal;
  readonly grade: string | null;
  readonly base: Decimal;
}

/** Somebody whose grade has a coefficient: needed by pool and formula. */
interface Graded extends Entitled {
  readonly coefficient: Decimal;
}

/**
 * Work out bonuses of a cycle. A proposal: nothing is written, nothing is paid.
 *
 * `pool`: the cycle's pool by base × coefficient of the grade, in cents that sum to it exactly.
 * `formula`: base × coefficient of company, department and person × part of the cycle employed (days).
 * Leave does not shorten it. `curve`: base × the multiple that the payout curve of the settings gives
 * for total ÷ 100; a provisional total pays nothing to anybody, it is named. Company and department are graded by their own sheets; one that has none
 * in the cycle counts 1, and is told. A person without base, grade or coefficient is named and left
 * out, never counted as 0.
 *
 * @throws request/not-found; record/no-bonus-pool; record/unusable-rules
 * @source the specification 3.13
 */
export function proposeBonus(reading: Reading, query: BonusQuery): BonusView {
  const cycle = cycleNamed(reading, query.cycle);
  const pool = query.mode === "pool" ? cycle.bonusPool : null;
  if (query.mode === "pool" && pool === null)
    throw new PluginError("record/no-bonus-pool", { cycle: cycle.name });
  const left: LeftOut[] = [];
  const gather = <One extends Entitled>(entitle: (sheet: ScoredSheet) => One | string): One[] =>
    closingSheets(reading, cycle).flatMap((sheet) => {
      const one = entitle(sheet);
      if (typeof one !== "string") return [one];
      left.push({ ...someone(reading, sheet.sheet), text: one });
      return [];
    });
  const graded = () => gather((sheet) => entitleGraded(reading, sheet));
  const shared =
    query.mode === "curve"
      ? byCurve(
          reading,
          gather((sheet) => entitle(reading, sheet)),
          left,
        )
      : pool === null
        ? byFormula(reading, query, cycle, graded(), left)
        : byPool(reading, pool, graded());
  return {
    cycle: cycle.name,
    mode: query.mode,
    currency: reading.company.settings.currency,
    pool: pool && decimalText(pool),
    sum: decimalText(Decimal.sum(0, ...shared.people.map(({ amount }) => amount))),
    people: shared.people,
    left,
    notices: [...shared.notices, say(reading.locale, "analysis.bonus.proposal")],
  };
}

type Shared = Pick<BonusView, "people" | "notices">;

function entitle(reading: Reading, sheet: ScoredSheet): Entitled | string {
  const { company, locale } = reading;
  const employee = company.employees.get(sheet.sheet.subject);
  if (!employee) return say(locale, "analysis.bonus.unknown");
  const { result } = sheet.sheet;
  const total = decimalOf(result?.displayed);
  if (!result || total === null || result.state !== "final")
    return withoutGradeText(sheet.sheet, locale);
  if (employee.bonusBase === null) return say(locale, "analysis.bonus.no-base");
  return { sheet, employee, total, grade: result.grade, base: employee.bonusBase };
}

function entitleGraded(reading: Reading, sheet: ScoredSheet): Graded | string {
  const one = entitle(reading, sheet);
  if (typeof one === "string") return one;
  if (one.grade === null) return withoutGradeText(sheet.sheet, reading.locale);
  const coefficient = coefficientOf(reading, one.grade);
  if (!(coefficient instanceof Decimal)) return reasonsText(coefficient, reading.locale);
  return { ...one, coefficient };
}

function byCurve(reading: Reading, entitled: readonly Entitled[], left: LeftOut[]): Shared {
  const { company, locale } = reading;
  const { payout: curve } = company.settings;
  const slower = new Set<string>();
  const people = entitled.flatMap((one) => {
    const paid = payoutOf(one.total.div(100), { ...curve, targetBonus: one.base });
    if (!paid.ok) {
      left.push({ ...someone(reading, one.sheet.sheet), text: reasonsText(paid.problems, locale) });
      return [];
    }
    const { ratio, amount, notices } = paid.value;
    if (notices.length > 0) slower.add(reasonsText(notices, locale));
    return [row(reading, one, [{ key: "payout", value: ratio }], amount)];
  });
  const used = say(locale, "analysis.bonus.curve-used", {
    threshold: formatShare(curve.threshold, locale),
    accelerator: formatPlain(curve.accelerator, locale),
    cap: formatPlain(curve.cap, locale),
  });
  return { people, notices: [used, ...slower] };
}

function coefficientOf({ company }: Reading, grade: string): Decimal | readonly Reason[] {
  const found = gradedCoefficient(
    grade,
    company.gradeTerms.flatMap(({ grade, coefficient }) =>
      coefficient === null ? [] : [{ grade, coefficient }],
    ),
  );
  return found.ok ? found.value : found.problems;
}

function byPool(reading: Reading, pool: Decimal, entitled: readonly Graded[]): Shared {
  const { locale } = reading;
  // Nothing to correct in a rule: the people left out say what is missing.
  if (entitled.length === 0)
    return { people: [], notices: [reasonsText([reason("pool_nobody")], locale)] };
  const shared = sharePool(
    pool,
    entitled.map(({ employee, base, coefficient }) => ({
      key: employee.id,
      base,
      coefficient,
      // Numbers may be empty or doubled in a table; the row itself is not.
      order: `${employee.number} ${employee.id}`,
    })),
  );
  if (!shared.ok) refuse(shared.problems, locale);
  const { parts, tied } = shared.value;
  const names = tied.map((id) => reading.company.employees.get(id)?.name ?? id);
  return {
    people: entitled.flatMap((one, place) => {
      const part = parts[place];
      const factors = [{ key: "individual", value: one.coefficient }];
      return part ? [row(reading, one, factors, part.amount)] : [];
    }),
    notices:
      names.length > 0 ? [say(locale, "analysis.bonus.tied", { people: names.join(", ") })] : [],
  };
}

function byFormula(
  reading: Reading,
  query: BonusQuery,
  cycle: CycleRow,
  entitled: readonly Graded[],
  left: LeftOut[],
): Shared {
  const { company, locale } = reading;
  const notices = new Set<string>();
  const sheets = new Map(
    sheetsOf(reading, cycle, "department").map((sheet) => [sheet.sheet.subject, sheet]),
  );
  const levelOf = (id: string): Decimal | readonly Reason[] => {
    const sheet = sheets.get(id)?.sheet;
    const name = company.departments.get(id)?.name ?? id;
    if (!sheet) {
      notices.add(say(locale, "analysis.bonus.level-unscored", { name }));
      return new Decimal(1);
    }
    const grade = sheet.result?.grade ?? null;
    return grade === null
      ? [reason("bonus_level_ungraded", { name })]
      : coefficientOf(reading, grade);
  };
  const people = entitled.flatMap((one) => {
    const chain = company.people.subjectsOf(one.employee.id).slice(1);
    const [department] = chain;
    const top = chain.at(-1);
    const above: [string, Decimal | readonly Reason[]][] = [];
    if (query.company !== null) above.push(["company", query.company]);
    // In the top department its own coefficient is the company's: it counts once.
    else if (top !== undefined && top !== department) above.push(["company", levelOf(top)]);
    if (department !== undefined) above.push(["department", levelOf(department)]);
    const problems: Reason[] = [];
    const factors: BonusFactor[] = [];
    for (const [key, value] of above) {
      if (value instanceof Decimal) factors.push({ key, value });
      else problems.push(...value);
    }
    factors.push({ key: "individual", value: one.coefficient });
    const bonus = bonusOf(one.base, factors, employedIn(cycle, one.employee));
    if (problems.length > 0 || !bonus.ok) {
      const all = [...problems, ...(bonus.ok ? [] : bonus.problems)];
      left.push({ ...someone(reading, one.sheet.sheet), text: reasonsText(all, locale) });
      return [];
    }
    const { amount, steps } = bonus.value;
    return [row(reading, one, steps, amount)];
  });
  return { people, notices: [...notices] };
}

/** Calendar days of the cycle between the first and the last day at the company. */
function employedIn({ start, end }: CycleRow, { hired, left }: Employee) {
  const from = hired !== null && hired > start ? hired : start;
  const to = left !== null && left < end ? left : end;
  return {
    part: new Decimal(lengthOf({ start: from, end: to }) ?? 0),
    whole: new Decimal(lengthOf({ start, end }) ?? 0),
  };
}

function row(
  reading: Reading,
  { sheet, total, grade, base }: Entitled,
  factors: readonly BonusFactor[],
  amount: Decimal,
): BonusView["people"][number] {
  return {
    ...someone(reading, sheet.sheet),
    total: decimalText(total),
    grade,
    base: decimalText(base),
    factors: factors.map(({ key, value }) => ({
      key,
      name: say(reading.locale, `analysis.factor.${key}`),
      value: decimalText(value),
    })),
    amount: decimalText(amount),
  };
}
