import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Decimal } from "../../plugin/decimal.ts";
import {
  dividedBy,
  fractionOf,
  order,
  plus,
  rounded,
  times,
  type Fraction,
} from "../../plugin/formula/fraction.ts";

/** Figures as companies have them, and some with more digits than a plain number keeps. */
const figure = fc
  .tuple(
    fc.oneof(fc.integer(), fc.integer({ min: -2000, max: 2000 }), fc.maxSafeInteger()),
    fc.integer({ min: -4, max: 14 }),
  )
  .map(([digits, places]) => new Decimal(`${digits}e${-places}`));
const runs = { numRuns: 2000 };

/** Of numbers that have one. */
function read(value: Decimal): Fraction | null {
  return fractionOf({ kind: "number", value });
}

/** Two that are the same to the fiftieth digit, which is what a formula trusts. */
function expectSame(found: Fraction | null, wanted: Decimal): void {
  if (found === null) return;
  const digits = (value: Decimal) => value.toSignificantDigits(50).toFixed();
  expect(digits(found.value)).toBe(digits(wanted));
  // Made of the parts that the same number has when it is read.
  const { s, e, d } = found.value;
  const again = new Decimal(found.value.toFixed());
  if (!again.isZero()) expect([s, e, d]).toEqual([again.s, again.e, again.d]);
}

function both(a: Decimal, b: Decimal, then: (x: Fraction, y: Fraction) => void): void {
  const [x, y] = [read(a), read(b)];
  if (x && y) then(x, y);
}

describe("a number of few digits", () => {
  it("is read and written back without a change", () => {
    fc.assert(
      fc.property(figure, (value) => {
        const found = read(value);
        if (found === null) return;
        expect(new Decimal(`${found.over}e-${found.places}`).toFixed()).toBe(value.toFixed());
      }),
      runs,
    );
  });

  it("covers what people write, and leaves the rest to decimals", () => {
    for (const text of ["0", "-0", "0.85", "1234567.89", "12345678.25", "-3", "1e9", "0.0001"])
      expect(read(new Decimal(text))?.value.toFixed()).toBe(new Decimal(text).toFixed());
    for (const text of ["1e30", "1e-30", "12345678901234567890", "NaN", "Infinity"])
      expect(read(new Decimal(text))).toBeNull();
  });

  it("adds, subtracts, multiplies and divides as decimals do", () => {
    fc.assert(
      fc.property(figure, figure, (a, b) => {
        both(a, b, (x, y) => {
          expectSame(plus(x, y), a.plus(b));
          expectSame(plus(x, y, -1), a.minus(b));
          expectSame(times(x, y), a.times(b));
          if (!b.isZero()) expectSame(dividedBy(x, y), a.div(b));
        });
      }),
      runs,
    );
  });

  it("goes on calculating with what does not come out even", () => {
    fc.assert(
      fc.property(figure, figure, figure, (a, b, c) => {
        fc.pre(!b.isZero() && !c.isZero());
        both(a, b, (x, y) => {
          const [share, z] = [dividedBy(x, y), read(c)];
          if (!share || !z) return;
          expectSame(plus(share, z), a.plus(b.times(c)).div(b));
          expectSame(times(share, z), a.times(c).div(b));
          expectSame(dividedBy(share, z), a.div(b.times(c)));
        });
      }),
      runs,
    );
  });

  it("is ordered as decimals are", () => {
    fc.assert(
      fc.property(figure, figure, (a, b) => {
        both(a, b, (x, y) => {
          const found = order(x, y);
          if (found !== null) expect(Math.sign(found)).toBe(a.comparedTo(b));
        });
      }),
      runs,
    );
  });

  it("is rounded as decimals are, fractions too", () => {
    const modes = fc.constantFrom(0 as const, 1 as const, 4 as const);
    fc.assert(
      fc.property(figure, figure, fc.integer({ min: 0, max: 10 }), modes, (a, b, places, mode) => {
        both(a, b, (x, y) => {
          const to = (value: Decimal) => value.toDecimalPlaces(places, mode).plus(0).toFixed();
          const plain = rounded(x, places, mode);
          if (plain) expect(plain.value.toFixed()).toBe(to(a));
          const share = b.isZero() ? null : dividedBy(x, y);
          const short = share && rounded(share, places, mode);
          if (short) expect(short.value.toFixed()).toBe(to(a.div(b)));
        });
      }),
      runs,
    );
  });
});
