import { Decimal, decimalText } from "../decimal.ts";
import { say, type Locale } from "../words/words.ts";
import type { ExplanationTree, ItemView, SheetDetail, Why } from "./views.ts";

type Branch = ExplanationTree["branches"][number];

/**
 * Everything a total is made of, from the top down: total → parts of the sheet → KPIs → the way from
 * records to points, and beside the parts the steps that changed their sum.
 *
 * The points of what hangs on a node sum to the node's own points, to the last digit: those of the
 * KPIs to their part's, those of the parts and the steps to the total.
 *
 * @param whys  explanations of the sheet's items, in the same language; items without one have no way
 */
export function explanationTree(
  sheet: SheetDetail,
  whys: readonly Why[],
  locale: Locale,
): ExplanationTree {
  const ways = new Map(whys.map((why) => [why.item.id, why.steps]));
  const branch = (kind: Branch["kind"], name: string, items: readonly ItemView[]): Branch[] =>
    items.length === 0
      ? []
      : [
          {
            kind,
            name,
            points: sum(items.map(({ contribution }) => contribution)),
            items: items.map((item) => ({
              kpi: item.kpi.code,
              name: locale === "en-US" && item.kpi.nameEn !== "" ? item.kpi.nameEn : item.kpi.name,
              points: item.contribution,
              status: item.status,
              way: [...(ways.get(item.id) ?? [])],
            })),
          },
        ];
  const weighted = sheet.itemViews.filter(({ role }) => role === "weighted");
  const known = new Set(sheet.sections.map(({ id }) => id));
  return {
    points: sheet.exactTotal,
    branches: [
      ...sheet.sections.flatMap(({ id, name }) =>
        branch(
          "section",
          name,
          weighted.filter(({ section }) => section === id),
        ),
      ),
      ...branch(
        "items",
        say(locale, "tree.items"),
        weighted.filter(({ section }) => section === null || !known.has(section)),
      ),
      ...branch(
        "extras",
        say(locale, "tree.extras"),
        sheet.itemViews.filter(({ role }) => role === "extra"),
      ),
    ],
    steps: sheet.steps.map(({ code, change, text }) => ({ code, points: change, text })),
    notes: [...sheet.gradeNotes, ...sheet.reasons.map(({ text }) => text)],
  };
}

function sum(points: readonly (string | null)[]): string | null {
  const given = points.filter((one) => one !== null);
  return given.length === 0 ? null : decimalText(Decimal.sum(0, ...given));
}
