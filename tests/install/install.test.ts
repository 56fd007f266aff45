import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openDatabase } from "../../plugin/database.ts";
import { loadBindings } from "../../plugin/install/bindings.ts";
import { installPacks, type InstallProgress } from "../../plugin/install/install.ts";
import { readPacks } from "../../plugin/install/read-packs.ts";
import { silentLog } from "../../plugin/log.ts";
import { openStage, rowsIn, rowsOf, tablesIn, type Stage } from "./stage.ts";

let stage: Stage;
beforeEach(() => {
  stage = openStage();
});
afterEach(() => stage.close());

/** Everything a person would see, in an order that does not depend on how it came to be. */
async function picture() {
  const tables = await stage.workspace.structure.read();
  const nameOf = new Map(tables.map((table) => [table.id, table.name]));
  const counts = await Promise.all(tables.map(({ id }) => stage.workspace.records.count(id)));
  const links = [...(await rowsOf(stage, "kpis", "code")).values()].map(({ cells }) => [
    cells["code"],
    [cells["drivers"], cells["counters"]].flat().filter((id) => id !== null).length,
  ]);
  const views = new Map(
    stage.embedded.grid.tables().map(({ name, views }) => [name, views.length]),
  );
  return {
    links: links.sort(),
    tables: tables
      .map((table, index) => ({
        name: table.name,
        rows: counts[index],
        views: views.get(table.name),
        fields: table.fields
          .map(({ name, type, options, relatedTable, multiple }) => ({
            name,
            type,
            multiple,
            options: options.map((option) => option.name),
            to: nameOf.get(relatedTable ?? ""),
          }))
          .sort((a, b) => (a.name < b.name ? -1 : 1)),
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

describe("a first installation", () => {
  it("creates and binds every table, field, option, view and row", async () => {
    const packs = readPacks("templates", ["sales"]);
    const fields = packs.flatMap((pack) =>
      [...pack.tableOf.values()].flatMap((table) => Object.keys(table.fields)),
    );

    const result = await stage.install(["sales"]);

    expect(result).toEqual({
      tablesCreated: tablesIn("core", "sales"),
      fieldsCreated: fields.length,
      rowsCreated: rowsIn("core", "sales").reduce((a, b) => a + b),
      nothingToDo: false,
    });
    const bindings = stage.bindings();
    expect(bindings.tables()).toHaveLength(tablesIn("core", "sales"));
    expect(bindings.group("orders")).toBe("business");
    expect(bindings.optionKey("sheets", "state", bindings.option("sheets", "state", "final"))).toBe(
      "final",
    );
    const views = stage.embedded.grid.tables().find((table) => table.name === "员工")?.views;
    expect(views?.map((view) => view.name)).toEqual(["在职员工", "未关联成员"]);
  });

  it("points relations at their tables, also at the own one", async () => {
    await stage.install(["sales"]);

    const bindings = stage.bindings();
    const tables = await stage.workspace.structure.read();
    const targetOf = (table: string, field: string) =>
      tables
        .find(({ id }) => id === bindings.table(table))
        ?.fields.find(({ id }) => id === bindings.field(table, field))?.relatedTable;
    expect(targetOf("employees", "manager")).toBe(bindings.table("employees"));
    expect(targetOf("kpis", "counters")).toBe(bindings.table("kpis"));
    expect(targetOf("order_lines", "order")).toBe(bindings.table("orders"));
  });

  it("writes formulas in the names of this workspace", async () => {
    await stage.install(["sales"]);

    const sources = await rowsOf(stage, "sources", "key");
    expect(sources.get("REVENUE")?.cells).toMatchObject({
      table: "订单明细",
      person: "所属订单.负责人",
      value: "单价*数量*(1-折扣)",
    });
  });

  it("links rows of one table to each other, mutually", async () => {
    await stage.install(["sales"]);

    const kpis = await rowsOf(stage, "kpis", "code");
    expect(kpis.get("REVENUE")?.cells["counters"]).toEqual([
      kpis.get("DISCOUNT")?.id,
      kpis.get("ON_TIME")?.id,
    ]);
    expect(kpis.get("DISCOUNT")?.cells["counters"]).toEqual([kpis.get("REVENUE")?.id]);
  });

  it("tells how far it is, without ever going back", async () => {
    const seen: InstallProgress[] = [];

    await installPacks({
      workspace: stage.workspace,
      db: stage.db,
      packs: readPacks("templates", ["core"]),
      locale: "en-US",
      log: silentLog(),
      onProgress: (progress) => seen.push(progress),
    });

    // Each table is made, gets its fields and its views; four tables get rows.
    const total = tablesIn("core") * 3 + 4;
    const done = seen.map((progress) => progress.done);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(seen[0]).toEqual({ phase: "tables", table: "Settings", done: 0, total });
    expect(seen.at(-1)).toMatchObject({ done: total, total });
  });
});

describe("a second installation", () => {
  it("writes nothing", async () => {
    await stage.install(["sales"]);
    const writes = stage.writes().length;

    const again = await stage.install(["sales"]);

    expect(again).toEqual({
      tablesCreated: 0,
      fieldsCreated: 0,
      rowsCreated: 0,
      nothingToDo: true,
    });
    expect(stage.writes().length).toBe(writes);
  });

  it("adds a pack to those already there", async () => {
    await stage.install(["core"]);

    const result = await stage.install(["sales"]);

    expect(result).toMatchObject({ tablesCreated: 3, rowsCreated: 46 });
  });

  it("leaves alone what a person changed, and keeps deleted what a person deleted", async () => {
    await stage.install(["sales"]);
    const bindings = stage.bindings();
    const schemes = await rowsOf(stage, "schemes", "code");
    const grades = await rowsOf(stage, "grades", "grade");
    const edited = schemes.get("SALES_REP|REVENUE")?.id ?? "";
    const weight = bindings.field("schemes", "weight");
    await stage.workspace.records.write(bindings.table("schemes"), edited, { [weight]: "25" });
    await stage.workspace.records.remove(bindings.table("grades"), [grades.get("D")?.id ?? ""]);
    const writes = stage.writes().length;

    const again = await stage.install(["sales"]);

    expect(again.nothingToDo).toBe(true);
    expect(stage.writes().length).toBe(writes);
    const now = (await rowsOf(stage, "schemes", "code")).get("SALES_REP|REVENUE");
    expect(now?.cells["weight"]).toBe("25");
    expect([...(await rowsOf(stage, "grades", "grade")).keys()]).toEqual(["S", "A", "B", "C"]);
  });

  it("takes over what is there when our own memory is lost, without overwriting a row", async () => {
    await stage.install(["sales"]);
    const before = stage.bindings();
    const [settings, value] = [before.table("settings"), before.field("settings", "value")];
    const zone = (await rowsOf(stage, "settings", "key")).get("time_zone")?.id ?? "";
    await stage.workspace.records.write(settings, zone, { [value]: "Asia/Tokyo" });
    const db = openDatabase(":memory:");

    const result = await installPacks({
      workspace: stage.workspace,
      db,
      packs: readPacks("templates", ["sales"]),
      locale: "zh-CN",
      log: silentLog(),
    });

    expect(result).toMatchObject({ tablesCreated: 0, fieldsCreated: 0, rowsCreated: 0 });
    expect(loadBindings(db).field("sheets", "total")).toBe(before.field("sheets", "total"));
    const row = (await rowsOf(stage, "settings", "key")).get("time_zone");
    expect(row?.cells["value"]).toBe("Asia/Tokyo");
    db.close();
  });
});

describe("an installation that ends in the middle", () => {
  const places = [0, 1, 4, 9, 14, 17, 22, 27, 30, 33, 36, 40];
  const cases = places.flatMap((writes) => [
    { writes, isReplyLost: false },
    { writes, isReplyLost: true },
  ]);

  it.each(cases)("goes on after $writes writes, reply lost: $isReplyLost", async (where) => {
    await stage.install(["sales"]);
    const whole = await picture();
    await stage.close();
    stage = openStage();
    stage.endAfter(where.writes, where.isReplyLost);
    await expect(stage.install(["sales"])).rejects.toThrow();
    stage.goOn();

    await stage.install(["sales"]);

    expect(await picture()).toEqual(whole);
    expect((await stage.install(["sales"])).nothingToDo).toBe(true);
    const adopted = stage.db.prepare("SELECT key FROM bindings WHERE adopted = 1").all();
    expect(adopted).toEqual([]);
  });
});

describe("a workspace that has tables already", () => {
  const customers = {
    key: "crm_customers",
    name: "客户",
    fields: [
      { key: "title", name: "客户名称", type: "text" },
      { key: "no", name: "客户编号", type: "text", unique: true },
      { key: "size", name: "员工规模", type: "number" },
    ],
  } as const;

  it("uses a table of the same name whose fields fit, and adds what is missing", async () => {
    const own = await stage.workspace.structure.createTable(customers);

    const result = await stage.install(["sales"]);

    const bindings = stage.bindings();
    expect(result.tablesCreated).toBe(tablesIn("core", "sales") - 1);
    expect(bindings.table("customers")).toBe(own.id);
    expect(bindings.field("customers", "code")).toBe(own.fields[1]?.id);
    const now = (await stage.workspace.structure.read()).find(({ id }) => id === own.id);
    expect(now?.fields.map((field) => field.name)).toEqual([
      "客户名称",
      "客户编号",
      "员工规模",
      "联系人",
      "城市",
      "国家",
      "电话",
    ]);
  });

  it.each([
    ["name", "crm_customers", "客户"],
    ["alias", "customers", "客户档案"],
  ])("leaves a table of the same %s alone when a type does not fit", async (_by, key, name) => {
    const fields = [...customers.fields, { key: "city", name: "城市", type: "date" } as const];
    const own = await stage.workspace.structure.createTable({ key, name, fields });

    const result = await stage.install(["sales"]);

    const tables = await stage.workspace.structure.read();
    const made = tables.find(({ id }) => id === stage.bindings().table("customers"));
    expect(result.tablesCreated).toBe(tablesIn("core", "sales"));
    expect(made?.id).not.toBe(own.id);
    expect(tables.find(({ id }) => id === own.id)?.fields).toHaveLength(4);
    expect(new Set(tables.map((table) => table.name)).size).toBe(tables.length);
    expect((await stage.install(["sales"])).nothingToDo).toBe(true);
  });

  it("leaves a row of the same key to whoever made it", async () => {
    const table = await stage.workspace.structure.createTable({
      key: "departments",
      name: "部门",
      fields: [
        { key: "name", name: "部门名称", type: "text", required: true },
        { key: "code", name: "部门编号", type: "text", required: true, unique: true },
      ],
    });
    const [name, code] = table.fields;
    await stage.workspace.records.upsert(table.id, code?.id ?? "", [
      { [code?.id ?? ""]: "SALES", [name?.id ?? ""]: "国际销售部" },
    ]);

    await stage.install(["sales"]);

    const departments = await rowsOf(stage, "departments", "code");
    expect([...departments.values()].map(({ cells }) => cells["name"])).toEqual(["国际销售部"]);
  });
});

it("does without views where there is no way to make them, and does not ask again", async () => {
  await stage.close();
  stage = openStage({ viewsPath: null });

  const result = await stage.install(["core"]);

  expect(result.tablesCreated).toBe(tablesIn("core"));
  expect((await stage.install(["core"])).nothingToDo).toBe(true);
});

it("says what these credentials cannot do", async () => {
  await stage.close();
  stage = openStage({ structure: false });

  await expect(stage.install(["core"])).rejects.toMatchObject({ code: "workspace/unsupported" });
});
