import { PluginError, isPluginError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { CommentPart, FieldValues, Workspace } from "../workspace/workspace.ts";
import { say } from "../words/words.ts";
import type { RowFinding } from "./config-state.ts";
import type { Core } from "./core.ts";
import { loadSheet } from "./stored-sheets.ts";
import { difference, itemOutputs, sheetOutputs, toFields, type ResultTable } from "./outputs.ts";
import { doneOutbox, dueOutbox, failOutbox, type OutboxRow } from "./outbox.ts";
import { fieldNamer, findingText } from "./problem-text.ts";
import type { Shown } from "./results.ts";

const TOGETHER = 200;
/** From here on one batch call is cheaper than single writes. */
const BATCH_FROM = 4;
const PARALLEL = 4;
/** Topic of the comment on a configuration row. */
const CHECK = "check";
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 300_000;

export interface CommentPayload {
  readonly parts: readonly CommentPart[];
  /** What the feedback lint found missing: held back for a person. */
  readonly held: readonly string[];
}

/** What is to be remembered of something sent, once it is in the workspace. */
type Arrived = () => void;
const NOTHING: Arrived = () => undefined;

/** Brings the outbox to the workspace. Everything here may run twice: writes set, comments ensure. */
export class Delivery {
  private readonly core: Core;
  private readonly workspace: Workspace;
  private readonly log: Log;
  private readonly now: () => Date;
  private readonly commented: (sheet: string) => void;

  constructor(deps: {
    core: Core;
    workspace: Workspace;
    log: Log;
    now: () => Date;
    commented: (sheet: string) => void;
  }) {
    this.core = deps.core;
    this.workspace = deps.workspace;
    this.log = deps.log;
    this.now = deps.now;
    this.commented = deps.commented;
  }

  /** Send what is due; returns how many rows were taken up. */
  async run(): Promise<number> {
    const rows = dueOutbox(this.core.state, this.now().toISOString(), TOGETHER);
    const writes = rows.filter((row) => row.kind === "write");
    for (const table of ["sheets", "items"] as const) {
      const mine = writes.filter((row) => row.table_key === table);
      if (mine.length >= BATCH_FROM) await this.writeBatch(table, mine);
      else await inGroups(mine, PARALLEL, (row) => this.attempt([row], () => this.write(row)));
    }
    for (const row of rows) {
      if (row.kind === "comment") await this.attempt([row], () => this.comment(row));
      if (row.kind === "check") await this.attempt([row], () => this.check(row));
    }
    return rows.length;
  }

  /** What has to be written to a row; null when the row is gone or shows it already. */
  private due(row: OutboxRow): { code: string; wanted: Shown; fields: FieldValues } | null {
    const { state, company, bindings, naming } = this.core;
    const table: ResultTable = row.table_key === "sheets" ? "sheets" : "items";
    const sheetId =
      table === "sheets"
        ? row.record_id
        : state.one<{ sheet_id: string }>("SELECT sheet_id FROM items WHERE id = ?", row.record_id)
            ?.sheet_id;
    const scored = sheetId === undefined ? null : loadSheet(state, sheetId);
    const present = state.one<{ code: string; shown: string; feedback?: string }>(
      `SELECT * FROM ${table} WHERE id = ?`,
      row.record_id,
    );
    if (!scored || !present) return null;
    const item = scored.items.find((one) => one.id === row.record_id);
    const wanted =
      table === "sheets"
        ? sheetOutputs(company, scored, present.feedback ?? "")
        : item
          ? itemOutputs(company, item)
          : null;
    if (!wanted) return null;
    const changed = difference(wanted, JSON.parse(present.shown) as Shown);
    return {
      code: present.code,
      wanted,
      fields: toFields(bindings, table, changed, naming.lost(table)),
    };
  }

  private async write(row: OutboxRow): Promise<Arrived> {
    const due = this.due(row);
    if (!due || Object.keys(due.fields).length === 0) return NOTHING;
    const table = this.core.bindings.table(row.table_key);
    await this.workspace.records.write(table, row.record_id, due.fields);
    return () => this.remember(row, due.wanted);
  }

  /** Many rows of one table in one batch; a row the host refuses fails alone. */
  private async writeBatch(table: ResultTable, rows: readonly OutboxRow[]): Promise<void> {
    const due = new Map(rows.map((row) => [row, this.due(row)]));
    const changes = rows.flatMap((row) => {
      const fields = due.get(row)?.fields ?? {};
      return Object.keys(fields).length > 0 ? [{ id: row.record_id, fields }] : [];
    });
    let refused: ReadonlyMap<string, PluginError> = new Map();
    try {
      if (changes.length > 0)
        refused = await this.workspace.records.writeMany(this.core.bindings.table(table), changes);
    } catch (error) {
      this.failed(rows, error);
      return;
    }
    const written = rows.filter((row) => !refused.has(row.record_id));
    this.done(written, () => {
      for (const row of written) {
        const one = due.get(row);
        if (one) this.remember(row, one.wanted);
      }
    });
    for (const row of rows) {
      const problem = refused.get(row.record_id);
      if (problem) this.failed([row], problem);
    }
  }

  private remember(row: OutboxRow, wanted: Shown): void {
    this.core.state.run(
      `UPDATE ${row.table_key === "sheets" ? "sheets" : "items"} SET shown = ? WHERE id = ?`,
      JSON.stringify(wanted),
      row.record_id,
    );
  }

  private async comment(row: OutboxRow): Promise<Arrived> {
    const payload = JSON.parse(row.payload) as CommentPayload;
    if (payload.held.length > 0)
      throw new PluginError("record/refused", { reason: payload.held.join(" ") });
    // Without comments the sheet's feedback field carries the text: it is written with the results.
    if (!this.workspace.supports.comments) return NOTHING;
    const table = this.core.bindings.table(row.table_key);
    await this.workspace.comments.ensure({ table, id: row.record_id }, row.topic, payload.parts);
    this.commented(row.record_id);
    return NOTHING;
  }

  /** Tell a configuration row what is wrong with it, or that all is well again. */
  private async check(row: OutboxRow): Promise<Arrived> {
    const { bindings, naming, company } = this.core;
    const record = { table: bindings.table(row.table_key), id: row.record_id };
    const { locale } = company.settings;
    const finding =
      row.payload === ""
        ? null
        : findingText(
            JSON.parse(row.payload) as RowFinding,
            fieldNamer(bindings, naming, row.table_key),
            locale,
          );
    // Not every table has the field; the comment says it all the same.
    const field = naming.field(record.table, "check");
    if (field) await this.workspace.records.write(record.table, record.id, { [field.id]: finding });
    if (!this.workspace.supports.comments) return NOTHING;
    const said = (await this.workspace.comments.read(record)).some((one) => one.topic === CHECK);
    if (finding !== null || said)
      await this.workspace.comments.ensure(record, CHECK, [
        {
          text:
            finding === null
              ? say(locale, "engine.check.mended")
              : say(locale, "engine.check.heading") + finding,
        },
      ]);
    return NOTHING;
  }

  private async attempt(rows: readonly OutboxRow[], send: () => Promise<Arrived>): Promise<void> {
    try {
      this.done(rows, await send());
    } catch (error) {
      this.failed(rows, error);
    }
  }

  /** Together: every transaction waits for the disk. */
  private done(rows: readonly OutboxRow[], arrived: Arrived): void {
    const { state } = this.core;
    state.db.transaction(() => {
      arrived();
      rows.forEach((row) => doneOutbox(state, row));
    })();
  }

  private failed(rows: readonly OutboxRow[], error: unknown): void {
    // Somebody deleted the row meanwhile: its event follows, nothing is left to be said.
    if (isPluginError(error, "record/not-found")) return this.done(rows, NOTHING);
    const again = retries(error);
    for (const row of rows) {
      const waitMs = Math.min(FIRST_RETRY_MS * 2 ** row.attempts, LONGEST_RETRY_MS);
      const at = again ? new Date(this.now().getTime() + waitMs).toISOString() : null;
      const text = error instanceof Error ? error.message : String(error);
      failOutbox(this.core.state, row, text, at);
    }
    const code = isPluginError(error) ? error.code : "internal/unexpected";
    this.log.warn({ code, rows: rows.length, again }, "the workspace did not take a result");
  }
}

/** Failures of the host pass; what a person has to mend does not mend itself. */
function retries(error: unknown): boolean {
  return !isPluginError(error) || error.retry === "later";
}

async function inGroups<T>(
  all: readonly T[],
  size: number,
  run: (one: T) => Promise<void>,
): Promise<void> {
  for (let start = 0; start < all.length; start += size)
    await Promise.all(all.slice(start, start + size).map(run));
}
