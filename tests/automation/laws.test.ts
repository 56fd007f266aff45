import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { SPLITS, type Split } from "../../plugin/automation/company.ts";
import { AGGREGATES, type Aggregate } from "../../plugin/kpi/cell.ts";
import { openSmallCompany, type SmallCompany } from "./small-company.ts";

/**
 * The law everything rests on: whatever happens, in whatever order the news of it arrives, the
 * incremental state is what a full recomputation gives, to the last digit.
 */
let company: SmallCompany;
const waiting: Uint8Array[] = [];

beforeAll(async () => {
  company = await openSmallCompany();
  const automation = company.stage.automation();
  await automation.idle();
  await automation.openCycles();
  await automation.idle();
  company.stage.embedded.setDeliver((delivery) => {
    waiting.push(delivery.body);
    return Promise.resolve(true);
  }, "http://plugin.test/hooks/huoban/secret");
});
afterAll(() => company.stage.close());

const index = fc.nat({ max: 1000 });
const price = fc.constantFrom("0", "0.01", "12.5", "99.99", "1234567.891", null);
const day = fc
  .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 28 }))
  .map(([month, date]) => `2026-0${month}-${String(date).padStart(2, "0")}`);

type Step =
  | { readonly kind: "order" | "line" | "drop-order" | "drop-line"; readonly at: number }
  | { readonly kind: "owner" | "customer"; readonly at: number; readonly to: number }
  | {
      readonly kind: "dates";
      readonly at: number;
      readonly date: string;
      readonly shipped: string | null;
    }
  | {
      readonly kind: "amount";
      readonly at: number;
      readonly price: string | null;
      readonly discount: string;
    }
  | { readonly kind: "move-line"; readonly at: number; readonly to: number }
  | { readonly kind: "target"; readonly at: number; readonly value: string | null }
  | { readonly kind: "department" | "member"; readonly at: number; readonly to: number }
  | { readonly kind: "cap"; readonly at: number; readonly value: string }
  | { readonly kind: "filter"; readonly at: number; readonly text: string | null }
  | {
      readonly kind: "measure";
      readonly at: number;
      readonly aggregate: Aggregate;
      readonly split: Split | null;
      readonly unit: string | null;
      readonly percentile: string;
    }
  | { readonly kind: "told"; readonly at: number; readonly formula: string; readonly unit: string }
  | { readonly kind: "lock" | "unlock"; readonly at: number }
  | { readonly kind: "band"; readonly value: string };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom("order", "line", "drop-order", "drop-line"),
      at: index,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constantFrom("owner", "customer"), at: index, to: index }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("dates"),
      at: index,
      date: day,
      shipped: fc.option(day),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("amount"),
      at: index,
      price,
      discount: fc.constantFrom("0", "0.05", "0.333", "1"),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("move-line"), at: index, to: index }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("target"),
      at: index,
      value: fc.constantFrom("1", "50", "0.9", null),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom("department", "member"), at: index, to: index }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("cap"),
      at: index,
      value: fc.constantFrom("110", "120", "150", "-5"),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("filter"),
      at: index,
      text: fc.constantFrom(null, "数量>2", "数量>", "没有这个字段=1"),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("measure"),
      at: index,
      aggregate: fc.constantFrom(...AGGREGATES),
      split: fc.option(fc.constantFrom(...SPLITS)),
      unit: fc.constantFrom(null, "元", "万元", "秒", "%", "百分点", "元/单", "没有这个单位"),
      percentile: fc.constantFrom("0", "12.5", "90", "101"),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("told"),
      at: index,
      formula: fc.constantFrom(
        "REVENUE",
        "REVENUE-REVENUE.去年同期",
        "REVENUE/ORDERS",
        "REVENUE+DISCOUNT",
      ),
      unit: fc.constantFrom("CNY", "万元", "%", "分钟"),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("lock", "unlock"), at: index }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("band"),
      value: fc.constantFrom("85", "90", "93", "97"),
    }),
  },
) as fc.Arbitrary<Step>;

function pick<T>(all: readonly T[], at: number): T | undefined {
  return all.length === 0 ? undefined : all[at % all.length];
}

async function perform(one: Step): Promise<void> {
  const { orders, lines, members, customers, employees, departments } = company;
  const at = "at" in one ? one.at : 0;
  const order = pick(orders, at);
  const line = pick(lines, at);
  switch (one.kind) {
    case "order":
      orders.push(company.order());
      break;
    case "line":
      if (order) lines.push(company.line(order));
      break;
    case "drop-order":
      if (order && orders.length > 4)
        company.remove(orders.splice(orders.indexOf(order), 1)[0] ?? "");
      break;
    case "drop-line":
      if (line) company.remove(lines.splice(lines.indexOf(line), 1)[0] ?? "");
      break;
    case "owner":
      if (order)
        company.update("orders", order, {
          owner: [pick([...members, company.user], one.to) ?? ""],
        });
      break;
    case "customer":
      if (order) company.update("orders", order, { customer: [pick(customers, one.to) ?? ""] });
      break;
    case "dates":
      if (order)
        company.update("orders", order, {
          order_date: one.date,
          required_date: one.date,
          shipped_date: one.shipped,
        });
      break;
    case "amount":
      if (line)
        company.update("order_lines", line, { unit_price: one.price, discount: one.discount });
      break;
    case "move-line":
      if (line) company.update("order_lines", line, { order: [pick(orders, one.to) ?? ""] });
      break;
    case "target": {
      const rows = company.stage.db
        .prepare<[], { id: string }>("SELECT id FROM items ORDER BY id")
        .all();
      const item = pick(rows, at);
      if (item) company.update("items", item.id, { target: one.value });
      break;
    }
    case "department":
      company.update("employees", pick(employees, at) ?? "", {
        department: [pick(departments, one.to) ?? ""],
      });
      break;
    case "member":
      company.update("employees", pick(employees, at) ?? "", {
        member: [pick(members, one.to) ?? ""],
      });
      break;
    case "cap":
      company.update(
        "kpis",
        await company.find("kpis", "code", pick(["REVENUE", "ORDERS"], at) ?? ""),
        { cap: one.value },
      );
      break;
    case "filter":
      company.update(
        "sources",
        await company.find("sources", "key", pick(["REVENUE", "DISCOUNT"], at) ?? ""),
        { filter: one.text },
      );
      break;
    case "measure": {
      const source = await company.find("sources", "key", pick(["REVENUE", "DISCOUNT"], at) ?? "");
      company.update("sources", source, {
        aggregate: company.option("sources", "aggregate", one.aggregate),
        split: one.split && company.option("sources", "split", one.split),
        unit: one.unit,
        percentile: one.percentile,
        denominator: "quantity",
        distinct_by: "order",
        group_by: "order.customer",
      });
      break;
    }
    case "told":
      company.update("kpis", await company.find("kpis", "code", "REVENUE"), {
        formula: one.formula,
        measured_in: one.unit,
      });
      break;
    case "lock":
    case "unlock":
      company.update("cycles", pick(company.cycles, at) ?? "", {
        status: company.option("cycles", "status", one.kind === "lock" ? "locked" : "running"),
      });
      break;
    case "band":
      company.update("grades", await company.find("grades", "grade", "A"), { lower: one.value });
      break;
  }
}

/** How the news travels: kept in order, repeated, shuffled or partly lost. */
const journey = fc.record({
  burst: fc.integer({ min: 1, max: 6 }),
  twice: fc.boolean(),
  reversed: fc.boolean(),
  lost: fc.boolean(),
});

it("incremental state = full recompute after any changes, with events repeated, reordered and lost", async () => {
  const { stage } = company;
  const automation = stage.automation();
  let moved = 0;

  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 14 }),
      journey,
      async (steps, way) => {
        for (const [position, one] of steps.entries()) {
          await perform(one);
          if (position % way.burst !== 0) continue;
          await stage.embedded.idle();
          const arrived = waiting.splice(0);
          if (way.reversed) arrived.reverse();
          arrived
            .filter((_, place) => !way.lost || place % 3 !== 1)
            .forEach((body) => {
              automation.receive(body);
              if (way.twice) automation.receive(body);
            });
          await automation.idle();
        }
        await stage.embedded.idle();
        waiting.splice(0);
        // What was lost on the way is found by going through the tables.
        await automation.reconcile("full");
        await automation.idle();
        moved += automation.views.ledger({ limit: 1 }, "zh-CN").length;

        const { differences } = await automation.recompute();

        expect(differences).toBe(0);
        expect(automation.health().failed).toEqual([]);
      },
    ),
    { numRuns: Number(process.env["LAW_RUNS"] ?? 30), endOnFailure: true },
  );

  expect(moved).toBeGreaterThan(10);
}, 600_000);
