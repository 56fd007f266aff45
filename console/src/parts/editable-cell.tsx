import { App, Tooltip } from "antd";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import type { GridField, GridRecord } from "../../../plugin/server/api.ts";
import { draftOf, inputKind, readDraft, sameValue, type Draft } from "../drafts.ts";
import { useApi } from "../queries.ts";
import type { WordKey } from "../words.ts";
import { CellText, isFigure } from "./cell-text.tsx";
import { useRefusalWords } from "./faces.tsx";
import { FieldInput } from "./field-input.tsx";
import { Icon } from "./icon.tsx";

export interface EditableCellProps {
  readonly table: string;
  readonly record: GridRecord;
  readonly field: GridField;
  /** In the grid only one cell is a tab stop, arrows go on from there; in a form each one is. */
  readonly tabIndex: number;
  /** One click edits, as in a form; in the grid it takes two, one selects. */
  readonly direct?: boolean;
}

/** One field of one record, edited in place and saved on leaving it. */
export function EditableCell(props: EditableCellProps) {
  const { field, record } = props;
  const { t } = useTranslation();
  const [start, setStart] = useState<Draft | null>(null);
  const place = useRef<HTMLDivElement>(null);
  const back = useRef(false);
  const cell = record.cells[field.id];

  useEffect(() => {
    if (start !== null || !back.current) return;
    back.current = false;
    if (place.current === null) return;
    place.current.tabIndex = 0; // the grid's tab stop again, which the editor had replaced
    place.current.focus({ preventScroll: true });
  }, [start]);

  if (start !== null) {
    return (
      <CellEditor
        {...props}
        start={start}
        onDone={(keepFocus) => {
          back.current = keepFocus;
          setStart(null);
        }}
      />
    );
  }

  // A tick needs no editor: it turns over, and the editor only saves it.
  const edit = () =>
    setStart(field.type === "checkbox" ? cell?.value !== true : draftOf(field, cell));
  const onKeyDown = (event: KeyboardEvent) => {
    if (field.readOnly) return;
    const turns = event.key === " " && field.type === "checkbox";
    if (event.key === "Enter" || event.key === "F2" || turns) {
      event.preventDefault();
      edit();
    } else if (
      event.key.length === 1 &&
      event.key !== " " &&
      !event.ctrlKey &&
      !event.metaKey &&
      !event.altKey &&
      ["line", "lines", "decimal"].includes(inputKind(field.type))
    ) {
      event.preventDefault();
      setStart(event.key);
    }
  };
  const classes = [
    "cell",
    isFigure(field) ? "cell-figure" : "",
    field.readOnly ? "cell-locked" : "cell-open",
  ];
  const text = cell?.text ?? "";
  const content = (
    <div
      ref={place}
      className={classes.join(" ")}
      tabIndex={props.tabIndex}
      role={field.readOnly ? "group" : "button"}
      aria-label={t(field.readOnly ? "cell.locked" : "cell.open", {
        field: field.name,
        value: text === "" ? t("cell.blank") : text,
      })}
      title={field.readOnly ? undefined : text}
      data-field={field.id}
      data-record={record.id}
      onKeyDown={onKeyDown}
      {...(field.readOnly
        ? {}
        : props.direct === true
          ? { onClick: edit }
          : { onDoubleClick: edit })}
    >
      <CellText field={field} cell={cell} />
    </div>
  );
  return field.readOnly ? (
    <Tooltip title={t(lockReason(field))} mouseEnterDelay={0.6}>
      {content}
    </Tooltip>
  ) : (
    content
  );
}

/** Why a field cannot be typed into. */
export function lockReason(field: GridField): WordKey {
  if (field.type === "calculation") return "lock.calculation";
  if (field.type === "auto_number") return "lock.autoNumber";
  if (field.type === "attachment" || field.type === "unknown") return "lock.type";
  return "lock.result";
}

export function FieldName({ field }: { field: GridField }) {
  const { t } = useTranslation();
  if (!field.readOnly) return <span>{field.name}</span>;
  return (
    <Tooltip title={t(lockReason(field))}>
      <span className="field-locked">
        {field.name} <Icon name="lock" size={12} />
      </span>
    </Tooltip>
  );
}

function CellEditor(
  props: EditableCellProps & { start: Draft; onDone: (keepFocus: boolean) => void },
) {
  const { table, record, field, onDone } = props;
  const { t } = useTranslation();
  const { notification } = App.useApp();
  const words = useRefusalWords();
  const api = useApi();
  const client = useQueryClient();
  const [draft, setDraft] = useState(props.start);
  const [problem, setProblem] = useState<WordKey | null>(null);
  const [saving, setSaving] = useState(false);
  const finished = useRef(false);

  const save = async (wanted: Draft, keepFocus: boolean) => {
    if (finished.current) return;
    const read = readDraft(field, wanted);
    if (!read.ok) {
      setProblem(read.problem);
      return;
    }
    finished.current = true;
    if (sameValue(read.value, record.cells[field.id]?.value ?? null)) {
      onDone(keepFocus);
      return;
    }
    setSaving(true);
    try {
      await api.writeRecord(record.id, { fields: { [field.id]: read.value } });
    } catch (error) {
      const { message, hint } = words(error);
      notification.error({
        title: message,
        description: (
          <>
            {hint}
            <div className="secondary">{t("edit.kept", { field: field.name })}</div>
          </>
        ),
        duration: 10,
      });
    }
    // Also after a refusal: what stands in the cell then is what the workspace has.
    await refreshRecord();
    onDone(keepFocus);
  };

  const refreshRecord = () =>
    client.invalidateQueries({
      predicate: ({ queryKey: [, name, which] }) =>
        (name === "records" && which === table) ||
        ((name === "record" || name === "history") && which === record.id),
    });

  const cancel = () => {
    finished.current = true;
    onDone(true);
  };
  const kind = inputKind(field.type);

  useEffect(() => {
    if (kind === "tick") void save(props.start, true);
    // Once, when the tick is turned over.
  }, []);

  return (
    <div
      className={saving ? "cell-editor cell-saving" : "cell-editor"}
      aria-busy={saving}
      onKeyDownCapture={(event) => {
        // Before a list takes the key for itself.
        if (event.key === "Escape") {
          event.stopPropagation();
          cancel();
        }
      }}
      onKeyDown={(event) => {
        event.stopPropagation(); // arrows belong to the input now
        if (event.key === "Enter" && !event.nativeEvent.isComposing) {
          if (kind === "choice" || (kind === "lines" && !event.ctrlKey && !event.metaKey)) return;
          event.preventDefault();
          void save(draft, true);
        }
      }}
    >
      <Tooltip open={problem !== null} title={problem === null ? "" : t(problem)} color="red">
        <div>
          <FieldInput
            field={field}
            draft={draft}
            eager
            invalid={problem !== null}
            onChange={(next) => {
              setDraft(next);
              setProblem(null);
              if (kind === "choice" && !field.multiple) void save(next, true);
            }}
            onBlur={() => void save(draft, false)}
          />
        </div>
      </Tooltip>
    </div>
  );
}
