import { existsSync } from "node:fs";
import { builtinModules } from "node:module";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { imports, nodes, read, ROOT, sources, target } from "./sources.ts";

/** Who may import whom. This table *is* the architecture; docs/architecture.md links here. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  words: [],
  decimal: [],
  log: [],
  sql: [],
  errors: ["words"],
  formula: ["decimal", "errors", "words"],
  kpi: ["decimal", "formula"],
  report: ["kpi", "formula", "decimal", "errors", "words"],
  config: ["errors"],
  workspace: ["errors", "log", "decimal", "words", "formula"],
  database: ["errors", "log", "sql"],
  install: ["workspace", "database", "errors", "log", "decimal", "words", "formula"],
  automation: [
    ...["kpi", "formula", "report", "install", "workspace"],
    ...["database", "errors", "log", "decimal", "words"],
  ],
  server: [
    ...["kpi", "formula", "report", "install", "automation", "workspace"],
    ...["database", "errors", "log", "decimal", "words"],
  ],
  main: [
    ...["config", "kpi", "formula", "report", "install", "automation", "workspace"],
    ...["server", "database", "errors", "log", "decimal", "words"],
  ],
  cli: ["main", "errors", "words", "config", "report", "server", "log"],
};
/** The command line is a client of the API: it sees the shapes of its answers, not the server. */
const DOORS: Record<string, string> = { "cli>server": "plugin/server/api.ts" };
/** Two halves of the outside world that meet only over Huoban's own REST. */
const STRANGERS = ["plugin/workspace/huoban/", "plugin/workspace/embedded/"] as const;

const MOST_LINES = 400;
const DISHONEST = /(^|[/-])(utils?|helpers?|common|shared|misc|managers?|services?)([./-]|$)/;

const room = (file: string) => (file.split("/")[1] ?? "").replace(/\.ts$/, "");
const plugin = sources("plugin");
const console_ = sources("console/src");
const everything = [...plugin, ...console_, ...sources("tests"), ...sources("bench")];

const relative = (file: string) =>
  imports(file)
    .filter(({ specifier }) => specifier.startsWith("."))
    .map((found) => ({ ...found, file: target(file, found.specifier) }));

describe("rooms", () => {
  it.each(plugin)("%s imports only what its room may", (file) => {
    const own = room(file);
    const forbidden = relative(file).filter((found) => {
      const other = room(found.file);
      if (!found.file.startsWith("plugin/")) return true;
      return other !== own && !(MAY_IMPORT[own] ?? []).includes(other);
    });
    const aroundTheDoor = relative(file).filter((found) => {
      const door = DOORS[`${own}>${room(found.file)}`];
      return door !== undefined && found.file !== door;
    });

    expect(Object.keys(MAY_IMPORT)).toContain(own);
    expect(forbidden).toEqual([]);
    expect(aroundTheDoor).toEqual([]);
  });

  it.each(plugin)("%s ends its relative imports in a file that exists", (file) => {
    const missing = relative(file).filter((found) => !existsSync(join(ROOT, found.file)));

    expect(missing).toEqual([]);
  });

  it.each(plugin.filter((file) => STRANGERS.some((half) => file.startsWith(half))))(
    "%s does not know the other side of the wire",
    (file) => {
      const other = STRANGERS.filter((half) => !file.startsWith(half));

      expect(
        relative(file).filter((found) => other.some((half) => found.file.startsWith(half))),
      ).toEqual([]);
    },
  );

  it("are all needed: a room of the table has files", () => {
    expect(
      Object.keys(MAY_IMPORT).filter((name) => !plugin.some((file) => room(file) === name)),
    ).toEqual([]);
  });
});

/** Packages that only compute; everything else would bring the outside in. */
const PURE_PACKAGES = ["@borgar/fx", "decimal.js", "simple-statistics"];

describe("the workshop", () => {
  it.each(plugin.filter((file) => ["kpi", "formula", "decimal"].includes(room(file))))(
    "%s is pure: no clock, no chance, no waiting, no platform",
    (file) => {
      const packages = imports(file)
        .map(({ specifier }) => specifier)
        .filter((specifier) => !specifier.startsWith(".") && !PURE_PACKAGES.includes(specifier));
      const impure = nodes(file).filter(
        (node) =>
          ts.isAwaitExpression(node) ||
          (ts.isIdentifier(node) && ["process", "setTimeout", "fetch"].includes(node.text)) ||
          (ts.isPropertyAccessExpression(node) &&
            ["Date.now", "Math.random", "performance.now"].includes(node.getText())) ||
          (ts.isNewExpression(node) &&
            node.expression.getText() === "Date" &&
            (node.arguments ?? []).length === 0),
      );

      expect(packages).toEqual([]);
      expect(impure.map((node) => node.getText())).toEqual([]);
    },
  );

  it.each(plugin.filter((file) => room(file) === "report"))(
    "%s reads no file, no clock and no network",
    (file) => {
      const builtins = imports(file)
        .map(({ specifier }) => specifier.replace(/^node:/, ""))
        .filter((specifier) => builtinModules.includes(specifier));

      expect(builtins).toEqual([]);
      expect(read(file)).not.toMatch(/Date\.now|new Date\(\)|Math\.random|process\.|await /);
    },
  );
});

describe("every file", () => {
  it.each(everything)("%s has an honest name and a readable length", (file) => {
    expect(file).not.toMatch(DISHONEST);
    expect(read(file).trimEnd().split("\n").length).toBeLessThanOrEqual(MOST_LINES);
  });

  it.each([...plugin, ...console_])("%s has no default export", (file) => {
    const defaults = nodes(file).filter(
      (node) =>
        ts.isExportAssignment(node) ||
        (ts.canHaveModifiers(node) &&
          (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword)),
    );

    expect(defaults).toEqual([]);
  });

  it.each([...plugin, ...console_])("%s leaves Chinese to the words files", (file) => {
    // Comments may quote a term; what a program says, and what it compares with, may not be in here.
    const spoken = nodes(file)
      .filter((node) => node.getChildCount() === 0)
      .map((node) => node.getText())
      .filter((text) => /\p{Script=Han}|[\u3000-\u303F\uFF00-\uFFEF]/u.test(text));

    expect(spoken).toEqual([]);
  });
});

describe("the console", () => {
  it.each(console_)("%s takes only types, only from the API", (file) => {
    const foreign = relative(file).filter((found) => !found.file.startsWith("console/"));

    expect(foreign.filter((found) => !found.typeOnly)).toEqual([]);
    expect(foreign.filter((found) => found.file !== "plugin/server/api.ts")).toEqual([]);
  });
});

describe("tests", () => {
  it.each(sources("tests"))("%s replaces no module", (file) => {
    const mocks = nodes(file).filter(
      (node) =>
        ts.isPropertyAccessExpression(node) &&
        node.expression.getText() === "vi" &&
        ["mock", "doMock", "hoisted", "unstable_mockModule"].includes(node.name.text),
    );

    expect(mocks).toEqual([]);
  });
});
