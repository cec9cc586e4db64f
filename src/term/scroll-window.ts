import { createRowHeights } from "./row-heights.ts";
import type { SpanLine } from "./span-line.ts";

/** A long list of blocks, laid out only where it is looked at. */
export interface ScrollSource {
  readonly length: number;
  /**
   * Changes when items were removed, exchanged or put before others. Items added at the end, and items whose content
   * grew, need no change.
   */
  readonly structureVersion: number;
  /** Unique in the list, and the same for the same item as long as it lives. */
  keyAt(index: number): string;
  /** A cheap guess at the rows of an item that was never laid out. */
  estimateRows(index: number, width: number): number;
  /** Blank rows before each item but the first; items without rows have none. */
  readonly gapRows: number;
  /** The rows of an item; called at each layout for what is visible, so it caches. */
  rowsAt(index: number, width: number): readonly SpanLine[];
}

export interface VisibleRow {
  readonly line: SpanLine;
  /** The item that the row belongs to. */
  readonly index: number;
  /** Negative in the gap before the item. */
  readonly rowInItem: number;
}

export interface ScrollLayout {
  /** At most as many as the window is high; fewer where the content ends. */
  readonly rows: readonly VisibleRow[];
  /** For a scrollbar: rows above the window and in all, estimated where never laid out. */
  readonly offset: number;
  readonly total: number;
  readonly isAtStart: boolean;
  readonly isAtEnd: boolean;
}

/** Where a window stands, to be kept and restored: an item, not a row number, so that it survives other widths. */
export interface ScrollPosition {
  readonly key: string | null;
  readonly rowInItem: number;
  /** At the end, and staying there as content grows. */
  readonly isFollowing: boolean;
}

export const atEnd: ScrollPosition = { key: null, rowInItem: 0, isFollowing: true };

type Jump =
  | { readonly kind: "by"; readonly rows: number }
  | { readonly kind: "item"; readonly key: string; readonly rowInItem: number; readonly align: "start" | "nearest" }
  | { readonly kind: "fraction"; readonly fraction: number };

/** Here and below a row in an item counts the gap before it. */
interface Anchor {
  readonly index: number;
  readonly rowInItem: number;
}

interface MeasuredItem {
  readonly rows: readonly SpanLine[];
  readonly gap: number;
  readonly count: number;
}

const blankRow: SpanLine = [];

function gapBefore(source: ScrollSource, index: number): number {
  return index === 0 ? 0 : source.gapRows;
}

/** Heights of one source at one width. */
function createMeasure(source: ScrollSource, width: number, known: ReadonlyMap<string, number>) {
  const heights = createRowHeights();
  const exact = new Map<string, number>(known);

  const grow = () => {
    if (source.length < heights.length) heights.truncate(source.length);
    while (heights.length < source.length) {
      const index = heights.length;
      heights.append(exact.get(source.keyAt(index)) ?? source.estimateRows(index, width) + gapBefore(source, index));
    }
  };
  grow();

  return {
    source,
    width,
    structureVersion: source.structureVersion,
    heights,
    exact,
    grow,
    /** Lays an item out; `count` includes the gap. */
    item: (index: number): MeasuredItem => {
      const rows = source.rowsAt(index, width);
      const gap = rows.length === 0 ? 0 : gapBefore(source, index);
      const count = rows.length + gap;
      if (heights.heightAt(index) !== count) heights.set(index, count);
      exact.set(source.keyAt(index), count);
      return { rows, gap, count };
    },
  };
}

type Measure = ReturnType<typeof createMeasure>;

function indexOfKey(source: ScrollSource, key: string): number {
  for (let index = source.length - 1; index >= 0; index--) if (source.keyAt(index) === key) return index;
  return -1;
}

/** Moves an anchor by rows, laying out what it passes. Stops at both ends of the list. */
function movedAnchor(measure: Measure, from: Anchor, rows: number): Anchor {
  let { index } = from;
  let rowInItem = from.rowInItem + rows;
  while (rowInItem < 0 && index > 0) {
    index--;
    rowInItem += measure.item(index).count;
  }
  while (index < measure.source.length - 1) {
    const height = measure.item(index).count;
    if (rowInItem < height) break;
    rowInItem -= height;
    index++;
  }
  return { index, rowInItem: Math.max(0, rowInItem) };
}

/** The anchor that shows the end of the list at the bottom of the window. */
function endAnchor(measure: Measure, height: number): Anchor {
  let missing = height;
  let index = measure.source.length;
  while (index > 0 && missing > 0) {
    index--;
    missing -= measure.item(index).count;
  }
  return { index, rowInItem: Math.max(0, -missing) };
}

function rowsFrom(measure: Measure, anchor: Anchor, height: number): VisibleRow[] {
  const visible: VisibleRow[] = [];
  let { rowInItem } = anchor;
  for (let index = anchor.index; index < measure.source.length && visible.length < height; index++) {
    const { rows, gap, count } = measure.item(index);
    for (; rowInItem < count && visible.length < height; rowInItem++) {
      visible.push({ line: rows[rowInItem - gap] ?? blankRow, index, rowInItem: rowInItem - gap });
    }
    rowInItem = 0;
  }
  return visible;
}

/** The anchor of an item that was laid out at another width: the same share of its rows is above it. */
function rescaledAnchor(measure: Measure, index: number, old: { rowInItem: number; rowCount: number }): Anchor {
  const rowCount = measure.item(index).count;
  const row = Math.floor((old.rowInItem * rowCount) / Math.max(1, old.rowCount));
  return { index, rowInItem: Math.min(row, Math.max(0, rowCount - 1)) };
}

/** One scroll position over a list; the list itself is handed in at each layout. */
export class ScrollWindow {
  #measure: Measure | null = null;
  #anchor: Anchor = { index: 0, rowInItem: 0 };
  #anchorKey: string | null = null;
  #isFollowing = true;
  #jumps: Jump[] = [];
  #height = 1;

  /** Lays out what is visible, and nothing else. */
  layout(source: ScrollSource, { width, height }: { readonly width: number; readonly height: number }): ScrollLayout {
    const measure = this.#measured(source, width);
    this.#height = height;
    for (const jump of this.#jumps) this.#applyJump(measure, jump);
    this.#jumps = [];
    if (this.#anchor.index >= source.length) this.#isFollowing = true;
    let rows = this.#isFollowing ? [] : rowsFrom(measure, this.#anchor, height);
    // Short of rows: the window would look beyond the end, so it stands at the end.
    if (rows.length < height) {
      this.#anchor = endAnchor(measure, height);
      rows = rowsFrom(measure, this.#anchor, height);
    }
    const { index, rowInItem } = this.#anchor;
    this.#anchorKey = source.length === 0 ? null : source.keyAt(index);
    const last = rows.at(-1);
    this.#isFollowing = last === undefined || isLastRow(measure, last);
    return {
      rows,
      offset: measure.heights.offsetOf(index) + rowInItem,
      total: measure.heights.total(),
      isAtStart: index === 0 && rowInItem === 0,
      isAtEnd: this.#isFollowing,
    };
  }

  /** Negative: towards the start. As all moves, it takes effect at the next layout. */
  scrollBy(rows: number): void {
    this.#jumps.push({ kind: "by", rows });
  }

  /** Whole windows, less two rows of overlap. */
  scrollByPages(pages: number): void {
    this.scrollBy(Math.round(pages * Math.max(1, this.#height - 2)));
  }

  scrollToStart(): void {
    this.scrollToFraction(0);
  }

  /** Stands at the end, and stays there as content grows. */
  scrollToEnd(): void {
    this.#jumps = [];
    this.#isFollowing = true;
  }

  /** Puts a row of an item at the top, or (`nearest`) just moves it into the window. */
  scrollToItem(key: string, options: { readonly rowInItem?: number; readonly align?: "start" | "nearest" } = {}): void {
    this.#jumps.push({ kind: "item", key, rowInItem: options.rowInItem ?? 0, align: options.align ?? "start" });
  }

  /** 0 is the start, 1 the end: for dragging a scrollbar. */
  scrollToFraction(fraction: number): void {
    this.#jumps.push({ kind: "fraction", fraction: Math.max(0, Math.min(1, fraction)) });
  }

  position(): ScrollPosition {
    return { key: this.#anchorKey, rowInItem: this.#anchor.rowInItem, isFollowing: this.#isFollowing };
  }

  restore({ key, rowInItem, isFollowing }: ScrollPosition): void {
    this.scrollToEnd();
    if (!isFollowing && key !== null) this.scrollToItem(key, { rowInItem });
  }

  #measured(source: ScrollSource, width: number): Measure {
    const old = this.#measure;
    const hasSameWidth = old !== null && old.source === source && old.width === width;
    if (hasSameWidth && old.structureVersion === source.structureVersion) {
      old.grow();
      return old;
    }
    const fresh = createMeasure(source, width, hasSameWidth ? old.exact : new Map());
    this.#measure = fresh;
    const key = this.#anchorKey;
    const index = key === null || this.#isFollowing ? -1 : indexOfKey(source, key);
    if (index < 0 || key === null) return fresh;
    const rowCount = hasSameWidth ? undefined : old?.exact.get(key);
    const { rowInItem } = this.#anchor;
    this.#anchor =
      rowCount === undefined ? { index, rowInItem } : rescaledAnchor(fresh, index, { rowInItem, rowCount });
    return fresh;
  }

  #applyJump(measure: Measure, jump: Jump): void {
    if (this.#isFollowing) this.#anchor = endAnchor(measure, this.#height);
    this.#isFollowing = false;
    if (jump.kind === "by") {
      this.#anchor = movedAnchor(measure, this.#anchor, jump.rows);
    } else if (jump.kind === "item") {
      this.#anchor = this.#itemAnchor(measure, jump);
    } else {
      const rowCount = Math.max(0, measure.heights.total() - this.#height);
      this.#anchor = measure.heights.locate(Math.round(jump.fraction * rowCount));
    }
  }

  #itemAnchor(measure: Measure, jump: Jump & { kind: "item" }): Anchor {
    const index = indexOfKey(measure.source, jump.key);
    if (index < 0) return this.#anchor;
    const { count } = measure.item(index);
    const target = { index, rowInItem: Math.min(jump.rowInItem, Math.max(0, count - 1)) };
    const { index: topIndex, rowInItem: topRow } = this.#anchor;
    const isBefore = index < topIndex || (index === topIndex && target.rowInItem < topRow);
    if (jump.align === "start" || isBefore) return target;
    const isVisible = rowsFrom(measure, this.#anchor, this.#height).some(
      (row) => row.index === index && row.rowInItem + gapBefore(measure.source, index) === target.rowInItem,
    );
    return isVisible ? this.#anchor : movedAnchor(measure, target, 1 - this.#height);
  }
}

/** True where nothing but empty items follows. */
function isLastRow(measure: Measure, row: VisibleRow): boolean {
  let last = measure.source.length - 1;
  while (last > row.index && measure.item(last).count === 0) last--;
  return row.index === last && row.rowInItem === measure.item(last).rows.length - 1;
}
