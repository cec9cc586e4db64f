import { isJsonObject, type JsonObject, parseJson } from "../../lib/json.ts";
import type { DisplayBlock, DisplayCall, ToolDisplay } from "../../schema/display-block.ts";
import type { ToolResultPart } from "../../schema/message.ts";
import { sanitizeLine } from "../../term/sanitize.ts";
import type { Span, SpanLine, Style } from "../../term/span-line.ts";
import { lineWidth, span, truncateText, wrapSpans } from "../../term/spans.ts";
import type { Theme } from "../../term/theme.ts";
import { renderDisplayBlocks } from "./display-blocks.ts";
import { foldedRowsMax, type ItemLook, type ItemRows } from "./item-look.ts";
import { parsePartialObject } from "./partial-json.ts";
import { lastLines } from "./text-window.ts";
import type { ShellItem, ToolItem, ToolState } from "./transcript-item.ts";

const icons: Readonly<Record<ToolState, string>> = {
  streaming: "○",
  waiting: "?",
  "waiting-elsewhere": "?",
  queued: "○",
  running: "●",
  done: "✓",
  failed: "✗",
  canceled: "–",
  interrupted: "–",
};

const notes: Readonly<Partial<Record<ToolState, string>>> = {
  waiting: "waiting for permission",
  "waiting-elsewhere": "waiting for permission in another window",
  queued: "waiting for the call before it",
  running: "running",
  canceled: "canceled",
  interrupted: "interrupted",
};

function iconStyle(state: ToolState, theme: Theme): Style {
  if (state === "done") return theme.success;
  if (state === "failed") return theme.error;
  if (state === "waiting" || state === "waiting-elsewhere") return theme.warning;
  return state === "running" ? theme.accent : theme.muted;
}

function metadataOf(result: ToolResultPart): JsonObject {
  const metadata = parseJson(result.metadata);
  return isJsonObject(metadata) ? metadata : {};
}

function displayOf({ call, result }: ToolItem, look: Pick<ItemLook, "displayCall">): ToolDisplay {
  const input = call.finished ? parseJson(call.input) : parsePartialObject(call.input);
  const shown = { name: call.name, input: isJsonObject(input) ? input : {} };
  if (result === null) return look.displayCall(shown);
  const { content, isError, mimeType } = result;
  return look.displayCall({ ...shown, result: { content, isError, mimeType, metadata: metadataOf(result) } });
}

/** A picture that a tool gave back, where its display shows none. */
function pictureOf(item: ToolItem, display: ToolDisplay): DisplayBlock[] {
  const data = item.result?.data ?? "";
  if (data === "" || display.blocks.some((block) => block.kind === "image")) return [];
  const mimeType = item.result?.mimeType ?? "";
  return [{ kind: "image", name: display.title, mimeType, sizeBytes: Math.floor((data.length * 3) / 4) }];
}

interface Head {
  readonly icon: Span;
  readonly title: string;
  readonly subject: string;
  readonly summary: Span;
}

/** One row; expanded, the subject takes the rows that it needs. */
function headRows(head: Head, look: ItemLook): SpanLine[] {
  const { transcript } = look.theme;
  const gap = head.subject === "" ? "" : " ";
  const start = [head.icon, span(" "), span(head.title, transcript.toolTitle), span(gap)];
  const end = head.summary.text === "" ? [] : [span("  "), head.summary];
  if (look.isExpanded) {
    const rest = [span("  ")];
    return wrapSpans([...start, span(head.subject, transcript.toolSubject), ...end], look.width, { restPrefix: rest });
  }
  const room = look.width - lineWidth(start) - lineWidth(end);
  const subject = span(truncateText(head.subject, Math.max(8, room)), transcript.toolSubject);
  return wrapSpans([...start, subject, ...end], look.width, { restPrefix: [span("  ")] }).slice(0, 2);
}

function withBar(rows: readonly SpanLine[], theme: Theme): SpanLine[] {
  return rows.map((row) => [span("│ ", theme.transcript.toolBar), ...row]);
}

function moreLines(count: number, theme: Theme): SpanLine {
  return [span(`… ${count} more ${count === 1 ? "line" : "lines"}`, theme.transcript.note)];
}

interface Body {
  readonly rows: SpanLine[];
  readonly isFoldable: boolean;
}

function bodyOf(blocks: readonly DisplayBlock[], look: ItemLook): Body {
  const narrow = { ...look, width: Math.max(1, look.width - 2) };
  if (look.isExpanded) {
    const { rows } = renderDisplayBlocks(blocks, narrow);
    return { rows: withBar(rows, look.theme), isFoldable: rows.length > foldedRowsMax };
  }
  const { rows, hiddenLines } = renderDisplayBlocks(blocks, { ...narrow, rowsMax: foldedRowsMax });
  const shown = hiddenLines > 0 ? [...rows, moreLines(hiddenLines, look.theme)] : rows;
  return { rows: withBar(shown, look.theme), isFoldable: hiddenLines > 0 };
}

/** The end of what a running call has put out. */
function liveBody(output: string, look: ItemLook): Body {
  const { text, hidden } = lastLines(output, foldedRowsMax);
  const narrow = { ...look, width: Math.max(1, look.width - 2) };
  const { rows } = renderDisplayBlocks([{ kind: "text", text }], narrow);
  const { theme } = look;
  const before = hidden > 0 ? [[span(`… ${hidden} earlier lines`, theme.transcript.note)]] : [];
  return { rows: withBar([...before, ...rows.slice(-foldedRowsMax)], theme), isFoldable: false };
}

export function renderTool(item: ToolItem, look: ItemLook): ItemRows {
  const { theme } = look;
  const display = displayOf(item, look);
  const summary = sanitizeLine(display.summary ?? notes[item.state] ?? "");
  const head = headRows(
    {
      icon: span(icons[item.state], iconStyle(item.state, theme)),
      title: sanitizeLine(display.title),
      subject: sanitizeLine(display.subject),
      summary: span(summary, item.state === "failed" ? theme.error : theme.transcript.toolSummary),
    },
    look,
  );
  const body =
    item.output === "" ? bodyOf([...display.blocks, ...pictureOf(item, display)], look) : liveBody(item.output, look);
  return { rows: [...head, ...body.rows], isFoldable: body.isFoldable };
}

/** What is shown of a call as one text, in no order and with what stands around it: for telling what is not in it. */
export function roughToolText(item: ToolItem, displayCall: DisplayCall): string {
  const { title, subject, summary, blocks } = displayOf(item, { displayCall });
  const shown = JSON.stringify([...blocks, ...pictureOf(item, { title, subject, blocks })]);
  const unescaped = shown.replaceAll(/\\(.)/gu, (_, escaped: string) => (escaped === "\\" ? "" : " "));
  return `${title} ${subject} ${summary ?? notes[item.state] ?? ""}\n${unescaped}\n${item.output}`;
}

/** A `!command` of the person's. */
export function renderShell({ part, isRunning }: ShellItem, look: ItemLook): ItemRows {
  const { theme } = look;
  const state = isRunning ? "running" : part.exitCode === 0 ? "done" : "failed";
  const summaries = { running: "running", done: "", failed: `exit ${part.exitCode}` };
  const head = headRows(
    {
      icon: span(icons[state], iconStyle(state, theme)),
      title: "!",
      subject: sanitizeLine(part.command),
      summary: span(summaries[state], isRunning ? theme.transcript.toolSummary : theme.error),
    },
    look,
  );
  const whole = (): Body => bodyOf([{ kind: "text", text: part.output }], look);
  const body = part.output.trim() === "" ? null : isRunning ? liveBody(part.output, look) : whole();
  return { rows: [...head, ...(body?.rows ?? [])], isFoldable: body?.isFoldable ?? false };
}
