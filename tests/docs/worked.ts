import { readFileSync } from "node:fs";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { ROOT } from "../sources.ts";
import { groupBlocks } from "./group-examples.ts";
import { methodBlocks } from "./method-examples.ts";
import { moneyBlocks } from "./money-examples.ts";
import { sheetBlocks } from "./sheet-examples.ts";
import { statisticsBlocks } from "./statistics-examples.ts";
import { wholeBlocks } from "./whole-example.ts";

/** The page whose worked examples are computed, not written. */
export const PAGE = join(ROOT, "docs/scoring.md");

const BLOCK = /<!-- worked: (.+?) -->[\s\S]*?<!-- end -->/g;

/** Every worked example, by the name of its place in the page. */
export function workedBlocks(): ReadonlyMap<string, string> {
  return new Map([
    ...methodBlocks(),
    ...sheetBlocks(),
    ...groupBlocks(),
    ...moneyBlocks(),
    ...statisticsBlocks(),
    ...wholeBlocks(),
  ]);
}

/** Names of the places a page has, in their order. */
export function places(page: string): readonly string[] {
  return [...page.matchAll(BLOCK)].map(([, name = ""]) => name);
}

/**
 * The page with every worked example computed afresh.
 *
 * @throws when the page has a place for an example that there is not
 */
export async function rendered(): Promise<string> {
  const blocks = workedBlocks();
  const page = readFileSync(PAGE, "utf8").replaceAll(BLOCK, (_all, name: string) => {
    const block = blocks.get(name);
    if (block === undefined) throw new Error(`no worked example is called "${name}"`);
    return `<!-- worked: ${name} -->\n\n${block}\n\n<!-- end -->`;
  });
  return format(page, { ...(await resolveConfig(PAGE)), filepath: PAGE });
}
