import { describe, expect, it } from "vitest";
import { openWallClock } from "../../../plugin/workspace/huoban/wall-clock.ts";

const SHANGHAI = "Asia/Shanghai";
const NEW_YORK = "America/New_York";

describe("wall clock", () => {
  it.each([
    ["Shanghai", SHANGHAI, "2026-03-31T10:20:00Z", "2026-03-31 18:20:00"],
    ["over midnight", SHANGHAI, "2026-03-31T16:00:00Z", "2026-04-01 00:00:00"],
    ["New York in winter", NEW_YORK, "2026-01-15T12:00:00Z", "2026-01-15 07:00:00"],
    ["New York in summer", NEW_YORK, "2026-07-15T12:00:00Z", "2026-07-15 08:00:00"],
    ["a second before the clock goes on", NEW_YORK, "2026-03-08T06:59:59Z", "2026-03-08 01:59:59"],
    ["a second later", NEW_YORK, "2026-03-08T07:00:00Z", "2026-03-08 03:00:00"],
    ["a zone on the quarter hour", "Asia/Kathmandu", "2026-01-01T00:00:00Z", "2026-01-01 05:45:00"],
    ["before 1970", SHANGHAI, "1969-12-31T16:00:01Z", "1970-01-01 00:00:01"],
  ])("shows an instant: %s", (_case, zone, instant, wall) => {
    expect(openWallClock(zone).show(new Date(instant))).toBe(wall);
  });

  it.each([
    ["Shanghai", SHANGHAI, "2026-03-31 18:20:00", "2026-03-31T18:20:00+08:00"],
    ["without seconds", SHANGHAI, "2026-03-31 18:20", "2026-03-31T18:20:00+08:00"],
    ["a day alone", SHANGHAI, "2026-03-31", "2026-03-31T00:00:00+08:00"],
    ["New York in winter", NEW_YORK, "2026-01-15 07:00:00", "2026-01-15T07:00:00-05:00"],
    ["New York in summer", NEW_YORK, "2026-07-15 08:00:00", "2026-07-15T08:00:00-04:00"],
    ["a skipped time moves on", NEW_YORK, "2026-03-08 02:30:00", "2026-03-08T03:30:00-04:00"],
    ["a repeated time is the first", NEW_YORK, "2026-11-01 01:30:00", "2026-11-01T01:30:00-04:00"],
    ["after the repeated hour", NEW_YORK, "2026-11-01 02:00:00", "2026-11-01T02:00:00-05:00"],
  ])("names the instant of a wall time: %s", (_case, zone, wall, iso) => {
    expect(openWallClock(zone).iso(wall)).toBe(iso);
  });

  it.each(["", "soon", "31.03.2026", "2026-13-45"])("does not read %j as a time", (text) => {
    expect(openWallClock(SHANGHAI).iso(text)).toBe(null);
    expect(openWallClock(SHANGHAI).repeats(text)).toBe(false);
  });

  it("knows which times come twice", () => {
    const clock = openWallClock(NEW_YORK);

    const times = ["2026-11-01 00:59:59", "2026-11-01 01:00:00", "2026-11-01 01:59:59"];

    expect([...times, "2026-11-01 02:00:00"].map(clock.repeats)).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });
});
