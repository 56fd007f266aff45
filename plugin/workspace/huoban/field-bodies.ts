import type { NewField } from "../workspace.ts";

/**
 * The v2 shape of a field that is to be created (reference, section 6.2).
 *
 * Text, number, date, option and relation are shapes that v2 clients send. Percent, money, user,
 * checkbox, attachment, calculation and auto number are not captured anywhere: they follow the
 * spelling in which the host shows such fields.
 */
export function fieldBody(field: NewField): { type: string; config: Record<string, unknown> } {
  const arity = field.multiple === true ? "multi" : "single";
  const isMulti = field.multiple === true ? 1 : 0;
  switch (field.type) {
    case "text":
      return { type: "text", config: { type: "input" } };
    case "textarea":
      return { type: "text", config: { type: "textarea" } };
    case "number":
      return { type: "number", config: { display_mode: "number" } };
    case "percent":
      return { type: "number", config: { display_mode: "percent", is_percent: 1 } };
    case "money":
      return { type: "money", config: {} };
    case "date":
      return { type: "date", config: { type: "date", show_week_day: false } };
    case "datetime":
      return { type: "date", config: { type: "datetime" } };
    case "option":
      return {
        type: "category",
        config: {
          display_mode: "list",
          type: arity,
          is_multi: isMulti,
          colorful: (field.options ?? []).some((option) => option.color !== undefined),
          options: (field.options ?? []).map((option, index) => ({
            id: index + 1,
            name: option.name,
            status: "active",
            ...(option.color === undefined ? {} : { color: option.color }),
          })),
        },
      };
    case "user":
      return { type: "user", config: { type: arity, is_multi: isMulti } };
    case "relation":
      return {
        type: "relation",
        config: {
          table_id: field.relatedTable ?? "",
          type: arity,
          is_multi: isMulti,
          display_attach_field_ids: [],
          filter: [],
          recommend_filter: [],
          inner_filter: [],
          attachable: true,
          order_by: [],
        },
      };
    case "checkbox":
      return { type: "bool", config: {} };
    case "attachment":
      return { type: "file", config: {} };
    case "calculation":
      return { type: "calculation", config: { script: { code: field.formula ?? "" } } };
    case "auto_number":
      return { type: "auto_number", config: {} };
  }
}
