import { Decimal } from "../decimal.ts";
import type { Value } from "./value.ts";

/**
 * A number of a few digits as a fraction of whole numbers: over ÷ (under × 10^places), exactly.
 *
 * Plain numbers are exact up to 2^53, and many times faster than decimals. Whatever would leave that
 * range is `null` here and goes on in decimals; the result is the same to the last trusted digit.
 */
export class Fraction {
  readonly kind = "number";
  readonly over: number;
  /** From 1 on. */
  readonly under: number;
  readonly places: number;
  private written: Decimal | null;

  constructor(over: number, under: number, places: number, written: Decimal | null = null) {
    this.over = over;
    this.under = under;
    this.places = places;
    this.written = written;
  }

  /** As a decimal, worked out when first asked for. */
  get value(): Decimal {
    this.written ??= this.asDecimal();
    return this.written;
  }

  private asDecimal(): Decimal {
    const { over, under, places } = this;
    const by = under * ten(places);
    if (over !== 0 && by <= MOST_DIVISOR) return divided(over, by);
    return new Decimal(over).div(`${under}e${places}`);
  }
}

type Figure = Extract<Value, { readonly kind: "number" }>;

const MOST = Number.MAX_SAFE_INTEGER;
const MOST_PLACES = 15;
const POWERS = Array.from({ length: MOST_PLACES + 1 }, (_none, power) => 10 ** power);
/** Decimals keep seven digits to a word; three words may still be a safe number. */
const WORD_DIGITS = 7;
const WORD = 10 ** WORD_DIGITS;
const MOST_WORDS = 3;
/** A remainder times a word stays safe up to here. */
const MOST_DIVISOR = Math.floor(MOST / WORD);
/** Words of a division that does not end: more digits than are trusted. */
const DIVISION_WORDS = 9;

/** 10^power, or infinity where that is more than is worked with: then nothing is safe any more. */
function ten(power: number): number {
  return POWERS[power] ?? Infinity;
}

/** A product or sum of safe numbers is either safe and exact, or it is not safe. */
function isSafe(value: number): boolean {
  return value <= MOST && value >= -MOST;
}

function made(over: number, under: number, places: number): Fraction | null {
  if (!isSafe(over) || !isSafe(under) || places > MOST_PLACES) return null;
  // Exact divisions must not drag their divisor along; -0 is 0.
  return under !== 1 && over % under === 0
    ? new Fraction(over / under + 0, 1, places)
    : new Fraction(over + 0, under, places);
}

/** The number as a fraction; null when it has too many digits. */
export function fractionOf(figure: Figure): Fraction | null {
  return figure instanceof Fraction ? figure : read(figure.value);
}

function read(value: Decimal): Fraction | null {
  if (!value.isFinite()) return null;
  const { d: words, e: exponent, s: sign } = value;
  const { length } = words;
  if (length > MOST_WORDS) return null;
  let last = words[length - 1] ?? 0;
  let unused = 0;
  while (last !== 0 && last % 10 === 0) {
    last /= 10;
    unused += 1;
  }
  let over = 0;
  for (let at = 0; at < length - 1; at += 1) over = over * WORD + (words[at] ?? 0);
  over = over * ten(WORD_DIGITS - unused) + last;
  const power = WORD_DIGITS * (Math.floor(exponent / WORD_DIGITS) - length + 1) + unused;
  if (power > 0) over *= ten(power);
  const places = power < 0 ? -power : 0;
  if (!isSafe(over) || places > MOST_PLACES) return null;
  return new Fraction(sign < 0 ? 0 - over : over, 1, places, value);
}

/** Both over one power of ten; null where that is not safe. */
function aligned(a: Fraction, b: Fraction): readonly [x: number, y: number, places: number] | null {
  if (a.places === b.places) return [a.over, b.over, a.places];
  const places = Math.max(a.places, b.places);
  const [x, y] = [a.over * ten(places - a.places), b.over * ten(places - b.places)];
  return isSafe(x) && isSafe(y) ? [x, y, places] : null;
}

export function plus(a: Fraction, b: Fraction, sign: 1 | -1 = 1): Fraction | null {
  const over = aligned(a, b);
  if (over === null) return null;
  const [x, y, places] = over;
  if (a.under === b.under) return made(x + sign * y, a.under, places);
  const [left, right] = [x * b.under, y * a.under];
  // Checked before they are added: two large ones may cancel out and hide what was lost.
  if (!isSafe(left) || !isSafe(right)) return null;
  return made(left + sign * right, a.under * b.under, places);
}

export function times(a: Fraction, b: Fraction): Fraction | null {
  return made(a.over * b.over, a.under * b.under, a.places + b.places);
}

/** @param b  not 0 */
export function dividedBy(a: Fraction, b: Fraction): Fraction | null {
  const places = a.places - b.places;
  const over = a.over * b.under;
  const under = a.under * b.over;
  if (!isSafe(over)) return null;
  const raised = places < 0 ? over * ten(-places) : over;
  return under < 0
    ? made(-raised, -under, Math.max(0, places))
    : made(raised, under, Math.max(0, places));
}

/**
 * over ÷ by as a decimal, by long division word by word: cut off where no digit is trusted any more.
 *
 * Sets the parts that decimals are made of (sign, exponent, words), since reading a text or dividing
 * decimals takes ten times as long.
 */
function divided(over: number, by: number): Decimal {
  let rest = Math.abs(over) % by;
  const words: number[] = [];
  for (let whole = (Math.abs(over) - rest) / by; whole > 0; whole = Math.floor(whole / WORD))
    words.unshift(whole % WORD);
  let wholeWords = words.length;
  while (rest > 0 && words.length < DIVISION_WORDS) {
    rest *= WORD;
    const left = rest % by;
    const word = (rest - left) / by;
    rest = left;
    if (word === 0 && words.length === 0) wholeWords -= 1;
    else words.push(word);
  }
  while (words.at(-1) === 0) words.pop();
  const first = words[0] ?? 0;
  let e = WORD_DIGITS * (wholeWords - 1);
  while (first >= ten(e - WORD_DIGITS * (wholeWords - 1) + 1)) e += 1;
  return Object.assign(new Decimal(1), { s: over < 0 ? -1 : 1, e, d: words });
}

/** Below 0, 0 or above 0; null where it is not safe to say. */
export function order(a: Fraction, b: Fraction): number | null {
  const over = aligned(a, b);
  if (over === null) return null;
  const [x, y] = [over[0] * b.under, over[1] * a.under];
  return isSafe(x) && isSafe(y) ? x - y : null;
}

/** Rounded to so many places; `mode` as `Decimal` numbers it: up 0, down 1, half up 4. */
export function rounded(a: Fraction, places: number, mode: 0 | 1 | 4): Fraction | null {
  if (a.under === 1 && a.places <= places) return a;
  const over = a.over * ten(Math.max(0, places - a.places));
  const under = a.under * ten(Math.max(0, a.places - places));
  if (!isSafe(over) || !isSafe(under)) return null;
  const rest = Math.abs(over % under);
  const whole = (over - (over % under)) / under;
  const away = mode === 0 ? rest > 0 : mode === 4 && 2 * rest >= under;
  return made(away ? whole + (over < 0 ? -1 : 1) : whole, 1, places);
}
