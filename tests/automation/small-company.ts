import { createLog } from "../../plugin/log.ts";
import type { FieldValue } from "../../plugin/workspace/workspace.ts";
import { openStage, type Stage } from "./stage.ts";

type Cells = Readonly<Record<string, FieldValue>>;

/**
 * Three people in two departments, two customers, a handful of orders: small enough to change at
 * random many times over, with every kind of source the sales pack has.
 */
export async function openSmallCompany() {
  // Errors of the engine are printed: they tell which figures differ when a law is broken.
  const stage = openStage({ log: createLog({ level: "error" }) });
  await stage.install("none");
  const bindings = stage.bindings();
  const user = stage.embedded.grid.addMember({ name: "Admin" }).id;
  const members = ["Ada", "Ben", "Cleo"].map((name) => stage.embedded.grid.addMember({ name }).id);

  const fieldsOf = (table: string, cells: Cells) =>
    Object.fromEntries(
      Object.entries(cells).map(([key, value]) => [bindings.field(table, key), value]),
    );
  const create = (table: string, cells: Cells): string =>
    stage.embedded.grid.create(bindings.table(table), fieldsOf(table, cells), user).id;
  const update = (table: string, record: string, cells: Cells) =>
    stage.embedded.grid.update(record, fieldsOf(table, cells), user);
  const remove = (record: string) => stage.embedded.grid.remove([record], user);
  const find = async (table: string, key: string, value: string): Promise<string> => {
    for await (const page of stage.workspace.records.pages(bindings.table(table)))
      for (const record of page)
        if (record.fields[bindings.field(table, key)] === value) return record.id;
    throw new Error(`${table} has no row whose ${key} is ${value}`);
  };
  const option = (table: string, field: string, key: string) => [
    bindings.option(table, field, key),
  ];

  const position = await find("positions", "code", "SALES_REP");
  const sales = await find("departments", "code", "SALES").catch(() =>
    create("departments", { code: "SALES", name: "Sales" }),
  );
  const north = create("departments", { code: "NORTH", name: "North", parent: [sales] });
  const employees = ["Ada", "Ben", "Cleo"].map((name, index) =>
    create("employees", {
      number: `E${index + 1}`,
      name,
      member: [members[index] ?? ""],
      department: [index === 2 ? north : sales],
      position: [position],
      status: option("employees", "status", "active"),
    }),
  );
  const months = ["2026-01", "2026-02", "2026-03"];
  const cycle = (name: string, kind: string, start: string, end: string) =>
    create("cycles", {
      name,
      kind: option("cycles", "kind", kind),
      start,
      end,
      next_check: "2026-04-10",
      status: option("cycles", "status", "running"),
    });
  const cycles = [
    ...months.map((month) =>
      cycle(month, "month", `${month}-01`, `${month}-${month === "2026-02" ? "28" : "31"}`),
    ),
    cycle("2026-Q1", "quarter", "2026-01-01", "2026-03-31"),
  ];
  const customers = ["C1", "C2", "C3"].map((code) => create("customers", { code, name: code }));
  let number = 0;
  const order = (cells: Cells = {}) => {
    number += 1;
    return create("orders", {
      number: `O${number}`,
      customer: [customers[number % customers.length] ?? ""],
      owner: [members[number % members.length] ?? ""],
      order_date: `2026-0${(number % 3) + 1}-1${number % 9}`,
      required_date: `2026-0${(number % 3) + 1}-2${number % 8}`,
      shipped_date: number % 4 === 0 ? null : `2026-0${(number % 3) + 1}-2${number % 5}`,
      ...cells,
    });
  };
  const line = (of: string, cells: Cells = {}) => {
    number += 1;
    return create("order_lines", {
      number: `L${number}`,
      order: [of],
      unit_price: String(10 + (number % 7)),
      quantity: String(1 + (number % 5)),
      discount: number % 3 === 0 ? "0.15" : "0",
      ...cells,
    });
  };
  const orders = Array.from({ length: 12 }, () => order());
  const lines = orders.flatMap((id) => [line(id), line(id)]);

  return {
    stage,
    bindings,
    user,
    members,
    employees,
    departments: [sales, north],
    cycles,
    customers,
    orders,
    lines,
    create,
    update,
    remove,
    find,
    option,
    order,
    line,
  };
}
export type SmallCompany = Awaited<ReturnType<typeof openSmallCompany>>;

/** What the workspace shows in a result table, by code: only the result fields. */
export async function shownResults(stage: Stage, table: "sheets" | "items") {
  const bindings = stage.bindings();
  const keys =
    table === "sheets"
      ? ["total", "grade", "coverage", "state"]
      : ["actual", "score", "contribution", "status"];
  const shown = new Map<string, Record<string, FieldValue>>();
  for await (const page of stage.workspace.records.pages(bindings.table(table)))
    for (const record of page) {
      const code = String(record.fields[bindings.field(table, "code")]);
      shown.set(
        code,
        Object.fromEntries(
          keys.map((key) => {
            const value = record.fields[bindings.field(table, key)] ?? null;
            return [
              key,
              Array.isArray(value) ? bindings.optionKey(table, key, String(value[0])) : value,
            ];
          }),
        ),
      );
    }
  return shown;
}
