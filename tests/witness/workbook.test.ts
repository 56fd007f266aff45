import { expect, beforeAll, describe, it } from "vitest";
import { buildWorkbook } from "../../plugin/report/workbook/workbook.ts";
import type { Workbook } from "../../plugin/report/workbook/grid.ts";
import { workbookFile } from "../../plugin/server/workbook-file.ts";
import { calcPresence, recalculateAll } from "./calc.ts";
import { Chance } from "./chance.ts";
import { compare, type Comparison } from "./compare.ts";
import { METHOD_CODES } from "./random-methods.ts";
import { plainSheet, randomItem, randomSheet } from "./random-sheets.ts";

const calc = calcPresence("The exported workbook");
/** The same draws every time; another seed gives other items. */
const SEED = Number(process.env["WITNESS_SEED"] ?? 20261123);
const ITEMS = 2000;
const ITEMS_ON_A_SHEET = 100;
const SHEETS = 200;
/** LibreOffice takes longer for many worksheets in one file than for several files. */
const SHEETS_IN_A_FILE = 25;

function chunks<Value>(values: readonly Value[], size: number): readonly (readonly Value[])[] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, at) =>
    values.slice(at * size, (at + 1) * size),
  );
}

/** Cells with a formula in a column of the score sheets. */
function formulasIn({ worksheets }: Workbook, column: RegExp): number {
  return worksheets
    .flatMap(({ cells }) => [...cells])
    .filter(([address, { content }]) => column.test(address) && content.kind === "formula").length;
}

describe.skipIf(calc.skip)(`the engine and LibreOffice (seed ${SEED})`, () => {
  let items: Comparison;
  let sheets: Comparison;
  let live = 0;

  beforeAll(async () => {
    const chance = new Chance(SEED);
    const drawn = Array.from({ length: ITEMS }, (_, at) =>
      randomItem(chance, METHOD_CODES[at % METHOD_CODES.length] ?? "RATIO", `K${at}`),
    );
    const plain = chunks(drawn, ITEMS_ON_A_SHEET).map((some, at) => plainSheet(`P${at}`, some));
    const full = Array.from({ length: SHEETS }, (_, at) => randomSheet(chance, `S${at}`));
    const first = buildWorkbook(plain, "zh-CN");
    const rest = chunks(full, SHEETS_IN_A_FILE).map((some) => buildWorkbook(some, "en-US"));
    live = formulasIn(first, /^G\d+$/);
    const [computed, ...others] = await recalculateAll(
      await Promise.all([first, ...rest].map(workbookFile)),
    );
    items = compare(first, computed ?? new Map());
    const compared = rest.map((workbook, at) => compare(workbook, others[at] ?? new Map()));
    sheets = {
      cells: compared.reduce((sum, { cells }) => sum + cells, 0),
      differences: compared.flatMap(({ differences }) => differences),
    };
  }, 300_000);

  it(`agree on every cell of ${ITEMS} items of all methods`, () => {
    expect(items.differences.slice(0, 10)).toEqual([]);
    expect(live).toBeGreaterThan(ITEMS * 0.95);
  });

  it(`agree on every cell of ${SHEETS} sheets with sections, bounds, totals above and vetoes`, () => {
    expect(sheets.differences.slice(0, 10)).toEqual([]);
    expect(sheets.cells).toBeGreaterThan(12_000);
  });
});
