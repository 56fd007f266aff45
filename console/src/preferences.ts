import { createContext, use } from "react";

export type Locale = "zh-CN" | "en-US";
export type Theme = "light" | "dark";

export interface Preferences {
  readonly locale: Locale;
  readonly theme: Theme;
  readonly setLocale: (locale: Locale) => void;
  readonly setTheme: (theme: Theme) => void;
}

/** Read once at start; a choice made here is kept in this browser. Chinese unless told otherwise. */
export function storedLocale(): Locale {
  const stored = localStorage.getItem("kpi-loop.locale");
  if (stored === "zh-CN" || stored === "en-US") return stored;
  return navigator.language.toLowerCase().startsWith("en") ? "en-US" : "zh-CN";
}

export function storedTheme(): Theme {
  const stored = localStorage.getItem("kpi-loop.theme");
  if (stored === "light" || stored === "dark") return stored;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

export function keepPreference(name: "locale" | "theme", value: string): void {
  localStorage.setItem(`kpi-loop.${name}`, value);
}

export const PreferencesContext = createContext<Preferences | null>(null);

export function usePreferences(): Preferences {
  const preferences = use(PreferencesContext);
  if (preferences === null) throw new Error("usePreferences outside of its provider");
  return preferences;
}
