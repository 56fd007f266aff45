import { parseDecimal } from "../decimal.ts";
import type { Bindings } from "../install/bindings.ts";
import type { FieldValue, WorkspaceRecord } from "../workspace/workspace.ts";
import { shownBy } from "./outputs.ts";
import type { ItemRules, SheetSegment } from "./results.ts";
import type { State } from "./state.ts";

/**
 * Rows of the sheets and items tables as read: who and when (sheet), target and weight (item) are
 * inputs people may edit; result fields are only remembered as what the workspace shows.
 *
 * @returns ids of the sheets whose inputs changed, and of those to be compared with what they show;
 *   `reassigned` when a known sheet is about somebody else or another cycle now
 */
export function ingestSheet(
  state: State,
  bindings: Bindings,
  id: string,
  record: WorkspaceRecord | null,
): { stale: readonly string[]; reassigned: boolean } {
  if (!record) {
    state.run("DELETE FROM sheets WHERE id = ?", id);
    state.run("DELETE FROM outbox WHERE record_id = ?", id);
    return { stale: [], reassigned: false };
  }
  const before = state.one<{
    code: string;
    subject_kind: "department" | "individual";
    subject_id: string;
    cycle_id: string;
    segment: string;
  }>("SELECT code, subject_kind, subject_id, cycle_id, segment FROM sheets WHERE id = ?", id);
  const read = reading(bindings, "sheets", record);
  const kind = read(
    "subject",
    (value) =>
      bindings.optionKey("sheets", "subject", first(value)) === "department"
        ? "department"
        : "individual",
    before?.subject_kind,
  );
  const said = before ? (JSON.parse(before.segment) as Partial<SheetSegment>) : null;
  const segment: SheetSegment = {
    key: read("segment", text, said?.key),
    position: read("position", (value) => first(value) || null, said?.position),
  };
  const inputs = {
    code: read("code", text, before?.code),
    segment: JSON.stringify(segment),
    kind,
    subject: read(kind === "department" ? "department" : "employee", first, before?.subject_id),
    cycle: read("cycle", first, before?.cycle_id),
  };
  state.run(
    `INSERT INTO sheets (id, code, subject_kind, subject_id, cycle_id, segment, shown, feedback) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET code = excluded.code, subject_kind = excluded.subject_kind,
       subject_id = excluded.subject_id, cycle_id = excluded.cycle_id, segment = excluded.segment, shown = excluded.shown`,
    id,
    inputs.code,
    inputs.kind,
    inputs.subject,
    inputs.cycle,
    inputs.segment,
    JSON.stringify(shownBy(bindings, "sheets", record)),
    text(record.fields[bindings.field("sheets", "feedback")] ?? null),
  );
  const about =
    before?.subject_kind === inputs.kind &&
    before.subject_id === inputs.subject &&
    before.cycle_id === inputs.cycle;
  return {
    stale: about && before.code === inputs.code && before.segment === inputs.segment ? [] : [id],
    reassigned: before !== undefined && !about,
  };
}

export function ingestItem(
  state: State,
  bindings: Bindings,
  id: string,
  record: WorkspaceRecord | null,
): { sheets: readonly string[]; stale: readonly string[]; kpis: readonly string[] } {
  const before = state.one<{
    code: string;
    sheet_id: string;
    kpi_id: string;
    weight: string | null;
    target: string | null;
    target_basis: string;
    rules: string;
  }>(
    "SELECT code, sheet_id, kpi_id, weight, target, target_basis, rules FROM items WHERE id = ?",
    id,
  );
  if (!record) {
    state.run("DELETE FROM items WHERE id = ?", id);
    state.run("DELETE FROM outbox WHERE record_id = ?", id);
    const stale = before ? [before.sheet_id] : [];
    return { sheets: stale, stale, kpis: before ? [before.kpi_id] : [] };
  }
  const read = reading(bindings, "items", record);
  const rules = JSON.stringify(
    readRules(bindings, read, before ? (JSON.parse(before.rules) as ItemRules) : null),
  );
  const inputs = {
    code: read("code", text, before?.code),
    sheet: read("sheet", first, before?.sheet_id),
    kpi: read("kpi", first, before?.kpi_id),
    weight: read("weight", number, before?.weight),
    target: read("target", number, before?.target),
    basis: read("target_basis", text, before?.target_basis),
  };
  state.run(
    `INSERT INTO items (id, code, sheet_id, kpi_id, weight, target, target_basis, rules, shown) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET code = excluded.code, sheet_id = excluded.sheet_id, kpi_id = excluded.kpi_id,
       weight = excluded.weight, target = excluded.target, target_basis = excluded.target_basis,
       rules = excluded.rules, shown = excluded.shown`,
    id,
    inputs.code,
    inputs.sheet,
    inputs.kpi,
    inputs.weight,
    inputs.target,
    inputs.basis,
    rules,
    JSON.stringify(shownBy(bindings, "items", record)),
  );
  const same =
    before?.code === inputs.code &&
    before.sheet_id === inputs.sheet &&
    before.kpi_id === inputs.kpi &&
    before.weight === inputs.weight &&
    before.target === inputs.target &&
    before.target_basis === inputs.basis &&
    before.rules === rules;
  const sheets = [...new Set([inputs.sheet, ...(before ? [before.sheet_id] : [])])];
  const kpis = [...new Set([inputs.kpi, ...(before ? [before.kpi_id] : [])])];
  return { sheets, stale: same ? [] : sheets, kpis };
}

function readRules(
  bindings: Bindings,
  read: ReturnType<typeof reading>,
  before: ItemRules | null,
): ItemRules {
  const option =
    <T extends string>(key: string, options: readonly T[], fallback: T) =>
    (value: FieldValue): T => {
      const chosen = bindings.optionKey("items", key, first(value));
      return options.find((option) => option === chosen) ?? fallback;
    };
  return {
    section: read("section", (value) => first(value) || null, before?.section),
    role: read("role", option("role", ["weighted", "extra"], "weighted"), before?.role),
    keyLine: read("key_line", number, before?.keyLine),
    treatment: read(
      "treatment",
      option("treatment", ["normal", "not_applicable", "exempt"], "normal"),
      before?.treatment,
    ),
    manualScore: read("manual_score", number, before?.manualScore),
  };
}

/** Inputs of a row. A field that was deleted is not empty: what it said last goes on counting. */
function reading(bindings: Bindings, table: "sheets" | "items", record: WorkspaceRecord) {
  return <T>(key: string, as: (value: FieldValue) => T, known: T | undefined): T => {
    const value = record.fields[bindings.field(table, key)];
    return value === undefined && known !== undefined ? known : as(value ?? null);
  };
}

function first(value: FieldValue): string {
  return Array.isArray(value) ? ((value as readonly string[])[0] ?? "") : "";
}

function text(value: FieldValue): string {
  return typeof value === "string" ? value.trim() : "";
}

/** What is no number counts as missing: the item then says that it has no weight or target. */
function number(value: FieldValue): string | null {
  return typeof value === "string" && parseDecimal(value) ? value : null;
}
