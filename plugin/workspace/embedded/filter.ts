import { z } from "zod";
import {
  column,
  MOST_VALUES,
  operation,
  refused,
  uniqueRows,
  type Column,
  type Condition,
  type FilterContext,
} from "./conditions.ts";

const DEEPEST = 20;
const MOST_LEAVES = 500;
const ALL: Condition = { sql: "1", parameters: [] };

const Leaf = z.object({
  field: z.union([z.string(), z.number()]).transform(String),
  query: z.record(z.string(), z.unknown()),
});

/**
 * Turn a filter of the host's grammar into SQL.
 *
 * Unknown fields and operators are refused: whether the real host ignores them is unverified, and a
 * filter that silently matches everything is the worst answer for whoever writes by it.
 *
 * @throws Refusal bad-filter
 */
export function compileFilter(filter: unknown, context: FilterContext): Condition {
  let leaves = 0;

  function node(value: unknown, depth: number): Condition {
    if (depth > DEEPEST) throw refused("nested too deeply");
    if (typeof value !== "object" || value === null) throw refused("a node is not an object");
    if ("and" in value) return join(value.and, " AND ", ALL, depth);
    if ("or" in value) return join(value.or, " OR ", ALL, depth);
    leaves += 1;
    if (leaves > MOST_LEAVES) throw refused("too many conditions");
    const leaf = Leaf.safeParse(value);
    if (!leaf.success) throw refused("a node needs and, or, or field and query");
    return query(column(leaf.data.field, context), leaf.data.query, depth);
  }

  function join(value: unknown, by: string, empty: Condition, depth: number): Condition {
    if (!Array.isArray(value)) throw refused("and/or needs a list");
    if (value.length === 0) return empty;
    const many = by === " OR " ? sameText(value, context) : null;
    if (many !== null) return many;
    return combine(
      value.map((child: unknown) => node(child, depth + 1)),
      by,
    );
  }

  function query(
    target: Column,
    operators: Readonly<Record<string, unknown>>,
    depth: number,
  ): Condition {
    const conditions = Object.entries(operators).map(([operator, value]) => {
      if (operator !== "or") return operation(target, operator, value, context);
      if (depth > DEEPEST) throw refused("nested too deeply");
      const choices = z.array(z.record(z.string(), z.unknown())).max(MOST_LEAVES).safeParse(value);
      if (!choices.success) throw refused("or needs a list");
      leaves += choices.data.length;
      if (leaves > MOST_LEAVES) throw refused("too many conditions");
      return combine(
        choices.data.map((choice) => query(target, choice, depth + 1)),
        " OR ",
      );
    });
    return combine(conditions, " AND ");
  }

  return filter === undefined || filter === null || isEmptyObject(filter) ? ALL : node(filter, 0);
}

function isEmptyObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

function combine(conditions: readonly Condition[], by: string): Condition {
  const only = conditions[0];
  if (only === undefined) return ALL;
  if (conditions.length === 1) return only;
  const picks =
    by === " AND "
      ? conditions.some((condition) => condition.picks)
      : conditions.every((condition) => condition.picks);
  return {
    sql: `(${conditions.map(({ sql }) => sql).join(by)})`,
    parameters: conditions.flatMap(({ parameters }) => parameters),
    ...(picks ? { picks } : {}),
  };
}

const Equality = z.strictObject({
  field: z.union([z.string(), z.number()]).transform(String),
  query: z.strictObject({ eq: z.string() }),
});

const Equalities = z.array(Equality).min(2).max(MOST_VALUES);

/** `key = a OR key = b …` over one text field, as callers write who look for many keys at once. */
function sameText(children: readonly unknown[], context: FilterContext): Condition | null {
  const leaves = Equalities.safeParse(children);
  const name = leaves.data?.[0]?.field;
  if (name === undefined || leaves.data?.some(({ field }) => field !== name) !== false) return null;
  const target = column(name, context);
  if (target.kind !== "text") return null;
  const values = JSON.stringify(leaves.data.map(({ query }) => query.eq));
  if (target.field?.unique === true) return uniqueRows(target.field, values);
  return {
    sql: `${target.sql} IN (SELECT value FROM json_each(?))`,
    parameters: [...target.parameters, values],
  };
}
