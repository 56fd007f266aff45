import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Decimal } from "../../plugin/decimal.ts";
import { dateOfDay, dayNumber } from "../../plugin/formula/calendar.ts";
import { weighCycle, type DayBasis } from "../../plugin/kpi/day-shares.ts";
import {
  combineSegments,
  eligibility,
  prorate,
  proratedTarget,
  type Leave,
  type Presence,
  type TargetKind,
} from "../../plugin/kpi/prorate.ts";

const YEAR = { start: "2025-01-01", end: "2025-12-31" };
const CALENDAR: DayBasis = { code: "calendar" };
const NO_RAMP: readonly Decimal[] = [];
function weighed(basis: DayBasis) {
  const cycle = weighCycle(YEAR, basis);
  if (!cycle.ok) throw new Error(JSON.stringify(cycle.problems));
  return cycle.value;
}
const since = (from: string | null, change: Partial<Presence> = {}): Presence => ({
  from,
  to: null,
  leave: [],
  ...change,
});
const leave = (start: string, end: string, kind: Leave["kind"] = "sick"): Leave => ({
  start,
  end,
  kind,
});

function prorated(
  presence: Presence,
  basis: DayBasis,
  { kind = "flow" as TargetKind, ramp = NO_RAMP } = {},
) {
  return proratedTarget(new Decimal(1_200_000), kind, weighed(basis), presence, ramp);
}
const textOf = (...given: Parameters<typeof prorated>) => {
  const { target } = prorated(...given);
  return target.status === "OK" ? target.value.toFixed() : target.reasons[0]?.code;
};

describe("a target of 1 200 000 for a year, joined on 1 April", () => {
  it.each([
    ["calendar days", CALENDAR, "904109.5890410959"],
    ["months", { code: "month" }, "900000"],
    [
      "working days",
      { code: "workday", calendar: { holidays: new Set(), workdays: new Set() } },
      "905747.1264367816",
    ],
  ] satisfies [string, DayBasis, string][])("by %s", (_what, basis, expected) => {
    expect(textOf(since("2025-04-01"), basis)).toBe(expected);
  });

  it("by the season: a strong end of the year weighs more", () => {
    const months = Array.from({ length: 12 }, (_empty, index) => index + 1);
    const shares = new Map(
      months.map((month) => [
        `2025-${String(month).padStart(2, "0")}`,
        new Decimal(month > 9 ? 2 : 1),
      ]),
    );

    // (6 + 3·2) ÷ (9 + 3·2)
    expect(textOf(since("2025-04-01"), { code: "seasonal", shares })).toBe("960000");
  });

  it("tells what was done", () => {
    const result = prorated(since("2025-04-01"), CALENDAR);

    expect(result.part.toNumber()).toBe(275);
    expect(result.whole.toNumber()).toBe(365);
    expect(result.target.reasons).toEqual([
      { code: "target_prorated", details: { part: "275", whole: "365", share: "75.34%" } },
    ]);
  });

  it.each(["rate", "average", "stock", "deadline"] as const)("keeps a target of a %s", (kind) => {
    expect(prorated(since("2025-04-01"), CALENDAR, { kind }).target).toEqual({
      status: "OK",
      value: new Decimal(1_200_000),
      reasons: [],
    });
  });

  it("rises over the first months on a ramp", () => {
    const ramp = ["0.5", "0.75", "1"].map((part) => new Decimal(part));

    // April half, May three quarters, June to December in full.
    expect(textOf(since("2025-04-01"), { code: "month" }, { ramp })).toBe("825000");
    // Half of April is gone, and each month on the ramp begins on the 16th.
    expect(textOf(since("2025-04-16"), { code: "month" }, { ramp })).toBe("775403.2258064516");
  });
});

it("leaves a whole year as it is, to the last digit", () => {
  const target = new Decimal("0.123456789012345678");
  const whole = proratedTarget(target, "flow", weighed(CALENDAR), since(null));

  expect(whole.target).toEqual({ status: "OK", value: target, reasons: [] });
});

it("takes leave out once, however it overlaps or reaches beyond", () => {
  const presence = since(null, {
    leave: [leave("2024-12-01", "2025-01-10"), leave("2025-01-08", "2025-01-12")],
  });

  expect(prorated(presence, CALENDAR).part.toNumber()).toBe(353);
});

it("names statutory leave", () => {
  const birth = since(null, { leave: [leave("2025-03-01", "2025-07-06", "maternity")] });
  const before = since(null, { leave: [leave("2024-03-01", "2024-07-06", "maternity")] });
  const codes = (presence: Presence) =>
    prorated(presence, CALENDAR).target.reasons.map(({ code }) => code);

  expect(codes(birth)).toEqual(["target_prorated", "leave_protected"]);
  expect(codes(before)).toEqual([]);
});

it.each([
  ["nobody there", since("2026-01-01"), {}, "presence_none"],
  ["no such day", since("2025-02-30"), {}, "day_unreadable"],
  ["left before joining", since("2025-05-01", { to: "2025-04-01" }), {}, "range_unusable"],
  [
    "leave the wrong way round",
    since(null, { leave: [leave("2025-05-02", "2025-05-01")] }),
    {},
    "range_unusable",
  ],
  [
    "more than all of a newcomer",
    since("2025-04-01"),
    { ramp: [new Decimal("1.1")] },
    "ramp_unusable",
  ],
])("says %s by name, never 0", (_what, presence, change, code) => {
  expect(textOf(presence, CALENDAR, change)).toBe(code);
});

it("refuses a part that is none, and a target that is none", () => {
  const bad = prorate(new Decimal(100), new Decimal(400), new Decimal(365));
  const none = prorate(new Decimal(100), new Decimal(0), new Decimal(0));
  const { target } = proratedTarget(new Decimal(NaN), "flow", weighed(CALENDAR), since(null));

  expect([bad.ok, none.ok]).toEqual([false, false]);
  expect(target.status).toBe("INVALID_TARGET");
});

describe("who is judged", () => {
  const judged = (presence: Presence, cycle = YEAR) => {
    const result = eligibility(cycle, presence);
    return result.ok ? result.value : result.problems[0]?.code;
  };

  it.each([
    ["2025-09-01", "OK", 122],
    ["2025-09-02", "EXEMPT", 121],
    ["2025-12-01", "EXEMPT", 31],
  ])("joined %s: %s", (from, status, activeDays) => {
    expect(judged(since(from))).toMatchObject({ status, activeDays, neededDays: 122 });
  });

  it("leave does not count as being there", () => {
    const presence = since(null, { leave: [leave("2025-03-01", "2025-11-30", "maternity")] });

    expect(judged(presence)).toMatchObject({
      status: "EXEMPT",
      activeDays: 90,
      reasons: [
        { code: "presence_too_short", details: { days: "90", min: "122" } },
        { code: "leave_protected", details: {} },
      ],
    });
  });

  it("asks for no more than the whole of a short cycle", () => {
    const february = { start: "2025-02-01", end: "2025-02-28" };

    expect(judged(since(null), february)).toMatchObject({ status: "OK", neededDays: 28 });
    expect(judged(since("2025-02-02"), february)).toMatchObject({ status: "EXEMPT" });
  });

  it("refuses rules and days that cannot be used", () => {
    const rules = { leastDays: 30, leastPart: { part: 4, of: 3 } };
    const result = eligibility(YEAR, since(null), rules);

    expect(result.ok ? "" : result.problems[0]?.code).toBe("eligibility_unusable");
    expect(judged(since("yesterday"))).toBe("day_unreadable");
    expect(judged(since(null), { start: "2025-12-31", end: "2025-01-01" })).toBe("range_unusable");
  });
});

describe("a transfer", () => {
  const segment = (key: string, days: number, total: number | null) => ({
    key,
    days,
    total: total === null ? null : new Decimal(total),
  });

  it("weighs both places by their days", () => {
    expect(combineSegments([segment("before", 120, 92), segment("after", 245, 80)])).toEqual({
      total: { status: "OK", value: new Decimal("83.9452054795"), reasons: [] },
      coverage: new Decimal(1),
      reasons: [],
    });
  });

  it("leaves out what was not rated, and says how much that is", () => {
    const result = combineSegments([segment("before", 120, null), segment("after", 245, 80)]);

    expect(result.total).toMatchObject({ status: "OK", value: new Decimal(80) });
    expect(result.coverage).toEqual(new Decimal("0.6712328767"));
    expect(result.reasons).toEqual([
      { code: "segment_without_total", details: { segment: "before", days: "120" } },
    ]);
  });

  it.each([
    ["nothing rated", [segment("a", 10, null)], "NO_DATA", "segments_none"],
    ["no days", [segment("a", 0, 90)], "NO_DATA", "segments_none"],
    ["fewer than no days", [segment("a", -1, 90)], "ERROR", "segment_unusable"],
    ["a total that is none", [segment("a", 1, NaN)], "ERROR", "segment_unusable"],
  ])("%s is told", (_what, segments, status, code) => {
    const { total } = combineSegments(segments);

    expect(total.status).toBe(status);
    expect(total.reasons[0]?.code).toBe(code);
  });
});

it("a prorated target is never above the target and grows with the time there", () => {
  const first = dayNumber(YEAR.start) ?? 0;
  const day = fc.integer({ min: 0, max: 364 }).map((offset) => dateOfDay(first + offset) ?? "");
  const bases = fc.constantFrom<DayBasis>(
    CALENDAR,
    { code: "month" },
    {
      code: "workday",
      calendar: { holidays: new Set(["2025-05-01"]), workdays: new Set(["2025-04-27"]) },
    },
  );
  const ramps = fc.array(
    fc.integer({ min: 0, max: 100 }).map((percent) => new Decimal(percent).div(100)),
    { maxLength: 4 },
  );
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100_000_000 }).map((cents) => new Decimal(cents).div(100)),
      fc.tuple(day, day, day),
      bases,
      ramps,
      (target, days, basis, ramp) => {
        const [from = "", middle = "", to = ""] = days.toSorted();
        const cycle = weighed(basis);
        const of = (end: string) => {
          const presence = since(from, { to: end });
          const result = proratedTarget(target, "flow", cycle, presence, ramp).target;
          return result.status === "OK" ? result.value : new Decimal(0);
        };

        expect(of(to).lessThanOrEqualTo(target)).toBe(true);
        expect(of(middle).lessThanOrEqualTo(of(to))).toBe(true);
        expect(of(middle).isNegative()).toBe(false);
      },
    ),
    { numRuns: 1000 },
  );
}, 60_000);
