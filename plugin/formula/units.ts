import { Decimal } from "../decimal.ts";
import { LOCALES, say } from "../words/words.ts";

/**
 * What a figure is measured in: each dimension with its exponent, none of them 0.
 *
 * `money:CNY` / `count` is a price per piece; a rate has no dimension at all. Currencies are
 * dimensions of their own: nothing here converts between them.
 */
export type Unit = ReadonlyMap<string, number>;

/** The unit of rates and ratios. */
export const DIMENSIONLESS: Unit = new Map();

/** A unit as people write it, and how to come from there to the base unit of its dimension. */
export interface ReadUnit {
  /**
   * `ratio` (base 1), `money:CNY` … (base: one of it), `time` (base: second), `workday`, `month`,
   * `count`, `score`; compound as `money:CNY/count`.
   */
  readonly dimension: string;
  /** Figure × factor = figure in the base unit. */
  readonly factor: Decimal;
  /** Percentages only: 85 % is written 0.85 (`fraction`) or 85 (`points`). */
  readonly percentForm?: "fraction" | "points";
}

const RATIO = "ratio";
const LONGEST_UNIT = 60;

/**
 * Every way to write a unit, by dimension and factor. The words stand under `units.<key>` in
 * `words/`, separated by blanks, in lower case without blanks of their own.
 */
const SIMPLE_UNITS: readonly (readonly [dimension: string, factor: string, key: string])[] = [
  ["money:CNY", "1", "cny"],
  ["money:USD", "1", "usd"],
  ["money:EUR", "1", "eur"],
  ["money:GBP", "1", "gbp"],
  ["money:JPY", "1", "jpy"],
  ["money:HKD", "1", "hkd"],
  ["money:TWD", "1", "twd"],
  ["money:SGD", "1", "sgd"],
  ["money:KRW", "1", "krw"],
  ["money:AUD", "1", "aud"],
  ["money:CAD", "1", "cad"],
  ["money:CHF", "1", "chf"],
  ["time", "0.001", "millisecond"],
  ["time", "1", "second"],
  ["time", "60", "minute"],
  ["time", "3600", "hour"],
  ["time", "86400", "day"],
  ["time", "604800", "week"],
  ["workday", "1", "workday"],
  ["month", "1", "month"],
  ["month", "3", "quarter"],
  ["month", "12", "year"],
  ["score", "1", "score"],
  ["count", "1", "count"],
  [RATIO, "1", "ratio"],
];
const PERCENTAGES: readonly (readonly [
  form: "fraction" | "points",
  factor: string,
  key: string,
])[] = [
  ["fraction", "1", "fraction"],
  ["points", "0.01", "percent-point"],
  ["points", "0.001", "permille"],
  ["points", "0.0001", "basis-point"],
];

const SIMPLE: ReadonlyMap<string, ReadUnit> = new Map<string, ReadUnit>([
  ...SIMPLE_UNITS.flatMap(([dimension, factor, key]) =>
    spellings(key).map((word) => [word, { dimension, factor: new Decimal(factor) }] as const),
  ),
  ...PERCENTAGES.flatMap(([percentForm, factor, key]) =>
    spellings(key).map(
      (word) => [word, { dimension: RATIO, factor: new Decimal(factor), percentForm }] as const,
    ),
  ),
]);

/** Multiples that stand before money and counts: ten thousand yuan, k USD. */
const MULTIPLES: ReadonlyMap<string, Decimal> = new Map(
  [2, 3, 4, 5, 6, 7, 8, 9].flatMap((zeros) =>
    spellings(`multiple.${zeros}`).map((word) => [word, new Decimal(10).pow(zeros)] as const),
  ),
);
const PER: readonly string[] = spellings("per");

function spellings(key: string): readonly string[] {
  return LOCALES.flatMap((locale) => say(locale, `units.${key}`).split(" ")).map(bare);
}

/** Case, width, blanks and abbreviation dots make no difference. */
function bare(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\s().]/g, "");
}

/**
 * Understand a unit as people write it, in Chinese or English: `万元`, `%`, `pp`, `minutes`, `元/单`.
 *
 * Case, width and blanks do not matter. A percentage is a fraction unless points are named. `¥` is
 * the renminbi, `分` a score (minutes are `分钟`), `月` a unit of its own, as months differ in length.
 *
 * @returns `null` for a text that is no known unit, or could be several
 */
export function readUnit(text: string): ReadUnit | null {
  if (text.length > LONGEST_UNIT) return null;
  const written = bare(text);
  const whole = simpleUnit(written);
  if (whole) return whole;
  for (const sign of PER) {
    const at = written.indexOf(sign, 1);
    if (at < 0) continue;
    const [over, under] = [
      simpleUnit(written.slice(0, at)),
      simpleUnit(written.slice(at + sign.length)),
    ];
    if (over === null || under === null) continue;
    return {
      dimension: dimensionText(overUnits(unitOf(over.dimension), unitOf(under.dimension))),
      factor: over.factor.div(under.factor),
    };
  }
  return null;
}

function simpleUnit(word: string): ReadUnit | null {
  const simple = SIMPLE.get(word);
  if (simple) return simple;
  for (const [multiple, factor] of MULTIPLES) {
    if (!word.startsWith(multiple)) continue;
    const base = SIMPLE.get(word.slice(multiple.length));
    if (base === undefined || base.percentForm) continue;
    // Only money and pieces are counted in thousands; "k s" or "100 h" is a slip of the pen.
    if (base.dimension === "count" || base.dimension.startsWith("money:"))
      return { dimension: base.dimension, factor };
  }
  return null;
}

/** A unit from the dimension of {@link readUnit}; `ratio` has none. */
export function unitOf(dimension: string): Unit {
  const unit = new Map<string, number>();
  dimension.split("/").forEach((side, index) => {
    for (const factor of side.split("*")) {
      const [name = "", exponent = "1"] = factor.split("^");
      if (name === "" || name === RATIO || name === "1") continue;
      const signed = index === 0 ? Number(exponent) : -Number(exponent);
      unit.set(name, (unit.get(name) ?? 0) + signed);
    }
  });
  return withoutZeros(unit);
}

/** The inverse of {@link unitOf}: `money:CNY/count`, `time^2`, `ratio`. */
export function dimensionText(unit: Unit): string {
  const side = (sign: number) =>
    [...unit]
      .filter(([, exponent]) => Math.sign(exponent) === sign)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, exponent]) =>
        Math.abs(exponent) === 1 ? name : `${name}^${Math.abs(exponent)}`,
      )
      .join("*");
  const [over, under] = [side(1), side(-1)];
  if (under === "") return over === "" ? RATIO : over;
  return `${over === "" ? "1" : over}/${under}`;
}

export function sameUnit(a: Unit, b: Unit): boolean {
  return a.size === b.size && [...a].every(([name, exponent]) => b.get(name) === exponent);
}

/** The unit of a product. */
export function timesUnits(a: Unit, b: Unit): Unit {
  const product = new Map(a);
  for (const [name, exponent] of b) product.set(name, (product.get(name) ?? 0) + exponent);
  return withoutZeros(product);
}

/** The unit of a quotient. */
export function overUnits(a: Unit, b: Unit): Unit {
  return timesUnits(a, powerUnit(b, -1) ?? DIMENSIONLESS);
}

/** The unit of a power or (exponent 0.5) a root; `null` where an exponent would be no whole number. */
export function powerUnit(unit: Unit, exponent: number): Unit | null {
  const power = new Map([...unit].map(([name, own]) => [name, own * exponent] as const));
  return [...power.values()].every(Number.isInteger) ? withoutZeros(power) : null;
}

function withoutZeros(unit: Map<string, number>): Unit {
  for (const [name, exponent] of unit) if (exponent === 0) unit.delete(name);
  return unit;
}
