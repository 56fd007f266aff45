import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Analysis } from "../../plugin/automation/analysis/analysis.ts";
import { DISTRIBUTION_DEFAULTS } from "../../plugin/automation/analysis/distribution.ts";
import { Decimal } from "../../plugin/decimal.ts";
import { PluginError } from "../../plugin/errors.ts";
import { LOCALES, type Locale } from "../../plugin/words/words.ts";
import {
  CYCLE,
  items,
  openAnalysedCompany,
  people,
  POOL,
  results,
  SHARES,
} from "./analysed-company.ts";
import type { Stage } from "./stage.ts";

let stage: Stage;
let analysis: Analysis;
const EN: Locale = "en-US";

beforeAll(async () => {
  stage = await openAnalysedCompany();
  analysis = stage.automation().analysis;
}, 180_000);
afterAll(() => stage.close());

const distribution = (change: object, locale: Locale = EN) =>
  analysis.distribution({ cycle: CYCLE, ...DISTRIBUTION_DEFAULTS, ...change }, locale);
const problemOf = (work: () => unknown): PluginError => {
  try {
    work();
  } catch (error) {
    if (error instanceof PluginError) return error;
    throw error;
  }
  throw new Error("Nothing was refused");
};

describe("grades by quota", () => {
  it("are not proposed for nine people: the actual grades stand", () => {
    const view = distribution({});

    expect(view.teams).toEqual([{ name: "", people: 9, seats: null, state: "pool-first" }]);
    expect(view.proposals).toEqual([]);
    expect(view.grades.map(({ after }) => after)).toEqual(view.grades.map(({ before }) => before));
    expect(view.notices.join()).toContain("too few for a quota");
  });

  it("keep to the seats of the largest remainder, by rank", () => {
    const view = distribution({ rule: "largest-remainder", least: 5, ties: "tiebreak" });

    expect(view.open).toBe(0);
    expect(Object.fromEntries(view.grades.map(({ grade, after }) => [grade, after]))).toEqual(
      hamilton(9, SHARES),
    );
    const order = Object.keys(SHARES);
    const places = view.proposals.map(({ proposed }) => order.indexOf(proposed ?? ""));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(view.proposals.map(({ total }) => Number(total))).toEqual(
      results(stage)
        .map(({ total }) => Number(total))
        .sort((a, b) => b - a),
    );
  });

  it("leave everybody but the best where only the best grade is limited", () => {
    const view = distribution({ least: 5, ties: "strict" });
    const best = results(stage).filter(({ grade }) => grade === "S").length;

    // 9 × 10 % is less than one seat.
    expect(view.grades[0]).toMatchObject({ grade: "S", before: best, after: 0 });
    for (const { current, proposed } of view.proposals)
      expect(proposed).toBe(current === "S" ? "A" : current);
  });

  it("round the seats up where that was asked for", () => {
    const view = distribution({ least: 5, rounding: "ceil" });
    const best = results(stage).filter(({ grade }) => grade === "S").length;

    expect(view.teams[0]?.seats).toBe(1);
    expect(view.grades[0]?.after).toBe(Math.min(1, best));
  });

  it("show the actual parts beside the shares, and which are more than 5 points off", () => {
    for (const one of distribution({}).grades) {
      const actual = results(stage).filter(({ grade }) => grade === one.grade).length;
      const wished = SHARES[one.grade as keyof typeof SHARES];

      expect(one.before).toBe(actual);
      expect(one.deviates).toBe(Math.abs((actual / 9) * 100 - wished) > 5);
    }
  });

  it.each(LOCALES)("say that being last proves nothing: %s", (locale) => {
    const view = distribution({ rule: "largest-remainder", least: 5 }, locale);

    expect(view.notices.join()).toContain(
      locale === "zh-CN" ? "不" : "does not prove that somebody is not up to the job",
    );
  });
});

describe("bonuses", () => {
  it("from the pool sum to it to the cent, in proportion to base × coefficient", () => {
    const view = analysis.bonus({ cycle: CYCLE, mode: "pool", company: null }, EN);
    const claims = view.people.map(({ base, factors }) =>
      factors.reduce((product, { value }) => product * Number(value), Number(base)),
    );
    const whole = claims.reduce((sum, claim) => sum + claim, 0);

    expect(view.sum).toBe(POOL);
    expect(Decimal.sum(...view.people.map(({ amount }) => amount)).toFixed()).toBe(POOL);
    expect(view.people).toHaveLength(8);
    view.people.forEach(({ amount }, place) => {
      const exact = (Number(POOL) * (claims[place] ?? 0)) / whole;
      expect(Math.abs(Number(amount) - exact)).toBeLessThan(0.01);
    });
  });

  it.each([
    ["zh-CN", "此人没有填写奖金基数。"],
    ["en-US", "No bonus base is filled in for this person."],
  ] as const)("name who has no base: %s", (locale, text) => {
    const view = analysis.bonus({ cycle: CYCLE, mode: "pool", company: null }, locale);

    expect(view.left.map(({ text }) => text)).toEqual([text]);
    expect([...view.people, ...view.left].map(({ name }) => name).sort()).toEqual(
      [...people(stage)].sort(),
    );
  });

  it("by formula are base × department × person; the top department counts once", () => {
    const view = analysis.bonus({ cycle: CYCLE, mode: "formula", company: null }, EN);
    const coefficient = { S: "1.5", A: "1.2", B: "1", C: "0.8", D: "0.5" };
    const of = (grade: string | null) => coefficient[grade as keyof typeof coefficient];
    const department = stage
      .automation()
      .views.sheets({ cycle: CYCLE })
      .find(({ subject }) => subject.kind === "department");

    expect(view.pool).toBeNull();
    expect(view.people.length).toBe(8);
    for (const { base, grade, amount, factors } of view.people) {
      expect(factors.map(({ key }) => key)).toEqual(["department", "individual", "time"]);
      expect(amount).toBe(
        new Decimal(base)
          .times(of(department?.grade ?? null))
          .times(of(grade))
          .toDecimalPlaces(2)
          .toFixed(),
      );
    }
  });

  it("by formula take the company's coefficient that was given", () => {
    const plain = analysis.bonus({ cycle: CYCLE, mode: "formula", company: null }, EN);
    const half = analysis.bonus({ cycle: CYCLE, mode: "formula", company: new Decimal("0.5") }, EN);

    expect(half.people.map(({ amount }) => amount)).toEqual(
      plain.people.map(({ amount }) => new Decimal(amount).div(2).toFixed()),
    );
  });

  it("by the curve are the base × what it pays for total ÷ 100, and tell the curve", () => {
    const view = analysis.bonus({ cycle: CYCLE, mode: "curve", company: null }, EN);
    // Settings as installed: nothing below 70 %, two points per point above 100 %, at most double.
    const multiple = (total: Decimal) => {
      const attainment = total.div(100);
      if (attainment.lt("0.7")) return new Decimal(0);
      if (attainment.lte(1)) return attainment.minus("0.7").div("0.3");
      return Decimal.min(2, attainment.minus(1).times(2).plus(1));
    };
    const totals = new Map(results(stage).map(({ subject, total }) => [subject.name, total]));

    expect(view.pool).toBeNull();
    expect(view.people).toHaveLength(8);
    for (const { name, base, amount, total, factors } of view.people) {
      expect(Number(total)).toBe(Number(totals.get(name)));
      const paid = multiple(new Decimal(total)).times(base).toDecimalPlaces(2);
      expect(amount, name).toBe(paid.toFixed());
      expect(factors.map(({ key }) => key)).toEqual(["payout"]);
    }
    expect(view.sum).toBe(Decimal.sum(...view.people.map(({ amount }) => amount)).toFixed());
    expect(view.left.map(({ text }) => text)).toEqual([
      "No bonus base is filled in for this person.",
    ]);
    expect(view.notices.join()).toContain("nothing below 70%");
    // 2 points above the target, 3.33 below it.
    expect(view.notices.join()).toContain("the accelerator slows down");
  });

  it.each([
    ["zh-CN", "周期 1998-03 没有填写奖金池。"],
    ["en-US", "Cycle 1998-03 has no bonus pool."],
  ] as const)("are refused without a pool: %s", (locale, message) => {
    const error = problemOf(() =>
      analysis.bonus({ cycle: "1998-03", mode: "pool", company: null }, locale),
    );

    expect(error.tell(locale)).toMatchObject({ code: "record/no-bonus-pool", message });
  });
});

describe("promotion", () => {
  it("tells each condition of everybody from the last three months, and decides nothing", () => {
    const view = analysis.promotion({ cycle: CYCLE, subject: null }, EN);
    const months = ["1998-04", "1998-03", "1998-02"];

    expect(view.cycles).toEqual(months);
    expect(view.people.map(({ name }) => name).sort()).toEqual([...people(stage)].sort());
    expect(view.notices.join()).toContain("a person decides");
    for (const { name, eligible, conditions } of view.people) {
      const grades = months.map(
        (cycle) =>
          results(stage, cycle).find(({ subject }) => subject.name === name)?.grade ?? null,
      );
      const known = grades.flatMap((grade) => grade ?? []);
      const holds = Object.fromEntries(conditions.map((one) => [one.code, one.holds]));
      const complete = known.length === 3;
      const good = known.some((grade) => "SA".includes(grade));
      expect(holds["grade"], name).toBe(
        known.some((grade) => !"SAB".includes(grade)) ? false : complete ? true : null,
      );
      expect(holds["good-grades"], name).toBe(good ? true : complete ? false : null);
      expect(holds["never-grade"], name).toBe(known.includes("D") ? false : complete ? true : null);
      expect(holds["no-plan"]).toBeNull();
      expect(eligible).toBe(Object.values(holds).includes(false) ? false : null);
    }
  });
});

describe("pace", () => {
  const pace = (day: string, change: object = {}) =>
    analysis.pace(
      { cycle: CYCLE, day, basis: "calendar", kpi: null, subject: null, ...change },
      EN,
    );

  it.each(["1997-06", "1998-04", "1998-Q1"])("ends %s where the score stands", (cycle) => {
    const { rows } = pace("2000-01-01", { cycle });
    const scored = items(stage, cycle);

    expect(rows.length).toBeGreaterThan(9);
    for (const { name, kpi, actual, expected } of rows) {
      const item = scored
        .find(({ employee }) => employee === name)
        ?.items.find((one) => one.kpi === kpi.code);
      expect(actual, `${name} ${kpi.code}`).toBe(item?.actual);
      expect(expected).toBe("1");
    }
  });

  it("expects half of April on the 15th, by calendar and by working days", () => {
    for (const basis of ["calendar", "workday"]) {
      const { rows } = pace("1998-04-15", { basis });

      for (const { expected, attained, index } of rows) {
        expect(expected).toBe("0.5");
        expect(Number(index)).toBeCloseTo(Number(attained) / 0.5, 8);
      }
    }
  });

  it("counts what was sold up to the day, and the day the target was reached", () => {
    const [row] = pace("1998-04-15", { kpi: "REVENUE", subject: "Andrew Fuller" }).rows;
    const sold = salesOf("Andrew Fuller").filter(({ date }) => date <= "1998-04-15");
    let sum = 0;
    const crossed = sold.find(({ amount }) => (sum += amount) >= Number(row?.target));

    expect(Number(row?.actual)).toBeCloseTo(
      sold.reduce((total, { amount }) => total + amount, 0),
      6,
    );
    expect(row?.reached?.date).toBe(crossed?.date);
    expect(row?.reached?.day).toBe(Number(crossed?.date.slice(-2)));
    expect(row?.reached?.daysEarly).toBe(30 - (row?.reached?.day ?? 0));
  });

  it("says nothing before the first 15 %, and names who has no usable target", () => {
    const { rows, left } = pace("1998-04-02");

    expect(rows.filter(({ forecast }) => forecast !== null)).toEqual([]);
    expect(left.map(({ kpi }) => kpi.code)).toContain("NEW_CUSTOMERS");
  });
});

/** Seats by largest remainder, in whole numbers; equal remainders: the larger share, then the better grade. */
function hamilton(people: number, shares: Readonly<Record<string, number>>) {
  const rows = Object.entries(shares).map(([grade, share], place) => ({
    grade,
    share,
    place,
    seats: Math.floor((people * share) / 100),
    rest: (people * share) % 100,
  }));
  let left = people - rows.reduce((sum, { seats }) => sum + seats, 0);
  for (const row of [...rows].sort(
    (a, b) => b.rest - a.rest || b.share - a.share || a.place - b.place,
  )) {
    if (left === 0) break;
    row.seats += 1;
    left -= 1;
  }
  return Object.fromEntries(rows.map(({ grade, seats }) => [grade, seats]));
}

/** What somebody sold in April 1998, straight from the files, in order of the days. */
function salesOf(name: string) {
  const rows = (file: string) =>
    parse(readFileSync(`templates/sales/sample/${file}`), { columns: true, bom: true }) as Record<
      string,
      string
    >[];
  const owner = rows("employees.csv").find(
    (row) => `${row["firstName"]} ${row["lastName"]}` === name,
  )?.["employeeID"];
  const days = new Map(
    rows("orders.csv")
      .filter((row) => row["employeeID"] === owner)
      .map((row) => [row["orderID"], row["orderDate"]?.slice(0, 10) ?? ""]),
  );
  return rows("order-details.csv")
    .flatMap((row) => {
      const date = days.get(row["orderID"]);
      if (!date?.startsWith(CYCLE)) return [];
      const gross = Number(row["unitPrice"]) * Number(row["quantity"]);
      return [{ date, amount: gross * (1 - Number(row["discount"])) }];
    })
    .sort((a, b) => (a.date < b.date ? -1 : 1));
}
