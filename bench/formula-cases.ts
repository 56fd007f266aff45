import type { Value } from "../plugin/formula/formula.ts";
import { Decimal } from "../plugin/decimal.ts";

/** What an input of a formula is, as any of the languages takes it. */
export type Input = string;
export type Inputs = Readonly<Record<string, Input>>;

/** One calculation as each of the languages writes it; all give the same for the same inputs. */
export interface FormulaCase {
  readonly name: string;
  readonly formula: string;
  /** In Excel's language with names for cells, where that engine lacks a function. */
  readonly cells?: string;
  readonly mathjs: string;
  /** Inputs of one row; rows differ. */
  readonly inputs: (row: number) => Inputs;
}

const attained = (row: number): Inputs => ({
  actual: (800 + ((row * 37) % 700) + 0.25).toFixed(2),
  target: String(997 + (row % 7)),
});
const figures = (row: number): Inputs =>
  Object.fromEntries(
    ["north", "south", "east", "west", "home", "web"].map((name, place) => [
      name,
      (100 + ((row * 13 + place * 29) % 90) + 0.5).toFixed(1),
    ]),
  );

export const FORMULA_CASES: readonly FormulaCase[] = [
  {
    name: "ratio with a cap, rounded",
    formula: "IF(actual/target>=1.2,120,ROUND(actual/target*100,1))",
    mathjs: "actual/target >= 1.2 ? 120 : round(actual/target*100, 1)",
    inputs: attained,
  },
  {
    name: "nested IF",
    formula: "IF(rate>=0.95,100,IF(rate>=0.9,90,IF(rate>=0.8,75,IF(rate>=0.6,60,0))))",
    mathjs: "rate >= 0.95 ? 100 : (rate >= 0.9 ? 90 : (rate >= 0.8 ? 75 : (rate >= 0.6 ? 60 : 0)))",
    inputs: (row) => ({ rate: (0.5 + ((row * 7) % 50) / 100).toFixed(2) }),
  },
  {
    name: "MAX of MIN",
    formula: "MAX(0,MIN(120,actual/target*100))",
    mathjs: "max(0, min(120, actual/target*100))",
    inputs: attained,
  },
  {
    name: "AND, OR",
    formula: "IF(AND(calls>=20,OR(quality>=0.9,complaints=0)),100,50)",
    mathjs: "calls >= 20 and (quality >= 0.9 or complaints == 0) ? 100 : 50",
    inputs: (row) => ({
      calls: String(row % 40),
      quality: ((80 + (row % 19)) / 100).toFixed(2),
      complaints: String(row % 3),
    }),
  },
  {
    name: "text comparison",
    formula: 'IF(state="done",100,IF(state="late",60,0))',
    mathjs: 'equalText(state, "done") ? 100 : (equalText(state, "late") ? 60 : 0)',
    inputs: (row) => ({ state: ["done", "late", "open"][row % 3] ?? "" }),
  },
  {
    name: "LOOKUP in a list",
    formula: "LOOKUP(actual,{0,10,20,30},{60,80,100,120})",
    cells: "INDEX({60,80,100,120},1,MATCH(actual,{0,10,20,30},1))",
    mathjs: "[60, 80, 100, 120][sum(actual >= [0, 10, 20, 30])]",
    inputs: (row) => ({ actual: ((row * 7) % 41).toFixed(1) }),
  },
  {
    name: "long arithmetic",
    formula:
      "(north*south+east*west-home*web)/(north+south+east)+north*0.35+south*0.25+east*0.2+west*0.15+home*0.05-(web-north)*2/3",
    mathjs:
      "(north*south+east*west-home*web)/(north+south+east)+north*0.35+south*0.25+east*0.2+west*0.15+home*0.05-(web-north)*2/3",
    inputs: figures,
  },
  {
    name: "mean of six, rounded",
    formula: "ROUND(SUM(north,south,east,west,home,web)/6,2)",
    mathjs: "round(sum(north,south,east,west,home,web)/6, 2)",
    inputs: figures,
  },
];

/** An input as our language reads it. */
export function asValue(input: Input): Value {
  return isFigure(input)
    ? { kind: "number", value: new Decimal(input) }
    : { kind: "text", value: input };
}

export function isFigure(input: Input): boolean {
  return /^\d/.test(input);
}
