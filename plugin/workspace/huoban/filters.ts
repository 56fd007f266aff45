import { PluginError } from "../../errors.ts";
import { parseDecimal } from "../../decimal.ts";
import type { Field, Filter } from "../workspace.ts";
import { parseInstant, type Wire } from "./fields.ts";
import type { TableShape, Tables } from "./tables.ts";

const SYSTEM_FIELDS = new Set(["item_id", "created_by", "created_on", "updated_by", "updated_on"]);
const SYSTEM_TIMES = new Set(["created_on", "updated_on"]);

/**
 * A filter in the form the host takes: decimals as JSON numbers, times as wall clock.
 *
 * The host is suspected to ignore a leaf whose field it does not know and to return every row
 * (reference, section 5), so field ids are checked here.
 *
 * @throws workspace/unbound naming the field
 */
export async function wireFilter(
  filter: Filter,
  table: string,
  tables: Tables,
  wire: Wire,
): Promise<Filter> {
  const missing = (shape: TableShape) => leafFields(filter).filter((id) => !isKnown(id, shape));
  let shape = await tables.shape(table);
  if (missing(shape).length > 0) shape = await tables.fresh(table);
  const [unknown] = missing(shape);
  if (unknown !== undefined) throw unboundField(unknown, shape);
  return encode(filter, shape, wire);
}

/** A field we work with is not in the table any more. */
export function unboundField(id: string, { table }: TableShape): PluginError {
  return new PluginError("workspace/unbound", {
    what: `${table.name} / ${id}`,
    reason: "the field was deleted",
    table: table.id,
    field: id,
  });
}

function isKnown(id: string, shape: TableShape): boolean {
  return SYSTEM_FIELDS.has(id) || shape.byId.has(id);
}

function leafFields(filter: Filter): readonly string[] {
  if ("and" in filter) return filter.and.flatMap(leafFields);
  if ("or" in filter) return filter.or.flatMap(leafFields);
  return [filter.field];
}

function encode(filter: Filter, shape: TableShape, wire: Wire): Filter {
  if ("and" in filter) return { and: filter.and.map((node) => encode(node, shape, wire)) };
  if ("or" in filter) return { or: filter.or.map((node) => encode(node, shape, wire)) };
  const field = shape.byId.get(filter.field);
  const query = Object.entries(filter.query).map(([operator, value]) => [
    operator,
    operand(value, field, filter.field, wire),
  ]);
  return { field: filter.field, query: Object.fromEntries(query) as Record<string, unknown> };
}

function operand(value: unknown, field: Field | undefined, id: string, wire: Wire): unknown {
  if (Array.isArray(value)) return value.map((part) => operand(part, field, id, wire));
  if (typeof value !== "string") return value;
  if (SYSTEM_TIMES.has(id) || field?.type === "datetime") {
    const instant = parseInstant(value);
    return instant === null ? value : wire.clock.show(instant);
  }
  const isNumber =
    field?.type === "number" ||
    field?.type === "percent" ||
    field?.type === "money" ||
    field?.type === "calculation";
  return isNumber ? (parseDecimal(value)?.toNumber() ?? value) : value;
}
