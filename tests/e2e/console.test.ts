import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Decimal } from "../../plugin/decimal.ts";
import type * as api from "../../plugin/server/api.ts";
import { ROOT } from "../sources.ts";
import { missing, money, openBrowser, skip, soon, untested, writeRow } from "./browser.ts";
import { startPlugin, type RunningPlugin } from "./running-plugin.ts";

const CYCLE = "1998-04";
const PERSON = "Janet Leverling";
const DEPARTMENT = "销售部";

if (skip) process.stderr.write(`\n${"!".repeat(72)}\n${untested}\n${"!".repeat(72)}\n\n`);

describe.skipIf(skip)("the console in a browser", () => {
  let plugin: RunningPlugin;
  let browser: Browser;
  let context: BrowserContext;
  /** Stays on Janet's sheet and is never loaded again. */
  let sheetPage: Page;
  /** Where the records are changed. */
  let gridPage: Page;
  const troubles: string[] = [];

  beforeAll(async () => {
    if (missing) throw new Error(untested);
    const built = spawnSync(process.execPath, ["console/build.ts"], { cwd: ROOT });
    if (built.status !== 0) throw new Error(`Console not built:\n${String(built.stderr)}`);
    plugin = await startPlugin();
    ({ browser, context } = await openBrowser(troubles));
    sheetPage = await context.newPage();
    gridPage = await context.newPage();
  });

  afterAll(async () => {
    await browser?.close();
    await plugin?.stop();
  });

  const get = async <T>(path: string): Promise<T> => {
    const answer = await context.request.get(`${plugin.origin}${path}`);
    expect(answer.ok(), path).toBe(true);
    return (await answer.json()) as T; // the shapes are checked by the tests of the server
  };
  const sheet = () => get<api.SheetDetail>(`/api/sheets/${sheetId}`);
  const sheets = () => get<api.SheetRow[]>("/api/sheets");
  const revenue = () => get<api.Why>(`/api/sheets/${sheetId}/items/REVENUE/why?limit=500`);
  const totals = (rows: readonly api.SheetRow[]) =>
    Object.fromEntries(rows.map((row) => [row.code, `${row.total} ${row.grade} ${row.coverage}`]));
  const others = (rows: readonly api.SheetRow[]) =>
    totals(rows.filter(({ subject }) => ![PERSON, DEPARTMENT].includes(subject.name)));

  const tables = () => get<api.GridTable[]>("/api/workspace/tables");
  const table = async (name: string): Promise<api.GridTable> => {
    const found = (await tables()).find((one) => one.name === name);
    if (found === undefined) throw new Error(`No table ${name}`);
    return found;
  };
  type Cells = Parameters<typeof writeRow>[2]["cells"];
  const write = async (name: string, cells: Cells, record?: string) =>
    writeRow({ context, origin: plugin.origin }, await tables(), {
      table: name,
      cells,
      ...(record === undefined ? {} : { record }),
    });
  const shownTotal = () => sheetPage.locator(".sheet-total").innerText();
  const itemRow = (kpi: string) => sheetPage.locator("tr.row-open", { hasText: kpi });
  /** The grid shows one line only, found by its number. */
  const searchLine = async (number: string) => {
    await gridPage.getByRole("textbox", { name: "搜索" }).fill(number);
    await gridPage.locator("tr[data-row-key]").nth(1).waitFor({ state: "detached" });
    await gridPage.getByRole("button", { name: `打开记录 ${number}` }).waitFor();
  };
  const cell = (field: string) =>
    gridPage.locator("tr[data-row-key]").getByRole("button", { name: new RegExp(`^${field}：`) });
  const type = async (field: string, value: string) => {
    await cell(field).dblclick();
    const input = gridPage.getByRole("textbox", { name: field });
    await input.fill(value);
    await input.press("Enter");
    await input.waitFor({ state: "detached" });
  };

  let sheetId = "";
  let line = { id: "", number: "" };
  let price = new Decimal(0);
  let quantity = new Decimal(0);
  let discount = new Decimal(0);
  let revenueBefore = new Decimal(0);
  let before: api.SheetRow[] = [];
  let detail: api.SheetDetail;

  it("tells a stranger how to sign in, and shows nothing else", async () => {
    await sheetPage.goto(plugin.origin);
    await sheetPage.getByRole("heading", { name: "请先登录" }).waitFor();

    expect(await sheetPage.getByRole("navigation").count()).toBe(0);
    expect((await context.request.get(`${plugin.origin}/api/sheets`)).status()).toBe(401);
  });

  it("signs in by the printed link and shows everybody's result", async () => {
    await sheetPage.goto(plugin.link);
    await sheetPage.getByRole("heading", { name: "绩效表" }).waitFor();
    // The sample company opens at its last whole month, which is the one we want; go away and back.
    for (const cycle of ["1998-03", CYCLE]) {
      await sheetPage.getByRole("combobox", { name: "选择周期" }).fill(cycle);
      await sheetPage.locator(".ant-select-item-option", { hasText: cycle }).click();
      await sheetPage.waitForURL(`**/sheets?cycle=${cycle}`);
    }
    await sheetPage.getByRole("link", { name: PERSON }).waitFor();
    const rows = await get<api.SheetRow[]>(`/api/sheets?cycle=${CYCLE}`);

    expect(rows.length).toBeGreaterThanOrEqual(10);
    for (const row of rows) {
      const shown = sheetPage.locator(`tr[data-row-key="${row.id}"]`);
      expect(await shown.innerText()).toContain(row.total ?? "—");
      expect(await shown.innerText()).toContain(`${row.scored}/${row.items}`);
    }
  });

  it("opens a sheet whose items, total and reasons are those of the engine", async () => {
    await sheetPage.getByRole("link", { name: PERSON }).click();
    await sheetPage.getByRole("heading", { name: PERSON }).waitFor();
    sheetId = new URL(sheetPage.url()).pathname.split("/").at(-1) ?? "";
    detail = await sheet();

    expect(detail.subject.name).toBe(PERSON);
    expect(await shownTotal()).toBe(detail.total);
    for (const item of detail.itemViews) {
      const text = await itemRow(item.kpi.name).innerText();
      for (const reason of item.reasons) expect(text).toContain(reason.text);
      if (item.status !== "OK") expect(text).toContain("—");
    }
  });

  it("explains a score down to the records", async () => {
    await itemRow("净销售额").getByRole("button").click();
    const drawer = sheetPage.getByRole("dialog");
    await drawer.getByRole("heading", { name: "计算过程" }).waitFor();
    const why = await revenue();
    const sum = why.records.reduce((so, { value }) => so.plus(value ?? 0), new Decimal(0));
    const text = await drawer.innerText();

    expect(why.recordCount).toBe(why.records.length);
    expect(sum.equals(why.item.actual ?? "none")).toBe(true);
    for (const step of why.steps) expect(text).toContain(step.text);
    for (const record of why.records) expect(text).toContain(record.title);

    const first = why.records[0];
    if (first === undefined) throw new Error("Nothing counts here");
    line = { id: first.id, number: first.title };
    await sheetPage.keyboard.press("Escape");
    await drawer.waitFor({ state: "hidden" });
  });

  it("changes an order line in the grid, and the open sheet follows by itself", async () => {
    const lines = await table("订单明细");
    const id = (name: string) => lines.fields.find((field) => field.name === name)?.id ?? "";
    const page = await get<api.GridPage>(
      `/api/workspace/tables/${lines.id}/records?search=${line.number}`,
    );
    const value = (name: string) =>
      new Decimal(String(page.records[0]?.cells[id(name)]?.value ?? "0"));
    [price, quantity, discount] = [value("单价"), value("数量"), value("折扣")];
    before = await sheets();
    await gridPage.goto(`${plugin.origin}/workspace`);
    await gridPage.getByRole("link", { name: /^订单明细/ }).click();
    await searchLine(line.number);
    const more = quantity.plus(1);
    revenueBefore = new Decimal(
      detail.itemViews.find(({ kpi }) => kpi.code === "REVENUE")?.actual ?? 0,
    );
    const expected = revenueBefore.plus(price.times(new Decimal(1).minus(discount)));
    await type("数量", more.toFixed());

    await itemRow("净销售额").getByText(money(expected), { exact: true }).waitFor();
    await sheetPage.locator(".ledger-line", { hasText: line.number }).first().waitFor();
    const after = await sheet();
    expect(after.total).not.toBe(detail.total);
    await soon(shownTotal).toBe(after.total);
    const moved = after.ledger.find(
      ({ cause, kpi }) => cause.record === line.id && kpi === "REVENUE",
    );
    expect(moved?.cause).toMatchObject({ kind: "record", change: "update", title: line.number });
    expect(new Decimal(moved?.actualAfter ?? 0).equals(expected)).toBe(true);
    expect(others(await sheets())).toEqual(others(before));
  });

  it("takes a discount in percent and stores the fraction", async () => {
    await type("数量", quantity.toFixed());
    await soon(shownTotal).toBe(detail.total);
    await type("折扣", "12.5");
    const lines = await table("订单明细");
    const field = lines.fields.find(({ name }) => name === "折扣")?.id ?? "";
    const stored = await get<api.GridRecord>(`/api/workspace/records/${line.id}`);
    const expected = revenueBefore.plus(
      price.times(quantity).times(discount.minus(new Decimal("0.125"))),
    );

    expect(stored.cells[field]?.value).toBe("0.125");
    expect(await cell("折扣").innerText()).toBe("12.5%");
    await itemRow("净销售额").getByText(money(expected), { exact: true }).waitFor();

    await type("折扣", discount.times(100).toFixed());
    await soon(shownTotal).toBe(detail.total);
  });

  it("comments with a mention when the grade changes", async () => {
    await type("数量", "5000");
    const comment = sheetPage.locator(".comment-ours").first();
    await comment.waitFor();
    const after = await sheet();

    expect(after.grade).not.toBe(detail.grade);
    expect(await comment.locator(".mention").allInnerTexts()).toContain(`@${PERSON}`);
    expect(
      after.comments.some(({ topic, mentions }) => topic !== null && mentions.length > 0),
    ).toBe(true);
    expect(others(await sheets())).toEqual(others(before));
  });

  it("takes the change back, and every figure of everybody is as it was", async () => {
    await type("数量", quantity.toFixed());
    await soon(shownTotal).toBe(detail.total);

    await soon(async () => totals(await sheets())).toEqual(totals(before));
  });

  it("lets nobody type into what the engine writes", async () => {
    const items = await table("绩效项");
    const locked = items.fields.filter(({ readOnly }) => readOnly).map(({ name }) => name);
    expect(locked).toEqual(["折算后目标", "实际值", "得分", "贡献", "状态", "原因"]);

    await cell("数量").focus();
    await gridPage.locator('.cell[aria-label^="净额："]').dblclick();
    expect(await gridPage.locator(".cell-editor").count()).toBe(0);
  });

  it("refuses what is no number and keeps the old value", async () => {
    await cell("数量").dblclick();
    const input = gridPage.getByRole("textbox", { name: "数量" });
    await input.fill("abc");
    await input.press("Enter");
    await gridPage.getByText("请输入数字，例如 1200.50。").waitFor();
    await input.press("Escape");

    expect(await cell("数量").innerText()).toBe(quantity.toFixed());
  });

  it("deletes an order line, adds it again, and the figures come back", async () => {
    const lines = await table("订单明细");
    const old = (
      await get<api.GridPage>(`/api/workspace/tables/${lines.id}/records?search=${line.number}`)
    ).records[0];
    if (old === undefined) throw new Error(`No line ${line.number}`);
    const text = (name: string) =>
      old.cells[lines.fields.find((field) => field.name === name)?.id ?? ""]?.text ?? "";

    await gridPage.getByRole("button", { name: `打开记录 ${line.number}` }).click();
    await gridPage.getByRole("button", { name: "删除记录" }).click();
    await gridPage.getByRole("button", { name: "删除", exact: true }).click();
    await gridPage.getByText(`没有包含“${line.number}”的数据`).waitFor();
    await soon(shownTotal).not.toBe(detail.total);
    expect((await revenue()).records.map(({ title }) => title)).not.toContain(line.number);
    expect(others(await sheets())).toEqual(others(before));

    await gridPage.getByRole("button", { name: "新增" }).click();
    const form = gridPage.getByRole("dialog");
    for (const name of ["明细编号", "产品编号", "单价", "数量"]) {
      await form.getByRole("textbox", { name }).fill(text(name));
    }
    await form.getByRole("textbox", { name: "折扣" }).fill(text("折扣").replace("%", ""));
    await form.getByRole("combobox", { name: "所属订单" }).fill(text("所属订单"));
    await gridPage.locator(".ant-select-item-option", { hasText: text("所属订单") }).click();
    await form.getByRole("button", { name: "保存" }).click();
    await form.waitFor({ state: "hidden" });

    await soon(shownTotal).toBe(detail.total);
    await soon(async () => totals(await sheets())).toEqual(totals(before));
  });

  it("answers a person's reply in the conversation", async () => {
    await sheetPage.getByRole("textbox", { name: "写下您的意见" }).fill("已与客户核对。");
    await sheetPage.getByRole("button", { name: "发送" }).click();
    await sheetPage.locator(".comment", { hasText: "已与客户核对。" }).waitFor();

    expect((await sheet()).comments.some(({ text }) => text.includes("已与客户核对。"))).toBe(true);
  });

  it("shows a capped section and a veto as steps that lead from the contributions to the total", async () => {
    const section = await write("考核板块", { 板块名称: "业绩", 板块编号: "RESULT" });
    for (const { id } of detail.itemViews) {
      await write("绩效项", { 所属板块: [section] }, id);
    }
    await write("数据源", {
      名称: "否决事件",
      编码: "VETOES",
      数据表: "一票否决记录",
      人员字段: "所属员工",
      日期字段: "发生日期",
      汇总方式: "计数",
      无记录时: "计为0（数据源有数据时）",
      启用: true,
    });
    const kpi = await write("KPI指标库", {
      指标名称: "合规红线",
      指标编码: "COMPLIANCE",
      实际值公式: "VETOES",
      计分方法: "一票否决",
      否决方式: "总分乘以系数",
      否决系数: "0.5",
      状态: "已发布",
    });
    await write("绩效项", {
      编号: `${detail.code}|COMPLIANCE`,
      所属绩效表: [sheetId],
      所属指标: [kpi],
      "权重(%)": "0",
    });
    await write("一票否决记录", {
      事件: "虚假订单",
      所属员工: [detail.subject.id],
      发生日期: "1998-04-15",
      依据: "审计报告",
    });
    await gridPage.getByRole("link", { name: /^考核板块/ }).click();
    await gridPage.getByRole("heading", { name: "考核板块" }).waitFor();
    await type("板块上限", "60");

    const way = sheetPage.locator(".way tr");
    await soon(() => way.count()).toBe(5);
    const after = await sheet();
    expect(after.steps.map(({ code, after: then }) => [code, then])).toEqual([
      ["section_limit", "60"],
      ["veto", "30"],
    ]);
    const lines = await way.allInnerTexts();
    for (const [place, step] of after.steps.entries()) {
      expect(lines[place + 2]).toContain(step.text);
      expect(new Decimal(step.before).plus(step.change).equals(step.after)).toBe(true);
    }
    const sum = Decimal.sum(0, ...after.itemViews.map((item) => item.contribution ?? "0"));
    expect(lines[1]).toContain(sum.toFixed());
    expect(lines[4]).toContain("30.00");
    await soon(shownTotal).toBe("30.00");
    expect(await sheetPage.locator(".group-row").first().innerText()).toMatch(/业绩.*60\.00/s);
    const notes = await sheetPage.locator(".grade-notes li").allInnerTexts();
    expect(notes).toEqual(after.gradeNotes);
    expect(notes.length).toBeGreaterThan(0);
    expect(others(await sheets())).toEqual(others(before));
  });

  it("hands the results over as an Excel workbook", async () => {
    await gridPage.goto(`${plugin.origin}/sheets?cycle=${CYCLE}`);
    await gridPage.getByRole("button", { name: "导出" }).click();
    const download = gridPage.waitForEvent("download");
    await gridPage.getByText("Excel 工作簿（.xlsx）").click();
    const file = await download;

    expect(file.suggestedFilename()).toBe(`kpi-loop-${CYCLE}.xlsx`);
    // A workbook is a zip archive, and those begin with PK.
    expect(readFileSync(await file.path()).toString("latin1", 0, 2)).toBe("PK");
  });

  it("opens the KPI library with a handful of columns, and every parameter a view away", async () => {
    await gridPage.goto(`${plugin.origin}/workspace`);
    await gridPage.getByRole("link", { name: /^KPI指标库/ }).click();
    await gridPage.getByRole("heading", { name: "KPI指标库" }).waitFor();
    const columns = () => gridPage.locator(".grid-table thead th").allInnerTexts();
    await soon(columns).toContain("计分方法");
    expect((await columns()).length).toBeLessThan(15);
    expect(await columns()).not.toContain("否决系数");

    await gridPage.getByRole("combobox", { name: "视图" }).click();
    await gridPage.locator(".ant-select-item-option", { hasText: "与否决参数" }).click();
    await soon(columns).toContain("否决系数");
    await gridPage.getByRole("button", { name: "打开记录 合规红线" }).waitFor();
    expect(await gridPage.getByRole("button", { name: "打开记录 净销售额" }).count()).toBe(0);
  });

  it("finds no difference when everything is computed anew", async () => {
    await gridPage.getByRole("link", { name: "运行" }).click();
    await gridPage.getByRole("button", { name: "开始重算" }).click();
    await gridPage.getByText("没有差异：所有数字一致。").waitFor({ timeout: 120_000 });
  });

  it("speaks English throughout when asked to", async () => {
    await gridPage.getByText("EN", { exact: true }).click();
    await gridPage.getByRole("heading", { name: "Operations" }).waitFor();

    expect(await gridPage.locator("html").getAttribute("lang")).toBe("en-US");
  });

  it("ran without an error in the browser", () => {
    // A stranger's first requests are refused on purpose.
    expect(troubles.filter((text) => !text.includes("401"))).toEqual([]);
  });
});
