import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import {
  compileWording,
  feedbackText,
  lintFeedback,
  OCCASIONS,
  renderFeedback,
  sampleFacts,
  type FeedbackFacts,
} from "../../plugin/report/feedback.ts";
import { read } from "../sources.ts";

const Rows = z.record(
  z.string(),
  z.object({ key: z.enum(OCCASIONS), locale: z.enum(["zh", "en"]), text: z.string() }),
);
const shipped = Object.values(Rows.parse(parse(read("templates/core/rows/wordings.yaml"))));

/** Facts with and without everything that may be missing: 16 of them. */
function variations(facts: FeedbackFacts): FeedbackFacts[] {
  const without: readonly Partial<FeedbackFacts>[] = [
    { strength: null },
    { gap: null },
    { records: [] },
    { nextCheck: null },
  ];
  return without.reduce<FeedbackFacts[]>(
    (all, missing) => all.flatMap((some) => [some, { ...some, ...missing }]),
    [facts],
  );
}

describe("the wordings we ship", () => {
  it("cover every occasion in both languages", () => {
    const covered = shipped.map(({ key, locale }) => `${key}|${locale}`);

    expect(covered.toSorted()).toEqual(
      OCCASIONS.flatMap((occasion) => [`${occasion}|en`, `${occasion}|zh`]).toSorted(),
    );
  });

  it.each(shipped)("$key in $locale reads well whatever is missing", ({ key, locale, text }) => {
    const language = locale === "zh" ? "zh-CN" : "en-US";
    const compiled = compileWording(text);
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.problem));
    const facts = {
      ...sampleFacts(language, key),
      records: [1, 2, 3, 4].map((n) => ({ title: `1024${n}`, change: "¥1,000.00 → ¥2,000.00" })),
    };

    const printed = variations(facts).map((some) => {
      const said = feedbackText(renderFeedback(compiled.wording, some));
      return { said, problems: lintFeedback(said, some, "en-US") };
    });

    expect(printed.filter(({ problems }) => problems.length > 0)).toEqual([]);
    expect(printed.filter(({ said }) => /[{}—]|\n\n|undefined|null/.test(said))).toEqual([]);
  });
});
