import { Checkbox, Input, Select, type InputRef } from "antd";
import { useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import type { GridField } from "../../../plugin/server/api.ts";
import type { Choice } from "../contract.ts";
import { inputKind, type Draft } from "../drafts.ts";
import { useChoices, useMembers } from "../queries.ts";

export interface FieldInputProps {
  readonly field: GridField;
  readonly draft: Draft;
  readonly onChange: (draft: Draft) => void;
  readonly id?: string;
  readonly invalid?: boolean;
  /** In a cell: take the focus, open lists at once. */
  readonly eager?: boolean;
  readonly onBlur?: () => void;
  readonly onKeyDown?: (event: KeyboardEvent) => void;
}

/** The proper input for a field's type. */
export function FieldInput(props: FieldInputProps) {
  const { field, draft, onChange, onBlur, onKeyDown, eager = false } = props;
  const shared = {
    ...(props.id === undefined ? {} : { id: props.id }),
    "aria-label": field.name,
    "aria-invalid": props.invalid === true,
    ...(props.invalid === true ? { status: "error" as const } : {}),
    ...(onBlur === undefined ? {} : { onBlur }),
    ...(onKeyDown === undefined ? {} : { onKeyDown }),
  };
  const text = typeof draft === "string" ? draft : "";
  const focus = (input: InputRef | null) => {
    if (eager) input?.focus({ preventScroll: true });
  };
  switch (inputKind(field.type)) {
    case "tick":
      return (
        <Checkbox
          checked={draft === true}
          autoFocus={eager}
          onChange={(event) => onChange(event.target.checked)}
          {...shared}
        />
      );
    case "choice":
      return (
        <ChoiceInput
          {...props}
          chosen={typeof draft === "object" ? draft : []}
          shared={shared}
          eager={eager}
        />
      );
    case "lines":
      return (
        <Input.TextArea
          autoFocus={eager}
          autoSize={{ minRows: eager ? 3 : 2, maxRows: 10 }}
          value={text}
          onChange={(event) => onChange(event.target.value)}
          {...shared}
        />
      );
    case "date":
      return (
        <Input
          ref={focus}
          type="date"
          value={text}
          onChange={(event) => onChange(event.target.value)}
          {...shared}
        />
      );
    case "decimal":
      return (
        <Input
          ref={focus}
          inputMode="decimal"
          className="input-decimal"
          value={text}
          {...(field.type === "percent" ? { suffix: "%" } : {})}
          onChange={(event) => onChange(event.target.value)}
          {...shared}
        />
      );
    case "line":
      return (
        <Input
          ref={focus}
          value={text}
          {...(field.type === "datetime" ? { placeholder: "2026-01-31T09:00:00+08:00" } : {})}
          onChange={(event) => onChange(event.target.value)}
          {...shared}
        />
      );
  }
}

function ChoiceInput(
  props: FieldInputProps & { chosen: readonly Choice[]; shared: object; eager: boolean },
) {
  const { field, chosen, onChange, eager } = props;
  const { t } = useTranslation();
  const [search, setSearch] = useState("");
  const members = useMembers(field.type === "user");
  const found = useChoices(field.relatedTable, search, field.type === "relation");
  const offered: readonly Choice[] =
    field.type === "option"
      ? field.options.map(({ id, name }) => ({ id, title: name }))
      : field.type === "user"
        ? (members.data ?? []).map(({ id, name }) => ({ id, title: name }))
        : (found.data ?? []);
  // The chosen ones stay in the list, also when the search does not find them.
  const missing = chosen.filter(({ id }) => !offered.some((choice) => choice.id === id));
  const titles = new Map([...missing, ...offered].map(({ id, title }) => [id, title]));
  const take = (ids: readonly string[]) =>
    onChange(ids.map((id) => ({ id, title: titles.get(id) ?? id })));
  const list = {
    options: [...(search === "" ? missing : []), ...offered].map(({ id, title }) => ({
      value: id,
      label: title,
    })),
    showSearch:
      field.type === "relation"
        ? { filterOption: false, onSearch: setSearch }
        : { optionFilterProp: "label" },
    allowClear: !field.required,
    autoFocus: eager,
    defaultOpen: eager,
    popupMatchSelectWidth: 240,
    className: "input-choice",
    loading: members.isLoading || found.isFetching,
    notFoundContent: t(found.isFetching ? "face.loading" : "edit.nothingFound"),
    ...props.shared,
  };
  const labels = chosen.map(({ id, title }) => ({ value: id, label: title }));
  return field.multiple ? (
    <Select
      mode="multiple"
      labelInValue
      value={labels}
      onChange={(next) => take(next.map(({ value }) => value))}
      {...list}
    />
  ) : (
    <Select
      labelInValue
      value={labels[0] ?? null}
      onChange={(next: { value: string } | undefined) => take(next ? [next.value] : [])}
      {...list}
    />
  );
}
