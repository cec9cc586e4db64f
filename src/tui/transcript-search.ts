import type { App } from "../app/app.ts";
import { isJsonObject, parseJson } from "../lib/json.ts";
import type { SessionId } from "../schema/ids.ts";
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

/** Goes through a session's messages from the newest to the oldest, page by page, and keeps where a text stands. */
export class TranscriptSearch {
  /** In lower case. */
  readonly wanted: string;
  readonly #hits: SearchHit[] = [];
  #total = 0;
  #isComplete = false;
  #isStopped = false;

  constructor(query: string) {
    this.wanted = query.toLowerCase();
  }

  /** Newest first; more may come until it is complete. */
  get hits(): readonly SearchHit[] {
    return this.#hits;
  }

  /** Matches so far. */
  get total(): number {
    return this.#total;
  }

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
      this.#take(rows.slice(start));
      this.#isComplete = before === null;
      onProgress();
      if (before !== null) await nextTurn();
    }
  }

  #take(messages: readonly Message[]): void {
    const items = new TranscriptItems();
    items.load(messages);
    for (const item of items.items.toReversed()) {
      const count = countMatches(searchedText(item), this.wanted);
      if (count === 0) continue;
      this.#hits.push({ key: item.key, count });
      this.#total += count;
    }
  }
}
