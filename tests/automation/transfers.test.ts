import fc from "fast-check";
import { expect, it } from "vitest";
import { Decimal } from "../../plugin/decimal.ts";
import { combineSegments } from "../../plugin/kpi/prorate.ts";
import { opened, item, sheet } from "./opened-company.ts";
import type { SmallCompany } from "./small-company.ts";
import { FIGURES, openVisits } from "./visits.ts";

/** Transfers within a cycle (spec 3.12): a sheet for each part, one total by days. */

interface Stored {
  readonly total: string | null;
  readonly part?: { readonly role: string; readonly start: string; readonly end: string };
  readonly steps: readonly {
    readonly code: string;
    readonly before: string;
    readonly after: string;
    readonly details: Readonly<Record<string, string>>;
  }[];
  readonly reasons: readonly { readonly code: string }[];
}

function result(company: SmallCompany, code: string): Stored {
  const row = company.stage.db
    .prepare<[string], { result: string }>("SELECT result FROM sheets WHERE code = ?")
    .get(code);
  return JSON.parse(row?.result ?? "null") as Stored;
}

function codes(company: SmallCompany, like: string): readonly string[] {
  return company.stage.db
    .prepare<[string], { code: string }>("SELECT code FROM sheets WHERE code LIKE ? ORDER BY code")
    .all(like)
    .map(({ code }) => code);
}

/** A second position, scored by revenue alone against 1 000 a quarter. */
async function withManagers() {
  const company = await opened();
  const position = company.create("positions", { code: "KEY", name: "Key accounts" });
  const scheme = (kpi: string, weight: string) =>
    company.create("schemes", {
      code: `KEY|${kpi}`,
      applies: company.option("schemes", "applies", "individual"),
      position: [position],
      kpi: [kpi],
      weight,
      target_rule: company.option("schemes", "target_rule", "fixed"),
      target: "900",
      kinds: company.option("schemes", "kinds", "quarter"),
    });
  scheme(await company.find("kpis", "code", "REVENUE"), "100");
  await company.stage.settle();
  const employee = company.employees[0] ?? "";
  const assign = (start: string, cells: Record<string, string[] | string | null> = {}) =>
    company.create("assignments", {
      name: "Transfer",
      employee: [employee],
      position: [position],
      start,
      ...cells,
    });
  return { company, position, employee, assign };
}

async function settledWithoutDifferences({ stage }: SmallCompany) {
  await stage.settle();
  const { differences } = await stage.automation().recompute();
  expect(differences).toBe(0);
}

it("PR4: 120 days at 92 and 245 days at 80 make 83.95", () => {
  const { total } = combineSegments([
    { key: "a", days: 120, total: new Decimal(92) },
    { key: "b", days: 245, total: new Decimal(80) },
  ]);
  expect(total.status === "OK" && total.value.toFixed(2)).toBe("83.95");
});

it("a transfer makes two sheets; each counts its own days, and the last has the total by days", async () => {
  const { company, employee, assign } = await withManagers();
  const whole = item(company, "E1|2026-Q1|REVENUE")?.actual ?? "0";
  assign("2026-02-15");
  await company.stage.settle();
  expect(codes(company, "E1|2026-Q1%")).toEqual(["E1|2026-Q1", "E1|2026-Q1|2026-02-15"]);
  const before = result(company, "E1|2026-Q1");
  const after = result(company, "E1|2026-Q1|2026-02-15");
  expect(before.part).toMatchObject({ role: "earlier", start: "2026-01-01", end: "2026-02-14" });
  expect(after.part).toMatchObject({ role: "last", start: "2026-02-15", end: "2026-03-31" });

  const first = item(company, "E1|2026-Q1|REVENUE");
  const second = item(company, "E1|2026-Q1|2026-02-15|REVENUE");
  // Every record counts in one part and only there.
  expect(new Decimal(first?.actual ?? 0).plus(second?.actual ?? 0).toFixed()).toBe(
    new Decimal(whole).toFixed(),
  );
  // 45 of 90 days: half the target of a quantity.
  expect(first).toMatchObject({ targetUsed: "500" });
  expect(second).toMatchObject({ targetUsed: "450" });
  // What is no quantity keeps its target.
  expect(item(company, "E1|2026-Q1|ON_TIME")).toMatchObject({ targetUsed: "0.9" });

  const [step] = after.steps.filter(({ code }) => code === "segments");
  const own = new Decimal(second?.score ?? 0);
  expect(step?.before).toBe(own.toDecimalPlaces(10).toFixed());
  expect(step?.details).toMatchObject({ days: "45", days0: "45", total0: before.total });
  const mean = own
    .toDecimalPlaces(10)
    .times(45)
    .plus(new Decimal(before.total ?? 0).times(45));
  expect(after.total).toBe(mean.div(90).toDecimalPlaces(10).toFixed());

  // Months in which nobody moved are as they were; February has two parts.
  expect(codes(company, "E1|2026-01%")).toEqual(["E1|2026-01"]);
  expect(result(company, "E1|2026-01").part).toBeUndefined();
  expect(employee).not.toBe("");
  await settledWithoutDifferences(company);
});

it("explanations name the records of the part alone, and the step in words", async () => {
  const { company, assign } = await withManagers();
  const views = company.stage.automation().views;
  const all = views.why("E1|2026-Q1", "REVENUE", "en-US")?.recordCount ?? 0;
  assign("2026-02-15");
  await company.stage.settle();
  const first = views.why("E1|2026-Q1", "REVENUE", "en-US");
  const second = views.why("E1|2026-Q1|2026-02-15", "REVENUE", "en-US");
  expect((first?.recordCount ?? 0) + (second?.recordCount ?? 0)).toBe(all);
  expect(second?.records.every(({ date }) => (date ?? "") >= "2026-02-15")).toBe(true);
  const sheet = await views.sheet("E1|2026-Q1|2026-02-15", "en-US");
  expect(JSON.stringify(sheet)).toContain("2026-01-01 – 2026-02-14");
});

it("moving the date moves records, targets and days, and keeps both sheets", async () => {
  const { company, assign } = await withManagers();
  const row = assign("2026-02-15");
  await company.stage.settle();
  const ids = codes(company, "E1|2026-Q1%").map((code) => sheet(company, code)?.id);
  company.update("assignments", row, { start: "2026-03-02" });
  await company.stage.settle();
  expect(codes(company, "E1|2026-Q1%").map((code) => sheet(company, code)?.id)).toEqual(ids);
  const after = result(company, "E1|2026-Q1|2026-02-15");
  expect(after.part).toMatchObject({ start: "2026-03-02", end: "2026-03-31" });
  // 30 of 90 days.
  expect(item(company, "E1|2026-Q1|2026-02-15|REVENUE")).toMatchObject({ targetUsed: "300" });
  await settledWithoutDifferences(company);
});

it("a deleted assignment makes the first sheet whole again and leaves the other to nothing", async () => {
  const { company, assign } = await withManagers();
  const was = JSON.stringify(result(company, "E1|2026-Q1"));
  const row = assign("2026-02-15");
  await company.stage.settle();
  company.remove(row);
  await company.stage.settle();
  expect(JSON.stringify(result(company, "E1|2026-Q1"))).toBe(was);
  const other = result(company, "E1|2026-Q1|2026-02-15");
  expect(other).toMatchObject({ total: null, part: { role: "none" } });
  expect(other.reasons[0]?.code).toBe("segment_superseded");
  await settledWithoutDifferences(company);
});

it("back from another position there are three parts, and the last has the total of all", async () => {
  const { company, assign } = await withManagers();
  assign("2026-02-01", { end: "2026-02-28" });
  await company.stage.settle();
  expect(codes(company, "E1|2026-Q1%")).toHaveLength(3);
  const last = result(company, "E1|2026-Q1|2026-03-01");
  expect(last.part?.role).toBe("last");
  const [step] = last.steps.filter(({ code }) => code === "segments");
  expect(step?.details).toMatchObject({ days: "31", days0: "31", days1: "28" });
  await settledWithoutDifferences(company);
});

it("an earlier part's change reaches the total of the whole", async () => {
  const { company, assign } = await withManagers();
  assign("2026-02-15");
  await company.stage.settle();
  const before = result(company, "E1|2026-Q1|2026-02-15").total;
  company.update("items", itemId(company, "E1|2026-Q1|REVENUE"), { target: "123" });
  await company.stage.settle();
  expect(result(company, "E1|2026-Q1|2026-02-15").total).not.toBe(before);
  await settledWithoutDifferences(company);
});

it("overlapping assignments are told on the later row, and do not count", async () => {
  const { company, assign } = await withManagers();
  assign("2026-02-15");
  const later = assign("2026-03-01");
  await company.stage.settle();
  const problems = company.stage.automation().views.configProblems("en-US");
  expect(problems.find(({ record }) => record === later)?.text).toContain("overlaps");
  expect(codes(company, "E1|2026-Q1%")).toHaveLength(2);
  await settledWithoutDifferences(company);
});

it("a part that is a month has the figures of that month, whatever the aggregate", async () => {
  const visits = await openVisits();
  const { stage, employees, members } = visits;
  await stage.automation().idle();
  const amounts = ["5", "-3.5", "10.01", "0", "99999.25", "7"];
  for (let n = 0; n < 60; n += 1) {
    const month = `0${(n % 3) + 1}`;
    const day = String(((n * 7) % 28) + 1).padStart(2, "0");
    const shared = n % 4 === 0 ? [members[n % 2] ?? "", members[2] ?? ""] : [members[n % 3] ?? ""];
    visits.visit({
      owners: n % 3 === 0 ? [members[0] ?? "", members[1] ?? ""] : shared,
      at: `2026-${month}-${day}T${n % 2 === 0 ? "09:00" : "23:30"}:00+08:00`,
      amount: amounts[n % amounts.length] ?? null,
      base: String(1 + (n % 3)),
      client: ["甲", "乙", "丙", "peer", "manager"][n % 5] ?? "甲",
    });
  }
  await stage.automation().idle();
  await stage.automation().openCycles();
  stage.connect();
  await stage.settle();
  // The same position in another department: three parts with the same KPIs.
  const position = await visits.find("positions", "code", "SALES_REP");
  for (const [place, employee] of employees.entries())
    visits.create("assignments", {
      name: "On loan",
      employee: [employee],
      position: [position],
      department: [visits.departments[place === 2 ? 0 : 1] ?? ""],
      start: "2026-02-01",
      end: "2026-02-28",
    });
  await stage.settle();
  const read: Record<string, string>[] = [{}, {}];
  for (const number of ["E1", "E2", "E3"])
    for (const { key } of FIGURES) {
      const kpi = `V_${key.toUpperCase()}`;
      const parts = ["2026-Q1", "2026-Q1|2026-02-01", "2026-Q1|2026-03-01"];
      for (const [place, part] of parts.entries()) {
        const month = `2026-0${place + 1}`;
        const name = `${number} ${month} ${kpi}`;
        if (read[0]) read[0][name] = visits.reading(number, part, kpi);
        if (read[1]) read[1][name] = visits.reading(number, month, kpi);
      }
    }
  expect(read[0]).toEqual(read[1]);
  expect(new Set(Object.values(read[0] ?? {})).size).toBeGreaterThan(20);
  expect((await stage.automation().recompute()).differences).toBe(0);
});

function itemId(company: SmallCompany, code: string): string {
  const row = company.stage.db
    .prepare<[string], { id: string }>("SELECT id FROM items WHERE code = ?")
    .get(code);
  return row?.id ?? "";
}

it("whatever happens in whatever order, computing everything anew gives the same", async () => {
  const { company, position, employee, assign } = await withManagers();
  // Ranks and carried scores reach from sheet to sheet, totals of departments from above.
  company.update("kpis", await company.find("kpis", "code", "ORDERS"), {
    method: company.option("kpis", "method", "RANK"),
    missing: company.option("kpis", "missing", "carry"),
  });
  company.update("positions", position, {
    composition: company.option("positions", "composition", "additive"),
    individual_weight: "70",
    department_weight: "30",
  });
  await settledWithoutDifferences(company);
  const rows: string[] = [];
  const gone = new Set<string>();
  const day = fc.integer({ min: 1, max: 89 }).map((n) => dayOf(n));
  const some = (list: readonly string[], n: number) => list[n % Math.max(1, list.length)] ?? "";
  const home = await company.find("positions", "code", "SALES_REP");
  const steps: Record<string, (n: number, date: string) => void> = {
    assign: (n, date) => {
      const who = some(company.employees, n);
      const cells = { employee: [who], position: [n % 3 === 0 ? home : position] };
      const end = n % 4 === 0 ? { end: dayOf(80) } : {};
      if (date < dayOf(80)) rows.push(assign(date, { ...cells, ...end }));
    },
    move: (n, date) => {
      if (rows.length > 0) company.update("assignments", some(rows, n), { start: date });
    },
    unassign: (n) => {
      const row = rows.splice(n % Math.max(1, rows.length), 1)[0];
      if (row) company.remove(row);
    },
    department: (n) =>
      void company.update("employees", some(company.employees, n), {
        department: [some(company.departments, n)],
      }),
    order: (n, date) =>
      void company.update("orders", some(company.orders, n), { order_date: date }),
    line: (n) => void company.update("order_lines", some(company.lines, n), { quantity: `${n}` }),
    sheet: (n) => {
      const sheets = company.stage.db
        .prepare<[], { id: string }>("SELECT id FROM sheets WHERE subject_kind = 'individual'")
        .all()
        .map(({ id }) => id)
        .filter((id) => !gone.has(id));
      const sheet = some(sheets.sort(), n);
      company.remove(sheet);
      gone.add(sheet);
    },
    hired: (n, date) =>
      void company.update("employees", employee, { hire_date: n % 2 === 0 ? null : date }),
  };
  const names = Object.keys(steps);
  const plan = fc.sample(
    fc.array(fc.tuple(fc.constantFrom(...names), fc.nat(50), day), {
      minLength: 60,
      maxLength: 60,
    }),
    { numRuns: 1, seed: Number(process.env["LAW_SEED"] ?? 312) },
  )[0];
  for (const [place, [name, n, date]] of (plan ?? []).entries()) {
    steps[name]?.(n, date);
    if (place % 6 === 5) await settledWithoutDifferences(company);
  }
});

function dayOf(n: number): string {
  return new Date(Date.UTC(2026, 0, n)).toISOString().slice(0, 10);
}
