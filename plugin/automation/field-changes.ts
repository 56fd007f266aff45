import { Decimal, parseDecimal } from "../decimal.ts";
import { UNKNOWN, formatDate, formatNumber, formatPercent } from "../report/format.ts";
import type { Field, FieldValue } from "../workspace/workspace.ts";
import type { Naming } from "./binding.ts";
import type { Company } from "./company.ts";
import type { MirrorRow } from "./contribute.ts";
import type { Cause } from "./ledger.ts";
import type { State } from "./state.ts";

interface Surroundings {
  readonly naming: Naming;
  readonly company: Company;
  readonly state: State;
}

/** The bound fields in which a record changed, with their values as people read them. */
export function changedFields(
  around: Surroundings,
  table: string,
  before: MirrorRow | null,
  after: MirrorRow | null,
): Cause["fields"] {
  if (!before || !after) return [];
  return Object.keys(after.fields).flatMap((id) => {
    const [old, now] = [before.fields[id] ?? null, after.fields[id] ?? null];
    if (JSON.stringify(old) === JSON.stringify(now)) return [];
    const field = around.naming.fieldById(table, id);
    if (!field) return [];
    return [
      {
        name: field.name,
        before: fieldText(around, field, old),
        after: fieldText(around, field, now),
      },
    ];
  });
}

/** A field value as a person reads it. */
export function fieldText(around: Surroundings, field: Field, value: FieldValue): string {
  const { company } = around;
  const { locale } = company.settings;
  if (value === null || value === "") return UNKNOWN;
  if (typeof value === "boolean") return value ? "✓" : "✗";
  if (typeof value !== "string") {
    return value
      .map((id) => {
        switch (field.type) {
          case "option":
            return field.options.find((option) => option.id === id)?.name ?? id;
          case "user":
            return [...company.employees.values()].find((one) => one.userId === id)?.name ?? id;
          case "relation":
            return (
              company.employees.get(id)?.name ??
              (field.relatedTable ? around.state.mirrored(field.relatedTable, id)?.title : null) ??
              id
            );
          default:
            return id;
        }
      })
      .join(", ");
  }
  if (field.type === "date") return formatDate(value, locale);
  const number = parseDecimal(value);
  if (number && field.type === "percent")
    return formatPercent(number, { unit: "%", decimals: places(number.times(100)) }, locale);
  if (number && ["number", "money", "calculation"].includes(field.type))
    return formatNumber(number, { unit: "", decimals: places(number) }, locale);
  return value;
}

function places(value: Decimal): number {
  return Math.min(value.decimalPlaces(), 6);
}
