import { openDatabase } from "../database.ts";
import type { Bindings } from "../install/bindings.ts";
import type { Log } from "../log.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { Change } from "./apply.ts";
import { compareStates, differingInputs } from "./compare.ts";
import type { Company } from "./company.ts";
import type { RecordIds } from "./intake.ts";
import { CAUSES, Core, type Progress } from "./core.ts";
import { writeLedger } from "./ledger.ts";
import { State } from "./state.ts";

export interface Recomputed {
  readonly records: number;
  readonly sheets: number;
  /** Readings that differed from the running state; 0 is the law. */
  readonly differences: number;
  readonly milliseconds: number;
}

/** People go on working while we compare; a state that is wrong stays wrong however often we look. */
const ROUNDS = 3;

/**
 * Compute everything again beside the running state and compare the two to the last digit.
 *
 * Should they differ, the running state is filled anew and the ledger says so.
 *
 * @param catchUp  works off what arrived meanwhile and hands it on, so that both know the same
 * @param changed  told of every sheet whose result was wrong
 */
export async function recomputeAll(
  deps: {
    core: Core;
    workspace: Workspace;
    bindings: Bindings;
    log: Log;
    now: () => Date;
    catchUp(also: (changes: readonly Change[]) => Promise<void>): Promise<void>;
    /** Reads records afresh and works them into the running state. */
    take(records: RecordIds): Promise<readonly Change[]>;
    changed(sheet: string): void;
  },
  onProgress?: Progress,
): Promise<Recomputed> {
  const { core, log, now } = deps;
  const { state } = core;
  const started = performance.now();
  const scratch = openDatabase("");
  try {
    const fresh = new Core({
      state: scratch.transaction(() => rememberedFrom(state, new State(scratch), core.company))(),
      workspace: deps.workspace,
      bindings: deps.bindings,
      now,
    });
    await fresh.readStructure();
    const asOf = state.meta("today") ?? undefined;
    let records = 0;
    await fresh.fill((read, total) => {
      records = read;
      onProgress?.(read, total);
    }, asOf);
    const follow = async (changes: readonly Change[]) =>
      void (await fresh.apply(changes, { mode: "bulk" }));
    await deps.catchUp(follow);
    // Changes whose news is still under way were read by one of the two only: both take them now.
    for (let round = 0; round < ROUNDS; round += 1) {
      const apart = await differingInputs(state, fresh.state, (key) => deps.bindings.table(key));
      if (apart.size === 0) break;
      await follow(await deps.take(apart));
    }
    const differences = await compareStates(state, fresh.state, core.company);
    if (differences.length > 0) {
      log.error(
        { differences: differences.length, first: differences.slice(0, 5) },
        "the state was wrong",
      );
      const outcome = await core.fill(undefined, asOf);
      state.db.transaction(() => {
        for (const change of outcome.changed)
          writeLedger(state, now().toISOString(), CAUSES.recompute, change);
      })();
      for (const change of outcome.changed) deps.changed(change.after.sheet.id);
    }
    return {
      records,
      sheets: state.one<{ n: number }>("SELECT count(*) AS n FROM sheets")?.n ?? 0,
      differences: differences.length,
      milliseconds: Math.round(performance.now() - started),
    };
  } finally {
    scratch.close();
  }
}

/**
 * What cannot be read from the workspace any more: the last valid readings of configuration rows, the
 * names that fields once had, what sheets and items said in fields that were deleted since, and the
 * results of frozen sheets, which later ones may carry over: the workspace shows them rounded.
 */
function rememberedFrom(state: State, fresh: State, company: Company): State {
  const frozen = new Set<string>();
  for (const row of state.all<Record<string, string | null>>("SELECT * FROM config"))
    fresh.run(
      "INSERT INTO config (table_key, record_id, current, valid, problem) VALUES (?, ?, ?, ?, ?)",
      row["table_key"] ?? "",
      row["record_id"] ?? "",
      row["current"] ?? "",
      row["valid"] ?? null,
      row["problem"] ?? null,
    );
  for (const row of state.all<Record<string, string>>("SELECT * FROM field_names"))
    fresh.run(
      "INSERT INTO field_names (table_id, name, field_id) VALUES (?, ?, ?)",
      row["table_id"] ?? "",
      row["name"] ?? "",
      row["field_id"] ?? "",
    );
  for (const row of state.all<Record<string, string | null>>("SELECT * FROM sheets")) {
    const cycle = company.cycles.get(row["cycle_id"] ?? "");
    if (!cycle || cycle.status === "locked") frozen.add(row["id"] ?? "");
    fresh.run(
      "INSERT INTO sheets (id, code, subject_kind, subject_id, cycle_id, segment, result) VALUES (?, ?, ?, ?, ?, ?, ?)",
      row["id"] ?? "",
      row["code"] ?? "",
      row["subject_kind"] ?? "",
      row["subject_id"] ?? "",
      row["cycle_id"] ?? "",
      row["segment"] ?? "{}",
      frozen.has(row["id"] ?? "") ? (row["result"] ?? null) : null,
    );
  }
  for (const row of state.all<Record<string, string | null>>("SELECT * FROM items"))
    fresh.run(
      "INSERT INTO items (id, code, sheet_id, kpi_id, weight, target, target_basis, rules, result) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      row["id"] ?? "",
      row["code"] ?? "",
      row["sheet_id"] ?? "",
      row["kpi_id"] ?? "",
      row["weight"] ?? null,
      row["target"] ?? null,
      row["target_basis"] ?? "",
      row["rules"] ?? "{}",
      frozen.has(row["sheet_id"] ?? "") ? (row["result"] ?? null) : null,
    );
  return fresh;
}
