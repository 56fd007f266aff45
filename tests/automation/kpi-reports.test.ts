import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Analysis } from "../../plugin/automation/analysis/analysis.ts";
import { HEALTH_DEFAULTS } from "../../plugin/automation/analysis/health.ts";
import { analyse } from "../../plugin/cli/analyse.ts";
import { openTerminal } from "../../plugin/cli/terminal.ts";
import { Decimal } from "../../plugin/decimal.ts";
import * as shapes from "../../plugin/server/api.ts";
import { LOCALES, type Locale } from "../../plugin/words/words.ts";
import { openServer } from "../server/open-server.ts";
import { CYCLE, items, openAnalysedCompany, people, sink } from "./analysed-company.ts";
import type { Stage } from "./stage.ts";

let stage: Stage;
let analysis: Analysis;
const EN: Locale = "en-US";

beforeAll(async () => {
  stage = await openAnalysedCompany();
  analysis = stage.automation().analysis;
}, 180_000);
afterAll(() => stage.close());

describe("the health of KPIs", () => {
  const health = (change: object = {}) =>
    analysis.health({ cycle: CYCLE, ...HEALTH_DEFAULTS, kpi: null, subject: null, ...change }, EN);
  const last12 = () => health().cycles;
  const of = (kpi: string) =>
    last12().flatMap((cycle) =>
      items(stage, cycle)
        .filter(({ employee }) => people(stage).has(employee))
        .flatMap((row) =>
          row.items.filter((item) => item.kpi === kpi).map((item) => ({ ...item, ...row, cycle })),
        ),
    );
  const check = (kpi: string, name: string) =>
    health()
      .kpis.find((one) => one.kpi.code === kpi)
      ?.checks.find((one) => one.check === name);

  it("looks at the twelve cycles of the kind up to the one that was named", () => {
    expect(last12()).toHaveLength(12);
    expect(last12()[0]).toBe("1997-05");
    expect(health({ periods: 3 }).cycles).toEqual(["1998-02", "1998-03", "1998-04"]);
  });

  it.each(["REVENUE", "ORDERS", "GROWTH"])("tells how often %s was reached, by Wilson", (kpi) => {
    const shares = [...people(stage)].map((name) => {
      const own = of(kpi).filter(({ employee, score }) => employee === name && score !== null);
      return own.filter(({ score }) => Number(score) >= 100).length / own.length;
    });
    const [n, z] = [shares.length, 1.959963984540054];
    const p = shares.reduce((sum, share) => sum + share, 0) / n;
    const half = z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
    const found = check(kpi, "hit_rate");

    expect(found?.n).toBe(9);
    expect(found?.figures["share"]).toBeCloseTo(p, 12);
    expect(found?.figures["lower"]).toBeCloseTo(
      (p + (z * z) / (2 * n) - half) / (1 + (z * z) / n),
      12,
    );
    expect(found?.figures["upper"]).toBeCloseTo(
      (p + (z * z) / (2 * n) + half) / (1 + (z * z) / n),
      12,
    );
  });

  it.each(["REVENUE", "ON_TIME", "DISCOUNT"])("tells how %s scores scatter", (kpi) => {
    const scores = of(kpi).flatMap(({ score }) => (score === null ? [] : [Number(score)]));
    const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
    const square = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0);

    expect(check(kpi, "discrimination")?.figures["sd"]).toBeCloseTo(
      Math.sqrt(square / (scores.length - 1)),
      9,
    );
  });

  it("tells the share of scores at the cap, and of items without data", () => {
    const scores = of("REVENUE").flatMap(({ score }) => (score === null ? [] : [Number(score)]));
    const atCap = scores.filter((score) => score === 120).length / scores.length;

    expect(check("REVENUE", "at_cap")).toMatchObject({
      n: scores.length,
      flag: atCap > 0.3 ? "AT_CAP" : null,
      figures: { share: atCap },
    });
    const onTime = of("ON_TIME");
    const missing = onTime.filter(({ status }) => status === "NO_DATA").length;
    expect(check("ON_TIME", "missing")?.figures).toEqual({
      share: missing / onTime.length,
      missing,
    });
  });

  it("asks no bunching of figures that move in steps wider than the window", () => {
    expect(check("ORDERS", "bunching")).toMatchObject({ n: null, flag: null });
  });

  it("compares every pair of KPIs, people and changes", () => {
    const { pairs } = health();

    expect(pairs).toHaveLength(30);
    expect(new Set(pairs.map(({ a, b, level }) => `${a} ${b} ${level}`)).size).toBe(30);
    for (const { rho, n, text } of pairs) expect(rho === null ? text : String(n)).not.toBe("");
  });

  it("draws natural limits from all periods but the last", () => {
    const [chart] = health({ kpi: "REVENUE", subject: "Andrew Fuller" }).charts;
    const values = (chart?.points ?? []).map(({ value }) => Number(value));
    const base = values.slice(0, -1);
    const mean = base.reduce((sum, value) => sum + value, 0) / base.length;
    const steps = base.slice(1).map((value, at) => Math.abs(value - (base[at] ?? 0)));
    const range = steps.reduce((sum, step) => sum + step, 0) / steps.length;

    expect(values).toHaveLength(12);
    expect(chart?.limits?.mean).toBeCloseTo(mean, 6);
    expect(chart?.limits?.upper).toBeCloseTo(mean + 2.66 * range, 6);
    // Sales are never below 0.
    expect(chart?.limits?.lower).toBeCloseTo(Math.max(0, mean - 2.66 * range), 6);
  });

  it("weighs what decides in practice, and the perspectives", () => {
    const view = health();
    const representative = view.weights.find(({ parts }) => parts.length > 0);
    const real = (representative?.parts ?? []).map(({ check }) => check.figures["real"] ?? 0);

    expect(real.reduce((sum, part) => sum + part, 0)).toBeCloseTo(1, 12);
    expect(view.perspectives[0]?.parts.map(({ share }) => share)).toEqual([
      "0.5",
      "0.15",
      "0.35",
      "0",
    ]);
    expect(view.perspectives[0]?.parts[3]?.text).toContain("no weight");
  });
});

describe("targets", () => {
  const targets = (kpi: string, subject: string) =>
    analysis.targets({ cycle: CYCLE, kpi, subject }, EN);

  it("stand in the own history, which is that of the sheets", () => {
    const { history, current } = targets("REVENUE", "Nancy Davolio");
    const values = history.map(({ value }) => Number(value));
    const target = Number(current?.value);

    for (const { period, value } of history.filter(({ period }) => period >= "1997"))
      expect(
        items(stage, period)
          .find(({ employee }) => employee === "Nancy Davolio")
          ?.items.find(({ kpi }) => kpi === "REVENUE")?.actual,
      ).toBe(value);
    expect(history.at(-1)?.period).toBe("1998-03");
    expect(Number(current?.percentile)).toBeCloseTo(
      values.filter((value) => value < target).length / values.length,
      9,
    );
    expect(Number(current?.hitShare)).toBeCloseTo(
      values.filter((value) => value >= target).length / values.length,
      9,
    );
  });

  it("are suggested from the line through the history, each step better than the last", () => {
    const { history, suggestion } = targets("REVENUE", "Nancy Davolio");
    const values = history.map(({ value }) => Number(value));
    const slopes = values.flatMap((from, i) =>
      values.slice(i + 1).map((to, step) => (to - from) / (step + 1)),
    );
    const slope = middle(slopes);
    const base = middle(values.map((value, i) => value - slope * i)) + slope * values.length;

    expect(suggestion?.method).toBe("trend");
    expect(Number(suggestion?.base.value)).toBeCloseTo(base, 2);
    expect(Number(suggestion?.target.value)).toBeGreaterThan(base);
    expect(Number(suggestion?.stretch.value)).toBeGreaterThan(Number(suggestion?.target.value));
  });

  it("are lower suggestions where less is better", () => {
    const { suggestion } = targets("DISCOUNT", "Nancy Davolio");

    expect(Number(suggestion?.target.value)).toBeLessThanOrEqual(Number(suggestion?.base.value));
  });

  it("of people are held against their department's, for what adds up only", () => {
    const rows = items(stage, CYCLE);
    const own = (names: (name: string) => boolean) =>
      rows
        .filter(({ employee }) => names(employee))
        .flatMap((row) => row.items.filter(({ kpi }) => kpi === "REVENUE"))
        .reduce((sum, { target }) => sum.plus(target ?? 0), new Decimal(0));
    const ratio = own((name) => people(stage).has(name)).div(
      own((name) => !people(stage).has(name)),
    );

    expect(targets("REVENUE", "SALES").assignment).toMatchObject({
      children: 9,
      ratio: ratio.toDecimalPlaces(10).toFixed(),
      flag: ratio.lessThan(1) ? "UNDER_ASSIGNED" : null,
    });
    expect(targets("GROWTH", "SALES").assignment).toBeNull();
  });
});

describe("the SMART check", () => {
  it("has something to say about every published KPI and every set", () => {
    const view = analysis.lint({ kpi: null }, EN);

    expect(view.kpis).toHaveLength(6);
    for (const { kpi, findings } of view.kpis) {
      expect([...new Set(findings.map(({ letter }) => letter))]).toEqual(["S", "M", "A", "R", "T"]);
      // Only net sales name who answers for them.
      const ownerless = findings.some(({ code }) => code === "owner_missing");
      expect(ownerless).toBe(kpi.code !== "REVENUE");
    }
    expect(view.sets).toHaveLength(5);
    for (const { findings } of view.sets)
      expect(findings.map(({ code }) => code)).toEqual(["set_balanced"]);
    expect(view.notices.join()).not.toContain("1998-06");
  });

  it("looks at one KPI, in the reader's language", () => {
    const view = analysis.lint({ kpi: "REVENUE" }, "zh-CN");

    expect(view.kpis.map(({ kpi }) => kpi.name)).toEqual(["净销售额"]);
    expect(view.sets).toEqual([]);
  });
});

describe("every analysis", () => {
  const asks: readonly [string, string][] = [
    ["distribution", `cycle=${CYCLE}&least=5`],
    ["bonus", `cycle=${CYCLE}`],
    ["health", `cycle=${CYCLE}&periods=3`],
    ["targets", `cycle=${CYCLE}&kpi=ORDERS&subject=E1`],
    ["lint", ""],
    ["pace", `cycle=${CYCLE}&day=1998-04-20`],
  ];
  const ANSWERS: Readonly<Record<string, { parse(value: unknown): unknown }>> = {
    distribution: shapes.DistributionView,
    bonus: shapes.BonusView,
    health: shapes.HealthView,
    targets: shapes.TargetsView,
    lint: shapes.LintView,
    pace: shapes.PaceView,
  };

  it.each(asks)("%s answers as the API says, and writes nothing", async (topic, query) => {
    const { call } = await openServer({ automation: stage.automation() });
    const changes = () =>
      stage.db.prepare<[], { n: number }>("SELECT total_changes() AS n").get()?.n;
    const before = { changes: changes(), requests: stage.requests.length };

    const answer = await call(`/api/analysis/${topic}?${query}`);

    expect(answer.status).toBe(200);
    expect(ANSWERS[topic]?.parse(await answer.json())).toBeDefined();
    expect({ changes: changes(), requests: stage.requests.length }).toEqual(before);
  });

  it.each(
    LOCALES.flatMap((locale) => asks.map(([topic, query]) => [locale, topic, query] as const)),
  )("%s: kpi-loop analyse %s prints tables", async (locale, topic, query) => {
    const { call } = await openServer({ automation: stage.automation() });
    const out = sink();
    const terminal = openTerminal(
      { env: {}, in: process.stdin, out, err: sink() },
      { locale, json: false },
    );

    await analyse(terminal, call, { topic, ...Object.fromEntries(new URLSearchParams(query)) });

    expect(out.text()).toContain("──");
    expect(out.text()).not.toMatch(/undefined|NaN|\[object/);
    // What our words say; names of the sample's rows are in the language of the installation.
    expect(/[\u4e00-\u9fff]/.test(out.text().split("\n")[0] ?? "")).toBe(locale === "zh-CN");
  });

  it.each([
    ["/api/analysis/pace?cycle=2031-01", 404, "request/not-found"],
    [`/api/analysis/targets?cycle=${CYCLE}&kpi=NOTHING&subject=E1`, 404, "request/not-found"],
    [`/api/analysis/targets?cycle=${CYCLE}&kpi=ORDERS&subject=Nobody`, 404, "request/not-found"],
    ["/api/analysis/bonus?cycle=1998-03", 422, "record/no-bonus-pool"],
    ["/api/analysis/distribution", 400, "request/invalid"],
    [`/api/analysis/distribution?cycle=${CYCLE}&ties=lottery`, 400, "request/invalid"],
    [`/api/analysis/pace?cycle=${CYCLE}&day=1998-02-30`, 400, "request/invalid"],
    [`/api/analysis/bonus?cycle=${CYCLE}&company=-1`, 400, "request/invalid"],
  ])("refuses %s", async (path, status, code) => {
    const { call } = await openServer({ automation: stage.automation() });

    const answer = await call(path);

    expect(answer.status).toBe(status);
    expect(shapes.Problem.parse(await answer.json()).code).toBe(code);
  });

  it("refuses an option its topic does not know", async () => {
    const { call } = await openServer({ automation: stage.automation() });
    const terminal = openTerminal(
      { env: {}, in: process.stdin, out: sink(), err: sink() },
      { locale: EN, json: true },
    );

    await expect(analyse(terminal, call, { topic: "lint", mode: "pool" })).rejects.toMatchObject({
      code: "request/invalid",
      details: { problems: "lint does not know --mode; it takes --kpi." },
    });
  });

  it("is kept from those who are not signed in", async () => {
    const { app } = await openServer({ automation: stage.automation() });

    for (const [topic, query] of asks)
      expect((await app.request(`/api/analysis/${topic}?${query}`)).status).toBe(401);
  });
});

function middle(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = Math.floor(sorted.length / 2);
  const lower = Math.floor((sorted.length - 1) / 2);
  return ((sorted[lower] ?? 0) + (sorted[upper] ?? 0)) / 2;
}
