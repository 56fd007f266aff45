import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isPluginError } from "../../plugin/errors.ts";
import { availablePacks, readPacks } from "../../plugin/install/read-packs.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "packs-"));
  cpSync("templates", folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

function edit(file: string, from: string, to: string) {
  const path = join(folder, file);
  const text = readFileSync(path, "utf8");
  expect(text).toContain(from);
  writeFileSync(path, text.replace(from, to));
}

function refusal(ids: readonly string[] = ["sales"]) {
  try {
    readPacks(folder, ids);
  } catch (error) {
    if (isPluginError(error)) return { code: error.code, ...error.details };
    throw error;
  }
  return null;
}

it("reads a pack after the packs it requires", () => {
  const packs = readPacks(folder, ["sales", "core"]);

  expect(packs.map((pack) => pack.id)).toEqual(["core", "sales"]);
  expect(packs[1]?.tableOf.get("orders")?.name).toEqual({ zh: "订单", en: "Orders" });
});

it("keeps figures as they are written", () => {
  edit("core/rows/settings.yaml", 'value: "0.6"', 'value: "0.60"');

  const [core] = readPacks(folder, ["core"]);

  expect(core?.rowsOf.get("settings")?.["min_coverage"]?.["value"]).toBe("0.60");
});

it("changes the digest exactly when a file changes", () => {
  const [before] = readPacks(folder, ["core"]);
  const [same] = readPacks(folder, ["core"]);
  edit("core/rows/grades.yaml", "lower: 95", "lower: 96");
  const [after] = readPacks(folder, ["core"]);

  expect(same?.digest).toBe(before?.digest);
  expect(after?.digest).not.toBe(before?.digest);
});

it("says which packs there are when one is unknown", () => {
  expect(availablePacks(folder)).toEqual(["core", "sales"]);
  expect(refusal(["hr"])).toEqual({
    code: "install/pack-unknown",
    pack: "hr",
    available: "core, sales",
  });
});

describe("refuses, with file, path and reason,", () => {
  it.each([
    [
      "a misspelt property",
      "core/tables/kpis.yaml",
      "    required: true",
      "    requierd: true",
      "fields.name",
      "requierd",
    ],
    [
      "a type that does not exist",
      "core/tables/kpis.yaml",
      "type: number",
      "type: figure",
      "fields.decimals.type",
      "Invalid option",
    ],
    [
      "a text in one language",
      "core/tables/kpis.yaml",
      "name: { zh: KPI指标库, en: KPI library }",
      "name: { zh: KPI指标库 }",
      "name.en",
      "",
    ],
    ["broken YAML", "core/tables/kpis.yaml", "group: configuration", "group: [", "line", ""],
    ["the same key twice", "core/rows/grades.yaml", "A:\n", "S:\n", "line", "unique"],
    [
      "a relation to no table",
      "sales/tables/orders.yaml",
      "relatedTable: customers",
      "relatedTable: clients",
      "fields.customer",
      "clients",
    ],
    [
      "a calculation over no field",
      "sales/tables/order_lines.yaml",
      "{quantity}",
      "{count}",
      "fields.net",
      "{count}",
    ],
    [
      "a view of no field",
      "sales/tables/orders.yaml",
      "order: [required_date]",
      "order: [due_date]",
      "views.open",
      "due_date",
    ],
    [
      "a view filtering by no option",
      "core/tables/employees.yaml",
      "[active]",
      "[retired]",
      "views.active",
      "retired",
    ],
    [
      "two fields of one name",
      "sales/tables/customers.yaml",
      "zh: 城市",
      "zh: 国家",
      "fields.country.name.zh",
      "another",
    ],
    [
      "a cell of no field",
      "core/rows/grades.yaml",
      "coefficient: 1.5",
      "factor: 1.5",
      "S.factor",
      "factor",
    ],
    [
      "a number that is none",
      "core/rows/grades.yaml",
      "lower: 95",
      "lower: high",
      "S.lower",
      "number",
    ],
    [
      "an option that does not exist",
      "sales/rows/kpis.yaml",
      "method: RATIO",
      "method: RATE",
      "REVENUE.method",
      "RATE",
    ],
    [
      "a row that does not exist",
      "sales/rows/kpis.yaml",
      "counters: [DISCOUNT, ON_TIME]",
      "counters: [MARGIN]",
      "REVENUE.counters",
      "MARGIN",
    ],
    [
      "a cell that only the engine writes",
      "core/rows/grades.yaml",
      "lower: 95",
      "lower: 95\n  check: fine",
      "S.check",
      "engine",
    ],
    [
      "a row without a required cell",
      "sales/rows/schemes.yaml",
      "  weight: 30\n",
      "",
      "SALES_REP|REVENUE",
      "weight",
    ],
    [
      "several values where one fits",
      "sales/rows/schemes.yaml",
      "position: SALES_REP",
      "position: [SALES_REP, SALES_VP]",
      "SALES_REP|REVENUE.position",
      "one value",
    ],
    [
      "a reference to no field",
      "sales/rows/sources.yaml",
      "{orders.owner}",
      "{orders.seller}",
      "REVENUE.person",
      "{orders.seller}",
    ],
    [
      "a file that is missing",
      "sales/pack.yaml",
      "  - customers",
      "  - clients",
      "tables",
      "clients",
    ],
    [
      "a circle of requirements",
      "core/pack.yaml",
      "tables:",
      "requires: [sales]\ntables:",
      "requires",
      "sales requires",
    ],
  ])("%s", (_case, file, from, to, path, reason) => {
    edit(file, from, to);

    const refused = refusal();

    expect(refused).toMatchObject({
      code: "install/pack-invalid",
      path: expect.stringContaining(path) as string,
      reason: expect.stringContaining(reason) as string,
    });
  });
});
