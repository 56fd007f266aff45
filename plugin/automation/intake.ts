import { isPluginError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { Change } from "./apply.ts";
import type { Core } from "./core.ts";
import {
  doneDeliveries,
  failDelivery,
  noteAttempt,
  waitingDeliveries,
  type InboxRow,
} from "./inbox.ts";

/** Deliveries worked off in one batch: a burst becomes one transaction and one write per sheet. */
const TOGETHER = 500;
/** A delivery that cannot be worked in even alone is put aside after so many tries. */
const TRIES = 3;

/** Record ids by table id. */
export type RecordIds = ReadonlyMap<string, ReadonlySet<string>>;

/** Takes what arrived, reads the records it speaks of, and has them worked in. */
export class Intake {
  private readonly core: Core;
  private readonly workspace: Workspace;
  private readonly log: Log;
  private readonly apply: (changes: readonly Change[], within: () => void) => Promise<void>;

  constructor(deps: {
    core: Core;
    workspace: Workspace;
    log: Log;
    /** Works changes in; `within` has to run in the same transaction. */
    apply: (changes: readonly Change[], within: () => void) => Promise<void>;
  }) {
    this.core = deps.core;
    this.workspace = deps.workspace;
    this.log = deps.log;
    this.apply = deps.apply;
  }

  /**
   * Work off what arrived; returns whether there was anything.
   *
   * @param also  is given the changes after they were worked in
   */
  async take(also?: (changes: readonly Change[]) => Promise<void>): Promise<boolean> {
    const { state } = this.core;
    const { rows, records } = this.decodeWaiting();
    if (rows.length === 0) return false;
    try {
      const changes = await this.read(records);
      await this.apply(changes, () => doneDeliveries(state, rows));
      await also?.(changes);
    } catch (error) {
      if (isPluginError(error) && error.retry === "later") throw error;
      this.putAside(rows, error);
    }
    return true;
  }

  /** The records as they are now. A table that is gone has nothing to be read. */
  async read(records: RecordIds): Promise<readonly Change[]> {
    const changes: Change[] = [];
    for (const [table, ids] of records) {
      const sorted = [...ids].sort();
      try {
        const found = await this.workspace.records.read(table, sorted);
        for (const id of sorted) changes.push({ table, id, record: found.get(id) ?? null });
      } catch (error) {
        if (!isPluginError(error) || error.retry === "later") throw error;
        await this.core.readStructure();
        if (this.core.naming.tableById(table)) throw error;
        this.log.warn({ table }, "a table that we watch is gone");
      }
    }
    return changes;
  }

  /** What the waiting deliveries speak of; a delivery that cannot be read is put aside. */
  private decodeWaiting(): { rows: readonly InboxRow[]; records: RecordIds } {
    const { state } = this.core;
    const rows: InboxRow[] = [];
    const records = new Map<string, Set<string>>();
    const watched = new Set(this.core.watched());
    for (const row of waitingDeliveries(state, TOGETHER)) {
      try {
        for (const event of this.workspace.events.decode(row.raw)) {
          if (!watched.has(event.table)) continue;
          const ids = records.get(event.table) ?? new Set<string>();
          records.set(event.table, ids.add(event.record));
        }
        rows.push(row);
      } catch (error) {
        if (!isPluginError(error)) throw error;
        failDelivery(state, row, error.message);
        this.log.warn({ delivery: row.id, code: error.code }, "a delivery cannot be read");
      }
    }
    return { rows, records };
  }

  /** Deliveries that could not be worked in come one by one from now on, so that one stops only itself. */
  private putAside(rows: readonly InboxRow[], error: unknown): void {
    const { state } = this.core;
    const text = error instanceof Error ? error.message : String(error);
    state.db.transaction(() => {
      for (const row of rows)
        if (rows.length === 1 && row.attempts + 1 >= TRIES) failDelivery(state, row, text);
        else noteAttempt(state, row);
    })();
    this.log.error({ err: error, deliveries: rows.length }, "deliveries could not be worked in");
  }
}
