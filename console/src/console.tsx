import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { App, ConfigProvider, theme as antdTheme } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import type { i18n } from "i18next";
import { useLayoutEffect, useMemo, useState } from "react";
import { createApi, Refusal } from "./api.ts";
import { Frame } from "./frame.tsx";
import { keepPreference, PreferencesContext, type Locale, type Theme } from "./preferences.ts";
import { ApiContext } from "./queries.ts";

const FONT =
  '"Inter", -apple-system, BlinkMacSystemFont, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif';

/** Everything the screens stand on: language, theme, the way to the server, the cache. */
export function Console(props: { startLocale: Locale; startTheme: Theme; words: i18n }) {
  const { words } = props;
  const [locale, setLocale] = useState(props.startLocale);
  const [theme, setTheme] = useState(props.startTheme);

  useLayoutEffect(() => {
    document.documentElement.lang = locale;
    document.documentElement.dataset.theme = theme;
  }, [locale, theme]);

  const preferences = useMemo(
    () => ({
      locale,
      theme,
      setLocale: (next: Locale) => {
        keepPreference("locale", next);
        void words.changeLanguage(next).then(() => setLocale(next));
      },
      setTheme: (next: Theme) => {
        keepPreference("theme", next);
        setTheme(next);
      },
    }),
    [locale, theme, words],
  );

  const [client] = useState(
    () =>
      new QueryClient({
        defaultOptions: {
          // The server is often this very machine: a browser that believes to be offline may ask it.
          mutations: { networkMode: "always" },
          queries: {
            networkMode: "always",
            // Live events say when something changed; until then what we have is current.
            staleTime: 30_000,
            refetchOnWindowFocus: true,
            retry: (failures, error) =>
              failures < 2 &&
              (!(error instanceof Refusal) || error.status === 0 || error.status >= 502),
            retryDelay: (attempt) => 400 * 2 ** attempt,
          },
        },
      }),
  );
  const api = useMemo(
    () =>
      createApi({
        locale,
        onSignedOut: () => void client.invalidateQueries({ queryKey: [locale, "session"] }),
      }),
    [locale, client],
  );

  const dark = theme === "dark";
  return (
    <PreferencesContext value={preferences}>
      <ConfigProvider
        locale={locale === "zh-CN" ? zhCN : enUS}
        button={{ autoInsertSpace: false }}
        theme={{
          algorithm: dark ? antdTheme.darkAlgorithm : antdTheme.defaultAlgorithm,
          token: {
            colorLink: dark ? "#86a7f7" : "#2f5fd0",
            colorPrimary: dark ? "#6b93f5" : "#2f5fd0",
            colorBgLayout: dark ? "#121418" : "#f5f6f8",
            colorBgContainer: dark ? "#1a1d23" : "#ffffff",
            colorBgElevated: dark ? "#21252c" : "#ffffff",
            borderRadius: 6,
            fontFamily: FONT,
            fontSize: 14,
          },
          components: {
            Table: {
              headerBg: dark ? "#20242b" : "#f7f8fa",
              headerSplitColor: "transparent",
              cellPaddingBlockMD: 9,
              cellPaddingBlockSM: 6,
            },
          },
        }}
      >
        <App className="app" notification={{ placement: "bottomRight" }}>
          <QueryClientProvider client={client}>
            <ApiContext value={api}>
              <Frame />
            </ApiContext>
          </QueryClientProvider>
        </App>
      </ConfigProvider>
    </PreferencesContext>
  );
}
