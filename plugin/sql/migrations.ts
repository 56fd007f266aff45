import { automation } from "./0001-automation.ts";
import { install } from "./0002-install.ts";
import { server } from "./0003-server.ts";
import { indexes } from "./0004-indexes.ts";
import { moments } from "./0005-moments.ts";
import { orders } from "./0006-orders.ts";
import { sheetRules } from "./0007-sheet-rules.ts";
import { segments } from "./0008-segments.ts";

/** Forward only; a merged migration is never edited. */
export const MIGRATIONS: readonly { readonly name: string; readonly sql: string }[] = [
  { name: "0001-automation", sql: automation },
  { name: "0002-install", sql: install },
  { name: "0003-server", sql: server },
  { name: "0004-indexes", sql: indexes },
  { name: "0005-moments", sql: moments },
  { name: "0006-orders", sql: orders },
  { name: "0007-sheet-rules", sql: sheetRules },
  { name: "0008-segments", sql: segments },
];
