import { Decimal, decimalText } from "../../decimal.ts";
import { parseFormula, problemText, type Formula, type Value } from "../../formula/formula.ts";
import type { Locale } from "../../words/words.ts";
import { Refusal } from "./refusals.ts";
import type { FieldDefinition } from "./structure.ts";
import { isComputedValue, type Computed, type StoredFields, type StoredValue } from "./values.ts";
import { instantSeconds, type WallClock } from "./wall-clock.ts";

/** A calculation ready to run: it reads field ids, so renaming a field cannot break it. */
export interface BoundFormula {
  readonly field: FieldDefinition;
  evaluate(fields: StoredFields, clock: WallClock, today: string): Computed | null;
}

/**
 * Tie the names of a formula to the fields they mean now.
 *
 * A name is a field's display name or its alias; display names win where both exist.
 *
 * @throws Refusal bad-formula with every problem in the reader's language
 */
export function bindNames(
  text: string,
  of: string,
  fields: readonly { readonly id: string; readonly name: string; readonly alias: string }[],
  locale: Locale,
): Record<string, string> {
  const known = new Map<string, string>();
  for (const { id, alias } of fields) if (alias !== "") known.set(alias, id);
  for (const { id, name } of fields) known.set(name, id);
  const parsed = parseFormula(text, { known: [...known.keys()] });
  if (!parsed.ok) {
    const reason = parsed.problems.map((problem) => problemText(problem, locale)).join(" ");
    throw new Refusal("bad-formula", { field: of, reason });
  }
  return Object.fromEntries(parsed.formula.names.map((name) => [name, known.get(name) ?? ""]));
}

/** The table's calculations in an order in which each finds the results it reads. */
export function bindFormulas(fields: readonly FieldDefinition[]): readonly BoundFormula[] {
  const byId = new Map(fields.map((field) => [field.id, field]));
  return inOrder(fields).flatMap((field) => {
    const parsed = parseFormula(field.formula ?? "", { known: Object.keys(field.names) });
    return parsed.ok ? [bind(field, parsed.formula, byId)] : [];
  });
}

/** Whether calculations read one another in a circle. */
export function hasCircle(fields: readonly FieldDefinition[]): boolean {
  const calculations = fields.filter((field) => field.type === "calculation");
  return inOrder(fields).length < calculations.length;
}

/** Calculations that read only what stands before them; those in a circle are missing. */
function inOrder(fields: readonly FieldDefinition[]): readonly FieldDefinition[] {
  const waiting = new Map(
    fields.filter((field) => field.type === "calculation").map((field) => [field.id, field]),
  );
  const ordered: FieldDefinition[] = [];
  for (let before = -1; before !== waiting.size;) {
    before = waiting.size;
    for (const field of [...waiting.values()]) {
      if (Object.values(field.names).some((id) => waiting.has(id))) continue;
      waiting.delete(field.id);
      ordered.push(field);
    }
  }
  return ordered;
}

function bind(
  field: FieldDefinition,
  formula: Formula,
  byId: ReadonlyMap<string, FieldDefinition>,
): BoundFormula {
  const sources = new Map(
    Object.entries(field.names).map(([name, id]) => [name, byId.get(id)] as const),
  );
  return {
    field,
    evaluate(fields, clock, today) {
      const read = (name: string): Value => {
        const source = sources.get(name);
        if (source === undefined) return { kind: "error", code: "#NAME?", name };
        return formulaValue(source, fields[source.id], clock);
      };
      return computed(formula.evaluate(read, { today }));
    },
  };
}

function computed(value: Value): Computed | null {
  switch (value.kind) {
    case "blank":
      return null;
    case "number":
      return { kind: "number", value: decimalText(value.value) };
    case "boolean":
      return { kind: "boolean", value: String(value.value) };
    case "error":
      return { kind: "error", value: value.code };
    case "text":
      return value.value === "" ? null : value;
    case "date":
      return value;
  }
}

/** What a formula sees of a field: options by name, other references by id. */
function formulaValue(
  field: FieldDefinition,
  value: StoredValue | undefined,
  clock: WallClock,
): Value {
  if (value === undefined) return { kind: "blank" };
  if (typeof value === "boolean") return { kind: "boolean", value };
  if (isComputedValue(value)) return computedValue(value);
  if (typeof value === "string") {
    switch (field.type) {
      case "number":
      case "percent":
      case "money":
        return { kind: "number", value: new Decimal(value) };
      case "date":
        return { kind: "date", value };
      case "datetime":
        return { kind: "date", value: clock.day(instantSeconds(value) ?? 0) };
      default:
        return { kind: "text", value };
    }
  }
  const names = value.map((id) => field.options.find((option) => option.id === id)?.name ?? id);
  return { kind: "text", value: names.join(",") };
}

function computedValue({ kind, value }: Computed): Value {
  switch (kind) {
    case "number":
      return { kind, value: new Decimal(value) };
    case "boolean":
      return { kind, value: value === "true" };
    case "text":
    case "date":
      return { kind, value };
    case "error":
      return { kind, code: errorCode(value) };
  }
}

function errorCode(code: string): "#DIV/0!" | "#VALUE!" | "#N/A" | "#NAME?" | "#NUM!" {
  switch (code) {
    case "#DIV/0!":
    case "#N/A":
    case "#NAME?":
    case "#NUM!":
      return code;
    default:
      return "#VALUE!";
  }
}
