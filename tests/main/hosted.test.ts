import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serve } from "@hono/node-server";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readConfig } from "../../plugin/config.ts";
import { isPluginError } from "../../plugin/errors.ts";
import { silentLog } from "../../plugin/log.ts";
import { openPlugin, type Plugin } from "../../plugin/main.ts";
import type { SheetRow } from "../../plugin/server/api.ts";
import { openEmbedded, type Embedded } from "../../plugin/workspace/embedded/embedded.ts";

/** A workspace somewhere else: reached over HTTP only, calling back over HTTP only. */
describe("a hosted workspace", () => {
  const now = () => new Date("2026-03-20T02:00:00Z");
  const home = join(mkdtempSync(join(tmpdir(), "kpi-loop-hosted-")), "home");
  let host: Embedded;
  let settings: Record<string, string>;
  let stopHost: () => Promise<void>;
  let plugin: Plugin | null = null;

  const open = (options: { install?: boolean } = {}) =>
    openPlugin(readConfig(settings, {}), { log: silentLog(), now, ...options });

  beforeAll(async () => {
    host = openEmbedded({
      file: ":memory:",
      timeZone: "Asia/Shanghai",
      now,
      log: silentLog(),
      apiKey: "key",
      application: { id: "app", secret: "secret" },
      callbackUrl: null,
      deliver: null,
    });
    const port = await new Promise<number>((resolve) => {
      const server = serve({ fetch: host.fetch, hostname: "127.0.0.1", port: 0 }, (info) =>
        resolve(info.port),
      );
      stopHost = () => new Promise((done) => server.close(() => done()));
    });
    settings = {
      KPI_LOOP_HOME: home,
      KPI_LOOP_PORT: "0",
      KPI_LOOP_LOCALE: "zh-CN",
      KPI_LOOP_HUOBAN_API_BASE: `http://127.0.0.1:${port}`,
      KPI_LOOP_HUOBAN_API_KEY: "key",
      KPI_LOOP_HUOBAN_SPACE_ID: host.spaceId,
      KPI_LOOP_HUOBAN_APPLICATION_ID: "app",
      KPI_LOOP_HUOBAN_APPLICATION_SECRET: "secret",
      KPI_LOOP_HUOBAN_REQUESTS_PER_SECOND: "500",
    };
  });
  afterAll(async () => {
    await plugin?.close();
    await stopHost();
    await host.close();
  });

  it("is left alone until somebody asks for the tables", async () => {
    await expect(open()).rejects.toSatisfy((error) => isPluginError(error, "config/not-installed"));
    expect(host.grid.tables()).toEqual([]);
  });

  it("gets the tables once", async () => {
    await (await open({ install: true })).close();
    const tables = host.grid.tables().map((table) => [table.name, table.rows]);
    expect(tables).toContainEqual(["绩效表", 0]);

    await (await open({ install: true })).close();

    expect(host.grid.tables().map((table) => [table.name, table.rows])).toEqual(tables);
  });

  it("has its people scored from its own records, told by its callbacks", async () => {
    const running = await open();
    plugin = running;
    await running.listen();
    const address = running.callbackAddress() ?? "";
    host.setDeliver(async ({ body, headers }) => {
      const answer = await fetch(address, { method: "POST", body: new Uint8Array(body), headers });
      return answer.ok;
    }, address);
    const tables = new Map(host.grid.tables().map((table) => [table.name, table]));
    const user = host.grid.addMember({ name: "张悦" }).id;
    const create = (name: string, cells: Record<string, string | readonly string[] | null>) => {
      const table = tables.get(name);
      const fields = Object.entries(cells).map(([field, value]) => {
        const found = table?.fields.find((one) => one.name === field);
        const option = found?.options.find((one) => one.name === value);
        return [found?.id ?? "", option ? [option.id] : value];
      });
      return host.grid.create(table?.id ?? "", Object.fromEntries(fields), user).id;
    };
    const position = host.grid
      .page({ table: tables.get("岗位")?.id ?? "", offset: 0, limit: 10 })
      .records.find((record) => JSON.stringify(record).includes("SALES_REP"));
    create("员工", {
      工号: "E1",
      姓名: "张悦",
      成员: [user],
      所属岗位: [position?.id ?? ""],
      状态: "在职",
    });
    create("考核周期", {
      周期名称: "2026-03",
      周期类型: "月度",
      开始日期: "2026-03-01",
      结束日期: "2026-03-31",
      状态: "进行中",
    });
    const order = create("订单", {
      订单编号: "A1",
      负责人: [user],
      下单日期: "2026-03-03",
      要求到货日期: "2026-03-10",
      发货日期: "2026-03-08",
    });
    create("订单明细", { 明细编号: "A1-1", 所属订单: [order], 单价: "100", 数量: "3", 折扣: "0" });

    const actual = async () => {
      await host.idle();
      await running.idle();
      const answer = await running.call("/api/export?cycle=2026-03&format=json");
      const rows = (await answer.json()) as { items: { kpi: string; actual: string | null }[] }[];
      return rows[0]?.items.find((item) => item.kpi === "REVENUE")?.actual;
    };
    await expect.poll(actual, { timeout: 20_000 }).toBe("300");
    const sheets = (await (await running.call("/api/sheets?cycle=2026-03")).json()) as SheetRow[];
    expect(sheets.find((sheet) => sheet.code === "E1|2026-03")?.subject.name).toBe("张悦");
  });
});
