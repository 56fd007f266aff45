import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "vite";

/**
 * Builds the console into dist/console, unless nothing it is made of has changed since last time.
 * The stamp is written last, so an interrupted build is built again.
 */
const here = import.meta.dirname;
const target = join(here, "../dist/console");
const stampFile = join(target, ".stamp");

const source = join(here, "src");
const inputs = [
  ...readdirSync(source, { recursive: true, encoding: "utf8", withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort(),
  ...["index.html", "vite.config.ts", "tsconfig.json", "../package-lock.json"].map((file) =>
    join(here, file),
  ),
];
const hash = createHash("sha256");
for (const file of inputs) hash.update(file.slice(here.length)).update(readFileSync(file));
const stamp = hash.digest("hex");

if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === stamp) {
  console.log("console: unchanged since the last build");
} else {
  const started = performance.now();
  await build({ configFile: join(here, "vite.config.ts"), logLevel: "warn" });
  writeFileSync(stampFile, stamp);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`console: built into dist/console in ${seconds} s`);
}
