import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  DISTRIBUTION_DEFAULTS,
  type DistributionQuery,
} from "../../plugin/automation/analysis/distribution.ts";
import { PluginError } from "../../plugin/errors.ts";
import { LOCALES, type Locale } from "../../plugin/words/words.ts";
import { setTargets } from "./opened-company.ts";
import { openSmallCompany, type SmallCompany } from "./small-company.ts";

/** Twelve people: 3 in the north, 4 in the east, 5 in the west, all of them below sales. */
const CYCLE = "2026-01";
let company: SmallCompany;

beforeAll(async () => {
  company = await openSmallCompany();
  const { stage, create, update, option, employees, departments } = company;
  const [sales = "", north = ""] = departments;
  const position = await company.find("positions", "code", "SALES_REP");
  const [east, west] = ["East", "West"].map((name) =>
    create("departments", { code: name.toUpperCase(), name, parent: [sales] }),
  );
  const hire = (number: number, department: string | undefined) =>
    create("employees", {
      number: `E${number}`,
      name: `Person ${number}`,
      department: [department ?? ""],
      position: [position],
      status: option("employees", "status", "active"),
    });
  for (const id of employees) update("employees", id, { department: [north] });
  for (let number = 4; number <= 12; number += 1) hire(number, number <= 7 ? east : west);
  await stage.automation().idle();
  await stage.automation().openCycles();
  stage.connect();
  // Low targets: whoever has an order in the month is at the cap, everybody else at 0.
  setTargets(company, { REVENUE: "1", ORDERS: "1", NEW_CUSTOMERS: "1" });
  await setShares({ S: "20", A: "40", B: "20", C: "10", D: "10" });
  await stage.settle();
}, 60_000);
afterAll(() => company.stage.close());

async function setShares(shares: Readonly<Record<string, string | null>>) {
  for (const [grade, share] of Object.entries(shares))
    company.update("grades", await company.find("grades", "grade", grade), { share });
  await company.stage.settle();
}
const ask = (change: Partial<DistributionQuery>, locale: Locale = "en-US") =>
  company.stage
    .automation()
    .analysis.distribution({ cycle: CYCLE, ...DISTRIBUTION_DEFAULTS, ...change }, locale);
const teamsOf = (change: Partial<DistributionQuery>) =>
  ask(change)
    .teams.map(({ name, people, seats, state }) => [name, people, seats, state])
    .sort((a, b) => Number(a[1]) - Number(b[1]));

describe("a company of twelve", () => {
  it("is seated as a whole: a fifth of twelve is two seats", () => {
    const view = ask({});

    expect(view.people).toBe(12);
    expect(view.teams).toEqual([{ name: "", people: 12, seats: 2, state: "proposed" }]);
    expect(view.proposals).toHaveLength(12);
  });

  it("gives its two seats to the departments with the largest remainders: 0.6, 0.8 and 1.0", () => {
    expect(teamsOf({ scope: "department" })).toEqual([
      ["North", 3, 0, "proposed"],
      ["East", 4, 1, "proposed"],
      ["West", 5, 1, "proposed"],
    ]);
    expect(ask({ scope: "department" }).notices.join()).toContain("2 seat(s) of the best grade");
  });

  it("takes small departments together where every grade has seats", () => {
    const teams = teamsOf({ scope: "department", rule: "largest-remainder", least: 5 });

    expect(teams.map(([, people, , state]) => [people, state])).toEqual([
      [5, "proposed"],
      [7, "proposed"],
    ]);
    expect(teams[0]?.[0]).toBe("West");
  });

  it("says so where even everybody together are too few", () => {
    const view = ask({ scope: "department", rule: "largest-remainder", least: 13 });

    expect(view.teams.map(({ people, state }) => [people, state])).toEqual([[12, "pool-first"]]);
    expect(view.proposals).toEqual([]);
  });

  it("never decides between equals by who comes first", () => {
    const open = ask({ rule: "largest-remainder", ties: "tiebreak" });
    const byTotal = new Map<string, Set<string | null>>();
    for (const { total, proposed } of open.proposals)
      byTotal.set(total, (byTotal.get(total) ?? new Set()).add(proposed));
    const generous = ask({ rule: "largest-remainder", ties: "generous" });

    // Nine people without orders are equal in everything.
    for (const grades of byTotal.values()) expect(grades.size).toBe(1);
    expect(open.open).toBe(open.proposals.filter(({ proposed }) => proposed === null).length);
    expect(open.open).toBeGreaterThan(0);
    expect(generous.open).toBe(0);
  });

  it.each(LOCALES)("is refused by name while a grade has no share: %s", async (locale) => {
    await setShares({ C: null });
    const refusal = refused(() => ask({}, locale));
    await setShares({ C: "10" });

    expect(refusal.code).toBe("record/no-grade-shares");
    expect(refusal.tell(locale).message).toBe(
      locale === "zh-CN"
        ? "以下等级没有填写人数比例：C。"
        : "These grades have no share of people: C.",
    );
  });

  it.each(LOCALES)("is refused while the shares do not sum to 1: %s", async (locale) => {
    await setShares({ C: "5" });
    const refusal = refused(() => ask({}, locale));
    await setShares({ C: "10" });

    expect(refusal.code).toBe("record/unusable-rules");
    expect(refusal.tell(locale).message).toContain("95%");
  });
});

function refused(work: () => unknown): PluginError {
  try {
    work();
  } catch (error) {
    if (error instanceof PluginError) return error;
    throw error;
  }
  throw new Error("Nothing was refused");
}
