import { Decimal, decimalText } from "../decimal.ts";
import type { Grain } from "../kpi/model.ts";
import type { Department, Kpi, Position, Problem, Scheme, Section } from "./company.ts";
import type { ConfigRow } from "./config-row.ts";

/** How far from 100 a sum of weights may lie: weights are shown with two decimals (spec 3.6). */
const TOLERANCE = new Decimal("0.01");
const HUNDRED = new Decimal(100);

/**
 * Positions and departments whose weights do not add up to 100. Scores are right all the same, since
 * each weight counts as its share of the sum; but nobody would read them so.
 *
 * Where sections have weights of their own, weights within them are shares by design.
 *
 * @returns one problem per position or department, on its first row; the rows stay in force
 * @source the specification 3.6
 */
export function weightProblems(
  rows: readonly { readonly row: ConfigRow; readonly value: Scheme }[],
  company: {
    readonly kpis: ReadonlyMap<string, Kpi>;
    readonly sections: ReadonlyMap<string, Section>;
    readonly positions: ReadonlyMap<string, Position>;
    readonly departments: ReadonlyMap<string, Department>;
  },
): readonly Problem[] {
  const { kpis, sections, positions, departments } = company;
  const counted = rows.filter(
    ({ value }) => value.role === "weighted" && kpis.get(value.kpi)?.published === true,
  );
  const subjects = new Map<string, typeof counted>();
  for (const one of counted) {
    const { applies, position, department } = one.value;
    const subject = (applies === "individual" ? position : department) ?? "";
    subjects.set(subject, [...(subjects.get(subject) ?? []), one]);
  }
  return [...subjects].flatMap(([subject, own]): Problem[] => {
    const weighted = own.some(({ value }) => sections.get(value.section ?? "")?.weight != null);
    const first = own[0];
    if (weighted || !first) return [];
    const sums = (["month", "quarter", "half", "year"] as const).flatMap((kind) => {
      const sum = sumOf(
        own.map(({ value }) => value),
        kind,
      );
      return sum && sum.minus(HUNDRED).abs().gt(TOLERANCE) ? [sum] : [];
    });
    const [sum] = sums;
    if (!sum) return [];
    const of = positions.get(subject)?.name ?? departments.get(subject)?.name ?? "";
    return [
      {
        table: "schemes",
        record: first.row.id,
        title: first.row.title,
        code: "weights_sum",
        details: { of, sum: decimalText(sum) },
        standing: "in_force",
      },
    ];
  });
}

/** Weights of one kind of cycle, each KPI once; null when it has none. */
function sumOf(schemes: readonly Scheme[], kind: Grain): Decimal | null {
  const weights = new Map<string, Decimal>();
  for (const { kpi, weight, kinds } of schemes)
    if (kinds.includes(kind) && !weights.has(kpi)) weights.set(kpi, weight);
  return weights.size === 0 ? null : Decimal.sum(0, ...weights.values());
}
