import ts from "typescript";
import * as v from "valibot";
import { comments, isSource, isTest, parse, type RepositoryFile, type TidyRule, walk } from "./repository.ts";

type Counter = (file: RepositoryFile) => number;

function inComments(pattern: RegExp): Counter {
  return (file) =>
    isSource(file) && pattern.test(file.text)
      ? comments(parse(file)).filter((comment) => pattern.test(comment.text)).length
      : 0;
}

function inSyntax(isHit: (node: ts.Node) => boolean, applies: (file: RepositoryFile) => boolean): Counter {
  return (file) => {
    if (!applies(file)) return 0;
    let count = 0;
    walk(parse(file).tree, (node) => {
      if (isHit(node)) count += 1;
    });
    return count;
  };
}

function isCastTo(node: ts.Node, kind: ts.SyntaxKind): boolean {
  return ts.isAsExpression(node) && node.type.kind === kind;
}

/** `new Promise((resolve) => setTimeout(resolve, …))` in its usual spellings. */
function isSleep(node: ts.Node): boolean {
  if (ts.isStringLiteral(node)) return /^(?:node:)?timers\/promises$/u.test(node.text);
  if (!ts.isCallExpression(node) || node.expression.getText() !== "setTimeout") return false;
  const [callback] = node.arguments;
  return callback !== undefined && ts.isIdentifier(callback) && /^(?:resolve|done|r)$/u.test(callback.text);
}

/** Each kind of exception to the rules, and how it is recognised. */
const kinds: Readonly<Record<string, Counter>> = {
  "lint-disable": inComments(/(?:oxlint|eslint)-disable/u),
  "format-ignore": inComments(/(?:oxfmt|prettier)-ignore/u),
  "type-ignore": inComments(/@ts-(?:expect-error|ignore|nocheck)/u),
  "unused-code-ignore": inComments(/@(?:public|internal|knipignore)\b/u),
  "cast-to-any": inSyntax((node) => isCastTo(node, ts.SyntaxKind.AnyKeyword), isSource),
  "cast-through-unknown": inSyntax(
    (node) => ts.isAsExpression(node) && isCastTo(node.expression, ts.SyntaxKind.UnknownKeyword),
    isSource,
  ),
  "sleep-in-test": inSyntax(isSleep, isTest),
};

const ratchetPath = "test/suppressions.json";
const ratchetSchema = v.record(v.string(), v.number());

function isCounted(file: RepositoryFile): boolean {
  return !file.path.startsWith("test/tidy/") && file.path !== "test/planted.test.ts";
}

function ratchetOf(files: readonly RepositoryFile[]): Record<string, number> {
  const text = files.find((file) => file.path === ratchetPath)?.text ?? "{}";
  return v.parse(ratchetSchema, JSON.parse(text));
}

export const suppressionRule: TidyRule = {
  name: "exceptions to the rules only become fewer",
  check: (files) => {
    const ratchet = ratchetOf(files);
    return Object.entries(kinds).flatMap(([kind, countIn]) => {
      const users = files
        .filter(isCounted)
        .map((file) => ({ path: file.path, count: countIn(file) }))
        .filter(({ count }) => count > 0);
      const total = users.reduce((sum, { count }) => sum + count, 0);
      const allowed = ratchet[kind] ?? 0;
      if (total > allowed) {
        const where = users.map((user) => `${user.path} (${user.count})`).join(", ");
        return [`${kind}: ${total}, allowed are ${allowed}; solve the cause instead, in one of ${where}`];
      }
      return total < allowed ? [`${kind}: only ${total} are left; lower the number in ${ratchetPath}`] : [];
    });
  },
};
