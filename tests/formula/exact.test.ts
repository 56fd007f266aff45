import fc from "fast-check";
import { expect, it } from "vitest";
import { evaluate } from "./evaluate.ts";

/** A number without any rounding, to hold our decimals against. */
interface Rational {
  readonly over: bigint;
  readonly under: bigint;
}
interface Sample {
  readonly formula: string;
  /** `null` where something was divided by 0. */
  readonly exact: Rational | null;
}

const rational = (over: bigint, under: bigint): Rational =>
  under < 0n ? { over: -over, under: -under } : { over, under };

function apply(sign: string, a: Rational, b: Rational): Rational | null {
  switch (sign) {
    case "+":
      return rational(a.over * b.under + b.over * a.under, a.under * b.under);
    case "-":
      return rational(a.over * b.under - b.over * a.under, a.under * b.under);
    case "*":
      return rational(a.over * b.over, a.under * b.under);
    default:
      return b.over === 0n ? null : rational(a.over * b.under, a.under * b.over);
  }
}

const figure: fc.Arbitrary<Sample> = fc
  .tuple(fc.integer({ min: 0, max: 10_000_000 }), fc.integer({ min: 0, max: 4 }))
  .map(([digits, places]) => {
    const text = String(digits).padStart(places + 1, "0");
    const point = text.length - places;
    return {
      formula: places === 0 ? text : `${text.slice(0, point)}.${text.slice(point)}`,
      exact: rational(BigInt(digits), 10n ** BigInt(places)),
    };
  });

function trees(depth: number, signs: readonly string[]): fc.Arbitrary<Sample> {
  if (depth === 0) return figure;
  const below = trees(depth - 1, signs);
  const joined = fc.tuple(fc.constantFrom(...signs), below, below).map(([sign, a, b]): Sample => ({
    formula: `(${a.formula}${sign}${b.formula})`,
    exact: a.exact && b.exact && apply(sign, a.exact, b.exact),
  }));
  const negative = below.map(({ formula, exact }): Sample => ({
    formula: `(-${formula})`,
    exact: exact && rational(-exact.over, exact.under),
  }));
  return fc.oneof({ arbitrary: joined, weight: 4 }, negative, figure);
}

/** The result as a rational; `null` for an error. */
function computed(formula: string): Rational | null {
  const result = evaluate(formula);
  if (result.kind !== "number") return null;
  const [whole = "", fraction = ""] = result.value.toFixed().split(".");
  return rational(BigInt(whole + fraction), 10n ** BigInt(fraction.length));
}

const absolute = (value: bigint) => (value < 0n ? -value : value);

it("adds, subtracts and multiplies like fractions of whole numbers, to the last digit", () => {
  fc.assert(
    fc.property(trees(3, ["+", "-", "*"]), ({ formula, exact }) => {
      const found = computed(formula);

      if (exact === null || found === null) throw new Error(`${formula} fails`);
      // Up to eight factors of eight digits: results beyond fifty digits are cut there.
      if (absolute(exact.over).toString().length > 50) return;
      expect(found.over * exact.under).toBe(exact.over * found.under);
    }),
    { numRuns: 5000 },
  );
});

it("divides to forty digits, and says so when it would divide by 0", () => {
  fc.assert(
    fc.property(trees(2, ["+", "*", "/"]), ({ formula, exact }) => {
      const result = evaluate(formula);
      if (exact === null) {
        expect(result).toEqual({ kind: "error", code: "#DIV/0!" });
        return;
      }
      const found = computed(formula);
      if (found === null) throw new Error(`${formula} fails`);
      // Where positive and negative parts nearly cancel, the digits that remain are fewer.
      const difference = absolute(found.over * exact.under - exact.over * found.under);
      const scale = absolute(exact.over * found.under) + exact.under * found.under;
      expect(difference * 10n ** 40n <= scale).toBe(true);
    }),
    { numRuns: 5000 },
  );
});

it("rounds half away from zero, up and down, as whole numbers do it", () => {
  const places = fc.integer({ min: -3, max: 5 });
  fc.assert(
    fc.property(trees(2, ["+", "-", "*"]), places, ({ formula, exact }, digits) => {
      if (exact === null) throw new Error(`${formula} fails`);
      const scale = 10n ** BigInt(Math.abs(digits));
      const [over, under] =
        digits >= 0 ? [exact.over * scale, exact.under] : [exact.over, exact.under * scale];
      const away = over < 0n ? -1n : 1n;
      const down = over / under;
      const rest = absolute(over % under);
      const expected = {
        ROUNDDOWN: down,
        ROUNDUP: rest === 0n ? down : down + away,
        ROUND: rest * 2n >= under ? down + away : down,
      };
      for (const [name, whole] of Object.entries(expected)) {
        const found = computed(`${name}(${formula},${digits})`);
        const [a, b] = digits >= 0 ? [whole, scale] : [whole * scale, 1n];
        expect([name, found && found.over * b]).toEqual([name, found && a * found.under]);
      }
    }),
    { numRuns: 2000 },
  );
});

it("leaves the remainder that whole numbers leave, with the sign of the divisor", () => {
  const number = fc.integer({ min: -1_000_000, max: 1_000_000 });
  fc.assert(
    fc.property(number, number, (a, b) => {
      const found = computed(`MOD(${a}/100,${b}/100)`);
      const rest = b === 0 ? null : ((a % b) + b) % b;

      expect(found && found.over * 100n).toEqual(
        found && (rest === null ? null : BigInt(rest) * found.under),
      );
      expect(found === null).toBe(b === 0);
    }),
    { numRuns: 2000 },
  );
});
