import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { run } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "kpi-loop-score-"));
const file = (name: string, text: string) => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const CASES = [
  { id: "R1", method: "RATIO", actual: "850", target: "1000", params: {}, expected: "nonsense" },
  { id: "thirds", method: "RATIO", actual: 1, target: 3, params: { cap: null } },
  { id: "none", method: "RATIO", actual: null, target: "100", params: {} },
  {
    id: "wrong",
    method: "EFF",
    actual: "1",
    target: null,
    params: { unallowed: "x", satisfactory: "9" },
  },
];

describe("kpi-loop score", () => {
  it("prints what became of each case, and one that is wrong stops none", async () => {
    const cases = file("cases.json", JSON.stringify(CASES));

    const { code, out, err } = await run(["score", cases, "--json", "--locale", "en-US"]);

    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(JSON.parse(out)).toEqual([
      { id: "R1", status: "OK", value: "85", reasons: [] },
      { id: "thirds", status: "OK", value: "33.33333333333333333333", reasons: [] },
      {
        id: "none",
        status: "NO_DATA",
        value: null,
        reasons: [
          {
            code: "actual_missing",
            field: "actual",
            text: "actual: There is no actual, so it is not scored (it does not count as 0).",
          },
        ],
      },
      {
        id: "wrong",
        status: "ERROR",
        value: null,
        reasons: [
          {
            code: "method_number_unreadable",
            field: "unallowed",
            text: 'unallowed: "x" is not a number; write for example 60, 0.6 or 60%.',
          },
        ],
      },
    ]);
  });

  it("reads the standard input, and shows people lines in their language", async () => {
    const { code, out } = await run(["score", "-"], `\uFEFF${JSON.stringify(CASES)}`);

    expect(code).toBe(0);
    expect(out.split("\n")).toEqual([
      "R1      85",
      "thirds  33.3333333333",
      "none    无数据",
      "        · actual：没有实际值，因此不计分（不按 0 分处理）。",
      "wrong   出错",
      "        · unallowed：“x”不是数字，请写成例如 60、0.6 或 60%。",
      "",
    ]);
  });

  it("words a formula's own problems, with the place", async () => {
    const params = { expression: "actual / (target" };
    const { out } = await run(
      ["score", "-", "--json", "--locale", "en-US"],
      JSON.stringify([{ id: "f", method: "EXPR", actual: "1", target: "2", params }]),
    );

    expect(JSON.parse(out)).toMatchObject([
      { status: "ERROR", reasons: [{ field: "expression", text: expect.stringMatching(/10/) }] },
    ]);
  });

  it.each([
    ["a file that is not there", () => join(folder, "nowhere.json")],
    ["a file that is no JSON", () => file("text.json", "R1 RATIO 850")],
    ["a file that is no list", () => file("object.json", '{"id": "R1"}')],
  ])("ends with 1 for %s, and says what a list looks like", async (_what, path) => {
    const { code, out, err } = await run(["score", path(), "--json"]);

    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toContain("无法读取");
    expect(err).toContain('"method": "RATIO"');
  });

  it("reads numbers to their last digit, as texts are read", async () => {
    const one = (figure: string) =>
      `{"id": 7, "method": "EXPR", "actual": ${figure}, "params": {"expression": "actual - 1"}}`;
    const figures = ["12345678901234567891", "1.00000000000000000001", "1e3", "-0.0"];
    const { out } = await run(["score", "-", "--json"], `[${figures.map(one).join()}]`);

    expect(JSON.parse(out)).toMatchObject([
      { id: "7", value: "12345678901234567890" },
      { value: "0.00000000000000000001" },
      { value: "999" },
      { value: "-1" },
    ]);
  });

  it("is not stopped by a case without a bottom", async () => {
    const deep = `${"[".repeat(20_000)}${"]".repeat(20_000)}`;
    const { code, out } = await run(["score", "-", "--json"], `[${deep}, {"id": "a"}]`);

    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject([{ id: "#1", status: "ERROR" }, { id: "a" }]);
  });

  it("prints more cases than a call has room for", async () => {
    const many = Array.from({ length: 150_000 }, () => "1").join();
    const { code, out } = await run(["score", "-", "--locale", "en-US"], `[${many}]`);

    expect(code).toBe(0);
    expect(out).toContain("#150000  Error");
  });

  it("needs a file", async () => {
    expect(await run(["score"])).toMatchObject({ code: 2 });
  });
});
