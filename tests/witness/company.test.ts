import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildWorkbook } from "../../plugin/report/workbook/workbook.ts";
import type { Workbook } from "../../plugin/report/workbook/grid.ts";
import { workbookFile } from "../../plugin/server/workbook-file.ts";
import { openRuledCompany } from "../automation/ruled-company.ts";
import { openStage, type Stage } from "../automation/stage.ts";
import { calcPresence, recalculateAll } from "./calc.ts";
import { compare, type Comparison } from "./compare.ts";

const calc = calcPresence("The exported workbook of the sample company");

/** All score sheets of the sample company, every cycle a workbook, as `kpi-loop export` writes them. */
describe.skipIf(calc.skip)("the sample company in LibreOffice", () => {
  let stage: Stage;
  let workbooks: readonly Workbook[];
  let compared: readonly Comparison[];
  let items = 0;

  beforeAll(async () => {
    stage = openStage();
    await stage.install();
    await stage.automation().openCycles();
    await stage.settle();
    const { views } = stage.automation();
    const cycles = views.cycles().filter(({ status }) => status !== "planned");
    const sheets = cycles.map(({ id }) => views.workbook(id, "zh-CN"));
    items = sheets.flat().reduce((sum, sheet) => sum + sheet.items.length, 0);
    workbooks = sheets.map((ofCycle) => buildWorkbook(ofCycle, "zh-CN"));
    const computed = await recalculateAll(await Promise.all(workbooks.map(workbookFile)));
    compared = workbooks.map((workbook, at) => compare(workbook, computed[at] ?? new Map()));
  }, 400_000);
  afterAll(() => stage?.close());

  it("computes every cell of every sheet as the engine does", () => {
    const differences = compared.flatMap((one) => one.differences);

    expect(differences.slice(0, 10)).toEqual([]);
    expect(workbooks).toHaveLength(32);
    expect(compared.reduce((sum, { cells }) => sum + cells, 0)).toBeGreaterThan(20_000);
  });

  it("has a formula for every score and every total", () => {
    const written = workbooks.flatMap(({ worksheets }) =>
      worksheets.flatMap(({ cells }) => [...cells]),
    );
    const formulas = (column: RegExp) =>
      written.filter(([address, { content }]) => column.test(address) && content.kind === "formula")
        .length;

    // One in each item's row, and one in the head of each of the 320 sheets.
    expect(formulas(/^G\d+$/)).toBeGreaterThanOrEqual(items + 320);
    expect(items).toBe(1920);
  });
});

/** Rank, veto, gate, carried and given scores, from the tables to the cells. */
describe.skipIf(calc.skip)("a company with rules of every kind in LibreOffice", () => {
  it("computes every cell of every sheet as the engine does, from formulas alone", async () => {
    const { stage } = await openRuledCompany();
    const { views } = stage.automation();
    const sheets = views.cycles().flatMap(({ id }) => views.workbook(id, "en-US"));
    const workbook = buildWorkbook(sheets, "en-US");
    const [computed] = await recalculateAll([await workbookFile(workbook)]);
    const { differences, cells } = compare(workbook, computed ?? new Map());
    const scores = workbook.worksheets
      .flatMap((worksheet) => [...worksheet.cells])
      .filter(([address]) => /^G([5-9]|1\d)$/.test(address));
    const fixed = scores.filter(
      ([, { look, content }]) => look === "engine" && content.kind === "number",
    );
    await stage.close();

    expect(differences).toEqual([]);
    expect(fixed).toEqual([]);
    expect(cells).toBeGreaterThan(500);
  }, 120_000);
});
