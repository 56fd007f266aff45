import { Decimal } from "../../plugin/decimal.ts";
import { gateScore, type Gate } from "../../plugin/kpi/gate.ts";
import type {
  GradeScheme,
  Measured,
  MethodCode,
  MissingPolicy,
  SectionRule,
  SheetRules,
  Status,
  VetoEffect,
  WeighedItem,
} from "../../plugin/kpi/model.ts";
import { scoreItem } from "../../plugin/kpi/score.ts";
import { composeSheet } from "../../plugin/kpi/sheet.ts";
import type { WorkbookItem, WorkbookSheet } from "../../plugin/report/workbook/facts.ts";
import { Chance } from "./chance.ts";
import { METHOD_CODES, randomMethod } from "./random-methods.ts";

const OTHER_STATUSES = [
  ...(["NOT_APPLICABLE", "EXEMPT", "PENDING", "INVALID_UNIT", "ERROR"] as const),
] as const;
const POLICIES = ["EXCLUDE", "ZERO", "CARRY", "NEUTRAL", "MANUAL"] as const;
const SECTIONS = ["FIN", "CUST", "PROC"] as const;

export const GRADES: GradeScheme = {
  bands: [
    { grade: "S", lower: new Decimal(95) },
    { grade: "A", lower: new Decimal(90) },
    { grade: "B", lower: new Decimal("79.5") },
    { grade: "C", lower: new Decimal(60) },
    { grade: "D", lower: new Decimal(0) },
  ],
  boundary: "inclusive",
  decimals: 2,
  gradeOn: "displayed",
};

const ok = (value: Decimal): Measured => ({ status: "OK", value, reasons: [] });
const without = (status: Exclude<Status, "OK">): Measured => ({ status, reasons: [] });

/** One item of a method, scored by the engine. */
export function randomItem(chance: Chance, code: MethodCode, key: string): WorkbookItem {
  const { method, direction, marks, names } = randomMethod(chance, code);
  const target = randomTarget(chance);
  const actual = randomActual(chance, [...marks, ...(target ? [target] : [])]);
  const peers =
    actual.status === "OK"
      ? [
          actual.value,
          ...Array.from({ length: chance.whole(0, 8) }, () => chance.decimal(0, 60, 0)),
        ]
      : [];
  const inputs = new Map(names.map((name) => [name, randomActual(chance, [], 5)]));
  const gate = chance.percent(15) ? randomGate(chance) : null;
  const judged = scoreItem({
    ...{ method, direction, actual, target, peers },
    inputs: (name) => inputs.get(name) ?? null,
  });
  const score = gate ? gateScore(judged, gate) : judged;
  const missing: MissingPolicy = chance.pick(POLICIES);
  const substitute = chance.percent(60) ? chance.decimal(40, 110, 1) : null;
  const weight = chance.percent(5) ? new Decimal(0) : chance.decimal(1, 40, 1);
  return {
    kpi: {
      code: key,
      name: `${code} ${key}`,
      unit: chance.pick(["", "%", "CNY", "分钟"]),
      decimals: chance.whole(0, 3),
    },
    ...{ method, direction, actual, target, score, gate, peers, inputs },
    weighed: { key, weight, score: score.score, missing, substitute },
  };
}

function randomTarget(chance: Chance): Decimal | null {
  if (chance.percent(4)) return null;
  if (chance.percent(4)) return new Decimal(0);
  if (chance.percent(4)) return chance.decimal(-50, -1, 1);
  return chance.percent(30) ? chance.decimal(1, 100, 0) : chance.decimal(1, 90, 3);
}

function randomActual(chance: Chance, marks: readonly Decimal[], missing = 12): Measured {
  if (chance.percent(missing)) return without("NO_DATA");
  if (chance.percent(missing / 3)) return without(chance.pick(OTHER_STATUSES));
  const [mark, ...others] = marks;
  if (mark && chance.percent(35)) return ok(chance.pick([mark, ...others]));
  if (chance.percent(10)) return ok(chance.decimal(-30, 0, 1));
  if (chance.percent(10)) return ok(chance.decimal(1, 99, 0).div(7).toDecimalPlaces(20));
  return ok(chance.decimal(0, 120, chance.whole(0, 3)));
}

function randomGate(chance: Chance): Gate {
  return {
    name: "质检",
    direction: chance.pick(["higher", "lower"]),
    line: chance.decimal(4, 5, 1),
    limit: new Decimal(chance.pick([100, 80])),
    actual: randomActual(chance, [new Decimal("4.5")]),
  };
}

/** A sheet with nothing but items. */
export function plainSheet(subject: string, items: readonly WorkbookItem[]): WorkbookSheet {
  return composed(subject, items, { grades: GRADES, minCoverage: new Decimal("0.6") });
}

function composed(
  subject: string,
  items: readonly WorkbookItem[],
  rules: SheetRules,
): WorkbookSheet {
  return {
    ...{ subject, items, rules },
    about: "客服部 · 坐席",
    period: "2026-03",
    sectionNames: new Map([
      ["FIN", "财务"],
      ["CUST", "客户"],
    ]),
    result: composeSheet(
      items.map(({ weighed }) => weighed),
      rules,
    ),
  };
}

/** A sheet with everything that a sheet can have. */
export function randomSheet(chance: Chance, subject: string): WorkbookSheet {
  const rules = randomRules(chance);
  const items = Array.from({ length: chance.whole(1, 8) }, (_, at): WorkbookItem => {
    const item = randomItem(chance, chance.pick(METHOD_CODES), `K${at}`);
    const weighed: WeighedItem = {
      ...item.weighed,
      section: rules.sections && chance.percent(85) ? chance.pick(SECTIONS) : null,
      role: chance.percent(15) ? "extra" : "weighted",
      keyLine: chance.percent(15) ? chance.decimal(50, 90, 0) : null,
      veto: chance.percent(6) ? randomVeto(chance) : null,
    };
    return { ...item, weighed };
  });
  return composed(subject, items, rules);
}

function randomVeto(chance: Chance): VetoEffect {
  const mode = chance.pick([
    ...(["ZERO_KPI", "ZERO_SECTION", "ZERO_TOTAL", "CAP_GRADE", "MULTIPLY"] as const),
  ]);
  if (mode === "CAP_GRADE") return { mode, grade: chance.pick(["C", "D", "Z"]) };
  if (mode === "MULTIPLY") return { mode, factor: chance.decimal(0, 1, 1) };
  return { mode };
}

function randomRules(chance: Chance): SheetRules {
  const limits = (cap: readonly [number, number], floor: readonly [number, number]) => ({
    cap: chance.percent(50) ? chance.decimal(...cap, 1) : null,
    floor: chance.percent(50) ? chance.decimal(...floor, 1) : null,
  });
  const sections = new Map<string, SectionRule>();
  for (const key of SECTIONS) {
    if (chance.percent(15)) continue;
    const weight = chance.percent(50) ? chance.decimal(0, 50, 0) : null;
    sections.set(key, { weight, ...limits([70, 110], [30, 65]) });
  }
  return {
    grades: chance.percent(5)
      ? null
      : {
          ...GRADES,
          boundary: chance.pick(["inclusive", "exclusive"]),
          decimals: chance.whole(0, 3),
          gradeOn: chance.pick(["displayed", "exact"]),
        },
    minCoverage: chance.pick([new Decimal(0), new Decimal("0.6"), new Decimal("0.8")]),
    ...(chance.percent(60) ? { sections } : {}),
    ...(chance.percent(50) ? { extra: limits([5, 20], [-20, 0]) } : {}),
    ...(chance.percent(50) ? { total: limits([80, 110], [0, 50]) } : {}),
    composite: chance.percent(40)
      ? {
          mode: chance.pick(["additive", "multiplicative"]),
          weights: {
            company: chance.pick([new Decimal(0), new Decimal("0.1"), new Decimal(20)]),
            department: chance.pick([new Decimal(0), new Decimal("0.3"), new Decimal(50)]),
            individual: chance.pick([new Decimal("0.6"), new Decimal(1), new Decimal(30)]),
          },
          company: chance.percent(80) ? chance.decimal(60, 110, 2) : null,
          department: chance.percent(80) ? chance.decimal(60, 110, 2) : null,
        }
      : null,
    keyGrade: chance.percent(50) ? "C" : null,
    segments: chance.percent(25)
      ? {
          days: chance.whole(1, 90),
          others: ["01-01 – 01-20", "01-21 – 02-14"].map((key) => ({
            key,
            days: chance.whole(1, 60),
            total: chance.percent(80) ? chance.decimal(50, 110, 4) : null,
          })),
        }
      : null,
  };
}
