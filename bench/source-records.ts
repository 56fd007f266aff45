import { installPacks } from "../plugin/install/install.ts";
import { readPacks } from "../plugin/install/read-packs.ts";
import type { FieldValue } from "../plugin/workspace/workspace.ts";
import type { Company } from "./company.ts";

/** A company as the benchmarks have it; only the number of its records differs. */
export const PEOPLE = 50;
export const MONTHS = 24;
export const LINES_PER_ORDER = 9;
const FIRST_YEAR = 2024;
const DAYS = 730;
const DAY_MS = 86_400_000;
/** Rows imported in one transaction; they share one second of creation. */
const TOGETHER = 500;

type Cells = Readonly<Record<string, FieldValue>>;

/** Install the packs and fill the workspace: people, cycles, customers, orders and their lines. */
export async function prepareCompany(
  company: Company,
  records: number,
  { people = PEOPLE, linesPerOrder = LINES_PER_ORDER } = {},
): Promise<void> {
  const { workspace, db, log, embedded } = company;
  const packs = readPacks("templates", ["core", "sales"]);
  await installPacks({ workspace, db, packs, locale: "zh-CN", log });
  const bindings = company.bindings();
  // The engine reads these rows when it fills itself; a callback for each would only wait for it.
  const watched = bindings.tables().map((key) => bindings.table(key));
  await workspace.events.unsubscribe(watched);
  const user = embedded.grid.addMember({ name: "Admin" }).id;
  const members = range(people).map((n) => embedded.grid.addMember({ name: `Person ${n + 1}` }).id);

  const load = (table: string, rows: number, cells: (row: number) => Cells): string[] => {
    const ids: string[] = [];
    const fields = new Map<string, string>();
    const field = (key: string) => {
      const known = fields.get(key) ?? bindings.field(table, key);
      fields.set(key, known);
      return known;
    };
    for (let start = 0; start < rows; start += TOGETHER) {
      company.travel(
        new Date(Date.UTC(FIRST_YEAR, 0, 1) + Math.floor((start / rows) * DAYS * DAY_MS)),
      );
      const slice = range(Math.min(TOGETHER, rows - start)).map((n) =>
        Object.fromEntries(
          Object.entries(cells(start + n)).map(([key, value]) => [field(key), value]),
        ),
      );
      ids.push(...embedded.grid.importRows(bindings.table(table), slice, user));
    }
    return ids;
  };
  const option = (table: string, key: string, name: string) => [bindings.option(table, key, name)];
  const find = async (table: string, code: string): Promise<string> => {
    for await (const page of workspace.records.pages(bindings.table(table)))
      for (const row of page) if (row.fields[bindings.field(table, "code")] === code) return row.id;
    throw new Error(`${table} has no row ${code}`);
  };

  const [department, position] = [
    await find("departments", "SALES"),
    await find("positions", "SALES_REP"),
  ];
  load("employees", people, (row) => ({
    number: `E${row + 1}`,
    name: `Person ${row + 1}`,
    member: [members[row] ?? ""],
    department: [department],
    position: [position],
    status: option("employees", "status", "active"),
  }));
  load("cycles", MONTHS, (row) => {
    const [first, last] = [
      new Date(Date.UTC(FIRST_YEAR, row, 1)),
      new Date(Date.UTC(FIRST_YEAR, row + 1, 0)),
    ];
    return {
      name: iso(first).slice(0, 7),
      kind: option("cycles", "kind", "month"),
      start: iso(first),
      end: iso(last),
      status: option("cycles", "status", "running"),
    };
  });
  const orders = Math.round(records / (linesPerOrder + 1));
  const customers = load("customers", Math.max(10, Math.round(orders / 20)), (row) => ({
    code: `C${row + 1}`,
    name: `Customer ${row + 1}`,
  }));
  const ids = load("orders", orders, (row) => {
    const ordered = Date.UTC(FIRST_YEAR, 0, 1) + Math.floor((row / orders) * DAYS) * DAY_MS;
    const after = (days: number) => iso(new Date(ordered + days * DAY_MS));
    return {
      number: `O${row + 1}`,
      customer: [customers[(row * 7) % customers.length] ?? ""],
      owner: [members[row % people] ?? ""],
      order_date: after(0),
      required_date: after(20 + (row % 9)),
      shipped_date: after(10 + (row % 17)),
      freight: String(row % 100),
    };
  });
  load("order_lines", records - orders, (row) => ({
    number: `L${row + 1}`,
    order: [ids[Math.floor(row / linesPerOrder)] ?? ""],
    product: `P${row % 77}`,
    unit_price: (10 + (row % 500) / 4).toFixed(2),
    quantity: String(1 + (row % 40)),
    discount: String((row % 5) * 0.05),
  }));
  company.travel(null);
  await workspace.events.subscribe(watched);
}

/** The one kind of change all figures are about: the quantity of an order line. */
export function openChanges(company: Company) {
  const bindings = company.bindings();
  const table = bindings.table("order_lines");
  const quantity = bindings.field("order_lines", "quantity");
  const first = company.embedded.grid.page({ table, offset: 0, limit: 1 });
  const from = BigInt(first.records[0]?.id ?? "0");
  const rows = first.total;
  const user = company.embedded.grid.members()[0]?.id ?? "";
  let changes = 0;
  return {
    /** Sell one more of a line; lines far apart belong to other people and months. */
    next(): void {
      changes += 1;
      const line = String(from + BigInt((changes * 7919) % rows));
      const sold = company.embedded.grid.record(line).cells[quantity]?.value;
      company.embedded.grid.update(line, { [quantity]: String(Number(sold) + 1) }, user);
    },
  };
}

function range(length: number): readonly number[] {
  return Array.from({ length }, (_, index) => index);
}

function iso(date: Date): string {
  return date.toISOString().slice(0, 10);
}
