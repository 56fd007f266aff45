import { describe, expect, it } from "vitest";
import type { PackFilter } from "../../plugin/install/pack.ts";
import { readPacks } from "../../plugin/install/read-packs.ts";
import {
  METHOD_CODES,
  OPERATOR_WORDS,
  PARAMETER_KEYS,
  PARAMETERS,
} from "../../plugin/kpi/parameters.ts";
import { say } from "../../plugin/words/words.ts";

const table = readPacks("templates", ["core"])
  .flatMap((pack) => pack.tableOf.get("kpis") ?? [])
  .at(0);
const fields = table?.fields ?? {};
const views = table?.views ?? {};
/** Whether a view shows KPIs of a method. */
const shows = (filter: PackFilter | undefined, code: string): boolean =>
  filter === undefined || ("query" in filter && Object.values(filter.query).flat().includes(code));
const parameters = METHOD_CODES.flatMap((code) =>
  PARAMETERS[code].map((parameter) => [parameter.key, code, parameter] as const),
);

it("the KPI library offers every method by its code, called as the explanations call it", () => {
  const options = fields["method"]?.options ?? {};

  expect(Object.keys(options)).toEqual(METHOD_CODES);
  expect(Object.entries(options).map(([code, { zh, en }]) => [code, zh, en])).toEqual(
    METHOD_CODES.map((code) => [
      code,
      say("zh-CN", `method.${code}`),
      say("en-US", `method.${code}`),
    ]),
  );
});

describe("the KPI library has a field for each parameter", () => {
  it("and a parameter for each key", () => {
    expect(new Set(parameters.map(([key]) => key))).toEqual(new Set(PARAMETER_KEYS));
  });

  it.each(parameters)("%s of %s, named and described as in the words", (key, _code, parameter) => {
    const field = fields[key];

    expect(field?.name).toEqual({
      zh: say("zh-CN", parameter.label),
      en: say("en-US", parameter.label),
    });
    expect(field?.description).toEqual({
      zh: say("zh-CN", parameter.about),
      en: say("en-US", parameter.about),
    });
    expect(field?.type).toBe(
      parameter.kind === "number" ? "number" : parameter.kind === "choice" ? "option" : "text",
    );
    expect(Object.keys(field?.options ?? {})).toEqual(
      parameter.kind === "choice" ? parameter.choices : [],
    );
  });

  it.each(parameters)("%s says that %s uses it", (key, code) => {
    for (const about of Object.values(fields[key]?.description ?? {})) {
      // Cap and floor hold for every method.
      if (key !== "cap" && key !== "floor") expect(about).toMatch(new RegExp(`\\b${code}\\b`));
    }
  });

  it.each(METHOD_CODES)("shown for %s in the view of its parameters", (code) => {
    const seen = Object.entries(views)
      .filter(([key, { filter }]) => key.startsWith("scoring") && shows(filter, code))
      .flatMap(([, { visible }]) => visible);

    expect(PARAMETERS[code].map(({ key }) => key).filter((key) => !seen.includes(key))).toEqual([]);
  });

  it("not shown in the views for reading", () => {
    for (const view of [views["overview"], views["published"]]) {
      expect(view?.visible.length).toBeLessThanOrEqual(12);
      expect(PARAMETER_KEYS.filter((key) => view?.visible.includes(key))).toEqual([]);
    }
  });
});

it("every comparison has a word that an option can have as its key", () => {
  expect(Object.keys(OPERATOR_WORDS).every((word) => /^[A-Za-z]+$/.test(word))).toBe(true);
});
