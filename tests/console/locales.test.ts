import { describe, expect, it } from "vitest";
import ts from "typescript";
import { nodes, read, sources, textPattern } from "../sources.ts";

type Words = Readonly<Record<string, string>>;
const parse = (locale: string) => JSON.parse(read(`console/src/locales/${locale}.json`)) as Words; // flat, as the first test checks
const zh = parse("zh-CN");
const en = parse("en-US");
const console_ = sources("console/src");

const holes = (sentence: string) =>
  [...sentence.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort();

/** Every text in the console's code that may name a sentence; a hole in it stands for anything. */
const said = console_.flatMap((file) =>
  nodes(file).flatMap((node) => {
    const pattern = textPattern(node);
    return pattern === null ? [] : [pattern];
  }),
);
/** What the console asks for by `t("…")` itself. */
const asked = console_.flatMap((file) =>
  nodes(file).flatMap((node) => {
    if (!ts.isCallExpression(node) || node.expression.getText() !== "t") return [];
    const [key] = node.arguments;
    const pattern = key === undefined ? null : textPattern(key);
    return pattern === null ? [] : [{ file, pattern }];
  }),
);

describe("the console's words", () => {
  it("have the same keys in both languages, each with a sentence", () => {
    expect(Object.keys(en)).toEqual(Object.keys(zh));
    for (const sentence of [...Object.values(zh), ...Object.values(en)]) {
      expect(sentence).toEqual(expect.stringMatching(/\S/));
    }
  });

  it.each(Object.keys(zh))("%s takes the same details in both languages", (key) => {
    expect(holes(en[key] ?? "")).toEqual(holes(zh[key] ?? ""));
  });

  it("are all asked for somewhere", () => {
    // A hole alone ("{x}") would match everything and prove nothing.
    const patterns = said
      .filter((pattern) => /^[a-z]/i.test(pattern))
      .map((one) => new RegExp(`^${one}$`));
    const forgotten = Object.keys(zh).filter((key) => !patterns.some((one) => one.test(key)));

    expect(forgotten).toEqual([]);
  });

  it("exist for whatever the console asks", () => {
    const keys = Object.keys(zh);
    const missing = asked.filter(
      ({ pattern }) => !keys.some((key) => new RegExp(`^${pattern}$`).test(key)),
    );

    expect(asked.length).toBeGreaterThan(100);
    expect(missing).toEqual([]);
  });

  it("have a sentence for every status, state and cause of the API", () => {
    const contract = read("plugin/report/views.ts");
    const listed = (name: string) => {
      const block = new RegExp(`${name}[^\\[]*\\[([^\\]]+)\\]`).exec(contract)?.[1] ?? "";
      return [...block.matchAll(/"([^"]+)"/g)].map(([, value]) => value);
    };
    const wanted = [
      ...listed("const Status = z.enum\\(").map((value) => `status.${value}`),
      ...listed("state: z.enum\\(").map((value) => `state.${value}`),
      ...listed("direction: z.enum\\(").map((value) => `direction.${value}`),
      ...["record", "item", "configuration", "day", "recompute"].map((value) => `cause.${value}`),
    ];

    expect(wanted.length).toBeGreaterThanOrEqual(21);
    expect(wanted.filter((key) => !(key in zh))).toEqual([]);
  });
});
