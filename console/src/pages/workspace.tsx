import { Select } from "antd";
import { useTranslation } from "react-i18next";
import { Link, Redirect, useLocation } from "wouter";
import type { GridTable } from "../../../plugin/server/api.ts";
import { formatNumber } from "../decimals.ts";
import { Broken, Loading, Nothing } from "../parts/faces.tsx";
import { TableGrid } from "../parts/table-grid.tsx";
import { useTables } from "../queries.ts";
import type { WordKey } from "../words.ts";

const GROUPS: readonly { group: string; word: WordKey }[] = [
  { group: "business", word: "workspace.business" },
  { group: "configuration", word: "workspace.configuration" },
  { group: "result", word: "workspace.result" },
];

/** The workspace's tables and the rows of one of them. */
export function Workspace({ table }: { table: string | null }) {
  const { t } = useTranslation();
  const tables = useTables();
  if (tables.isError && tables.data === undefined) {
    return (
      <div className="page">
        <Broken error={tables.error} onRetry={() => void tables.refetch()} />
      </div>
    );
  }
  if (tables.data === undefined) {
    return (
      <div className="page">
        <Loading rows={10} />
      </div>
    );
  }
  const groups = grouped(tables.data);
  const first = groups[0]?.tables[0];
  if (first === undefined) {
    return (
      <div className="page">
        <Nothing title={t("workspace.noTables")} hint={t("workspace.noTablesHint")} />
      </div>
    );
  }
  const open = tables.data.find(({ id }) => id === table);
  if (table === null) return <Redirect to={`/workspace/${first.id}`} replace />;
  return (
    <div className="workspace">
      <TableList groups={groups} here={table} />
      {open === undefined ? (
        <div className="page">
          <Nothing title={t("workspace.noTable")} hint={t("workspace.noTableHint")} />
        </div>
      ) : (
        <TableGrid key={open.id} table={open} tables={tables.data} />
      )}
    </div>
  );
}

interface Group {
  readonly word: WordKey;
  readonly tables: readonly GridTable[];
}

/** Known groups in their order; tables of any other group come last. */
function grouped(tables: readonly GridTable[]): readonly Group[] {
  const known = GROUPS.map(({ group, word }) => ({
    word,
    tables: tables.filter((table) => table.group === group),
  }));
  const names = GROUPS.map(({ group }) => group);
  const others: Group = {
    word: "workspace.other",
    tables: tables.filter((table) => !names.includes(table.group)),
  };
  return [...known, others].filter((group) => group.tables.length > 0);
}

function TableList({ groups, here }: { groups: readonly Group[]; here: string }) {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  return (
    <nav className="table-list" aria-label={t("workspace.tables")}>
      <Select
        className="table-list-select"
        aria-label={t("workspace.tables")}
        value={here}
        onChange={(id) => navigate(`/workspace/${id}`)}
        options={groups.map(({ word, tables }) => ({
          label: t(word),
          title: t(word),
          options: tables.map(({ id, name }) => ({ value: id, label: name })),
        }))}
      />
      {groups.map(({ word, tables }) => (
        <div key={word} className="table-group">
          <h2 className="table-group-name">{t(word)}</h2>
          <ul>
            {tables.map((table) => (
              <li key={table.id}>
                <Link
                  href={`/workspace/${table.id}`}
                  className={table.id === here ? "table-link table-link-here" : "table-link"}
                  aria-current={table.id === here ? "page" : undefined}
                >
                  <span className="table-link-name" title={table.name}>
                    {table.name}
                  </span>
                  <span className="table-link-rows figure">{formatNumber(String(table.rows))}</span>
                </Link>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}
