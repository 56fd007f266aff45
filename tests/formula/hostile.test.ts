import fc from "fast-check";
import { expect, it } from "vitest";
import {
  FUNCTION_NAMES,
  LONGEST_FORMULA,
  parseFormula,
  problemText,
  type NameType,
  type Value,
} from "../../plugin/formula/formula.ts";
import { hasWords } from "../../plugin/words/words.ts";

/** Names that JavaScript's own objects answer to. */
const PROTOTYPES = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "valueOf",
];
const KINDS = ["number", "text", "boolean", "date", "blank", "error"];
const VALUES: readonly Value[] = [
  { kind: "text", value: "7" },
  { kind: "text", value: "x*?~" },
  { kind: "boolean", value: true },
  { kind: "date", value: "2024-02-29" },
  { kind: "date", value: "2024-02-31" },
  { kind: "blank" },
  { kind: "blank", missing: "a" },
  { kind: "error", code: "#N/A" },
];
const TYPED: ReadonlyMap<string, NameType> = new Map<string, NameType>([
  ["a", { kind: "number", unit: new Map([["money:CNY", 1]]) }],
  ["b", { kind: "date" }],
  ["金额", { kind: "text" }],
  ["__proto__", { kind: "number", unit: new Map([["__proto__", 1]]) }],
  ["amount (CNY)", {}],
]);

/** What may come of any text: a formula that gives a value, or problems that say where. */
function judge(text: string): void {
  for (const options of [{}, { known: TYPED }]) {
    const parsed = parseFormula(text, options);
    if (parsed.ok) {
      for (const value of VALUES) {
        const result = parsed.formula.evaluate(() => value, { today: "2024-01-01" });
        if (!KINDS.includes(result.kind)) throw new Error(`${text} gives ${result.kind}`);
      }
      continue;
    }
    if (parsed.problems.length === 0) throw new Error("Refused without a reason");
    for (const problem of parsed.problems) {
      const { code, position, line, column } = problem;
      const inside = position >= 0 && position <= text.length && line >= 1 && column >= 1;
      if (!hasWords(code) || !inside) throw new Error(`${code} at ${position}`);
      if (
        /\{\w+\}/.test(
          problemText({ ...problem, details: { ...problem.details, found: "" } }, "zh-CN"),
        )
      )
        throw new Error(`A detail of ${code} is missing`);
    }
  }
}

const sign = fc.constantFrom(
  ..."+-*/^%&=<>(),;:“”\"'[]{}!@#$.~?\\| 0129eE（），；：、≥≤≠×÷【】｛｝abIFQ1金额",
  ...[
    "\n",
    "\r\n",
    "\t",
    "\u0000",
    "\u2028",
    "\uD800",
    "😀",
    "é",
    "１",
    "Ａ",
    '"a"',
    "1E9",
    "NA()",
  ],
  ...["{1,2}", "{1;2}", '{-1,TRUE,"x"}', "TODAY()", "__proto__", "constructor", "toString("],
  ...["[__proto__]", "金额", "amount (CNY)"],
);
const call = fc.constantFrom(...FUNCTION_NAMES).map((name) => `${name}(`);

it("judges 60,000 heaps of signs", () => {
  const heap = fc.array(fc.oneof({ arbitrary: sign, weight: 5 }, call), { maxLength: 40 });
  fc.assert(
    fc.property(heap, (signs) => {
      judge(signs.join(""));
    }),
    { numRuns: 60_000 },
  );
});

it("judges 20,000 texts of any characters", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => {
      judge(text);
    }),
    { numRuns: 20_000 },
  );
});

/** Formulas as people write them, to be spoilt. */
const SOUND = [
  'IF(a/b>=1.2,120,ROUND(a/b*100,1))&" %"',
  "LOOKUP(a,{0,0.8,1;1,2,3})+INTERPOLATE(a,{0.8,1,1.2},{60,100,120})",
  'NETWORKDAYS(b,TODAY(),{"2024-05-01","2024-10-01"})/DATEDIF(b,TODAY(),"D")',
  'IFERROR(SWITCH(金额,"x",1,"y",2),SUM(a,{1,2},-3)^2%)',
  'TEXTJOIN("、",TRUE,LEFT(金额,3),TEXT(a,"#,##0.00"),SUBSTITUTE(金额,"a","b"))',
  "IFS（a≥1；1；a<0，-1、TRUE；0）",
  '=TEXT(b,"yyyy-mm-dd")\n&SEARCH("a*b?",REPT(金额,3))',
];

it("judges 25,000 sound formulas that were spoilt", () => {
  const change = fc.tuple(fc.nat(), fc.nat({ max: 3 }), fc.oneof(sign, call));
  fc.assert(
    fc.property(fc.constantFrom(...SOUND), fc.array(change, { maxLength: 4 }), (sound, changes) => {
      let text = sound;
      for (const [at, removed, added] of changes) {
        const position = at % (text.length + 1);
        text = text.slice(0, position) + added + text.slice(position + removed);
      }
      judge(text);
    }),
    { numRuns: 25_000 },
  );
});

it.each(["(", ")", "1", "a", '"', "{", "[", "+", "-", "%", "^", "IF(", "\n", " ", "金", "😀", "="])(
  "refuses a million times %j at once",
  (piece) => {
    const text = piece.repeat(1_000_000 / piece.length);
    const started = performance.now();

    const parsed = parseFormula(text, { known: TYPED });

    expect(parsed.ok ? [] : parsed.problems.map(({ code }) => code)).toEqual(["formula.too_long"]);
    expect(performance.now() - started).toBeLessThan(200);
  },
);

it.each([
  "(",
  ")",
  "1",
  "a",
  '"',
  "{",
  "{1,",
  "[",
  "+",
  "-",
  "%",
  "^",
  "IF(",
  "\n",
  "金",
  "😀",
  "=",
  "1+",
  "a&",
  "SUM(",
])("judges the longest heap of %j in bounded time", (piece) => {
  const text = piece.repeat(Math.floor(LONGEST_FORMULA / piece.length));
  const started = performance.now();

  judge(text);

  expect(performance.now() - started).toBeLessThan(2000);
});

it.each(PROTOTYPES)("knows %s neither as a function nor as a name, a format or a unit", (name) => {
  const codes = (formula: string, known: readonly string[]) => {
    const parsed = parseFormula(formula, { known });
    return parsed.ok ? [] : parsed.problems.map(({ code }) => code);
  };
  const result = (formula: string) => {
    const parsed = parseFormula(formula, { known: [name] });
    return parsed.ok ? parsed.formula.evaluate(() => ({ kind: "text", value: name })) : null;
  };

  expect(codes(`${name}(1)`, [])[0]).toMatch(/^formula\.unknown_function/);
  expect(codes(name, ["x"])[0]).toMatch(/^formula\.unknown_name/);
  expect(codes(`a.${name}`, ["a"])[0]).toMatch(/^formula\.unknown_name/);
  expect(result(`TEXT(5,${name})`)?.kind).toMatch(/error|text/);
  expect(result(name)).toEqual({ kind: "text", value: name });
  expect(result(`LOOKUP(${name},{"a"},{1})`)?.kind).toMatch(/error|number/);
});

it.each([
  ["nested replacing", "SUBSTITUTE(".repeat(40) + 'REPT("a",32767)' + ',"a","aa")'.repeat(40)],
  ["growing texts", Array.from({ length: 80 }, () => 'LEN(REPT("ab",16383))').join("+")],
  [
    "a search that backs up",
    Array.from({ length: 30 }, () => 'IFERROR(SEARCH(REPT("a*",120)&"b",REPT("a",32767)),0)').join(
      "+",
    ),
  ],
  [
    "a pattern that nearly fits everywhere",
    Array.from(
      { length: 30 },
      () => 'IFERROR(SEARCH("?"&REPT("a",253)&"b",REPT("a",32767)),0)',
    ).join("+"),
  ],
  [
    "a needle that nearly fits",
    Array.from({ length: 30 }, () => 'IFERROR(FIND(REPT("a",16000)&"b",REPT("a",32767)),0)').join(
      "+",
    ),
  ],
  ["spaces to trim", Array.from({ length: 60 }, () => 'LEN(TRIM(REPT(" ",32767)))').join("+")],
  ["texts that look like numbers", `VALUE(REPT("1,234",6000))`],
  ["joined texts", `LEN(CONCAT(${Array.from({ length: 90 }, () => 'REPT("a",360)').join(",")}))`],
  [
    "far working days",
    `WORKDAY(1,2000000,{${Array.from({ length: 300 }, (_, day) => day).join(",")}})`,
  ],
  ["long powers", Array.from({ length: 200 }, () => "1.1^999.9").join("+")],
  ["a large list", `MEDIAN({${Array.from({ length: 900 }, () => "1").join(",")}})`],
  ["a remainder of extremes", Array.from({ length: 90 }, () => "MOD(7E306,3E-306)").join("+")],
])("evaluates %s in bounded time", (_what, formula) => {
  const started = performance.now();
  const parsed = parseFormula(formula);

  const result = parsed.ok ? parsed.formula.evaluate(() => ({ kind: "blank" })) : null;

  expect(result).not.toBeNull();
  expect(performance.now() - started).toBeLessThan(5000);
});
