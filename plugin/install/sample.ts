import type { Database } from "../database.ts";
import { PluginError } from "../errors.ts";
import { say, type Locale } from "../words/words.ts";
import type { FieldValue, FieldValues, Member, Workspace } from "../workspace/workspace.ts";
import type { Bindings } from "./bindings.ts";
import { openInstalled } from "./installed.ts";
import { readSampleFiles } from "./sample-files.ts";
import {
  customerRows,
  cycleRows,
  employeeRows,
  fullName,
  headRow,
  lineRows,
  managerRows,
  orderRows,
  type Ids,
  type SampleCells,
} from "./sample-rows.ts";

export interface SampleProgress {
  /** Key of the table at hand. */
  readonly table: string;
  readonly done: number;
  readonly total: number;
}

const PACK = "sales";
const YEARS = [1997, 1998];
/** In this order, each noted when it is complete. */
const TABLES = ["employees", "customers", "orders", "order_lines", "cycles"] as const;
type SampleTable = (typeof TABLES)[number];
type Report = (done: number) => void;

/**
 * Load the sample company into an installed sales pack: its members and employees, customers, two
 * years of orders, and the cycles to score them in. The company's currency becomes USD.
 *
 * Rows are matched by their codes, each table once: what was loaded completely is not touched again.
 *
 * @param folder  where the CSV files are
 * @param addMembers  make members of these names, ids in the same order; only asked for new ones
 * @returns whether anything had to be loaded, and how many rows
 * @throws request/not-found when a member is still missing afterwards
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
  const isLoaded = (table: SampleTable) => installed.isSettled(PACK, `sample/${table}`);
  if (TABLES.every(isLoaded)) return { loaded: false, rows: 0 };

  const files = readSampleFiles(folder);
  const cycles = cycleRows(YEARS);
  const members = await ensureMembers(files.employees.map(fullName));
  const write: Readonly<Record<SampleTable, (report: Report) => Promise<unknown>>> = {
    employees: writePeople,
    customers: (report) => add("customers", "code", customerRows(files), report),
    orders: async (report) => {
      const customers = await idsBy("customers", "code");
      return add("orders", "number", orderRows(files, { members, customers }), report);
    },
    order_lines: async (report) => {
      const orders = await idsBy("orders", "number");
      return add("order_lines", "number", lineRows(files, orders), report);
    },
    cycles: (report) => add("cycles", "name", cycles, report),
  };
  const sizes: Readonly<Record<SampleTable, number>> = {
    employees: files.employees.length,
    customers: files.customers.length,
    orders: files.orders.length,
    order_lines: files.lines.length,
    cycles: cycles.length,
  };
  const total = TABLES.reduce((sum, table) => sum + sizes[table], 0);

  let before = 0;
  let rows = 0;
  for (const table of TABLES) {
    const report = (done: number) => onProgress({ table, done: before + done, total });
    if (!isLoaded(table)) {
      report(0);
      await write[table](report);
      installed.settle(PACK, new Map([[`sample/${table}`, { rows: sizes[table] }]]));
      rows += sizes[table];
    }
    report(sizes[table]);
    before += sizes[table];
  }
  return { loaded: true, rows };

  async function writePeople(): Promise<void> {
    await upsert("settings", "key", [{ key: "currency", value: "USD" }]);
    await upsert("kpis", "code", [{ code: "REVENUE", measured_in: "USD" }]);
    const positions = await idsBy("positions", "code");
    const departments = await idsBy("departments", "code");
    const rows = employeeRows(files, { members, positions, departments });
    await add("employees", "number", rows);
    const people = await idsBy("employees", "number");
    await upsert("employees", "number", managerRows(files, people));
    await upsert("departments", "code", [headRow(files, members)]);
  }

  /** Rows that are there stay as people left them, even when we no longer know that we made them. */
  async function add(
    table: string,
    key: string,
    rows: readonly SampleCells[],
    report?: Report,
  ): Promise<void> {
    const there = await idsBy(table, key);
    const missing = rows.filter((row) => !there.has(String(row[key] ?? "")));
    await upsert(table, key, missing, (done) => report?.(there.size + done));
  }

  function upsert(
    table: string,
    key: string,
    rows: readonly SampleCells[],
    report?: Report,
  ): Promise<Ids> {
    const values = rows.map((cells) => valuesOf(table, cells));
    return workspace.records.upsert(
      bindings.table(table),
      bindings.field(table, key),
      values,
      report,
    );
  }

  function valuesOf(table: string, cells: SampleCells): FieldValues {
    return Object.fromEntries(
      Object.entries(cells).map(([key, value]) => [
        bindings.field(table, key),
        OPTION_FIELDS.has(key) ? optionIds(table, key, value) : value,
      ]),
    );
  }

  function optionIds(table: string, field: string, value: FieldValue): FieldValue {
    return Array.isArray(value)
      ? value.map((key: string) => bindings.option(table, field, key))
      : value;
  }

  async function ensureMembers(names: readonly string[]): Promise<Ids> {
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
  async function idsBy(table: string, field: string): Promise<Ids> {
    const id = bindings.field(table, field);
    const found = new Map<string, string>();
    for await (const page of workspace.records.pages(bindings.table(table))) {
      for (const record of page) found.set(String(record.fields[id] ?? ""), record.id);
    }
    return found;
  }
}

/** Fields of the rows above whose values are options. */
const OPTION_FIELDS: ReadonlySet<string> = new Set(["status", "kind"]);
