import { Decimal, parseDecimal } from "../decimal.ts";
import { dayNumber } from "../formula/calendar.ts";
import type { Value } from "../formula/formula.ts";
import type { Field, FieldValue } from "../workspace/workspace.ts";
import type { BoundFormula, CompiledSource, Path, People, Source } from "./company.ts";

/** Decimals a contribution keeps; sums of such numbers are exact and order-free. */
export const CONTRIBUTION_DECIMALS = 12;

/**
 * No figure of a record reaches it: hosts keep 15 digits, and the sum of a million products of two
 * figures below it still fits the 60 digits of a decimal, to the last of its 24 decimals.
 */
const TOO_LARGE = new Decimal("1e15");

/** A source record as mirrored: its bound fields by field id. */
export interface MirrorRow {
  readonly id: string;
  readonly title: string;
  readonly fields: Readonly<Record<string, FieldValue>>;
}

/** What one record gives to one subject of one source. */
export interface Given {
  /** Employee record id; "" when nobody was found. */
  readonly owner: string;
  /** What the record itself says about its person, to find it again when people change. */
  readonly person: string;
  /** `YYYY-MM-DD` in the workspace's time zone; "" when the record has none. */
  readonly date: string;
  /** The day, or the instant in UTC where the field holds one: sorts as text; "" when there is none. */
  readonly moment: string;
  readonly value: Decimal;
  readonly denominator: Decimal;
  readonly distinctKey: string;
  /** `code` or `code:detail` when the record cannot be used; its value then means nothing. */
  readonly problem: string | null;
}

export interface Surroundings {
  readonly people: People;
  readonly employees: ReadonlySet<string> | ReadonlyMap<string, unknown>;
  readonly employeeTable: string;
  readonly today: string;
  readonly timeZone: string;
  row(table: string, id: string): MirrorRow | null;
}

/**
 * What a record contributes to a source: pure given the mirrored rows it reaches.
 *
 * Unusable figures are contributions too, marked with their problem: they make the item's status say
 * so instead of silently counting as nothing (spec 3.0: an error is never 0).
 */
export function contribute(
  source: Source,
  compiled: CompiledSource,
  record: MirrorRow,
  around: Surroundings,
): readonly Given[] {
  const filter = compiled.filter ? evaluate(compiled.filter, record, around, false) : TRUE;
  if (filter.kind === "boolean" && !filter.value) return [];
  if (filter.kind === "blank" || (filter.kind === "number" && filter.value.isZero())) return [];
  const filterProblem =
    filter.kind === "error" || filter.kind === "text" ? `filter:${problemOf(filter)}` : null;

  const dated = follow(compiled.date, record, around);
  const date = localDate(dated, compiled.date.field, around);
  const person = follow(compiled.person, record, around);
  const {
    owners,
    unknown,
    problem: personProblem,
  } = findOwners(person, compiled.person.field, around, source.split === "first");
  const figures = measure(source, compiled, record, around);
  // "I cannot say" is no rating: neither the middle of the scale nor a mistake (spec 3.9).
  if (source.aggregate === "raters" && figures.isBlank && filterProblem === null) return [];
  const problem = filterProblem ?? (date === "" ? "no_date" : figures.problem);
  const base = {
    person: Array.isArray(person) ? person.join("\n") : String(person ?? "").trim(),
    date,
    moment: date === "" ? "" : momentOf(dated, compiled.date.field),
    distinctKey: figures.distinctKey,
  };
  if (owners.length === 0)
    return [
      {
        ...base,
        owner: "",
        value: figures.value,
        denominator: figures.denominator,
        problem: problem ?? personProblem,
      },
    ];
  // Whoever is no employee keeps a share too: nobody is paid for what others did.
  const shares = sharesOf(source, figures, owners.length + unknown);
  const found = owners.map((owner, index): Given => {
    const { value, denominator } = shares[index] ?? figures;
    return { ...base, owner, value, denominator, problem };
  });
  if (unknown === 0) return found;
  const [first = figures, ...others] = shares.slice(owners.length);
  const { value, denominator } = others.reduce((a, b) => joinShares(source, a, b), first);
  return [
    { ...base, owner: "", value, denominator, problem: problem ?? "person_unknown" },
    ...found,
  ];
}

type Figures = Pick<Given, "value" | "denominator">;

/** What each of several people gets of a record, to the last digit (spec 3.1). */
function sharesOf(source: Source, figures: Figures, parts: number): readonly Figures[] {
  if (source.split !== "equal") return Array.from({ length: parts }, () => figures);
  const denominators = split(figures.denominator, parts);
  // Of a weighted value everybody has a part of the weight: the value itself stays what it is.
  const values = isWeighted(source) ? null : split(figures.value, parts);
  return denominators.map((denominator, index) => ({
    value: values?.[index] ?? figures.value,
    denominator,
  }));
}

/** What two people's parts in one record are together, for a department that has both. */
export function joinShares<T extends Figures>(source: Source, a: T, b: Figures): T {
  if (source.split !== "equal") return a;
  const value = isWeighted(source) ? a.value : a.value.plus(b.value);
  return { ...a, value, denominator: a.denominator.plus(b.denominator) };
}

function isWeighted(source: Source): boolean {
  return source.aggregate === "weighted_average";
}

/** The record is sound, only its person is not: it happened, though it counts for nobody. */
export function lacksOnlyPerson(given: Pick<Given, "problem">): boolean {
  return given.problem !== null && PERSON_PROBLEMS.includes(given.problem);
}
export const PERSON_PROBLEMS: readonly string[] = [
  "no_person",
  "person_unknown",
  "person_ambiguous",
];

const TRUE: Value = { kind: "boolean", value: true };
const ZERO = new Decimal(0);
const ONE = new Decimal(1);

function measure(
  source: Source,
  compiled: CompiledSource,
  record: MirrorRow,
  around: Surroundings,
): Figures & { distinctKey: string; isBlank: boolean; problem: string | null } {
  let isBlank = false;
  let problem: string | null = null;
  const number = (bound: BoundFormula) => {
    const result = evaluate(bound, record, around, true);
    if (result.kind === "number") {
      if (result.value.abs().lt(TOO_LARGE))
        return result.value.toDecimalPlaces(CONTRIBUTION_DECIMALS, Decimal.ROUND_HALF_UP);
      problem ??= "too_large";
      return ZERO;
    }
    if (result.kind === "boolean") return result.value ? ONE : ZERO;
    isBlank ||=
      (result.kind === "blank" || result.kind === "error") && result.missing !== undefined;
    problem ??= problemOf(result);
    return ZERO;
  };
  const value = compiled.value ? number(compiled.value) : ONE;
  const denominator = compiled.denominator ? number(compiled.denominator) : ZERO;
  if (isWeighted(source) && denominator.isNegative()) problem ??= "weight_negative";
  let distinctKey = "";
  if (compiled.distinctBy) {
    const { distinctBy } = compiled;
    const key = follow(distinctBy, record, around);
    distinctKey = Array.isArray(key) ? key.join(" ") : String(key ?? "");
    if (source.aggregate === "raters" && distinctKey !== "") {
      const group = toValue(key, distinctBy, around, false);
      distinctKey = group.kind === "text" ? group.value : distinctKey;
    }
    if (distinctKey === "") problem ??= `value_missing:${compiled.distinctBy.text}`;
  }
  return { value, denominator, distinctKey, isBlank, problem };
}

function problemOf(value: Value): string {
  if (value.kind === "blank") return `value_missing:${value.missing ?? ""}`;
  if (value.kind !== "error") return "not_a_number";
  if (value.missing !== undefined) return `value_missing:${value.missing}`;
  return value.code === "#DIV/0!" ? "division_by_zero" : "not_a_number";
}

function evaluate(
  bound: BoundFormula,
  record: MirrorRow,
  around: Surroundings,
  strict: boolean,
): Value {
  return bound.formula.evaluate(
    (name) => {
      const path = bound.paths.get(name);
      if (!path) return { kind: "error", code: "#NAME?", name };
      return toValue(follow(path, record, around), path, around, strict);
    },
    { today: around.today },
  );
}

/** The value at the end of a path; null when a relation on the way is empty or its record is gone. */
export function follow(
  path: Path,
  record: MirrorRow,
  around: Pick<Surroundings, "row">,
): FieldValue {
  let row: MirrorRow | null = record;
  for (const hop of path.hops) {
    const target: FieldValue | undefined = row?.fields[hop.field];
    const id: string | undefined = Array.isArray(target)
      ? (target as readonly string[])[0]
      : undefined;
    row = id === undefined ? null : around.row(hop.to, id);
    if (!row) return null;
  }
  return row.fields[path.field.id] ?? null;
}

const NUMERIC: ReadonlySet<Field["type"]> = new Set(["number", "percent", "money"]);

function toValue(value: FieldValue, path: Path, around: Surroundings, strict: boolean): Value {
  const { field } = path;
  if (value === null || value === "") {
    // A missing amount must not become 0 on its way through the arithmetic (spec 3.0).
    return strict && (NUMERIC.has(field.type) || field.type === "calculation")
      ? { kind: "blank", missing: path.text }
      : { kind: "blank" };
  }
  if (typeof value === "boolean") return { kind: "boolean", value };
  if (typeof value !== "string") {
    const names = value.map((id) => field.options.find((option) => option.id === id)?.name ?? id);
    return { kind: "text", value: names.join(",") };
  }
  if (NUMERIC.has(field.type)) {
    const number = parseDecimal(value);
    // Hosts let text into number fields by import: an error of this record, never of the engine.
    return number ? { kind: "number", value: number } : { kind: "error", code: "#VALUE!" };
  }
  if (field.type === "calculation" && /^-?\d+(\.\d+)?$/.test(value))
    return { kind: "number", value: new Decimal(value) };
  if (field.type === "date" || field.type === "datetime") {
    const day = localDate(value, field, around);
    return day === "" ? { kind: "blank" } : { kind: "date", value: day };
  }
  return { kind: "text", value };
}

/** The day of a date field, "" when it holds none: what is no day in any calendar counts as empty. */
function localDate(
  value: FieldValue,
  field: Field,
  around: Pick<Surroundings, "timeZone">,
): string {
  if (typeof value !== "string" || value === "") return "";
  if (field.type === "date")
    return dayNumber(value.slice(0, 10)) === null ? "" : value.slice(0, 10);
  const instant = new Date(value);
  return Number.isNaN(instant.getTime()) ? "" : dateIn(around.timeZone, instant);
}

/** Within a day the hour decides what came last; a bare date knows no hour. */
function momentOf(value: FieldValue, field: Field): string {
  if (typeof value !== "string") return "";
  return field.type === "date" ? value.slice(0, 10) : new Date(value).toISOString();
}

const formatters = new Map<string, Intl.DateTimeFormat>();

/** The calendar day of an instant in a time zone, `YYYY-MM-DD`. */
export function dateIn(timeZone: string, instant: Date): string {
  let formatter = formatters.get(timeZone);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat("en-CA", { timeZone, dateStyle: "short" });
    formatters.set(timeZone, formatter);
  }
  return formatter.format(instant);
}

function findOwners(
  person: FieldValue,
  field: Field,
  around: Surroundings,
  firstOnly: boolean,
): { owners: readonly string[]; unknown: number; problem: string | null } {
  const listed = Array.isArray(person)
    ? (person as readonly string[])
    : typeof person === "string" && person.trim() !== ""
      ? [person.trim()]
      : [];
  const texts = firstOnly ? listed.slice(0, 1) : listed;
  if (texts.length === 0) return { owners: [], unknown: 0, problem: "no_person" };
  const owners: string[] = [];
  let unknown = 0;
  for (const text of texts) {
    const found =
      field.type === "relation"
        ? field.relatedTable === around.employeeTable && around.employees.has(text)
          ? [text]
          : []
        : ((field.type === "user" ? around.people.byUser : around.people.byText).get(text) ?? []);
    if (found.length > 1) return { owners: [], unknown: 0, problem: "person_ambiguous" };
    const [one] = found;
    if (one === undefined) unknown += 1;
    else if (!owners.includes(one)) owners.push(one);
  }
  const problem = owners.length === 0 ? "person_unknown" : null;
  return { owners: owners.sort(), unknown, problem };
}

/** Equal shares that sum to the whole exactly: the last digit's remainder goes to the first ones. */
function split(value: Decimal, parts: number): readonly Decimal[] {
  if (parts === 1) return [value];
  const unit = new Decimal(10).pow(-CONTRIBUTION_DECIMALS);
  const share = value.div(parts).toDecimalPlaces(CONTRIBUTION_DECIMALS, Decimal.ROUND_DOWN);
  const rest = value.minus(share.times(parts)).div(unit).toNumber();
  return Array.from({ length: parts }, (_, index) =>
    index < Math.abs(rest) ? share.plus(unit.times(Math.sign(rest))) : share,
  );
}

/** Sorts as text the way the number sorts: for minimum and maximum in an index. */
export function sortableNumber(value: Decimal): string {
  const scaled = BigInt(value.times(new Decimal(10).pow(CONTRIBUTION_DECIMALS)).toFixed(0));
  return (scaled + 10n ** 45n).toString().padStart(46, "0");
}
