import { openCompany } from "./company.ts";
import { cpuMs, median, quantile, report } from "./figures.ts";
import { openChanges } from "./source-records.ts";

/**
 * `cost-per-event.ts <rounds> <folder…>`: one change at a time, each worked in and written back
 * before the next, in turn at every company, so that a noisy machine is noisy for all of them.
 */
const [rounds = "", ...folders] = process.argv.slice(2);
const WARM_UP = 30;
const companies = [];
for (const folder of folders) {
  const company = openCompany(folder);
  company.connect();
  await company.settle();
  companies.push({
    company,
    changes: openChanges(company),
    cpu: [] as number[],
    wall: [] as number[],
  });
}
for (let round = -WARM_UP; round < Number(rounds); round += 1)
  for (const { company, changes, cpu, wall } of companies) {
    const [cpuBefore, started] = [cpuMs(), performance.now()];
    changes.next();
    await company.settle();
    if (round < 0) continue;
    cpu.push(cpuMs() - cpuBefore);
    wall.push(performance.now() - started);
  }
report(
  companies.map(({ cpu, wall }, index) => ({
    folder: folders[index],
    cpuMs: median(cpu),
    wallMs: median(wall),
    wallP95Ms: quantile(wall, 0.95),
  })),
);
for (const { company } of companies) await company.close();
