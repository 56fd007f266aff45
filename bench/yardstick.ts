import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { median, report } from "./figures.ts";

/**
 * `yardstick.ts <folder>`: what this machine can do at all, to read the other figures by: the
 * smallest durable transactions, and pages of a hundred rows there and back as JSON.
 */
const [folder = ""] = process.argv.slice(2);
const db = new Sqlite(join(folder, "yardstick.sqlite"));
db.pragma("journal_mode = WAL");
db.pragma("synchronous = FULL");
db.exec("CREATE TABLE IF NOT EXISTS rows (id INTEGER PRIMARY KEY, text TEXT NOT NULL)");
const insert = db.prepare("INSERT INTO rows (text) VALUES (?)");

function perSecond(count: number, run: (n: number) => void): number {
  const rates: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const started = performance.now();
    for (let n = 0; n < count; n += 1) run(n);
    rates.push((count * 1000) / (performance.now() - started));
  }
  return median(rates);
}

const page = JSON.stringify(
  Array.from({ length: 100 }, (_, row) => ({
    item_id: String(2_300_000_000_000_000 + row),
    title: `L${row}`,
    fields: Object.fromEntries(
      Array.from({ length: 7 }, (_, n) => [String(n), `value ${row * n}`]),
    ),
  })),
);
report({
  durableTransactionsPerSecond: perSecond(300, (n) => insert.run(`row ${n}`)),
  jsonRowsPerSecond: perSecond(300, () => JSON.stringify(JSON.parse(page) as unknown)) * 100,
});
db.close();
