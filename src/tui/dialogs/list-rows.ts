import type { SpanLine } from "../../term/span-line.ts";
import { line, lineWidth, padLine, span, truncateLine, underlay } from "../../term/spans.ts";
import type { Theme } from "../../term/theme.ts";
import { windowStart } from "./list-window.ts";

export interface ListRow {
  readonly left: SpanLine;
  readonly right?: SpanLine;
}

export interface ListView {
  readonly rows: readonly SpanLine[];
  readonly items: readonly (number | null)[];
}

export interface ListOptions {
  readonly count: number;
  readonly selected: number;
  /** See ListWindow; absent: null. */
  readonly first?: number | null;
  readonly width: number;
  readonly height: number;
  readonly theme: Theme;
  /** What is shown instead of an empty list. */
  readonly empty: string;
  row(index: number, room: number): ListRow;
}

/** The part of a list around the chosen item. Only the rows shown are made. */
export function listRows(options: ListOptions): ListView {
  const { count, selected, width, height, theme, first = null } = options;
  if (count === 0) return { rows: [line(options.empty, theme.muted)], items: [null] };
  const start = windowStart(selected, { count, height, first });
  const end = Math.min(count, start + height);
  const rows: SpanLine[] = [];
  const items: number[] = [];
  for (let index = start; index < end; index += 1) {
    const isSelected = index === selected;
    const room = width - 2;
    const { left, right = [] } = options.row(index, room);
    const mark = span(isSelected ? "› " : "  ", isSelected ? theme.accent : theme.text);
    const content = [mark, ...sidesOf(left, right, room)];
    rows.push(isSelected ? underlay(padLine(content, width), theme.selected) : content);
    items.push(index);
  }
  return { rows, items };
}

function sidesOf(left: SpanLine, right: SpanLine, room: number): SpanLine {
  if (right.length === 0) return truncateLine(left, room);
  const rightWidth = lineWidth(right);
  const leftRoom = Math.max(4, room - rightWidth - 1);
  return truncateLine([...padLine(truncateLine(left, leftRoom), leftRoom), span(" "), ...right], room);
}
