import { Decimal } from "../../plugin/decimal.ts";
import type { Measured, Reason } from "../../plugin/kpi/model.ts";
import type { Outcome } from "../../plugin/kpi/outcome.ts";
import { reasonText } from "../../plugin/report/reasons.ts";

/** What the worked examples of the documentation are made of: figures, sentences, tables. */
export const d = (written: string | number) => new Decimal(written);

/** A figure with at most four decimals; a statistic as much as a decimal. */
export function figure(value: Decimal | number | null): string {
  return value === null ? "–" : new Decimal(value).toDecimalPlaces(4).toFixed();
}

/** A figure in full. */
export function exact(value: Decimal | null): string {
  return value === null ? "–" : value.toFixed();
}

/** A fraction as percent, with at most two decimals. */
export function percent(fraction: Decimal | number): string {
  return `${new Decimal(fraction).times(100).toDecimalPlaces(2).toFixed()} %`;
}

export function sentence(reason: Reason): string {
  return reasonText(reason, "en-US");
}

/** The value, or the status with why. */
export function measured(found: Measured): string {
  if (found.status === "OK") return figure(found.value);
  return [`\`${found.status}\``, ...found.reasons.map(sentence)].join(": ");
}

/** The value of something that is known to work: an example that is refused is a mistake here. */
export function value<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(outcome.problems.map(sentence).join("; "));
  return outcome.value;
}

/** The sentences of something that is known to be refused. */
export function refusal(outcome: Outcome<unknown>): string {
  if (outcome.ok) throw new Error("this example should have been refused");
  return outcome.problems.map(sentence).join("; ");
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  // A bar would end the cell.
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [head, head.map(() => "---"), ...rows].map(line).join("\n");
}
