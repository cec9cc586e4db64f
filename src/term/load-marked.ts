import type { Token } from "marked";

/** Markdown text to tokens; the text is safe (see sanitize.ts). Never throws. */
export type MarkdownLexer = (text: string) => Token[];

/** Costs 4 ms: only for a transcript that has something to show. */
export async function loadMarked(): Promise<MarkdownLexer> {
  const { Lexer } = await import("marked");
  return (text) => {
    try {
      return new Lexer().lex(text.replaceAll(endlessQuote, "$1"));
    } catch (error) {
      // Lists in lists without end overflow the stack, too: they are shown as they were written.
      if (!(error instanceof RangeError)) throw error;
      return [{ type: "paragraph", raw: text, text, tokens: [{ type: "text", raw: text, text }] }];
    }
  };
}

/** The lexer calls itself for each level: what nobody nests by intention would overflow the stack. */
const endlessQuote = /^((?:[ \t]*>){50})[ \t>]+/gmu;
