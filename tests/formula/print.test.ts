import { expect, it } from "vitest";
import { parseFormula } from "../../plugin/formula/formula.ts";
import { printFormula } from "../../plugin/formula/print.ts";

const CELLS = new Map([
  ["actual", "E5"],
  ["实际值", "E5"],
  ["pass rate", "'Other'!$D$4"],
]);

function print(text: string): string | null {
  const parsed = parseFormula(text);
  if (!parsed.ok) throw new Error(text);
  return printFormula(text, parsed.formula.names, (name) => CELLS.get(name) ?? null);
}

it.each([
  ["=IF(actual>=1.2, 120, ROUND(actual*100,1))", "IF(E5>=1.2,120,ROUND(E5*100,1))"],
  ["实际值×２＋［pass rate］", "E5*2+'Other'!$D$4"],
  ['"actual" & actual', '"actual"&E5'],
  ["IFS(actual≥1,true;TRUE,2)", "_xlfn.IFS(E5>=1,TRUE,TRUE,2)"],
  ["clamp(actual,0,120)", "MEDIAN(E5,0,120)"],
  ["LOOKUP(actual,{0,10;20,30})", "LOOKUP(E5,{0,10;20,30})"],
])("%s stands in a file as %s", (text, printed) => {
  expect(print(text)).toBe(printed);
});

it.each(["unknown+1", "INTERPOLATE(actual,{0,1},{0,100})", "actual+TODAY()"])(
  "%s has no place in a spreadsheet",
  (text) => {
    expect(print(text)).toBeNull();
  },
);
