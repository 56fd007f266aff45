import { Select, Tag } from "antd";
import { useTranslation } from "react-i18next";
import type { Cycle } from "../../../plugin/server/api.ts";

/**
 * Cycles by year, latest first; within a year months, then quarters and longer ones. Planned cycles
 * have no sheets and are left out.
 */
export function CyclePicker(props: {
  cycles: readonly Cycle[];
  value: string;
  onChange: (name: string) => void;
}) {
  const { t } = useTranslation();
  const kinds = { month: 0, quarter: 1, half: 2, year: 3 };
  const ordered = props.cycles
    .filter(({ status }) => status !== "planned")
    .sort(
      (a, b) =>
        b.start.slice(0, 4).localeCompare(a.start.slice(0, 4)) ||
        kinds[a.kind] - kinds[b.kind] ||
        b.start.localeCompare(a.start),
    );
  const years = [...new Set(ordered.map((cycle) => cycle.start.slice(0, 4)))];
  return (
    <Select
      className="cycle-picker"
      aria-label={t("cycle.choose")}
      showSearch
      value={props.value}
      onChange={props.onChange}
      listHeight={420}
      popupMatchSelectWidth={240}
      options={years.map((year) => ({
        label: t("cycle.year", { year }),
        title: year,
        options: ordered
          .filter((cycle) => cycle.start.startsWith(year))
          .map((cycle) => ({ value: cycle.name, label: cycle.name })),
      }))}
      optionRender={({ value }) => {
        const cycle = props.cycles.find(({ name }) => name === value);
        return (
          cycle !== undefined && (
            <span className="cycle-option">
              <span className="figure">{cycle.name}</span>
              <span className="cycle-kind">
                {t(`cycleKind.${cycle.kind}`)}
                {cycle.status === "locked" && (
                  <Tag className="cycle-status">{t("cycle.locked")}</Tag>
                )}
              </span>
            </span>
          )
        );
      }}
    />
  );
}
