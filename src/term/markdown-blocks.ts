import type { Token, Tokens } from "marked";
import { languageOfName } from "./code-language.ts";
import { type CodeLook, codeLines } from "./code-lines.ts";
import { inlineRows } from "./markdown-inline.ts";
import { type LongLines, rowsOfLine } from "./long-lines.ts";
import { sanitizeLines } from "./sanitize.ts";
import type { SpanLine, Style } from "./span-line.ts";
import { line, mergeStyles, plain, span, wrapSpans } from "./spans.ts";
import { layoutTable, type TableCell } from "./table.ts";
import { textWidth } from "./width.ts";

export interface BlockLook extends CodeLook {
  readonly width: number;
  /** Of code; default: wrap. */
  readonly longLines?: LongLines;
  /** Of the text, where nothing in it says otherwise. */
  readonly style: Style;
  /** How deep in lists and quotes; what lies deeper than `depthMax` is shown flat. */
  readonly depth?: number;
}

const depthMax = 12;
const codeIndent = 2;

function wrappedInline(tokens: readonly Token[] | undefined, look: BlockLook, style = look.style): SpanLine[] {
  return inlineRows(tokens, style, look.theme).flatMap((row) => wrapSpans(row, look.width));
}

function heading(token: Tokens.Heading, look: BlockLook): SpanLine[] {
  const { markdown } = look.theme;
  const own = [markdown.heading1, markdown.heading2][token.depth - 1] ?? markdown.heading;
  return wrappedInline(token.tokens, look, mergeStyles(look.style, own));
}

/** Code is indented; where it is too long it is broken anywhere, or cut. */
export function indentedCode(
  lines: readonly SpanLine[],
  { width, longLines }: Pick<BlockLook, "width" | "longLines">,
): SpanLine[] {
  const room = Math.max(1, width - codeIndent);
  return lines.flatMap((spans) =>
    rowsOfLine(spans, room, longLines).map((row) => [span(" ".repeat(codeIndent)), ...row]),
  );
}

function codeBlock(token: Tokens.Code, look: BlockLook): SpanLine[] {
  return indentedCode(codeLines(token.text, languageOfName(token.lang ?? ""), look), look);
}

function quote(token: Tokens.Blockquote, look: BlockLook): SpanLine[] {
  const { markdown } = look.theme;
  const style = mergeStyles(look.style, markdown.quote);
  const inner = renderBlocks(token.tokens, deeper({ ...look, style }, 2));
  return inner.map((row) => [span("│ ", markdown.quoteBar), ...row]);
}

function deeper(look: BlockLook, indent: number): BlockLook {
  return { ...look, width: Math.max(1, look.width - indent), depth: (look.depth ?? 0) + 1 };
}

function itemMarker(item: Tokens.ListItem, number: number | null): string {
  if (item.task) return item.checked === true ? "[x] " : "[ ] ";
  return number === null ? "• " : `${number}. `;
}

function listItem(item: Tokens.ListItem, marker: string, look: BlockLook): SpanLine[] {
  const indent = textWidth(marker);
  const rows = renderBlocks(item.tokens, deeper(look, indent), item.loose ? "spaced" : "tight");
  const shown = rows.length === 0 ? [[]] : rows;
  return shown.map((row, index) =>
    index === 0 ? [span(marker, look.theme.markdown.listMarker), ...row] : [span(" ".repeat(indent)), ...row],
  );
}

function list(token: Tokens.List, look: BlockLook): SpanLine[] {
  const first = token.ordered ? (token.start === "" ? 1 : token.start) : null;
  const numbers = token.items.map((_, index) => (first === null ? null : first + index));
  const widest = Math.max(...token.items.map((item, index) => itemMarker(item, numbers[index] ?? null).length));
  return token.items.flatMap((item, index) => {
    const marker = itemMarker(item, numbers[index] ?? null).padStart(first === null ? 0 : widest);
    const rows = listItem(item, marker, look);
    return token.loose && index > 0 ? [[], ...rows] : rows;
  });
}

function table(token: Tokens.Table, look: BlockLook): SpanLine[] {
  const { markdown } = look.theme;
  const headerStyle = mergeStyles(look.style, markdown.tableHeader);
  const cell = ({ tokens, align }: Tokens.TableCell, style: Style): TableCell => {
    return { rows: inlineRows(tokens, style, look.theme), align };
  };
  const content = {
    header: token.header.map((column) => cell(column, headerStyle)),
    body: token.rows.map((cells) => cells.map((column) => cell(column, look.style))),
  };
  return layoutTable(content, look.width, markdown.tableBorder);
}

function rawText(text: string, look: BlockLook): SpanLine[] {
  const style = mergeStyles(look.style, look.theme.muted);
  return sanitizeLines(text.trimEnd())
    .split("\n")
    .flatMap((row) => wrapSpans(line(row, style), look.width));
}

/** Blocks of these kinds show nothing of themselves. */
const silentBlocks = new Set(["space", "def", "checkbox"]);

/** One block; empty for what shows nothing. */
export function renderBlock(token: Token, look: BlockLook): SpanLine[] {
  if ((look.depth ?? 0) > depthMax) return rawText(token.raw, look);
  switch (token.type) {
    case "heading":
      return heading(token as Tokens.Heading, look);
    case "code":
      return codeBlock(token as Tokens.Code, look);
    case "blockquote":
      return quote(token as Tokens.Blockquote, look);
    case "list":
      return list(token as Tokens.List, look);
    case "table":
      return table(token as Tokens.Table, look);
    case "hr":
      return [line("─".repeat(look.width), look.theme.markdown.rule)];
    case "paragraph":
      return wrappedInline(token.tokens, look);
    case "text":
      return wrappedInline(token.tokens ?? [token], look);
    default:
      return silentBlocks.has(token.type) ? [] : rawText(token.raw, look);
  }
}

function renderBlocks(tokens: readonly Token[], look: BlockLook, spacing: "spaced" | "tight" = "spaced"): SpanLine[] {
  const rows: SpanLine[] = [];
  for (const token of tokens) {
    const block = renderBlock(token, look);
    if (block.length === 0) continue;
    if (rows.length > 0 && spacing === "spaced") rows.push([]);
    rows.push(...block);
  }
  return rows;
}

/** Text as it is, before markdown can be lexed. */
export function renderPlain(text: string, width: number, style: Style = plain): SpanLine[] {
  return text.split("\n").flatMap((row) => wrapSpans(line(row, style), width));
}
