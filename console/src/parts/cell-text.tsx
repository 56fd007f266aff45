import { Tag } from "antd";
import { useTranslation } from "react-i18next";
import type { GridField } from "../../../plugin/server/api.ts";
import type { GridCell } from "../contract.ts";
import { formatNumber, formatPercent } from "../decimals.ts";
import { Figure } from "./figure.tsx";

/** Figures line up on the right. */
export function isFigure(field: GridField): boolean {
  return ["number", "percent", "money", "calculation"].includes(field.type);
}

/** A cell's value as a person reads it. Figures keep every digit they have. */
export function CellText({ field, cell }: { field: GridField; cell: GridCell | undefined }) {
  const { t } = useTranslation();
  const value = cell?.value ?? null;
  const text = cell?.text ?? "";
  if (field.type === "checkbox") {
    return <span>{t(value === true ? "cell.yes" : "cell.no")}</span>;
  }
  if (value === null) return <Figure value={null}>{text}</Figure>;
  if (typeof value === "string") {
    if (field.type === "number" || field.type === "calculation") {
      return <Figure value={value}>{formatNumber(value)}</Figure>;
    }
    if (field.type === "money") {
      return <Figure value={value}>{formatNumber(value, { minPlaces: 2 })}</Figure>;
    }
    if (field.type === "percent") return <Figure value={value}>{formatPercent(value)}</Figure>;
  }
  if (field.type === "option" && typeof value === "object") {
    return (
      <Figure value={value.join(" ")}>
        {value.map((id) => {
          const option = field.options.find((candidate) => candidate.id === id);
          return (
            <Tag key={id} {...(option?.color === undefined ? {} : { color: option.color })}>
              {option?.name ?? text}
            </Tag>
          );
        })}
      </Figure>
    );
  }
  return <Figure value={text}>{text}</Figure>;
}
