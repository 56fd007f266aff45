import { expect, onTestFinished } from "vitest";
import type { Locale } from "../../plugin/words/words.ts";
import type { FieldValue } from "../../plugin/workspace/workspace.ts";
import { sumOf } from "./ruled-company.ts";
import { openSmallCompany } from "./small-company.ts";

type Cells = Readonly<Record<string, FieldValue>>;
export type Person = "Ada" | "Ben" | "Cleo";

/**
 * The small company with two KPIs whose figures a test sets one by one: A (weight 60, a quantity) and
 * B (weight 40, a rate), targets 100, capped at 200; departments have A alone, Sales with target 300.
 * Ada and Ben are in Sales, Cleo in North below it. Nothing is open yet: see `open`.
 */
export async function openFigures() {
  const company = await openSmallCompany();
  const { stage, create, update, remove, option, find } = company;
  const [sales = "", north = ""] = company.departments;
  const position = await find("positions", "code", "SALES_REP");
  const setting = async (key: string, value: string) =>
    update("settings", await find("settings", "key", key), { value });
  await setting("feedback", "off");
  await setting("locale", "en-US");
  const bindings = stage.bindings();
  const kept: string[] = [];
  for await (const page of stage.workspace.records.pages(bindings.table("schemes")))
    kept.push(...page.map((row) => row.id));
  kept.forEach((row) => remove(row));

  const schemes = new Map<string, string>();
  const source = (key: string, cells: Cells = {}) =>
    create("sources", {
      name: key,
      key,
      table: "订单",
      person: "负责人",
      date: "下单日期",
      aggregate: option("sources", "aggregate", "sum"),
      value: "运费",
      filter: `收货国家="${key}"`,
      when_empty: option("sources", "when_empty", "no_data"),
      enabled: true,
      ...cells,
    });
  const kpi = (code: string, cells: Cells = {}) =>
    create("kpis", {
      name: `KPI ${code}`,
      code,
      formula: code,
      method: option("kpis", "method", "RATIO"),
      cap: "200",
      status: option("kpis", "status", "published"),
      ...cells,
    });
  const scheme = (code: string, kpi: string, cells: Cells) =>
    schemes.set(
      code,
      create("schemes", {
        code,
        applies: option("schemes", "applies", "individual"),
        position: [position],
        kpi: [kpi],
        target_rule: option("schemes", "target_rule", "fixed"),
        target: "100",
        kinds: option("schemes", "kinds", "month"),
        ...cells,
      }),
    );
  source("A");
  source("B");
  const kpis = {
    a: kpi("A", { nature: option("kpis", "nature", "flow") }),
    b: kpi("B"),
  };
  scheme("A", kpis.a, { weight: "60" });
  scheme("B", kpis.b, { weight: "40" });
  const above = {
    applies: option("schemes", "applies", "department"),
    position: [],
    weight: "100",
  };
  scheme("SALES", kpis.a, { ...above, department: [sales], target: "300" });
  scheme("NORTH", kpis.a, { ...above, department: [north] });

  const who = (person: Person) => ["Ada", "Ben", "Cleo"].indexOf(person);
  let number = 1000;
  /** A record that counts `value` for a person's KPI; returns its id. */
  const figure = (person: Person, code: string, value: string, month = "2026-01") => {
    number += 1;
    return create("orders", {
      number: `F${number}`,
      owner: [company.members[who(person)] ?? ""],
      order_date: `${month}-15`,
      freight: value,
      ship_country: code,
    });
  };
  const change = (record: string, value: string) => update("orders", record, { freight: value });
  const ada = { a: figure("Ada", "A", "90"), b: figure("Ada", "B", "50") };
  const ben = { a: figure("Ben", "A", "120"), b: figure("Ben", "B", "80") };
  const cleo = { a: figure("Cleo", "A", "60"), b: figure("Cleo", "B", "100") };

  const automation = stage.automation();
  const sheet = async (code: string, locale: Locale = "en-US") => {
    const found = await automation.views.sheet(code, locale);
    if (!found) throw new Error(`There is no sheet ${code}`);
    return found;
  };
  return {
    ...company,
    position,
    kpis,
    schemes,
    source,
    kpi,
    scheme,
    figure,
    change,
    records: { ada, ben, cleo },
    employee: (person: Person) => company.employees[who(person)] ?? "",
    setting,
    /** Sheets of all running cycles come into being; from now on changes reach the engine. */
    async open() {
      await automation.idle();
      await automation.openCycles();
      stage.connect();
      await stage.settle();
    },
    sheet,
    item: async (code: string, kpi: string, locale: Locale = "en-US") => {
      const found = (await sheet(code, locale)).itemViews.find((item) => item.kpi.code === kpi);
      if (!found) throw new Error(`${code} has no item ${kpi}`);
      return found;
    },
    /** What the row of a sheet or item says in the workspace. */
    shown: async (table: "sheets" | "items", code: string, key: string) => {
      const row = await find(table, "code", code);
      const records = await stage.workspace.records.read(bindings.table(table), [row]);
      return records.get(row)?.fields[bindings.field(table, key)] ?? null;
    },
  };
}
export type Figures = Awaited<ReturnType<typeof openFigures>>;

/** Opened with all sheets of the running cycles, and closed with the test. */
export async function openedFigures(
  prepare: (company: Figures) => void | Promise<void> = () => undefined,
) {
  const company = await openFigures();
  onTestFinished(() => company.stage.close());
  await prepare(company);
  await company.open();
  return company;
}

/** Every sheet adds up, nothing differs from a recomputation, and the workspace shows it. */
export async function expectLawful({ stage, sheet }: Figures): Promise<void> {
  const automation = stage.automation();
  expect((await automation.recompute()).differences).toBe(0);
  expect(automation.health()).toMatchObject({ outbox: 0, failed: [] });
  for (const { id } of automation.views.sheets({})) {
    const detail = await sheet(id);
    if (detail.exactTotal !== null) expect(sumOf(detail)).toBe(detail.exactTotal);
  }
}
