import { describe, expect, it } from "vitest";
import { Decimal } from "../../plugin/decimal.ts";
import { lintSet, type KpiOfSet } from "../../plugin/kpi/smart-set.ts";
import { lintKpi, type KpiDescription } from "../../plugin/kpi/smart.ts";
import { smartText, vagueWords } from "../../plugin/report/kpi-check-text.ts";
import { LOCALES } from "../../plugin/words/words.ts";

const d = (one: number | string) => new Decimal(one);

const GOOD: KpiDescription = {
  name: "一次解决率",
  definition: "期内首次联系即解决的工单数 ÷ 期内全部工单数",
  exclusions: "测试工单",
  owner: "客服主管",
  unit: "%",
  direction: "higher",
  method: "RATIO",
  source: { kind: "pulled", succeeded: true },
  target: d("0.85"),
  range: { low: d("0.7"), high: d("0.9") },
  targetReason: "",
  hits: { reached: 3, periods: 8 },
  goal: "direct",
  kind: "quality",
  counterMetric: "",
  period: "月",
  frequency: "每日",
  dataDate: "次月第 3 个工作日",
  deadline: "次月第 5 个工作日",
};
const lint = (changed: Partial<KpiDescription>) =>
  lintKpi({ ...GOOD, ...changed }, vagueWords())
    .filter(({ level }) => level !== "pass")
    .map(({ letter, level, code }) => `${letter} ${level} ${code}`);

describe("one KPI", () => {
  it("passes every letter when nothing is wrong", () => {
    expect(lintKpi(GOOD, vagueWords()).map(({ letter, level }) => `${letter} ${level}`)).toEqual([
      "S pass",
      "M pass",
      "A pass",
      "R pass",
      "T pass",
    ]);
  });

  it.each<[Partial<KpiDescription>, string[]]>([
    [{ name: " " }, ["S fail name_missing"]],
    [{ definition: "" }, ["S fail definition_missing"]],
    [{ definition: "解决率按月统计的一次解决情况" }, ["S warn definition_short"]],
    [{ definition: "解决率按月统计的一次解决情况。" }, []],
    [{ exclusions: "", owner: "" }, ["S warn exclusions_missing", "S warn owner_missing"]],
    [{ unit: "" }, ["M fail unit_missing"]],
    [{ direction: null, method: "" }, ["M fail direction_missing", "M fail method_missing"]],
    [{ source: null }, ["M fail source_missing"]],
    [{ source: { kind: "manual" } }, ["M warn source_manual"]],
    [{ source: { kind: "pulled", succeeded: null } }, ["M warn pull_untried"]],
    [{ source: { kind: "pulled", succeeded: false } }, ["M fail pull_failed"]],
    [{ target: null }, ["A fail target_missing"]],
    [{ target: d(Number.NaN) }, ["A fail target_missing"]],
    [{ target: d("0.9") }, []],
    [{ target: d("0.91") }, ["A fail target_outside"]],
    [{ target: d("0.69") }, ["A fail target_outside"]],
    [{ target: d("0.91"), targetReason: "新系统上线" }, ["A warn target_outside_reasoned"]],
    [{ range: null }, ["A warn range_unknown"]],
    [{ hits: { reached: 0, periods: 6 } }, ["A fail never_reached"]],
    [{ hits: { reached: 0, periods: 5 } }, []],
    [{ hits: null }, []],
    [{ goal: null }, ["R fail goal_missing"]],
    [{ goal: "indirect" }, ["R warn goal_indirect"]],
    [{ kind: "volume" }, ["R warn counter_missing"]],
    [{ kind: "speed" }, ["R warn counter_missing"]],
    [{ kind: "cost" }, ["R warn counter_missing"]],
    [{ kind: "volume", counterMetric: "csat" }, []],
    [
      { period: "", frequency: "", dataDate: "", deadline: "" },
      [
        "T fail period_missing",
        "T fail frequency_missing",
        "T fail data_date_missing",
        "T fail deadline_missing",
      ],
    ],
  ])("%j: %j", (changed, expected) => {
    expect(lint(changed)).toEqual(expected);
  });

  it.each([
    ["提升", true],
    ["加强工作", true],
    ["进一步优化", true],
    ["做好各项工作", true],
    ["Improve", true],
    ["Improve the work!", true],
    ["IMPROVEMENT", true],
    ["提升客户满意度", false],
    ["做好库存盘点", false],
    ["Improve delivery on time", false],
    ["Workload", false],
    ["工作日", false],
    ["Improvements shipped", false],
    ["销售额", false],
  ])("named %s is vague: %s", (name, vague) => {
    expect(lint({ name })).toEqual(vague ? ["S warn name_vague"] : []);
  });
});

describe("the KPIs of a sheet", () => {
  const kpi = (key: string, weight: number | string, more: Partial<KpiOfSet> = {}): KpiOfSet => ({
    key,
    name: key.toUpperCase(),
    weight: d(weight),
    kind: "other",
    reads: key,
    ...more,
  });
  const SIX = [25, 20, 15, 15, 15, 10].map((weight, index) => kpi(`k${index}`, weight));
  const found = (kpis: readonly KpiOfSet[]) =>
    lintSet(kpis).map(({ level, code, details }) =>
      [level, code, details["name"]].filter((part) => part !== undefined).join(" "),
    );

  it("pass when they fit", () => {
    expect(found(SIX)).toEqual(["pass set_balanced"]);
  });

  it("are five to eight", () => {
    expect(found([kpi("a", 40), kpi("b", 40), kpi("c", 20)])).toEqual(["warn set_few"]);
    const nine = Array.from({ length: 9 }, (_none, index) => kpi(`k${index}`, index < 1 ? 20 : 10));
    expect(found(nine)).toEqual(["warn set_many"]);
    expect(found([])).toEqual(["warn set_few"]);
  });

  it("weigh 100 in all, within a hundredth", () => {
    const last = (weight: string) => found([...SIX.slice(0, 5), kpi("k5", weight)]);

    expect(last("15")).toEqual(["fail set_weights_total"]);
    expect(last("10.01")).toEqual(["warn set_weight_step K5"]);
    expect(last("10.02")).toEqual(["fail set_weights_total", "warn set_weight_step K5"]);
  });

  it("weigh 5 to 40 each, in steps of 5", () => {
    expect(found([kpi("a", 45), kpi("b", 3), kpi("c", 12), kpi("d", 20), kpi("e", 20)])).toEqual([
      "warn set_weight_heavy A",
      "warn set_weight_light B",
      "warn set_weight_step B",
      "warn set_weight_step C",
    ]);
    expect(found([kpi("a", -20), ...SIX])).toEqual(["fail set_weight_unusable A"]);
  });

  it("have quality beside volume, and read different records", () => {
    const volume = SIX.map((one, index) => (index === 0 ? kpi("k0", 25, { kind: "volume" }) : one));
    const both = volume.map((one, index) =>
      index === 1 ? { ...one, kind: "quality" as const } : one,
    );
    const same = SIX.map((one, index) => (index < 2 ? { ...one, reads: "orders" } : one));
    const typed = SIX.map((one) => ({ ...one, reads: "" }));

    expect(found(volume)).toEqual(["warn set_no_quality K0"]);
    expect(found(both)).toEqual(["pass set_balanced"]);
    expect(found(same)).toEqual(["warn set_same_source"]);
    expect(found(typed)).toEqual(["pass set_balanced"]);
    expect(lintSet(same.toReversed())).toEqual(lintSet(same));
  });
});

it("says every finding with an example, in both languages", () => {
  const empty: KpiDescription = {
    ...GOOD,
    ...{ name: "提升", definition: "短", exclusions: "", owner: "", unit: "", method: "" },
    ...{ direction: null, source: null, target: d(9), goal: null, kind: "volume" as const },
    ...{ period: "", frequency: "", dataDate: "", deadline: "" },
  };
  const findings = [
    ...lintKpi(GOOD, vagueWords()),
    ...lintKpi(empty, vagueWords()),
    ...lintSet([]),
  ];

  for (const finding of findings) {
    for (const locale of LOCALES) {
      const { message, example } = smartText(finding, locale);
      expect(message + example).not.toMatch(/[{}]/);
      expect(example).not.toBe("");
    }
  }
});
