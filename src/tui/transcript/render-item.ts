import { unreachable } from "../../lib/assert.ts";
import type { BinaryPart, ImageUrlPart, ReasoningPart } from "../../schema/message.ts";
import type { MarkdownDocument } from "../../term/markdown-document.ts";
import { sanitizeLine, sanitizeLines } from "../../term/sanitize.ts";
import type { SpanLine } from "../../term/span-line.ts";
import { drawRule } from "../../term/box.ts";
import { line, span, wrapSpans } from "../../term/spans.ts";
import type { Theme } from "../../term/theme.ts";
import { formatSize } from "../../lib/format-size.ts";
import { formatDuration } from "./format-seconds.ts";
import { foldedRowsMax, type ItemLook, type ItemRows } from "./item-look.ts";
import { renderShell, renderTool } from "./render-tool.ts";
import { firstLines } from "./text-window.ts";
import type { AnswerItem, NoteItem, PromptItem, ThinkingItem, TranscriptItem } from "./transcript-item.ts";

/** A prompt that was pasted together may be megabytes long. */
const promptRowsMax = 20;
const growingThoughtRows = 4;

function attachmentRow(part: BinaryPart | ImageUrlPart, theme: Theme): SpanLine {
  if (part.type === "image_url") return [span("[image] ", theme.accent), span(sanitizeLine(part.url), theme.muted)];
  const label = part.mimeType.startsWith("image/") ? "[image] " : "[file] ";
  const size = formatSize(Math.floor((part.data.length * 3) / 4));
  return [span(label, theme.accent), span(sanitizeLine(part.path)), span(`  ${size}`, theme.muted)];
}

function renderPrompt(item: PromptItem, look: ItemLook): ItemRows {
  const { theme, width } = look;
  const { text, hidden } = firstLines(item.text, look.isExpanded ? Number.POSITIVE_INFINITY : promptRowsMax);
  // Without line breaks a line alone may be megabytes long.
  const lengthMax = look.isExpanded ? Number.POSITIVE_INFINITY : promptRowsMax * width;
  const isCut = text.length > lengthMax;
  const rows = sanitizeLines(isCut ? text.slice(0, lengthMax) : text)
    .split("\n")
    .flatMap((row) => wrapSpans(line(row, theme.transcript.userText), width));
  const shown = look.isExpanded ? rows : rows.slice(0, promptRowsMax);
  const hiddenLines = hidden + rows.length - shown.length;
  const more = isCut || hiddenLines > 0 ? [[span(moreText(hiddenLines), theme.transcript.note)]] : [];
  const attachments = item.attachments.flatMap((part) => wrapSpans(attachmentRow(part, theme), width));
  const body = item.text === "" ? [] : [...shown, ...more];
  return {
    rows: [...body, ...attachments],
    isFoldable: more.length > 0 || (look.isExpanded && rows.length > promptRowsMax),
  };
}

function moreText(lines: number): string {
  if (lines <= 0) return "… more";
  return `… ${lines} more ${lines === 1 ? "line" : "lines"}`;
}

function thoughtFor({ startedAt, finishedAt }: ReasoningPart): string {
  if (startedAt === undefined || finishedAt === undefined || finishedAt < startedAt) return "Thought";
  return `Thought for ${formatDuration(finishedAt - startedAt)}`;
}

function renderThinking(item: ThinkingItem, look: ItemLook, document: MarkdownDocument): ItemRows {
  const style = look.theme.transcript.thinking;
  const head = line(`${look.isExpanded ? "▾" : "▸"} ${item.isGrowing ? "Thinking…" : thoughtFor(item.part)}`, style);
  const indent = span("  ");
  const width = Math.max(1, look.width - 2);
  if (look.isExpanded) {
    document.update(item.part.thinking, { isFinal: !item.isGrowing });
    const rows = document.rows({ ...look, width, style });
    return { rows: [head, ...rows.map((row) => [indent, ...row])], isFoldable: true };
  }
  if (!item.isGrowing) return { rows: [head], isFoldable: true };
  const end = sanitizeLines(item.part.thinking.slice(-growingThoughtRows * width).trimEnd());
  const rows = end.split("\n").flatMap((row) => wrapSpans(line(row, style), width));
  return { rows: [head, ...rows.slice(-growingThoughtRows).map((row) => [indent, ...row])], isFoldable: true };
}

function renderAnswer(item: AnswerItem, look: ItemLook, document: MarkdownDocument): ItemRows {
  const { theme } = look;
  document.update(item.text, { isFinal: !item.isGrowing });
  const rows = document.rows({ ...look, style: theme.text });
  if (!item.isSummary) return { rows, isFoldable: false };
  const rule = drawRule(
    [span("Summary; it stands for what is above in the requests to come", theme.muted)],
    look.width,
    theme.faint,
  );
  const isLong = rows.length > foldedRowsMax;
  if (look.isExpanded || !isLong) return { rows: [rule, [], ...rows], isFoldable: isLong };
  const more = [span(moreText(rows.length - foldedRowsMax), theme.transcript.note)];
  return { rows: [rule, [], ...rows.slice(0, foldedRowsMax), more], isFoldable: true };
}

function renderNote({ tone, text, details }: NoteItem, look: ItemLook): ItemRows {
  const { theme } = look;
  const style = tone === "error" ? theme.error : tone === "warning" ? theme.warning : theme.transcript.note;
  const mark = tone === "error" ? "✗ " : tone === "warning" ? "! " : "– ";
  const wrapped = (part: string, place: { readonly first: SpanLine; readonly style: typeof style }) =>
    sanitizeLines(part)
      .split("\n")
      .flatMap((row, index) =>
        wrapSpans(line(row, place.style), look.width, {
          firstPrefix: index === 0 ? place.first : [span("  ")],
          restPrefix: [span("  ")],
        }),
      );
  const more = details === "" ? [] : wrapped(details, { first: [span("  ")], style: theme.muted });
  return { rows: [...wrapped(text, { first: [span(mark, style)], style }), ...more], isFoldable: false };
}

/** The rows of an item. `document` is the item's own, kept as long as the item is looked at. */
export function renderItem(item: TranscriptItem, look: ItemLook, document: MarkdownDocument): ItemRows {
  switch (item.kind) {
    case "prompt":
      return renderPrompt(item, look);
    case "shell":
      return renderShell(item, look);
    case "thinking":
      return renderThinking(item, look, document);
    case "answer":
      return renderAnswer(item, look, document);
    case "tool":
      return renderTool(item, look);
    case "note":
      return renderNote(item, look);
    default:
      return unreachable(item);
  }
}

/** A guess at the rows of an item, from its size alone. */
export function estimateItemRows(item: TranscriptItem, width: number): number {
  // Lines of prose and code fill about two thirds of the width.
  const rowsOf = (text: string) => 1 + Math.ceil(text.length / Math.max(1, width * 0.66));
  switch (item.kind) {
    case "prompt":
      return Math.min(promptRowsMax + 1, rowsOf(item.text)) + item.attachments.length;
    case "answer":
      return item.isSummary ? foldedRowsMax + 3 : rowsOf(item.text);
    case "tool":
      return 1 + Math.min(foldedRowsMax + 1, rowsOf(item.result?.content ?? item.output));
    case "shell":
      return 1 + Math.min(foldedRowsMax + 1, rowsOf(item.part.output));
    case "thinking":
    case "note":
      return 1;
    default:
      return unreachable(item);
  }
}
