import { bonusOf, linearCoefficient, sharePool } from "../../plugin/kpi/bonus.ts";
import {
  commissionOf,
  payoutOf,
  type CommissionTier,
  type PayoutCurve,
} from "../../plugin/kpi/commission.ts";
import { weighCycle, type DayBasis } from "../../plugin/kpi/day-shares.ts";
import { expectedShare, paceOf, speedOf } from "../../plugin/kpi/pace.ts";
import {
  combineSegments,
  eligibility,
  proratedTarget,
  type Presence,
  type TargetKind,
} from "../../plugin/kpi/prorate.ts";
import {
  d,
  exact,
  figure,
  measured,
  percent,
  refusal,
  sentence,
  table,
  value,
} from "./markdown.ts";

/** Time in a cycle, and pay. */
export function moneyBlocks(): ReadonlyMap<string, string> {
  return new Map([
    ["eligibility", eligible()],
    ["proration", proration()],
    ["transfer", transfer()],
    ["bonus", bonus()],
    ["linear coefficient", coefficients()],
    ["pool", pool()],
    ["payout curve", payout()],
    ["commission", commission()],
    ["pace", pace()],
    ["speed", speed()],
  ]);
}

const YEAR = { start: "2025-01-01", end: "2025-12-31" };
const since = (from: string | null, leave: Presence["leave"] = []): Presence => ({
  from,
  to: null,
  leave,
});

function eligible(): string {
  const cases: readonly (readonly [string, Presence])[] = [
    ["1 April", since("2025-04-01")],
    ["1 December", since("2025-12-01")],
    [
      "before, on maternity leave from 1 March to 6 August",
      since(null, [{ kind: "maternity", start: "2025-03-01", end: "2025-08-06" }]),
    ],
  ];
  return table(
    ["There since", "Active days", "Needed", "Status", ""],
    cases.map(([name, presence]) => {
      const { activeDays, neededDays, status, reasons } = value(eligibility(YEAR, presence));
      return [
        name,
        String(activeDays),
        String(neededDays),
        `\`${status}\``,
        reasons.map(sentence).join(" "),
      ];
    }),
  );
}

function proration(): string {
  const ramp = ["0.5", "0.75", "1"].map(d);
  const cases: readonly (readonly [string, DayBasis, TargetKind, string, boolean])[] = [
    ["calendar days", { code: "calendar" }, "flow", "1200000", false],
    ["months", { code: "month" }, "flow", "1200000", false],
    ["calendar days, ramp 50/75/100 %", { code: "calendar" }, "flow", "1200000", true],
    ["calendar days", { code: "calendar" }, "rate", "4.6", false],
  ];
  return table(
    ["Basis", "Kind", "Target of the year", "Part", "Target for 1 April to 31 December"],
    cases.map(([name, basis, kind, target, ramped]) => {
      const cycle = value(weighCycle(YEAR, basis));
      const found = proratedTarget(d(target), kind, cycle, since("2025-04-01"), ramped ? ramp : []);
      return [
        name,
        kind,
        target,
        `${figure(found.part)} of ${figure(found.whole)}`,
        found.target.status === "OK" ? exact(found.target.value) : measured(found.target),
      ];
    }),
  );
}

function transfer(): string {
  const cases = [
    [
      { key: "North", days: 120, total: d(92) },
      { key: "South", days: 245, total: d(80) },
    ],
    [
      { key: "North", days: 120, total: d(92) },
      { key: "South", days: 245, total: null },
    ],
  ];
  return table(
    ["Segments", "Total", "Coverage", ""],
    cases.map((segments) => {
      const { total, coverage, reasons } = combineSegments(segments);
      return [
        segments
          .map(({ days, total: own }) => `${days} days at ${own ? figure(own) : "no total"}`)
          .join(", "),
        total.status === "OK" ? exact(total.value) : measured(total),
        percent(coverage),
        reasons.map(sentence).join(" "),
      ];
    }),
  );
}

function bonus(): string {
  const factors = [
    { key: "company", value: d("0.95") },
    { key: "department", value: d("1.05") },
    { key: "individual", value: d("1.2") },
  ];
  const { steps, amount } = value(bonusOf(d(20000), factors, { part: d(9), whole: d(12) }));
  return [
    table(
      ["Step", "×", "Amount"],
      [
        ["base", "", "20000"],
        ...steps.map(({ key, value: by, product }) => [key, figure(by), figure(product)]),
      ],
    ),
    `- **paid ${amount.toFixed(2)}**`,
  ].join("\n\n");
}

function coefficients(): string {
  const limits = { lowest: d(0), highest: d("1.2") };
  return table(
    ["Total", "Coefficient"],
    ["95.5", "130", "-3"].map((total) => [
      total,
      figure(value(linearCoefficient(d(total), limits))),
    ]),
  );
}

function pool(): string {
  const people = [
    { key: "甲", base: d(10000), coefficient: d("1.2"), order: "001" },
    { key: "乙", base: d(8000), coefficient: d("1.0"), order: "002" },
    { key: "丙", base: d(12000), coefficient: d("0.8"), order: "003" },
  ];
  const { parts } = value(sharePool(d(25000), people));
  const sum = parts.reduce((all, { amount }) => all.plus(amount), d(0));
  return table(
    ["Person", "Base", "Coefficient", "Exact", "Paid"],
    [
      ...parts.map(({ key, exact: part, amount }, place) => [
        key,
        figure(people[place]?.base ?? null),
        figure(people[place]?.coefficient ?? null),
        figure(part),
        amount.toFixed(2),
      ]),
      ["**all**", "", "", "", `**${sum.toFixed(2)}**`],
    ],
  );
}

function payout(): string {
  const curve: PayoutCurve = {
    threshold: d("0.7"),
    targetBonus: d(10000),
    accelerator: d(2),
    cap: d(2),
  };
  return table(
    ["Attainment", "Multiple", "Paid"],
    ["0.69", "0.7", "0.85", "1", "1.2", "1.6"].map((attainment) => {
      const { ratio, amount } = value(payoutOf(d(attainment), curve));
      return [percent(d(attainment)), figure(ratio), amount.toFixed(2)];
    }),
  );
}

function commission(): string {
  const tiers: readonly CommissionTier[] = [
    { from: d(0), to: d(500000), rate: d("0.01") },
    { from: d(500000), to: d(1000000), rate: d("0.02") },
    { from: d(1000000), to: null, rate: d("0.03") },
  ];
  const paid = (sales: string, kind: "marginal" | "whole") =>
    value(commissionOf(d(sales), tiers, kind));
  const rows = ["500000", "1000000", "1000001", "1200000"].map((sales) => [
    sales,
    paid(sales, "marginal").amount.toFixed(2),
    paid(sales, "whole").amount.toFixed(2),
  ]);
  const notices = paid("1200000", "whole").notices.map((one) => `- ${sentence(one)}`);
  return [table(["Sales", "marginal", "whole amount"], rows), notices.join("\n")].join("\n\n");
}

function pace(): string {
  const cycle = value(weighCycle({ start: "2026-01-01", end: "2026-03-31" }, { code: "calendar" }));
  const cases = [
    ["40", "2026-02-14"],
    ["48", "2026-02-14"],
    ["30", "2026-02-14"],
    ["9", "2026-01-10"],
    ["100", "2026-01-10"],
  ] as const;
  return table(
    ["Day", "Actual, target 100", "Expected", "Pace index", "Forecast", "Band"],
    cases.map(([actual, day]) => {
      const expected = value(expectedShare(cycle, day));
      const { index, forecast, band } = value(paceOf(d(actual), d(100), expected));
      return [day, actual, percent(expected), figure(index), figure(forecast), band];
    }),
  );
}

function speed(): string {
  return table(
    ["Reached on day", "Days early", "Speed index"],
    [66, 90, 100, 0].map((day) => {
      const found = speedOf(day, 90);
      if (!found.ok) return [`${day} of 90`, "–", refusal(found)];
      return [`${day} of 90`, String(found.value.daysEarly), exact(found.value.index)];
    }),
  );
}
