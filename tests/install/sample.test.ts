import { afterEach, beforeEach, expect, it } from "vitest";
import { Decimal } from "../../plugin/decimal.ts";
import { loadSample, type SampleProgress } from "../../plugin/install/sample.ts";
import { openStage, rowsOf, type Stage } from "./stage.ts";

let stage: Stage;
beforeEach(async () => {
  stage = openStage();
  await stage.install(["sales"]);
});
afterEach(() => stage.close());

const load = (onProgress?: (progress: SampleProgress) => void) =>
  loadSample({
    workspace: stage.workspace,
    db: stage.db,
    bindings: stage.bindings(),
    folder: "templates/sales/sample",
    addMembers: (names) =>
      Promise.resolve(names.map((name) => stage.embedded.grid.addMember({ name }))),
    locale: "zh-CN",
    ...(onProgress ? { onProgress } : {}),
  });

const counts = () =>
  Promise.all(
    ["employees", "customers", "orders", "order_lines", "cycles"].map((table) =>
      stage.workspace.records.count(stage.bindings().table(table)),
    ),
  );

it("loads the whole company", async () => {
  const seen: SampleProgress[] = [];

  const result = await load((progress) => seen.push(progress));

  expect(result).toEqual({ loaded: true, rows: 3117 });
  expect(await counts()).toEqual([9, 91, 830, 2155, 32]);
  expect(seen.at(-1)).toEqual({ table: "cycles", done: 3117, total: 3117 });
  const lines = await rowsOf(stage, "order_lines", "number");
  const net = [...lines.values()].reduce(
    (sum, { cells }) => sum.plus(String(cells["net"])),
    new Decimal(0),
  );
  expect(net.toFixed()).toBe("1265793.0395");
});

it("knows who is who", async () => {
  await load();

  const employees = await rowsOf(stage, "employees", "number");
  const positions = await rowsOf(stage, "positions", "code");
  const departments = await rowsOf(stage, "departments", "code");
  const memberOf = new Map((await stage.workspace.members()).map(({ id, name }) => [name, id]));
  expect(employees.get("E6")?.cells).toMatchObject({
    name: "Michael Suyama",
    member: [memberOf.get("Michael Suyama")],
    manager: [employees.get("E5")?.id],
    position: [positions.get("SALES_REP")?.id],
    department: [departments.get("SALES")?.id],
    hire_date: "1993-10-17",
  });
  expect(employees.get("E2")?.cells["manager"]).toBeNull();
  expect(departments.get("SALES")?.cells["head"]).toEqual([memberOf.get("Andrew Fuller")]);
});

it("reads NULL as empty and keeps figures exact", async () => {
  await load();

  const orders = await rowsOf(stage, "orders", "number");
  const open = [...orders.values()].filter(({ cells }) => cells["shipped_date"] === null);
  expect(open).toHaveLength(21);
  expect(orders.get("10248")?.cells).toMatchObject({ order_date: "1996-07-04", freight: "32.38" });
  const lines = await rowsOf(stage, "order_lines", "number");
  expect(lines.get("11077-2")?.cells).toMatchObject({
    unit_price: "19",
    quantity: "24",
    discount: "0.2",
    net: "364.8",
  });
});

it("opens every month and quarter of both years, and counts in dollars", async () => {
  await load();

  const cycles = await rowsOf(stage, "cycles", "name");
  expect(cycles.get("1998-02")?.cells).toMatchObject({
    start: "1998-02-01",
    end: "1998-02-28",
    next_check: "1998-03-10",
  });
  expect(cycles.get("1997-Q4")?.cells).toMatchObject({
    start: "1997-10-01",
    end: "1997-12-31",
    next_check: "1998-01-10",
  });
  const settings = await rowsOf(stage, "settings", "key");
  expect(settings.get("currency")?.cells["value"]).toBe("USD");
});

it("asks nothing of the workspace when everything was loaded", async () => {
  await load();
  const requests = stage.requests.length;

  expect(await load()).toEqual({ loaded: false, rows: 0 });

  expect(stage.requests.length).toBe(requests);
});

it.each([
  { writes: 2, isReplyLost: false },
  { writes: 7, isReplyLost: true },
  { writes: 20, isReplyLost: false },
])("goes on where it ended after $writes writes", async ({ writes, isReplyLost }) => {
  stage.endAfter(writes, isReplyLost);
  await expect(load()).rejects.toThrow();
  stage.goOn();

  await load();

  expect(await counts()).toEqual([9, 91, 830, 2155, 32]);
  expect(await stage.workspace.members()).toHaveLength(9);
});

it("leaves rows that people changed alone when our own state was lost", async () => {
  await load();
  const lines = await rowsOf(stage, "order_lines", "number");
  const line = lines.get("11039-28")?.id ?? "";
  const bindings = stage.bindings();
  const quantity = bindings.field("order_lines", "quantity");
  await stage.workspace.records.write(bindings.table("order_lines"), line, { [quantity]: "60" });
  stage.db.exec("DELETE FROM installed WHERE object LIKE 'sample/%'");

  await load();

  expect((await rowsOf(stage, "order_lines", "number")).get("11039-28")?.cells["quantity"]).toBe(
    "60",
  );
  expect(await counts()).toEqual([9, 91, 830, 2155, 32]);
});
