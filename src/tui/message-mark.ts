import type { MessageId } from "../schema/ids.ts";
import type { VisibleRow } from "../term/scroll-window.ts";
import type { SpanLine } from "../term/span-line.ts";
import type { Theme } from "../term/theme.ts";
import { markMatches } from "./transcript/find-text.ts";
import { RowSearch } from "./transcript/row-search.ts";
import type { Transcript } from "./transcript/transcript.ts";
import type { TranscriptItem } from "./transcript/transcript-item.ts";

/** A message that was found from outside, and the words that it was found by. */
export class MessageMark {
  readonly #transcript: Transcript;
  /** In lower case. */
  readonly #words: readonly string[];
  readonly #keys: readonly string[];
  #key: string | null;

  constructor(transcript: Transcript, messageId: MessageId, words: readonly string[]) {
    this.#transcript = transcript;
    this.#words = words.map((word) => word.toLowerCase());
    this.#keys = itemsOf(transcript, messageId).map(({ key }) => key);
    this.#key = this.#keys[0] ?? null;
  }

  /** The item that the words stand in, else the message's first; null: nothing of it is shown. */
  get key(): string | null {
    return this.#key;
  }

  /** The row of the item with the first of the words, 0 without one. What hides them is unfolded. */
  firstRow(width: number): number {
    for (const key of this.#keys) {
      const row = this.#rowOf(key, width);
      if (row === null) continue;
      this.#key = key;
      return row;
    }
    return 0;
  }

  /** A visible row with the words in it set off. */
  mark(line: SpanLine, row: VisibleRow, theme: Theme): SpanLine {
    if (row.rowInItem < 0 || !this.#keys.includes(this.#transcript.keyAt(row.index))) return line;
    return this.#words.reduce((marked, word) => markMatches(marked, word, theme.match), line);
  }

  #rowOf(key: string, width: number): number | null {
    const found = this.#matchIn(key, width);
    const isFolded = this.#transcript.isFoldable(key) && !this.#transcript.expandedKeys.includes(key);
    if (found !== null || !isFolded) return found;
    this.#transcript.toggle(key);
    const hidden = this.#matchIn(key, width);
    if (hidden === null) this.#transcript.toggle(key);
    return hidden;
  }

  #matchIn(key: string, width: number): number | null {
    const { length } = this.#transcript;
    const index = Array.from({ length }, (_, place) => place).find((place) => this.#transcript.keyAt(place) === key);
    if (index === undefined) return null;
    const rows = this.#transcript.rowsAt(index, width);
    const matches = this.#words.flatMap((word) =>
      new RowSearch(word).matches(rows).flatMap(([first]) => first?.row ?? []),
    );
    return matches.length === 0 ? null : Math.min(...matches);
  }
}

/** What is shown of a message; a tool's results are shown with their calls. */
function itemsOf(transcript: Transcript, messageId: MessageId): TranscriptItem[] {
  const items = Array.from({ length: transcript.length }, (_, index) => transcript.itemAt(index)).filter(
    (item) => item !== null,
  );
  const own = items.filter((item) => item.messageId === messageId);
  if (own.length > 0) return own;
  const message = transcript.messages.find(({ id }) => id === messageId);
  const calls = new Set(message?.parts.flatMap((part) => (part.type === "tool_result" ? [part.toolCallId] : [])));
  return items.filter((item) => item.kind === "tool" && calls.has(item.call.id));
}
