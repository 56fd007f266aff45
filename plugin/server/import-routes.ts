import { z } from "zod";
import { PluginError } from "../errors.ts";
import type { Locale } from "../words/words.ts";
import type { FieldValues, Table } from "../workspace/workspace.ts";
import * as shapes from "./api.ts";
import type { ServerDeps } from "./deps.ts";
import { planImport, readImportFile } from "./import-file.ts";
import { answerInLines } from "./lines.ts";
import { check, operation } from "./operation.ts";

export const IMPORT_MAX_BYTES = 67_108_864;

const Flag = z
  .enum(["true", "false"])
  .default("false")
  .transform((text) => text === "true");

const ImportForm = z.object({
  file: z.file(),
  /** Name, key or id of a table. */
  table: z.string().min(1),
  /** JSON object: column of the file → field by name, key or id; "" leaves the column out. */
  mapping: z.string().default("{}"),
  /** Field that identifies a row: rows that exist are changed instead of added. */
  key: z.string().optional(),
  dryRun: Flag,
  /** Take the good rows when others are refused; otherwise nothing is imported. */
  skipRejected: Flag,
});
type ImportForm = z.output<typeof ImportForm>;

const Mapping = z.record(z.string(), z.string());

export function importRoutes(deps: ServerDeps) {
  return {
    import: operation({
      summary: "Import a CSV file or an Excel workbook into a table",
      body: ImportForm,
      bodyType: "multipart/form-data",
      answer: shapes.ImportLine,
      answerTypes: ["application/x-ndjson"],
      run: ({ body, locale }) => {
        const mapping = check(Mapping, parseJson(body.mapping), locale);
        return answerInLines((report) => importFile(deps, { ...body, mapping, locale, report }), {
          ...deps,
          locale,
        });
      },
    }),
  };
}

type ReportProgress = (done: number, total: number) => void;

async function importFile(
  deps: ServerDeps,
  request: Omit<ImportForm, "mapping"> & {
    readonly mapping: Readonly<Record<string, string>>;
    readonly locale: Locale;
    readonly report: ReportProgress;
  },
): Promise<shapes.ImportReport> {
  const { file, dryRun, skipRejected, key, mapping, locale, report } = request;
  const bytes = new Uint8Array(await file.arrayBuffer());
  const read = await readImportFile({ name: file.name, bytes });
  const tables = await deps.workspace.structure.read();
  const table = findTable(deps, tables, request.table);
  const plan = planImport({
    ...read,
    table,
    mapping,
    ...(key === undefined ? {} : { keyField: key }),
    members: await deps.workspace.members(),
    lookup: await readRelated(deps, tables, table),
    locale,
    timeZone: deps.timeZone,
  });
  const wanted = dryRun || (plan.rejected.length > 0 && !skipRejected) ? [] : plan.good;
  await writeRows(deps, table, wanted, key, report);
  // One word to open pages instead of one per row.
  if (wanted.length > 0) deps.live.publish({ type: "structure" });
  return {
    table: table.name,
    rows: read.rows.length,
    imported: wanted.length,
    dryRun,
    mapping: [...plan.mapping],
    rejected: [...plan.rejected],
  };
}

/** Every row a relation of the table may hold, by its title and by its unique values. */
async function readRelated(
  deps: ServerDeps,
  tables: readonly Table[],
  table: Table,
): Promise<(table: string, text: string) => readonly string[]> {
  const known = new Map<string, Map<string, Set<string>>>();
  for (const { relatedTable } of table.fields) {
    const related = tables.find(({ id }) => id === relatedTable);
    if (related === undefined || known.has(related.id)) continue;
    const ids = new Map<string, Set<string>>();
    known.set(related.id, ids);
    const codes = related.fields.filter(({ unique }) => unique).map(({ id }) => id);
    for await (const page of deps.workspace.records.pages(related.id)) {
      for (const { id, title, fields } of page) {
        for (const name of new Set([title, ...codes.map((code) => fields[code])])) {
          if (typeof name === "string") ids.set(name, (ids.get(name) ?? new Set()).add(id));
        }
      }
    }
  }
  return (related, text) => [...(known.get(related)?.get(text) ?? [])];
}

/** New rows go into the embedded workspace in one transaction; rows with a key are brought to exist. */
async function writeRows(
  deps: ServerDeps,
  table: Table,
  rows: readonly FieldValues[],
  key: string | undefined,
  report: ReportProgress,
): Promise<void> {
  report(0, rows.length);
  if (rows.length === 0) return;
  if (key === undefined && deps.grid !== null) {
    deps.grid.importRows(table.id, rows, deps.operator);
    report(rows.length, rows.length);
    return;
  }
  const unique = table.fields.find((field) =>
    key === undefined ? field.unique : [field.name, field.alias, field.id].includes(key),
  );
  if (unique === undefined) {
    throw new PluginError("request/invalid", { problems: "key: ?" });
  }
  await deps.workspace.records.upsert(table.id, unique.id, rows, (done) =>
    report(done, rows.length),
  );
}

function findTable(deps: ServerDeps, tables: readonly Table[], wish: string): Table {
  const found =
    tables.find(({ id, name, alias }) => [id, name, alias].includes(wish)) ??
    tables.find(({ id }) => deps.bindings.tableKey(id) === wish);
  if (found === undefined)
    throw new PluginError("request/not-found", { what: "table", name: wish });
  return found;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new PluginError("request/invalid", { problems: "mapping: not JSON" }, { cause });
  }
}
