import { gateScore } from "../../plugin/kpi/gate.ts";
import { gradeOf } from "../../plugin/kpi/grade.ts";
import type {
  GradeScheme,
  MissingPolicy,
  SheetResult,
  SheetRules,
  Status,
  WeighedItem,
} from "../../plugin/kpi/model.ts";
import { composeSheet } from "../../plugin/kpi/sheet.ts";
import { d, exact, figure, percent, sentence, table } from "./markdown.ts";

const BANDS: readonly (readonly [string, number])[] = [
  ["S", 95],
  ["A", 90],
  ["B", 80],
  ["C", 60],
  ["D", 0],
];
export const GRADES: GradeScheme = {
  bands: BANDS.map(([grade, lower]) => ({ grade, lower: d(lower) })),
  boundary: "inclusive",
  decimals: 2,
  gradeOn: "displayed",
};
const RULES: SheetRules = { grades: GRADES, minCoverage: d("0.6") };
const NONE = { cap: null, floor: null };

type Given = Partial<Omit<WeighedItem, "key" | "score" | "weight">>;

function item(
  key: string,
  weight: number | string,
  score: string | Exclude<Status, "OK">,
  more: Given = {},
): WeighedItem {
  const isFigure = /^-?[\d.]+$/.test(score);
  return {
    key,
    weight: d(weight),
    missing: "EXCLUDE",
    ...more,
    score: isFigure
      ? { status: "OK", value: d(score), reasons: [] }
      : { status: score as Exclude<Status, "OK">, reasons: [] }, // a status where it is no figure
  };
}

export function sheetBlocks(): ReadonlyMap<string, string> {
  return new Map([
    ["gate", gate()],
    ["weights", weights()],
    ["not applicable", notApplicable()],
    ["missing policies", policies()],
    ["sections", sections()],
    ["plus and minus", plusAndMinus()],
    ["composite", composite()],
    ["key KPIs", keyKpis()],
    ["veto", vetoes()],
    ["grades", grades()],
  ]);
}

function gate(): string {
  const rows = (["4.3", "4.5", null] as const).flatMap((actual) =>
    ["110", "90"].map((score) => {
      const scored = {
        score: { status: "OK", value: d(score), reasons: [] } as const,
        raw: d(score),
        limitedBy: null,
        reached: null,
      };
      const held = gateScore(scored, {
        name: "CSAT",
        direction: "higher",
        line: d("4.5"),
        limit: d(100),
        actual:
          actual === null
            ? { status: "NO_DATA", reasons: [] }
            : { status: "OK", value: d(actual), reasons: [] },
      });
      return [
        score,
        actual ?? "no data",
        held.score.status === "OK" ? figure(held.score.value) : held.score.status,
        held.score.reasons.map(sentence).join(" "),
      ];
    }),
  );
  return table(["Score", "CSAT, line 4.5", "Score after the gate", ""], rows);
}

/** Items, what each gives, and what comes of the sheet. */
function sheet(items: readonly WeighedItem[], rules: SheetRules = RULES): string {
  const result = composeSheet(items, rules);
  const withSections = items.some(({ section }) => section != null);
  const rows = items.map((one, place) => {
    const given = result.contributions[place];
    return [
      one.key,
      ...(withSections ? [one.section ?? "–"] : []),
      one.role === "extra" ? "plus/minus" : figure(one.weight),
      one.score.status === "OK" ? figure(one.score.value) : `\`${one.score.status}\``,
      figure(given?.counted ?? null),
      one.role === "extra" ? "–" : percent(given?.share ?? 0),
      exact(given?.points ?? null),
    ];
  });
  const head = [
    "Item",
    ...(withSections ? ["Section"] : []),
    "Weight",
    "Score",
    "Counted as",
    "Share",
    "Contribution",
  ];
  return [table(head, rows), ...outcome(result)].join("\n\n");
}

function outcome(result: SheetResult): readonly string[] {
  const lines = result.sections.map(
    ({ key, share, raw, score, limitedBy }) =>
      `- section ${key}: ${figure(raw)}${limitedBy ? `, held at ${figure(score)} by its ${limitedBy}` : ""}, ${percent(share)} of the total`,
  );
  for (const { code, before, after, details } of result.steps) {
    const named = Object.entries(details).map(([key, text]) => `${key} ${text}`);
    lines.push(`- ${STEPS[code]} (${named.join(", ")}): ${figure(before)} → ${figure(after)}`);
  }
  for (const { code, grade, item: key } of result.gradeLimits)
    lines.push(
      `- grade at best ${grade}: ${code === "veto" ? "veto in" : "below the line,"} ${key}`,
    );
  const before = result.preVeto;
  if (before)
    lines.push(`- without the veto: ${figure(before.total)}, grade ${before.grade ?? "none"}`);
  const told = [
    `total ${exact(result.total)}`,
    `coverage ${percent(result.coverage)}`,
    result.state,
    result.grade === null ? "no grade" : `grade ${result.grade}`,
  ];
  lines.push(`- **${told.join(", ")}**`);
  for (const one of result.reasons) lines.push(`- ${sentence(one)}`);
  return [lines.join("\n")];
}

const STEPS: Readonly<Record<SheetResult["steps"][number]["code"], string>> = {
  section_limit: "limit of a section",
  extra_limit: "limit of plus and minus items",
  total_limit: "limit of the total",
  composite: "totals above",
  segments: "parts of the cycle",
  veto: "veto",
};

function weights(): string {
  return sheet([
    item("quality", 40, "90"),
    item("volume", 30, "NO_DATA"),
    item("on time", 20, "100"),
    item("complaints", 10, "60"),
  ]);
}

function notApplicable(): string {
  return sheet([
    item("quality", 40, "90"),
    item("tenders won", 30, "NOT_APPLICABLE"),
    item("on time", 20, "100"),
    item("complaints", 10, "NO_DATA"),
  ]);
}

function policies(): string {
  const kinds: readonly (readonly [MissingPolicy, string | null])[] = [
    ["EXCLUDE", null],
    ["ZERO", null],
    ["NEUTRAL", null],
    ["CARRY", "88"],
    ["CARRY", null],
    ["MANUAL", "75"],
  ];
  const rows = kinds.map(([policy, substitute]) => {
    const { total, coverage } = composeSheet(
      [
        item("quality", 70, "90"),
        item("volume", 30, "NO_DATA", {
          missing: policy,
          substitute: substitute === null ? null : d(substitute),
        }),
      ],
      RULES,
    );
    return [policy, substitute ?? "–", figure(total), percent(coverage)];
  });
  return table(["Policy of `volume`", "Score in its place", "Total", "Coverage"], rows);
}

function sections(): string {
  const rules: SheetRules = {
    ...RULES,
    sections: new Map([
      ["results", { ...NONE, weight: d(70), cap: d(110) }],
      ["conduct", { ...NONE, weight: d(30) }],
    ]),
  };
  return sheet(
    [
      item("revenue", 60, "120", { section: "results" }),
      item("customers", 40, "115", { section: "results" }),
      item("teamwork", 50, "80", { section: "conduct" }),
      item("diligence", 50, "90", { section: "conduct" }),
    ],
    rules,
  );
}

function plusAndMinus(): string {
  const rules: SheetRules = {
    ...RULES,
    extra: { cap: d(5), floor: d(-5) },
    total: { cap: d(100), floor: d(0) },
  };
  return sheet(
    [
      item("revenue", 60, "100"),
      item("quality", 40, "95"),
      item("saved a customer", 0, "8", { role: "extra" }),
      item("late reports", 0, "-1", { role: "extra" }),
    ],
    rules,
  );
}

function composite(): string {
  const kinds = [
    ["staff", "additive", [".10", ".20", ".70"]],
    ["staff", "multiplicative", [".10", ".20", ".70"]],
    ["supervisor", "additive", ["0", ".60", ".40"]],
  ] as const;
  return table(
    ["Rule", "Mode", "Own", "Department", "Company", "Weights company/department/own", "Total"],
    kinds.map(([name, mode, [company, department, individual]]) => {
      const { total } = composeSheet([item("own", 100, "92")], {
        ...RULES,
        composite: {
          mode,
          weights: { company: d(company), department: d(department), individual: d(individual) },
          company: d(95),
          department: d(88),
        },
      });
      const weighed = [company, department, individual].join(" / ");
      return [name, mode, "92", "88", "95", weighed, exact(total)];
    }),
  );
}

function keyKpis(): string {
  return sheet(
    [
      item("revenue", 30, "120"),
      item("customers", 30, "120"),
      item("projects", 30, "120"),
      item("safety", 10, "40", { keyLine: d(60) }),
    ],
    { ...RULES, keyGrade: "B" },
  );
}

function vetoes(): string {
  const effects = [
    ["ZERO_KPI", { mode: "ZERO_KPI" }],
    ["ZERO_SECTION", { mode: "ZERO_SECTION" }],
    ["ZERO_TOTAL", { mode: "ZERO_TOTAL" }],
    ["CAP_GRADE, C", { mode: "CAP_GRADE", grade: "C" }],
    ["MULTIPLY, 0.8", { mode: "MULTIPLY", factor: d("0.8") }],
  ] as const;
  return table(
    ["Effect", "Total before", "Total", "Grade before", "Grade"],
    effects.map(([name, veto]) => {
      const { total, grade, preVeto } = composeSheet(
        [
          item("revenue", 60, "100", { section: "results" }),
          item("quality", 20, "95", { section: "conduct" }),
          item("safety", 0, "0", { section: "conduct", veto }),
        ],
        RULES,
      );
      return [
        name,
        figure(preVeto?.total ?? null),
        figure(total),
        preVeto?.grade ?? "–",
        grade ?? "–",
      ];
    }),
  );
}

function grades(): string {
  const totals = ["94.995", "94.994", "90", "89.995", "60", "59.99"];
  const schemes: readonly GradeScheme[] = [
    GRADES,
    { ...GRADES, gradeOn: "exact" },
    { ...GRADES, boundary: "exclusive" },
  ];
  const rows = totals.map((total) => [
    total,
    gradeOf(d(total), GRADES).displayed.toFixed(2),
    ...schemes.map((scheme) => gradeOf(d(total), scheme).grade ?? "–"),
  ]);
  return table(
    ["Total", "Shown as", "Grade", "graded on the exact total", "with exclusive bounds"],
    rows,
  );
}
