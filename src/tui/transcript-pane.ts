import type { MessageId } from "../schema/ids.ts";
import type { SessionEvent } from "../schema/session-event.ts";
import type { LongLines } from "../term/long-lines.ts";
import type { ScrollPosition } from "../term/scroll-window.ts";
import type { SpanLine } from "../term/span-line.ts";
import type { Size } from "../term/terminal-event.ts";
import type { Theme } from "../term/theme.ts";
import type { TranscriptItem } from "./transcript/transcript-item.ts";
import type { TranscriptOperation } from "./effect.ts";
import type { SearchStatus } from "./transcript-finder.ts";

export interface PaneLook {
  readonly theme: Theme;
  readonly size: Size;
  readonly diffMode: "unified" | "split" | null;
  readonly isFocused: boolean;
  /** What streams may stand as in the frame before: the next one, which shows how far it is, is due in a moment. */
  readonly mayLag?: boolean;
}

/** What is kept of a transcript while others are looked at, and on the disk. */
export interface PaneView {
  readonly scroll: ScrollPosition;
  readonly expanded: readonly string[];
  readonly longLines: LongLines;
  /** The key of the item that was last in focus; null: none was yet. */
  readonly focused: string | null;
}

export type PaneOperation = Exclude<TranscriptOperation, "copy" | "copy-block" | "open-file" | "long-lines">;

/** One session's transcript between frames: its messages, its scroll position, what is unfolded. */
export interface TranscriptPane {
  /** An event of this session; cheap, also for the deltas of a fast stream. */
  accept(event: SessionEvent): void;
  /** At most the rows of the size. Reads the running turn from the app where one is. */
  draw(look: PaneLook): readonly SpanLine[];
  operate(operation: PaneOperation): void;
  view(): PaneView;
  /** Wraps long lines of code and output, or cuts them; answers what it does from now on. */
  toggleLongLines(): LongLines;
  /** A click on a cell of the last drawing: unfolds or folds what is there. */
  click(row: number, column: number): void;
  /** Puts a message into focus, at the first row that holds one of the words, which are set off. False where it is gone. */
  showMessage(messageId: MessageId, words: readonly string[]): boolean;
  /** Looks for a text from the end to the beginning; resolves when all of it was looked through. */
  search(query: string, onProgress: () => void): Promise<void>;
  endSearch(): void;
  /** As of the last drawing; null: nothing is looked for. */
  searchStatus(): SearchStatus | null;
  /** The text of the message in focus, for the clipboard; "" where there is none. */
  focusedText(): string;
  /** What is in focus, as data; null where there is nothing. */
  focusedItem(): TranscriptItem | null;
  /** The message in focus, else the last one; null where there is none. */
  focusedMessage(): { readonly id: MessageId; readonly isPrompt: boolean } | null;
}

/** `left`: as the session was left; null: at its end. */
export type CreateTranscriptPane = (
  sessionId: SessionEvent["sessionId"] & string,
  left: PaneView | null,
) => TranscriptPane;
