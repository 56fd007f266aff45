import fc from "fast-check";
import { expect, it } from "vitest";
import { Decimal } from "../../plugin/decimal.ts";
import { dateOfDay, dayNumber, daysInMonth } from "../../plugin/formula/calendar.ts";
import { parseFormula, type Value } from "../../plugin/formula/formula.ts";
import { nearest } from "../../plugin/formula/suggest.ts";

const cents = fc.integer({ min: -1_000_000_000, max: 1_000_000_000 });
const decimal = (value: number) => new Decimal(value).div(100);

function evaluate(formula: string, values: Readonly<Record<string, Decimal>> = {}): Value {
  const parsed = parseFormula(formula);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.formula.evaluate((name) => {
    const value = values[name];
    return value ? { kind: "number", value } : { kind: "blank" };
  });
}

it("never throws and never takes long, whatever is typed", () => {
  const sign = fc.constantFrom(
    ..."+-*/^%&=<>(),;:“”\"'[]{}!@#$. 0129eE（），；：≥≤≠×÷abIFQ1金额",
    "IF(",
    "MAX(",
    "TODAY()",
    "\n",
    "\u0000",
    "😀",
  );
  fc.assert(
    fc.property(fc.array(sign, { maxLength: 80 }), (signs) => {
      const text = signs.join("");
      const parsed = parseFormula(text);
      if (parsed.ok) {
        const result = parsed.formula.evaluate(() => ({ kind: "text", value: "7" }));
        expect(["number", "text", "boolean", "date", "blank", "error"]).toContain(result.kind);
      } else {
        expect(parsed.problems.length).toBeGreaterThan(0);
        for (const { position } of parsed.problems) {
          expect(position).toBeGreaterThanOrEqual(0);
          expect(position).toBeLessThanOrEqual(text.length);
        }
      }
    }),
    { numRuns: 2000 },
  );
});

it("adds, subtracts and multiplies exactly, in any order", () => {
  fc.assert(
    fc.property(cents, cents, cents, (x, y, z) => {
      const values = { x: decimal(x), y: decimal(y), z: decimal(z) };

      const sum = evaluate("x+y-z+x*y", values);
      const other = evaluate("y*x-z+y+x", values);

      const expected = values.x.plus(values.y).minus(values.z).plus(values.x.times(values.y));
      expect(sum).toEqual(other);
      expect(sum.kind === "number" && sum.value.equals(expected)).toBe(true);
    }),
  );
});

it("gives back what it divided", () => {
  fc.assert(
    fc.property(cents, fc.integer({ min: 1, max: 1_000_000 }), (x, y) => {
      const result = evaluate("x/y*y=x", { x: decimal(x), y: decimal(y) });

      expect(result).toEqual({ kind: "boolean", value: true });
    }),
  );
});

it("moves by days and back", () => {
  fc.assert(
    fc.property(fc.integer({ min: 400, max: 3_600_000 }), (days) => {
      const day = dateOfDay(days) ?? "";
      const next = dateOfDay(days + 1) ?? "";

      expect(dayNumber(day)).toBe(days);
      expect(day < next).toBe(true);
    }),
  );
});

it("agrees with the platform's calendar on every day of four centuries", () => {
  const start = dayNumber("1800-01-01") ?? 0;
  const first = Date.UTC(1800, 0, 1);
  const differing = Array.from({ length: 146_097 }, (_, index) => index).filter(
    (index) =>
      dateOfDay(start + index) !== new Date(first + index * 86_400_000).toISOString().slice(0, 10),
  );

  expect(differing).toEqual([]);
});

it.each(["1900-02-29", "1998-04-31", "1998-13-01", "1998-00-10", "0000-01-01", "1998-4-1", ""])(
  "knows that %j is no day",
  (date) => {
    expect(dayNumber(date)).toBeNull();
  },
);

it("knows the leap years", () => {
  expect([1900, 1996, 1998, 2000].map((year) => daysInMonth(year, 2))).toEqual([28, 29, 28, 29]);
});

it("suggests a known word or nothing, and a word itself when it is known", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 2 }), { minLength: 1 }), (words) => {
      const word = words[0] ?? "";

      const found = nearest(word, words);

      expect(found).not.toBeNull();
      expect(words).toContain(found);
    }),
  );
});
