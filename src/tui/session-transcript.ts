import type { App } from "../app/app.ts";
import type { DisplayCall } from "../schema/display-block.ts";
import type { SessionId } from "../schema/ids.ts";
import type { SessionEvent } from "../schema/session-event.ts";
import type { LateModules } from "../term/late-modules.ts";
import { scrollbarCells, scrollbarFraction } from "../term/scrollbar.ts";
import { type ScrollLayout, ScrollWindow, type VisibleRow } from "../term/scroll-window.ts";
import type { SpanLine } from "../term/span-line.ts";
import { padLine } from "../term/spans.ts";
import type { Size } from "../term/terminal-event.ts";
import { themes } from "../term/themes.ts";
import { Transcript } from "./transcript/transcript.ts";
import type { PaneLook, PaneOperation, TranscriptPane } from "./transcript-pane.ts";

export interface PaneOptions {
  readonly app: App;
  readonly displayCall: DisplayCall;
  readonly modules: LateModules;
}

/** Rows read at first, and at each time when the beginning of what is loaded comes near. */
const firstPageLimit = 60;
const olderPageLimit = 200;
/** Going to the very beginning reads everything: in larger pages. */
const wholePageLimit = 1000;
const wheelRows = 3;

/** The messages of a session, read from its end as far as they are looked at. */
class PagedTranscript {
  readonly transcript: Transcript;
  readonly #app: App;
  readonly #sessionId: SessionId;
  #olderCursor: number | null = null;

  constructor(sessionId: SessionId, options: PaneOptions) {
    const { app, displayCall, modules } = options;
    this.#app = app;
    this.#sessionId = sessionId;
    this.transcript = new Transcript({ displayCall, theme: themes.none, modules });
    const page = app.readTranscript(sessionId, { limit: firstPageLimit });
    this.#olderCursor = page.olderCursor;
    this.transcript.load(page.messages);
    const live = app.liveTurn(sessionId);
    this.transcript.setActive(live !== null);
    for (const request of live?.pendingPermissions ?? []) this.transcript.setToolState(request.toolCallId, "waiting");
  }

  get hasOlder(): boolean {
    return this.#olderCursor !== null;
  }

  readOlder(limit: number): void {
    if (this.#olderCursor === null) return;
    const page = this.#app.readTranscript(this.#sessionId, { limit, before: this.#olderCursor });
    this.#olderCursor = page.olderCursor;
    this.transcript.prepend(page.messages);
  }

  readAll(): void {
    while (this.hasOlder) this.readOlder(wholePageLimit);
  }

  readLive(): void {
    this.transcript.setLive(this.#app.liveTurn(this.#sessionId)?.message ?? null);
  }
}

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

type ScrollOperation = Exclude<PaneOperation, "message-down" | "message-up" | "expand" | "top">;

const scrolls: Readonly<Record<ScrollOperation, (window: ScrollWindow, height: number) => void>> = {
  "line-down": (window) => window.scrollBy(1),
  "line-up": (window) => window.scrollBy(-1),
  "wheel-down": (window) => window.scrollBy(wheelRows),
  "wheel-up": (window) => window.scrollBy(-wheelRows),
  "page-down": (window) => window.scrollByPages(1),
  "page-up": (window) => window.scrollByPages(-1),
  "half-down": (window, height) => window.scrollBy(Math.ceil(height / 2)),
  "half-up": (window, height) => window.scrollBy(-Math.ceil(height / 2)),
  bottom: (window) => window.scrollToEnd(),
};

/** The transcript of one session, its scroll position and what is in focus. */
export class SessionTranscript implements TranscriptPane {
  readonly #pages: PagedTranscript;
  readonly #window = new ScrollWindow();
  #theme = themes.none;
  #drawing: Drawing | null = null;
  #focusedKey: string | null = null;

  constructor(sessionId: SessionId, options: PaneOptions) {
    this.#pages = new PagedTranscript(sessionId, options);
  }

  accept(event: SessionEvent): void {
    this.#pages.transcript.accept(event);
  }

  draw(look: PaneLook): readonly SpanLine[] {
    const { transcript } = this.#pages;
    if (look.theme !== this.#theme) {
      this.#theme = look.theme;
      transcript.setTheme(look.theme);
    }
    transcript.setDiffLayout(look.diffMode ?? "auto");
    this.#pages.readLive();
    const layout = this.#layout(look.size);
    this.#drawing = { layout, size: look.size };
    if (look.isFocused) this.#focusedKey = visibleKey(transcript, layout.rows, this.#focusedKey);
    transcript.focus(look.isFocused ? this.#focusedKey : null);
    const bar = scrollbarCells({ offset: layout.offset, total: layout.total, height: look.size.rows }, look.theme);
    const isScrollable = layout.total > look.size.rows;
    return layout.rows.map((row, index) => {
      const line = transcript.lineOf(row);
      const cell = bar[index];
      return !isScrollable || cell === undefined ? line : [...padLine(line, look.size.columns - 1), cell];
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
      case "expand":
        this.#toggle(this.#focusedKey);
        break;
      case "top":
        this.#pages.readAll();
        this.#window.scrollToStart();
        break;
      default:
        scrolls[operation](this.#window, this.#drawing?.size.rows ?? 1);
    }
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

  focusedText(): string {
    const { transcript } = this.#pages;
    const key = this.#focusedKey ?? transcript.neighborKey(null, -1);
    return key === null ? "" : (transcript.textOf(key) ?? "");
  }

  #layout(size: Size): ScrollLayout {
    const room = { width: size.columns - 1, height: size.rows };
    const layout = this.#window.layout(this.#pages.transcript, room);
    if (!this.#pages.hasOlder || layout.offset > size.rows) return layout;
    this.#pages.readOlder(olderPageLimit);
    return this.#window.layout(this.#pages.transcript, room);
  }

  #moveFocus(step: 1 | -1): void {
    this.#focusedKey = this.#pages.transcript.neighborKey(this.#focusedKey, step);
    if (this.#focusedKey !== null) this.#window.scrollToItem(this.#focusedKey, { align: "nearest" });
  }

  #toggle(key: string | null): void {
    const { transcript } = this.#pages;
    if (key === null || !transcript.isFoldable(key)) return;
    transcript.toggle(key);
    this.#window.scrollToItem(key, { align: "nearest" });
  }
}
