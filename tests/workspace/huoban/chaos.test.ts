import { setImmediate } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { isPluginError } from "../../../plugin/errors.ts";
import { silentLog } from "../../../plugin/log.ts";
import { openEmbedded, type Embedded } from "../../../plugin/workspace/embedded/embedded.ts";
import { fetchAdapter } from "../../../plugin/workspace/huoban/fetch-adapter.ts";
import { openHuoban } from "../../../plugin/workspace/huoban/index.ts";
import type { Patience } from "../../../plugin/workspace/huoban/pacing.ts";

const opened: Embedded[] = [];
afterEach(async () => {
  for (const embedded of opened.splice(0)) await embedded.close();
});

/** The driver before a host that has a table of one unique text and one number, and is still well. */
async function open() {
  const application = { id: "app", secret: "secret" };
  const now = () => new Date("2026-03-31T10:00:00Z");
  const log = silentLog();
  const embedded = openEmbedded({
    file: ":memory:",
    timeZone: "Asia/Shanghai",
    apiKey: "key",
    application,
    callbackUrl: null,
    deliver: null,
    now,
    log,
  });
  opened.push(embedded);
  const workspace = openHuoban({
    apiBase: "http://embedded.test",
    adapter: fetchAdapter((request) => embedded.fetch(request)),
    spaceId: embedded.spaceId,
    apiKey: "key",
    application,
    timeZone: "Asia/Shanghai",
    requestsPerSecond: null,
    patience: quickPatience(),
    now,
    log,
  });
  const table = await workspace.structure.createTable({
    key: "orders",
    name: "订单",
    fields: [
      { key: "code", name: "编号", type: "text", unique: true },
      { key: "amount", name: "金额", type: "number" },
    ],
  });
  const [code, amount] = table.fields.map((field) => field.id);
  if (code === undefined || amount === undefined) throw new Error("The table has two fields");
  return { embedded, workspace, table: table.id, code, amount };
}

/** Lets others have their turn instead of waiting; its own clock goes on. */
function quickPatience(): Patience {
  let at = 0;
  return {
    clock: () => at,
    random: () => 0.5,
    async wait(ms) {
      at += ms;
      await setImmediate();
    },
  };
}

function misbehave({ faults }: Embedded, seed: number): void {
  let state = seed;
  Object.assign(faults, {
    rejectRate: 0.08,
    failRate: 0.06,
    htmlRate: 0.04,
    lostReplyRate: 0.06,
    truncatedPageRate: 0.4,
    // Numerical Recipes' linear congruence: the same run every time.
    random: () => (state = (state * 1664525 + 1013904223) % 2 ** 32) / 2 ** 32,
  });
}

describe("a host on a bad day", () => {
  it.each([1, 2, 3])("ends up with exactly the rows asked for (seed %i)", async (seed) => {
    const { embedded, workspace, table, code, amount } = await open();
    misbehave(embedded, seed);
    const rows = Array.from({ length: 640 }, (_, i) => ({ [code]: `K${i}`, [amount]: String(i) }));

    const ids = await workspace.records.upsert(table, code, rows);
    const again = await workspace.records.upsert(table, code, rows.slice(0, 150));
    const keyOf = (key: string) => ids.get(key) ?? "";
    await workspace.records.remove(
      table,
      rows.slice(500).map((row) => keyOf(row[code] ?? "")),
    );
    await workspace.records.write(table, keyOf("K7"), { [amount]: "7.5" });

    const read: string[] = [];
    for await (const page of workspace.records.pages(table)) {
      read.push(...page.map(({ id, fields }) => `${id} ${String(fields[amount])}`));
    }
    const expected = rows.slice(0, 500).map((row) => {
      const key = row[code] ?? "";
      return `${keyOf(key)} ${key === "K7" ? "7.5" : row[amount]}`;
    });
    expect(read.sort()).toEqual(expected.sort());
    expect([...again].every(([key, id]) => keyOf(key) === id)).toBe(true);
    const found = await workspace.records.read(table, [...ids.values()]);
    expect(found.size).toBe(500);
  });

  it.each([4, 5, 6])("ends up with one comment, tried until it works (seed %i)", async (seed) => {
    const { embedded, workspace, table, code } = await open();
    const ids = await workspace.records.upsert(table, code, [{ [code]: "A" }]);
    const record = { table, id: ids.get("A") ?? "" };
    misbehave(embedded, seed);

    for (const text of ["得分 90", "得分 91", "得分 92", "得分 93", "得分 94"]) {
      await untilDone(() => workspace.comments.ensure(record, "grade", [{ text }]));
    }

    const comments = await untilDone(() => workspace.comments.read(record));
    expect(comments.map(({ topic, text }) => [topic, text])).toEqual([["grade", "得分 94"]]);
  });
});

/** As the outbox does: an error that may pass is tried again. */
async function untilDone<T>(run: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await run();
    } catch (error) {
      if (!isPluginError(error) || !error.code.startsWith("workspace/")) throw error;
    }
  }
}
