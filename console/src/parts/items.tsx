import { Button, Grid, Table, Tooltip, type TableColumnsType } from "antd";
import { useTranslation } from "react-i18next";
import type { SheetDetail } from "../../../plugin/server/api.ts";
import type { ItemView } from "../contract.ts";
import { compareDecimals, shiftPoint } from "../decimals.ts";
import { formatMeasure, formatScore, formatShare, formatWeight } from "../format.ts";
import { usePreferences } from "../preferences.ts";
import { Figure } from "./figure.tsx";
import { ItemStatus } from "./marks.tsx";

/** A KPI's name in the reader's language. */
export function useKpiName(): (kpi: ItemView["kpi"]) => string {
  const { locale } = usePreferences();
  return (kpi) => (locale === "en-US" && kpi.nameEn !== "" ? kpi.nameEn : kpi.name);
}

/** Items of a sheet, from target to contribution, and their total. */
export function Items({ sheet, onWhy }: { sheet: SheetDetail; onWhy: (kpi: string) => void }) {
  const { t } = useTranslation();
  const nameOf = useKpiName();
  const { md = false } = Grid.useBreakpoint();
  // What weighs most comes first.
  const items = [...sheet.itemViews].sort((a, b) => compareDecimals(b.weight, a.weight));
  const renormalised = items.some(
    (item) => compareDecimals(item.share, shiftPoint(item.weight, -2)) !== 0,
  );
  const columns: TableColumnsType<ItemView> = [
    {
      title: t("items.kpi"),
      key: "kpi",
      width: md ? 190 : 150,
      fixed: "start",
      render: (_, { kpi }) => (
        <div>
          <div className="strong">{nameOf(kpi)}</div>
          <div className="secondary small">
            {kpi.unit === "" ? t("items.noUnit") : t("items.unit", { unit: kpi.unit })}
            {" · "}
            {t(`direction.${kpi.direction}`)}
          </div>
        </div>
      ),
    },
    {
      title: t("items.target"),
      key: "target",
      width: 170,
      align: "right",
      render: (_, item) => (
        <Figure value={item.target}>
          <span title={item.target ?? undefined}>{formatMeasure(item.target, item.kpi)}</span>
          {item.targetBasis !== "" && (
            <span className="basis secondary small">{item.targetBasis}</span>
          )}
        </Figure>
      ),
    },
    {
      title: t("items.actual"),
      key: "actual",
      width: 130,
      align: "right",
      render: (_, item) => (
        <Figure value={item.actual} className={item.actual === null ? "secondary" : ""}>
          <span title={item.actual ?? undefined}>{formatMeasure(item.actual, item.kpi)}</span>
        </Figure>
      ),
    },
    {
      title: t("items.score"),
      key: "score",
      width: 90,
      align: "right",
      render: (_, item) => (
        <Figure value={item.score} className={item.score === null ? "secondary" : ""}>
          {formatScore(item.score)}
        </Figure>
      ),
    },
    {
      title: t("items.weight"),
      key: "weight",
      width: 80,
      align: "right",
      render: (_, item) => <Figure value={item.weight}>{formatWeight(item.weight)}</Figure>,
    },
    ...(renormalised
      ? [
          {
            title: <Tooltip title={t("items.shareHint")}>{t("items.share")}</Tooltip>,
            key: "share",
            width: 100,
            align: "right" as const,
            render: (_: unknown, item: ItemView) => (
              <Figure value={item.share}>{formatShare(item.share)}</Figure>
            ),
          },
        ]
      : []),
    {
      title: t("items.contribution"),
      key: "contribution",
      width: 120,
      align: "right",
      render: (_, item) => (
        <Figure value={item.contribution} className={item.contribution === null ? "secondary" : ""}>
          {formatScore(item.contribution)}
        </Figure>
      ),
    },
    {
      title: t("items.status"),
      key: "status",
      width: 240,
      className: "status-column",
      render: (_, item) => <ItemStatus item={item} />,
    },
    {
      title: <span className="visually-hidden">{t("items.why")}</span>,
      key: "why",
      width: 84,
      align: "right",
      render: (_, item) => (
        <Button
          size="small"
          aria-label={t("items.whyLabel", { kpi: nameOf(item.kpi) })}
          onClick={() => onWhy(item.kpi.code)}
        >
          {t("items.why")}
        </Button>
      ),
    },
  ];
  // On a phone the score comes first; the target is a swipe away.
  const [name, target, ...figures] = columns;
  const ordered =
    md || name === undefined || target === undefined
      ? columns
      : [name, ...figures.slice(0, -2), target, ...figures.slice(-2)];
  const contribution = ordered.findIndex(({ key }) => key === "contribution");
  return (
    <Table<ItemView>
      rowKey="id"
      size="middle"
      columns={ordered}
      dataSource={items}
      pagination={false}
      scroll={{ x: renormalised ? 1150 : 1050 }}
      locale={{ emptyText: t("items.empty") }}
      rowClassName="row-open"
      onRow={(item) => ({
        onClick: (event) => {
          if (event.target instanceof Element && event.target.closest("button") !== null) return;
          onWhy(item.kpi.code);
        },
      })}
      summary={() => (
        <Table.Summary.Row className="items-total">
          <Table.Summary.Cell index={0} colSpan={contribution}>
            {t("items.total")}
          </Table.Summary.Cell>
          <Table.Summary.Cell index={contribution} align="right">
            <Figure value={sheet.total} className="strong">
              {formatScore(sheet.total)}
            </Figure>
          </Table.Summary.Cell>
          <Table.Summary.Cell
            index={contribution + 1}
            colSpan={ordered.length - contribution - 1}
          />
        </Table.Summary.Row>
      )}
    />
  );
}
