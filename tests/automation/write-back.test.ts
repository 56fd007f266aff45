import { expect, it } from "vitest";
import { opened, item, sheet, bent, comments, v2, shownSheet } from "./opened-company.ts";
import type { FieldValues } from "../../plugin/workspace/workspace.ts";
import { PluginError } from "../../plugin/errors.ts";

it("one row that somebody deleted does not keep a whole batch from being written", async () => {
  const company = await opened();
  const { stage } = company;
  const gone =
    stage.db
      .prepare<[], { id: string }>("SELECT id FROM items WHERE code = 'E3|2026-03|REVENUE'")
      .get()?.id ?? "";
  const held: Uint8Array[] = [];
  stage.embedded.setDeliver((d) => {
    held.push(d.body);
    return Promise.resolve(true);
  }, "http://plugin.test/hooks/huoban/secret");
  company.remove(gone);
  await stage.embedded.idle();
  held.length = 0; // lost on its way, or simply later
  for (const line of company.lines)
    company.update("order_lines", line, { quantity: "17", discount: "0.4" });
  for (const order of company.orders)
    company.update("orders", order, {
      owner: [company.members[2] ?? ""],
      shipped_date: "2026-04-01",
    });
  await stage.embedded.idle();
  stage.requests.length = 0;
  for (const body of held.splice(0)) stage.automation().receive(body);
  await stage.automation().idle();
  // console.log("BATCHES", stage.requests.filter((r) => r === "PUT /openapi/v1/items").length, stage.requests.filter((r) => r.startsWith("PUT /openapi/v1/item/")).length, await company.find("items", "code", "E3|2026-03|REVENUE").catch(() => "not there"));
  const { outbox, failed } = stage.automation().health();
  expect({
    outbox,
    failed: failed.map((one) => `${one.kind} ${one.error}`).slice(0, 3),
    n: failed.length,
  }).toEqual({ outbox: 0, failed: [], n: 0 });
  const wrong = [];
  for (const { code } of stage.db.prepare<[], { code: string }>("SELECT code FROM sheets").all())
    if (
      Number((await shownSheet(company, code)).total) !==
      Number(Number(sheet(company, code)?.total).toFixed(2))
    )
      wrong.push(code);
  expect(wrong).toEqual([]);
}, 240000);

it("a host that keeps less than we write and tells of every write is not written to for ever", async () => {
  const company = await opened();
  const summary = company.bindings.field("sheets", "summary");
  const sheets = company.bindings.table("sheets");
  let writes = 0;
  const cut = (fields: FieldValues): FieldValues =>
    typeof fields[summary] === "string"
      ? { ...fields, [summary]: (fields[summary] as string).slice(0, 8) }
      : fields;
  const tell = (t: string, ids: Iterable<string>) => {
    if (t === sheets && writes < 500)
      for (const id of ids)
        automation.receive(
          Buffer.from(
            JSON.stringify({ event: "item.update", source_id: t, data: { item: { item_id: id } } }),
          ),
        );
  };
  const automation = bent(company, (w) => ({
    ...w,
    records: {
      ...w.records,
      write: async (t, id, fields) => {
        writes += 1;
        await w.records.write(t, id, cut(fields));
        tell(t, [id]);
      },
      upsert: async (t, key, rows) => {
        writes += rows.length;
        const ids = await w.records.upsert(t, key, rows.map(cut));
        tell(t, ids.values());
        return ids;
      },
    },
  }));
  company.stage.embedded.setDeliver((d) => {
    automation.receive(d.body);
    return Promise.resolve(true);
  }, "http://plugin.test/hooks/huoban/secret");
  company.update("order_lines", company.lines[0] ?? "", { unit_price: "77" });
  for (let i = 0; i < 5; i++) {
    await company.stage.embedded.idle();
    await automation.idle();
  }
  expect(writes).toBeLessThan(60);
});

it("a source's key taken over by another row's edit leaves the established one in force, whatever the ids", async () => {
  const company = await opened();
  const before = item(company, "E1|2026-Q1|ORDERS")?.actual;
  const other = company.create("sources", {
    name: "x",
    key: "OTHER",
    table: "订单",
    person: "负责人",
    date: "下单日期",
    aggregate: company.option("sources", "aggregate", "sum"),
    value: "运费",
    when_empty: company.option("sources", "when_empty", "zero"),
    enabled: true,
  });
  await company.stage.settle();
  await v2(company, company.bindings.table("sources"), {
    fields: [{ field_id: company.bindings.field("sources", "key"), unique: false }],
  });
  company.update("sources", other, { key: "ORDERS" });
  await company.stage.settle();
  const running = item(company, "E1|2026-Q1|ORDERS")?.actual;
  const { differences } = await company.stage.automation().recompute();
  const restarted = bent(company, (w) => w);
  await restarted.reconcile("full");
  expect([running, differences, item(company, "E1|2026-Q1|ORDERS")?.actual]).toEqual([
    before,
    0,
    before,
  ]);
});

it("the same the other way round: the established row is renamed onto a newer row's key", async () => {
  const company = await opened();
  const before = item(company, "E1|2026-Q1|ORDERS")?.actual;
  await v2(company, company.bindings.table("sources"), {
    fields: [{ field_id: company.bindings.field("sources", "key"), unique: false }],
  });
  company.update("sources", await company.find("sources", "key", "REVENUE"), { key: "ORDERS" });
  await company.stage.settle();
  expect(item(company, "E1|2026-Q1|ORDERS")?.actual).toBe(before);
  expect((await company.stage.automation().recompute()).differences).toBe(0);
});

it("an invalid employee row is commented on", async () => {
  const company = await opened();
  const t = company.bindings.table("employees");
  await v2(company, t, {
    fields: [{ field_id: company.bindings.field("employees", "number"), required: false }],
  });
  company.update("employees", company.employees[0] ?? "", { number: null });
  await company.stage.settle();
  const said = await company.stage.workspace.comments.read({
    table: t,
    id: company.employees[0] ?? "",
  });
  expect([
    said.length,
    company.stage
      .automation()
      .health()
      .failed.map((one) => one.error),
  ]).toEqual([1, []]);
});

it("a deleted configuration table does not block changes of records", async () => {
  const company = await opened();
  const gone = company.bindings.table("wordings");
  const automation = bent(company, (w) => ({
    ...w,
    records: {
      ...w.records,
      read: (t, ids) => {
        if (t === gone) throw new PluginError("workspace/unbound", { what: gone, reason: "gone" });
        return w.records.read(t, ids);
      },
    },
  }));
  const held: Uint8Array[] = [];
  company.stage.embedded.setDeliver((d) => {
    held.push(d.body);
    return Promise.resolve(true);
  }, "http://plugin.test/hooks/huoban/secret");
  company.update("order_lines", company.lines[0] ?? "", { unit_price: "77" });
  await company.stage.embedded.idle();
  await automation.reconcile("since");
  automation.receive(
    Buffer.from(
      JSON.stringify({ event: "item.update", source_id: gone, data: { item: { item_id: "1" } } }),
    ),
  );
  for (const body of held) automation.receive(body);
  for (let i = 0; i < 3; i++) await automation.idle().catch(() => undefined);
  expect(automation.health().inbox).toBe(0);
});

it("people whose row is gone for good: no crash, equal to a recompute", async () => {
  const company = await opened();
  company.remove(company.employees[2] ?? "");
  await company.stage.settle();
  expect((await company.stage.automation().recompute()).differences).toBe(0);
  void comments;
});
