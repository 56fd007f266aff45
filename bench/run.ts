import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { short } from "./figures.ts";

/**
 * `npm run bench`: every benchmark in a process of its own, so that memory is its own too; tables
 * go to the screen. Bench README says what is measured and how to read it.
 */
const PARTS = ["formulas", "scores", "sheets", "records"] as const;
const { values } = parseArgs({
  options: {
    /** Which of the parts, all of them unless given. */
    only: { type: "string", default: PARTS.join(",") },
    /** Source records per company, smallest first. */
    sizes: { type: "string", default: "1000,10000" },
    /** Changes in a burst. */
    burst: { type: "string", default: "300" },
    /** Single changes timed per company. */
    rounds: { type: "string", default: "30" },
    /** People's sheets, of six items each. */
    sheets: { type: "string", default: "1000" },
    /** Turns of the arithmetic; figures are the median of them. */
    turns: { type: "string", default: "9" },
    /** Work here and leave everything behind; a temporary folder that is removed unless given. */
    folder: { type: "string" },
  },
});
const parts = values.only.split(",");
const unknown = parts.filter((part) => !PARTS.some((known) => known === part));
if (unknown.length > 0) throw new Error(`no such part: ${unknown.join(", ")}`);
const sizes = values.sizes.split(",").map(Number);
const root = values.folder ?? mkdtempSync(join(tmpdir(), "kpi-loop-bench-"));
const folderOf = (size: number) => join(root, String(size));

type Figures = Readonly<Record<string, number>>;

function run(script: string, ...args: readonly string[]): unknown {
  console.error(`${script} ${args.join(" ")}`);
  const child = spawnSync(process.execPath, [join(import.meta.dirname, script), ...args], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (child.status !== 0) throw new Error(`${script} ended with ${child.status ?? child.signal}`);
  return JSON.parse(child.stdout);
}

// Each script reports such figures: see its own call of `report`.
const measure = (script: string, ...args: readonly string[]) => run(script, ...args) as Figures;

function table(title: string, head: readonly string[], rows: readonly (readonly string[])[]): void {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  console.log(`\n### ${title}\n`);
  for (const cells of [head, head.map(() => "---"), ...rows]) console.log(line(cells));
}

const row = (name: string, figures: Figures, keys: readonly string[]) => [
  name,
  ...keys.map((key) => short(figures[key] ?? Number.NaN)),
];

type Named = Figures & { readonly name: string };

function formulas(): void {
  // As `formulas.ts` reports them.
  const cases = run("formulas.ts", values.turns) as readonly Named[];
  const others = ["sheet", "single", "decimals", "floats"];
  const times = (one: Figures, key: string) =>
    `${short((one["ours"] ?? 0) / (one[key] ?? Number.NaN))} ×`;
  table(
    "Formulas: ours per second, and how many times the others' rate that is",
    ["formula", "ours/s", "HyperFormula, sheet", "single", "mathjs, decimals", "binary floats"],
    cases.map((one) => [
      one.name,
      short(one["ours"] ?? 0),
      ...others.map((key) => times(one, key)),
    ]),
  );
}

function scores(): void {
  // As `scores.ts` reports them.
  const works = run("scores.ts", values.turns) as readonly (Named & { readonly kind: string })[];
  const rate = (name: string) =>
    works.find((one) => one.name === name)?.["perSecond"] ?? Number.NaN;
  for (const [kind, title] of [
    ["item", "Items scored"],
    ["sheet", "Sheets composed"],
  ] as const) {
    const own = works.filter((one) => one.kind === kind);
    const yardstick = kind === "item" ? rate("RATIO") : rate(own[0]?.name ?? "");
    table(
      title,
      ["", "per second", `÷ ${kind === "item" ? "RATIO" : "the first"}`],
      own.map((one) => [
        one.name,
        short(one["perSecond"] ?? 0),
        short((one["perSecond"] ?? 0) / yardstick),
      ]),
    );
  }
}

function sheets(): void {
  const folder = join(root, "sheets");
  mkdirSync(folder);
  measure("load-sheets.ts", folder, values.sheets);
  const figures = measure("sheets.ts", folder);
  const keys = ["sheets", "items", "fillSeconds", "readingSeconds", "seconds", "sheetsPerSecond"];
  table(
    "Sheets scored again",
    ["sheets", "items", "first filling, s", "of it reading", "again, s", "sheets/s", "peak MB"],
    [row("", figures, [...keys, "peakMb"]).slice(1)],
  );
}

function records(): void {
  const yardstick = measure("yardstick.ts", root);
  const bulk = sizes.map((size) => {
    mkdirSync(folderOf(size));
    measure("load.ts", folderOf(size), String(size));
    return {
      size,
      fill: measure("fill.ts", folderOf(size)),
      recompute: measure("recompute.ts", folderOf(size)),
    };
  });
  // As `cost-per-event.ts` reports them, in the order of the folders.
  const costs = run("cost-per-event.ts", values.rounds, ...sizes.map(folderOf)) as Figures[];
  const middle = sizes.find((size) => size >= 100_000) ?? sizes.at(-1) ?? 0;
  const speed = measure("throughput.ts", folderOf(middle), values.burst, values.rounds);

  table(
    "Yardstick",
    ["durable transactions/s", "rows through JSON/s"],
    [
      [
        short(yardstick["durableTransactionsPerSecond"] ?? 0),
        short(yardstick["jsonRowsPerSecond"] ?? 0),
      ],
    ],
  );
  table(
    `Events, ${short(middle)} source records`,
    ["burst", "s", "events/s", "one change, ms", "p95, ms", "peak MB"],
    [
      row("", speed, [
        "burst",
        "seconds",
        "eventsPerSecond",
        "latencyMs",
        "latencyP95Ms",
        "peakMb",
      ]).slice(1),
    ],
  );
  const columns = ["cpuMs", "wallMs", "wallP95Ms"];
  const ratio = Object.fromEntries(
    columns.map((key) => [key, (costs.at(-1)?.[key] ?? 0) / (costs[0]?.[key] ?? 1)]),
  );
  table(
    "Cost per event",
    ["source records", "CPU ms", "wall ms", "p95 ms"],
    [
      ...costs.map((figures, index) => row(short(sizes[index] ?? 0), figures, columns)),
      row("largest ÷ smallest", ratio, columns),
    ],
  );
  const parts = ["seconds", "readingSeconds", "mirrorSeconds", "computeSeconds", "peakMb"];
  for (const kind of ["fill", "recompute"] as const)
    table(
      kind === "fill" ? "First filling" : "Full recomputation",
      ["source records", "s", "reading", "mirror", "computing", "peak MB", "records/s"],
      bulk.map(({ size, [kind]: figures }) => [
        ...row(short(size), figures, parts),
        short((figures["records"] ?? 0) / (figures["seconds"] ?? 1)),
      ]),
    );
}

try {
  mkdirSync(root, { recursive: true });
  console.log(`${cpus().length} cores, Node ${process.version}`);
  for (const [part, measuring] of Object.entries({ formulas, scores, sheets, records }))
    if (parts.includes(part)) measuring();
} finally {
  if (values.folder === undefined) rmSync(root, { recursive: true, force: true });
}
