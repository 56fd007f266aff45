import { Decimal } from "../decimal.ts";
import type {
  Contribution,
  ItemScore,
  Measured,
  Period,
  Reason,
  SheetResult,
  Status,
} from "../kpi/model.ts";
import type { ItemFacts, SheetFacts, SourceFacts } from "../report/facts.ts";
import type { DayRange } from "../kpi/day-shares.ts";
import type { Cells } from "./cells.ts";
import { behindRange, measureRange } from "./measure-range.ts";
import type { Company, Source } from "./company.ts";
import type { ItemResult, ItemRow, ScoredSheet } from "./results.ts";
import { comparisonPeriod } from "../kpi/period.ts";

/** Stored results as the report room wants them: nothing is computed here again. */

export function subjectName(company: Company, sheet: ScoredSheet["sheet"]): string {
  return (
    (sheet.kind === "individual"
      ? company.employees.get(sheet.subject)?.name
      : company.departments.get(sheet.subject)?.name) ?? sheet.code
  );
}

function measured(status: Status, value: string | null, reasons: readonly Reason[]): Measured {
  if (status === "OK" && value !== null) return { status, value: new Decimal(value), reasons };
  return { status: status === "OK" ? "ERROR" : status, reasons };
}

function decimal(text: string | null): Decimal | null {
  return text === null ? null : new Decimal(text);
}

export function actualOf(result: ItemResult): Measured {
  return result.actual === null
    ? measured(result.status, null, result.reasons)
    : { status: "OK", value: new Decimal(result.actual), reasons: [] };
}

export function scoreOf(result: ItemResult): ItemScore {
  return {
    score: measured(result.status, result.score, result.reasons),
    raw: decimal(result.raw),
    limitedBy: result.limitedBy,
    reached: result.reached,
  };
}

function contributionOf(item: ItemRow): Contribution | null {
  return (
    item.result && {
      key: item.id,
      share: new Decimal(item.result.share),
      points: decimal(item.result.contribution),
      counted: decimal(item.result.counted),
    }
  );
}

export function sheetResultOf(scored: ScoredSheet): SheetResult | null {
  const { result } = scored.sheet;
  return (
    result && {
      total: decimal(result.total),
      displayed: decimal(result.displayed),
      coverage: new Decimal(result.coverage),
      state: result.state,
      grade: result.grade,
      contributions: scored.items.flatMap((item) => contributionOf(item) ?? []),
      sections: result.sections.map((section) => ({
        ...section,
        share: new Decimal(section.share),
        raw: decimal(section.raw),
        score: decimal(section.score),
      })),
      steps: result.steps.map((step) => ({
        ...step,
        before: new Decimal(step.before),
        after: new Decimal(step.after),
      })),
      gradeLimits: result.gradeLimits,
      preVeto: result.preVeto && {
        ...result.preVeto,
        total: new Decimal(result.preVeto.total),
      },
      reasons: result.reasons,
    }
  );
}

export function sheetFacts(company: Company, scored: ScoredSheet): SheetFacts | null {
  const result = sheetResultOf(scored);
  const cycle = company.cycles.get(scored.sheet.cycle);
  if (!result || !cycle) return null;
  return {
    subject: subjectName(company, scored.sheet),
    period: cycle.period,
    result,
    minCoverage: company.settings.minCoverage,
    sections: result.sections.map(({ key }) => ({
      key,
      name: company.sections.get(key)?.name ?? key,
    })),
    items: scored.items.flatMap((item) =>
      item.result
        ? [
            {
              key: item.id,
              name: company.kpis.get(item.kpi)?.name ?? item.code,
              score: scoreOf(item.result).score,
              missing: company.kpis.get(item.kpi)?.missing ?? "EXCLUDE",
              role: item.rules.role,
            },
          ]
        : [],
    ),
  };
}

/** What of a source is behind a figure; `days` when it is not the whole period. */
export type FactsOfSource = SourceFacts & {
  readonly source: string;
  readonly days: DayRange | null;
};

/** The sources behind an item, as the formula names them. */
export function sourceFacts(
  company: Company,
  cells: Cells,
  scored: ScoredSheet,
  item: ItemRow,
): readonly FactsOfSource[] {
  const kpi = company.kpis.get(item.kpi);
  const cycle = company.cycles.get(scored.sheet.cycle);
  if (!kpi || !cycle) return [];
  return [...kpi.references].flatMap(([reference, { source: id, of }]) => {
    const source = company.sources.get(id);
    if (!source) return [];
    const period = comparisonPeriod(cycle.period, of);
    const subject = scored.sheet.subject;
    const days = of === "own" ? daysOf(scored) : null;
    return [
      {
        source: id,
        days,
        reference,
        name: source.name,
        aggregate: source.aggregate,
        unit: source.unit,
        period,
        measured: source.compiled
          ? days
            ? measureRange(cells, source, { subject, period, within: days }, kpi.minSample)
            : cells.measure(source, subject, period, of === "own" ? kpi.minSample : null)
          : {
              status: "ERROR" as const,
              reasons: [{ code: "source_unbound", details: { name: source.name } }],
            },
        ...countsOf(cells, source, subject, period, days),
      },
    ];
  });
}

/** The days a sheet was scored for; null = its whole cycle. */
export function daysOf({ sheet }: Pick<ScoredSheet, "sheet">): DayRange | null {
  const part = sheet.result?.part;
  return part?.start != null && part.end !== null ? { start: part.start, end: part.end } : null;
}

/** Records behind a figure; of ratings only those whose number tells nobody who wrote them. */
function countsOf(
  cells: Cells,
  source: Source,
  subject: string,
  period: Period,
  days: DayRange | null,
): Pick<SourceFacts, "count" | "invalid" | "raters"> {
  const range = days && behindRange(cells, source, { subject, period, within: days });
  const { count: all, invalid } = range ?? cells.counts(source.id, subject, period);
  if (source.aggregate !== "raters") return { count: all, invalid, raters: null };
  const rated = range?.rating ?? cells.rated(source, subject, period);
  const raters = rated.groups.map((group) => ({
    name: source.raters.find(({ key }) => key === group.key)?.name ?? group.key,
    state: group.state,
    mean: group.mean,
    count: group.count,
    share: group.share,
  }));
  const count = raters.reduce((sum, group) => sum + (group.count ?? 0), 0);
  return { count, invalid, raters };
}

export function itemFacts(
  company: Company,
  cells: Cells,
  scored: ScoredSheet,
  item: ItemRow,
): ItemFacts | null {
  const kpi = company.kpis.get(item.kpi);
  if (!kpi || !item.result) return null;
  return {
    kpi: { name: kpi.name, unit: kpi.unit, decimals: kpi.decimals, formula: kpi.formula.text },
    sources: sourceFacts(company, cells, scored, item),
    actual: actualOf(item.result),
    target: decimal(item.target),
    targetUsed: decimal(item.result.targetUsed),
    targetBasis: item.targetBasis,
    method: kpi.method,
    score: scoreOf(item.result),
    missing: kpi.missing,
    role: item.rules.role,
    weight: new Decimal(item.weight ?? 0),
    ...weightFacts(company, scored, item),
    contribution: contributionOf(item),
  };
}

/** The weights an item's share comes from: those of its section, or of the sheet when it has none. */
function weightFacts(
  company: Company,
  scored: ScoredSheet,
  item: ItemRow,
): Pick<ItemFacts, "weights" | "section"> {
  const sections = scored.sheet.result?.sections ?? [];
  const own = (one: ItemRow) => sections.find(({ key }) => key === one.rules.section)?.key ?? null;
  const beside = scored.items.filter(
    (one) => one.rules.role === "weighted" && own(one) === own(item),
  );
  const counted = beside.filter((one) => one.result != null && one.result.counted !== null);
  const sum = (items: readonly ItemRow[]) =>
    items.reduce((total, one) => total.plus(one.weight ?? 0), new Decimal(0));
  const key = own(item);
  const others = sections.reduce((total, { share }) => total.minus(share), new Decimal(1));
  const share = sections.find((section) => section.key === key)?.share ?? others;
  const name = key === null ? null : (company.sections.get(key)?.name ?? key);
  return {
    weights: { all: sum(beside), counted: sum(counted) },
    section: sections.length === 0 ? null : { name, share: new Decimal(share) },
  };
}
