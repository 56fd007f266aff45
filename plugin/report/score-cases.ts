import { decimalText, parseDecimal } from "../decimal.ts";
import { PluginError } from "../errors.ts";
import { scoreCase } from "../kpi/cases.ts";
import type { Reason, Status } from "../kpi/model.ts";
import { hasWords, say, type Locale } from "../words/words.ts";
import { formatPlain } from "./format.ts";
import { reasonText, statusText } from "./reasons.ts";

/** A scored case as it is printed. */
export interface ScoredCase {
  readonly id: string;
  readonly status: Status;
  /** In plain notation, up to 20 decimals; null unless OK. */
  readonly value: string | null;
  readonly reasons: readonly {
    readonly code: string;
    /** The key of the case or of its parameters that is at fault. */
    readonly field?: string;
    /** Why, and how to mend it. */
    readonly text: string;
  }[];
}

/**
 * Score a list of cases.
 *
 * @param text  a JSON array of cases as `scoreCase` of the KPI room reads them
 * @param file  what the list is called when it cannot be read
 * @throws request/unreadable-cases when it is no JSON array
 */
export function scoreCases(text: string, file: string, locale: Locale): readonly ScoredCase[] {
  return readList(text, file, locale).map((written, place) => {
    const { id, status, value, reasons } = scoreCase(written, place);
    return {
      id,
      status,
      value: value && decimalText(value),
      reasons: reasons.map((one) => ({
        code: one.code,
        ...(one.field ? { field: one.field } : {}),
        text: sentence(one, locale),
      })),
    };
  });
}

/** Scored cases for reading: one line each, with the reasons below. */
export function scoredCasesText(cases: readonly ScoredCase[], locale: Locale): string {
  // One argument per case would be more than a call can take when there are very many.
  const width = cases.reduce((most, { id }) => Math.max(most, id.length), 0);
  return cases
    .flatMap(({ id, status, value, reasons }) => {
      const score = value === null ? null : parseDecimal(value);
      const result = score ? formatPlain(score, locale) : statusText(status, locale);
      return [
        `${id.padEnd(width)}  ${result}`,
        ...reasons.map(({ text }) => `${" ".repeat(width)}  · ${text}`),
      ];
    })
    .join("\n");
}

function readList(text: string, file: string, locale: Locale): readonly unknown[] {
  let list: unknown;
  try {
    // A byte order mark is what Windows editors put in front.
    list = parsed(text.replace(/^\uFEFF/, ""));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PluginError("request/unreadable-cases", { file, reason }, { cause });
  }
  if (Array.isArray(list)) return list;
  throw new PluginError("request/unreadable-cases", { file, reason: say(locale, "cases.no-list") });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text, asWritten);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    // One case that is nested too deeply to be gone through must not stop the others.
    return JSON.parse(text);
  }
}

/** Numbers as their text: read as binary ones, long figures would lose digits without a word. */
function asWritten(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === "number" ? (context?.source ?? value) : value;
}

function sentence(one: Reason & { readonly field?: string }, locale: Locale): string {
  // Problems of a formula have sentences of their own.
  const problem = hasWords(one.code) ? say(locale, one.code, one.details) : reasonText(one, locale);
  return one.field ? say(locale, "cases.problem", { field: one.field, problem }) : problem;
}
