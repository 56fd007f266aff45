import { decimalText } from "../decimal.ts";
import { stepNames } from "../report/explain.ts";
import { gradeTexts, sectionText, stepTexts } from "../report/sheet-steps.ts";
import type { SheetDetail } from "../report/views.ts";
import type { Locale } from "../words/words.ts";
import type { Company } from "./company.ts";
import type { ScoredSheet } from "./results.ts";
import { sheetFacts } from "./stored-facts.ts";

/** The way from the contributions to the total and the grade, as the API shows it. */
export function totalSteps(
  company: Company,
  scored: ScoredSheet,
  locale: Locale,
): Pick<SheetDetail, "exactTotal" | "sections" | "steps" | "gradeNotes"> {
  const facts = sheetFacts(company, scored);
  if (!facts) return { exactTotal: null, sections: [], steps: [], gradeNotes: [] };
  const { result } = facts;
  const names = stepNames(facts);
  return {
    exactTotal: result.total && decimalText(result.total),
    sections: result.sections.map((section) => ({
      id: section.key,
      name: names.section(section.key),
      share: decimalText(section.share),
      score: section.score && decimalText(section.score),
      text: sectionText(names.section(section.key), section, locale),
    })),
    steps: stepTexts(result, names, locale).map((step) => ({
      code: step.code,
      before: decimalText(step.before),
      after: decimalText(step.after),
      change: decimalText(step.change),
      text: step.text,
    })),
    gradeNotes: [...gradeTexts(result, names, locale)],
  };
}
