import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { run, start } from "./run.ts";

const OLD_NODE = `data:text/javascript,${encodeURIComponent(
  "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.19.0' } })",
)}`;

describe("kpi-loop", () => {
  it("says what it can do, in the reader's language", async () => {
    const [zh, en] = await Promise.all([run(["--help"]), run(["--help", "--locale", "en-US"])]);

    expect(zh).toMatchObject({ code: 0, err: "" });
    expect(zh.out).toContain("为员工打分");
    expect(en.out).toMatch(/start.*sample company/);
    expect(en.out).toContain("Exit codes");
  });

  it.each([
    ["an unknown command", ["fly"], "fly"],
    ["an unknown option", ["doctor", "--fast"], "--fast"],
    ["a missing option", ["export"], "--cycle"],
    ["a format there is none of", ["export", "--cycle", "1998-04", "--format", "xml"], "xml"],
    ["a topic there is none of", ["analyse", "weather"], "weather"],
    ["a port that is none", ["doctor", "--port", "http"], "KPI_LOOP_PORT"],
  ])("ends with 2 for %s", async (_case, args, named) => {
    const ended = await run(args);

    expect(ended.code).toBe(2);
    expect(ended.err).toContain(named);
    expect(ended.out).toBe("");
  });

  it("tells an old Node.js what to do, in both languages, before anything else is loaded", async () => {
    const ended = await start(["doctor"], ["--import", OLD_NODE]).ended;

    expect(ended.code).toBe(1);
    expect(ended.err).toMatch(/Node\.js 22\.12.*20\.19\.0/s);
    expect(ended.err).toContain("KPI Loop needs Node.js 22.12 or newer");
  });

  it("runs as a process of its own, and ends with the code of the command", async () => {
    const { code, out, err } = await start(["export"]).ended;

    expect(code).toBe(2);
    expect(out).toBe("");
    expect(err).toContain("--cycle");
  });

  it("ends with 1 for a file that is not there", async () => {
    const home = mkdtempSync(join(tmpdir(), "kpi-loop-cli-"));

    const ended = await run(["import", "no-such.csv", "--table", "订单", "--home", home]);

    expect(ended.code).toBe(1);
    expect(ended.err).toContain("request/unreadable-file");
  });
});
