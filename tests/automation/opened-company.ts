import { openSmallCompany, type SmallCompany } from "./small-company.ts";
import { openAutomation } from "../../plugin/automation/automation.ts";
import { silentLog } from "../../plugin/log.ts";
import type { Workspace } from "../../plugin/workspace/workspace.ts";

export const TARGETS: Readonly<Record<string, string>> = {
  REVENUE: "1000",
  GROWTH: "0.15",
  NEW_CUSTOMERS: "1",
  ON_TIME: "0.9",
  DISCOUNT: "0.1",
  ORDERS: "2",
};
/** Company opened, cycles opened, callbacks connected, everybody with the same targets. */
export async function opened() {
  const company = await openSmallCompany();
  const { stage } = company;
  await stage.automation().idle();
  await stage.automation().openCycles();
  stage.connect();
  setTargets(company);
  await stage.settle();
  return company;
}
export function setTargets(company: SmallCompany, targets = TARGETS) {
  for (const one of company.stage.db
    .prepare<[], { id: string; code: string }>("SELECT id, code FROM items")
    .all())
    company.update("items", one.id, { target: targets[one.code.split("|")[2] ?? ""] ?? null });
}
export function item(company: SmallCompany, code: string) {
  const row = company.stage.db
    .prepare<[string], { result: string | null }>("SELECT result FROM items WHERE code = ?")
    .get(code);
  return row?.result
    ? (JSON.parse(row.result) as {
        status: string;
        actual: string | null;
        score: string | null;
        reached: boolean | null;
        reasons: unknown;
      })
    : null;
}
export function sheet(company: SmallCompany, code: string) {
  const row = company.stage.db
    .prepare<[string], { id: string; result: string | null }>(
      "SELECT id, result FROM sheets WHERE code = ?",
    )
    .get(code);
  return row
    ? {
        id: row.id,
        ...(row.result
          ? (JSON.parse(row.result) as { total: string | null; grade: string | null })
          : { total: null, grade: null }),
      }
    : null;
}
export async function v2(company: SmallCompany, table: string, body: unknown) {
  const { embedded } = company.stage;
  const ticket = await embedded.fetch(
    new Request("http://workspace.test/v2/ticket", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        application_id: "app",
        application_secret: "app-secret",
        expired: 1000,
      }),
    }),
  );
  const { ticket: secret } = (await ticket.json()) as { ticket: string };
  const answer = await embedded.fetch(
    new Request(`http://workspace.test/v2/table/${table}`, {
      method: "PUT",
      headers: { "content-type": "application/json", "X-Huoban-Ticket": secret },
      body: JSON.stringify(body),
    }),
  );
  if (!answer.ok) throw new Error(await answer.text());
}
/** A second engine on the same state whose workspace is bent. */
export function bent(
  company: SmallCompany,
  bend: (workspace: Workspace) => Workspace,
  now = () => new Date("2026-11-23T02:00:00Z"),
) {
  const { stage } = company;
  return openAutomation({
    db: stage.db,
    workspace: bend(stage.workspace),
    bindings: company.bindings,
    log: silentLog(),
    now,
  });
}
export async function shownSheet(company: SmallCompany, code: string) {
  const id = sheet(company, code)?.id ?? "";
  const table = company.bindings.table("sheets");
  const row = (await company.stage.workspace.records.read(table, [id])).get(id);
  return {
    total: row?.fields[company.bindings.field("sheets", "total")],
    grade: row?.fields[company.bindings.field("sheets", "grade")],
  };
}
export async function comments(company: SmallCompany, code: string) {
  const id = sheet(company, code)?.id ?? "";
  return company.stage.workspace.comments.read({ table: company.bindings.table("sheets"), id });
}
