import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { packInvalid } from "./pack.ts";

/** The sample company as its files have it: text, empty where the original says NULL. */
export interface SampleFiles {
  readonly employees: readonly SampleRow<
    "employeeID" | "lastName" | "firstName" | "title" | "hireDate" | "reportsTo"
  >[];
  readonly customers: readonly SampleRow<
    "customerID" | "companyName" | "contactName" | "city" | "country" | "phone"
  >[];
  readonly orders: readonly SampleRow<
    | "orderID"
    | "customerID"
    | "employeeID"
    | "orderDate"
    | "requiredDate"
    | "shippedDate"
    | "freight"
    | "shipCountry"
  >[];
  readonly lines: readonly SampleRow<
    "orderID" | "productID" | "unitPrice" | "quantity" | "discount"
  >[];
}
type SampleRow<Column extends string> = Readonly<Record<Column, string>>;

/** @throws install/pack-invalid for a file without one of its columns */
export function readSampleFiles(folder: string): SampleFiles {
  return {
    employees: readFile(folder, "employees.csv", [
      "employeeID",
      "lastName",
      "firstName",
      "title",
      "hireDate",
      "reportsTo",
    ]),
    customers: readFile(folder, "customers.csv", [
      "customerID",
      "companyName",
      "contactName",
      "city",
      "country",
      "phone",
    ]),
    orders: readFile(folder, "orders.csv", [
      "orderID",
      "customerID",
      "employeeID",
      "orderDate",
      "requiredDate",
      "shippedDate",
      "freight",
      "shipCountry",
    ]),
    lines: readFile(folder, "order-details.csv", [
      "orderID",
      "productID",
      "unitPrice",
      "quantity",
      "discount",
    ]),
  };
}

function readFile<Column extends string>(
  folder: string,
  file: string,
  columns: readonly Column[],
): SampleRow<Column>[] {
  const lines: string[][] = parse(readFileSync(join(folder, file), "utf8"));
  const [head = [], ...rows] = lines;
  const places = columns.map((column): [Column, number] => {
    const place = head.indexOf(column);
    if (place < 0) throw packInvalid(file, column, "there is no such column");
    return [column, place];
  });
  return rows.map((row) => {
    const cells = places.map(([column, place]) => {
      const text = row[place] ?? "";
      return [column, text === "NULL" ? "" : text];
    });
    // One entry for each of the columns, as built above.
    return Object.fromEntries(cells) as SampleRow<Column>;
  });
}
