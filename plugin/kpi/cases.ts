import type { Decimal } from "../decimal.ts";
import { impliedDirection } from "./direction.ts";
import { figureText, readNumber, shown, type ParameterProblem } from "./method-reader.ts";
import { parseMethod } from "./methods.ts";
import type { Direction, Measured, Reason, Status } from "./model.ts";
import { isMethodCode } from "./parameters.ts";
import { missing, reason } from "./reason.ts";
import { scoreItem } from "./score.ts";

/** One scored case. */
export interface CaseScore {
  /** Its own, or "#" and its place in the list. */
  readonly id: string;
  readonly status: Status;
  /** null unless OK. */
  readonly value: Decimal | null;
  /** `field` is the key of the case or of its parameters that is at fault. */
  readonly reasons: readonly (Reason & { readonly field?: string })[];
}

/** Why a case cannot be scored as it stands; caught where cases are read. */
class CaseFault extends Error {
  readonly score: Omit<CaseScore, "id">;
  constructor(status: Status, reasons: CaseScore["reasons"]) {
    super(status);
    this.score = { status, value: null, reasons };
  }
}

/** The key of a case, or of its parameters, that a reason of scoring is about. */
const FIELDS: ReadonlyMap<string, string> = new Map([
  ...["actual_missing", "actual_negative", "rating_outside", "value_unusable"].map(keyed("actual")),
  ...["target_missing", "target_zero", "target_negative"].map(keyed("target")),
  ...["target_not_between", "band_target"].map(keyed("target")),
  ...["baseline_equals_target", "baseline_wrong_side"].map(keyed("base")),
  ...["rank_peers_few", "rank_not_among"].map(keyed("peers")),
  ...["outside_steps"].map(keyed("steps")),
  ...["inverse_unbounded"].map(keyed("cap")),
  ...["expression_failed"].map(keyed("expression")),
]);

function keyed(field: string): (code: string) => readonly [code: string, field: string] {
  return (code) => [code, field];
}

/** Faults of parameters that are faults of the baseline. */
const OF_THE_BASELINE = new Set(["method_satisfactory_same", "method_stretch_same"]);

/**
 * Score one case: `{id, method, actual, target, params, direction?, inputs?, peers?}`.
 *
 * Figures are text or numbers, null or absent = missing. `params` has the keys of `PARAMETERS`;
 * `inputs` are the other figures an EXPR reads, `peers` the actuals that a RANK compares, this one
 * included. Without a `direction` it is the one the method implies, else higher is better.
 *
 * Never throws: whatever is wrong with the case is its status and its reasons.
 *
 * @param written  anything that JSON can say
 * @param place  0-based place in the list
 */
export function scoreCase(written: unknown, place: number): CaseScore {
  const given = entriesOf(written) ?? new Map<string, unknown>();
  const own = given.get("id");
  const id = typeof own === "string" || typeof own === "number" ? String(own) : `#${place + 1}`;
  try {
    if (entriesOf(written) === null) throw fault("case_unreadable", "");
    return { id, ...scoreGiven(given) };
  } catch (error) {
    if (error instanceof CaseFault) return { id, ...error.score };
    throw error;
  }
}

function scoreGiven(given: ReadonlyMap<string, unknown>): Omit<CaseScore, "id"> {
  const code = given.get("method");
  if (isBlank(code)) throw fault("case_method_missing", "method");
  if (typeof code !== "string" || !isMethodCode(code)) throw fault("case_method", "method", code);
  const params = given.get("params") ?? {};
  const parameters = entriesOf(params);
  if (!parameters) throw fault("case_object", "params", params);
  const stated = readDirection(given.get("direction") ?? null);
  const inputs = readInputs(given.get("inputs") ?? {});
  const parsed = parseMethod({
    code,
    parameters: Object.fromEntries(parameters),
    direction: stated,
    names: [...inputs.keys()],
  });
  if (!parsed.ok) throw refusal(parsed.problems);
  const { method } = parsed;
  const actual = readFigure("actual", given.get("actual"));
  const target = readFigure("target", given.get("target"));
  const peers = given.get("peers") ?? null;
  const { score } = scoreItem({
    method,
    direction: stated ?? impliedDirection(method, target) ?? "higher",
    actual: measured(actual),
    target,
    inputs: (name) => inputs.get(name) ?? null,
    ...(peers === null ? {} : { peers: readPeers(peers) }),
  });
  const value = score.status === "OK" ? score.value : null;
  return { status: score.status, value, reasons: score.reasons.map(withField) };
}

function withField(one: Reason): CaseScore["reasons"][number] {
  const input = one.code === "input_missing" ? one.details["name"] : undefined;
  const field = input === undefined ? FIELDS.get(one.code) : `inputs.${input}`;
  return field === undefined ? one : { ...one, field };
}

/** Nothing is written there; blanks alone are nothing, as in a table. */
function isBlank(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return typeof value === "string" && value.trim() === "";
}

/** The own entries of a JSON object; null for anything else. */
function entriesOf(value: unknown): ReadonlyMap<string, unknown> | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  return new Map<string, unknown>(Object.entries(value));
}

function fault(code: string, field: string, value?: unknown): CaseFault {
  return new CaseFault("ERROR", [{ ...reason(code, { value: shown(value) }), field }]);
}

function refusal(problems: readonly ParameterProblem[]): CaseFault {
  const baseline = problems.every(({ code }) => OF_THE_BASELINE.has(code));
  return new CaseFault(baseline ? "INVALID_BASELINE" : "ERROR", problems);
}

function readDirection(value: unknown): Direction | null {
  if (isBlank(value)) return null;
  if (value === "higher" || value === "lower" || value === "target") return value;
  throw fault("case_direction", "direction", value);
}

function readFigure(field: string, value: unknown): Decimal | null {
  if (isBlank(value)) return null;
  const text = figureText(value);
  const figure = text === null ? null : readNumber(text);
  if (figure === null) throw fault("method_number_unreadable", field, value);
  return figure;
}

function measured(value: Decimal | null): Measured {
  return value ? { status: "OK", value, reasons: [] } : missing("NO_DATA", "actual_missing");
}

function readInputs(value: unknown): ReadonlyMap<string, Measured> {
  const entries = entriesOf(value);
  if (!entries) throw fault("case_object", "inputs", value);
  return new Map(
    [...entries].map(([name, figure]) => {
      const read = readFigure(`inputs.${name}`, figure);
      return [name, read ? measured(read) : missing("NO_DATA", "input_missing", { name })];
    }),
  );
}

function readPeers(value: unknown): readonly Decimal[] {
  if (!Array.isArray(value)) throw fault("case_list", "peers", value);
  return value.flatMap((peer) => readFigure("peers", peer) ?? []);
}
