import type { Context } from "hono";
import { z } from "zod";
import { PluginError } from "../errors.ts";
import type { Locale } from "../words/words.ts";

/** What a caller sent, checked. */
export interface Call<Query, Body> {
  readonly query: Query;
  readonly body: Body;
  /** A part of the path; @throws Error for a name the path does not have (our bug). */
  readonly param: (name: string) => string;
  readonly locale: Locale;
  /** For the few operations about the connection itself: cookies, streams. */
  readonly context: Context;
}

/** One thing the API does, and enough about it to document it. */
export interface Operation {
  readonly summary: string;
  readonly query: z.ZodObject | null;
  readonly body: { readonly type: BodyType; readonly shape: z.ZodType } | null;
  readonly answer: z.ZodType;
  /** Media types besides, or instead of, JSON. */
  readonly answerTypes: readonly string[];
  readonly handle: (context: Context, locale: Locale) => Promise<Response>;
}

type BodyType = "application/json" | "multipart/form-data";

const Nothing = z.object({});
const JSON_ANSWER = ["application/json"];

/**
 * Describe an operation; what it is given has been checked against `query` and `body`.
 *
 * `run` returns the answer as data, or a `Response` when it is not plain JSON.
 */
export function operation<
  Query extends z.ZodObject = typeof Nothing,
  Body extends z.ZodType = z.ZodUndefined,
>(definition: {
  readonly summary: string;
  readonly query?: Query;
  readonly body?: Body;
  readonly bodyType?: BodyType;
  readonly answer: z.ZodType;
  readonly answerTypes?: readonly string[];
  readonly run: (call: Call<z.output<Query>, z.output<Body>>) => unknown;
}): Operation {
  const { summary, answer, run } = definition;
  const bodyType = definition.bodyType ?? "application/json";
  return {
    summary,
    query: definition.query ?? null,
    body: definition.body === undefined ? null : { type: bodyType, shape: definition.body },
    answer,
    answerTypes: definition.answerTypes ?? JSON_ANSWER,
    handle: async (context, locale) => {
      // Without a schema the type parameters stand at their defaults, which these are.
      const queryShape = definition.query ?? (Nothing as unknown as Query);
      const bodyShape = definition.body ?? (z.undefined() as unknown as Body);
      const sent = definition.body === undefined ? undefined : await readBody(context, bodyType);
      const result: unknown = await run({
        query: check(queryShape, context.req.query(), locale),
        body: check(bodyShape, sent, locale),
        param: (name) => {
          const value = context.req.param(name);
          if (value === undefined) throw new Error(`The path has no part called "${name}"`);
          return value;
        },
        locale,
        context,
      });
      return result instanceof Response ? result : context.json(result);
    },
  };
}

/** @throws request/invalid naming every problem, in the caller's language */
export function check<Shape extends z.ZodType>(
  shape: Shape,
  value: unknown,
  locale: Locale,
): z.output<Shape> {
  const words = locale === "zh-CN" ? z.locales.zhCN() : z.locales.en();
  const parsed = shape.safeParse(value, { error: words.localeError });
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) =>
    [issue.path.join("."), issue.message].filter((part) => part !== "").join(": "),
  );
  throw new PluginError("request/invalid", { problems: problems.join("; ") });
}

async function readBody(context: Context, type: BodyType): Promise<unknown> {
  try {
    if (type === "application/json") return (await context.req.json()) as unknown;
    return Object.fromEntries(await context.req.formData());
  } catch (cause) {
    throw new PluginError("request/invalid", { problems: `body: not ${type}` }, { cause });
  }
}
