import { decimalText, type Decimal } from "../decimal.ts";
import type { Direction } from "./model.ts";

/**
 * The SMART lint (spec 3.16): is a KPI fit to score people by? Deterministic, nothing is guessed; every
 * finding has a sentence and an example in `words/` (`smart.<code>`, `smart.<code>.example`).
 */
export interface SmartFinding {
  /** `set`: about the KPIs of a sheet together, see `smart-set.ts`. */
  readonly letter: Letter;
  readonly level: "pass" | "warn" | "fail";
  readonly code: string;
  readonly details: Readonly<Record<string, string>>;
}

export type Letter = "S" | "M" | "A" | "R" | "T" | "set";

/** What a KPI counts; the first three need a counter-metric, for they can be driven too far. */
export type KpiKind = "volume" | "speed" | "cost" | "quality" | "other";

/** A KPI as people described it. Texts may be "" where nothing was typed. */
export interface KpiDescription {
  readonly name: string;
  readonly definition: string;
  /** What is not counted. */
  readonly exclusions: string;
  readonly owner: string;
  readonly unit: string;
  readonly direction: Direction | null;
  readonly method: string;
  /** `pulled`: null = no test pull yet. */
  readonly source:
    | { readonly kind: "pulled"; readonly succeeded: boolean | null }
    | { readonly kind: "manual" }
    | null;
  readonly target: Decimal | null;
  /** P10 and P90 of its own history, or the range of comparable companies. */
  readonly range: { readonly low: Decimal; readonly high: Decimal } | null;
  /** Why the target lies where it lies. */
  readonly targetReason: string;
  /** How often the target was reached so far; null = no history. */
  readonly hits: { readonly reached: number; readonly periods: number } | null;
  /** A goal it serves; `indirect` through another KPI. */
  readonly goal: "direct" | "indirect" | null;
  readonly kind: KpiKind;
  /** The KPI that keeps this one honest; "" = none. */
  readonly counterMetric: string;
  readonly period: string;
  readonly frequency: string;
  readonly dataDate: string;
  readonly deadline: string;
}

/** Words that say nothing by themselves, in every language people may write in. */
export interface VagueWords {
  /** "Improve", "strengthen" … */
  readonly verbs: readonly string[];
  /** What adds no object either: "work", "things" … */
  readonly fillers: readonly string[];
}

export interface SmartRules {
  readonly shortestDefinition: number;
  /** Never reached in this many periods: the target is out of reach. */
  readonly periodsWithoutHit: number;
}

export const SMART_RULES: SmartRules = { shortestDefinition: 15, periodsWithoutHit: 6 };

/**
 * Everything to say about one KPI: at least one finding per letter, `pass` when nothing is wrong.
 *
 * @param vague  word lists, from `words/`
 * @returns in the order S M A R T
 */
export function lintKpi(
  kpi: KpiDescription,
  vague: VagueWords,
  rules: SmartRules = SMART_RULES,
): readonly SmartFinding[] {
  const letters: readonly (readonly [Letter, string, readonly SmartFinding[]])[] = [
    ["S", "specific", specific(kpi, vague, rules)],
    ["M", "measurable", measurable(kpi)],
    ["A", "achievable", achievable(kpi, rules)],
    ["R", "relevant", relevant(kpi)],
    ["T", "timed", timed(kpi)],
  ];
  return letters.flatMap(([letter, code, findings]) =>
    findings.length > 0 ? findings : [{ letter, level: "pass", code, details: {} }],
  );
}

const blank = (text: string) => text.trim() === "";
const length = (text: string) => [...text.trim()].length;

function specific(kpi: KpiDescription, vague: VagueWords, rules: SmartRules): SmartFinding[] {
  const found: SmartFinding[] = [];
  const note = finder("S", found);
  if (blank(kpi.name)) note("fail", "name_missing");
  else if (isVague(kpi.name, vague)) note("warn", "name_vague", { name: kpi.name.trim() });
  if (blank(kpi.definition)) note("fail", "definition_missing");
  else if (length(kpi.definition) < rules.shortestDefinition) {
    const least = String(rules.shortestDefinition);
    note("warn", "definition_short", { length: String(length(kpi.definition)), least });
  }
  if (blank(kpi.exclusions)) note("warn", "exclusions_missing");
  if (blank(kpi.owner)) note("warn", "owner_missing");
  return found;
}

/**
 * A name is vague when it says to do better, but not at what: without the vague words, fillers, marks
 * and blanks less than two characters remain.
 */
function isVague(name: string, { verbs, fillers }: VagueWords): boolean {
  const plain = name.normalize("NFKC").toLowerCase();
  // The longest first, so that a word within another leaves nothing behind.
  const without = (text: string, words: readonly string[]) =>
    [...words]
      .map((word) => word.normalize("NFKC").toLowerCase().trim())
      .filter((word) => word !== "")
      .sort((a, b) => b.length - a.length)
      .reduce((rest, word) => withoutWord(rest, word), text);
  const unverbed = without(plain, verbs);
  if (unverbed === plain) return false;
  return length(without(unverbed, fillers).replace(/[^\p{L}\p{N}]/gu, "")) < 2;
}

/** Latin words go as whole words ("work" is not in "network"), others wherever they stand. */
function withoutWord(text: string, word: string): string {
  if (!/^[a-z ]+$/.test(word)) return text.replaceAll(word, " ");
  return text.replace(new RegExp(`(?<![a-z])${word}(?![a-z])`, "g"), " ");
}

function measurable(kpi: KpiDescription): SmartFinding[] {
  const found: SmartFinding[] = [];
  const note = finder("M", found);
  if (blank(kpi.unit)) note("fail", "unit_missing");
  if (kpi.direction === null) note("fail", "direction_missing");
  if (blank(kpi.method)) note("fail", "method_missing");
  if (kpi.source === null) note("fail", "source_missing");
  else if (kpi.source.kind === "manual") note("warn", "source_manual");
  else if (kpi.source.succeeded === null) note("warn", "pull_untried");
  else if (!kpi.source.succeeded) note("fail", "pull_failed");
  return found;
}

function achievable(kpi: KpiDescription, rules: SmartRules): SmartFinding[] {
  const found: SmartFinding[] = [];
  const note = finder("A", found);
  const { target, range, hits } = kpi;
  if (!target?.isFinite()) note("fail", "target_missing");
  else if (range === null) note("warn", "range_unknown");
  else if (target.lessThan(range.low) || target.greaterThan(range.high)) {
    const details = {
      target: decimalText(target),
      low: decimalText(range.low),
      high: decimalText(range.high),
    };
    if (blank(kpi.targetReason)) note("fail", "target_outside", details);
    else note("warn", "target_outside_reasoned", details);
  }
  if (hits !== null && hits.reached === 0 && hits.periods >= rules.periodsWithoutHit) {
    note("fail", "never_reached", { periods: String(hits.periods) });
  }
  return found;
}

function relevant(kpi: KpiDescription): SmartFinding[] {
  const found: SmartFinding[] = [];
  const note = finder("R", found);
  if (kpi.goal === null) note("fail", "goal_missing");
  else if (kpi.goal === "indirect") note("warn", "goal_indirect");
  const driven = kpi.kind === "volume" || kpi.kind === "speed" || kpi.kind === "cost";
  if (driven && blank(kpi.counterMetric)) note("warn", "counter_missing");
  return found;
}

function timed(kpi: KpiDescription): SmartFinding[] {
  const found: SmartFinding[] = [];
  const note = finder("T", found);
  if (blank(kpi.period)) note("fail", "period_missing");
  if (blank(kpi.frequency)) note("fail", "frequency_missing");
  if (blank(kpi.dataDate)) note("fail", "data_date_missing");
  if (blank(kpi.deadline)) note("fail", "deadline_missing");
  return found;
}

function finder(letter: Letter, found: SmartFinding[]) {
  return (
    level: "warn" | "fail",
    code: string,
    details: Readonly<Record<string, string>> = {},
  ): void => {
    found.push({ letter, level, code, details });
  };
}
