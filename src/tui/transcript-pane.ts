import type { SessionEvent } from "../schema/session-event.ts";
import type { ScrollPosition } from "../term/scroll-window.ts";
import type { SpanLine } from "../term/span-line.ts";
import type { Size } from "../term/terminal-event.ts";
import type { Theme } from "../term/theme.ts";
import type { TranscriptOperation } from "./effect.ts";

export interface PaneLook {
  readonly theme: Theme;
  readonly size: Size;
  readonly diffMode: "unified" | "split" | null;
  readonly isFocused: boolean;
}

/** What is kept of a transcript while others are looked at, and on the disk. */
export interface PaneView {
  readonly scroll: ScrollPosition;
  readonly expanded: readonly string[];
}

export type PaneOperation = Exclude<TranscriptOperation, "copy">;

/** One session's transcript between frames: its messages, its scroll position, what is unfolded. */
export interface TranscriptPane {
  /** An event of this session; cheap, also for the deltas of a fast stream. */
  accept(event: SessionEvent): void;
  /** At most the rows of the size. Reads the running turn from the app where one is. */
  draw(look: PaneLook): readonly SpanLine[];
  operate(operation: PaneOperation): void;
  view(): PaneView;
  /** A click on a cell of the last drawing: unfolds or folds what is there. */
  click(row: number, column: number): void;
  /** The text of the message in focus, for the clipboard; "" where there is none. */
  focusedText(): string;
}

/** `left`: as the session was left; null: at its end. */
export type CreateTranscriptPane = (
  sessionId: SessionEvent["sessionId"] & string,
  left: PaneView | null,
) => TranscriptPane;
