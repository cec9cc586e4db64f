import { unreachable } from "../../lib/assert.ts";
import type { DisplayBlock, ListItem } from "../../schema/display-block.ts";
import { languageOfName, languageOfPath } from "../../term/code-language.ts";
import { codeLines } from "../../term/code-lines.ts";
import { renderDiff } from "../../term/diff-view.ts";
import type { LateModules } from "../../term/late-modules.ts";
import { type LongLines, rowsOfLine } from "../../term/long-lines.ts";
import { sanitizeLine, sanitizeLines, sanitizeOutput } from "../../term/sanitize.ts";
import type { SpanLine, Style } from "../../term/span-line.ts";
import { line, mergeStyles, span, wrapSpans } from "../../term/spans.ts";
import { layoutTable } from "../../term/table.ts";
import type { Theme } from "../../term/theme.ts";
import { formatSize } from "../../lib/format-size.ts";
import { firstLines } from "./text-window.ts";

export interface BlockLook {
  readonly theme: Theme;
  readonly modules: LateModules;
  readonly width: number;
  readonly diffLayout: "auto" | "unified" | "split";
  /** Default: wrap. */
  readonly longLines?: LongLines;
  /** Rows to stop at; default: none. What lies beyond is counted, not laid out. */
  readonly rowsMax?: number;
}

export interface BlockRows {
  readonly rows: readonly SpanLine[];
  readonly hiddenLines: number;
}

function limitOf(look: BlockLook): number {
  return look.rowsMax ?? Number.POSITIVE_INFINITY;
}

/** Cuts to the limit; each row that goes counts as a line. */
function cut(rows: readonly SpanLine[], hidden: number, look: BlockLook): BlockRows {
  const limit = limitOf(look);
  if (rows.length <= limit) return { rows, hiddenLines: hidden };
  return { rows: rows.slice(0, limit), hiddenLines: hidden + rows.length - limit };
}

function renderText(block: DisplayBlock & { kind: "text" }, look: BlockLook): BlockRows {
  const { theme } = look;
  const tones: Readonly<Record<string, Style>> = { dim: theme.muted, error: theme.error, success: theme.success };
  const style = tones[block.tone ?? ""] ?? theme.transcript.toolText;
  const { text, hidden } = firstLines(block.text.replace(/\s+$/, ""), limitOf(look));
  const rows = sanitizeOutput(text)
    .split("\n")
    .flatMap((row) => rowsOfLine(line(row, style), look.width, look.longLines));
  return cut(rows, hidden, look);
}

function renderCode(block: DisplayBlock & { kind: "code" }, look: BlockLook): BlockRows {
  const language = block.language === undefined ? languageOfPath(block.path ?? "") : languageOfName(block.language);
  const { text, hidden } = firstLines(block.text.replace(/\n$/, ""), limitOf(look));
  const lines = codeLines(sanitizeLines(text), language, look);
  if (block.firstLine === undefined) {
    const rows = lines.flatMap((spans) => rowsOfLine(spans, look.width, look.longLines));
    return cut(rows, hidden, look);
  }
  return cut(
    numberedRows(lines, { first: block.firstLine, last: block.firstLine + lines.length + hidden - 1 }, look),
    hidden,
    look,
  );
}

function numberedRows(
  lines: readonly SpanLine[],
  numbers: { readonly first: number; readonly last: number },
  look: BlockLook,
): SpanLine[] {
  const numberWidth = String(numbers.last).length;
  const room = Math.max(1, look.width - numberWidth - 2);
  return lines.flatMap((spans, index) =>
    rowsOfLine(spans, room, look.longLines).map((row, part) => {
      const number = part === 0 ? String(numbers.first + index) : "";
      return [span(`${number.padStart(numberWidth)}  `, look.theme.code.lineNumber), ...row];
    }),
  );
}

const listMarks = { pending: "○ ", in_progress: "→ ", completed: "✓ " } as const;

function renderListItem({ text, state }: ListItem, look: BlockLook): SpanLine[] {
  const { theme } = look;
  const styles = { pending: theme.transcript.toolText, in_progress: theme.accent, completed: theme.muted };
  const style = state === undefined ? theme.transcript.toolText : styles[state];
  const markStyle = state === "completed" ? theme.success : style;
  const mark = [span(state === undefined ? "• " : listMarks[state], markStyle)];
  return wrapSpans(line(sanitizeLine(text), style), look.width, { firstPrefix: mark, restPrefix: [span("  ")] });
}

function renderList(block: DisplayBlock & { kind: "list" }, look: BlockLook): BlockRows {
  const shown = block.items.slice(0, limitOf(look));
  return cut(
    shown.flatMap((item) => renderListItem(item, look)),
    block.items.length - shown.length,
    look,
  );
}

function renderTable(block: DisplayBlock & { kind: "table" }, look: BlockLook): BlockRows {
  const { theme } = look;
  const cell = (text: string, style: Style) => ({ rows: [line(sanitizeLine(text), style)], align: null });
  const shown = block.rows.slice(0, limitOf(look));
  const content = {
    header: block.columns.map((text) => cell(text, mergeStyles(theme.transcript.toolText, theme.strong))),
    body: shown.map((row) => row.map((text) => cell(text, theme.transcript.toolText))),
  };
  return cut(layoutTable(content, look.width, theme.faint), block.rows.length - shown.length, look);
}

function renderImage(block: DisplayBlock & { kind: "image" }, look: BlockLook): BlockRows {
  const facts = `${sanitizeLine(block.name)} (${sanitizeLine(block.mimeType)}, ${formatSize(block.sizeBytes)})`;
  return cut(wrapSpans([span("[image] ", look.theme.accent), span(facts, look.theme.muted)], look.width), 0, look);
}

function renderDisplayBlock(block: DisplayBlock, look: BlockLook): BlockRows {
  switch (block.kind) {
    case "text":
      return renderText(block, look);
    case "diff":
      return renderDiff(block, { ...look, layout: look.diffLayout });
    case "list":
      return renderList(block, look);
    case "table":
      return renderTable(block, look);
    case "code":
      return renderCode(block, look);
    case "image":
      return renderImage(block, look);
    default:
      return unreachable(block);
  }
}

/** Blocks one after the other; `rowsMax` holds for all of them together. */
export function renderDisplayBlocks(blocks: readonly DisplayBlock[], look: BlockLook): BlockRows {
  const rows: SpanLine[] = [];
  let hiddenLines = 0;
  for (const block of blocks) {
    const rendered = renderDisplayBlock(block, { ...look, rowsMax: Math.max(0, limitOf(look) - rows.length) });
    rows.push(...rendered.rows);
    hiddenLines += rendered.hiddenLines;
  }
  return { rows, hiddenLines };
}
