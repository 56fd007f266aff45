import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Automation } from "../../plugin/automation/automation.ts";
import { openDatabase } from "../../plugin/database.ts";
import { PluginError } from "../../plugin/errors.ts";
import type { Bindings } from "../../plugin/install/bindings.ts";
import { silentLog } from "../../plugin/log.ts";
import type { LiveEvent, SheetRow } from "../../plugin/server/api.ts";
import { createApp } from "../../plugin/server/app.ts";
import type { ServerDeps } from "../../plugin/server/deps.ts";
import { createLive } from "../../plugin/server/live.ts";
import { openPasses } from "../../plugin/server/session.ts";
import { openEmbedded } from "../../plugin/workspace/embedded/embedded.ts";
import { fetchAdapter } from "../../plugin/workspace/huoban/fetch-adapter.ts";
import { openHuoban } from "../../plugin/workspace/huoban/index.ts";

export const TOKEN = "token-of-this-test";
export const HOOK = "/hooks/huoban/hook-of-this-test";
const OPERATOR = "1";
const START = Date.parse("2026-11-20T08:00:00Z");

/** A server over a real, empty embedded workspace; the engine is a stand-in that remembers. */
export async function openServer(change: Partial<ServerDeps> = {}) {
  const clock = { at: START };
  const now = () => new Date(clock.at);
  const log = silentLog();
  const application = { id: "test", secret: "application-secret" };
  const embedded = openEmbedded({
    file: ":memory:",
    timeZone: "Asia/Shanghai",
    apiKey: "workspace-key",
    application,
    callbackUrl: null,
    deliver: null,
    now,
    log,
  });
  embedded.grid.addMember({ id: OPERATOR, name: "张悦" });
  const workspace = openHuoban({
    apiBase: "http://embedded.invalid",
    apiKey: "workspace-key",
    spaceId: embedded.spaceId,
    application,
    timeZone: "Asia/Shanghai",
    requestsPerSecond: null,
    adapter: fetchAdapter((request) => embedded.fetch(request)),
    log,
    now,
  });
  const table = await workspace.structure.createTable({
    key: "sheets",
    name: "绩效表",
    fields: [
      { key: "code", name: "编号", type: "text", unique: true },
      { key: "amount", name: "金额", type: "money" },
    ],
  });
  const db = openDatabase(":memory:");
  const engine = standIn();
  const live = createLive();
  const passes = openPasses({ db, now });
  const app = createApp({
    db,
    automation: engine,
    workspace,
    bindings: oneTable(table.id),
    embedded: (request) => embedded.fetch(request),
    grid: embedded.grid,
    operator: OPERATOR,
    passes,
    signInLink: () => `http://127.0.0.1:4180/signin?token=${passes.issue("link")}`,
    live,
    accessToken: TOKEN,
    webhookSecret: "hook-of-this-test",
    allowedHosts: ["kpi.example"],
    locale: "zh-CN",
    timeZone: "Asia/Shanghai",
    company: () => "示例公司",
    openAt: () => null,
    version: "0.0.0",
    consoleFolder: mkdtempSync(join(tmpdir(), "kpi-loop-console-")),
    log,
    now,
    ...change,
  });
  const [code, amount] = table.fields;
  if (code === undefined || amount === undefined) throw new Error("The table has two fields");
  return {
    app,
    db,
    clock,
    engine,
    embedded,
    live,
    passes,
    table: { id: table.id, code: code.id, amount: amount.id },
    /** As a program with the access token. */
    call: async (path: string, init: RequestInit = {}) => {
      const headers = new Headers(init.headers);
      headers.set("authorization", `Bearer ${TOKEN}`);
      return await app.request(path, { ...init, headers });
    },
  };
}

export const json = (method: string, body: unknown): RequestInit => ({
  method,
  body: JSON.stringify(body),
  headers: { "content-type": "application/json" },
});

function oneTable(id: string): Bindings {
  return {
    table: () => id,
    field: (_table, field) => field,
    option: (_table, _field, option) => option,
    tableKey: (tableId) => (tableId === id ? "sheets" : null),
    fieldKey: () => null,
    optionKey: () => null,
    fields: () => [],
    tables: () => ["sheets"],
    group: () => "result",
  };
}

export const CYCLE = {
  id: "c1",
  name: "1998-04",
  kind: "month",
  start: "1998-04-01",
  end: "1998-04-30",
  status: "running",
} as const;

export const SHEET: SheetRow = {
  id: "s1",
  code: "E1|1998-04",
  subject: { kind: "individual", id: "p1", name: "张悦", department: null, position: null },
  cycle: "1998-04",
  cycleKind: "month",
  total: "92.50",
  grade: "A",
  coverage: "1",
  state: "final",
  scored: 1,
  items: 1,
};

/** The real analyses need a real engine; without one there is nothing to analyse. */
function nothingToAnalyse(): never {
  throw new PluginError("request/not-found", { what: "cycle", name: "" });
}

/** Remembers what it was asked; knows one cycle with one sheet. */
function standIn(): Automation & {
  readonly received: string[];
  readonly retried: string[];
  readonly emit: (event: LiveEvent) => void;
  fail: Error | null;
} {
  const received: string[] = [];
  const retried: string[] = [];
  const listeners = new Set<(event: LiveEvent) => void>();
  const engine = {
    received,
    retried,
    fail: null as Error | null,
    emit: (event: LiveEvent) => listeners.forEach((listener) => listener(event)),
    receive: (raw: Uint8Array) => {
      received.push(new TextDecoder().decode(raw));
      return String(received.length);
    },
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
    idle: () => Promise.resolve(),
    openCycles: () => Promise.resolve(0),
    recompute: async (onProgress?: (done: number, total: number) => void) => {
      onProgress?.(1, 2);
      onProgress?.(2, 2);
      if (engine.fail !== null) throw engine.fail;
      return await Promise.resolve({ records: 2, sheets: 1, differences: 0, milliseconds: 5 });
    },
    reconcile: async (mode: "since" | "full") =>
      await Promise.resolve({ changed: mode === "full" ? 7 : 1 }),
    onChange: (listener: (event: LiveEvent) => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    health: () => ({
      inbox: 0,
      outbox: 0,
      failed: [{ id: "f1", kind: "inbox", error: "unreadable", attempts: 5 }],
      unassigned: 0,
      configProblems: 1,
      lastReconcile: null,
    }),
    retry: (id: string) => retried.push(id) > 0,
    analysis: {
      distribution: nothingToAnalyse,
      bonus: nothingToAnalyse,
      health: nothingToAnalyse,
      targets: nothingToAnalyse,
      lint: nothingToAnalyse,
      pace: nothingToAnalyse,
      promotion: nothingToAnalyse,
    },
    views: {
      cycles: () => {
        if (engine.fail !== null) throw engine.fail;
        return [CYCLE];
      },
      sheets: ({ cycle }: { cycle?: string }) =>
        cycle === undefined || cycle === CYCLE.id ? [SHEET] : [],
      sheet: async (id: string) =>
        await Promise.resolve(
          id === SHEET.id
            ? {
                ...SHEET,
                exactTotal: "92.5",
                sections: [],
                steps: [],
                gradeNotes: [],
                minCoverage: "0.6",
                reasons: [],
                itemViews: [],
                comments: [],
                ledger: [],
                url: null,
              }
            : null,
        ),
      why: () => null,
      ledger: () => [],
      workbook: () => [],
      exportCycle: () => [
        {
          employee: "张悦",
          period: "1998-04",
          total: "92.50",
          grade: "A",
          coverage: "1",
          items: [],
        },
      ],
      unassigned: () => [{ table: "t1", record: "r1", title: "10248", reason: "没有负责人" }],
      configProblems: () => [{ table: "t2", record: "r2", title: "NET", text: "公式有误" }],
    },
  };
  return engine;
}
