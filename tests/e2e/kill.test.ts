import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { GridPage, GridTable, SheetDetail, SheetRow } from "../../plugin/server/api.ts";
import { freePort, openServerProcess, runCli, type ServerProcess } from "./server-process.ts";

/**
 * kill -9 in the middle of everything: whatever was acknowledged is there, nothing is said twice, and
 * the state is what a full recomputation gives.
 */
const CHANGES = Number(process.env["KILL_CHANGES"] ?? 2000);
const KILLS = Number(process.env["KILL_TIMES"] ?? 25);
/** People at work at the same time, each on records of their own. */
const WRITERS = 8;

let home: string;
let server: ServerProcess;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "kpi-loop-kill-"));
  const demo = await runCli(home, ["demo"]);
  expect(demo.err + demo.out).not.toContain("error");
  expect(demo.code).toBe(0);
  server = openServerProcess(home, await freePort());
  server.start();
  await server.ready();
}, 300_000);
afterAll(async () => {
  await server.kill();
  rmSync(home, { recursive: true, force: true });
});

/** Numbers that are the same on every run: a failure can be repeated. */
function numbers(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state % below;
  };
}

async function tableNamed(name: string): Promise<GridTable> {
  const tables = await server.json<GridTable[]>("/api/workspace/tables");
  const table = tables.find((one) => one.name === name);
  if (!table) throw new Error(`no table ${name}`);
  return table;
}

async function everyRecord(table: string): Promise<GridPage["records"]> {
  const records: GridPage["records"] = [];
  for (;;) {
    const page = await server.json<GridPage>(
      `/api/workspace/tables/${table}/records?limit=200&offset=${records.length}`,
    );
    records.push(...page.records);
    if (page.records.length === 0 || records.length >= page.total) return records;
  }
}

it(`loses no change and says nothing twice through ${KILLS} kills in ${CHANGES} changes`, async () => {
  const random = numbers(20260101);
  const lines = await tableNamed("订单明细");
  const orders = await tableNamed("订单");
  const field = (table: GridTable, name: string) =>
    table.fields.find((one) => one.name === name)?.id ?? "";
  const lineIds = (await everyRecord(lines.id)).map((record) => record.id);
  const orderRecords = await everyRecord(orders.id);
  const orderIds = orderRecords.map((one) => one.id);
  const owners = [
    ...new Set(
      orderRecords.map((one) => JSON.stringify(one.cells[field(orders, "负责人")]?.value)),
    ),
  ].map((text) => JSON.parse(text) as string[]);
  const expected = new Map<string, Map<string, unknown>>();
  const change = (writer: number, dice: (below: number) => number) => {
    const mine = <T>(all: readonly T[]): T => {
      const place = dice(Math.floor(all.length / WRITERS)) * WRITERS + writer;
      return all[place] as T;
    };
    const date = `1997-${String(1 + dice(12)).padStart(2, "0")}-${String(1 + dice(28)).padStart(2, "0")}`;
    const kinds: readonly [string, string, unknown][] = [
      [mine(lineIds), field(lines, "折扣"), ["0", "0.05", "0.25", "0.6"][dice(4)]],
      [mine(lineIds), field(lines, "数量"), String(1 + dice(80))],
      [mine(orderIds), field(orders, "负责人"), owners[dice(owners.length)]],
      [mine(orderIds), field(orders, "下单日期"), date],
    ];
    const [record, id, value] = kinds[dice(kinds.length)] as (typeof kinds)[number];
    return { record, fields: { [id]: value } };
  };
  /** Sent until it is acknowledged: what counts as a change is one the server said yes to. */
  const send = async (one: ReturnType<typeof change>) => {
    for (;;) {
      try {
        const answer = await server.call(`/api/workspace/records/${one.record}`, {
          method: "PATCH",
          body: JSON.stringify({ fields: one.fields }),
        });
        if (answer.ok) break;
        if (answer.status < 500) throw new Error(await answer.text());
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    const known = expected.get(one.record) ?? new Map<string, unknown>();
    for (const [id, value] of Object.entries(one.fields)) known.set(id, value);
    expected.set(one.record, known);
  };
  let kills = 0;
  let sent = 0;
  const killer = (async () => {
    while (kills < KILLS) {
      const due = Math.floor(((kills + 0.5) * CHANGES) / KILLS);
      while (sent < Math.min(due, CHANGES - 1))
        await new Promise((resolve) => setTimeout(resolve, 5));
      await new Promise((resolve) => setTimeout(resolve, random(120)));
      await server.kill();
      kills += 1;
      server.start();
      // Sometimes it does not even come up before the next one.
      if (random(4) !== 0) await server.ready();
    }
  })();

  await Promise.all(
    Array.from({ length: WRITERS }, async (_, writer) => {
      const dice = numbers(writer + 1);
      while (sent < CHANGES) {
        sent += 1;
        await send(change(writer, dice));
      }
    }),
  );
  await killer;
  await server.ready();
  for (;;) {
    const health = await server.json<{ inbox: number; outbox: number; failed: unknown[] }>(
      "/api/operations",
    );
    expect(health.failed).toEqual([]);
    if (health.inbox === 0 && health.outbox === 0) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }

  // Every acknowledged change is in the workspace.
  const now = new Map(
    [...(await everyRecord(lines.id)), ...(await everyRecord(orders.id))].map((one) => [
      one.id,
      one,
    ]),
  );
  for (const [record, fields] of expected)
    for (const [id, value] of fields)
      expect([record, now.get(record)?.cells[id]?.value]).toEqual([record, value]);
  // The state is what the records give, and the workspace shows it.
  const answer = await server.call("/api/recompute", { method: "POST" });
  const last = (await answer.text()).trim().split("\n").at(-1) ?? "";
  expect(JSON.parse(last)).toMatchObject({ result: { differences: 0, sheets: 320 } });
  const sheets = await server.json<SheetRow[]>("/api/sheets");
  const table = await tableNamed("绩效表");
  const shown = new Map((await everyRecord(table.id)).map((one) => [one.id, one.cells]));
  for (const sheet of sheets)
    expect([sheet.code, shown.get(sheet.id)?.[field(table, "等级")]?.value ?? null]).toEqual([
      sheet.code,
      sheet.grade,
    ]);
  // One comment per topic, and there are comments at all.
  let comments = 0;
  for (const sheet of sheets) {
    const topics = (await server.json<SheetDetail>(`/api/sheets/${sheet.id}`)).comments.map(
      (one) => one.topic,
    );
    comments += topics.length;
    expect([sheet.code, topics]).toEqual([sheet.code, [...new Set(topics)]]);
  }
  expect(comments).toBeGreaterThan(50);
  expect(kills).toBe(KILLS);
}, 900_000);
