import ts from "typescript";
import { isSource, isTest, nodeRule, type TidyRule } from "./repository.ts";

const testFunctions = ["test", "it", "describe", "suite"];

const noFocusOrSkip = nodeRule({
  name: "no test is focused, skipped or planned",
  applies: isSource,
  judge: (node) => {
    if (!ts.isPropertyAccessExpression(node) || !["only", "skip", "todo"].includes(node.name.text)) return undefined;
    return testFunctions.includes(node.expression.getText())
      ? `remove .${node.name.text}; where the machine lacks something, call t.skip("reason") in the test`
      : undefined;
  },
});

const noSkipOption = nodeRule({
  name: "no test is switched off by an option",
  applies: isTest,
  judge: (node) => {
    if (!ts.isPropertyAssignment(node) || !["only", "skip", "todo"].includes(node.name.getText())) return undefined;
    const call = node.parent.parent;
    if (!ts.isCallExpression(call) || !testFunctions.includes(call.expression.getText())) return undefined;
    const isFixed = node.initializer.kind === ts.SyntaxKind.TrueKeyword || ts.isStringLiteralLike(node.initializer);
    return isFixed ? "a test that never runs proves nothing; remove it or the option" : undefined;
  },
});

const assertsSomething = nodeRule({
  name: "every test asserts something",
  applies: isTest,
  judge: (node) => {
    if (!ts.isCallExpression(node) || !["test", "it"].includes(node.expression.getText())) return undefined;
    const body = node.arguments.at(-1);
    if (body === undefined || !(ts.isArrowFunction(body) || ts.isFunctionExpression(body))) return undefined;
    return /assert|expect|verif|check|must|rejects|throws|skip/iu.test(body.getText())
      ? undefined
      : "assert what the test is named for (node:assert/strict)";
  },
});

const noRetries = nodeRule({
  name: "no test is repeated until it passes",
  applies: isTest,
  judge: (node) =>
    ts.isPropertyAssignment(node) && node.name.getText() === "retry" && testFunctions.includes(callee(node))
      ? "find why it fails sometimes; a retry hides it"
      : undefined,
});

function callee(node: ts.PropertyAssignment): string {
  const call = node.parent.parent;
  return ts.isCallExpression(call) ? call.expression.getText() : "";
}

const nodeTest = nodeRule({
  name: "tests use node:test",
  applies: isTest,
  judge: (node) =>
    ts.isImportDeclaration(node) && /^(?:bun:test|vitest|jest)$/u.test((node.moduleSpecifier as ts.StringLiteral).text)
      ? "import from node:test and node:assert/strict, so that it runs on Node too"
      : undefined,
});

export const testRules: readonly TidyRule[] = [noFocusOrSkip, noSkipOption, assertsSomething, noRetries, nodeTest];
