import type { SpanLine, Style } from "./span-line.ts";
import { lineWidth, padLine, span, truncateLine } from "./spans.ts";
import type { Theme } from "./theme.ts";

export interface BoxOptions {
  readonly width: number;
  /** With both borders; the content is cut or filled to fit. Default: as the content needs. */
  readonly height?: number;
  readonly theme: Theme;
  readonly title?: SpanLine;
  /** Shown at the right of the top border. */
  readonly note?: SpanLine;
  /** Shown in the bottom border. */
  readonly footer?: SpanLine;
  readonly isFocused?: boolean;
  /** Blank columns between border and content, each side; default 1. */
  readonly padding?: number;
  /** One cell for each content row, drawn in place of the right border (see scrollbar.ts). */
  readonly rightEdge?: readonly SpanLine[];
}

/** Columns that a box leaves for its content. */
export function boxContentWidth(width: number, padding = 1): number {
  return Math.max(0, width - 2 - 2 * padding);
}

function border(ends: readonly [string, string], labels: { left: SpanLine; right: SpanLine }, look: BoxLook): SpanLine {
  const { width, style } = look;
  const room = Math.max(0, width - 4);
  const right = labels.right.length > 0 ? [span(" ", style), ...labels.right, span(" ", style)] : [];
  const left = labels.left.length > 0 ? [span(" ", style), ...labels.left, span(" ", style)] : [];
  const rightPart = lineWidth(left) + lineWidth(right) <= room ? right : [];
  const leftPart = truncateLine(left, room);
  const rule = "─".repeat(Math.max(0, room - lineWidth(leftPart) - lineWidth(rightPart)));
  return [span(`${ends[0]}─`, style), ...leftPart, span(rule, style), ...rightPart, span(`─${ends[1]}`, style)];
}

interface BoxLook {
  readonly width: number;
  readonly style: Style;
}

/** A frame of lines around content; every row is exactly `width` columns. */
export function drawBox(content: readonly SpanLine[], options: BoxOptions): SpanLine[] {
  const { width, theme, padding = 1 } = options;
  const style = options.isFocused === true ? theme.frameFocused : theme.frame;
  const look = { width, style };
  const innerWidth = boxContentWidth(width, padding);
  const rowCount = Math.max(0, (options.height ?? content.length + 2) - 2);
  const blanks = " ".repeat(padding);
  const rows: SpanLine[] = [border(["╭", "╮"], { left: options.title ?? [], right: options.note ?? [] }, look)];
  for (let index = 0; index < rowCount; index++) {
    const edge = options.rightEdge?.[index] ?? [span("│", style)];
    rows.push([span(`│${blanks}`, style), ...padLine(content[index] ?? [], innerWidth), span(blanks, style), ...edge]);
  }
  rows.push(border(["╰", "╯"], { left: options.footer ?? [], right: [] }, look));
  return rows;
}

/** A rule across `width` columns with a label in it. */
export function drawRule(label: SpanLine, width: number, style: Style): SpanLine {
  if (label.length === 0) return [span("─".repeat(Math.max(0, width)), style)];
  const start = truncateLine([span("── ", style), ...label, span(" ", style)], width);
  return [...start, span("─".repeat(Math.max(0, width - lineWidth(start))), style)];
}
