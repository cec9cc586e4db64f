import type { Token } from "marked";

/** Markdown text to tokens; the text is safe (see sanitize.ts). Never throws. */
export type MarkdownLexer = (text: string) => Token[];

/** Costs 4 ms: only for a transcript that has something to show. */
export async function loadMarked(): Promise<MarkdownLexer> {
  const { Lexer } = await import("marked");
  return (text) => new Lexer().lex(text);
}
