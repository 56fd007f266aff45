import { expect, it } from "vitest";
import { Decimal, decimalText } from "../../plugin/decimal.ts";
import { gradeOf, validateGrades } from "../../plugin/kpi/grade.ts";
import { median } from "../../plugin/kpi/median.ts";
import type { GradeScheme } from "../../plugin/kpi/model.ts";

function scheme(bands: string, change: Partial<GradeScheme> = {}): GradeScheme {
  return {
    bands: bands
      .split(" ")
      .filter((band) => band !== "")
      .map((band) => {
        const [grade = "", lower = ""] = band.split(":");
        return { grade, lower: new Decimal(lower) };
      }),
    boundary: "inclusive",
    decimals: 2,
    gradeOn: "displayed",
    ...change,
  };
}

it.each([
  ["100", "S"],
  ["130", "S"],
  ["95", "S"],
  ["94.995", "S"],
  ["94.994", "A"],
  ["90", "A"],
  ["89.99", "B"],
  ["60", "C"],
  ["59.99", "D"],
  ["0", "D"],
  ["-3", "D"],
])("grades %s as %s where a bound belongs to its band", (total, expected) => {
  const { grade } = gradeOf(new Decimal(total), scheme("S:95 A:90 B:80 C:60 D:0"));

  expect(grade).toBe(expected);
});

it.each([
  ["95", "A"],
  ["95.01", "S"],
  ["90", "B"],
  ["60", "D"],
  ["0", "D"],
])("grades %s as %s where it does not", (total, expected) => {
  const exclusive = scheme("S:95 A:90 B:80 C:60 D:0", { boundary: "exclusive" });

  expect(gradeOf(new Decimal(total), exclusive).grade).toBe(expected);
});

it.each([
  [0, "displayed", "94.5", "95", "S"],
  [0, "exact", "94.5", "95", "A"],
  [1, "displayed", "94.94", "94.9", "A"],
  [1, "displayed", "94.95", "95", "S"],
  [4, "exact", "95", "95", "S"],
] as const)("with %i decimals graded on %s, %s is shown as %s and graded %s", (...row) => {
  const [decimals, gradeOn, total, shown, expected] = row;

  const result = gradeOf(new Decimal(total), scheme("S:95 A:0", { decimals, gradeOn }));

  expect(decimalText(result.displayed)).toBe(shown);
  expect(result.grade).toBe(expected);
});

it.each([
  ["S:95 A:90 B:0", []],
  ["S:95 A:90 B:-Infinity", []],
  ["only:0", []],
  ["", ["grades_empty"]],
  ["S:95 A:90 B:60", ["grades_gap"]],
  ["S:90 A:90 B:0", ["grades_overlap"]],
  ["S:90 A:95 B:0", ["grades_order"]],
  ["S:95 S:90 B:0", ["grades_same_name"]],
  ["S:95 A:NaN B:0", ["grades_bound_unreadable", "grades_order", "grades_order"]],
])("finds what is wrong with the bands %j: %j", (bands, codes) => {
  expect(validateGrades(scheme(bands)).map(({ code }) => code)).toEqual(codes);
});

it.each([-1, 1.5, 11, NaN])("refuses %d decimals", (decimals) => {
  const problems = validateGrades(scheme("A:0", { decimals }));

  expect(problems.map(({ code }) => code)).toEqual(["grades_decimals"]);
});

it.each([
  [[], null],
  [["3"], "3"],
  [["10", "1", "3"], "3"],
  [["1", "3"], "2"],
  [["0.1", "0.2"], "0.15"],
  [["9", "-100", "10", "2"], "5.5"],
])("finds the median of %j: %s", (values, expected) => {
  const result = median(values.map((value) => new Decimal(value)));

  expect(result === null ? null : decimalText(result)).toBe(expected);
});

it("leaves the values it sorts alone", () => {
  const values = [new Decimal(3), new Decimal(1), new Decimal(2)];

  median(values);

  expect(values.map(decimalText)).toEqual(["3", "1", "2"]);
});
