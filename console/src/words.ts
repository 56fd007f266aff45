import i18next, { type i18n } from "i18next";
import { initReactI18next } from "react-i18next";
import en from "./locales/en-US.json" with { type: "json" };
import zh from "./locales/zh-CN.json" with { type: "json" };
import type { Locale } from "./preferences.ts";

/** Keys are checked by the compiler: a sentence that does not exist does not build. */
declare module "i18next" {
  interface CustomTypeOptions {
    keySeparator: false;
    nsSeparator: false;
    returnNull: false;
    resources: { translation: typeof zh };
  }
}

export type WordKey = keyof typeof zh;

/** The console's sentences. The two files hold the same flat keys; a test keeps them so. */
export async function openWords(locale: Locale): Promise<i18n> {
  const words = i18next.createInstance();
  await words.use(initReactI18next).init({
    lng: locale,
    fallbackLng: false,
    resources: { "zh-CN": { translation: zh }, "en-US": { translation: en } },
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false }, // React escapes
  });
  return words;
}
