import { Decimal, decimalText, parseDecimal } from "../../decimal.ts";
import type { FieldValue } from "../workspace.ts";
import { Refusal } from "./refusals.ts";
import type { FieldDefinition } from "./structure.ts";
import { instantSeconds, isDay, type WallClock } from "./wall-clock.ts";

/** A calculation's result; its kind decides how it is shown. */
export interface Computed {
  readonly kind: "number" | "text" | "boolean" | "date" | "error";
  readonly value: string;
}

/**
 * A value as stored; an empty one is not stored at all.
 *
 * Numbers are exact plain decimals in text, dates `YYYY-MM-DD`, date-times UTC (`…Z`, whole
 * seconds), options, users, relations and attachments lists of ids.
 */
export type StoredValue = string | boolean | readonly string[] | Computed;
export type StoredFields = Readonly<Record<string, StoredValue>>;

/** What exists elsewhere in the workspace and may be referred to. */
export interface References {
  member(id: string): boolean;
  record(table: string, id: string): boolean;
  file(id: string): boolean;
}

const LONGEST_TEXT = 100_000;
const MOST_DIGITS = 60;

/**
 * Check one incoming value and bring it to its stored form; `null` empties the field.
 *
 * Both doors come through here: the wire (JSON numbers, wall-clock texts) and the grid (decimals
 * as text, date-times with offset).
 *
 * @throws Refusal naming the field
 */
export function parseValue(
  field: FieldDefinition,
  value: unknown,
  clock: WallClock,
  references: References,
): StoredValue | null {
  if (field.computed) throw new Refusal("computed-field", { field: field.name });
  if (value === null || value === undefined || value === "") return null;
  const parsed = parsePresent(field, value, clock, references);
  return Array.isArray(parsed) && parsed.length === 0 ? null : parsed;
}

function parsePresent(
  field: FieldDefinition,
  value: unknown,
  clock: WallClock,
  references: References,
): StoredValue {
  switch (field.type) {
    case "text":
    case "textarea":
      if (typeof value !== "string" || value.length > LONGEST_TEXT) throw wrong(field, "text");
      return value;
    case "number":
    case "percent":
    case "money": {
      const decimal = readDecimal(value);
      if (decimal === null) throw wrong(field, "number");
      return decimal;
    }
    case "date":
      if (typeof value !== "string" || !isDay(value)) throw wrong(field, "date");
      return value;
    case "datetime": {
      const seconds =
        typeof value === "string" ? (clock.seconds(value) ?? instantSeconds(value)) : null;
      if (seconds === null) throw wrong(field, "datetime");
      return utcText(seconds);
    }
    case "checkbox":
      if (value === true || value === 1) return true;
      if (value === false || value === 0) return false;
      throw wrong(field, "checkbox");
    case "option":
    case "user":
    case "relation":
    case "attachment":
      return parseIds(field, value, references);
    case "calculation":
    case "auto_number":
      throw new Refusal("computed-field", { field: field.name });
  }
}

function parseIds(field: FieldDefinition, value: unknown, references: References): string[] {
  if (!Array.isArray(value)) throw wrong(field, "ids");
  const ids = new Set<string>();
  for (const entry of value as readonly unknown[]) {
    if (typeof entry !== "string" && typeof entry !== "number") throw wrong(field, "ids");
    ids.add(String(entry));
  }
  if (ids.size > 1 && !field.multiple && field.type !== "attachment") {
    throw new Refusal("single-value", { field: field.name });
  }
  for (const id of ids) {
    const known = {
      option: () => field.options.some((option) => option.id === id),
      user: () => references.member(id),
      relation: () => field.relatedTable !== null && references.record(field.relatedTable, id),
      file: () => references.file(id),
    };
    if (field.type === "option" && !known.option()) throw unknown("unknown-option", field, id);
    if (field.type === "user" && !known.user()) throw unknown("unknown-user", field, id);
    if (field.type === "relation" && !known.relation()) throw unknown("unknown-record", field, id);
    if (field.type === "attachment" && !known.file()) throw unknown("unknown-file", field, id);
  }
  return [...ids];
}

function wrong(
  field: FieldDefinition,
  expected: "text" | "number" | "date" | "datetime" | "checkbox" | "ids",
): Refusal {
  return new Refusal("wrong-type", { field: field.name, expected });
}

function unknown(
  kind: "unknown-option" | "unknown-user" | "unknown-record" | "unknown-file",
  field: FieldDefinition,
  id: string,
): Refusal {
  return new Refusal(kind, { field: field.name, id });
}

/** A JSON number or decimal text as canonical decimal text, null when it is neither. */
export function readDecimal(value: unknown): string | null {
  if (typeof value === "number" && Number.isFinite(value)) return decimalText(new Decimal(value));
  if (typeof value !== "string" || value.length > MOST_DIGITS) return null;
  const parsed = parseDecimal(value);
  if (parsed === null || Math.abs(parsed.e) > MOST_DIGITS) return null;
  return parsed.isZero() ? "0" : decimalText(parsed);
}

export function utcText(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}

export function isComputedValue(value: StoredValue): value is Computed {
  return typeof value === "object" && !Array.isArray(value);
}

/** The form the rest of the plugin has (the port's `FieldValue`). */
export function portValue(
  field: FieldDefinition,
  value: StoredValue | undefined,
  clock: WallClock,
): FieldValue {
  if (value === undefined) return null;
  if (isComputedValue(value)) {
    if (value.kind === "error") return null;
    return value.kind === "boolean" ? value.value === "true" : value.value;
  }
  if (field.type === "datetime" && typeof value === "string") {
    return clock.iso(instantSeconds(value) ?? 0);
  }
  return value;
}

/** Two stored values that mean the same. */
export function sameValue(a: StoredValue | undefined, b: StoredValue | undefined): boolean {
  if (a === b) return true;
  return a !== undefined && b !== undefined && JSON.stringify(a) === JSON.stringify(b);
}
