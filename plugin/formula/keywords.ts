import { LOCALES, say, type Locale } from "../words/words.ts";

export type { Locale } from "../words/words.ts";

/** Words that may stand in a method's parameters, written in any language we speak. */
export type Keyword = "clamp" | "extrapolate" | "times" | "none";

/** How a keyword is written in a language. */
export function keywordText(keyword: Keyword, locale: Locale): string {
  return say(locale, `method.keyword.${keyword}`);
}

/**
 * What is left of a text behind a keyword it begins with.
 *
 * A ":" or "=" after the keyword and blanks around it are dropped; case does not matter.
 *
 * @returns the rest, "" when nothing follows, `null` when the text begins with something else
 */
export function afterKeyword(text: string, keyword: Keyword): string | null {
  for (const locale of LOCALES) {
    const word = keywordText(keyword, locale);
    const rest = text.slice(word.length);
    if (text.slice(0, word.length).toLowerCase() !== word.toLowerCase()) continue;
    // "baseline" does not begin with the keyword "base"; Chinese needs no blank between words.
    if (/^[a-z]/i.test(rest)) continue;
    return rest.replace(/^\s*[:=]?\s*/, "");
  }
  return null;
}

/**
 * What a scoring formula calls the figure it scores, and the one it is scored against.
 *
 * @returns every name in every language, the shortest of each language first
 */
export function inputNames(input: "actual" | "target"): readonly string[] {
  return LOCALES.flatMap((locale) => say(locale, `method.input.${input}`).split("|"));
}
