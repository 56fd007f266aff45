import type { GridField } from "../../plugin/server/api.ts";
import type { Choice, GridCell, GridValue } from "./contract.ts";
import { readDecimal, shiftPoint } from "./decimals.ts";
import type { WordKey } from "./words.ts";

/**
 * A cell while somebody edits it: what stands in the input, not yet a value. Percent is typed and
 * shown in percent ("15") and stored as a fraction ("0.15").
 */
export type Draft = string | boolean | readonly Choice[];

export type DraftRead =
  | { readonly ok: true; readonly value: GridValue }
  | { readonly ok: false; readonly problem: WordKey };

export type InputKind = "line" | "lines" | "decimal" | "date" | "choice" | "tick";

export function inputKind(type: GridField["type"]): InputKind {
  switch (type) {
    case "number":
    case "percent":
    case "money":
      return "decimal";
    case "textarea":
      return "lines";
    case "date":
      return "date";
    case "option":
    case "user":
    case "relation":
      return "choice";
    case "checkbox":
      return "tick";
    case "text":
    case "datetime":
    case "attachment":
    case "calculation":
    case "auto_number":
    case "unknown":
      return "line";
  }
}

export function draftOf(field: GridField, cell: GridCell | undefined): Draft {
  const value = cell?.value ?? null;
  switch (inputKind(field.type)) {
    case "tick":
      return value === true;
    case "choice":
      return choicesOf(field, value, cell?.text ?? "");
    case "decimal":
      if (typeof value !== "string") return "";
      return field.type === "percent" ? shiftPoint(value, 2) : value;
    case "line":
    case "lines":
    case "date":
      return typeof value === "string" ? value : "";
  }
}

/** The value a draft stands for, or the sentence that says why it stands for none. */
export function readDraft(field: GridField, draft: Draft): DraftRead {
  const read = parseDraft(field, draft);
  return field.required && read.ok && read.value === null
    ? { ok: false, problem: "edit.required" }
    : read;
}

function parseDraft(field: GridField, draft: Draft): DraftRead {
  if (typeof draft === "boolean") return { ok: true, value: draft };
  if (typeof draft !== "string") {
    return { ok: true, value: draft.length === 0 ? null : draft.map(({ id }) => id) };
  }
  const text = draft.trim();
  if (text === "") return { ok: true, value: null };
  if (inputKind(field.type) !== "decimal") return { ok: true, value: text };
  const percent = field.type === "percent";
  const figure = readDecimal(text, { percent });
  if (figure === null) {
    return { ok: false, problem: percent ? "edit.notPercent" : "edit.notNumber" };
  }
  return { ok: true, value: percent ? shiftPoint(figure, -2) : figure };
}

export function sameValue(a: GridValue, b: GridValue): boolean {
  if (typeof a === "object" && a !== null && typeof b === "object" && b !== null) {
    return a.length === b.length && a.every((id, index) => id === b[index]);
  }
  return a === b;
}

/** Ids with their names: from the options where known, else from the cell's text. */
function choicesOf(field: GridField, value: GridValue, text: string): readonly Choice[] {
  if (typeof value !== "object" || value === null) return [];
  const names = new Map(field.options.map((option) => [option.id, option.name]));
  const written = value.length === 1 ? [text] : text.split(/\s*[,;\u3001\uff0c]\s*/);
  return value.map((id, index) => ({
    id,
    title: names.get(id) ?? (written.length === value.length ? (written[index] ?? id) : id),
  }));
}
