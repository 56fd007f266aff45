import { describe, expect, it } from "vitest";
import { Decimal, decimalText } from "../../plugin/decimal.ts";
import type {
  GradeScheme,
  SectionRule,
  SheetResult,
  SheetRules,
  VetoEffect,
  WeighedItem,
} from "../../plugin/kpi/model.ts";
import { composeSheet } from "../../plugin/kpi/sheet.ts";

const d = (value: string | number) => new Decimal(value);
const GRADES: GradeScheme = {
  bands: [
    { grade: "S", lower: d(95) },
    { grade: "A", lower: d(90) },
    { grade: "B", lower: d(80) },
    { grade: "C", lower: d(60) },
    { grade: "D", lower: d(0) },
  ],
  boundary: "inclusive",
  decimals: 2,
  gradeOn: "displayed",
};
const NONE = { cap: null, floor: null };
const RULES: SheetRules = { grades: GRADES, minCoverage: d("0.6") };

type Extra = Partial<Omit<WeighedItem, "key" | "weight" | "score">>;
function item(key: string, weight: number, score: number | null, more: Extra = {}): WeighedItem {
  return {
    key,
    weight: d(weight),
    score:
      score === null
        ? { status: "NO_DATA", reasons: [] }
        : { status: "OK", value: d(score), reasons: [] },
    missing: "EXCLUDE",
    ...more,
  };
}

const section = (weight: number | null, more: Partial<SectionRule> = {}): SectionRule => ({
  ...NONE,
  weight: weight === null ? null : d(weight),
  ...more,
});
const text = (value: Decimal | null) => (value === null ? null : decimalText(value));
/** Σ contributions + Σ changes of the steps: has to be the total, to the last digit. */
function sumOf({ contributions, steps }: SheetResult): string {
  const points = contributions.map((one) => one.points ?? d(0));
  const changes = steps.map(({ before, after }) => after.minus(before));
  return decimalText(Decimal.sum(0, ...points, ...changes));
}
function told(result: SheetResult) {
  return {
    total: text(result.total),
    grade: result.grade,
    steps: result.steps.map(({ code, before, after }) => [code, text(before), text(after)]),
  };
}

describe("sections", () => {
  it("weigh their items, and then each other", () => {
    const sheet = composeSheet(
      [
        item("a", 30, 90, { section: "results" }),
        item("b", 10, 70, { section: "results" }),
        item("c", 1, 60, { section: "attitude" }),
      ],
      {
        ...RULES,
        sections: new Map([
          ["results", section(80)],
          ["attitude", section(20)],
        ]),
      },
    );

    // (30·90 + 10·70) ÷ 40 = 85; 85·0.8 + 60·0.2 = 80
    expect(text(sheet.total)).toBe("80");
    expect(sheet.contributions.map(({ points }) => text(points))).toEqual(["54", "14", "12"]);
    expect(sheet.sections.map(({ score, share }) => [text(score), text(share)])).toEqual([
      ["60", "0.2"],
      ["85", "0.8"],
    ]);
  });

  it("share the weight of a missing item within the section, and of a missing section among the others", () => {
    const items = [
      item("a", 30, null, { section: "results" }),
      item("b", 10, 70, { section: "results" }),
      item("c", 1, 60, { section: "attitude" }),
    ];
    const sections = new Map([
      ["results", section(80)],
      ["attitude", section(20)],
    ]);
    const within = composeSheet(items, { ...RULES, minCoverage: d(0), sections });
    const without = composeSheet([item("a", 30, null, { section: "results" }), ...items.slice(2)], {
      ...RULES,
      minCoverage: d(0),
      sections,
    });

    // 70·0.8 + 60·0.2; then only the attitude is left.
    expect([text(within.total), text(within.coverage)]).toEqual(["68", "0.4"]);
    expect([text(without.total), text(without.coverage)]).toEqual(["60", "0.2"]);
  });

  it("without weights of their own leave the total as it is without sections", () => {
    const scores = [item("a", 30, 90), item("b", 50, 71), item("c", 20, null)];
    const flat = composeSheet(scores, RULES);
    const split = composeSheet(
      scores.map((one, place) => ({ ...one, section: place === 0 ? "x" : "y" })),
      {
        ...RULES,
        sections: new Map([
          ["x", section(null)],
          ["y", section(null)],
        ]),
      },
    );

    expect(text(split.total)).toBe(text(flat.total));
    expect(split.contributions).toEqual(flat.contributions);
  });

  it("are held at their highest score, which is told as a step", () => {
    const sheet = composeSheet(
      [item("a", 50, 120, { section: "x" }), item("b", 50, 90, { section: "y" })],
      { ...RULES, sections: new Map([["x", section(null, { cap: d(100) })]]) },
    );

    expect(told(sheet)).toEqual({
      total: "95",
      grade: "S",
      steps: [["section_limit", "105", "95"]],
    });
    expect(sheet.sections[0]).toMatchObject({ limitedBy: "cap" });
    expect(sumOf(sheet)).toBe("95");
  });
});

describe("plus and minus items", () => {
  it("add their points beside the weights, within their bounds", () => {
    const items = [
      item("a", 100, 90),
      item("idea", 0, 4, { role: "extra" }),
      item("late", 0, -1.5, { role: "extra" }),
    ];
    const free = composeSheet(items, RULES);
    const held = composeSheet(items, { ...RULES, extra: { cap: d(2), floor: null } });

    expect(told(free)).toEqual({ total: "92.5", grade: "A", steps: [] });
    expect(told(held)).toEqual({
      total: "92",
      grade: "A",
      steps: [["extra_limit", "92.5", "92"]],
    });
    expect([sumOf(free), sumOf(held)]).toEqual(["92.5", "92"]);
  });

  it("say nothing by themselves: without a scored KPI there is no total", () => {
    const sheet = composeSheet(
      [item("a", 100, null), item("idea", 0, 4, { role: "extra" })],
      RULES,
    );

    expect(sheet).toMatchObject({ total: null, state: "empty", grade: null });
    expect(sheet.reasons.map(({ code }) => code)).toEqual(["nothing_counted"]);
  });
});

describe("bounds of the total", () => {
  it("hold it, and are named", () => {
    const sheet = composeSheet([item("a", 100, 118)], {
      ...RULES,
      total: { cap: d(110), floor: null },
    });

    expect(told(sheet).steps).toEqual([["total_limit", "118", "110"]]);
    expect(sheet.steps[0]?.details).toEqual({ limit: "110", bound: "cap" });
  });
});

describe("totals above (spec 3.7)", () => {
  const weights = { company: d("0.1"), department: d("0.2"), individual: d("0.7") };
  const own = [item("a", 100, 92)];

  it("C1: additive, 0.1 × 95 + 0.2 × 88 + 0.7 × 92 = 91.5", () => {
    const composite = { mode: "additive", weights, company: d(95), department: d(88) } as const;
    const sheet = composeSheet(own, { ...RULES, composite });

    expect(told(sheet)).toEqual({
      total: "91.5",
      grade: "A",
      steps: [["composite", "92", "91.5"]],
    });
  });

  it("share the weight of a level without a total, and say so", () => {
    const composite = { mode: "additive", weights, company: null, department: d(88) } as const;
    const sheet = composeSheet(own, { ...RULES, composite });

    // (0.7·92 + 0.2·88) ÷ 0.9
    expect(text(sheet.total)).toBe("91.1111111111");
    expect(sheet.reasons.map(({ code }) => code)).toEqual(["composite_missing_company"]);
    expect(sumOf(sheet)).toBe("91.1111111111");
  });

  it("multiply as factors of 100", () => {
    const composite = {
      mode: "multiplicative",
      weights: { company: d(0), department: d(1), individual: d(1) },
      company: d(50),
      department: d(110),
    } as const;

    expect(text(composeSheet(own, { ...RULES, composite }).total)).toBe("101.2");
  });
});

describe("parts of a cycle with a transfer (spec 3.12)", () => {
  const others = [{ key: "before", days: 120, total: d(92) }];

  it("PR4: 120 days at 92 and 245 days at 80 make 83.95", () => {
    const sheet = composeSheet([item("a", 100, 80)], { ...RULES, segments: { days: 245, others } });

    expect(told(sheet)).toEqual({
      total: "83.9452054795",
      grade: "B",
      steps: [["segments", "80", "83.9452054795"]],
    });
    expect(sheet.steps[0]?.details).toEqual({
      days: "245",
      total: "80",
      key0: "before",
      days0: "120",
      total0: "92",
    });
    expect(sumOf(sheet)).toBe("83.9452054795");
  });

  it("a part without a total is left out, and told", () => {
    const none = { key: "between", days: 30, total: null };
    const segments = { days: 245, others: [...others, none] };
    const sheet = composeSheet([item("a", 100, 80)], { ...RULES, segments });

    expect(text(sheet.total)).toBe("83.9452054795");
    expect(sheet.reasons).toEqual([
      { code: "segment_without_total", details: { segment: "between", days: "30" } },
    ]);
  });

  it("what was earned before is not lost when the last part has nothing to count, but not graded", () => {
    const sheet = composeSheet([item("a", 100, null)], { ...RULES, segments: { days: 3, others } });

    expect(told(sheet)).toEqual({ total: "92", grade: null, steps: [["segments", "0", "92"]] });
    expect(sheet.state).toBe("provisional");
    expect(sumOf(sheet)).toBe("92");
  });

  it("a veto of the last part comes after them", () => {
    const veto = item("v", 0, 0, { veto: { mode: "ZERO_TOTAL" } });
    const items = [item("a", 100, 80), veto];

    expect(text(composeSheet(items, { ...RULES, segments: { days: 245, others } }).total)).toBe(
      "0",
    );
  });
});

describe("key KPIs", () => {
  it("hold the grade back, not the total", () => {
    const items = [item("safety", 10, 55, { keyLine: d(60) }), item("b", 90, 110)];
    const sheet = composeSheet(items, { ...RULES, keyGrade: "C" });

    expect([text(sheet.total), sheet.grade]).toEqual(["104.5", "C"]);
    expect(sheet.gradeLimits).toEqual([{ code: "key_kpi", grade: "C", item: "safety" }]);
    expect(composeSheet(items, RULES).grade).toBe("S");
  });

  it("say nothing at the line or without a score", () => {
    for (const score of [60, null])
      expect(
        composeSheet([item("safety", 10, score, { keyLine: d(60) }), item("b", 90, 110)], {
          ...RULES,
          keyGrade: "C",
        }).gradeLimits,
      ).toEqual([]);
  });
});

describe("veto (spec 3.4)", () => {
  const vetoed = (effect: VetoEffect, more: Extra = {}) =>
    item("accident", 0, 0, { veto: effect, ...more });
  const high = item("a", 100, 96);

  it("VT1: holds the grade at C and keeps what it was before", () => {
    const sheet = composeSheet([high, vetoed({ mode: "CAP_GRADE", grade: "C" })], RULES);

    expect([text(sheet.total), sheet.grade]).toEqual(["96", "C"]);
    expect(sheet.preVeto).toEqual({ total: d(96), grade: "S" });
    expect(sheet.gradeLimits).toEqual([{ code: "veto", grade: "C", item: "accident" }]);
  });

  it("VT2: takes the whole total, which is told", () => {
    const sheet = composeSheet([high, vetoed({ mode: "ZERO_TOTAL" })], RULES);

    expect(told(sheet)).toEqual({ total: "0", grade: "D", steps: [["veto", "96", "0"]] });
    expect(sheet.preVeto).toEqual({ total: d(96), grade: "S" });
  });

  it("takes one section, once, or a part of the total", () => {
    const items = [
      item("a", 60, 90, { section: "x" }),
      item("b", 40, 80, { section: "y" }),
      vetoed({ mode: "ZERO_SECTION" }, { section: "y" }),
      { ...vetoed({ mode: "ZERO_SECTION" }, { section: "y" }), key: "another" },
      { ...vetoed({ mode: "MULTIPLY", factor: d("0.5") }), key: "half" },
    ];

    // 54 + 32 = 86; without section y 54; half of that 27.
    expect(told(composeSheet(items, RULES)).steps).toEqual([
      ["veto", "86", "54"],
      ["veto", "54", "27"],
    ]);
  });

  it("names a grade that the scheme does not have instead of grading by it", () => {
    const sheet = composeSheet([high, vetoed({ mode: "CAP_GRADE", grade: "Z" })], RULES);

    expect(sheet.grade).toBe("S");
    expect(sheet.reasons.map(({ code }) => code)).toEqual(["grade_limit_unknown"]);
  });
});

describe("missing scores", () => {
  it("take over last period's score or a person's, and say nothing without one", () => {
    const total = (missing: WeighedItem["missing"], substitute: Decimal | null) => {
      const sheet = composeSheet(
        [item("a", 50, null, { missing, substitute }), item("b", 50, 100)],
        { ...RULES, minCoverage: d(0) },
      );
      return [text(sheet.total), text(sheet.coverage)];
    };

    expect(total("CARRY", d(80))).toEqual(["90", "0.5"]);
    expect(total("MANUAL", d(80))).toEqual(["90", "1"]);
    expect(total("CARRY", null)).toEqual(["100", "0.5"]);
    expect(total("MANUAL", null)).toEqual(["100", "0.5"]);
  });

  it("do not count against coverage where the KPI does not apply", () => {
    const away: WeighedItem = {
      ...item("tender", 50, null),
      score: { status: "NOT_APPLICABLE", reasons: [] },
    };
    const sheet = composeSheet([away, item("b", 50, 96)], RULES);

    expect([text(sheet.coverage), sheet.state, sheet.grade]).toEqual(["1", "final", "S"]);
  });
});
