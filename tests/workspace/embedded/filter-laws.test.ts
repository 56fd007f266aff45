import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openStage, number, option, text } from "./stage.ts";

/** A row as the witness below sees it: plain JavaScript, no SQL. */
interface Row {
  readonly name: string | null;
  readonly n: number | null;
  readonly kinds: readonly string[];
}
type Node =
  | { readonly and: readonly Node[] }
  | { readonly or: readonly Node[] }
  | { readonly field: keyof Row; readonly query: Readonly<Record<string, unknown>> };

const LETTERS = ["a", "b", "ab", "ba", "%", "A"];
const IDS = ["1", "2", "3"];

const row: fc.Arbitrary<Row> = fc.record({
  name: fc.option(fc.constantFrom(...LETTERS)),
  n: fc.option(fc.integer({ min: -20, max: 20 }).map((n) => n / 10)),
  kinds: fc.subarray(IDS),
});
const decimal = fc.integer({ min: -20, max: 20 }).map((n) => n / 10);
const empty = fc.record({ em: fc.boolean() });
const leaf: fc.Arbitrary<Node> = fc.oneof(
  fc.record({
    field: fc.constant("name" as const),
    query: fc.oneof(
      empty,
      fc.record({ eq: fc.constantFrom(...LETTERS) }),
      fc.record({ ne: fc.constantFrom(...LETTERS) }),
      fc.record({ in: fc.subarray(LETTERS) }),
      fc.record({ nin: fc.subarray(LETTERS) }),
    ),
  }),
  fc.record({
    field: fc.constant("n" as const),
    query: fc.oneof(
      empty,
      fc.record({ eq: decimal }),
      fc.record({ ne: decimal }),
      fc.record({ gte: decimal, lt: decimal }),
      fc.record({ gt: decimal }),
      fc.record({ lte: decimal }),
    ),
  }),
  fc.record({
    field: fc.constant("kinds" as const),
    query: fc.oneof(
      empty,
      fc.record({ eq: fc.subarray(IDS, { minLength: 1 }) }),
      fc.record({ ne: fc.subarray(IDS, { minLength: 1 }) }),
      fc.record({ in: fc.subarray(IDS) }),
      fc.record({ nin: fc.subarray(IDS) }),
    ),
  }),
);
const { node } = fc.letrec<{ node: Node }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.record({ and: fc.array(tie("node"), { maxLength: 3 }) }),
    fc.record({ or: fc.array(tie("node"), { minLength: 1, maxLength: 3 }) }),
  ),
}));

function matches(node: Node, row: Row): boolean {
  if ("and" in node) return node.and.every((child) => matches(child, row));
  if ("or" in node) return node.or.some((child) => matches(child, row));
  const value = row[node.field];
  return Object.entries(node.query).every(([operator, operand]) => holds(operator, value, operand));
}

function holds(operator: string, value: Row[keyof Row], operand: unknown): boolean {
  const list = Array.isArray(value);
  const has = (list ? value.length > 0 : value !== null) as boolean;
  const wanted = Array.isArray(operand) ? (operand as readonly string[]) : [];
  switch (operator) {
    case "em":
      return has !== operand;
    case "ne":
      return !holds("eq", value, operand);
    case "nin":
      return !holds("in", value, operand);
    case "eq":
      return list
        ? value.length === wanted.length && wanted.every((id) => value.includes(id))
        : value === operand;
    case "in":
      return list
        ? wanted.some((id) => value.includes(id))
        : typeof value === "string" && wanted.some((part) => value.includes(part));
    default: {
      const [a, b] = [value, operand];
      if (typeof a !== "number" || typeof b !== "number") return false;
      return { gt: a > b, gte: a >= b, lt: a < b, lte: a <= b }[operator] ?? false;
    }
  }
}

describe("any filter", () => {
  it("lets through exactly the rows that a plain reading of it does", async () => {
    const stage = await openStage();
    const table = await stage.table({
      name: "T",
      item_title: "no",
      fields: [
        text("name"),
        number("n"),
        option("kinds", ["x", "y", "z"], "multi"),
        { name: "No", alias: "no", type: "auto_number" },
      ],
    });
    const rows = fc.sample(row, { numRuns: 60, seed: 7 });
    stage.embedded.grid.importRows(
      table.id,
      rows.map(({ name, n, kinds }) => ({ name, n: n === null ? null : String(n), kinds })),
      "7",
    );

    await fc.assert(
      fc.asyncProperty(node, async (filter) => {
        const expected = rows.flatMap((candidate, index) =>
          matches(filter, candidate) ? [String(index + 1)] : [],
        );

        expect(await table.titles(filter)).toEqual(expected);
      }),
      { numRuns: 300, seed: 11 },
    );
  });
});
