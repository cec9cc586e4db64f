import type { LateModules } from "./late-modules.ts";
import type { CodeToken } from "./load-highlight.ts";
import type { Span, SpanLine, Style } from "./span-line.ts";
import { line } from "./spans.ts";
import type { CodeStyles, Theme } from "./theme.ts";

export interface CodeLook {
  readonly theme: Theme;
  readonly modules: LateModules;
}

/** Longer code is shown plain: highlighting takes about 1 ms for each 5 KB. */
const highlightedLengthMax = 60_000;

const scopeStyles: Readonly<Record<string, keyof CodeStyles>> = {
  keyword: "keyword",
  built_in: "type",
  type: "type",
  literal: "number",
  number: "number",
  operator: "plain",
  property: "property",
  regexp: "string",
  string: "string",
  char: "string",
  subst: "plain",
  symbol: "string",
  class: "type",
  function: "function",
  variable: "variable",
  title: "function",
  params: "plain",
  comment: "comment",
  doctag: "comment",
  meta: "meta",
  "meta.prompt": "meta",
  "meta keyword": "meta",
  "meta string": "string",
  section: "function",
  tag: "tag",
  name: "tag",
  attr: "property",
  attribute: "property",
  bullet: "keyword",
  code: "string",
  emphasis: "comment",
  strong: "keyword",
  link: "string",
  quote: "comment",
  "selector-tag": "tag",
  "selector-id": "function",
  "selector-class": "type",
  "selector-attr": "property",
  "selector-pseudo": "meta",
  "template-tag": "meta",
  "template-variable": "variable",
  "title.class": "type",
  "title.function": "function",
  "variable.constant": "number",
  "variable.language": "keyword",
};

function styleOfScope(scope: string, theme: Theme): Style {
  if (scope === "addition") return theme.diff.added;
  if (scope === "deletion") return theme.diff.removed;
  const name = scopeStyles[scope] ?? scopeStyles[scope.split(".", 1)[0] ?? ""] ?? "plain";
  return theme.code[name];
}

function linesOfTokens(tokens: readonly CodeToken[], theme: Theme): SpanLine[] {
  const lines: SpanLine[] = [];
  let current: Span[] = [];
  for (const { text, scope } of tokens) {
    const style = styleOfScope(scope, theme);
    const pieces = text.split("\n");
    for (const [index, piece] of pieces.entries()) {
      if (index > 0) {
        lines.push(current);
        current = [];
      }
      if (piece !== "") current.push({ text: piece, style });
    }
  }
  lines.push(current);
  return lines;
}

/** Safe code as lines, highlighted where the language is known and there by now. One line a line of the code. */
export function codeLines(code: string, language: string, look: CodeLook): SpanLine[] {
  const lexer = code.length > highlightedLengthMax ? null : look.modules.code(language);
  if (lexer === null) return code.split("\n").map((text) => line(text, look.theme.code.plain));
  return linesOfTokens(lexer(code), look.theme);
}
