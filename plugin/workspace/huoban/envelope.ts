import { z } from "zod";

/** Ids come as strings or integers; inside they are strings. An unsafe integer is already damaged. */
export const Id = z
  .union([z.string().min(1), z.number().int().refine(Number.isSafeInteger)])
  .transform(String);

/** What a host's JSON says about the call it answers. */
export type Verdict =
  | { readonly state: "success"; readonly data: unknown }
  | {
      readonly state: "failure";
      readonly code: number;
      readonly message: string;
      readonly traceId: string;
    }
  | { readonly state: "unreadable"; readonly reason: string };

const Code = z.union([z.number(), z.string().regex(/^-?\d+$/)]).transform(Number);
const Meta = z.looseObject({ trace_id: Id.optional().catch(undefined) });
const Failure = z.looseObject({
  code: Code,
  message: z.string().catch(""),
  errors: z.looseObject({ error_message: z.string() }).optional().catch(undefined),
  meta: Meta.optional().catch(undefined),
});

/** OpenAPI v1: `{code, message, data, meta}` whatever the HTTP status (reference, 3.1). */
export function judgeOpenApi(json: unknown): Verdict {
  const reply = Failure.safeParse(json);
  if (!reply.success) return { state: "unreadable", reason: "no code member" };
  if (reply.data.code !== 0) return failure(reply.data);
  return { state: "success", data: reply.data["data"] };
}

/** v2: the bare thing, or an object with a `code` (reference, 7). */
export function judgeV2(json: unknown, status: number): Verdict {
  const reply = Failure.safeParse(json);
  if (reply.success && reply.data.code !== 0) return failure(reply.data);
  // Should the host ever wrap these as it does v1's.
  if (reply.success && "data" in reply.data) {
    return { state: "success", data: reply.data["data"] };
  }
  if (status >= 400) {
    return { state: "failure", code: status, message: `HTTP ${status}`, traceId: "" };
  }
  return { state: "success", data: json };
}

function failure(reply: z.infer<typeof Failure>): Verdict {
  return {
    state: "failure",
    code: reply.code,
    message: reply.errors?.error_message ?? reply.message,
    traceId: reply.meta?.trace_id ?? "",
  };
}
