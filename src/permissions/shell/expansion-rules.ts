import type { ParameterExpansionPart, SyntaxNode } from "unbash";
import type { Problem } from "./command-call.ts";

/** Parts of words that are refused whatever is in them: rare, and shells differ about them. */
const unjudged: ReadonlySet<string> = new Set([
  "LocaleString",
  "ExtendedGlob",
  "ArithmeticCommandExpansion",
  "ArrayValue",
  "Unknown",
]);

const harmlessOperations: ReadonlySet<string> = new Set(["Default", "Remove", "Replace", "CaseModification"]);

function parameterProblem(node: ParameterExpansionPart): Problem {
  const isPlain = node.index === undefined && node.prefix !== "!" && /^(\w+|[?#$!@*-])$/.test(node.parameter);
  const isHarmless = node.operation === undefined || harmlessOperations.has(node.operation.type);
  return isPlain && isHarmless ? undefined : `${node.text} is not judged`;
}

/**
 * Whether expanding this part itself could run or assign something; what lies within it is looked at apart. Array
 * indexes, indirect names and prompts evaluate the text that a variable holds, commands included, and so does arithmetic.
 */
export function expansionProblem(node: SyntaxNode): Problem {
  if (unjudged.has(node.type)) return `${node.type} is not judged`;
  if (node.type === "ParameterExpansion") return parameterProblem(node);
  if (node.type === "Default") return node.operator.includes("=") ? "an expansion assigns to a variable" : undefined;
  if (node.type === "ArithmeticExpansion") {
    return node.expression === undefined ? "arithmetic is not judged" : undefined;
  }
  if (node.type === "ArithmeticWord") {
    return /^\d+$/.test(node.value) ? undefined : "arithmetic with variables may run a command";
  }
  if (node.type === "CommandExpansion" || node.type === "ProcessSubstitution") {
    return node.script === undefined ? "a substitution could not be read" : undefined;
  }
  return undefined;
}
