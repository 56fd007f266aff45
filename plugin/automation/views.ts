import { Decimal, decimalText } from "../decimal.ts";
import type { Status } from "../kpi/model.ts";
import { whySteps } from "../report/explain.ts";
import { ledgerText } from "../report/ledger-text.ts";
import { methodName, methodText, reasonText } from "../report/reasons.ts";
import type {
  Cycle,
  ExportRow,
  ItemView,
  LedgerLine,
  SheetDetail,
  SheetRow,
  Why,
} from "../report/views.ts";
import { say, type Locale } from "../words/words.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { grainsInUse } from "./apply.ts";
import { Cells } from "./cells.ts";
import type { Core } from "./core.ts";
import { loadSheet } from "./stored-sheets.ts";
import type { StoredLine } from "./ledger.ts";
import { recordProblemText } from "./problem-text.ts";
import type { ItemRow, ScoredSheet } from "./results.ts";
import { itemFacts, sourceFacts, subjectName } from "./stored-facts.ts";
import { totalSteps } from "./total-steps.ts";
import { recordsBehind, ruleText } from "./why-records.ts";
import { workbookSheets, type WorkbookSheet } from "./workbook-facts.ts";

/** Results as the API, the console and the exports show them. Reads only; nothing is computed again. */
export interface Views {
  cycles(): Cycle[];
  /** `cycle` by name or id; `subject` by record id, number, code or name. */
  sheets(filter: { cycle?: string; subject?: string }): SheetRow[];
  /** @param id  record id or code (`E1|1998-04`) */
  sheet(id: string, locale: Locale): Promise<SheetDetail | null>;
  why(
    sheet: string,
    kpi: string,
    locale: Locale,
    page?: { offset: number; limit: number },
  ): Why | null;
  ledger(
    filter: { sheet?: string; subject?: string; record?: string; before?: string; limit: number },
    locale: Locale,
  ): LedgerLine[];
  exportCycle(cycle: string): ExportRow[];
  workbook(cycle: string, locale: Locale): WorkbookSheet[];
  /** Source records that count for nobody, with the reason. */
  unassigned(
    limit: number,
    locale: Locale,
  ): { table: string; record: string; title: string; reason: string }[];
  configProblems(locale: Locale): { table: string; record: string; title: string; text: string }[];
}

const LEDGER_ON_SHEET = 50;

export function createViews(deps: { core: Core; workspace: Workspace }): Views {
  const { core, workspace } = deps;
  const { state } = core;

  const views: Views = {
    cycles() {
      return [...core.company.cycles.values()]
        .sort((a, b) => (a.start + a.kind < b.start + b.kind ? -1 : 1))
        .map(({ id, name, kind, start, end, status }) => ({ id, name, kind, start, end, status }));
    },

    sheets({ cycle, subject }) {
      const cycleId = cycle === undefined ? null : cycleNamed(cycle);
      if (cycle !== undefined && cycleId === null) return [];
      const ids = cycleId
        ? state.all<{ id: string }>(
            "SELECT id FROM sheets WHERE cycle_id = ? ORDER BY code",
            cycleId,
          )
        : state.all<{ id: string }>("SELECT id FROM sheets ORDER BY code");
      return ids
        .flatMap(({ id }) => {
          const scored = loadSheet(state, id);
          return scored ? [sheetRow(scored)] : [];
        })
        .filter((row) => subject === undefined || isSubject(row, subject))
        .sort(
          (a, b) => order(a) - order(b) || a.subject.name.localeCompare(b.subject.name, "zh-CN"),
        );
    },

    async sheet(id, locale) {
      const scored = load(id);
      if (!scored) return null;
      const table = core.bindings.table("sheets");
      const comments = workspace.supports.comments
        ? await workspace.comments.read({ table, id: scored.sheet.id })
        : [];
      return {
        ...sheetRow(scored),
        ...totalSteps(core.company, scored, locale),
        minCoverage: decimalText(core.company.settings.minCoverage),
        reasons: reasonViews(scored.sheet.result?.reasons ?? [], locale),
        itemViews: scored.items.map((item) => itemView(item, locale)),
        comments: comments.map((comment) => ({
          id: comment.id,
          text: comment.text,
          mentions: [...comment.mentions],
          author: { id: comment.author.id, name: comment.author.name },
          createdOn: comment.createdOn,
          parent: comment.parent,
          topic: comment.topic,
        })),
        ledger: views.ledger({ sheet: scored.sheet.id, limit: LEDGER_ON_SHEET }, locale),
        url: null,
      };
    },

    why(id, kpiCode, locale, page = { offset: 0, limit: 50 }) {
      const scored = load(id);
      const item = scored?.items.find((one) => core.company.kpis.get(one.kpi)?.code === kpiCode);
      const kpi = item && core.company.kpis.get(item.kpi);
      const cycle = scored && core.company.cycles.get(scored.sheet.cycle);
      if (!scored || !item || !kpi || !cycle) return null;
      const cells = new Cells(state, grainsInUse(core.company));
      const facts = itemFacts(core.company, cells, scored, item);
      const sources = sourceFacts(core.company, cells, scored, item);
      const behind = recordsBehind(core, scored, sources, locale, page);
      const used = item.result ? item.result.targetUsed : item.target;
      const target = used === null ? null : new Decimal(used);
      return {
        sheet: scored.sheet.id,
        item: itemView(item, locale),
        subject: subjectName(core.company, scored.sheet),
        cycle: cycle.name,
        definition: kpi.definition,
        exclusions: kpi.exclusions,
        formulaWords: kpi.formulaWords,
        example: kpi.example,
        formula: kpi.formula.text,
        method: {
          code: kpi.method.code,
          name: methodName(kpi.method.code, locale),
          text: methodText(kpi.method, { unit: kpi.unit, decimals: kpi.decimals, target }, locale),
        },
        sources: sources.map((source) => {
          const { rule } = core.company.sources.get(source.source) ?? {
            rule: { filter: "", value: "", denominator: "" },
          };
          return {
            key: source.reference,
            name: source.name,
            aggregate: source.aggregate,
            period: source.period,
            value: source.measured.status === "OK" ? decimalText(source.measured.value) : null,
            status: source.measured.status,
            count: source.count,
            invalid: source.invalid,
            rule: ruleText(rule, locale),
          };
        }),
        steps: facts ? whySteps(facts, locale) : [],
        records: behind.records,
        recordCount: behind.total,
      };
    },

    ledger(filter, locale) {
      const where: string[] = [];
      const values: (string | number)[] = [];
      const sheet = filter.sheet === undefined ? null : (load(filter.sheet)?.sheet.id ?? "");
      const clause = (sql: string, value: string | number) => {
        where.push(sql);
        values.push(value);
      };
      if (sheet !== null) clause("sheet_id = ?", sheet);
      if (filter.record !== undefined) clause("cause_record = ?", filter.record);
      if (filter.before !== undefined) clause("ledger.id < ?", Number(filter.before));
      if (filter.subject !== undefined) {
        const ids = [
          ...new Set(views.sheets({ subject: filter.subject }).map((row) => row.subject.id)),
        ];
        clause("sheet_id IN (SELECT id FROM sheets WHERE subject_id = ?)", ids[0] ?? "");
      }
      const rows = state.all<LedgerRow>(
        `SELECT * FROM ledger ${where.length > 0 ? `WHERE ${where.join(" AND ")}` : ""} ORDER BY id DESC LIMIT ?`,
        ...values,
        filter.limit,
      );
      return rows.map((row) => ledgerLine(row, locale));
    },

    workbook: (cycle, locale) =>
      workbookSheets(
        core,
        views.sheets({ cycle }).map(({ id }) => id),
        locale,
      ),

    exportCycle(cycle) {
      return views.sheets({ cycle }).flatMap((row) => {
        const scored = loadSheet(state, row.id);
        if (!scored) return [];
        return [
          {
            employee: row.subject.name,
            period: row.cycle,
            total: row.total,
            grade: row.grade,
            coverage: row.coverage,
            items: scored.items.map((item) => {
              const view = itemView(item, core.company.settings.locale);
              return {
                kpi: view.kpi.code,
                target: view.target,
                actual: view.actual,
                unit: view.kpi.unit,
                score: view.score,
                weight: view.weight,
                contribution: view.contribution,
                status: view.status,
              };
            }),
          },
        ];
      });
    },

    unassigned(limit, locale) {
      return state
        .all<{ source_id: string; record_id: string; problem: string | null }>(
          "SELECT source_id, record_id, min(problem) AS problem FROM contributions WHERE owner = '' OR date = '' GROUP BY record_id ORDER BY record_id LIMIT ?",
          limit,
        )
        .map((row) => {
          const table = core.company.sources.get(row.source_id)?.compiled?.table ?? "";
          return {
            table,
            record: row.record_id,
            title: state.mirrored(table, row.record_id)?.title ?? row.record_id,
            reason: recordProblemText(row.problem ?? "person_unknown", locale),
          };
        });
    },

    configProblems(locale) {
      return core.findings(locale);
    },
  };
  return views;

  function load(idOrCode: string): ScoredSheet | null {
    const id =
      state.one<{ id: string }>("SELECT id FROM sheets WHERE id = ?", idOrCode)?.id ??
      state.one<{ id: string }>("SELECT id FROM sheets WHERE code = ?", idOrCode)?.id;
    return id === undefined ? null : loadSheet(state, id);
  }

  function cycleNamed(name: string): string | null {
    for (const cycle of core.company.cycles.values())
      if (cycle.name === name || cycle.id === name) return cycle.id;
    return null;
  }

  function sheetRow(scored: ScoredSheet): SheetRow {
    const { company } = core;
    const { sheet } = scored;
    const employee = sheet.kind === "individual" ? company.employees.get(sheet.subject) : undefined;
    const cycle = company.cycles.get(sheet.cycle);
    const { department: home = null, position = null } = sheet.result?.part ?? employee ?? {};
    const department = sheet.kind === "individual" ? home : sheet.subject;
    return {
      id: sheet.id,
      code: sheet.code,
      subject: {
        kind: sheet.kind,
        id: sheet.subject,
        name: subjectName(company, sheet),
        department:
          department === null ? null : (company.departments.get(department)?.name ?? null),
        position: company.positions.get(position ?? "")?.name ?? null,
      },
      cycle: cycle?.name ?? "",
      cycleKind: cycle?.kind ?? "month",
      total: sheet.result?.displayed ?? null,
      grade: sheet.result?.grade ?? null,
      coverage: sheet.result?.coverage ?? "0",
      state: sheet.result?.state ?? "empty",
      scored: scored.items.filter((item) => item.result?.status === "OK").length,
      items: scored.items.length,
    };
  }

  function isSubject(row: SheetRow, wanted: string): boolean {
    return [row.subject.id, row.subject.name].includes(wanted) || row.code.split("|")[0] === wanted;
  }

  function itemView(item: ItemRow, locale: Locale): ItemView {
    const kpi = core.company.kpis.get(item.kpi);
    const { result } = item;
    return {
      id: item.id,
      kpi: {
        id: item.kpi,
        code: kpi?.code ?? item.code.split("|").at(-1) ?? "",
        name: kpi?.name ?? item.code.split("|").at(-1) ?? item.code,
        nameEn: kpi?.nameEn ?? "",
        unit: kpi?.unit ?? "",
        decimals: kpi?.decimals ?? 2,
        direction: kpi?.direction ?? "higher",
      },
      kpiVersion: result?.kpiVersion ?? "",
      inputs: [...(result?.inputs ?? [])],
      target: item.target,
      targetUsed: result ? result.targetUsed : item.target,
      section: item.rules.section,
      role: item.rules.role,
      targetBasis: item.targetBasis,
      actual: result?.actual ?? null,
      score: result?.score ?? null,
      weight: item.weight ?? "0",
      share: result?.share ?? "0",
      contribution: result?.contribution ?? null,
      status: result?.status ?? "PENDING",
      reasons: reasonViews(result?.reasons ?? [], locale),
      reached: result?.reached ?? null,
    };
  }

  function reasonViews(
    reasons: readonly { code: string; details: Readonly<Record<string, string>> }[],
    locale: Locale,
  ) {
    return reasons.map((reason) => ({
      code: reason.code,
      details: { ...reason.details },
      text: reasonText(reason, locale),
    }));
  }

  function ledgerLine(row: LedgerRow, locale: Locale): LedgerLine {
    const line = JSON.parse(row.line) as StoredLine;
    const scored = loadSheet(state, row.sheet_id);
    const { cause, item, sheet } = line;
    const kpi = core.company.kpis.get(row.kpi_id);
    const told = {
      id: String(row.id),
      at: row.at,
      sheet: row.sheet_id,
      sheetCode: scored?.sheet.code ?? row.sheet_id,
      subject: scored ? subjectName(core.company, scored.sheet) : "",
      cycle: scored ? (core.company.cycles.get(scored.sheet.cycle)?.name ?? "") : "",
      kpi: kpi?.code ?? row.kpi_id,
      // Without a KPI the line is about the sheet as a whole.
      kpiName:
        row.kpi_id === ""
          ? say(locale, "engine.ledger.total")
          : locale === "en-US" && kpi?.nameEn
            ? kpi.nameEn
            : (kpi?.name ?? row.kpi_id),
      unit: kpi?.unit ?? "",
      decimals: kpi?.decimals ?? 2,
      cause: {
        kind: cause.kind,
        table: cause.table,
        tableName: cause.table === null ? null : (core.naming.tableById(cause.table)?.name ?? null),
        record: cause.record,
        title: cause.title,
        change: cause.change,
      },
      actualBefore: item.before?.actual ?? null,
      actualAfter: item.after?.actual ?? null,
      scoreBefore: item.before?.score ?? null,
      scoreAfter: item.after?.score ?? null,
      totalBefore: sheet.before?.displayed ?? null,
      totalAfter: sheet.after?.displayed ?? null,
      gradeBefore: sheet.before?.grade ?? null,
      gradeAfter: sheet.after?.grade ?? null,
      statusBefore: (item.before?.status ?? null) as Status | null,
      statusAfter: (item.after?.status ?? null) as Status | null,
    };
    return { ...told, text: ledgerText(told, locale) };
  }
}

interface LedgerRow {
  readonly id: number;
  readonly at: string;
  readonly sheet_id: string;
  readonly kpi_id: string;
  readonly line: string;
}

/** People first, then departments. */
function order(row: SheetRow): number {
  return row.subject.kind === "individual" ? 0 : 1;
}
