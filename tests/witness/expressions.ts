import fc from "fast-check";
import { Decimal } from "../../plugin/decimal.ts";
import type { Value } from "../../plugin/formula/formula.ts";

/** An expression as we read it, and the same one as Calc reads it. */
export interface Twin {
  readonly ours: string;
  readonly calc: string;
}

const date = (value: string): Value => ({ kind: "date", value });
const text = (value: string): Value => ({ kind: "text", value });
const decimal = (value: string): Value => ({ kind: "number", value: new Decimal(value) });

/** Names in our formulas; Calc finds their values in the cells A1, A2 … of the worksheet `in`. */
export const NAMES: readonly (readonly [name: string, value: Value])[] = [
  ["revenue", decimal("850000")],
  ["目标", decimal("1000000")],
  ["zero", decimal("0")],
  ["负数", decimal("-3.5")],
  ["rate", decimal("0.85")],
  ["单价", decimal("12.345")],
  ["seven", decimal("7")],
  ["word", text("abc")],
  ["Word", text("Abc")],
  ["句子", text("one two three")],
  ["digits", text("12")],
  ["yes", { kind: "boolean", value: true }],
  ["no", { kind: "boolean", value: false }],
  ["due", date("2024-02-29")],
  ["完成日期", date("2024-03-11")],
  ["blank", { kind: "blank" }],
];

/**
 * A name, and its cell. Calc treats a bare reference inside SUM, AND … as a range and passes over
 * what it holds when that is no number; our names are values. A calculation makes one of the cell.
 */
function named(name: string): Twin {
  const index = NAMES.findIndex(([one]) => one === name);
  const cell = `in!$A$${index + 1}`;
  switch (NAMES[index]?.[1].kind) {
    case "text":
      return { ours: name, calc: `(${cell}&"")` };
    case "boolean":
      return { ours: name, calc: `(${cell}=TRUE)` };
    case "blank":
      return { ours: name, calc: cell };
    default:
      return { ours: name, calc: `(${cell}+0)` };
  }
}

const same = (written: string): Twin => ({ ours: written, calc: written });
const names = (...some: readonly string[]) => fc.constantFrom(...some.map(named));

/** Functions that a workbook file marks as newer than its format. */
const NEWER = /^(IFS|SWITCH|CONCAT|TEXTJOIN|XOR|DAYS|IFNA)$/;

function call(name: string, ...args: readonly Twin[]): Twin {
  const called = NEWER.test(name) ? `_xlfn.${name}` : name;
  return {
    ours: `${name}(${args.map(({ ours }) => ours).join(",")})`,
    calc: `${called}(${args.map(({ calc }) => calc).join(",")})`,
  };
}

function infix(sign: string, a: Twin, b: Twin): Twin {
  return { ours: `${a.ours}${sign}${b.ours}`, calc: `${a.calc}${sign}${b.calc}` };
}

/**
 * A number for certain. Calc's booleans are numbers (TRUE = 1, TRUE < 2) where Excel's come behind
 * every text, and its lookups find numbers for numeric texts: in such places both get numbers.
 */
function figure({ ours, calc }: Twin): Twin {
  return { ours: `((${ours})+0)`, calc: `((${calc})+0)` };
}

/**
 * Ours as it is, a number for Calc: inside SUM and its like Calc refuses a numeric text that is
 * calculated, which Excel takes.
 */
function counted({ ours, calc }: Twin): Twin {
  return { ours, calc: `((${calc})+0)` };
}

function bracketed({ ours, calc }: Twin): Twin {
  return { ours: `(${ours})`, calc: `(${calc})` };
}

type Trees = Readonly<Record<"number" | "text" | "truth" | "date", fc.Arbitrary<Twin>>>;

const written = fc.oneof(
  fc.integer({ min: 0, max: 20 }).map(String),
  fc.integer({ min: 0, max: 9999 }).map((cents) => new Decimal(cents).div(100).toFixed()),
  fc.constantFrom("1E3", "25%", ".5", "1000000"),
);
const small = fc.integer({ min: -3, max: 6 }).map((value) => same(String(value)));

const LEAVES: Trees = {
  number: fc.oneof(
    { arbitrary: written.map(same), weight: 3 },
    {
      arbitrary: names("revenue", "目标", "zero", "负数", "rate", "单价", "seven"),
      weight: 4,
    },
    { arbitrary: names("digits", "yes", "no"), weight: 1 },
    { arbitrary: fc.constant(figure(named("blank"))), weight: 1 },
  ),
  text: fc.oneof(
    names("word", "Word", "句子", "digits"),
    fc.constant(bracketed(infix("&", named("blank"), same('"z"')))),
    fc.constantFrom('"abc"', '"ABD"', '""', '"b c"', '"two"', '"5"', '"a""b"', '"目标"').map(same),
  ),
  truth: fc.oneof(
    fc.constant(call("ISBLANK", named("blank"))),
    names("yes", "no"),
    fc.constantFrom("TRUE", "FALSE", "TRUE()").map(same),
  ),
  date: fc.oneof(
    names("due", "完成日期"),
    fc.constantFrom("DATE(2024,12,31)", "DATE(2023,1,1)", "DATE(2020,2,30)").map(same),
  ),
};

/** Expressions one level higher. */
function above({ number, text, truth, date }: Trees): Trees {
  const pick = <T>(...some: readonly fc.Arbitrary<T>[]) => fc.oneof(...some);
  const many = (name: string, of: fc.Arbitrary<Twin>) =>
    fc.array(of, { minLength: 1, maxLength: 4 }).map((args) => call(name, ...args));
  const length = fc.integer({ min: 0, max: 6 }).map((value) => same(String(value)));
  const start = fc.integer({ min: 1, max: 6 }).map((value) => same(String(value)));
  const needle = pick(names("word", "digits"), fc.constantFrom('"e"', '"o t"', '"B"').map(same));
  const arithmetic = fc
    .tuple(fc.constantFrom("+", "-", "*", "/"), number, number, fc.boolean())
    .map(([sign, a, b, brackets]) => (brackets ? bracketed(infix(sign, a, b)) : infix(sign, a, b)));
  const rounding = fc
    .tuple(fc.constantFrom("ROUND", "ROUNDUP", "ROUNDDOWN", "TRUNC"), number, small)
    .map(([name, x, places]) => call(name, x, places));
  const one = fc
    .tuple(fc.constantFrom("INT", "ABS", "SIGN"), number)
    .map(([name, x]) => call(name, x));
  // Where Excel says #NUM! for a root of a negative number, Calc says #VALUE!.
  const roots = number.map((x) => call("SQRT", call("ABS", x)));
  // The same for steps of the wrong sign, and for a step of 0, which Excel calls #DIV/0! in FLOOR.
  const steps = fc.constantFrom("0.05", "0.5", "3", "10").map(same);
  const two = pick(
    // Of whole numbers: what is left of fractions is the dust of Calc's binary figures. Never by 0,
    // which Calc calls #DIV/0! also of a number that is an error already.
    fc
      .tuple(number, fc.constantFrom("7", "-7", "1000", "-1").map(same))
      .map(([a, b]) => call("MOD", call("INT", a), b)),
    fc
      .tuple(fc.constantFrom("CEILING", "FLOOR"), number, steps)
      .map(([name, a, b]) => call(name, a, b)),
  );
  // 0^0 is 1 and 0^-1 is #NUM! in Calc, but #NUM! and #DIV/0! in Excel: no power of 0 with them.
  const powers = pick(
    fc
      .tuple(number, fc.constantFrom("1", "2", "3", "0.5", "25%").map(same))
      .map(([x, n]) => infix("^", bracketed(x), n)),
    fc
      .tuple(number, small)
      .map(([x, n]) => call("POWER", infix("+", call("ABS", x), same("1")), n)),
  );
  const aggregates = fc
    .constantFrom("MIN", "MAX", "SUM", "AVERAGE", "MEDIAN", "COUNT")
    .chain((name) => many(name, number.map(counted)));
  const lookups = fc.tuple(number, fc.constantFrom("LOOKUP", "MATCH")).map(([x, name]) => {
    const lists = [same("{-5,0,0.5,7,1000}"), same(name === "LOOKUP" ? "{1,2,3,4,5}" : "1")];
    return call(name, figure(x), ...lists);
  });
  const clamped = number.map((x) => ({
    ours: `CLAMP(${x.ours},-2,100)`,
    calc: `MAX(-2,MIN(100,${counted(x).calc}))`,
  }));
  const interpolated = number.map(figure).map((x) => ({
    ours: `INTERPOLATE(${x.ours},{0,10,100},{60,100,120})`,
    calc: `IF(${x.calc}<=0,60,IF(${x.calc}<=10,60+40*(${x.calc})/10,IF(${x.calc}<=100,100+20*(${x.calc}-10)/90,120)))`,
  }));
  const parts = fc
    .tuple(fc.constantFrom("YEAR", "MONTH", "DAY", "WEEKDAY"), date)
    .map(([name, day]) => call(name, day));
  const spans = fc
    .tuple(date, date, fc.constantFrom("Y", "M", "D", "YM", "MD", "YD"))
    // Backwards is #NUM! in Excel, #VALUE! in Calc.
    .map(([a, b, unit]) =>
      call("DATEDIF", call("MIN", a, b), call("MAX", a, b), same(`"${unit}"`)),
    );
  const working = fc
    .tuple(date, date, fc.boolean())
    .map(([a, b, holidays]) =>
      call(
        "NETWORKDAYS",
        ...[
          a,
          b,
          ...(holidays ? [{ ours: '{"2024-03-11","2024-05-01"}', calc: "{45362,45413}" }] : []),
        ],
      ),
    );
  const measured = pick(
    text.map((a) => call("LEN", a)),
    // Excel finds "" at once, Calc does not.
    fc
      .tuple(fc.constantFrom("FIND", "SEARCH"), needle, text)
      .map(([name, a, b]) => call(name, a, b)),
    text.map((a) => call("VALUE", a)),
    fc.array(text, { minLength: 1, maxLength: 3 }).map((args) => call("COUNTA", ...args)),
  );
  const choice = (of: fc.Arbitrary<Twin>) =>
    pick(
      fc.tuple(truth, of, of).map(([c, a, b]) => call("IF", c, a, b)),
      fc.tuple(truth, of, truth, of).map(([c, a, d, b]) => call("IFS", c, a, d, b)),
      fc.tuple(of, of).map(([a, b]) => call("IFERROR", a, b)),
      fc.tuple(of, of).map(([a, b]) => call("IFNA", a, b)),
      fc.tuple(text, of, of).map(([x, a, b]) => call("SWITCH", x, same('"abc"'), a, b)),
    );
  const compared = (of: fc.Arbitrary<Twin>) =>
    fc
      .tuple(fc.constantFrom("=", "<>", "<", ">", "<=", ">="), of, of)
      .map(([sign, a, b]) => bracketed(infix(sign, bracketed(a), bracketed(b))));
  const asked = fc
    .tuple(fc.constantFrom("ISERROR", "ISERR", "ISNA", "ISTEXT"), pick(number, text))
    .map(([name, x]) => call(name, x));
  return {
    number: pick(
      ...[arithmetic, arithmetic, rounding, one, roots, two, powers, aggregates, lookups, clamped],
      ...[interpolated, parts, spans, working, measured, choice(number)],
      number.map(({ ours, calc }) => ({ ours: `-${ours}`, calc: `-${calc}` })),
      number.map((x) => ({ ours: `(${x.ours})%`, calc: `(${x.calc})%` })),
      fc.tuple(date, date).map(([a, b]) => bracketed(infix("-", a, b))),
      fc.tuple(date, date).map(([a, b]) => call("DAYS", a, b)),
      fc.constant(same("NA()")),
      // A text by mistake: the same error, or the same number. Of "85%", "1,200" and "2024/3/1" Calc
      // makes no numbers unless VALUE asks for it, so the texts are plain ones.
      fc.tuple(number, LEAVES.text).map(([a, b]) => infix("+", a, bracketed(b))),
    ),
    text: pick(
      fc.tuple(text, text).map(([a, b]) => bracketed(infix("&", a, b))),
      fc
        .tuple(fc.constantFrom("LEFT", "RIGHT"), text, length)
        .map(([name, a, n]) => call(name, a, n)),
      fc.tuple(text, start, length).map(([a, n, m]) => call("MID", a, n, m)),
      fc.tuple(fc.constantFrom("UPPER", "LOWER", "TRIM"), text).map(([name, a]) => call(name, a)),
      fc.tuple(text, text, text).map(([a, b, c]) => call("SUBSTITUTE", a, b, c)),
      fc.tuple(text, text, text, start).map(([a, b, c, n]) => call("SUBSTITUTE", a, b, c, n)),
      fc.tuple(text, start, length, text).map(([a, n, m, b]) => call("REPLACE", a, n, m, b)),
      fc.tuple(text, length).map(([a, n]) => call("REPT", a, n)),
      many("CONCAT", text),
      fc.tuple(text, truth, text, text).map(([a, c, b, d]) => call("TEXTJOIN", a, c, b, d)),
      fc
        .tuple(number, fc.constantFrom("0", "0.00", "#,##0", "#,##0.0", "0.0%", "0.0##", "000"))
        .map(([x, pattern]) => call("TEXT", figure(x), same(`"${pattern}"`))),
      fc
        .tuple(date, fc.constantFrom("yyyy-mm-dd", "d.m.yy"))
        .map(([x, pattern]) => call("TEXT", x, same(`"${pattern}"`))),
      choice(text),
      fc.integer({ min: -99, max: 999 }).map((value) => same(`(""&${value})`)),
    ),
    truth: pick(
      ...[compared(number.map(figure)), compared(text), compared(date), asked, choice(truth)],
      fc.tuple(number, text).map(([a, b]) => bracketed(infix("<", figure(a), bracketed(b)))),
      fc.constantFrom("AND", "OR", "XOR").chain((name) => many(name, pick(truth, truth, number))),
      truth.map((a) => call("NOT", a)),
      fc.tuple(text, text).map(([a, b]) => call("EXACT", a, b)),
    ),
    date: pick(
      fc
        .tuple(date, fc.constantFrom("+", "-"), fc.integer({ min: 0, max: 400 }))
        .map(([a, sign, days]) => bracketed(infix(sign, a, same(String(days))))),
      fc
        .tuple(fc.constantFrom("EDATE", "EOMONTH"), date, small)
        .map(([name, a, n]) => call(name, a, n)),
      fc.tuple(date, fc.integer({ min: -300, max: 300 })).map(([a, n]) =>
        call("WORKDAY", a, same(String(n)), {
          ours: '{"2024-03-11","2024-05-01"}',
          calc: "{45362,45413}",
        }),
      ),
      fc
        .tuple(fc.integer({ min: 1990, max: 2050 }), small, small)
        .map(([y, m, d]) => call("DATE", same(String(y)), m, d)),
      fc.tuple(fc.constantFrom("MIN", "MAX"), date, date).map(([name, a, b]) => call(name, a, b)),
      fc.tuple(truth, date, date).map(([c, a, b]) => call("IF", c, a, b)),
    ),
  };
}

function levels(depth: number): Trees {
  if (depth === 0) return LEAVES;
  const below = levels(depth - 1);
  const here = above(below);
  const mixed = (kind: keyof Trees) => fc.oneof(here[kind], here[kind], below[kind]);
  return {
    number: mixed("number"),
    text: mixed("text"),
    truth: mixed("truth"),
    date: mixed("date"),
  };
}

/** Random expressions, up to three functions or operators deep. */
export const EXPRESSIONS: fc.Arbitrary<Twin> = (() => {
  const { number, text, truth, date } = levels(3);
  return fc.oneof({ arbitrary: number, weight: 4 }, text, truth, date);
})();
