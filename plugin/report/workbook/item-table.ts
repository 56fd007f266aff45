import { Decimal } from "../../decimal.ts";
import type { Status, WeighedItem } from "../../kpi/model.ts";
import { countedScore } from "../../kpi/weigh.ts";
import type { WorkbookItem } from "./facts.ts";
import { itemWords } from "./item-words.ts";
import { figureFormat, POINTS, SHARE } from "./number-formats.ts";
import type { Desk } from "./desk.ts";
import { isLive, liveScore } from "./live-score.ts";
import { quoted } from "./grid.ts";

const ZERO = new Decimal(0);

/** Items weighed together: those of one section, or those of none; extras stand apart. */
export interface Group {
  readonly key: string | null;
  readonly extra: boolean;
  /** Row of the name; null = a sheet without sections needs none. */
  readonly title: number | null;
  /** Places in the sheet's list, and the row each stands in. */
  readonly lines: readonly { readonly place: number; readonly row: number }[];
  readonly sum: number;
}

export interface Layout {
  readonly groups: readonly Group[];
  /** First row below. */
  readonly next: number;
}

/** Where everything stands, sections in the order of their first items, plus and minus items last. */
export function layOut(items: readonly WorkbookItem[], first: number): Layout {
  const kinds = new Map<string, { key: string | null; extra: boolean; places: number[] }>();
  items.forEach(({ weighed }, place) => {
    const extra = weighed.role === "extra";
    const key = extra ? null : (weighed.section ?? null);
    const id = JSON.stringify([extra, key]);
    const known = kinds.get(id);
    if (known) known.places.push(place);
    else kinds.set(id, { key, extra, places: [place] });
  });
  const ordered = [...kinds.values()].sort((a, b) => Number(a.extra) - Number(b.extra));
  let row = first;
  const groups = ordered.map(({ key, extra, places }): Group => {
    const title = key === null && !extra && ordered.length === 1 ? null : row++;
    const lines = places.map((place) => ({ place, row: row++ }));
    return { key, extra, title, lines, sum: row++ };
  });
  return { groups, next: row };
}

/** The cells of a group's column, e.g. `I5:I8`. */
export function span({ lines }: Group, column: string): string {
  return `${column}${lines[0]?.row ?? 0}:${column}${lines.at(-1)?.row ?? 0}`;
}

/** Write items and the sums of their groups. `whole` is the cell of the whole counted weight. */
export function writeItems(desk: Desk, layout: Layout, whole: string): void {
  for (const group of layout.groups) {
    const name = group.extra ? desk.word("extras") : desk.sectionName(group.key);
    if (group.title !== null) desk.grid.text(`A${group.title}`, name, "group");
    for (const { place, row } of group.lines) {
      const item = desk.sheet.items[place];
      if (!item) continue;
      desk.grid.line(row);
      writeFigures(desk, item, row);
      if (group.extra) writeExtra(desk, item, row, whole);
      else writeWeighing(desk, item, row, group, whole);
      writeEngine(desk, item, row);
    }
    desk.grid.line(group.sum);
    if (group.extra) writeExtraSum(desk, group);
    else writeSum(desk, group, name);
  }
}

function writeFigures(desk: Desk, item: WorkbookItem, row: number): void {
  const { grid } = desk;
  const { score } = item.score;
  const format = (value: Decimal | null) => figureFormat(item.kpi, value);
  const actual = item.actual.status === "OK" ? item.actual.value : null;
  grid.text(`A${row}`, item.kpi.name);
  grid.text(`B${row}`, desk.unit(item.kpi.unit), "status");
  grid.number(`D${row}`, item.target, "input", format(item.target));
  grid.number(`E${row}`, actual, "input", format(null));
  const live = isLive(item);
  const status: Status = live.status;
  grid.text(`F${row}`, desk.status(status), "status");
  const value = score.status === "OK" ? score.value : desk.status(score.status);
  const formula = live.computable ? liveScore(desk, item, row) : null;
  if (formula === null) desk.fact(`G${row}`, value, POINTS);
  else {
    const guarded = `IF(F${row}<>${quoted(desk.status("OK"))},F${row},${formula})`;
    desk.grid.formula(`G${row}`, guarded, value, "formula", POINTS);
  }
  grid.text(`O${row}`, itemWords(desk, item, formula === null), "words");
}

/** The score that counts: the item's own, or what its policy puts in the place of missing data. */
function writeCounted(desk: Desk, item: WorkbookItem, row: number): void {
  const { weighed } = item;
  const stand = standIn();
  const otherwise =
    stand === null ? '""' : `IF(G${row}=${quoted(desk.status("NO_DATA"))},${stand},"")`;
  desk.put(`H${row}`, `IF(ISNUMBER(G${row}),G${row},${otherwise})`, countedScore(weighed), POINTS);

  function standIn(): string | null {
    switch (weighed.missing) {
      case "EXCLUDE":
        return null;
      case "ZERO":
        return "0";
      case "NEUTRAL":
        return "100";
      case "CARRY":
      case "MANUAL":
        return weighed.substitute == null
          ? null
          : desk.input(item, desk.word(`input.${weighed.missing}`), weighed.substitute);
    }
  }
}

function writeWeighing(
  desk: Desk,
  item: WorkbookItem,
  row: number,
  group: Group,
  whole: string,
): void {
  const { weighed } = item;
  const own = desk.contribution(weighed.key);
  const counted = countedScore(weighed) !== null;
  desk.grid.number(`C${row}`, weighed.weight, "input");
  writeCounted(desk, item, row);
  desk.put(`I${row}`, `IF(ISNUMBER(H${row}),C${row},0)`, counted ? weighed.weight : ZERO);
  // Without a weight of its own a section weighs what its items weigh, and falls out of the fraction.
  const share = desk.sectionWeight(group.key)
    ? `IF(N(${whole})*I${group.sum}=0,0,I${row}/SUM(${span(group, "I")})*I${group.sum}/${whole})`
    : `IF(N(${whole})=0,0,I${row}/${whole})`;
  desk.put(`J${row}`, share, own?.share ?? ZERO, SHARE);
  desk.put(
    `K${row}`,
    `IF(AND(ISNUMBER(H${row}),I${group.sum}>0,N(${whole})>0),J${row}*H${row},"")`,
    own?.points ?? null,
    POINTS,
  );
  const { applying, measured } = coverageOf([item]);
  const excused = (["NOT_APPLICABLE", "EXEMPT"] as const).map(
    (status) => `G${row}=${quoted(desk.status(status))}`,
  );
  desk.put(`P${row}`, `IF(OR(${excused.join(",")}),0,C${row})`, applying);
  const otherwise = answers(weighed)
    ? `IF(G${row}=${quoted(desk.status("NO_DATA"))},C${row},0)`
    : "0";
  desk.put(`Q${row}`, `IF(ISNUMBER(G${row}),C${row},${otherwise})`, measured);
}

/** Where missing data is an answer in itself. */
function answers({ missing, substitute }: WeighedItem): boolean {
  return missing === "ZERO" || (missing === "MANUAL" && substitute != null);
}

/** Weight of what applies, and of what of it was measured. */
function coverageOf(items: readonly WorkbookItem[]): { applying: Decimal; measured: Decimal } {
  const sum = (counts: (weighed: WeighedItem) => boolean) =>
    Decimal.sum(0, ...items.map(({ weighed }) => (counts(weighed) ? weighed.weight : ZERO)));
  return {
    applying: sum(({ score }) => score.status !== "NOT_APPLICABLE" && score.status !== "EXEMPT"),
    measured: sum(
      (weighed) =>
        weighed.score.status === "OK" || (weighed.score.status === "NO_DATA" && answers(weighed)),
    ),
  };
}

function writeExtra(desk: Desk, item: WorkbookItem, row: number, whole: string): void {
  writeCounted(desk, item, row);
  desk.put(
    `K${row}`,
    `IF(AND(ISNUMBER(H${row}),N(${whole})>0),ROUND(H${row},10),"")`,
    desk.contribution(item.weighed.key)?.points ?? null,
    POINTS,
  );
}

/** What KPI Loop computed, and how far the formulas are from it. */
function writeEngine(desk: Desk, item: WorkbookItem, row: number): void {
  const { score } = item.score;
  if (score.status === "OK") desk.grid.number(`L${row}`, score.value, "engine", POINTS);
  else desk.grid.text(`L${row}`, desk.status(score.status), "engine");
  const points = desk.contribution(item.weighed.key)?.points ?? null;
  if (points) desk.grid.number(`M${row}`, points, "engine", POINTS);
  const scores = `IF(ISNUMBER(L${row}),ABS(ROUND(N(G${row})-L${row},8)),IF(G${row}=L${row},0,1))`;
  desk.check(row, `MAX(${scores},ABS(ROUND(N(K${row})-N(M${row}),8)))`);
}

function writeSum(desk: Desk, group: Group, name: string): void {
  const { sum: row, key } = group;
  const { grid, sheet } = desk;
  const items = group.lines.flatMap(({ place }) => sheet.items[place] ?? []);
  const total = (part: (item: WorkbookItem) => Decimal) => Decimal.sum(0, ...items.map(part));
  const own = desk.sectionWeight(key);
  const score = sheet.result.sections.find((one) => one.key === key);
  const sumOf = (column: string) => `SUM(${span(group, column)})`;
  grid.text(`A${row}`, desk.word(key === null ? "sum" : "section-sum", { name }), "label");
  const weight = own?.value ?? total(({ weighed }) => weighed.weight);
  desk.put(`C${row}`, own?.ref ?? sumOf("C"), weight, "General", "total");
  const effective = own ? `IF(${sumOf("I")}=0,0,C${row})` : sumOf("I");
  desk.put(`I${row}`, effective, countedWeight(desk, group), "General", "total");
  if (key !== null) {
    const { cap, floor } = desk.sectionBounds(key);
    const mean = `SUMPRODUCT(${span(group, "I")},${span(group, "H")})/${sumOf("I")}`;
    desk.put(`G${row}`, `IF(${sumOf("I")}=0,"",${mean})`, score?.raw ?? null, POINTS, "total");
    const bounded = `MAX(${floor},MIN(${cap},G${row}))`;
    desk.put(`H${row}`, `IF(G${row}="","",${bounded})`, score?.score ?? null, POINTS, "total");
  }
  const given = (part: "share" | "points") =>
    total(({ weighed }) => desk.contribution(weighed.key)?.[part] ?? ZERO);
  desk.put(`J${row}`, sumOf("J"), given("share"), SHARE, "total");
  desk.put(`K${row}`, sumOf("K"), given("points"), POINTS, "total");
  writeCoverage(desk, group, own?.ref ?? null);
}

/** What a group weighs in the total: nothing when nothing in it counts. */
export function countedWeight(desk: Desk, group: Group): Decimal {
  const weights = group.lines.map(({ place }) => {
    const weighed = desk.sheet.items[place]?.weighed;
    return weighed && countedScore(weighed) ? weighed.weight : ZERO;
  });
  const counted = Decimal.sum(0, ...weights);
  return counted.isZero() ? ZERO : (desk.sectionWeight(group.key)?.value ?? counted);
}

/** Weight that applies and weight that was measured, as the section weighs them. */
function writeCoverage(desk: Desk, group: Group, own: string | null): void {
  const { sum: row } = group;
  const items = group.lines.flatMap(({ place }) => desk.sheet.items[place] ?? []);
  const { applying, measured } = coverageOf(items);
  const [p, q] = [`SUM(${span(group, "P")})`, `SUM(${span(group, "Q")})`];
  const whole = applying.isZero() ? ZERO : (desk.sectionWeight(group.key)?.value ?? applying);
  desk.put(`P${row}`, `IF(${p}=0,0,${own ?? p})`, whole);
  desk.put(
    `Q${row}`,
    `IF(${p}=0,0,${q}/${p}*P${row})`,
    applying.isZero() ? ZERO : measured.times(whole).div(applying),
  );
}

function writeExtraSum(desk: Desk, group: Group): void {
  const points = group.lines.map(({ place }) => {
    const item = desk.sheet.items[place];
    return (item && desk.contribution(item.weighed.key)?.points) ?? ZERO;
  });
  desk.grid.text(`A${group.sum}`, desk.word("extra-sum"), "label");
  const sum = `SUM(${span(group, "K")})`;
  desk.put(`K${group.sum}`, sum, Decimal.sum(0, ...points), POINTS, "total");
}
