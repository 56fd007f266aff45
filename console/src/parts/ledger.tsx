import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import type { LedgerLine } from "../../../plugin/server/api.ts";
import { UNKNOWN } from "../decimals.ts";
import { formatMoment, formatScore } from "../format.ts";
import { usePreferences } from "../preferences.ts";
import { Nothing } from "./faces.tsx";

const SHOWN = 8;

/** What moved a score, latest first: the cause, from which figure to which, and when. */
export function Ledger({ lines }: { lines: readonly LedgerLine[] }) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const latest = [...lines].sort((a, b) => b.at.localeCompare(a.at));
  const shown = all ? latest : latest.slice(0, SHOWN);
  return (
    <section className="card" aria-labelledby="ledger-title">
      <h2 id="ledger-title" className="card-title">
        {t("ledger.title")}
        <span className="count">{lines.length}</span>
      </h2>
      {lines.length === 0 ? (
        <Nothing title={t("ledger.empty")} hint={t("ledger.emptyHint")} />
      ) : (
        <ol className="ledger" aria-live="polite">
          {shown.map((line) => (
            <Line key={line.id} line={line} />
          ))}
        </ol>
      )}
      {latest.length > SHOWN && (
        <Button type="link" onClick={() => setAll(!all)}>
          {all ? t("ledger.fewer") : t("ledger.all", { lines: latest.length })}
        </Button>
      )}
    </section>
  );
}

function Line({ line }: { line: LedgerLine }) {
  const { t } = useTranslation();
  const { locale } = usePreferences();
  return (
    <li className="ledger-line">
      <div className="ledger-head">
        <span className="strong">{line.kpiName}</span>
        <time className="secondary small figure" dateTime={line.at}>
          {formatMoment(line.at, locale)}
        </time>
      </div>
      <div className="ledger-text">{line.text}</div>
      <div className="ledger-moves">
        <Move label={t("items.score")} from={line.scoreBefore} to={line.scoreAfter} />
        <Move label={t("sheets.total")} from={line.totalBefore} to={line.totalAfter} />
        {line.gradeBefore !== line.gradeAfter && (
          <span className="move">
            <span className="secondary">{t("sheets.grade")}</span>
            {line.gradeBefore ?? UNKNOWN} → <b>{line.gradeAfter ?? UNKNOWN}</b>
          </span>
        )}
      </div>
      <Cause cause={line.cause} />
    </li>
  );
}

function Move({ label, from, to }: { label: string; from: string | null; to: string | null }) {
  if (from === to) return null;
  return (
    <span className="move figure">
      <span className="secondary">{label}</span>
      {formatScore(from)} → <b>{formatScore(to)}</b>
    </span>
  );
}

function Cause({ cause }: { cause: LedgerLine["cause"] }) {
  const { t } = useTranslation();
  const change = cause.change === null ? "" : t(`change.${cause.change}`);
  if (cause.table === null || cause.record === null) {
    return <div className="secondary small">{t(`cause.${cause.kind}`)}</div>;
  }
  const title = cause.title ?? cause.record;
  return (
    <div className="small">
      <span className="secondary">
        {[t(`cause.${cause.kind}`), change].filter((text) => text !== "").join(" · ")}
      </span>{" "}
      {cause.change === "delete" ? (
        <span>
          {cause.tableName ?? ""} {title}
        </span>
      ) : (
        <Link href={`/workspace/${cause.table}?record=${encodeURIComponent(cause.record)}`}>
          {cause.tableName ?? ""} {title}
        </Link>
      )}
    </div>
  );
}
