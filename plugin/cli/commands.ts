import { openAsBlob } from "node:fs";
import { writeFile } from "node:fs/promises";
import { basename } from "node:path";
import type { z } from "zod";
import { PluginError } from "../errors.ts";
import { Doctor, Explained, ImportReport, Recomputed, SignInLink } from "../server/api.ts";
import { ask, readLines } from "./answers.ts";
import type { Call } from "./connect.ts";
import { say } from "../words/words.ts";
import { EXIT, type ExitCode, type Terminal } from "./terminal.ts";

/** Every command below does one thing through the API and says how it ended. */
type Command<Options> = (terminal: Terminal, call: Call, options: Options) => Promise<ExitCode>;

const json = async <Shape extends z.ZodType>(response: Response, shape: Shape) =>
  shape.parse(await response.json());

export const link: Command<object> = async (terminal, call) => {
  const made = await json(await ask(terminal, call, "/api/links", { method: "POST" }), SignInLink);
  if (terminal.json) terminal.printJson(made);
  else terminal.print(made.url);
  return EXIT.done;
};

export const recompute: Command<object> = async (terminal, call) => {
  const answer = await ask(terminal, call, "/api/recompute", { method: "POST" });
  const result = await readLines(terminal, "recompute", answer, Recomputed);
  if (terminal.json) terminal.printJson(result);
  terminal.tell(result.differences === 0 ? "recomputed" : "recomputed.corrected", {
    ...result,
    seconds: (result.milliseconds / 1000).toFixed(1),
  });
  return EXIT.done;
};

export const explain: Command<{
  readonly subject: string;
  readonly cycle: string;
  readonly kpi?: string;
}> = async (terminal, call, { subject, cycle, kpi }) => {
  const query = new URLSearchParams({ subject, cycle, ...(kpi === undefined ? {} : { kpi }) });
  query.set("format", terminal.json ? "json" : "text");
  const answer = await ask(terminal, call, `/api/explain?${query.toString()}`);
  if (terminal.json) terminal.printJson(await json(answer, Explained));
  else terminal.print(await answer.text());
  return EXIT.done;
};

export const exportResults: Command<{
  readonly cycle: string;
  readonly format: string;
  readonly out?: string;
}> = async (terminal, call, { cycle, format, out }) => {
  // A workbook is no text: on a screen it would be noise.
  if (format === "xlsx" && out === undefined) {
    throw new PluginError("request/invalid", {
      problems: say(terminal.locale, "cli.export.file-needed"),
    });
  }
  const query = new URLSearchParams({ cycle, format });
  const answer = await ask(terminal, call, `/api/export?${query.toString()}`);
  // `text()` would drop the byte order mark that Excel needs.
  const bytes = Buffer.from(await answer.arrayBuffer());
  const content =
    format === "json" ? `${JSON.stringify(JSON.parse(bytes.toString("utf8")), null, 2)}\n` : bytes;
  if (out === undefined) {
    terminal.print(content.toString("utf8"));
    return EXIT.done;
  }
  await writeFile(out, content);
  if (terminal.json) terminal.printJson({ file: out });
  terminal.tell("exported", { file: out });
  return EXIT.done;
};

export const doctor: Command<object> = async (terminal, call) => {
  const found = await json(await ask(terminal, call, "/api/doctor"), Doctor);
  if (terminal.json) {
    terminal.printJson(found);
  } else {
    for (const { ok, text } of found.checks) terminal.print(`${ok ? "✓" : "✗"} ${text}`);
    terminal.tell(found.ok ? "doctor.well" : "doctor.unwell");
  }
  return found.ok ? EXIT.done : EXIT.failed;
};

export const importFile: Command<{
  readonly file: string;
  readonly table: string;
  readonly mapping?: string;
  readonly key?: string;
  readonly dryRun: boolean;
  readonly skipRejected: boolean;
}> = async (terminal, call, { file, table, mapping, key, dryRun, skipRejected }) => {
  const form = new FormData();
  form.set("file", await readBlob(file), basename(file));
  form.set("table", table);
  if (mapping !== undefined) form.set("mapping", mapping);
  if (key !== undefined) form.set("key", key);
  form.set("dryRun", String(dryRun));
  form.set("skipRejected", String(skipRejected));
  const answer = await ask(terminal, call, "/api/import", { method: "POST", body: form });
  const report = await readLines(terminal, "import", answer, ImportReport);
  const refused = report.rejected.length > 0;
  if (terminal.json) {
    terminal.printJson(report);
  } else {
    for (const { row, column, reason } of report.rejected) {
      terminal.tell("import.rejected", { row, column, reason });
    }
    const key = report.dryRun
      ? "import.dry"
      : refused && report.imported === 0
        ? "import.none"
        : "";
    terminal.tell(key === "" ? "import.done" : key, {
      table: report.table,
      rows: report.rows,
      imported: report.imported,
      rejected: report.rejected.length,
    });
  }
  return refused ? EXIT.refused : EXIT.done;
};

async function readBlob(file: string): Promise<Blob> {
  try {
    return await openAsBlob(file);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PluginError("request/unreadable-file", { file, reason }, { cause });
  }
}
