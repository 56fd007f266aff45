import type { Decimal } from "../../decimal.ts";
import type { KpiKind } from "../../kpi/smart.ts";
import { lintSet } from "../../kpi/smart-set.ts";
import type { SmartFinding } from "../../kpi/smart.ts";
import type { FindingView, SetView } from "../../report/analysis-views.ts";
import { smartText } from "../../report/kpi-check-text.ts";
import type { Locale } from "../../words/words.ts";
import type { Company, Kpi, Scheme } from "../company.ts";
import { kpiName, type Reading } from "./reading.ts";

/** The weighted KPIs that one position's people, or one department, are scored by. */
export interface SchemeSet {
  readonly applies: Scheme["applies"];
  /** Record id of the position or department. */
  readonly of: string;
  readonly name: string;
  readonly entries: readonly { readonly kpi: Kpi; readonly weight: Decimal }[];
}

/** Every position and department that has published KPIs, in the order of the schemes. */
export function schemeSets({ company }: Reading): SchemeSet[] {
  const sets = new Map<string, { set: SchemeSet; entries: { kpi: Kpi; weight: Decimal }[] }>();
  for (const scheme of company.schemes) {
    const kpi = company.kpis.get(scheme.kpi);
    const of = scheme.applies === "individual" ? scheme.position : scheme.department;
    if (!kpi?.published || of === null || scheme.role !== "weighted") continue;
    const key = `${scheme.applies} ${of}`;
    const known = sets.get(key);
    const entries = known?.entries ?? [];
    // A KPI that is listed twice is scored once, by its first row.
    if (!entries.some((entry) => entry.kpi.id === kpi.id))
      entries.push({ kpi, weight: scheme.weight });
    const name =
      (scheme.applies === "individual" ? company.positions : company.departments).get(of)?.name ??
      of;
    sets.set(key, { set: { applies: scheme.applies, of, name, entries }, entries });
  }
  return [...sets.values()].map(({ set }) => set);
}

/** What is to be said about the KPIs of each position and department together. */
export function lintSets(reading: Reading): SetView[] {
  return schemeSets(reading).map(({ name, entries }) => ({
    name,
    findings: lintSet(
      entries.map(({ kpi, weight }) => ({
        key: kpi.code,
        name: kpiName(reading, kpi).name,
        weight,
        kind: kindOf(kpi),
        reads: readsOf(reading.company, kpi),
      })),
    ).map((finding) => findingView(finding, reading.locale)),
  }));
}

export function findingView(finding: SmartFinding, locale: Locale): FindingView {
  const { letter, level, code } = finding;
  return { letter, level, code, ...smartText(finding, locale) };
}

/** The tables say what a KPI is for, not what it counts: what adds up over days is a volume. */
export function kindOf({ prorated, kind }: Kpi): KpiKind {
  if (kind === "hygiene") return "quality";
  return prorated ? "volume" : "other";
}

/** What a KPI reads, equal for KPIs that read the same records in the same way. */
function readsOf(company: Company, { references, formula }: Kpi): string {
  const sources = [...references].map(([name, { source, of }]) => {
    const found = company.sources.get(source);
    const { compiled, rule, aggregate } = found ?? {};
    return [name, of, compiled?.table, aggregate, rule?.filter, rule?.value, rule?.denominator];
  });
  return sources.length === 0 ? "" : JSON.stringify([formula.text, sources]);
}
