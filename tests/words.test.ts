import ts from "typescript";
import { describe, expect, it } from "vitest";
import enConsole from "../console/src/locales/en-US.json" with { type: "json" };
import zhConsole from "../console/src/locales/zh-CN.json" with { type: "json" };
import { hasWords, wordsOf } from "../plugin/words/words.ts";
import { nodes, sources, textPattern } from "./sources.ts";

const english = wordsOf("en-US");
const chinese = wordsOf("zh-CN");
const holes = (text: string) =>
  [...text.matchAll(/\{+\s*(\w+)[^{}]*\}+/g)].map(([, name]) => name ?? "").sort();

describe.each<[string, Readonly<Record<string, string>>, Readonly<Record<string, string>>]>([
  ["the plugin's words", english, chinese],
  ["the console's words", enConsole, zhConsole],
])("%s", (_name, en, zh) => {
  it("have the same keys in both languages", () => {
    expect(Object.keys(en).filter((key) => !(key in zh))).toEqual([]);
    expect(Object.keys(zh).filter((key) => !(key in en))).toEqual([]);
  });

  it("name the same details in both languages", () => {
    const differing = Object.keys(en).filter(
      (key) =>
        [...new Set(holes(en[key] ?? ""))].join() !== [...new Set(holes(zh[key] ?? ""))].join(),
    );

    expect(differing).toEqual([]);
  });

  it("say something", () => {
    expect(Object.keys(en).filter((key) => en[key] === "" || zh[key] === "")).toEqual([]);
  });

  it("are Chinese in Chinese: a sentence is not left in English", () => {
    const untranslated = Object.keys(en).filter(
      (key) =>
        en[key] === zh[key] &&
        // The embedded workspace repeats Huoban's own messages, which are English.
        !key.startsWith("embedded.refused.") &&
        /[a-z]{3,} [a-z]{3,}/i.test(en[key] ?? ""),
    );

    expect(untranslated).toEqual([]);
  });
});

const files = sources("plugin");
/** Everything a source can say as a key: `group.name`, or a template with at least its group. */
const patterns = new Set(
  files.flatMap((file) =>
    nodes(file).flatMap((node) => {
      const pattern = textPattern(node);
      return pattern !== null && /^[\w-]+(\\\.|\/)/.test(pattern) ? [pattern] : [];
    }),
  ),
);

/** Calls of a function by name, with the text of one argument as a pattern. */
function calls(name: string, argument: number): { at: string; pattern: string }[] {
  return files.flatMap((file) =>
    nodes(file).flatMap((node) => {
      if (!ts.isCallExpression(node) || node.expression.getText() !== name) return [];
      const given = node.arguments[argument];
      const pattern = given === undefined ? null : textPattern(given);
      return pattern === null ? [] : [{ at: `${file}: ${given?.getText() ?? ""}`, pattern }];
    }),
  );
}

describe("keys", () => {
  it("are all used by a source", () => {
    const exact = new Set([...patterns].filter((pattern) => !pattern.includes(".+")));
    const open = [...patterns]
      .filter((pattern) => pattern.includes(".+"))
      .map((pattern) => new RegExp(`^${pattern}$`));
    const escaped = (key: string) => key.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

    expect(
      Object.keys(english).filter(
        (key) => !exact.has(escaped(key)) && !open.some((pattern) => pattern.test(key)),
      ),
    ).toEqual([]);
  });

  it("exist wherever a source says one", () => {
    const missing = calls("say", 1).filter(
      ({ pattern }) => !Object.keys(english).some((key) => new RegExp(`^${pattern}$`).test(key)),
    );

    expect(missing).toEqual([]);
  });

  it("exist for every reason the engine gives", () => {
    const given = [...calls("reason", 0), ...calls("missing", 1)]
      .filter(({ pattern }) => !pattern.includes(".+"))
      .map(({ at, pattern }) => ({ at, key: `reason.${pattern.replaceAll("\\", "")}` }));

    expect(given.length).toBeGreaterThan(0);
    expect(given.filter(({ key }) => !hasWords(key))).toEqual([]);
  });
});
