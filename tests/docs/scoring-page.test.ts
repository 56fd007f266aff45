import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { PAGE, places, rendered, workedBlocks } from "./worked.ts";

describe("docs/scoring.md", () => {
  const page = readFileSync(PAGE, "utf8");

  it("says what the code computes; `npm run docs` writes it anew", async () => {
    expect(page).toBe(await rendered());
  });

  it("has a place for every worked example, each once", () => {
    expect([...places(page)].sort()).toEqual([...workedBlocks().keys()].sort());
  });
});
