import { setTimeout as wait } from "node:timers/promises";
import { openCompany } from "./company.ts";
import { cpuMs, median, peakMemoryMb, quantile, report } from "./figures.ts";
import { openChanges } from "./source-records.ts";

/**
 * `throughput.ts <folder> <burst> <singles>`: a burst of changes by different people at once, from
 * the first callback to the last score in the workspace; then single changes, one after another.
 * The engine runs as in production.
 */
const [folder = "", burst = "", singles = ""] = process.argv.slice(2);
const company = openCompany(folder);
const automation = company.automation();
const changes = openChanges(company);
company.connect();
await automation.start();
await automation.reconcile("since");
await company.settle();

const events = async (count: number) => {
  company.embedded.setDeliver(null, null);
  const madeFrom = performance.now();
  for (let n = 0; n < count; n += 1) changes.next();
  const started = performance.now();
  const cpuBefore = cpuMs();
  company.connect();
  await company.settle();
  return {
    changeSeconds: (started - madeFrom) / 1000,
    seconds: (company.lastWriteAt() - started) / 1000,
    cpuSeconds: (cpuMs() - cpuBefore) / 1000,
  };
};
await events(50);
const bursts = [];
for (let n = 0; n < 3; n += 1) bursts.push(await events(Number(burst)));

const latencies: number[] = [];
for (let n = 0; n < Number(singles); n += 1) {
  const started = performance.now();
  changes.next();
  // The engine's own loop does the work here; asking it to hurry would change the figure.
  while (company.lastWriteAt() < started) await wait(1);
  await company.settle();
  latencies.push(company.lastWriteAt() - started);
}
report({
  burst: Number(burst),
  seconds: median(bursts.map((one) => one.seconds)),
  eventsPerSecond: Number(burst) / median(bursts.map((one) => one.seconds)),
  cpuSeconds: median(bursts.map((one) => one.cpuSeconds)),
  changesPerSecond: Number(burst) / median(bursts.map((one) => one.changeSeconds)),
  latencyMs: median(latencies),
  latencyP95Ms: quantile(latencies, 0.95),
  peakMb: peakMemoryMb(),
});
await company.close();
