import { Button, Segmented, Tooltip } from "antd";
import { lazy, Suspense, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Link, Redirect, Route, Switch, useLocation } from "wouter";
import type { LiveState } from "./api.ts";
import { SignIn } from "./pages/sign-in.tsx";
import { Boundary } from "./parts/boundary.tsx";
import { Broken, Loading, Nothing } from "./parts/faces.tsx";
import { Icon, type IconName } from "./parts/icon.tsx";
import { usePreferences, type Locale } from "./preferences.ts";
import { useLive, useSession } from "./queries.ts";
import type { WordKey } from "./words.ts";

const load = {
  sheets: () => import("./pages/sheets.tsx"),
  sheet: () => import("./pages/sheet.tsx"),
  workspace: () => import("./pages/workspace.tsx"),
  operations: () => import("./pages/operations.tsx"),
};
const Sheets = lazy(async () => ({ default: (await load.sheets()).Sheets }));
const Sheet = lazy(async () => ({ default: (await load.sheet()).Sheet }));
const Workspace = lazy(async () => ({ default: (await load.workspace()).Workspace }));
const Operations = lazy(async () => ({ default: (await load.operations()).Operations }));

/** The other screens are fetched when the first one stands, so that going there takes no waiting. */
const AHEAD_MS = 1500;

const PLACES: readonly { path: string; word: WordKey; icon: IconName }[] = [
  { path: "/sheets", word: "nav.sheets", icon: "sheets" },
  { path: "/workspace", word: "nav.workspace", icon: "grid" },
  { path: "/operations", word: "nav.operations", icon: "pulse" },
];

/** Header, navigation and the screen underneath; or how to sign in. */
export function Frame() {
  const { t } = useTranslation();
  const session = useSession();
  const signedIn = session.data?.signedIn ?? false;
  const live = useLive(signedIn);
  const [location] = useLocation();
  const place = location.split("/")[1] ?? "";

  useEffect(() => {
    if (!signedIn) return;
    const timer = setTimeout(() => {
      // Not needed yet: whoever goes there is told if it still fails then.
      void Promise.allSettled(Object.values(load).map((page) => page()));
    }, AHEAD_MS);
    return () => clearTimeout(timer);
  }, [signedIn]);

  if (session.data === undefined) {
    return session.isError ? (
      <main className="page page-narrow">
        <Broken error={session.error} onRetry={() => void session.refetch()} />
      </main>
    ) : (
      <main className="page page-narrow">
        <Loading rows={4} />
      </main>
    );
  }
  const places = PLACES.filter(({ path }) => path !== "/workspace" || session.data.workspace.grid);
  return (
    <div className="frame">
      <a className="skip-link" href="#content">
        {t("nav.skip")}
      </a>
      <header className="header">
        <Link href="/sheets" className="brand">
          <svg width="26" height="26" viewBox="0 0 32 32" aria-hidden="true">
            <rect width="32" height="32" rx="8" fill="#2f5fd0" />
            <path
              d="M23 16a7 7 0 1 1-2.3-5.2M23.5 6.5v5h-5"
              fill="none"
              stroke="#fff"
              strokeWidth="3"
              strokeLinecap="round"
              strokeLinejoin="round"
            />
          </svg>
          <span className="brand-name">{t("app.name")}</span>
          {session.data.company !== "" && (
            <span className="brand-company">{session.data.company}</span>
          )}
        </Link>
        {signedIn && <Navigation places={places} />}
        <div className="header-tools">
          {signedIn && <LiveMark state={live} />}
          <Tools />
        </div>
      </header>
      <main id="content" tabIndex={-1}>
        {signedIn ? (
          <Boundary key={place}>
            <Suspense
              fallback={
                <div className="page">
                  <Loading rows={8} />
                </div>
              }
            >
              <Switch>
                <Route path="/sheets">
                  <Sheets />
                </Route>
                <Route path="/sheets/:id">{({ id }) => <Sheet key={id} id={id} />}</Route>
                <Route path="/workspace/:table?">
                  {({ table }) =>
                    session.data.workspace.grid ? (
                      <Workspace table={table ?? null} />
                    ) : (
                      <Redirect to="/sheets" replace />
                    )
                  }
                </Route>
                <Route path="/operations">
                  <Operations />
                </Route>
                <Route path="/">
                  <Redirect to="/sheets" replace />
                </Route>
                <Route>
                  <div className="page">
                    <Nothing title={t("nav.unknown")} hint={t("nav.unknownHint")} />
                  </div>
                </Route>
              </Switch>
            </Suspense>
          </Boundary>
        ) : (
          <SignIn session={session.data} onRetry={() => void session.refetch()} />
        )}
      </main>
    </div>
  );
}

function Navigation({ places }: { places: typeof PLACES }) {
  const { t } = useTranslation();
  const [location] = useLocation();
  return (
    <nav className="nav" aria-label={t("nav.label")}>
      {places.map(({ path, word, icon }) => {
        const here = location === path || location.startsWith(`${path}/`);
        return (
          <Link
            key={path}
            href={path}
            className={here ? "nav-link nav-link-here" : "nav-link"}
            aria-current={here ? "page" : undefined}
          >
            <Icon name={icon} />
            <span>{t(word)}</span>
          </Link>
        );
      })}
    </nav>
  );
}

function LiveMark({ state }: { state: LiveState | null }) {
  const { t } = useTranslation();
  const waiting = state === "waiting";
  return (
    <Tooltip title={t(waiting ? "live.waitingHint" : "live.openHint")}>
      <span className={waiting ? "live live-waiting" : "live"} role="status" tabIndex={0}>
        <span className="live-dot" aria-hidden="true" />
        <span className="live-text">{t(waiting ? "live.waiting" : "live.open")}</span>
      </span>
    </Tooltip>
  );
}

function Tools() {
  const { t } = useTranslation();
  const { locale, theme, setLocale, setTheme } = usePreferences();
  const dark = theme === "dark";
  return (
    <>
      <Tooltip title={t(dark ? "tools.light" : "tools.dark")}>
        <Button
          type="text"
          aria-label={t(dark ? "tools.light" : "tools.dark")}
          icon={<Icon name={dark ? "sun" : "moon"} />}
          onClick={() => setTheme(dark ? "light" : "dark")}
        />
      </Tooltip>
      <Segmented<Locale>
        size="small"
        aria-label={t("tools.language")}
        value={locale}
        onChange={setLocale}
        options={[
          { value: "zh-CN", label: t("tools.chinese") },
          { value: "en-US", label: "EN" },
        ]}
      />
    </>
  );
}
