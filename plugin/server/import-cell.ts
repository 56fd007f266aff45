import { Decimal, decimalText, parseDecimal } from "../decimal.ts";
import { LOCALES, say } from "../words/words.ts";
import type { Field, FieldValue, Member } from "../workspace/workspace.ts";

/** What the cells of a file are checked against. */
export interface ImportContext {
  readonly members: readonly Member[];
  /** Ids of the records of a table whose title or code is this text. */
  readonly lookup: (table: string, text: string) => readonly string[];
  /** IANA name; times without offset are read in it. */
  readonly timeZone: string;
}

export type ReadCell =
  | { readonly ok: true; readonly value: FieldValue }
  | {
      readonly ok: false;
      readonly code: string;
      readonly details: Readonly<Record<string, string>>;
    };

/** Above this a fraction is more likely a number of percent points (spec 3.1). */
const LARGEST_FRACTION = new Decimal("1.5");
const SPREADSHEET_ERROR = /^#(N\/A|REF!|DIV\/0!|VALUE!|NAME\?|NUM!|NULL!|SPILL!|CALC!)$/;

/**
 * Read one cell for a field, strictly: what could mean two things is refused with a code of the
 * `import.<code>` sentences.
 *
 * @returns the value in the port's form, `null` for an empty cell
 */
export function readCell(text: string, field: Field, context: ImportContext): ReadCell {
  const trimmed = text.trim();
  if (trimmed === "") return value(null);
  if (SPREADSHEET_ERROR.test(trimmed)) return refuse("spreadsheet-error", { value: trimmed });
  switch (field.type) {
    case "text":
      return value(trimmed);
    case "textarea":
      return value(text.replace(/\r\n?/g, "\n"));
    case "number":
      return readNumber(trimmed, trimmed);
    case "money":
      return readNumber(withoutCurrency(trimmed), trimmed);
    case "percent":
      return readPercent(trimmed);
    case "date":
      return readDate(trimmed);
    case "datetime":
      return readInstant(trimmed, context.timeZone);
    case "option":
      return readOptions(trimmed, field);
    case "user":
      return readUsers(trimmed, field, context.members);
    case "relation":
      return readRelation(trimmed, field, context);
    case "checkbox":
      return readCheckbox(trimmed);
    case "attachment":
    case "calculation":
    case "auto_number":
    case "unknown":
      return refuse("unsupported-field", { field: field.name });
  }
}

function value(read: FieldValue): ReadCell {
  return { ok: true, value: read };
}

function refuse(code: string, details: Readonly<Record<string, string>>): ReadCell {
  return { ok: false, code, details };
}

// -------------------------------------------------------------------- numbers

/** "1234.5", "1,234.50", also in full width; anything else is no number. */
function parseWritten(text: string): Decimal | null {
  const plain = text.normalize("NFKC");
  if (/^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$/.test(plain)) return parseDecimal(plain.replaceAll(",", ""));
  return parseDecimal(plain);
}

function readNumber(text: string, written: string): ReadCell {
  const number = parseWritten(text);
  return number === null ? refuse("not-a-number", { value: written }) : value(decimalText(number));
}

function withoutCurrency(text: string): string {
  return text
    .normalize("NFKC")
    .replace(/^([+-]?)\s*(?:CNY|RMB|USD|EUR|GBP|[\u00A5$\u20AC\u00A3])\s*/i, "$1")
    .replace(/\s*(?:\u5143|CNY|RMB|USD|EUR|GBP)$/i, "");
}

function readPercent(text: string): ReadCell {
  const signed = /^(.*?)\s*%$/s.exec(text.normalize("NFKC"));
  const number = parseWritten(signed?.[1] ?? text);
  if (number === null) return refuse("not-a-number", { value: text });
  if (signed !== null) return value(decimalText(number.div(100)));
  if (number.abs().gt(LARGEST_FRACTION)) {
    return refuse("ambiguous-percent", { value: text, fraction: decimalText(number.div(100)) });
  }
  return value(decimalText(number));
}

// ---------------------------------------------------------------------- dates

const DAY =
  /^(\d{4})(?:-(\d{1,2})-(\d{1,2})|\/(\d{1,2})\/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})|\u5E74(\d{1,2})\u6708(\d{1,2})\u65E5)/;
const TIME = /^(?:T|\s+)(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/i;

interface Instant {
  readonly day: string;
  /** `HH:mm:ss` */
  readonly time: string;
  readonly offset: string | null;
}

function parseInstant(text: string): Instant | null {
  const plain = text.normalize("NFKC");
  const found = DAY.exec(plain);
  if (found === null) return null;
  const [year = "", month = "", day = ""] = found.slice(1).filter((part) => part !== undefined);
  const date = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  const read = new Date(`${date}T00:00:00Z`);
  // 30 February reads as 2 March: a day that does not come back as written does not exist.
  if (Number.isNaN(read.getTime()) || read.toISOString().slice(0, 10) !== date) return null;
  const rest = plain.slice(found[0].length);
  if (rest === "") return { day: date, time: "00:00:00", offset: null };
  const [, hour, minute, second = "00", zone = null] = TIME.exec(rest) ?? [];
  if (hour === undefined || minute === undefined) return null;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  const offset = zone?.toUpperCase().replace(/^([+-]\d{2})(\d{2})$/, "$1:$2") ?? null;
  return { day: date, time: `${hour.padStart(2, "0")}:${minute}:${second}`, offset };
}

function readDate(text: string): ReadCell {
  const instant = parseInstant(text);
  if (instant === null) return refuse("not-a-date", { value: text });
  // Exports write midnight behind a day; any other time would be lost, so it is not taken.
  return instant.time === "00:00:00" ? value(instant.day) : refuse("time-in-date", { value: text });
}

function readInstant(text: string, timeZone: string): ReadCell {
  const instant = parseInstant(text);
  if (instant === null) return refuse("not-a-date", { value: text });
  const local = `${instant.day}T${instant.time}`;
  return value(`${local}${(instant.offset ?? offsetOf(local, timeZone)).replace("Z", "+00:00")}`);
}

/** The zone's offset at a local time, e.g. `+08:00`; in a doubled hour the earlier reading. */
function offsetOf(local: string, timeZone: string): string {
  const format = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
  const offsetAt = (at: number) => {
    const name = format.formatToParts(at).find(({ type }) => type === "timeZoneName")?.value ?? "";
    return name.replace("GMT", "") || "+00:00";
  };
  const minutes = (offset: string) => {
    const [hours = "0", rest = "0"] = offset.slice(1).split(":");
    return (offset.startsWith("-") ? -1 : 1) * (Number(hours) * 60 + Number(rest));
  };
  const asUtc = Date.parse(`${local}Z`);
  const first = offsetAt(asUtc - minutes(offsetAt(asUtc)) * 60_000);
  return offsetAt(asUtc - minutes(first) * 60_000);
}

// -------------------------------------------------------------- names of things

/** A name as it is compared: width, case and spaces do not matter. */
export function comparable(name: string): string {
  return name.normalize("NFKC").trim().replace(/\s+/g, " ").toLowerCase();
}

/** Several names in one cell, for fields that hold several. */
function namesIn(text: string, field: Field): readonly string[] {
  if (!field.multiple) return [text];
  return text
    .split(/[,\uFF0C\u3001;\uFF1B|\n]/)
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

type Found = { readonly id: string } | { readonly code: string; readonly known?: string };

/** Ids for every name in the cell, or the first name that does not lead to exactly one. */
function readNames(text: string, field: Field, find: (name: string) => Found): ReadCell {
  const ids: string[] = [];
  for (const name of namesIn(text, field)) {
    const found = find(name);
    if (!("id" in found)) {
      return refuse(found.code, { value: name, field: field.name, known: found.known ?? "" });
    }
    if (!ids.includes(found.id)) ids.push(found.id);
  }
  return value(ids.length === 0 ? null : ids);
}

function readOptions(text: string, field: Field): ReadCell {
  return readNames(text, field, (name) => {
    const option =
      field.options.find((candidate) => candidate.name === name) ??
      field.options.find((candidate) => comparable(candidate.name) === comparable(name));
    const known = field.options.map((candidate) => candidate.name).join(", ");
    return option === undefined ? { code: "unknown-option", known } : { id: option.id };
  });
}

function readUsers(text: string, field: Field, members: readonly Member[]): ReadCell {
  return readNames(text, field, (name) => {
    const wanted = comparable(name.replace(/^@/, ""));
    const named = members.filter((member) => comparable(member.name) === wanted);
    const [member, another] = named.length > 0 ? named : members.filter(({ id }) => id === name);
    if (member === undefined) return { code: "unknown-user" };
    return another === undefined ? { id: member.id } : { code: "ambiguous-user" };
  });
}

function readRelation(text: string, field: Field, context: ImportContext): ReadCell {
  const table = field.relatedTable;
  if (table === null) return refuse("unsupported-field", { field: field.name });
  return readNames(text, field, (name) => {
    const [id, another] = context.lookup(table, name);
    if (id === undefined) return { code: "unknown-record" };
    return another === undefined ? { id } : { code: "ambiguous-record" };
  });
}

function readCheckbox(text: string): ReadCell {
  const says = (key: string) =>
    LOCALES.some((locale) => say(locale, key).split("|").includes(comparable(text)));
  if (says("import.words.yes")) return value(true);
  if (says("import.words.no")) return value(false);
  return refuse("not-yes-or-no", { value: text });
}
