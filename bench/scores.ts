import { METHOD_CODES } from "../plugin/kpi/parameters.ts";
import { scoreItem } from "../plugin/kpi/score.ts";
import { composeSheet } from "../plugin/kpi/sheet.ts";
import { median, ratePerSecond, report } from "./figures.ts";
import { judgements, SHEET_CASES } from "./score-cases.ts";

/**
 * `scores.ts <rounds>`: items scored and sheets composed per second of CPU, in turn, so that a noisy
 * machine is noisy for all of them. Nothing is read or stored: the arithmetic.
 */
const [rounds = ""] = process.argv.slice(2);
/** Different items of a method: 50 people, so RANK compares each with 50. */
const ITEMS = 50;
const SLICE_MS = 20;
const WARM_UP_MS = 150;

interface Work {
  readonly name: string;
  readonly kind: "item" | "sheet";
  /** Everything once: so many `ITEMS`. */
  readonly run: () => void;
}

const work: Work[] = [
  ...METHOD_CODES.map((code): Work => {
    const all = judgements(code, ITEMS);
    const unscored = all.find((one) => scoreItem(one).score.status !== "OK");
    if (unscored) throw new Error(`${code}: ${JSON.stringify(scoreItem(unscored))}`);
    return {
      name: code,
      kind: "item",
      run: () => {
        for (const one of all) scoreItem(one);
      },
    };
  }),
  ...SHEET_CASES.map(({ name, rules, items }): Work => {
    const sheets = Array.from({ length: ITEMS }, (_unused, row) => items(row));
    return {
      name,
      kind: "sheet",
      run: () => {
        for (const sheet of sheets) composeSheet(sheet, rules);
      },
    };
  }),
];

const rateOf = ({ run }: Work, ms: number) => ratePerSecond(run, ITEMS, ms);

for (const one of work) rateOf(one, WARM_UP_MS);
const rates = work.map((): number[] => []);
for (let round = 0; round < Number(rounds); round += 1)
  for (const [at, one] of work.entries()) rates[at]?.push(rateOf(one, SLICE_MS));
report(
  work.map(({ name, kind }, at) => ({
    name,
    kind,
    perSecond: Math.round(median(rates[at] ?? [])),
  })),
);
