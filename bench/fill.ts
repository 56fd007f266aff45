import { openCompany } from "./company.ts";
import { cpuMs, peakMemoryMb, report } from "./figures.ts";

/**
 * `fill.ts <folder>`: read every source record for the first time, compute, open the sheets of all
 * cycles and write the results into the workspace.
 */
const [folder = ""] = process.argv.slice(2);
const company = openCompany(folder);
const automation = company.automation();
const started = performance.now();
let readAt = started;
let readingMs = 0;
let records = 0;
await automation.start((done) => {
  records = done;
  readAt = performance.now();
  readingMs = company.spent.readingMs;
});
const filledAt = performance.now();
const cpu = cpuMs();
await automation.stop();
company.connect();
await automation.openCycles();
const openedAt = performance.now();
await company.settle();
report({
  records,
  seconds: (filledAt - started) / 1000,
  cpuSeconds: cpu / 1000,
  readingSeconds: readingMs / 1000,
  mirrorSeconds: (readAt - started - readingMs) / 1000,
  computeSeconds: (filledAt - readAt) / 1000,
  openSheetsSeconds: (openedAt - filledAt) / 1000,
  writeBackSeconds: (performance.now() - openedAt) / 1000,
  peakMb: peakMemoryMb(),
});
await company.close();
