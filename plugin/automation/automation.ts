import type { Database } from "../database.ts";
import { PluginError, isPluginError } from "../errors.ts";
import type { Bindings } from "../install/bindings.ts";
import type { Log } from "../log.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { Change } from "./apply.ts";
import { createAnalysis, type Analysis } from "./analysis/analysis.ts";
import { Core, type Applied, type Progress } from "./core.ts";
import { Delivery } from "./deliver.ts";
import { countWaiting, listFailures, retryFailure, storeDelivery, type Failure } from "./inbox.ts";
import { Intake } from "./intake.ts";
import { openSheets } from "./open-sheets.ts";
import { queueFeedback } from "./react.ts";
import { recomputeAll, type Recomputed } from "./recompute.ts";
import { reconcileAll } from "./reconcile.ts";
import { State } from "./state.ts";
import { createViews, type Views } from "./views.ts";
import { serial, Waker } from "./waker.ts";

/** Set with a changed configuration, until its sheets were made. */
const OPEN_DUE = "open_due";
const RECONCILE_EVERY_MS = { withEvents: 600_000, withoutEvents: 60_000 };
const TICK_MS = 30_000;
const PATIENCE_MS = 5_000;
const LONGEST_BURST_MS = 400;

export type LiveEvent =
  | { readonly type: "record"; readonly table: string; readonly record: string }
  | { readonly type: "sheet"; readonly sheet: string }
  | { readonly type: "comment"; readonly sheet: string }
  | { readonly type: "structure" };

export interface Health {
  readonly inbox: number;
  readonly outbox: number;
  readonly failed: readonly Failure[];
  /** Source records that nobody could be found for, or that have no date. */
  readonly unassigned: number;
  readonly configProblems: number;
  readonly lastReconcile: string | null;
}

/** The night shift: inbox → recompute → outbox, reconcile, schedule. */
export interface Automation {
  /** Store a delivery durably and return; it is made sense of later. */
  receive(raw: Uint8Array): string;
  /** Take up or fill the state, then work until `stop`. */
  start(onProgress?: Progress): Promise<void>;
  stop(): Promise<void>;
  /** Resolves when everything received is worked in and everything due is in the workspace. */
  idle(): Promise<void>;
  /**
   * Bring sheets and items of running cycles into being; twice is once.
   *
   * @param onFill  progress of the first reading, where there was none yet
   */
  openCycles(onProgress?: Progress, onFill?: Progress): Promise<number>;
  /** Compute everything again from the source records and compare: 0 differences is the law. */
  recompute(onProgress?: Progress): Promise<Recomputed>;
  reconcile(mode: "since" | "full"): Promise<{ readonly changed: number }>;
  readonly views: Views;
  readonly analysis: Analysis;
  onChange(listener: (event: LiveEvent) => void): () => void;
  health(): Health;
  retry(id: string): boolean;
}

export interface AutomationDeps {
  readonly db: Database;
  readonly workspace: Workspace;
  readonly bindings: Bindings;
  readonly log: Log;
  readonly now: () => Date;
}

export function openAutomation(deps: AutomationDeps): Automation {
  const { workspace, bindings, log, now } = deps;
  const state = new State(deps.db);
  const core = new Core({ state, workspace, bindings, now });
  const listeners = new Set<(event: LiveEvent) => void>();
  const emit = (event: LiveEvent) => listeners.forEach((listener) => listener(event));
  const delivery = new Delivery({
    core,
    workspace,
    log,
    now,
    commented: (sheet) => emit({ type: "comment", sheet }),
  });
  const exclusive = serial();
  const waker = new Waker();
  let running = false;
  let loop: Promise<void> = Promise.resolve();
  let opened: Promise<void> | null = null;
  let lastReconcileAt = 0;
  let deliveredAt = 0;
  const subscribed = new Set<string>();

  const open = (onProgress?: Progress): Promise<void> => {
    opened ??= (async () => {
      const started = new Date(now().getTime() - RECONCILE_EVERY_MS.withoutEvents);
      if ((await core.open(onProgress)) === "filled")
        state.setMeta("reconciled", started.toISOString());
    })().catch((error: unknown) => {
      opened = null;
      throw error;
    });
    return opened;
  };

  function announce(applied: Applied, changes: readonly Change[]): void {
    for (const { table, id } of changes) emit({ type: "record", table, record: id });
    for (const change of applied.changed) emit({ type: "sheet", sheet: change.after.sheet.id });
  }

  async function applyAll(
    changes: readonly Change[],
    options: {
      mode?: "each" | "bulk";
      structureChanged?: boolean;
      within?: () => void;
    } = {},
  ): Promise<Applied> {
    const applied = await core.apply(changes, {
      mode: options.mode ?? "each",
      structureChanged: options.structureChanged ?? false,
      within: (result) => {
        queueFeedback(state, result);
        if (result.configChanged) state.setMeta(OPEN_DUE, "1");
        options.within?.();
      },
    });
    announce(applied, changes);
    return applied;
  }

  const intake = new Intake({
    core,
    workspace,
    log,
    apply: async (changes, within) => void (await applyAll(changes, { within })),
  });

  /** Make the sheets that a changed configuration asks for; asked again until it has been done. */
  async function openDue(): Promise<void> {
    if (state.meta(OPEN_DUE) === null) return;
    await openMissing();
    await subscribe();
  }

  async function openMissing(onProgress?: Progress): Promise<number> {
    const made = await openSheets(
      {
        core,
        workspace,
        bindings,
        takeUp: async (records) =>
          void (await applyAll(await intake.read(records), { mode: "bulk" })),
      },
      onProgress,
    );
    state.run("DELETE FROM meta WHERE key = ?", OPEN_DUE);
    if (made > 0) log.info({ rows: made }, "sheets opened");
    return made;
  }

  /** Be told of changes in every table that matters now. */
  async function subscribe(): Promise<void> {
    const tables = core.watched().filter((table) => !subscribed.has(table));
    if (!running || !workspace.supports.events || tables.length === 0) return;
    await workspace.events.subscribe(tables);
    for (const table of tables) subscribed.add(table);
  }

  async function reconcileNow(mode: "since" | "full"): Promise<{ changed: number }> {
    await core.readStructure();
    await applyAll([], { structureChanged: true });
    const { changed } = await reconcileAll({ core, workspace, now }, mode, (changes) =>
      applyAll(changes),
    );
    await openDue();
    lastReconcileAt = now().getTime();
    return { changed };
  }

  /** One round of the worker; returns whether it should go on at once. */
  async function round(): Promise<boolean> {
    const turned = core.turnDay((applied) => queueFeedback(state, applied));
    if (turned) {
      announce(turned, []);
      await reconcileNow("full");
    }
    // Writing back waits until the burst is over, but not for ever: one write per sheet and burst.
    await openDue();
    const took = await intake.take();
    if (took && now().getTime() - deliveredAt < LONGEST_BURST_MS) return true;
    deliveredAt = now().getTime();
    if ((await delivery.run()) > 0 || took) return true;
    const every = workspace.supports.events
      ? RECONCILE_EVERY_MS.withEvents
      : RECONCILE_EVERY_MS.withoutEvents;
    if (now().getTime() - lastReconcileAt < every) return false;
    await reconcileNow("since");
    return true;
  }

  async function work(): Promise<void> {
    while (running) {
      let again = false;
      let waitMs: number;
      try {
        await subscribe();
        again = await exclusive(round);
        waitMs = nextDue();
      } catch (error) {
        waitMs = PATIENCE_MS;
        await recover(error);
      }
      if (!again && running) await waker.sleep(waitMs);
    }
  }

  /** A field that is gone is a fact about the structure, not a failure to repeat for ever. */
  async function recover(error: unknown): Promise<void> {
    const code = isPluginError(error) ? error.code : "internal/unexpected";
    log[isPluginError(error) ? "warn" : "error"](
      { code, err: error },
      "the worker had to stop a round",
    );
    if (!isPluginError(error, "workspace/unbound")) return;
    try {
      await exclusive(async () => {
        await core.readStructure();
        await applyAll([], { structureChanged: true });
      });
      emit({ type: "structure" });
    } catch (again) {
      log.warn({ err: again }, "the structure could not be read; tried again later");
    }
  }

  function nextDue(): number {
    const row = state.one<{ due_at: string | null }>(
      "SELECT min(due_at) AS due_at FROM outbox WHERE failed = 0",
    );
    if (!row || row.due_at === null) return TICK_MS;
    const at = row.due_at === "" ? 0 : new Date(row.due_at).getTime();
    return Math.min(TICK_MS, Math.max(0, at - now().getTime()));
  }

  return {
    receive(raw) {
      const id = storeDelivery(state, raw, now().toISOString());
      waker.wake();
      return id;
    },
    async start(onProgress) {
      if (running) return;
      running = true;
      try {
        await exclusive(() => open(onProgress));
      } catch (error) {
        running = false;
        throw error;
      }
      // Somebody may have said stop meanwhile.
      if (running) loop = work();
    },
    async stop() {
      running = false;
      waker.wake();
      await loop;
    },
    async idle() {
      for (;;) {
        const again = await exclusive(async () => {
          await open();
          await openDue();
          return (await intake.take()) || (await delivery.run()) > 0;
        });
        if (!again) return;
      }
    },
    openCycles: (onProgress, onFill) =>
      exclusive(async () => {
        await open(onFill);
        return openMissing(onProgress);
      }),
    reconcile: (mode) =>
      exclusive(async () => {
        await open();
        return reconcileNow(mode);
      }),
    recompute: (onProgress) =>
      exclusive(async () => {
        await open();
        return recomputeAll(
          {
            core,
            workspace,
            bindings,
            log,
            now,
            take: async (records) => {
              const changes = await intake.read(records);
              await applyAll(changes);
              return changes;
            },
            catchUp: async (also) => {
              while (await intake.take(also));
            },
            changed: (sheet) => emit({ type: "sheet", sheet }),
          },
          onProgress,
        );
      }),
    views: createViews({ core, workspace }),
    analysis: createAnalysis({ core }),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    health() {
      return {
        ...countWaiting(state),
        failed: listFailures(state),
        unassigned:
          state.one<{ n: number }>(
            // Told which index: the planner takes a larger one and reads all of it.
            "SELECT count(*) AS n FROM contributions INDEXED BY contributions_unassigned WHERE owner = '' OR date = ''",
          )?.n ?? 0,
        configProblems: core.company.problems.length,
        lastReconcile: state.meta("reconciled"),
      };
    },
    retry(id) {
      const found = retryFailure(state, id);
      if (!found) throw new PluginError("request/not-found", { what: "failure", name: id });
      waker.wake();
      return found;
    },
  };
}
