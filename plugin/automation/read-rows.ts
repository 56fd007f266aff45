import { Decimal, parseDecimal } from "../decimal.ts";
import { validateGrades } from "../kpi/grade.ts";
import type { GradeScheme, Limits } from "../kpi/model.ts";
import { periodOf, rangeOf } from "../kpi/period.ts";
import { compileWording, type Wording } from "../report/feedback.ts";
import { LOCALES } from "../words/words.ts";
import type { CycleRow, Department, Employee, GradeTerms, Settings } from "./company.ts";
import { RowProblem, RowReader, ZERO, type ConfigRow } from "./config-row.ts";

/** Readers of the rows about people, calendar, grades and wording. Each throws `RowProblem`. */

const NO_LIMITS: Limits = { cap: null, floor: null };

const DEFAULTS: Settings = {
  timeZone: "Asia/Shanghai",
  locale: "zh-CN",
  currency: "CNY",
  minCoverage: new Decimal("0.6"),
  feedback: true,
  total: NO_LIMITS,
  extra: NO_LIMITS,
  keyGrade: null,
  proration: "calendar",
  minActive: { days: 30, share: { part: 1, of: 3 } },
  ramp: [],
  payout: { threshold: new Decimal("0.7"), accelerator: new Decimal(2), cap: new Decimal(2) },
};

/** One setting, as a change to the settings so far. */
export type SettingChange = (settings: Settings) => Settings;

/** Settings that may be left blank, which means that there is no limit. */
const OPTIONAL: ReadonlySet<string> = new Set([
  "total_cap",
  "total_floor",
  "extra_cap",
  "extra_floor",
  "key_grade",
  "ramp",
]);

export function readSetting(row: ConfigRow): SettingChange {
  const reader = new RowReader(row);
  const key = reader.requiredText("key");
  const value = OPTIONAL.has(key) ? reader.text("value") : reader.requiredText("value");
  const refuse = (expected: string) => new RowProblem("setting_invalid", { key, value, expected });
  const number = (): Decimal | null => {
    if (value === "") return null;
    const read = parseDecimal(value);
    if (!read) throw refuse("-10, 0, 110 …");
    return read;
  };
  const share = (): Decimal => {
    const [part = "", whole = "1", ...more] = value.split("/");
    const [above, below] = [parseDecimal(part), parseDecimal(whole)];
    if (more.length > 0) throw refuse("0 – 1");
    const read = above && below && !below.isZero() ? above.div(below) : null;
    if (!read || read.lt(0) || read.gt(1)) throw refuse("0 – 1");
    return read;
  };
  const set = (change: Partial<Settings>): SettingChange => {
    return (settings) => ({ ...settings, ...change });
  };
  switch (key) {
    case "time_zone":
      if (!isTimeZone(value)) throw refuse("Asia/Shanghai");
      return set({ timeZone: value });
    case "locale": {
      const locale = LOCALES.find((candidate) => candidate === value);
      if (!locale) throw refuse(LOCALES.join(" / "));
      return set({ locale });
    }
    case "currency":
      if (!/^[A-Z]{3}$/.test(value)) throw refuse("CNY");
      return set({ currency: value });
    case "min_coverage":
      return set({ minCoverage: share() });
    case "feedback":
      if (value !== "on" && value !== "off") throw refuse("on / off");
      return set({ feedback: value === "on" });
    case "total_cap":
    case "total_floor":
    case "extra_cap":
    case "extra_floor": {
      const limit = number();
      const of = key.startsWith("total") ? "total" : "extra";
      const end = key.endsWith("cap") ? "cap" : "floor";
      return (settings) => ({ ...settings, [of]: { ...settings[of], [end]: limit } });
    }
    case "key_grade":
      return set({ keyGrade: value === "" ? null : value });
    case "proration": {
      const basis = PRORATION.find((candidate) => candidate === value);
      if (!basis) throw refuse(PRORATION.join(" / "));
      return set({ proration: basis });
    }
    case "min_active_days": {
      const days = parseDecimal(value);
      if (!days?.isInteger() || days.lt(0) || days.gt(366)) throw refuse("0 – 366");
      return (settings) => ({
        ...settings,
        minActive: { ...settings.minActive, days: days.toNumber() },
      });
    }
    case "min_active_share": {
      const least = share();
      // Whole numbers, so that a third is a third.
      const [part = "", of = "1"] = value.includes("/")
        ? value.split("/")
        : [least.times(10_000).toFixed(0), "10000"];
      const fraction = { part: Number(part), of: Number(of) };
      if (!Number.isSafeInteger(fraction.part) || !Number.isSafeInteger(fraction.of))
        throw refuse("1/3, 0.25");
      return (settings) => ({
        ...settings,
        minActive: { ...settings.minActive, share: fraction },
      });
    }
    case "ramp": {
      const parts = value === "" ? [] : value.split("/").map((part) => parseDecimal(part));
      const ramp = parts.flatMap((part) => (part?.gte(0) && part.lte(100) ? part.div(100) : []));
      if (ramp.length !== parts.length) throw refuse("50/75/100");
      return set({ ramp });
    }
    case "payout_threshold": {
      const threshold = share();
      if (threshold.equals(1)) throw refuse("0 – 0.99");
      return (settings) => ({ ...settings, payout: { ...settings.payout, threshold } });
    }
    case "payout_accelerator": {
      const accelerator = parseDecimal(value);
      if (!accelerator || accelerator.lt(0)) throw refuse("0, 1.5, 2 …");
      return (settings) => ({ ...settings, payout: { ...settings.payout, accelerator } });
    }
    case "payout_cap": {
      const cap = parseDecimal(value);
      if (!cap || cap.lt(1)) throw refuse("1, 1.5, 2 …");
      return (settings) => ({ ...settings, payout: { ...settings.payout, cap } });
    }
    default:
      throw new RowProblem("setting_unknown", { key });
  }
}

const PRORATION = ["calendar", "workday", "month", "none"] as const;

export function gatherSettings(changes: readonly SettingChange[]): Settings {
  return changes.reduce((settings, change) => change(settings), DEFAULTS);
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en-US", { timeZone: name });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

export function readDepartment(row: ConfigRow): Department {
  const reader = new RowReader(row);
  return {
    id: row.id,
    code: reader.requiredText("code"),
    name: reader.requiredText("name"),
    head: reader.first("head"),
    parent: reader.first("parent"),
  };
}

export function readEmployee(row: ConfigRow): Employee {
  const reader = new RowReader(row);
  return {
    id: row.id,
    number: reader.requiredText("number"),
    name: reader.requiredText("name"),
    userId: reader.first("member"),
    aliases: reader
      .text("aliases")
      .split(/[,;\uFF0C\uFF1B\u3001]/)
      .map((alias) => alias.trim())
      .filter((alias) => alias !== ""),
    department: reader.first("department"),
    position: reader.first("position"),
    active: reader.option("status", ["active", "left"], "active") === "active",
    hired: reader.optionalDate("hire_date"),
    left: reader.optionalDate("leave_date"),
    bonusBase: reader.decimal("bonus_base"),
  };
}

const EARLIEST = "1900-01-01";

export function readCycle(row: ConfigRow): CycleRow {
  const reader = new RowReader(row);
  const kind = reader.option("kind", ["month", "quarter", "half", "year"], null);
  const start = reader.date("start");
  // Comparison periods are looked for years back: the calendar has to reach that far.
  if (start < EARLIEST) throw new RowProblem("cycle_too_early", { start, earliest: EARLIEST });
  const end = reader.date("end");
  const period = periodOf(start, kind);
  const range = rangeOf(period);
  if (range.start !== start || range.end !== end)
    throw new RowProblem("cycle_dates", { start: range.start, end: range.end, period });
  return {
    id: row.id,
    name: reader.requiredText("name"),
    kind,
    start,
    end,
    period,
    nextCheck: reader.text("next_check") || null,
    bonusPool: reader.decimal("bonus_pool"),
    status: reader.option("status", ["planned", "running", "locked"], "planned"),
  };
}

/** All bands together make the scheme: a single row cannot be judged alone. */
export function readGrades(rows: readonly ConfigRow[]): {
  readonly scheme: GradeScheme | null;
  readonly terms: readonly GradeTerms[];
} {
  if (rows.length === 0) return { scheme: null, terms: [] };
  const bands = rows.map((row) => {
    const reader = new RowReader(row);
    return {
      grade: reader.requiredText("grade"),
      lower: reader.decimal("lower") ?? ZERO,
      boundary: reader.option("boundary", ["inclusive", "exclusive"], "inclusive"),
      coefficient: reader.decimal("coefficient"),
      share: reader.decimal("share")?.div(100) ?? null,
    };
  });
  bands.sort((a, b) => b.lower.comparedTo(a.lower));
  const boundary = bands[0]?.boundary ?? "inclusive";
  if (bands.some((band) => band.boundary !== boundary)) throw new RowProblem("grades_boundary");
  const scheme: GradeScheme = {
    bands: bands.map(({ grade, lower }) => ({ grade, lower })),
    boundary,
    decimals: 2,
    gradeOn: "displayed",
  };
  const [problem] = validateGrades(scheme);
  if (problem)
    throw new RowProblem("grades_invalid", { problem: problem.code, ...problem.details });
  const terms = bands.map(({ grade, coefficient, share }) => ({ grade, coefficient, share }));
  return { scheme, terms };
}

export function readWording(row: ConfigRow): { key: string; wording: Wording } | null {
  const reader = new RowReader(row);
  if (!reader.checked("enabled", true)) return null;
  const locale = reader.option("locale", ["zh", "en"], null) === "zh" ? "zh-CN" : "en-US";
  const compiled = compileWording(reader.requiredText("text"));
  if (!compiled.ok)
    throw new RowProblem("wording_invalid", {
      problem: compiled.problem.key,
      ...compiled.problem.details,
    });
  return { key: `${reader.requiredText("key")}|${locale}`, wording: compiled.wording };
}
