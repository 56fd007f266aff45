import { Decimal, parseDecimal } from "../decimal.ts";
import { validateGrades } from "../kpi/grade.ts";
import type { GradeScheme } from "../kpi/model.ts";
import { periodOf, rangeOf } from "../kpi/period.ts";
import { compileWording, type Wording } from "../report/feedback.ts";
import { LOCALES } from "../words/words.ts";
import type { CycleRow, Department, Employee, Settings } from "./company.ts";
import { RowProblem, RowReader, ZERO, type ConfigRow } from "./config-row.ts";

/** Readers of the rows about people, calendar, grades and wording. Each throws `RowProblem`. */

const DEFAULTS: Settings = {
  timeZone: "Asia/Shanghai",
  locale: "zh-CN",
  currency: "CNY",
  minCoverage: new Decimal("0.6"),
  feedback: true,
};

/** One setting, as a change to the settings so far. */
export function readSetting(row: ConfigRow): Partial<Settings> {
  const reader = new RowReader(row);
  const key = reader.requiredText("key");
  const value = reader.requiredText("value");
  const refuse = (expected: string) => new RowProblem("setting_invalid", { key, value, expected });
  switch (key) {
    case "time_zone":
      if (!isTimeZone(value)) throw refuse("Asia/Shanghai");
      return { timeZone: value };
    case "locale": {
      const locale = LOCALES.find((candidate) => candidate === value);
      if (!locale) throw refuse(LOCALES.join(" / "));
      return { locale };
    }
    case "currency":
      if (!/^[A-Z]{3}$/.test(value)) throw refuse("CNY");
      return { currency: value };
    case "min_coverage": {
      const share = parseDecimal(value);
      if (!share || share.lt(0) || share.gt(1)) throw refuse("0 – 1");
      return { minCoverage: share };
    }
    case "feedback":
      if (value !== "on" && value !== "off") throw refuse("on / off");
      return { feedback: value === "on" };
    default:
      throw new RowProblem("setting_unknown", { key });
  }
}

export function gatherSettings(changes: readonly Partial<Settings>[]): Settings {
  return changes.reduce<Settings>((settings, change) => ({ ...settings, ...change }), DEFAULTS);
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
    status: reader.option("status", ["planned", "running", "locked"], "planned"),
  };
}

/** All bands together make the scheme: a single row cannot be judged alone. */
export function readGrades(rows: readonly ConfigRow[]): GradeScheme | null {
  if (rows.length === 0) return null;
  const bands = rows.map((row) => {
    const reader = new RowReader(row);
    return {
      grade: reader.requiredText("grade"),
      lower: reader.decimal("lower") ?? ZERO,
      boundary: reader.option("boundary", ["inclusive", "exclusive"], "inclusive"),
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
  return scheme;
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
