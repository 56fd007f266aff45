import type { Measured, Reason, Status } from "./model.ts";

/** A reason: key `reason.<code>` of `words/` with what its sentence names. */
export function reason(code: string, details: Readonly<Record<string, string>> = {}): Reason {
  return { code, details };
}

/** A number that is missing, with the one reason why. */
export function missing(
  status: Exclude<Status, "OK">,
  code: string,
  details: Readonly<Record<string, string>> = {},
): Measured {
  return { status, reasons: [reason(code, details)] };
}
