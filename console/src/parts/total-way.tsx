import { useTranslation } from "react-i18next";
import type { SheetDetail } from "../../../plugin/server/api.ts";
import { commonPlaces, compareDecimals } from "../decimals.ts";
import { formatChange, formatExact, formatScore } from "../format.ts";
import { Figure } from "./figure.tsx";

/**
 * What changed the total after the contributions were added, to the last digit, so that a reader can
 * check the sum. Nothing for a sheet whose total is the sum of its contributions.
 */
export function TotalWay({ sheet }: { sheet: SheetDetail }) {
  const { t } = useTranslation();
  const { steps, exactTotal, total } = sheet;
  const [first] = steps;
  if (first === undefined || exactTotal === null) return null;
  const places = commonPlaces(
    steps.flatMap(({ before, after, change }) => [before, after, change]),
  );
  return (
    <div className="way">
      <h3 id="way-title">{t("way.title")}</h3>
      <table aria-labelledby="way-title">
        <thead>
          <tr>
            <th scope="col">{t("way.step")}</th>
            <th scope="col">{t("way.change")}</th>
            <th scope="col">{t("way.after")}</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">{t("way.contributions")}</th>
            <td />
            <td>
              <Figure value={first.before}>{formatExact(first.before, places)}</Figure>
            </td>
          </tr>
          {steps.map((step, place) => (
            <tr key={`${place} ${step.code}`}>
              <th scope="row">{step.text}</th>
              <td>
                <Figure value={step.change}>{formatChange(step.change, places)}</Figure>
              </td>
              <td>
                <Figure value={step.after}>{formatExact(step.after, places)}</Figure>
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">
              {t(compareDecimals(total, exactTotal) === 0 ? "way.total" : "way.totalRounded")}
            </th>
            <td />
            <td>
              <Figure value={total} className="strong">
                {formatScore(total)}
              </Figure>
            </td>
          </tr>
        </tfoot>
      </table>
    </div>
  );
}
