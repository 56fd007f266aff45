import { Decimal } from "../decimal.ts";
import { say, type Locale } from "../words/words.ts";
import type {
  BonusView,
  DistributionView,
  HealthView,
  LeftOut,
  LintView,
  PaceView,
  PromotionView,
  SetView,
  TargetsView,
} from "./analysis-views.ts";
import {
  formatBoundary,
  formatDate,
  formatMoney,
  formatPlain,
  formatScore,
  formatShare,
  formatUnit,
  UNKNOWN,
} from "./format.ts";
import { textTable } from "./text-table.ts";

/** Simulations and reports as a terminal shows them: headings, tables and sentences. */

const number = (text: string | null) => (text === null ? null : new Decimal(text));

function heads(locale: Locale, ...keys: readonly string[]): string[] {
  return keys.map((key) => say(locale, `analysis.head.${key}`));
}

/** Parts one under the other; empty ones leave no gap. */
function parts(...texts: readonly string[]): string {
  return texts.filter((text) => text !== "").join("\n\n");
}

function titled(title: string, body: string): string {
  return body === "" ? "" : `${title}\n${body}`;
}

function noticesText(notices: readonly string[]): string {
  return notices.map((notice) => `· ${notice}`).join("\n");
}

function leftText(left: readonly LeftOut[], locale: Locale): string {
  const rows = left.map(({ name, text }) => [name, text]);
  return titled(
    say(locale, "analysis.left", { n: left.length }),
    textTable(heads(locale, "name", "why"), rows),
  );
}

export function distributionText(view: DistributionView, locale: Locale): string {
  const title = say(locale, "analysis.distribution.title", {
    cycle: view.cycle,
    n: view.people,
    rule: say(locale, `analysis.rule.${view.rule}`),
    ties: say(locale, `analysis.ties.${view.ties}`),
    scope: say(locale, `analysis.scope.${view.scope}`),
  });
  const totals =
    view.totals &&
    say(locale, "analysis.distribution.totals", {
      mean: formatScore(number(view.totals.mean), locale),
      median: formatScore(number(view.totals.median), locale),
      lowest: formatScore(number(view.totals.lowest), locale),
      highest: formatScore(number(view.totals.highest), locale),
    });
  const grades = textTable(
    heads(locale, "grade", "share", "before", "part", "after", "part", "note"),
    view.grades.map((one) => [
      one.grade,
      formatShare(number(one.share), locale),
      String(one.before),
      formatShare(number(one.beforeShare), locale),
      String(one.after),
      formatShare(number(one.afterShare), locale),
      one.deviates ? say(locale, "analysis.distribution.deviates") : "",
    ]),
  );
  const teams =
    view.scope === "company"
      ? ""
      : textTable(
          heads(locale, "team", "people", "seats", "note"),
          view.teams.map((team) => [
            team.name === "" ? UNKNOWN : team.name,
            String(team.people),
            team.seats === null ? UNKNOWN : String(team.seats),
            team.state === "pool-first" ? say(locale, "analysis.distribution.small") : "",
          ]),
        );
  const people = textTable(
    heads(locale, "name", "department", "total", "grade", "proposed", "why"),
    view.proposals.map((one) => [
      one.name,
      one.department ?? UNKNOWN,
      formatScore(number(one.total), locale),
      one.current,
      one.proposed ?? say(locale, "analysis.open"),
      one.text,
    ]),
  );
  return parts(
    totals === null ? title : `${title}\n${totals}`,
    grades,
    teams,
    people,
    leftText(view.left, locale),
    noticesText(view.notices),
  );
}

export function bonusText(view: BonusView, locale: Locale): string {
  const money = (text: string | null) =>
    formatMoney(number(text), { unit: view.currency, decimals: 2 }, locale);
  const title = say(locale, `analysis.bonus.${view.mode}`, {
    cycle: view.cycle,
    n: view.people.length,
    pool: money(view.pool),
    sum: money(view.sum),
  });
  const people = textTable(
    heads(locale, "name", "department", "total", "grade", "base", "amount", "factors"),
    view.people.map((one) => [
      one.name,
      one.department ?? UNKNOWN,
      formatScore(number(one.total), locale),
      one.grade ?? UNKNOWN,
      money(one.base),
      money(one.amount),
      one.factors
        .map(({ name, value }) => `${name} ${formatPlain(new Decimal(value), locale)}`)
        .join(" × "),
    ]),
  );
  return parts(title, people, leftText(view.left, locale), noticesText(view.notices));
}

export function targetsText(view: TargetsView, locale: Locale): string {
  const figure = (text: string) => formatBoundary(new Decimal(text), view.kpi, locale);
  const title = say(locale, "analysis.targets.title", {
    kpi: view.kpi.name,
    subject: view.subject,
    cycle: view.cycle,
  });
  const { suggestion } = view;
  const lines: [string, { value: string; percentile: string; hitShare: string }][] = [];
  if (view.current) lines.push(["current", view.current]);
  if (suggestion)
    for (const key of ["base", "target", "stretch"] as const) lines.push([key, suggestion[key]]);
  const values = textTable(
    heads(locale, "value", "figure", "percentile", "hits"),
    lines.map(([key, one]) => [
      say(locale, `analysis.targets.${key}`),
      figure(one.value),
      formatShare(number(one.percentile), locale),
      formatShare(number(one.hitShare), locale),
    ]),
  );
  const method =
    suggestion === null
      ? ""
      : say(locale, `analysis.targets.by-${suggestion.method}`, { n: view.history.length });
  const { assignment } = view;
  const assigned =
    assignment === null
      ? ""
      : [
          say(locale, "analysis.targets.assigned", {
            department: assignment.department,
            parent: figure(assignment.parent),
            n: assignment.children,
            ratio: formatShare(number(assignment.ratio), locale),
          }),
          assignment.text,
        ]
          .filter((text) => text !== "")
          .join("\n");
  const history = textTable(
    heads(locale, "period", "actual"),
    view.history.map(({ period, value }) => [
      period,
      formatUnit(new Decimal(value), view.kpi, locale),
    ]),
  );
  return parts(title, values, method, assigned, history, noticesText(view.notices));
}

export function lintText(view: LintView, locale: Locale): string {
  return parts(
    ...view.kpis.map(({ kpi, findings }) =>
      setText({ name: `${kpi.name} (${kpi.code})`, findings }, locale),
    ),
    ...view.sets.map((set) => setText(set, locale)),
    noticesText(view.notices),
  );
}

export function setText({ name, findings }: SetView, locale: Locale): string {
  const rows = findings.map(({ letter, level, message, example }) => [
    letter === "set" ? "" : letter,
    say(locale, `analysis.level.${level}`),
    level === "pass" ? message : say(locale, "analysis.lint.finding", { message, example }),
  ]);
  return titled(name, textTable(heads(locale, "letter", "level", "finding"), rows));
}

export function paceText(view: PaceView, locale: Locale): string {
  const title = say(locale, "analysis.pace.title", {
    cycle: view.cycle,
    day: formatDate(view.today, locale),
    basis: say(locale, `analysis.basis.${view.basis}`),
  });
  const rows = view.rows.map((row) => {
    const figure = (text: string | null) => formatUnit(number(text), row.kpi, locale);
    return [
      row.name,
      row.kpi.name,
      figure(row.actual),
      formatBoundary(number(row.target), row.kpi, locale),
      formatShare(number(row.attained), locale),
      formatShare(number(row.expected), locale),
      row.index === null ? UNKNOWN : new Decimal(row.index).toFixed(2),
      figure(row.forecast),
      row.text,
    ];
  });
  const table = textTable(
    heads(
      locale,
      "name",
      "kpi",
      "actual",
      "target",
      "attained",
      "expected",
      "index",
      "forecast",
      "finding",
    ),
    rows,
  );
  const left = view.left.map((one) => ({ ...one, name: `${one.name} · ${one.kpi.name}` }));
  return parts(title, table, leftText(left, locale), noticesText(view.notices));
}

export function promotionText(view: PromotionView, locale: Locale): string {
  const title = say(locale, "analysis.promotion.title", {
    cycles: view.cycles.join(", "),
    n: view.people.length,
  });
  const truth = (holds: boolean | null) =>
    say(locale, `analysis.holds.${holds === null ? "unknown" : holds ? "yes" : "no"}`);
  const people = view.people.map(({ name, department, eligible, conditions }) =>
    titled(
      `${name} · ${department ?? UNKNOWN} · ${truth(eligible)}`,
      textTable(
        heads(locale, "holds", "condition"),
        conditions.map(({ holds, text }) => [truth(holds), text]),
      ),
    ),
  );
  return parts(title, ...people, noticesText(view.notices));
}

export function healthText(view: HealthView, locale: Locale): string {
  const title = say(locale, "analysis.health.title", {
    kind: say(locale, `analysis.kind.${view.kind}`),
    from: view.cycles[0] ?? UNKNOWN,
    to: view.cycles.at(-1) ?? UNKNOWN,
    n: view.cycles.length,
  });
  const kpis = view.kpis.map((one) =>
    titled(
      say(locale, "analysis.health.kpi", {
        name: one.kpi.name,
        code: one.kpi.code,
        people: one.people,
        periods: one.periods,
        items: one.items,
      }),
      [
        textTable(
          heads(locale, "check", "n", "figures", "finding"),
          one.checks.map(({ name, n, figures, text }) => [
            name,
            n === null ? UNKNOWN : String(n),
            figuresText(figures, locale),
            text,
          ]),
        ),
        ...one.unusual.map(({ subject, check }) => `· ${subject}: ${check.text}`),
        ...one.cliffs.map(({ text }) => `· ${text}`),
      ].join("\n"),
    ),
  );
  const pairs = textTable(
    heads(locale, "pair", "compared", "n", "rho", "p", "finding"),
    view.pairs.map((pair) => [
      `${pair.a} / ${pair.b}`,
      say(locale, `analysis.compared.${pair.level}`),
      String(pair.n),
      pair.rho === null ? UNKNOWN : pair.rho.toFixed(3),
      pair.p === null ? UNKNOWN : pair.p.toFixed(4),
      pair.text,
    ]),
  );
  const charts = textTable(
    heads(locale, "kpi", "name", "mean", "limits", "finding"),
    view.charts.map(({ kpi, subject, limits, text }) => [
      kpi.name,
      subject,
      limits === null ? UNKNOWN : short(limits.mean),
      limits === null ? UNKNOWN : `${short(limits.lower)} – ${short(limits.upper)}`,
      text,
    ]),
  );
  const weights = view.weights.map(({ name, parts: rows, text }) =>
    titled(
      name,
      text === ""
        ? textTable(
            heads(locale, "kpi", "weight", "real", "n", "finding"),
            rows.map(({ kpi, weight, check }) => [
              kpi,
              weight,
              formatShare(new Decimal(check.figures["real"] ?? 0), locale),
              String(check.n ?? UNKNOWN),
              check.text,
            ]),
          )
        : text,
    ),
  );
  const perspectives = view.perspectives.map(({ name, parts: rows, text }) =>
    titled(
      name,
      [
        textTable(
          heads(locale, "perspective", "share", "score", "finding"),
          rows.map((row) => [
            row.perspective,
            formatShare(number(row.share), locale),
            formatScore(number(row.score), locale),
            row.text,
          ]),
        ),
        text,
      ]
        .filter((one) => one !== "")
        .join("\n"),
    ),
  );
  const section = (key: string, ...texts: readonly string[]) =>
    titled(say(locale, `analysis.section.${key}`), parts(...texts));
  return parts(
    title,
    ...kpis,
    section("pairs", pairs),
    section("charts", charts),
    section("weights", ...weights),
    section("perspectives", ...perspectives),
    section("sets", ...view.sets.map((set) => setText(set, locale))),
    noticesText(view.notices),
  );
}

function short(value: number): string {
  return new Decimal(value).toDecimalPlaces(4).toFixed();
}

/** Figures of checks that are parts of a whole. */
const SHARES = new Set(["share", "lower", "upper", "weight", "real"]);

function figuresText(figures: Readonly<Record<string, number>>, locale: Locale): string {
  return Object.entries(figures)
    .map(([name, value]) => {
      const figure = SHARES.has(name) ? formatShare(new Decimal(value), locale) : short(value);
      return `${say(locale, `analysis.figure.${name}`)} ${figure}`;
    })
    .join(", ");
}
