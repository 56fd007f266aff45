import { isPluginError, PluginError } from "../../errors.ts";
import { isVendorCode } from "./http.ts";
import type { OpenApi } from "./open-api.ts";

/** The host read our request and said no to the values in it. */
export function isRefusal(error: unknown, { facts }: OpenApi): error is PluginError {
  return (
    isPluginError(error, "workspace/failed") &&
    Number(error.details["status"]) < 500 &&
    !isVendorCode(error, [...facts.transientCodes, ...facts.unknownMethodCodes])
  );
}

/** A refusal as the person sees it who has to correct the row. */
export function refusedRow(error: PluginError, record: string): PluginError {
  const reason = String(error.details["vendorMessage"]);
  return new PluginError("record/refused", { ...error.details, reason, record }, { cause: error });
}
