import { expect, it } from "vitest";
import { Decimal, decimalText } from "../../plugin/decimal.ts";
import type {
  GradeScheme,
  Measured,
  MissingPolicy,
  Status,
  WeighedItem,
} from "../../plugin/kpi/model.ts";
import { composeSheet } from "../../plugin/kpi/sheet.ts";

const GRADES: GradeScheme = {
  bands: [
    { grade: "A", lower: new Decimal(90) },
    { grade: "B", lower: new Decimal(75) },
    { grade: "C", lower: new Decimal(0) },
  ],
  boundary: "inclusive",
  decimals: 2,
  gradeOn: "displayed",
};
const RULES = { grades: GRADES, minCoverage: new Decimal("0.6") };

function item(
  key: string,
  weight: string,
  score: string | Exclude<Status, "OK">,
  missing: MissingPolicy = "EXCLUDE",
): WeighedItem {
  const measured: Measured = /^-?[\d.]+$/.test(score)
    ? { status: "OK", value: new Decimal(score), reasons: [] }
    : // The only other texts this table holds are statuses.
      { status: score as Exclude<Status, "OK">, reasons: [] };
  return { key, weight: new Decimal(weight), score: measured, missing };
}

const text = (value: Decimal | null) => (value === null ? null : decimalText(value));

it("spreads the weight of a missing KPI over the others (W2)", () => {
  const sheet = composeSheet(
    [
      item("a", "40", "90"),
      item("b", "30", "NO_DATA"),
      item("c", "20", "100"),
      item("d", "10", "60"),
    ],
    RULES,
  );

  expect(text(sheet.total)).toBe("88.5714285714");
  expect(text(sheet.displayed)).toBe("88.57");
  expect(text(sheet.coverage)).toBe("0.7");
  expect(sheet).toMatchObject({ state: "final", grade: "B", reasons: [] });
  expect(sheet.contributions.map(({ share }) => text(share))).toEqual([
    "0.5714285714",
    "0",
    "0.2857142857",
    "0.1428571429",
  ]);
  expect(sheet.contributions.map(({ points }) => text(points))).toEqual([
    "51.4285714286",
    null,
    "28.5714285714",
    "8.5714285714",
  ]);
});

it("gives the units that rounding leaves to the largest remainders, equal ones by key", () => {
  const sheet = composeSheet(
    [item("c", "1", "100"), item("a", "1", "100"), item("b", "1", "0")],
    RULES,
  );

  expect(text(sheet.total)).toBe("66.6666666667");
  expect(sheet.contributions.map(({ points }) => text(points))).toEqual([
    "33.3333333333",
    "33.3333333334",
    "0",
  ]);
  expect(text(Decimal.sum(...sheet.contributions.map(({ share }) => share)))).toBe("1");
});

it("rounds half up in the last decimal", () => {
  const sheet = composeSheet([item("a", "1", "0.00000000005"), item("b", "0", "7")], RULES);

  expect(text(sheet.total)).toBe("0.0000000001");
});

it("keeps the sum exact below zero too, half away from zero", () => {
  const sheet = composeSheet([item("a", "1", "-0.00000000005"), item("b", "0", "7")], RULES);

  expect(text(sheet.total)).toBe("-0.0000000001");
  expect(sheet.contributions.map(({ points }) => text(points))).toEqual(["-0.0000000001", "0"]);
  expect(text(sheet.displayed)).toBe("0");
});

it.each<[MissingPolicy, string, string, string]>([
  ["EXCLUDE", "80", "0.6", "final"],
  ["ZERO", "48", "1", "final"],
  ["NEUTRAL", "88", "0.6", "final"],
])(
  "treats missing data by policy %s: total %s, coverage %s, %s",
  (policy, total, coverage, state) => {
    const sheet = composeSheet([item("a", "60", "80"), item("b", "40", "NO_DATA", policy)], RULES);

    expect(text(sheet.total)).toBe(total);
    expect(text(sheet.coverage)).toBe(coverage);
    expect(sheet.state).toBe(state);
  },
);

it.each<Exclude<Status, "OK" | "NO_DATA">>([
  "NOT_APPLICABLE",
  "EXEMPT",
  "PENDING",
  "INVALID_TARGET",
  "INVALID_BASELINE",
  "INVALID_UNIT",
  "OUT_OF_RANGE",
  "ERROR",
])("never counts %s as 0, whatever the policy", (status) => {
  const sheet = composeSheet([item("a", "60", "80"), item("b", "40", status, "ZERO")], RULES);

  expect(text(sheet.total)).toBe("80");
  expect(sheet.contributions[1]).toMatchObject({ points: null, counted: null });
});

it("does not grade what rests on too little (W6)", () => {
  const sheet = composeSheet([item("a", "20", "95"), item("b", "80", "NO_DATA")], RULES);

  expect(sheet).toMatchObject({
    state: "provisional",
    grade: null,
    reasons: [{ code: "coverage_low", details: { coverage: "20%", min: "60%" } }],
  });
  expect(text(sheet.total)).toBe("95");
});

it("grades at exactly the least coverage", () => {
  const sheet = composeSheet([item("a", "60", "95"), item("b", "40", "NO_DATA")], RULES);

  expect(sheet).toMatchObject({ state: "final", grade: "A" });
});

it("does not take neutral scores for data", () => {
  const sheet = composeSheet([item("a", "100", "NO_DATA", "NEUTRAL")], RULES);

  expect(text(sheet.total)).toBe("100");
  expect(sheet).toMatchObject({ state: "provisional", grade: null });
});

it.each<[string, readonly WeighedItem[], string]>([
  ["nothing at all", [], "nothing_counted"],
  ["nothing measured", [item("a", "50", "NO_DATA"), item("b", "50", "ERROR")], "nothing_counted"],
  ["only weights of 0", [item("a", "0", "90")], "weights_zero"],
  ["a negative weight", [item("a", "-1", "90"), item("b", "2", "90")], "weight_unusable"],
  ["a weight that is no number", [item("a", "NaN", "90")], "weight_unusable"],
])("has no total for %s", (_what, items, code) => {
  const sheet = composeSheet(items, RULES);

  expect(sheet).toMatchObject({ total: null, displayed: null, grade: null, state: "empty" });
  expect(sheet.reasons.map((reason) => reason.code)).toEqual([code]);
  expect(text(sheet.coverage)).toBe("0");
  expect(sheet.contributions.map(({ key }) => key)).toEqual(items.map(({ key }) => key));
});

it("grades what people see", () => {
  const sheet = composeSheet([item("a", "1", "89.995")], RULES);

  expect(text(sheet.displayed)).toBe("90");
  expect(sheet.grade).toBe("A");
});

it("gives no grade by a broken scheme, and says what is wrong with it", () => {
  const bands = [{ grade: "A", lower: new Decimal(90) }];

  const sheet = composeSheet([item("a", "1", "50")], { ...RULES, grades: { ...GRADES, bands } });

  expect(sheet).toMatchObject({ state: "final", grade: null });
  expect(sheet.reasons.map(({ code }) => code)).toEqual(["grades_gap"]);
});

it("shows two decimals where no scheme says otherwise", () => {
  const sheet = composeSheet([item("a", "3", "100"), item("b", "4", "50")], {
    ...RULES,
    grades: null,
  });

  expect(text(sheet.displayed)).toBe("71.43");
  expect(sheet).toMatchObject({ state: "final", grade: null, reasons: [] });
});
