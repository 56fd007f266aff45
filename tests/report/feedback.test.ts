import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  compileWording,
  feedbackText,
  lintFeedback,
  OCCASIONS,
  renderFeedback,
  sampleFacts,
  type FeedbackFacts,
} from "../../plugin/report/feedback.ts";
import { hasWords, LOCALES, say } from "../../plugin/words/words.ts";

const facts: FeedbackFacts = {
  ...sampleFacts("zh-CN", "below_alert"),
  person: { name: "张悦", userId: "u7" },
  records: [
    { title: "订单 10248", change: "折扣 0% → 10%" },
    { title: "订单 10249", change: "新增" },
  ],
};
const nothing: FeedbackFacts = {
  ...facts,
  kpi: null,
  strength: null,
  gap: null,
  grade: { before: null, after: null },
  total: { before: null, after: null },
  records: [],
  nextCheck: null,
};

function print(text: string, from: FeedbackFacts = facts): string {
  const compiled = compileWording(text);
  if (!compiled.ok) throw new Error(say("zh-CN", compiled.problem.key, compiled.problem.details));
  return feedbackText(renderFeedback(compiled.wording, from));
}

describe("printing a wording", () => {
  it("mentions the person as a part of its own", () => {
    const compiled = compileWording("{{mention}} {{period}}的{{gap.name}}是 {{gap.actual}}。");
    if (!compiled.ok) throw new Error(compiled.problem.key);

    expect(renderFeedback(compiled.wording, facts)).toEqual([
      { mention: { userId: "u7", name: "张悦" } },
      { text: " 1998年4月的净销售额是 8,200.00。" },
    ]);
    expect(
      renderFeedback(compiled.wording, { ...facts, person: { name: "张悦", userId: null } }),
    ).toEqual([{ text: "@张悦 1998年4月的净销售额是 8,200.00。" }]);
  });

  it("leaves markup to the driver: nothing is escaped here", () => {
    const odd = { ...facts, person: { name: `<b>"R&D"</b>`, userId: null } };

    expect(print("{{person.name}} {{{person.name}}}", odd)).toBe(`<b>"R&D"</b> <b>"R&D"</b>`);
  });

  it("follows conditions, chains and alternatives", () => {
    const text =
      "{{#if strength}}好{{else if gap}}差{{else}}无{{/if}}{{#unless nextCheck}}!{{/unless}}";

    expect(print(text)).toBe("好");
    expect(print(text, { ...facts, strength: null })).toBe("差");
    expect(print(text, nothing)).toBe("无!");
    expect(print("{{#if is.below_alert}}a{{/if}}{{#if is.grade_up}}b{{/if}}")).toBe("a");
    expect(print("{{^if kpi}}none{{/if}}", nothing)).toBe("none");
  });

  it("prints an unknown as a dash, and a test takes it for missing", () => {
    expect(print("{{kpi.name}}/{{grade.after}}", nothing)).toBe("—/—");
    const dash = { ...facts, grade: { before: "—", after: null } };
    expect(print("{{#if grade.before}}known{{else}}unknown{{/if}}", dash)).toBe("unknown");
  });

  it("lists at most three records and says how many more there are", () => {
    const many = {
      ...facts,
      records: [1, 2, 3, 4, 5].map((n) => ({ title: `R${n}`, change: "改" })),
    };

    expect(print("{{recordList}}", many)).toBe("R1（改）；R2（改）；R3（改）；另有 2 条");
    expect(
      print(
        "{{#each records}}{{#if @first}}[{{/if}}{{title}}@{{../period}}{{#unless @last}},{{/unless}}{{/each}}]+{{moreRecords}}",
        many,
      ),
    ).toBe("[R1@1998年4月,R2@1998年4月,R3@1998年4月]+2");
    expect(print("{{#each records}}x{{else}}none{{/each}}", nothing)).toBe("none");
  });

  it("keeps titles on one line and short", () => {
    const odd = { ...facts, records: [{ title: `a\n\nb${"长".repeat(100)}`, change: "x" }] };
    const printed = print("{{#each records}}{{title}}{{/each}}", odd);

    expect(printed).toMatch(/^a b长+…$/);
    expect([...printed]).toHaveLength(60);
  });

  it("drops the blank lines that conditions leave behind", () => {
    expect(print("a\n{{#if kpi}}\nb\n{{/if}}\n\n\n\nc\n")).toBe("a\nb\n\nc");
  });
});

describe("checking a wording", () => {
  it.each([
    ["", "wording.empty"],
    ["x".repeat(4001), "wording.too-long"],
    ["{{#if kpi}}", "wording.syntax"],
    ["{{#if kpi}}{{/each}}", "wording.syntax"],
    ["{{kpi.nmae}}", "wording.unknown-variable"],
    ["{{salary}}", "wording.unknown-variable"],
    ["{{#if is.grade_up}}{{typo}}{{/if}}", "wording.unknown-variable"],
    ["{{title}}", "wording.unknown-variable"],
    ["{{../period}}", "wording.unknown-variable"],
    ["{{constructor}}", "wording.unknown-variable"],
    ["{{__proto__.x}}", "wording.unknown-variable"],
    ["{{kpi.name.length}}", "wording.unknown-variable"],
    ["{{person.userId}}", "wording.unknown-variable"],
    ["{{@root.kpi}}", "wording.unknown-variable"],
    ["{{@last}}", "wording.unknown-variable"],
    ["{{this}}", "wording.unknown-variable"],
    ["{{kpi}}", "wording.not-text"],
    ["{{records}}", "wording.not-text"],
    ["{{is.grade_up}}", "wording.flag"],
    ["{{#each kpi}}{{/each}}", "wording.not-a-list"],
    ["{{log period}}", "wording.unsupported"],
    ["{{lookup kpi 'name'}}", "wording.unsupported"],
    ["{{#with kpi}}{{name}}{{/with}}", "wording.unsupported"],
    ["{{#if (eq 1 1)}}{{/if}}", "wording.unsupported"],
    ["{{#each records as |r|}}{{/each}}", "wording.unsupported"],
    ["{{> secret}}", "wording.unsupported"],
    ["{{#> layout}}{{/layout}}", "wording.unsupported"],
    ["{{* decorate}}", "wording.unsupported"],
    ["{{'text'}}", "wording.unsupported"],
    ["{{period x=1}}", "wording.unsupported"],
    [`${"{{#if kpi}}".repeat(8)}${"{{/if}}".repeat(8)}`, "wording.too-deep"],
  ])("%s is refused as %s", (text, key) => {
    const compiled = compileWording(text);

    expect(compiled).toMatchObject({ ok: false, problem: { key } });
    expect(hasWords(key)).toBe(true);
  });

  it("names the line, the variable and what there is instead", () => {
    const compiled = compileWording("一\n二 {{gap.actul}}");
    if (compiled.ok) throw new Error("accepted");

    expect(say("zh-CN", compiled.problem.key, compiled.problem.details)).toBe(
      "第 2 行：这里没有“gap.actul”。可用：mention, person, period, kpi, strength, gap, grade, total, records, recordList, moreRecords, nextCheck, is。",
    );
  });
});

describe("any text at all", () => {
  const bits = fc.constantFrom(
    ...["{{", "}}", "{{{", "{{#if ", "{{else}}", "{{/if}}", "{{#each records}}", "{{/each}}"],
    ...[
      "kpi",
      ".name",
      "records",
      "title",
      "../",
      "@last",
      "mention",
      "~",
      "=",
      "|",
      "!",
      ">",
      " ",
    ],
    ...["this", "__proto__", "constructor", "[", "]", "(", ")", "'", '"', "\\", "\n", "中"],
  );

  it("is either refused with words or printed, and never throws", () => {
    fc.assert(
      fc.property(fc.array(bits, { maxLength: 30 }), (parts) => {
        const compiled = compileWording(parts.join(""));
        const said = compiled.ok
          ? feedbackText(renderFeedback(compiled.wording, facts))
          : say("zh-CN", compiled.problem.key, compiled.problem.details);

        expect(said).not.toMatch(/undefined|\[object|function/);
      }),
      { numRuns: 3000 },
    );
  });
});

const GOOD = {
  "zh-CN":
    "{{mention}} {{period}}你的{{strength.name}}做到 {{strength.actual}}，谢谢。{{gap.name}} {{gap.actual}}，目标 {{gap.target}}。相关记录：{{recordList}}。你遇到了什么困难？{{nextCheck}}再看一次。由系统根据数据生成。",
  "en-US":
    "{{mention}} in {{period}} your {{strength.name}} was {{strength.actual}}, thank you. {{gap.name}}: {{gap.actual}} against {{gap.target}}. Records: {{recordList}}. What got in the way? We look again on {{nextCheck}}. Generated from the data.",
} as const;

describe("lint", () => {
  it.each(LOCALES)("accepts a complete feedback in %s, whatever the occasion", (locale) => {
    const found = OCCASIONS.flatMap((occasion) => {
      const sample = sampleFacts(locale, occasion);
      return lintFeedback(print(GOOD[locale], sample), sample, locale);
    });

    expect(found).toEqual([]);
  });

  const good = print(GOOD["zh-CN"]);
  it.each([
    ["praise", good.replace("准时发货率做到 96.0%", "发货不错")],
    ["praise", good.replace("96.0%", "很好")],
    ["praise-first", `净销售额 8,200.00，目标 10,000.00。${good}`],
    ["but", good.replace("谢谢。", "谢谢。但是")],
    ["gap", good.replace("目标 10,000.00", "没有达到目标")],
    ["records", good.replace(/相关记录：[^。]*。/, "")],
    ["question", good.replace("？", "。")],
    ["next-check", good.replace("1998年5月31日", "以后")],
    ["transparency", good.replace("由系统根据数据生成", "谢谢")],
    ["trait", `${good}你有点懒。`],
    ["trait", `${good}你总是这样。`],
    ["threat", `${good}再这样就辞退。`],
    ["private", `${good}是不是因为怀孕了。`],
    ["length", good + "很".repeat(200)],
  ])("finds a missing or wrong part: %s", (name, text) => {
    const pattern = say("zh-CN", `feedback.lint.${name}`).replace(/\{\w+\}/g, ".+");

    expect(lintFeedback(text, facts, "zh-CN")).toEqual([
      expect.stringMatching(new RegExp(`^${pattern}$`)),
    ]);
  });

  it("reads whole words in English", () => {
    const sample = sampleFacts("en-US", "below_alert");
    const text = print(GOOD["en-US"], sample);

    expect(lintFeedback(`${text} A hallways display.`, sample, "en-US")).toEqual([]);
    expect(lintFeedback(`${text} You are always late.`, sample, "en-US")).toEqual([
      '"always" is about the person, not about what happened.',
    ]);
    expect(lintFeedback(`${text}${" word".repeat(150)}`, sample, "en-US")[0]).toMatch(/too long/);
  });

  it("does not blame the wording for long titles of records", () => {
    const title = "长".repeat(100);
    const long = {
      ...facts,
      records: [1, 2, 3].map((n) => ({ title: `${n}${title}`, change: title })),
    };

    expect(lintFeedback(print(GOOD["zh-CN"], long), long, "zh-CN")).toEqual([]);
  });

  it("tells a KPI from one whose name contains it", () => {
    const strength = { name: "净销售额增长率", actual: "12%", target: "10%" };
    const alike = { ...facts, strength };
    const reversed = "{{gap.name}} {{gap.actual}}，目标 {{gap.target}}。" + GOOD["zh-CN"];

    expect(lintFeedback(print(GOOD["zh-CN"], alike), alike, "zh-CN")).toEqual([]);
    expect(lintFeedback(print(reversed, alike), alike, "zh-CN")).toEqual([
      "应先肯定做得好的地方（净销售额增长率），再指出不足。",
    ]);
  });

  it("does not take a product's name for a judgement", () => {
    const sofa = { ...facts, records: [{ title: "懒人沙发 × 3", change: "新增" }] };

    expect(lintFeedback(print(GOOD["zh-CN"], sofa), sofa, "zh-CN")).toEqual([]);
  });

  it("asks for neither praise nor question when only data is missing", () => {
    const data: FeedbackFacts = { ...facts, occasion: "data_problem", gap: null, records: [] };
    const text = print("{{kpi.name}}缺少数据，{{nextCheck}}前补齐。由系统根据数据生成。", data);

    expect(lintFeedback(text, data, "zh-CN")).toEqual([]);
  });

  it("asks for no praise when there is nothing to praise with", () => {
    const plain = { ...facts, strength: null };
    const text = GOOD["zh-CN"].replace(/你的\{\{strength.*?谢谢。/, "");

    expect(lintFeedback(print(text, plain), plain, "zh-CN")).toEqual([]);
  });
});
