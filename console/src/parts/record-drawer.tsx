import { App, Button, Drawer } from "antd";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { GridChange, GridRecord, GridTable } from "../../../plugin/server/api.ts";
import { UNKNOWN } from "../decimals.ts";
import { formatMoment } from "../format.ts";
import { usePreferences } from "../preferences.ts";
import { useApi, useHistory, useRecord } from "../queries.ts";
import { EditableCell, FieldName } from "./editable-cell.tsx";
import { Broken, Loading, Nothing, useRefusalWords } from "./faces.tsx";
import { Icon } from "./icon.tsx";

/** One record with all its fields and its history. */
export function RecordDrawer(props: {
  table: GridTable;
  tables: readonly GridTable[];
  record: string | null;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const { table } = props;
  const record = useRecord(props.record);
  const remove = useRemoval(table, props.onClose);
  const data = record.data;
  return (
    <Drawer
      open={props.record !== null}
      onClose={props.onClose}
      size="min(560px, 100vw)"
      destroyOnHidden
      title={
        data === undefined ? table.name : data.title === "" ? t("record.untitled") : data.title
      }
      extra={
        data !== undefined && (
          <Button
            danger
            type="text"
            icon={<Icon name="trash" />}
            aria-label={t("record.delete")}
            title={t("record.delete")}
            onClick={() => remove(data)}
          />
        )
      }
    >
      {record.isError && data === undefined ? (
        <Broken error={record.error} onRetry={() => void record.refetch()} />
      ) : data === undefined ? (
        <Loading rows={8} />
      ) : (
        <>
          <p className="secondary small record-about">
            {table.name} · {t("record.hint")}
          </p>
          <dl className="record-fields">
            {table.fields.map((field) => (
              <div key={field.id} className="record-field">
                <dt>
                  <FieldName field={field} />
                </dt>
                <dd>
                  <EditableCell table={table.id} record={data} field={field} tabIndex={0} direct />
                </dd>
              </div>
            ))}
          </dl>
          <h3>{t("record.history")}</h3>
          <History record={data} table={table} />
        </>
      )}
    </Drawer>
  );
}

/** Ask, delete, and bring the grid up to date; a refusal is said and changes nothing. */
function useRemoval(table: GridTable, onRemoved: () => void): (record: GridRecord) => void {
  const { t } = useTranslation();
  const { modal, notification, message } = App.useApp();
  const words = useRefusalWords();
  const api = useApi();
  const client = useQueryClient();
  return (record) => {
    const title = record.title === "" ? record.id : record.title;
    modal.confirm({
      title: t("record.deleteTitle", { title }),
      content: t("record.deleteText", { table: table.name }),
      okText: t("record.deleteYes"),
      okButtonProps: { danger: true },
      focusable: { autoFocusButton: "cancel" },
      onOk: async () => {
        try {
          await api.removeRecord(record.id);
        } catch (error) {
          const refusal = words(error);
          notification.error({ title: refusal.message, description: refusal.hint });
          return;
        }
        onRemoved();
        void message.success(t("record.deleted", { title }));
        await client.invalidateQueries({
          predicate: ({ queryKey: [, name, which] }) =>
            name === "tables" || (name === "records" && which === table.id),
        });
      },
    });
  };
}

function History({ record, table }: { record: GridRecord; table: GridTable }) {
  const { t } = useTranslation();
  const history = useHistory(record.id);
  if (history.isError && history.data === undefined) {
    return <Broken error={history.error} onRetry={() => void history.refetch()} />;
  }
  if (history.data === undefined) return <Loading rows={3} />;
  if (history.data.length === 0) return <Nothing title={t("record.noHistory")} />;
  const latest = [...history.data].reverse();
  return (
    <ol className="history">
      {latest.map((change, index) => (
        <Change key={`${change.at} ${index}`} change={change} table={table} />
      ))}
    </ol>
  );
}

function Change({ change, table }: { change: GridChange; table: GridTable }) {
  const { t } = useTranslation();
  const { locale } = usePreferences();
  const names = new Map(table.fields.map((field) => [field.id, field.name]));
  const author = change.author.name === "" ? t("record.somebody") : change.author.name;
  return (
    <li>
      <div className="history-head">
        <span className="strong">{author}</span> {t(`change.${change.kind}`)}
        <time className="secondary small figure" dateTime={change.at}>
          {formatMoment(change.at, locale)}
        </time>
      </div>
      {change.kind !== "create" && (
        <ul className="history-changes">
          {change.changes.map(({ field, before, after }) => (
            <li key={field}>
              <span className="secondary">{names.get(field) ?? field}</span>{" "}
              <del>{before === "" ? UNKNOWN : before}</del> →{" "}
              <b>{after === "" ? UNKNOWN : after}</b>
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}
