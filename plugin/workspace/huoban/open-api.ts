import type { z } from "zod";
import { PluginError } from "../../errors.ts";
import type { Log } from "../../log.ts";
import { judgeOpenApi } from "./envelope.ts";
import type { HuobanFacts } from "./facts.ts";
import type { Http, VendorCall } from "./http.ts";
import type { Patience } from "./pacing.ts";

/** The vendor's OpenAPI v1 with our key, and what every door of the driver needs beside it. */
export interface OpenApi {
  readonly facts: HuobanFacts;
  readonly patience: Patience;
  readonly log: Log;
  /** The `data` of the reply. */
  call(call: VendorCall): Promise<unknown>;
  /** Take from a reply what we use. @throws workspace/unreadable-reply */
  parse<T extends z.ZodType>(operation: string, schema: T, data: unknown): z.output<T>;
}

export function openOpenApi(options: {
  readonly http: Http;
  readonly apiKey: string;
  readonly facts: HuobanFacts;
  readonly patience: Patience;
  readonly log: Log;
}): OpenApi {
  const { http, facts, patience, log } = options;
  http.hide(options.apiKey);
  const headers = { "Open-Authorization": facts.authorization(options.apiKey) };
  return {
    facts,
    patience,
    log,
    call: (call) => http.send(call, { headers, judge: judgeOpenApi }),
    parse: parseReply,
  };
}

/** Take from a reply what we use. @throws workspace/unreadable-reply naming the member */
export function parseReply<T extends z.ZodType>(
  operation: string,
  schema: T,
  data: unknown,
): z.output<T> {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  const where = deepest(parsed.error.issues).join(".") || "data";
  // Only where it broke: the content may be personal data.
  throw new PluginError("workspace/unreadable-reply", { operation, reason: `member ${where}` });
}

/** Path of the member that is wrong; of several spellings the one that fitted longest. */
function deepest(issues: readonly z.core.$ZodIssue[]): readonly PropertyKey[] {
  const paths = issues.map((issue) => {
    const inner = issue.code === "invalid_union" ? deepest(issue.errors.flat()) : [];
    return [...issue.path, ...inner];
  });
  return paths.sort((a, b) => b.length - a.length)[0] ?? [];
}
