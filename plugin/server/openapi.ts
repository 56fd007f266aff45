import { z } from "zod";
import * as shapes from "./api.ts";
import type { Operation } from "./operation.ts";

/** One line of the route list in `app.ts`. */
export interface Route {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** As Hono writes it: `/api/sheets/:id`. */
  readonly path: string;
  readonly operation: Operation;
  /** Open routes need no session. */
  readonly open: boolean;
}

type Json = Record<string, unknown>;

/** The OpenAPI 3.1 document of these routes, from the very schemas that check the requests. */
export function describeRoutes(routes: readonly Route[], version: string): Json {
  const named = z.registry<{ id: string }>();
  for (const [id, shape] of Object.entries(shapes)) {
    if (shape instanceof z.ZodType) named.add(shape, { id });
  }
  const refer = (id: string) => ({ $ref: `#/components/schemas/${id}` });
  const { schemas } = z.toJSONSchema(named, {
    uri: (id) => `#/components/schemas/${id}`,
    unrepresentable: "any",
  });
  const describe = (shape: z.ZodType): Json => {
    const name = named.get(shape)?.id;
    if (name !== undefined) return refer(name);
    if (shape instanceof z.ZodArray) {
      // The elements of our arrays are schemas of `api.ts`, which are of the classic kind.
      return { type: "array", items: describe(shape.element as z.ZodType) };
    }
    return plain(z.toJSONSchema(shape, { unrepresentable: "any", io: "input" }));
  };

  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, "{$1}");
    paths[path] = {
      ...paths[path],
      [route.method.toLowerCase()]: describeOne(route, describe),
    };
  }
  return {
    openapi: "3.1.0",
    info: { title: "KPI Loop", version },
    paths,
    components: {
      schemas: Object.fromEntries(
        Object.entries(schemas).map(([id, schema]) => [id, plain(schema)]),
      ),
      securitySchemes: {
        session: { type: "apiKey", in: "cookie", name: "kpi_loop_session_{port}" },
        token: { type: "http", scheme: "bearer" },
      },
    },
  };
}

function describeOne(route: Route, describe: (shape: z.ZodType) => Json): Json {
  const { operation } = route;
  const inPath = [...route.path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
  const inQuery = Object.entries(operation.query?.shape ?? {}).map(([name, shape]) => ({
    name,
    in: "query",
    required: !shape.safeParse(undefined).success,
    schema: describe(shape),
  }));
  const content = (types: readonly string[], shape: z.ZodType) =>
    Object.fromEntries(
      types.map((type) => [
        type,
        { schema: type.startsWith("text/") ? { type: "string" } : describe(shape) },
      ]),
    );
  return {
    summary: operation.summary,
    operationId: `${route.method.toLowerCase()}${route.path.replace(/\W+(\w)?/g, (_, letter: string | undefined) => (letter ?? "").toUpperCase())}`,
    parameters: [...inPath, ...inQuery],
    ...(operation.body === null
      ? {}
      : {
          requestBody: {
            required: true,
            content: content([operation.body.type], operation.body.shape),
          },
        }),
    responses: {
      "200": {
        description: operation.summary,
        content: content(operation.answerTypes, operation.answer),
      },
      default: {
        description: "The request was refused, or failed",
        content: content(["application/json"], shapes.Problem),
      },
    },
    security: route.open ? [] : [{ session: [] }, { token: [] }],
  };
}

/** OpenAPI names the dialect once, not in every schema. */
function plain(schema: object): Json {
  return Object.fromEntries(
    Object.entries(schema).filter(([key]) => key !== "$schema" && key !== "$id"),
  );
}
