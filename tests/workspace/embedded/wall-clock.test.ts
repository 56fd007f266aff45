import { describe, expect, it } from "vitest";
import { createWallClock, dayRange, isDay } from "../../../plugin/workspace/embedded/wall-clock.ts";

const at = (iso: string) => Date.parse(iso) / 1000;

describe("the wall clock", () => {
  it.each([
    ["Asia/Shanghai", "2026-03-31T10:20:05Z", "2026-03-31 18:20:05", "2026-03-31T18:20:05+08:00"],
    [
      "America/New_York",
      "2026-01-01T03:00:00Z",
      "2025-12-31 22:00:00",
      "2025-12-31T22:00:00-05:00",
    ],
    ["Asia/Kathmandu", "2026-01-01T00:00:00Z", "2026-01-01 05:45:00", "2026-01-01T05:45:00+05:45"],
  ])("of %s shows and reads %s", (zone, instant, text, iso) => {
    const clock = createWallClock(zone);

    expect(clock.text(at(instant))).toBe(text);
    expect(clock.iso(at(instant))).toBe(iso);
    expect(clock.seconds(text)).toBe(at(instant));
  });

  it("takes the first of two equal times and moves a skipped one forward", () => {
    const clock = createWallClock("America/New_York");

    expect(clock.seconds("2026-11-01 01:30:00")).toBe(at("2026-11-01T05:30:00Z"));
    expect(clock.text(clock.seconds("2026-03-08 02:30:00") ?? 0)).toBe("2026-03-08 03:30:00");
  });

  it.each(["2026-02-29", "2026-13-01", "2026-03-31T18:20:00", "2026-03-31 25:00", "today", ""])(
    "does not read %s",
    (text) => {
      expect(createWallClock("Asia/Shanghai").seconds(text)).toBeNull();
    },
  );

  it("knows real days", () => {
    expect([isDay("2028-02-29"), isDay("2026-02-29"), isDay("2026-3-1")]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe("a day or keyword", () => {
  it.each([
    ["2026-12-31", "2026-12-31", "2027-01-01"],
    ["today", "2026-03-31", "2026-04-01"],
    ["yesterday", "2026-03-30", "2026-03-31"],
    ["tomorrow", "2026-04-01", "2026-04-02"],
    ["this_week", "2026-03-30", "2026-04-06"],
    ["last_week", "2026-03-23", "2026-03-30"],
    ["this_month", "2026-03-01", "2026-04-01"],
    ["last_month", "2026-02-01", "2026-03-01"],
    ["next_quarter", "2026-04-01", "2026-07-01"],
    ["last_year", "2025-01-01", "2026-01-01"],
  ])("%s covers %s until %s", (text, from, until) => {
    expect(dayRange(text, "2026-03-31")).toEqual({ from, until });
  });

  it.each(["constructor", "some_day", "2026-02-30"])("%s covers nothing", (text) => {
    expect(dayRange(text, "2026-03-31")).toBeNull();
  });
});
