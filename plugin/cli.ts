#!/usr/bin/env node
import { readFileSync } from "node:fs";

/**
 * The doorbell. Nothing but this check may run on an old Node.js: the database module would take the
 * whole process down without a word, so everything else is imported after it.
 */
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

if (major < 22 || (major === 22 && minor < 12)) {
  const key = "error.config/node-too-old";
  for (const locale of ["zh-CN", "en-US"]) {
    const file = new URL(`./words/${locale}.json`, import.meta.url);
    const words = JSON.parse(readFileSync(file, "utf8")) as Record<string, string>; // our own file
    const message = (words[key] ?? key).replace("{version}", process.versions.node);
    process.stderr.write(`${message}\n${words[`${key}.hint`] ?? ""}\n`);
  }
  process.exitCode = 1;
} else {
  // Whoever reads us, such as `head`, may have read enough.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(0);
  });
  const { runCommandLine } = await import("./cli/program.ts");
  process.exitCode = await runCommandLine(process.argv.slice(2), {
    env: process.env,
    in: process.stdin,
    out: process.stdout,
    err: process.stderr,
  });
}
