import { Decimal, decimalText } from "../decimal.ts";
import { gateScore, type Gate } from "../kpi/gate.ts";
import type {
  Composite,
  ItemScore,
  Measured,
  Reason,
  SegmentTotals,
  SheetResult,
  SheetRules,
  WeighedItem,
} from "../kpi/model.ts";
import type { DayRange } from "../kpi/day-shares.ts";
import { previousPeriod } from "../kpi/period.ts";
import { reason } from "../kpi/reason.ts";
import { scoreItem } from "../kpi/score.ts";
import { composeSheet } from "../kpi/sheet.ts";
import { presenceOf, type Presence } from "./presence.ts";
import { levelsAbove } from "./levels-above.ts";
import type { Cells } from "./cells.ts";
import type { Company, CycleRow, Kpi } from "./company.ts";
import {
  failed,
  measureActual,
  measureReference,
  unitDoubt,
  type Failed,
} from "./measure-actual.ts";
import type { ItemResult, ItemRow, ScoredSheet, SheetRecord, SheetScore } from "./results.ts";

/** What a sheet's score depends on beside its own subject's figures. */
export interface Others {
  /** Actuals of everybody who has this KPI in the cycle, the subject included. */
  peers(kpi: Kpi, cycle: CycleRow, kind: SheetRecord["kind"]): readonly Decimal[];
  /** Total of a department's sheet in the cycle; null when there is none. */
  totalOf(department: string, cycle: CycleRow): Decimal | null;
  /** The score the subject had with this KPI in the period before, if it was one of its own. */
  scoreBefore(kpi: Kpi, subject: string, cycle: CycleRow): Decimal | null;
  /** The part of the cycle that a sheet is about; null when it is about none any more. */
  placeOf(sheet: SheetRecord, cycle: CycleRow): Place | null;
  /** Totals of the parts before the last one, for its sheet. */
  totalsBefore(sheet: SheetRecord, cycle: CycleRow): SegmentTotals["others"];
}

/** Where in a cycle a sheet is, and what its subject was then. */
export interface Place {
  /** null = the whole cycle. */
  readonly within: DayRange | null;
  readonly days: number;
  readonly isLast: boolean;
  readonly position: string | null;
  readonly department: string | null;
}

interface ScoredRow {
  readonly item: ItemRow;
  readonly kpi: Kpi | null;
  readonly actual: Measured;
  readonly target: Decimal | null;
  readonly scored: ItemScore;
  readonly inputs: ReadonlyMap<string, Measured>;
  readonly substitute: Decimal | null;
}

/**
 * Score a whole sheet from the aggregates and its items' targets and weights.
 *
 * @returns the sheet with new results; the input's own results are not looked at
 */
export function scoreSheet(
  company: Company,
  cells: Cells,
  others: Others,
  sheet: SheetRecord,
  items: readonly ItemRow[],
): ScoredSheet {
  const cycle = company.cycles.get(sheet.cycle);
  if (!cycle) return { sheet: { ...sheet, result: null }, items: items.map(withoutResult) };
  const place = others.placeOf(sheet, cycle);
  const within = place?.within ?? null;
  const presence = presenceOf(company, sheet, cycle, within);
  const rows = items.map((item) => {
    const row = scoreRow({ company, cells, others, sheet, cycle, presence, place }, item);
    return substituted(row, others, sheet, cycle);
  });
  const result = composeSheet(
    rows.map((row) => weighedItem(company, row)),
    rulesOf(company, others, sheet, cycle, place),
  );
  return {
    sheet: { ...sheet, result: storedPart(storedSheet(result), place) },
    items: rows.map((row) => ({ ...row.item, result: storedItem(row, result) })),
  };
}

interface Desk {
  readonly company: Company;
  readonly cells: Cells;
  readonly others: Others;
  readonly sheet: SheetRecord;
  readonly cycle: CycleRow;
  readonly presence: Presence;
  readonly place: Place | null;
}

/** Score one item; pure given the aggregates. */
function scoreRow(desk: Desk, item: ItemRow): Omit<ScoredRow, "substitute"> {
  const { company, cells, others, sheet, cycle, presence, place } = desk;
  const kpi = company.kpis.get(item.kpi) ?? null;
  const set = item.target === null ? null : new Decimal(item.target);
  const inputs = new Map<string, Measured>();
  const unusable = (problem: Failed) => ({
    item,
    kpi,
    inputs,
    actual: problem as Measured,
    target: set,
    scored: { score: problem, raw: null, limitedBy: null, reached: null },
  });
  if (!kpi) return unusable(failed("ERROR", "kpi_unusable"));
  if (!place) return unusable(failed("NOT_APPLICABLE", "segment_superseded"));
  const { within } = place;
  const { treatment, role } = item.rules;
  if (treatment === "not_applicable") return unusable(failed("NOT_APPLICABLE", "not_applicable"));
  if (treatment === "exempt") return unusable(failed("EXEMPT", "exempt"));
  if (presence.exempt) return unusable({ status: "EXEMPT", reasons: [presence.exempt] });
  // A veto acts on the sheet; by itself it need not weigh anything.
  if (item.weight === null && role === "weighted" && kpi.method.code !== "VETO")
    return unusable(failed("ERROR", "weight_missing"));
  const note = (name: string, measured: Measured) => void inputs.set(name, measured);
  const actual = measureActual(company, cells, kpi, sheet.subject, cycle.period, within, note);
  const doubt = unitDoubt(kpi, actual, set);
  if (doubt) return { ...unusable(doubt), actual };
  const part = kpi.prorated && set !== null ? presence.prorate(set) : null;
  if (part && part.status !== "OK") return { ...unusable(part), actual };
  const target = part ? part.value : set;
  const scored = scoreItem({
    method: kpi.method,
    direction: kpi.direction,
    actual,
    target,
    peers: kpi.method.code === "RANK" ? others.peers(kpi, cycle, sheet.kind) : [],
    inputs: (name) => {
      const measured = measureReference(
        company,
        cells,
        kpi,
        name,
        sheet.subject,
        cycle.period,
        within,
      );
      note(name, measured);
      return measured;
    },
  });
  const held = gated(desk, kpi, scored, note);
  return { item, kpi, actual, target, inputs, scored: because(part?.reasons ?? [], held) };
}

/** A score with what was done to its target told first. */
function because(reasons: readonly Reason[], scored: ItemScore): ItemScore {
  if (reasons.length === 0) return scored;
  return { ...scored, score: { ...scored.score, reasons: [...reasons, ...scored.score.reasons] } };
}

/** Hold a score back while its counter-metric is below the line (spec 3.5). */
function gated(
  { company, cells, sheet, cycle, place }: Desk,
  kpi: Kpi,
  scored: ItemScore,
  note: (name: string, measured: Measured) => void,
): ItemScore {
  const gate = gateOf(company, cells, kpi, sheet.subject, cycle, place?.within ?? null);
  if (!gate) return scored;
  note(company.kpis.get(kpi.gate?.kpi ?? "")?.code ?? gate.name, gate.actual);
  return gateScore(scored, gate);
}

/** The counter-metric of a KPI with its actual; null when it has none. */
export function gateOf(
  company: Company,
  cells: Cells,
  kpi: Kpi,
  subject: string,
  cycle: CycleRow,
  within: DayRange | null,
): Gate | null {
  if (!kpi.gate) return null;
  const gate = company.kpis.get(kpi.gate.kpi);
  return {
    ...kpi.gate,
    name: gate?.name ?? kpi.gate.kpi,
    direction: gate?.direction ?? "higher",
    actual: gate
      ? measureActual(company, cells, gate, subject, cycle.period, within)
      : failed("ERROR", "kpi_unusable"),
  };
}

/** What stands in for a score that has no data, where the KPI's rule asks for something else. */
function substituted(
  row: Omit<ScoredRow, "substitute">,
  others: Others,
  sheet: SheetRecord,
  cycle: CycleRow,
): ScoredRow {
  const { kpi, item, scored } = row;
  if (!kpi || scored.score.status !== "NO_DATA") return { ...row, substitute: null };
  const told = (code: string, details: Record<string, string> = {}): ItemScore => ({
    ...scored,
    score: { ...scored.score, reasons: [...scored.score.reasons, reason(code, details)] },
  });
  const substitute = substituteOf(kpi, item, others, sheet.subject, cycle);
  if (kpi.missing === "CARRY") {
    const period = previousPeriod(cycle.period);
    return {
      ...row,
      substitute,
      scored: told(substitute ? "carried" : "carry_missing", { period }),
    };
  }
  if (kpi.missing === "MANUAL") {
    return { ...row, substitute, scored: told(substitute ? "manual_given" : "manual_missing") };
  }
  return { ...row, substitute: null };
}

/** The score that counts instead, if the KPI's rule for missing data asks for one and there is one. */
export function substituteOf(
  kpi: Kpi,
  item: ItemRow,
  others: Others,
  subject: string,
  cycle: CycleRow,
): Decimal | null {
  if (kpi.missing === "CARRY") return others.scoreBefore(kpi, subject, cycle);
  const given = kpi.missing === "MANUAL" ? item.rules.manualScore : null;
  return given === null ? null : new Decimal(given);
}

/** An item as its sheet weighs it. */
export function weighedItem(
  company: Company,
  { item, kpi, scored, substitute }: Pick<ScoredRow, "item" | "kpi" | "scored" | "substitute">,
): WeighedItem {
  const { section, role, keyLine } = item.rules;
  // Before cap and floor: a bound must neither hide a veto nor make one.
  const vetoed = kpi?.method.code === "VETO" && scored.raw?.isZero() === true;
  return {
    // Codes are labels that people type: two may be the same.
    key: item.id,
    weight: new Decimal(item.weight ?? 0),
    score: scored.score,
    missing: kpi?.missing ?? "EXCLUDE",
    substitute,
    section: section !== null && company.sections.has(section) ? section : null,
    // Without an event a veto scores 100: as a plus item it would give them away.
    role: kpi?.method.code === "VETO" ? "weighted" : role,
    keyLine: keyLine === null ? null : new Decimal(keyLine),
    veto: vetoed && kpi.method.code === "VETO" ? kpi.method.effect : null,
  };
}

/** The rules a sheet is composed by. */
export function rulesOf(
  company: Company,
  others: Others,
  sheet: SheetRecord,
  cycle: CycleRow,
  place: Place | null,
): SheetRules {
  const { minCoverage, extra, total, keyGrade } = company.settings;
  const totals = place?.within && place.isLast ? others.totalsBefore(sheet, cycle) : null;
  return {
    grades: company.grades,
    minCoverage,
    sections: company.sections,
    extra,
    total,
    keyGrade,
    composite: place && compositeOf(company, others, sheet, cycle, place),
    segments: place && totals && { days: place.days, others: totals },
  };
}

/** Only people's totals go together with those above: a department stands for itself (spec 3.7). */
function compositeOf(
  company: Company,
  others: Others,
  sheet: SheetRecord,
  cycle: CycleRow,
  place: Place,
): Composite | null {
  if (sheet.kind !== "individual") return null;
  const above = levelsAbove(company, place);
  if (!above) return null;
  const { department, top, composition } = above;
  return {
    ...composition,
    department: department === null ? null : others.totalOf(department, cycle),
    company: top === null ? null : others.totalOf(top, cycle),
  };
}

/** After a transfer the result says which part of the cycle it is about; every other one is unmarked. */
function storedPart(score: SheetScore, place: Place | null): SheetScore {
  if (place?.within === null) return score;
  const { position = null, department = null, within } = place ?? {};
  const [start, end] = [within?.start ?? null, within?.end ?? null];
  const told = place
    ? reason("segment_of", { start: start ?? "", end: end ?? "" })
    : reason("segment_superseded");
  const role = !place ? "none" : place.isLast ? "last" : "earlier";
  return {
    ...score,
    reasons: [told, ...score.reasons],
    part: { role, start, end, position, department },
  };
}

function storedSheet(result: SheetResult): SheetScore {
  return {
    total: text(result.total),
    displayed: text(result.displayed),
    coverage: decimalText(result.coverage),
    state: result.state,
    grade: result.grade,
    sections: result.sections.map((section) => ({
      key: section.key,
      share: decimalText(section.share),
      raw: text(section.raw),
      score: text(section.score),
      limitedBy: section.limitedBy,
    })),
    steps: result.steps.map((step) => ({
      code: step.code,
      before: decimalText(step.before),
      after: decimalText(step.after),
      details: step.details,
    })),
    gradeLimits: result.gradeLimits,
    preVeto: result.preVeto && { ...result.preVeto, total: decimalText(result.preVeto.total) },
    reasons: result.reasons,
  };
}

function storedItem(row: ScoredRow, result: SheetResult): ItemResult {
  const { item, kpi, actual, target, scored, inputs } = row;
  const given = result.contributions.find(({ key }) => key === item.id);
  return {
    kpiVersion: kpi?.version ?? "",
    inputs: [...inputs].map(([name, measured]) => ({
      name,
      status: measured.status,
      value: measured.status === "OK" ? decimalText(measured.value) : null,
    })),
    status: scored.score.status,
    reasons: scored.score.reasons,
    actual: actual.status === "OK" ? decimalText(actual.value) : null,
    targetUsed: text(target),
    score: scored.score.status === "OK" ? decimalText(scored.score.value) : null,
    raw: text(scored.raw),
    limitedBy: scored.limitedBy,
    reached: scored.reached,
    share: decimalText(given?.share ?? new Decimal(0)),
    contribution: text(given?.points ?? null),
    counted: text(given?.counted ?? null),
  };
}

function withoutResult(item: ItemRow): ItemRow {
  return { ...item, result: null };
}

function text(value: Decimal | null): string | null {
  return value === null ? null : decimalText(value);
}
