import type { Decimal } from "../decimal.ts";
import { DIMENSIONLESS, overUnits, powerUnit, sameUnit, timesUnits, type Unit } from "./units.ts";
import type { Value } from "./value.ts";

/** What a name or a result is, as far as it is known before anything is read; `any` is unknown. */
export type Kind = "number" | "text" | "boolean" | "date" | "any";

/** What is known of an expression without evaluating it. */
export interface Shape {
  readonly kind: Kind;
  /** `null` is unknown and never checked. */
  readonly unit: Unit | null;
  /** Made of written figures alone: goes with every unit, as the 0 in `amount > 0` does. */
  readonly constant: boolean;
  /** The number itself where one is written. */
  readonly figure?: Decimal;
}

export const UNKNOWN: Shape = { kind: "any", unit: null, constant: false };

export function of(kind: Kind, unit: Unit | null = null): Shape {
  return { kind, unit, constant: false };
}

export function literal(value: Value): Shape {
  const kind = value.kind === "blank" || value.kind === "error" ? "any" : value.kind;
  if (value.kind === "number")
    return { kind, unit: DIMENSIONLESS, constant: true, figure: value.value };
  return { kind, unit: null, constant: true };
}

/** A figure that keeps the unit of what it was made from. */
export function sameAs(source: Shape | undefined): Shape {
  if (source === undefined) return of("number");
  return { kind: "number", unit: source.unit, constant: source.constant };
}

/** The two whose units are known, differ, and stand where only one unit makes sense. */
export function mismatch(
  shapes: readonly Shape[],
): { first: Unit; other: Unit; at: number } | null {
  let first: Unit | null = null;
  for (const [at, { unit, constant }] of shapes.entries()) {
    if (constant || unit === null) continue;
    if (first === null) first = unit;
    else if (!sameUnit(first, unit)) return { first, other: unit, at };
  }
  return null;
}

/** What several figures of one unit give together: a sum, the largest, the mean. */
export function alike(shapes: readonly Shape[], kind: Kind = "number"): Shape {
  const figures = shapes.filter(({ constant }) => !constant);
  const unit = figures[0]?.unit ?? null;
  if (figures.length === 0) return { kind, unit: DIMENSIONLESS, constant: true };
  const known = figures.every(
    (one) => one.unit !== null && unit !== null && sameUnit(one.unit, unit),
  );
  return of(kind, known ? unit : null);
}

/** One of several results. */
export function either(shapes: readonly Shape[]): Shape {
  const kind = shapes[0]?.kind ?? "any";
  if (!shapes.every((shape) => shape.kind === kind)) return UNKNOWN;
  return mismatch(shapes) ? of(kind) : alike(shapes, kind);
}

/** `a + b` and `a - b`. */
export function added(sign: string, a: Shape, b: Shape): Shape {
  const dates = [a, b].filter(({ kind }) => kind === "date").length;
  const unsure = a.kind === "any" || a.kind === "text" || b.kind === "any" || b.kind === "text";
  if (dates === 0) return unsure ? { ...alike([a, b]), kind: "any" } : alike([a, b]);
  if (unsure) return UNKNOWN;
  return of(dates === 2 || (sign === "-" && b.kind === "date") ? "number" : "date");
}

export function multiplied(a: Shape, b: Shape): Shape {
  const unit = a.unit && b.unit ? timesUnits(a.unit, b.unit) : null;
  return { kind: "number", unit, constant: a.constant && b.constant };
}

export function divided(a: Shape, b: Shape): Shape {
  const unit = a.unit && b.unit ? overUnits(a.unit, b.unit) : null;
  return { kind: "number", unit, constant: a.constant && b.constant };
}

/** `a ^ b`: the unit is known only for a written exponent. */
export function raised(a: Shape, exponent: Shape | undefined): Shape {
  if (a.unit === null) return of("number");
  if (a.unit.size === 0) return sameAs(a);
  const { figure } = exponent ?? {};
  return of("number", figure === undefined ? null : powerUnit(a.unit, figure.toNumber()));
}

export function root(a: Shape | undefined): Shape {
  if (!a?.unit) return of("number");
  return { ...sameAs(a), unit: powerUnit(a.unit, 0.5) };
}
