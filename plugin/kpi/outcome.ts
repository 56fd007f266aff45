import { decimalText, type Decimal } from "../decimal.ts";
import type { Reason } from "./model.ts";

/** What came of a computation that needs usable rules: a value, or everything that is wrong. */
export type Outcome<Value> = { readonly ok: true; readonly value: Value } | Refused;

export interface Refused {
  readonly ok: false;
  /** At least one; sentences under `reason.<code>`. */
  readonly problems: readonly Reason[];
}

export function accepted<Value>(value: Value): Outcome<Value> {
  return { ok: true, value };
}

export function refused(...problems: readonly Reason[]): Refused {
  return { ok: false, problems };
}

/** Whether a figure can be used where less than nothing has no meaning: finite and not negative. */
export function isAmount(value: Decimal): boolean {
  return value.isFinite() && (!value.isNegative() || value.isZero());
}

/** 0.7 as "70%", with at most two decimals. */
export function percentText(fraction: Decimal): string {
  return `${decimalText(fraction.times(100).toDecimalPlaces(2))}%`;
}
