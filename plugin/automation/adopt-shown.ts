import type { Company } from "./company.ts";
import { loadSheet } from "./stored-sheets.ts";
import type { ItemResult, SheetScore, Shown } from "./results.ts";
import type { State } from "./state.ts";
import { Decimal, decimalText } from "../decimal.ts";
import type { Status } from "../kpi/model.ts";

/**
 * Frozen sheets that we have no result of (our state was lost): what the workspace shows is the
 * result, and stays it. Nothing is computed.
 *
 * @returns ids of the sheets that have one now
 */
export function adoptShown(state: State, company: Company): readonly string[] {
  const adopted: string[] = [];
  const rows = state.all<{ id: string; shown: string; cycle_id: string }>(
    "SELECT id, shown, cycle_id FROM sheets WHERE result IS NULL",
  );
  for (const row of rows) {
    const cycle = company.cycles.get(row.cycle_id);
    const shown = JSON.parse(row.shown) as Shown;
    if (cycle && cycle.status !== "locked") continue;
    if (shown["state"] !== "final" && shown["state"] !== "provisional") continue;
    const score: SheetScore = {
      total: shown["total"] ?? null,
      displayed: shown["total"] ?? null,
      coverage: shown["coverage"] ?? "0",
      state: shown["state"],
      grade: shown["grade"] ?? null,
      sections: [],
      steps: [],
      gradeLimits: [],
      preVeto: null,
      reasons: [],
    };
    state.run("UPDATE sheets SET result = ? WHERE id = ?", JSON.stringify(score), row.id);
    adoptItems(state, row.id);
    adopted.push(row.id);
  }
  return adopted;
}

function adoptItems(state: State, sheet: string): void {
  const items = loadSheet(state, sheet)?.items ?? [];
  const shownOf = (id: string): Shown =>
    JSON.parse(
      state.one<{ shown: string }>("SELECT shown FROM items WHERE id = ?", id)?.shown ?? "{}",
    ) as Shown;
  const counted = items.filter((item) => shownOf(item.id)["contribution"]);
  const weights = counted.reduce((sum, item) => sum.plus(item.weight ?? 0), new Decimal(0));
  for (const item of items) {
    const shown = shownOf(item.id);
    const counts = counted.includes(item) && weights.gt(0);
    const result: ItemResult = {
      kpiVersion: "",
      inputs: [],
      // Written by ourselves, from our own list of states.
      status: (shown["status"] ?? "PENDING") as Status,
      reasons: [],
      actual: shown["actual"] ?? null,
      targetUsed: shown["target_used"] ?? item.target,
      score: shown["score"] ?? null,
      raw: null,
      limitedBy: null,
      reached: null,
      share: counts
        ? decimalText(new Decimal(item.weight ?? 0).div(weights).toDecimalPlaces(10))
        : "0",
      contribution: shown["contribution"] ?? null,
      counted: shown["score"] ?? null,
    };
    state.run("UPDATE items SET result = ? WHERE id = ?", JSON.stringify(result), item.id);
  }
}
