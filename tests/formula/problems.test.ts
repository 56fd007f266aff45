import { expect, it } from "vitest";
import { parseFormula, problemText } from "../../plugin/formula/formula.ts";
import { hasWords, LOCALES, type Locale } from "../../plugin/words/words.ts";

const KNOWN = ["revenue", "签约金额", "回款金额", "SOURCE.上期", "constructor"];

function problems(formula: string, known: readonly string[] = KNOWN) {
  const parsed = parseFormula(formula, { known });
  return parsed.ok
    ? []
    : parsed.problems.map(({ code, details, position }) => ({ code, details, position }));
}

function sentences(formula: string, locale: Locale): readonly string[] {
  const parsed = parseFormula(formula, { known: KNOWN });
  return parsed.ok ? [] : parsed.problems.map((problem) => problemText(problem, locale));
}

it.each([
  ["", 0, "formula.empty", {}],
  ["  = ", 0, "formula.empty", {}],
  ["revenue +", 9, "formula.unfinished", {}],
  ["(revenue", 0, "formula.missing_bracket", {}],
  ["1+（2*（3+4）", 2, "formula.missing_bracket", {}],
  ["MAX(1,2", 3, "formula.missing_bracket", {}],
  ["revenue)", 7, "formula.unexpected", { found: ")" }],
  ["revenue 2", 8, "formula.unexpected", { found: "2" }],
  ["[revenue].上期", 9, "formula.unexpected", { found: ".上期" }],
  ["[revenue][签约金额]", 9, "formula.unexpected", { found: "签约金额" }],
  ["revenue[1]", 7, "formula.unexpected", { found: "1" }],
  ["2[revenue]", 1, "formula.unexpected", { found: "revenue" }],
  ["revenue * * 2", 10, "formula.unexpected", { found: "*" }],
  ["revenue == 2", 9, "formula.unexpected", { found: "=" }],
  ["==2", 1, "formula.unexpected", { found: "=" }],
  ["()", 1, "formula.unexpected", { found: ")" }],
  ["MAX(1,,2)", 6, "formula.unexpected", { found: "," }],
  ["1,2", 1, "formula.unexpected", { found: "," }],
  ["{1}", 0, "formula.unexpected", { found: "{" }],
  ["表!A1", 1, "formula.unexpected", { found: "!" }],
  ["#REF!", 0, "formula.unexpected", { found: "#" }],
  ["revenue：2", 7, "formula.unexpected", { found: "：" }],
  ["1😀", 1, "formula.unexpected", { found: "😀" }],
  ["1.5.2", 0, "formula.unexpected", { found: "1.5.2" }],
  ['"abc', 0, "formula.unterminated_text", { found: '"' }],
  ["1+“abc", 2, "formula.unterminated_text", { found: "“" }],
  ["1+[abc", 2, "formula.unterminated_name", { found: "[" }],
  ["[ ]", 0, "formula.unterminated_name", { found: "[" }],
  ["2*1e999", 2, "formula.number_too_large", { found: "1e999" }],
  ["ROUND(1)", 0, "formula.arguments", { name: "ROUND", expected: "2", given: "1" }],
  ["1+if(1)", 2, "formula.arguments", { name: "IF", expected: "2-3", given: "1" }],
  ["TODAY(1)", 0, "formula.arguments", { name: "TODAY", expected: "0", given: "1" }],
  ["MIN()", 0, "formula.arguments", { name: "MIN", expected: "1-255", given: "0" }],
])("says where %j is wrong: character %i, %s", (formula, position, code, details) => {
  const found = problems(formula);

  expect(found).toEqual([{ code, details, position }]);
});

it.each([
  ["≥revenue", 0],
  ["revenue≥＋≥1", 9],
  ["（revenue）≥1）", 11],
])("counts positions in the text as written: %s", (formula, position) => {
  const found = problems(formula);

  expect(found.map((problem) => problem.position)).toEqual([position]);
});

it.each([
  ["revenu * 2", "revenu", "revenue"],
  ["Revenue", "Revenue", "revenue"],
  ["签约金領", "签约金領", "签约金额"],
  ["回款金", "回款金", "回款金额"],
  ["SOURCE.上季", "SOURCE.上季", "SOURCE.上期"],
  ["revneue", "revneue", "revenue"],
])("guesses the name that was meant: %s", (formula, name, suggestion) => {
  const found = problems(formula);

  expect(found).toEqual([
    { code: "formula.unknown_name_similar", details: { name, suggestion }, position: 0 },
  ]);
});

it("suggests nothing where nothing is near", () => {
  const found = problems("x + 毛利率");

  expect(found.map(({ code, position }) => [code, position])).toEqual([
    ["formula.unknown_name", 0],
    ["formula.unknown_name", 4],
  ]);
});

it("guesses the function that was meant", () => {
  const found = problems("ROUDN(revenue, 2)");

  expect(found).toEqual([
    {
      code: "formula.unknown_function_similar",
      details: { name: "ROUDN", suggestion: "ROUND" },
      position: 0,
    },
  ]);
});

it("reports every unknown name at once, and unknown functions among them", () => {
  const found = problems("收入 + VLOOKUP(成本, 1)");

  expect(found.map(({ position }) => position)).toEqual([0, 5, 13]);
});

it("takes names by their exact case, functions by any", () => {
  expect(problems("Max(revenue, 1)")).toEqual([]);
  expect(problems("REVENUE")).toHaveLength(1);
});

it.each(LOCALES)("says each problem in a sentence that counts characters from 1: %s", (locale) => {
  const [sentence = ""] = sentences("1 + revenu", locale);

  expect(sentence).toContain("5");
  expect(sentence).toContain("revenue");
  expect(sentence).not.toContain("{");
});

it.each([
  ["50,000 brackets", "(".repeat(50_000), "formula.too_long"],
  ["1,999 brackets", "(".repeat(1999), "formula.too_deep"],
  ["51 levels of brackets", `${"(".repeat(51)}1${")".repeat(51)}`, "formula.too_deep"],
  ["1,000 signs", `${"-".repeat(1000)}1`, "formula.too_deep"],
  ["nested calls", `${"ABS(".repeat(300)}1${")".repeat(300)}`, "formula.too_deep"],
  ["an endless number", `1e${"9".repeat(1900)}`, "formula.number_too_large"],
])("refuses %s", (_what, formula, code) => {
  const started = performance.now();

  const found = problems(formula);

  expect(found.map((problem) => problem.code)).toEqual([code]);
  expect(performance.now() - started).toBeLessThan(500);
});

it.each([
  ["50 levels of brackets", `${"(".repeat(50)}1${")".repeat(50)}`],
  ["1,000 terms", Array.from({ length: 1000 }, () => "1").join("+")],
  ["990 percent signs", `1${"%".repeat(990)}`],
  ["a tower of powers", Array.from({ length: 900 }, () => "9").join("^")],
  ["roots of roots", `2${"^0.5".repeat(400)}`],
  ["long digits", `0.${"7".repeat(1900)}+1`],
])("evaluates %s in bounded time", (_what, formula) => {
  const started = performance.now();
  const parsed = parseFormula(formula);

  const result = parsed.ok ? parsed.formula.evaluate(() => ({ kind: "blank" })) : null;

  expect(result?.kind).toMatch(/number|error/);
  expect(performance.now() - started).toBeLessThan(2000);
});

it.each(["constructor", "__proto__", "toString", "hasOwnProperty"])(
  "treats %s as a name like any other, and as no function",
  (name) => {
    const asked: string[] = [];
    const parsed = parseFormula(`${name}&1`);

    const result = parsed.ok
      ? parsed.formula.evaluate((called) => {
          asked.push(called);
          return { kind: "text", value: "x" };
        })
      : null;

    expect(result).toEqual({ kind: "text", value: "x1" });
    expect(asked).toEqual([name]);
    expect(problems(`${name}(1)`, [name]).map(({ code }) => code)).toEqual([
      "formula.unknown_function",
    ]);
  },
);

it.each([
  "formula.empty",
  "formula.too_long",
  "formula.too_deep",
  "formula.unterminated_text",
  "formula.unterminated_name",
  "formula.unexpected",
  "formula.unfinished",
  "formula.missing_bracket",
  "formula.unknown_name",
  "formula.unknown_name_similar",
  "formula.unknown_function",
  "formula.unknown_function_similar",
  "formula.arguments",
  "formula.number_too_large",
  "formula.type",
  "formula.type_order",
  "formula.units_differ",
  "formula.not_ascending",
  "formula.lists_differ",
  "formula.list_needed",
])("has words for %s", (key) => {
  expect(hasWords(key)).toBe(true);
});
