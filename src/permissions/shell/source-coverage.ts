import { forEachChild, type ParsedScript, type SyntaxNode } from "unbash";

interface Tally {
  /** Ranges of the source that a word, an assignment, a redirection or a test takes. */
  readonly ranges: [number, number][];
  readonly tests: [number, number][];
  parentheses: number;
  closings: number;
  braces: number;
}

const reservedWords = new Set("if then elif else fi for in do done while until case esac time -p".split(" "));
const testTokens = /^(\[\[|\]\]|-[A-Za-z]{1,2}|==?|!=|=~|&&|\|\||[!()\s]|\\\n)*$/;
const leaves: ReadonlySet<string> = new Set(["Word", "Assignment", "Redirect", "HereString", "HereDoc"]);

function collect(node: SyntaxNode, tally: Tally): void {
  if (leaves.has(node.type)) tally.ranges.push([node.pos, node.end]);
  if (node.type === "HereDoc") {
    tally.ranges.push([node.body.pos, node.body.end]);
    if (node.closing !== undefined) tally.ranges.push([node.closing.pos, node.closing.end]);
  }
  if (leaves.has(node.type)) return;
  if (node.type === "TestCommand") tally.tests.push([node.pos, node.end]);
  if (node.type === "Subshell" || node.type === "TestGroup") tally.parentheses += 1;
  if (node.type === "CaseItem") tally.closings += 1;
  if (node.type === "BraceGroup") tally.braces += 1;
  forEachChild(node, (child) => collect(child, tally));
}

/** The source with the given ranges blanked out by a letter of its own. */
function blanked(source: string, ranges: readonly [number, number][], mark: string): string {
  let text = source;
  for (const [start, end] of ranges) text = text.slice(0, start) + mark.repeat(end - start) + text.slice(end);
  return text;
}

function count(text: string, wanted: string): number {
  return text.split(wanted).length - 1;
}

/**
 * Whether the tree accounts for every character of the script. The parser is a tolerant one and goes on after what it
 * does not understand; what it leaves out must not be taken for absent. `source` is what the tree's positions index.
 */
export function coversSource(script: ParsedScript, source: string): boolean {
  const tally: Tally = { ranges: [], tests: [], parentheses: 0, closings: 0, braces: 0 };
  collect(script, tally);
  const mark = "\u0001";
  const covered = blanked(source, tally.ranges, mark);
  const areTestsWhole = tally.tests.every(([start, end]) =>
    testTokens.test(covered.slice(start, end).replaceAll(mark, " ")),
  );
  if (!areTestsWhole) return false;
  const rest = covered
    .slice(script.pos, script.end)
    .replaceAll("\\\n", "  ")
    .replaceAll(/(^|[\s;&|()])#[^\n]*/g, "$1");
  if (count(rest, "(") !== tally.parentheses) return false;
  if (count(rest, ")") !== tally.parentheses + tally.closings) return false;
  if (count(rest, "{") !== tally.braces || count(rest, "}") !== tally.braces) return false;
  const outside = blanked(covered, tally.tests, " ")
    .slice(script.pos, script.end)
    .replaceAll("\\\n", "  ")
    .replaceAll(/(^|[\s;&|()])#[^\n]*/g, "$1");
  return outside.split(/[\s;&|(){}!\u0001]+/).every((token) => token === "" || reservedWords.has(token));
}
