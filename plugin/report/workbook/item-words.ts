import { methodText, reasonText } from "../reasons.ts";
import { joinSentences } from "../format.ts";
import type { Desk } from "./desk.ts";
import type { WorkbookItem } from "./facts.ts";

/** The rule in words and why the score is what it is. */
export function itemWords(desk: Desk, item: WorkbookItem, isFixed: boolean): string {
  const { locale } = desk.around;
  const { method, kpi, target, score, weighed } = item;
  const scope = { unit: kpi.unit, decimals: kpi.decimals, target };
  const missing = score.score.status === "NO_DATA" ? [desk.word(`missing.${weighed.missing}`)] : [];
  return joinSentences(
    [
      method === null ? "" : methodText(method, scope, locale),
      ...score.score.reasons.map((reason) => reasonText(reason, locale)),
      ...missing,
      isFixed && score.score.status === "OK" ? desk.word("no-formula") : "",
    ],
    locale,
  );
}
