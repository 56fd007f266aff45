import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { I18nextProvider } from "react-i18next";
import { Console } from "./console.tsx";
import { storedLocale, storedTheme } from "./preferences.ts";
import { openWords } from "./words.ts";
import "./styles/base.css";
import "./styles/frame.css";
import "./styles/sheets.css";
import "./styles/workspace.css";
import "./styles/small-screens.css";

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");

const locale = storedLocale();
const words = await openWords(locale);

createRoot(root).render(
  <StrictMode>
    <I18nextProvider i18n={words}>
      <Console startLocale={locale} startTheme={storedTheme()} words={words} />
    </I18nextProvider>
  </StrictMode>,
);
