import type { App } from "../app/app.ts";
import { isJsonObject, parseJson } from "../lib/json.ts";
import type { MessageId, SessionId } from "../schema/ids.ts";
import type { Message } from "../schema/message.ts";
import { countMatches } from "./transcript/find-text.ts";
import { itemText } from "./transcript/item-text.ts";
import type { TranscriptItem } from "./transcript/transcript-item.ts";
import { TranscriptItems } from "./transcript/transcript-items.ts";

/** Rows read and let go at a time: some milliseconds, between which keys are heard. */
const pageLimit = 200;

export interface SearchHit {
  /** Of the item in the transcript. */
  readonly key: string;
  readonly count: number;
}

/** What of an item is searched: what it says, and what a call was asked. */
function searchedText(item: TranscriptItem): string {
  if (item.kind !== "tool") return itemText(item);
  const input = parseJson(item.call.input);
  const words = isJsonObject(input) ? Object.values(input).filter((value) => typeof value === "string") : [];
  return [...words, itemText(item)].join("\n");
}

/** Lets what waits go first: keys, events, frames. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/**
 * Goes through a session's messages from the newest to the oldest, page by page, and keeps where a text stands. What comes
 * or changes meanwhile, or later, is told to it item by item.
 */
export class TranscriptSearch {
  /** In lower case. */
  readonly wanted: string;
  /** By the key of the item. */
  readonly #counts = new Map<string, number>();
  /** Keys of what came after the newest page was read, oldest first. */
  readonly #later: string[] = [];
  /** Keys of what was read, newest first: of the newest page all, of the others those with matches. */
  readonly #read: string[] = [];
  #hits: readonly SearchHit[] | null = null;
  #total = 0;
  #isComplete = false;
  #isStopped = false;

  constructor(query: string) {
    this.wanted = query.toLowerCase();
  }

  /** Newest first; more may come. */
  get hits(): readonly SearchHit[] {
    this.#hits ??= [...this.#later.toReversed(), ...this.#read].flatMap((key) => {
      const count = this.#counts.get(key) ?? 0;
      return count === 0 ? [] : [{ key, count }];
    });
    return this.#hits;
  }

  /** Matches so far. */
  get total(): number {
    return this.#total;
  }

  /** The beginning was reached. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  stop(): void {
    this.#isStopped = true;
  }

  /** Resolves when the beginning is reached or the search was stopped. `onProgress` is called after each page. */
  async run(app: Pick<App, "readTranscript">, sessionId: SessionId, onProgress: () => void): Promise<void> {
    let before: number | null | undefined;
    /** Results whose calls may stand on the next older page. */
    let carried: readonly Message[] = [];
    while (before !== null && !this.#isStopped) {
      const isNewest = before === undefined;
      const place = before === undefined ? {} : { before };
      const page = app.readTranscript(sessionId, { limit: pageLimit, ...place });
      before = page.olderCursor;
      const rows = [...page.messages, ...carried];
      const start =
        before === null
          ? 0
          : Math.max(
              0,
              rows.findIndex(({ role }) => role !== "tool"),
            );
      carried = rows.slice(0, start);
      this.#takePage(rows.slice(start), { isNewest });
      this.#isComplete = before === null;
      onProgress();
      if (before !== null) await nextTurn();
    }
  }

  /** An item that is new, or that changed since it was read. */
  take(item: TranscriptItem): void {
    if (!this.#counts.has(item.key)) this.#later.push(item.key);
    this.#count(item);
  }

  /** The item is shown no more. */
  drop(key: string): void {
    const count = this.#counts.get(key);
    if (count === undefined) return;
    this.#total -= count;
    this.#counts.set(key, 0);
    this.#hits = null;
  }

  /** The message was deleted. */
  dropMessage(messageId: MessageId): void {
    for (const key of this.#counts.keys()) if (key.startsWith(`${messageId}/`)) this.drop(key);
  }

  #takePage(messages: readonly Message[], { isNewest }: { readonly isNewest: boolean }): void {
    const items = new TranscriptItems();
    items.load(messages);
    for (const item of items.items.toReversed()) {
      // What was told of meanwhile is newer than what is read.
      if (this.#counts.has(item.key)) continue;
      const count = this.#count(item);
      if (isNewest || count > 0) this.#read.push(item.key);
      else this.#counts.delete(item.key);
    }
  }

  #count(item: TranscriptItem): number {
    const count = countMatches(searchedText(item), this.wanted);
    this.#total += count - (this.#counts.get(item.key) ?? 0);
    this.#counts.set(item.key, count);
    this.#hits = null;
    return count;
  }
}
