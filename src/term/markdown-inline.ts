import type { Token, Tokens } from "marked";
import { sanitizeLine } from "./sanitize.ts";
import type { Span, SpanLine, Style } from "./span-line.ts";
import { lineText, mergeStyles } from "./spans.ts";
import type { Theme } from "./theme.ts";

const entities: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({
    amp: "&",
    lt: "<",
    gt: ">",
    quot: '"',
    apos: "'",
    nbsp: "\u00a0",
    hellip: "…",
    mdash: "—",
    ndash: "–",
    copy: "©",
    rarr: "→",
    larr: "←",
    times: "×",
  }),
);

function decodedEntity(whole: string, name: string): string {
  if (!name.startsWith("#")) return entities.get(name) ?? whole;
  const isHexadecimal = name[1] === "x" || name[1] === "X";
  const code = isHexadecimal ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10);
  if (!Number.isFinite(code) || code > 0x10_ffff) return whole;
  return String.fromCodePoint(code);
}

/** Entities stand for characters, controls among them: what they give is made safe again. */
function decodeEntities(text: string): string {
  if (!text.includes("&")) return text;
  return sanitizeLine(text.replaceAll(/&(#[xX]?[0-9a-fA-F]{1,6}|[a-zA-Z]{2,8});/g, decodedEntity));
}

const safeTarget = /^(?:https?:\/\/|mailto:|file:\/\/)/i;

/** Rows that the text itself asks for: line breaks by two blanks, a backslash or `<br>`. */
class InlineRows {
  readonly rows: Span[][] = [[]];

  add(text: string, style: Style): void {
    if (text !== "") this.rows.at(-1)?.push({ text, style });
  }

  breakRow(): void {
    this.rows.push([]);
  }
}

function addLink(token: Tokens.Link | Tokens.Image, style: Style, context: InlineContext): void {
  const { rows, theme } = context;
  const target = sanitizeLine(token.href);
  const base = mergeStyles(style, theme.markdown.link);
  const linked = safeTarget.test(target) ? { ...base, link: target } : base;
  const before = rows.rows.at(-1)?.length ?? 0;
  if (token.type === "image") rows.add(`[image: ${sanitizeLine(token.text)}]`, linked);
  else addTokens(token.tokens, linked, context);
  const label = lineText(rows.rows.at(-1)?.slice(before) ?? []);
  // Where a link leads is always in sight.
  if (label !== target && `mailto:${label}` !== target && target !== "") {
    rows.add(` (${target})`, mergeStyles(style, theme.markdown.linkTarget));
  }
}

interface InlineContext {
  readonly rows: InlineRows;
  readonly theme: Theme;
}

function nestedStyle(token: Token, { markdown }: Theme): Style | null {
  if (token.type === "strong") return markdown.strong;
  if (token.type === "em") return markdown.emphasis;
  return token.type === "del" ? markdown.strikethrough : null;
}

function textOf(token: Token): string {
  return "text" in token && typeof token.text === "string" ? token.text : token.raw;
}

function childrenOf(token: Token): readonly Token[] | undefined {
  return "tokens" in token ? token.tokens : undefined;
}

function addToken(token: Token, style: Style, context: InlineContext): void {
  const { rows, theme } = context;
  const nested = nestedStyle(token, theme);
  if (nested !== null) {
    addTokens(childrenOf(token), mergeStyles(style, nested), context);
  } else if (token.type === "link" || token.type === "image") {
    addLink(token as Tokens.Link | Tokens.Image, style, context);
  } else if (token.type === "codespan") {
    rows.add(sanitizeLine(textOf(token)), mergeStyles(style, theme.markdown.codeSpan));
  } else if (token.type === "br" || /^<br\s*\/?>$/i.test(token.raw)) {
    rows.breakRow();
  } else if (token.type === "text" && token.tokens !== undefined) {
    addTokens(token.tokens, style, context);
  } else if (token.type !== "checkbox") {
    const text = sanitizeLine(textOf(token));
    rows.add(token.type === "html" ? text : decodeEntities(text), style);
  }
}

function addTokens(tokens: readonly Token[] | undefined, style: Style, context: InlineContext): void {
  for (const token of tokens ?? []) addToken(token, style, context);
}

/** Inline tokens as rows that are not wrapped yet. At least one. */
export function inlineRows(tokens: readonly Token[] | undefined, style: Style, theme: Theme): SpanLine[] {
  const context = { rows: new InlineRows(), theme };
  addTokens(tokens, style, context);
  return context.rows.rows;
}
