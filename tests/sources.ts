import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

/** The repository as its own tests read it: sources by path, without the comments where it matters. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");

export function read(file: string): string {
  return readFileSync(join(ROOT, file), "utf8");
}

/** TypeScript files below a folder, as paths from the root with forward slashes. */
export function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .map((file) => posix.join(folder, file.replaceAll("\\", "/")))
    .filter((file) => /\.tsx?$/.test(file))
    .sort();
}

const trees = new Map<string, ts.SourceFile>();

export function tree(file: string): ts.SourceFile {
  const known = trees.get(file);
  if (known !== undefined) return known;
  const parsed = ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest, true);
  trees.set(file, parsed);
  return parsed;
}

/** Every node of a file. */
export function nodes(file: string): ts.Node[] {
  const found: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(tree(file));
  return found;
}

export interface Import {
  readonly specifier: string;
  /** Erased when the program runs. */
  readonly typeOnly: boolean;
}

/** What a file imports or re-exports, also by `import()`. */
export function imports(file: string): Import[] {
  return nodes(file).flatMap((node): Import[] => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      const clause = node.importClause;
      const named = clause?.namedBindings;
      const onlyTypes =
        clause?.phaseModifier === ts.SyntaxKind.TypeKeyword ||
        (clause?.name === undefined &&
          named !== undefined &&
          ts.isNamedImports(named) &&
          named.elements.length > 0 &&
          named.elements.every((element) => element.isTypeOnly));
      return [{ specifier: node.moduleSpecifier.text, typeOnly: onlyTypes }];
    }
    if (
      ts.isExportDeclaration(node) &&
      node.moduleSpecifier !== undefined &&
      ts.isStringLiteral(node.moduleSpecifier)
    ) {
      return [{ specifier: node.moduleSpecifier.text, typeOnly: node.isTypeOnly }];
    }
    const [argument] = ts.isCallExpression(node) ? node.arguments : [];
    if (
      ts.isCallExpression(node) &&
      node.expression.kind === ts.SyntaxKind.ImportKeyword &&
      argument !== undefined &&
      ts.isStringLiteralLike(argument)
    ) {
      return [{ specifier: argument.text, typeOnly: false }];
    }
    return [];
  });
}

/** The path a relative import leads to, from the root. */
export function target(file: string, specifier: string): string {
  return posix.join(posix.dirname(file), specifier);
}

/**
 * What a string or template literal can say, as a pattern: a hole stands for anything. `null` for
 * other nodes.
 */
export function textPattern(node: ts.Node): string | null {
  if (ts.isStringLiteralLike(node)) return escape(node.text);
  if (!ts.isTemplateExpression(node)) return null;
  return [
    escape(node.head.text),
    ...node.templateSpans.map((span) => `.+${escape(span.literal.text)}`),
  ].join("");
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
