import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import type { LedgerLine, SheetDetail } from "../../../plugin/server/api.ts";
import { UNKNOWN } from "../decimals.ts";
import { formatMeasure, formatMoment, formatScore } from "../format.ts";
import { usePreferences } from "../preferences.ts";
import { Nothing } from "./faces.tsx";
import { useKpiName } from "./items.tsx";

const SHOWN = 6;

/** What one cause moved: the lines that it wrote at the same moment. */
interface Move {
  readonly id: string;
  readonly first: LedgerLine;
  readonly lines: readonly LedgerLine[];
}

/** What moved a score, latest first: the cause, from which figure to which, and when. */
export function Ledger({ sheet }: { sheet: SheetDetail }) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const moves = movesOf(sheet.ledger);
  return (
    <section className="card" aria-labelledby="ledger-title">
      <h2 id="ledger-title" className="card-title">
        {t("ledger.title")}
        <span className="count">{moves.length}</span>
      </h2>
      {moves.length === 0 ? (
        <Nothing title={t("ledger.empty")} hint={t("ledger.emptyHint")} />
      ) : (
        <ol className="ledger" aria-live="polite">
          {(all ? moves : moves.slice(0, SHOWN)).map((move) => (
            <LedgerMove key={move.id} move={move} sheet={sheet} />
          ))}
        </ol>
      )}
      {moves.length > SHOWN && (
        <Button type="link" onClick={() => setAll(!all)}>
          {all ? t("ledger.fewer") : t("ledger.all", { lines: moves.length })}
        </Button>
      )}
    </section>
  );
}

function movesOf(lines: readonly LedgerLine[]): readonly Move[] {
  const moves = new Map<string, LedgerLine[]>();
  for (const line of lines) {
    const id = `${line.at} ${line.cause.kind} ${line.cause.record ?? ""}`;
    moves.set(id, [...(moves.get(id) ?? []), line]);
  }
  return [...moves]
    .flatMap(([id, [first, ...rest]]) =>
      first === undefined ? [] : [{ id, first, lines: [first, ...rest] }],
    )
    .sort((a, b) => b.first.at.localeCompare(a.first.at));
}

function LedgerMove({ move, sheet }: { move: Move; sheet: SheetDetail }) {
  const { t } = useTranslation();
  const { locale } = usePreferences();
  const { first } = move;
  // What moved the total alone, such as a section's bound, names no KPI.
  const items = move.lines.filter(({ kpi }) => kpi !== "");
  return (
    <li className="ledger-line">
      <div className="ledger-head">
        <Cause cause={first.cause} />
        <time className="secondary small figure" dateTime={first.at}>
          {formatMoment(first.at, locale)}
        </time>
      </div>
      <div className="ledger-moves strong">
        <Change
          label={t("sheets.total")}
          from={formatScore(first.totalBefore)}
          to={formatScore(first.totalAfter)}
        />
        <Change
          label={t("sheets.grade")}
          from={first.gradeBefore ?? UNKNOWN}
          to={first.gradeAfter ?? UNKNOWN}
        />
      </div>
      {items.length > 0 && (
        <ul className="ledger-items">
          {items.map((line) => (
            <Item key={line.id} line={line} sheet={sheet} />
          ))}
        </ul>
      )}
    </li>
  );
}

function Item({ line, sheet }: { line: LedgerLine; sheet: SheetDetail }) {
  const { t } = useTranslation();
  const nameOf = useKpiName();
  const kpi = sheet.itemViews.find((item) => item.kpi.code === line.kpi)?.kpi;
  const measure = (value: string | null) =>
    kpi === undefined ? (value ?? UNKNOWN) : formatMeasure(value, kpi);
  const status = (code: LedgerLine["statusBefore"]) =>
    code === null ? UNKNOWN : t(`status.${code}`);
  return (
    <li className="ledger-moves" title={line.text}>
      <span className="ledger-kpi">{kpi === undefined ? line.kpiName : nameOf(kpi)}</span>
      <Change
        label={t("items.actual")}
        from={measure(line.actualBefore)}
        to={measure(line.actualAfter)}
      />
      <Change
        label={t("items.score")}
        from={formatScore(line.scoreBefore)}
        to={formatScore(line.scoreAfter)}
      />
      <Change
        label={t("items.status")}
        from={status(line.statusBefore)}
        to={status(line.statusAfter)}
      />
    </li>
  );
}

/** From one figure to the other; nothing where they read the same. */
function Change({ label, from, to }: { label: string; from: string; to: string }) {
  if (from === to) return null;
  return (
    <span className="move figure">
      <span className="secondary">{label}</span>
      {from} → {to}
    </span>
  );
}

function Cause({ cause }: { cause: LedgerLine["cause"] }) {
  const { t } = useTranslation();
  if (cause.table === null || cause.record === null) return <span>{t(`cause.${cause.kind}`)}</span>;
  const what = `${cause.tableName ?? ""} ${cause.title ?? cause.record}`.trim();
  return (
    <span className="ledger-cause">
      {cause.change === "delete" ? (
        <span>{what}</span>
      ) : (
        <Link href={`/workspace/${cause.table}?record=${encodeURIComponent(cause.record)}`}>
          {what}
        </Link>
      )}{" "}
      <span className="secondary">
        {cause.change === null ? t(`cause.${cause.kind}`) : t(`change.${cause.change}`)}
      </span>
    </span>
  );
}
