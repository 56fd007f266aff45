import { z } from "zod";
import { Decimal, decimalText, parseDecimal } from "../../decimal.ts";
import { PluginError } from "../../errors.ts";
import type { Field, FieldType, FieldValue } from "../workspace.ts";
import { Id } from "./envelope.ts";
import type { HuobanFacts } from "./facts.ts";
import type { WallClock } from "./wall-clock.ts";

/** What encoding and decoding need to know beside the field. */
export interface Wire {
  readonly facts: HuobanFacts;
  readonly clock: WallClock;
}

/** Made once: making a schema costs far more than using it, and every row has several ids. */
const AnyObject = z.looseObject({});

/** A value's shape does not fit its field's type: the field was retyped, or our copy of it is old. */
export class ShapeMismatch extends Error {
  override readonly name = "ShapeMismatch";
  readonly field: Field;

  constructor(field: Field) {
    super(`A value does not have the shape of a ${field.type} field`);
    this.field = field;
  }
}

interface Codec {
  /** A wire value that is neither absent nor null. */
  readonly decode: (raw: unknown, field: Field, wire: Wire) => FieldValue;
  /** Never gets null. */
  readonly encode: (value: Exclude<FieldValue, null>, field: Field, wire: Wire) => unknown;
  readonly clear: (facts: HuobanFacts) => unknown;
}

const clearScalar = () => null;
const clearIds = (facts: HuobanFacts) => (facts.emptyIds === "empty-array" ? [] : null);

const text: Codec = { decode: decodeText, encode: encodeText, clear: clearScalar };
const decimal: Codec = { decode: decodeDecimal, encode: encodeDecimal, clear: clearScalar };
const ids = (member: string): Codec => ({
  decode: (raw, field) => decodeIds(raw, field, member),
  encode: encodeIds,
  clear: clearIds,
});

const CODECS: Readonly<Record<FieldType, Codec>> = {
  text,
  textarea: text,
  number: decimal,
  percent: { ...decimal, encode: encodePercent },
  money: decimal,
  date: { decode: decodeDate, encode: encodeDate, clear: clearScalar },
  datetime: { decode: decodeDatetime, encode: encodeDatetime, clear: clearScalar },
  option: ids("id"),
  user: ids("user_id"),
  relation: ids("item_id"),
  checkbox: { decode: decodeCheckbox, encode: encodeCheckbox, clear: clearScalar },
  attachment: ids("file_id"),
  calculation: { ...decimal, encode: refuseComputed },
  auto_number: { ...text, encode: refuseComputed },
  unknown: { decode: decodeUnknown, encode: refuseUnknown, clear: clearScalar },
};

/**
 * A value as the host sent it, in the port's form. Empty in any spelling is null.
 *
 * @throws ShapeMismatch
 */
export function decodeValue(raw: unknown, field: Field, wire: Wire): FieldValue {
  if (raw === undefined || raw === null || raw === "") return null;
  return CODECS[field.type].decode(raw, field, wire);
}

/**
 * A value in the form the host takes.
 *
 * @throws record/unit-ambiguous, record/refused
 * @throws ShapeMismatch when the kind of value is not the field's
 */
export function encodeValue(value: FieldValue, field: Field, wire: Wire): unknown {
  if (field.computed) return refuseComputed(value, field);
  if (value === null || value === "") return CODECS[field.type].clear(wire.facts);
  return CODECS[field.type].encode(value, field, wire);
}

/** What a value written will read as: used to tell whether a write has arrived. */
export function settledValue(value: FieldValue, field: Field, wire: Wire): FieldValue {
  const settled = decodeValue(encodeValue(value, field, wire), field, wire);
  return typeof settled === "string" ? settled.replaceAll("\r\n", "\n").trim() : settled;
}

/** Whether two values of a field mean the same; ids are sets. */
export function sameValue(a: FieldValue, b: FieldValue): boolean {
  if (typeof a === "string" && typeof b === "string") {
    return a.replaceAll("\r\n", "\n").trim() === b.replaceAll("\r\n", "\n").trim();
  }
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) {
    // A text of nothing but blanks may be stored as empty.
    const empty = (value: FieldValue) =>
      value === null || (typeof value === "string" && value.trim() === "");
    return a === b || (empty(a) && empty(b));
  }
  return a.length === b.length && a.every((id) => b.includes(id));
}

/**
 * A JSON number as exact text. Doubles keep 15 decimal digits: more are noise of a binary sum,
 * except in whole numbers, which are exact up to 2^53.
 */
function numberText(raw: number): string {
  if (Number.isSafeInteger(raw)) return decimalText(new Decimal(raw));
  return decimalText(new Decimal(raw).toSignificantDigits(15, Decimal.ROUND_HALF_UP));
}

function decodeText(raw: unknown, field: Field): FieldValue {
  if (typeof raw === "string") return raw;
  if (typeof raw === "number") return numberText(raw);
  throw new ShapeMismatch(field);
}

function encodeText(value: Exclude<FieldValue, null>, field: Field): unknown {
  if (typeof value !== "string") throw new ShapeMismatch(field);
  return value;
}

const Formula = z.looseObject({ value: z.union([z.number(), z.string(), z.null()]) });

function decodeDecimal(raw: unknown, field: Field): FieldValue {
  if (typeof raw === "number") return numberText(raw);
  if (typeof raw === "string") {
    const value = parseDecimal(raw);
    // Text that is no number stays as it is: a calculation may give text, and a row that holds
    // rubbish is shown as such instead of as empty.
    return value === null ? raw : decimalText(value);
  }
  if (typeof raw === "boolean") return String(raw);
  // A calculation that failed: `{value: null, error: n}` (reference, 6.3).
  const formula = Formula.safeParse(raw);
  if (formula.success) return decodeValueOfFormula(formula.data.value, field);
  throw new ShapeMismatch(field);
}

function decodeValueOfFormula(value: number | string | null, field: Field): FieldValue {
  return value === null || value === "" ? null : decodeDecimal(value, field);
}

function readDecimal(value: Exclude<FieldValue, null>, field: Field): Decimal {
  if (typeof value !== "string") throw new ShapeMismatch(field);
  const parsed = parseDecimal(value);
  if (parsed === null) throw refused(field, `"${value}" is not a number`);
  return parsed;
}

function encodeDecimal(value: Exclude<FieldValue, null>, field: Field): unknown {
  return jsonNumber(readDecimal(value, field), field);
}

function encodePercent(value: Exclude<FieldValue, null>, field: Field, wire: Wire): unknown {
  const fraction = readDecimal(value, field);
  if (fraction.abs().greaterThan(wire.facts.percentLimit)) {
    throw new PluginError("record/unit-ambiguous", {
      value: decimalText(fraction),
      field: field.name,
      times: decimalText(fraction.times(100)),
    });
  }
  return jsonNumber(fraction, field);
}

/** The JSON number that reads back as this decimal, rounded half-up to 15 digits if none does. */
function jsonNumber(value: Decimal, field: Field): number {
  const exact = value.toNumber();
  if (!Number.isFinite(exact)) throw refused(field, "the number is too large");
  if (numberText(exact) === decimalText(value)) return exact;
  return value.toSignificantDigits(15, Decimal.ROUND_HALF_UP).toNumber();
}

function decodeDate(raw: unknown, field: Field, { clock }: Wire): FieldValue {
  const day = wallOf(raw, clock)?.slice(0, 10);
  if (day === undefined) throw new ShapeMismatch(field);
  return day;
}

function encodeDate(value: Exclude<FieldValue, null>, field: Field): unknown {
  if (typeof value !== "string") throw new ShapeMismatch(field);
  const isDay =
    /^\d{4}-\d{2}-\d{2}$/.test(value) &&
    new Date(`${value}T00:00:00Z`).toJSON()?.startsWith(value) === true;
  if (!isDay) throw refused(field, `"${value}" is not a day (YYYY-MM-DD)`);
  return value;
}

function decodeDatetime(raw: unknown, field: Field, { clock }: Wire): FieldValue {
  const iso = isoOf(raw, clock);
  if (iso === null) throw new ShapeMismatch(field);
  return iso;
}

function encodeDatetime(value: Exclude<FieldValue, null>, field: Field, wire: Wire): unknown {
  if (typeof value !== "string") throw new ShapeMismatch(field);
  const instant = parseInstant(value);
  if (instant === null) throw refused(field, `"${value}" is not a time with offset`);
  return wire.facts.datetimes === "epoch-ms" ? instant.getTime() : wire.clock.show(instant);
}

/** Wall clock to the second of a time the host sent (wall clock, epoch ms, ISO); null for others. */
export function wallOf(raw: unknown, clock: WallClock): string | null {
  if (typeof raw === "number") {
    const instant = new Date(raw);
    return Number.isNaN(instant.getTime()) ? null : clock.show(instant);
  }
  if (typeof raw !== "string") return null;
  const instant = parseInstant(raw.trim());
  if (instant !== null) return clock.show(instant);
  const match = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2})(:\d{2})?)?/.exec(raw.trim());
  if (match === null) return null;
  const wall = `${match[1]} ${match[2] ?? "00:00"}${match[3] ?? ":00"}`;
  return clock.iso(wall) === null ? null : wall;
}

/** ISO text with offset of a time the host sent; null for what is not a time. */
export function isoOf(raw: unknown, clock: WallClock): string | null {
  const wall = wallOf(raw, clock);
  return wall === null ? null : clock.iso(wall);
}

/** An ISO time that says its offset. */
export function parseInstant(text: string): Date | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(text))
    return null;
  const instant = new Date(text);
  return Number.isNaN(instant.getTime()) ? null : instant;
}

function decodeIds(raw: unknown, field: Field, member: string): FieldValue {
  // One relation may come as the bare object (reference, 6.3).
  const entries: readonly unknown[] = Array.isArray(raw) ? raw : [raw];
  const found = entries.map((entry) => {
    const plain = Id.safeParse(entry);
    if (plain.success) return plain.data;
    const object = AnyObject.safeParse(entry);
    const id = Id.safeParse(object.data?.[member] ?? object.data?.["id"]);
    if (!id.success) throw new ShapeMismatch(field);
    return id.data;
  });
  return found.length === 0 ? null : [...new Set(found)];
}

function encodeIds(value: Exclude<FieldValue, null>, field: Field, { facts }: Wire): unknown {
  if (typeof value === "string" || typeof value === "boolean") throw new ShapeMismatch(field);
  if (value.length === 0) return clearIds(facts);
  if (value.length > 1 && !field.multiple && field.type !== "attachment") {
    throw refused(field, `it holds one value, not ${value.length}`);
  }
  return value;
}

function decodeCheckbox(raw: unknown, field: Field): FieldValue {
  if (raw === true || raw === 1 || raw === "1" || raw === "true") return true;
  if (raw === false || raw === 0 || raw === "0" || raw === "false") return false;
  throw new ShapeMismatch(field);
}

function encodeCheckbox(value: Exclude<FieldValue, null>, field: Field, { facts }: Wire): unknown {
  if (typeof value !== "boolean") throw new ShapeMismatch(field);
  return facts.checkboxes === "boolean" ? value : Number(value);
}

function decodeUnknown(raw: unknown): FieldValue {
  return typeof raw === "string" ? raw : JSON.stringify(raw);
}

function refuseComputed(_value: FieldValue, field: Field): never {
  throw refused(field, "the workspace computes it");
}

function refuseUnknown(_value: FieldValue, field: Field): never {
  throw refused(field, "it is of a type we cannot write");
}

function refused(field: Field, why: string): PluginError {
  return new PluginError("record/refused", { reason: `${field.name}: ${why}`, field: field.id });
}
