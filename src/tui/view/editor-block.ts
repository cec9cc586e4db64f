import type { EditorView } from "../../term/editor.ts";
import type { Span, SpanLine, Style } from "../../term/span-line.ts";
import { lineWidth, span, truncateLine } from "../../term/spans.ts";
import { sanitizeLine } from "../../term/sanitize.ts";
import type { Theme } from "../../term/theme.ts";
import { keyHint } from "../commands/shown-keys.ts";
import { base64Bytes, bytesText } from "../format.ts";
import { remembering } from "../remembering.ts";
import { type Desk, isQueuePaused, shownDesk, type UiState } from "../state.ts";

/** Columns before the editor's text. */
export const promptWidth = 2;
const queueRowsMax = 3;

interface Look {
  readonly theme: Theme;
  readonly width: number;
}

function modeLabel(state: UiState, desk: Desk, theme: Theme): SpanLine {
  if (state.editor.text.startsWith("!")) return [span("shell", theme.warning)];
  if (desk.activity.kind === "turn" && state.editor.text !== "") {
    const hints = [
      keyHint(state, "command send", "queues this prompt"),
      keyHint(state, "command steer", "says it now"),
    ];
    return [span(hints.filter((hint) => hint !== "").join(", "), theme.muted)];
  }
  return [];
}

function chips(state: UiState, look: Look): SpanLine[] {
  const desk = shownDesk(state);
  if (desk.attachments.length === 0) return [];
  const { theme, width } = look;
  const spans = desk.attachments.flatMap((part): Span[] => {
    const size = bytesText(base64Bytes(part.data));
    const name = part.path.split("/").at(-1) ?? part.path;
    return [span(`[${sanitizeLine(name)} ${size}]`, theme.accent), span(" ")];
  });
  return [truncateLine([...spans, span(keyHint(state, "command remove-attachment", "removes"), theme.muted)], width)];
}

function queueHint(desk: Desk): string {
  if (isQueuePaused(desk)) return "paused: enter goes on";
  const hasSteering = desk.queue.some(({ kind }) => kind === "steering");
  return hasSteering ? "↳ before the next step · ⧗ when the turn ends" : "sent when the turn ends";
}

function queueRows(state: UiState, look: Look): SpanLine[] {
  const { theme, width } = look;
  const desk = shownDesk(state);
  const shown = desk.queue.slice(0, queueRowsMax);
  const rest = desk.queue.length - shown.length;
  const rows = shown.map((prompt, index) => {
    const note = index === shown.length - 1 && rest > 0 ? ` (and ${rest} more)` : "";
    return truncateLine(
      [
        span(prompt.kind === "steering" ? "↳ " : "⧗ ", theme.info),
        span(sanitizeLine(prompt.text), theme.muted),
        span(note, theme.muted),
      ],
      width,
    );
  });
  if (rows.length === 0) return [];
  const edits = keyHint(state, "command todos", "edits");
  return [...rows, [span(`  ${queueHint(desk)}${edits === "" ? "" : ` · ${edits}`}`, theme.muted)]];
}

function drawRule(label: SpanLine, look: { readonly width: number; readonly style: Style }): SpanLine {
  const { width, style } = look;
  if (label.length === 0) return [span("─".repeat(width), style)];
  const rest = Math.max(0, width - lineWidth(label) - 4);
  return truncateLine([span("── ", style), ...label, span(` ${"─".repeat(rest)}`, style)], width);
}

export interface EditorBlock {
  readonly rows: readonly SpanLine[];
  /** Of the editor's first row within `rows`. */
  readonly editorRow: number;
}

const remembered = remembering<EditorBlock>();

/** The rule, what is attached and waiting, and the prompt itself. */
export function editorBlock(state: UiState, editor: EditorView, look: Look): EditorBlock {
  const isFocused = state.focus === "editor" && state.dialogs.length === 0;
  const inputs = [shownDesk(state), state.editor.text, state.keys, isFocused, editor, look.theme, look.width];
  return remembered(inputs, () => blockOf(state, editor, { ...look, isFocused }));
}

function blockOf(state: UiState, editor: EditorView, look: Look & { readonly isFocused: boolean }): EditorBlock {
  const { theme, width, isFocused } = look;
  const desk = shownDesk(state);
  const rule = drawRule(modeLabel(state, desk, theme), { width, style: isFocused ? theme.frameFocused : theme.frame });
  const above = [rule, ...queueRows(state, look), ...chips(state, look)];
  const mark = state.editor.text.startsWith("!") ? "! " : "› ";
  const rows = editor.lines.map((row, index) => [
    span(index === 0 ? mark : "  ", isFocused ? theme.accentStrong : theme.muted),
    ...row,
  ]);
  return { rows: [...above, ...rows], editorRow: above.length };
}
