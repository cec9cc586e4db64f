import type { Frame, SpanLine, Style } from "./span-line.ts";
import { lineText, lineWidth, overlayStyle, padLine, sliceLine } from "./spans.ts";
import type { Theme } from "./theme.ts";
import { clustersOf } from "./width.ts";

export interface Cell {
  readonly row: number;
  readonly column: number;
}

/** A rectangle that a selection stays inside, such as the transcript beside the sidebar. */
export interface SelectionArea extends Cell {
  readonly width: number;
  readonly height: number;
}

/** Text chosen with the mouse: whole rows of the area between two cells, both included. */
export interface Selection {
  readonly area: SelectionArea;
  readonly anchor: Cell;
  readonly head: Cell;
}

export function startSelection(area: SelectionArea, at: Cell): Selection {
  const cell = clampedCell(area, at);
  return { area, anchor: cell, head: cell };
}

export function extendSelection(selection: Selection, to: Cell): Selection {
  return { ...selection, head: clampedCell(selection.area, to) };
}

export function isEmptySelection({ anchor, head }: Selection): boolean {
  return anchor.row === head.row && anchor.column === head.column;
}

function clampedCell(area: SelectionArea, { row, column }: Cell): Cell {
  return {
    row: Math.max(area.row, Math.min(area.row + area.height - 1, row)),
    column: Math.max(area.column, Math.min(area.column + area.width - 1, column)),
  };
}

/** First and last column (exclusive) of the selection in each of its rows. */
function selectedRanges({ area, anchor, head }: Selection): { row: number; start: number; end: number }[] {
  const isForward = anchor.row < head.row || (anchor.row === head.row && anchor.column <= head.column);
  const [first, last] = isForward ? [anchor, head] : [head, anchor];
  const ranges = [];
  for (let { row } = first; row <= last.row; row++) {
    const start = row === first.row ? first.column : area.column;
    const end = row === last.row ? last.column + 1 : area.column + area.width;
    ranges.push({ row, start, end });
  }
  return ranges;
}

/** What stands beside text and is none: bars, line numbers. */
function besideText({ transcript, code, diff, markdown }: Theme): ReadonlySet<Style> {
  return new Set([transcript.toolBar, code.lineNumber, diff.lineNumber, markdown.quoteBar]);
}

/** The chosen text: blanks at the ends of rows, and what stands beside the text, are left out. */
export function selectedText(frame: Frame, selection: Selection, theme: Theme): string {
  const beside = besideText(theme);
  return selectedRanges(selection)
    .map(({ row, start, end }) => {
      const spans = sliceLine(frame.lines[row] ?? [], start, end);
      return lineText(spans.filter(({ style }) => !beside.has(style))).trimEnd();
    })
    .join("\n")
    .replace(/\n+$/, "");
}

/** The frame with the selection marked. */
export function markSelection(frame: Frame, selection: Selection, theme: Theme): Frame {
  const lines = [...frame.lines];
  for (const { row, start, end } of selectedRanges(selection)) {
    const spans = lines[row];
    if (spans === undefined) continue;
    const padded = lineWidth(spans) < end ? padLine(spans, end) : spans;
    lines[row] = [
      ...sliceLine(padded, 0, start),
      ...overlayStyle(sliceLine(padded, start, end), theme.selection),
      ...sliceLine(padded, end, Number.MAX_SAFE_INTEGER),
    ];
  }
  return { ...frame, lines };
}

/** The word under a cell (a double click), or the whole row of the area (a triple click). */
export function expandSelection(frame: Frame, selection: Selection, unit: "word" | "row"): Selection {
  const { area, head } = selection;
  if (unit === "row") {
    return { area, anchor: { ...head, column: area.column }, head: { ...head, column: area.column + area.width - 1 } };
  }
  const { start, end } = wordAt(
    sliceLine(frame.lines[head.row] ?? [], area.column, area.column + area.width),
    head.column - area.column,
  );
  return {
    area,
    anchor: { ...head, column: area.column + start },
    head: { ...head, column: area.column + Math.max(start, end - 1) },
  };
}

function wordAt(spans: SpanLine, column: number): { start: number; end: number } {
  let start = 0;
  let at = 0;
  let isFound = false;
  for (const { text, width } of clustersOf(lineText(spans))) {
    const next = at + width;
    if (/[\p{L}\p{N}_\-./~:@#]/u.test(text)) {
      if (column >= at && column < next) isFound = true;
    } else {
      if (isFound) return { start, end: at };
      if (column >= at && column < next) return { start: at, end: next };
      start = next;
    }
    at = next;
  }
  return isFound ? { start, end: at } : { start: column, end: column + 1 };
}
