import { Alert, Descriptions, Drawer, Table, Tooltip, type TableColumnsType } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import type { Why } from "../../../plugin/server/api.ts";
import type { WhyRecord, WhySource } from "../contract.ts";
import { formatNumber, formatPercent, UNKNOWN } from "../decimals.ts";
import { formatMeasure, formatScore } from "../format.ts";
import { useWhy } from "../queries.ts";
import { Broken, Loading, Nothing } from "./faces.tsx";
import { Figure } from "./figure.tsx";
import { Icon } from "./icon.tsx";
import { useKpiName } from "./items.tsx";
import { ItemStatus } from "./marks.tsx";

const PAGE = 50;

/** Why a KPI has its score: definition, method, every step, and the records themselves. */
export function WhyDrawer(props: { sheet: string; kpi: string | null; onClose: () => void }) {
  const { t } = useTranslation();
  const [turned, setTurned] = useState({ of: "", page: 1 });
  const which = `${props.sheet} ${props.kpi ?? ""}`;
  const page = turned.of === which ? turned.page : 1;
  const why = useWhy(props.sheet, props.kpi, { offset: (page - 1) * PAGE, limit: PAGE });
  const nameOf = useKpiName();
  return (
    <Drawer
      open={props.kpi !== null}
      onClose={props.onClose}
      size="min(760px, 100vw)"
      title={
        why.data === undefined
          ? t("why.title")
          : t("why.titleOf", {
              kpi: nameOf(why.data.item.kpi),
              subject: why.data.subject,
              cycle: why.data.cycle,
            })
      }
      destroyOnHidden
    >
      {why.isError && why.data === undefined ? (
        <Broken error={why.error} onRetry={() => void why.refetch()} />
      ) : why.data === undefined ? (
        <Loading rows={10} />
      ) : (
        <Reasons
          key={which}
          why={why.data}
          page={page}
          onPage={(next) => setTurned({ of: which, page: next })}
        />
      )}
    </Drawer>
  );
}

interface Pages {
  readonly page: number;
  readonly onPage: (page: number) => void;
}

function Reasons({ why, page, onPage }: { why: Why } & Pages) {
  const { t } = useTranslation();
  const { item } = why;
  const figures = [
    { label: t("items.target"), value: item.target, text: formatMeasure(item.target, item.kpi) },
    { label: t("items.actual"), value: item.actual, text: formatMeasure(item.actual, item.kpi) },
    { label: t("items.score"), value: item.score, text: formatScore(item.score) },
    {
      label: t("items.contribution"),
      value: item.contribution,
      text: formatScore(item.contribution),
    },
  ];
  const about = [
    { key: "definition", label: t("why.definition"), children: why.definition },
    { key: "exclusions", label: t("why.exclusions"), children: why.exclusions },
    { key: "formulaWords", label: t("why.formulaWords"), children: why.formulaWords },
    {
      key: "formula",
      label: t("why.formula"),
      children: why.formula === "" ? "" : <code className="formula">{why.formula}</code>,
    },
    {
      key: "method",
      label: t("why.method"),
      children: (
        <>
          <b>{why.method.name}</b>
          <div>{why.method.text}</div>
        </>
      ),
    },
    { key: "example", label: t("why.example"), children: why.example },
  ].filter(({ children }) => children !== "");
  return (
    <div className="why">
      <div className="why-figures">
        {figures.map(({ label, value, text }) => (
          <div key={label} className="why-figure">
            <div className="secondary small">{label}</div>
            <Figure value={value} className="why-value">
              {text}
            </Figure>
          </div>
        ))}
      </div>
      {item.status !== "OK" && (
        <Alert type="warning" showIcon={false} title={<ItemStatus item={item} />} />
      )}
      <h3>{t("why.steps")}</h3>
      {why.steps.length === 0 ? (
        <Nothing title={t("why.noSteps")} />
      ) : (
        <ol className="steps">
          {why.steps.map((step) => (
            <li key={step.code} className="step">
              <div className="step-body">
                <div className="strong">{step.label}</div>
                <div className="step-text">{step.text}</div>
              </div>
              <Figure value={step.value} className="step-value">
                <span title={step.value ?? undefined}>{stepValue(step, item.kpi)}</span>
              </Figure>
            </li>
          ))}
        </ol>
      )}
      <h3>{t("why.about")}</h3>
      <Descriptions
        bordered
        size="small"
        column={1}
        items={about}
        styles={{
          label: { width: 110, verticalAlign: "top" },
          content: { whiteSpace: "pre-wrap" },
        }}
      />
      {why.sources.length > 0 && (
        <>
          <h3>{t("why.sources")}</h3>
          <Sources sources={why.sources} />
        </>
      )}
      <h3>
        {t("why.records")}
        <span className="count">{why.recordCount}</span>
      </h3>
      <Records why={why} page={page} onPage={onPage} />
    </div>
  );
}

/** A step's value in the unit it has at that point; the exact figure stands in its title. */
function stepValue({ code, value }: Why["steps"][number], kpi: Why["item"]["kpi"]): string {
  if (value === null) return UNKNOWN;
  switch (code) {
    case "formula":
    case "target":
      return formatMeasure(value, kpi);
    case "method":
    case "limit":
    case "contribution":
      return formatScore(value);
    case "weight":
      return formatPercent(value, { places: 2 });
    default:
      return formatNumber(value, { places: 6 });
  }
}

function Sources({ sources }: { sources: readonly WhySource[] }) {
  const { t } = useTranslation();
  return (
    <ul className="sources">
      {sources.map((source) => (
        <li key={`${source.key} ${source.period}`}>
          <div className="source-head">
            <span>
              <span className="strong">{source.name}</span>{" "}
              <span className="secondary">{source.period}</span>
            </span>
            <Figure value={source.value} className="strong">
              {source.value === null ? UNKNOWN : formatNumber(source.value, { places: 6 })}
            </Figure>
          </div>
          <div className="secondary small">
            {source.rule}
            {source.rule !== "" && " · "}
            {t("why.sourceCount", { records: source.count })}
            {source.invalid > 0 && (
              <span className="warning">
                {" "}
                · {t("why.sourceInvalid", { records: source.invalid })}
              </span>
            )}
            {source.status !== "OK" && (
              <span className="warning"> · {t(`status.${source.status}`)}</span>
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}

function Records({ why, page, onPage }: { why: Why } & Pages) {
  const { t } = useTranslation();
  if (why.records.length === 0) {
    return <Nothing title={t("why.noRecords")} hint={t("why.noRecordsHint")} />;
  }
  const ratio = why.records.some((record) => record.denominator !== null);
  const columns: TableColumnsType<WhyRecord> = [
    {
      title: t("why.record"),
      key: "title",
      render: (_, record) => (
        <div>
          <Link href={`/workspace/${record.table}?record=${encodeURIComponent(record.id)}`}>
            {record.title === "" ? record.id : record.title}
          </Link>
          {record.fields.length > 0 && (
            <Tooltip
              title={record.fields.map(({ name, value }) => (
                <div key={name}>
                  {name}: {value === "" ? UNKNOWN : value}
                </div>
              ))}
            >
              <span className="record-fields" tabIndex={0} aria-label={t("why.fields")}>
                <Icon name="help" size={14} />
              </span>
            </Tooltip>
          )}
          <div className="secondary small">{record.tableName}</div>
        </div>
      ),
    },
    {
      title: t("why.date"),
      key: "date",
      width: 112,
      render: (_, record) => (
        <div className="figure">
          {record.date ?? UNKNOWN}
          {record.period !== why.cycle && (
            <div className="secondary small">{t("why.comparison", { period: record.period })}</div>
          )}
        </div>
      ),
    },
    {
      title: ratio ? t("why.numerator") : t("why.value"),
      key: "value",
      width: 130,
      align: "right",
      render: (_, record) => (
        <div>
          <Figure value={record.value}>
            {record.value === null ? UNKNOWN : formatNumber(record.value, { places: 6 })}
          </Figure>
          {record.problem !== null && <div className="warning small">{record.problem}</div>}
        </div>
      ),
    },
    ...(ratio
      ? [
          {
            title: t("why.denominator"),
            key: "denominator",
            width: 120,
            align: "right" as const,
            render: (_: unknown, record: WhyRecord) => (
              <Figure value={record.denominator}>
                {record.denominator === null
                  ? UNKNOWN
                  : formatNumber(record.denominator, { places: 6 })}
              </Figure>
            ),
          },
        ]
      : []),
  ];
  return (
    <Table<WhyRecord>
      rowKey={(record) => `${record.source} ${record.period} ${record.table} ${record.id}`}
      size="small"
      columns={columns}
      dataSource={why.records}
      scroll={{ x: 480 }}
      pagination={{
        current: page,
        pageSize: PAGE,
        total: why.recordCount,
        showSizeChanger: false,
        hideOnSinglePage: true,
        size: "small",
        onChange: onPage,
      }}
    />
  );
}
