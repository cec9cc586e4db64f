import { asMessageId } from "../schema/ids.ts";
import type { MessageId, SessionId } from "../schema/ids.ts";
import type { SessionEvent } from "../schema/session-event.ts";
import { JoinedRows } from "../term/joined-rows.ts";
import { scrollbarCells, scrollbarFraction } from "../term/scrollbar.ts";
import { atEnd, type ScrollLayout, ScrollWindow, type VisibleRow } from "../term/scroll-window.ts";
import type { LongLines } from "../term/long-lines.ts";
import type { SpanLine } from "../term/span-line.ts";
import type { Size } from "../term/terminal-event.ts";
import { themes } from "../term/themes.ts";
import { MessageMark } from "./message-mark.ts";
import { PagedTranscript, type PaneOptions } from "./paged-transcript.ts";
import { type SearchStatus, TranscriptFinder } from "./transcript-finder.ts";
import { itemText } from "./transcript/item-text.ts";
import type { Transcript } from "./transcript/transcript.ts";
import type { TranscriptItem } from "./transcript/transcript-item.ts";
import type { PaneLook, PaneOperation, PaneView, TranscriptPane } from "./transcript-pane.ts";

const wheelRows = 3;

interface Drawing {
  readonly layout: ScrollLayout;
  readonly size: Size;
}

/** The nearest item to the focused one that is on the screen. */
function visibleKey(transcript: Transcript, rows: readonly VisibleRow[], focused: string | null): string | null {
  const keys = rows.map((row) => transcript.keyAt(row.index));
  if (focused !== null && keys.includes(focused)) return focused;
  return keys.at(-1) ?? null;
}

type ScrollOperation = Exclude<
  PaneOperation,
  | "message-down"
  | "message-up"
  | "prompt-down"
  | "prompt-up"
  | "search-older"
  | "search-newer"
  | "expand"
  | "top"
  | "bottom"
>;

const scrolls: Readonly<Record<ScrollOperation, (window: ScrollWindow, height: number) => void>> = {
  "line-down": (window) => window.scrollBy(1),
  "line-up": (window) => window.scrollBy(-1),
  "wheel-down": (window) => window.scrollBy(wheelRows),
  "wheel-up": (window) => window.scrollBy(-wheelRows),
  "page-down": (window) => window.scrollByPages(1),
  "page-up": (window) => window.scrollByPages(-1),
  "half-down": (window, height) => window.scrollBy(Math.ceil(height / 2)),
  "half-up": (window, height) => window.scrollBy(-Math.ceil(height / 2)),
};

/** The first prompt below (1) or above (−1) an item; null where none is held. */
function promptKey(transcript: Transcript, from: string, step: 1 | -1): string | null {
  const keys = Array.from({ length: transcript.length }, (_, index) => transcript.keyAt(index));
  for (let index = keys.indexOf(from) + step; index >= 0 && index < keys.length; index += step) {
    const item = transcript.itemAt(index);
    if (item?.kind === "prompt" || item?.kind === "shell") return item.key;
  }
  return null;
}

/** The transcript of one session, its scroll position and what is in focus. */
export class SessionTranscript implements TranscriptPane {
  readonly #pages: PagedTranscript;
  readonly #window = new ScrollWindow();
  /** With the scrollbar. */
  readonly #rows = new JoinedRows();
  #theme = themes.none;
  #drawing: Drawing | null = null;
  #focusedKey: string | null = null;
  /** In focus when the session was left: again as soon as the person goes to the transcript. */
  readonly #leftKey: string | null;
  readonly #finder: TranscriptFinder;
  #mark: MessageMark | null = null;

  /** At the end, else as it was left: there, with what was unfolded. */
  constructor(sessionId: SessionId, options: PaneOptions, left: PaneView | null = null) {
    const anchor = left === null || left.scroll.isFollowing ? null : left.scroll.key;
    this.#pages = new PagedTranscript(sessionId, options, anchor);
    this.#pages.transcript.prepare(anchor);
    this.#finder = new TranscriptFinder({
      sessionId,
      options,
      transcript: this.#pages.transcript,
      width: () => (this.#drawing?.size.columns ?? 80) - 1,
      reach: (key) => this.#pages.reach(key),
      show: (key, row) => this.#showRow(key, row),
    });
    this.#leftKey = left?.focused ?? null;
    if (left === null) return;
    this.#pages.transcript.restoreExpanded(left.expanded);
    this.#pages.transcript.setLongLines(left.longLines);
    this.#window.restore(left.scroll);
  }

  view(): PaneView {
    const { expandedKeys: expanded, longLines } = this.#pages.transcript;
    const position = this.#window.position();
    // The end is the same place however far the session grows: nothing has to be stored anew.
    const focused = this.#focusedKey ?? this.#leftKey;
    return { scroll: position.isFollowing ? atEnd : position, expanded, longLines, focused };
  }

  accept(event: SessionEvent): void {
    this.#pages.accept(event);
    this.#finder.accept(event);
    if (event.type === "message-created" && this.#window.position().isFollowing) this.#pages.letOldGo();
  }

  draw(look: PaneLook): readonly SpanLine[] {
    const { transcript } = this.#pages;
    transcript.startFrame();
    if (look.theme !== this.#theme) {
      this.#theme = look.theme;
      transcript.setTheme(look.theme);
    }
    transcript.setDiffLayout(look.diffMode ?? "auto");
    const isLagging = look.mayLag === true && transcript.isLive;
    if (!isLagging) this.#pages.readLive();
    const layout = this.#layout(look.size);
    this.#drawing = { layout, size: look.size };
    this.#finder.startFrame({ isLagging });
    if (look.isFocused) this.#focusedKey = visibleKey(transcript, layout.rows, this.#focusedKey ?? this.#leftKey);
    transcript.focus(look.isFocused ? this.#focusedKey : null);
    const bar = scrollbarCells({ offset: layout.offset, total: layout.total, height: look.size.rows }, look.theme);
    const isScrollable = layout.total > look.size.rows;
    return layout.rows.map((row, index) => {
      const shown = this.#finder.mark(transcript.lineOf(row), row, look.theme);
      const line = this.#mark?.mark(shown, row, look.theme) ?? shown;
      const cell = bar[index];
      return !isScrollable || cell === undefined ? line : this.#rows.join(line, cell, look.size.columns - 1);
    });
  }

  operate(operation: PaneOperation): void {
    switch (operation) {
      case "message-down":
        this.#moveFocus(1);
        break;
      case "message-up":
        this.#moveFocus(-1);
        break;
      case "prompt-down":
        this.#moveToPrompt(1);
        break;
      case "prompt-up":
        this.#moveToPrompt(-1);
        break;
      case "search-older":
        this.#finder.step(1);
        break;
      case "search-newer":
        this.#finder.step(-1);
        break;
      case "expand":
        this.#toggleFocused();
        break;
      case "top":
        this.#pages.readBeginning();
        this.#window.scrollToStart();
        break;
      case "bottom":
        if (this.#pages.hasNewer) this.#pages.readEnd();
        this.#window.scrollToEnd();
        break;
      default:
        scrolls[operation](this.#window, this.#drawing?.size.rows ?? 1);
    }
  }

  toggleLongLines(): LongLines {
    const { transcript } = this.#pages;
    transcript.setLongLines(transcript.longLines === "wrap" ? "cut" : "wrap");
    return transcript.longLines;
  }

  click(row: number, column: number): void {
    if (this.#drawing !== null && column === this.#drawing.size.columns - 1) {
      const { layout, size } = this.#drawing;
      const extent = { offset: layout.offset, total: layout.total, height: size.rows };
      this.#window.scrollToFraction(scrollbarFraction(row, extent));
      return;
    }
    const hit = this.#drawing?.layout.rows[row];
    if (hit === undefined) return;
    this.#focusedKey = this.#pages.transcript.keyAt(hit.index);
    this.#toggle(this.#focusedKey);
  }

  showMessage(messageId: MessageId, words: readonly string[]): boolean {
    if (!this.#pages.reach(`${messageId}/`)) return false;
    const mark = new MessageMark(this.#pages.transcript, messageId, words);
    const row = mark.firstRow((this.#drawing?.size.columns ?? 80) - 1);
    this.#mark = mark;
    if (mark.key !== null) this.#showRow(mark.key, row);
    return mark.key !== null;
  }

  search(query: string, onProgress: () => void): Promise<void> {
    this.#mark = null;
    return this.#finder.start(query, onProgress);
  }

  endSearch(): void {
    this.#mark = null;
    this.#finder.end();
  }

  searchStatus(): SearchStatus | null {
    return this.#finder.status;
  }

  focusedText(): string {
    const item = this.focusedItem();
    return item === null ? "" : itemText(item);
  }

  focusedItem(): TranscriptItem | null {
    const { transcript } = this.#pages;
    const key = this.#focusedKey ?? transcript.neighborKey(null, -1);
    if (key === null) return null;
    for (let index = transcript.length - 1; index >= 0; index--) {
      if (transcript.keyAt(index) === key) return transcript.itemAt(index);
    }
    return null;
  }

  focusedMessage(): ReturnType<TranscriptPane["focusedMessage"]> {
    const key = this.#focusedKey ?? this.#pages.transcript.neighborKey(null, -1);
    const [id, part] = key?.split("/") ?? [];
    return id === undefined ? null : { id: asMessageId(id), isPrompt: part === "prompt" };
  }

  #layout(size: Size): ScrollLayout {
    const room = { width: size.columns - 1, height: size.rows };
    const layout = this.#window.layout(this.#pages.transcript, room);
    const { hasOlder, hasNewer } = this.#pages;
    const isNearStart = hasOlder && layout.offset <= size.rows;
    const isNearEnd = hasNewer && layout.total - layout.offset <= 2 * size.rows;
    if (!isNearStart && !isNearEnd) return layout;
    // The end of what is loaded is not the end to stay at: the window keeps its place as more is read.
    if (hasNewer) this.#window.restore({ ...this.#window.position(), isFollowing: false });
    if (isNearStart) this.#pages.readOlder();
    else this.#pages.readNewer();
    return this.#window.layout(this.#pages.transcript, room);
  }

  /** A third of the window above it, where there is that much. */
  #showRow(key: string, row: number): void {
    this.#focusedKey = key;
    this.#window.scrollToItem(key, { rowInItem: row });
    this.#window.scrollBy(-Math.floor((this.#drawing?.size.rows ?? 0) / 3));
  }

  /** To the nearest prompt above or below what is in focus, reading as much as that takes. */
  #moveToPrompt(step: 1 | -1): void {
    const { transcript } = this.#pages;
    const from = this.#focusedKey ?? transcript.keyAt(this.#drawing?.layout.rows[0]?.index ?? 0);
    for (;;) {
      const key = promptKey(transcript, from, step);
      if (key !== null) {
        this.#focusedKey = key;
        // Without the blank row before it.
        this.#window.scrollToItem(key, { rowInItem: key === transcript.keyAt(0) ? 0 : 1 });
        return;
      }
      const isEnd = step === 1 ? !this.#pages.hasNewer : !this.#pages.hasOlder;
      if (isEnd) {
        if (step === 1) this.#window.scrollToEnd();
        return;
      }
      if (step === 1) this.#pages.readNewer();
      else this.#pages.readOlder();
    }
  }

  #moveFocus(step: 1 | -1): void {
    this.#focusedKey = this.#pages.transcript.neighborKey(this.#focusedKey, step);
    if (this.#focusedKey !== null) this.#window.scrollToItem(this.#focusedKey, { align: "nearest" });
  }

  /** Right behind the key that leads here nothing is marked yet: then it is what is lowest. */
  #toggleFocused(): void {
    this.#toggle(this.#focusedKey ?? visibleKey(this.#pages.transcript, this.#drawing?.layout.rows ?? [], null));
  }

  #toggle(key: string | null): void {
    const { transcript } = this.#pages;
    if (key === null || !transcript.isFoldable(key)) return;
    transcript.toggle(key);
    this.#window.scrollToItem(key, { align: "nearest" });
  }
}
