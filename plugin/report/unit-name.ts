import { say, type Locale } from "../words/words.ts";

/**
 * What a dimension is called: "money (CNY)", "time", "money (CNY) ÷ count".
 *
 * @param dimension  as the formula room writes it: `money:CNY`, `time`, `money:CNY/count`, `ratio`
 */
export function dimensionName(dimension: string, locale: Locale): string {
  const named = (part: string) =>
    part
      .split("*")
      .map((factor) => {
        const [name = "", exponent] = factor.split("^");
        const [kind = "", currency = ""] = name.split(":");
        const word = kind === "1" ? "1" : say(locale, `dimension.${kind}`, { currency });
        return exponent === undefined ? word : `${word}^${exponent}`;
      })
      .join(" × ");
  return dimension.split("/").map(named).join(" ÷ ");
}
