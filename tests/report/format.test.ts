import { describe, expect, it } from "vitest";
import { Decimal } from "../../plugin/decimal.ts";
import {
  formatBoundary,
  formatDate,
  formatMoment,
  formatMoney,
  formatNumber,
  formatPercent,
  formatPeriod,
  formatPlain,
  formatPoints,
  formatScore,
  formatShare,
  formatUnit,
} from "../../plugin/report/format.ts";
import { LOCALES } from "../../plugin/words/words.ts";

const d = (text: string) => new Decimal(text);

describe("figures", () => {
  it.each([
    ["1234.5", "¥", 2, "¥1,234.50"],
    ["1234.5", "CNY", 2, "¥1,234.50"],
    ["-20", "USD", 2, "-$20.00"],
    ["1234567.891", "元", 1, "1,234,567.9 元"],
    ["0.85", "%", 1, "85.0%"],
    ["-0.052", "%", 1, "-5.2%"],
    ["12", "个", 0, "12 个"],
    ["999", "", 0, "999"],
    ["1000", "", 0, "1,000"],
    ["0.125", "", 2, "0.13"],
    ["-0.125", "", 2, "-0.13"],
    ["-0.001", "", 2, "0.00"],
    ["-0.0001", "¥", 2, "¥0.00"],
    ["90071992547409931234.05", "¥", 2, "¥90,071,992,547,409,931,234.05"],
  ])("writes %s %s with %i decimals as %s", (value, unit, decimals, text) => {
    expect(formatUnit(d(value), { unit, decimals }, "zh-CN")).toBe(text);
  });

  it("names counter words in English", () => {
    expect(formatUnit(d("3"), { unit: "天", decimals: 0 }, "en-US")).toBe("3 days");
    expect(formatUnit(d("3"), { unit: "reams", decimals: 0 }, "en-US")).toBe("3 reams");
  });

  it.each(LOCALES)("shows unknown as a dash, never as 0 (%s)", (locale) => {
    const style = { unit: "¥", decimals: 2 };
    const shown = [formatNumber, formatPercent, formatMoney, formatUnit, formatBoundary].map(
      (format) => format(null, style, locale),
    );

    expect(shown).toEqual(["—", "—", "—", "—", "—"]);
    expect([formatScore(null, locale), formatPlain(null, locale)]).toEqual(["—", "—"]);
    expect([formatShare(null, locale), formatPoints(null, locale)]).toEqual(["—", "—"]);
    expect(formatDate(null, locale)).toBe("—");
  });

  it("keeps the decimals of a boundary somebody typed", () => {
    expect(formatBoundary(d("0.9555"), { unit: "%", decimals: 1 }, "zh-CN")).toBe("95.55%");
    expect(formatBoundary(d("80"), { unit: "¥", decimals: 2 }, "zh-CN")).toBe("¥80.00");
    expect(formatPlain(d("60.50"), "zh-CN")).toBe("60.5");
    expect(formatShare(d("0.6"), "zh-CN")).toBe("60%");
    expect(formatShare(d("1").div(3), "zh-CN")).toBe("33.33%");
  });

  it("signs points", () => {
    expect(["6.2", "-1", "0", "0.001", "-0.001"].map((v) => formatPoints(d(v), "en-US"))).toEqual([
      "+6.20",
      "-1.00",
      "0.00",
      "0.00",
      "0.00",
    ]);
  });
});

describe("periods and days", () => {
  it.each([
    ["1998-04", "1998年4月", "April 1998"],
    ["1998-12", "1998年12月", "December 1998"],
    ["1998-Q2", "1998年第2季度", "Q2 1998"],
    ["1998-H1", "1998年上半年", "first half of 1998"],
    ["1998-H2", "1998年下半年", "second half of 1998"],
    ["1998", "1998年", "1998"],
    ["1998-13", "1998-13", "1998-13"],
    ["1998-00", "1998-00", "1998-00"],
    ["spring", "spring", "spring"],
  ])("%s is %s and %s", (period, chinese, english) => {
    expect(formatPeriod(period, "zh-CN")).toBe(chinese);
    expect(formatPeriod(period, "en-US")).toBe(english);
  });

  it("writes a day, also of an instant", () => {
    expect(formatDate("1998-05-06", "zh-CN")).toBe("1998年5月6日");
    expect(formatDate("1998-05-06T23:10:00+08:00", "en-US")).toBe("6 May 1998");
    expect(formatDate("soon", "en-US")).toBe("soon");
  });
});

describe("formatMoment", () => {
  it("shows the wall clock of the workspace", () => {
    expect(formatMoment("2026-11-23T16:30:00Z", "Asia/Shanghai")).toBe("2026-11-24 00:30");
  });
});
