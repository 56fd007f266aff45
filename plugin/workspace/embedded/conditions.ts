import { z } from "zod";
import { Refusal } from "./refusals.ts";
import { findField, type FieldDefinition, type TableDefinition } from "./structure.ts";
import { readDecimal, utcText } from "./values.ts";
import { dayRange, type WallClock } from "./wall-clock.ts";

/** A condition over `records r`: text of our own, every value bound. */
export interface Condition {
  readonly sql: string;
  readonly parameters: readonly (string | number)[];
  /** Names its rows by id or unique value, so an order must not tempt SQLite to walk the table. */
  readonly picks?: true;
  /** Nothing but `>=` on a system time. */
  readonly since?: { readonly column: "created_on" | "updated_on"; readonly from: number };
}

export interface FilterContext {
  readonly table: TableDefinition;
  readonly clock: WallClock;
  /** Epoch seconds: what `today` is relative to. */
  readonly now: number;
  /** Who `"myself"` is. */
  readonly user: string;
}

/** Values of one `in` list. */
export const MOST_VALUES = 10_000;
const NONE: Condition = { sql: "0", parameters: [] };
const Scalar = z.union([z.string(), z.number(), z.boolean()]);
const List = z.union([z.array(Scalar).max(MOST_VALUES), Scalar.transform((value) => [value])]);

/** What a field compares as, and where it is found. */
export interface Column extends Condition {
  readonly kind: "text" | "number" | "day" | "instant" | "second" | "flag" | "list" | "id" | "who";
  readonly field: FieldDefinition | null;
  readonly stamp?: "created_on" | "updated_on";
}

const SYSTEM: Readonly<Record<string, Column>> = {
  item_id: { kind: "id", sql: "r.id", parameters: [], field: null },
  created_on: stamp("created_on"),
  updated_on: stamp("updated_on"),
  created_by: { kind: "who", sql: "r.created_by", parameters: [], field: null },
  updated_by: { kind: "who", sql: "r.updated_by", parameters: [], field: null },
};
function stamp(name: "created_on" | "updated_on"): Column {
  return { kind: "second", sql: `r.${name}`, parameters: [], field: null, stamp: name };
}
const KINDS = {
  text: "text",
  textarea: "text",
  auto_number: "text",
  number: "number",
  percent: "number",
  money: "number",
  calculation: "number",
  date: "day",
  datetime: "instant",
  checkbox: "flag",
  option: "list",
  user: "list",
  relation: "list",
  attachment: "list",
} as const;

/** @throws Refusal bad-filter for a field the table does not have */
export function column(name: string, { table }: Pick<FilterContext, "table">): Column {
  const system = Object.hasOwn(SYSTEM, name) ? SYSTEM[name] : undefined;
  if (system !== undefined) return system;
  const field = findField(table, name);
  if (field === null) throw refused(`no field ${name}`);
  const value = field.type === "calculation" ? ".value" : "";
  return {
    kind: KINDS[field.type],
    sql: "json_extract(r.fields, ?)",
    parameters: [`$."${field.id}"${value}`],
    field,
  };
}

/** One operator on one column. @throws Refusal bad-filter */
export function operation(
  target: Column,
  operator: string,
  value: unknown,
  context: FilterContext,
): Condition {
  switch (operator) {
    case "em":
      return presence(target, flag(value));
    case "nem":
      return presence(target, !flag(value));
    case "ne":
      return not(operation(target, "eq", value, context));
    case "nin":
      return not(operation(target, "in", value, context));
    case "eq":
      return equals(target, value, context);
    case "in":
      return anyOf(target, list(value), context);
    case "gt":
    case "gte":
    case "lt":
    case "lte":
      return compares(target, operator, value, context);
    default:
      throw refused(`no operator ${operator}`);
  }
}

function presence({ sql, parameters }: Column, empty: boolean): Condition {
  return { sql: `${sql} IS ${empty ? "" : "NOT "}NULL`, parameters };
}

/** Rows without a value are part of "not": SQL's third truth value must not lose them. */
function not({ sql, parameters }: Condition): Condition {
  return { sql: `coalesce(${sql}, 0) = 0`, parameters };
}

function equals(target: Column, value: unknown, context: FilterContext): Condition {
  const { sql, parameters, field } = target;
  switch (target.kind) {
    case "text":
      if (field?.unique === true) return uniqueRows(field, JSON.stringify([String(scalar(value))]));
      return { sql: `${sql} = ?`, parameters: [...parameters, String(scalar(value))] };
    case "number": {
      const decimal = readDecimal(scalar(value));
      if (decimal === null && field?.type !== "calculation") throw refused("not a number");
      // Stored decimals are canonical, so equal text is equal value, to the last digit.
      return { sql: `${sql} = ?`, parameters: [...parameters, decimal ?? String(scalar(value))] };
    }
    case "flag":
      return { sql: `coalesce(${sql}, 0) = ?`, parameters: [...parameters, flag(value) ? 1 : 0] };
    case "day":
    case "instant":
    case "second": {
      const { from, until } = range(target, scalar(value), context);
      return {
        sql: `(${sql} >= ? AND ${sql} < ?)`,
        parameters: [...parameters, from, ...parameters, until],
      };
    }
    case "id":
    case "who":
      return anyOf(target, list(value), context);
    case "list": {
      const ids = [...new Set(list(value).map((id) => person(id, context)))];
      return {
        sql: `(json_array_length(r.fields, ?) = ? AND (SELECT count(*) FROM json_each(r.fields, ?)
          WHERE value IN (SELECT value FROM json_each(?))) = ?)`,
        parameters: [...parameters, ids.length, ...parameters, JSON.stringify(ids), ids.length],
      };
    }
  }
}

function anyOf(
  target: Column,
  values: readonly (string | number | boolean)[],
  context: FilterContext,
): Condition {
  const { sql, parameters } = target;
  if (values.length === 0) return NONE;
  switch (target.kind) {
    case "text":
      // On texts the host's `in` looks for a part of the text.
      return {
        sql: `EXISTS (SELECT 1 FROM json_each(?) AS part WHERE instr(${sql}, part.value) > 0)`,
        parameters: [JSON.stringify(values.map(String)), ...parameters],
      };
    case "id": {
      const ids = values.map((id) => Number(id)).filter((id) => Number.isSafeInteger(id));
      return {
        sql: `${sql} IN (SELECT value FROM json_each(?))`,
        parameters: [...parameters, JSON.stringify(ids)],
        picks: true,
      };
    }
    case "who":
      return {
        sql: `${sql} IN (SELECT value FROM json_each(?))`,
        parameters: [...parameters, JSON.stringify(values.map((id) => person(id, context)))],
      };
    case "list":
      return {
        sql: `EXISTS (SELECT 1 FROM json_each(r.fields, ?)
          WHERE value IN (SELECT value FROM json_each(?)))`,
        parameters: [...parameters, JSON.stringify(values.map((id) => person(id, context)))],
      };
    case "number":
    case "flag":
    case "day":
    case "instant":
    case "second":
      throw refused("in is not for this field");
  }
}

const SIGNS = { gt: ">", gte: ">=", lt: "<", lte: "<=" } as const;

function compares(
  target: Column,
  operator: keyof typeof SIGNS,
  value: unknown,
  context: FilterContext,
): Condition {
  const { sql, parameters } = target;
  const sign = SIGNS[operator];
  switch (target.kind) {
    case "number": {
      const decimal = readDecimal(scalar(value));
      if (decimal === null) throw refused("not a number");
      // Nearest doubles keep the order of decimals; only where they tie the decimals decide.
      const strict = sign.slice(0, 1);
      return {
        sql: `(CAST(${sql} AS REAL) ${strict} CAST(? AS REAL) OR (CAST(${sql} AS REAL) = CAST(? AS REAL)
          AND compare_decimals(${sql}, ?) ${sign} 0))`,
        parameters: [...parameters, decimal, ...parameters, decimal, ...parameters, decimal],
      };
    }
    case "id": {
      const id = Number(scalar(value));
      if (!Number.isSafeInteger(id)) throw refused("not an id");
      return { sql: `${sql} ${sign} ?`, parameters: [...parameters, id] };
    }
    case "day":
    case "instant":
    case "second": {
      const { from, until } = range(target, scalar(value), context);
      const [by, bound] = {
        gt: [">=", until] as const,
        gte: [">=", from] as const,
        lt: ["<", from] as const,
        lte: ["<", until] as const,
      }[operator];
      const condition = { sql: `${sql} ${by} ?`, parameters: [...parameters, bound] };
      if (target.stamp === undefined || operator !== "gte") return condition;
      return { ...condition, since: { column: target.stamp, from: Number(bound) } };
    }
    case "text":
    case "flag":
    case "list":
    case "who":
      throw refused(`${operator} is not for this field`);
  }
}

/** What a date text or keyword covers, `until` exclusive, in the column's own form. */
function range(
  { kind }: Column,
  value: string | number | boolean,
  { clock, now }: FilterContext,
): { from: string | number; until: string | number } {
  const days = dayRange(String(value), clock.day(now));
  if (kind === "day") {
    if (days === null) throw refused("not a date");
    return days;
  }
  const start = clock.seconds(days?.from ?? String(value));
  const end = days === null ? start : clock.seconds(days.until);
  if (start === null || end === null) throw refused("not a date");
  const until = days === null ? end + 1 : end;
  return kind === "second"
    ? { from: start, until }
    : { from: utcText(start), until: utcText(until) };
}

/** Unique values are looked up, never searched for. `values` is a JSON list. */
export function uniqueRows(field: FieldDefinition, values: string): Condition {
  return {
    sql: `r.id IN (SELECT record_id FROM unique_values
      WHERE field_id = ? AND value IN (SELECT value FROM json_each(?)))`,
    parameters: [Number(field.id), values],
    picks: true,
  };
}

function person(id: string | number | boolean, { user }: FilterContext): string {
  return id === "myself" ? user : String(id);
}

function scalar(value: unknown): string | number | boolean {
  const one = list(value)[0];
  if (one === undefined || (Array.isArray(value) && value.length > 1)) {
    throw refused("one value is needed");
  }
  return one;
}

function list(value: unknown): readonly (string | number | boolean)[] {
  const parsed = List.safeParse(value);
  if (!parsed.success) throw refused("a value has the wrong shape");
  return parsed.data;
}

function flag(value: unknown): boolean {
  if (value === true || value === 1) return true;
  if (value === false || value === 0) return false;
  throw refused("true or false is needed");
}

export function refused(reason: string): Refusal {
  return new Refusal("bad-filter", { reason });
}
