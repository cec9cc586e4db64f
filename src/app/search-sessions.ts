import { messagesAround } from "../store/message-pages.ts";
import { listSessionsByTitle } from "../store/sessions.ts";
import type { Context } from "./context.ts";
import type { SearchHit, SearchOptions, SearchResult, SessionSearch } from "./search.ts";

const defaultLimit = 50;

/** Finds sessions by their titles. */
export class SessionFinder implements SessionSearch {
  readonly #context: Pick<Context, "store" | "shortId">;

  constructor(context: Pick<Context, "store" | "shortId">) {
    this.#context = context;
  }

  async find(query: string, { limit = defaultLimit, signal }: SearchOptions = {}): Promise<SearchResult | null> {
    if (signal?.aborted === true) return null;
    const word = query.trim();
    const found = this.#context.store.read((handle) => listSessionsByTitle(handle, word, limit + 1));
    const hits = found.slice(0, limit).map(({ id, title, updatedAt }): SearchHit => {
      const start = title.toLowerCase().indexOf(word.toLowerCase());
      return {
        sessionId: id,
        hash: this.#context.shortId(id),
        title,
        field: "title",
        messageId: null,
        atSeconds: updatedAt,
        snippet: title,
        ranges: start < 0 ? [] : [{ start, end: start + word.length }],
      };
    });
    return { hits, isComplete: found.length <= limit, isIndexed: true, words: [word], problem: null };
  }

  readonly around: SessionSearch["around"] = (sessionId, messageId, limit) =>
    this.#context.store.read((handle) => messagesAround(handle, { sessionId, messageId, limit }));
}
