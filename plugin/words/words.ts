import en from "./en-US.json" with { type: "json" };
import zh from "./zh-CN.json" with { type: "json" };

export type Locale = "zh-CN" | "en-US";
export const LOCALES: readonly Locale[] = ["zh-CN", "en-US"];

type Table = Readonly<Record<string, string>>;
const TABLES: Readonly<Record<Locale, Table>> = { "zh-CN": zh, "en-US": en };

/**
 * A sentence in the reader's language.
 *
 * Words live in `en-US.json` and `zh-CN.json` beside this file, flat, keyed `group.name`; `{name}`
 * is replaced by the detail of that name. A test holds the two files to the same keys and details.
 *
 * @throws Error for an unknown key: a missing sentence is a bug to see in tests, not on a screen
 */
export function say(
  locale: Locale,
  key: string,
  details: Readonly<Record<string, unknown>> = {},
): string {
  const sentence = TABLES[locale][key];
  if (sentence === undefined) throw new Error(`No words for "${key}" in ${locale}`);
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) =>
    name in details ? String(details[name]) : whole,
  );
}

export function hasWords(key: string): boolean {
  return key in zh && key in en;
}

/** The best of our languages for an `Accept-Language` header or a `LANG` variable; Chinese first. */
export function localeOf(wish: string | null | undefined): Locale {
  const first = (wish ?? "").trim().toLowerCase();
  return first.startsWith("en") ? "en-US" : "zh-CN";
}

export function wordsOf(locale: Locale): Table {
  return TABLES[locale];
}
