import { Tag, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import type { SheetRow } from "../../../plugin/server/api.ts";
import type { ItemView } from "../contract.ts";
import { UNKNOWN } from "../decimals.ts";
import { formatShare } from "../format.ts";
import { Figure } from "./figure.tsx";

/** Grades that have a colour of their own; a company may name others. */
const COLOURED = ["S", "A", "B", "C", "D"];

/** The grade as a letter on its colour; without one, unknown. */
export function Grade({ grade, large = false }: { grade: string | null; large?: boolean }) {
  const { t } = useTranslation();
  if (grade === null) {
    return (
      <Figure value={null} className="secondary">
        <span aria-label={t("grade.none")}>{UNKNOWN}</span>
      </Figure>
    );
  }
  return (
    <Figure value={grade}>
      <Tag
        className={[
          "grade",
          large ? "grade-large" : "",
          COLOURED.includes(grade) ? `grade-${grade}` : "",
        ].join(" ")}
        aria-label={t("grade.label", { grade })}
      >
        {grade}
      </Tag>
    </Figure>
  );
}

/** How far a result can be relied on, with the reason where it cannot. */
export function State({ row, reasons = [] }: { row: SheetRow; reasons?: readonly string[] }) {
  const { t } = useTranslation();
  const hint = [t(`state.${row.state}.hint`), ...reasons].join(" ");
  return (
    <Tooltip title={hint}>
      <Tag className={`state state-${row.state}`} tabIndex={0} aria-label={hint}>
        {t(`state.${row.state}`)}
      </Tag>
    </Tooltip>
  );
}

/** Share of the weight that has a score, as bar and figure. */
export function Coverage({ fraction }: { fraction: string }) {
  const text = formatShare(fraction);
  return (
    <Figure value={fraction} className="coverage">
      <span className="coverage-bar" aria-hidden="true">
        <span className="coverage-fill" style={{ width: text }} />
      </span>
      <span className="coverage-text">{text}</span>
    </Figure>
  );
}

/** What became of an item; anything but OK says why in a sentence. */
export function ItemStatus({ item }: { item: ItemView }) {
  const { t } = useTranslation();
  if (item.status === "OK") {
    const word =
      item.reached === null ? "item.ok" : item.reached ? "item.reached" : "item.notReached";
    return (
      <span className={item.reached === false ? "status status-short" : "status status-ok"}>
        <span className="status-dot" aria-hidden="true" />
        {t(word)}
        {item.reasons.map((reason) => (
          <span key={reason.code} className="status-reason secondary">
            {reason.text}
          </span>
        ))}
      </span>
    );
  }
  return (
    <span className="status status-missing">
      <Tag className={item.status === "ERROR" ? "tag-wrong" : "tag-warning"}>
        {t(`status.${item.status}`)}
      </Tag>
      {item.reasons.map((reason) => (
        <span key={reason.code} className="status-reason">
          {reason.text}
        </span>
      ))}
    </span>
  );
}
