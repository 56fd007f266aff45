import exceljs from "exceljs";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { parseFormula, type Value } from "../../plugin/formula/formula.ts";
import { serialOf } from "../../plugin/formula/value.ts";
import { calcPresence, recalculate, type CalcCell, type CalcSheet } from "./calc.ts";
import { EXPRESSIONS, NAMES, type Twin } from "./expressions.ts";

const calc = calcPresence("The formula language");
const MANY = 2000;
const SEED = Number(process.env["FORMULA_SEED"] ?? 20241001);

function evaluate({ ours }: Twin): Value {
  const values = new Map(NAMES);
  const parsed = parseFormula(ours, { known: [...values.keys()] });
  if (!parsed.ok) throw new Error(`${ours}: ${JSON.stringify(parsed.problems)}`);
  return parsed.formula.evaluate((name) => values.get(name) ?? { kind: "blank" });
}

/** Whether our formula is understood; a text that never can be a number is refused before it runs. */
function isUnderstood({ ours }: Twin): boolean {
  return parseFormula(ours).ok;
}

function cellOf(value: Value): string | number | boolean | null {
  switch (value.kind) {
    case "number":
      return value.value.toNumber();
    case "date":
      return serial(value.value);
    case "text":
    case "boolean":
      return value.value;
    default:
      return null;
  }
}

function serial(date: string): number {
  const day = serialOf(date);
  if ("code" in day) throw new Error(`${date} is no day`);
  return day.toNumber();
}

/** Calc has no booleans, only numbers that are shown as such. */
function numberOf(one: Value | CalcCell): number | null {
  switch (one.kind) {
    case "number":
      return Number(one.value);
    case "boolean":
      return one.value ? 1 : 0;
    case "date":
      return serial(one.value);
    case "blank":
      return 0;
    default:
      return null;
  }
}

function agrees(ours: Value, theirs: CalcCell): boolean {
  if (ours.kind === "error") return theirs.kind === "error" && theirs.value === ours.code;
  if (ours.kind === "text") return theirs.kind === "text" && theirs.value === ours.value;
  const [a, b] = [numberOf(ours), numberOf(theirs)];
  if (a === null || b === null) return false;
  return Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b), 1e-3);
}

/**
 * With an #N/A of its own in it, an expression can have two errors. Excel passes the first one on;
 * Calc's AVERAGE takes the second, and its LOOKUP makes #VALUE! of #N/A.
 */
function isOtherError(twin: Twin, ours: Value, theirs: CalcCell): boolean {
  return twin.ours.includes("NA()") && ours.kind === "error" && theirs.kind === "error";
}

describe.skipIf(calc.skip)("LibreOffice computes what our formulas compute", () => {
  const twins = fc
    .sample(EXPRESSIONS, { numRuns: MANY * 2, seed: SEED })
    .filter((twin) => twin.ours.length < 1500 && isUnderstood(twin))
    .slice(0, MANY);
  let sheet: CalcSheet;

  beforeAll(async () => {
    const workbook = new exceljs.Workbook();
    const formulas = workbook.addWorksheet("formulas");
    const inputs = workbook.addWorksheet("in");
    NAMES.forEach(([, value], index) => {
      inputs.getCell(index + 1, 1).value = cellOf(value);
    });
    twins.forEach(({ calc: formula }, index) => {
      const cell = formulas.getCell(index + 1, 1);
      cell.value = { formula };
      // Of a cell that Calc makes a date, the reader of the file makes a date, also of an error.
      cell.numFmt = "0.00";
    });
    const found = (await recalculate(new Uint8Array(await workbook.xlsx.writeBuffer()))).get(
      "formulas",
    );
    if (!found) throw new Error("The worksheet is gone");
    sheet = found;
  });

  it(`for ${MANY} random expressions (seed ${SEED}, another one with FORMULA_SEED)`, () => {
    const differing = twins.flatMap((twin, index) => {
      const [ours, theirs] = [evaluate(twin), sheet(`A${index + 1}`)];
      return agrees(ours, theirs) || isOtherError(twin, ours, theirs)
        ? []
        : [{ ...twin, ours: [twin.ours, ours], theirs }];
    });

    expect(twins).toHaveLength(MANY);
    // Agreeing on errors alone would say little.
    const sound = twins.filter((twin) => evaluate(twin).kind !== "error");
    expect(sound.length).toBeGreaterThan(MANY / 2);
    expect(differing.slice(0, 20).map((one) => JSON.stringify(one))).toEqual([]);
  });
});
