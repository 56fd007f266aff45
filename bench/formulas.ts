import { HyperFormula } from "hyperformula";
import { all, create } from "mathjs";
import { parseFormula, type Value } from "../plugin/formula/formula.ts";
import { median, ratePerSecond, report } from "./figures.ts";
import {
  asValue,
  FORMULA_CASES,
  isFigure,
  type FormulaCase,
  type Inputs,
} from "./formula-cases.ts";

/**
 * `formulas.ts <rounds>`: evaluations of one formula per second of CPU, by our language and by two
 * libraries, in turn in one process and on the same inputs, after all gave the same results.
 *
 * - ours: read once; `evaluate` reads exact decimals.
 * - HyperFormula, a sheet: one row per set of inputs with the formula behind them; writing the inputs
 *   of all rows in one call computes all rows again. Results are not read out.
 * - HyperFormula, single: `calculateFormula` over cells that hold the inputs; it takes a text only.
 * - mathjs: compiled once, with its decimals at our 60 digits, and with binary floats.
 */
const [rounds = ""] = process.argv.slice(2);
const ROWS = 200;
const SLICE_MS = 25;
const WARM_UP_MS = 200;

/** Evaluates every row once and gives the results in their order, where they are at hand. */
interface Engine {
  readonly key: "ours" | "sheet" | "single" | "decimals" | "floats";
  readonly run: () => void;
  readonly results: () => readonly unknown[];
}

const decimals = create(all ?? {}, { number: "BigNumber", precision: 60 });
const floats = create(all ?? {}, {});

function ours({ formula }: FormulaCase, rows: readonly Inputs[]): Engine {
  const parsed = parseFormula(formula);
  if (!parsed.ok) throw new Error(`${formula}: ${JSON.stringify(parsed.problems)}`);
  const blank: Value = { kind: "blank" };
  const reads = rows.map((inputs) => {
    const known = new Map(Object.entries(inputs).map(([name, input]) => [name, asValue(input)]));
    return (name: string) => known.get(name) ?? blank;
  });
  const { evaluate } = parsed.formula;
  return {
    key: "ours",
    run: () => {
      for (const read of reads) evaluate(read);
    },
    results: () =>
      reads.map((read) => {
        const value = evaluate(read);
        if (value.kind === "number") return value.value.toNumber();
        return value.kind === "text" ? value.value : value.kind;
      }),
  };
}

function hyperFormula({ formula, cells }: FormulaCase, rows: readonly Inputs[]): Engine[] {
  const names = Object.keys(rows[0] ?? {});
  const written = (row: number) =>
    (cells ?? formula).replaceAll(/\b[a-z]+\b/g, (word) => {
      const column = names.indexOf(word);
      return column < 0 ? word : `${String.fromCharCode(65 + column)}${row + 1}`;
    });
  const blockFrom = (first: number) =>
    rows.map((_inputs, row) => {
      const inputs = rows[(row + first) % rows.length] ?? {};
      return names.map((name) => cell(inputs[name] ?? ""));
    });
  const blocks = [blockFrom(0), blockFrom(1)];
  const sheet = HyperFormula.buildFromArray(
    (blocks[0] ?? []).map((inputs, row) => [...inputs, `=${written(row)}`]),
    { licenseKey: "gpl-v3", undoLimit: 0 },
  );
  const result = (row: number) => sheet.getCellValue({ sheet: 0, row, col: names.length });
  let turn = 0;
  const texts = rows.map((_inputs, row) => `=${written(row)}`);
  return [
    {
      key: "sheet",
      run: () => {
        // Other figures than before in every row, so that there is something to compute.
        turn = 1 - turn;
        sheet.setCellContents({ sheet: 0, row: 0, col: 0 }, blocks[turn] ?? []);
      },
      results: () => {
        sheet.setCellContents({ sheet: 0, row: 0, col: 0 }, blocks[0] ?? []);
        return rows.map((_inputs, row) => result(row));
      },
    },
    {
      key: "single",
      run: () => {
        for (const text of texts) sheet.calculateFormula(text, 0);
      },
      results: () => texts.map((text) => sheet.calculateFormula(text, 0)),
    },
  ];
}

function cell(input: string): string | number {
  return isFigure(input) ? Number(input) : input;
}

function mathjs(
  { mathjs: text }: FormulaCase,
  rows: readonly Inputs[],
  key: "decimals" | "floats",
): Engine {
  const library = key === "decimals" ? decimals : floats;
  const compiled = library.compile(text);
  const scopes = rows.map(
    (inputs) =>
      new Map(
        Object.entries(inputs).map(([name, input]): [string, unknown] => {
          if (!isFigure(input)) return [name, input];
          return [name, key === "decimals" ? decimals.bignumber(input) : Number(input)];
        }),
      ),
  );
  return {
    key,
    run: () => {
      for (const scope of scopes) compiled.evaluate(scope);
    },
    results: () => scopes.map((scope) => Number(compiled.evaluate(scope))),
  };
}

function check(name: string, engines: readonly Engine[]): void {
  const [reference, ...others] = engines.map((engine) => engine.results());
  for (const [at, results] of others.entries())
    for (const [row, expected] of (reference ?? []).entries()) {
      const found = results[row];
      const near =
        typeof expected === "number" &&
        typeof found === "number" &&
        Math.abs(found - expected) <= 1e-9 * Math.max(1, Math.abs(expected));
      if (!near && found !== expected)
        throw new Error(
          `${name}, row ${row}: ours ${String(expected)}, ${engines[at + 1]?.key} ${String(found)}`,
        );
    }
}

const rateOf = ({ run }: Engine, ms: number) => ratePerSecond(run, ROWS, ms);

report(
  FORMULA_CASES.map((one) => {
    const rows = Array.from({ length: ROWS }, (_unused, row) => one.inputs(row));
    const engines = [
      ours(one, rows),
      ...hyperFormula(one, rows),
      mathjs(one, rows, "decimals"),
      mathjs(one, rows, "floats"),
    ];
    check(one.name, engines);
    for (const engine of engines) rateOf(engine, WARM_UP_MS);
    const rates = engines.map((): number[] => []);
    for (let round = 0; round < Number(rounds); round += 1)
      for (const [at, engine] of engines.entries()) rates[at]?.push(rateOf(engine, SLICE_MS));
    const figures = engines.map(({ key }, at) => [key, median(rates[at] ?? [])] as const);
    return { name: one.name, ...Object.fromEntries(figures) };
  }),
);
