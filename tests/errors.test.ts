import { inspect } from "node:util";
import { AxiosError, type AxiosAdapter } from "axios";
import { pino } from "pino";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { readConfig } from "../plugin/config.ts";
import { ERRORS, isPluginError, PluginError, type ErrorCode } from "../plugin/errors.ts";
import { LOCALES, wordsOf } from "../plugin/words/words.ts";
import { openHuoban } from "../plugin/workspace/huoban/index.ts";
import type { Workspace } from "../plugin/workspace/workspace.ts";
import { nodes, read, sources } from "./sources.ts";

const codes = Object.keys(ERRORS) as ErrorCode[];
const holes = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

describe("the catalogue", () => {
  it.each(codes)(
    "%s says what happened and what to do in both languages, with the same details",
    (code) => {
      const said = LOCALES.map((locale) => [
        wordsOf(locale)[`error.${code}`] ?? "",
        wordsOf(locale)[`error.${code}.hint`] ?? "",
      ]);

      expect(said.flat().every((sentence) => /[.\u3002}]$/.test(sentence))).toBe(true);
      expect(said.map((sentences) => sentences.map(holes))[0]).toEqual(
        said.map((sentences) => sentences.map(holes))[1],
      );
    },
  );

  it("has no sentences for errors that do not exist", () => {
    const worded = Object.keys(wordsOf("en-US"))
      .filter((key) => key.startsWith("error."))
      .map((key) => key.slice("error.".length).replace(/\.hint$/, ""));

    expect(worded.filter((code) => !(code in ERRORS))).toEqual([]);
  });

  it.each(codes)("%s has a status and a retry that fit who acts", (code) => {
    const family = code.split("/")[0] ?? "";
    const expected: Record<string, readonly number[]> = {
      config: [500],
      request: [400, 401, 403, 404, 413, 422],
      record: [404, 422],
      workspace: [409, 502, 503],
      install: [404, 422],
      conflict: [409],
      internal: [500],
    };

    expect(expected[family]).toContain(ERRORS[code].status);
    expect(ERRORS[code].retry === "later").toBe(
      [502, 503].includes(ERRORS[code].status)
        ? code !== "workspace/unauthorized"
        : code === "internal/unexpected",
    );
  });

  it("is told completely in docs/failure.md, which knows no other codes", () => {
    const told = [...read("docs/failure.md").matchAll(/^\| `([a-z]+\/[a-z-]+)` *\|/gm)].map(
      ([, code]) => code,
    );

    expect(told.toSorted()).toEqual(codes.toSorted());
  });
});

/** Where an error is raised with its details written out on the spot. */
const raised = sources("plugin").flatMap((file) =>
  nodes(file).flatMap((node) => {
    if (!ts.isNewExpression(node) || node.expression.getText() !== "PluginError") return [];
    const [code, details] = node.arguments ?? [];
    if (code === undefined || !ts.isStringLiteral(code)) return [];
    if (details !== undefined && !ts.isObjectLiteralExpression(details)) return [];
    const properties = details?.properties ?? ts.factory.createNodeArray();
    if (properties.some((property) => ts.isSpreadAssignment(property))) return [];
    const names = properties.map((property) => property.name?.getText() ?? "");
    return [{ at: `${file}: ${code.text}`, code: code.text, names }];
  }),
);

describe("raising an error", () => {
  it.each(raised)("$at gives every detail its sentences need", ({ code, names }) => {
    const needed = holes(
      (wordsOf("en-US")[`error.${code}`] ?? "") + (wordsOf("en-US")[`error.${code}.hint`] ?? ""),
    );

    expect(needed.filter((name) => name !== undefined && !names.includes(name))).toEqual([]);
  });

  it.each(raised)("$at carries nothing that is called a secret", ({ names }) => {
    expect(
      names.filter((name) => /token|secret|password|apikey|authori[sz]ation|cookie/i.test(name)),
    ).toEqual([]);
  });
});

const SECRETS = {
  apiKey: "key-5f2c81aa90b7",
  application: "application-secret-77d0c3",
  encryptKey: "encrypt-key-19ab44e2",
};

/** Everything of an error that can reach a log, a screen or a reply. */
function everythingSaid(error: unknown): string {
  const told = isPluginError(error) ? LOCALES.map((locale) => error.tell(locale)) : [];
  return [
    inspect(error, { depth: 20, showHidden: true, maxStringLength: null }),
    JSON.stringify(told),
    JSON.stringify(error),
  ].join("\n");
}

/** A Huoban that answers every request in one way; what the driver logs goes into `lines`. */
function openAgainst(answer: AxiosAdapter, lines: string[]): Workspace {
  return openHuoban({
    apiBase: "https://api.example.test",
    spaceId: "1",
    apiKey: SECRETS.apiKey,
    application: { id: "app", secret: SECRETS.application },
    encryptKey: SECRETS.encryptKey,
    timeZone: "Asia/Shanghai",
    requestsPerSecond: null,
    adapter: answer,
    log: pino({ level: "trace" }, { write: (line: string) => void lines.push(line) }),
    now: () => new Date("2026-11-20T00:00:00Z"),
    patience: { clock: () => 0, wait: () => Promise.resolve(), random: () => 0 },
  });
}

/** What a careless host or proxy might send back: our whole request, key and all. */
const echo = (config: Parameters<AxiosAdapter>[0]) =>
  JSON.stringify({ headers: config.headers, body: config.data as unknown, secrets: SECRETS });

const respond =
  (status: number, body: (request: string) => string): AxiosAdapter =>
  (config) =>
    Promise.resolve({
      data: body(echo(config)),
      status,
      statusText: "",
      headers: {},
      config,
    });

describe("secrets", () => {
  it.each<[string, AxiosAdapter]>([
    [
      "a refusal that quotes our request",
      respond(200, (request) => JSON.stringify({ code: 4000, message: request })),
    ],
    [
      "an unauthorised reply that quotes the key",
      respond(401, (request) =>
        JSON.stringify({ code: 401, message: request, trace_id: SECRETS.apiKey }),
      ),
    ],
    [
      "a rate limit that quotes the key",
      respond(429, (request) => JSON.stringify({ code: 429, message: request })),
    ],
    ["a proxy's page with our headers", respond(502, (request) => `<html>${request}</html>`)],
    ["half a reply", respond(200, (request) => request.slice(0, -1))],
    [
      "a success of a shape we do not know",
      respond(200, (request) => JSON.stringify({ code: 0, data: { request } })),
    ],
    [
      "a broken connection",
      (config) =>
        Promise.reject(new AxiosError(`refused for ${SECRETS.apiKey}`, "ECONNREFUSED", config)),
    ],
    [
      "an error of the network that nobody foresaw",
      (config) => Promise.reject(new Error(`proxy said: ${echo(config)}`)),
    ],
  ])("stay out of errors and logs: %s", async (_name, answer) => {
    const lines: string[] = [];
    const workspace = openAgainst(answer, lines);
    const calls = [
      () => workspace.structure.read(),
      () => workspace.records.count("1"),
      () => workspace.records.read("1", ["2"]),
      () => workspace.records.remove("1", ["2"]),
      () => workspace.comments.read({ table: "1", id: "2" }),
      () => workspace.members(),
      () => workspace.events.subscribe(["1"]),
      () => workspace.structure.createTable({ key: "k", name: "n", fields: [] }),
    ];

    const errors = await Promise.all(
      calls.map((call) =>
        call().then(
          () => null,
          (error: unknown) => error,
        ),
      ),
    );
    const said = [...errors.map(everythingSaid), ...lines].join("\n");

    expect(errors.filter((error) => isPluginError(error)).length).toBeGreaterThan(4);
    expect(Object.values(SECRETS).filter((secret) => said.includes(secret))).toEqual([]);
  });

  it.each([
    ["a space is missing", { KPI_LOOP_HUOBAN_API_KEY: SECRETS.apiKey }],
    [
      "a secret stands in the wrong variable",
      { KPI_LOOP_HUOBAN_API_BASE: SECRETS.apiKey, KPI_LOOP_PORT: SECRETS.application },
    ],
    ["a variable is misspelt", { KPI_LOOP_HUOBAN_APIKEY: SECRETS.apiKey }],
    [
      "everything is wrong at once",
      {
        KPI_LOOP_HUOBAN_APPLICATION_SECRET: SECRETS.application,
        KPI_LOOP_HUOBAN_ENCRYPT_KEY: SECRETS.encryptKey,
        KPI_LOOP_LOCALE: SECRETS.encryptKey,
        KPI_LOOP_TIME_ZONE: SECRETS.apiKey,
      },
    ],
  ])("stay out of complaints about the settings when %s", (_name, env) => {
    const refuse = () => readConfig(env);
    const error = (() => {
      try {
        return refuse();
      } catch (caught) {
        return caught;
      }
    })();

    expect(error).toBeInstanceOf(PluginError);
    expect(
      Object.values(SECRETS).filter((secret) => everythingSaid(error).includes(secret)),
    ).toEqual([]);
  });
});
