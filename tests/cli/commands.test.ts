import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import exceljs from "exceljs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Doctor, Explained, ExportRow, ImportReport, Recomputed } from "../../plugin/server/api.ts";
import { printed, run, start } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "kpi-loop-demo-"));
const home = join(folder, "home");
const inHome = (...args: readonly string[]) => run([...args, "--home", home]);
const serve = (command = "serve") => start([command, "--home", home, "--port", "0"]);
const LINK = /(http\S+\/signin\?token=\S+)/;

/** Everything a person could ask, as a program gets it. */
const QUESTIONS: readonly (readonly string[])[] = [
  ["export", "--cycle", "1998-04"],
  ["export", "--cycle", "1998-Q2", "--format", "csv"],
  ["explain", "--subject", "Nancy Davolio", "--cycle", "1998-04", "--kpi", "REVENUE"],
  ["explain", "--subject", "E1", "--cycle", "1998-04", "--json"],
  ["export", "--cycle", "2031-01"],
];
const askAll = async () => {
  const answers = [];
  for (const question of QUESTIONS) answers.push(await inHome(...question));
  return answers;
};

let fresh: Awaited<ReturnType<typeof run>>;

beforeAll(async () => {
  fresh = await inHome("demo", "--json");
}, 180_000);

describe("over the sample company", () => {
  it("prepares it once; the second time nothing is changed", async () => {
    const before = await inHome("export", "--cycle", "1998-04");
    const again = await inHome("demo", "--json");
    const after = await inHome("export", "--cycle", "1998-04");

    expect(JSON.parse(fresh.out)).toEqual({ fresh: true });
    expect(JSON.parse(again.out)).toEqual({ fresh: false });
    expect(after.out).toBe(before.out);
  });

  it("exports a cycle with decimals as text", async () => {
    const { code, out } = await inHome("export", "--cycle", "1998-04", "--format", "json");
    const rows = ExportRow.array().parse(JSON.parse(out));
    const nancy = rows.find(({ employee }) => employee === "Nancy Davolio");

    expect(code).toBe(0);
    expect(nancy?.items.map(({ kpi }) => kpi).sort()).toEqual([
      "DISCOUNT",
      "GROWTH",
      "NEW_CUSTOMERS",
      "ON_TIME",
      "ORDERS",
      "REVENUE",
    ]);
    expect(nancy?.items.find(({ kpi }) => kpi === "REVENUE")).toMatchObject({
      actual: "12587.225",
      status: "OK",
    });
  });

  it("writes an export for Excel into a file", async () => {
    const file = join(folder, "april.csv");

    await inHome("export", "--cycle", "1998-04", "--format", "csv", "--out", file);

    const text = readFileSync(file, "utf8");
    expect(text.startsWith("\uFEFF")).toBe(true);
    expect(text).toContain("Nancy Davolio");
  });

  it("writes a workbook into a file, and never onto a screen", async () => {
    const file = join(folder, "april.xlsx");

    const written = await inHome("export", "--cycle", "1998-04", "--format", "xlsx", "--out", file);
    const refused = await inHome("export", "--cycle", "1998-04", "--format", "xlsx");
    const workbook = new exceljs.Workbook();
    await workbook.xlsx.readFile(file);

    expect(written.code).toBe(0);
    expect(workbook.getWorksheet("Nancy Davolio")?.getCell("G5").formula).toContain("E5");
    expect(refused).toMatchObject({ code: 2, out: "" });
    expect(refused.err).toContain("--out");
  });

  it("explains a score in words and as data", async () => {
    const about = ["explain", "--subject", "Nancy Davolio", "--cycle", "1998-04"];

    const words = await inHome(...about, "--kpi", "REVENUE");
    const data = await inHome(...about, "--json");

    expect(words.out).toMatch(/净销售额.*12,587/s);
    expect(Explained.parse(JSON.parse(data.out)).why).toHaveLength(6);
  });

  it("finds no difference when it computes everything anew, and everything in order", async () => {
    const recomputed = await inHome("recompute", "--json");
    const doctor = await inHome("doctor", "--json");
    const { checks } = Doctor.parse(JSON.parse(doctor.out));

    expect(Recomputed.parse(JSON.parse(recomputed.out))).toMatchObject({ differences: 0 });
    // Whether the console is built is not this test's business.
    expect(checks.filter(({ ok, name }) => !ok && name !== "console")).toEqual([]);
  });

  it("ends an import with 3 when rows are refused, and imports nothing", async () => {
    const file = join(folder, "customers.csv");
    writeFileSync(file, "客户编号,客户名称,电话\nNEW01,新客户,1\n,没有编号,2\n");
    const about = ["import", file, "--table", "客户", "--key", "客户编号", "--json"];

    const refused = await inHome(...about);
    const skipped = await inHome(...about, "--skip-rejected");
    const again = await inHome(...about, "--skip-rejected", "--dry-run");

    expect(refused.code).toBe(3);
    expect(ImportReport.parse(JSON.parse(refused.out))).toMatchObject({ imported: 0 });
    expect(ImportReport.parse(JSON.parse(skipped.out))).toMatchObject({ imported: 1 });
    expect(ImportReport.parse(JSON.parse(again.out))).toMatchObject({ imported: 0, dryRun: true });
  });
});

describe("with a server running", () => {
  let server: ReturnType<typeof serve>;
  let link = "";
  let without: Awaited<ReturnType<typeof askAll>> = [];

  beforeAll(async () => {
    without = await askAll();
    server = serve();
    link = await printed(server, LINK);
  });
  afterAll(() => void server.child.kill("SIGKILL"));

  it("answers every question as it does without one", async () => {
    expect(await askAll()).toEqual(without);
  });

  it("signs in with the printed link, and with a new one", async () => {
    const { out } = await inHome("link");
    const first = await fetch(link, { redirect: "manual" });
    const second = await fetch(out.trim(), { redirect: "manual" });

    expect([first.status, second.status]).toEqual([302, 302]);
    expect(second.headers.get("set-cookie")).toContain("HttpOnly");
  });

  it("shows the way in to somebody who starts a second one", async () => {
    const second = await run(["start", "--home", home, "--port", "0"]);

    expect(second.code).toBe(0);
    expect(second.out).toMatch(LINK);
  });

  it("finds the sample company in place", async () => {
    const again = await inHome("demo", "--json");

    expect(again.code).toBe(0);
    expect(JSON.parse(again.out)).toEqual({ fresh: false });
  });

  it("says which port it cannot have", async () => {
    const { port } = new URL(link);
    const second = await run(["serve", "--home", join(folder, "second"), "--port", port]);

    expect(second.code).toBe(1);
    expect(second.err).toContain("config/port-in-use");
    expect(second.err).toContain(port);
  });

  it("stops within five seconds when asked, with a page still open", async () => {
    const secrets = JSON.parse(readFileSync(join(home, "secrets.json"), "utf8")) as {
      accessToken: string;
    };
    const live = await fetch(new URL("/api/live", link), {
      headers: { authorization: `Bearer ${secrets.accessToken}` },
    });
    const asked = performance.now();

    server.child.kill("SIGTERM");
    const { code } = await server.ended;

    expect(live.status).toBe(200);
    expect(code).toBe(0);
    expect(performance.now() - asked).toBeLessThan(5000);
  });

  it("takes the home over from a server that was killed", async () => {
    const killed = serve();
    await printed(killed, LINK);
    killed.child.kill("SIGKILL");
    await killed.ended;

    const doctor = await inHome("export", "--cycle", "1998-04");
    const next = serve("start");
    await printed(next, LINK);
    next.child.kill("SIGTERM");

    expect(doctor.code).toBe(0);
    expect((await next.ended).code).toBe(0);
  });
});
