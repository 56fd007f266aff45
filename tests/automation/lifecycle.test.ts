import { expect, it } from "vitest";
import { opened, item, sheet, bent, comments } from "./opened-company.ts";
import { PluginError } from "../../plugin/errors.ts";
import { openDatabase } from "../../plugin/database.ts";
import { openAutomation } from "../../plugin/automation/automation.ts";
import { silentLog } from "../../plugin/log.ts";

const event = (table: string, id: string) =>
  Buffer.from(
    JSON.stringify({ event: "item.update", source_id: table, data: { item: { item_id: id } } }),
  );
const down = () => {
  throw new PluginError("workspace/unreachable", { operation: "test" });
};

it("an outage while sheets are opened only delays them", async () => {
  const company = await opened();
  let outage = true;
  const automation = bent(company, (w) => ({
    ...w,
    records: { ...w.records, upsert: (...args) => (outage ? down() : w.records.upsert(...args)) },
  }));
  company.stage.embedded.setDeliver((d) => {
    automation.receive(d.body);
    return Promise.resolve(true);
  }, "http://plugin.test/hooks/huoban/secret");
  company.create("cycles", {
    name: "2026-04",
    kind: company.option("cycles", "kind", "month"),
    start: "2026-04-01",
    end: "2026-04-30",
    status: company.option("cycles", "status", "running"),
  });
  await company.stage.embedded.idle();
  await automation.idle().catch(() => undefined);
  outage = false;
  for (let i = 0; i < 3; i++) {
    await company.stage.embedded.idle();
    await automation.idle();
    await automation.reconcile("full");
  }
  expect(sheet(company, "E1|2026-04")).not.toBeNull();
});

it("a corrected employee number does not open every sheet a second time", async () => {
  const company = await opened();
  const count = () =>
    company.stage.db.prepare<[], { n: number }>("SELECT count(*) AS n FROM sheets").get()?.n;
  const before = count();
  company.update("employees", company.employees[0] ?? "", { number: "A1" });
  await company.stage.settle();
  expect(count()).toBe(before);
});

it("a corrected KPI code does not put the KPI on every sheet twice", async () => {
  const company = await opened();
  const items = () =>
    company.stage.db
      .prepare<[], { code: string }>(
        "SELECT code FROM items WHERE code LIKE 'E1|2026-02|%' ORDER BY code",
      )
      .all()
      .map((row) => row.code);
  const before = items().length;
  company.update("kpis", await company.find("kpis", "code", "ORDERS"), { code: "ORDER_COUNT" });
  await company.stage.settle();
  expect(items()).toHaveLength(before);
});

it("a renamed cycle does not open every sheet a second time", async () => {
  const company = await opened();
  const count = () =>
    company.stage.db.prepare<[], { n: number }>("SELECT count(*) AS n FROM sheets").get()?.n;
  const before = count();
  company.update("cycles", company.cycles[0] ?? "", { name: "2026年1月" });
  await company.stage.settle();
  expect(count()).toBe(before);
});

it("a sheet deleted by a person does not come back with the new KPI alone", async () => {
  const company = await opened();
  const old = sheet(company, "E1|2026-02");
  company.remove(old?.id ?? "");
  await company.stage.settle();
  const kpi = company.create("kpis", {
    name: "X",
    code: "X",
    formula: "ORDERS*2",
    method: company.option("kpis", "method", "RATIO"),
    status: company.option("kpis", "status", "published"),
  });
  company.create("schemes", {
    code: "REP|X",
    applies: company.option("schemes", "applies", "individual"),
    position: [await company.find("positions", "code", "SALES_REP")],
    kpi: [kpi],
    weight: "5",
    target_rule: company.option("schemes", "target_rule", "fixed"),
    target: "1",
    kinds: company.option("schemes", "kinds", "month"),
  });
  await company.stage.settle();
  const back = sheet(company, "E1|2026-02");
  const items = back
    ? company.stage.db
        .prepare<[string], { code: string }>("SELECT code FROM items WHERE sheet_id = ?")
        .all(back.id)
        .map((row) => row.code)
    : null;
  // Either it stays away, or it is whole.
  expect(items === null || items.length === 7, JSON.stringify({ back, items })).toBe(true);
});

it("a refilling that breaks off leaves no half-empty state in force", async () => {
  const company = await opened();
  const { stage } = company;
  const before = item(company, "E1|2026-Q1|REVENUE")?.actual;
  stage.db
    .prepare("UPDATE cells SET value = '1' WHERE subject = ?")
    .run(company.employees[1] ?? "");
  let reads = 0;
  const lines = company.bindings.table("order_lines");
  const automation = bent(company, (w) => ({
    ...w,
    records: {
      ...w.records,
      pages: (table, options) => {
        if (table === lines && ++reads === 2) down();
        return w.records.pages(table, options);
      },
    },
  }));
  await expect(automation.recompute()).rejects.toThrow();
  // the next event, or a restart
  const again = bent(company, (w) => w);
  company.stage.embedded.setDeliver((d) => {
    again.receive(d.body);
    return Promise.resolve(true);
  }, "http://plugin.test/hooks/huoban/secret");
  const order = company.orders[2] ?? "";
  company.update("orders", order, { freight: "3", order_date: "2026-01-11" });
  await stage.embedded.idle();
  await again.idle();
  const line = company.line(order, { unit_price: "1", quantity: "1", discount: "0" });
  await stage.embedded.idle();
  await again.idle();
  company.remove(line);
  await stage.embedded.idle();
  await again.idle();
  expect((await again.recompute()).differences).toBe(0);
  void before;
});

it("a change on its way while recomputing is no difference, and is put down to its record", async () => {
  const company = await opened();
  const { stage } = company;
  const line = company.lines[0] ?? "";
  const held: Uint8Array[] = [];
  stage.embedded.setDeliver((d) => {
    held.push(d.body);
    return Promise.resolve(true);
  }, "http://plugin.test/hooks/huoban/secret");
  company.update("order_lines", line, { unit_price: "77" });
  await stage.embedded.idle();
  const { differences } = await stage.automation().recompute();
  for (const body of held) stage.automation().receive(body);
  await stage.automation().idle();
  const last = stage.db
    .prepare<[], { cause: string }>("SELECT cause FROM ledger ORDER BY id DESC LIMIT 1")
    .get();
  expect([differences, last?.cause]).toEqual([0, "record"]);
});

it("a correction made before the lock counts, however late both are heard of", async () => {
  const company = await opened();
  const { stage } = company;
  const held: Uint8Array[] = [];
  stage.embedded.setDeliver((d) => {
    held.push(d.body);
    return Promise.resolve(true);
  }, "http://plugin.test/hooks/huoban/secret");
  const order = company.order({
    owner: [company.members[0] ?? ""],
    order_date: "2026-01-10",
    required_date: "2026-01-20",
    shipped_date: "2026-01-15",
  });
  void order;
  await stage.embedded.idle();
  const before = item(company, "E1|2026-01|ORDERS")?.actual;
  company.update("cycles", company.cycles[0] ?? "", {
    status: company.option("cycles", "status", "locked"),
  });
  await stage.embedded.idle();
  for (const body of held.splice(0)) stage.automation().receive(body);
  await stage.automation().idle();
  expect(Number(item(company, "E1|2026-01|ORDERS")?.actual)).toBe(Number(before) + 1);
});

it("a state begun anew knows the results of locked sheets", async () => {
  const company = await opened();
  const { stage } = company;
  company.update("cycles", company.cycles[0] ?? "", {
    status: company.option("cycles", "status", "locked"),
  });
  await stage.settle();
  const before = stage
    .automation()
    .views.sheets({ cycle: "2026-01" })
    .map((row) => [row.code, row.total, row.grade]);
  const db = openDatabase(":memory:");
  const fresh = openAutomation({
    db,
    workspace: stage.workspace,
    bindings: company.bindings,
    log: silentLog(),
    now: () => new Date("2026-11-23T02:00:00Z"),
  });
  await fresh.idle();
  expect(
    fresh.views.sheets({ cycle: "2026-01" }).map((row) => [row.code, row.total, row.grade]),
  ).toEqual(before);
});

it("stop during start stops", async () => {
  const company = await opened();
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  let reads = 0;
  const automation = bent(company, (w) => ({
    ...w,
    structure: {
      ...w.structure,
      read: async () => {
        reads += 1;
        await gate;
        return w.structure.read();
      },
    },
  }));
  const starting = automation.start();
  const stopping = automation.stop();
  open();
  await starting;
  await stopping;
  const before = company.stage.requests.length;
  automation.receive(event(company.bindings.table("orders"), company.orders[0] ?? ""));
  await new Promise((resolve) => setTimeout(resolve, 500));
  const worked = company.stage.requests.length - before;
  await automation.stop();
  void reads;
  expect(worked).toBe(0);
});

it("deleting the row of a locked cycle does not wipe its results", async () => {
  const company = await opened();
  company.update("cycles", company.cycles[0] ?? "", {
    status: company.option("cycles", "status", "locked"),
  });
  await company.stage.settle();
  const before = sheet(company, "E1|2026-01");
  company.remove(company.cycles[0] ?? "");
  await company.stage.settle();
  expect(sheet(company, "E1|2026-01")).toEqual(before);
});

it("a reply survives the next feedback", async () => {
  const company = await opened();
  const grid = company.stage.embedded.grid;
  const order = company.order({
    owner: [company.members[0] ?? ""],
    order_date: "2026-02-10",
    required_date: "2026-02-20",
    shipped_date: "2026-02-15",
  });
  const line = company.line(order, { unit_price: "0", quantity: "10", discount: "0" });
  await company.stage.settle();
  let price = 150;
  for (let i = 0; i < 2 && (await comments(company, "E1|2026-02")).length === 0; i++) {
    company.update("order_lines", line, { unit_price: String(price) });
    price = 0;
    await company.stage.settle();
  }
  const [said] = await comments(company, "E1|2026-02");
  expect(said).toBeDefined();
  const id = sheet(company, "E1|2026-02")?.id ?? "";
  grid.comment(id, { text: "我有困难", parent: said?.id ?? null }, company.members[0] ?? "");
  for (const p of ["0", "150", "0", "150"]) {
    company.update("order_lines", line, { unit_price: p });
    await company.stage.settle();
  }
  const all = await comments(company, "E1|2026-02");
  const reply = all.find((one) => one.text.includes("我有困难"));
  expect(reply).toBeDefined();
  expect(reply?.parent === null || all.some((one) => one.id === reply?.parent)).toBe(true);
});

it("a restart during an outage of the workspace still takes deliveries", async () => {
  const company = await opened();
  let outage = true;
  const automation = bent(company, (w) => ({
    ...w,
    structure: { ...w.structure, read: () => (outage ? down() : w.structure.read()) },
  }));
  const started = await automation.start().then(
    () => true,
    () => false,
  );
  outage = false;
  await automation.stop();
  expect(started).toBe(true);
});

it("a cycle in the year 1 does not stop the engine", async () => {
  const company = await opened();
  company.create("cycles", {
    name: "0001-01",
    kind: company.option("cycles", "kind", "month"),
    start: "0001-01-01",
    end: "0001-01-31",
    status: company.option("cycles", "status", "running"),
  });
  await company.stage.embedded.idle();
  await expect(company.stage.automation().idle()).resolves.toBeUndefined();
});
