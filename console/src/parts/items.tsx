import { Button, Grid, Table, Tooltip, type TableColumnsType } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { SheetDetail } from "../../../plugin/server/api.ts";
import type { ItemView } from "../contract.ts";
import { compareDecimals, shiftPoint } from "../decimals.ts";
import { formatMeasure, formatScore, formatShare, formatWeight } from "../format.ts";
import { itemGroups, type ItemGroup } from "../item-groups.ts";
import { usePreferences } from "../preferences.ts";
import { Figure } from "./figure.tsx";
import { ItemStatus } from "./marks.tsx";

/** A KPI's name in the reader's language. */
export function useKpiName(): (kpi: ItemView["kpi"]) => string {
  const { locale } = usePreferences();
  return (kpi) => (locale === "en-US" && kpi.nameEn !== "" ? kpi.nameEn : kpi.name);
}

/** A line of the table: the name of a group, or an item. */
type Line =
  | { readonly key: string; readonly group: ItemGroup; readonly item: null }
  | { readonly key: string; readonly group: ItemGroup; readonly item: ItemView };

/** Items of a sheet in their groups, from target to contribution, and the sum of these. */
export function Items({ sheet, onWhy }: { sheet: SheetDetail; onWhy: (kpi: string) => void }) {
  const { t } = useTranslation();
  const nameOf = useKpiName();
  const { md = false } = Grid.useBreakpoint();
  const groups = itemGroups(sheet);
  const lines = groups.flatMap<Line>((group) => [
    ...(group.kind === "plain" ? [] : [{ key: `group ${group.key}`, group, item: null }]),
    ...group.items.map((item) => ({ key: item.id, group, item })),
  ]);
  // Where a share is not simply the weight, it is told.
  const shared =
    sheet.sections.length > 0 ||
    sheet.itemViews.some(
      (item) =>
        item.role === "weighted" && compareDecimals(item.share, shiftPoint(item.weight, -2)) !== 0,
    );
  /** A column of items; `ofGroup` is what the line with a group's name says in it. */
  const column = (
    render: (item: ItemView) => ReactNode,
    ofGroup: (group: ItemGroup) => ReactNode = () => null,
  ) => ({
    render: (_: unknown, { group, item }: Line) => (item === null ? ofGroup(group) : render(item)),
  });
  // The name of a group runs on over the target and the actual, where these stand beside it.
  const spanned = md ? 2 : 0;
  const underName = ({ item }: Line) => ({ colSpan: item === null && spanned > 0 ? 0 : 1 });
  const columns: TableColumnsType<Line> = [
    {
      title: t("items.kpi"),
      key: "kpi",
      width: md ? 190 : 150,
      fixed: "start",
      onCell: ({ item }) => ({ colSpan: item === null ? spanned + 1 : 1 }),
      ...column(
        ({ kpi }) => (
          <div>
            <div className="strong">{nameOf(kpi)}</div>
            <div className="secondary small">
              {kpi.unit === "" ? t("items.noUnit") : t("items.unit", { unit: kpi.unit })}
              {" · "}
              {t(`direction.${kpi.direction}`)}
            </div>
          </div>
        ),
        (group) => <GroupName group={group} />,
      ),
    },
    {
      title: t("items.target"),
      key: "target",
      width: 170,
      align: "right",
      onCell: underName,
      ...column((item) => <Target item={item} />),
    },
    {
      title: t("items.actual"),
      key: "actual",
      width: 130,
      align: "right",
      onCell: underName,
      ...column((item) => (
        <Figure value={item.actual} className={item.actual === null ? "secondary" : ""}>
          <span title={item.actual ?? undefined}>{formatMeasure(item.actual, item.kpi)}</span>
        </Figure>
      )),
    },
    {
      title: t("items.score"),
      key: "score",
      width: 90,
      align: "right",
      ...column(
        (item) => <Score value={item.score} />,
        ({ section }) => section !== null && <Score value={section.score} />,
      ),
    },
    {
      title: t("items.weight"),
      key: "weight",
      width: 80,
      align: "right",
      ...column(
        (item) =>
          item.role === "weighted" && (
            <Figure value={item.weight}>{formatWeight(item.weight)}</Figure>
          ),
      ),
    },
    ...(shared
      ? [
          {
            title: (
              <Tooltip title={t(sheet.sections.length > 0 ? "items.shareOf" : "items.shareHint")}>
                {t("items.share")}
              </Tooltip>
            ),
            key: "share",
            width: 100,
            align: "right" as const,
            ...column(
              (item) =>
                item.role === "weighted" && (
                  <Figure value={item.share}>{formatShare(item.share)}</Figure>
                ),
              ({ section }) =>
                section !== null && (
                  <Figure value={section.share}>{formatShare(section.share)}</Figure>
                ),
            ),
          },
        ]
      : []),
    {
      title: t("items.contribution"),
      key: "contribution",
      width: 120,
      align: "right",
      ...column((item) => <Score value={item.contribution} />),
    },
    {
      title: t("items.status"),
      key: "status",
      width: 240,
      className: "status-column",
      ...column((item) => <ItemStatus item={item} />),
    },
    {
      title: <span className="visually-hidden">{t("items.why")}</span>,
      key: "why",
      width: 84,
      align: "right",
      ...column((item) => (
        <Button
          size="small"
          aria-label={t("items.whyLabel", { kpi: nameOf(item.kpi) })}
          onClick={() => onWhy(item.kpi.code)}
        >
          {t("items.why")}
        </Button>
      )),
    },
  ];
  // On a phone the score comes first; the target is a swipe away.
  const [name, target, ...figures] = columns;
  const ordered =
    md || name === undefined || target === undefined
      ? columns
      : [name, ...figures.slice(0, -2), target, ...figures.slice(-2)];
  const contribution = ordered.findIndex(({ key }) => key === "contribution");
  const [step] = sheet.steps;
  const sum = step === undefined ? sheet.total : step.before;
  return (
    <Table<Line>
      rowKey="key"
      size="middle"
      columns={ordered}
      dataSource={lines}
      pagination={false}
      scroll={{ x: shared ? 1150 : 1050 }}
      locale={{ emptyText: t("items.empty") }}
      rowClassName={({ item }) => (item === null ? "group-row" : "row-open")}
      onRow={({ item }) => ({
        onClick: (event) => {
          if (item === null) return;
          if (event.target instanceof Element && event.target.closest("button") !== null) return;
          onWhy(item.kpi.code);
        },
      })}
      summary={() => (
        <Table.Summary.Row className="items-total">
          <Table.Summary.Cell index={0} colSpan={contribution}>
            {t(step === undefined ? "items.total" : "way.contributions")}
          </Table.Summary.Cell>
          <Table.Summary.Cell index={contribution} align="right">
            <Figure value={sum} className="strong">
              {formatScore(sum)}
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

function GroupName({ group }: { group: ItemGroup }) {
  const { t } = useTranslation();
  return (
    <div>
      <div className="group-name">
        {group.section?.name ??
          t(group.kind === "extra" ? "items.group.extra" : "items.group.rest")}
      </div>
      {group.kind === "extra" && <div className="secondary small">{t("items.extraHint")}</div>}
    </div>
  );
}

/** What was measured against, with the target that was set where that is another one. */
function Target({ item }: { item: ItemView }) {
  const { t } = useTranslation();
  const { kpi, target, targetUsed, targetBasis } = item;
  const used = targetUsed ?? target;
  const prorated = target !== null && compareDecimals(used, target) !== 0;
  return (
    <Figure value={used}>
      <span title={used ?? undefined}>
        {/* A part of 9 orders is no whole number of them. */}
        {formatMeasure(used, prorated ? { ...kpi, decimals: Math.max(kpi.decimals, 2) } : kpi)}
      </span>
      {prorated && (
        <Tooltip title={t("items.targetSetHint")}>
          <span className="basis small">
            {t("items.targetSet", { target: formatMeasure(target, kpi) })}
          </span>
        </Tooltip>
      )}
      {targetBasis !== "" && <span className="basis secondary small">{targetBasis}</span>}
    </Figure>
  );
}

function Score({ value }: { value: string | null }) {
  return (
    <Figure value={value} className={value === null ? "secondary" : ""}>
      {formatScore(value)}
    </Figure>
  );
}
