import { expect, it } from "vitest";
import { expectLawful, openedFigures } from "./figures-company.ts";

/**
 * What reaches from one sheet to another, against figures worked out by hand.
 * Without any rule: Ada 0.6·90 + 0.4·50 = 74, Ben 104, Cleo 76; Sales 270 ÷ 300 = 90, North 60.
 */

it("totals of department and company come in, and move their members at once", async () => {
  const company = await openedFigures((company) => {
    company.update("positions", company.position, {
      composition: company.option("positions", "composition", "additive"),
      individual_weight: "70",
      department_weight: "20",
      company_weight: "10",
    });
  });
  const totals = async () => [
    (await company.sheet("E1|2026-01")).exactTotal,
    (await company.sheet("E3|2026-01")).exactTotal,
  ];

  // Ada 51.8 + 18 + 9; Cleo 53.2 + 0.2·60 + 9.
  expect(await totals()).toEqual(["78.8", "74.2"]);
  const [step] = (await company.sheet("E3|2026-01")).steps;
  expect(step?.text).toBe(
    "Together with the totals above: own 76.00 × 70% + department 60.00 × 20% + company 90.00 × 10% = 74.20. 76.00 → 74.20 (−1.80).",
  );
  // Ben's figure makes Sales 100: Ada 51.8 + 20 + 10, Cleo 53.2 + 12 + 10.
  company.change(company.records.ben.a, "150");
  await company.stage.settle();
  expect(await totals()).toEqual(["81.8", "75.2"]);
  await expectLawful(company);

  // Without North's total: (53.2 + 10) ÷ 0.8.
  company.remove(await company.find("sheets", "code", "NORTH|2026-01"));
  await company.stage.settle();
  expect(await totals()).toEqual(["81.8", "79"]);
  expect((await company.sheet("E3|2026-01")).reasons.map(({ code }) => code)).toContain(
    "composite_missing_department",
  );
  await expectLawful(company);

  company.update("positions", company.position, {
    composition: company.option("positions", "composition", "multiplicative"),
  });
  company.update("employees", company.employee("Ada"), { department: null });
  await company.stage.settle();
  // Nobody stands above Ada any more; Ben 0.6·150 + 0.4·80 = 122 × Sales (150 + 60) ÷ 300 twice.
  expect((await company.sheet("E1|2026-01")).exactTotal).toBe("74");
  expect((await company.sheet("E2|2026-01")).exactTotal).toBe("59.78");
  await expectLawful(company);
});

it("ranks move with every peer's figure, absence, treatment and sheet", async () => {
  const company = await openedFigures((company) => {
    company.update("kpis", company.kpis.a, {
      method: company.option("kpis", "method", "RANK"),
      minimum: "2",
      cap: null,
    });
  });
  const { employee, option, records } = company;
  const ranks = async () =>
    Promise.all(
      ["E1", "E2", "E3"].map(async (who) => (await company.item(`${who}|2026-01`, "A")).score),
    );

  expect(await ranks()).toEqual(["50", "100", "0"]);
  company.change(records.cleo.a, "90");
  await company.stage.settle();
  expect(await ranks()).toEqual(["25", "100", "25"]);

  const away = company.create("absences", {
    name: "Leave",
    employee: [employee("Ben")],
    kind: option("absences", "kind", "other"),
    start: "2026-01-01",
    end: "2026-01-31",
  });
  await company.stage.settle();
  expect(await ranks()).toEqual(["50", null, "50"]);
  await expectLawful(company);
  company.remove(away);
  company.update("items", await company.find("items", "code", "E3|2026-01|A"), {
    treatment: option("items", "treatment", "not_applicable"),
  });
  await company.stage.settle();
  expect(await ranks()).toEqual(["0", "100", null]);
  await expectLawful(company);

  company.remove(await company.find("sheets", "code", "E2|2026-01"));
  await company.stage.settle();
  const alone = await company.item("E1|2026-01", "A");
  expect(alone.reasons.map(({ code }) => code)).toEqual(["rank_peers_few"]);
  await expectLawful(company);
});

it("a score is carried over once, from whatever the period before says now", async () => {
  const company = await openedFigures((company) => {
    company.update("kpis", company.kpis.b, { missing: company.option("kpis", "missing", "carry") });
    company.figure("Ada", "A", "90", "2026-02");
    company.figure("Ada", "A", "90", "2026-03");
  });
  const totals = async () => [
    (await company.sheet("E1|2026-02")).exactTotal,
    (await company.sheet("E1|2026-03")).exactTotal,
  ];

  // February: 54 + 0.4·50; March has nothing to carry, for February had no score of its own.
  expect(await totals()).toEqual(["74", "90"]);
  expect((await company.sheet("E1|2026-02")).coverage).toBe("0.6");
  const item = await company.item("E1|2026-02", "B");
  expect(item.reasons.map(({ code }) => code)).toContain("carried");
  const missing = company.stage.automation().views.why("E1|2026-03", "B", "en-US")?.steps ?? [];
  const told = missing.map(({ text }) => text).join(" ");
  expect(told).toContain("2026-02 has no score to carry over");
  expect(told).toContain("its weight goes to the other KPIs");
  expect(told).not.toContain("takes over the score");
  company.change(company.records.ada.b, "70");
  await company.stage.settle();
  expect(await totals()).toEqual(["82", "90"]);

  // A locked month is carried over exactly, not as it is shown: 10 ÷ 3 = 3.333…
  company.change(company.records.ada.b, "3.33333333");
  await company.stage.settle();
  company.update("cycles", company.cycles[0] ?? "", {
    status: company.option("cycles", "status", "locked"),
  });
  await company.stage.settle();
  expect(await totals()).toEqual(["55.333333332", "90"]);
  await expectLawful(company);
  company.update("cycles", company.cycles[0] ?? "", {
    status: company.option("cycles", "status", "running"),
  });
  await company.stage.settle();
  company.remove(await company.find("items", "code", "E1|2026-01|B"));
  await company.stage.settle();
  expect(await totals()).toEqual(["90", "90"]);
  await expectLawful(company);
});

it("a locked month stays as it was, whatever happens above and beside it", async () => {
  const company = await openedFigures((company) => {
    company.update("positions", company.position, {
      composition: company.option("positions", "composition", "additive"),
      individual_weight: "50",
      department_weight: "50",
    });
  });
  const cycle = company.cycles[0] ?? "";
  const status = (key: string) =>
    company.update("cycles", cycle, { status: company.option("cycles", "status", key) });
  expect((await company.sheet("E1|2026-01")).exactTotal).toBe("82");
  status("locked");
  await company.stage.settle();
  company.change(company.records.ben.a, "150");
  await company.setting("total_cap", "10");
  await company.stage.settle();
  expect((await company.sheet("E1|2026-01")).exactTotal).toBe("82");
  await expectLawful(company);
  await company.setting("total_cap", "");
  status("running");
  await company.stage.settle();
  expect((await company.sheet("E1|2026-01")).exactTotal).toBe("87");
  await expectLawful(company);
});
