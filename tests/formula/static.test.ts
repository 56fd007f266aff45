import { expect, it } from "vitest";
import {
  parseFormula,
  problemText,
  type Kind,
  type NameType,
} from "../../plugin/formula/formula.ts";
import { dimensionText, DIMENSIONLESS, unitOf } from "../../plugin/formula/units.ts";
import { LOCALES } from "../../plugin/words/words.ts";

const typed = (kind: Kind, dimension?: string): NameType =>
  dimension === undefined ? { kind } : { kind, unit: unitOf(dimension) };
const KNOWN: ReadonlyMap<string, NameType> = new Map<string, NameType>([
  ["金额", typed("number", "money:CNY")],
  ["成本", typed("number", "money:CNY")],
  ["usd", typed("number", "money:USD")],
  ["订单数", typed("number", "count")],
  ["单价", typed("number", "money:CNY/count")],
  ["rate", { kind: "number", unit: DIMENSIONLESS }],
  ["时长", typed("number", "time")],
  ["plain", { kind: "number" }],
  ["free", {}],
  ["客户", { kind: "text" }],
  ["due", { kind: "date" }],
  ["done", { kind: "date" }],
  ["paid", { kind: "boolean" }],
]);

function problems(formula: string) {
  const parsed = parseFormula(formula, { known: KNOWN });
  return parsed.ok ? [] : parsed.problems;
}

it.each([
  ["金额+usd", 2, "money:CNY", "money:USD"],
  ["金额-订单数", 2, "money:CNY", "count"],
  ["1+金额*2>usd", 6, "money:CNY", "money:USD"],
  ["金额=时长", 2, "money:CNY", "time"],
  ["MAX(0,金额,usd)", 9, "money:CNY", "money:USD"],
  ["SUM(金额,rate)", 7, "money:CNY", "ratio"],
  ["CLAMP(金额,时长,1)", 9, "money:CNY", "time"],
  ["金额*rate+订单数", 7, "money:CNY", "count"],
  ["单价+金额", 2, "money:CNY/count", "money:CNY"],
  ["ROUND(金额,2)+usd", 11, "money:CNY", "money:USD"],
  ["IF(paid,金额,成本)-usd", 14, "money:CNY", "money:USD"],
  ["SQRT(金额*成本)+时长", 11, "money:CNY", "time"],
  ["金额^2+成本", 4, "money:CNY^2", "money:CNY"],
  ["金额/成本+成本", 5, "ratio", "money:CNY"],
])("does not mix units: %s", (formula, position, left, right) => {
  expect(problems(formula)).toEqual([
    {
      code: "formula.units_differ",
      details: { left, right },
      position,
      line: 1,
      column: position + 1,
    },
  ]);
});

it.each([
  ["金额+成本", "number", "money:CNY"],
  ["金额+100", "number", "money:CNY"],
  ["0-金额", "number", "money:CNY"],
  ["(1-0.1)*金额", "number", "money:CNY"],
  ["金额/订单数", "number", "money:CNY/count"],
  ["单价*订单数", "number", "money:CNY"],
  ["单价*订单数-金额", "number", "money:CNY"],
  ["金额/成本", "number", "ratio"],
  ["金额/成本+rate", "number", "ratio"],
  ["金额/成本>=85%", "boolean", "unknown"],
  ["-金额%", "number", "money:CNY"],
  ["ROUND(金额/成本,2)", "number", "ratio"],
  ["ABS(金额-成本)", "number", "money:CNY"],
  ["MAX(0,金额,成本)", "number", "money:CNY"],
  ["AVERAGE(金额,成本)", "number", "money:CNY"],
  ["CLAMP(金额,0,1000000)", "number", "money:CNY"],
  ["IF(paid,金额,0)", "number", "money:CNY"],
  ["IFERROR(金额/订单数,0)", "number", "money:CNY/count"],
  ["SQRT(金额*成本)", "number", "money:CNY"],
  ["金额^2", "number", "money:CNY^2"],
  ["POWER(金额,-1)", "number", "1/money:CNY"],
  ["金额^plain", "number", "unknown"],
  ["SQRT(金额)", "number", "unknown"],
  ["金额+plain", "number", "unknown"],
  ["free*金额", "number", "unknown"],
  ["LOOKUP(金额,{0,1000},{1,2})+成本", "number", "money:CNY"],
  ["INTERPOLATE(rate,{0.8,1},{60,100})", "number", "ratio"],
  ["COUNT(金额,usd)", "number", "ratio"],
  ["1+2", "number", "ratio"],
  ["due+3", "date", "unknown"],
  ["done-due", "number", "unknown"],
  ["MAX(due,done)", "date", "unknown"],
  ["EDATE(due,1)", "date", "unknown"],
  ["客户&1", "text", "unknown"],
  ['TEXT(金额,"0")', "text", "unknown"],
  ["AND(paid,金额>0)", "boolean", "unknown"],
  ['IF(paid,1,"no")', "any", "unknown"],
  ["free", "any", "unknown"],
])("knows before it runs that %s is a %s in %s", (formula, kind, unit) => {
  const parsed = parseFormula(formula, { known: KNOWN });

  const result = parsed.ok ? parsed.formula.result : null;

  expect(result?.kind).toBe(kind);
  expect(result?.unit ? dimensionText(result.unit) : "unknown").toBe(unit);
});

it.each([
  ['"五"+1', "formula.type", "五", 0],
  ['金额*"many"', "formula.type", "many", 3],
  ['-"x"', "formula.type", "x", 1],
  ['"x"%', "formula.type", "x", 0],
  ["金额+客户", "formula.type", "客户", 3],
  ["SUM(金额,客户)", "formula.type", "客户", 7],
  ['ROUND("x",1)', "formula.type", "x", 6],
  ['YEAR("soon")', "formula.type", "soon", 5],
  ['NETWORKDAYS(due,"soon")', "formula.type", "soon", 16],
  ['IF("maybe",1,2)', "formula.type", "maybe", 3],
  ['金额>"100"', "formula.type_order", "100", 3],
  ['"a">=金额', "formula.type_order", "a", 0],
  ['due<"soon"', "formula.type_order", "soon", 4],
])("finds a text out of place: %s", (formula, code, found, position) => {
  expect(problems(formula)).toEqual([
    { code, details: { found }, position, line: 1, column: position + 1 },
  ]);
});

it.each([
  ...['"5"+1', '"12%"*金额', "VALUE(客户)+1", "LEFT(客户,2)+1", "free+1", "free>金额", 'free>"x"'],
  ...['due=""', 'due<>"soon"', 'due>="2024-01-01"', "due>客户", "due>45000", "YEAR(客户)", "due*2"],
  ...['IF("true",1,2)', "IF(客户,1,2)", 'COUNT("x",客户)', 'COUNTA("x")', "paid+1", "IF(due,1,2)"],
  ...["LEN(金额)", "金额&usd", '金额=""', "MOD(金额,7)", "SUM({1,2})", 'SUM({"a",2})', "金额*usd"],
  ...["IF(paid,金额,usd)", "COUNT(金额,订单数)", "LOOKUP(1,{1,1,2},{1,2,3})", "IFERROR(金额,客户)"],
])("refuses nothing that could be right: %s", (formula) => {
  expect(problems(formula)).toEqual([]);
});

it.each([
  ["LOOKUP(rate,{3,2,1},{1,2,3})", "formula.not_ascending", 12],
  ['LOOKUP(rate,{1,"a"},{1,2})', "formula.not_ascending", 12],
  ["INTERPOLATE(rate,{0.8,1,0.9},{1,2,3})", "formula.not_ascending", 17],
  ["INTERPOLATE(rate,{1,2},{1})", "formula.lists_differ", 23],
  ["LOOKUP(rate,{1,2},{1,2,3})", "formula.lists_differ", 18],
  ["LOOKUP(rate,rate,{1})", "formula.list_needed", 12],
  ["INTERPOLATE(rate,{1},2)", "formula.list_needed", 21],
  ["ROUND({1,2},1)", "formula.unexpected", 6],
  ["{1,2}+1", "formula.unexpected", 0],
  ["SUM({1,2}*2)", "formula.unexpected", 9],
  ["SUM({rate})", "formula.unexpected", 5],
  ["SUM({1,2;3})", "formula.unexpected", 10],
  ["SUM({})", "formula.unexpected", 5],
  ["SUM({1,})", "formula.unexpected", 7],
  ['SUM({-"a"})', "formula.unexpected", 6],
  ["SUM({1", "formula.missing_bracket", 4],
  ["IFS(paid,1,paid)", "formula.arguments", 0],
])("finds a list or value out of place: %s", (formula, code, position) => {
  expect(problems(formula).map((problem) => [problem.code, problem.position])).toEqual([
    [code, position],
  ]);
});

it.each([
  ["TODAY-due", "formula.unknown_name_similar", "TODAY()"],
  ["today", "formula.unknown_name_similar", "TODAY()"],
  ["ＲＡＴＥ", "formula.unknown_name_similar", "rate"],
  ["Rate", "formula.unknown_name_similar", "rate"],
  ["VLOOKUP(1)", "formula.unknown_function_similar", "LOOKUP"],
  ["averge(1)", "formula.unknown_function_similar", "AVERAGE"],
  ["ROUND_UP(1,2)", "formula.unknown_function_similar", "ROUNDUP"],
])("guesses what was meant by %s", (formula, code, suggestion) => {
  expect(problems(formula).map(({ code, details }) => [code, details["suggestion"]])).toEqual([
    [code, suggestion],
  ]);
});

it("takes full-width letters of a function for what they are", () => {
  expect(problems("ＲＯＵＮＤ（rate，２）")).toEqual([]);
});

it.each([
  ["IF(paid,\n  1,\n  金额 + nobody)", 3, 8],
  ["1\r\n+ nobody", 2, 3],
  ["1 + nobody\n+ 1", 1, 5],
])("says line and column: %j", (formula, line, column) => {
  expect(problems(formula).map((problem) => [problem.line, problem.column])).toEqual([
    [line, column],
  ]);
});

it("names line and column in words only where there are several lines", () => {
  const [first] = problems("1 + nobody");
  const [third] = problems("1\n+1\n+ nobody");
  const said = (locale: (typeof LOCALES)[number]) =>
    [first, third].map((problem) => (problem ? problemText(problem, locale) : ""));

  expect(said("en-US")).toEqual([
    'There is no "nobody" (character 5).',
    'There is no "nobody" (character 3 of line 3).',
  ]);
  expect(said("zh-CN")[0]).toContain("第 5 个字符");
  expect(said("zh-CN")[1]).toContain("第 3 行第 3 个字符");
});

it("lists problems in the order of the text", () => {
  const found = problems('usd+金额+nobody+"x"*1');

  expect(found.map(({ position }) => position)).toEqual([3, 7, 14]);
});
