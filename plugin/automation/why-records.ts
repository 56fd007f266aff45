import type { SourceFacts } from "../report/facts.ts";
import type { Why } from "../report/views.ts";
import { say, type Locale } from "../words/words.ts";
import { rangeOf } from "../kpi/period.ts";
import type { Source } from "./company.ts";
import { follow } from "./contribute.ts";
import type { Core } from "./core.ts";
import { fieldText } from "./field-changes.ts";
import { pathsOf } from "./needs.ts";
import { openGroups } from "./raters.ts";
import type { FactsOfSource } from "./stored-facts.ts";
import { recordProblemText } from "./problem-text.ts";
import type { ScoredSheet } from "./results.ts";
import type { GivenRow } from "./state.ts";

/** The records that made an actual, newest first: one page, and how many there are. */
export function recordsBehind(
  core: Core,
  scored: ScoredSheet,
  sources: readonly FactsOfSource[],
  locale: Locale,
  page: { offset: number; limit: number },
): { records: Why["records"]; total: number } {
  const owners = ownersOf(core, scored);
  const records: Why["records"] = [];
  let total = 0;
  for (const facts of sources) {
    const source = core.company.sources.get(facts.source);
    if (!source?.compiled) continue;
    // Single ratings of people who are not to be recognised are nobody's business.
    const open = source.aggregate === "raters" ? openGroups(source) : null;
    const { start, end } = facts.days ?? rangeOf(facts.period);
    const from = `FROM contributions c ${
      source.aggregate === "first_ever"
        ? "JOIN firsts f ON f.source_id = c.source_id AND f.distinct_key = c.distinct_key AND f.record_id = c.record_id"
        : ""
    } WHERE c.source_id = ? AND c.date BETWEEN ? AND ? AND c.owner IN (${owners.map(() => "?").join(", ")})${
      open === null ? "" : ` AND c.distinct_key IN (${open.map(() => "?").join(", ")})`
    }`;
    const parameters = [source.id, start, end, ...owners, ...(open ?? [])];
    const count =
      core.state.one<{ n: number }>(`SELECT count(*) AS n ${from}`, ...parameters)?.n ?? 0;
    const offset = Math.max(0, page.offset - total);
    const room = page.limit - records.length;
    total += count;
    if (room <= 0 || offset >= count) continue;
    const rows = core.state.all<GivenRow>(
      `SELECT c.* ${from} ORDER BY c.problem IS NULL, c.date DESC, c.record_id DESC LIMIT ? OFFSET ?`,
      ...parameters,
      room,
      offset,
    );
    for (const row of rows) records.push(recordView(core, source, facts, row, locale));
  }
  return { records, total };
}

/** Employees whose records count for the sheet's subject. */
function ownersOf(core: Core, scored: ScoredSheet): readonly string[] {
  const { employees, people } = core.company;
  return [...employees.keys()].filter((id) => people.subjectsOf(id).includes(scored.sheet.subject));
}

function recordView(
  core: Core,
  source: Source,
  facts: SourceFacts,
  given: GivenRow,
  locale: Locale,
): Why["records"][number] {
  const table = source.compiled?.table ?? "";
  const row = core.state.mirrored(table, given.record_id);
  const around = { naming: core.naming, company: core.company, state: core.state };
  const shown = new Map<string, string>();
  if (row && source.compiled)
    for (const path of pathsOf(source.compiled)) {
      const value = follow(path, row, {
        row: (other, id) => core.state.mirrored(other, id),
      });
      const hops = path.hops.map((hop) => core.naming.fieldById(hop.table, hop.field)?.name ?? "");
      const field = core.naming.fieldById(path.table, path.field.id) ?? path.field;
      shown.set([...hops, field.name].join("."), fieldText(around, field, value));
    }
  return {
    table,
    tableName: core.naming.tableById(table)?.name ?? "",
    id: given.record_id,
    title: row?.title ?? given.record_id,
    source: facts.reference,
    period: facts.period,
    date: given.date || null,
    value: given.problem === null ? given.value : null,
    denominator:
      given.problem === null &&
      (source.aggregate === "ratio" || source.aggregate === "weighted_average")
        ? given.denominator
        : null,
    problem: given.problem === null ? null : recordProblemText(given.problem, locale),
    fields: [...shown].map(([name, value]) => ({ name, value })),
  };
}

/** What a source adds up, over which records. */
export function ruleText(
  rule: { readonly value: string; readonly denominator: string; readonly filter: string },
  locale: Locale,
): string {
  const figures = [rule.value, rule.denominator].filter((part) => part !== "").join(" ÷ ");
  return [figures, rule.filter && say(locale, "engine.where", { filter: rule.filter })]
    .filter((part) => part !== "")
    .join(say(locale, "join.comma"));
}
