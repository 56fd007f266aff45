import { Decimal } from "../../plugin/decimal.ts";
import type { Measured } from "../../plugin/kpi/model.ts";
import type { Outcome } from "../../plugin/kpi/outcome.ts";

/** How one `method` of the specification's worked cases is answered by a public function. */
export type Row = (input: unknown) => unknown;
/** Each row declares the shape of its inputs: the file is data of forty shapes. */
export const row =
  <Input>(answer: (input: Input) => unknown): Row =>
  (input) =>
    answer(input as Input);

export const d = (value: number | string) => new Decimal(value);
export const ok = (value: number): Measured => ({ status: "OK", value: d(value), reasons: [] });

export function valueOf<Value>(outcome: Outcome<Value>): Value {
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
  return outcome.value;
}
export function amountOf(measured: Measured): Decimal {
  if (measured.status !== "OK") throw new Error(JSON.stringify(measured));
  return measured.value;
}
