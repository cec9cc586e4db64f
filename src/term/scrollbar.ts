import type { SpanLine } from "./span-line.ts";
import { line } from "./spans.ts";
import type { Theme } from "./theme.ts";

export interface ScrollExtent {
  /** Rows above the window. */
  readonly offset: number;
  /** Rows in all. */
  readonly total: number;
  /** Rows of the window. */
  readonly height: number;
}

/** First row and length of the thumb; null where everything fits. */
export function scrollbarThumb({ offset, total, height }: ScrollExtent): { start: number; length: number } | null {
  if (height <= 0 || total <= height) return null;
  const length = Math.max(1, Math.min(height - 1, Math.round((height * height) / total)));
  const fraction = Math.min(1, Math.max(0, offset / (total - height)));
  // Only the very ends of the content put the thumb at the very ends of the track.
  const inner = Math.round(fraction * (height - length));
  const start = fraction > 0 && inner === 0 && height - length > 1 ? 1 : inner;
  return { start: fraction < 1 && start === height - length && start > 1 ? start - 1 : start, length };
}

interface Cells {
  readonly thumb: SpanLine;
  readonly track: SpanLine;
}

const cellsOfThemes = new WeakMap<Theme, Cells>();
const blank = line(" ");

function cellsOf(theme: Theme): Cells {
  let cells = cellsOfThemes.get(theme);
  if (cells === undefined) {
    cells = { thumb: line("┃", theme.scrollbarThumb), track: line(" ", theme.scrollbarTrack) };
    cellsOfThemes.set(theme, cells);
  }
  return cells;
}

/** A line of one cell for each row of the window; blank where everything fits. The same cells give the same lines. */
export function scrollbarCells(extent: ScrollExtent, theme: Theme): SpanLine[] {
  const thumb = scrollbarThumb(extent);
  const cells = cellsOf(theme);
  return Array.from({ length: Math.max(0, extent.height) }, (_, row) => {
    if (thumb === null) return blank;
    return row >= thumb.start && row < thumb.start + thumb.length ? cells.thumb : cells.track;
  });
}

/** Where a click or drag at a row of the track wants to go, 0 to 1. */
export function scrollbarFraction(row: number, extent: ScrollExtent): number {
  const thumb = scrollbarThumb(extent);
  if (thumb === null) return 0;
  return Math.max(0, Math.min(1, (row - thumb.length / 2) / Math.max(1, extent.height - thumb.length)));
}
