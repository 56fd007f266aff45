import type { Decimal } from "../decimal.ts";
import type { Formula } from "../formula/formula.ts";
import type { Aggregate } from "../kpi/cell.ts";
import type { PayoutCurve } from "../kpi/commission.ts";
import type {
  Composite,
  Direction,
  Grain,
  GradeScheme,
  Limits,
  Method,
  MissingPolicy,
  Period,
  SectionRule,
} from "../kpi/model.ts";
import type { Comparison } from "../kpi/period.ts";
import type { EligibilityRules, Leave } from "../kpi/prorate.ts";
import type { RaterGroup } from "../kpi/raters.ts";
import type { Wording } from "../report/feedback.ts";
import type { Field } from "../workspace/workspace.ts";
import type { Locale } from "../words/words.ts";

/**
 * The company as its configuration rows describe it: parsed, bound to ids, checked.
 *
 * Rebuilt as a whole whenever a configuration row changes; it is small (people, KPIs, cycles) next
 * to the business records. A row that is invalid keeps its last valid reading and is listed in
 * `problems`; a row that was never valid is left out.
 */
export interface Company {
  readonly settings: Settings;
  readonly departments: ReadonlyMap<string, Department>;
  readonly positions: ReadonlyMap<string, Position>;
  readonly employees: ReadonlyMap<string, Employee>;
  readonly people: People;
  readonly raterGroups: readonly RaterGroupRow[];
  readonly sources: ReadonlyMap<string, Source>;
  readonly kpis: ReadonlyMap<string, Kpi>;
  readonly sections: ReadonlyMap<string, Section>;
  /** By employee. */
  readonly absences: ReadonlyMap<string, readonly Absence[]>;
  /** Employees for whom a department's total counts, by department. */
  readonly members: ReadonlyMap<string, readonly string[]>;
  /** By employee, earliest first, without overlaps. */
  readonly assignments: ReadonlyMap<string, readonly Assignment[]>;
  /** Days that differ from working Monday to Friday. */
  readonly calendar: readonly CalendarDay[];
  readonly schemes: readonly Scheme[];
  readonly cycles: ReadonlyMap<string, CycleRow>;
  readonly grades: GradeScheme | null;
  /** What a grade means for bonus and distribution; same order as the scheme's bands. */
  readonly gradeTerms: readonly GradeTerms[];
  /** Keyed `key|locale`. */
  readonly wordings: ReadonlyMap<string, Wording>;
  readonly problems: readonly Problem[];
}

export interface Settings {
  readonly timeZone: string;
  readonly locale: Locale;
  readonly currency: string;
  readonly minCoverage: Decimal;
  readonly feedback: boolean;
  readonly total: Limits;
  /** Bounds of all plus/minus items together. */
  readonly extra: Limits;
  /** Best grade with a key KPI below its line; null = no limit. */
  readonly keyGrade: string | null;
  readonly proration: "calendar" | "workday" | "month" | "none";
  /** Days, and part of a cycle as a fraction, below which nobody is scored. */
  readonly minActive: {
    readonly days: number;
    readonly share: EligibilityRules["leastPart"];
  };
  /** What newcomers are asked for in their first months, 0–1 each. */
  readonly ramp: readonly Decimal[];
  /** For simulations only: how a total becomes a bonus; its target bonus is the person's base. */
  readonly payout: Omit<PayoutCurve, "targetBonus">;
}

/** For simulations only: a coefficient of the bonus, and the share of people (0–1). */
export interface GradeTerms {
  readonly grade: string;
  readonly coefficient: Decimal | null;
  readonly share: Decimal | null;
}

export interface Position {
  readonly id: string;
  readonly name: string;
  /** How a person's total goes together with those above; null = it stands alone. */
  readonly composition: Pick<Composite, "mode" | "weights"> | null;
}

/** A part of the sheet with bounds of its own; items name it by record id. */
export interface Section extends SectionRule {
  readonly id: string;
  readonly code: string;
  readonly name: string;
}

/** Where an employee works from the first to the last day, both included; end null = open. */
export interface Assignment {
  readonly id: string;
  readonly employee: string;
  readonly position: string;
  /** null = the one of the employee's row. */
  readonly department: string | null;
  readonly start: string;
  readonly end: string | null;
}

/** First and last day, both included, on which an employee was away. */
export interface Absence extends Leave {
  readonly employee: string;
}

export interface CalendarDay {
  readonly date: string;
  readonly kind: "holiday" | "workday";
}

export interface Department {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly head: string | null;
  readonly parent: string | null;
}

export interface Employee {
  readonly id: string;
  readonly number: string;
  readonly name: string;
  /** Workspace user to mention; null when the row names none. */
  readonly userId: string | null;
  readonly aliases: readonly string[];
  readonly department: string | null;
  readonly position: string | null;
  readonly active: boolean;
  /** First and last day at work; null = before and after everything. */
  readonly hired: string | null;
  readonly left: string | null;
  /** Base of a cycle's bonus, in the currency of the settings. */
  readonly bonusBase: Decimal | null;
}

/** Who a record belongs to, by what it holds: user id, employee record id, name or alias. */
export interface People {
  readonly byUser: ReadonlyMap<string, readonly string[]>;
  readonly byText: ReadonlyMap<string, readonly string[]>;
  /** Employee and, above, department and its ancestors: every subject a contribution counts for. */
  subjectsOf(employee: string): readonly string[];
}

/** A field reached from a source's table, over single relations. */
export interface Path {
  readonly text: string;
  readonly hops: readonly { readonly table: string; readonly field: string; readonly to: string }[];
  readonly table: string;
  readonly field: Field;
}

export interface BoundFormula {
  readonly formula: Formula;
  readonly paths: ReadonlyMap<string, Path>;
}

/**
 * What each of several people gets of one record: an equal part, all of it, or all of it for the one
 * listed first and nothing for the others.
 */
export const SPLITS = ["equal", "full", "first"] as const;
export type Split = (typeof SPLITS)[number];

export interface CompiledSource {
  readonly table: string;
  readonly filter: BoundFormula | null;
  readonly person: Path;
  readonly date: Path;
  readonly value: BoundFormula | null;
  readonly denominator: BoundFormula | null;
  /** What is counted once, or the group that a rating comes from. */
  readonly distinctBy: Path | null;
  /** Outcome may change with the calendar alone. */
  readonly usesToday: boolean;
  /** Changes exactly when contributions may change. */
  readonly fingerprint: string;
}

/** A unit as a row has it, and how to come from there to the base unit of its dimension. */
export interface SourceUnit {
  readonly text: string;
  /** As `plugin/formula/units.ts` writes it: `ratio`, `money:CNY`, `time`, `money:CNY/count` … */
  readonly dimension: string;
  /** Figure × factor = figure in the base unit. */
  readonly factor: Decimal;
}

/** How a KPI's actual is told. */
export interface KpiUnit {
  /** What the formula gives in base units, divided by this, is the actual in the KPI's unit. */
  readonly divisor: Decimal;
  /** For percentages: whether 85 % is told as 0.85 or as 85; null for everything else. */
  readonly form: "fraction" | "points" | null;
  /** The unit of the actual follows from its sources, or is none of a record's: no doubt about it. */
  readonly certain: boolean;
}

/** A group of raters, by its code; records may name it by either. */
export interface RaterGroupRow extends RaterGroup {
  readonly id: string;
  readonly name: string;
}

export interface Source {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly aggregate: Aggregate;
  /** 0 – 100; read for `percentile` only, 50 for the median. */
  readonly percentile: Decimal;
  readonly split: Split;
  /** Whose ratings count how much; read for `raters` only. */
  readonly raters: readonly RaterGroupRow[];
  readonly whenEmpty: "zero" | "no_data";
  /** What its records hold the value in; null = not said, its figures are never checked. */
  readonly unit: SourceUnit | null;
  /** As written, for explanations. */
  readonly rule: { readonly filter: string; readonly value: string; readonly denominator: string };
  /** null: a table or field it was bound to is gone; nothing can be said about its figures. */
  readonly compiled: CompiledSource | null;
}

/** A source's figure, and of which period. */
export interface Reference {
  readonly source: string;
  readonly of: Comparison;
}

export interface Kpi {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly nameEn: string;
  readonly definition: string;
  readonly exclusions: string;
  readonly formulaWords: string;
  readonly example: string;
  readonly formula: Formula;
  /** What the names in the formula stand for. */
  readonly references: ReadonlyMap<string, Reference>;
  /** As people see it behind the figure. */
  readonly unit: string;
  readonly toldIn: KpiUnit;
  readonly decimals: number;
  readonly direction: Direction;
  readonly method: Method;
  readonly missing: MissingPolicy;
  readonly minSample: number | null;
  /** While the gate's actual is worse than the line, the score is held at the limit. */
  readonly gate: { readonly kpi: string; readonly line: Decimal; readonly limit: Decimal } | null;
  /** Its target is a quantity that adds up over days: prorated by days worked. */
  readonly prorated: boolean;
  readonly perspective: Perspective | null;
  /** What it is for; null = not said. A duty (`hygiene`) is one that everybody should meet. */
  readonly kind: KpiKind | null;
  /** Employee who answers for its figures; null = nobody is named. */
  readonly owner: string | null;
  /** KPIs that move it, and KPIs that keep it honest, by record id. */
  readonly drivers: readonly string[];
  readonly counters: readonly string[];
  /** As people number it; "" = they do not. */
  readonly version: string;
  /** Score under which feedback is due; null = none. */
  readonly alert: Decimal | null;
  readonly published: boolean;
}

/** Perspectives of the balanced scorecard (spec 3.7). */
export const PERSPECTIVES = ["financial", "customer", "process", "learning"] as const;
export type Perspective = (typeof PERSPECTIVES)[number];

export const KPI_KINDS = ["result", "driver", "hygiene", "learning"] as const;
export type KpiKind = (typeof KPI_KINDS)[number];

export interface Scheme {
  readonly id: string;
  readonly applies: "individual" | "department";
  readonly position: string | null;
  readonly department: string | null;
  readonly kpi: string;
  readonly weight: Decimal;
  /** Record id of its section. */
  readonly section: string | null;
  readonly role: "weighted" | "extra";
  readonly keyLine: Decimal | null;
  readonly target:
    { readonly rule: "own_median" } | { readonly rule: "fixed"; readonly value: Decimal };
  readonly kinds: readonly Grain[];
}

export interface CycleRow {
  readonly id: string;
  readonly name: string;
  readonly kind: Grain;
  readonly start: string;
  readonly end: string;
  readonly period: Period;
  readonly nextCheck: string | null;
  /** Money to share out; null = none is set. */
  readonly bonusPool: Decimal | null;
  readonly status: "planned" | "running" | "locked";
}

/** What is wrong with a configuration row: sentence `config.<code>` of the words. */
export interface Problem {
  readonly table: string;
  readonly record: string;
  readonly title: string;
  readonly code: string;
  readonly details: Readonly<Record<string, string>>;
  /** What holds meanwhile: the last valid reading, nothing, or the row all the same. */
  readonly standing: Standing;
}

export type Standing = "fallback" | "unused" | "in_force";

/** Everything a person can be found by, gathered once. */
export function gatherPeople(
  employees: ReadonlyMap<string, Employee>,
  departments: ReadonlyMap<string, Department>,
): People {
  const byUser = new Map<string, string[]>();
  const byText = new Map<string, string[]>();
  const add = (map: Map<string, string[]>, key: string, id: string) => {
    const known = map.get(key);
    if (!known) map.set(key, [id]);
    else if (!known.includes(id)) known.push(id);
  };
  for (const employee of employees.values()) {
    if (employee.userId) add(byUser, employee.userId, employee.id);
    for (const text of [employee.name, employee.number, ...employee.aliases])
      if (text) add(byText, text, employee.id);
  }
  const subjects = new Map<string, readonly string[]>();
  for (const employee of employees.values()) {
    subjects.set(employee.id, [employee.id, ...departmentChain(departments, employee.department)]);
  }
  return { byUser, byText, subjectsOf: (employee) => subjects.get(employee) ?? [employee] };
}

/** A department and its ancestors, up to the company. */
export function departmentChain(
  departments: ReadonlyMap<string, Department>,
  from: string | null,
): readonly string[] {
  const chain: string[] = [];
  let department = from;
  // A department that is its own ancestor ends the walk instead of the process.
  while (department && departments.has(department) && !chain.includes(department)) {
    chain.push(department);
    department = departments.get(department)?.parent ?? null;
  }
  return chain;
}
