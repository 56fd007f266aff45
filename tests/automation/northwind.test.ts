import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse as parseYaml } from "yaml";
import { Decimal } from "../../plugin/decimal.ts";
import { parseFormula } from "../../plugin/formula/formula.ts";
import { scoreCase } from "../../plugin/kpi/cases.ts";
import { openStage, type Stage } from "./stage.ts";

/**
 * The sample company, counted a second time: straight from the CSV files, with whole numbers and
 * fractions, without anything of the engine. Every person, month and quarter of both years.
 */
const SCALE = 10n ** 12n;

interface Order {
  readonly id: string;
  readonly customer: string;
  readonly owner: string;
  readonly date: string;
  readonly required: string;
  readonly shipped: string;
}
interface Line {
  readonly order: Order;
  /** Scaled by 10^12. */
  readonly gross: bigint;
  readonly net: bigint;
  readonly discount: bigint;
}

const KPIS = parseYaml(
  readFileSync("templates/sales/rows/kpis.yaml", "utf8"),
  // Every scalar is a text, as packs have it.
  { schema: "failsafe" },
) as Record<string, Record<string, unknown>>;

/** A value of a pack as an installation in Chinese has it. */
function inChinese(value: unknown): string {
  return typeof value === "object" && value !== null && "zh" in value
    ? String(value.zh)
    : String(value);
}

function rows(file: string): Record<string, string>[] {
  return parse(readFileSync(`templates/sales/sample/${file}`), {
    columns: true,
    bom: true,
  }) as Record<string, string>[];
}

/** A decimal text as a whole number of 10^-6. */
function micro(text: string): bigint {
  const [whole = "0", fraction = ""] = text.split(".");
  return BigInt(whole + fraction.padEnd(6, "0").slice(0, 6));
}

const day = (text: string | undefined) =>
  text === undefined || text === "NULL" ? "" : text.slice(0, 10);

function readCompany(): { orders: Order[]; lines: Line[]; names: Map<string, string> } {
  const names = new Map(
    rows("employees.csv").map((row) => [
      row["employeeID"] ?? "",
      `${row["firstName"]} ${row["lastName"]}`,
    ]),
  );
  const orders = rows("orders.csv").map((row) => ({
    id: row["orderID"] ?? "",
    customer: row["customerID"] ?? "",
    owner: row["employeeID"] ?? "",
    date: day(row["orderDate"]),
    required: day(row["requiredDate"]),
    shipped: day(row["shippedDate"]),
  }));
  const byId = new Map(orders.map((order) => [order.id, order]));
  const lines = rows("order-details.csv").flatMap((row) => {
    const order = byId.get(row["orderID"] ?? "");
    if (!order) return [];
    const gross = micro(row["unitPrice"] ?? "") * BigInt(row["quantity"] ?? "") * 10n ** 6n;
    const discount = (gross * micro(row["discount"] ?? "")) / 10n ** 6n;
    return [{ order, gross, discount, net: gross - discount }];
  });
  return { orders, lines, names };
}

const { orders, lines, names } = readCompany();
const months = [1997, 1998].flatMap((year) =>
  Array.from({ length: 12 }, (_, index) => `${year}-${String(index + 1).padStart(2, "0")}`),
);
const quarters = [1997, 1998].flatMap((year) =>
  [1, 2, 3, 4].map((quarter) => `${year}-Q${quarter}`),
);

function monthsOf(period: string): readonly string[] {
  const [year = "", part = ""] = period.split("-");
  if (!part.startsWith("Q")) return [period];
  const first = (Number(part.slice(1)) - 1) * 3;
  return [1, 2, 3].map((step) => `${year}-${String(first + step).padStart(2, "0")}`);
}
const within = (date: string, period: string) => monthsOf(period).includes(date.slice(0, 7));
const sum = (all: readonly bigint[]) => all.reduce((a, b) => a + b, 0n);

/** "12.5" from a fraction with a positive denominator, rounded half away from 0 to 12 decimals. */
function text(numerator: bigint, denominator: bigint): string {
  if (numerator < 0n) return `-${text(-numerator, denominator)}`;
  const scaled = (numerator * SCALE * 2n + denominator) / (denominator * 2n);
  const digits = scaled.toString().padStart(13, "0");
  return `${digits.slice(0, -12)}.${digits.slice(-12)}`.replace(/\.?0+$/, "");
}

function before(period: string): string {
  const [year = "", part = ""] = period.split("-");
  const quarter = part.startsWith("Q");
  const number = Number(quarter ? part.slice(1) : part);
  const last = number === 1 ? (quarter ? 4 : 12) : number - 1;
  const of = number === 1 ? Number(year) - 1 : year;
  return quarter ? `${of}-Q${last}` : `${of}-${String(last).padStart(2, "0")}`;
}

function revenue(employee: string, period: string): bigint | null {
  const sold = lines.filter(({ order }) => within(order.date, period));
  return sold.length === 0
    ? null
    : sum(sold.filter(({ order }) => order.owner === employee).map((line) => line.net));
}

function growth(employee: string, period: string): string | null {
  const [now, base] = [revenue(employee, period), revenue(employee, before(period))];
  return now === null || base === null || base === 0n ? null : text(now - base, base);
}

function counted(employee: string, period: string): Record<string, string | null> {
  const mine = (order: Order) => order.owner === employee;
  const sold = lines.filter(({ order }) => mine(order) && within(order.date, period));
  const net = revenue(employee, period);
  const handled = orders.filter((order) => mine(order) && within(order.date, period));
  const anyHandled = orders.some((order) => within(order.date, period));
  const due = orders.filter((order) => mine(order) && within(order.required, period));
  const first = new Map<string, Order>();
  for (const order of orders) {
    const known = first.get(order.customer);
    // The files are in order of their numbers, which is the order of ties.
    if (!known || order.date < known.date) first.set(order.customer, order);
  }
  const won = [...first.values()].filter((order) => mine(order) && within(order.date, period));
  const gross = sum(sold.map((line) => line.gross));
  return {
    REVENUE: net === null ? null : text(net, SCALE),
    GROWTH: growth(employee, period),
    ORDERS: anyHandled ? String(handled.length) : null,
    NEW_CUSTOMERS: anyHandled ? String(won.length) : null,
    ON_TIME:
      due.length === 0
        ? null
        : text(
            BigInt(
              due.filter((order) => order.shipped !== "" && order.shipped <= order.required).length,
            ),
            BigInt(due.length),
          ),
    DISCOUNT: gross === 0n ? null : text(sum(sold.map((line) => line.discount)), gross),
  };
}

describe("the sample company", () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = openStage();
    await stage.install();
    await stage.automation().openCycles();
    await stage.settle();
  }, 180_000);
  afterAll(() => stage.close());

  it.each([...months, ...quarters])(
    "%s: every actual of every person is what the files say",
    (period) => {
      const exported = stage.automation().views.exportCycle(period);

      for (const [employee, name] of names) {
        const items = exported.find((row) => row.employee === name)?.items ?? [];
        const actuals = Object.fromEntries(items.map((item) => [item.kpi, item.actual]));
        expect([name, actuals]).toEqual([name, counted(employee, period)]);
      }
    },
  );

  it("has a sheet for everybody and the department in every cycle, with contributions that add up", () => {
    const all = [...months, ...quarters].flatMap((period) =>
      stage.automation().views.exportCycle(period),
    );

    expect(all).toHaveLength(32 * 10);
    const micros = (value: string | null) =>
      value === null ? 0n : BigInt(Math.round(Number(value) * 1e4));
    for (const row of all.filter((one) => one.total !== null)) {
      const parts = sum(row.items.map((item) => micros(item.contribution)));
      // Four decimals each: six items may be off by a few units, the total is shown with two.
      expect(Math.abs(Number(parts - micros(row.total)))).toBeLessThanOrEqual(53);
    }
  });

  it("takes the median of the six preceding periods as target", () => {
    const target = stage
      .automation()
      .views.exportCycle("1998-04")
      .find((row) => row.employee === "Nancy Davolio")
      ?.items.find((item) => item.kpi === "REVENUE")?.target;
    const preceding = ["1997-10", "1997-11", "1997-12", "1998-01", "1998-02", "1998-03"]
      .map((period) => Number(counted("1", period)["REVENUE"]))
      .sort((a, b) => a - b);

    expect(Number(target)).toBeCloseTo(((preceding[2] ?? 0) + (preceding[3] ?? 0)) / 2, 3);
  });

  it("P12: every actual and score comes out again from what is kept with it", async () => {
    const { views } = stage.automation();
    let again = 0;

    for (const row of views.sheets({})) {
      const sheet = await views.sheet(row.id, "zh-CN");
      for (const item of sheet?.itemViews ?? []) {
        const kpi = KPIS[item.kpi.code];
        if (!kpi || item.status !== "OK") continue;
        const formula = parseFormula(inChinese(kpi["formula"]));
        if (!formula.ok) throw new Error(item.kpi.code);
        const inputs = new Map(item.inputs.map(({ name, value }) => [name, value]));
        const actual = formula.formula.evaluate((name) => ({
          kind: "number",
          value: new Decimal(inputs.get(name) ?? "NaN"),
        }));
        const params = Object.entries(kpi).map(([key, value]) => [key, inChinese(value)]);
        const score = scoreCase(
          {
            method: kpi["method"],
            direction: kpi["direction"],
            actual: item.actual,
            target: item.targetUsed,
            params: Object.fromEntries(params) as unknown,
          },
          0,
        );

        expect(item.kpiVersion).toBe("1");
        expect(actual.kind === "number" && actual.value.toDecimalPlaces(12).toFixed()).toBe(
          item.actual,
        );
        expect(score.value?.toFixed()).toBe(item.score);
        again += 1;
      }
    }

    expect(again).toBeGreaterThan(1000);
  });

  it("equals its own recomputation", async () => {
    expect(await stage.automation().recompute()).toMatchObject({ differences: 0, sheets: 320 });
  });
});
