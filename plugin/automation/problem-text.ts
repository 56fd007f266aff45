import type { Bindings } from "../install/bindings.ts";
import { dimensionName } from "../report/unit-name.ts";
import { hasWords, say, type Locale } from "../words/words.ts";
import type { Naming } from "./binding.ts";
import type { RowFinding } from "./config-state.ts";

/** Fields by the names people gave them. */
export function fieldNamer(bindings: Bindings, naming: Naming, table: string) {
  return (key: string): string => {
    const id = bindings.tables().includes(table) ? bindings.table(table) : null;
    const field =
      id === null
        ? null
        : (naming.tableById(id)?.fields ?? []).find(
            (one) => bindings.fieldKey(table, one.id) === key,
          );
    return field?.name ?? key;
  };
}

/** What is wrong with a configuration row, and what holds meanwhile, in the reader's language. */
export function findingText(
  finding: RowFinding,
  nameOf: (field: string) => string,
  locale: Locale,
): string {
  const details: Record<string, string> = { ...finding.details };
  if (details["field"] !== undefined) details["field"] = nameOf(details["field"]);
  const inner = details["problem"];
  if (inner !== undefined) {
    const key = [inner, `reason.${inner}`].find(hasWords);
    if (key) details["problem"] = say(locale, key, dimensionsNamed(finding.details, locale));
  }
  const problem = say(locale, `config.${finding.code}`, dimensionsNamed(details, locale));
  // Of a result table, not of a row.
  if (finding.code === "result_field_gone") return problem;
  return say(locale, `engine.check.${finding.standing}`, { problem });
}

/** Two units that do not go together, by the names of what they measure. */
function dimensionsNamed(
  details: Readonly<Record<string, string>>,
  locale: Locale,
): Readonly<Record<string, string>> {
  const { left, right } = details;
  if (left === undefined || right === undefined) return details;
  return {
    ...details,
    left: dimensionName(left, locale),
    right: dimensionName(right, locale),
  };
}

/** What is wrong with a source record: `code` or `code:field`, as contributions store it. */
export function recordProblemText(problem: string, locale: Locale): string {
  const [code = "", ...rest] = problem.split(":");
  return say(locale, `record-problem.${code}`, { field: rest.join(":") });
}
