import { homedir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readConfig } from "../plugin/config.ts";
import { isPluginError } from "../plugin/errors.ts";

function problemsOf(env: Record<string, string>, flags = {}): string {
  try {
    readConfig(env, flags);
  } catch (error) {
    if (isPluginError(error, "config/invalid")) return String(error.details["problems"]);
    throw error;
  }
  return "";
}

describe("readConfig", () => {
  it("stays on this machine and in the person's own folder when nothing is set", () => {
    const config = readConfig({});

    expect(config).toEqual({
      home: join(homedir(), ".kpi-loop"),
      port: 4180,
      host: "127.0.0.1",
      allowedHosts: [],
      locale: "zh-CN",
      logLevel: "warn",
      timeZone: "Asia/Shanghai",
      chaos: false,
      huoban: null,
    });
    expect(Object.isFrozen(config)).toBe(true);
  });

  it("lets a flag win over its variable", () => {
    const config = readConfig(
      { KPI_LOOP_PORT: "5000", KPI_LOOP_LOCALE: "zh-CN" },
      { port: "5001", locale: "en-US", home: "/srv/kpi" },
    );

    expect(config).toMatchObject({ port: 5001, locale: "en-US", home: "/srv/kpi" });
  });

  it.each([
    [{ LANG: "en_GB.UTF-8" }, "en-US"],
    [{ LANG: "C.UTF-8" }, "zh-CN"],
    [{ LANG: "zh_CN.UTF-8", LC_ALL: "en_US.UTF-8" }, "en-US"],
    [{ LANG: "en_US.UTF-8", KPI_LOOP_LOCALE: "zh-CN" }, "zh-CN"],
  ])("speaks the language of %j", (env, locale) => {
    expect(readConfig(env).locale).toBe(locale);
  });

  it("takes a complete Huoban connection", () => {
    const config = readConfig({
      KPI_LOOP_HUOBAN_API_KEY: "key",
      KPI_LOOP_HUOBAN_SPACE_ID: "4000000001",
      KPI_LOOP_HUOBAN_REQUESTS_PER_SECOND: "2.5",
    });

    expect(config.huoban).toMatchObject({
      apiKey: "key",
      spaceId: "4000000001",
      apiBase: null,
      requestsPerSecond: 2.5,
    });
  });

  it("takes a variable that is set but empty as not set", () => {
    expect(readConfig({ KPI_LOOP_HUOBAN_API_KEY: "", KPI_LOOP_PORT: "" })).toMatchObject({
      huoban: null,
      port: 4180,
    });
  });

  it.each([
    ["a port that is none", { KPI_LOOP_PORT: "http" }, "KPI_LOOP_PORT"],
    ["a port out of range", { KPI_LOOP_PORT: "70000" }, "KPI_LOOP_PORT"],
    ["an unknown language", { KPI_LOOP_LOCALE: "fr-FR" }, "KPI_LOOP_LOCALE"],
    ["a time zone that is none", { KPI_LOOP_TIME_ZONE: "Mars/Base" }, "KPI_LOOP_TIME_ZONE"],
    ["a misspelt variable", { KPI_LOOP_PROT: "4180" }, "KPI_LOOP_PROT"],
    ["a key without its space", { KPI_LOOP_HUOBAN_API_KEY: "k" }, "KPI_LOOP_HUOBAN_SPACE_ID"],
    [
      "an application without its secret",
      { KPI_LOOP_HUOBAN_APPLICATION_ID: "a" },
      "KPI_LOOP_HUOBAN_APPLICATION_SECRET",
    ],
    ["an address that is none", { KPI_LOOP_HUOBAN_API_BASE: "huoban" }, "KPI_LOOP_HUOBAN_API_BASE"],
  ])("refuses %s", (_case, env, named) => {
    expect(problemsOf(env)).toContain(named);
  });

  it("names every problem at once, and never a value that is a secret", () => {
    const problems = problemsOf({
      KPI_LOOP_PORT: "http",
      KPI_LOOP_LOG_LEVEL: "loud",
      KPI_LOOP_HUOBAN_ENCRYPT_KEY: "do-not-print-me",
    });

    expect(problems).toMatch(/KPI_LOOP_PORT.*KPI_LOOP_LOG_LEVEL.*KPI_LOOP_HUOBAN_API_KEY/s);
    expect(problems).not.toContain("do-not-print-me");
  });

  it("says the problems in the language asked for", () => {
    expect(problemsOf({ KPI_LOOP_PORT: "http", KPI_LOOP_LOCALE: "zh-CN" })).toContain("无效");
    expect(problemsOf({ KPI_LOOP_PORT: "http", KPI_LOOP_LOCALE: "en-US" })).toContain("Invalid");
  });
});
