import { afterEach, describe, expect, it } from "vitest";
import { HEALTH_DEFAULTS } from "../../plugin/automation/analysis/health.ts";
import { Decimal } from "../../plugin/decimal.ts";
import { opened } from "./opened-company.ts";
import type { SmallCompany } from "./small-company.ts";

const CYCLE = "2026-01";
const EN = "en-US";
let company: SmallCompany;

afterEach(() => company.stage.close());

const analysis = () => company.stage.automation().analysis;
const settled = async (change: () => void | Promise<void>) => {
  await change();
  await company.stage.settle();
};

const itemsOf = (number: string) =>
  company.stage.db
    .prepare<[], { id: string; code: string }>("SELECT id, code FROM items")
    .all()
    .filter(({ code }) => code.startsWith(`${number}|${CYCLE}|`));

describe("pace of somebody who joined on the 17th of January", () => {
  it("expects the prorated target in the fifteen days that are left", async () => {
    company = await opened();
    const { update, employees } = company;
    await settled(() => {
      update("employees", employees[1] ?? "", { hire_date: "2026-01-17" });
    });
    const ask = (day: string) =>
      analysis().pace({ cycle: CYCLE, day, basis: "calendar", kpi: "REVENUE", subject: "Ben" }, EN)
        .rows[0];

    expect(ask("2026-01-16")?.expected).toBe("0");
    expect(ask("2026-01-19")?.expected).toBe("0.2");
    expect(ask("2026-01-31")?.expected).toBe("1");
    // 1000 × 15 ÷ 31 days, as the sheet has it.
    expect(Number(ask("2026-01-31")?.target)).toBeCloseTo((1000 * 15) / 31, 6);
  });
});

describe("what one person's row cannot give", () => {
  it("stops nobody else's pace: no working day was left of the month", async () => {
    company = await opened();
    const { update, employees } = company;
    await settled(() => {
      // A Saturday, the last day of January 2026.
      update("employees", employees[1] ?? "", { hire_date: "2026-01-31" });
      for (const { id } of itemsOf("E2")) update("items", id, { target: "1" });
    });
    const view = analysis().pace(
      { cycle: CYCLE, day: "2026-01-15", basis: "workday", kpi: "REVENUE", subject: null },
      EN,
    );

    expect(view.rows.map(({ name }) => name)).toContain("Ada");
    expect(view.left.map(({ name }) => name)).toContain("Ben");
  });

  it("leaves the pool where it is while nobody has a base", async () => {
    company = await opened();
    const { update, cycles } = company;
    await settled(() => {
      update("cycles", cycles[0] ?? "", { bonus_pool: "900" });
    });
    const view = analysis().bonus({ cycle: CYCLE, mode: "pool", company: null }, EN);

    expect(view).toMatchObject({ pool: "900", sum: "0", people: [] });
    expect(view.left.map(({ name }) => name).sort()).toEqual(["Ada", "Ben", "Cleo"]);
    expect(view.notices).toHaveLength(2);
  });

  it("leaves the rest of a health report as it is: two sheets of one person", async () => {
    company = await opened();
    const { create, employees, cycles, option } = company;
    const kpi = await company.find("kpis", "code", "ORDERS");
    await settled(() => {
      const sheet = create("sheets", {
        code: "again",
        name: "again",
        subject: option("sheets", "subject", "individual"),
        employee: [employees[0] ?? ""],
        cycle: [cycles[0] ?? ""],
      });
      create("items", { code: "again", sheet: [sheet], kpi: [kpi], weight: "10", target: "2" });
    });
    const view = analysis().health(
      { cycle: CYCLE, ...HEALTH_DEFAULTS, kpi: null, subject: null },
      EN,
    );

    expect(view.pairs).toEqual([]);
    expect(view.notices.join()).toContain("two values");
    expect(view.kpis.length).toBeGreaterThan(3);
  });
});

describe("a bonus by formula", () => {
  it("is for the days employed, and tells which level has no sheet", async () => {
    company = await opened();
    const { update, employees } = company;
    await settled(async () => {
      update("employees", employees[2] ?? "", { hire_date: "2026-01-17", bonus_base: "3100" });
      for (const code of ["D", "C", "B", "A", "S"])
        update("grades", await company.find("grades", "grade", code), { coefficient: "1" });
    });
    // Whatever the figures are: everything given, so that there is a grade.
    await settled(() => {
      for (const { id } of itemsOf("E3")) update("items", id, { target: "1" });
    });
    const view = analysis().bonus({ cycle: CYCLE, mode: "formula", company: null }, EN);
    const cleo = view.people.find(({ name }) => name === "Cleo");

    expect(cleo?.factors.map(({ key }) => key)).toEqual([
      "company",
      "department",
      "individual",
      "time",
    ]);
    expect(cleo?.amount).toBe("1500");
    expect(view.notices.join()).toContain("North has no score sheet");
    expect(view.left.map(({ name }) => name).sort()).toEqual(["Ada", "Ben"]);
  });
});

describe("a bonus by the payout curve", () => {
  it("follows the settings, and names a provisional total instead of paying it", async () => {
    company = await opened();
    const { update, employees, stage } = company;
    const setting = async (key: string, value: string) => {
      update("settings", await company.find("settings", "key", key), { value });
    };
    await settled(() => {
      for (const id of [0, 2]) update("employees", employees[id] ?? "", { bonus_base: "1000" });
      // Only the first of Ada's figures has a target: little of the weight can be scored.
      for (const { id } of itemsOf("E1").slice(1)) update("items", id, { target: null });
    });
    const ask = () => analysis().bonus({ cycle: CYCLE, mode: "curve", company: null }, EN);

    expect(ask().people.map(({ name }) => name)).toEqual(["Cleo"]);
    const left = new Map(ask().left.map(({ name, text }) => [name, text]));
    expect([...left.keys()].sort()).toEqual(["Ada", "Ben"]);
    expect(left.get("Ada")).not.toBe("");
    expect(left.get("Ben")).toBe("No bonus base is filled in for this person.");

    await settled(async () => {
      await setting("payout_threshold", "0");
      await setting("payout_accelerator", "0");
    });
    const [cleo] = ask().people;
    expect(cleo).toMatchObject({ base: "1000", factors: [{ key: "payout" }] });
    expect(Number(cleo?.amount)).toBe(Math.min(1000, Number(cleo?.total) * 10));

    const before = ask();
    await settled(async () => {
      await setting("payout_threshold", "1");
      await setting("payout_accelerator", "-1");
      await setting("payout_cap", "0.9");
    });
    expect(
      stage
        .automation()
        .views.configProblems(EN)
        .map(({ text }) => text)
        .sort(),
    ).toEqual([
      'The setting payout_accelerator cannot be "-1"; expected: 0, 1.5, 2 …. The last valid version stays in force.',
      'The setting payout_cap cannot be "0.9"; expected: 1, 1.5, 2 …. The last valid version stays in force.',
      'The setting payout_threshold cannot be "1"; expected: 0 – 0.99. The last valid version stays in force.',
    ]);
    expect(ask()).toEqual(before);
  });
});

describe("the conditions for a promotion", () => {
  it.each([
    ["2024-02-01", true, "At least 24 months in the position: 24."],
    ["2024-02-02", false, "At least 24 months in the position: 23."],
    [null, null, "At least 24 months in the position: ?."],
  ])("count the months since %s: %s", async (hired, holds, text) => {
    company = await opened();
    const { update, employees } = company;
    await settled(() => {
      update("employees", employees[0] ?? "", { hire_date: hired });
    });
    const view = analysis().promotion({ cycle: CYCLE, subject: "Ada" }, EN);

    expect(view.people.map(({ name }) => name)).toEqual(["Ada"]);
    expect(view.people[0]?.conditions.find(({ code }) => code === "tenure")).toEqual({
      code: "tenure",
      holds,
      text,
    });
  });

  it("count from the assignment to the present position, and look at a department's people", async () => {
    company = await opened();
    const { create, update, employees, find } = company;
    await settled(async () => {
      update("employees", employees[2] ?? "", { hire_date: "2020-01-01" });
      create("assignments", {
        name: "Cleo in sales",
        employee: [employees[2] ?? ""],
        position: [await find("positions", "code", "SALES_REP")],
        start: "2025-01-01",
      });
    });
    const { people, cycles } = analysis().promotion({ cycle: CYCLE, subject: "NORTH" }, EN);

    expect(cycles).toEqual([CYCLE]);
    expect(people.map(({ name }) => name)).toEqual(["Cleo"]);
    const [cleo] = people;
    // Two of three cycles are missing: what they could still change is not told.
    expect(cleo?.conditions.find(({ code }) => code === "no-veto")?.holds).toBeNull();
    expect(cleo?.conditions.find(({ code }) => code === "tenure")).toMatchObject({
      holds: false,
      text: "At least 24 months in the position: 13.",
    });
  });
});

describe("cliffs", () => {
  it("are told where all or nothing is scored at the target", async () => {
    company = await opened();
    const { update, option } = company;
    await settled(async () => {
      update("kpis", await company.find("kpis", "code", "ORDERS"), {
        method: option("kpis", "method", "BINARY"),
        operator: option("kpis", "operator", "atLeast"),
      });
    });
    const cliffs = (kpi: string) =>
      analysis().health({ cycle: CYCLE, ...HEALTH_DEFAULTS, kpi, subject: null }, EN).kpis[0]
        ?.cliffs;

    expect(cliffs("ORDERS")).toMatchObject([
      { at: "2", scoreFrom: "0", scoreTo: "100", jump: "100" },
    ]);
    expect(cliffs("REVENUE")).toEqual([]);
  });
});

describe("a target that is proposed", () => {
  it("never falls below 0 where nothing ever was", async () => {
    company = await opened();
    const { order, line, members } = company;
    await settled(() => {
      // Falling steeply in the six months before.
      for (let month = 7; month <= 12; month += 1) {
        const date = `2025-${String(month).padStart(2, "0")}-15`;
        const id = order({ owner: [members[0] ?? ""], order_date: date, shipped_date: date });
        const quantity = String((13 - month) ** 3);
        line(id, { unit_price: "10", quantity, discount: "0" });
      }
    });
    const view = analysis().targets({ cycle: CYCLE, kpi: "REVENUE", subject: "Ada" }, EN);

    expect(view.history.map(({ value }) => value)).toEqual([
      "2160",
      "1250",
      "640",
      "270",
      "80",
      "10",
    ]);
    expect(view.suggestion?.base.value).toBe("0");
    expect(new Decimal(view.suggestion?.target.value ?? "-1").isNegative()).toBe(false);
  });
});
