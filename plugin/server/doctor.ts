import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Database } from "../database.ts";
import { isPluginError } from "../errors.ts";
import { readBindings } from "../install/bindings.ts";
import { formatMoment } from "../report/format.ts";
import { say, type Locale } from "../words/words.ts";
import type { Doctor } from "./api.ts";
import type { ServerDeps } from "./deps.ts";

type Check = Doctor["checks"][number];
type Details = Readonly<Record<string, string | number>>;

/** Look at everything the plugin depends on and say, for each, whether a person has to act. */
export async function examine(deps: ServerDeps, locale: Locale): Promise<Doctor> {
  const found = (name: string, ok: boolean, key: string, details: Details = {}): Check => ({
    name,
    ok,
    text: say(locale, `doctor.${key}`, details),
  });
  const health = deps.automation.health();
  const [firstFailure] = health.failed;
  const problems = deps.automation.views.configProblems(locale);
  const [firstProblem] = problems;
  const damage = damageOf(deps.db);
  const checks = [
    found("node", true, "node", { version: process.versions.node }),
    damage === null
      ? found("state", true, "state")
      : found("state", false, "state.bad", { reason: damage }),
    ...(await examineWorkspace(deps, locale, found)),
    firstFailure === undefined
      ? found("queue", true, "queue", { inbox: health.inbox, outbox: health.outbox })
      : found("queue", false, "queue.bad", {
          failed: health.failed.length,
          error: firstFailure.error,
        }),
    firstProblem === undefined
      ? found("configuration", true, "configuration")
      : found("configuration", false, "configuration.bad", {
          count: problems.length,
          title: firstProblem.title,
          problem: firstProblem.text,
        }),
    health.unassigned === 0
      ? found("unassigned", true, "unassigned")
      : found("unassigned", false, "unassigned.bad", { count: health.unassigned }),
    health.lastReconcile === null
      ? found("reconcile", true, "reconcile.never")
      : found("reconcile", true, "reconcile", {
          at: formatMoment(health.lastReconcile, deps.timeZone),
        }),
    existsSync(join(deps.consoleFolder, "index.html"))
      ? found("console", true, "console")
      : found("console", false, "console.bad"),
  ];
  return { ok: checks.every(({ ok }) => ok), checks };
}

async function examineWorkspace(
  deps: ServerDeps,
  locale: Locale,
  found: (name: string, ok: boolean, key: string, details?: Details) => Check,
): Promise<Check[]> {
  try {
    const tables = await deps.workspace.structure.read();
    const there = new Set(tables.flatMap(({ id, fields }) => [id, ...fields.map((f) => f.id)]));
    const bound = readBindings(deps.db).filter(({ kind }) => kind !== "option");
    const gone = bound.filter(({ id }) => !there.has(id)).map(({ key }) => key);
    return [
      found("workspace", true, "workspace", { tables: tables.length }),
      bound.length === 0
        ? found("bindings", false, "bindings.none")
        : gone.length === 0
          ? found("bindings", true, "bindings", { count: bound.length })
          : found("bindings", false, "bindings.bad", { what: gone.join(", ") }),
    ];
  } catch (error) {
    if (!isPluginError(error)) throw error;
    const { message, hint } = error.tell(locale);
    return [found("workspace", false, "workspace.bad", { reason: message, hint })];
  }
}

/** What SQLite says about the file, or null when it is whole. */
function damageOf(db: Database): string | null {
  const answer = db.pragma("quick_check(1)", { simple: true });
  return answer === "ok" ? null : String(answer);
}
