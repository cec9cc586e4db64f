import type { MessageId, SessionId } from "../schema/ids.ts";
import type { SessionEvent } from "../schema/session-event.ts";
import { PagedTranscript, type PaneOptions } from "./paged-transcript.ts";
import type { TranscriptItem } from "./transcript/transcript-item.ts";

/** Still growing: what is stored of it is older than what is shown. */
function isUnderWay(item: TranscriptItem): boolean {
  if (item.kind === "tool") return item.result === null;
  return (item.kind === "answer" || item.kind === "thinking") && item.isGrowing;
}

export interface TailChanges {
  readonly changed: readonly TranscriptItem[];
  readonly gone: readonly string[];
}

/** The end of a session while it is searched, wherever in it one looks: tells what came or changed meanwhile. */
export class SearchTail {
  readonly #pages: PagedTranscript;
  /** As they were told of, or stored when the search began: an item that changes is another object. */
  #known = new WeakSet<TranscriptItem>();
  /** Messages of the items that were told of, by the item's key. */
  readonly #told = new Map<string, MessageId>();

  constructor(sessionId: SessionId, options: PaneOptions) {
    this.#pages = new PagedTranscript(sessionId, options);
  }

  /** A search begins: what is stored by now is read by it, and is no news. */
  begin(): void {
    this.#pages.readLive();
    this.#known = new WeakSet(this.#pages.transcript.items.filter((item) => !isUnderWay(item)));
  }

  accept(event: SessionEvent): void {
    this.#pages.accept(event);
    if (event.type === "message-created") this.#pages.letOldGo();
  }

  /** What came or changed since the last call, oldest first, and the keys of what was told of and is shown no more. */
  takeChanges(): TailChanges {
    this.#pages.readLive();
    const { transcript } = this.#pages;
    const changed = transcript.items.filter((item) => !this.#known.has(item));
    const shown = new Set(transcript.items.map(({ key }) => key));
    const gone = [...this.#told].filter(([key, messageId]) => !shown.has(key) && transcript.holds(messageId));
    for (const [key] of gone) this.#told.delete(key);
    for (const item of changed) {
      this.#known.add(item);
      this.#told.set(item.key, item.messageId);
    }
    return { changed, gone: gone.map(([key]) => key) };
  }
}
