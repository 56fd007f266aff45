import ts from "typescript";
import { expect, it } from "vitest";
import { nodes, textPattern } from "../sources.ts";

/** Texts of a file that start like a path of the API. */
const paths = (file: string) =>
  nodes(file).flatMap((node) => {
    const pattern = textPattern(node);
    return pattern?.startsWith("/api/") === true ? [pattern] : [];
  });

const served = nodes("plugin/server/app.ts").flatMap((node) => {
  if (!ts.isCallExpression(node) || !["open", "route"].includes(node.expression.getText()))
    return [];
  const [method, path] = node.arguments;
  return method !== undefined &&
    path !== undefined &&
    ts.isStringLiteral(method) &&
    ts.isStringLiteral(path)
    ? [path.text]
    : [];
});

it("the console asks only for routes that the server has", () => {
  const asked = paths("console/src/api.ts").map((pattern) => pattern.replace(/\\\?.*$/, ""));
  const unknown = asked.filter(
    (pattern) =>
      !served.some((path) => new RegExp(`^${pattern}$`).test(path.replace(/:\w+/g, "_"))),
  );

  expect(served.length).toBeGreaterThan(20);
  expect(asked.length).toBeGreaterThan(15);
  expect(unknown).toEqual([]);
});
