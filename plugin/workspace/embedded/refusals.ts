import { PluginError } from "../../errors.ts";
import { say, type Locale } from "../../words/words.ts";

/**
 * Why this workspace says no, and the code it says it with on the wire.
 *
 * The first block is what Huoban itself has been seen to answer. The host's other codes are not
 * public: ours start with 990 so that nobody takes them for official ones. Sentences are in
 * `words/`, keyed `embedded.refused.<kind>`.
 */
export const REFUSALS = {
  unauthorized: 100,
  failed: 500,
  "unknown-method": 501,
  "invalid-parameter": 502,
  gone: 3500002,

  "unknown-field": 9900001,
  "computed-field": 9900002,
  "missing-required": 9900003,
  "wrong-type": 9900004,
  "duplicate-unique": 9900005,
  "unknown-option": 9900006,
  "unknown-user": 9900007,
  "unknown-record": 9900008,
  "unknown-file": 9900009,
  "single-value": 9900010,
  "too-many-rows": 9900011,
  "ambiguous-match": 9900012,
  "bad-filter": 9900013,
  "bad-formula": 9900014,
  "bad-structure": 9900015,
  "rate-limited": 9900016,
  "no-match": 9900017,
} as const;
export type RefusalKind = keyof typeof REFUSALS;

/** Thrown inside the embedded workspace; its two doors turn it into their own words. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly kind: RefusalKind;
  readonly details: Readonly<Record<string, string | number>>;

  constructor(kind: RefusalKind, details: Readonly<Record<string, string | number>> = {}) {
    super(sentence("en-US", kind, details));
    this.kind = kind;
    this.details = details;
  }

  tell(locale: Locale): string {
    return sentence(locale, this.kind, this.details);
  }
}

/** `expected` names a kind of value, which is a word of its own. */
function sentence(
  locale: Locale,
  kind: RefusalKind,
  details: Readonly<Record<string, string | number>>,
): string {
  const expected = details["expected"];
  const words =
    expected === undefined ? {} : { expected: say(locale, `embedded.expects.${expected}`) };
  return say(locale, `embedded.refused.${kind}`, { ...details, ...words });
}

/** Run for the grid: refusals become errors of the plugin's catalogue. */
export function asPluginErrors<T>(locale: Locale, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.kind === "gone") {
      throw new PluginError("record/not-found", { record: error.details["id"] ?? "" });
    }
    const { row } = error.details;
    const told = error.tell(locale);
    const reason =
      row === undefined ? told : say(locale, "embedded.rejected-row", { row, reason: told });
    const details = row === undefined ? { reason } : { reason, row };
    throw new PluginError("record/refused", details, { cause: error });
  }
}
