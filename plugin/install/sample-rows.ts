import { decimalText, parseDecimal } from "../decimal.ts";
import type { FieldValue } from "../workspace/workspace.ts";
import type { SampleFiles } from "./sample-files.ts";

/** Cells by field key. Values of option fields are option keys: the loader knows their ids. */
export type SampleCells = Readonly<Record<string, FieldValue>>;
/** Ids by what the files call a thing; undefined for a thing that is not there. */
export type Ids = ReadonlyMap<string, string>;

/** Titles in the files → positions of the pack. */
const POSITIONS: Readonly<Record<string, string>> = {
  "Vice President, Sales": "SALES_VP",
  "Sales Manager": "SALES_MANAGER",
  "Sales Representative": "SALES_REP",
  "Inside Sales Coordinator": "SALES_COORDINATOR",
};
/** Department of the pack that everybody works in. */
export const DEPARTMENT = "SALES";

export function fullName(person: SampleFiles["employees"][number]): string {
  return `${person.firstName} ${person.lastName}`;
}

/** Everybody, still without manager: managers are employees themselves. */
export function employeeRows(
  { employees }: SampleFiles,
  ids: { readonly members: Ids; readonly positions: Ids; readonly departments: Ids },
): SampleCells[] {
  return employees.map((person) => ({
    number: numberOf(person.employeeID),
    name: fullName(person),
    member: idList(ids.members.get(fullName(person))),
    department: idList(ids.departments.get(DEPARTMENT)),
    position: idList(ids.positions.get(POSITIONS[person.title] ?? "")),
    hire_date: day(person.hireDate),
    status: ["active"],
  }));
}

export function managerRows({ employees }: SampleFiles, people: Ids): SampleCells[] {
  return employees
    .filter((person) => person.reportsTo !== "")
    .map((person) => ({
      number: numberOf(person.employeeID),
      manager: idList(people.get(numberOf(person.reportsTo))),
    }));
}

/** The one who reports to nobody heads the department. */
export function headRow({ employees }: SampleFiles, members: Ids): SampleCells {
  const head = employees.find((person) => person.reportsTo === "");
  return { code: DEPARTMENT, head: idList(head && members.get(fullName(head))) };
}

export function customerRows({ customers }: SampleFiles): SampleCells[] {
  return customers.map((customer) => ({
    code: customer.customerID,
    name: customer.companyName,
    contact: text(customer.contactName),
    city: text(customer.city),
    country: text(customer.country),
    phone: text(customer.phone),
  }));
}

export function orderRows(
  { employees, orders }: SampleFiles,
  ids: { readonly members: Ids; readonly customers: Ids },
): SampleCells[] {
  const owners = new Map(
    employees.map((person) => [person.employeeID, ids.members.get(fullName(person))]),
  );
  return orders.map((order) => ({
    number: order.orderID,
    customer: idList(ids.customers.get(order.customerID)),
    owner: idList(owners.get(order.employeeID)),
    order_date: day(order.orderDate),
    required_date: day(order.requiredDate),
    shipped_date: day(order.shippedDate),
    freight: number(order.freight),
    ship_country: text(order.shipCountry),
  }));
}

export function lineRows({ lines }: SampleFiles, orders: Ids): SampleCells[] {
  return lines.map((line) => ({
    number: `${line.orderID}-${line.productID}`,
    order: idList(orders.get(line.orderID)),
    product: line.productID,
    unit_price: number(line.unitPrice),
    quantity: number(line.quantity),
    discount: number(line.discount),
  }));
}

/** Every month and quarter of these years, looked at again on the 10th after its end. */
export function cycleRows(years: readonly number[]): SampleCells[] {
  const cycle = (
    name: string,
    kind: "month" | "quarter",
    year: number,
    months: [number, number],
  ) => ({
    name,
    kind: [kind],
    start: isoDay(year, months[0], 1),
    end: isoDay(year, months[1] + 1, 0),
    next_check: isoDay(year, months[1] + 1, 10),
    status: ["running"],
  });
  return years.flatMap((year) => [
    ...Array.from({ length: 12 }, (_, month) =>
      cycle(`${year}-${String(month + 1).padStart(2, "0")}`, "month", year, [month, month]),
    ),
    ...Array.from({ length: 4 }, (_, quarter) =>
      cycle(`${year}-Q${quarter + 1}`, "quarter", year, [quarter * 3, quarter * 3 + 2]),
    ),
  ]);
}

/** The files number people 1 to 9, which says too little as an employee number. */
function numberOf(employeeID: string): string {
  return `E${employeeID}`;
}

/** Months count from 0; day 0 is the last day of the month before. */
function isoDay(year: number, month: number, date: number): string {
  return new Date(Date.UTC(year, month, date)).toISOString().slice(0, 10);
}

function idList(id: string | undefined): FieldValue {
  return id === undefined ? null : [id];
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
