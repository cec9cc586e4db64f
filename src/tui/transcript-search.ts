import type { App } from "../app/app.ts";
import type { MessageId, SessionId } from "../schema/ids.ts";
import type { Message } from "../schema/message.ts";
import type { TranscriptItem } from "./transcript/transcript-item.ts";
import { TranscriptItems } from "./transcript/transcript-items.ts";

/** Rows read and let go at a time. */
const pageLimit = 200;
/** Looked through at a time: then keys are heard. */
const sliceMs = 8;

export interface SearchHit {
  /** Of the item in the transcript. */
  readonly key: string;
  readonly count: number;
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
  readonly #countIn: (item: TranscriptItem) => number;
  /** By the key of the item. */
  readonly #counts = new Map<string, number>();
  /** Keys of what came after the newest page was read, oldest first. */
  readonly #later: string[] = [];
  /** Keys of what was read, newest first: of the newest page all, of the others those with matches. */
  readonly #read: string[] = [];
  /** Keys of the page that is looked through. */
  #waiting: ReadonlySet<string> = new Set();
  #hits: readonly SearchHit[] | null = null;
  #total = 0;
  #isComplete = false;
  #isStopped = false;

  /** `countIn`: how often what is looked for stands in an item. */
  constructor(countIn: (item: TranscriptItem) => number) {
    this.#countIn = countIn;
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
      await this.#takePage(rows.slice(start), { isNewest });
      this.#isComplete = before === null && !this.#isStopped;
      onProgress();
      if (before !== null) await nextTurn();
    }
  }

  /** How often it stands in an item that is new, or that changed since it was read. */
  take(key: string, count: number): void {
    if (!this.#counts.has(key) && !this.#waiting.has(key)) this.#later.push(key);
    this.#put(key, count);
  }

  /** The item is shown no more. */
  drop(key: string): void {
    if (this.#counts.has(key) || this.#waiting.has(key)) this.#put(key, 0);
  }

  /** The message was deleted. */
  dropMessage(messageId: MessageId): void {
    for (const key of [...this.#counts.keys(), ...this.#waiting]) if (key.startsWith(`${messageId}/`)) this.drop(key);
  }

  async #takePage(messages: readonly Message[], { isNewest }: { readonly isNewest: boolean }): Promise<void> {
    const items = new TranscriptItems();
    items.load(messages);
    const newestFirst = items.items.toReversed();
    this.#waiting = new Set(newestFirst.map(({ key }) => key));
    let untilMs = performance.now() + sliceMs;
    for (const item of newestFirst) {
      if (performance.now() > untilMs) {
        await nextTurn();
        untilMs = performance.now() + sliceMs;
      }
      if (this.#isStopped) return;
      // What was told of meanwhile is newer than what is read.
      const count = this.#counts.get(item.key) ?? this.#countIn(item);
      if (!isNewest && count === 0) continue;
      this.#read.push(item.key);
      // It may have been told of while it waited: then its count is known, and yet it is no hit so far.
      this.#hits = null;
      this.#put(item.key, count);
    }
  }

  #put(key: string, count: number): void {
    // What is under way is told of with each frame.
    if (count === this.#counts.get(key)) return;
    this.#total += count - (this.#counts.get(key) ?? 0);
    this.#counts.set(key, count);
    this.#hits = null;
  }
}
