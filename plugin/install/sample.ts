import type { Database } from "../database.ts";
import { decimalText, parseDecimal } from "../decimal.ts";
import { PluginError } from "../errors.ts";
import { say, type Locale } from "../words/words.ts";
import type { FieldValue, FieldValues, Member, Workspace } from "../workspace/workspace.ts";
import type { Bindings } from "./bindings.ts";
import { openInstalled } from "./installed.ts";
import { readSampleFiles } from "./sample-files.ts";

export interface SampleProgress {
  /** Key of the table at hand. */
  readonly table: string;
  readonly done: number;
  readonly total: number;
}

/** Titles in the files → positions of the pack. */
const POSITIONS: Readonly<Record<string, string>> = {
  "Vice President, Sales": "SALES_VP",
  "Sales Manager": "SALES_MANAGER",
  "Sales Representative": "SALES_REP",
  "Inside Sales Coordinator": "SALES_COORDINATOR",
};
const PACK = "sales";
const DEPARTMENT = "SALES";
const YEARS = [1997, 1998];
/** Each noted when it is complete. */
const LOADED = ["employees", "customers", "orders", "order_lines", "cycles"] as const;

/**
 * Load the sample company into an installed sales pack: its members and employees, customers, two
 * years of orders, and the cycles to score them in. The company's currency becomes USD.
 *
 * Rows are matched by their codes, each table once: what was loaded completely is not touched again.
 *
 * @param folder  where the CSV files are
 * @param addMembers  make members of these names, ids in the same order; only asked for new ones
 * @returns whether anything had to be loaded, and how many rows
 */
export async function loadSample({
  workspace,
  db,
  bindings,
  folder,
  addMembers,
  locale,
  onProgress = () => undefined,
}: {
  readonly workspace: Workspace;
  readonly db: Database;
  readonly bindings: Bindings;
  readonly folder: string;
  readonly addMembers: (names: readonly string[]) => Promise<readonly Member[]>;
  readonly locale: Locale;
  readonly onProgress?: (progress: SampleProgress) => void;
}): Promise<{ loaded: boolean; rows: number }> {
  const installed = openInstalled(db);
  if (LOADED.every((table) => installed.isSettled(PACK, `sample/${table}`))) {
    return { loaded: false, rows: 0 };
  }
  const files = readSampleFiles(folder);
  const cycles = cyclesOf(YEARS);
  const total =
    files.employees.length +
    files.customers.length +
    files.orders.length +
    files.lines.length +
    cycles.length;
  let before = 0;
  let rows = 0;

  /** Load one table unless it was loaded; `build` may read what was loaded before. */
  async function load(
    table: (typeof LOADED)[number],
    count: number,
    write: (report: (done: number) => void) => Promise<void>,
  ): Promise<void> {
    const object = `sample/${table}`;
    onProgress({ table, done: before, total });
    if (!installed.isSettled(PACK, object)) {
      installed.begin(PACK, [object]);
      await write((done) => onProgress({ table, done: before + done, total }));
      installed.settle(PACK, new Map([[object, { rows: count }]]));
      rows += count;
    }
    before += count;
  }

  const fieldsOf = (table: string, values: Readonly<Record<string, FieldValue>>): FieldValues =>
    Object.fromEntries(
      Object.entries(values).map(([key, value]) => [bindings.field(table, key), value]),
    );
  const upsert = (
    table: string,
    key: string,
    values: readonly Readonly<Record<string, FieldValue>>[],
    report?: (done: number) => void,
  ) =>
    workspace.records.upsert(
      bindings.table(table),
      bindings.field(table, key),
      values.map((row) => fieldsOf(table, row)),
      report,
    );
  const option = (table: string, field: string, key: string) => [
    bindings.option(table, field, key),
  ];

  const nameOf = (person: { firstName: string; lastName: string }) =>
    `${person.firstName} ${person.lastName}`;
  const members = await ensureMembers(files.employees.map(nameOf));
  const memberOf = new Map(
    files.employees.map((person) => [person.employeeID, members.get(nameOf(person)) ?? ""]),
  );

  await load("employees", files.employees.length, async () => {
    await upsert("settings", "key", [{ key: "currency", value: "USD" }]);
    await upsert("kpis", "code", [{ code: "REVENUE", unit: "USD" }]);
    const positions = await idsBy("positions", "code");
    const departments = await idsBy("departments", "code");
    const people = await upsert(
      "employees",
      "number",
      files.employees.map((person) => ({
        number: numberOf(person.employeeID),
        name: nameOf(person),
        member: idList(memberOf.get(person.employeeID)),
        department: idList(departments.get(DEPARTMENT)),
        position: idList(positions.get(POSITIONS[person.title] ?? "")),
        hire_date: day(person.hireDate),
        status: option("employees", "status", "active"),
      })),
    );
    // Managers are employees themselves, so they are set when everybody is there.
    const led = files.employees.filter((person) => person.reportsTo !== "");
    await upsert(
      "employees",
      "number",
      led.map((person) => ({
        number: numberOf(person.employeeID),
        manager: idList(people.get(numberOf(person.reportsTo))),
      })),
    );
    const head = files.employees.find((person) => person.reportsTo === "");
    await upsert("departments", "code", [
      { code: DEPARTMENT, head: idList(memberOf.get(head?.employeeID ?? "")) },
    ]);
  });
  await load("customers", files.customers.length, async (report) => {
    const values = files.customers.map((customer) => ({
      code: customer.customerID,
      name: customer.companyName,
      contact: text(customer.contactName),
      city: text(customer.city),
      country: text(customer.country),
      phone: text(customer.phone),
    }));
    await upsert("customers", "code", values, report);
  });
  await load("orders", files.orders.length, async (report) => {
    const customers = await idsBy("customers", "code");
    const values = files.orders.map((order) => ({
      number: order.orderID,
      customer: idList(customers.get(order.customerID)),
      owner: idList(memberOf.get(order.employeeID)),
      order_date: day(order.orderDate),
      required_date: day(order.requiredDate),
      shipped_date: day(order.shippedDate),
      freight: number(order.freight),
      ship_country: text(order.shipCountry),
    }));
    await upsert("orders", "number", values, report);
  });
  await load("order_lines", files.lines.length, async (report) => {
    const orders = await idsBy("orders", "number");
    const values = files.lines.map((line) => ({
      number: `${line.orderID}-${line.productID}`,
      order: idList(orders.get(line.orderID)),
      product: line.productID,
      unit_price: number(line.unitPrice),
      quantity: number(line.quantity),
      discount: number(line.discount),
    }));
    await upsert("order_lines", "number", values, report);
  });
  await load("cycles", cycles.length, async (report) => {
    const values = cycles.map(({ kind, ...cycle }) => ({
      ...cycle,
      kind: option("cycles", "kind", kind),
      status: option("cycles", "status", "running"),
    }));
    await upsert("cycles", "name", values, report);
  });
  onProgress({ table: "cycles", done: total, total });
  return { loaded: rows > 0, rows };

  async function ensureMembers(names: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const known = new Map((await workspace.members()).map(({ id, name }) => [name, id]));
    const missing = names.filter((name) => !known.has(name));
    const added = missing.length > 0 ? await addMembers(missing) : [];
    for (const { id, name } of added) known.set(name, id);
    const lost = names.find((name) => !known.has(name));
    if (lost !== undefined) {
      const what = say(locale, "install.sample.member");
      throw new PluginError("request/not-found", { what, name: lost });
    }
    return known;
  }

  /** Record ids of a table by the value of a field. */
  async function idsBy(table: string, field: string): Promise<ReadonlyMap<string, string>> {
    const id = bindings.field(table, field);
    const found = new Map<string, string>();
    for await (const page of workspace.records.pages(bindings.table(table))) {
      for (const record of page) found.set(String(record.fields[id] ?? ""), record.id);
    }
    return found;
  }
}

/** The files number people 1 to 9; as an employee number of a company that says too little. */
function numberOf(employeeID: string): string {
  return `E${employeeID}`;
}

interface SampleCycle {
  readonly name: string;
  readonly kind: "month" | "quarter";
  readonly start: string;
  readonly end: string;
  readonly next_check: string;
}

/** Every month and quarter of these years, looked at again on the 10th after its end. */
function cyclesOf(years: readonly number[]): readonly SampleCycle[] {
  const cycle = (
    name: string,
    kind: SampleCycle["kind"],
    year: number,
    from: number,
    to: number,
  ) => ({
    name,
    kind,
    start: isoDay(year, from, 1),
    end: isoDay(year, to + 1, 0),
    next_check: isoDay(year, to + 1, 10),
  });
  return years.flatMap((year) => [
    ...Array.from({ length: 12 }, (_, month) =>
      cycle(`${year}-${String(month + 1).padStart(2, "0")}`, "month", year, month, month),
    ),
    ...Array.from({ length: 4 }, (_, quarter) =>
      cycle(`${year}-Q${quarter + 1}`, "quarter", year, quarter * 3, quarter * 3 + 2),
    ),
  ]);
}

/** Months count from 0; day 0 is the last day of the month before. */
function isoDay(year: number, month: number, date: number): string {
  return new Date(Date.UTC(year, month, date)).toISOString().slice(0, 10);
}

function idList(id: string | undefined): FieldValue {
  return id ? [id] : null;
}

function text(value: string): FieldValue {
  return value === "" ? null : value;
}

/** "1996-07-04 00:00:00.000" as a date. */
function day(value: string): FieldValue {
  return value === "" ? null : value.slice(0, 10);
}

function number(value: string): FieldValue {
  const parsed = parseDecimal(value);
  return parsed ? decimalText(parsed) : null;
}
