import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  commonPlaces,
  compareDecimals,
  formatNumber,
  formatPercent,
  readDecimal,
  roundDecimal,
  shiftPoint,
} from "../../console/src/decimals.ts";
import { formatChange, formatExact } from "../../console/src/format.ts";
import { Decimal } from "../../plugin/decimal.ts";

const decimals = fc
  .tuple(fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }), fc.integer({ min: 0, max: 12 }))
  .map(([units, places]) => new Decimal(String(units)).div(new Decimal(10).pow(places)).toFixed());

describe("formatNumber", () => {
  it.each([
    ["0", {}, "0"],
    ["1234567.5", {}, "1,234,567.5"],
    ["1234.50", {}, "1,234.5"],
    ["1234.5", { minPlaces: 2 }, "1,234.50"],
    ["-1234.565", { places: 2 }, "-1,234.57"],
    ["-0.004", { places: 2, minPlaces: 2 }, "0.00"],
    ["9007199254740993.01", {}, "9,007,199,254,740,993.01"],
    ["999.995", { places: 2 }, "1,000"],
    ["not a number", {}, "not a number"],
  ])("shows %s with %o as %s", (text, options, expected) => {
    expect(formatNumber(text, options)).toBe(expected);
  });

  it("keeps every digit of any decimal", () => {
    fc.assert(
      fc.property(decimals, (text) => {
        expect(new Decimal(formatNumber(text).replaceAll(",", "")).equals(text)).toBe(true);
      }),
    );
  });
});

describe("formatPercent", () => {
  it.each([
    ["0.85", {}, "85%"],
    ["0.05125", { places: 1, minPlaces: 1 }, "5.1%"],
    ["1", {}, "100%"],
    ["0", {}, "0%"],
    ["-0.1", {}, "-10%"],
  ])("shows the fraction %s with %o as %s", (fraction, options, expected) => {
    expect(formatPercent(fraction, options)).toBe(expected);
  });
});

describe("shiftPoint", () => {
  it("multiplies by a power of ten, exactly", () => {
    fc.assert(
      fc.property(decimals, fc.integer({ min: -8, max: 8 }), (text, places) => {
        const expected = new Decimal(text).times(new Decimal(10).pow(places));
        expect(new Decimal(shiftPoint(text, places)).equals(expected)).toBe(true);
      }),
    );
  });

  it("takes percent there and back without changing a digit", () => {
    fc.assert(
      fc.property(decimals, (text) => {
        expect(new Decimal(shiftPoint(shiftPoint(text, 2), -2)).equals(text)).toBe(true);
      }),
    );
  });
});

describe("roundDecimal", () => {
  it("rounds half away from zero", () => {
    fc.assert(
      fc.property(decimals, fc.integer({ min: 0, max: 6 }), (text, places) => {
        const expected = new Decimal(text).toDecimalPlaces(places, Decimal.ROUND_HALF_UP);
        expect(new Decimal(roundDecimal(text, places)).equals(expected)).toBe(true);
      }),
    );
  });
});

describe("compareDecimals", () => {
  it("orders as the numbers do", () => {
    fc.assert(
      fc.property(decimals, decimals, (a, b) => {
        expect(compareDecimals(a, b)).toBe(new Decimal(a).comparedTo(b));
      }),
    );
  });

  it("puts the unknown last", () => {
    expect(compareDecimals(null, "0")).toBe(1);
    expect(compareDecimals("0", null)).toBe(-1);
    expect(compareDecimals(null, null)).toBe(0);
  });
});

describe("readDecimal", () => {
  it.each([
    ["1200.50", "1200.50"],
    [" 1,200.5 ", "1200.5"],
    ["-.5", "-0.5"],
    ["+7", "7"],
    ["007", "7"],
    ["\uff11\uff12\uff0e\uff15", "12.5"],
    ["12%", null],
    ["1e5", null],
    ["1.", null],
    ["", null],
    ["12a", null],
  ])("reads %s as %s", (typed, expected) => {
    expect(readDecimal(typed)).toBe(expected);
  });

  it("understands a percent sign where percent is meant", () => {
    expect(readDecimal("15%", { percent: true })).toBe("15");
    expect(readDecimal("15 %", { percent: true })).toBe("15");
  });
});

describe("figures that must add up", () => {
  it.each([
    [["1", "2.50", "-0.125"], 3],
    [["60", "30.00"], 0],
    [[], 0],
  ])("%o need %i decimals", (figures, places) => {
    expect(commonPlaces(figures)).toBe(places);
  });

  it("keep every digit, line up, and say what was added or taken", () => {
    expect(formatExact("78.5692269354", 10)).toBe("78.5692269354");
    expect(formatExact("1060", 0)).toBe("1,060.00");
    expect(formatChange("-7.0252272", 10)).toBe("−7.0252272000");
    expect(formatChange("4", 0)).toBe("+4.00");
  });
});
