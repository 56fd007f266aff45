import { afterEach, describe, expect, it } from "vitest";
import { openAutomation } from "../../plugin/automation/automation.ts";
import { silentLog } from "../../plugin/log.ts";
import type { Workspace } from "../../plugin/workspace/workspace.ts";
import { openSmallCompany, shownResults, type SmallCompany } from "./small-company.ts";
import { openVisits } from "./visits.ts";

/** Days, periods and interruptions: what the calendar and the power switch do to figures. */
const opened: { stage: { close(): Promise<void> } }[] = [];
afterEach(async () => {
  for (const company of opened.splice(0)) await company.stage.close();
});

async function start<T extends SmallCompany>(company: T): Promise<T> {
  opened.push(company);
  await company.stage.automation().idle();
  await company.stage.automation().openCycles();
  company.stage.connect();
  await company.stage.settle();
  return company;
}

/** Another engine on the same state, as after a restart. */
function again(company: SmallCompany, options: { at?: string; workspace?: Workspace } = {}) {
  const { stage } = company;
  const automation = openAutomation({
    db: stage.db,
    workspace: options.workspace ?? stage.workspace,
    bindings: company.bindings,
    log: silentLog(),
    now: () => new Date(options.at ?? "2026-11-23T02:00:00Z"),
  });
  stage.embedded.setDeliver((delivery) => {
    automation.receive(delivery.body);
    return Promise.resolve(true);
  }, "http://plugin.test/hooks/huoban/secret");
  return automation;
}

function actual(company: SmallCompany, code: string): string | undefined {
  const row = company.stage.db
    .prepare<[string], { result: string | null }>("SELECT result FROM items WHERE code = ?")
    .get(code);
  if (!row?.result) return undefined;
  const { status, actual } = JSON.parse(row.result) as { status: string; actual: string | null };
  return actual ?? status;
}

describe("the period before", () => {
  it("is December for January and the last quarter for the first", async () => {
    const company = await start(await openSmallCompany());
    expect(actual(company, "E1|2026-01|GROWTH")).toBe("INVALID_BASELINE");
    const order = company.order({
      owner: [company.members[0] ?? ""],
      order_date: "2025-12-31",
      required_date: "2026-01-10",
    });
    company.line(order, { unit_price: "100", quantity: "1", discount: "0" });
    await company.stage.settle();

    for (const cycle of ["2026-01", "2026-Q1"]) {
      const revenue = Number(actual(company, `E1|${cycle}|REVENUE`));
      expect(Number(actual(company, `E1|${cycle}|GROWTH`))).toBeCloseTo(revenue / 100 - 1, 9);
    }
    company.update("orders", order, { order_date: "2025-11-30" });
    await company.stage.settle();
    expect(actual(company, "E1|2026-01|GROWTH")).toBe("INVALID_BASELINE");
    expect(actual(company, "E1|2026-Q1|GROWTH")).not.toBe("INVALID_BASELINE");
  });
});

describe("a minimum sample", () => {
  it("says nothing until there are enough records, and again when they become fewer", async () => {
    const visits = await start(await openVisits());
    visits.update("kpis", await visits.find("kpis", "code", "V_AVERAGE"), { min_sample: "2" });
    const owners = [visits.members[0] ?? ""];
    const one = visits.visit({ owners, at: "2026-02-03T09:00:00+08:00", amount: "4" });
    await visits.stage.settle();
    expect(visits.reading("E1", "2026-02", "V_AVERAGE")).toBe("NO_DATA");

    visits.visit({ owners, at: "2026-02-04T09:00:00+08:00", amount: "5" });
    await visits.stage.settle();
    expect(visits.reading("E1", "2026-02", "V_AVERAGE")).toBe("4.5");

    visits.remove(one);
    await visits.stage.settle();
    expect(visits.reading("E1", "2026-02", "V_AVERAGE")).toBe("NO_DATA");
  });
});

describe("a moment at the edge of a month", () => {
  it("counts in the month that the company's clock shows, also after the clock is set", async () => {
    const visits = await start(await openVisits());
    const owners = [visits.members[0] ?? ""];
    visits.visit({ owners, at: "2026-02-01T00:30:00+08:00", amount: "5" });
    await visits.stage.settle();
    expect(visits.reading("E1", "2026-02", "V_SUM")).toBe("5");

    visits.update("settings", await visits.find("settings", "key", "time_zone"), { value: "UTC" });
    await visits.stage.settle();
    expect(visits.reading("E1", "2026-01", "V_SUM")).toBe("5");
    expect(visits.reading("E1", "2026-02", "V_SUM")).toBe("NO_DATA");
    expect((await visits.stage.automation().recompute()).differences).toBe(0);
  });
});

describe("equal shares", () => {
  it("add up to the whole to the last digit, and count once for the department", async () => {
    const visits = await start(await openVisits());
    const one = visits.visit({
      owners: visits.members,
      at: "2026-02-03T09:00:00+08:00",
      amount: "100",
    });
    await visits.stage.settle();
    const shares = ["E1", "E2", "E3"].map((who) => visits.reading(who, "2026-02", "V_SUM"));
    expect([...shares].sort()).toEqual(["33.333333333333", "33.333333333333", "33.333333333334"]);
    expect(visits.reading("SALES", "2026-02", "V_SUM")).toBe("100");
    expect(visits.reading("SALES", "2026-02", "V_COUNT")).toBe("1");

    visits.change(one, { amount: "-100" });
    await visits.stage.settle();
    expect(visits.reading("SALES", "2026-02", "V_SUM")).toBe("-100");
  });
});

describe("a new day", () => {
  it("makes what fell due yesterday late, by itself", async () => {
    const company = await openSmallCompany();
    company.create("cycles", {
      name: "2026-11",
      kind: company.option("cycles", "kind", "month"),
      start: "2026-11-01",
      end: "2026-11-30",
      status: company.option("cycles", "status", "running"),
    });
    company.order({
      owner: [company.members[0] ?? ""],
      order_date: "2026-11-10",
      required_date: "2026-11-25",
      shipped_date: null,
    });
    await start(company);
    expect(actual(company, "E1|2026-11|ON_TIME")).toBe("NO_DATA");

    const tomorrow = again(company, { at: "2026-11-25T16:00:00Z" });
    const moved = new Promise<void>((resolve) => {
      tomorrow.onChange((event) => {
        if (event.type === "sheet" && actual(company, "E1|2026-11|ON_TIME") === "0") resolve();
      });
    });
    await tomorrow.start();
    await moved;
    await tomorrow.stop();
    expect((await tomorrow.recompute()).differences).toBe(0);
  });
});

describe("an interruption", () => {
  it("between a write to the workspace and its being noted repeats the write, not the comment", async () => {
    const company = await start(await openSmallCompany());
    const { workspace, embedded } = company.stage;
    const cut = () => Promise.reject(new Error("the power went"));
    const broken: Workspace = {
      ...workspace,
      records: {
        ...workspace.records,
        write: (...given) => workspace.records.write(...given).then(cut),
        upsert: (...given) => workspace.records.upsert(...given).then(cut),
      },
      comments: {
        ...workspace.comments,
        ensure: (...given) => workspace.comments.ensure(...given).then(cut),
      },
    };
    const dying = again(company, { workspace: broken });
    const rows = company.stage.db.prepare<[], { id: string }>("SELECT id FROM items").all();
    for (const { id } of rows) company.update("items", id, { target: "1" });
    await embedded.idle();
    await dying.idle();
    company.update("order_lines", company.lines[0] ?? "", { unit_price: "9999" });
    await embedded.idle();
    await dying.idle();

    const later = again(company, { at: "2026-11-23T03:00:00Z" });
    for (let round = 0; round < 3; round += 1) {
      await embedded.idle();
      await later.idle();
    }

    expect(later.health()).toMatchObject({ inbox: 0, outbox: 0, failed: [] });
    const shown = await shownResults(company.stage, "sheets");
    for (const row of later.views.sheets({})) {
      expect([row.code, Number(shown.get(row.code)?.["total"])]).toEqual([
        row.code,
        Number(row.total),
      ]);
      const said = (await later.views.sheet(row.id, "zh-CN"))?.comments ?? [];
      expect(new Set(said.map((comment) => comment.topic)).size).toBe(said.length);
    }
    expect((await later.recompute()).differences).toBe(0);
  });

  it("by a polite stop in the middle of a burst loses nothing", async () => {
    const company = await start(await openSmallCompany());
    const { embedded } = company.stage;
    const first = again(company);
    await first.start();
    for (const [place, line] of company.lines.entries())
      company.update("order_lines", line, { quantity: String(20 + place) });
    const delivered = embedded.idle();
    await first.stop();
    await delivered;

    const second = again(company);
    await second.idle();
    await embedded.idle();
    await second.idle();

    expect(second.health()).toMatchObject({ inbox: 0, outbox: 0, failed: [] });
    expect((await second.recompute()).differences).toBe(0);
  });
});
