import { openCompany } from "./company.ts";
import { cpuMs, peakMemoryMb, report } from "./figures.ts";

/** `recompute.ts <folder>`: compute everything again beside the running state and compare. */
const [folder = ""] = process.argv.slice(2);
const company = openCompany(folder);
const automation = company.automation();
await automation.idle();
const started = performance.now();
const cpuBefore = cpuMs();
const readBefore = company.spent.readingMs;
let readAt = started;
let readingMs = 0;
const result = await automation.recompute(() => {
  readAt = performance.now();
  readingMs = company.spent.readingMs - readBefore;
});
const seconds = (performance.now() - started) / 1000;
if (result.differences > 0) throw new Error(`${result.differences} readings were wrong`);
report({
  records: result.records,
  sheets: result.sheets,
  differences: result.differences,
  seconds,
  cpuSeconds: (cpuMs() - cpuBefore) / 1000,
  readingSeconds: readingMs / 1000,
  mirrorSeconds: (readAt - started - readingMs) / 1000,
  computeSeconds: seconds - (readAt - started) / 1000,
  peakMb: peakMemoryMb(),
});
await company.close();
