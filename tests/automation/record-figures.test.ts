import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bent, item, opened } from "./opened-company.ts";
import { openVisits, type Visits } from "./visits.ts";

/** What single records give: to whom, how much, and what when they cannot be used. */

describe("visits", () => {
  let visits: Visits;
  beforeAll(async () => {
    visits = await openVisits();
    const { stage } = visits;
    // Switched from sum to count, the source kept its value formula.
    visits.update("sources", visits.sources.get("count") ?? "", { value: "数额" });
    await stage.automation().idle();
    await stage.automation().openCycles();
    stage.connect();
  });
  afterAll(() => visits.stage.close());

  it("of one day: the later one is the last", async () => {
    const owners = [visits.members[0] ?? ""];
    visits.visit({ owners, at: "2026-01-03T17:00:00+08:00", amount: "17" });
    visits.visit({ owners, at: "2026-01-03T09:00:00+08:00", amount: "9" });
    await visits.stage.settle();
    expect(visits.reading("E1", "2026-01", "V_LAST")).toBe("17");
  });

  it("are counted one by one, even if a value formula was left behind", () => {
    expect(visits.reading("E1", "2026-01", "V_COUNT")).toBe("2");
  });

  it("with somebody who is no employee: he keeps his share", async () => {
    const owners = [visits.members[0] ?? "", visits.user];
    visits.visit({ owners, at: "2026-02-03T17:00:00+08:00", amount: "10" });
    await visits.stage.settle();
    expect(visits.reading("E1", "2026-02", "V_SUM")).toBe("5");
    expect(visits.stage.automation().health().unassigned).toBeGreaterThan(0);
  });

  it("that are the first of a client count once, however many share them", async () => {
    const owners = visits.members.slice(0, 2);
    visits.visit({ owners, at: "2026-03-03T17:00:00+08:00", amount: "10", client: "新" });
    await visits.stage.settle();
    const readings = ["E1", "E2", "SALES"].map((who) =>
      visits.reading(who, "2026-03", "V_FIRST_EVER"),
    );
    expect(readings).toEqual(["0.5", "0.5", "1"]);
    expect((await visits.stage.automation().recompute()).differences).toBe(0);
  });
});

it("a person's name with spaces around it is found when it becomes somebody's alias", async () => {
  const visits = await openVisits();
  const { stage } = visits;
  visits.update("sources", visits.sources.get("sum") ?? "", { person: "客户名" });
  await stage.automation().idle();
  await stage.automation().openCycles();
  const client = visits.field("client");
  const automation = bent(visits, (workspace) => ({
    ...workspace,
    records: {
      ...workspace.records,
      read: async (table, ids) =>
        new Map(
          [...(await workspace.records.read(table, ids))].map(([id, record]) => [
            id,
            table === visits.table
              ? { ...record, fields: { ...record.fields, [client]: "阿达 " } }
              : record,
          ]),
        ),
    },
  }));
  await automation.idle();
  stage.embedded.setDeliver((delivery) => {
    automation.receive(delivery.body);
    return Promise.resolve(true);
  }, "http://plugin.test/hooks/huoban/secret");
  const settle = async () => {
    for (let round = 0; round < 2; round += 1) {
      await stage.embedded.idle();
      await automation.idle();
    }
  };
  visits.visit({ owners: null, client: "阿达", at: "2026-02-03T17:00:00+08:00", amount: "17" });
  await settle();
  expect(visits.reading("E1", "2026-02", "V_SUM")).not.toBe("17");
  visits.update("employees", visits.employees[0] ?? "", { aliases: "阿达" });
  await settle();
  expect(visits.reading("E1", "2026-02", "V_SUM")).toBe("17");
  await stage.close();
});

it("text in a number field is that record's problem, not the engine's", async () => {
  const company = await opened();
  const price = company.bindings.field("order_lines", "unit_price");
  const [line = ""] = company.lines;
  const target = company.bindings.field("items", "target");
  const row = await company.find("items", "code", "E2|2026-01|ORDERS");
  const automation = bent(company, (workspace) => ({
    ...workspace,
    records: {
      ...workspace.records,
      read: async (table, ids) =>
        new Map(
          [...(await workspace.records.read(table, ids))].map(([id, record]) => {
            const written = { [line]: { [price]: "约100" }, [row]: { [target]: "十个" } }[id];
            return [id, { ...record, fields: { ...record.fields, ...written } }];
          }),
        ),
    },
  }));
  await automation.idle();
  const changed = (table: string, id: string) =>
    automation.receive(
      Buffer.from(
        JSON.stringify({
          event: "item.update",
          source_id: company.bindings.table(table),
          data: { item: { item_id: id } },
        }),
      ),
    );
  changed("order_lines", line);
  changed("items", row);
  await automation.idle();
  expect(automation.health().inbox).toBe(0);
  expect(item(company, "E2|2026-01|ORDERS")?.status).toBe("INVALID_TARGET");
  const broken = company.stage.db
    .prepare("SELECT problem FROM contributions WHERE record_id = ? AND problem IS NOT NULL")
    .all(line);
  expect(broken).toContainEqual({ problem: "not_a_number" });
  await company.stage.close();
});

it("a customer who ordered before is not new because nobody of ours owned the first order", async () => {
  const company = await opened();
  const customer = company.create("customers", { code: "C9", name: "C9" });
  company.order({ customer: [customer], owner: [company.user], order_date: "2026-01-05" });
  await company.stage.settle();
  const before = item(company, "E1|2026-02|NEW_CUSTOMERS")?.actual;
  company.order({
    customer: [customer],
    owner: [company.members[0] ?? ""],
    order_date: "2026-02-05",
  });
  await company.stage.settle();
  expect(item(company, "E1|2026-02|NEW_CUSTOMERS")?.actual).toBe(before);
  expect((await company.stage.automation().recompute()).differences).toBe(0);
  await company.stage.close();
});
