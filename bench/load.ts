import { openCompany } from "./company.ts";
import { peakMemoryMb, report } from "./figures.ts";
import { prepareCompany } from "./source-records.ts";

/** `load.ts <folder> <records>`: a workspace with that many source records, nothing computed yet. */
const [folder = "", records = ""] = process.argv.slice(2);
const company = openCompany(folder);
const started = performance.now();
await prepareCompany(company, Number(records));
report({ seconds: (performance.now() - started) / 1000, peakMb: peakMemoryMb() });
await company.close();
