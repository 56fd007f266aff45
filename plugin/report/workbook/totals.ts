import { Decimal } from "../../decimal.ts";
import type { SheetStep, VetoEffect, WeighedItem } from "../../kpi/model.ts";
import type { Desk } from "./desk.ts";
import { placeFormula } from "./grade-tables.ts";
import type { FormulaValue } from "./grid.ts";
import { countedWeight, type Group, type Layout } from "./item-table.ts";
import { POINTS, SHARE } from "./number-formats.ts";

const ZERO = new Decimal(0);

/** Where the results of a sheet stand, for its head and for the summary. */
export interface ResultCells {
  readonly displayed: string;
  readonly grade: string | null;
  readonly coverage: string;
  readonly state: string;
  /** Last row in use. */
  readonly last: number;
}

/** The cell of the whole counted weight, which the items above refer to. */
export function wholeWeightCell(layout: Layout): string {
  return `I${layout.next + 2}`;
}

/** The way from the weighted scores to the grade, one row for each step of the specification 3.0. */
export function writeTotals(desk: Desk, layout: Layout): ResultCells {
  return new Totals(desk, layout).write();
}

class Totals {
  private readonly desk: Desk;
  private readonly layout: Layout;
  private readonly weighed: readonly Group[];
  private readonly extras: Group | null;
  /** Rows of the sections' bounds, by section. */
  private readonly limitRows = new Map<string, number>();
  private row: number;
  /** The total so far, as a cell and as the engine has it. */
  private cell = "";
  private value: Decimal | null = null;

  constructor(desk: Desk, layout: Layout) {
    this.desk = desk;
    this.layout = layout;
    this.weighed = layout.groups.filter(({ extra }) => !extra);
    this.extras = layout.groups.find(({ extra }) => extra) ?? null;
    this.row = layout.next + 1;
  }

  write(): ResultCells {
    const { desk } = this;
    desk.grid.text(`A${this.row++}`, desk.word("totals"), "group");
    this.weightedPoints();
    this.sectionLimits();
    this.lostSections();
    this.extraPoints();
    this.totalLimit();
    this.composite();
    this.segments();
    this.vetoes();
    return this.results();
  }

  /** One more step: a label, the total behind it, and the difference to what the engine has. */
  private step(label: string, formula: string, value: Decimal | null): number {
    const row = this.row++;
    this.desk.grid.text(`A${row}`, label);
    this.desk.put(`K${row}`, formula, value, POINTS);
    this.desk.checkTotal(row, value);
    this.cell = `K${row}`;
    this.value = value;
    return row;
  }

  /** The same behind a total that may be empty. */
  private change(label: string, formula: string, steps: readonly SheetStep[]): number {
    const before = this.cell;
    const changed = steps.reduce(
      (sum, { before: from, after }) => sum.plus(after.minus(from)),
      this.value ?? ZERO,
    );
    return this.step(label, `IF(${before}="","",${formula})`, this.value && changed);
  }

  private stepsOf(code: SheetStep["code"], detail?: readonly [string, string]): SheetStep[] {
    const { steps } = this.desk.sheet.result;
    return steps.filter(
      (step) => step.code === code && (!detail || step.details[detail[0]] === detail[1]),
    );
  }

  private pointsOf(extra: boolean): Decimal {
    const { items } = this.desk.sheet;
    const points = items
      .filter(({ weighed }) => (weighed.role === "extra") === extra)
      .map(({ weighed }) => this.desk.contribution(weighed.key)?.points ?? ZERO);
    return Decimal.sum(0, ...points);
  }

  private weightedPoints(): void {
    const { desk } = this;
    const sums = (column: string) => this.weighed.map(({ sum }) => `${column}${sum}`).join("+");
    const [weights, points] = [sums("I"), sums("K")];
    const counted = this.weighed.map((group) => countedWeight(desk, group));
    const row = this.row;
    const whole = Decimal.sum(0, ...counted);
    const value = whole.isZero() ? null : desk.sheet.result.total && this.pointsOf(false);
    this.step(
      desk.word("step.weighted"),
      `IF(I${row}=0,"",ROUND(${points === "" ? "0" : points},10))`,
      value,
    );
    desk.put(`I${row}`, weights === "" ? "0" : weights, whole);
  }

  /** The bounds of the sections change the unrounded points, one section after the other. */
  private sectionLimits(): void {
    const { desk } = this;
    const whole = wholeWeightCell(this.layout);
    let points = this.weighed.map(({ sum }) => `K${sum}`).join("+");
    for (const group of this.weighed) {
      const rule = group.key === null ? null : desk.sheet.rules.sections?.get(group.key);
      if (group.key === null || !rule || (!rule.cap && !rule.floor)) continue;
      const { sum } = group;
      const steps = this.stepsOf("section_limit", ["section", group.key]);
      const row = this.row;
      const taken = steps.reduce((all, { before, after }) => all.plus(before.minus(after)), ZERO);
      const formula = `IF(N(${whole})*I${sum}=0,0,(G${sum}-H${sum})*I${sum}/${whole})`;
      desk.put(`H${row}`, formula, taken, POINTS);
      points += `-H${row}`;
      const label = desk.word("step.section", { name: desk.sectionName(group.key) });
      this.change(label, `ROUND(${points},10)`, steps);
      this.limitRows.set(group.key, row);
    }
  }

  private extraPoints(): void {
    const { desk, extras } = this;
    const { extra } = desk.sheet.rules;
    if (!extras && !extra?.cap && !extra?.floor) return;
    const { cap, floor } = desk.bounds("extra");
    const points = extras ? `K${extras.sum}` : "0";
    const before = this.value;
    // The engine counts them from the start; here they come where the reader expects them.
    this.value = before && before.plus(this.pointsOf(true));
    const bounded = `MAX(${floor},MIN(${cap},${points}))`;
    this.change(
      desk.word("step.extra"),
      `ROUND(${this.cell}+${bounded},10)`,
      this.stepsOf("extra_limit"),
    );
  }

  private totalLimit(): void {
    const { desk } = this;
    const { total } = desk.sheet.rules;
    if (!total?.cap && !total?.floor) return;
    const { cap, floor } = desk.bounds("total");
    this.change(
      desk.word("step.total"),
      `ROUND(MAX(${floor},MIN(${cap},${this.cell})),10)`,
      this.stepsOf("total_limit"),
    );
  }

  private composite(): void {
    const { desk } = this;
    const { composite } = desk.sheet.rules;
    if (!composite) return;
    const own = this.cell;
    const individual = this.row++;
    desk.grid.text(`A${individual}`, desk.word("level.individual"));
    desk.grid.number(`C${individual}`, composite.weights.individual, "input");
    desk.put(`H${individual}`, own, this.value, POINTS);
    const levels = (["department", "company"] as const)
      .filter((level) => !composite.weights[level].isZero())
      .map((level) => {
        const row = this.row++;
        desk.grid.text(`A${row}`, desk.word(`level.${level}`));
        desk.grid.number(`C${row}`, composite.weights[level], "input");
        desk.grid.number(`H${row}`, composite[level], "input", POINTS);
        return row;
      });
    const known = levels.map((row) => `ISNUMBER(H${row})`);
    const formula =
      composite.mode === "additive"
        ? `(C${individual}*${own}${levels.map((row) => `+C${row}*N(H${row})`).join("")})/(C${individual}${levels.map((row) => `+IF(ISNUMBER(H${row}),C${row},0)`).join("")})`
        : `${own}${levels.map((row) => `*IF(ISNUMBER(H${row}),H${row}/100,1)`).join("")}`;
    this.change(
      desk.word(`step.composite.${composite.mode}`),
      known.length === 0 ? own : `IF(OR(${known.join(",")}),ROUND(${formula},10),${own})`,
      this.stepsOf("composite"),
    );
  }

  /** The other parts of a cycle with a transfer, by their days. */
  private segments(): void {
    const { desk } = this;
    const { segments } = desk.sheet.rules;
    if (!segments) return;
    const own = this.cell;
    const part = (label: string, days: number) => {
      const row = this.row++;
      desk.grid.text(`A${row}`, label);
      desk.grid.number(`C${row}`, new Decimal(days), "input");
      return row;
    };
    const rows = segments.others.map(({ key, days, total }) => {
      const row = part(desk.word("segment.other", { segment: key }), days);
      desk.grid.number(`H${row}`, total, "input", POINTS);
      return row;
    });
    const last = part(desk.word("segment.own"), segments.days);
    desk.put(`H${last}`, own, this.value, POINTS);
    const cells = [...rows, last];
    const points = cells.map((row) => `C${row}*N(H${row})`).join("+");
    const days = cells.map((row) => `IF(ISNUMBER(H${row}),C${row},0)`).join("+");
    // Without an own total the step begins at nothing, and the other parts alone make the total.
    if (this.value === null && desk.sheet.result.total !== null) this.value = ZERO;
    const changed = this.stepsOf("segments").reduce(
      (sum, { before, after }) => sum.plus(after.minus(before)),
      this.value ?? ZERO,
    );
    this.step(
      desk.word("step.segments"),
      `IF(${days}=0,"",ROUND((${points})/(${days}),10))`,
      this.value && changed,
    );
  }

  /** Items whose veto works in this way, in the order of their keys. */
  private vetoesOf(mode: VetoEffect["mode"]): readonly WeighedItem[] {
    return this.desk.sheet.items
      .map(({ weighed }) => weighed)
      .filter(({ veto }) => veto?.mode === mode)
      .sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  /** A section is lost once, however many vetoes fall in it. */
  private lostSections(): void {
    const lost = new Set<string | null>();
    for (const item of this.vetoesOf("ZERO_SECTION")) {
      const section = item.section ?? null;
      const group = this.weighed.find(({ key }) => key === section);
      if (!group || lost.has(section)) continue;
      lost.add(section);
      const limit = section === null ? undefined : this.limitRows.get(section);
      const points = limit === undefined ? `K${group.sum}` : `(K${group.sum}-H${limit})`;
      this.veto(item, "ZERO_SECTION", `ROUND(${this.cell}-${points},10)`);
    }
  }

  private vetoes(): void {
    for (const item of this.vetoesOf("MULTIPLY")) {
      if (item.veto?.mode !== "MULTIPLY") continue;
      this.desk.grid.number(`D${this.row}`, item.veto.factor, "input");
      this.veto(item, "MULTIPLY", `ROUND(${this.cell}*D${this.row},10)`);
    }
    for (const item of this.vetoesOf("ZERO_TOTAL")) this.veto(item, "ZERO_TOTAL", "0");
  }

  private veto({ key }: WeighedItem, mode: VetoEffect["mode"], after: string): void {
    const { desk } = this;
    const item = desk.sheet.items.find(({ weighed }) => weighed.key === key);
    const label = desk.word(`step.veto.${mode}`, { name: item?.kpi.name ?? key });
    this.toggle(this.row);
    this.change(
      label,
      `IF(C${this.row}=0,${this.cell},${after})`,
      this.stepsOf("veto", ["item", key]),
    );
  }

  /** 1 = the veto has fallen. */
  private toggle(row: number): void {
    this.desk.grid.number(`C${row}`, new Decimal(1), "input", "0");
  }

  private results(): ResultCells {
    const { desk } = this;
    const { result } = desk.sheet;
    const { decimals, minCoverage } = desk.around.grades;
    const exact = this.cell;
    const displayed = this.result(
      desk.word("total"),
      `IF(${exact}="","",ROUND(${exact},${decimals}))`,
      result.displayed,
      POINTS,
    );
    const sum = (column: string) => this.weighed.map((group) => `${column}${group.sum}`).join("+");
    const coverage = this.result(
      desk.word("coverage"),
      this.weighed.length === 0 ? "0" : `IF(${sum("P")}=0,0,(${sum("Q")})/(${sum("P")}))`,
      result.coverage,
      SHARE,
    );
    const state = (one: string) => `"${desk.word(`state.${one}`)}"`;
    const stateCell = this.result(
      desk.word("state"),
      `IF(${displayed}="",${state("empty")},IF(ROUND(${coverage},12)<${minCoverage},${state("provisional")},${state("final")}))`,
      desk.word(`state.${result.state}`),
    );
    const grade = this.grade({ exact, displayed, stateCell, final: state("final") });
    return { displayed, coverage, state: stateCell, grade, last: this.row - 1 };
  }

  private result(label: string, formula: string, value: FormulaValue, format?: string): string {
    const row = this.row++;
    this.desk.grid.text(`A${row}`, label, "label");
    this.desk.put(`K${row}`, formula, value, format, "total");
    this.desk.checkTotal(row, value, format);
    return `K${row}`;
  }

  private grade(cells: {
    readonly exact: string;
    readonly displayed: string;
    readonly stateCell: string;
    readonly final: string;
  }): string | null {
    const { desk } = this;
    const { bands } = desk.around.grades;
    if (!bands) return null;
    const held = this.heldPlaces(bands);
    const place = placeFormula(bands, { total: cells.exact, displayed: cells.displayed });
    const worst = held.length === 0 ? place : `MAX(${[...held, place].join(",")})`;
    return this.result(
      desk.word("grade"),
      `IF(${cells.stateCell}<>${cells.final},"",INDEX(${bands.grades},${worst}))`,
      desk.sheet.result.grade,
    );
  }

  /** What holds a grade back: key KPIs below their line, and vetoes; 0 = nothing. */
  private heldPlaces({
    grades,
    scheme,
  }: NonNullable<Desk["around"]["grades"]["bands"]>): readonly string[] {
    const { desk } = this;
    const { keyGrade } = desk.sheet.rules;
    const placeOf = (grade: string) =>
      new Decimal(scheme.bands.findIndex((band) => band.grade === grade) + 1);
    const rows: string[] = [];
    const hold = (label: string, grade: string, when: (row: number) => string, holds: boolean) => {
      const row = this.row++;
      desk.grid.text(`A${row}`, label);
      desk.grid.text(`D${row}`, grade, "input");
      const place = `IF(${when(row)},IFERROR(MATCH(D${row},${grades},0),0),0)`;
      desk.put(`K${row}`, place, holds ? placeOf(grade) : ZERO, "0");
      rows.push(`K${row}`);
    };
    for (const { lines } of this.layout.groups) {
      for (const { place, row: itemRow } of lines) {
        const item = desk.sheet.items[place];
        if (!item) continue;
        const { keyLine, veto, score } = item.weighed;
        const name = item.kpi.name;
        if (keyLine && keyGrade != null) {
          const below = (row: number) => {
            desk.grid.number(`C${row}`, keyLine, "input");
            return `AND(ISNUMBER(G${itemRow}),ROUND(N(G${itemRow}),10)<C${row})`;
          };
          const holds = score.status === "OK" && score.value.lessThan(keyLine);
          hold(desk.word("held.key", { name }), keyGrade, below, holds);
        }
        if (veto?.mode === "CAP_GRADE") {
          const fallen = (row: number) => {
            this.toggle(row);
            return `C${row}<>0`;
          };
          hold(desk.word("held.veto", { name }), veto.grade, fallen, true);
        }
      }
    }
    return rows;
  }
}
