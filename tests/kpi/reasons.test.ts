import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import words from "../../plugin/words/en-US.json" with { type: "json" };
import { LOCALES, say } from "../../plugin/words/words.ts";

const folder = "plugin/kpi";
const source = readdirSync(folder)
  .map((file) => readFileSync(`${folder}/${file}`, "utf8"))
  .join("\n");
/** Every text that looks like a reason: reasons are the only snake_case of this room. */
const plain = [...source.matchAll(/"([a-z]+(?:_[a-z]+)+)"/g)].map((match) => match[1] ?? "");
const byDirection = [...source.matchAll(/`([a-z_]+_)\$\{(direction|wrong)\b[^`]*\}`/g)].flatMap(
  ([, code = "", way]) =>
    ["higher", "lower", ...(way === "wrong" ? ["same"] : [])].map((end) => `${code}${end}`),
);
const NOT_REASONS = new Set(["first_ever", "no_data", "weighted_average", "last_year"]);
const codes = [...new Set([...plain, ...byDirection])].filter((code) => !NOT_REASONS.has(code));

it("finds the reasons of the room", () => {
  expect(codes.length).toBeGreaterThan(50);
  expect(codes).toContain("target_zero");
  expect(codes).toContain("method_falls_lower");
});

/**
 * Reasons stand under `reason.`; what checks of KPIs find and what happens to a total is worded in
 * families of its own. A code has words when it is a part of some key.
 */
const worded = new Set(Object.keys(words).flatMap((key) => key.split(".").slice(1)));

it.each(codes)("has words for %s in both languages", (code) => {
  expect(worded).toContain(code);
});

it("says in plain words that missing data is not 0", () => {
  const sentences = LOCALES.map((locale) => say(locale, "reason.no_records"));

  expect(sentences[0]).toContain("不按 0 分");
  expect(sentences[1]).toContain("not count as 0");
});
