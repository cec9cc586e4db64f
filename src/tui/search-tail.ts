import type { MessageId, SessionId } from "../schema/ids.ts";
import type { SessionEvent } from "../schema/session-event.ts";
import type { SpanLine } from "../term/span-line.ts";
import { PagedTranscript, type PaneOptions } from "./paged-transcript.ts";
import type { ToolState, TranscriptItem } from "./transcript/transcript-item.ts";

/** What more is to come of; a call that was cut off has no result for good. */
const pendingStates: ReadonlySet<ToolState> = new Set([
  "streaming",
  "waiting",
  "waiting-elsewhere",
  "queued",
  "running",
]);

/** Still growing: what is stored of it is older than what is shown. */
function isUnderWay(item: TranscriptItem): boolean {
  if (item.kind === "tool") return pendingStates.has(item.state);
  return (item.kind === "answer" || item.kind === "thinking") && item.isGrowing;
}

export interface ChangedItem {
  /** In the transcript. */
  readonly key: string;
  /** All of it, unfolded. */
  readonly rows: readonly SpanLine[];
}

export interface TailChanges {
  readonly changed: readonly ChangedItem[];
  readonly gone: readonly string[];
}

export interface TailLook {
  readonly width: number;
  readonly diffLayout: "auto" | "unified" | "split";
}

/** The end of a session while it is searched, wherever in it one looks: tells what came or changed meanwhile. */
export class SearchTail {
  readonly #pages: PagedTranscript;
  /** As they were told of, or stored when the search began: an item that changes is another object. */
  readonly #known: WeakSet<TranscriptItem>;
  /** Messages of the items that were told of, by the item's key. */
  readonly #told = new Map<string, MessageId>();

  constructor(sessionId: SessionId, options: PaneOptions) {
    this.#pages = new PagedTranscript(sessionId, options);
    // What is stored by now is read by the search, and is no news.
    this.#pages.readLive();
    this.#known = new WeakSet(this.#pages.transcript.items.filter((item) => !isUnderWay(item)));
  }

  accept(event: SessionEvent): void {
    this.#pages.accept(event);
    if (event.type === "message-created") this.#pages.letOldGo();
  }

  /** What came or changed since the last call, oldest first, and the keys of what was told of and is shown no more. */
  takeChanges({ width, diffLayout }: TailLook): TailChanges {
    this.#pages.readLive();
    const { transcript } = this.#pages;
    const keys = transcript.items.map(({ key }) => key);
    transcript.restoreExpanded(keys);
    transcript.setDiffLayout(diffLayout);
    const changed: ChangedItem[] = [];
    for (const [index, item] of transcript.items.entries()) {
      if (this.#known.has(item)) continue;
      // What grows may be drawn a little later than it is said.
      if (!isUnderWay(item)) this.#known.add(item);
      this.#told.set(item.key, item.messageId);
      changed.push({ key: item.key, rows: transcript.rowsAt(index, width) });
    }
    const shown = new Set(keys);
    const gone = [...this.#told].filter(([key, messageId]) => !shown.has(key) && transcript.holds(messageId));
    for (const [key] of gone) this.#told.delete(key);
    return { changed, gone: gone.map(([key]) => key) };
  }
}
