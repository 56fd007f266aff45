import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createNaming } from "../../plugin/automation/binding.ts";
import { buildCompany, type KeptRows } from "../../plugin/automation/build-company.ts";
import { CONFIG_TABLES, toConfigRow } from "../../plugin/automation/config-row.ts";
import { Decimal } from "../../plugin/decimal.ts";
import { readPacks } from "../../plugin/install/read-packs.ts";
import {
  compileWording,
  feedbackText,
  lintFeedback,
  OCCASIONS,
  renderFeedback,
  sampleFacts,
} from "../../plugin/report/feedback.ts";
import { LOCALES } from "../../plugin/words/words.ts";
import { openStage, tablesIn, type Stage } from "../install/stage.ts";

const packs = readPacks("templates", ["sales"]);
const rowsOf = (table: string) =>
  packs.flatMap((pack) => Object.entries(pack.rowsOf.get(table) ?? {}));

describe.each(LOCALES)("the packs installed in %s", (locale) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = openStage();
    await stage.install(["sales"], locale);
  });
  afterAll(() => stage.close());

  it("are understood by the engine completely", async () => {
    const { workspace } = stage;
    const bindings = stage.bindings();
    const tables = await workspace.structure.read();
    const keyOf = {
      table: (id: string) => bindings.tableKey(id),
      field: (table: string, id: string) => bindings.fieldKey(bindings.tableKey(table) ?? "", id),
    };
    const naming = createNaming(tables, keyOf, () => []);
    const rows = await Promise.all(
      CONFIG_TABLES.map(async (table) => {
        const records = [];
        for await (const page of workspace.records.pages(bindings.table(table))) {
          records.push(...page);
        }
        const kept = records.map((record) => ({
          current: toConfigRow(bindings, table, record),
          valid: null,
        }));
        return [table, kept];
      }),
    );

    // One entry per table of CONFIG_TABLES, as built above.
    const { company } = buildCompany(Object.fromEntries(rows) as KeptRows, naming);

    expect(company.problems).toEqual([]);
    expect([...company.kpis.values()].filter((kpi) => kpi.published)).toHaveLength(6);
    expect([...company.sources.values()].filter((source) => source.compiled)).toHaveLength(5);
    expect(company.schemes).toHaveLength(30);
    expect(company.grades?.bands.map((band) => band.grade)).toEqual(["S", "A", "B", "C", "D"]);
    expect(company.wordings.size).toBe(12);
    expect(company.settings.locale).toBe(locale);
  });

  it("show no Chinese to an English reader, and names in the reader's language", async () => {
    const tables = await stage.workspace.structure.read();
    const names = tables.flatMap((table) => [table.name, ...table.fields.map(({ name }) => name)]);
    const isChinese = (name: string) => /\p{Script=Han}/u.test(name);

    expect(tables).toHaveLength(tablesIn("core", "sales"));
    expect(names.filter((name) => isChinese(name) !== (locale === "zh-CN"))).toEqual([]);
  });
});

it("gives every position and department weights that add up to 100", () => {
  const sums = new Map<string, Decimal>();
  for (const [, row] of rowsOf("schemes")) {
    const subject = String(row["position"] ?? row["department"]);
    sums.set(subject, (sums.get(subject) ?? new Decimal(0)).plus(String(row["weight"])));
  }

  expect([...sums].map(([subject, sum]) => [subject, sum.toFixed()])).toEqual([
    ["SALES_REP", "100"],
    ["SALES_MANAGER", "100"],
    ["SALES_VP", "100"],
    ["SALES_COORDINATOR", "100"],
    ["SALES", "100"],
  ]);
});

it("says of every target rule why it is so, above all where it departs from the own median", () => {
  const notes = rowsOf("schemes").map(
    ([code, row]) => ({ code, ...row }) as Record<string, unknown>,
  );
  const fixed = notes.filter((row) => row["target_rule"] !== "own_median");

  expect(notes.every((row) => row["note"] !== undefined)).toBe(true);
  expect(fixed.map((row) => [row["kpi"], row["target"]])).toEqual(
    Array.from({ length: 5 }, () => ["GROWTH", "0.15"]),
  );
});

it.each(rowsOf("kpis"))("explains %s fully in both languages", (_code, row) => {
  const explained = ["name", "definition", "exclusions", "formula_words", "example"].map(
    (field) => row[field],
  );

  expect(explained).toEqual(
    explained.map(() => ({
      zh: expect.stringMatching(/\p{Script=Han}/u) as string,
      en: expect.stringMatching(/^[^\p{Script=Han}]+$/u) as string,
    })),
  );
});

describe.each(OCCASIONS)("the wording for %s", (occasion) => {
  const cases = LOCALES.map((locale) => ({ locale, side: locale === "zh-CN" ? "zh" : "en" }));
  const wordingFor = (side: string) => {
    const row = rowsOf("wordings").find(([code]) => code === `${occasion}|${side}`)?.[1];
    const compiled = compileWording(String(row?.["text"]));
    if (!compiled.ok) throw new Error(compiled.problem.key);
    return compiled.wording;
  };
  const facts = (locale: (typeof LOCALES)[number]) => {
    const sample = sampleFacts(locale, occasion);
    // These speak of one KPI that is short of nothing, or of nothing that can be measured.
    const hasNoGap = occasion === "target_reached" || occasion === "data_problem";
    return { ...sample, gap: hasNoGap ? null : sample.gap };
  };

  it.each(cases)("says all it must in $locale", ({ locale, side }) => {
    const full = facts(locale);

    const text = feedbackText(renderFeedback(wordingFor(side), full));

    expect(lintFeedback(text, full, "en-US")).toEqual([]);
    expect(text).not.toContain("—");
  });

  it.each(cases)("makes up nothing when little is known, in $locale", ({ locale, side }) => {
    const bare = { ...facts(locale), strength: null, records: [], nextCheck: null };

    const text = feedbackText(renderFeedback(wordingFor(side), bare));

    expect(lintFeedback(text, bare, "en-US")).toEqual([]);
    expect(text).not.toContain("—");
    expect(text).not.toMatch(/\n\n/);
  });
});
