import { Alert } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "wouter";
import type { SheetDetail } from "../../../plugin/server/api.ts";
import { formatScore, formatShare } from "../format.ts";
import { Comments } from "../parts/comments.tsx";
import { Broken, Loading } from "../parts/faces.tsx";
import { Figure } from "../parts/figure.tsx";
import { Icon } from "../parts/icon.tsx";
import { Items } from "../parts/items.tsx";
import { Ledger } from "../parts/ledger.tsx";
import { Coverage, Grade, State } from "../parts/marks.tsx";
import { TotalWay } from "../parts/total-way.tsx";
import { WhyDrawer } from "../parts/why-drawer.tsx";
import { useCycles, useSheet, useSheets } from "../queries.ts";

/** One person's or department's result: figures, how they came about, what was said. */
export function Sheet({ id }: { id: string }) {
  const sheet = useSheet(id);
  const [search, setSearch] = useSearchParams();
  const why = search.get("why");
  if (sheet.isError && sheet.data === undefined) {
    return (
      <div className="page">
        <Broken error={sheet.error} onRetry={() => void sheet.refetch()} />
      </div>
    );
  }
  if (sheet.data === undefined) {
    return (
      <div className="page">
        <div className="card">
          <Loading rows={3} />
        </div>
        <div className="card">
          <Loading rows={8} />
        </div>
      </div>
    );
  }
  return (
    <div className="page">
      <Head sheet={sheet.data} />
      <section className="card card-flush" aria-labelledby="items-title">
        <ItemsTitle />
        <Items sheet={sheet.data} onWhy={(kpi) => setSearch({ why: kpi })} />
        <TotalWay sheet={sheet.data} />
      </section>
      <div className="columns">
        <Comments sheet={sheet.data} />
        <Ledger sheet={sheet.data} />
      </div>
      <WhyDrawer sheet={id} kpi={why} onClose={() => setSearch({}, { replace: true })} />
    </div>
  );
}

function ItemsTitle() {
  const { t } = useTranslation();
  return (
    <h2 id="items-title" className="card-title">
      {t("items.title")}
    </h2>
  );
}

function Head({ sheet }: { sheet: SheetDetail }) {
  const { t } = useTranslation();
  const { subject } = sheet;
  const about = [subject.department, subject.position].filter(
    (text) => text !== null && text !== subject.name,
  );
  const reasons = sheet.reasons.map((reason) => reason.text);
  return (
    <section className="card sheet-head" aria-labelledby="sheet-title">
      <title>{`${subject.name} · ${sheet.cycle} · ${t("app.name")}`}</title>
      <div className="sheet-head-who">
        <Link href={`/sheets?cycle=${encodeURIComponent(sheet.cycle)}`} className="back">
          <Icon name="left" size={14} />
          {t("sheet.back")}
        </Link>
        <h1 id="sheet-title">{subject.name}</h1>
        <div className="secondary">
          {subject.kind === "department" ? t("subject.department") : about.join(" · ")}
          {sheet.url !== null && (
            <a className="outside" href={sheet.url} target="_blank" rel="noreferrer">
              {t("sheet.openOutside")}
            </a>
          )}
        </div>
        <Neighbours sheet={sheet} />
      </div>
      <dl className="sheet-figures">
        <div>
          <dt>{t("sheets.total")}</dt>
          <dd className="sheet-total">
            <Figure value={sheet.total}>{formatScore(sheet.total)}</Figure>
          </dd>
        </div>
        <div>
          <dt>{t("sheets.grade")}</dt>
          <dd>
            <Grade grade={sheet.grade} large />
            {sheet.gradeNotes.length > 0 && (
              <ul className="grade-notes small">
                {sheet.gradeNotes.map((note) => (
                  <li key={note}>{note}</li>
                ))}
              </ul>
            )}
          </dd>
        </div>
        <div>
          <dt>{t("sheets.coverage")}</dt>
          <dd>
            <Coverage fraction={sheet.coverage} />
            <div className="secondary small">
              {t("sheet.minCoverage", { minimum: formatShare(sheet.minCoverage) })}
            </div>
          </dd>
        </div>
        <div>
          <dt>{t("sheets.scored")}</dt>
          <dd className="figure">
            {sheet.scored}/{sheet.items}
          </dd>
        </div>
        <div>
          <dt>{t("sheets.state")}</dt>
          <dd>
            <State row={sheet} reasons={reasons} />
          </dd>
        </div>
      </dl>
      {sheet.state !== "final" && (
        <Alert
          className="sheet-note"
          type={sheet.state === "provisional" ? "warning" : "info"}
          showIcon
          title={reasons.length > 0 ? reasons.join(" ") : t(`state.${sheet.state}.hint`)}
        />
      )}
    </section>
  );
}

/** The same subject one cycle earlier and later. */
function Neighbours({ sheet }: { sheet: SheetDetail }) {
  const { t } = useTranslation();
  const cycles = useCycles();
  const same = (cycles.data ?? [])
    .filter((cycle) => cycle.kind === sheet.cycleKind)
    .sort((a, b) => a.start.localeCompare(b.start))
    .map((cycle) => cycle.name);
  const here = same.indexOf(sheet.cycle);
  return (
    <nav className="neighbours" aria-label={t("cycle.label")}>
      <Neighbour sheet={sheet} cycle={same[here - 1] ?? null} direction="previous" />
      <span className="figure strong">{sheet.cycle}</span>
      <Neighbour
        sheet={sheet}
        cycle={here < 0 ? null : (same[here + 1] ?? null)}
        direction="next"
      />
    </nav>
  );
}

function Neighbour(props: {
  sheet: SheetDetail;
  cycle: string | null;
  direction: "previous" | "next";
}) {
  const { t } = useTranslation();
  const { sheet, cycle, direction } = props;
  const there = useSheets(cycle).data?.find(
    ({ subject }) => subject.kind === sheet.subject.kind && subject.id === sheet.subject.id,
  );
  const icon = <Icon name={direction === "previous" ? "left" : "right"} size={14} />;
  const label = t(`cycle.${direction}`);
  return there === undefined ? (
    <span className="neighbour neighbour-none" aria-hidden="true">
      {icon}
    </span>
  ) : (
    <Link
      className="neighbour"
      href={`/sheets/${there.id}`}
      aria-label={`${label} ${there.cycle}`}
      title={there.cycle}
    >
      {icon}
    </Link>
  );
}
