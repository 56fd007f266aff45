import { expect, it } from "vitest";
import { expectLawful, openedFigures, type Figures } from "./figures-company.ts";

/**
 * What puts one sheet together, set through the tables alone, against figures worked out by hand.
 * Without any rule: Ada 0.6·90 + 0.4·50 = 74, Ben 104, Cleo 76; Sales 270 ÷ 300 = 90, North 60.
 */
const section = ({ create }: Figures, code: string, cells: Record<string, string>) =>
  create("sections", { name: code, code, ...cells });

it("sections weigh and bound their own items", async () => {
  const company = await openedFigures((company) => {
    const results = section(company, "Results", { weight: "70", cap: "80" });
    const manners = section(company, "Manners", { weight: "30" });
    company.update("schemes", company.schemes.get("A") ?? "", { section: [results] });
    company.update("schemes", company.schemes.get("B") ?? "", { section: [manners] });
  });

  // 0.7 · 90 + 0.3 · 50 = 78; the section of A counts as 80: 56 + 15 = 71.
  const ada = await company.sheet("E1|2026-01");
  expect(ada.exactTotal).toBe("71");
  expect(ada.steps.map(({ code, change }) => [code, change])).toEqual([["section_limit", "-7"]]);
  expect(ada.steps[0]?.text).toBe(
    'The section "Results" scores 90.00, above its highest score; it counts as 80.00. 78.00 → 71.00 (−7.00).',
  );
  expect(ada.sections.map(({ name, score, share }) => [name, score, share])).toEqual([
    ["Results", "80", "0.7"],
    ["Manners", "50", "0.3"],
  ]);
  expect((await company.sheet("E1|2026-01", "zh-CN")).steps[0]?.text).toContain("“Results”");
  expect(await company.shown("sheets", "E1|2026-01", "total")).toBe("71");
  expect(await company.shown("sheets", "E1|2026-01", "summary")).toContain("it counts as 80.00");
  await expectLawful(company);

  const why = company.stage.automation().views.why("E1|2026-01", "A", "en-US");
  expect(why?.steps.find(({ code }) => code === "weight")?.text).toBe(
    'Weight 60 of 60 in the section "Results", which has 70% of the total: a share of 70%.',
  );
});

it("plus and minus items stand beside the weights, within their bounds and those of the total", async () => {
  const company = await openedFigures(async (company) => {
    company.update("schemes", company.schemes.get("B") ?? "", {
      role: company.option("schemes", "role", "extra"),
      target: "1000",
    });
    await company.setting("extra_cap", "3");
    await company.setting("total_cap", "92");
  });

  // 90 + 5 = 95; at most 3 extra: 93; at most 92.
  const ada = await company.sheet("E1|2026-01");
  expect(ada.exactTotal).toBe("92");
  expect(ada.steps.map(({ code, change }) => [code, change])).toEqual([
    ["extra_limit", "-2"],
    ["total_limit", "-1"],
  ]);
  expect(ada.steps[0]?.text).toContain("may add 3 points at most");
  expect((await company.item("E1|2026-01", "B")).contribution).toBe("5");
  await expectLawful(company);

  const steps = company.stage.automation().views.why("E1|2026-01", "B", "en-US")?.steps ?? [];
  expect(steps.at(-1)?.text).toBe(
    "A plus or minus item: its 5.00 points are added to the total, beside the weights.",
  );
  expect(steps.map(({ code }) => code)).not.toContain("weight");
});

it("a key KPI below its line holds the grade, not the total", async () => {
  const company = await openedFigures((company) => {
    company.update("schemes", company.schemes.get("B") ?? "", { key_line: "60" });
  });
  company.change(company.records.ada.a, "200");
  await company.stage.settle();

  const ada = await company.sheet("E1|2026-01");
  expect([ada.exactTotal, ada.grade]).toEqual(["140", "C"]);
  expect(ada.gradeNotes).toEqual([
    'The grade is no better than C, because the key KPI "KPI B" is below its line.',
  ]);
  expect((await company.sheet("E1|2026-01", "zh-CN")).gradeNotes[0]).toContain("KPI B");
  expect((await company.sheet("E2|2026-01")).grade).toBe("S");
  await company.setting("key_grade", "");
  await company.stage.settle();
  expect((await company.sheet("E1|2026-01")).grade).toBe("S");
  await expectLawful(company);
});

it("a gate's figure holds the score of another KPI, and lets it go", async () => {
  const company = await openedFigures((company) => {
    company.update("kpis", company.kpis.a, { gate: [company.kpis.b], gate_line: "85" });
  });

  // Ben: B 80 < 85, so A 120 counts as 100: 60 + 32.
  const item = await company.item("E2|2026-01", "A");
  expect([item.score, item.contribution]).toEqual(["100", "60"]);
  expect(item.reasons.map(({ text }) => text)).toEqual([
    "KPI B is worse than its line of 85, so points above 100 do not count.",
  ]);
  company.update("kpis", company.kpis.b, { name: "Quality" });
  await company.stage.settle();
  expect((await company.item("E2|2026-01", "A")).reasons[0]?.text).toContain("Quality is worse");
  await expectLawful(company);
  company.change(company.records.ben.b, "90");
  await company.stage.settle();
  expect((await company.sheet("E2|2026-01")).exactTotal).toBe("108");
  await expectLawful(company);
});

it("targets of quantities follow the days at work; too few days exempt", async () => {
  const company = await openedFigures();
  const { employee, option } = company;
  company.update("employees", employee("Ada"), { hire_date: "2026-01-17" });
  company.change(company.records.ada.a, "30");
  await company.stage.settle();

  // 15 of 31 days: 48.3870967742, and 30 of it is 62 %; B is a rate and stays: 37.2 + 20.
  const item = await company.item("E1|2026-01", "A");
  expect(item.targetUsed).toBe("48.3870967742");
  expect((await company.sheet("E1|2026-01")).total).toBe("57.2");
  expect(item.reasons.map(({ text }) => text)).toEqual([
    "The target is for 15 of 31 (48.39%): the time present, without leave.",
  ]);
  expect(await company.shown("items", "E1|2026-01|A", "target_used")).toBe("48.387097");
  await expectLawful(company);

  // Working days: 10 of the 22 from Thursday the 1st on, of 21 with a day off.
  await company.setting("proration", "workday");
  company.create("calendar", {
    name: "Off",
    date: "2026-01-05",
    kind: option("calendar", "kind", "holiday"),
  });
  await company.stage.settle();
  expect((await company.item("E1|2026-01", "A")).targetUsed).toBe("47.619047619");

  company.create("absences", {
    name: "Flu",
    employee: [employee("Ada")],
    kind: option("absences", "kind", "sick"),
    start: "2026-01-20",
    end: "2026-01-25",
  });
  await company.stage.settle();
  const ada = await company.sheet("E1|2026-01");
  expect([ada.state, ada.total, ada.itemViews.map(({ status }) => status)]).toEqual([
    "empty",
    null,
    ["EXEMPT", "EXEMPT"],
  ]);
  await expectLawful(company);

  // Only a weekend, but nobody is exempt for that: no working day can ask for a quantity.
  await company.setting("min_active_days", "0");
  await company.setting("min_active_share", "0");
  company.update("employees", employee("Ada"), { hire_date: "2026-01-31" });
  await company.stage.settle();
  expect((await company.item("E1|2026-01", "A")).status).toBe("EXEMPT");
  expect((await company.item("E1|2026-01", "B")).score).toBe("50");
  await expectLawful(company);
});

it("newcomers are asked for less in their first months, not only in the first cycle", async () => {
  const company = await openedFigures(async (company) => {
    await company.setting("ramp", "50/75");
    company.update("employees", company.employee("Ada"), { hire_date: "2026-01-01" });
    for (const month of ["2026-02", "2026-03"]) company.figure("Ada", "A", "90", month);
  });

  const used = [];
  for (const month of ["2026-01", "2026-02", "2026-03"])
    used.push((await company.item(`E1|${month}`, "A")).targetUsed);
  expect(used).toEqual(["50", "75", "100"]);
  await expectLawful(company);
});

it("a person's score stands in where the rule says so; treatments take items out", async () => {
  const company = await openedFigures((company) => {
    company.update("kpis", company.kpis.b, {
      missing: company.option("kpis", "missing", "manual"),
    });
    company.remove(company.records.ada.b);
  });
  const row = await company.find("items", "code", "E1|2026-01|B");

  expect((await company.sheet("E1|2026-01")).exactTotal).toBe("90");
  expect(await company.shown("items", "E1|2026-01|B", "reason")).toContain("a person has to score");
  company.update("items", row, { manual_score: "60" });
  await company.stage.settle();
  const ada = await company.sheet("E1|2026-01");
  expect([ada.exactTotal, ada.coverage]).toEqual(["78", "1"]);

  company.update("items", row, { treatment: company.option("items", "treatment", "exempt") });
  await company.stage.settle();
  const without = await company.sheet("E1|2026-01");
  expect([without.exactTotal, without.coverage]).toEqual(["90", "1"]);
  expect(without.itemViews.map(({ status }) => status)).toEqual(["OK", "EXEMPT"]);
  await expectLawful(company);
});

it.each([
  ["ZERO_TOTAL", "0", "D", "the total is 0"],
  ["MULTIPLY", "37", "D", "the total is multiplied by 0.5"],
  ["ZERO_SECTION", "0", "D", "its section counts as 0"],
  ["CAP_GRADE", "74", "D", "because of the veto"],
] as const)("a veto in the vetoes table: %s", async (mode, total, grade, text) => {
  const company = await openedFigures((company) => {
    company.source("V", {
      table: company.bindings.table("vetoes"),
      person: "所属员工",
      date: "发生日期",
      aggregate: company.option("sources", "aggregate", "count"),
      value: null,
      filter: null,
      when_empty: company.option("sources", "when_empty", "zero"),
    });
    const kpi = company.kpi("V", {
      method: company.option("kpis", "method", "VETO"),
      mode: company.option("kpis", "mode", mode),
      factor: mode === "MULTIPLY" ? "0.5" : null,
      grade: mode === "CAP_GRADE" ? "D" : null,
      cap: null,
    });
    // As a plus item it would give 100 points away until the event.
    const role = mode === "CAP_GRADE" ? company.option("schemes", "role", "extra") : [];
    company.scheme("V", kpi, { weight: "0", role });
  });
  // Anybody's event shows that the table is kept.
  const event = (person: "Ada" | "Cleo") =>
    company.create("vetoes", {
      name: "Fraud",
      employee: [company.employee(person)],
      date: "2026-01-20",
      evidence: "Report 7",
    });
  event("Cleo");
  const fallen = event("Ada");
  await company.stage.settle();

  const ada = await company.sheet("E1|2026-01");
  expect([ada.exactTotal, ada.grade]).toEqual([total, grade]);
  const told = [...ada.steps.map((step) => step.text), ...ada.gradeNotes].join(" ");
  expect(told).toContain(text);
  expect(told).toContain("Without the veto: 74.00, grade C.");
  await expectLawful(company);
  company.remove(fallen);
  await company.stage.settle();
  const [after] = [await company.sheet("E1|2026-01")];
  expect([after.exactTotal, after.grade]).toEqual(["74", "C"]);
  await expectLawful(company);
});

it("items with one code are two items", async () => {
  const company = await openedFigures();
  const sheet = await company.find("sheets", "code", "E1|2026-01");
  const [c, d] = [company.kpi("C", { formula: "A" }), company.kpi("D", { formula: "B" })];
  await company.stage.settle();
  // The host tells them apart by a blank that nobody sees.
  const item = (code: string, kpi: string, weight: string) =>
    company.create("items", { code, sheet: [sheet], kpi: [kpi], weight, target: "100" });
  item("COPY", c, "60");
  item("COPY\u00A0", d, "40");
  await company.stage.settle();

  const ada = await company.sheet("E1|2026-01");
  expect(ada.exactTotal).toBe("74");
  expect(ada.itemViews.map(({ kpi, contribution }) => [kpi.code, contribution]).sort()).toEqual([
    ["A", "27"],
    ["B", "10"],
    ["C", "27"],
    ["D", "10"],
  ]);
  await expectLawful(company);
});

it("names in texts follow the rows they come from", async () => {
  const company = await openedFigures();
  company.update("employees", company.employee("Ada"), { name: "Ada Lovelace" });
  company.update("departments", company.departments[0] ?? "", { name: "Trade" });
  const source = await company.find("sources", "key", "B");
  company.update("sources", source, { enabled: false });
  await company.stage.settle();
  expect((await company.item("E1|2026-01", "B")).status).toBe("ERROR");
  company.update("sources", source, { name: "Quality" });
  await company.stage.settle();

  expect(await company.shown("sheets", "E1|2026-01", "summary")).toContain("Ada Lovelace, January");
  expect(await company.shown("sheets", "SALES|2026-01", "summary")).toContain("Trade, January");
  expect(await company.shown("items", "E1|2026-01|B", "reason")).toContain("Quality");
  await expectLawful(company);
});
