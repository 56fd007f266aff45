import { Grid, Input, Table, Tag, type TableColumnsType } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation, useSearchParams } from "wouter";
import type { SheetRow } from "../../../plugin/server/api.ts";
import { compareDecimals, UNKNOWN } from "../decimals.ts";
import { formatScore } from "../format.ts";
import { CyclePicker } from "../parts/cycle-picker.tsx";
import { ExportMenu } from "../parts/export-menu.tsx";
import { Broken, Loading, Nothing } from "../parts/faces.tsx";
import { Figure } from "../parts/figure.tsx";
import { Icon } from "../parts/icon.tsx";
import { Coverage, Grade, State } from "../parts/marks.tsx";
import { useCycles, useLatestCycle, useSession, useSheets } from "../queries.ts";

/** Everybody's result of one cycle. */
export function Sheets() {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  const cycles = useCycles();
  const chosen = search.get("cycle");
  const openAt = useSession().data?.openAt ?? null;
  const latest = useLatestCycle(cycles.data, openAt, chosen === null);
  const cycle = chosen ?? latest.data ?? null;
  const sheets = useSheets(cycle);
  const [wanted, setWanted] = useState("");

  const failed = cycles.isError ? cycles : latest.isError ? latest : null;
  if (failed !== null) {
    return (
      <div className="page">
        <Broken error={failed.error} onRetry={() => void failed.refetch()} />
      </div>
    );
  }
  const rows = (sheets.data ?? []).filter((row) => matches(row, wanted));
  return (
    <div className="page">
      <title>{`${t("sheets.title")} · ${t("app.name")}`}</title>
      <div className="page-head">
        <h1>{t("sheets.title")}</h1>
        <div className="page-tools">
          {cycles.data !== undefined && cycle !== null && (
            <CyclePicker
              cycles={cycles.data}
              value={cycle}
              onChange={(name) => setSearch({ cycle: name })}
            />
          )}
          <Input
            className="search"
            allowClear
            prefix={<Icon name="search" />}
            placeholder={t("sheets.search")}
            aria-label={t("sheets.search")}
            value={wanted}
            onChange={(event) => setWanted(event.target.value)}
          />
          {cycle !== null && <ExportMenu cycle={cycle} />}
        </div>
      </div>
      <div className="card card-flush">
        {chosen === null && latest.data === null ? (
          <Nothing title={t("sheets.noCycles")} hint={t("sheets.noCyclesHint")} />
        ) : sheets.isError ? (
          <Broken error={sheets.error} onRetry={() => void sheets.refetch()} />
        ) : sheets.data === undefined ? (
          <Loading rows={8} />
        ) : sheets.data.length === 0 ? (
          <Nothing title={t("sheets.empty", { cycle: cycle ?? "" })} hint={t("sheets.emptyHint")} />
        ) : rows.length === 0 ? (
          <Nothing title={t("sheets.nobody", { name: wanted })} />
        ) : (
          <SheetTable rows={rows} />
        )}
      </div>
    </div>
  );
}

function SheetTable({ rows }: { rows: readonly SheetRow[] }) {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  const { md = false } = Grid.useBreakpoint();
  const columns: TableColumnsType<SheetRow> = [
    {
      title: t("sheets.name"),
      key: "name",
      width: md ? 210 : 150,
      fixed: "start",
      sorter: (a, b) => a.subject.name.localeCompare(b.subject.name),
      render: (_, row) => (
        <span className="sheet-name">
          <Link href={`/sheets/${row.id}`} title={row.subject.name}>
            {row.subject.name}
          </Link>
          {row.subject.kind === "department" && <Tag>{t("subject.department")}</Tag>}
        </span>
      ),
    },
    {
      title: t("sheets.department"),
      key: "department",
      width: 150,
      ellipsis: true,
      responsive: ["md"],
      render: (_, row) => row.subject.department ?? UNKNOWN,
    },
    {
      title: t("sheets.position"),
      key: "position",
      width: 170,
      ellipsis: true,
      responsive: ["md"],
      render: (_, row) => row.subject.position ?? UNKNOWN,
    },
    {
      title: t("sheets.total"),
      key: "total",
      width: 110,
      align: "right",
      sorter: (a, b) => compareDecimals(a.total, b.total),
      render: (_, row) => (
        <Figure value={row.total} className={row.total === null ? "secondary" : "strong"}>
          {formatScore(row.total)}
        </Figure>
      ),
    },
    {
      title: t("sheets.grade"),
      key: "grade",
      width: 80,
      align: "center",
      render: (_, row) => <Grade grade={row.grade} />,
    },
    {
      title: t("sheets.coverage"),
      key: "coverage",
      width: 150,
      render: (_, row) => <Coverage fraction={row.coverage} />,
    },
    {
      title: t("sheets.scored"),
      key: "scored",
      width: 90,
      align: "right",
      render: (_, row) => (
        <Figure value={`${row.scored}/${row.items}`}>
          {row.scored}/{row.items}
        </Figure>
      ),
    },
    {
      title: t("sheets.state"),
      key: "state",
      width: 110,
      render: (_, row) => <State row={row} />,
    },
  ];
  return (
    <Table<SheetRow>
      className="sheet-table"
      rowKey="id"
      size="middle"
      columns={columns}
      dataSource={rows}
      pagination={rows.length > 100 ? { pageSize: 100, showSizeChanger: false } : false}
      scroll={{ x: md ? 1050 : 690 }}
      showSorterTooltip={false}
      rowClassName={(row) =>
        row.subject.kind === "department" ? "row-open row-total" : "row-open"
      }
      onRow={(row) => ({
        onClick: (event) => {
          // The link in the row keeps its own behaviour (new tab, copy).
          if (event.target instanceof Element && event.target.closest("a") !== null) return;
          navigate(`/sheets/${row.id}`);
        },
      })}
    />
  );
}

function matches({ subject }: SheetRow, wanted: string): boolean {
  const words = wanted.trim().toLowerCase();
  return [subject.name, subject.department ?? "", subject.position ?? ""].some((text) =>
    text.toLowerCase().includes(words),
  );
}
