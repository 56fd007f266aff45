import { Button, Grid, Input, Select, Table, Tooltip, type TableColumnsType } from "antd";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "wouter";
import type { GridField, GridRecord, GridTable, GridView } from "../../../plugin/server/api.ts";
import { formatNumber } from "../decimals.ts";
import { useRecords } from "../queries.ts";
import { isFigure } from "./cell-text.tsx";
import { EditableCell, FieldName } from "./editable-cell.tsx";
import { Broken, Loading, Nothing } from "./faces.tsx";
import { ensureTabStop, moveFocus } from "./grid-focus.ts";
import { Icon } from "./icon.tsx";
import { NewRecord } from "./new-record.tsx";
import { RecordDrawer } from "./record-drawer.tsx";

const PAGE = 50;
/** Typing in the search box is sent when it pauses. */
const PAUSE_MS = 250;

const WIDTHS: Partial<Record<GridField["type"], number>> = {
  textarea: 260,
  text: 160,
  number: 110,
  percent: 100,
  money: 120,
  date: 125,
  datetime: 180,
  option: 150,
  user: 150,
  relation: 190,
  checkbox: 90,
  calculation: 120,
};

interface Order {
  readonly field: string;
  readonly direction: "ascend" | "descend";
}

/** One table's rows: search, order, pages, edit in place, add, open. */
export function TableGrid({ table, tables }: { table: GridTable; tables: readonly GridTable[] }) {
  const { t } = useTranslation();
  const { md = false } = Grid.useBreakpoint();
  const [params, setParams] = useSearchParams();
  const opened = params.get("record");
  const [page, setPage] = useState(1);
  const [typed, setTyped] = useState("");
  const [search, setSearch] = useState("");
  const [view, setView] = useState(() => openingView(table.views));
  const [order, setOrder] = useState<Order | null>(null);
  const [adding, setAdding] = useState(false);

  useEffect(() => {
    if (typed === search) return;
    const timer = setTimeout(() => {
      setSearch(typed);
      setPage(1);
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed, search]);

  const body = useRef<HTMLDivElement>(null);
  useEffect(() => ensureTabStop(body.current));

  const records = useRecords(table.id, {
    offset: (page - 1) * PAGE,
    limit: PAGE,
    search: search.trim(),
    view: view?.id ?? null,
    order: order === null ? null : `${order.direction === "descend" ? "-" : ""}${order.field}`,
  });
  const open = (id: string) => setParams({ record: id });

  const fields = shownFields(table.fields, view);
  const columns: TableColumnsType<GridRecord> = [
    {
      key: "open",
      title: <span className="visually-hidden">{t("grid.open")}</span>,
      width: 56,
      fixed: "start",
      className: "grid-number",
      render: (_, record, index) => (
        <button
          type="button"
          className="grid-open"
          aria-label={t("grid.openRecord", { title: record.title })}
          onClick={() => open(record.id)}
        >
          <span className="grid-index figure">{(page - 1) * PAGE + index + 1}</span>
          <span className="grid-expand">
            <Icon name="expand" size={14} />
          </span>
        </button>
      ),
    },
    ...fields.map((field, position) => ({
      key: field.id,
      title: <FieldName field={field} />,
      // The first column names the row: room for a code of several parts.
      width: Math.max(widthOf(field), position === 0 ? 200 : 0),
      ...(position === 0 && md ? { fixed: "start" as const } : {}),
      align: isFigure(field) ? ("right" as const) : ("left" as const),
      sorter: true,
      sortOrder: order?.field === field.id ? order.direction : null,
      className: field.readOnly ? "grid-cell grid-cell-locked" : "grid-cell",
      render: (_: unknown, record: GridRecord, row: number) => (
        <EditableCell
          table={table.id}
          record={record}
          field={field}
          tabIndex={row === 0 && position === 0 ? 0 : -1}
        />
      ),
    })),
  ];
  const width = columns.reduce((sum, { width: one }) => sum + Number(one), 0);
  const total = records.data?.total ?? 0;

  return (
    <section className="grid" aria-labelledby="grid-title">
      <title>{`${table.name} · ${t("app.name")}`}</title>
      <div className="grid-head">
        <h1 id="grid-title">{table.name}</h1>
        <span className="secondary figure">
          {t("grid.rows", { rows: formatNumber(String(records.data?.total ?? table.rows)) })}
        </span>
        <div className="page-tools">
          {table.views.length > 0 && (
            <Select
              className="view-picker"
              aria-label={t("grid.view")}
              value={view?.id ?? ""}
              onChange={(next) => {
                setView(table.views.find(({ id }) => id === next) ?? null);
                setPage(1);
              }}
              popupMatchSelectWidth={false}
              options={[
                ...table.views.map(({ id, name }) => ({ value: id, label: name })),
                { value: "", label: t("grid.allRows") },
              ]}
            />
          )}
          <Input
            className="search"
            allowClear
            prefix={<Icon name="search" />}
            placeholder={t("grid.search")}
            aria-label={t("grid.search")}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
          <Tooltip title={t("grid.keys")}>
            <Button
              className="wide-only"
              type="text"
              aria-label={t("grid.keys")}
              icon={<Icon name="help" />}
            />
          </Tooltip>
          <Button type="primary" icon={<Icon name="plus" />} onClick={() => setAdding(true)}>
            {t("grid.add")}
          </Button>
        </div>
      </div>
      <div ref={body} className="grid-body" onKeyDown={(event) => moveFocus(event.nativeEvent)}>
        {records.isError && records.data === undefined ? (
          <Broken error={records.error} onRetry={() => void records.refetch()} />
        ) : records.data === undefined ? (
          <Loading rows={12} />
        ) : total === 0 && search.trim() !== "" ? (
          <Nothing title={t("grid.notFound", { search: search.trim() })} />
        ) : total === 0 && view?.filtered !== true ? (
          <Nothing title={t("grid.empty")} hint={t("grid.emptyHint")}>
            <Button onClick={() => setAdding(true)}>{t("grid.add")}</Button>
          </Nothing>
        ) : (
          <Table<GridRecord>
            className={records.isPlaceholderData ? "grid-table grid-table-waiting" : "grid-table"}
            rowKey="id"
            size="small"
            columns={columns}
            dataSource={records.data.records}
            scroll={{ x: width, y: md ? "calc(100dvh - 212px)" : "calc(100dvh - 350px)" }}
            showSorterTooltip={false}
            rowClassName={(record) => (record.id === opened ? "grid-row-open" : "")}
            pagination={{
              current: page,
              pageSize: PAGE,
              total,
              showSizeChanger: false,
              size: "small",
              hideOnSinglePage: true,
              simple: !md,
              showTotal: (all, [from, to]) =>
                md ? t("grid.range", { from, to, all: formatNumber(String(all)) }) : null,
            }}
            onChange={(pagination, _filters, sorter, { action }) => {
              if (action === "paginate") setPage(pagination.current ?? 1);
              if (action !== "sort" || Array.isArray(sorter)) return;
              setPage(1);
              setOrder(
                sorter.order === undefined || sorter.order === null
                  ? null
                  : { field: String(sorter.columnKey), direction: sorter.order },
              );
            }}
          />
        )}
      </div>
      <RecordDrawer
        table={table}
        tables={tables}
        record={opened}
        onClose={() => setParams({}, { replace: true })}
      />
      <NewRecord table={table} open={adding} onClose={() => setAdding(false)} />
    </section>
  );
}

/** What a table opens with: its first view that keeps no row back, else all of it. */
function openingView(views: readonly GridView[]): GridView | null {
  return views.find(({ filtered }) => !filtered) ?? null;
}

/** The fields of a view in its order; those that are gone from the table are left out. */
function shownFields(fields: readonly GridField[], view: GridView | null): readonly GridField[] {
  if (view === null || view.fields.length === 0) return fields;
  return view.fields.flatMap((id) => fields.find((field) => field.id === id) ?? []);
}

/** Wide enough for the values of its type and for the name above them. */
function widthOf(field: GridField): number {
  const letters = [...field.name].reduce(
    (sum, letter) => sum + ((letter.codePointAt(0) ?? 0) > 0x2e80 ? 14 : 8),
    0,
  );
  return Math.max(WIDTHS[field.type] ?? 150, letters + (field.readOnly ? 70 : 52));
}
