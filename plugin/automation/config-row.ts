import { Decimal, parseDecimal } from "../decimal.ts";
import { dayNumber } from "../formula/calendar.ts";
import type { FormulaProblem } from "../formula/formula.ts";
import type { Bindings } from "../install/bindings.ts";
import type { FieldValue, WorkspaceRecord } from "../workspace/workspace.ts";

/** A configuration row in the pack's words: field keys, and option keys instead of option ids. */
export interface ConfigRow {
  readonly id: string;
  readonly title: string;
  readonly values: Readonly<Record<string, FieldValue>>;
  /** Grade bands: the rows this one was valid together with. */
  readonly beside?: readonly ConfigRow[];
  /** Fields that were deleted from the table, with the name they had: what they said is unknown. */
  readonly lost?: ReadonlyMap<string, string>;
}

/** Tables whose rows configure the engine, in the order in which they build on each other. */
export const CONFIG_TABLES = [
  "settings",
  "departments",
  "positions",
  "employees",
  "assignments",
  "absences",
  "calendar",
  "cycles",
  "grades",
  "rater_groups",
  "sources",
  "kpis",
  "sections",
  "schemes",
  "wordings",
] as const;
export type ConfigTable = (typeof CONFIG_TABLES)[number];

/** Fields of configuration rows that the engine itself writes: never part of what a row says. */
const OWN_FIELDS = new Set(["check"]);

export function toConfigRow(bindings: Bindings, table: string, record: WorkspaceRecord): ConfigRow {
  const values: Record<string, FieldValue> = {};
  for (const [fieldId, value] of Object.entries(record.fields)) {
    const key = bindings.fieldKey(table, fieldId);
    if (key === null || OWN_FIELDS.has(key)) continue;
    values[key] = Array.isArray(value)
      ? (value as readonly string[]).map((id) => bindings.optionKey(table, key, id) ?? id)
      : value;
  }
  return { id: record.id, title: record.title, values };
}

/** A problem found while reading a row; caught where rows are read, so that readers stay short. */
export class RowProblem extends Error {
  readonly code: string;
  readonly details: Readonly<Record<string, string>>;
  constructor(code: string, details: Readonly<Record<string, string>> = {}) {
    super(code);
    this.code = code;
    this.details = details;
  }
}

/** A formula that cannot be read, as a problem of the row's field. */
export function formulaProblem(field: string, problem: FormulaProblem): RowProblem {
  return new RowProblem("formula", {
    ...problem.details,
    field,
    problem: problem.code,
    position: String(problem.position + 1),
  });
}

/** Typed access to one row; every refusal names the field by its key. */
export class RowReader {
  readonly row: ConfigRow;
  constructor(row: ConfigRow) {
    this.row = row;
  }

  /** As it stands in the row. A deleted field is not an empty one. */
  value(key: string): FieldValue | undefined {
    const name = this.row.lost?.get(key);
    if (name !== undefined) throw new RowProblem("field_gone", { name });
    return this.row.values[key];
  }

  text(key: string): string {
    const value = this.value(key);
    return typeof value === "string" ? value.trim() : "";
  }

  /** Text that only describes: without its field there is nothing to read, and nothing is wrong. */
  words(key: string): string {
    return this.row.lost?.has(key) ? "" : this.text(key);
  }

  requiredText(key: string): string {
    const value = this.text(key);
    if (value === "") throw new RowProblem("required", { field: key });
    return value;
  }

  decimal(key: string): Decimal | null {
    const text = this.text(key);
    if (text === "") return null;
    const value = parseDecimal(text);
    if (!value) throw new RowProblem("not_a_number", { field: key, value: text });
    return value;
  }

  integer(key: string, fallback: number): number {
    const value = this.decimal(key);
    if (!value) return fallback;
    if (!value.isInteger() || value.lt(0) || value.gt(1_000_000))
      throw new RowProblem("not_a_count", { field: key, value: value.toFixed() });
    return value.toNumber();
  }

  /** First id of a relation, user or option field. */
  first(key: string): string | null {
    return this.list(key)[0] ?? null;
  }

  list(key: string): readonly string[] {
    const value = this.value(key);
    return Array.isArray(value) ? (value as readonly string[]) : [];
  }

  option<T extends string>(key: string, allowed: readonly T[], fallback: T | null): T {
    const value = this.first(key);
    if (value === null) {
      if (fallback === null) throw new RowProblem("required", { field: key });
      return fallback;
    }
    const known = allowed.find((candidate) => candidate === value);
    if (!known) throw new RowProblem("unknown_option", { field: key, value });
    return known;
  }

  checked(key: string, fallback: boolean): boolean {
    const value = this.value(key);
    return typeof value === "boolean" ? value : fallback;
  }

  optionalDate(key: string): string | null {
    return this.text(key) === "" ? null : this.date(key);
  }

  date(key: string): string {
    const value = this.requiredText(key);
    if (dayNumber(value) === null) throw new RowProblem("not_a_date", { field: key, value });
    return value;
  }
}

export const ZERO = new Decimal(0);
