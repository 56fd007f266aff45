import { z } from "zod";
import { PluginError } from "../errors.ts";
import { explainSheetText, explainText } from "../report/explain-text.ts";
import { explanationTree } from "../report/explanation-tree.ts";
import { exportCsv } from "../report/export.ts";
import { buildWorkbook } from "../report/workbook/workbook.ts";
import * as shapes from "./api.ts";
import type { ServerDeps } from "./deps.ts";
import { operation } from "./operation.ts";
import { workbookFile, XLSX_TYPE } from "./workbook-file.ts";

const SheetsQuery = z.object({ cycle: z.string().optional(), subject: z.string().optional() });

const WhyQuery = z.object({
  offset: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});

const LedgerQuery = z.object({
  sheet: z.string().optional(),
  subject: z.string().optional(),
  record: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  /** Id of the last line already seen. */
  before: z.string().optional(),
});

const ExportQuery = z.object({
  cycle: z.string(),
  format: z.enum(["json", "csv", "xlsx"]).default("json"),
});

const ExplainQuery = z.object({
  /** Name, number or record id of a person or department. */
  subject: z.string(),
  cycle: z.string(),
  kpi: z.string().optional(),
  format: z.enum(["json", "text"]).default("json"),
});

/** Reading results: cycles, sheets, why, ledger, export. */
export function scoreRoutes(deps: ServerDeps) {
  const { automation, workspace, bindings } = deps;
  const { views } = automation;

  const cycleNamed = (wish: string) => {
    const cycles = views.cycles();
    const cycle = cycles.find(({ id, name }) => id === wish || name === wish);
    if (cycle === undefined)
      throw new PluginError("request/not-found", { what: "cycle", name: wish });
    return cycle;
  };
  const sheetOf = async (id: string, locale: Parameters<typeof views.sheet>[1]) => {
    const sheet = await views.sheet(id, locale);
    if (sheet === null) throw new PluginError("request/not-found", { what: "sheet", name: id });
    return sheet;
  };

  return {
    cycles: operation({
      summary: "Assessment cycles, newest first",
      answer: z.array(shapes.Cycle),
      run: () => views.cycles(),
    }),

    sheets: operation({
      summary: "Score sheets of a cycle (name or id), or of a person or department (id)",
      query: SheetsQuery,
      answer: z.array(shapes.SheetRow),
      run: ({ query }) =>
        views.sheets({
          ...(query.cycle === undefined ? {} : { cycle: cycleNamed(query.cycle).id }),
          ...(query.subject === undefined ? {} : { subject: query.subject }),
        }),
    }),

    sheet: operation({
      summary: "One score sheet with its items, comments and latest changes",
      answer: shapes.SheetDetail,
      run: ({ param, locale }) => sheetOf(param("id"), locale),
    }),

    why: operation({
      summary: "How the score of one KPI came about, down to the records",
      query: WhyQuery,
      answer: shapes.Why,
      run: ({ param, query, locale }) => {
        const why = views.why(param("id"), param("kpi"), locale, query);
        if (why === null) {
          throw new PluginError("request/not-found", { what: "item", name: param("kpi") });
        }
        return why;
      },
    }),

    comments: operation({
      summary: "The conversation on a score sheet, oldest first",
      answer: z.array(shapes.CommentView),
      run: ({ param }) =>
        workspace.comments.read({ table: bindings.table("sheets"), id: param("id") }),
    }),

    ledger: operation({
      summary: "What moved which score, newest first",
      query: LedgerQuery,
      answer: z.array(shapes.LedgerLine),
      run: ({ query: { sheet, subject, record, limit, before }, locale }) =>
        views.ledger(
          {
            limit,
            ...(sheet === undefined ? {} : { sheet }),
            ...(subject === undefined ? {} : { subject }),
            ...(record === undefined ? {} : { record }),
            ...(before === undefined ? {} : { before }),
          },
          locale,
        ),
    }),

    export: operation({
      summary: "All results of a cycle, decimals as text",
      query: ExportQuery,
      answer: z.array(shapes.ExportRow),
      answerTypes: ["application/json", "text/csv", XLSX_TYPE],
      run: async ({ query: { cycle: wish, format }, locale }) => {
        const cycle = cycleNamed(wish);
        if (format === "xlsx") {
          const file = await workbookFile(buildWorkbook(views.workbook(cycle.id, locale), locale));
          return download(cycle.name, "xlsx", XLSX_TYPE, file);
        }
        const rows = views.exportCycle(cycle.id);
        if (format === "json") return rows;
        return download(cycle.name, "csv", "text/csv; charset=utf-8", exportCsv(rows, locale));
      },
    }),

    explain: operation({
      summary: "A person's or department's sheet in a cycle, explained",
      query: ExplainQuery,
      answer: shapes.Explained,
      answerTypes: ["application/json", "text/plain"],
      run: async ({ query, locale }) => {
        const { subject: wish } = query;
        const [row] = views.sheets({ cycle: cycleNamed(query.cycle).id, subject: wish });
        if (row === undefined) {
          throw new PluginError("request/not-found", { what: "sheet", name: wish });
        }
        const sheet = await sheetOf(row.id, locale);
        const wanted = sheet.itemViews.filter(
          ({ kpi }) =>
            query.kpi === undefined || [kpi.code, kpi.name, kpi.nameEn].includes(query.kpi),
        );
        if (wanted.length === 0 && query.kpi !== undefined) {
          throw new PluginError("request/not-found", { what: "item", name: query.kpi });
        }
        const why = wanted.flatMap(({ kpi }) => views.why(row.id, kpi.code, locale) ?? []);
        const tree = query.kpi === undefined ? explanationTree(sheet, why, locale) : null;
        if (query.format === "json") return { sheet, why, tree };
        const texts = [
          ...(query.kpi === undefined ? [explainSheetText(sheet, locale)] : []),
          ...why.map((one) => explainText(one, locale)),
        ];
        return new Response(`${texts.join("\n\n")}\n`, {
          headers: { "content-type": "text/plain; charset=utf-8" },
        });
      },
    }),
  };
}

function download(name: string, ending: string, type: string, body: BodyInit): Response {
  const file = `kpi-loop-${encodeURIComponent(name)}.${ending}`;
  return new Response(body, {
    headers: {
      "content-type": type,
      "content-disposition": `attachment; filename*=UTF-8''${file}`,
    },
  });
}
