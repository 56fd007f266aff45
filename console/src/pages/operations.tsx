import { Alert, App, Button, Progress } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import type { Operations as OperationsView } from "../../../plugin/server/api.ts";
import { formatNumber } from "../decimals.ts";
import { formatMoment } from "../format.ts";
import { Broken, Loading, useRefusalWords } from "../parts/faces.tsx";
import { Figure } from "../parts/figure.tsx";
import { Icon } from "../parts/icon.tsx";
import { usePreferences } from "../preferences.ts";
import type { WordKey } from "../words.ts";
import { useDoctor, useOperations, useRecompute, useRetry } from "../queries.ts";

/** What waits, what failed, what a person should look at. */
export function Operations() {
  const { t } = useTranslation();
  const operations = useOperations();
  return (
    <div className="page">
      <title>{`${t("operations.title")} · ${t("app.name")}`}</title>
      <div className="page-head">
        <h1>{t("operations.title")}</h1>
      </div>
      {operations.isError && operations.data === undefined ? (
        <Broken error={operations.error} onRetry={() => void operations.refetch()} />
      ) : operations.data === undefined ? (
        <Loading rows={8} />
      ) : (
        <>
          <Counts operations={operations.data} />
          <Recompute />
          <div className="columns">
            <div className="stack">
              <Failures operations={operations.data} />
              <ConfigProblems operations={operations.data} />
              <Unassigned operations={operations.data} />
            </div>
            <Health />
          </div>
        </>
      )}
    </div>
  );
}

function Counts({ operations }: { operations: OperationsView }) {
  const { t } = useTranslation();
  const { locale } = usePreferences();
  const { lastReconcile } = operations;
  const counts = [
    { word: "operations.inbox", value: operations.inbox, wrong: false },
    { word: "operations.outbox", value: operations.outbox, wrong: false },
    {
      word: "operations.failed",
      value: operations.failed.length,
      wrong: operations.failed.length > 0,
    },
    {
      word: "operations.unassigned",
      value: operations.unassigned,
      wrong: operations.unassigned > 0,
    },
    {
      word: "operations.configProblems",
      value: operations.configProblems.length,
      wrong: operations.configProblems.length > 0,
    },
  ] as const;
  return (
    <dl className="counts">
      {counts.map(({ word, value, wrong }) => (
        <div key={word} className="card count-card">
          <dt>{t(word)}</dt>
          <dd className={wrong ? "warning" : ""}>
            <Figure value={String(value)}>{formatNumber(String(value))}</Figure>
          </dd>
        </div>
      ))}
      <div className="card count-card">
        <dt>{t("operations.lastReconcile")}</dt>
        <dd className="count-moment figure">
          {lastReconcile === null ? t("operations.never") : formatMoment(lastReconcile, locale)}
        </dd>
      </div>
    </dl>
  );
}

function Recompute() {
  const { t } = useTranslation();
  const { notification } = App.useApp();
  const words = useRefusalWords();
  const recompute = useRecompute();
  const { data, progress } = recompute;
  return (
    <section className="card" aria-labelledby="recompute-title">
      <div className="recompute">
        <div>
          <h2 id="recompute-title" className="card-title">
            {t("recompute.title")}
          </h2>
          <p className="secondary">{t("recompute.text")}</p>
        </div>
        <Button
          icon={<Icon name="refresh" />}
          loading={recompute.isPending}
          onClick={() =>
            recompute.mutate(undefined, {
              onError: (error) => {
                const { message, hint } = words(error);
                notification.error({ title: message, description: hint });
              },
            })
          }
        >
          {t("recompute.start")}
        </Button>
      </div>
      {recompute.isPending && progress !== null && progress.total > 0 && (
        <Progress
          aria-label={t("recompute.title")}
          percent={Math.floor((progress.done / progress.total) * 100)}
          size="small"
        />
      )}
      {data !== undefined && !recompute.isPending && (
        <Alert
          type={data.differences === 0 ? "success" : "warning"}
          showIcon
          title={t(data.differences === 0 ? "recompute.same" : "recompute.different", {
            differences: data.differences,
          })}
          description={t("recompute.done", {
            records: formatNumber(String(data.records)),
            sheets: formatNumber(String(data.sheets)),
            milliseconds: formatNumber(String(data.milliseconds)),
          })}
        />
      )}
    </section>
  );
}

function Panel(props: {
  id: string;
  title: string;
  empty: string;
  children: readonly ReactNode[];
}) {
  return (
    <section className="card" aria-labelledby={props.id}>
      <h2 id={props.id} className="card-title">
        {props.title}
      </h2>
      {props.children.length === 0 ? (
        <p className="secondary panel-empty">{props.empty}</p>
      ) : (
        <ul className="panel">{props.children}</ul>
      )}
    </section>
  );
}

function Failures({ operations }: { operations: OperationsView }) {
  const { t } = useTranslation();
  const { notification } = App.useApp();
  const words = useRefusalWords();
  const retry = useRetry();
  return (
    <Panel id="failures" title={t("operations.failed")} empty={t("operations.noFailed")}>
      {operations.failed.map((failure) => (
        <li key={failure.id}>
          <div className="strong">{failure.kind}</div>
          <div>{failure.error}</div>
          <div className="secondary small">
            {t("operations.attempts", { attempts: failure.attempts })}
            <Button
              type="link"
              size="small"
              loading={retry.isPending && retry.variables === failure.id}
              onClick={() =>
                retry.mutate(failure.id, {
                  onError: (error) => {
                    const { message, hint } = words(error);
                    notification.error({ title: message, description: hint });
                  },
                })
              }
            >
              {t("face.retry")}
            </Button>
          </div>
        </li>
      ))}
    </Panel>
  );
}

function ConfigProblems({ operations }: { operations: OperationsView }) {
  const { t } = useTranslation();
  return (
    <Panel id="problems" title={t("operations.configProblems")} empty={t("operations.noProblems")}>
      {operations.configProblems.map((row) => (
        <li key={`${row.table} ${row.record} ${row.problem}`}>
          <RowLink {...row} />
          <div className="warning">{row.problem}</div>
        </li>
      ))}
    </Panel>
  );
}

function Unassigned({ operations }: { operations: OperationsView }) {
  const { t } = useTranslation();
  return (
    <Panel id="unassigned" title={t("operations.unassigned")} empty={t("operations.noUnassigned")}>
      {operations.unassignedRecords.map((row) => (
        <li key={`${row.table} ${row.record}`}>
          <RowLink {...row} />
          <div className="warning">{row.reason}</div>
        </li>
      ))}
    </Panel>
  );
}

function RowLink({ table, record, title }: { table: string; record: string; title: string }) {
  return (
    <Link href={`/workspace/${table}?record=${encodeURIComponent(record)}`}>
      {title === "" ? record : title}
    </Link>
  );
}

function Health() {
  const { t, i18n } = useTranslation();
  const doctor = useDoctor();
  // The server may know checks that this console has no name for yet.
  const checkName = (name: string) =>
    i18n.exists(`doctor.${name}`) ? t(`doctor.${name}` as WordKey) : name;
  return (
    <section className="card" aria-labelledby="doctor-title">
      <h2 id="doctor-title" className="card-title">
        {t("doctor.title")}
        <Button type="link" size="small" onClick={() => void doctor.refetch()}>
          {t("doctor.again")}
        </Button>
      </h2>
      {doctor.isError && doctor.data === undefined ? (
        <Broken error={doctor.error} onRetry={() => void doctor.refetch()} />
      ) : doctor.data === undefined ? (
        <Loading rows={4} />
      ) : (
        <ul className="panel">
          {doctor.data.checks.map((check) => (
            <li key={check.name} className="check">
              <span className={check.ok ? "check-mark check-ok" : "check-mark check-wrong"}>
                {t(check.ok ? "doctor.ok" : "doctor.wrong")}
              </span>
              <div>
                <div className="strong">{checkName(check.name)}</div>
                <div className={check.ok ? "secondary" : ""}>{check.text}</div>
              </div>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
