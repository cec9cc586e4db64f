import { filterFuzzy, highlightMatches } from "./fuzzy-match.ts";
import type { KeyPress } from "./key-press.ts";
import type { Span, SpanLine, Style } from "./span-line.ts";
import { sanitizeLine } from "./sanitize.ts";
import type { ScrollExtent } from "./scrollbar.ts";
import { padLine, truncateLine, underlay } from "./spans.ts";
import type { Theme } from "./theme.ts";

export interface SelectListOptions<T> {
  readonly items?: readonly T[];
  /** Unique and stable: the selection stays on an item when the items change. */
  readonly keyOf: (item: T) => string;
  /** What the filter searches. */
  readonly textOf: (item: T) => string;
  /** One row, at most `width` columns; the selection's background is laid under it. Default: `textOf`, highlighted. */
  readonly renderItem?: (item: T, look: ItemLook) => SpanLine;
}

export interface ItemLook {
  readonly width: number;
  readonly isSelected: boolean;
  readonly theme: Theme;
  /** Safe text with the characters set off that match the filter. */
  highlight(text: string, style?: Style): Span[];
}

const keySteps: Readonly<Record<string, "up" | "down" | "page-up" | "page-down" | "first" | "last">> = {
  up: "up",
  "ctrl+p": "up",
  down: "down",
  "ctrl+n": "down",
  pageUp: "page-up",
  pageDown: "page-down",
  home: "first",
  end: "last",
};

/** A list to choose from, with a fuzzy filter. Holds the filter, the selection and the scroll position. */
export class SelectList<T> {
  readonly #options: SelectListOptions<T>;
  #items: readonly T[];
  #matches: readonly T[];
  #filter = "";
  #selectedIndex = 0;
  #firstRow = 0;
  #height = 1;

  constructor(options: SelectListOptions<T>) {
    this.#options = options;
    this.#items = options.items ?? [];
    this.#matches = this.#items;
  }

  get filter(): string {
    return this.#filter;
  }

  /** What passes the filter, in the order shown. */
  get matches(): readonly T[] {
    return this.#matches;
  }

  get selected(): T | null {
    return this.#matches[this.#selectedIndex] ?? null;
  }

  /** The selection stays on its item; where that is gone, on its place. */
  setItems(items: readonly T[]): void {
    const key = this.selected === null ? null : this.#options.keyOf(this.selected);
    this.#items = items;
    this.#matches = filterFuzzy(items, this.#filter, this.#options.textOf);
    this.#selectIndex(this.#selectedIndex);
    if (key !== null) this.select(key);
  }

  /** Selects the best match. */
  setFilter(query: string): void {
    if (query === this.#filter) return;
    this.#filter = query;
    this.#matches = filterFuzzy(this.#items, query, this.#options.textOf);
    this.#selectedIndex = 0;
    this.#firstRow = 0;
  }

  select(key: string): void {
    const index = this.#matches.findIndex((item) => this.#options.keyOf(item) === key);
    if (index >= 0) this.#selectedIndex = index;
  }

  /** Stops at the ends. */
  moveBy(rows: number): void {
    this.#selectIndex(this.#selectedIndex + rows);
  }

  /** Arrows and ctrl+p, ctrl+n (around the ends), pages, home and end. False where the key means nothing to a list. */
  handleKey(key: KeyPress): boolean {
    const step = keySteps[key.name];
    const last = this.#matches.length - 1;
    const page = Math.max(1, this.#height - 1);
    if (step === undefined) return false;
    if (step === "up") this.#selectIndex(this.#selectedIndex === 0 ? last : this.#selectedIndex - 1);
    else if (step === "down") this.#selectIndex(this.#selectedIndex === last ? 0 : this.#selectedIndex + 1);
    else if (step === "page-up") this.moveBy(-page);
    else if (step === "page-down") this.moveBy(page);
    else this.#selectIndex(step === "first" ? 0 : last);
    return true;
  }

  /** The item at a row of the last render. */
  itemAtRow(row: number): T | null {
    return row < 0 || row >= this.#height ? null : (this.#matches[this.#firstRow + row] ?? null);
  }

  /** For a scrollbar, as of the last render. */
  get extent(): ScrollExtent {
    return { offset: this.#firstRow, total: this.#matches.length, height: this.#height };
  }

  /** At most `height` rows; the selected one is exactly `width` columns. */
  render({ width, height }: { readonly width: number; readonly height: number }, theme: Theme): SpanLine[] {
    this.#height = Math.max(1, height);
    const selected = this.#selectedIndex;
    this.#firstRow = Math.min(this.#firstRow, selected, Math.max(0, this.#matches.length - this.#height));
    this.#firstRow = Math.max(this.#firstRow, selected - this.#height + 1, 0);
    return this.#matches.slice(this.#firstRow, this.#firstRow + height).map((item, index) => {
      const isSelected = this.#firstRow + index === selected;
      return this.#renderRow(item, { width, theme, isSelected });
    });
  }

  #selectIndex(index: number): void {
    this.#selectedIndex = Math.max(0, Math.min(index, this.#matches.length - 1));
  }

  #renderRow(item: T, look: Omit<ItemLook, "highlight">): SpanLine {
    const { width, theme, isSelected } = look;
    const highlight = (text: string, style: Style = theme.text) =>
      highlightMatches(text, this.#filter, { text: style, matched: theme.matched });
    const { renderItem, textOf } = this.#options;
    const spans = renderItem?.(item, { ...look, highlight }) ?? highlight(sanitizeLine(textOf(item)));
    const row = truncateLine(spans, width);
    return isSelected ? underlay(padLine(row, width), theme.selected) : row;
  }
}
