import { existsSync } from "node:fs";
import { chromium, type Browser, type BrowserContext } from "playwright-core";
import { expect } from "vitest";
import type { Decimal } from "../../plugin/decimal.ts";
import type { GridRecord, GridTable } from "../../plugin/server/api.ts";

const CHROMIUM = process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";
/** Whether there is a browser at all. */
export const missing = !existsSync(CHROMIUM);
/** Where nobody reads along, a missing browser must not look like a passed test. */
export const skip = missing && process.env["CI"] !== "true";
export const untested = `The console was NOT TESTED in a browser: there is no Chromium at ${CHROMIUM}. Install it, or say where it is with CHROMIUM_PATH.`;

/** A Chinese browser window; what goes wrong in it is gathered in `troubles`. */
export async function openBrowser(
  troubles: string[],
): Promise<{ browser: Browser; context: BrowserContext }> {
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: [
      ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
      ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
    ],
  });
  const context = await browser.newContext({
    locale: "zh-CN",
    viewport: { width: 1280, height: 800 },
  });
  context.setDefaultTimeout(20_000);
  context.on("weberror", (error) => troubles.push(String(error.error())));
  context.on("console", (message) => {
    if (message.type() === "error") troubles.push(message.text());
  });
  return { browser, context };
}

/** A row written over the API, its fields by name; options by name, too. */
export async function writeRow(
  { context, origin }: { readonly context: BrowserContext; readonly origin: string },
  tables: readonly GridTable[],
  row: {
    readonly table: string;
    readonly cells: Readonly<Record<string, string | boolean | readonly string[]>>;
    /** Left out: a new one. */
    readonly record?: string;
  },
): Promise<string> {
  const table = tables.find((one) => one.name === row.table);
  if (table === undefined) throw new Error(`No table ${row.table}`);
  const written = Object.entries(row.cells).map(([called, value]) => {
    const field = table.fields.find((one) => one.name === called);
    if (field === undefined) throw new Error(`No field ${called} in ${row.table}`);
    const option = field.options.find((one) => one.name === value);
    return [field.id, option === undefined ? value : [option.id]];
  });
  const request = { headers: { origin }, data: { fields: Object.fromEntries(written) as unknown } };
  const api = `${origin}/api/workspace`;
  const answer =
    row.record === undefined
      ? await context.request.post(`${api}/tables/${table.id}/records`, request)
      : await context.request.patch(`${api}/records/${row.record}`, request);
  expect(answer.ok(), await answer.text()).toBe(true);
  return ((await answer.json()) as GridRecord).id;
}

/** A value that arrives by itself: the machine may be busy with other things. */
export const soon = <T>(read: () => Promise<T>) => expect.poll(read, { timeout: 20_000 });

/** An amount as the console shows it. */
export const money = (value: Decimal) => value.toFixed(2).replace(/\B(?=(\d{3})+(?=\.))/g, ",");
